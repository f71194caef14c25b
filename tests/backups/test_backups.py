"""A backup is whole or it is none, is of one moment, and comes back the same on either database, or not at all."""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as house
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from exchange.backups import manifest, restoring, rows, scratch, taking
from exchange.backups.manifest import Unfit
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import Trip
from tests import world
from tests.outbox.test_commands import database

pytestmark = pytest.mark.django_db(transaction=True)
#: What no model says: what was migrated is in the manifest; limits of sign-in are counted anew.
NO_ROWS = {"django_migrations", "exchange_cache"}


def without_files():
    """What other tests left goes, and nothing is left for them."""
    for name in list(manifest.stored()):
        default_storage.delete(name)


@pytest.fixture
def filled(cast):
    """A trip with its people, history, mail that waits and a file."""
    without_files()
    cast.participant()
    cast.reviewer()
    HistoryEntry.objects.create(at=cast.trip.opens_at, verb="trip.create", about_model="x", about_id="x")
    for key, sealed in (("a", False), ("b", True)):
        when = {"queued_at": cast.trip.opens_at, "next_attempt_at": cast.trip.opens_at}
        OutboxMessage.objects.create(key=key, kind="outbox/test", to="a@x.example", body="?", sealed=sealed, **when)
    default_storage.save("jobs/one", ContentFile(b"a document"))
    yield cast
    without_files()


@pytest.fixture
def other():
    """A second database, in the memory of SQLite, with the tables of the house and nothing in them."""
    connections.databases["other"] = {
        **connections.databases["default"], "ENGINE": "exchange.sqlite3", "NAME": ":memory:", "OPTIONS": {},
        "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False,
    }  # fmt: skip
    made = connections["other"]
    made.connect()  # not by `ensure_connection`, which pytest keeps to the databases it knows
    made.disable_constraint_checking()
    with made.schema_editor() as editor:
        for model in rows.tables().values():
            if not model._meta.auto_created:
                editor.create_model(model)
    made.enable_constraint_checking()
    recorder = MigrationRecorder(made)
    recorder.ensure_schema()
    for name in manifest.migrations("default"):
        recorder.record_applied(*name.split(".", 1))
    yield "other"
    made.close()
    del connections["other"]
    del connections.databases["other"]


def now() -> dict:
    return {table: rows.told(model, "default") for table, model in rows.kept().items()}


# --- whole or none ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_table_is_kept_or_left_out_with_a_reason():
    found = set(connection.introspection.table_names())
    indexes = {name for name in found if name.startswith("applications_linewords_")}
    assert found - indexes - NO_ROWS - rows.LEFT_OUT - set(rows.kept()) == set()


def test_what_is_taken_back_is_what_there_was(filled, tmp_path):
    before = now()
    assert before["people_user"]["rows"] == 3
    taking.take(tmp_path / "kept")
    Trip.objects.update(title_nl="Elsewhere")
    world.user("Nina Newcomer", at=filled.school)
    default_storage.delete("jobs/one")
    default_storage.save("jobs/two", ContentFile(b"another"))
    verdict = restoring.restore(tmp_path / "kept", moving=True)
    assert all(line.same for line in verdict)
    assert now() == before
    assert list(manifest.stored()) == ["jobs/one"]
    assert default_storage.open("jobs/one").read() == b"a document"
    world.user("Nina Newcomer", at=filled.school)  # the numbers of rows go on


def test_only_its_owner_reads_it_and_no_session_is_in_it(filled, login, tmp_path):
    login(filled.lead)
    assert Session.objects.count() == 1
    taking.take(tmp_path / "kept")
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0
    key = Session.objects.get().session_key
    assert not any(key.encode() in gzip.decompress(path.read_bytes()) for path in (tmp_path / "kept/rows").iterdir())


def test_it_is_never_written_over(tmp_path):
    (tmp_path / "kept").mkdir()
    with pytest.raises(Unfit, match="already"):
        taking.take(tmp_path / "kept")
    with pytest.raises(CommandError, match="No backup was made"):
        call_command("backup", str(tmp_path / "kept"))


def test_what_stops_it_leaves_none(filled, tmp_path, monkeypatch):
    def full(*_about):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rows, "columns", full)
    with pytest.raises(CommandError, match="No backup was made.*No space left"):
        call_command("backup", str(tmp_path / "kept"))
    assert list(tmp_path.iterdir()) == []


def spoilt(kept: Path, how: str) -> None:
    path = kept / "rows" / "people_user.gz"
    if how == "no manifest":
        (kept / "manifest.json").unlink()
    elif how == "half a manifest":
        (kept / "manifest.json").write_text((kept / "manifest.json").read_text()[:900])
    elif how == "a part is missing":
        path.unlink()
    elif how == "a part is cut off":
        path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize("how", ["no manifest", "half a manifest", "a part is missing", "a part is cut off"])
