"""What participants are reminded of on which day, on both sides of each, and what stops it."""

from datetime import date, timedelta

import pytest

from evaluations import reminders
from evaluations.afterwards.actions_year import FollowUp
from evaluations.models import Action, DailyEvaluation
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import Trip
from exchange.trips.reminders import meetings_to_answer
from tests import world
from tests.world import home

pytestmark = pytest.mark.django_db
RETURNED = home(2026, 12, 10)


@pytest.fixture
def trip(cast):
    published = {"published_at": home(2026, 10, 12), "published_by": cast.lead}
    Trip.objects.filter(pk=cast.trip.pk).update(**published)
    cast.trip.refresh_from_db()
    return cast.trip


@pytest.fixture
def piet(cast, trip):
    return cast.participant()


def change(trip, **fields):
    Trip.objects.filter(pk=trip.pk).update(**fields)
    trip.refresh_from_db()


def plan(who, due, **fields):
    values = {"title": "Spreekuur", "due_on": due, "created_at": RETURNED}
    return Action.objects.create(participation=who, **values | fields)


def stop(participation, how, by):
    """What ends reminders for a person, or of a trip."""
    if how == "left":
        world.left(participation.user)
    elif how == "quiet":
        participation.user.reminders = False
        participation.user.save()
    elif how == "given back":
        gone = {"cancelled_at": RETURNED, "cancelled_by": participation.user}
        type(participation).objects.filter(pk=participation.pk).update(status="cancelled", **gone)
    else:
        change(participation.trip, **{f"{how}_at": RETURNED, f"{how}_by": by})
    world.settle_all()


STOPS = pytest.mark.parametrize("how", ["left", "quiet", "given back", "cancelled", "closed"])


# --- evenings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "asked"),
    [
        (world.london(2026, 11, 11, 6, 0), 1),
        (world.london(2026, 11, 14, 6, 0), 2),  # the evenings of the 12th and the 13th
        (world.london(2026, 11, 15, 11, 59), 1),  # that of the 13th until noon
        (world.london(2026, 11, 15, 12, 0), 0),
    ],
)
def test_evenings_are_asked_of_for_as_long_as_they_can_be_changed(piet, at, moment, asked):
    at(moment)
    assert reminders.evenings(moment) == asked


def test_the_morning_begins_at_five(piet, at):
    """Seventeen hours after noon, at the destination."""
    for moment, asked in ((world.london(2026, 11, 11, 4, 59), 0), (world.london(2026, 11, 11, 5, 0), 1)):
        at(moment)
        assert reminders.evenings(moment) == asked


def test_an_evening_that_was_answered_is_not_asked(piet, at):
    moment = world.london(2026, 11, 11, 6)
    DailyEvaluation.objects.create(
        participation=piet, on=date(2026, 11, 10), mood=3, answered_at=moment, changed_at=moment
    )
    at(moment)
    assert reminders.evenings(moment) == 0


@pytest.mark.parametrize("how", ["cancelled", "closed", "not published", "not left yet"])
def test_a_trip_that_does_not_run_asks_no_evenings(cast, piet, at, how):
    moment = world.london(2026, 11, 11, 6)
    if how == "not published":
        change(piet.trip, published_at=None, published_by=None)
    elif how == "not left yet":
        change(piet.trip, departs_on=date(2026, 11, 12))
    else:
        stop(piet, how, cast.lead)
    at(moment)
    assert reminders.evenings(moment) == 0


# --- goals ------------------------------------------------------------------------------------------


@STOPS
def test_goals_are_not_asked_for_when(cast, trip, at, how):
    raw = cast.participant(sharpened=False)
    moment = home(2026, 11, 5)
    at(moment)
    stop(raw, how, cast.lead)
    assert reminders.goals(moment) == 0


@pytest.mark.parametrize(("day", "asked"), [(2, 0), (3, 1), (9, 1), (10, 0)])
def test_goals_are_asked_for_in_the_week_before_the_departure(cast, trip, at, day, asked):
    cast.participant(sharpened=False)
    at(home(2026, 11, day, 0, 5))
    assert reminders.goals(home(2026, 11, day, 0, 5)) == asked


def test_each_hears_of_the_own_goals(cast, trip, at):
    first, second = cast.participant(sharpened=False, goals=2), world.participation(trip, sharpened=False)
    world.participation(trip)  # has levels
    moment = home(2026, 11, 5)
    at(moment)
    assert reminders.goals(moment) == 2
    bodies = {one.recipient: one.body.count("/sharpen/") for one in OutboxMessage.objects.all()}
    assert bodies == {first.user: 2, second.user: 1}


# --- actions ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "due"), [(23, 0), (24, 1), (30, 1), (31, 0)])
def test_an_action_is_due_within_a_week(piet, at, day, due):
    plan(piet, date(2027, 1, 31))
    at(home(2027, 1, day, 0, 5))
    assert reminders.actions_due(home(2027, 1, day, 0, 5)) == due


@pytest.mark.parametrize(("after", "asked"), [(13, 0), (14, 1), (59, 1), (60, 0)])
def test_an_action_is_asked_about_for_two_months(piet, at, after, asked):
    plan(piet, date(2027, 1, 31))
    moment = home(2027, 1, 31, 0, 5) + timedelta(days=after)
    at(moment)
    assert reminders.actions_passed(moment) == asked


@pytest.mark.parametrize(
    ("reported", "asked"),
    [
        (home(2027, 1, 30, 23, 59), 1),  # before its day it was a plan still
        (home(2027, 1, 31, 0, 1), 0),
    ],
)
def test_what_was_told_on_the_dutch_day_is_an_answer(piet, at, reported, asked):
    plan(piet, date(2027, 1, 31), status="begun", reported_at=reported)
    moment = home(2027, 2, 20)
    at(moment)
    assert reminders.actions_passed(moment) == asked


