"""Writing messages. Nothing is mailed from a request: a row is written with what caused it, `manage.py deliver` sends."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from exchange import clock
from exchange.outbox.mail import compose
from exchange.outbox.models import OutboxMessage


def message(
    *,
    key: str,
    kind: str,
    to: str,
    language: str,
    context: dict[str, Any],
    recipient: Any = None,
    trip: Any = None,
    links: dict[str, Any] | None = None,
    reply_to: str = "",
    sealed: bool = False,
    priority: int = 5,
    expires_at: datetime | None = None,
    by: Any = None,
) -> OutboxMessage:
    """A message, composed but not yet stored. `links` maps a marker in the body ([[name]]) to data for settings.OUTBOX_LINKS."""
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
        body=body,
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
    return queue_many(messages=[message(**fields)])[0]


@transaction.atomic
def queue_many(*, messages: Iterable[OutboxMessage]) -> list[OutboxMessage]:
    """Store messages in one go; keys that exist are left as they are. Returns the stored rows in order."""
    messages = list(messages)
    OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)
    stored = OutboxMessage.objects.in_bulk([m.key for m in messages], field_name="key")
    return [stored[m.key] for m in messages]
