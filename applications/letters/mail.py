"""What the lead wrote to a group."""

from exchange.outbox.actions import message
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import Trip


def written(
    *,
    key: str,
    to: str,
    language: str,
    subject: str,
    text: str,
    trip: Trip,
    recipient: User | None = None,
    by: User | None = None,
) -> OutboxMessage:
    """What the lead wrote to a group, with the placeholders filled in already."""
    return message(
        key=key,
        kind="applications/written",
        to=to,
        recipient=recipient,
        language=language,
        trip=trip,
        context={"subject": subject, "text": text},
        reply_to=by.email if by else "",
        by=by,
    )
