"""A trip that was announced is nobody's plan any more: everywhere it says on which day it opens."""

import pytest
from django.urls import reverse

from exchange.trips.lifecycle import Phase, called, phase
from tests import world
from tests.conftest import signed_in

#: What the phase is called inside the team, before anybody else knows of the trip.
PLANNING = {"nl": "Ontwerp", "en": "Planning"}
OPENS = {"nl": "aangekondigd, opent op 1 september", "en": "announced, opens on 1 September"}


@pytest.fixture
def announced(cast, at):
    at(world.MOMENTS["planning"])
    assert phase(cast.trip, world.MOMENTS["planning"]) is Phase.PLANNING
    return cast


def pages(cast):
    """Who reads of the trip, where."""
    trip = cast.trip
    yield None, "trips:open", []
    yield None, "trips:detail", [trip.slug]
    for person in (cast.stranger(), cast.participant().user, cast.partner(), cast.coordinator()):
        yield person, "trips:open", []
        yield person, "trips:detail", [trip.slug]
        yield person, "home", []
    yield cast.coordinator(), "applications:school", []
    for person in (cast.lead, cast.companion(), cast.reviewer(), cast.administrator()):
        yield person, "trips:team", [trip.slug]
        yield person, "trips:team-list", []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_page_calls_it_a_plan(announced, client, language):
    said = 0
    for person, name, args in pages(announced):
        browser = signed_in(person) if person else client
        browser.cookies["language"] = language
        page = browser.get(reverse(name, args=args))
        assert page.status_code == 200, name
        assert PLANNING[language] not in page.text, (person, name)
        said += OPENS[language].lower() in page.text.lower()
    assert said > 8


def test_its_own_page_says_on_which_day_it_opens(announced, client):
    page = client.get(reverse("trips:detail", args=[announced.trip.slug])).text
    assert "Aangekondigd, opent op 1 september · studiereis" in page
    assert "1 september – 1 oktober" in page


def test_the_feed_calls_it_nothing_else_than_its_title(announced, client):
    one = announced.participant()
    text = client.get(reverse("trips:calendar", args=[one.user.calendar_token])).content.decode()
    assert "Veilig in Londen" in text
    assert PLANNING["nl"] not in text


def test_a_call_that_opens_in_another_year_says_which(cast):
    cast.trip.opens_at = world.home(2027, 1, 4, 9)
    assert called(cast.trip, world.home(2026, 12, 1)) == "aangekondigd, opent op 4 januari 2027"
    assert called(cast.trip, world.home(2027, 1, 1)) == "aangekondigd, opent op 4 januari"


def test_what_only_the_team_knows_is_a_plan(cast):
    trip = world.trip(lead=cast.lead, announced=False)
    assert called(trip, world.MOMENTS["planning"]) == "Ontwerp"
    assert called(cast.trip, world.MOMENTS["call"]) == "Oproep"
