"""What mail servers report later is set on the message it is about; whatever else arrives there changes nothing."""

import base64
import time
from pathlib import Path

import pytest
from django.db import OperationalError
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.history.models import HistoryEntry
from exchange.outbox import bounces, delivery, reading
from exchange.outbox.actions import resend
from exchange.outbox.bounces import Outcome, take
from exchange.outbox.dashboard import failures
from exchange.outbox.models import OutboxMessage
from exchange.outbox.return_path import LENGTH, message_of, return_path
from exchange.people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("way_back")]

REPORTS = Path(__file__).parent / "reports"
#: What each mail server's report says, as a person reads it.
SAID = {
    "postfix": "550 5.1.1 <joke@duinrand.example>: nobody here by that name",
    "exim": "5.0.0 550 mailbox unavailable",
    "exchange_online": (
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; no recipient of this name was found by SMTP lookup"
    ),
    "exchange_on_premises": "550 5.2.2 STOREDRV.Deliver; mailbox full",
    "gmail": (
        "550-5.1.1 This account does not exist. Please look for 550-5.1.1 typing errors and blanks in the address. "
        "550 5.1.1 Read more in our help pages. d9443c01a7336-gmr"
    ),
    "sendmail": "551 5.1.6 moved away",
    "qmail": (
        "203.0.113.9 does not want this recipient. It said: 550 5.7.1 no mail for this address "
        "I leave it at that. (#5.7.1)"
    ),
    "amazon_ses": "550 5.4.4 the domain has no server for mail",
    "yahoo": "5.0.0 554 30 This mailbox is disabled (554.30)",
    "courier": "5.0.0 no room for joke@duinrand.example under this roof",
    "domino": "5.1.1 user not listed in the directory",
    "international": "5.2.2 550 postvak „vol” – 邮箱已满",
    "gave_up": "4.4.1 connect to mx1.duinrand.example[192.0.2.25]:25: no answer",
}
INTERNATIONAL = (
    "Reporting-MTA: dns; café.example\n\nFinal-Recipient: utf-8; {to}\nAction: failed\nStatus: 5.2.2\n"
    "Diagnostic-Code: smtp; 550 postvak „vol”\u202e – 邮箱已满\u0007\n"
)


def report(name, message, **fields):
    """The report of that name about a message."""
    values = {"to": message.to, "back": return_path(message), "id": str(message.pk)} | fields
    values["base64"] = base64.encodebytes(INTERNATIONAL.format(**values).encode()).decode()
    text = (REPORTS / f"{name}.eml").read_text()
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", value)
    return text.encode()


def stands(message):
    """What a row says of its delivery, and what history says."""
    message.refresh_from_db()
    return message.status, message.last_error, HistoryEntry.objects.filter(verb="message.bounce").count()


UNTOUCHED = ("sent", "", 0)


# --- the way out ----------------------------------------------------------------------------------


def test_a_message_leaves_with_an_address_of_its_own_and_the_name_people_know(server, post):
    first, second = post("aya@x.example"), post("bo@x.example")
    delivery.deliver()
    paths = {envelope.rcpt_tos[0]: envelope.mail_from for envelope in server.received}
    for message in (first, second):
        message.refresh_from_db()
        assert paths[message.to] == return_path(message)
        assert message_of(paths[message.to]) == message
    assert paths["aya@x.example"] != paths["bo@x.example"]
    for envelope in server.received:
        assert b"\nFrom: Exchange <noreply@exchange.example>\r\n" in envelope.content
        assert b"bounces" not in envelope.content


def test_without_an_address_for_it_mail_comes_from_where_it_always_did(server, post, settings):
    settings.BOUNCE_ADDRESS = ""
    post()
    delivery.deliver()
    assert server.received[0].mail_from == "noreply@exchange.example"
    assert b"\nFrom: Exchange <noreply@exchange.example>\r\n" in server.received[0].content


def test_the_address_is_short_and_lives_without_capitals(sent, settings):
    settings.BOUNCE_ADDRESS = f"{'b' * 21}@exchange.example"
    path = return_path(sent)
    name, _at, domain = path.partition("@")
    assert len(name) == 64
    assert path == path.lower()
    token = name.partition("+")[2]
    for written in (path.upper(), token, f"Mail <{path}>", f"prvs=1234=bounces+{token}@else.example"):
        assert message_of(written) == sent