def test_half_a_backup_is_refused(filled, tmp_path, how):
    taking.take(tmp_path / "kept")
    spoilt(tmp_path / "kept", how)
    before = now()
    for words in (["--check"], ["--overwrite"]):
        with pytest.raises(CommandError, match="is no whole backup"):
            call_command("restore", str(tmp_path / "kept"), *words)
    assert now() == before


# --- taken back only when told, and only the same -----------------------------------------------------


def test_it_says_what_it_would_overwrite_and_leaves_it(filled, tmp_path):
    taking.take(tmp_path / "kept")
    Trip.objects.update(title_nl="Elsewhere")
    said = StringIO()
    with pytest.raises(CommandError, match="would be overwritten"):
        call_command("restore", str(tmp_path / "kept"), stderr=said)
    assert ["3", "people_user"] in [line.split() for line in said.getvalue().splitlines()]
    assert ["1", "files"] in [line.split() for line in said.getvalue().splitlines()]
    assert Trip.objects.get().title_nl == "Elsewhere"
    call_command("restore", str(tmp_path / "kept"), "--overwrite", stdout=StringIO())
    assert Trip.objects.get().title_nl != "Elsewhere"


def test_what_comes_out_otherwise_is_not_kept(filled, tmp_path):
    kept = tmp_path / "kept"
    taking.take(kept)
    told = json.loads((kept / "manifest.json").read_text())
    path = kept / "rows" / "trips_trip.gz"
    text = gzip.decompress(path.read_bytes()).replace(b'"Safe', b'"Sane')
    path.write_bytes(gzip.compress(text))
    told["parts"]["rows/trips_trip.gz"] = sha256(path.read_bytes()).hexdigest()
    (kept / "manifest.json").write_text(json.dumps(told))
    before, said = now(), StringIO()
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("restore", str(kept), "--overwrite", stdout=said)
    wrong = [line.split()[:3] for line in said.getvalue().splitlines() if "DIFFERS" in line]
    assert wrong == [["rows", "of", "trips_trip"]]
    assert now() == before


@pytest.mark.parametrize(("told", "reason"), [
    (lambda names: [*names, "trips.9999_later"], "later version: trips.9999_later"),
    (lambda names: [name for name in names if name != "history.0004_forgotten_in_time"], "before history.0004"),
])  # fmt: skip
def test_another_version_is_a_sentence(filled, tmp_path, told, reason):
    kept = tmp_path / "kept"
    taking.take(kept)
    said = json.loads((kept / "manifest.json").read_text())
    (kept / "manifest.json").write_text(json.dumps(said | {"migrations": told(said["migrations"])}))
    with pytest.raises(CommandError, match=reason):
        call_command("restore", str(kept), "--overwrite")


def test_mail_that_waited_is_held_as_it_may_have_gone_out(filled, tmp_path):
    taking.take(tmp_path / "kept")
    restoring.restore(tmp_path / "kept", moving=True)
    assert dict(OutboxMessage.objects.values_list("key", "status")) == {"a": "queued", "b": "queued"}
    restoring.restore(tmp_path / "kept")
    assert dict(OutboxMessage.objects.values_list("key", "status")) == {"a": "failed", "b": "cancelled"}
    assert OutboxMessage.objects.get(key="b").body == ""


# --- from one database to the other -------------------------------------------------------------------


def test_rows_go_from_one_database_to_the_other_and_back(filled, other, tmp_path):
    before = now()
    taking.take(tmp_path / "here")
    restoring.restore(tmp_path / "here", using=other, moving=True)
    taking.take(tmp_path / "there", using=other)
    User.objects.filter(email=filled.lead.email).update(email="changed@x.example")
    restoring.restore(tmp_path / "there", moving=True)
    assert now() == before
    assert manifest.read(tmp_path / "there").database == "sqlite"


# --- while people write, and killed -------------------------------------------------------------------


class Hand:
    """A command in another process, on the database of this test."""

    def __init__(self, folder: Path, address: str, *words: str) -> None:
        environment = os.environ | {
            "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(house.ROOT),
        }  # fmt: skip
        command = [sys.executable, str(Path(__file__).with_name("hands.py")), *words]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True, cwd=folder)

    def arrive(self, table: str) -> None:
        assert self.process.stdout.readline() == f"at {table}\n"

    def go_on(self) -> None:
        self.process.communicate("go on\n")
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def hand(tmp_path):
    """`hand("backup", "kept")`: on what this test wrote before it called it first."""
    hands = []

    def make(*words: str) -> Hand:
        if not hands:
            hand.address = database(tmp_path)
        hands.append(Hand(tmp_path, hand.address, *words))
        return hands[-1]

    yield make
    for one in hands:
        one.kill()


