"""What counts of the programme, to the minute; an item without an end, and one that goes on past midnight."""

import importlib
from datetime import UTC, date, datetime, time
from decimal import Decimal

import icalendar
import pytest
import vobject
from django.apps import apps
from django.urls import reverse
from django.utils import translation

from evaluations.certificates.actions import _hours
from evaluations.impact.queries import compute
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import Attendance, MeetingKind, ProgrammeItem
from exchange.words import lasting
from tests import world
from tests.conftest import signed_in

NIGHT = date(2026, 11, 10)
ITEM = {
    "on": "2026-11-10",
    "starts": "09:00",
    "ends": "12:20",
    "kind": "visit",
    "title_nl": "Bezoek",
    "title_en": "",
    "text_nl": "",
    "text_en": "",
    "host": "",
    "place": "",
    "hours": "",
}


def post(cast, **changes):
    return signed_in(cast.lead).post(reverse("trips:item-new", args=[cast.trip.slug]), ITEM | changes)


def item(trip, starts=None, ends=None, hours=None, kind="visit", on=NIGHT):
    return ProgrammeItem.objects.create(
        trip=trip, on=on, starts=starts, ends=ends, hours=hours, kind=kind, title_nl=f"{kind} {starts}"
    )


#: From, until, hours that were typed; the minutes that count, worked out by hand.
COUNTED = [
    ("09:00", "12:20", "", 200),
    ("09:00", "12:20", "3", 180),
    ("09:00", "12:20", "0", 0),
    ("09:00", "12:20", "1.25", 75),
    ("09:00", "09:01", "", 1),
    ("09:07", "10:52", "", 105),
    ("00:00", "23:59", "", 1439),
    ("09:00", "", "", 0),
    ("09:00", "", "2.5", 150),
    ("", "", "", 0),
    ("", "", "4", 240),
    ("22:00", "00:30", "", 150),
    ("22:00", "00:00", "", 120),
    ("22:00", "10:00", "", 720),
    ("22:00", "00:30", "1", 60),
]


@pytest.mark.parametrize(("starts", "ends", "hours", "minutes"), COUNTED)
def test_what_counts_of_an_item(cast, starts, ends, hours, minutes):
    assert post(cast, starts=starts, ends=ends, hours=hours).status_code == 302
    saved = ProgrammeItem.objects.get()
    assert saved.minutes == minutes
    assert (saved.hours is None) == (hours == "")


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        ("14:00", "12:00", "van 14.00 uur tot 12.00 uur op de volgende dag zou 22 uur zijn"),
        ("22:00", "10:01", "van 22.00 uur tot 10.01 uur op de volgende dag zou 12 uur en 1 minuut zijn"),
        ("14:00", "14:00", "Het begint en eindigt om 14.00 uur."),
    ],
)
def test_what_reads_as_a_slip_of_the_pen_is_said_with_what_was_read(cast, starts, ends, said):
    response = post(cast, starts=starts, ends=ends)
    assert response.status_code == 422
    [told] = response.context["form"].errors["ends"]
    assert said in told
    assert f'value="{ends}"' in response.text
    assert not ProgrammeItem.objects.exists()


def test_it_follows_its_times_until_somebody_fills_hours_in(cast):
    post(cast)
    address = reverse("trips:item", args=[cast.trip.slug, ProgrammeItem.objects.get().pk])
    browser = signed_in(cast.lead)
    assert "Nu telt het voor 3 uur en 20 minuten." in browser.get(address).text
    page = browser.post(address, ITEM | {"ends": "09:45"}, follow=True)
    assert "Opgeslagen. Het telt voor 45 minuten." in page.text
    page = browser.post(address, ITEM | {"starts": "22:00", "ends": "00:30"}, follow=True)
    assert "Opgeslagen. Het telt voor 2 uur en 30 minuten. Het eindigt de volgende dag." in page.text
    page = browser.post(address, ITEM | {"hours": "0"}, follow=True)
    assert "Opgeslagen. Er tellen geen uren voor." in page.text


