"""Who writes to groups."""

from exchange.people.models import User
from exchange.trips.models import Trip
from exchange.trips.permissions import can_lead, going
from exchange.verdicts import Verdict


def can_write(user: User, trip: Trip) -> Verdict:
    """The lead writes to groups of the own trip, also when it is completed."""
    return can_lead(user, trip) and going(trip)
