"""The open calls and the page of one: order, words, weight."""

import gzip
import json
import re

import pytest
from django.urls import reverse

from exchange.dashboard import Section
from tests import world
from tests.conftest import signed_in


def titles(rows):
    return [trip.title_nl for trip in rows]


@pytest.fixture
def several(cast, at):
    """Trips in every phase around 15 September 2026."""
    cast.trip.delete()
    by = {"lead": cast.lead}
    world.trip(**by, title_nl="Sluit later", closes_at=world.home(2026, 10, 20))
    world.trip(**by, title_nl="Sluit eerst", closes_at=world.home(2026, 9, 20))
    world.trip(**by, title_nl="Opent laat", opens_at=world.home(2026, 9, 25))
    world.trip(**by, title_nl="Opent gauw", opens_at=world.home(2026, 9, 18))
    world.trip(**by, title_nl="In selectie", closes_at=world.home(2026, 9, 2))
    world.trip(**by, title_nl="Klaar", published=True, closed_at=world.OPENS, closed_by=cast.lead)
    world.trip(**by, title_nl="Geannuleerd", cancelled_at=world.OPENS, cancelled_by=cast.lead)
    world.trip(**by, title_nl="Geheim", announced=False)
    at(world.MOMENTS["call"])
    return cast


def test_open_calls_come_first_and_the_nearest_deadline_before(several, client):
    page = client.get("/")
    assert titles(page.context["calls"]) == ["Sluit eerst", "Sluit later"]
    assert titles(page.context["announced"]) == ["Opent gauw", "Opent laat"]
    assert titles(page.context["under_way"]) == ["In selectie"]
    assert titles(page.context["past"]) == ["Klaar"]
    text = page.content.decode()
    assert "zondag 20 september 2026" in text
    assert "(Nederlandse tijd)" in text
    assert "Geheim" not in text
    assert "Geannuleerd" not in text


def test_without_a_call_the_page_says_what_will_come(db, client):
    assert "Er staat nu geen oproep open" in client.get("/").content.decode()


def test_reports_are_linked_where_the_reader_may_read_them(several, client, offering):
    offering(report_addresses=(addresses,))
    assert "/reports/of/" not in client.get("/").content.decode()
    assert "/reports/of/" in signed_in(several.lead).get("/").content.decode()


def addresses(trips, user):
    return {trip.pk: f"/reports/of/{trip.slug}/" for trip in trips} if user.is_authenticated else {}


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        ("planning", "Je kunt je aanmelden vanaf dinsdag 1 september 2026"),
        ("call", "Meld je aan"),
        ("selection", "De oproep is gesloten op donderdag 1 oktober 2026, 17.00 uur (Nederlandse tijd)"),
        ("travelling", "De oproep is gesloten"),
    ],
)
def test_the_way_to_apply_says_when(cast, client, at, phase, words):
    at(world.MOMENTS[phase])
    text = client.get(reverse("trips:detail", args=[cast.trip.slug])).content.decode()
    assert words in text
    assert ("Meld je aan" in text) == (phase == "call")


def test_the_call_reads_in_english_with_its_own_words(cast, client, at):
    at(world.MOMENTS["call"])
    client.cookies["language"] = "en"
    cast.trip.question_en = ""
    cast.trip.save()
    text = client.get(reverse("trips:detail", args=[cast.trip.slug])).content.decode()
    assert "4 days London" in " ".join(text.split())
    assert "Tuesday 10 to Friday 13 November 2026" in text
    assert f'<span lang="nl">{cast.trip.question_nl}</span>' in text
    assert "Thursday 1 October 2026, 17:00 (Dutch time)" in text


def test_other_wings_add_to_the_call(cast, client, offering):
    offering(public_page={1: extra, 2: nothing})
    text = client.get(reverse("trips:detail", args=[cast.trip.slug])).content.decode()
    assert "Waar het om gaat" in text


def extra(trip, user, now):
    return Section(template="components/empty.html", context={"title": "Waar het om gaat", "text": "x"})


def nothing(trip, user, now):
    return None


def test_a_cancelled_trip_says_so_and_offers_nothing(cast, client, at):
    at(world.MOMENTS["call"])
    cast.trip.cancelled_at, cast.trip.cancelled_by = world.MOMENTS["call"], cast.lead
    cast.trip.save()
    text = client.get(reverse("trips:detail", args=[cast.trip.slug])).content.decode()
    assert "Deze reis is geannuleerd." in text
    assert "Meld je aan" not in text


def test_what_the_team_types_is_text(cast, client):
    cast.trip.need_nl = "<script>alert(1)</script>\n\nTweede alinea"
    cast.trip.save()
    text = client.get(reverse("trips:detail", args=[cast.trip.slug])).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
    assert "<p>Tweede alinea</p>" in text


def test_a_contact_and_findings_of_a_host_stay_with_the_team(cast, client):
    world.programme(cast.trip)
    host = cast.trip.hosts.get()
    host.contact_name, host.contact_email = "Maggie Stone", "maggie@host.example"
    host.save()
    host.pre_visits.update(findings="De poort is kapot.")
    text = client.get(reverse("trips:detail", args=[cast.trip.slug])).content.decode()
    assert "Hackney Road College" in text
    for secret in ("Maggie", "host.example", "poort"):
        assert secret not in text


def test_the_page_is_light(cast, client):
    world.programme(cast.trip)
    page = client.get(reverse("trips:detail", args=[cast.trip.slug]))
    assert len(gzip.compress(page.content)) < 9_000
    assert b"own.css" not in page.content


def linked(page):
    """The block of data for search engines."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.content.decode())
    return json.loads(found[1]) if found else None


def test_search_engines_read_what_people_read(cast, client, settings):
    settings.BASE_URL = "https://exchange.example"
    url = reverse("trips:detail", args=[cast.trip.slug])
    cast.trip.question_nl = "Wat <wil> je? </script><script>alert(1)</script> & meer"
    cast.trip.save()
    page = client.get(url)
    facts = linked(page)
    assert (facts["@type"], facts["startDate"], facts["endDate"]) == ("EducationEvent", "2026-11-10", "2026-11-13")
    assert facts["url"] == f"https://exchange.example{url}"
    assert facts["description"] == cast.trip.question_nl
    assert "<script>alert" not in page.content.decode()
    assert facts["eventStatus"].endswith("/EventScheduled")


def test_a_cancelled_trip_is_cancelled_for_search_engines_too(cast, client):
    cast.trip.cancelled_at, cast.trip.cancelled_by = world.MOMENTS["call"], cast.lead
    cast.trip.save()
    assert linked(client.get(reverse("trips:detail", args=[cast.trip.slug])))["eventStatus"].endswith("/EventCancelled")


def test_a_plan_is_no_event_yet(cast, login):
    cast.trip.announced_at = cast.trip.announced_by = None
    cast.trip.save()
    assert linked(login(cast.lead).get(reverse("trips:detail", args=[cast.trip.slug]))) is None


def test_the_call_says_what_to_have_at_hand_and_how_much_each_criterion_counts(cast, client, at):
    at(world.MOMENTS["call"])
    world.rubric(cast.trip)
    cast.trip.criteria.filter(key="motivation").update(weight=3)
    cast.trip.criteria.filter(key="goals").update(weight=1)
    text = client.get(reverse("trips:detail", args=[cast.trip.slug])).content.decode()
    assert "Leg klaar" in text
    assert re.findall(r"telt voor (\d+)%", text) == ["75", "25"]
    assert text.index("motivation is 1") < text.index("motivation is 5") < text.index("goals is 1")
