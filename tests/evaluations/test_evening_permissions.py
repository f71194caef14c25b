"""When an evening can be answered or changed, who takes care of a need, and who is away."""

from datetime import date

import pytest

from evaluations.evenings.permissions import can_answer_evening, can_meet_need, can_remind_evening, is_away
from evaluations.models import DailyEvaluation
from exchange.people.models import User
from exchange.trips.models import Participation, Trip
from tests import world
from tests.evaluations.asked import (
    CANCELLED,
    CLOSED,
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
DAY = date(2026, 11, 11)  # a Wednesday, the second of four days
OPENS, CHANGES_UNTIL, ANSWERS_UNTIL = london(2026, 11, 11, 12), london(2026, 11, 13, 12), london(2026, 11, 21, 0)
NOT_YET = (409, "Deze avond gaat open op woensdag 11 november om 12.00 uur (tijd in Londen).")
STANDS = (410, "Deze avond kon je veranderen tot vrijdag 13 november 12:00 (Londen). Hij blijft zo staan.")
TOO_LATE = (410, "Deze avond kon je invullen tot en met 20 november, een week na de terugkomst.")


@pytest.fixture
def piet(cast):
    return cast.participant()


def told(of, now, *, answered=False, by=None):
    """What somebody is told who answers that evening at a moment; the participant, unless told otherwise."""
    evening = DailyEvaluation(participation=of, on=DAY) if answered else None
    return said(can_answer_evening(by or of.user, of, DAY, evening, now))


@pytest.mark.parametrize(
    ("now", "first", "change"),
    [
        (OPENS - TICK, NOT_YET, NOT_YET),
        (OPENS, YES, YES),
        (CHANGES_UNTIL - TICK, YES, YES),
        (CHANGES_UNTIL, YES, STANDS),
        (ANSWERS_UNTIL - TICK, YES, STANDS),
        (ANSWERS_UNTIL, TOO_LATE, STANDS),
    ],
)
def test_a_first_answer_is_taken_longer_than_a_change(piet, now, first, change):
    assert told(piet, now) == first
    assert told(piet, now, answered=True) == change


def test_where_no_city_is_known_the_clock_is_named(piet):
    piet.trip.city_nl = piet.trip.city_en = ""
    assert "(tijd in Europe/London)" in told(piet, OPENS - TICK)[1]
    assert "13 november 12:00 (Europe/London)" in told(piet, CHANGES_UNTIL, answered=True)[1]


def test_only_who_takes_part_answers_an_evening(cast, piet):
    assert told(piet, OPENS, by=cast.lead) == NOT_THE_PARTICIPANT
    close(piet.trip)
    assert told(piet, OPENS) == CLOSED


# --- who reminds, and who takes care -----------------------------------------------------------------


def test_who_accompanies_the_trip_reminds_and_the_house_by_itself(cast, piet):
    people = everybody(cast) | {"participant": piet.user, "the house": None}
    assert who(people, lambda user: can_remind_evening(user, cast.trip)) == {"lead", "companion", "the house"}
    assert said(can_remind_evening(people["reviewer"], cast.trip)) == NOT_THE_TEAM
    cancel(cast.trip)
    assert {said(can_remind_evening(people[name], cast.trip)) for name in ("lead", "the house")} == {CANCELLED}


def test_who_accompanies_the_trip_takes_care_of_a_need(cast, piet):
    evening = DailyEvaluation(participation=piet, on=DAY, need="Een stille plek")
    people = everybody(cast) | {"participant": piet.user}
    assert who(people, lambda user: can_meet_need(user, evening)) == {"lead", "companion"}
    assert said(can_meet_need(piet.user, evening)) == NOT_THE_TEAM
    cancel(cast.trip)
    assert said(can_meet_need(cast.lead, evening)) == CANCELLED


def test_where_nothing_was_asked_nobody_takes_care(cast, piet):
    evening = DailyEvaluation(participation=piet, on=DAY)
    assert said(can_meet_need(cast.lead, evening)) == (409, "Er is niets gevraagd.")


# --- who is away ------------------------------------------------------------------------------------


def test_away_are_who_travels_and_who_accompanies_them(cast, piet):
    days = {"departs_on": date(2027, 5, 10), "returns_on": date(2027, 5, 13)}
    next_year = world.trip(return_meeting_on=date(2027, 6, 18), follow_up_on=date(2028, 5, 12), **days)
    gone, later = world.participation(cast.trip), world.participation(next_year)
    Participation.objects.filter(pk=gone.pk).update(status="cancelled", cancelled_at=OPENS, cancelled_by=gone.user)
    world.settle_all()
    people = everybody(cast) | {"participant": piet.user, "gave the place back": gone.user}
    people |= {"goes next year": later.user, "leads next year": next_year.team.get().user}
    away = {"lead", "companion", "participant", "stranger"}  # who leads another trip of these days
    assert who(people, lambda user: is_away(user, OPENS)) == away


@pytest.mark.parametrize(
    ("now", "away"),
    [
        (home(2026, 11, 10, 0) - TICK, False),
        (home(2026, 11, 10, 0), True),
        (home(2026, 11, 21, 0) - TICK, True),
        (home(2026, 11, 21, 0), False),
    ],
)
def test_somebody_is_away_from_the_departure_until_a_week_after_the_return(cast, piet, now, away):
    assert [is_away(person, now) for person in (piet.user, cast.lead)] == [away, away]


def test_nobody_is_away_on_a_trip_that_was_cancelled(cast, piet):
    Trip.objects.filter(pk=cast.trip.pk).update(cancelled_at=OPENS, cancelled_by=cast.lead)
    world.settle_all()
    assert not is_away(piet.user, OPENS)
    assert not is_away(User.objects.get(pk=cast.lead.pk), OPENS)
