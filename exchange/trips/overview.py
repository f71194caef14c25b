"""Trips in a list, each with what deserves attention."""

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange import clock
from exchange.trips.lifecycle import Phase, TeamRole
from exchange.trips.models import TripQuerySet

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


def by_urgency(row: dict[str, Any]) -> tuple[int, date, str]:
    """The sort key of a row with a trip and its phase."""
    trip = row["trip"]
    return (BY_URGENCY.index(row["phase"]), trip.departs_on or date.max, trip.slug)


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
