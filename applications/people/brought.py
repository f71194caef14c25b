"""A list that was brought along: where it begins in the file, which column is which, and what each row says."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.documents.letters import Unreadable
from exchange.documents.reading import HEADINGS_WITHIN, Book, Grid, Row, columns
from exchange.folding import plain, squeezed

NAME, EMAIL, SCHOOL, JOB_ROLE, LANGUAGE = FIELDS = ("name", "email", "school", "job_role", "language")
FIRST, INFIX, LAST, INITIALS = PARTS = ("first", "infix", "last", "initials")
LABELS = {
    FIRST: gettext_lazy("First name"),
    INFIX: gettext_lazy("Infix"),
    LAST: gettext_lazy("Surname"),
    INITIALS: gettext_lazy("Initials"),
    NAME: gettext_lazy("Name"),
    EMAIL: gettext_lazy("E-mail"),
    SCHOOL: gettext_lazy("School"),
    JOB_ROLE: gettext_lazy("Job role"),
    LANGUAGE: gettext_lazy("Language"),
}
#: Words of a heading, the most telling first: "naam van de school" is a school.
HEADINGS = {
    EMAIL: "email mail emailadres mailadres emailaddress mailaddress werkmail",
    FIRST: "voornaam roepnaam voornamen firstname first forename given givenname",
    INFIX: (
        "tussenvoegsel tussenvoegsels tussenv tv voorvoegsel voorvoegsels voorv infix insertion prefix nameprefix "
        "surnameprefix middle middlename"
    ),
    LAST: "achternaam familienaam geslachtsnaam lastname last surname family familyname",
    INITIALS: "voorletters voorletter initialen initials",
    SCHOOL: "school instelling institution organisatie organisation werkgever employer",
    JOB_ROLE: "functie functienaam rol role job jobrole jobtitle position beroep",
    LANGUAGE: "taal voorkeurstaal language",
    NAME: "naam name collega colleague medewerker employee fullname",
}
#: More of a cell is not read.
LONGEST = 300
BLANK = {"-", "–", "—", "?"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row of a list says, in its own words."""

    number: int
    values: dict[str, str]
    formulas: tuple[str, ...] = ()
    #: The cells of a name that stands in several.
    parts: tuple[tuple[str, str], ...] = ()


def which(heading: str) -> str:
    """The field a heading stands for; empty when it says nothing to us."""
    words = {squeezed(word) for word in re.split(r"[\s/_.,:;()-]+", heading)} | {squeezed(heading)}
    if "," not in heading and all(words & set(HEADINGS[name].split()) for name in (FIRST, LAST)):
        return NAME  # "first and last name" is one column
    return next((name for name, known in HEADINGS.items() if words & set(known.split())), "")


def layout(head: Row) -> dict[str, int]:
    """Which field stands in which column. Raises Unreadable when a list of people has no names or no addresses."""
    found: dict[str, int] = {}
    for place, heading in enumerate(head.cells):
        name = which(heading)
        if not name:
            continue
        if name in found and squeezed(head.cells[found[name]]) in HEADINGS[name].split():
            if squeezed(heading) in HEADINGS[name].split():
                raise Unreadable(_("Two columns are called “%(name)s”. Keep one of them.") % {"name": heading})
            continue
        found[name] = place
    facts = {"number": head.number, "heads": ", ".join(f"“{cell[:40]}”" for cell in head.cells[:12] if cell)}
    if EMAIL not in found:
        raise Unreadable(_("There is no column with e-mail addresses. Row %(number)s says: %(heads)s.") % facts)
    if not {NAME, LAST} & set(found):
        raise Unreadable(_("There is no column with names. Row %(number)s says: %(heads)s.") % facts)
    return found


@dataclass(frozen=True, slots=True)
class How:
    """How a list is to be read, where somebody says it: which sheet, in which row the headings, in which letters."""

    sheet: int | None = None
    head: int | None = None
    letters: str = ""


