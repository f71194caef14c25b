"""What a trip reminds of. Run once a day; a key keeps each reminder to one, an answer stops it."""

from datetime import datetime, timedelta

from exchange import clock
from exchange.outbox.actions import queue_many
from exchange.outbox.models import OutboxMessage
from exchange.trips.mail import meeting_reminder
from exchange.trips.models import Meeting, Participation
from exchange.trips.turns import rested

DAYS_BEFORE = 3


def meetings_to_answer(now: datetime) -> int:
    """Ask travellers who did not say whether they come to a meeting of the next three days."""
    last = clock.day_of(now) + timedelta(days=DAYS_BEFORE)
    coming = Meeting.objects.filter(starts_at__gt=now, trip__cancelled_at=None, trip__closed_at=None)
    messages: list[OutboxMessage] = []
    for meeting in coming.filter(starts_at__lt=now + timedelta(days=DAYS_BEFORE + 1)).select_related("trip"):
        if meeting.on <= last:
            going = Participation.objects.active().filter(trip=meeting.trip_id)
            silent = going.filter(user__reminders=True, user__is_active=True)
            silent = silent.exclude(replies__meeting=meeting).select_related("user", "trip")
            messages += [meeting_reminder(meeting, one) for one in silent]
    messages = rested(messages, now)
    keys = [message.key for message in messages]
    known = set(OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True))
    fresh = [message for message in messages if message.key not in known]
    queue_many(messages=fresh)
    return len(fresh)
