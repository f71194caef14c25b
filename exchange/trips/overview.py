"""Trips in a list, each with what deserves attention."""

from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, PositiveSmallIntegerField, Q, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange import clock
from exchange.trips.lifecycle import Phase, TeamRole, by_phase, phase
from exchange.trips.models import TripQuerySet

#: What a line says of a trip, and what its phase and its warnings are made of.
FACTS = """
    slug title_nl title_en city_nl city_en departs_on returns_on opens_at closes_at return_meeting_on follow_up_on
    announced_at published_at closed_at cancelled_at
""".split()
#: What presses most stands first in a list: who is away, then what has a deadline, then what still lies ahead.
BY_URGENCY = (
    Phase.TRAVELLING,
    Phase.SELECTION,
    Phase.RETURN,
    Phase.PREPARATION,
    Phase.CALL,
    Phase.FOLLOW_UP,
    Phase.PLANNING,
    Phase.CLOSED,
    Phase.CANCELLED,
)


ENDED = (Phase.CLOSED, Phase.CANCELLED)


def in_order(trips: TripQuerySet, now: datetime) -> TripQuerySet:
    """What presses most, then what leaves first; what has ended stands last, the latest first."""
    places = {at: len(BY_URGENCY) if at in ENDED else place for place, at in enumerate(BY_URGENCY)}
    going = Case(When(closed_at=None, cancelled_at=None, then=F("departs_on")))
    first, latest = going.asc(nulls_last=True), F("departs_on").desc(nulls_last=True)
    return trips.order_by(by_phase(now, places, PositiveSmallIntegerField()), first, latest, "slug")


def told(ordered: TripQuerySet, shown: Any, now: datetime) -> list[dict[str, Any]]:
    """Of a list of trips those that are shown, each with its phase and its warnings; one query."""
    trips = with_gaps(ordered.filter(pk__in=shown.values("pk")).only(*FACTS))
    return [{"trip": trip, "phase": phase(trip, now), "warnings": gaps(trip)} for trip in trips]


def with_gaps(trips: TripQuerySet) -> TripQuerySet:
    """Trips with what their warnings need to know, in one query whatever their number."""
    return trips.annotate(
        companions=Count("team", filter=Q(team__role=TeamRole.COMPANION), distinct=True),
        unvisited=Count("trip_hosts", filter=Q(trip_hosts__host__pre_visits=None), distinct=True),
    )


def gaps(trip: Any) -> list[str]:
    """The warnings of one trip, in a few words each."""
    if trip.cancelled_at or trip.closed_at or (trip.returns_on and trip.returns_on < clock.today()):
        return []
    found = []
    if trip.unvisited:
        text = ngettext("%(count)s host never visited", "%(count)s hosts never visited", trip.unvisited)
        found.append(text % {"count": trip.unvisited})
    if not trip.companions:
        found.append(_("no companion yet"))
    return found
