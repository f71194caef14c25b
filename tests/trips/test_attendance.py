"""Who was there: only from the day itself on, by lead and companions, with who noted it and when."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from exchange import clock
from exchange.history.models import HistoryEntry
from exchange.trips import actions
from exchange.trips.models import Attendance
from exchange.verdicts import Refused
from tests import world
from tests.conftest import signed_in

FIRST, SECOND, THIRD = date(2026, 11, 10), date(2026, 11, 11), date(2026, 11, 12)


@pytest.fixture
def away(cast, at):
    """A trip on its second day, with three travellers."""
    cast.trip.published_at, cast.trip.published_by = world.home(2026, 10, 12), cast.lead
    cast.trip.save()
    for _ in range(3):
        world.participation(cast.trip)
    at(world.MOMENTS["travelling"])
    return cast


def day_url(cast, on):
    return reverse("trips:attendance-day", args=[cast.trip.slug, on])


def marks(cast, *words):
    people = cast.trip.participations.active().order_by("printed_name")
    return {f"p{one.pk.hex}": word for one, word in zip(people, words, strict=False)}


def ticks():
    order = Attendance.objects.order_by("participation__printed_name")
    return list(order.values_list("present", "ticked_by", "ticked_at"))


def test_a_companion_notes_a_day_and_changes_keep_who_and_when(away, at):
    companion = away.companion()
    first = clock.now()
    assert signed_in(companion).post(day_url(away, SECOND), marks(away, "yes", "no")).status_code == 302
    assert ticks() == [(True, companion.pk, first), (False, companion.pk, first)]
    at(first + timedelta(hours=1))
    later = clock.now()
    assert signed_in(away.lead).post(day_url(away, SECOND), marks(away, "yes", "yes", "yes")).status_code == 302
    assert ticks() == [(True, companion.pk, first), (True, away.lead.pk, later), (True, away.lead.pk, later)]
    entries = HistoryEntry.objects.filter(verb="attendance.tick").order_by("at")
    assert [entry.facts for entry in entries] == [{"on": "2026-11-11", "people": 2}] * 2
    signed_in(away.lead).post(day_url(away, SECOND), marks(away, "yes", "yes", "yes"))
    assert HistoryEntry.objects.filter(verb="attendance.tick").count() == 2


def test_never_present_in_the_future(away, at):
    lead = signed_in(away.lead)
    for method in (lead.get, lead.post):
        assert method(day_url(away, THIRD)).status_code == 409
    assert lead.post(day_url(away, date(2026, 11, 14)), marks(away, "yes")).status_code == 409
    assert lead.get(f"/team/{away.trip.slug}/attendance/2026-13-40/").status_code == 404
    # The day begins at midnight at the destination, an hour after the Dutch one.
    at(world.home(2026, 11, 12, 0, 30))
    assert lead.get(day_url(away, THIRD)).status_code == 409
    at(world.london(2026, 11, 12, 0, 0))
    assert lead.get(day_url(away, THIRD)).status_code == 200
    assert not Attendance.objects.exists()


def test_a_meeting_is_noted_from_its_start_on(away, at):
    meeting = world.meeting(away.trip)
    url = reverse("trips:attendance-meeting", args=[away.trip.slug, meeting.pk])
    at(meeting.starts_at - timedelta(microseconds=1))
    assert signed_in(away.lead).post(url, marks(away, "yes")).status_code == 409
    at(meeting.starts_at)
    assert signed_in(away.lead).post(url, marks(away, "yes")).status_code == 302
    row = Attendance.objects.get()
    assert (row.meeting, row.on, row.present) == (meeting, None, True)


def test_only_this_trips_travellers_are_noted(away):
    stranger = world.participation(world.trip())
    data = {f"p{stranger.pk.hex}": "yes"} | marks(away, "maybe")
    response = signed_in(away.lead).post(day_url(away, FIRST), data)
    assert response.status_code == 422
    changed = actions.tick_attendance(trip=away.trip, on=FIRST, present={stranger.pk: True}, by=away.lead)
    assert (changed, Attendance.objects.count()) == (0, 0)


def test_others_do_not_note(away):
    for person, status in ((away.reviewer(), 403), (away.stranger(), 404), (away.coordinator(), 404)):
        assert signed_in(person).post(day_url(away, FIRST), marks(away, "yes")).status_code == status
    traveller = away.trip.participations.first().user
    assert signed_in(traveller).post(day_url(away, FIRST), marks(away, "yes")).status_code == 404
    assert not Attendance.objects.exists()


def test_closed_and_cancelled_trips_keep_their_books(away):
    for name in ("closed", "cancelled"):
        trip = away.trip
        trip.closed_at = trip.closed_by = trip.cancelled_at = trip.cancelled_by = None
        setattr(trip, f"{name}_at", clock.now())
        setattr(trip, f"{name}_by", away.lead)
        trip.save()
        with pytest.raises(Refused) as refused:
            actions.tick_attendance(trip=trip, on=FIRST, present={}, by=away.lead)
        assert refused.value.verdict.status == 409


def test_the_page_counts_and_the_traveller_reads_the_own(away):
    signed_in(away.lead).post(day_url(away, FIRST), marks(away, "yes", "no"))
    page = signed_in(away.lead).get(reverse("trips:attendance", args=[away.trip.slug]))
    first = next(session for session in page.context["sessions"] if session["on"] == FIRST)
    assert (first["present"], first["absent"], first["open"]) == (1, 1, 1)
    overview = signed_in(away.lead).get(reverse("trips:team", args=[away.trip.slug]))
    [waits] = [todo for todo in overview.context["todos"] if todo.title == "Noteer wie er was"]
    assert waits.due == FIRST
    assert waits.text.startswith("2 dagen of bijeenkomsten staan open.")
    present, absent, _open = away.trip.participations.order_by("printed_name")
    room = signed_in(present.user).get(reverse("trips:mine", args=[away.trip.slug]))
    assert (room.context["present"], room.context["absent"]) == ({FIRST}, set())
    room = signed_in(absent.user).get(reverse("trips:mine", args=[away.trip.slug]))
    assert (room.context["present"], room.context["absent"]) == (set(), {FIRST})


def test_while_travelling_today_comes_first(away):
    one = away.trip.participations.first()
    page = signed_in(one.user).get(reverse("trips:mine", args=[away.trip.slug]))
    days = [row["day"] for row in page.context["days"]]
    assert days == [SECOND, THIRD, date(2026, 11, 13), FIRST]
    assert page.context["headline"] == f"Dag 2 van 4 in Londen, {one.user.get_short_name()}."
