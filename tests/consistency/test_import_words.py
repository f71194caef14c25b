"""No text is translated while the program is imported: it would stay in the language of that moment for everybody."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = [
    path
    for wing in ("exchange", "applications", "evaluations", "demo")
    for path in sorted((ROOT / wing).rglob("*.py"))
    if "migrations" not in path.parts
]
AT_ONCE = {"gettext", "ngettext", "pgettext", "npgettext"}


def at_import(source: str) -> list[int]:
    """The lines on which a text is translated outside of any function."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in AT_ONCE
    }
    found: list[int] = []

    def look(node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            found.append(node.lineno)
        for child in ast.iter_child_nodes(node):
            look(child)

    look(tree)
    return found


def test_it_would_be_found() -> None:
    plain = "from django.utils.translation import gettext as _\n"
    assert at_import(plain + "LABEL = _('new')\n") == [2]
    assert at_import(plain + "class Fate:\n    NEW = _('new')\n") == [3]
    assert at_import(plain + "def label():\n    return _('new')\n") == []
    assert at_import(plain.replace("gettext", "gettext_lazy") + "LABEL = _('new')\n") == []


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_translates_at_import(path: Path) -> None:
    assert at_import(path.read_text()) == []
