"""The only door to spreadsheets. What people typed stays text: no cell is ever a formula."""

import csv
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from io import BytesIO, StringIO
from typing import Any

from django.utils import formats, translation
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _

from exchange import clock
from exchange.documents.plain import clean

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
#: What a program takes for the start of a formula. Look-alikes such as ＝ are folded onto these first.
FORMULA = frozenset("=+-@\t\r\0")
LONGEST_CELL = 32_767
WIDEST, NARROWEST = 60, 8
FORBIDDEN_IN_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


class CellKind(Enum):
    """What a column holds; it decides how a cell is written, whatever it looks like."""

    TEXT = "text"
    NUMBER = "number"
    #: A figure as a page writes it (1.234,5 or 83% or € 900): a number where it is one, else its words.
    FIGURE = "figure"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes or no"


TEXT, NUMBER, FIGURE, DATE, MOMENT, YES_NO = CellKind
#: How days and moments look; the program writes the names of months in its own language.
DAYS = {"nl": "dd-mm-yyyy", "en": "d mmm yyyy"}
WIDTHS = {DATE: 12, MOMENT: 18, NUMBER: 12, YES_NO: 9}
#: The mark of thousands only where a page would write it: never in a year.
WHOLE, THOUSANDS = "0", "#,##0"


@dataclass(frozen=True)
class Sheet:
    """A title, columns as (heading, kind), and rows that may come from a generator: they are read once."""

    title: str | Promise
    columns: Sequence[tuple[str | Promise, CellKind]]
    rows: Iterable[Sequence[Any]]


def workbook(sheets: Iterable[Sheet], *, language: str) -> bytes:
    """An XLSX file of `sheets` with headings in `language`; needs little memory however many rows there are."""
    import xlsxwriter  # noqa: PLC0415 -- slow import

    target = BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with translation.override(language), xlsxwriter.Workbook(target, options) as book:
        # Who made it is nobody's business: the file may travel further than its maker meant.
        book.set_properties({"author": "", "created": clock.now().replace(tzinfo=None)})
        looks = Looks(book)
        head = book.add_format({"bold": True, "bottom": 2, "valign": "bottom"})
        taken: set[str] = set()
        for sheet in sheets:
            fill(book.add_worksheet(tab(str(sheet.title), taken)), sheet, looks, head)
    return target.getvalue()


class Looks(dict[str, Any]):
    """The formats of a book, each made when a cell first wants it; `day` and `moment` as the reader writes them."""

    def __init__(self, book: Any) -> None:
        super().__init__()
        self.book = book
        self.day = DAYS.get((translation.get_language() or "nl")[:2], DAYS["en"])
        self.moment = f"{self.day} hh:mm"

    def __missing__(self, code: str) -> Any:
        self[code] = self.book.add_format({"num_format": code, "valign": "top"})
        return self[code]


def headed(heading: str | Promise, kind: CellKind) -> str:
    """A heading; that of moments says whose time it is."""
    return _("%(heading)s (Dutch time)") % {"heading": heading} if kind is MOMENT else str(heading)


def fill(page: Any, sheet: Sheet, looks: Looks, head: Any) -> None:
    """Write one sheet: headings that stay in sight, then the rows, then the widths they turned out to need."""
    heads = [headed(heading, kind) for heading, kind in sheet.columns]
    widths = [
        max(NARROWEST, WIDTHS.get(kind, 0), len(heading) + 2)
        for heading, (_heading, kind) in zip(heads, sheet.columns, strict=True)
    ]
    page.freeze_panes(1, 0)
    for column, heading in enumerate(heads):
        page.write_string(0, column, cell_text(heading), head)
    for number, row in enumerate(sheet.rows, start=1):
        for column, (value, (_heading, kind)) in enumerate(zip(row, sheet.columns, strict=True)):
            if value is None or value == "":
                continue
            WRITERS[kind](page, number, column, value, looks)
            if kind is TEXT:
                widths[column] = max(widths[column], min(WIDEST, len(str(value)) + 2))
    for column, width in enumerate(widths):
        page.set_column(column, column, min(width, WIDEST))


def write_text(page: Any, row: int, column: int, value: Any, looks: Looks) -> None:
    page.write_string(row, column, cell_text(value), looks["@"])


def write_number(page: Any, row: int, column: int, value: Any, looks: Looks) -> None:
    """A number with as many decimals as it was kept with; the program writes them in its own way."""
    if isinstance(value, int | float | Decimal) and math.isfinite(value):
        page.write_number(row, column, value, looks[decimals_of(value)])
    else:
        write_text(page, row, column, value, looks)


def decimals_of(value: int | float | Decimal) -> str:
    """How a number is shown: 3,50 for a decimal of two places."""
    if isinstance(value, Decimal):
        places = max(0, -int(value.as_tuple().exponent))
        return with_places(WHOLE, places)
    return WHOLE if isinstance(value, int) else "General"


def with_places(code: str, places: int) -> str:
    return f"{code}.{'0' * places}" if places else code


def write_figure(page: Any, row: int, column: int, value: Any, looks: Looks) -> None:
    if read := figure(str(value)):
        page.write_number(row, column, read[0], looks[read[1]])
    else:
        write_text(page, row, column, value, looks)


