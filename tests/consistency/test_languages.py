"""Every page, mail, document and sheet speaks one language: what is in another one is marked with it."""

import io
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from openpyxl import load_workbook

from applications.models import Submission
from applications.writing.documents import copy_of
from evaluations.certificates.documents import printed as certificate_of
from evaluations.certificates.models import Certificate
from evaluations.impact.documents import paper as edition_of
from evaluations.impact.models import ReportEdition
from exchange import clock
from exchange.documents import pdf
from exchange.trips.models import Trip
from exchange.trips.poster import printed as poster_of
from tests.consistency.alliance import Alliance
from tests.consistency.test_access import NOW, address
from tests.consistency.test_bad_input import PAGES, who
from tests.languages import HOUSE, ONLY, strange

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # words are the same on every database

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
#: Attributes that are read out or shown.
SPOKEN = ("title", "aria-label", "placeholder", "alt")


class Speech(HTMLParser):
    """What a page says, each text with the language it is marked with."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []

    @property
    def page(self) -> str:
        return self.open[0][1] if self.open else ""

    @property
    def lang(self) -> str:
        return self.open[-1][1] if self.open else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        lang = given.get("lang") or self.lang
        texts = [given.get(name) for name in SPOKEN]
        texts += [given.get("value")] if tag == "input" and given.get("type") == "submit" else []
        texts += [given.get("content")] if given.get("name") == "description" else []
        self.said += [(lang, text) for text in texts if text]
        if tag not in VOID:
            self.open.append((tag, lang))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        # A title is read as one, so what somebody wrote can't be marked in it; it stands marked in the page. And in a
        # text field people write in the language they like, unless it says which.
        silent = ("script", "style", "title", *(() if self.lang != self.page else ("textarea",)))
        if self.open and self.open[-1][0] not in silent and data.strip():
            self.said.append((self.lang, " ".join(data.split())))


def found_in(page: str) -> list[str]:
    speech = Speech()
    speech.feed(page)
    return [f"{lang}: {text[:110]}" for lang, text in speech.said if lang in ONLY and strange(text, lang)]


def asked(house: Alliance, row: tuple[str, str, str, str, dict[str, str]], language: str) -> HttpResponse:
    """What an address answers whoever may see it, in a language."""
    name, _verb, scene, letters, given = row
    client, url = house.clients[who(letters)], address(house, name, scene, given)
    client.cookies["language"] = language
    with clock.at(NOW[given.get("now", "selection")]), transaction.atomic():
        response = client.get(url)
        transaction.set_rollback(True)
    # What a page has to say next is said in the language of the moment, and the next test has another.
    for cookie in ("language", "messages"):
        client.cookies.pop(cookie, None)
    return response


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("row", PAGES, ids=[row[0] for row in PAGES])
def test_a_page(house: Alliance, row: Any, language: str) -> None:
    response = asked(house, row, language)
    if response.headers.get("Content-Type", "").startswith("text/html") and response.status_code == 200:
        page = response.content.decode()
        assert f'<html lang="{language}"' in page
        assert found_in(page) == []


SHEETS = [row for row in PAGES if row[0].endswith("xlsx")]


DOCUMENTS = {
    "application": lambda language: copy_of(Submission.objects.first(), language=language),
    "certificate": lambda language: certificate_of(Certificate.objects.first(), language),
    "certificate in both": lambda _language: certificate_of(Certificate.objects.first(), "both"),
    "poster": lambda language: poster_of(Trip.objects.get(slug="call"), NOW["call"], language=language),
    "report": lambda language: edition_of(ReportEdition.objects.first(), own=(), language=language),
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document(house: Alliance, name: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed, before it is pressed: the PDF is tagged with these same languages."""
    markup: list[str] = []
    monkeypatch.setattr(pdf, "pressed", lambda page: markup.append(page) or b"%PDF-1.7")
    DOCUMENTS[name](language)
    (page,) = markup
    assert found_in(page) == []


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("row", SHEETS, ids=[row[0] for row in SHEETS])
def test_a_sheet(house: Alliance, row: Any, language: str) -> None:
    """Headings, names of sheets and of the file, and every cell that says what the house says."""
    response = asked(house, row, language)
    book = load_workbook(io.BytesIO(b"".join(response)))
    file_name = re.search(r'filename="?([^";]+)', response.headers["Content-Disposition"])
    assert file_name
    called = set(re.split(r"[-.]", file_name[1])) - set(house.scenes) - {"nl", "en"}
    cells = [str(cell) for sheet in book for cells in sheet.iter_rows(values_only=True) for cell in cells if cell]
    heads = [str(cell) for sheet in book for cell in next(sheet.iter_rows(values_only=True)) if cell]
    other = "en" if language == "nl" else "nl"
    wrong = [text for text in cells if text.casefold() in HOUSE[other] - {"en"}]
    wrong += [text for text in (*heads, *book.sheetnames, *called) if strange(text, language)]
    assert wrong == []


def test_what_is_found_is_seen() -> None:
    """The check itself: a text that a page forgot, an attribute, and both of them marked."""
    page = '<html lang="nl"><p>{}</p><a title="{}"></a></html>'
    assert len(found_in(page.format("What the school will do", "Sign in"))) == 2
    assert found_in(page.format("Wat de school gaat doen", "Inloggen")) == []
    assert found_in('<html lang="nl"><p lang="en">What the school will do</p></html>') == []
    assert found_in('<html lang="en"><input name="a"><p>Wat de school gaat doen</p></html>') != []


def test_letters_of_a_code_are_no_words() -> None:
    """“DE” is Dutch; in the code of a certificate it stands by chance."""
    assert not strange("S2AD1-SKTBE-NCDTT-F81DE-GEZ7Q7", "en")
    assert strange("de code van het bewijs", "en")
