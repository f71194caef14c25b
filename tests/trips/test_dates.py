"""Dates: what follows from what, what is refused, and the two nights on which the clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from exchange.forms import MomentField
from exchange.history.models import HistoryEntry
from exchange.trips.checklist import a_year_after, default_dates
from exchange.trips.forms import DatesForm, DeadlineForm
from exchange.trips.models import MeetingKind, Trip
from tests import world
from tests.conftest import signed_in

PLAN = {
    "opens_at": "2026-09-01T09:00",
    "grace_minutes": "0",
    "closes_at": "2026-10-01T17:00",
    "endorse_by_at": "",
    "departs_on": "2026-11-10",
    "returns_on": "2026-11-13",
    "return_meeting_on": "",
    "follow_up_on": "",
    "time_zone": "Europe/London",
}


@pytest.fixture
def plan(cast, at):
    """A trip that is being planned, without any date."""
    at(world.MOMENTS["planning"])
    empty = dict.fromkeys(
        "opens_at closes_at endorse_by_at departs_on returns_on return_meeting_on follow_up_on".split()
    )
    return world.trip(lead=cast.lead, announced=False, **empty)


def send(trip, **changes):
    return signed_in(trip.team.get().user).post(reverse("trips:dates", args=[trip.slug]), PLAN | changes)


def test_what_is_left_empty_follows(plan):
    assert send(plan).status_code == 302
    plan.refresh_from_db()
    assert plan.return_meeting_on == date(2026, 12, 18)
    assert plan.follow_up_on == date(2027, 11, 13)
    assert plan.endorse_by_at == world.home(2026, 10, 8, 17)


def test_a_year_after_a_leap_day_is_the_last_of_february():
    assert a_year_after(date(2028, 2, 29)) == date(2029, 2, 28)


def test_the_endorsement_keeps_its_hour_over_a_change_of_the_clock(db):
    trip = world.trip(closes_at=world.home(2026, 10, 23, 17), endorse_by_at=None, announced=False)
    assert default_dates(trip)["endorse_by_at"] == world.home(2026, 10, 30, 17)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_at": "2026-08-31T17:00"}, "closes_at"),
        ({"endorse_by_at": "2026-09-30T17:00"}, "endorse_by_at"),
        ({"departs_on": "2026-10-01", "returns_on": "2026-10-02"}, "departs_on"),
        ({"returns_on": "2026-11-09"}, "returns_on"),
        ({"returns_on": "2026-12-11"}, "returns_on"),
        ({"return_meeting_on": "2026-11-13"}, "return_meeting_on"),
        ({"follow_up_on": "2026-12-18"}, "follow_up_on"),
        ({"departs_on": "0001-01-01"}, "departs_on"),
        ({"opens_at": "9999-12-31T23:59"}, "opens_at"),
        ({"opens_at": "tomorrow"}, "opens_at"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ],
)
def test_what_is_out_of_order_is_said_at_its_field(plan, changes, field):
    response = send(plan, **changes)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert str((PLAN | changes)[field]) in response.content.decode()


def test_a_time_that_the_night_skips_or_repeats_is_refused_with_a_sentence(plan):
    field = MomentField()
    for wall, words in (("2027-03-28T02:30", "vooruit"), ("2026-10-25T02:30", "terug")):
        response = send(plan, closes_at=wall)
        assert response.status_code == 422
        assert words in response.context["form"].errors["closes_at"][0]
    assert field.clean("2027-03-28T01:59").astimezone(UTC) == datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    assert field.clean("2027-03-28T03:00").astimezone(UTC) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert field.clean("2026-10-25T01:59").astimezone(UTC) == datetime(2026, 10, 24, 23, 59, tzinfo=UTC)
    assert field.clean("2026-10-25T03:00").astimezone(UTC) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


def test_until_the_call_opens_dates_are_free_and_the_programme_keeps_its_distance(cast, at):
    at(world.MOMENTS["planning"])
    world.programme(cast.trip)
    meeting = world.meeting(cast.trip, MeetingKind.RETURN)
    send(cast.trip, departs_on="2026-11-17", returns_on="2026-11-20", return_meeting_on="2026-12-21")
    cast.trip.refresh_from_db()
    meeting.refresh_from_db()
    assert (cast.trip.departs_on, cast.trip.sequence) == (date(2026, 11, 17), 1)
    assert (meeting.starts_at, meeting.ends_at) == (world.home(2026, 12, 21, 14), world.home(2026, 12, 21, 17))
    assert meeting.sequence == 1
    items = cast.trip.programme.values_list("on", "sequence")
    assert list(items) == [(date(2026, 11, day), 1) for day in (17, 18, 19, 20)]


def test_after_the_call_opened_the_dates_are_frozen_whatever_a_browser_sends(cast, at):
    at(world.MOMENTS["call"])
    changed = {
        "opens_at": "2026-01-01T09:00",
        "closes_at": "2026-10-30T17:00",
        "departs_on": "2026-11-17",
        "returns_on": "2026-11-20",
        "follow_up_on": "2027-11-30",
        "endorse_by_at": "2026-10-09T17:00",
    }
    send(cast.trip, **changed)
    names = [*changed, "return_meeting_on"]
    before = {name: getattr(cast.trip, name) for name in names}
    cast.trip.refresh_from_db()
    assert {name: getattr(cast.trip, name) for name in names} == before
    at(world.home(2026, 11, 18))
    send(cast.trip, time_zone="Europe/Paris")
    cast.trip.refresh_from_db()
    assert cast.trip.time_zone == "Europe/London"


def test_another_time_zone_raises_the_numbers_in_calendars(cast, at):
    at(world.MOMENTS["call"])
    world.programme(cast.trip)
    send(cast.trip, time_zone="Europe/Paris")
    assert set(cast.trip.programme.values_list("sequence", flat=True)) == {1}


def test_an_announced_trip_keeps_its_dates(cast, at):
    at(world.MOMENTS["planning"])
    response = send(cast.trip, departs_on="")
    assert response.status_code == 422
    assert "departs_on" in response.context["form"].errors


# --- the closing moment ---------------------------------------------------------------------------


def move(trip, to, *, client=None, seen=None, **more):
    data = {"closes_at": to, "seen": (seen or trip.closes_at).isoformat(), "reason": "De kranten.", **more}
    client = client or signed_in(trip.team.get().user)
    return client.post(reverse("trips:deadline", args=[trip.slug]), data)


def test_later_needs_a_reason_only_and_managers_get_as_much_longer(cast, at):
    at(world.MOMENTS["call"])
    assert move(cast.trip, "2026-10-05T17:00").status_code == 302
    trip = Trip.objects.get(pk=cast.trip.pk)
    assert trip.closes_at == world.home(2026, 10, 5, 17)
    assert trip.endorse_by_at == world.home(2026, 10, 12, 17)


def test_earlier_asks_a_reason_and_a_second_thought(cast, at):
    at(world.MOMENTS["call"])
    assert set(move(cast.trip, "2026-10-05T17:00", reason="").context["form"].errors) == {"reason"}
    response = move(cast.trip, "2026-09-25T17:00", reason="")
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"reason", "sure"}
    assert move(cast.trip, "2026-09-25T17:00", reason="De zaal is eerder vol.", sure="on").status_code == 302
    entry = HistoryEntry.objects.get(verb="trip.deadline")
    assert (entry.reason, entry.by, entry.trip) == ("De zaal is eerder vol.", cast.lead, cast.trip.pk)


@pytest.mark.parametrize("to", ["2026-09-14T17:00", "2026-11-10T09:00", "2026-11-05T09:00", "2026-10-01T17:00"])
def test_impossible_moments_are_refused(cast, at, to):
    at(world.MOMENTS["call"])
    assert move(cast.trip, to).status_code == 422


def test_who_looked_at_an_older_moment_is_told(cast, at):
    at(world.MOMENTS["call"])
    assert move(cast.trip, "2026-10-06T17:00", seen=world.CLOSES - timedelta(days=1)).status_code == 409
    cast.trip.refresh_from_db()
    assert cast.trip.closes_at == world.CLOSES


def test_after_publication_the_call_stays_closed(cast, at):
    at(world.MOMENTS["preparation"])
    published = world.trip(lead=cast.lead, published=True)
    assert move(published, "2026-10-30T17:00").status_code == 409
    assert move(world.trip(lead=cast.lead, announced=False), "2026-10-30T17:00").status_code == 409


def test_the_forms_have_no_field_without_a_label(cast):
    forms = [DatesForm(instance=cast.trip), DeadlineForm(trip=cast.trip)]
    assert all(field.label for form in forms for field in form.visible_fields())
