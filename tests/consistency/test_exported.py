"""Every spreadsheet that leaves the house, read back: what stands in its cells is what a person expects to read."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from django.conf import settings

from exchange import clock
from tests.consistency.alliance import Alliance
from tests.consistency.test_access import NOW, ROWS, address

pytestmark = pytest.mark.django_db

#: Every address that gives a workbook, with somebody who gets it.
BOOKS = {
    "trips:travellers-sheet": "lead",
    "privacy:download": "participant",
    "applications:list-xlsx": "lead",
    "applications:people-xlsx": "lead",
    "applications:school-people-xlsx": "coordinator",
    "applications:invite-xlsx": "lead",
    "impact:edition-xlsx": "lead",
    "school:people-xlsx": "coordinator",
}
#: How programs write what people do not.
UNREAD = re.compile(r"\b\d{4}-\d\d-\d\d\b|\b(True|False|None)\b|\+00:00|<\w+")
#: Columns in which digits are no number: nobody counts with them.
NAMES = ("nummer", "number", "telefoon", "phone", "versie", "version", "code", "sleutel", "checksum")
DATED = {"nl": ("dd-mm-yyyy", "dd-mm-yyyy hh:mm"), "en": ("d mmm yyyy", "d mmm yyyy hh:mm")}
ITS_TIME = {"nl": "(Nederlandse tijd)", "en": "(Dutch time)"}


def test_every_workbook_is_read() -> None:
    """A row of the access table whose address ends in a workbook stands among the books."""
    told = {name for name, verb, _scene, _letters, given in ROWS if "xlsx" in name or given.get("kind") == "xlsx"}
    assert told | {"trips:travellers-sheet"} == set(BOOKS)


def fetched(house: Alliance, name: str, language: str) -> Any:
    """The response with a workbook, as somebody reads it in a language."""
    line = next(row for row in ROWS if row[0] == name and row[4].get("kind", "xlsx") == "xlsx")
    client = house.clients[BOOKS[name]]
    with clock.at(NOW[line[4].get("now", "selection")]):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        response = client.get(address(house, name, line[2], line[4]))
        assert response.status_code == 200
        return response


def pages(content: bytes) -> Iterator[tuple[Any, list[str], list[Any]]]:
    """Each row of each sheet with its headings."""
    for page in openpyxl.load_workbook(io.BytesIO(content)):
        head, *rows = page.iter_rows()
        for row in rows:
            yield page, [str(cell.value) for cell in head], row


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", BOOKS)
def test_cells_are_what_a_person_reads(house: Alliance, name: str, language: str) -> None:
    content = b"".join(fetched(house, name, language))
    faults = []
    for page, heads, row in pages(content):
        for head, cell in zip(heads, row, strict=True):
            faults += [f"{page.title} · {head}: {fault}" for fault in amiss(head, cell, language)]
    assert faults == [], "\n".join(faults)
    assert "<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()


def amiss(head: str, cell: Any, language: str) -> Iterator[str]:
    value = cell.value
    if isinstance(value, datetime):
        day, moment = DATED[language]
        if cell.number_format not in (day, moment):
            yield f"a day written as {cell.number_format}"
        if (cell.number_format == moment) is not head.endswith(ITS_TIME[language]):
            yield "a moment without whose time it is"
    elif isinstance(value, str):
        if UNREAD.search(value):
            yield value[:60]
        if re.fullmatch(r"[−-]?\d{1,12}(?:[.,]\d+)?\s?%?", value) and not any(word in head.lower() for word in NAMES):
            yield f"a number as text: {value}"


def test_names_of_files_and_sheets_follow_the_reader(house: Alliance) -> None:
    told = {
        (language, name): (
            fetched(house, name, language)["Content-Disposition"],
            openpyxl.load_workbook(io.BytesIO(b"".join(fetched(house, name, language)))).sheetnames[0],
        )
        for language in ("nl", "en")
        for name in ("trips:travellers-sheet", "applications:list-xlsx", "impact:edition-xlsx", "privacy:download")
    }
    for (language, name), (file, sheet) in told.items():
        words = WORDS[name][language == "en"]
        assert (words[0] in file, sheet) == (True, words[1]), (language, name, file, sheet)


#: A word of the file, and the first sheet: in Dutch and in English.
WORDS = {
    "trips:travellers-sheet": (("deelnemers", "Deelnemers"), ("travellers", "Travellers")),
    "applications:list-xlsx": (("aanmeldingen", "Aanmeldingen"), ("applications", "Applications")),
    "impact:edition-xlsx": (("impactrapport", "Samenvatting"), ("impact-report", "Summary")),
    "privacy:download": (("mijn-gegevens", "Profiel"), ("my-data", "Profile")),
}
