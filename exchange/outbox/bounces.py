"""What mail servers report later: set on the message it is about, through the same door as what they say at once."""

import logging
from collections import Counter
from enum import Enum

from django.db import transaction

from exchange.outbox.actions import bounce
from exchange.outbox.delivery import came_back
from exchange.outbox.lifecycle import SENDING
from exchange.outbox.models import OutboxMessage
from exchange.outbox.reading import Report, read
from exchange.outbox.return_path import TOKEN, message_of
from exchange.transitions import Moved

log = logging.getLogger("exchange.outbox")


class Outcome(Enum):
    """What became of a report, as the command counts it."""

    CAME_BACK = "came back"
    NO_FAILURE = "told of no failure"
    KNOWN = "about mail that was failed, withdrawn or waiting"
    UNKNOWN = "to an address that is not ours"
    EARLY = "too early"


def said(tally: Counter[Outcome]) -> str:
    """The counts for whoever runs the command; nothing in them tells of a person."""
    return ", ".join(f"{tally[outcome]} {outcome.value}" for outcome in Outcome)


def take(raw: bytes, recipient: str = "") -> Outcome:
    """Take one report, sent to `recipient` or to whom it says itself. Unknown, made up or broken, it does nothing."""
    report = _read(raw)
    message = message_of(recipient) if recipient else _first(report)
    if not message:
        return Outcome.UNKNOWN
    failure = report.failure(message.to)
    if not failure:
        return Outcome.NO_FAILURE
    if message.status == SENDING:  # handed over, but not yet written down: ask again in a minute
        return Outcome.EARLY
    try:
        with transaction.atomic():
            bounce(message=message, said=failure.said)
            came_back(message)
    except Moved:
        return Outcome.KNOWN
    return Outcome.CAME_BACK


def _read(raw: bytes) -> Report:
    try:
        return read(raw)
    except Exception as problem:  # what a stranger mails must not stop what comes behind it; it may hold addresses
        log.warning("What was mailed can't be read: %s", type(problem).__name__)
        return Report(addressed=(), fates=())


def _first(report: Report) -> OutboxMessage | None:
    """The message whose address stands first; one that is made up is not excused by another behind it."""
    return next((message_of(text) for text in report.addressed if TOKEN.search(text)), None)
