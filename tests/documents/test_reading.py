"""Spreadsheets that come in: read as text whatever wrote them, refused with a sentence when they are something else."""

import zipfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.documents import letters, reading
from exchange.documents.letters import Unreadable
from exchange.documents.plain import clean
from exchange.documents.reading import Row
from exchange.documents.sheets import TEXT, Sheet, csv_stream, starts_formula, workbook

HEAD = ("Naam", "E-mail")


def xlsx(*rows: list, title: str = "Lijst") -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@dataclass(frozen=True)
class First:
    """The first sheet with headings in its first line."""

    head: Row
    rows: tuple[Row, ...]


def read_file(content: bytes) -> First:
    return first(reading.read_file(content))


def read_text(text: str) -> First:
    return first(reading.read_text(text))


def first(book: reading.Book) -> First:
    head = book.sheets[0].lines[0]
    return First(head, book.sheets[0].below(head))


def texts(content: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read_file(content).rows]


def repacked(content: bytes, parts: dict[str, bytes]) -> bytes:
    """The same archive with other or further parts."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return target.getvalue()


# --- what people have -----------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_csv_as_spreadsheets_write_it(separator: str, encoding: str, line_end: str) -> None:
    lines = [["Naam", "E-mail"], ["Zoë Müller", "zoe@school.example"], ["", ""], ["Renée", "r@school.example"]]
    content = line_end.join(separator.join(line) for line in lines).encode(encoding)
    read = read_file(content)
    assert read.head == Row(1, HEAD)
    assert read.rows == (Row(2, ("Zoë Müller", "zoe@school.example")), Row(4, ("Renée", "r@school.example")))


def test_the_line_by_which_excel_says_its_separator() -> None:
    read = read_file(b"sep=,\r\nNaam,E-mail\r\nJan;Piet,j@school.example\r\n")
    assert (read.head.number, read.rows) == (2, (Row(3, ("Jan;Piet", "j@school.example")),))


def test_a_comma_in_quotation_marks_does_not_count() -> None:
    read = read_text('"Naam, voluit";E-mail\n"Vries, J. de";j@school.example\n')
    assert read.head.cells == ("Naam, voluit", "E-mail")
    assert read.rows[0].cells == ("Vries, J. de", "j@school.example")


def test_a_sheet_of_excel_with_numbers_dates_and_gaps() -> None:
    content = xlsx(
        ["Naam", None, "Nummer"],
        ["Jan", "", 12.0],
        [],
        [date(2026, 3, 4), True, 1.5],
        [datetime(2026, 3, 4, 9, 30), None, 7],  # noqa: DTZ001 -- spreadsheets know no zones
    )
    read = read_file(content)
    assert [row.number for row in read.rows] == [2, 4, 5]
    assert [row.cells for row in read.rows] == [
        ("Jan", "", "12"),
        ("2026-03-04", "ja", "1.5"),
        ("2026-03-04 09:30", "", "7"),
    ]


def test_the_first_sheet_that_is_seen_is_read() -> None:
    book = openpyxl.Workbook()
    book.active.append(["geheim"])
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("Lijst")
    shown.append(["Naam"])
    target = BytesIO()
    book.save(target)
    assert read_file(target.getvalue()).head.cells == ("Naam",)


def test_what_a_file_is_called_says_nothing() -> None:
    """Nobody asks its name: an Excel file that is called .csv is still read as one."""
    assert texts(xlsx(["Naam"], ["Jan"])) == [("Jan",)]


# --- formulas -------------------------------------------------------------------------------------


def test_a_formula_is_marked_and_never_computed() -> None:
    row = read_file(xlsx(["Naam", "Som"], ["Jan", "=1+1"])).rows[0]
    assert row == Row(2, ("Jan", "=1+1"), frozenset({1}))


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+31 6", "-1+1", '=HYPERLINK("http://evil.example")', "＝1+1"])
def test_in_text_too(text: str) -> None:
    row = read_text(f"Naam;Som\nJan;{text}" if '"' not in text else f"Naam\tSom\nJan\t'{text}").rows[0]
    assert row.formulas == (frozenset({1}) if '"' not in text else frozenset())


def test_our_own_apostrophe_goes_and_a_dash_alone_is_no_formula() -> None:
    row = read_text("a;b;c;d\n'=1+1;'-Jan;-;'s Gravenhage").rows[0]
    assert row == Row(2, ("=1+1", "-Jan", "-", "'s Gravenhage"))


# --- what we write we read ------------------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
ROWS = st.lists(st.lists(WORDS, min_size=3, max_size=3), max_size=8)


def kept(text: str) -> str:
    """What of a text can be held by a file at all."""
    return clean(text).strip()


def as_read(rows: list[list[str]]) -> list[tuple[str, ...]]:
    """Rows without blanks at the end, and without empty rows."""
    found = []
    for row in rows:
        cells = [kept(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.append(tuple(cells))
    return found


def ambiguous(text: str) -> bool:
    """In CSV an apostrophe typed before a formula looks like ours; so does ours before a letter that no file holds."""
    return (text[:1] == "'" and starts_formula(text[1:])) or text[:1] != clean(text[:1])


@settings(max_examples=150, deadline=None)
@given(ROWS)
def test_csv_there_and_back(rows: list[list[str]]) -> None:
    rows = [[f"x{cell}" if ambiguous(cell) or ambiguous(clean(cell)) else cell for cell in row] for row in rows]
    content = b"".join(csv_stream(Sheet("Lijst", [(name, TEXT) for name in "abc"], rows)))
    read = read_file(content)
    assert read.head.cells == ("a", "b", "c")
    assert [row.cells for row in read.rows] == as_read(rows)
    assert all(not row.formulas for row in read.rows)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_xlsx_there_and_back(rows: list[list[str]]) -> None:
    read = read_file(workbook([Sheet("Lijst", [(name, TEXT) for name in "abc"], rows)], language="nl"))
    assert [row.cells for row in read.rows] == as_read(rows)
    assert all(not row.formulas for row in read.rows)


# --- what is no list ------------------------------------------------------------------------------

GOOD = xlsx(["Naam"], ["Jan"])
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
NO_ARCHIVE = b"PK\x05\x06" + b"\0" * 18
HOSTILE = {
    "nothing": (b"", "staat niets in"),
    "blanks": (b"\r\n ; ;\r\n\r\n", "staat niets in"),
    "an empty sheet": (xlsx(), "staat niets in"),
    "a zip bomb": (repacked(GOOD, {"xl/media/image1": b"\0" * 9_000_000}), "veel meer"),
    "a thousand parts": (repacked(GOOD, {f"p{n}": b"" for n in range(1000)}), "veel meer"),
    "half an archive": (GOOD[: len(GOOD) // 2], "beschadigd"),
    "a damaged sheet": (repacked(GOOD, {"xl/worksheets/sheet1.xml": b"<a><b>"}), "beschadigd"),
    "entities": (repacked(GOOD, {"xl/sharedStrings.xml": ENTITY}), "beschadigd"),
    "entities in two bytes": (repacked(GOOD, {"xl/styles.xml": ENTITY.decode().encode("utf-16")}), "beschadigd"),
    "no sheet in it": (repacked(GOOD, {"xl/workbook.xml": b"<workbook/>"}), "beschadigd"),
    "another archive": (repacked(NO_ARCHIVE, {"content.xml": b"x"}), "geen Excelbestand"),
    "an old office file": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "oud"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)), "te lezen"),
    "NUL": (b"Naam;E-mail\nJan\0;j@school.example", "te lezen"),
    "bytes of no text": (b"Naam\n\x81\x8d\x01", "te lezen"),
    "half a letter": (b"\xff\xfeN", "te lezen"),
    "an open quotation mark": (b'Naam;E-mail\n"Jan;j@school.example\n', "Rij 2"),
    "text after a quotation mark": (b'Naam\n"Jan"x\n', "Rij 2"),
    "too large": (b"x" * 1_000_001, "1 MB"),
    "ten thousand columns": (";".join(["x"] * 10_000).encode(), "60 kolommen"),
    "ten thousand columns in Excel": (xlsx(["x"] * 10_000), "60 kolommen"),
    "too many rows": (b"Naam\n" + b"Jan\n" * 1001, "1.000 rijen"),
    "too many rows in Excel": (xlsx(["Naam"], *[["Jan"]] * 1001), "1.000 rijen"),
    "a row far below": (xlsx(["Naam"], *[[]] * 20_500, ["Jan"]), "1.000 rijen"),
}


@pytest.mark.parametrize(("content", "words"), HOSTILE.values(), ids=list(HOSTILE))
def test_it_is_refused_with_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_file(content)
    assert words in str(refusal.value)


def test_a_thousand_rows_are_read() -> None:
    assert len(read_file(b"Naam\n" + b"Jan\n" * 1000).rows) == 1000
    assert len(read_file(xlsx(["Naam"], *[["Jan"]] * 1000)).rows) == 1000


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for attempt in (content, b"PK\x03\x04" + content, GOOD[:60] + content + GOOD[60:]):
        with suppress(Unreadable):
            read_file(attempt)


def test_a_picture_is_refused_before_its_words_are_weighed(monkeypatch):
    weighed = []
    monkeypatch.setattr(letters, "likelihood", lambda text: weighed.append(text) or 0)
    with pytest.raises(Unreadable, match=r"\.xlsx"):
        letters.decoded(b"GIF89a\x01\x00\xe9\xf7" * 9)
    assert not weighed
    letters.decoded("Ren\xe9\r\n\x1a".encode("cp1252"))  # what DOS ends a file with is no picture
    assert weighed