def test_every_sum_counts_the_same(cast, at):
    """3.20 and 1.40 of visits, 2.30 of an evening past midnight, 0.20 of training: 7 hours and 50 minutes."""
    at(world.MOMENTS["return"])
    item(cast.trip, time(9), time(12, 20))
    item(cast.trip, time(13), time(14, 40))
    item(cast.trip, time(22), time(0, 30), kind="evening")
    item(cast.trip, time(16), time(16, 20), kind="training")
    item(cast.trip, time(8), time(12), hours=Decimal(0), kind="travel")
    item(cast.trip, time(9), time(11), on=date(2026, 11, 20))
    page = signed_in(cast.lead).get(reverse("trips:programme", args=[cast.trip.slug]))
    assert {str(kind): lasting(hours) for kind, hours in page.context["totals"]} == {
        "schoolbezoek": "5 uur",
        "training": "20 minuten",
        "avond": "2 uur en 30 minuten",
    }
    assert lasting(page.context["total"]) == "7 uur en 50 minuten"
    assert "telt 3 uur en 20 minuten" in page.text
    assert compute(cast.trip).effort.hours_programme == 7.83
    one = cast.participant()
    Attendance.objects.create(participation=one, on=NIGHT, present=True, ticked_at=world.MOMENTS["travelling"])
    assert _hours(one, "attendance") == {
        "total": "7.83",
        "visits": "5.0",
        "training": "0.33",
        "training_title": {"nl": "training 16:00:00", "en": "training 16:00:00"},
    }


@pytest.mark.parametrize(
    ("hours", "dutch", "english"),
    [
        (0, "0 minuten", "0 minutes"),
        (Decimal("0.02"), "1 minuut", "1 minute"),
        (1, "1 uur", "1 hour"),
        (Decimal("1.02"), "1 uur en 1 minuut", "1 hour and 1 minute"),
        (Decimal("2.5"), "2 uur en 30 minuten", "2 hours and 30 minutes"),
        (Decimal("7.83"), "7 uur en 50 minuten", "7 hours and 50 minutes"),
    ],
)
def test_time_in_words(hours, dutch, english):
    for language, said in (("nl", dutch), ("en", english)):
        with translation.override(language):
            assert lasting(hours) == said


@pytest.mark.parametrize(("on", "minutes"), [(date(2027, 3, 27), 300), (date(2027, 10, 30), 420)])
def test_a_night_in_which_the_clock_changes_is_as_long_as_it_is(cast, on, minutes):
    """From 22:00 until 04:00 is six hours, but for the night that loses one and the night that gains one."""
    cast.trip.time_zone = "Europe/London"
    assert ProgrammeItem(trip=cast.trip, on=on, starts=time(22), ends=time(4)).minutes == minutes


def test_an_hour_that_does_not_exist_breaks_nothing(cast):
    """At one o'clock London goes to two: from half past one until a quarter past two is no time at all."""
    night = ProgrammeItem(trip=cast.trip, on=date(2027, 3, 28), starts=time(1, 30), ends=time(2, 15))
    assert (night.minutes, night.ends_at) == (0, None)


# --- in calendars ---------------------------------------------------------------------------------

#: From and until; start and end of the event in UTC, a day, or None for no end. London in November is UTC.
EVENTS = [
    (time(9), time(12, 20), datetime(2026, 11, 10, 9, tzinfo=UTC), datetime(2026, 11, 10, 12, 20, tzinfo=UTC)),
    (time(9), None, datetime(2026, 11, 10, 9, tzinfo=UTC), None),
    (time(0), None, datetime(2026, 11, 10, 0, tzinfo=UTC), None),
    (time(22), time(0, 30), datetime(2026, 11, 10, 22, tzinfo=UTC), datetime(2026, 11, 11, 0, 30, tzinfo=UTC)),
    (time(22), time(0), datetime(2026, 11, 10, 22, tzinfo=UTC), datetime(2026, 11, 11, 0, tzinfo=UTC)),
    (time(9), time(9), datetime(2026, 11, 10, 9, tzinfo=UTC), None),
    (None, None, date(2026, 11, 10), date(2026, 11, 11)),
]


def feed(client, person):
    """What two readers make of the feed: by uid, start and end, and the event of each."""
    person.refresh_from_db()
    text = client.get(reverse("trips:calendar", args=[person.calendar_token])).content.decode()
    one = {str(event["uid"]): event for event in icalendar.Calendar.from_ical(text).walk("VEVENT")}
    other = {event.uid.value: event for event in vobject.readOne(text).vevent_list}
    return one, other


