"""The phase of a trip: first match wins, and the database says the same at every moment."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange import clock
from exchange.trips.lifecycle import PHASE_RULES, TRIP, Phase, phase, remark
from exchange.trips.models import Trip
from tests import world

DECISIONS = ("announced", "published", "closed", "cancelled")
ONE = timedelta(microseconds=1)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=clock.HOME)


def boundaries(trip) -> list[datetime]:
    """The moments around which the answer may change."""
    days = [
        trip.departs_on,
        trip.returns_on + timedelta(1),
        trip.return_meeting_on + timedelta(61),
        trip.follow_up_on + timedelta(31),
    ]
    at = [trip.opens_at, trip.closes_at, *(midnight(day) for day in days)]
    return [moment + shift for moment in at for shift in (-ONE, timedelta(0), ONE)]


def decided(trip, names) -> None:
    person = trip.team.get().user
    values = {}
    for name in DECISIONS:
        there = name in names
        values |= {f"{name}_at": world.OPENS if there else None, f"{name}_by": person if there else None}
    Trip.objects.filter(pk=trip.pk).update(**values)
    trip.refresh_from_db()


def agree(trip, moments) -> set[Phase]:
    seen = set()
    for moment in moments:
        told = Trip.objects.with_phase(moment).get(pk=trip.pk).phase_now
        assert told == phase(trip, moment), moment
        seen.add(Phase(told))
    return seen


def test_both_agree_at_every_boundary_whatever_was_decided(db):
    trip = world.trip()
    seen = set()
    for number in range(16):
        decided(trip, {name for bit, name in enumerate(DECISIONS) if number >> bit & 1})
        seen |= agree(trip, boundaries(trip))
    assert seen == set(Phase)


@pytest.mark.parametrize(
    ("names", "state"),
    [
        ((), "draft"),
        (("announced",), "announced"),
        (("announced", "published"), "published"),
        (("announced", "published", "closed"), "closed"),
        (("cancelled",), "cancelled"),
        (("announced", "cancelled"), "cancelled"),
        (("announced", "published", "cancelled"), "cancelled"),
    ],
)
def test_the_database_knows_what_was_decided_last(db, names, state):
    trip = world.trip()
    decided(trip, names)
    assert TRIP.state(trip).value == state
    assert [one.value for one in TRIP.states if Trip.objects.filter(TRIP.where((one.value,))).exists()] == [state]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gaps=st.lists(st.integers(1, 70), min_size=6, max_size=6),
    hour=st.integers(0, 23),
    start=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    names=st.sets(st.sampled_from(DECISIONS)),
    hours=st.integers(0, 5 * 365 * 24),
)
def test_both_agree_on_any_plan(db, gaps, hour, start, names, hours):
    trip = Trip.objects.first() or world.trip()
    days = [start]
    for gap in gaps:
        days.append(days[-1] + timedelta(gap))
    opens, closes = (datetime.combine(day, time(hour, 30), tzinfo=clock.HOME) for day in days[:2])
    dates = dict(zip(("departs_on", "returns_on", "return_meeting_on", "follow_up_on"), days[2:], strict=False))
    Trip.objects.filter(pk=trip.pk).update(opens_at=opens, closes_at=closes, endorse_by_at=closes, **dates)
    decided(trip, names)
    agree(trip, [*boundaries(trip), world.home(2025, 1, 1) + timedelta(hours=hours)])


def test_a_plan_without_dates_is_planning(db):
    empty = dict.fromkeys(
        "opens_at closes_at endorse_by_at departs_on returns_on return_meeting_on follow_up_on".split()
    )
    trip = world.trip(announced=False, **empty)
    assert agree(trip, world.MOMENTS.values()) == {Phase.PLANNING}
    assert trip.days == []


@pytest.mark.parametrize(("name", "moment"), world.MOMENTS.items())
def test_the_moments_of_the_world_are_what_they_are_called(db, name, moment):
    trip = world.trip(published=name not in ("planning", "call", "selection"))
    assert phase(trip, moment) == name


def test_the_days_of_a_trip_begin_at_dutch_midnight(db):
    trip = world.trip(published=True)
    assert phase(trip, world.home(2026, 11, 9, 23, 59, 59)) is Phase.PREPARATION
    assert phase(trip, world.home(2026, 11, 10, 0)) is Phase.TRAVELLING
    assert phase(trip, world.home(2026, 11, 13, 23, 59, 59)) is Phase.TRAVELLING
    assert phase(trip, world.home(2026, 11, 14, 0)) is Phase.RETURN


def test_remarks_say_what_is_late(db):
    trip = world.trip()
    assert remark(trip, world.MOMENTS["planning"]).text == "aangekondigd, opent op 1 september"
    assert remark(trip, world.MOMENTS["call"]) is None
    assert remark(trip, midnight(world.DEPARTS) - ONE) is None
    assert remark(trip, midnight(world.DEPARTS)).shape == "err"
    trip = world.trip(published=True)
    assert remark(trip, midnight(world.FOLLOW_UP + timedelta(31)) - ONE) is None
    assert remark(trip, midnight(world.FOLLOW_UP + timedelta(31))).shape == "err"


def test_every_phase_has_a_rule_in_words():
    assert {name for name, _words in PHASE_RULES} == set(Phase)
