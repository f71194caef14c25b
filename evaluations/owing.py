"""What travellers owe a trip in this wing, from sharpening goals to the questions after a year."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluations.afterwards.mail import follow_up_opens, presentation_waits, return_waits
from evaluations.dashboard import last_evening
from evaluations.evenings.mail import evening_reminder
from evaluations.goals.mail import goals_to_sharpen
from evaluations.lifecycle import evening_window, follow_up_open, follow_up_opens_on, has_departed, has_returned
from evaluations.models import Action, DailyEvaluation, ReturnEvaluation
from evaluations.plans.mail import plan_missing
from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import LearningGoal, Participation, Trip
from exchange.trips.owing import TRAVELLERS
from exchange.trips.turns import Owing


def page(name: str) -> Any:
    """The team's page of a trip on this."""
    return lambda trip: reverse(f"evaluations:{name}", args=[trip.slug])


def going(trips: Sequence[Trip]) -> QuerySet[Participation]:
    """Who travels on these trips."""
    return Participation.objects.active().filter(trip__in=trips, user__is_active=True)


# --- before departure ------------------------------------------------------------------------------


def unsharp(trips: Sequence[Trip], now: datetime) -> QuerySet[Participation]:
    """Who has a goal without levels."""
    return going(trips).filter(Exists(LearningGoal.objects.filter(participation=OuterRef("pk"), sharpened_at=None)))


def to_sharpen(people: Sequence[Participation], now: datetime) -> list[OutboxMessage]:
    prefetch_related_objects(people, "goals")
    return [goals_to_sharpen(one, [goal for goal in one.goals.all() if not goal.sharpened_at]) for one in people]


SHARPEN = Owing(
    key="sharpen",
    group=TRAVELLERS,
    text=_("Sharpen their learning goals"),
    mail="evaluations/goals_to_sharpen",
    open=lambda trip, now: not has_departed(trip, now),
    rows=unsharp,
    letters=to_sharpen,
    url=page("goals"),
    since="confirmed_at",
    due=lambda trip, now: trip.departs_on,
)

# --- on the way ------------------------------------------------------------------------------------


def no_evening(trips: Sequence[Trip], now: datetime) -> QuerySet[Participation]:
    """Who has not answered the evening that the team reads now."""
    tonight: Any = Q(pk__in=[])
    for trip in trips:
        said = DailyEvaluation.objects.filter(participation=OuterRef("pk"), on=last_evening(trip, now))
        tonight |= Q(trip=trip) & ~Exists(said)
    return going(trips).filter(tonight)


EVENING = Owing(
    key="evening",
    group=TRAVELLERS,
    text=_("Answer the evening"),
    mail="evaluations/evening_reminder",
    open=lambda trip, now: last_evening(trip, now) is not None,
    rows=no_evening,
    letters=lambda people, now: [
        evening_reminder(one, on) for one in people if (on := last_evening(one.trip, now)) is not None
    ],
    url=page("evenings"),
    since=lambda trip, now: evening_window(trip, last_evening(trip, now)).opens_at,
    due=lambda trip, now: evening_window(trip, last_evening(trip, now)).changes_until,
    mails_from=lambda trip, now: evening_window(trip, last_evening(trip, now)).opens_at,
)

# --- after the return --------------------------------------------------------------------------------


def looking_back(trip: Trip, now: datetime) -> bool:
    """From the return until the questions of one year later take the place of these."""
    return has_returned(trip, now) and not follow_up_open(trip, now)


def presenting(trip: Trip, now: datetime) -> bool:
    """From the return until the return meeting."""
    return has_returned(trip, now) and clock.day_of(now) <= trip.return_meeting_on


RETURN = Owing(
    key="return",
    group=TRAVELLERS,
    text=_("Answer the return questions"),
    mail="evaluations/return_waits",
    open=looking_back,
    rows=lambda trips, now: going(trips).filter(~Exists(ReturnEvaluation.objects.filter(participation=OuterRef("pk")))),
    letters=lambda people, now: [return_waits(one) for one in people],
    url=page("outcomes"),
    since=lambda trip, now: trip.returns_on,
    due=lambda trip, now: trip.return_meeting_on,
)
PRESENTATION = Owing(
    key="presentation",
    group=TRAVELLERS,
    text=_("Prepare their presentation"),
    mail="evaluations/presentation_waits",
    open=presenting,
    rows=lambda trips, now: going(trips).filter(Q(presentation=None) | Q(presentation__title="")),
    letters=lambda people, now: [presentation_waits(one) for one in people],
    url=page("presentations"),
    since=lambda trip, now: trip.returns_on,
    due=lambda trip, now: trip.return_meeting_on,
)
PLAN = Owing(
    key="plan",
    group=TRAVELLERS,
    text=_("Make their plan"),
    mail="evaluations/plan_missing",
    open=looking_back,
    rows=lambda trips, now: going(trips).filter(~Exists(Action.objects.filter(participation=OuterRef("pk")))),
    letters=lambda people, now: [plan_missing(one) for one in people],
    url=page("outcomes"),
    since=lambda trip, now: trip.returns_on,
    due=lambda trip, now: trip.return_meeting_on,
)
YEAR = Owing(
    key="year",
    group=TRAVELLERS,
    text=_("Answer the questions of one year later"),
    mail="evaluations/follow_up_opens",
    open=follow_up_open,
    rows=lambda trips, now: going(trips).exclude(follow_up__answered_at__isnull=False),
    letters=lambda people, now: [follow_up_opens(one) for one in people],
    url=page("outcomes"),
    since=lambda trip, now: follow_up_opens_on(trip),
    due=lambda trip, now: trip.follow_up_on,
)
ALL = (SHARPEN, EVENING, RETURN, PRESENTATION, PLAN, YEAR)
