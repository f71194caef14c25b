"""Each message is sent at most once, tried again when that may help, and never lost out of sight."""

import email
from datetime import timedelta
from email import policy
from typing import Any

import pytest
from django.db import OperationalError, connection

from exchange import clock
from exchange.outbox import delivery
from exchange.outbox.models import OutboxMessage
from exchange.outbox.sealing import seal

pytestmark = pytest.mark.django_db


def read(envelope: Any) -> email.message.EmailMessage:
    return email.message_from_bytes(envelope.content, policy=policy.default)


def test_a_message_arrives_once_with_its_headers(server, post):
    message = post(reply_to="lead@duinrand.example", language="en")
    assert str(delivery.deliver()) == "1 sent, 0 to try again, 0 failed, 0 withdrawn"
    assert str(delivery.deliver()) == "0 sent, 0 to try again, 0 failed, 0 withdrawn"
    (envelope,) = server.received
    mail = read(envelope)
    assert envelope.rcpt_tos == ["aya@duinrand.example"]
    assert mail["Message-ID"] == f"<{message.pk}@exchange.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] == "lead@duinrand.example"
    assert mail["Content-Language"] == "en"
    assert mail["Subject"] == "Je aanmelding is binnen"
    questions = "Questions? Reply to this mail (lead@duinrand.example)."
    assert mail.get_content().replace("\r\n", "\n") == f"Dag Aya,\n\nwe hebben je aanmelding.\n\n{questions}\n"
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("sent", 1)
    assert message.sent_at is not None


def test_the_line_is_ordered_by_priority_and_then_by_age(server, post):
    now = clock.now()
    post("second@x.example", queued_at=now - timedelta(minutes=2))
    post("third@x.example", queued_at=now - timedelta(minutes=1))
    post("first@x.example", priority=0)
    delivery.deliver()
    assert [e.rcpt_tos[0] for e in server.received] == ["first@x.example", "second@x.example", "third@x.example"]


@pytest.mark.parametrize("to", ["later@x.example", "data-later@x.example"])
def test_a_temporary_refusal_is_tried_again_with_longer_pauses_and_then_given_up(server, post, at, to):
    message = post(to)
    moment, pauses = clock.now(), []
    at(moment)
    while True:
        delivery.deliver()
        message.refresh_from_db()
        if message.status != "queued":
            break
        pauses.append(int((message.next_attempt_at - moment).total_seconds() / 60))
        delivery.deliver()  # too early: nothing happens
        moment = message.next_attempt_at
        at(moment)
    assert pauses == [1, 5, 30, 120, 360, 360, 720, 1440]
    assert (message.status, message.attempts) == ("failed", 9)
    assert message.last_error.startswith("45")


@pytest.mark.parametrize(
    ("to", "error"),
    [("never@x.example", "550 5.1.1 No such user"), ("data-never@x.example", "554 5.7.1 Looks like spam")],
)
def test_a_permanent_refusal_fails_at_once_and_does_not_hold_up_the_next(server, post, to, error):
    message = post(to, priority=0)
    post("aya@x.example")
    delivery.deliver()
    message.refresh_from_db()
    assert (message.status, message.attempts, message.last_error) == ("failed", 1, error)
    assert server.received[-1].rcpt_tos == ["aya@x.example"]


def test_a_line_that_drops_before_the_text_is_tried_again(server, post):
    message = post("hangup@x.example")
    delivery.deliver()
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("queued", 1)
    assert server.received == []


def test_a_line_that_drops_after_the_text_is_left_to_a_person(server, post):
    message = post("gone@x.example")
    delivery.deliver()
    message.refresh_from_db()
    assert message.status == "failed"
    assert message.last_error.startswith("It is not certain that it was delivered.")
    assert len(server.received) == 1


