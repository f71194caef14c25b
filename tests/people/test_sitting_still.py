"""A session ends when nobody used it for as long as the strictest role of its owner says; what was typed is kept."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exchange.carry_on import AUTHOR, mark
from exchange.checks import idle_hours
from exchange.people.sessions import idle_time
from tests import world

pytestmark = pytest.mark.django_db
TEXT = "Alles wat ik een uur lang schreef."
PROFILE = "/my/profile/"


@pytest.fixture
def wait(monkeypatch, at):
    """Begin on a day, and let hours pass: for the sessions too, which know no clock but Django's."""
    moment = [world.MOMENTS["selection"]]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def pass_by(hours=0.0, to=None):
        moment[0] = (to or moment[0]) + timedelta(hours=hours)
        at(moment[0])

    pass_by()
    return pass_by


@pytest.fixture
def login():
    """A browser of which nothing was written yet."""

    def signed_in(person):
        client = Client()
        client.force_login(person)
        return client

    return signed_in


def is_in(client):
    return client.get(PROFILE).status_code == 200


HOURS = {
    "administrator": 4, "coordinator": 12, "lead": 12, "companion": 24, "reviewer": 24, "partner": 24,
    "applicant": 336,
}  # fmt: skip


@pytest.mark.parametrize(("role", "hours"), HOURS.items())
def test_a_session_ends_after_the_hours_of_a_role_and_not_before(cast, login, wait, role, hours):
    person = cast.lead if role == "lead" else getattr(cast, role)()
    client = login(person)
    assert is_in(client)
    for _ in range(3):
        wait(hours - 0.1)
        assert is_in(client), "each use counts anew"
    wait(hours)
    answer = client.get(PROFILE)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_the_strictest_role_counts_and_the_table_is_a_setting(cast, wait, settings):
    ada = cast.administrator()
    world.give_role(ada, "partner")
    assert idle_time(ada) == timedelta(hours=4)
    settings.IDLE_HOURS = settings.IDLE_HOURS | {"administrator": 0.5}
    assert idle_time(ada) == timedelta(minutes=30)


def test_what_was_typed_when_the_session_had_ended_stands_ready_after_sign_in(cast, login, wait):
    ada = cast.administrator()
    client = login(ada)
    assert is_in(client)
    wait(4)
    sent = client.post(reverse("people:new-school"), {"name": TEXT, AUTHOR: mark(ada)})
    assert sent.url == "/accounts/login/?next=%2Fmy%2Fcarry-on%2F"
    after = client.post(sent.url, {"login": ada.email, "password": world.PASSWORD})
    assert TEXT in client.get(after.url).text
    saves = Client()
    saves.cookies = login(ada).cookies
    assert saves.get(PROFILE).status_code == 200
    wait(4)
    assert saves.post(PROFILE, {}, headers={"X-Autosave": "1"}).status_code == 401, "it keeps its text and says so"


@pytest.mark.parametrize("role", ["coordinator", "administrator", "companion"])
def test_whoever_is_away_with_the_trip_stays_from_one_evening_to_the_next(cast, login, wait, role):
    """A coordinator who travels along writes at nine in the evening, and again the next evening."""
    person = getattr(cast, role)()
    if role != "companion":
        world.participation(cast.trip, person)
    wait(to=world.london(2026, 11, 10, 21))
    client = login(person)
    assert is_in(client)
    wait(25)
    assert is_in(client)
    wait(36)
    assert not is_in(client), "two evenings without a word"


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (world.london(2026, 11, 9, 12), 12),
        (world.london(2026, 11, 10, 12), 36),
        (world.london(2026, 11, 20, 12), 36),  # an evening is answered until a week after the return
        (world.london(2026, 11, 21, 12), 12),
    ],
)
def test_away_is_from_the_departure_until_the_evenings_close(cast, wait, moment, hours):
    person = cast.coordinator()
    world.participation(cast.trip, person)
    wait(to=moment)
    assert idle_time(person) == timedelta(hours=hours)


@pytest.mark.by_hand  # the place is taken past the verb: only what it says counts here
def test_a_place_given_back_is_no_journey(cast, wait):
    person = cast.coordinator()
    one = world.participation(cast.trip, person)
    wait(to=world.london(2026, 11, 11, 12))
    type(one).objects.filter(pk=one.pk).update(
        status="cancelled", cancelled_at=timezone.now(), cancelled_by=person, cancel_reason="ziek"
    )
    assert idle_time(person) == timedelta(hours=12)


def test_a_session_that_ends_with_the_browser_ends_with_idleness_too(cast, wait):
    """Without “remember me” the cookie has no date; the session on our side has one all the same."""
    ada, client = cast.administrator(), Client()
    client.post(reverse("account_login"), {"login": ada.email, "password": world.PASSWORD})
    assert is_in(client)
    assert client.cookies["sessionid"]["max-age"] == ""
    wait(4)
    assert not is_in(client)
    client = Client()
    client.post(reverse("account_login"), {"login": ada.email, "password": world.PASSWORD, "remember": "on"})
    assert is_in(client)
    assert client.cookies["sessionid"]["max-age"] == 4 * 3600


def test_a_session_is_written_now_and_then_and_not_each_time(cast, login, wait):
    client = login(cast.stranger())
    is_in(client)
    before = Session.objects.get().expire_date
    wait(0.05)
    is_in(client)
    assert Session.objects.get().expire_date == before
    wait(0.05)
    is_in(client)
    assert Session.objects.get().expire_date == before + timedelta(hours=0.1)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ({"administrator": 4.0}, []),
        ({"beheerder": 4.0}, ["IDLE_HOURS can't hold 'beheerder' so."]),
        ({"lead": 0.0}, ["IDLE_HOURS can't hold 'lead' so."]),
    ],
)
def test_a_table_with_another_role_or_no_time_is_told_before_the_house_opens(settings, hours, said):
    settings.IDLE_HOURS = settings.IDLE_HOURS | hours
    assert [message.msg for message in idle_hours(None)] == said
