"""What participants are reminded of. Run often or once a day: a key keeps each to one, an answer stops it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q

from evaluations.afterwards.mail import follow_up_opens
from evaluations.evenings.actions import remind_evening
from evaluations.goals.mail import goals_to_sharpen
from evaluations.lifecycle import evening_window
from evaluations.models import Action
from evaluations.plans.mail import action_due, action_passed, plan_waits
from exchange import clock
from exchange.outbox.actions import queue_many
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import LearningGoal, Participation, Trip
from exchange.trips.turns import rested

WEEK = timedelta(days=7)
#: How long after its date an action is asked about, and how long that is still worth asking.
PASSED, STALE = timedelta(days=14), timedelta(days=60)
THREE_MONTHS = timedelta(days=91)
MONTH = timedelta(days=30)
#: A reminder comes the next morning, not while people still sit together.
MORNING = timedelta(hours=17)


def queue_new(messages: Iterable[OutboxMessage]) -> int:
    """Queue what was not queued before; returns how many."""
    wanted = {message.key: message for message in rested(list(messages), clock.now())}
    known = set(OutboxMessage.objects.filter(key__in=wanted).values_list("key", flat=True))
    fresh = [message for key, message in wanted.items() if key not in known]
    queue_many(messages=fresh)
    return len(fresh)


def _today(now: datetime) -> date:
    return clock.day_of(now)


def _people() -> Any:
    """Participants of running trips who want reminders, and did not leave."""
    going = Participation.objects.active().filter(trip__cancelled_at=None, trip__closed_at=None)
    return going.filter(user__reminders=True, user__is_active=True).select_related("user", "trip")


def evenings(now: datetime) -> int:
    """The next morning, whoever has not answered the evening, while it is open."""
    today = _today(now)
    trips = Trip.objects.filter(
        published_at__isnull=False,
        cancelled_at=None,
        closed_at=None,
        departs_on__lte=today,
        returns_on__gte=today - timedelta(days=3),
    )
    queued = 0
    for trip in trips:
        for on in trip.days:
            window = evening_window(trip, on)
            if window.opens_at + MORNING <= now < window.changes_until:
                queued += len(remind_evening(trip=trip, on=on))
    return queued


def goals(now: datetime) -> int:
    """A week before departure, whoever has a goal without levels."""
    today = _today(now)
    raw = LearningGoal.objects.filter(sharpened_at=None, participation__in=_people())
    raw = raw.filter(participation__trip__departs_on__gt=today, participation__trip__departs_on__lte=today + WEEK)
    found: dict[Participation, list[LearningGoal]] = defaultdict(list)
    for goal in raw.select_related("participation__user", "participation__trip"):
        found[goal.participation].append(goal)
    return queue_new(goals_to_sharpen(participation, rows) for participation, rows in found.items())


def _actions() -> Any:
    waiting = Action.objects.filter(status__in=("planned", "begun"), participation__in=_people())
    return waiting.select_related("participation__user", "participation__trip")


def actions_due(now: datetime) -> int:
    """A week before the date of an action nothing was told about yet."""
    today = _today(now)
    due = _actions().filter(due_on__gt=today, due_on__lte=today + WEEK, reported_at=None)
    return queue_new(map(action_due, due))


def actions_passed(now: datetime) -> int:
    """Two weeks after the date, when nothing was told since."""
    today = _today(now)
    passed = _actions().filter(due_on__lte=today - PASSED, due_on__gt=today - STALE)
    silent = passed.filter(Q(reported_at=None) | Q(reported_at__date__lt=F("due_on")))
    return queue_new(map(action_passed, silent))


def plans(now: datetime) -> int:
    """Three months before the follow-up day, whoever has actions that are still only a plan."""
    today = _today(now)
    planned = _actions().filter(status="planned", due_on__lt=F("participation__trip__follow_up_on"))
    near = planned.filter(
        participation__trip__follow_up_on__lte=today + THREE_MONTHS, participation__trip__follow_up_on__gt=today
    )
    found: dict[Participation, list[Action]] = defaultdict(list)
    for action in near:
        found[action.participation].append(action)
    return queue_new(plan_waits(participation, rows) for participation, rows in found.items())


def follow_ups(now: datetime) -> int:
    """When the questions of one year later open, whoever has not answered."""
    today = _today(now)
    near = _people().filter(trip__follow_up_on__lte=today + MONTH, trip__follow_up_on__gt=today - MONTH)
    return queue_new(follow_up_opens(one) for one in near.exclude(follow_up__answered_at__isnull=False))
