"""What all questions of this wing share: whose they are, until when, and which rows somebody finds."""

import pytest

from evaluations.lifecycle import Moment
from evaluations.models import DailyEvaluation, GoalLevel
from evaluations.permissions import (
    accompanies,
    can_follow_up,
    can_return,
    can_say,
    goes_on,
    needs_reason,
    takes_part,
)
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
from tests.world import home, london

pytestmark = pytest.mark.django_db
RETURN_DAY, MONTH_BEFORE = london(2026, 11, 13, 0), home(2027, 10, 13, 0)
TOO_EARLY = (409, "Deze vragen gaan open op vrijdag 13 november, de dag dat je terugkomt.")
A_YEAR_TOO_EARLY = (409, "Deze vragen gaan open op woensdag 13 oktober 2027, een maand vóór de terugkomdag.")
TOO_LATE = (410, "De vragen na één jaar zijn nu open; wat je bij de terugkomst schreef blijft staan.")


@pytest.fixture
def piet(cast):
    return cast.participant()


# --- whose it is ------------------------------------------------------------------------------------


def test_lead_and_companions_accompany_a_trip(cast, piet):
    people = everybody(cast) | {"participant": piet.user}
    assert who(people, lambda user: accompanies(user, cast.trip)) == {"lead", "companion"}
    assert said(accompanies(people["reviewer"], cast.trip)) == NOT_THE_TEAM


def test_who_neither_accompanies_nor_owns_it_says_why_first(cast, piet):
    people = everybody(cast) | {"participant": piet.user}
    accompany = {"lead", "companion"}
    assert who(people, lambda user: needs_reason(user, trip=cast.trip)) == set(people) - accompany
    of_piet = who(people, lambda user: needs_reason(user, trip=cast.trip, owner_id=piet.user_id))
    assert of_piet == set(people) - accompany - {"participant"}
    assert not needs_reason(cast.lead, trip=cast.trip, owner_id=cast.lead.pk)


def test_a_trip_goes_on_until_it_is_completed_or_cancelled(cast):
    assert said(goes_on(cast.trip)) == YES
    cancel(cast.trip)
    assert said(goes_on(cast.trip)) == CANCELLED
    cast.trip.cancelled_at = None
    close(cast.trip)
    assert said(goes_on(cast.trip)) == CLOSED


def test_only_the_participant_takes_part(cast, piet):
    other = world.participation(cast.trip)
    people = everybody(cast) | {"participant": piet.user, "other": other.user}
    assert who(people, lambda user: takes_part(user, piet)) == {"participant"}
    assert said(takes_part(other.user, piet)) == NOT_THE_PARTICIPANT


def test_who_gave_the_place_back_takes_no_part(piet):
    piet.status = "cancelled"
    assert said(takes_part(piet.user, piet)) == GIVEN_BACK


@pytest.mark.parametrize(("end", "told"), [(close, CLOSED), (cancel, CANCELLED)])
def test_nobody_takes_part_in_a_trip_that_ended(piet, end, told):
    end(piet.trip)
    assert said(takes_part(piet.user, piet)) == told


# --- looking back -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "at_the_return", "after_a_year"),
    [
        (RETURN_DAY - TICK, TOO_EARLY, A_YEAR_TOO_EARLY),
        (RETURN_DAY, YES, A_YEAR_TOO_EARLY),
        (MONTH_BEFORE - TICK, YES, A_YEAR_TOO_EARLY),
        (MONTH_BEFORE, TOO_LATE, YES),
        (home(2028, 6, 1), TOO_LATE, YES),
    ],
)
def test_the_questions_of_a_year_later_take_over_from_those_of_the_return(piet, now, at_the_return, after_a_year):
    assert said(can_return(piet.user, piet, now)) == at_the_return
    assert said(can_follow_up(piet.user, piet, now)) == after_a_year
    assert said(can_say(piet.user, piet, Moment.RETURN, now)) == at_the_return
    assert said(can_say(piet.user, piet, Moment.ONE_YEAR, now)) == after_a_year


@pytest.mark.parametrize(("ask", "now"), [(can_return, RETURN_DAY), (can_follow_up, MONTH_BEFORE)])
def test_only_who_takes_part_looks_back(cast, piet, ask, now):
    assert said(ask(cast.lead, piet, now)) == NOT_THE_PARTICIPANT
    assert said(ask(piet.user, piet, now)) == YES
    close(piet.trip)
    assert said(ask(piet.user, piet, now)) == CLOSED


@pytest.mark.parametrize("moment", [Moment.BASELINE, Moment.DAY])
def test_no_page_asks_the_start_or_a_day(piet, moment):
    with pytest.raises(KeyError):
        can_say(piet.user, piet, moment, RETURN_DAY)


# --- which rows somebody finds ----------------------------------------------------------------------


@pytest.mark.parametrize("rows", [DailyEvaluation.objects, GoalLevel.objects])
def test_the_author_and_who_accompanies_find_what_was_written_and_administrators_all(cast, piet, rows):
    people = everybody(cast) | {"participant": piet.user}
    neighbour, elsewhere = world.participation(cast.trip), world.participation(world.trip())
    own, near, far = (written(one, rows) for one in (piet, neighbour, elsewhere))
    found = {name: set(rows.visible_to(person)) for name, person in people.items()}
    assert found == dict.fromkeys(people, set()) | {
        "participant": {own},
        "lead": {own, near},
        "companion": {own, near},
        "administrator": {own, near, far},
    }


def written(by, rows):
    """A row of somebody: an evening, or a level."""
    if rows.model is DailyEvaluation:
        return rows.create(participation=by, on=world.DEPARTS, answered_at=RETURN_DAY, changed_at=RETURN_DAY)
    return rows.create(goal=by.goals.get(), moment=Moment.RETURN, level=1, scored_at=RETURN_DAY)