def test_the_address_outlives_a_change_of_the_key_while_the_old_one_is_kept(sent, settings):
    path, old = return_path(sent), settings.SECRET_KEY
    settings.SECRET_KEY = "another-" + "k" * 60
    assert message_of(path) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert message_of(path) == sent


# --- the way back ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"], ids=["pipe", "imap"])
@pytest.mark.parametrize("name", SAID)
def test_the_report_of_every_server_finds_its_message(sent, post, name, ending):
    other = post("joke@duinrand.example", status="sent", claimed_at=sent.claimed_at)
    raw = report(name, sent).replace(b"\n", ending)
    assert take(raw) == Outcome.CAME_BACK
    assert stands(sent) == ("failed", SAID[name], 1)
    assert sent.sent_at is not None
    other.refresh_from_db()
    assert (other.status, other.last_error) == ("sent", "")
    assert take(raw) == Outcome.KNOWN
    assert stands(sent) == ("failed", SAID[name], 1)


def test_every_sample_is_read():
    read = {*SAID, "delayed", "vacation", "read_receipt"}
    assert {path.stem for path in REPORTS.iterdir()} == read


@pytest.mark.parametrize("name", ["delayed", "vacation", "read_receipt"])
def test_what_tells_of_no_failure_changes_nothing(sent, name):
    assert take(report(name, sent)) == Outcome.NO_FAILURE
    assert stands(sent) == UNTOUCHED


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "delayed", "", "unfailed"])
def test_only_one_action_is_a_failure(sent, action):
    raw = report("postfix", sent).replace(b"Action: failed", f"Action: {action}".encode())
    assert take(raw) == Outcome.NO_FAILURE
    assert stands(sent) == UNTOUCHED


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"Status: 5.1.1\n", b"", SAID["postfix"]),
        (b"Status: 5.1.1\n", b"Status: broken\n", SAID["postfix"]),
        (b"Diagnostic-Code: smtp; 550 5.1.1 <joke@duinrand.example>: nobody here by\n    that name\n", b"", "5.1.1"),
        (b"Diagnostic-Code: smtp; 5", b"Diagnostic-Code: 5", SAID["postfix"]),
        (b"Final-Recipient: rfc822; joke@duinrand.example\n", b"", SAID["postfix"]),
        (b"rfc822; joke@duinrand.example\nOriginal", b"rfc822; j.mulder@elsewhere.example\nOriginal", SAID["postfix"]),
        (b"\n\nFinal-Recipient", b"\nFinal-Recipient", SAID["postfix"]),
        (b"\n\nFinal-Recipient", b"\n\n\nFinal-Recipient", SAID["postfix"]),
    ],
    ids=["no status", "no code", "no diagnosis", "no type", "no final recipient", "another recipient", "no blank line",
         "more of them"],
)  # fmt: skip
def test_what_a_report_may_lack(sent, old, new, said):
    raw = report("postfix", sent)
    assert old in raw
    assert take(raw.replace(old, new)) == Outcome.CAME_BACK
    assert stands(sent) == ("failed", said, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Action: failed\n", b""),
        (b"Status: 5.1.1\n", b"Status: 2.1.5\n"),
        (b"Content-Type: message/delivery-status", b"Content-Type: text/plain"),
        (b" report-type=delivery-status;", b""),
        (b"multipart/report;", b"multipart/mixed;"),
        (b'\tboundary="4B7Qm10abc.1801487311/post.alliance.example"\n', b"\tx=y\n"),
    ],
    ids=["no action", "a status of success", "not for programs", "no type", "no report", "no boundary"],
)
def test_what_a_report_may_not_lack(sent, old, new):
    raw = report("postfix", sent)
    assert old in raw
    assert take(raw.replace(old, new)) == Outcome.NO_FAILURE
    assert stands(sent) == UNTOUCHED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Hi. This is the mail program", b"Hello. This is the mail program"),
        (b"--- Underneath", b"Underneath"),
        (b"--- Underneath", b"-- \nUnderneath"),
        (b"<joke@duinrand.example>:\n", b"joke@duinrand.example:\n"),
        (b"Subject: failure", b"Content-Type: text/html\nSubject: failure"),
    ],
    ids=["no greeting", "no end", "a signature", "no recipient", "not plain"],
)
def test_what_the_report_of_qmail_may_not_lack(sent, old, new):
    raw = report("qmail", sent)
    assert old in raw
    assert take(raw.replace(old, new)) == Outcome.NO_FAILURE
    assert stands(sent) == UNTOUCHED


