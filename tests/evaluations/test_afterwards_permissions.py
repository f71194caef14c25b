"""Who presents and who arranges it, who consents to being quoted, and who plans and reports an action."""

import pytest

from evaluations.afterwards.permissions import (
    can_arrange_presentations,
    can_consent,
    can_mark_held,
    can_prepare_presentation,
    can_show,
)
from evaluations.models import Action, OneWord
from evaluations.plans.permissions import can_edit_action, can_plan, can_report
from tests import world
from tests.evaluations.asked import (
    CANCELLED,
    CLOSED,
    GIVEN_BACK,
    NOT_THE_PARTICIPANT,
    NOT_THE_TEAM,
    TICK,
    YES,
    cancel,
    close,
    everybody,
    said,
    who,
)
from tests.world import london

pytestmark = pytest.mark.django_db
DEPARTURE, RETURN_DAY = london(2026, 11, 10, 0), london(2026, 11, 13, 0)
NO_PRESENTATION_YET = (409, "Je bereidt je presentatie voor vanaf dinsdag 10 november, als de reis vertrekt.")
NO_PLAN_YET = (409, "Je plan gaat open op dinsdag 10 november, als de reis vertrekt.")
TOLD_ALREADY = (409, "Je vertelde al wat er van deze actie werd; het plan ervan blijft staan.")


@pytest.fixture
def piet(cast):
    return cast.participant()


def edits(user, of, now):
    return can_edit_action(user, Action(participation=of), now)


def reports(user, of, now):
    return can_report(user, Action(participation=of, status="done", reported_at=DEPARTURE), now)


# --- what the participant does from the departure on ------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "too_early"),
    [
        (can_prepare_presentation, NO_PRESENTATION_YET),
        (can_plan, NO_PLAN_YET),
        (edits, NO_PLAN_YET),
        (reports, NO_PLAN_YET),
    ],
)
def test_presentation_and_plan_are_the_participants_from_departure_until_the_trip_is_completed(
    cast, piet, ask, too_early
):
    assert said(ask(piet.user, piet, DEPARTURE - TICK)) == too_early
    assert said(ask(piet.user, piet, DEPARTURE)) == YES
    people = everybody(cast) | {"participant": piet.user, "other": world.participation(cast.trip).user}
    assert who(people, lambda user: ask(user, piet, DEPARTURE)) == {"participant"}
    assert said(ask(cast.lead, piet, DEPARTURE)) == NOT_THE_PARTICIPANT
    close(piet.trip)
    assert said(ask(piet.user, piet, world.MOMENTS["follow_up"])) == CLOSED
    piet.status = "cancelled"
    assert said(ask(piet.user, piet, DEPARTURE)) == GIVEN_BACK


@pytest.mark.parametrize("status", ["begun", "done", "changed", "dropped"])
def test_an_action_that_was_told_about_keeps_its_plan(piet, status):
    told = Action(participation=piet, status=status, reported_at=DEPARTURE)
    begun = Action(participation=piet, status=status)
    assert {said(can_edit_action(piet.user, one, RETURN_DAY)) for one in (told, begun)} == {TOLD_ALREADY}
    assert said(can_report(piet.user, told, RETURN_DAY)) == YES


def test_an_action_is_only_a_plan_until_something_is_told_about_it(piet):
    assert said(can_edit_action(piet.user, Action(participation=piet, status="planned"), RETURN_DAY)) == YES
    told = Action(participation=piet, status="planned", reported_at=DEPARTURE)
    assert said(can_edit_action(piet.user, told, RETURN_DAY)) == TOLD_ALREADY


# --- arranging presentations ------------------------------------------------------------------------


@pytest.mark.parametrize("ask", [can_arrange_presentations, can_mark_held])
def test_who_accompanies_the_trip_arranges_presentations(cast, piet, ask):
    people = everybody(cast) | {"participant": piet.user}
    assert who(people, lambda user: ask(user, cast.trip, RETURN_DAY)) == {"lead", "companion"}
    assert said(ask(piet.user, cast.trip, RETURN_DAY)) == NOT_THE_TEAM


def test_slots_are_given_long_before_the_departure_and_held_from_the_return_on(cast):
    assert said(can_arrange_presentations(cast.lead, cast.trip, world.MOMENTS["planning"])) == YES
    not_back = (409, "Er is nog niet gepresenteerd: de reis is nog niet terug.")
    assert said(can_mark_held(cast.lead, cast.trip, RETURN_DAY - TICK)) == not_back
    assert said(can_mark_held(cast.lead, cast.trip, RETURN_DAY)) == YES


@pytest.mark.parametrize("ask", [can_arrange_presentations, can_mark_held])
@pytest.mark.parametrize(("end", "told"), [(close, CLOSED), (cancel, CANCELLED)])
def test_presentations_of_a_trip_that_ended_stand(cast, ask, end, told):
    end(cast.trip)
    assert said(ask(cast.lead, cast.trip, RETURN_DAY)) == told


@pytest.mark.parametrize("ask", [can_arrange_presentations, can_mark_held])
def test_without_a_return_meeting_there_are_no_slots(cast, ask):
    cast.trip.return_meeting_on = None
    assert said(ask(cast.lead, cast.trip, RETURN_DAY)) == (409, "De evaluatiebijeenkomst heeft nog geen datum.")


# --- being quoted -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", [can_consent, can_show])
def test_only_the_author_lets_a_word_be_quoted(cast, piet, ask):
    word = OneWord(participation=piet, word="rust", consent=True)
    people = everybody(cast) | {"participant": piet.user, "other": world.participation(cast.trip).user}
    assert who(people, lambda user: ask(user, word)) == {"participant"}
    assert said(ask(cast.lead, word)) == NOT_THE_PARTICIPANT


@pytest.mark.parametrize("ask", [can_consent, can_show])
@pytest.mark.parametrize("end", [close, cancel])
def test_the_author_decides_about_a_word_whatever_became_of_trip_and_place(piet, ask, end):
    end(piet.trip)
    piet.status = "cancelled"
    assert said(ask(piet.user, OneWord(participation=piet, word="rust", consent=True))) == YES


def test_a_word_stands_in_the_report_before_it_stands_in_public(piet):
    word = OneWord(participation=piet, word="rust", consent=False)
    assert said(can_consent(piet.user, word)) == YES
    first = "Op de openbare pagina staan woorden uit het rapport. Laat het eerst in het rapport toe."
    assert said(can_show(piet.user, word)) == (409, first)
