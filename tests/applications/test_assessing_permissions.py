"""Who reads and scores, who sees scores, and when rubric, conditions and selection are the lead's: both sides."""

from datetime import timedelta

import pytest

from applications.assessing.permissions import (
    assessment_hats,
    can_assess,
    can_change_assessment,
    can_edit_rubric,
    can_recuse,
    can_select,
    can_weigh,
    reads,
    shows_scores,
)
from applications.conditions.permissions import can_rule, can_set_conditions
from applications.letters.permissions import can_write
from applications.lifecycle import ASSESSMENT
from exchange.lifecycle import Hat
from exchange.transitions import Tried
from tests import world
from tests.verdicts import CANCELLED, COMPLETED, NOT_THE_LEAD, YES, said
from tests.world import CLOSES, MOMENTS, OPENS, home

pytestmark = pytest.mark.django_db

#: The least that is before a moment.
STEP = timedelta(microseconds=1)
PUBLISHED = home(2026, 10, 12)
OF_ANOTHER = "403 Deze beoordeling is van iemand anders."
FINISHED_READING = "409 De selectie is bekendgemaakt; beoordelingen blijven zoals ze waren."
AT_THEIR_SCHOOL = (
    "409 Je werkt nu op de school van deze persoon. Geef de aanmelding terug, dan leest iemand anders haar."
)


@pytest.fixture
def given(cast, at):
    """An assessment that Rik has still to give, of somebody of another school; with the trip of `cast` itself."""
    at(MOMENTS["selection"])
    sent = world.submitted(cast.trip, world.user("Samira Idrissi", at=cast.school))
    made = world.assessment(sent, cast.reviewer())
    made.application.trip = cast.trip
    return made


# --- who sees scores -------------------------------------------------------------------------------


def test_scores_are_for_the_lead_and_administrators(cast, given):
    only = "403 Alleen de projectleider van deze reis ziet scores."
    for person in (cast.lead, cast.administrator()):
        assert shows_scores(person, given.application)
    cast.trip.published_at = PUBLISHED  # when companions read the decisions
    for person in (cast.companion(), given.reviewer, given.application.user):
        assert said(shows_scores(person, given.application)) == only


def test_the_lead_sees_no_scores_of_the_own_application(cast, given):
    own = world.submitted(cast.trip, cast.lead)
    assert said(shows_scores(cast.lead, own)) == "403 Dit is je eigen aanmelding."


def test_scores_wait_until_the_own_assessment_is_finished(cast, given):
    world.join(cast.trip, cast.lead, "reviewer")
    mine = world.assessment(given.application, cast.lead)
    wait = "409 Je ziet wat anderen gaven zodra je eigen beoordeling af is."
    for status, expected in (("assigned", wait), ("finished", YES), ("recused", YES)):
        type(mine).objects.filter(pk=mine.pk).update(status=status)
        assert said(shows_scores(cast.lead, given.application)) == expected
    world.settle_all()


# --- what is asked and counts ----------------------------------------------------------------------


@pytest.mark.parametrize("can", [can_edit_rubric, can_weigh, can_set_conditions, can_select])
def test_only_the_lead_settles_what_counts_while_the_trip_runs(cast, at, can):
    at(CLOSES if can is can_select else OPENS - STEP)
    assert can(cast.lead, cast.trip)
    others = cast.companion(), cast.reviewer(), cast.administrator(), cast.stranger()
    for person in others:
        assert said(can(person, cast.trip)) == NOT_THE_LEAD
    cast.trip.closed_at = PUBLISHED
    assert said(can(cast.lead, cast.trip)) == COMPLETED
    cast.trip.cancelled_at = PUBLISHED
    assert said(can(cast.lead, cast.trip)) == CANCELLED
    # When it is too late anyway, that is said to the lead alone.
    cast.trip.closed_at = cast.trip.cancelled_at = None
    cast.trip.published_at = PUBLISHED
    at(home(2026, 10, 26))
    for person in others:
        assert said(can(person, cast.trip)) == NOT_THE_LEAD