def test_mail_that_was_passed_on_came_back_all_the_same(sent):
    raw = report("sendmail", sent, to="j.mulder@elsewhere.example")
    assert take(raw) == Outcome.CAME_BACK


@pytest.mark.parametrize(("to", "named"), [("joke@x.example", "Joke@X.example"), ("Joke@X.example", "joke@x.example")])
def test_who_else_it_was_passed_on_to_does_not_count_where_the_address_itself_is_named(sent, to, named):
    OutboxMessage.objects.update(to=to)
    block = f"Final-Recipient: rfc822; {named}\n".encode()
    other = b"Final-Recipient: rfc822; vera@elsewhere.example\nAction: failed\nStatus: 5.1.1\n\n"
    raw = report("postfix", sent, to=named).replace(b"Action: failed", b"Action: delivered")
    raw = raw.replace(b"Original-Recipient", b"X-Original-Recipient").replace(block, other + block)
    assert b"vera" in raw
    assert take(raw) == Outcome.NO_FAILURE
    assert stands(sent) == UNTOUCHED


def test_a_reason_is_one_short_line_with_nothing_invisible(sent):
    odd = "Diagnostic-Code: smtp; 550 \u202egnorw\u202c \u0000\u0007\x1b[31m\u200b" + "x" * 600
    raw = report("domino", sent).replace(b"Diagnostic-Code: X-Notes;", odd.encode())
    assert take(raw) == Outcome.CAME_BACK
    sent.refresh_from_db()
    assert sent.last_error == ("5.1.1 550 gnorw [31m " + "x" * 600)[:500]


# --- what is made up ------------------------------------------------------------------------------


@pytest.mark.parametrize("place", range(LENGTH))
def test_no_letter_of_an_address_can_be_changed(sent, place):
    name, at, domain = return_path(sent).partition("@")
    token = name.removeprefix("bounces+")
    for letter in ("b" if token[place] == "a" else "a", chr(ord(token[place]) ^ 1)):
        forged = f"bounces+{token[:place]}{letter}{token[place + 1 :]}{at}{domain}"
        assert take(report("postfix", sent, back=forged)) == Outcome.UNKNOWN
    assert stands(sent) == UNTOUCHED


def test_the_marks_of_two_messages_cannot_be_exchanged(sent, post):
    other = post("bo@x.example", status="sent", claimed_at=sent.claimed_at)
    first, second = (base64.b32decode(return_path(one)[8:50].upper() + "======") for one in (sent, other))
    mixed = base64.b32encode(first[:16] + second[16:]).decode().rstrip("=").lower()
    assert take(report("postfix", sent, back=f"bounces+{mixed}@exchange.example")) == Outcome.UNKNOWN
    assert stands(sent) == UNTOUCHED


def test_the_address_says_which_message_and_not_what_lies_in_the_report(sent, post):
    other = post("bo@x.example", status="sent", claimed_at=sent.claimed_at)
    assert take(report("postfix", sent, back=return_path(other))) == Outcome.CAME_BACK
    assert stands(sent)[0] == "sent"
    assert stands(other)[0] == "failed"


@pytest.mark.parametrize(
    "back",
    ["bounces@exchange.example", "bounces+@exchange.example", "noreply@exchange.example", "", "\u0000", "postmaster"]
    + [f"bounces+{token}@exchange.example" for token in ("a" * 42, "a" * 41, "1" * 42)],
)
def test_what_nobody_was_given_is_unknown(sent, back):
    assert take(report("postfix", sent, back=back)) == Outcome.UNKNOWN
    assert take(report("postfix", sent), recipient=back or "nobody@x.example") == Outcome.UNKNOWN
    assert stands(sent) == UNTOUCHED


