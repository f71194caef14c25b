"""Every lock of the house has a race: with the lock both see what the other did, without that one lock there is harm.

A lock that is new has no race yet, and fails here until it has; one that does no harm when it is forgotten guards
nothing, and goes.
"""

from collections import Counter

import pytest
from django.db import connection

from tests.consistency import races
from tests.consistency.races import RACES, Race, without
from tests.consistency.races import applications as _applications  # noqa: F401 -- these fill the list
from tests.consistency.races import evaluations as _evaluations  # noqa: F401
from tests.consistency.races import exchange as _exchange  # noqa: F401

#: Locks whose race stands elsewhere, as it needs more than two deeds.
ELSEWHERE = {
    "exchange.people.school_account._through: IntegrityError": (
        "tests/people/test_school_account.py",
        "test_two_windows_make_one_account",
    ),
}
at_once = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: nothing can race")


def each(races_: list[Race]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("race", races_, ids=lambda race: f"{race.deeds.__name__} {race.lock}".strip())


def test_every_lock_has_a_race():
    assert races.locks() == {race.lock for race in RACES if race.lock} | set(ELSEWHERE)
    for path, name in ELSEWHERE.values():
        assert f"def {name}(" in (races.ROOT / path).read_text()


def test_whoever_locks_for_others_is_there():
    """A helper that is gone would hide the lock of whoever takes its name."""
    files = [path for wing in races.WINGS for path in (races.ROOT / wing).rglob("*.py")]
    defined = Counter(
        f"{'.'.join(path.relative_to(races.ROOT).with_suffix('').parts)}.{line[4:].partition('(')[0]}"
        for path in files
        for line in path.read_text().splitlines()
        if line.startswith("def ")
    )
    assert {name for name in races.HELPERS if not defined[name]} == set()


def test_a_lock_is_read_from_the_source_however_it_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(races, "ROOT", tmp_path)
    (tmp_path / "exchange").mkdir()
    source = tmp_path / "exchange" / "some.py"
    source.write_text(
        "from applications.selection import placing\n"
        "from applications.selection.placing import lock as hold_trip\n"
        "def one(rows):\n    return rows.filter(x=1).select_for_update(of=('self',)).first()\n"
        "def two(trip):\n    return placing.lock(trip)\n"
        "def three(trip):\n    return hold_trip(trip)\n"
        "def none(door):\n    return door.lock()\n"
        "class Four:\n    def call(self, rows):\n        return [x for x in rows.select_for_update()]\n"
    )
    assert races.locks() == {
        "exchange.some.one",
        "exchange.some.two: lock",
        "exchange.some.three: lock",
        "exchange.some.Four",
    }


@each(RACES)
@at_once
@pytest.mark.django_db(transaction=True)
def test_two_at_once(race: Race):
    assert race.run() == race.right


@each([race for race in RACES if race.wrong])
@at_once
@pytest.mark.django_db(transaction=True)
@pytest.mark.by_hand  # the harm may be that a line is not what it is derived from
def test_without_its_lock_there_is_harm(race: Race):
    with without(race.lock):
        assert race.run() == race.wrong
    assert race.wrong != race.right
