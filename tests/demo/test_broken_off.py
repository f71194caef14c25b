"""The demonstration that was killed while it was loaded is loaded anew, and one that is whole is kept."""

import os
import signal
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from demo import places
from demo.management.commands import demo
from exchange.history.models import HistoryEntry
from tests import world

#: As far as the story comes before the power goes.
HALF = """
import os, signal
import django
django.setup()
from django.core.management import call_command
from demo.management.commands import demo
from exchange.people.models import User

call_command("migrate", "people", verbosity=0)

def killed(until):
    User.objects.create(email="admin@exchange.example", joined_at=until)
    os.kill(os.getpid(), signal.SIGKILL)

demo.tell = killed
call_command("demo")
"""


@pytest.fixture
def told(settings, tmp_path):
    """A folder with a demonstration in it."""
    settings.VAR, settings.DEMO, settings.MEDIA_ROOT = tmp_path, True, tmp_path / "media"
    (tmp_path / "exchange.sqlite3").touch()
    (tmp_path / "media").mkdir()
    places.folder()
    return tmp_path


@pytest.mark.once
def test_killed_halfway_it_starts_over(settings, tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"EXCHANGE_DEMO": "1", "EXCHANGE_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "exchange.settings"}
    done = subprocess.run([sys.executable, "-c", HALF], cwd=settings.ROOT, env=environment, capture_output=True)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "exchange.sqlite3").stat().st_size > 0
    settings.VAR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    assert places.start_over()
    assert list(tmp_path.iterdir()) == []


def test_what_is_whole_is_kept(told):
    assert not places.start_over()
    assert sorted(path.name for path in told.iterdir()) == ["demo", "exchange.sqlite3", "media"]


@pytest.mark.django_db(transaction=True)
def test_half_of_it_is_not_taken_for_whole(told, monkeypatch):
    def killed(_until):
        world.user("Ada Admin", email="admin@exchange.example")
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "tell", killed)
    with pytest.raises(KeyboardInterrupt):
        call_command("demo", verbosity=0)
    with pytest.raises(CommandError, match="broken off"):
        call_command("demo", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_told_to_the_end_the_mark_is_gone(told, monkeypatch):
    def whole(until):
        HistoryEntry.objects.create(at=until, verb="trip.create", about_model="x", about_id="x")

    monkeypatch.setattr(demo, "tell", whole)
    monkeypatch.setattr(places, "write_documents", lambda: [])
    monkeypatch.setattr(demo.worker, "work", lambda: "")
    call_command("demo", verbosity=0)
    assert (told / "demo" / "loaded").exists()
    assert not places.loading().exists()