def figure(text: str) -> tuple[Decimal, str] | None:
    """A figure that was written for this reader: its value, and how a cell shows it the same. None for words."""
    point = formats.get_format("DECIMAL_SEPARATOR")
    mark = re.escape(formats.get_format("THOUSAND_SEPARATOR"))
    shape = rf"(€\s)?([−-]?)(\d{{1,3}}(?:{mark}\d{{3}})+|\d+)(?:{re.escape(point)}(\d+))?(\s?%)?"
    if not (found := re.fullmatch(shape, text.strip())):
        return None
    euro, minus, whole, part, percent = found.groups(default="")
    digits = re.sub(r"\D", "", whole)
    value = Decimal(f"{'-' if minus else ''}{digits}.{part or 0}")
    code = with_places(THOUSANDS if digits != whole else WHOLE, len(part))
    if percent:
        return value / 100, f"{code}%"
    return value, f'"€" {code}' if euro else code


def write_date(page: Any, row: int, column: int, value: Any, looks: Looks) -> None:
    if isinstance(value, datetime):
        value = local(value).date()
    if isinstance(value, date):
        page.write_datetime(row, column, value, looks[looks.day])
    else:
        write_text(page, row, column, value, looks)


def write_moment(page: Any, row: int, column: int, value: Any, looks: Looks) -> None:
    if isinstance(value, datetime):
        page.write_datetime(row, column, local(value), looks[looks.moment])
    else:
        write_text(page, row, column, value, looks)


def write_yes_no(page: Any, row: int, column: int, value: Any, looks: Looks) -> None:
    write_text(page, row, column, yes_no(value), looks)


WRITERS: dict[CellKind, Callable[[Any, int, int, Any, Looks], None]] = {
    TEXT: write_text, NUMBER: write_number, FIGURE: write_figure, DATE: write_date, MOMENT: write_moment,
    YES_NO: write_yes_no,
}  # fmt: skip


def csv_stream(sheet: Sheet) -> Iterator[bytes]:
    """The same sheet as CSV, a row at a time: byte order mark and semicolons, so that Dutch Excel opens it well."""
    language = translation.get_language() or "nl"
    return _csv_rows(sheet, language)


def _csv_rows(sheet: Sheet, language: str) -> Iterator[bytes]:
    # A stream is read after the view has ended, when the language may be another person's.
    with translation.override(language):
        head = [csv_text(headed(heading, kind)) for heading, kind in sheet.columns]
        yield "\ufeff".encode() + csv_line(head)
    for row in sheet.rows:
        with translation.override(language):
            cells = [csv_cell(value, kind) for value, (_heading, kind) in zip(row, sheet.columns, strict=True)]
        yield csv_line(cells)


def csv_line(cells: list[str]) -> bytes:
    line = StringIO()
    csv.writer(line, delimiter=";").writerow(cells)
    return line.getvalue().encode()


def csv_cell(value: Any, kind: CellKind) -> str:
    """A cell of `kind` in words; whatever is not truly a number or a date is treated as text."""
    if value is None:
        return ""
    if kind is YES_NO:
        return yes_no(value)
    if kind is NUMBER and isinstance(value, int | float | Decimal) and math.isfinite(value):
        return formats.number_format(value, force_grouping=False)
    if kind is MOMENT and isinstance(value, datetime):
        return local(value).strftime("%Y-%m-%d %H:%M")
    if kind is DATE and isinstance(value, date):
        return (local(value) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")
    return csv_text(value)


def csv_text(value: Any) -> str:
    """Text that no program takes for a formula: an apostrophe goes before what would start one."""
    text = clean(str(value), keep="\t\n\r\0")
    shielded = bool(starts_formula(text))
    return ("'" if shielded else "") + clean(text)


def starts_formula(text: str) -> bool:
    """Whether the first letter that counts could start a formula; invisible ones and blanks do not count."""
    if text[:1] in FORMULA:
        return True
    for letter in text:
        if letter.isspace() or unicodedata.category(letter) in {"Cf", "Cc"}:
            continue
        return unicodedata.normalize("NFKC", letter)[:1] in FORMULA
    return False


def cell_text(value: Any) -> str:
    """Text as a cell of XLSX can hold it."""
    text = clean(str(value))
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def yes_no(value: Any) -> str:
    return _("yes") if value else _("no")


def local(moment: datetime) -> datetime:
    """Spreadsheets know no zones; their times are Dutch ones."""
    return moment.astimezone(clock.HOME).replace(tzinfo=None) if moment.tzinfo else moment


def tab(title: str, taken: set[str]) -> str:
    """A name that a sheet may have: at most 31 letters, none forbidden, none twice."""
    plain = " ".join(clean(title, keep="").translate(FORBIDDEN_IN_TITLE).split()).strip("'")[:31].strip() or "Sheet"
    if plain.lower() == "history":
        # Excel keeps this one for itself.
        plain = f"{plain} 1"
    name, number = plain, 1
    while name.lower() in taken:
        number += 1
        name = f"{plain[: 31 - len(str(number)) - 1]} {number}"
    taken.add(name.lower())
    return name


def filename(*parts: object, extension: str, on: date | None = None) -> str:
    """A file name of plain letters with the day in it: `participants-london-2027-04-13.xlsx`."""
    words = [slugify(str(part))[:60].strip("-") for part in parts]
    day = (on or clock.today()).isoformat()
    return "-".join([*(word for word in words if word), day]) + f".{extension}"
