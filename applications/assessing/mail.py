"""What reviewers hear."""

from applications.mail import address, to_person
from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import Trip


def assigned_digest(trip: Trip, reviewer: User, count: int) -> OutboxMessage:
    """There is something to read; one a day at most, however often the lead assigns."""
    key = f"assigned:{trip.pk}:{reviewer.pk}:{clock.today().isoformat()}"
    return to_person("assigned", key, reviewer, trip, count=count, url=address("applications:to-review"))