@pytest.mark.parametrize(
    ("status", "due", "passed", "waits"),
    [("planned", 1, 1, 1), ("begun", 1, 1, 0), ("done", 0, 0, 0), ("changed", 0, 0, 0), ("dropped", 0, 0, 0)],
)
def test_only_what_is_open_is_asked_about(piet, at, status, due, passed, waits):
    plan(piet, date(2027, 9, 10), status=status)
    found = []
    for ask, moment in (
        (reminders.actions_due, home(2027, 9, 5)),
        (reminders.actions_passed, home(2027, 9, 25)),
        (reminders.plans, home(2027, 9, 1)),
    ):
        at(moment)
        found.append(ask(moment))
    assert found == [due, passed, waits]


def test_a_told_action_is_not_due(piet, at):
    plan(piet, date(2027, 1, 31), status="begun", reported_at=home(2027, 1, 20))
    at(home(2027, 1, 28))
    assert reminders.actions_due(home(2027, 1, 28)) == 0


@pytest.mark.parametrize(
    ("moment", "asked"),
    [
        (home(2027, 8, 12, 23, 59), 0),
        (home(2027, 8, 13, 0, 1), 1),
        (home(2027, 11, 11, 23, 59), 1),
        (home(2027, 11, 12, 0, 1), 0),  # the follow-up day itself
    ],
)
def test_plans_are_asked_about_in_the_three_months_before_the_follow_up_day(piet, at, moment, asked):
    plan(piet, date(2027, 11, 11))
    plan(piet, date(2027, 11, 12))  # on the day, not before it
    at(moment)
    assert reminders.plans(moment) == asked


def test_a_plan_for_the_follow_up_day_or_later_can_wait(piet, at):
    plan(piet, date(2027, 11, 12))
    at(home(2027, 10, 1))
    assert reminders.plans(home(2027, 10, 1)) == 0


def test_each_hears_of_the_own_plans_in_one_mail(cast, piet, at):
    anna = world.participation(piet.trip)
    for who, title in ((piet, "Spreekuur"), (piet, "Poster"), (anna, "Training")):
        plan(who, date(2027, 9, 1), title=title)
    at(home(2027, 10, 1))
    assert reminders.plans(home(2027, 10, 1)) == 2
    bodies = {one.recipient: one.body for one in OutboxMessage.objects.all()}
    assert [title in bodies[piet.user] for title in ("Spreekuur", "Poster", "Training")] == [True, True, False]
    assert [title in bodies[anna.user] for title in ("Spreekuur", "Poster", "Training")] == [False, False, True]


# --- a year later -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "asked"),
    [
        (home(2027, 10, 12, 23, 59), 0),
        (home(2027, 10, 13, 0, 1), 1),
        (home(2027, 12, 11, 23, 59), 1),
        (home(2027, 12, 12, 0, 1), 0),  # thirty days after the follow-up day
    ],
)
def test_the_questions_of_a_year_later_are_announced_for_two_months(piet, at, moment, asked):
    at(moment)
    assert reminders.follow_ups(moment) == asked


def test_who_answered_the_year_is_not_asked_and_who_only_recalled_is(cast, piet, at):
    anna = world.participation(piet.trip)
    FollowUp.objects.create(participation=piet, recalled_at=home(2027, 10, 14), answered_at=home(2027, 10, 14))
    FollowUp.objects.create(participation=anna, recalled_at=home(2027, 10, 14))
    at(home(2027, 10, 20))
    assert reminders.follow_ups(home(2027, 10, 20)) == 1
    assert OutboxMessage.objects.get().recipient == anna.user


@STOPS
def test_nobody_is_asked_a_year_later_when(cast, piet, at, how):
    at(home(2027, 10, 20))
    stop(piet, how, cast.lead)
    assert reminders.follow_ups(home(2027, 10, 20)) == 0


# --- meetings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "asked"),
    [
        (home(2026, 10, 25, 23, 59), 0),
        (home(2026, 10, 26, 0, 1), 1),  # three days before, whatever the hour
        (home(2026, 10, 29, 13, 59), 1),
        (home(2026, 10, 29, 14, 0), 0),  # it has begun
    ],
)
def test_a_meeting_is_asked_about_three_days_before(piet, at, moment, asked):
    world.meeting(piet.trip)  # 29 October, 14:00
    at(moment)
    assert meetings_to_answer(moment) == asked
    assert meetings_to_answer(moment) == 0


@pytest.mark.parametrize("how", ["left", "quiet", "given back", "cancelled", "closed", "answered"])
def test_nobody_is_asked_about_a_meeting_when(cast, piet, at, how):
    meeting = world.meeting(piet.trip)
    moment = home(2026, 10, 27)
    at(moment)
    if how == "answered":
        piet.replies.create(meeting=meeting, coming=True, replied_at=moment)
    else:
        stop(piet, how, cast.lead)
    assert meetings_to_answer(moment) == 0


def test_an_answer_about_another_meeting_is_none_and_other_trips_have_their_own(cast, piet, at):
    world.meeting(piet.trip)
    before = world.meeting(piet.trip, starts=home(2026, 10, 20))
    piet.replies.create(meeting=before, coming=True, replied_at=home(2026, 10, 19))
    world.participation(world.trip(lead=cast.lead))
    moment = home(2026, 10, 27)
    at(moment)
    assert meetings_to_answer(moment) == 1
    assert OutboxMessage.objects.get().recipient == piet.user


def test_two_meetings_soon_are_two_questions(piet, at):
    world.meeting(piet.trip, starts=home(2026, 10, 28))
    world.meeting(piet.trip)
    moment = home(2026, 10, 27)
    at(moment)
    assert meetings_to_answer(moment) == 2
