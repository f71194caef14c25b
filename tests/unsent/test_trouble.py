"""A full disk, a locked database and one that only reads: nothing typed is lost, reading goes on, and so does life.

SQLite is full, locked and read-only for real here, PostgreSQL locked, read-only and gone; its full disk is said by a
statement that fails as it fails on one.
"""

import errno
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from html import unescape
from threading import Event

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from evaluations.certificates import actions
from evaluations.certificates.lifecycle import CertificateKind
from exchange import trouble
from exchange.carry_on import AUTHOR, BY_ITSELF, KEY
from exchange.jobs import worker
from exchange.jobs.models import Job
from exchange.limits import Cache
from exchange.outbox import delivery
from exchange.outbox.models import OutboxMessage
from exchange.people import actions as actions_of_people
from exchange.trips.models import Meeting
from exchange.unsent import middleware
from exchange.unsent.middleware import TOKEN
from tests import world
from tests.certificates.test_certificates import BACK, be_present
from tests.trips.test_meetings import NEW

pytestmark = pytest.mark.django_db(transaction=True)
TYPED = 'Kennismaken & "afspraken" <maken>. ' * 50


class Full:
    """No room."""

    status = 507

    def begin(self, folder):
        if connection.vendor == "sqlite":
            self.most = connection.cursor().execute("PRAGMA max_page_count").fetchone()[0]
            connection.cursor().execute("VACUUM")
            connection.cursor().execute("PRAGMA max_page_count = 1")  # no fewer than there are
            return
        self.wrapper = connection.execute_wrapper(self.fail)
        self.wrapper.__enter__()

    def fail(self, execute, sql, *about):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError("could not extend file") from psycopg.errors.DiskFull("No space left on device")
        return execute(sql, *about)

    def end(self):
        if connection.vendor == "sqlite":
            connection.cursor().execute(f"PRAGMA max_page_count = {self.most}")
            return
        self.wrapper.__exit__(None, None, None)

    def leave(self):
        pass


class Locked:
    """Somebody else writes and does not end."""

    status = 503

    def begin(self, folder):
        if connection.vendor == "sqlite":
            path = folder / "locked.sqlite3"
            with closing(sqlite3.connect(path)) as copy:
                connection.connection.backup(copy)
                copy.execute("PRAGMA journal_mode=WAL")
            self.usual = connection.connection
            parameters = connection.get_connection_params() | {"database": str(path), "timeout": 0.05}
            connection.connection = connection.get_new_connection(parameters)
            self.other = sqlite3.connect(path, isolation_level=None)
            self.other.execute("BEGIN IMMEDIATE")
            return
        connection.cursor().execute("SET lock_timeout = '50ms'")
        at = connection.settings_dict
        names = {"dbname": at["NAME"], "user": at["USER"], "password": at["PASSWORD"], "host": at["HOST"]}
        self.other = psycopg.connect(port=at["PORT"], **names)
        self.other.execute("LOCK TABLE trips_meeting, unsent_sending IN EXCLUSIVE MODE")

    def end(self):
        self.other.rollback() if connection.vendor == "postgresql" else self.other.execute("ROLLBACK")
        self.other.close()

    def leave(self):
        if connection.vendor == "sqlite":
            connection.connection.close()
            connection.connection = self.usual


class ReadOnly:
    """It can be read."""

    status = 503

    def begin(self, folder):
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA query_only = ON")
            return
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        connection.cursor().execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        connection.close()

    def end(self):
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA query_only = OFF")
            return
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
            cursor.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        connection.close()

    def leave(self):
        pass


class FullAtTheEnd:
    """No room for a transaction that ends: that is where SQLite meets a full disk."""

    status = 507

    def begin(self, folder):
        self.usual = connection._commit
        connection._commit = self.fail

    def fail(self):
        connection._rollback()
        problem = sqlite3.OperationalError("database or disk is full")
        problem.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("database or disk is full") from problem

    def end(self):
        connection._commit = self.usual

    def leave(self):
        pass


@pytest.fixture(params=[Full, FullAtTheEnd, Locked, ReadOnly])
def disturbed(request, tmp_path):
    """Trouble that begins and ends when told to."""
    yield from disturbing(request.param(), tmp_path)


@pytest.fixture
def read_only(tmp_path):
    yield from disturbing(ReadOnly(), tmp_path)


def disturbing(one, folder):
    one.begun = False

    def begin():
        one.__class__.begin(one, folder)
        one.begun = True

    def end():
        one.begun = False
        one.__class__.end(one)

    one.begin, one.end = begin, end
    before = connection.connection
    yield one
    if one.begun:
        end()
    if connection.connection is not before or isinstance(one, Locked):
        one.leave()


