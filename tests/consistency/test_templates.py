"""Templates: all of them used, none that trusts what people typed, nothing inline."""

import re
from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import get_template

ROOT = Path(settings.ROOT)
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt"))
PYTHON = [
    path
    for name in ("exchange", "applications", "evaluations", "demo")
    for path in sorted((ROOT / name).rglob("*.py"))
    if "migrations" not in path.parts
]
NAMES = [path.relative_to(ROOT / "templates").as_posix() for path in TEMPLATES]
#: Places whose templates a library asks for by name.
LIBRARY = [Path(allauth.__file__).parent / "templates"]
DJANGO = ("django/forms/", "errors/", "429.html", "account/password_reset_help_text.html")
#: Drawings and rows of our own, escaped where they hold words; and the manager's page, which has no session to abuse.
OWN_MARKS = [
    "exchange/documents/drawing.py",
    "exchange/documents/qr.py",
    "exchange/signs.py",
    "exchange/tables.py",
    "exchange/templatetags/house.py",
    "applications/endorsing/views.py",
]


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(name: str) -> None:
    get_template(name, using="mail" if "/mail/" in name else "django")


def test_nothing_typed_is_trusted() -> None:
    faults = []
    for path in TEMPLATES:
        text = path.read_text()
        mail = path.suffix == ".txt"
        if re.search(r"\|\s*safe\b|\|\s*safeseq\b", text) or (not mail and re.search(r"autoescape\s+off", text)):
            faults.append(path.name)
    trusting = re.compile(r"\bmark_safe\(|\bSafeString\(|@csrf_exempt")
    faults += [str(path.relative_to(ROOT)) for path in PYTHON if trusting.search(path.read_text())]
    assert faults == OWN_MARKS


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.suffix == ".html"], ids=lambda path: path.name)
def test_nothing_is_inline(path: Path) -> None:
    """The content security policy would refuse it. Documents that become a PDF may carry their own sheet."""
    text = path.read_text()
    if "{# paper #}" in text or "/paper" in path.as_posix() or "pdf" in path.as_posix():
        return
    assert not re.search(r"<[^>]+\sstyle\s*=", text)
    assert not re.search(r"<[^>]+\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json)", text)
    assert not re.search(r"<style", text)
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//(?!{)", text)


def mentioned(name: str, texts: dict[Path, str]) -> bool:
    """Whether a template is named: whole, by the folder with a name made up in Python, or as a kind of mail."""
    own = ROOT / "templates" / name
    folder, _, last = name.rpartition("/")
    stem = last.rpartition(".")[0]
    kind = f"{folder.rpartition('/')[0]}/{stem}" if folder.endswith("/mail") else None
    for path, text in texts.items():
        if path == own:
            continue
        if name in text or (kind and (kind in text or re.search(rf"""["']{kind.partition("/")[0]}/{{""", text))):
            return True
        if path.suffix == ".py" and re.search(rf"""["']{re.escape(folder)}/\{{\w+(\.\w+)*\}}\.html["']""", text):
            return bool(re.search(rf"""["']{re.escape(stem)}["']""", "\n".join(texts.values())))
    return False


def test_every_template_is_used() -> None:
    texts = {path: path.read_text() for path in [*TEMPLATES, *PYTHON]}
    unused = [
        name
        for name in NAMES
        if not name.startswith(DJANGO)
        and not any((library / name).exists() for library in LIBRARY)
        and not mentioned(name, texts)
    ]
    assert "\n".join(unused) == ""


def test_mail_is_plain_text_and_pages_are_escaped() -> None:
    assert engines["mail"].engine.autoescape is False
    assert engines["django"].engine.autoescape is True
