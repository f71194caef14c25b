"""Two deeds at the same moment, statement by statement as a seed says. Only where two can write at once."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, connections

from exchange import clock

#: What the threads of the two are called.
AT_ONCE = ("the one", "the other")
GATE, RUNNING, DONE = "at the gate", "running", "done"
#: So often, a few milliseconds apart, is looked whether somebody comes back of whom the database does not say that they
#: wait, before it is told that they stand still.
LOOKS = 10_000


class Stand(Exception):
    """Two deeds wait for each other somewhere else than in the database, which would have ended it."""


class Turns:
    """Who may do the next statement. A thread that waits for a lock of the database is left waiting, the other goes on.

    One of Python that somebody holds at the gate is none the database knows of: that is a stand, here as in the house.
    """

    def __init__(self, names: tuple[int, ...]) -> None:
        self.changed = threading.Condition()
        self.state = dict.fromkeys(names, RUNNING)
        self.backends: dict[int, int] = {}
        self.open = False

    def arrive(self, name: int, state: str) -> None:
        with self.changed:
            self.state[name] = state
            self.changed.notify_all()
            if state == GATE:
                self.changed.wait_for(lambda: self.open or self.state[name] == RUNNING)

    def let(self, name: int) -> None:
        with self.changed:
            self.state[name] = RUNNING
            self.changed.notify_all()

    def settled(self) -> bool:
        """Whether every thread is at the gate, done, or waits for a lock of the database."""
        return all(state != RUNNING or self._waits(name) for name, state in self.state.items())

    def _waits(self, name: int) -> bool:
        backend = self.backends.get(name)
        if backend is None:
            return False
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [backend])
            return bool(cursor.fetchone()[0])

    def give(self, chance: random.Random) -> None:
        """One statement after the other, whose by chance, until all are done. Raises Stand when nobody goes on."""
        looked = 0
        while any(state != DONE for state in self.state.values()):
            ready = [name for name, state in self.state.items() if state == GATE]
            if ready and self.settled():
                self.let(chance.choice(ready))
                looked = 0
            elif looked < LOOKS:
                with self.changed:
                    self.changed.wait(0.002)  # PostgreSQL ends a deadlock after a second
                looked += 1
            else:
                self.end()
                raise Stand("two who act at once stand still")

    def end(self) -> None:
        """Whoever waits is sent away, so that nobody holds anything."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [list(self.backends.values())])
        with self.changed:
            self.open = True
            self.changed.notify_all()


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

    threads = [threading.Thread(target=act, args=[name], name=AT_ONCE[name]) for name in range(len(deeds))]
    for one in threads:
        one.start()
    try:
        turns.give(chance)
    finally:
        for one in threads:
            one.join()
    return raised


def deadlock(error: Exception | None) -> bool:
    """Whether the database sent this one away so that the other could go on."""
    return isinstance(error, OperationalError) and "deadlock" in str(error)