def utc(moment):
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


@pytest.mark.parametrize(("starts", "ends", "begins", "is_over"), EVENTS)
def test_two_readers_see_when_an_item_is(cast, client, starts, ends, begins, is_over):
    uid = f"programme-{item(cast.trip, starts, ends).pk}@testserver"
    one, other = feed(client, cast.lead)
    assert utc(one[uid]["dtstart"].dt) == utc(other[uid].dtstart.value) == begins
    assert type(utc(other[uid].dtstart.value)) is type(begins)
    if is_over is None:
        assert "dtend" not in one[uid]
        assert "duration" not in one[uid]
        assert not hasattr(other[uid], "dtend")
    else:
        assert utc(one[uid]["dtend"].dt) == utc(other[uid].dtend.value) == is_over


def test_a_meeting_without_an_end_is_a_moment_everywhere(cast, client, at):
    at(world.MOMENTS["call"])
    data = {"kind": "preparation", "on": "2026-10-29", "starts": "14:00", "ends": "", "place": "Utrecht"}
    browser = signed_in(cast.lead)
    traveller = cast.participant()
    assert browser.post(reverse("trips:meeting-new", args=[cast.trip.slug]), data).status_code == 302
    meeting = cast.trip.meetings.get(kind=MeetingKind.PREPARATION)
    assert (meeting.starts_at, meeting.ends_at) == (world.home(2026, 10, 29, 14), None)
    one, other = feed(client, traveller.user)
    uid = f"meeting-{meeting.pk}@testserver"
    assert utc(one[uid]["dtstart"].dt) == utc(other[uid].dtstart.value) == datetime(2026, 10, 29, 13, tzinfo=UTC)
    assert "dtend" not in one[uid]
    assert not hasattr(other[uid], "dtend")
    team = browser.get(reverse("trips:meetings", args=[cast.trip.slug])).text
    room = signed_in(traveller.user).get(reverse("trips:mine", args=[cast.trip.slug])).text
    for page in (team, room):
        assert "14.00 uur" in page
        assert "14.00–" not in page
    # Until the end of its day it stands on the home page of who goes; at midnight it is over.
    assert meeting.over_at == world.home(2026, 10, 30, 0)
    assert 'value="14:00"' in browser.get(reverse("trips:meeting", args=[cast.trip.slug, meeting.pk])).text


def test_the_mail_about_a_meeting_without_an_end_says_when_it_starts(cast, at):
    at(world.MOMENTS["preparation"])
    traveller = cast.participant()
    data = {"kind": "preparation", "on": "2026-11-05", "starts": "14:00", "ends": "", "place": "Utrecht"}
    signed_in(cast.lead).post(reverse("trips:meeting-new", args=[cast.trip.slug]), data)
    mail = OutboxMessage.objects.get(kind="trips/meeting_changed", to=traveller.user.email)
    assert "donderdag 5 november 2026, 14.00 uur (Nederlandse tijd)" in mail.body


def test_nobody_filling_anything_in_was_no_zero(cast):
    """The migration: what had no times counted 0 because it was empty; a 0 beside times was somebody's."""
    migration = importlib.import_module("exchange.trips.migrations.0006_hours_and_ends")
    empty, chosen = item(cast.trip, hours=Decimal(0)), item(cast.trip, time(9), time(12), hours=Decimal(0))
    typed = item(cast.trip, hours=Decimal(3))
    migration.empty_is_no_zero(apps, None)
    for one in (empty, chosen, typed):
        one.refresh_from_db()
    assert (empty.hours, chosen.hours, typed.hours) == (None, 0, 3)


def test_texts_of_before_get_one_sign_for_a_line_break(cast):
    migration = importlib.import_module("exchange.trips.migrations.0006_hours_and_ends")
    one = item(cast.trip)
    ProgrammeItem.objects.filter(pk=one.pk).update(text_nl="Neem mee:\r\n\r\nje pas", text_en="plain\n")
    migration.breaks_count_once(apps, None)
    one.refresh_from_db()
    assert (one.text_nl, one.text_en) == ("Neem mee:\n\nje pas", "plain\n")
