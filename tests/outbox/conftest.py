"""A mail server on loopback that answers as it is told."""

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from exchange import clock
from exchange.outbox.models import OutboxMessage


class Answers:
    """Answers 250 unless a local part says otherwise: later 451, never 550, data-later, data-never, hangup, gone."""

    def __init__(self) -> None:
        self.received: list[Any] = []
        self.spoken_to: Callable[[], None] = lambda: None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        name = address.partition("@")[0]
        if name == "later":
            return "451 4.7.1 Greylisted, try again later"
        if name == "never":
            return "550 5.1.1 No such user"
        if name == "hangup":
            server.transport.close()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append(envelope)
        self.spoken_to()
        name = envelope.rcpt_tos[0].partition("@")[0]
        if name == "data-later":
            return "452 4.3.1 Disk full"
        if name == "data-never":
            return "554 5.7.1 Looks like spam"
        if name == "gone":
            server.transport.close()
        return "250 OK"


@pytest.fixture
def server(settings: Any) -> Iterator[Answers]:
    """The server, and a house that sends to it."""
    answers = Answers()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(answers, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_TIMEOUT = 5
    try:
        yield answers
    finally:
        controller.stop()


@pytest.fixture
def post() -> Callable[..., OutboxMessage]:
    """`post("who@example.org")` puts a message in line."""

    def make(to: str = "aya@duinrand.example", **fields: Any) -> OutboxMessage:
        now = clock.now()
        values = {
            "key": f"test:{to}:{OutboxMessage.objects.count()}",
            "kind": "outbox/test",
            "subject": "Je aanmelding is binnen",
            "body": "Dag Aya,\n\nwe hebben je aanmelding.\n",
            "queued_at": now,
            "next_attempt_at": now,
        }
        return OutboxMessage.objects.create(to=to, **values | fields)

    return make


@pytest.fixture
def way_back(settings: Any) -> None:
    """Mail has where to come back to."""
    settings.BOUNCE_ADDRESS = "bounces@exchange.example"


@pytest.fixture
def sent(post: Callable[..., OutboxMessage], way_back: None) -> OutboxMessage:
    """A message that left a minute ago, as the delivery leaves it."""
    moment = clock.now() - timedelta(minutes=1)
    return post("joke@duinrand.example", status="sent", attempts=1, claimed_at=moment, sent_at=moment)
