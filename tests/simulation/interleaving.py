"""Two deeds at the same moment, statement by statement as a seed says. Only where two can write at once."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, connections

from exchange import clock

GATE, RUNNING, DONE = "at the gate", "running", "done"
#: So often is looked whether somebody comes back, of whom the database does not say that they wait.
LOOKS = 150


class Turns:
    """Who may do the next statement. A thread that waits for a lock is left waiting, and the other goes on."""

    def __init__(self, names: tuple[int, ...]) -> None:
        self.changed = threading.Condition()
        self.state = dict.fromkeys(names, RUNNING)
        self.backends: dict[int, int] = {}

    def arrive(self, name: int, state: str) -> None:
        with self.changed:
            self.state[name] = state
            self.changed.notify_all()
            if state == GATE:
                self.changed.wait_for(lambda: self.state[name] == RUNNING)

    def let(self, name: int) -> None:
        with self.changed:
            self.state[name] = RUNNING
            self.changed.notify_all()

    def settled(self, looked: int) -> bool:
        """Whether every thread is at the gate, done, or waits for a lock.

        For one of the database, as it says; who did not come back after so many looks waits for one of Python, as those
        of cached_property are (before 3.12), which another thread holds while it is at the gate.
        """
        return all(state != RUNNING or looked > LOOKS or self._waits(name) for name, state in self.state.items())

    def _waits(self, name: int) -> bool:
        backend = self.backends.get(name)
        if backend is None:
            return False
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [backend])
            return bool(cursor.fetchone()[0])

    def settle(self) -> None:
        with self.changed:
            looked = 0
            while not self.settled(looked):
                self.changed.wait(0.002)
                looked += 1

    def give(self, chance: random.Random) -> None:
        """One statement after the other, whose by chance, until all are done."""
        while True:
            self.settle()
            ready = [name for name, state in self.state.items() if state == GATE]
            if ready:
                self.let(chance.choice(ready))
            elif all(state == DONE for state in self.state.values()):
                return
            else:
                with self.changed:
                    self.changed.wait(0.05)  # PostgreSQL ends a deadlock after a second


@contextmanager
def gated(turns: Turns, name: int) -> Iterator[None]:
    """Each statement of this thread waits for its turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        turns.backends[name] = cursor.fetchone()[0]

    def execute(run: Any, *args: Any) -> Any:
        turns.arrive(name, GATE)
        return run(*args)

    with connection.execute_wrapper(execute):
        yield


def interleaved(deeds: tuple[Callable[[], Any], ...], chance: random.Random, now: datetime) -> list[Exception | None]:
    """Do them at once; what each raised, or None. One that the database sends away in a deadlock raises as it does."""
    turns = Turns(tuple(range(len(deeds))))
    raised: list[Exception | None] = [None] * len(deeds)

    def act(name: int) -> None:
        try:
            with clock.at(now), gated(turns, name):  # a thread has a clock of its own
                deeds[name]()
        except Exception as error:  # told by the caller
            raised[name] = error
        finally:
            connections.close_all()
            turns.arrive(name, DONE)

    threads = [threading.Thread(target=act, args=[name]) for name in range(len(deeds))]
    for one in threads:
        one.start()
    turns.give(chance)
    for one in threads:
        one.join()
    return raised


def deadlock(error: Exception | None) -> bool:
    """Whether the database sent this one away so that the other could go on."""
    return isinstance(error, OperationalError) and "deadlock" in str(error)
