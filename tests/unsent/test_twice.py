"""The same page sent twice is taken once, on every address that takes a form."""

import io
import re
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import Meeting
from exchange.unsent import middleware
from exchange.unsent.middleware import SentOnceMiddleware, claim, counts, settle
from exchange.unsent.models import Sending
from tests import world
from tests.conftest import signed_in
from tests.consistency.test_access import ROWS
from tests.trips.test_meetings import NEW

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(cast, at):
    """A trip in preparation with two travellers; its lead, whose browser shows the tokens of pages."""
    cast.participant()
    world.participation(cast.trip)
    at(world.MOMENTS["preparation"])
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.lead)
    browser.url = reverse("trips:meeting-new", args=[cast.trip.slug])
    return browser


def token_of(browser):
    """Of a page of its own."""
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(browser.url).text)[1]


def send(browser, token, **changes):
    return browser.post(browser.url, NEW | changes | {"csrfmiddlewaretoken": token})


def test_a_meeting_sent_twice_is_one_meeting_and_one_mail_each(lead):
    token = token_of(lead)
    first, second = send(lead, token), send(lead, token)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert "Het is één keer verwerkt" in lead.get(second["Location"]).text
    assert Meeting.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="trips/meeting_changed").count() == 2


def test_without_the_guard_it_is_two(lead, settings):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SentOnce" not in one]
    token = token_of(lead)
    send(lead, token)
    send(lead, token)
    assert Meeting.objects.count() == 2


def test_another_page_with_the_same_words_is_meant(lead):
    send(lead, token_of(lead))
    send(lead, token_of(lead))
    assert Meeting.objects.count() == 2


def test_other_words_on_the_same_page_are_another_thing(lead):
    token = token_of(lead)
    send(lead, token)
    send(lead, token, starts="15:00")
    assert Meeting.objects.count() == 2


def test_the_same_again_after_something_else_is_meant(lead):
    token = token_of(lead)
    for starts in ("14:00", "15:00", "14:00"):
        send(lead, token, starts=starts)
    assert Meeting.objects.count() == 3


def test_what_was_refused_can_be_sent_again(lead):
    token = token_of(lead)
    assert [send(lead, token, on="").status_code for _ in range(2)] == [422, 422]
    assert not Sending.objects.exists()
    assert send(lead, token).status_code == 302


def test_a_day_later_it_is_meant(lead, at):
    token = token_of(lead)
    send(lead, token)
    at(world.MOMENTS["preparation"] + timedelta(days=1, seconds=1))
    send(lead, token)
    assert Meeting.objects.count() == 2


def test_what_is_old_is_forgotten(lead, at):
    send(lead, token_of(lead))
    call_command("purge", stdout=io.StringIO())
    assert Sending.objects.count() == 1
    at(world.MOMENTS["preparation"] + timedelta(days=1, seconds=1))
    call_command("purge", stdout=io.StringIO())
    assert not Sending.objects.exists()


def test_two_people_send_the_same(cast, at):
    """Each from a page of their own; what one sent is nothing to the other."""
    at(world.MOMENTS["preparation"])
    made = [Sending(sender=middleware.sender_of(asked(by)), page="p") for by in (cast.lead, cast.administrator())]
    assert [claim(one) for one in made] == ["", ""]


def test_who_handled_the_first_is_gone(monkeypatch):
    """Killed halfway: the second waits a little, then it is done."""
    monkeypatch.setattr(middleware, "PATIENCE", -1.0)
    assert [claim(Sending(sender="s", page="p")) for _ in range(2)] == ["", ""]


def test_no_address_is_left_out(cast):
    """Every address that takes a form counts, but for those that guard themselves."""
    paths = {reverse("choose_language")}
    found = {name for name, verb, *_rest in ROWS if verb == "POST"}
    assert len(found) > 80
    for path in ("/team/x/meetings/new/", "/endorse/x/", "/my/trips/x/evening/2026-11-10/"):
        assert counts(asked(cast.lead, path))
    for path in (*paths, "/accounts/login/", "/admin/people/user/1/change/"):
        assert not counts(asked(cast.lead, path))
    assert not counts(asked(cast.lead, "/team/x/", headers={"X-Autosave": "1"}))
    assert not counts(asked(cast.lead, "/team/x/", headers={"Sec-Fetch-Mode": "cors"}))


def asked(by, path="/team/x/", **more):
    request = RequestFactory().post(path, {"csrfmiddlewaretoken": "t"}, **more)
    request.user = by
    return request


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer: nothing can race")
def test_a_double_click_waits_for_the_first(cast):
    """Both clicks are under way at once: one is handled, the other leads where it led."""
    handled, begun = [], threading.Event()

    def view(request):
        handled.append(threading.current_thread())
        begun.set()
        # Until the other has asked, and waits.
        while Sending.objects.filter(led_to="").exists() and not waiting.is_set():
            waiting.wait(0.01)
        return HttpResponse(status=302, headers={"Location": "/there/"})

    waiting = threading.Event()
    guard, answers = SentOnceMiddleware(view), []

    def click(first):
        try:
            with clock.at(world.MOMENTS["preparation"]):
                one = Sending(sender="s", page="p")
                if first:
                    assert claim(one) == ""
                    settle(one, guard.get_response(None))
                else:
                    begun.wait(10)
                    waiting.set()
                    answers.append(claim(one))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click, args=[first]) for first in (True, False)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert (len(handled), answers) == (1, ["/there/"])


def test_a_link_that_lets_somebody_in_counts_too(cast, at):
    assert signed_in(cast.lead)
    nobody = RequestFactory().post("/endorse/abc/", {"csrfmiddlewaretoken": "t"})
    nobody.user = type("Nobody", (), {"pk": None})()
    assert counts(nobody)
