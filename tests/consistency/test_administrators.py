"""Deciding about people is the lead's: an administrator reads and gives roles, by every verb and on every page.

A verb that is new is tried too: `STRANGER` of test_actions_ask.py must know it. What an administrator does stands here
with its reason; who must do something else takes the lead of the trip first, which history shows.
"""

import re
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve
from django.utils.module_loading import import_string

from exchange import clock
from exchange.lifecycle import Hat
from exchange.verdicts import FORBIDDEN, GONE, Refused
from tests.consistency.alliance import PERSONAS, Alliance
from tests.consistency.test_access import NOW, ROWS, address
from tests.consistency.test_actions_ask import MOMENTS, STRANGER, Place
from tests.consistency.test_lifecycles import LIVES

pytestmark = pytest.mark.django_db

#: What administrators do, and why that decides about nobody.
ADMINISTRATORS_DO = {
    "exchange.jobs.actions.ask_again": "a document that failed is made once more, as it was asked for",
    "exchange.people.actions.add_former_name": "keeps schools",
    "exchange.people.actions.close_account": "keeps accounts: of somebody who left",
    "exchange.people.actions.confirm_membership": "keeps accounts: who works where",
    "exchange.people.actions.decline_membership": "keeps accounts: who works where",
    "exchange.people.actions.give_role": "gives roles",
    "exchange.people.actions.invite": "gives roles",
    "exchange.people.actions.open_account": "keeps accounts: takes that back",
    "exchange.people.actions.reset_second_step": "keeps accounts: of a colleague who lost phone and codes",
    "exchange.people.actions.save_school": "keeps schools",
    "exchange.people.actions.take_role": "gives roles",
    "exchange.privacy.actions.erase": "keeps accounts: for somebody who asked",
    "exchange.trips.actions.trip.copy_framework": "keeps the words of themes",
    "exchange.trips.actions.trip.create_trip": "leads what they start",
    "exchange.trips.actions.trip.give_team_role": "gives roles",
    "exchange.trips.actions.trip.leave_teams": "keeps accounts: a part of closing one",
    "exchange.trips.actions.trip.take_lead": "steps in, with a reason, mailed to the leads and in history",
    "exchange.trips.actions.trip.take_team_role": "gives roles",
    "evaluations.impact.actions.ask_for_paper": "reads an edition, on paper",
    "evaluations.looking.actions.give_reason": "looks, and says why",
}
#: Transitions that administrators make.
THEIR_TRANSITIONS = {
    "job.again": "a document that failed is made once more",
    "message.resend": "of mail about no trip: of sign-in and roles",
    "message.cancel": "of mail about no trip: of sign-in and roles",
}


def test_the_table_names_verbs() -> None:
    assert ADMINISTRATORS_DO.keys() - STRANGER.keys() == set()


@pytest.mark.parametrize("verb", STRANGER)
def test_an_administrator_decides_about_nobody(house: Alliance, verb: str) -> None:
    place, given = STRANGER[verb]
    scene, *moment = place.split(", ")
    refused = None
    with clock.at(MOMENTS[moment[0] if moment else scene]), transaction.atomic():
        asked = given(Place(house, scene))
        with CaptureQueriesContext(connection) as queries:
            try:
                import_string(verb)(**asked, by=house.people["administrator"])
            except Refused as no:
                refused = no.verdict
        transaction.set_rollback(True)
    if verb in ADMINISTRATORS_DO:
        assert refused is None or refused.status != FORBIDDEN, str(refused.reason)
        return
    assert refused is not None, "an administrator did this: it is the lead's, or stands in ADMINISTRATORS_DO"
    assert [one["sql"] for one in queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []
    expected = GONE if "generation" in asked or verb.endswith(".save_part") else FORBIDDEN
    assert refused.status == expected, str(refused.reason)


def test_no_transition_about_people_is_an_administrators() -> None:
    theirs = {
        f"{life.name}.{one.name}" for life in LIVES.values() for one in life.transitions if Hat.ADMINISTRATOR in one.by
    }
    assert theirs == THEIR_TRANSITIONS.keys()


# --- what their pages offer ------------------------------------------------------------------------

COLUMN = PERSONAS.index("administrator")
#: What they get at an address, at every moment of the table.
LETTERS: dict[tuple[str, str], set[str]] = {}
for _name, _verb, _scene, _letters, _given in ROWS:
    LETTERS.setdefault((_name, _verb), set()).add(_letters[COLUMN])
READ = [row for row in ROWS if row[1] == "GET" and row[3][COLUMN] == "R" and row[2] != "-"]
FORM = re.compile(r"<form\b([^>]*)>", re.IGNORECASE)
LINK = re.compile(r"<a\b[^>]*\bhref=[\"']?([^\"' >]+)", re.IGNORECASE)
#: Of a form or a link.
ATTRIBUTE = re.compile(r"\b(action|method)=[\"']?([^\"' >]*)", re.IGNORECASE)


def named(path: str) -> str:
    """The name of the page at an address of ours; empty for others."""
    try:
        return resolve(path.split("?")[0].split("#")[0]).view_name if path.startswith("/") else ""
    except Resolver404:
        return ""


def offered(page: str, url: str) -> set[tuple[str, str]]:
    """What a page lets somebody do: the forms it has, and where it leads."""
    found = set()
    for attributes in FORM.findall(page):
        said = dict(ATTRIBUTE.findall(attributes))
        verb = said.get("method", "get").upper()
        found.add((named(said.get("action") or url), verb))
    return found | {(named(href), "GET") for href in LINK.findall(page)}


def not_theirs(page: str, url: str) -> set[tuple[str, str]]:
    """What of it they would be refused."""
    return {one for one in offered(page, url) if LETTERS.get(one, {"R"}) <= {"x", "-"}}


@pytest.mark.parametrize(
    ("name", "scene", "given"),
    [(row[0], row[2], row[4]) for row in READ],
    ids=[" ".join([row[0], row[2], *row[4].values()]) for row in READ],
)
def test_no_page_offers_an_administrator_what_is_the_leads(
    house: Alliance, name: str, scene: str, given: dict[str, Any]
) -> None:
    url = address(house, name, scene, given)
    with clock.at(NOW[given.get("now", "selection")]), transaction.atomic():
        page = house.clients["administrator"].get(url)
        transaction.set_rollback(True)
    if page.status_code == 200 and not page.streaming and "text/html" in page["Content-Type"]:
        assert not_theirs(page.text, url) == set()


def test_what_is_the_leads_is_seen() -> None:
    """The net holds: a button that refuses is named."""
    page = "<form method='post' action='/team/x/announce/'></form><a href='/team/x/cancel/'>"
    assert not_theirs(page, "/") == {("trips:announce", "POST"), ("applications:cancel-trip", "GET")}