def test_what_the_mail_server_says_goes_before_what_the_report_says_itself(sent):
    assert (
        take(report("domino", sent, back="bounces@exchange.example"), recipient=return_path(sent)) == Outcome.CAME_BACK
    )
    raw = b"Delivered-To: bounces+" + b"b" * 42 + b"@exchange.example\n" + report("domino", sent)
    assert take(raw) == Outcome.UNKNOWN


def test_a_message_that_is_gone_is_unknown(sent):
    raw = report("postfix", sent)
    sent.delete()
    assert take(raw) == Outcome.UNKNOWN


# --- where the message stands ---------------------------------------------------------------------


@pytest.mark.parametrize("status", ["queued", "failed", "cancelled"])
def test_only_what_was_sent_comes_back(sent, status):
    OutboxMessage.objects.update(status=status, last_error="as it was")
    assert take(report("postfix", sent)) == Outcome.KNOWN
    assert stands(sent) == (status, "as it was", 0)


def test_what_is_still_being_sent_is_asked_again(sent):
    OutboxMessage.objects.update(status="sending")
    assert take(report("postfix", sent)) == Outcome.EARLY
    assert stands(sent) == ("sending", "", 0)


def test_what_came_back_is_sent_again_and_an_old_report_says_nothing_of_it(server, cast, sent, at):
    OutboxMessage.objects.update(trip=cast.trip.pk)
    first = report("postfix", sent)
    assert take(first) == Outcome.CAME_BACK
    sent.refresh_from_db()
    resend(message=sent, by=User.objects.get(pk=cast.lead.pk))
    assert (sent.status, sent.sent_at, sent.last_error) == ("queued", None, "")
    delivery.deliver()
    sent.refresh_from_db()
    assert sent.status == "sent"
    assert sent.sent_at is not None
    assert server.received[0].mail_from == return_path(sent)
    assert take(first) == Outcome.UNKNOWN
    assert sent.status == "sent"
    assert take(report("postfix", sent)) == Outcome.CAME_BACK


def test_the_lead_sees_it_at_home_on_the_list_and_on_its_page(cast, login, sent):
    OutboxMessage.objects.update(trip=cast.trip.pk)
    assert failures(User.objects.get(pk=cast.lead.pk), None) is None
    take(report("postfix", sent))
    todo = failures(User.objects.get(pk=cast.lead.pk), None).todos[0]
    assert todo.url == reverse("outbox:message", args=[sent.pk])
    client = login(cast.lead)
    page = client.get(todo.url).content.decode()
    assert "Dit bericht is verstuurd en kwam terug." in page
    assert "550 5.1.1 &lt;joke@duinrand.example&gt;: nobody here by that name" in page
    assert "Opnieuw versturen" in page
    assert "Eén bericht is niet bezorgd." in client.get(reverse("outbox:list", args=[cast.trip.slug])).content.decode()
    assert "hoorde dat een bericht terugkwam" in client.get(f"/team/{cast.trip.slug}/history/").content.decode()


def test_whoever_asked_to_hear_is_told_once_and_a_fault_of_theirs_stops_nothing(sent, offering):
    heard = []
    offering(mail_returned={"outbox/test": heard.append})
    raw = report("postfix", sent)
    take(raw)
    take(raw)
    assert heard == [sent]
    offering(mail_returned={"outbox/test": lambda message: OutboxMessage.objects.create(key=message.key)})
    OutboxMessage.objects.update(status="sent")
    assert take(raw) == Outcome.CAME_BACK
    assert stands(sent)[0] == "failed"


def test_a_database_that_goes_away_leaves_the_message_for_later(sent, monkeypatch):
    raw = report("postfix", sent)

    def gone(**fields):
        raise OperationalError("database is locked")

    with monkeypatch.context() as away:
        away.setattr(bounces, "bounce", gone)
        with pytest.raises(OperationalError):
            take(raw)
    assert stands(sent) == UNTOUCHED
    assert take(raw) == Outcome.CAME_BACK


# --- what is broken -------------------------------------------------------------------------------


