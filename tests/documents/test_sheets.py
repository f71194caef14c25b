"""Spreadsheets: what people typed stays text, numbers stay numbers, and nobody's name travels along."""

import csv
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from xml.etree import ElementTree

import openpyxl
import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from exchange import clock
from exchange.documents.sheets import (
    DATE,
    FIGURE,
    MOMENT,
    NUMBER,
    TEXT,
    YES_NO,
    Sheet,
    csv_stream,
    filename,
    tab,
    workbook,
)

PAYLOADS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1", "\u00a0=1+1", "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1", "＋1+1", "－1+1", "＠SUM(A1)", "﹦1+1", "\x0b=1+1", "\x00=1+1", '=HYPERLINK("http://evil.example")',
    "=cmd|' /C calc'!A0", "\x07\x1b=1",
]  # fmt: skip
HARMLESS = [
    "1-1",
    "a=b",
    "Zorgcoach",
    "−5 °C",
    "é@school.example",
    "x" * 40_000,
    "https://exchange.example",
    "00612",
    "een\ntwee",
]


def book(rows: list, columns: list, language: str = "nl") -> bytes:
    return workbook([Sheet("Lijst", columns, rows)], language=language)


def cells(content: bytes) -> list[list]:
    page = openpyxl.load_workbook(BytesIO(content))["Lijst"]
    return [list(row) for row in page.iter_rows(min_row=2)]


def part(content: bytes, name: str) -> str:
    return zipfile.ZipFile(BytesIO(content)).read(name).decode()


def read_csv(sheet: Sheet) -> list[list[str]]:
    content = b"".join(csv_stream(sheet))
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("kind", [TEXT, NUMBER, DATE, MOMENT])
def test_no_cell_is_a_formula(payload: str, kind: object) -> None:
    content = book([[payload]], [(payload, kind)])

    xml = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in xml
    assert "<f " not in xml
    [[cell]] = cells(content)
    assert cell.data_type == "s"
    assert cell.hyperlink is None


@pytest.mark.parametrize("payload", PAYLOADS)
def test_csv_puts_an_apostrophe_before_what_starts_a_formula(payload: str) -> None:
    [head], [cell] = read_csv(Sheet("Lijst", [(payload, TEXT)], [[payload]]))

    assert cell.startswith("'")
    assert head.startswith("'")
    assert not {"\x00", "\x0b", "\x07", "\x1b", "\r"} & set(cell)


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_was_typed(text: str) -> None:
    [[cell]] = cells(book([[text]], [("Tekst", TEXT)]))
    [_head, [told]] = read_csv(Sheet("Lijst", [("Tekst", TEXT)], [[text]]))

    assert cell.value == (text if len(text) < 32_768 else "x" * 32_766 + "…")
    assert cell.data_type == "s"
    assert told == text


def test_each_kind_is_written_as_what_it_is() -> None:
    row = ["Jo", Decimal("3.5"), -2, date(2026, 4, 13), datetime(2026, 7, 1, 22, 30, tzinfo=UTC), True, None]
    columns = [("a", TEXT), ("b", NUMBER), ("c", NUMBER), ("d", DATE), ("e", MOMENT), ("f", YES_NO), ("g", NUMBER)]

    [found] = cells(book([row], columns))

    values = ["Jo", 3.5, -2, datetime(2026, 4, 13), datetime(2026, 7, 2, 0, 30), "ja", None]  # noqa: DTZ001 -- as Excel has them
    assert [cell.value for cell in found] == values
    assert [cell.is_date for cell in found] == [False, False, False, True, True, False, False]


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [("nl", "dd-mm-yyyy", "dd-mm-yyyy hh:mm"), ("en", "d mmm yyyy", "d mmm yyyy hh:mm")],
)
def test_days_and_moments_look_as_the_reader_writes_them(language: str, day: str, moment: str) -> None:
    row = [date(2026, 4, 13), datetime(2026, 11, 27, 10, 0, tzinfo=UTC)]
    [found] = cells(book([row], [("a", DATE), ("b", MOMENT)], language))
    assert [cell.number_format for cell in found] == [day, moment]
    # Ten o'clock in UTC is eleven in Amsterdam in winter.
    assert [cell.value for cell in found] == [datetime(2026, 4, 13), datetime(2026, 11, 27, 11, 0)]  # noqa: DTZ001


#: A number, and how its cell is shown: the program puts in the sign of the reader.
NUMBERS = [
    (7, "0"),
    (2026, "0"),
    (-2, "0"),
    (Decimal("3.50"), "0.00"),
    (Decimal("3.5"), "0.0"),
    (Decimal(12), "0"),
    (1.25, "General"),
]


@pytest.mark.parametrize(("value", "code"), NUMBERS)
def test_a_number_keeps_its_decimals(value: object, code: str) -> None:
    [[cell]] = cells(book([[value]], [("b", NUMBER)]))
    assert (cell.data_type, float(cell.value), cell.number_format) == ("n", float(value), code)


