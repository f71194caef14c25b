"""Fifty people send at once; both web processes are killed in the middle and started again.

Everybody who saw a receipt finds the application, and nobody has two. On the database of the run: SQLite or PostgreSQL.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Condition, Thread
from typing import Any

import pytest
import requests
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 50
#: As many have seen their receipt when the power goes.
BEFORE = 12
PATIENCE = 90


@pytest.fixture
def database(tmp_path: Path, db: None) -> Iterator[str]:
    """The address of an empty database beside that of the tests."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'killed.sqlite3'}"
        return
    import psycopg

    held = settings.DATABASES["default"]
    server = {"host": held["HOST"], "port": held["PORT"], "user": held["USER"]}
    name = f"killed_{os.getpid()}"
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as link:
        link.execute(f"CREATE DATABASE {name}")
        yield f"postgres://{held['USER']}@{held['HOST']}:{held['PORT']}/{name}"
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def environment(tmp_path: Path, database: str) -> dict[str, str]:
    """A house of its own, without anything of the tests."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "exchange.settings",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database,
        "EXCHANGE_VAR": str(tmp_path / "var"),
        "SECRET_KEY": "only-for-tests-" + "0123456789abcdef" * 4,
        "BASE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "PORT": str(port),
        "LOG_LEVEL": "INFO",
    }


class Server:
    """gunicorn with two processes, that can be killed and started again."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment, self.process = environment, None
        self.changed = Condition()
        self.receipts = 0
        self.up = False

    def start(self) -> None:
        """Start, and wait until both processes are there."""
        command = [sys.executable, "-m", "gunicorn", "exchange.wsgi", "--workers", "2"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        booted = 0
        while booted < 2:
            line = self.process.stderr.readline()
            assert line, "the server did not start"
            booted += "Booting worker" in line
        # A full pipe would stop the server.
        self.reading = Thread(target=self.process.stderr.read)
        self.reading.start()
        with self.changed:
            self.up = True
            self.changed.notify_all()

    def kill(self) -> None:
        """SIGKILL to all of it, in the middle of whatever it does."""
        self.up = False
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.reading.join()
        self.process.stderr.close()

    def saw_receipt(self) -> None:
        """Count it; with so many the power goes at once."""
        with self.changed:
            self.receipts += 1
            if self.receipts == BEFORE:
                self.kill()
            self.changed.notify_all()

    def wait_for(self, question: Any) -> None:
        with self.changed:
            assert self.changed.wait_for(question, timeout=PATIENCE)


def send(server: Server, told: dict[str, Any], person: dict[str, str]) -> str:
    """Read it all, press the button, and press again when the connection breaks: as people do. The receipt's number."""
    base = server.environment["BASE_URL"]
    while True:
        server.wait_for(lambda: server.up)
        browser = requests.Session()
        browser.cookies.set(told["cookie"], person["session"])
        try:
            page = browser.get(f"{base}/trips/{told['slug']}/apply/review/", timeout=30)
            form = re.search(r'action="([^"]+/send/)">(.*?)</form>', page.text, re.S)
            if form:
                hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
                page = browser.post(base + form[1], hidden, timeout=30, headers={"Referer": page.url})
            else:
                page = browser.get(f"{base}/my/applications/{person['application']}/versions/1/", timeout=30)
        except requests.RequestException:
            continue
        if page.ok and (number := re.search(r"VIL\d\d-\w{6}", page.text)):
            server.saw_receipt()
            return number[0]
        assert page.status_code in (200, 502, 503), page.text[:500]


def test_fifty_send_while_the_server_is_killed(environment: dict[str, str]) -> None:
    prepare = [sys.executable, str(Path(__file__).with_name("prepare_kill.py")), str(PEOPLE)]
    done = subprocess.run(prepare, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    server = Server(environment)
    server.start()
    try:
        with ThreadPoolExecutor(PEOPLE) as crowd:
            sent = [crowd.submit(send, server, told, person) for person in told["people"]]
            server.wait_for(lambda: not server.up)
            seen_before = server.receipts
            server.start()
            receipts = [one.result(timeout=PATIENCE) for one in sent]
        assert BEFORE <= seen_before < PEOPLE, "the power went in the middle"
        assert len(set(receipts)) == PEOPLE
        for person, receipt in zip(told["people"], receipts, strict=True):
            cookie = {told["cookie"]: person["session"]}
            base = environment["BASE_URL"]
            mine = requests.get(f"{base}/my/applications/{person['application']}/", cookies=cookie, timeout=30)
            assert receipt in mine.text
            twice = requests.get(
                f"{base}/my/applications/{person['application']}/versions/2/", cookies=cookie, timeout=30
            )
            assert twice.status_code == 404
    finally:
        server.kill()
    assert counted(environment) == {"submitted": PEOPLE, "submissions": PEOPLE, "receipts": PEOPLE, "questions": PEOPLE}


def counted(environment: dict[str, str]) -> Counter:
    """What the database holds: applications sent, snapshots, one receipt and one question to the manager each."""
    ask = """
import django, json; django.setup()
from applications.models import Application, Submission
from exchange.outbox.models import OutboxMessage
mail = OutboxMessage.objects
print(json.dumps({
    "submitted": Application.objects.filter(status="submitted").count(), "submissions": Submission.objects.count(),
    "receipts": mail.filter(kind="applications/receipt").count(),
    "questions": mail.filter(kind="applications/endorse").count(),
}))
"""
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, env=environment, capture_output=True, check=True)
    return Counter(json.loads(done.stdout))
