"""Who writes to groups."""

from typing import Any

from exchange.trips.models import Trip
from exchange.trips.permissions import can_lead, going
from exchange.verdicts import Verdict


def can_write(user: Any, trip: Trip) -> Verdict:
    """The lead writes to groups of the own trip, also when it is completed."""
    return can_lead(user, trip) and going(trip)