#: A figure as a Dutch and as an English page writes it, its value and how the cell shows it; None: it stays words.
FIGURES: dict[tuple[str, str], tuple[float, str] | None] = {
    ("12", "12"): (12, "0"),
    ("0", "0"): (0, "0"),
    ("1.234", "1,234"): (1234, "#,##0"),
    ("1.234.567", "1,234,567"): (1234567, "#,##0"),
    ("3,5", "3.5"): (3.5, "0.0"),
    ("−1,25", "−1.25"): (-1.25, "0.00"),
    ("1.234,50", "1,234.50"): (1234.5, "#,##0.00"),
    ("83%", "83%"): (0.83, "0%"),
    ("83 %", "83 %"): (0.83, "0%"),
    ("€ 900", "€ 900"): (900, '"€" 0'),
    ("€ 1.450", "€ 1,450"): (1450, '"€" #,##0'),
    ("3 van 12", "3 of 12"): None,
    ("–", "–"): None,
    ("afgeschermd", "suppressed"): None,
    ("1.23", "1,23"): None,
    ("=1+1", "=1+1"): None,
}


@pytest.mark.parametrize(("written", "wanted"), FIGURES.items(), ids=[dutch for dutch, _english in FIGURES])
def test_a_figure_of_a_page_is_a_number_in_a_cell(written: tuple[str, str], wanted: tuple[float, str] | None) -> None:
    for language, text in zip(("nl", "en"), written, strict=True):
        [[cell]] = cells(book([[text]], [("b", FIGURE)], language))
        told = (cell.value, cell.number_format) if cell.data_type == "n" else None
        assert told == wanted
        assert wanted or cell.value == text


def test_a_number_that_is_none_is_text() -> None:
    [[one], [two]] = cells(book([[float("nan")], [float("inf")]], [("b", NUMBER)]))

    assert (one.value, two.value) == ("nan", "inf")


def test_csv_speaks_the_language_it_was_asked_in() -> None:
    sheet = Sheet("Lijst", [(gettext_lazy("level"), NUMBER), ("b", YES_NO), ("c", DATE), ("d", MOMENT)],
                  [[-1234.5, False, date(2026, 4, 13), datetime(2026, 1, 1, 12, 0, tzinfo=UTC)]])  # fmt: skip
    with translation.override("nl"):
        stream = csv_stream(sheet)
    with translation.override("en"):
        dutch = b"".join(stream).decode("utf-8-sig")
        english = b"".join(csv_stream(sheet)).decode("utf-8-sig")

    assert dutch == "niveau;b;c;d (Nederlandse tijd)\r\n-1234,5;nee;2026-04-13;2026-01-01 13:00\r\n"
    assert english == "level;b;c;d (Dutch time)\r\n-1234.5;no;2026-04-13;2026-01-01 13:00\r\n"


def test_a_workbook_tells_nobody_who_made_it() -> None:
    with clock.at(datetime(2026, 1, 2, 3, 4, tzinfo=UTC)):
        content = book([["Jo"]], [("Naam", TEXT)])

    about = ElementTree.fromstring(part(content, "docProps/core.xml"))  # noqa: S314 -- our own file
    told = {child.tag.split("}")[1]: child.text for child in about}
    assert told == {
        "creator": None, "lastModifiedBy": None, "created": "2026-01-02T03:04:00Z", "modified": "2026-01-02T03:04:00Z",
    }  # fmt: skip


def test_headings_stay_in_sight_and_columns_fit() -> None:
    content = book([["kort"], ["een heel stuk langer dan het hoofd"]], [("Naam", TEXT)])

    page = openpyxl.load_workbook(BytesIO(content))["Lijst"]
    assert page.freeze_panes == "A2"
    assert page["A1"].font.b
    assert 30 < page.column_dimensions["A"].width < 62


def test_headings_follow_the_language_and_the_caller_keeps_its_own() -> None:
    with translation.override("en"):
        content = book([["x"]], [(gettext_lazy("level"), TEXT)], language="nl")
        assert translation.get_language() == "en"

    assert openpyxl.load_workbook(BytesIO(content))["Lijst"]["A1"].value == "niveau"


def test_rows_may_come_from_a_generator_and_must_fit_the_columns() -> None:
    assert len(cells(book((["x"] for _each in range(500)), [("a", TEXT)]))) == 500
    with pytest.raises(ValueError, match="zip"):
        book([["x", "y"]], [("a", TEXT)])


def test_names_of_sheets_are_made_to_fit() -> None:
    taken: set[str] = set()
    names = [tab(title, taken) for title in ("a/b:c*?[d]", "A b c d", "", "History", "'x'", "L" * 40, "L" * 40, "\x0b")]

    assert names == ["a b c d", "A b c d 2", "Sheet", "History 1", "x", "L" * 31, "L" * 29 + " 2", "Sheet 2"]
    openpyxl.load_workbook(BytesIO(workbook([Sheet(name, [("a", TEXT)], []) for name in names], language="en")))


def test_file_names_are_plain() -> None:
    name = filename("Aanmeldingen", "Safeguarding/../Londen; 'é'\r\n", extension="xlsx", on=date(2027, 4, 13))
    assert name == "aanmeldingen-safeguardinglonden-e-2027-04-13.xlsx"
    with clock.at(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):
        assert filename("", "x", extension="csv") == "x-2027-01-01.csv"
