"""The locks name all that the project and every package in them ask for, on every machine they are for."""

from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement

from tests.setup import whole_lock

pytestmark = pytest.mark.once

LINUX = next(one for one in whole_lock.environments() if one["python_version"] == "3.11")
#: What a few invented packages ask for, by name and version.
ASKS = {
    ("tea", "1.0"): ["water>=2", 'milk; extra == "white"', 'kettle; sys_platform == "win32"'],
    ("water", "2.1"): ['salt[sea]; python_version < "3.12"'],
    ("salt", "3.0"): ['sand; extra == "sea"'],
}


@pytest.fixture
def gaps(monkeypatch):
    """What `bin/whole-lock` finds amiss between a wish and some pins, on Linux with Python 3.11."""
    space = whole_lock.gaps.__globals__
    version = dict(ASKS.keys())

    def installed(name):
        return SimpleNamespace(version=version[name], requires=ASKS[name, version[name]]) if name in version else None

    monkeypatch.setitem(space, "installed", installed)

    def find(wish, *pins, environment=LINUX):
        pinned = {}
        for pin in map(Requirement, pins):
            pinned.setdefault(pin.name, []).append(pin)
        return [line.split(" (")[0] for line in whole_lock.gaps([Requirement(wish)], pinned, environment)]

    return find


def test_the_locks_are_whole(capsys):
    assert whole_lock.main() == 0, capsys.readouterr().out


def test_all_is_met(gaps):
    assert gaps("tea[white]", "tea==1.0", "water==2.1", "milk==1", "salt==3.0", "sand==1") == []


def test_the_project_asks_for_what_is_not_pinned(gaps):
    assert gaps("coffee==1", "tea==1.0") == ["pyproject.toml asks for coffee==1, pinned is nothing"]


def test_a_pinned_version_that_does_not_do(gaps):
    assert gaps("tea", "tea==1.0", "water==1.9") == ["tea asks for water>=2, pinned is ['1.9']"]


def test_an_extra_is_followed_where_it_is_asked_for_and_only_there(gaps):
    pins = ["tea==1.0", "water==2.1", "salt==3.0", "sand==1"]
    assert gaps("tea", *pins) == []
    assert gaps("tea[white]", *pins) == ['tea asks for milk; extra == "white", pinned is nothing']


def test_an_extra_that_another_package_asks_for(gaps):
    assert gaps("tea", "tea==1.0", "water==2.1", "salt==3.0") == [
        'salt asks for sand; extra == "sea", pinned is nothing'
    ]


def test_markers_count_on_both_sides(gaps):
    windows = LINUX | {"sys_platform": "win32"}
    pins = ["tea==1.0", "water==2.1", "salt==3.0", "sand==1"]
    wanting = ['tea asks for kettle; sys_platform == "win32", pinned is nothing']
    assert gaps("tea", *pins, environment=windows) == wanting
    assert gaps("tea", *pins, 'kettle==1; sys_platform == "darwin"', environment=windows) == wanting
    assert gaps("tea", *pins, 'kettle==1; sys_platform == "win32"', environment=windows) == []
    # Two pins of one package, each for machines of its own.
    split = ['water==2.1; sys_platform == "win32"', 'water==1.0; sys_platform == "linux"']
    assert gaps("tea", "tea==1.0", *split, "salt==3.0", "sand==1") == ["tea asks for water>=2, pinned is ['1.0']"]


def test_a_pin_that_is_not_installed(monkeypatch, tmp_path):
    (tmp_path / "a.lock").write_text(
        'tea==1.1 \\\n    --hash=sha256:00\nice==1\nsnow==1 ; sys_platform == "win32"\n# by hand\n'
    )
    space = whole_lock.gaps.__globals__
    monkeypatch.setitem(space, "ROOT", tmp_path)
    monkeypatch.setitem(space, "installed", lambda name: SimpleNamespace(version="1.0") if name == "tea" else None)
    assert list(whole_lock.missing("a.lock")) == [
        "a.lock pins tea==1.1, installed is 1.0",
        "a.lock pins ice==1, installed is nothing",
    ]