def test_no_server_at_all_is_tried_again(post, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 2
    message = post()
    delivery.deliver()
    message.refresh_from_db()
    assert message.status == "queued"
    assert "refused" in message.last_error


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_server_is_spoken_to(server, post, monkeypatch):
    open_ones = []
    original = delivery.Post.send

    def send(self, message):
        open_ones.append(connection.in_atomic_block)
        original(self, message)

    monkeypatch.setattr(delivery.Post, "send", send)
    post()
    delivery.deliver()
    assert open_ones == [False]


def test_what_another_worker_took_is_left_alone(server, post):
    message = post()
    assert delivery.claim(message.pk).status == "sending"
    assert delivery.claim(message.pk) is None
    delivery.deliver()
    assert server.received == []


def test_a_message_claimed_ten_minutes_ago_is_reported_as_uncertain(server, post, at):
    message = post()
    start = clock.now()
    at(start)
    delivery.claim(message.pk)
    at(start + timedelta(minutes=9, seconds=59))
    delivery.deliver()
    message.refresh_from_db()
    assert message.status == "sending"
    at(start + timedelta(minutes=10))
    delivery.deliver()
    message.refresh_from_db()
    assert (message.status, message.last_error) == ("failed", "It is not certain that it was delivered.")
    assert server.received == []


def link(message: OutboxMessage, data: dict[str, Any]) -> str | None:
    if data == {"broken": True}:
        raise ValueError("no such thing")
    return f"https://exchange.example/endorse/{data['generation']}/" if data["generation"] > 1 else None


def test_links_are_made_at_delivery_and_never_stored(server, post, offering):
    offering(links={"endorse": link})
    message = post(body="Hier: [[endorse]] en niet [[this]].\n", links={"endorse": {"generation": 2}})
    delivery.deliver()
    text = read(server.received[0]).get_content()
    assert "Hier: https://exchange.example/endorse/2/ en niet [[this]]." in text
    message.refresh_from_db()
    assert message.body == "Hier: [[endorse]] en niet [[this]].\n"


def test_a_link_that_is_no_longer_valid_withdraws_its_message(server, post, offering):
    offering(links={"endorse": link})
    message = post(body="Hier: [[endorse]]\n", links={"endorse": {"generation": 1}})
    assert delivery.deliver().counts == {"cancelled": 1}
    message.refresh_from_db()
    assert message.status == "cancelled"
    assert server.received == []


def test_a_link_with_a_fault_fails_visibly_and_lets_the_rest_through(server, post, offering):
    offering(links={"endorse": link})
    message = post(body="[[endorse]]\n", links={"endorse": {"broken": True}}, priority=0)
    post("aya@x.example")
    delivery.deliver()
    message.refresh_from_db()
    assert (message.status, message.last_error) == ("failed", "ValueError: no such thing")
    assert [e.rcpt_tos for e in server.received] == [["aya@x.example"]]


def test_a_sealed_body_is_read_by_its_recipient_and_then_gone(server, post):
    message = post(body=seal("Je code is 123456.\n"), sealed=True)
    delivery.deliver()
    assert "Je code is 123456." in read(server.received[0]).get_content()
    message.refresh_from_db()
    assert (message.status, message.body) == ("sent", "")


def test_a_sealed_body_does_not_outlive_its_failure(server, post):
    message = post("never@x.example", body=seal("Je code is 123456.\n"), sealed=True)
    delivery.deliver()
    message.refresh_from_db()
    assert (message.status, message.body) == ("failed", "")


def test_what_has_expired_is_withdrawn_and_emptied(server, post, at):
    start = clock.now()
    at(start)
    message = post(body=seal("Je code is 123456.\n"), sealed=True, expires_at=start + timedelta(minutes=30))
    at(start + timedelta(minutes=30))
    delivery.deliver()
    message.refresh_from_db()
    assert (message.status, message.body) == ("cancelled", "")
    assert server.received == []


def test_a_database_that_restarts_after_sending_does_not_make_us_forget(server, post, monkeypatch):
    message = post()
    original, stumbles = delivery.move, iter([OperationalError("server closed the connection")])

    def move(pk, name, **fields):
        if name == "sent":
            for stumble in stumbles:
                raise stumble
        return original(pk, name, **fields)

    monkeypatch.setattr(delivery, "move", move)
    monkeypatch.setattr(delivery.connection, "close", lambda: None)
    monkeypatch.setattr(delivery.time, "sleep", lambda seconds: None)
    delivery.deliver()
    message.refresh_from_db()
    assert message.status == "sent"
    assert len(server.received) == 1
