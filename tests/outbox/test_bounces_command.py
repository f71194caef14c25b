"""`manage.py bounces`: what it reads, what it counts, and what a mail server is told."""

import io
import mailbox
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings as house
from django.core.management import CommandError, call_command, execute_from_command_line
from django.db import OperationalError

from exchange.outbox import bounces
from exchange.outbox.models import OutboxMessage
from exchange.outbox.reading import LIMIT
from exchange.outbox.return_path import return_path
from tests.outbox.mailbox import PASSWORD, USER, Mailbox, certificate
from tests.outbox.test_bounces import report

pytestmark = pytest.mark.django_db


def counts(came_back=0, no_failure=0, known=0, unknown=0, early=0):
    return (
        f"{came_back} came back, {no_failure} told of no failure, "
        f"{known} about mail that was failed, withdrawn or waiting, {unknown} to an address that is not ours, "
        f"{early} too early.\n"
    )


class Pipe:
    """Standard input that a mail server writes to, and afterwards how much of it is left."""

    def __init__(self, raw):
        self.buffer = io.BytesIO(raw)


@pytest.fixture
def piped(monkeypatch):
    """`piped(raw, …)`: what the command prints when this comes through the pipe."""

    def run(raw, *arguments):
        pipe, out = Pipe(raw), StringIO()
        monkeypatch.setattr(sys, "stdin", pipe)
        call_command("bounces", *arguments, stdout=out)
        assert pipe.buffer.read() == b""
        return out.getvalue()

    return run


@pytest.fixture
def box(tmp_path, monkeypatch, settings):
    """A mailbox, and a house that reads it."""
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with Mailbox(pem) as server:
        settings.BOUNCE_IMAP = f"imaps://127.0.0.1:{server.server_address[1]}/Came%20back"
        settings.BOUNCE_IMAP_USER, settings.BOUNCE_IMAP_PASSWORD = USER, PASSWORD
        yield server


def imap():
    out = StringIO()
    call_command("bounces", "--imap", stdout=out)
    return out.getvalue()


# --- a pipe ---------------------------------------------------------------------------------------


def test_one_report_through_the_pipe(sent, piped):
    raw = report("postfix", sent)
    assert piped(raw) == counts(came_back=1)
    assert piped(raw) == counts(known=1)
    assert piped(report("delayed", sent)) == counts(no_failure=1)
    assert piped(b"") == counts(unknown=1)


def test_the_server_may_say_to_whom(sent, piped):
    raw = b"From MAILER-DAEMON Tue Feb  2 14:08:31 2027\n" + report("exim", sent, back="bounces@exchange.example")
    assert piped(raw) == counts(unknown=1)
    assert piped(raw, return_path(sent).upper()) == counts(came_back=1)


def test_more_than_is_read_is_heard_out(sent, piped):
    assert piped(report("postfix", sent) + b"x\n" * LIMIT * 3) == counts(came_back=1)


def test_nothing_printed_or_logged_tells_of_a_person(sent, piped, caplog, capsys):
    caplog.set_level("DEBUG", "exchange")
    said = piped(report("postfix", sent)) + piped(report("postfix", sent, back="bounces+" + "a" * 42 + "@x.example"))
    told = said + caplog.text + "".join(capsys.readouterr())
    assert "@" not in told
    assert "aaaa" not in told
    assert return_path(sent)[8:50] not in told


@pytest.mark.parametrize("status", ["sending", "sent"])
def test_what_can_be_taken_later_is_given_back_to_the_server(sent, monkeypatch, status):
    OutboxMessage.objects.update(status=status)
    monkeypatch.setattr(sys, "stdin", Pipe(report("postfix", sent)))

    def locked(**fields):
        raise OperationalError("database is locked")

    monkeypatch.setattr(bounces, "bounce", locked)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    with pytest.raises(SystemExit) as ended:
        execute_from_command_line(["manage.py", "bounces"])
    assert ended.value.code == 75


