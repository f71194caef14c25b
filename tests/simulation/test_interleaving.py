"""Two at once take turns, statement by statement; who waits for the other is left waiting, and a stand is told."""

import functools
import random
import sys
from collections.abc import Callable
from threading import Lock
from typing import Any

import pytest
from django.db import connection, transaction

from exchange.people.models import User
from tests import world
from tests.simulation import interleaving
from tests.simulation.interleaving import Stand, deadlock, interleaved


@pytest.fixture(autouse=True)
def two_can_write(transactional_db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: nothing is interleaved")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interleaving, "LOOKS", 100)


Deed = Callable[[], Any]


def at_once(seed: int, *deeds: Deed) -> list[Exception | None]:
    chance = random.Random(seed)  # noqa: S311 -- repeats itself, by design
    return interleaved(deeds, chance, world.MOMENTS["call"])


def both(asked: Deed) -> None:
    for seed in range(8):
        assert at_once(seed, asked, asked) == [None, None]


def ask() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def turns(said: list[str]) -> Callable[[str], Deed]:
    def deed(name: str) -> Deed:
        def act() -> None:
            for _turn in range(4):
                ask()
                said.append(name)

        return act

    return deed


def told(seed: int) -> str:
    said: list[str] = []
    deed = turns(said)
    assert at_once(seed, deed("a"), deed("b")) == [None, None]
    return "".join(said)


def test_turns_go_as_the_seed_says():
    assert told(1) == told(1)
    assert len({told(seed) for seed in range(6)}) > 3
    assert all(sorted(told(seed)) == list("aaaabbbb") for seed in range(3))


def holds(first: User, second: User) -> Deed:
    def act() -> None:
        with transaction.atomic():
            for one in (first, second):
                User.objects.select_for_update().get(pk=one.pk)

    return act


def test_who_waits_in_the_database_is_left_waiting():
    anna, bram = world.user("Anna"), world.user("Bram")
    for seed in range(6):
        assert at_once(seed, holds(anna, bram), holds(anna, bram)) == [None, None]


def test_the_database_ends_what_waits_for_each_other():
    anna, bram = world.user("Anna"), world.user("Bram")
    runs = [at_once(seed, holds(anna, bram), holds(bram, anna)) for seed in range(6)]
    assert any(deadlock(error) for run in runs for error in run)
    assert all(error is None or deadlock(error) for run in runs for error in run)


def test_a_stand_is_told_and_holds_nobody(impatient):
    lock = Lock()

    def act() -> None:
        with lock:
            ask()
            ask()

    with pytest.raises(Stand):
        both(act)
    assert not lock.locked()
    world.user("Anna")


class Asks:
    """What many a page asks of who reads it."""

    @functools.cached_property
    def answer(self) -> int:
        ask()
        return 1


def test_nobody_waits_for_what_is_kept_of_somebody_else(impatient):
    anna, bram = world.user("Anna"), world.user("Bram")
    both(lambda: [User.objects.get(pk=one.pk).teams for one in (anna, bram)])


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="Python computes it without a lock now")
def test_with_what_python_keeps_they_would(impatient):
    with pytest.raises(Stand):
        both(lambda: [Asks().answer for _one in range(3)])
