"""Evenings by mail."""

from datetime import date

from evaluations.lifecycle import evening_window
from evaluations.mail import link, to_participant
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import Participation


def evening_key(participation: Participation, on: date) -> str:
    """One reminder per person and evening, whoever asks for it."""
    return f"reminder:evening:{participation.pk}:{on.isoformat()}"


def evening_reminder(participation: Participation, on: date, by: User | None = None) -> OutboxMessage:
    """The evening was not answered yet. Not sent any more once the evening has closed."""
    window = evening_window(participation.trip, on)
    return to_participant(
        "evening_reminder",
        evening_key(participation, on),
        participation,
        by=by,
        on=on,
        until=window.changes_until,
        link=link("evening", participation.trip.slug, on),
        expires_at=window.answers_until,
    )
