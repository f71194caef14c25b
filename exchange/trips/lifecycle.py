"""A trip stores what a person decides; its phase is derived from that and the calendar. Also: participations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.lifecycle import Hat, Lifecycle, State, Transition
from exchange.words import dated

RETURN_PHASE = timedelta(days=60)
OVERDUE = timedelta(days=30)
LEAD = frozenset({Hat.LEAD})


class TeamRole(models.TextChoices):
    LEAD = "lead", _("lead")
    REVIEWER = "reviewer", _("reviewer")
    COMPANION = "companion", _("companion")


TEAM_SENTENCES = {
    TeamRole.LEAD: _("Runs the trip: plans, decides, publishes, reports."),
    TeamRole.REVIEWER: _("Reads and scores the applications assigned to them, and nothing after publication."),
    TeamRole.COMPANION: _("Travels along, reads the evenings, confirms goal levels."),
}

# --- what people decide about a trip --------------------------------------------------------------
DRAFT, ANNOUNCED, PUBLISHED, CLOSED, CANCELLED = "draft", "announced", "published", "closed", "cancelled"


def decided(trip: Any) -> str:
    """Which decision about the trip was the last."""
    if trip.cancelled_at:
        return CANCELLED
    if trip.closed_at:
        return CLOSED
    if trip.published_at:
        return PUBLISHED
    return ANNOUNCED if trip.announced_at else DRAFT


_going = Q(cancelled_at=None, closed_at=None)
TRIP = Lifecycle(
    "trip",
    states=(
        State(DRAFT, _("not announced"), "off", where=_going & Q(announced_at=None)),
        State(ANNOUNCED, _("announced"), "now", where=_going & Q(announced_at__isnull=False, published_at=None)),
        State(PUBLISHED, _("selection published"), "ok", where=_going & Q(published_at__isnull=False)),
        State(CLOSED, _("completed"), "ok", final=_("The cycle is complete."), where=Q(closed_at__isnull=False)),
        State(
            CANCELLED,
            _("cancelled"),
            "off",
            final=_("The trip does not take place."),
            where=Q(cancelled_at__isnull=False),
        ),
    ),
    transitions=(
        Transition("announce", _("announce"), (DRAFT,), ANNOUNCED, LEAD),
        Transition("publish", _("publish the selection"), (ANNOUNCED,), PUBLISHED, LEAD),
        Transition("close", _("close"), (PUBLISHED,), CLOSED, LEAD),
        Transition("cancel", _("cancel"), (DRAFT, ANNOUNCED, PUBLISHED), CANCELLED, LEAD),
    ),
    read=decided,
)

# --- what the calendar makes of it ----------------------------------------------------------------


class Phase(models.TextChoices):
    PLANNING = "planning", _("Planning")
    CALL = "call", _("Call")
    SELECTION = "selection", _("Selection")
    PREPARATION = "preparation", _("Preparation")
    TRAVELLING = "travelling", _("Travelling")
    RETURN = "return", _("Return")
    FOLLOW_UP = "follow_up", _("Follow-up")
    CLOSED = "closed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")


#: The phases in the order of time, as the timeline shows them.
ORDER = (
    Phase.PLANNING,
    Phase.CALL,
    Phase.SELECTION,
    Phase.PREPARATION,
    Phase.TRAVELLING,
    Phase.RETURN,
    Phase.FOLLOW_UP,
    Phase.CLOSED,
)


#: The rules in words, in the order in which they are tried, for the page that is made of them.
PHASE_RULES = (
    (Phase.CANCELLED, "it was cancelled"),
    (Phase.CLOSED, "it was completed"),
    (Phase.PLANNING, "it is not announced, or the call has not opened (then it is told as announced)"),
    (Phase.CALL, "the call has not closed"),
    (Phase.SELECTION, "the selection is not published"),
    (Phase.PREPARATION, "today is before the departure"),
    (Phase.TRAVELLING, "today is not after the return"),
    (Phase.RETURN, "today is at most 60 days after the return meeting"),
    (Phase.FOLLOW_UP, "otherwise, until the lead completes it"),
)


def phase(trip: Any, now: datetime) -> Phase:
    """The phase of a trip at a moment; pure, first match wins (the contract, section 2)."""
    if trip.cancelled_at:
        return Phase.CANCELLED
    if trip.closed_at:
        return Phase.CLOSED
    if not trip.announced_at or now < trip.opens_at:
        return Phase.PLANNING
    if now < trip.closes_at:
        return Phase.CALL
    if not trip.published_at:
        return Phase.SELECTION
    return _phase_on(trip, clock.day_of(now))


def _phase_on(trip: Any, today: date) -> Phase:
    """The phase of a trip whose selection is published."""
    if today < trip.departs_on:
        return Phase.PREPARATION
    if today <= trip.returns_on:
        return Phase.TRAVELLING
    if today <= trip.return_meeting_on + RETURN_PHASE:
        return Phase.RETURN
    return Phase.FOLLOW_UP


def phase_case(now: datetime) -> Case:
    """The same answer as `phase`, as an SQL expression."""
    return by_phase(now, {at: at.value for at in Phase}, models.CharField())


def by_phase(now: datetime, said: Mapping[Phase, Any], field: models.Field) -> Case:
    """What is said of the phase of a trip, as an SQL expression: to sort by it, say."""
    today = clock.day_of(now)
    rows = (
        (Q(cancelled_at__isnull=False), Phase.CANCELLED),
        (Q(closed_at__isnull=False), Phase.CLOSED),
        (Q(announced_at=None) | Q(opens_at__gt=now), Phase.PLANNING),
        (Q(closes_at__gt=now), Phase.CALL),
        (Q(published_at=None), Phase.SELECTION),
        (Q(departs_on__gt=today), Phase.PREPARATION),
        (Q(returns_on__gte=today), Phase.TRAVELLING),
        (Q(return_meeting_on__gte=today - RETURN_PHASE), Phase.RETURN),
    )
    return Case(
        *(When(condition, then=Value(said[at])) for condition, at in rows),
        default=Value(said[Phase.FOLLOW_UP]),
        output_field=field,
    )


@dataclass(frozen=True, slots=True)
class PhaseLabel:
    """A remark beside the phase: that something is late, or when it begins."""

    text: str | Promise
    shape: str


def remark(trip: Any, now: datetime) -> PhaseLabel | None:
    """What to say beside the phase."""
    today = clock.day_of(now)
    at = phase(trip, now)
    if at is Phase.PLANNING and trip.announced_at:
        opens = clock.day_of(trip.opens_at)
        on = dated(opens, "j F" if opens.year == today.year else "j F Y")
        return PhaseLabel(_("announced, opens on %(day)s") % {"day": on}, "wait")
    if at is Phase.SELECTION and today >= trip.departs_on:
        return PhaseLabel(_("overdue"), "err")
    if at is Phase.FOLLOW_UP and today > trip.follow_up_on + OVERDUE:
        return PhaseLabel(_("overdue"), "err")
    return None


def called(trip: Any, now: datetime) -> str | Promise:
    """What people call the phase: nobody outside the team plans what was announced."""
    at, beside = phase(trip, now), remark(trip, now)
    return beside.text if at is Phase.PLANNING and beside else at.label


# --- a participation ------------------------------------------------------------------------------
PARTICIPATION = Lifecycle(
    "participation",
    states=(
        State("active", _("travelling along"), "ok"),
        State("cancelled", _("cancelled"), "off", final=_("The place is free again.")),
    ),
    transitions=(Transition("cancel", _("give the place back"), ("active",), "cancelled", LEAD | {Hat.OWNER}),),
)
