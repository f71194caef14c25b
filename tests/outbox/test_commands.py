"""The commands: two workers never send one message twice, a watcher stops politely, reminders queue nothing twice."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from io import StringIO
from threading import Event

import pytest
from django.conf import settings as house
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from exchange import clock
from exchange.outbox import delivery
from exchange.outbox.actions import queue
from exchange.outbox.models import OutboxMessage


def database(folder):
    """The address at which other processes find what this test wrote."""
    if connection.vendor == "postgresql":
        at = connection.settings_dict
        return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST'] or '127.0.0.1'}:{at['PORT'] or 5432}/{at['NAME']}"
    path = folder / "shared.sqlite3"
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")
    return f"sqlite:///{path}"


def statuses(folder):
    if connection.vendor == "postgresql":
        return Counter(OutboxMessage.objects.values_list("status", flat=True))
    with closing(sqlite3.connect(folder / "shared.sqlite3")) as copy:
        return Counter(status for (status,) in copy.execute("SELECT status FROM outbox_outboxmessage"))


def worker(folder, address, *arguments):
    """Another process that delivers to the test's mail server."""
    run = folder / "run.py"
    run.write_text(
        "import os, sys\n"
        "from tests import settings\n"
        f"settings.EMAIL_BACKEND = 'django.core.mail.backends.smtp.EmailBackend'\n"
        f"settings.EMAIL_HOST, settings.EMAIL_PORT = '127.0.0.1', {house.EMAIL_PORT}\n"
        "from django.core.management import execute_from_command_line\n"
        "execute_from_command_line(['manage.py', *sys.argv[1:]])\n"
    )
    environment = os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(house.ROOT),
    }
    command = [sys.executable, str(run), *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_one_message_twice(server, post, tmp_path):
    for n in range(60):
        post(f"a{n}@x.example")
    address = database(tmp_path)
    workers = [worker(tmp_path, address, "deliver") for _ in range(2)]
    said = [process.communicate(timeout=60) for process in workers]
    assert [process.returncode for process in workers] == [0, 0], said
    assert Counter(e.rcpt_tos[0] for e in server.received) == {f"a{n}@x.example": 1 for n in range(60)}
    assert statuses(tmp_path) == {"sent": 60}
    counts = [int(out.split()[0]) for out, _err in said]
    assert sum(counts) == 60


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_watcher_delivers_what_comes_and_stops_politely(server, post, tmp_path, stop):
    post("first@x.example")
    address = database(tmp_path)
    process = worker(tmp_path, address, "deliver", "--watch")
    try:
        until(lambda: len(server.received) == 1)
        process.send_signal(stop)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.communicate()
    assert statuses(tmp_path) == {"sent": 1}
    shutil.rmtree(tmp_path)


def until(true, seconds=30):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_many_threads_claim_each_message_once(post):
    """The claim itself, without a mail server: 8 claimants, 20 messages."""
    if connection.vendor == "sqlite":
        pytest.skip("an in-memory database belongs to one thread; the two processes above cover SQLite")
    messages = [post(f"a{n}@x.example") for n in range(20)]
    won = []

    def work():
        won.extend(message.pk for message in messages if delivery.claim(message.pk))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(won) == {message.pk: 1 for message in messages}


@pytest.mark.django_db
def test_a_watcher_waits_for_a_database_that_restarts(post, server, monkeypatch):
    post()
    stop, original, stumbles = Event(), delivery.due, [OperationalError("gone"), OperationalError("still gone")]

    def due():
        if stumbles:
            raise stumbles.pop()
        found = original()
        if not found:
            stop.set()
        return found

    monkeypatch.setattr(delivery, "due", due)
    monkeypatch.setattr(delivery, "close_old_connections", lambda: None)
    monkeypatch.setattr(delivery.connection, "close", lambda: None)
    delivery.watch(stop, pause=0)
    assert len(server.received) == 1


@pytest.mark.django_db
def test_one_round_says_what_became_of_the_messages(post, server):
    post("aya@x.example")
    post("later@x.example")
    post("never@x.example")
    out = StringIO()
    call_command("deliver", stdout=out)
    assert out.getvalue() == "1 sent, 1 to try again, 1 failed, 0 withdrawn.\n"


def two_reminders(now):
    """As the wings write them: a key per thing and day."""
    for to in ("aya@x.example", "bo@x.example"):
        context = {"subject": "Denk eraan", "body": "Vandaag."}
        queue(key=f"test:{to}:{clock.today()}", kind="people/sign_in", to=to, language="nl", context=context)
    return 2


def broken(now):
    queue(key="broken", kind="people/sign_in", to="x@x.example", language="nl", context={"subject": "A", "body": "B"})
    raise RuntimeError("a fault in one wing")


@pytest.mark.django_db
def test_reminders_run_each_on_their_own_and_queue_nothing_twice(offering):
    offering(reminders=(two_reminders,))
    out = StringIO()
    call_command("remind", "--today", "2027-01-29", stdout=out)
    call_command("remind", "--today", "2027-01-29", stdout=out)
    assert OutboxMessage.objects.count() == 2
    assert OutboxMessage.objects.first().queued_at.isoformat() == "2027-01-29T11:00:00+00:00"
    assert "two_reminders: 2" in out.getvalue()
    call_command("remind", "--today", "2027-01-30", stdout=out)
    assert OutboxMessage.objects.count() == 4


@pytest.mark.django_db
def test_a_reminder_with_a_fault_leaves_nothing_and_does_not_stop_the_others(offering):
    offering(reminders=(broken, two_reminders))
    with pytest.raises(CommandError, match="broken"):
        call_command("remind", stdout=StringIO())
    assert OutboxMessage.objects.filter(key="broken").count() == 0
    assert OutboxMessage.objects.count() == 2
