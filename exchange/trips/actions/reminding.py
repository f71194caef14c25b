"""Reminding those who are next: exactly those who owe it, and nobody twice in two days."""

from datetime import datetime

from django.db import transaction
from django.db.models import Model, QuerySet

from exchange import clock
from exchange.history.actions import record
from exchange.outbox.actions import queue_many
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import Trip
from exchange.trips.permissions import can_remind
from exchange.trips.turns import Owing, pressed
from exchange.verdicts import require


def free_to_remind(trip: Trip, owing: Owing, now: datetime) -> QuerySet[Model]:
    """The rows of those who owe it, want reminders and were not mailed about it lately."""
    rows = owing.asked([trip], now).filter(owing.free(now)).select_related(*owing.fetch)
    return rows.order_by(owing.name, "pk")


def letters(trip: Trip, owing: Owing, rows: list[Model], now: datetime) -> list[OutboxMessage]:
    """Their mails, not stored yet; the page that shows them first makes them here too."""
    made = owing.letters(rows, now)
    for one in made:
        # Its own key would say that the daily reminder went out already.
        one.key = pressed(one.key, now)
    return made


@transaction.atomic
def remind(*, trip: Trip, owing: Owing, by: User) -> list[OutboxMessage]:
    """Mail whoever owes it. Of two who press at once the second finds everybody mailed."""
    require(can_remind(by, trip, owing))
    Trip.objects.select_for_update().get(pk=trip.pk)
    now = clock.now()
    rows = list(free_to_remind(trip, owing, now))
    made = letters(trip, owing, rows, now)
    for one in made:
        one.queued_by = by
    queue_many(messages=made)
    if owing.mailed:
        owing.mailed(rows)
    if made:
        record(about=trip, verb="trip.remind", by=by, facts={"what": owing.key, "people": len(made)})
    return made
