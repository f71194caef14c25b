"""The closing moment, around both changes of the clock: page, countdown, mail and server say and do the same."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from applications.models import Application
from applications.reminders import drafts
from exchange.outbox.models import OutboxMessage
from tests import world

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
OPENS = world.home(2027, 1, 4, 9)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


#: Worked out by hand. In 2027 the Dutch clock goes forward in the night of 28 March (2:00 becomes 3:00) and back in the
#: night of 31 October (3:00 becomes 2:00): before, between and after, and both times that it is half past two.
TABLE = [
    (utc(2027, 3, 27, 16, 0), "zaterdag 27 maart 2027, 17.00 uur"),
    (utc(2027, 3, 27, 22, 59), "zaterdag 27 maart 2027, 23.59 uur"),
    (utc(2027, 3, 28, 0, 59), "zondag 28 maart 2027, 01.59 uur"),
    (utc(2027, 3, 28, 1, 0), "zondag 28 maart 2027, 03.00 uur"),
    (utc(2027, 3, 28, 21, 59), "zondag 28 maart 2027, 23.59 uur"),
    (utc(2027, 3, 29, 15, 0), "maandag 29 maart 2027, 17.00 uur"),
    (utc(2027, 10, 30, 15, 0), "zaterdag 30 oktober 2027, 17.00 uur"),
    (utc(2027, 10, 30, 21, 59), "zaterdag 30 oktober 2027, 23.59 uur"),
    (utc(2027, 10, 31, 0, 30), "zondag 31 oktober 2027, 02.30 uur"),
    (utc(2027, 10, 31, 1, 30), "zondag 31 oktober 2027, 02.30 uur"),
    (utc(2027, 10, 31, 2, 0), "zondag 31 oktober 2027, 03.00 uur"),
    (utc(2027, 11, 1, 16, 0), "maandag 1 november 2027, 17.00 uur"),
]


@pytest.fixture(params=TABLE, ids=[f"{moment:%d-%m %H%M}" for moment, _words in TABLE])
def night(request, cast):
    """The trip of this world, a year later, closing at a moment of the table."""
    moment, words = request.param
    fields = {
        "opens_at": OPENS,
        "closes_at": moment,
        "endorse_by_at": moment + timedelta(days=7),
        "departs_on": world.date(2028, 1, 11),
        "returns_on": world.date(2028, 1, 14),
        "return_meeting_on": world.date(2028, 2, 18),
        "follow_up_on": world.date(2029, 1, 12),
        "grace_minutes": 0,
    }
    for name, value in fields.items():
        setattr(cast.trip, name, value)
    cast.trip.save()
    return cast.trip, moment, words


@pytest.fixture
def samira(cast):
    return world.user("Samira Idrissi", at=cast.school)


def test_the_page_and_the_form_say_it(night, samira, login, client, at):
    trip, moment, words = night
    at(moment - timedelta(hours=5))
    for page in (client.get(f"/trips/{trip.slug}/"), login(samira).get(f"/trips/{trip.slug}/apply/")):
        assert f"{words} (Nederlandse tijd)" in page.content.decode()


def test_the_countdown_counts_to_it(night, samira, login, client, at):
    trip, moment, _words = night
    now = moment - timedelta(hours=5)
    at(now)
    for page in (client.get(f"/trips/{trip.slug}/"), client.get("/"), login(samira).get(f"/trips/{trip.slug}/apply/")):
        until, told = re.search(r'data-until="(\d+)" data-server-now="(\d+)"', page.content.decode()).groups()
        assert int(until) == (moment - utc(1970, 1, 1)) // timedelta(milliseconds=1)
        assert int(until) - int(told) == 5 * 3600 * 1000


def test_the_mail_says_it(night, samira, at):
    trip, moment, words = night
    world.application(trip, samira)
    at(moment - timedelta(hours=5))
    assert drafts(moment - timedelta(hours=5)) == 1
    assert words in OutboxMessage.objects.get(kind="applications/draft_reminder").body


def test_the_server_holds_to_it(night, samira, login, at):
    trip, moment, words = night
    world.application(trip, samira)
    send, browser = reverse("applications:send", args=[trip.slug]), login(samira)
    at(moment)
    late = browser.post(send, {"version": 1})
    assert late.status_code == 410
    assert words in late.content.decode()
    assert Application.objects.get().status == "draft"
    at(moment - SECOND)
    assert browser.post(send, {"version": 1}).status_code == 302
    assert Application.objects.get().status == "submitted"
    assert Application.objects.get().submissions.get().submitted_at == moment - SECOND


def test_the_last_tenth_of_a_second_counts(night, samira, login, at):
    trip, moment, _words = night
    world.application(trip, samira)
    at(moment - timedelta(milliseconds=100))
    assert login(samira).post(reverse("applications:send", args=[trip.slug]), {"version": 1}).status_code == 302
