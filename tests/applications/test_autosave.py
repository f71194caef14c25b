"""What the server tells a page that saves by itself. What the page does with it: tests/browser/test_writing.py."""

import pytest
from django.urls import reverse

from applications.models import Application, ProposedGoal
from exchange import carry_on
from exchange.verdicts import YES
from tests import world
from tests.applications.test_apply import address, goals, stamp

pytestmark = pytest.mark.django_db
ITSELF = {"X-Autosave": "1"}


@pytest.fixture
def samira(cast):
    return world.user("Samira Idrissi", at=cast.school)


@pytest.fixture
def browser(cast, samira, login, at):
    at(world.home(2026, 9, 15, 14, 3))
    return login(samira)


def save(browser, trip, section, **fields):
    return browser.post(address(trip, section), fields, headers=ITSELF)


def test_saved_when_and_on_which_version(cast, browser):
    told = save(browser, cast.trip, "motivation", version=0, motivation="Een.")
    assert told.status_code == 200
    assert (told.json()["version"], told.json()["saved"]) == (1, "14.03")
    again = save(browser, cast.trip, "motivation", version=1, base=told.json()["base"], motivation="Een, twee.")
    assert again.json()["version"] == 2
    assert Application.objects.get().motivation == "Een, twee."


def test_the_conditions_come_along_as_answers_come_in(cast, browser):
    told = save(browser, cast.trip, "", version=0, name="Samira", job_role="teacher", employment="neither").json()
    assert told["fits"].count("klopt niet") == 1
    told = save(browser, cast.trip, "manager", version=1, can_travel="yes").json()
    assert told["fits"].count("nog niet bekend") == 1
    assert "fits" not in save(browser, cast.trip, "motivation", version=2, motivation="Een.").json()


def test_another_window_is_told_and_nothing_is_overwritten(cast, browser):
    save(browser, cast.trip, "motivation", version=0, motivation="Een.")
    told = save(browser, cast.trip, "motivation", version=0, motivation="Twee.")
    assert (told.status_code, told.json()["both"]) == (409, True)
    assert Application.objects.get().motivation == "Een."


def test_another_section_is_no_conflict(cast, browser):
    """A page of goals that is open beside the motivation: what it held has not changed."""
    held = stamp(browser.get(address(cast.trip, "goals")))
    save(browser, cast.trip, "motivation", version=0, motivation="Een.")
    told = save(browser, cast.trip, "goals", **held, **goals(("a", "b", "c")))
    assert told.status_code == 200


def test_what_is_wrong_is_said_and_not_saved(cast, browser):
    told = save(browser, cast.trip, "motivation", version=0, motivation="x" * 4001)
    assert told.status_code == 422
    assert "4000" in told.json()["reason"] or "4.000" in told.json()["reason"]
    told = save(browser, cast.trip, "manager", version=0, manager_email="geen adres")
    assert told.status_code == 422
    assert not Application.objects.exists()


def test_too_late_is_said(cast, browser, at):
    at(world.CLOSES)
    told = save(browser, cast.trip, "motivation", version=0, motivation="Een.")
    assert told.status_code == 410
    assert "1 oktober 2026" in told.json()["reason"]


def test_it_closes_while_a_save_is_under_way(cast, browser, at, monkeypatch):
    """What the view found open the action finds closed: a page that saves by itself is told so in its own words."""
    monkeypatch.setattr("applications.writing.views.can_write", lambda *about: YES)
    at(world.CLOSES)
    told = save(browser, cast.trip, "motivation", version=0, motivation="Een.")
    assert (told.status_code, told["Content-Type"]) == (410, "application/json")
    assert "1 oktober 2026" in told.json()["reason"]


def test_without_a_session_it_is_401_and_nothing_is_parked(cast, browser):
    browser.logout()
    told = save(browser, cast.trip, "motivation", version=0, motivation="Een.")
    assert (told.status_code, told.json()) == (401, {"signed_in": False})
    assert "parked" not in browser.session


def test_a_stale_token_is_403_and_says_who_is_in(cast, samira):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(samira)
    told = save(strict, cast.trip, "motivation", version=0, motivation="Een.")
    assert (told.status_code, told.json()) == (403, {"signed_in": True})


def test_somebody_elses_text_is_never_saved_as_mine(cast, browser, login):
    other = world.user("Olga Ongezien", at=cast.school)
    told = save(browser, cast.trip, "motivation", version=0, motivation="Van Olga.", author=carry_on.mark(other))
    assert told.status_code == 409
    assert "both" not in told.json()
    plain = browser.post(
        address(cast.trip, "motivation"), {"version": 0, "motivation": "Van Olga.", "author": carry_on.mark(other)}
    )
    assert plain.status_code == 409
    assert "Er is hier nu iemand anders ingelogd" in plain.content.decode()
    assert not Application.objects.exists()


def test_what_was_parked_is_shown_to_its_author_only(cast, samira, browser, client, login):
    """The session ended; somebody else signs in at the same device."""
    other = world.user("Olga Ongezien", at=cast.school)
    page = address(cast.trip, "motivation")
    for who, seen in ((other, False), (samira, True)):
        client.logout()
        typed = {"version": 0, "motivation": "Van Samira.", "author": carry_on.mark(samira)}
        assert "/accounts/login/" in client.post(page, typed)["Location"]
        signed = client.post("/accounts/login/", {"login": who.email, "password": world.PASSWORD})
        assert signed.status_code == 302
        shown = client.get(reverse("carry_on"), follow=True)
        assert ("Van Samira." in shown.content.decode()) is seen


def test_goals_are_told_their_ids_and_keep_them(cast, browser):
    rows = (("a", "b", "c"), ("", "", ""), ("d", "e", "f"))
    told = save(browser, cast.trip, "goals", version=0, **goals(*rows)).json()
    first, empty, last = told["ids"]
    assert empty == ""
    assert [str(goal.pk) for goal in ProposedGoal.objects.order_by("order")] == [first, last]
    stamped = {"version": told["version"], "base": told["base"]}
    again = save(browser, cast.trip, "goals", **stamped, **goals(*rows, ids=told["ids"])).json()
    assert again["ids"] == told["ids"]
    assert ProposedGoal.objects.count() == 2


def test_four_goals_and_four_thousand_words_save_in_constant_queries(cast, browser, django_assert_num_queries):
    """As many statements as for one short goal, and a motivation costs the same whatever its length."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(section, **fields):
        seen = stamp(browser.get(address(cast.trip, section)))
        with CaptureQueriesContext(connection) as queries:
            assert save(browser, cast.trip, section, **{**seen, **fields}).status_code == 200
        return len(queries)

    cost("motivation", motivation="Een.")
    short, long = cost("motivation", motivation="Twee."), cost("motivation", motivation="woord " * 660)
    assert short == long
    cost("goals", **goals(("a", "b", "c")))
    ids = [str(pk) for pk in ProposedGoal.objects.values_list("pk", flat=True)]
    one = cost("goals", **goals(("aa", "bb", "cc"), ids=ids))
    cost("goals", **goals(*[("a", "b", "c")] * 4, ids=ids))
    ids = [str(pk) for pk in ProposedGoal.objects.order_by("order").values_list("pk", flat=True)]
    four = cost("goals", **goals(*[("woord " * 49, "woord " * 49, "woord " * 49)] * 4, ids=ids))
    assert four == one
    assert max(short, one) <= 30