@pytest.fixture
def lead(cast, at):
    """The lead of a trip in preparation, with a page open on which a meeting is planned."""
    cast.participant()
    world.participation(cast.trip)
    world.participation(cast.trip)
    world.participation(cast.trip)
    at(world.MOMENTS["preparation"])
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.force_login(cast.lead)
    browser.url = reverse("trips:meeting-new", args=[cast.trip.slug])
    browser.shown = hidden(browser.get(browser.url).text)
    return browser


def hidden(html):
    """The hidden fields of the form that holds the most of them."""
    forms = re.findall(r"<form.*?</form>", html, re.DOTALL)
    found = [re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form) for form in forms]
    return {name: unescape(value) for name, value in max(found, key=len)}


def send(browser, **headers):
    fields = {name: browser.shown[name] for name in ("csrfmiddlewaretoken", AUTHOR)}
    return browser.post(browser.url, NEW | fields | {"agenda_nl": TYPED}, **headers)


def test_what_was_typed_stands_there_and_goes_once_it_can(lead, cast, disturbed):
    disturbed.begin()
    response = send(lead)
    assert response.status_code == disturbed.status
    assert response["Retry-After"] == {503: "60", 507: "300"}[disturbed.status]
    assert "no-store" in response["Cache-Control"]
    assert TYPED.strip() in unescape(response.text)
    assert TYPED not in response.text  # as text, and not as markup
    said = {503: "We kunnen nu even niets opslaan", 507: "Onze schijf is vol"}[disturbed.status]
    assert said in response.text
    assert "Plaats" in response.text  # under what was asked
    disturbed.end()
    assert Meeting.objects.count() == 0
    sent = lead.post(lead.url, hidden(response.text))
    assert sent.status_code == 302
    assert Meeting.objects.get().agenda_nl.split() == TYPED.split()


def test_one_of_two_who_save_the_same_at_once_is_told(cast, login, monkeypatch):
    """The form had looked, and the other one was faster."""
    browser, save = login(cast.administrator()), actions_of_people.save_school
    url = reverse("people:new-school")
    fields = {"name": "Duin & <Rand>", "short_name": "Duinrand", "kind": "roc", "domains": "zeezicht.example"}
    fields = {"csrfmiddlewaretoken": hidden(browser.get(url).text)["csrfmiddlewaretoken"]} | fields
    browser.raise_request_exception = False

    def faster(**given):
        monkeypatch.undo()
        world.institution("Zeezicht", domain="zeezicht.example")
        save(**given)

    monkeypatch.setattr(actions_of_people, "save_school", faster)
    response = browser.post(url, fields)
    assert (response.status_code, response["Retry-After"]) == (409, "1")
    assert "Op hetzelfde moment werd nog iets bewaard" in response.text
    assert "Duin &amp; &lt;Rand&gt;" in response.text
    again = browser.post(url, hidden(response.text))
    assert again.status_code == 422
    assert "Een van deze hoort bij Zeezicht" in unescape(again.text)
    assert 'value="Duin &amp; &lt;Rand&gt;"' in again.text


@pytest.mark.parametrize("later", [timedelta(), timedelta(minutes=20)])
def test_reading_goes_on(lead, cast, at, disturbed, later):
    """Also for who comes back after a while: that a session is used is written now and then, where it can be."""
    at(world.MOMENTS["preparation"] + later)
    disturbed.begin()
    for url in ("/", "/my/", lead.url, reverse("trips:team", args=[cast.trip.slug]), "/accounts/login/", "/healthz"):
        response = lead.get(url)
        assert response.status_code in (200, 302), url


@pytest.fixture
def counted(settings):
    """Limits that are counted in the database, as they are where people are."""
    from django.core.cache import caches
    from django.core.management import call_command

    settings.CACHES = settings.CACHES | {"default": {"BACKEND": "exchange.limits.Cache", "LOCATION": "exchange_cache"}}
    call_command("createcachetable", verbosity=0)
    caches["default"].clear()
    yield caches["default"]
    connection.cursor().execute("DROP TABLE exchange_cache")


@pytest.fixture(params=[FullAtTheEnd, ReadOnly])
def uncounted(request, tmp_path):
    yield from disturbing(request.param(), tmp_path)


@pytest.mark.parametrize("ours", [True, False])
def test_a_certificate_verifies_although_nothing_can_be_counted(cast, at, counted, uncounted, monkeypatch, ours):
    """The control: with Django's silence a visitor has asked too often."""
    if not ours:
        monkeypatch.delattr(Cache, "_base_set")
    at(BACK)
    traveller = cast.participant()
    be_present(traveller)
    one = actions.issue(participation=traveller, kind=CertificateKind.ATTENDANCE, by=cast.lead)
    uncounted.begin()
    client = Client(raise_request_exception=False)
    found = client.get(f"/verify/{one.code}/")
    assert found.status_code == (200 if ours else 429)
    if ours:
        assert client.post(f"/verify/{one.code}/", {"name": "Somebody", TOKEN: "x"}).status_code == 200
        assert client.get("/verify/NOTHING/").status_code == 404


