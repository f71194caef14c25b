"""Sending what stands in the outbox: each message at most once, whoever works beside us and whatever falls over.

A message is claimed by a conditional UPDATE and settled by another; between the two no transaction is open while the
mail server is spoken to. A worker that dies in between leaves the row claimed: after ten minutes it becomes a failure
that says delivery is not certain, for a person to judge. These steps write no history; the row itself tells them.
"""

import logging
import smtplib
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parseaddr
from threading import Event
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection  # noqa: TID251 -- the one place that sends
from django.db import close_old_connections, connection, transaction
from django.db.models import F, Q

from exchange import clock, wings
from exchange.outbox.lifecycle import CANCELLED, FAILED, MESSAGE, QUEUED, SENDING, SENT
from exchange.outbox.mail import MARKER, who_answers, with_contact
from exchange.outbox.models import OutboxMessage
from exchange.outbox.return_path import return_path
from exchange.outbox.sealing import Unreadable, unseal
from exchange.trouble import LOST
from exchange.words import straight

log = logging.getLogger("exchange.outbox")

#: How long after each failed attempt the next one follows; after the last the message has failed.
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 360, 720, 1440))
#: A message claimed longer ago than this belonged to a worker that is gone.
STUCK = timedelta(minutes=10)
BATCH = 20
#: Seconds that a worker waits for the database to come back before it gives up.
PATIENCE = 120
UNCERTAIN = "It is not certain that it was delivered."


class Superseded(Exception):
    """A link in the message is no longer valid, so the message must not go out."""


@dataclass
class Tally:
    """What became of the messages taken up."""

    counts: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        words = {SENT: "sent", QUEUED: "to try again", FAILED: "failed", CANCELLED: "withdrawn"}
        return ", ".join(f"{self.counts[status]} {word}" for status, word in words.items())


# --- the line -------------------------------------------------------------------------------------


def due() -> list[Any]:
    """The ids of the next messages in line: by priority, then first come, first served."""
    waiting = OutboxMessage.objects.filter(status=QUEUED, next_attempt_at__lte=clock.now())
    return list(waiting.order_by("priority", "queued_at", "id").values_list("pk", flat=True)[:BATCH])


def move(pk: Any, name: str, **fields: Any) -> bool:
    """Make a transition of the table if the message is still where it starts. False when another was faster."""
    transition = MESSAGE.by_name[name]
    rows = OutboxMessage.objects.filter(pk=pk, status__in=transition.sources)
    return bool(rows.update(status=transition.target, **fields))


def claim(pk: Any) -> OutboxMessage | None:
    """Take up a message; None when another worker has it, or when it was withdrawn meanwhile."""
    now = clock.now()
    if not move(pk, "claim", claimed_at=now, attempts=F("attempts") + 1):
        return None
    return OutboxMessage.objects.get(pk=pk)


def sweep() -> None:
    """Withdraw what has expired, empty sealed bodies that are past their time, own up to what got stuck."""
    now = clock.now()
    expired = Q(expires_at__lte=now)
    OutboxMessage.objects.filter(expired, status=QUEUED).update(status=CANCELLED)
    gone = OutboxMessage.objects.filter(sealed=True, status__in=[SENT, FAILED, CANCELLED]).exclude(body="")
    gone.filter(expired | Q(status__in=[SENT, CANCELLED]) | Q(expires_at=None)).update(body="", links={})
    stuck = OutboxMessage.objects.filter(status=SENDING, claimed_at__lte=now - STUCK)
    stuck.update(status=FAILED, last_error=UNCERTAIN)


def hold(using: str) -> None:
    """What waits in a backup that is taken back may have gone out since: a person judges. Codes and links are past."""
    waiting = OutboxMessage.objects.using(using).filter(status__in=[QUEUED, SENDING])
    waiting.filter(sealed=True).update(status=CANCELLED, body="", links={})
    waiting.filter(sealed=False).update(status=FAILED, last_error=UNCERTAIN)


# --- one message ----------------------------------------------------------------------------------


def with_links(message: OutboxMessage) -> str:
    """The text as it leaves: each [[marker]] replaced by its address. Raises Superseded when one is no longer valid."""
    addresses, links = {}, wings.named(lambda wing: wing.links)
    for name, data in message.links.items():
        addresses[name] = links[name](message, data)
        if addresses[name] is None:
            raise Superseded(name)
    text = unseal(message.body) if message.sealed else message.body
    return MARKER.sub(lambda match: addresses.get(match[1], match[0]), text)


def envelope(message: OutboxMessage, mailer: Any = None) -> EmailMessage:
    """The mail itself. Its Message-ID follows from the row, so that a receiver can tell a repeat.

    People read who it is from in its headers; the envelope says where it comes back to.
    """
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    who = who_answers(message)
    headers = {
        "From": settings.DEFAULT_FROM_EMAIL,
        "Message-ID": f"<{message.pk}@{domain}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": message.language,
    }
    return EmailMessage(
        subject=straight(message.subject),
        body=with_contact(message, with_links(message), who),
        from_email=return_path(message),
        to=[message.to],
        reply_to=[who[1]] if who[1] else None,
        headers=headers,
        connection=mailer,
    )


