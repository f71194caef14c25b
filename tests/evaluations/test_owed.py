"""What a participant still owes at a moment, on both sides of each boundary."""

from datetime import date

import pytest

from evaluations.models import Action, DailyEvaluation, FollowUp, GoalLevel, Presentation, ReturnEvaluation
from evaluations.owed import Owed, all_owed, asks_evenings, on_the_way, owing
from exchange.trips.models import Participation
from tests import world
from tests.world import home, london

pytestmark = pytest.mark.django_db
BACK, YEAR = home(2026, 12, 10), home(2027, 10, 20)


@pytest.fixture
def piet(cast):
    return cast.participant(goals=2)


def owed(participation, now) -> Owed:
    [found] = all_owed(Participation.objects.filter(pk=participation.pk), now)
    return found


def action(participation, due=date(2027, 2, 1), **fields):
    return Action.objects.create(participation=participation, title="Delen", due_on=due, created_at=BACK, **fields)


@pytest.mark.parametrize(
    ("now", "returned", "year"),
    [
        (london(2026, 11, 12, 23, 59), False, False),
        (london(2026, 11, 13, 0), True, False),
        (home(2027, 10, 12, 23, 59), True, False),
        (home(2027, 10, 13, 0), True, True),
    ],
)
def test_the_return_is_owed_until_the_year_is(piet, now, returned, year):
    found = owed(piet, now)
    assert (found.returned, found.year_open) == (returned, year)
    assert found.owes_return == found.owes_plan == (returned and not year)
    assert (found.owes_recall, found.owes_year) == (year, False)


def test_what_was_answered_is_not_owed(piet):
    ReturnEvaluation.objects.create(participation=piet, grade=7, answered_at=BACK)
    action(piet)
    found = owed(piet, BACK)
    assert (found.owes_return, found.owes_plan, found.owes_presentation) == (False, False, True)
    assert found.answered_return.grade == 7


@pytest.mark.parametrize(
    ("now", "title", "owes"),
    [
        (london(2026, 11, 12, 23, 59), None, False),
        (london(2026, 11, 13, 0), None, True),
        (home(2026, 12, 18, 23, 59), None, True),
        (home(2026, 12, 18, 23, 59), "", True),
        (home(2026, 12, 18, 23, 59), "Poortjes", False),
        (home(2026, 12, 19, 0), None, False),
    ],
)
def test_a_presentation_is_owed_until_the_return_meeting_is_over(piet, now, title, owes):
    if title is not None:
        Presentation.objects.create(participation=piet, title=title, changed_at=BACK)
    assert owed(piet, now).owes_presentation is owes


def test_the_second_half_of_the_year_is_owed_after_the_first(piet):
    row = FollowUp.objects.create(participation=piet)
    for fields, owes in (
        ({}, (True, False)),
        ({"recalled_at": YEAR}, (False, True)),
        ({"answered_at": YEAR}, (False, False)),
    ):
        FollowUp.objects.filter(pk=row.pk).update(**fields)
        found = owed(piet, YEAR)
        assert (found.owes_recall, found.owes_year) == owes
    assert not owed(piet, BACK).owes_recall


def test_evenings_are_missing_from_noon_until_a_week_after_the_return(piet):
    answered = {"mood": 3, "answered_at": BACK, "changed_at": BACK}
    DailyEvaluation.objects.create(participation=piet, on=date(2026, 11, 11), **answered)
    days = {
        london(2026, 11, 10, 11, 59): [],
        london(2026, 11, 10, 12): [10],
        london(2026, 11, 12, 12): [10, 12],
        london(2026, 11, 20, 23, 59): [10, 12, 13],
        london(2026, 11, 21, 0): [],
    }
    assert {now: [on.day for on in owed(piet, now).missing_evenings] for now in days} == days
    assert [on.day for on in on_the_way(piet, london(2026, 11, 12, 12)).missing_evenings] == [10, 12]


