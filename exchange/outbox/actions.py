"""Writing messages. Nothing is mailed from a request: a row is written with its cause, `manage.py deliver` sends it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from exchange import clock
from exchange.lifecycle import Hat
from exchange.outbox.lifecycle import MESSAGE
from exchange.outbox.mail import compose
from exchange.outbox.models import OutboxMessage
from exchange.outbox.permissions import can_resend, can_withdraw, message_hats
from exchange.outbox.sealing import seal
from exchange.signed_in import User
from exchange.transitions import perform
from exchange.verdicts import require


def message(
    *,
    key: str,
    kind: str,
    to: str,
    language: str,
    context: dict[str, Any],
    recipient: User | None = None,
    trip: Model | UUID | None = None,
    links: dict[str, Any] | None = None,
    reply_to: str = "",
    sealed: bool = False,
    priority: int = 5,
    expires_at: datetime | None = None,
    by: User | None = None,
) -> OutboxMessage:
    """A message, composed but not yet stored.

    `links` maps the name of a marker in the body ([[name]]) to data for its resolver among the wings' links.
    The body of a sealed one is encrypted at once, shown to nobody and purged on delivery or at `expires_at`.
    """
    subject, body = compose(kind, language=language, context=context)
    now = clock.now()
    return OutboxMessage(
        key=key,
        kind=kind,
        to=to,
        recipient=recipient,
        language=language,
        trip=getattr(trip, "pk", trip),
        subject=subject[:250],
        body=seal(body) if sealed else body,
        links=links or {},
        reply_to=reply_to,
        sealed=sealed,
        priority=priority,
        queued_at=now,
        next_attempt_at=now,
        queued_by=by,
        expires_at=expires_at,
    )


@transaction.atomic
def queue(**fields: Any) -> OutboxMessage:
    """Store one message (fields as for `message`); a key that was queued before is not queued again."""
    made = message(**fields)
    queue_many(messages=[made])
    return OutboxMessage.objects.get(key=made.key)


@transaction.atomic(savepoint=False)
def queue_many(*, messages: Iterable[OutboxMessage]) -> None:
    """Store messages in one go; keys that exist are left as they are."""
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)


@transaction.atomic
def resend(*, message: OutboxMessage, by: User) -> OutboxMessage:
    """Put a failed message back in line, with all its attempts before it."""
    require(can_resend(by, message))
    fields: dict[str, Any] = {
        "attempts": 0,
        "next_attempt_at": clock.now(),
        "claimed_at": None,
        "sent_at": None,
        "last_error": "",
    }
    return perform(MESSAGE, "resend", message, hats=message_hats(by, message), by=by, trip=message.trip, **fields)


@transaction.atomic
def bounce(*, message: OutboxMessage, said: str) -> OutboxMessage:
    """A message that had been sent came back. Raises Moved when it stands elsewhere, or came back before."""
    return perform(MESSAGE, "bounce", message, hats={Hat.HOUSE}, trip=message.trip, last_error=said[:500])


@transaction.atomic
def withdraw(*, message: OutboxMessage, by: User) -> OutboxMessage:
    """Take back a message that has not left."""
    require(can_withdraw(by, message))
    return perform(MESSAGE, "cancel", message, hats=message_hats(by, message), by=by, trip=message.trip)
