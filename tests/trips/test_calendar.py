"""The personal calendar: everything of the own trips, in the own language, behind a secret address."""

import uuid
from datetime import UTC, date, datetime

import icalendar
import pytest
import vobject
from django.urls import reverse

from exchange.trips.models import MeetingKind, ProgrammeItem, ProgrammeKind
from tests import world
from tests.conftest import signed_in


@pytest.fixture
def full(cast, at):
    at(world.MOMENTS["preparation"])
    world.programme(cast.trip)
    ProgrammeItem.objects.create(
        trip=cast.trip, on=world.DEPARTS, kind=ProgrammeKind.TRAVEL, title_nl="Heenreis", title_en="Outward journey"
    )
    for kind in MeetingKind:
        world.meeting(cast.trip, kind)
    return cast


def url(person):
    person.refresh_from_db()
    return reverse("trips:calendar", args=[person.calendar_token])


def read(client, person):
    response = client.get(url(person))
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    text = response.content.decode()
    vobject.readOne(text)
    return {str(event["uid"]): event for event in icalendar.Calendar.from_ical(text).walk("VEVENT")}


def test_a_traveller_has_trip_meetings_and_programme(full, client):
    one = full.participant()
    events = read(client, one.user)
    assert len(events) == 1 + 3 + 5
    meeting = full.trip.meetings.get(kind="preparation")
    told = events[f"meeting-{meeting.pk}@testserver"]
    assert str(told["summary"]) == "Veilig in Londen: voorbereidende bijeenkomst"
    assert told["dtstart"].dt.astimezone(UTC) == datetime(2026, 10, 29, 13, tzinfo=UTC)
    assert str(told["location"]) == "Utrecht"
    assert str(told["url"]) == f"http://testserver/my/trips/{full.trip.slug}/"
    visit = full.trip.programme.get(on=world.DEPARTS, kind="visit")
    told = events[f"programme-{visit.pk}@testserver"]
    assert told["dtstart"].dt.astimezone(UTC) == datetime(2026, 11, 10, 10, tzinfo=UTC)
    assert str(told["location"]) == "Hackney Road College, London"
    travel = full.trip.programme.get(kind="travel")
    assert events[f"programme-{travel.pk}@testserver"]["dtstart"].dt == date(2026, 11, 10)
    whole = events[f"trip-{full.trip.pk}@testserver"]
    assert (whole["dtstart"].dt, whole["dtend"].dt) == (date(2026, 11, 10), date(2026, 11, 14))


def test_it_speaks_the_language_of_its_owner(full, client):
    one = full.participant()
    one.user.language = "en"
    one.user.save()
    summaries = {str(event["summary"]) for event in read(client, one.user).values()}
    assert {"Safe in London", "Outward journey", "Safe in London: preparation meeting"} <= summaries


def test_lead_and_companion_have_the_trip_and_others_nothing(full, client):
    assert len(read(client, full.lead)) == 9
    assert len(read(client, full.companion())) == 9
    for person in (full.reviewer(), full.stranger(), full.administrator()):
        assert read(client, person) == {}


def test_a_change_raises_the_number_and_a_cancelled_trip_cancels_all(full, client):
    one = full.participant()
    meeting = full.trip.meetings.get(kind="preparation")
    uid = f"meeting-{meeting.pk}@testserver"
    before = read(client, one.user)[uid]
    data = {"kind": "preparation", "on": "2026-10-30", "starts": "10:00", "ends": "12:00", "place": "Utrecht"}
    data["reason"] = "De zaal is bezet."
    signed_in(full.lead).post(reverse("trips:meeting", args=[full.trip.slug, meeting.pk]), data)
    after = read(client, one.user)[uid]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    full.trip.cancelled_at, full.trip.cancelled_by = world.MOMENTS["preparation"], full.lead
    full.trip.save()
    events = read(client, one.user)
    assert {str(event["status"]) for event in events.values()} == {"CANCELLED"}
    assert events[uid]["sequence"] > 1


def test_who_gave_the_place_back_has_it_no_longer(full, client):
    one = full.participant()
    one.status, one.cancelled_at, one.cancelled_by = "cancelled", world.MOMENTS["preparation"], one.user
    one.save()
    world.settle_all()
    assert read(client, one.user) == {}


def test_a_renewed_address_stops_the_old_one(full, client):
    one = full.participant()
    old = url(one.user)
    browser = signed_in(one.user)
    assert browser.get(reverse("trips:calendar-renew")).status_code == 405
    assert browser.post(reverse("trips:calendar-renew")).status_code == 302
    assert client.get(old).status_code == 404
    assert url(one.user) != old
    assert url(one.user) in browser.get(reverse("trips:calendar-page")).content.decode()
    read(client, one.user)


def test_unknown_malformed_and_inactive_get_nothing(full, client):
    one = full.participant()
    address = url(one.user)
    one.user.is_active = False
    one.user.save()
    world.settle_all()
    for path in (address, reverse("trips:calendar", args=[uuid.uuid4()]), "/calendar/guess.ics"):
        assert client.get(path).status_code == 404
    assert client.post(address).status_code == 405


def test_a_trip_that_is_not_announced_is_in_no_calendar(cast, client):
    world.trip(lead=cast.lead, announced=False)
    trips = {str(event["summary"]) for event in read(client, cast.lead).values()}
    assert trips == {"Veilig in Londen"}
    assert len(read(client, cast.lead)) == 1
