"""Looking at what somebody wrote without being of the team: allowed to administrators, and written down."""

from django.db import transaction

from exchange.history.actions import record
from exchange.people.models import User
from exchange.people.permissions import can_administer
from exchange.trips.models import Trip
from exchange.verdicts import require


@transaction.atomic
def give_reason(*, trip: Trip, reason: str, by: User) -> Trip:
    """An administrator says why the evenings and goals of a trip must be seen."""
    require(can_administer(by))
    record(about=trip, verb="trip.look", by=by, reason=reason)
    return trip