def test_a_mail_server_is_told_by_the_exit_code(tmp_path):
    """As a process of its own: a database that cannot be opened is no reason to send the report back."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/no/db",
    }
    command = [sys.executable, str(house.ROOT / "manage.py"), "bounces"]
    raw = b"To: bounces+" + b"a" * 42 + b"@exchange.example\n\nHello\n"
    ran = [subprocess.run(command, input=text, env=environment, capture_output=True, timeout=60) for text in (raw, b"")]
    assert [one.returncode for one in ran] == [75, 0], ran
    assert ran[1].stdout.decode() == counts(unknown=1)
    assert b"Traceback" not in ran[0].stderr


# --- a file ---------------------------------------------------------------------------------------


def test_a_file_of_reports(sent, post, tmp_path):
    other = post("bo@x.example", status="sent", claimed_at=sent.claimed_at)
    path = tmp_path / "came-back"
    box = mailbox.mbox(path)
    for raw in (
        report("gmail", sent),
        report("vacation", other),
        report("qmail", other),
        b"To: x@x.example\n\nHello\n",
    ):
        box.add(raw)
    box.close()
    before, out = path.read_bytes(), StringIO()
    call_command("bounces", "--mbox", str(path), stdout=out)
    assert out.getvalue() == counts(came_back=2, no_failure=1, unknown=1)
    assert path.read_bytes() == before
    assert set(OutboxMessage.objects.values_list("status", flat=True)) == {"failed"}


def test_what_is_no_mbox_holds_no_reports(tmp_path):
    path, out = tmp_path / "letter", StringIO()
    path.write_bytes(os.urandom(5000))
    call_command("bounces", "--mbox", str(path), stdout=out)
    assert out.getvalue() == counts()


# --- a mailbox ------------------------------------------------------------------------------------


def test_what_is_unread_is_taken_and_marked(sent, box):
    box.messages = [
        report("amazon_ses", sent).replace(b"\n", b"\r\n"),
        b"To: x@x.example\r\n\r\nHello\r\n",
        report("vacation", sent) + b"y" * LIMIT,
    ]
    box.read = {2}
    assert imap() == counts(came_back=1, no_failure=1)
    assert box.selected == '"Came back"'
    assert box.read == {1, 2, 3}
    assert imap() == counts()


def test_what_is_too_early_stays_unread(sent, box):
    OutboxMessage.objects.update(status="sending")
    box.messages = [report("yahoo", sent), b"To: x@x.example\r\n\r\nHello\r\n"]
    with pytest.raises(CommandError, match="still being sent") as told:
        imap()
    assert told.value.returncode == 75
    assert box.read == {2}
    OutboxMessage.objects.update(status="sent")
    assert imap() == counts(came_back=1)


@pytest.mark.parametrize("refused", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STORE"])
def test_a_mailbox_that_refuses_is_asked_later(sent, box, refused):
    box.messages, box.refuses = [report("yahoo", sent)], refused
    with pytest.raises(CommandError) as told:
        imap()
    assert (told.value.returncode, str(told.value)) == (75, "Later again: error.")
    assert box.read == set()
    box.refuses = ""
    assert imap() == (counts(known=1) if refused == "STORE" else counts(came_back=1))


def test_nobody_is_told_the_password_who_cannot_prove_the_name(box, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(CommandError, match="SSLCertVerificationError") as told:
        imap()
    assert told.value.returncode == 75


def test_a_mailbox_out_of_reach_is_asked_later(settings):
    settings.BOUNCE_IMAP = "imaps://127.0.0.1:9/INBOX"
    with pytest.raises(CommandError, match="ConnectionRefusedError"):
        imap()


# --- asked wrongly --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--imap"], "BOUNCE_IMAP is not set"),
        (["--mbox", "nowhere/at-all"], "There is no file nowhere/at-all"),
        (["--imap", "bounces@exchange.example"], "An address goes with one report"),
    ],
)
def test_what_cannot_be_done_is_said(arguments, said):
    with pytest.raises(CommandError, match=said) as told:
        call_command("bounces", *arguments)
    assert told.value.returncode == 1