def test_evenings_are_not_read_where_none_can_be_open(piet):
    asked = {now: asks_evenings(piet, now) for now in (london(2026, 11, 9, 23), london(2026, 11, 10), BACK)}
    assert list(asked.values()) == [False, True, False]


def test_goals_can_be_sharpened_until_the_departure(cast):
    raw = cast.participant(sharpened=False, goals=2)
    assert len(owed(raw, london(2026, 11, 9, 23, 59)).raw_goals) == 2
    assert owed(raw, london(2026, 11, 10, 0)).raw_goals == []
    sharpened = world.participation(cast.trip)
    assert owed(sharpened, london(2026, 11, 9, 12)).raw_goals == []


@pytest.mark.parametrize(
    ("status", "reported", "now", "waits"),
    [
        ("planned", None, home(2027, 1, 31, 23, 59), False),
        ("planned", None, home(2027, 2, 1, 0), True),
        ("begun", home(2027, 1, 31, 23, 59), home(2027, 2, 5), True),
        ("begun", home(2027, 2, 1, 0), home(2027, 2, 5), False),
        ("done", home(2027, 1, 31, 12), home(2027, 2, 5), False),
        ("dropped", None, home(2027, 2, 5), False),
    ],
)
def test_an_action_waits_from_its_day_until_something_is_told(piet, status, reported, now, waits):
    made = action(piet, status=status, reported_at=reported)
    assert owed(piet, now).unreported == ([made] if waits else [])


def test_the_highest_step_that_was_told_counts(piet):
    assert owed(piet, YEAR).reached_rung == 0
    action(piet, status="planned", rung=5)
    action(piet, status="dropped", rung=4, reported_at=YEAR)
    assert owed(piet, YEAR).reached_rung == 0
    for rung in (3, 2):
        action(piet, status="done", rung=rung, reported_at=YEAR)
    assert owed(piet, YEAR).reached_rung == 3


def test_a_goal_carries_its_levels_and_who_waits_for_it(piet, cast):
    first, second = piet.goals.order_by("order")
    for moment, level in (("baseline", -1), ("return", 0), ("one_year", 2)):
        GoalLevel.objects.create(goal=first, moment=moment, level=level, scored_at=BACK, scored_by=piet.user)
    GoalLevel.objects.create(
        goal=second, moment="return", level=1, scored_at=BACK, handed_back_at=BACK, handed_back_by=cast.lead
    )
    found = owed(piet, BACK)
    told = [(goal.baseline, goal.at_return, goal.after_year, goal.waits, goal.handed_back) for goal in found.goals]
    assert told == [(-1, 0, 2, True, False), (None, 1, None, False, True)]
    assert found.handed_back == [second]
    assert [goal.baseline for goal in on_the_way(piet, london(2026, 11, 12)).goals] == [-1, None]


def test_actions_stand_by_their_day_and_everybody_has_the_own(piet, cast):
    anna = world.participation(cast.trip)
    late, soon = action(piet, date(2027, 3, 1)), action(piet, date(2027, 2, 1))
    other = action(anna)
    found = all_owed(Participation.objects.filter(trip=cast.trip).order_by("pk"), BACK)
    actions = {one.participation: one.actions for one in found}
    assert actions == {piet: [soon, late], anna: [other]}
    assert owing(found, "owes_plan") == []
    assert owing(found, "owes_return") == found
    # Before the return there is no plan yet, so none is read.
    assert owed(piet, london(2026, 11, 12)).actions == []
    assert on_the_way(piet, london(2026, 11, 12)).actions == []


def test_everybody_is_asked_about_in_as_many_queries_as_one(piet, cast, django_assert_num_queries):
    """People with their rows, and goals; evenings while these can be open, actions from the return on."""
    people = Participation.objects.filter(trip=cast.trip)
    for count in (1, 2):
        for now, queries in (
            (london(2026, 11, 9), 2),
            (london(2026, 11, 11), 3),
            (london(2026, 11, 13), 4),
            (BACK, 3),
        ):
            with django_assert_num_queries(queries):
                assert len(all_owed(people, now)) == count
        world.participation(cast.trip)
