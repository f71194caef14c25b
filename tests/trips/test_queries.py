"""Pages ask the database as often with thirty rows as with one, and not too often."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange.trips.dashboard import travelling_along, working_on
from tests import world
from tests.conftest import signed_in


@pytest.fixture
def full(cast, at, offering):
    # What other wings add is counted in their own tests.
    offering(team_page={}, public_page={}, traveller_page={}, before_announcing=())
    at(world.MOMENTS["preparation"])
    cast.trip.published_at, cast.trip.published_by = world.home(2026, 10, 12), cast.lead
    cast.trip.save()
    return cast


def grow(cast, times):
    """More of everything around the page."""
    for _ in range(times):
        one = world.participation(cast.trip, phone="+31612345678")
        meeting = world.meeting(cast.trip)
        one.replies.create(meeting=meeting, coming=True, replied_at=world.MOMENTS["preparation"])
        one.attendance.create(
            on=world.DEPARTS, present=True, ticked_at=world.MOMENTS["preparation"], ticked_by=cast.lead
        )
        world.programme(cast.trip)
        world.join(cast.trip, world.user(), "companion")
        world.trip(lead=cast.lead)


def count(client, url):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


PAGES = {
    "team-list": 12,
    "team": 15,
    "programme": 12,
    "hosts": 12,
    "meetings": 12,
    "members": 12,
    "attendance": 12,
    "travellers": 12,
    "detail": 12,
}


@pytest.mark.parametrize("name", PAGES)
def test_team_pages(full, name):
    client = signed_in(full.lead)
    url = reverse(f"trips:{name}", args=[] if name == "team-list" else [full.trip.slug])
    grow(full, 1)
    client.get(url)
    one = count(client, url)
    grow(full, 6)
    assert (count(client, url), one <= PAGES[name]) == (one, True), one


def test_the_room_and_the_calendar(full, client):
    grow(full, 1)
    person = full.trip.participations.first().user
    browser = signed_in(person)
    pages = [
        (browser, reverse("trips:mine", args=[full.trip.slug]), 15),
        (client, reverse("trips:calendar", args=[person.calendar_token]), 12),
        (client, "/", 12),
    ]

    def asked():
        """Of the second visit: the first one after a change makes anew what visitors get from memory."""
        for who, url, _most in pages:
            who.get(url)
        return [count(who, url) for who, url, _most in pages]

    before = asked()
    grow(full, 6)
    assert asked() == before
    assert all(found <= most for found, (_who, _url, most) in zip(before, pages, strict=True)), before


def test_a_plan_with_a_checklist(full):
    plan = world.trip(lead=full.lead, announced=False)
    world.programme(plan)
    assert count(signed_in(full.lead), reverse("trips:team", args=[plan.slug])) <= 15


def test_home_sections(full, offering):
    offering(home={1: travelling_along, 2: working_on})
    grow(full, 1)
    client, person = signed_in(full.lead), full.trip.participations.first().user
    one = count(client, "/my/"), count(signed_in(person), "/my/")
    grow(full, 6)
    assert (count(client, "/my/"), count(signed_in(person), "/my/")) == one
    assert max(one) <= 9, one


@pytest.mark.parametrize("moment", ["preparation", "travelling", "return", "follow_up"])
def test_with_all_wings_no_page_asks_more_than_sixteen_times(cast, at, moment):
    at(world.MOMENTS[moment])
    cast.trip.published_at, cast.trip.published_by = world.home(2026, 10, 12), cast.lead
    cast.trip.save()
    grow(cast, 2)
    person = cast.trip.participations.first().user
    for who, name in ((cast.lead, "team"), (person, "mine"), (person, "detail")):
        client, url = signed_in(who), reverse(f"trips:{name}", args=[cast.trip.slug])
        client.get(url)
        assert count(client, url) <= 16, name