@pytest.mark.parametrize("can", [can_edit_rubric, can_weigh])
def test_the_rubric_stays_once_the_selection_is_published(cast, at, can):
    at(OPENS - STEP)
    cast.trip.published_at = OPENS - STEP
    stays = "409 De selectie is bekendgemaakt; het beoordelingskader blijft zoals het was."
    assert said(can(cast.lead, cast.trip)) == stays


@pytest.mark.parametrize(
    ("can", "open_"),
    [
        (can_edit_rubric, YES),
        (
            can_weigh,
            "409 De oproep is open: wegingen en criteria blijven staan, alleen de woorden kunnen nog veranderen.",
        ),
        (
            can_set_conditions,
            "409 De oproep is open: mensen melden zich aan onder deze voorwaarden, dus ze blijven zo.",
        ),
    ],
)
def test_who_writes_knows_what_counts_and_what_is_asked(cast, at, can, open_):
    at(OPENS - STEP)
    assert can(cast.lead, cast.trip)
    at(OPENS)
    assert said(can(cast.lead, cast.trip)) == open_
    for dates in ({}, {"opens_at": None, "closes_at": None}):
        assert can(cast.lead, world.trip(lead=cast.lead, announced=False, **dates)), "nobody writes before announcing"


def test_selecting_begins_at_the_close_of_the_call_and_ends_with_the_publication(cast, at):
    not_closed = "409 De oproep is nog niet gesloten. Tot dan mogen mensen veranderen wat ze stuurden."
    at(CLOSES - STEP)
    assert said(can_select(cast.lead, cast.trip)) == not_closed
    at(CLOSES)
    assert can_select(cast.lead, cast.trip)
    for dates in ({}, {"opens_at": None, "closes_at": None}):
        planned = world.trip(lead=cast.lead, announced=False, **dates)
        assert said(can_select(cast.lead, planned)) == not_closed
    cast.trip.published_at = PUBLISHED
    over = "409 De selectie is bekendgemaakt. Wat later komt, is een aanbod."
    assert said(can_select(cast.lead, cast.trip)) == over


# --- conditions and letters ------------------------------------------------------------------------


def test_the_lead_decides_about_the_conditions_of_what_stands(cast, given):
    application = given.application
    assert can_rule(cast.lead, application)
    for person in (cast.companion(), cast.administrator(), application.user):
        assert said(can_rule(person, application)) == NOT_THE_LEAD
    for status in ("draft", "withdrawn"):
        application.status = status
        stands = "409 Alleen over een aanmelding die staat wordt besloten: deze is niet verstuurd, of ingetrokken."
        assert said(can_rule(cast.lead, application)) == stands
    application.status, cast.trip.published_at = "submitted", PUBLISHED
    published = "409 De selectie is bekendgemaakt; besluiten over de voorwaarden blijven zoals ze waren."
    assert said(can_rule(cast.lead, application)) == published
    cast.trip.closed_at = PUBLISHED
    assert said(can_rule(cast.lead, application)) == COMPLETED


def test_the_lead_does_not_decide_about_the_conditions_for_the_own_application(cast):
    own = world.submitted(cast.trip, cast.lead)
    assert said(can_rule(cast.lead, own)) == "403 Dit is je eigen aanmelding."
    another = world.user("Tweede Leider")
    world.join(cast.trip, another, "lead")
    assert can_rule(another, own)


def test_the_lead_writes_to_groups_also_of_a_completed_trip(cast):
    assert can_write(cast.lead, cast.trip)
    cast.trip.closed_at = PUBLISHED
    assert can_write(cast.lead, cast.trip)
    others = cast.companion(), cast.reviewer(), cast.administrator(), world.trip().team.get().user
    for person in others:
        assert said(can_write(person, cast.trip)) == NOT_THE_LEAD
    cast.trip.cancelled_at = PUBLISHED
    assert said(can_write(cast.lead, cast.trip)) == CANCELLED
    for person in others:
        assert said(can_write(person, cast.trip)) == NOT_THE_LEAD