@dataclass(frozen=True, slots=True)
class Brought:
    """A list that was read: its entries, and what was found out to read them."""

    book: Book
    sheet: int
    head: Row
    entries: list[Entry]

    @property
    def grid(self) -> Grid:
        return self.book.sheets[self.sheet]

    @property
    def looked_for(self) -> bool:
        """Whether the list did not simply begin at the top."""
        return self.sheet > 0 or self.head is not self.grid.lines[0]


def read(book: Book, how: How | None = None) -> Brought:
    """The people of a list, from the sheet and row that were named, else where it seems to begin. Raises Unreadable."""
    how = how or How()
    named = how.sheet is not None and how.sheet < len(book.sheets)
    sheets = [how.sheet] if named and how.sheet is not None else range(len(book.sheets))
    begins = [(sheet, head) for sheet in sheets if (head := _begin(book.sheets[sheet], how.head))]
    if not begins:
        _refuse(book.sheets[sheets[0]], how.head)
    filled = [(sheet, head) for sheet, head in begins if _has_addresses(book.sheets[sheet], head)]
    sheet, head = (filled or begins)[0]
    return Brought(book, sheet, head, entries(head, book.sheets[sheet].below(head)))


def _begin(grid: Grid, number: int | None) -> Row | None:
    """The line of a sheet that holds the headings: of the first ones that with most headings we know."""
    lines = grid.lines[:HEADINGS_WITHIN] if number is None else [one for one in grid.lines if one.number == number]
    best, most = None, 0
    for line in lines:
        try:
            known = len(layout(line))
        except Unreadable:
            continue
        exact = sum(squeezed(cell) in HEADINGS[name].split() for cell in line.cells if (name := which(cell)))
        if known + 100 * exact > most:
            best, most = line, known + 100 * exact
    return best


def _refuse(grid: Grid, number: int | None) -> None:
    """Says why no line can be the headings: of the one that is named, else of the one that is most like them."""
    lines = grid.lines[:HEADINGS_WITHIN] if number is None else [one for one in grid.lines if one.number == number]
    if not lines:
        raise Unreadable(_("There is nothing in row %(number)s. Choose the row of the headings.") % {"number": number})
    layout(max(lines, key=lambda line: (sum(bool(which(cell)) for cell in line.cells), len(line.cells))))


def _has_addresses(grid: Grid, head: Row) -> bool:
    place = layout(head)[EMAIL]
    return any(
        "@" in cell for line in grid.lines if line.number > head.number for cell in line.cells[place : place + 1]
    )


def entries(head: Row, rows: Iterable[Row]) -> list[Entry]:
    """The rows below the headings as they stand there. Raises Unreadable."""
    places = layout(head)
    width = max(places.values()) + 1
    found = []
    for row in rows:
        cells = columns(row, width)
        said = {name: " ".join(seen(cells[place]).split())[:LONGEST] for name, place in places.items()}
        parts = {name: said[name] for name in PARTS if said.get(name, "") not in BLANK | {""}}
        said[NAME], of = _name(said.get(NAME, ""), parts, last="last" in places)
        formulas = tuple(name for name, place in places.items() if place in row.formulas)
        values = {name: said.get(name, "") for name in FIELDS}
        if any(values.values()):
            found.append(Entry(row.number, values, formulas, tuple(of.items())))
    if not found:
        raise Unreadable(_("There are headings, but nobody below them."))
    return found


def seen(text: str) -> str:
    """A cell without what nobody sees in it: spaces of no width, soft hyphens, marks of direction."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf" or char in "\u200c\u200d")


def _name(whole: str, parts: dict[str, str], *, last: bool) -> tuple[str, dict[str, str]]:
    """The name of somebody and the cells it is made of. A column that is only called “name” may hold the surname."""
    if not parts or (whole and last and LAST not in parts):
        return whole, {}
    first = parts.get(FIRST) or parts.get(INITIALS, "")
    if not last and (not first or f" {plain(first)} " in f" {plain(whole)} "):
        return whole, {}
    surname = parts.get(LAST, "") if last else whole
    of = {FIRST: first, INFIX: parts.get(INFIX, ""), LAST: surname}
    return " ".join(filter(None, of.values())), {name: text for name, text in of.items() if text}
