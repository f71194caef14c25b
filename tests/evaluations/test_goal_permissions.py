"""Who sharpens a goal and until when, who confirms a level, and when old answers may be read again."""

import pytest

from evaluations.goals.permissions import can_confirm, can_sharpen, may_look_back
from evaluations.models import FollowUp, GoalLevel
from tests import world
from tests.evaluations.asked import (
    CANCELLED,
    CLOSED,
    NOT_THE_TEAM,
    TICK,
    YES,
    cancel,
    close,
    everybody,
    said,
    who,
)
from tests.world import home, london

pytestmark = pytest.mark.django_db
DEPARTURE, MONTH_BEFORE = london(2026, 11, 10, 0), home(2027, 10, 13, 0)
LEFT = (410, "De reis vertrok op 10 november 2026; sindsdien staat dit leerdoel zoals het was aangescherpt.")
LEFT_UNSHARPENED = (
    410,
    "De reis vertrok op 10 november 2026. "
    "Een leerdoel dat toen niet was aangescherpt krijgt woorden, maar geen niveau.",
)


@pytest.fixture
def piet(cast):
    return cast.participant()


@pytest.fixture
def goal(piet):
    return piet.goals.get()


# --- sharpening -------------------------------------------------------------------------------------


def test_the_participant_and_companions_sharpen_a_goal(cast, piet, goal):
    people = everybody(cast) | {"participant": piet.user, "other": world.participation(cast.trip).user}
    assert who(people, lambda user: can_sharpen(user, goal, DEPARTURE - TICK)) == {"participant", "companion"}
    refusal = (403, "De deelnemer scherpt een leerdoel aan, samen met een begeleider.")
    assert said(can_sharpen(cast.lead, goal, DEPARTURE - TICK)) == refusal


@pytest.mark.parametrize(("sharpened", "told"), [(True, LEFT), (False, LEFT_UNSHARPENED)])
def test_a_goal_stands_as_it_is_from_the_departure_on(cast, piet, goal, sharpened, told):
    if not sharpened:
        goal.sharpened_at = goal.sharpened_by = None
    for user in (piet.user, cast.companion()):
        assert said(can_sharpen(user, goal, DEPARTURE - TICK)) == YES
        assert said(can_sharpen(user, goal, DEPARTURE)) == told


def test_a_goal_of_who_gave_the_place_back_is_not_sharpened(cast, piet, goal):
    piet.status = "cancelled"
    for user in (piet.user, cast.companion()):
        assert said(can_sharpen(user, goal, DEPARTURE - TICK)) == (410, "Deze plaats is teruggegeven.")


@pytest.mark.parametrize(("end", "told"), [(close, CLOSED), (cancel, CANCELLED)])
def test_no_goal_is_sharpened_on_a_trip_that_ended(piet, goal, end, told):
    end(piet.trip)
    assert said(can_sharpen(piet.user, goal, DEPARTURE - TICK)) == told


# --- confirming -------------------------------------------------------------------------------------


def test_who_accompanies_the_trip_confirms_a_level(cast, piet, goal):
    level = GoalLevel(goal=goal, moment="return", level=1)
    people = everybody(cast) | {"participant": piet.user}
    assert who(people, lambda user: can_confirm(user, level)) == {"lead", "companion"}
    assert said(can_confirm(piet.user, level)) == NOT_THE_TEAM


def test_nobody_confirms_their_own_level(cast):
    carla = cast.companion()
    own = world.participation(cast.trip, carla)
    level = GoalLevel(goal=own.goals.get(), moment="return", level=1)
    assert said(can_confirm(carla, level)) == (403, "Iemand anders van het team bevestigt jouw eigen niveaus.")
    assert said(can_confirm(cast.lead, level)) == YES


@pytest.mark.parametrize(
    ("settled", "told"),
    [
        ({}, YES),
        ({"confirmed_at": DEPARTURE}, (409, "Dit niveau was al bevestigd.")),
        ({"handed_back_at": DEPARTURE}, (409, "Dit niveau is teruggegeven; de deelnemer kijkt er eerst naar.")),
    ],
)
def test_a_level_is_confirmed_once_and_not_while_its_owner_looks_at_it(cast, goal, settled, told):
    assert said(can_confirm(cast.lead, GoalLevel(goal=goal, moment="return", level=1, **settled))) == told


@pytest.mark.parametrize(("end", "told"), [(close, CLOSED), (cancel, CANCELLED)])
def test_no_level_is_confirmed_on_a_trip_that_ended(cast, goal, end, told):
    end(cast.trip)
    assert said(can_confirm(cast.lead, GoalLevel(goal=goal, moment="return", level=1))) == told


# --- old answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "written", "closed", "may"),
    [
        (MONTH_BEFORE - TICK, None, False, True),
        (MONTH_BEFORE - TICK, False, False, True),
        (MONTH_BEFORE, None, False, False),
        (MONTH_BEFORE, False, False, False),
        (MONTH_BEFORE, True, False, True),
        (MONTH_BEFORE, None, True, True),
        (MONTH_BEFORE, False, True, True),
    ],
)
def test_old_answers_are_hidden_from_their_author_while_the_recall_is_asked(piet, now, written, closed, may):
    """`written`: whether the recall is, in a follow-up that was begun; None where none was."""
    follow_up = None if written is None else FollowUp(participation=piet, recalled_at=now if written else None)
    if closed:
        close(piet.trip)
    assert may_look_back(piet, follow_up, now) is may
