"""Everybody around a call, each person once: invited, writing, sent, waiting for the manager, and what they were told.

No text, score, reviewer or undecided decision is read here. A manager who refused is one who answered; who sees more
than that (the lead) asks `backed`.
"""

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from applications.lifecycle import ANSWERED, BACKED, STAGE_SHAPES, DecisionKind, Stage
from applications.models import Line, LineQuerySet, Standing
from exchange.trips.models import Trip

#: What the applicant is told, said to somebody else.
SAID = {
    Stage.DRAFT: _("is writing"),
    Stage.CAUGHT: _("not sent, the call has closed"),
    Stage.SUBMITTED: _("received"),
    Stage.WITHDRAWN: _("withdrawn"),
    Stage.IN_SELECTION: _("being assessed"),
    Stage.OFFERED: _("selected, offer to answer"),
    Stage.EXPIRED: _("selected, the offer has expired"),
    Stage.DECLINED: _("declined the place"),
    Stage.PLACED: _("has a place"),
    Stage.GAVE_BACK: _("gave the place back"),
    Stage.RESERVE: _("reserve"),
    Stage.NOT_SELECTED: _("not selected"),
    Stage.CANCELLED: _("trip cancelled"),
}
#: Two steps of which the applicant is told in other words: nothing begun, and sent but not yet answered for.
INVITED, MANAGER = "invited", "manager"
STEPS: dict[str, Any] = {
    INVITED: _("invited, not started"),
    Stage.DRAFT.value: SAID[Stage.DRAFT],
    Stage.CAUGHT.value: SAID[Stage.CAUGHT],
    MANAGER: _("waits for the manager"),
} | {at.value: said for at, said in SAID.items() if at not in (Stage.DRAFT, Stage.CAUGHT)}
STEP_SHAPES = {INVITED: "off", MANAGER: "wait"} | {at.value: shape for at, shape in STAGE_SHAPES.items()}
#: Told after the publication to whoever was given a place, whatever became of it.
CHOSEN = (Standing.OFFERED, Standing.DECLINED, Standing.PLACED, Standing.GAVE_BACK)
SENT = Q(status="submitted")


def people_around(trip: Trip, now: datetime) -> LineQuerySet:
    """The lines of everybody around a call, by name, each with the `step` on which it stands."""
    steps = [When(there, then=Value(str(step))) for step, there in steps_of(trip, now)]
    found = Line.objects.filter(trip=trip).annotate(step=Case(*steps, output_field=CharField()))
    return found.order_by("sort_name", "pk")


def steps_of(trip: Trip, now: datetime) -> list[tuple[str, Q]]:
    """Every step at this moment and who stands on it, each person on one: where somebody stands, and the clock."""
    at = Standing
    invited: list[tuple[str, Q]] = [(INVITED, Q(standing=at.INVITED))]
    if trip.cancelled_at:
        return [*invited, (Stage.CANCELLED, ~Q(standing=at.INVITED))]
    late = Q(late_until_at__isnull=False, late_until_at__gt=now)
    drafts = [(Stage.DRAFT, Q(standing=at.DRAFT))]
    if trip.accepts_until and now >= trip.accepts_until:
        drafts = [(Stage.DRAFT, Q(standing=at.DRAFT) & late), (Stage.CAUGHT, Q(standing=at.DRAFT) & ~late)]
    received = Stage.IN_SELECTION if trip.closes_at and now >= trip.closes_at else Stage.SUBMITTED
    return [
        *invited,
        *drafts,
        (MANAGER, Q(standing=at.MANAGER)),
        (received, Q(standing=at.SENT)),
        (Stage.WITHDRAWN, Q(standing=at.WITHDRAWN)),
        (Stage.OFFERED, Q(standing=at.OFFERED, offer_until_at__gte=now)),
        (Stage.EXPIRED, Q(standing=at.OFFERED, offer_until_at__lt=now)),
        (Stage.DECLINED, Q(standing=at.DECLINED)),
        (Stage.PLACED, Q(standing=at.PLACED)),
        (Stage.GAVE_BACK, Q(standing=at.GAVE_BACK)),
        (Stage.RESERVE, Q(standing=at.RESERVE)),
        (Stage.NOT_SELECTED, Q(standing=at.NOT_SELECTED)),
    ]


def said_of(trip: Trip) -> dict[str, Q]:
    """By its name in the funnel: who came so far."""
    told_yes = Q(told=True, decided=DecisionKind.SELECT) | Q(standing__in=CHOSEN)
    return {
        "invited": Q(invitation__isnull=False),
        "started": ~Q(standing=Standing.INVITED),
        "submitted": SENT,
        "answered": SENT & Q(backing__in=ANSWERED),
        "backed": SENT & Q(backing__in=BACKED),
        "selected": SENT & told_yes if trip.published_at else Q(pk=None),
        "confirmed": Q(place="active"),
    }
