"""The line of a trip: which step is done, which is now, what stands under each, and the countdown above it."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from exchange import clock
from exchange.trips.lifecycle import Phase
from exchange.trips.models import MeetingKind, Trip
from exchange.trips.timeline import countdown, listed, notes, span, steps
from tests import world
from tests.world import home, london

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def trip(cast):
    return cast.trip


def published(trip):
    trip.published_at, trip.published_by = home(2026, 10, 12, 23, 30), trip.team.get().user
    trip.save()
    return trip


def states(trip, now, **options):
    return "".join(step.state[0] + step.state[-1] for step in steps(trip, now, **options))


# --- the steps --------------------------------------------------------------------------------------


def test_what_was_is_done_and_what_comes_is_next(trip):
    """Call, selection, preparation, travelling, return, follow-up, completed; planning only when asked for."""
    call = home(2026, 9, 15)
    assert states(trip, call) == "nw" + "nt" * 6
    assert states(trip, call, planning=True) == "de" + "nw" + "nt" * 6
    assert states(trip, home(2026, 8, 20)) == "nt" * 7
    assert states(trip, home(2026, 8, 20), planning=True) == "nw" + "nt" * 7
    assert states(published(trip), london(2026, 11, 11)) == "de" * 3 + "nw" + "nt" * 3
    assert [step.label for step in steps(trip, call)][0] == Phase.CALL.label


def test_a_completed_trip_is_all_done_and_a_cancelled_one_has_no_steps(trip):
    trip.closed_at = home(2027, 12, 1)
    assert states(trip, home(2027, 12, 2)) == "de" * 7
    trip.cancelled_at = home(2027, 12, 1)
    assert steps(trip, home(2027, 12, 2)) == []


# --- what stands under them -------------------------------------------------------------------------


def test_the_notes_name_the_dates(trip):
    world.meeting(trip, starts=home(2026, 10, 30, 0, 30))
    world.meeting(trip)
    world.meeting(trip, MeetingKind.RETURN)
    assert notes(trip, home(2026, 9, 15)) == {
        Phase.FOLLOW_UP: "a year at your own school",
        Phase.CALL: "until 1 October",
        Phase.SELECTION: "letters on 22 October",
        Phase.PREPARATION: "29 October and 30 October",
        Phase.TRAVELLING: "10–13 November",
        Phase.RETURN: "18 December",
        Phase.CLOSED: "follow-up day 12 November 2027",
    }


def test_each_step_carries_its_note_and_what_has_none_says_nothing(trip):
    trip.letters_on = None
    found = {step.label: step.note for step in steps(trip, home(2026, 9, 15), planning=True)}
    assert found == {
        Phase.PLANNING.label: "",
        Phase.CALL.label: "until 1 October",
        Phase.SELECTION.label: "",
        Phase.PREPARATION.label: "",
        Phase.TRAVELLING.label: "10–13 November",
        Phase.RETURN.label: "18 December",
        Phase.FOLLOW_UP.label: "a year at your own school",
        Phase.CLOSED.label: "follow-up day 12 November 2027",
    }


def test_before_it_opens_the_call_has_both_its_days(trip):
    second = timedelta(seconds=1)
    assert notes(trip, world.OPENS - second)[Phase.CALL] == "1 September – 1 October"
    assert notes(trip, world.OPENS)[Phase.CALL] == "until 1 October"
    trip.opens_at, trip.closes_at = home(2026, 9, 1, 0, 30), home(2026, 10, 1, 0, 30)
    assert notes(trip, home(2026, 8, 1))[Phase.CALL] == "1 September – 1 October"


def test_the_letters_are_told_until_their_day_and_then_when_they_went(trip):
    assert notes(trip, home(2026, 10, 22, 23, 59))[Phase.SELECTION] == "letters on 22 October"
    assert Phase.SELECTION not in notes(trip, home(2026, 10, 23, 0, 1))
    assert notes(published(trip), home(2026, 10, 23))[Phase.SELECTION] == "letters on 12 October"


def test_of_what_is_not_known_nothing_is_said():
    bare = Trip()
    assert notes(bare, home(2026, 9, 15)) == {Phase.FOLLOW_UP: "a year at your own school"}
    for missing in ("departs_on", "returns_on"):
        days = {"departs_on": date(2026, 11, 10), "returns_on": date(2026, 11, 13)} | {missing: None}
        assert Phase.TRAVELLING not in notes(Trip(**days), home(2026, 9, 15))


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 4, 13), date(2026, 4, 13), "13 April"),
        (date(2026, 4, 13), date(2026, 4, 16), "13–16 April"),
        (date(2026, 3, 30), date(2026, 4, 2), "30 March – 2 April"),
        (date(2026, 4, 30), date(2027, 4, 2), "30 April – 2 April"),
    ],
)
def test_days_of_one_month_share_its_name(first, last, said):
    assert span(first, last) == said


def test_a_list_in_words():
    assert [listed(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


# --- the countdown ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (london(2026, 11, 7, 12), "You leave in 3 days, Samira."),
        (london(2026, 11, 8, 23, 59), "You leave in 2 days, Samira."),
        (london(2026, 11, 9, 0), "You leave tomorrow, Samira."),
        (london(2026, 11, 9, 23, 59), "You leave tomorrow, Samira."),  # the tenth already at home
        (london(2026, 11, 10, 0), "Day 1 of 4 in London, Samira."),
        (london(2026, 11, 13, 23, 59), "Day 4 of 4 in London, Samira."),
        (london(2026, 11, 14, 0), "Hello Samira."),
    ],
)
def test_the_countdown_runs_by_the_clock_of_the_destination(trip, now, said):
    headline, kicker = countdown(trip, world.user("Samira Idrissi"), now)
    assert (headline, kicker) == (said, "Safe in London · London")


def test_without_a_city_the_country_is_named(trip):
    trip.city_nl = trip.city_en = ""
    headline, kicker = countdown(trip, world.user("Samira Idrissi"), london(2026, 11, 11))
    assert (headline, kicker) == ("Day 2 of 4 in United Kingdom, Samira.", "Safe in London")


# --- the days of a trip -----------------------------------------------------------------------------


def test_the_grace_is_after_closing(trip):
    trip.grace_minutes = 15
    assert trip.accepts_until == home(2026, 10, 1, 17, 15)


def test_the_days_of_a_trip_are_counted_at_both_ends(trip):
    assert trip.days == [date(2026, 11, day) for day in (10, 11, 12, 13)]


def test_a_trip_of_a_day_has_one_and_without_both_dates_it_has_none():
    assert Trip(departs_on=date(2026, 11, 10), returns_on=date(2026, 11, 10)).days == [date(2026, 11, 10)]
    assert Trip(departs_on=date(2026, 11, 10)).days == Trip(returns_on=date(2026, 11, 13)).days == []


def test_today_is_that_of_the_destination(trip):
    with clock.at(home(2026, 11, 11, 0, 30)):
        assert trip.today == date(2026, 11, 10)


def test_numbers_are_over_two_weeks_after_the_return(trip):
    for now, over in ((home(2026, 11, 26, 23, 59), False), (home(2026, 11, 27, 0), True)):
        with clock.at(now):
            assert trip.numbers_are_over is over
            assert not Trip().numbers_are_over
