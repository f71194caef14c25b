"""The papers name what is there: files, dotted names, names of the code, commands, and every room of the house."""

import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

pytestmark = pytest.mark.once

ROOT = Path(settings.ROOT)
PAPERS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
WINGS = ("exchange", "applications", "evaluations", "demo")
FILES = [
    path
    for folder in (*WINGS, "tests", "templates", "static", "bin", "benchmarks", "mutants")
    for path in (ROOT / folder).rglob("*")
    if path.is_file()
]
NAMES = {path.name for path in [*FILES, *ROOT.iterdir()]}
PYTHON = [path for path in FILES if path.suffix == ".py" and path != Path(__file__)]
CODE = set(re.findall(r"\w+", "\n".join(path.read_text() for path in PYTHON)))
#: Not ours: a setting of allauth that stays off, and a word the glossary warns of.
NOT_OURS = {"EMAIL_AUTHENTICATION", "page_of"}
#: Folders of a wing that are no rooms.
NO_ROOMS = {"lines", "migrations", "management", "templatetags", "formats", "models"}

FILE = re.compile(r"[\w-]+\.(?:py|toml|css|json)|(?![/.])[\w.-]+(?:/[\w.-]+)+/?")
DOTTED = re.compile(rf"(?:{'|'.join(WINGS)})(?:\.\w+)+")
#: A name that only code has: with an underscore, or with a capital inside.
NAME = re.compile(r"@?([A-Za-z]+_\w+|[A-Z][a-z]+[A-Z]\w*)(?:\(.*)?")


def quoted(paper: Path) -> Iterator[str]:
    """The words that stand in backticks; what is meant to be filled in (<app>) and what runs makes (var/) stay out."""
    for text in re.findall(r"`([^`]+)`", paper.read_text().replace("```", "")):
        yield from (word for word in text.split() if not re.search(r"[<>…]|^var/", word))


def is_there(word: str) -> bool:
    """Whether what a word names exists; words that name nothing of ours do no harm."""
    if DOTTED.fullmatch(word):
        if (ROOT / word.replace(".", "/")).with_suffix(".py").is_file():
            return True  # not imported: what serves the house would open it
        try:
            pkgutil.resolve_name(word)
        except (ImportError, AttributeError):
            return False
        return True
    if FILE.fullmatch(word):
        return (ROOT / word).exists() if "/" in word else word in NAMES
    name = NAME.fullmatch(word)
    return name is None or name[1] in CODE | NOT_OURS


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_what_a_paper_names_is_there(paper: Path) -> None:
    text = paper.read_text()
    gone = {word for word in quoted(paper) if not is_there(word)}
    gone |= {f"manage.py {name}" for name in re.findall(r"`manage\.py (\w+)", text) if name not in get_commands()}
    links = re.findall(r"\]\(([^):#]+)\)", text)
    gone |= {link for link in links if not (paper.parent / link).exists()}
    assert gone == set(), f"{paper.relative_to(ROOT)} names what is not there"


def test_every_room_stands_on_the_page_and_in_the_contracts() -> None:
    named: set[str] = set()
    wing = ""
    for line in (ROOT / "docs/architecture.md").read_text().split("```")[1].splitlines():
        wing = line.partition("/")[0] if line[:1].strip() else wing
        named |= {f"{wing}/{room}" for room in re.findall(r"(\w+)/", line) if line[:1] == " "}
    rooms = {
        f"{wing}/{path.parent.name}"
        for wing in ("exchange", "applications", "evaluations")
        for path in (ROOT / wing).rglob("__init__.py")
        if not NO_ROOMS & {*path.relative_to(ROOT).parts} and path.parent != ROOT / wing
    } - {"exchange/charts", "exchange/actions", "exchange/forms", "exchange/views"}  # packages inside a room
    assert rooms - named == set(), "rooms without a line in docs/architecture.md"
    assert named - rooms == set(), "docs/architecture.md names rooms that are not there"
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    inside = next(one["containers"] for one in contracts if one["name"] == "Inside a room")
    outside = {room for room in rooms if not room.startswith("exchange/")} - {one.replace(".", "/") for one in inside}
    assert outside == set(), "rooms that are not in the list of “Inside a room” in pyproject.toml"