# --- reading and scoring ---------------------------------------------------------------------------


@pytest.mark.parametrize("can", [reads, can_assess])
def test_an_assessment_is_given_by_whom_it_was_assigned_to(cast, given, can):
    assert can(given.reviewer, given)
    for person in (cast.lead, cast.companion(), cast.administrator(), given.application.user):
        assert said(can(person, given)) == OF_ANOTHER


@pytest.mark.parametrize("can", [reads, can_assess, can_recuse])
def test_reading_ends_with_the_publication_the_application_or_the_trip(cast, given, can):
    assert can(given.reviewer, given)
    for status in ("draft", "withdrawn"):
        given.application.status = status
        assert said(can(given.reviewer, given)) == "409 Deze aanmelding is ingetrokken."
    cast.trip.published_at = PUBLISHED
    assert said(can(given.reviewer, given)) == FINISHED_READING
    cast.trip.cancelled_at = PUBLISHED
    assert said(can(given.reviewer, given)) == CANCELLED


def test_nobody_scores_somebody_of_the_school_they_came_to_work_at(cast, given):
    given.reviewer.institution = cast.school
    assert said(can_assess(given.reviewer, given)) == AT_THEIR_SCHOOL
    assert reads(given.reviewer, given)
    assert can_recuse(given.reviewer, given), "handed back, somebody else reads it"
    colleague = world.user("Cas Collega", at=cast.school)
    assert said(can_assess(colleague, given)) == OF_ANOTHER


def test_a_reviewer_without_a_school_is_nobodys_colleague(cast, given):
    outside = world.outsider()
    world.join(cast.trip, outside, "reviewer")
    given.reviewer = outside
    assert can_assess(outside, given)


def test_what_is_finished_is_opened_again_by_its_reviewer_until_the_publication(cast, given):
    reviewer = given.reviewer
    for status, word in (("assigned", "te lezen"), ("recused", "teruggegeven")):
        given.status = status
        verdict = can_change_assessment(reviewer, given)
        assert said(verdict) == f"409 Dit kan nu niet: het staat op ‘{word}’."
        assert verdict.tried == Tried(ASSESSMENT, ("reopen",), given)
    given.status = "finished"
    assert can_change_assessment(reviewer, given)
    assert said(can_change_assessment(cast.lead, given)) == OF_ANOTHER
    cast.trip.published_at = PUBLISHED
    assert said(can_change_assessment(reviewer, given)) == FINISHED_READING


def test_the_lead_hands_back_for_somebody_else_while_selecting(cast, given, at):
    assert can_recuse(cast.lead, given)
    for person in (cast.companion(), cast.stranger()):
        assert said(can_recuse(person, given)) == NOT_THE_LEAD
    at(CLOSES - STEP)
    assert not can_recuse(cast.lead, given)
    assert can_recuse(given.reviewer, given), "of what was sent early, whoever reads it hands it back"


def test_a_reviewer_is_one_of_the_own_assessments_only(cast, given):
    rik, another = given.reviewer, world.user("Roos Reviewer")
    world.join(cast.trip, another, "reviewer")
    world.join(cast.trip, another, "companion")
    assert assessment_hats(rik, given) == {Hat.REVIEWER}
    assert assessment_hats(another, given) == {Hat.COMPANION}
    assert assessment_hats(cast.lead, given) == {Hat.LEAD}
    assert assessment_hats(cast.stranger(), given) == set()
    given.reviewer = cast.lead
    assert assessment_hats(cast.lead, given) == {Hat.LEAD, Hat.REVIEWER}
    assert assessment_hats(rik, given) == set()
