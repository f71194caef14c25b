"""One browser and one served demonstration alliance for all browser tests of a worker."""

import contextlib
import fcntl
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from demo.alliance import ACCOUNTS
from demo.story import tell
from exchange import clock
from exchange.people.models import User

# Playwright keeps an event loop in this thread; Django would take it for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Everything here drives a browser; pictures are taken only when asked for."""
    for item in items:
        if "tests/browser/" in str(item.path).replace(os.sep, "/") and "screenshots" not in item.keywords:
            item.add_marker(pytest.mark.browser)


def told_once(tmp_path_factory: Any) -> None:
    """The story in the database of this worker: the first worker tells it, the others copy what it told."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with (shared / "told.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "told").exists():
            settings.VAR.mkdir()
            tell(clock.now())
            copy_database(keep=shared / "told.sqlite3")
            shutil.copytree(settings.VAR, shared / "told")
        else:
            copy_database(take=shared / "told.sqlite3")
            shutil.copytree(shared / "told", settings.VAR)


def copy_database(*, keep: Path | None = None, take: Path | None = None) -> None:
    """Keep a copy of what was told, or take it: a file on SQLite, a database to make others from on PostgreSQL."""
    own = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(str(keep or take))) as told:
            source, target = (connection.connection, told) if keep else (told, connection.connection)
            source.backup(target)
        return
    template = "told_for_every_worker"
    make = 'CREATE DATABASE "{}" TEMPLATE "{}"'
    steps = [make.format(template, own)] if keep else [f'DROP DATABASE "{own}"', make.format(own, template)]
    connection.close()
    with connection._nodb_cursor() as cursor:
        for step in steps:
            cursor.execute(step)


@pytest.fixture(scope="session")
def house(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[str]:
    """The address of a server with the demonstration alliance in it, told once."""
    from pytest_django.live_server_helper import LiveServer

    before = settings.VAR, settings.EMAIL_BACKEND, settings.DEMO
    settings.VAR, settings.EMAIL_BACKEND = tmp_path_factory.mktemp("house") / "var", "demo.mailbox.Backend"
    with django_db_blocker.unblock():
        told_once(tmp_path_factory)
        server = LiveServer("127.0.0.1")
        yield server.url
        server.stop()
        if connection.vendor == "postgresql":
            # A thread of the server may still hold a connection, and the database is dropped after this.
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
    settings.VAR, settings.EMAIL_BACKEND, settings.DEMO = before


@pytest.fixture(scope="session")
def two_processes(house: str) -> Iterator[str]:
    """The address of the same alliance, served by two processes of gunicorn."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    held = connection.settings_dict
    name = f"postgres://{held['USER']}@{held['HOST']}:{held['PORT']}/{held['NAME']}"
    if connection.vendor == "sqlite":
        name = f"sqlite:///{held['NAME']}"
    environment = os.environ | {"DATABASE_URL": name, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-m", "gunicorn", "tests.browser.served", "-b", f"127.0.0.1:{port}", "--workers", "2"]
    server = subprocess.Popen(
        [*command, "--log-level", "info"], cwd=settings.ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    booted = 0
    while booted < 2:
        line = server.stderr.readline()
        assert line, "the server did not start"
        booted += "Booting worker" in line
    reading = threading.Thread(target=server.stderr.read, daemon=True)
    reading.start()
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()
    reading.join()
    server.stderr.close()


@pytest.fixture(scope="session")
def chromium(house: str) -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright; closed before the house. Missing is a failure in CI, else a skip."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        reason = "Chromium is missing: apt-get install chromium"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


class Visitors:
    """A window per persona, signed in, reused by all tests."""

    def __init__(self, chromium: Any, house: str, keys: dict[str, str]) -> None:
        self.chromium, self.house, self.keys, self.contexts = chromium, house, keys, {}

    def context(self, who: str) -> Any:
        """The persona's browser context."""
        if who not in self.contexts:
            context = self.chromium.new_context(locale="nl-NL", reduced_motion="reduce")
            if who:
                value = self.keys[who]
                context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.house}])
            self.contexts[who] = context
        return self.contexts[who]

    def page(self, who: str, *, language: str = "nl", width: int = 1280, height: int = 800) -> Any:
        """A fresh page in that context."""
        self.reads(who, language)
        page = self.context(who).new_page()
        page.set_viewport_size({"width": width, "height": height})
        return page

    def state(self, who: str, *, language: str = "nl") -> Any:
        """Who this persona is, for a context of a test's own, in that language whatever was opened before."""
        self.reads(who, language)
        return self.context(who).storage_state()

    def reads(self, who: str, language: str) -> None:
        """What this persona opens from here on is in that language."""
        cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.house}
        self.context(who).add_cookies([cookie])


@pytest.fixture(scope="session")
def visitors(chromium: Any, house: str, django_db_blocker: Any) -> Visitors:
    """Everybody signs in before the first test: what a test writes stays in its transaction, unseen by the server."""
    with django_db_blocker.unblock():
        return Visitors(chromium, house, {key: session_of(key) for key, *_ in ACCOUNTS})


def session_of(key: str) -> str:
    """The key of a session of this account."""
    client = Client()
    client.force_login(User.objects.get(email=f"{key}@exchange.example"))
    return client.cookies[settings.SESSION_COOKIE_NAME].value