def temporary(problem: Exception) -> bool:
    """Whether trying again may help: 4xx answers, a server out of reach, a door that does not let us in."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _text in problem.recipients.values())
    if isinstance(problem, smtplib.SMTPConnectError | smtplib.SMTPHeloError | smtplib.SMTPAuthenticationError):
        return True
    if isinstance(problem, smtplib.SMTPResponseException):
        return problem.smtp_code < 500
    return isinstance(problem, (OSError, *LOST))


def reason_of(problem: Exception) -> str:
    """What the server said, for people."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(text)}" for code, text in problem.recipients.values())[:500]
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"{problem.smtp_code} {_text(problem.smtp_error)}"[:500]
    return f"{type(problem).__name__}: {problem}"[:500]


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


class Post:
    """A connection to the mail server that knows whether the text was already handed over when the line dropped."""

    def __init__(self) -> None:
        self.mailer = get_connection()
        self.handed_over = False

    def send(self, message: OutboxMessage) -> None:
        """Send one message. Raises what the server or the line answers."""
        mail = envelope(message, self.mailer)
        self.handed_over = False
        if self.mailer.open():
            self._watch()
        mail.send()

    def _watch(self) -> None:
        server = getattr(self.mailer, "connection", None)
        if not isinstance(server, smtplib.SMTP):
            return
        data = server.data

        def watched(text: Any) -> Any:
            self.handed_over = True
            return data(text)

        server.data = watched  # type: ignore[method-assign, assignment]  # watched, not replaced

    def close(self) -> None:
        """Say goodbye; a server that has gone already is no news."""
        try:
            self.mailer.close()
        except (OSError, smtplib.SMTPException):
            self.mailer = get_connection()


def outcome(message: OutboxMessage, problem: Exception | None, handed_over: bool) -> tuple[str, dict[str, Any]]:
    """Which transition follows, and what is written with it."""
    now = clock.now()
    emptied: dict[str, Any] = {"body": "", "links": {}} if message.sealed else {}
    if problem is None:
        return "sent", {"sent_at": now, "last_error": "", **emptied}
    if isinstance(problem, Superseded):
        return "supersede", emptied
    answered = isinstance(problem, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused)
    if handed_over and not answered:
        return "fail", {"last_error": f"{UNCERTAIN} {reason_of(problem)}"[:500], **emptied}
    waits = WAITS[message.attempts - 1 : message.attempts]
    if waits and temporary(problem):
        return "retry", {"next_attempt_at": now + waits[0], "last_error": reason_of(problem)}
    return "fail", {"last_error": reason_of(problem), **emptied}


def send_one(message: OutboxMessage, post: Post) -> str:
    """Send a claimed message and settle it. Returns its new status."""
    problem: Exception | None = None
    try:
        post.send(message)
    except Superseded as gone:
        problem = gone
    except (OSError, Unreadable, *LOST) as failure:
        log.warning("Message %s: %s", message.pk, reason_of(failure))
        problem = failure
        post.close()
    except Exception as failure:  # a resolver with a fault must not stop the mail behind it
        log.exception("Message %s could not be made", message.pk)
        problem = failure
    name, fields = outcome(message, problem, post.handed_over)
    settle(message, name, fields)
    if name == "fail" and isinstance(problem, OSError) and not fields["last_error"].startswith(UNCERTAIN):
        came_back(message)
    return MESSAGE.by_name[name].target


def came_back(message: OutboxMessage) -> None:
    """Tell whoever wants to know that a message of this kind can't be delivered."""
    tell = wings.named(lambda wing: wing.mail_returned).get(message.kind)
    try:
        if tell:
            with transaction.atomic():
                tell(message)
    except Exception:  # the message is settled; what others make of it must not stop the mail behind it
        log.exception("Nobody could be told that message %s came back", message.pk)


def settle(message: OutboxMessage, name: str, fields: dict[str, Any]) -> None:
    """Write the outcome down, waiting for a database that restarts: what was sent must not be forgotten."""
    for seconds in range(PATIENCE, -1, -1):
        try:
            move(message.pk, name, **fields)
            return
        except LOST:
            if not seconds:
                raise
            log.warning("The database is away; message %s waits to be settled", message.pk)
            connection.close()
            time.sleep(1)


# --- many -----------------------------------------------------------------------------------------


def deliver(stop: Event | None = None) -> Tally:
    """Send everything that is due, once around or until told to stop."""
    tally = Tally()
    post = Post()
    sweep()
    try:
        while ids := due():
            for pk in ids:
                if stop and stop.is_set():
                    return tally
                if message := claim(pk):
                    tally.counts[send_one(message, post)] += 1
    finally:
        post.close()
    return tally


def watch(stop: Event, pause: float = 1.0) -> None:
    """Deliver what comes, until told to stop; a database that restarts is waited for."""
    swept = 0.0
    while not stop.is_set():
        try:
            close_old_connections()
            if due():
                tally = deliver(stop)
                log.info("%s", tally)
            elif time.monotonic() - swept > 60:
                sweep()
                swept = time.monotonic()
        except LOST as problem:
            log.warning("The database is away: %s", problem)
            connection.close()
        stop.wait(pause)
