"""One way for each thing: what had several spellings has one, and another one is named with the line it stands on."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.ROOT)
CODE = [
    path
    for wing in ("exchange", "applications", "evaluations", "demo")
    for path in (ROOT / wing).rglob("*.py")
    if "migrations" not in path.parts
]
#: What is not written, what is written instead, and where that one way itself stands.
WAYS = (
    (r"request\.POST or None", "exchange.forms.sent(request)", ""),
    (r'request\.POST if request\.method == "POST" else None', "@exchange.forms.sent(request)", "exchange/forms.py"),
    (r"require_http_methods\(\[", "@exchange.forms.form_page", "exchange/forms.py"),
    (r"astimezone\([^()]*\)\.date\(\)", "exchange.clock.day_of(moment)", "exchange/clock.py exchange/words.py"),
    (r"Trip\.objects\.visible_to\(request\.user\), slug=", "exchange.trips.found.team_trip(request, slug)", ""),
    (r"\(tables\.Table\)", "exchange.tables.Table", "exchange/tables.py"),
    (r"""\(\*BACKED, ["']refused["']\)""", "applications.lifecycle.ANSWERED", "applications/lifecycle.py"),
)


def found(pattern: str, texts: dict[str, str]) -> list[str]:
    """Where it is written another way."""
    return [
        f"{name}:{text.count(chr(10), 0, hit.start()) + 1}"
        for name, text in texts.items()
        for hit in re.finditer(pattern, text)
    ]


@pytest.mark.parametrize(("pattern", "instead", "home"), WAYS, ids=[row[1] for row in WAYS])
def test_there_is_one_way(pattern: str, instead: str, home: str) -> None:
    names = {str(path.relative_to(ROOT)): path for path in CODE}
    texts = {name: path.read_text() for name, path in names.items() if name not in home.split()}
    assert found(pattern, texts) == [], f"write {instead}"


def test_another_way_is_found() -> None:
    text = "a = 1\nform = Form(request.POST or None)\n"
    assert found(WAYS[0][0], {"x.py": text}) == ["x.py:2"]


def test_no_module_is_too_long_to_read() -> None:
    """At 400 lines a module has two subjects, and splits along its nouns."""
    long = {str(path.relative_to(ROOT)): path.read_text().count("\n") for path in CODE}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}
