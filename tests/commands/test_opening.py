"""What is not ready does not serve and does not work: one sentence, no traceback, a code that is not 0."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings as house
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from exchange import opening

pytestmark = pytest.mark.django_db
KEY = "a secret of somebody else, " + "0123456789" * 5


@pytest.fixture
def ready(settings, tmp_path, monkeypatch):
    """A house that opens: `ready.SECRET_KEY = ""` makes one that does not."""
    settings.VAR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    settings.SECRET_KEY = KEY
    texts = tmp_path / "root" / "locale" / "nl" / "LC_MESSAGES"
    texts.mkdir(parents=True)
    (texts / "django.po").touch()
    (texts / "django.mo").touch()
    settings.ROOT = tmp_path / "root"
    assert list(opening.reasons()) == []
    return settings


def reason() -> str:
    found = next(opening.reasons())
    assert "\n" not in found
    return found


@pytest.mark.parametrize(("name", "value", "said"), [
    ("DEBUG", True, "DEBUG is on"),
    ("SECRET_KEY", "", "SECRET_KEY must be a secret"),
    ("SECRET_KEY", "demo-only-key-" + "x" * 40, "SECRET_KEY must be a secret"),
    ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS must list exact host names"),
    ("BASE_URL", "exchange", "no web address"),
])  # fmt: skip
def test_settings_that_are_not_meant_for_people(ready, name, value, said):
    setattr(ready, name, value)
    assert said in reason()


def test_the_key_of_the_demonstration_is_for_the_demonstration(ready):
    ready.SECRET_KEY, ready.DEMO, ready.ALLOWED_HOSTS = "demo-only-key-" + "x" * 40, True, ["127.0.0.1"]
    ready.BASE_URL = "http://127.0.0.1:8000"
    assert list(opening.reasons()) == []


def test_tables_of_another_version(ready):
    [(_app, last)] = MigrationLoader(connection).graph.leaf_nodes("history")
    MigrationRecorder(connection).record_unapplied("history", last)
    assert reason() == f"The database misses 1 migrations, history.{last} first: run manage.py prepare."


def test_no_table_for_what_is_limited(ready):
    ready.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "nowhere"}}
    assert reason() == "The database has no table nowhere: run manage.py prepare."


def test_a_database_that_is_away(ready, monkeypatch):
    def away(*_about):
        raise OperationalError("connection refused\nIs it running?")

    monkeypatch.setattr(opening, "MigrationExecutor", away)
    assert reason() == "The database does not answer: connection refused Is it running?"


@pytest.mark.parametrize("name", ["VAR", "MEDIA_ROOT"])
def test_a_store_that_takes_nothing(ready, tmp_path, name):
    (tmp_path / "file").touch()
    setattr(ready, name, tmp_path / "file" / "folder")
    assert reason() == f"The folder {tmp_path / 'file' / 'folder'} can't be written: Not a directory."


@pytest.mark.once
def test_a_database_file_in_a_folder_that_takes_nothing(ready, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "file" / "exchange.sqlite3"))
    monkeypatch.setattr(connection, "is_in_memory_db", lambda: False)
    assert reason() == f"The folder {tmp_path / 'file'} can't be written: File exists."


def test_texts_that_were_not_built(ready):
    (ready.ROOT / "locale/nl/LC_MESSAGES/django.mo").unlink()
    assert reason() == "The texts of locale/nl/LC_MESSAGES/django.po are not built: run manage.py prepare."


def test_static_files_that_were_not_collected(ready, tmp_path, monkeypatch):
    storage = ManifestStaticFilesStorage(location=tmp_path, base_url="/static/")
    monkeypatch.setattr(opening, "staticfiles_storage", storage)
    assert reason() == "The static files are not collected: run manage.py prepare."


@pytest.mark.parametrize("command", ["deliver", "work"])
def test_nobody_works_in_a_house_that_is_not_ready(ready, command):
    call_command(command, stdout=StringIO())
    ready.SECRET_KEY = ""
    with pytest.raises(CommandError, match="SECRET_KEY must be a secret"):
        call_command(command)


@pytest.mark.once
@pytest.mark.parametrize("command", [["-m", "gunicorn", "exchange.wsgi"], ["manage.py", "work", "--watch"]])
def test_the_process_ends_with_one_sentence(tmp_path, command):
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"EXCHANGE_VAR": str(tmp_path), "PORT": "0"}
    done = subprocess.run(
        [sys.executable, *command], cwd=house.ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert "SECRET_KEY must be a secret of at least 50 characters." in line
