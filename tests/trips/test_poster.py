"""The poster of a call: one sheet whatever stands on it, read back from the paper, and there while one can apply."""

import re
import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pypdf
import pytest
import zxingcpp
from django.conf import settings
from django.core.cache import caches
from django.urls import reverse
from PIL import Image

from exchange.documents import pdf
from exchange.trips import poster
from exchange.trips.contact import Contact
from exchange.trips.poster import Voice
from tests import world
from tests.conftest import signed_in

CALL = world.MOMENTS["call"]
VOICE = Voice("Ik stond altijd achter de counter. Nu geef ik er les over.", "nl", "Baliemedewerker, reis van 2025")
#: Points on paper: A4, the margin, where the code begins below, and the gap between the columns.
WIDE, HIGH, MARGIN, FOOT = 595.3, 841.9, 20, 655
#: What a reader needs of contrast with white paper, 4.5 to 1, as a shade of grey.
LEGIBLE = 118


class Word(NamedTuple):
    """A word as it lies on the paper, in points."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def read(content: bytes, folder: Path) -> list[Word]:
    """The words of the only page, where they lie."""
    (folder / "poster.pdf").write_bytes(content)
    subprocess.run(["pdftotext", "-bbox", "poster.pdf", "poster.html"], cwd=folder, check=True)
    root = ElementTree.parse(folder / "poster.html")  # noqa: S314 -- our own
    places = ("xMin", "yMin", "xMax", "yMax")
    found = [one for one in root.iter() if one.tag.endswith("word")]
    return [Word(str(one.text), *(float(one.attrib[place]) for place in places)) for one in found]


def drawn(content: bytes, folder: Path) -> Image.Image:
    """The page as a grey printer lays it down, at 100 dots to the inch."""
    (folder / "poster.pdf").write_bytes(content)
    subprocess.run(
        ["pdftoppm", "-r", "100", "-gray", "-png", "-singlefile", "poster.pdf", "poster"], cwd=folder, check=True
    )
    return Image.open(folder / "poster.png").convert("L")


def of(length: int, text: str, last: str) -> str:
    """A text of exactly so many letters, with a last word to look for."""
    found = (text * length)[: length - len(last) - 1].strip()
    return found + "s" * (length - len(last) - 1 - len(found)) + " " + last


TITLE = of(80, "Samen veilig op school ", "Titelslot")
QUESTION = of(300, "Hoe houden scholen daar hun studenten veilig? ", "Vraagslot")
COSTS = of(300, "De alliantie betaalt reis en verblijf, je school de vervanging. ", "Kostenslot")
HARD: dict[str, dict[str, Any]] = {
    "a long name": {"city_nl": "Llanfairpwllgwyngyll"},
    "a name of several words": {"city_nl": "Newcastle upon Tyne en ’s-Hertogenbosch", "question_nl": QUESTION},
    "all of it long": {"title_nl": TITLE, "question_nl": QUESTION, "costs_nl": COSTS},
    "no city": {"city_nl": "", "city_en": "", "title_nl": TITLE, "question_nl": QUESTION, "costs_nl": COSTS},
    "a city of eighty letters": {"city_nl": "L" + "a" * 79, "question_nl": QUESTION, "costs_nl": COSTS},
    "unbroken": {"question_nl": "v" * 300, "costs_nl": "k" * 300},
    "accents": {"city_nl": "Łódź", "title_nl": "Çà et là, Größe", "costs_nl": "Geen. Şahin regelt het."},
    "an address of sixty": {"slug": "veiligheid-" * 5 + "in-ro"},
}


@pytest.mark.parametrize("heard", [None, VOICE], ids=["", "with a voice"])
@pytest.mark.parametrize("name", HARD)
def test_it_is_one_sheet_on_which_nothing_is_cut_or_covered(cast, tmp_path, name, heard):
    trip = world.trip(lead=cast.lead, **HARD[name])
    content = poster.printed(trip, CALL, language="nl", voice=heard)
    assert len(pypdf.PdfReader(BytesIO(content)).pages) == 1
    words = read(content, tmp_path)
    for word in words:
        assert MARGIN < word.left < word.right < WIDE - MARGIN, word
        assert MARGIN < word.top < word.bottom < HIGH - MARGIN, word
    texts = [word.text for word in words]
    # Where large letters stand close a reader of paper takes two words for one; a broken one it never finds.
    assert all(any(word in text for text in texts) for word in str(trip.city or trip.title).split()), "a word is broken"
    go = next(word.top for word in words if word.text == "Scan,")
    assert max(word.bottom for word in words if word.top < go) < FOOT < go
    assert "hooguit" in texts
    for last in ("Vraagslot", "Kostenslot", "Titelslot"):
        assert any(last in text for text in texts) == any(str(text).endswith(last) for text in HARD[name].values())
    assert not [(one, two) for one in words for two in words if one < two and lies_on(one, two)]


def lies_on(one: Word, two: Word) -> bool:
    """Whether two words cover each other: their lines without what reaches above and below the small letters."""
    up, down = 0.3, 0.25
    tops = [word.top + (word.bottom - word.top) * up for word in (one, two)]
    ends = [word.bottom - (word.bottom - word.top) * down for word in (one, two)]
    beside = one.right <= two.left + 1 or two.right <= one.left + 1
    return not beside and tops[0] < ends[1] and tops[1] < ends[0]


def test_a_voice_that_is_too_long_is_left_out_and_costs_nothing(cast, tmp_path):
    trip = world.trip(lead=cast.lead, question_nl=QUESTION, costs_nl=COSTS)
    long = poster.printed(trip, CALL, language="nl", voice=VOICE._replace(text=of(900, "Ik stond er. ", "Stemslot")))
    assert long == poster.printed(trip, CALL, language="nl")
    texts = [word.text for word in read(poster.printed(cast.trip, CALL, language="nl", voice=VOICE), tmp_path)]
    assert "‘Ik" in texts
    assert "Baliemedewerker," in texts


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "nl",
            "Mee naar Londen? | Je hoeft geen docent te zijn. | donderdag 1 oktober 2026, 17.00 uur (Nederlandse tijd)"
            " | studiereis, 10–13 november 2026 | 4 plaatsen, hooguit 2 per school | Geen."
            " | Scan, of typ op je telefoon | Vragen? Hanneke Boer helpt je aanmelden.",
        ),
        (
            "en",
            "Come along to London? | You need not be a teacher. | Thursday 1 October 2026, 17:00 (Dutch time)"
            " | study trip, 10–13 November 2026 | 4 places, at most 2 per school | Geen. | Scan, or type on your phone"
            " | Questions? Hanneke Boer helps you apply.",
        ),
    ],
)
def test_what_stands_on_it_can_be_read_and_scanned_back_in_grey(cast, tmp_path, language, said):
    trip = world.trip(lead=cast.lead, slug="veilig-in-londen", costs_nl="Geen.")
    content = poster.printed(trip, CALL, language=language)
    words = read(content, tmp_path)
    text = " ".join(word.text for word in words)
    for each in said.split(" | "):
        assert each in text, text
    address = f"{settings.BASE_URL}/trips/veilig-in-londen/"
    assert address.partition("://")[2].removesuffix("/") in text
    assert cast.lead.email in text
    picture = drawn(content, tmp_path)
    [code] = zxingcpp.read_barcodes(picture)
    assert code.text == address
    dots = 100 / 72
    for word in words:
        darkest, _lightest = picture.crop([int(side * dots) for side in word[1:]]).getextrema()
        assert darkest <= LEGIBLE, word
    document = pypdf.PdfReader(BytesIO(content))
    assert document.trailer["/Root"]["/Lang"] == language
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.metadata.title == said.split(" | ")[0]


def test_the_same_facts_are_the_same_bytes(cast):
    first = poster.printed(cast.trip, CALL, language="nl")
    caches["papers"].clear()
    assert poster.printed(cast.trip, CALL + timedelta(hours=3), language="nl") == first


def test_the_headline_is_as_large_as_its_longest_word_allows(cast):
    def headline(city: str) -> int:
        return poster.page(world.trip(city_nl=city, question_nl="Hoe?"), CALL)["sizes"].headline

    # As in picture 28; and the widest letters of the alphabet beside the narrowest.
    assert headline("Londen") == 136
    assert 50 < headline("Llanfairpwllgwyngyll") < 80
    assert headline("W" * 12) < headline("i" * 12) == 136


def test_without_a_name_to_ask_the_address_alone_stands_there(cast):
    trip = world.trip(contact_email="reizen@alliantie.example")
    said = poster.poster(trip, CALL)
    assert said.contact == Contact("", "reizen@alliantie.example")
    assert said.ask == "Vragen, of hulp bij het aanmelden?"


def test_a_call_that_is_still_to_open_says_from_when(cast):
    labels = [fact.label for fact in poster.poster(cast.trip, world.MOMENTS["planning"]).facts]
    assert labels == ["Aanmelden vanaf", "Aanmelden tot", "Je hoort het op", "Plaatsen"]
    assert [fact.label for fact in poster.poster(cast.trip, CALL).facts] == labels[1:]


# --- when it is there -----------------------------------------------------------------------------


@pytest.fixture
def pressed(monkeypatch):
    """What was drawn, without drawing it."""
    drawn: list[str] = []
    monkeypatch.setattr(pdf, "pressed", lambda markup: drawn.append(markup) or b"%PDF-1.7")
    return drawn


def address(trip, **query):
    return reverse("trips:poster", args=[trip.slug], query=query)


def test_anybody_gets_it_in_the_own_language_or_the_one_asked_for(client, cast, at, pressed):
    at(CALL)
    for query, language in (({}, "nl"), ({"language": "en"}, "en"), ({"language": "fr"}, "nl")):
        response = client.get(address(cast.trip, **query))
        assert response.status_code == 200
        assert f"poster-{cast.trip.slug}-{language}.pdf" in response["Content-Disposition"]
        assert response["Content-Type"] == "application/pdf"
    client.cookies["language"] = "en"
    assert "-en.pdf" in client.get(address(cast.trip))["Content-Disposition"]
    assert [re.search(r'<html lang="(..)"', page)[1] for page in pressed] == ["nl", "en"]


@pytest.mark.parametrize(
    ("moment", "change", "why"),
    [
        (world.CLOSES, {}, "De oproep is gesloten, dus er is geen poster meer."),
        (CALL, {"cancelled_at": CALL}, "Deze reis is geannuleerd."),
    ],
)
def test_after_closing_and_when_cancelled_there_is_none_and_it_says_why(client, cast, at, pressed, moment, change, why):
    at(moment)
    for name, value in change.items():
        setattr(cast.trip, name, value)
        cast.trip.cancelled_by = cast.lead
    cast.trip.save()
    response = client.get(address(cast.trip))
    assert (response.status_code, why in response.text, pressed) == (409, True, [])
    assert address(cast.trip) not in client.get(cast.trip.get_absolute_url()).text


def test_nothing_of_a_trip_that_is_not_announced_is_on_a_wall(client, cast, at, pressed):
    at(world.MOMENTS["planning"])
    plan = world.trip(lead=cast.lead, announced=False)
    assert client.get(address(plan)).status_code == 404
    team = signed_in(cast.lead).get(address(plan))
    assert (team.status_code, "De poster is er zodra de reis is aangekondigd." in team.text) == (409, True)
    assert pressed == []


def test_it_is_found_on_the_public_page_and_by_the_team_in_both_languages(client, cast, at):
    at(CALL)
    team = reverse("trips:team", args=[cast.trip.slug])
    for page in (client.get(cast.trip.get_absolute_url()), signed_in(cast.lead).get(team)):
        for language in ("nl", "en"):
            assert f'href="{address(cast.trip, language=language)}"' in page.text
    at(world.CLOSES)
    assert address(cast.trip) not in signed_in(cast.lead).get(team).text


def test_it_is_drawn_once_until_something_else_stands_on_it(client, cast, at, pressed):
    at(CALL)
    for _ in range(3):
        client.get(address(cast.trip))
    assert len(pressed) == 1
    cast.trip.costs_nl = "Geen."
    cast.trip.save()
    client.get(address(cast.trip))
    cast.lead.name = "Hanneke de Boer"
    cast.lead.save()
    client.get(address(cast.trip))
    assert ["Geen." in page for page in pressed] == [False, True, True]
    assert "Hanneke de Boer" in pressed[2]


def test_asking_for_it_is_limited(client, cast, at, pressed, settings):
    at(CALL)
    answers = [client.get(address(cast.trip)).status_code for _ in range(121)]
    assert answers == [200] * 120 + [429]