def test_who_signs_in_hears_why_not_and_is_not_told_to_have_guessed(cast, counted, read_only):
    read_only.begin()
    client = Client(raise_request_exception=False)
    response = client.post("/accounts/login/", {"login": cast.lead.email, "password": "x-secret-x"})
    assert response.status_code == 503
    assert "x-secret-x" not in response.text


def test_what_saves_by_itself_hears_it_too(lead, disturbed):
    disturbed.begin()
    response = send(lead, headers={BY_ITSELF: "1"})
    assert response.status_code == disturbed.status
    assert list(response.json()) == ["reason"]


def test_a_session_that_can_not_be_written_is_no_bad_request(lead, read_only):
    session = lead.session
    session[KEY] = {AUTHOR: "somebody else", "path": "/", "fields": []}
    session.save()
    read_only.begin()
    assert lead.get(reverse("carry_on")).status_code == 503


def test_what_was_taken_is_taken_although_that_can_not_be_remembered(lead, monkeypatch):
    def fails(*_about):
        problem = sqlite3.OperationalError("database is locked")
        problem.sqlite_errorcode = 5
        raise OperationalError("database is locked") from problem

    monkeypatch.setattr(middleware, "settle", fails)
    assert send(lead).status_code == 302
    assert Meeting.objects.count() == 1


def test_a_database_that_is_away_is_503_and_comes_back(lead, cast):
    if connection.vendor == "postgresql":
        at = connection.settings_dict
        with psycopg.connect(
            dbname="postgres", user=at["USER"], password=at["PASSWORD"], host=at["HOST"], port=at["PORT"]
        ) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    else:
        connection.connection, kept = sqlite3.connect(":memory:"), connection.connection
        connection.connection.close()
        connection.connection = Away()
    response = send(lead)
    assert response.status_code == 503
    assert TYPED.strip() in unescape(response.text)
    assert lead.get("/my/").status_code == 503 or connection.vendor == "postgresql"
    if connection.vendor == "postgresql":
        connection.close()
    else:
        connection.connection = kept
    assert lead.post(lead.url, hidden(response.text)).status_code == 302


class Away:
    """A file of SQLite in a folder that is not there any more."""

    def __getattr__(self, name):
        problem = sqlite3.OperationalError("unable to open database file")
        problem.sqlite_errorcode = 14
        raise problem


@pytest.mark.parametrize(("problem", "status"), [
    (OSError(errno.ENOSPC, "No space left on device"), 507),
    (OSError(errno.EDQUOT, "Disk quota exceeded"), 507),
    (OSError(errno.EROFS, "Read-only file system"), 503),
    (OSError(errno.ENOENT, "No such file"), None),
    (psycopg.errors.DiskFull(), 507),
    (psycopg.errors.ReadOnlySqlTransaction(), 503),
    (psycopg.errors.LockNotAvailable(), 503),
    (psycopg.errors.AdminShutdown(), 503),
    (psycopg.OperationalError("connection refused"), 503),
    (psycopg.errors.UniqueViolation(), 409),
    (psycopg.errors.DeadlockDetected(), 409),
    (psycopg.errors.NotNullViolation(), None),
    (psycopg.errors.UndefinedTable(), None),
    (sqlite3.OperationalError("no such table: x"), None),
    (ValueError(), None),
    (None, None),
])  # fmt: skip
def test_which_faults_are_trouble(problem, status):
    assert trouble.status_of(problem) == status


# --- those who work in the background -----------------------------------------------------------------


class Until(Event):
    """Told to stop after so many rounds; trouble ends after the first."""

    def __init__(self, then):
        super().__init__()
        self.then, self.rounds = then, 0

    def wait(self, timeout=None):
        self.rounds += 1
        if self.rounds == 1:
            self.then()
        if self.rounds == 3:
            self.set()
        return self.is_set()


@pytest.mark.parametrize("watch", [worker.watch, delivery.watch])
def test_workers_wait_and_go_on(cast, read_only, settings, offering, watch):
    offering(jobs={"test/note": lambda job, progress: lambda: None})
    now = cast.trip.opens_at
    Job.objects.create(key="a", kind="test/note", asked_at=now, free_at=now)
    OutboxMessage.objects.create(
        key="a", kind="outbox/test", to="a@x.example", body="?", queued_at=now, next_attempt_at=now
    )
    read_only.begin()
    until = Until(read_only.end)
    watch(until)
    assert until.rounds == 3
    done = {worker.watch: Job.objects.get().status, delivery.watch: OutboxMessage.objects.get().status}
    assert done[watch] in ("done", "sent")