def test_ten_megabytes_are_read_as_far_as_needed(sent):
    head, mark, tail = report("postfix", sent).partition(b"Dag, we hebben je aanmelding.")
    began = time.process_time()
    assert take(head + b"Dag.\n" * 2_000_000 + mark + tail) == Outcome.CAME_BACK
    assert time.process_time() - began < 2
    OutboxMessage.objects.update(status="sent")
    assert take(b"X-Long: " + b"x" * 10_000_000 + b"\n" + report("postfix", sent)) == Outcome.UNKNOWN


def test_a_report_that_breaks_off_counts_as_far_as_it_says_what_failed(sent):
    whole = report("postfix", sent)
    for end in range(0, whole.index(b"Action: failed"), 7):
        assert take(whole[:end]) in {Outcome.UNKNOWN, Outcome.NO_FAILURE}, whole[:end]
    assert stands(sent) == UNTOUCHED
    assert take(whole[: whole.index(b"--4B7Qm10abc", whole.index(b"Diagnostic-Code"))]) == Outcome.CAME_BACK


def test_a_report_about_a_report_is_not_the_report_inside(sent, post):
    other = post("bo@x.example", status="sent", claimed_at=sent.claimed_at)
    inside = report("postfix", other)
    outside = report("delayed", sent).replace(
        b"--512DHxYz004712/oud--", b"--512DHxYz004712/oud\nContent-Type: message/rfc822\n\n" + inside
    )
    assert take(outside) == Outcome.NO_FAILURE
    # A part of a part, between boundaries that begin alike.
    nested = report("delayed", sent).replace(
        b"--512DHxYz004712/oud\n\n",
        b"--512DHxYz004712/oud\nContent-Type: multipart/mixed; boundary=512DHxYz004712/oud-1\n\n"
        b"--512DHxYz004712/oud-1\nContent-Type: message/delivery-status\n\nAction: failed\n\n",
    )
    assert nested != report("delayed", sent)
    assert take(nested) == Outcome.NO_FAILURE
    wrapped = f"To: {return_path(sent)}\nContent-Type: message/rfc822\n\n".encode() + report("postfix", sent)
    assert take(wrapped) == Outcome.NO_FAILURE
    assert stands(sent) == UNTOUCHED
    assert stands(other) == UNTOUCHED


@pytest.mark.parametrize("letter", [b";", b'"', b"\\", b"a=b;", b"\n ;"])
def test_a_field_without_an_end_costs_nothing(sent, letter):
    head = f'To: {return_path(sent)}\nContent-Type: multipart/report; report-type="'.encode()
    began = time.process_time()
    assert take(head + letter * 300_000) == Outcome.NO_FAILURE
    assert time.process_time() - began < 2


def test_depth_costs_nothing(sent):
    deep = b"".join(
        b"--%d\nContent-Type: multipart/mixed; boundary=%d\n\n" % (depth, depth + 1) for depth in range(6000)
    )
    head = f"To: {return_path(sent)}\nContent-Type: multipart/report; report-type=delivery-status; boundary=0\n\n"
    began = time.process_time()
    assert take(head.encode() + deep) == Outcome.NO_FAILURE
    assert time.process_time() - began < 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_that_is_mailed_stops_us(data):
    """Every sample with a piece torn out and another put in, and with bytes that are no text."""
    name = data.draw(st.sampled_from(sorted(path.name for path in REPORTS.iterdir())))
    raw = (REPORTS / name).read_bytes()
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 300)))
    odd = st.sampled_from(
        [b"\n", b"\n\n", b'"', b";", b"\xff\xfe", b"=?utf-8?q?=C3?=", b"*0*=''", b"--", b"\x00", b":"]
    )
    raw = raw[:start] + b"".join(data.draw(st.lists(odd | st.binary(max_size=8), max_size=6))) + raw[end:]
    reading.read(raw)


def test_what_cannot_be_read_at_all_is_counted_and_its_words_stay_out_of_the_log(sent, monkeypatch, caplog):
    def stumble(raw):
        raise ValueError("joke@duinrand.example")

    monkeypatch.setattr(bounces, "read", stumble)
    assert take(report("postfix", sent)) == Outcome.UNKNOWN
    assert "ValueError" in caplog.text
    assert "joke" not in caplog.text
