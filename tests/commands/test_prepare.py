import os

import pytest
from django.core.management import call_command
from django.db import connection

from exchange.management.commands import prepare


@pytest.fixture
def house(settings, tmp_path):
    """A house with one static file and a lock, older than anything collected from now on."""
    settings.ROOT, settings.STATIC_ROOT = tmp_path, tmp_path / "var" / "static"
    (tmp_path / "static" / "css").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "messages").touch()
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "static" / "css" / "app.css").touch()
    return tmp_path


def collect(house, moment):
    stamp = house / "var" / "static" / "staticfiles.json"
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.touch()
    os.utime(stamp, (moment, moment))


def test_static_files_are_collected_only_after_a_change(house):
    assert prepare.static_changed()
    now = (house / "static" / "css" / "app.css").stat().st_mtime
    collect(house, now + 60)
    assert not prepare.static_changed()
    collect(house, now - 60)
    assert prepare.static_changed()


@pytest.mark.django_db
def test_prepare_checks_migrates_and_collects(house, settings, monkeypatch):
    settings.DEBUG = False
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "some_cache"}}
    called = []
    real = prepare.call_command

    def remember(name, **options):
        called.append(name)
        return real(name, **options) if name == "createcachetable" else None

    monkeypatch.setattr(prepare, "call_command", remember)
    call_command("prepare")
    assert called == ["doctor", "migrate", "createcachetable", "collectstatic"]
    assert "some_cache" in connection.introspection.table_names()
    collect(house, (house / "requirements.lock").stat().st_mtime + 60)
    call_command("prepare")
    assert called[4:] == ["doctor", "migrate", "createcachetable"]
