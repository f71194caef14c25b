"""The only door by which spreadsheets come in: XLSX and CSV become rows of text, or one sentence that says why not.

Nothing in a file is computed, followed or trusted: a formula is marked as one, an archive is measured before it is
opened, and what a file is called says nothing about what it is.
"""

import csv
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from itertools import islice, zip_longest
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from exchange.documents.letters import Reading, Unreadable, decoded, unknown
from exchange.documents.plain import clean
from exchange.documents.sheets import starts_formula

LARGEST = 1_000_000
#: What an archive may hold once unpacked. A thousand people fill less than a tenth of it.
UNPACKED, PARTS = 8_000_000, 200
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 1_000, 60, 20
#: Lines of a sheet that are looked at, the empty ones among them.
MOST_LINES = 20_000
#: Headings stand in one of so many lines.
HEADINGS_WITHIN = 20
ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SEPARATORS = ";\t,"


#: What no text has that a spreadsheet wrote.
UNTEXTUAL = re.compile("[\0-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the sheet by its number there: the texts, and which of them are formulas."""

    number: int
    cells: tuple[str, ...]
    formulas: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: what it is called and its lines, the empty ones left out. `cut` says that there are more."""

    title: str
    lines: tuple[Row, ...]
    cut: bool = False

    def below(self, head: Row) -> tuple[Row, ...]:
        """The lines below the headings. Raises Unreadable when these are more than a list may hold."""
        rows = tuple(line for line in self.lines if line.number > head.number)
        if self.cut or len(rows) > MOST_ROWS:
            raise Unreadable(_("There are more than %(most)s rows. Split the list.") % {"most": thousand()})
        if any(len(row.cells) > MOST_COLUMNS for row in (head, *rows)):
            raise Unreadable(_("There are more than %(most)s columns.") % {"most": MOST_COLUMNS})
        return rows


@dataclass(frozen=True, slots=True)
class Book:
    """What a file holds: its sheets that are seen, and of a text in which letters it was read and can be read."""

    sheets: tuple[Grid, ...]
    letters: str = ""
    readings: tuple[Reading, ...] = ()
    sure: bool = True


def read_file(content: bytes, letters: str = "") -> Book:
    """What an uploaded file holds, in these letters if they are one of its readings. Raises Unreadable."""
    if len(content) > LARGEST:
        raise Unreadable(_("The file is larger than 1 MB. Keep only the columns that are asked, or split it."))
    if content.startswith(OLD_OFFICE):
        raise Unreadable(_("This is an old or locked Excel file. Save it as .xlsx without a password, or as CSV."))
    if content.startswith(ZIP):
        return Book(_filled_ones(_xlsx(content)))
    found = decoded(content)
    chosen = next((one for one in found.readings if one.letters == letters), None)
    text, sure = (chosen.text, True) if chosen else (found.text, found.sure)
    sheets = read_text(text).sheets
    return Book(sheets, chosen.letters if chosen else found.letters, found.readings, sure)


def read_text(text: str) -> Book:
    """What was pasted, or stands in a CSV file. Raises Unreadable."""
    # Programs of DOS end a file with a letter of its own.
    text = text.removeprefix("\ufeff").rstrip("\x1a")
    if UNTEXTUAL.search(text):
        raise Unreadable(unknown())
    return Book(_filled_ones([_grid("", _csv(text))]))


def _filled_ones(sheets: Iterable[Grid]) -> tuple[Grid, ...]:
    found = tuple(sheet for sheet in sheets if sheet.lines)
    if not found:
        raise Unreadable(_("There is nothing in it."))
    return found


def _grid(title: str, lines: Iterator[Row]) -> Grid:
    """A sheet with as many lines as it takes to know that there are too many."""
    found: list[Row] = []
    for line in lines:
        if line.number > MOST_LINES or len(found) > MOST_ROWS + HEADINGS_WITHIN:
            return Grid(title, tuple(found), cut=True)
        if any(line.cells):
            found.append(line)
    return Grid(title, tuple(found))


def thousand() -> str:
    """How many rows there may be, as it is written here."""
    return number_format(MOST_ROWS, force_grouping=True)


# --- CSV ------------------------------------------------------------------------------------------


def _csv(text: str) -> Iterator[Row]:
    # Excel's own way to say how the columns are separated.
    told = re.match(r"sep=(.)[ \t]*(?:\r\n|\r|\n)", text)
    text = text[told.end() :] if told else text
    delimiter = told[1] if told else separator(text)
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1 if told else 0
    try:
        for number, cells in enumerate(lines, start=number + 1):  # noqa: B020 -- the number of the line that fails
            yield _typed(number, cells)
    except csv.Error as problem:
        raise Unreadable(
            _("Row %(number)s cannot be read: a quotation mark is not closed, or text follows it.")
            % {"number": number + 1}
        ) from problem


def separator(text: str) -> str:
    """What separates the columns: whatever stands in the most of the first lines, and most often, outside quotes."""
    filled = (line for line in text.splitlines() if line.strip(' \t;,"'))
    bare = [re.sub(r'"[^"]*"', "", line) for line in islice(filled, HEADINGS_WITHIN)]
    return max(
        SEPARATORS, key=lambda mark: (sum(mark in line for line in bare), sum(line.count(mark) for line in bare))
    )


def _typed(number: int, cells: list[str]) -> Row:
    """A line of CSV: an apostrophe that was put before a formula's sign goes, a bare formula is marked."""
    texts, formulas = [], set()
    for place, cell in enumerate(cells):
        if cell[:1] == "'" and starts_formula(cell[1:]):
            cell = cell[1:]
        elif starts_formula(cell) and len(cell.strip()) > 1:
            formulas.add(place)
        texts.append(clean(cell).strip())
    return Row(number, _trimmed(texts), frozenset(formulas))


# --- XLSX -----------------------------------------------------------------------------------------


def _xlsx(content: bytes) -> list[Grid]:
    import openpyxl  # noqa: PLC0415 -- slow import

    measured(content)
    try:
        with warnings.catch_warnings():
            # What the library does not keep of a file (validation, styles) is not ours to keep either.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
            seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"][:MOST_SHEETS]
            if not seen:
                raise Unreadable(_broken())
            for page in seen:
                page.reset_dimensions()
            sheets = [_grid(clean(page.title), _filled(page.iter_rows(max_col=MOST_COLUMNS + 1))) for page in seen]
            book.close()
    except Unreadable:
        raise
    except Exception as problem:
        # A broken file fails in as many ways as there are parts in it.
        raise Unreadable(_broken()) from problem
    return sheets


def _broken() -> str:
    return _("This file is broken, or is no Excel file. Open it, save it as .xlsx and try again.")


def _filled(lines: Iterator[Any]) -> Iterator[Row]:
    """The lines that hold something, by their number."""
    before = None
    for number, cells in enumerate(lines, start=1):
        # The lines of a gap are one and the same, and there can be a million of them.
        if cells is before:
            continue
        before = cells
        row = _told(number, cells)
        if row.cells:
            yield row


def measured(content: bytes) -> None:
    """Refuse an archive that unpacks into more than a list can be, or that tells its reader to read elsewhere."""
    broken = _broken()
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise Unreadable(_("This file unpacks into far more than a list of people. Save only the list."))
            if "xl/workbook.xml" not in archive.namelist():
                raise Unreadable(_("This is no Excel file. Save the list as .xlsx or CSV."))
            for part in parts:
                # Without its zeros, because a part may be written in two bytes a letter.
                if b"<!DOCTYPE" in archive.read(part).replace(b"\0", b"").upper():
                    raise Unreadable(broken)
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, EOFError, ValueError) as problem:
        raise Unreadable(broken) from problem


def _told(number: int, cells: Any) -> Row:
    """A line of a sheet: every value as text, a formula never as what it comes to."""
    formulas = frozenset(place for place, cell in enumerate(cells) if cell.data_type == "f")
    return Row(number, _trimmed([in_plain(cell.value) for cell in cells]), formulas)


def in_plain(value: Any) -> str:
    """A value of a cell as it would be typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime) and value.time() == datetime.min.time():
        value = value.date()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return clean(str(value)).strip()


def _trimmed(texts: list[str]) -> tuple[str, ...]:
    """Without the empty cells at the end."""
    filled = [place for place, text in enumerate(texts) if text]
    return tuple(texts[: filled[-1] + 1]) if filled else ()


def columns(row: Row, width: int) -> list[str]:
    """The cells of a row, as many as there are headings."""
    return [text for text, _place in zip_longest(row.cells[:width], range(width), fillvalue="")]