def write(folder: Path, *statements: str) -> None:
    """In one transaction, by another connection."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        return
    with closing(sqlite3.connect(folder / "shared.sqlite3", timeout=1)) as writer, writer:
        for statement in statements:
            writer.execute(statement)


PAIR = (
    "INSERT INTO auth_group (name) VALUES ('one')",
    "INSERT INTO unsent_sending (sender, page, sent_at, led_to) VALUES ('one', '', '2026-03-01 12:00:00+00:00', '')",
)


@pytest.mark.parametrize(("apart", "groups", "sendings"), [([], 0, 0), (["--apart"], 0, 1)])
def test_it_is_of_one_moment_while_others_write(filled, hand, tmp_path, apart, groups, sendings):
    """The control, `--apart`: read table by table, it would hold half of what was written together."""
    backup = hand("--hold=auth_group", *apart, "backup", "kept")
    backup.arrive("auth_group")
    write(tmp_path, *PAIR)
    backup.go_on()
    made = manifest.read(tmp_path / "kept").tables
    assert (made["auth_group"]["rows"], made["unsent_sending"]["rows"]) == (groups, sendings)


def test_killed_halfway_there_is_no_backup_and_the_next_one_is_whole(filled, hand, tmp_path):
    backup = hand("--hold=trips_trip", "backup", "kept")
    backup.arrive("trips_trip")
    backup.kill()
    assert not (tmp_path / "kept").exists()
    [left] = tmp_path.glob("kept.part-*")
    with pytest.raises(Unfit, match="no whole backup"):
        manifest.read(left)
    taking.take(tmp_path / "kept")
    assert manifest.read(tmp_path / "kept").tables == {
        table: {"columns": rows.columns(rows.kept()[table]), **told} for table, told in now().items()
    }


def test_a_restore_that_is_killed_halfway_changes_nothing(filled, hand, tmp_path):
    taking.take(tmp_path / "kept")
    world.user("Nina Newcomer", at=filled.school)
    restore = hand("--hold=trips_trip", "restore", "kept", "--overwrite")
    restore.arrive("trips_trip")
    restore.kill()
    if connection.vendor == "postgresql":
        assert User.objects.count() == 4
        return
    with closing(sqlite3.connect(tmp_path / "shared.sqlite3", timeout=20)) as copy:
        assert copy.execute("SELECT count(*) FROM people_user").fetchone() == (4,)


@pytest.mark.once  # PostgreSQL has no file to copy
def test_a_plain_copy_of_the_file_loses_rows_and_the_backup_does_not(filled, hand, tmp_path):
    backup = hand("--hold=people_formername", "backup", "unused")
    backup.kill()
    path = tmp_path / "shared.sqlite3"
    with closing(sqlite3.connect(path)) as house_that_runs:
        with house_that_runs:
            house_that_runs.executemany("INSERT INTO auth_group (name) VALUES (?)", [(str(n),) for n in range(55)])
        shutil.copy(path, tmp_path / "copy.sqlite3")
        hand("--hold=auth_group", "backup", "kept").go_on()
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM auth_group").fetchone() == (0,)
    assert manifest.read(tmp_path / "kept").tables["auth_group"]["rows"] == 55


# --- the check ----------------------------------------------------------------------------------------


@pytest.mark.once
def test_the_check_restores_aside_and_says_the_verdict(filled, tmp_path, monkeypatch):
    taking.take(tmp_path / "kept")
    told = manifest.read(tmp_path / "kept")
    with transaction.atomic():
        rows.empty("default")
    address = database(tmp_path)  # tables and nothing in them, as migrations take their time
    restoring.restore(tmp_path / "kept", moving=True)
    Trip.objects.update(title_nl="Elsewhere")

    class Place:
        def __enter__(self):
            return {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings"}

        def __exit__(self, *_about):
            return None

    monkeypatch.setattr(scratch, "place", Place)
    said = StringIO()
    call_command("restore", str(tmp_path / "kept"), "--check", stdout=said)
    assert "This backup is whole and can be taken back." in said.getvalue()
    lines = {" ".join(line.split()[:-2]): line.split()[-2:] for line in said.getvalue().splitlines()}
    assert lines["rows of people_user"] == ["3", "3"]
    assert lines["migrations"] == [str(len(told.migrations))] * 2
    assert Trip.objects.get().title_nl == "Elsewhere"
    with pytest.raises(CommandError, match="(?s)can't be taken back.*would be overwritten"):
        call_command("restore", str(tmp_path / "kept"), "--check", stdout=said)
