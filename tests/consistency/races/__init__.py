"""Two people do something at the same moment: how each race for a lock is run, and where the locks are."""

import ast
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, connections
from django.db.models import QuerySet

from exchange import clock
from tests.applications.test_at_once import keeps_another_waiting

ROOT = Path(__file__).resolve().parents[3]
WINGS = ("exchange", "applications", "evaluations")
#: What takes a lock for whoever calls it: each call of one is a lock of its own.
HELPERS = {
    "applications.assessing.actions._tally",
    "applications.assessing.actions_rubric._empty",
    "applications.endorsing.actions._answerable",
    "applications.endorsing.actions._current",
    "applications.lines.holding.hold",
    "applications.people.actions._one_after_the_other",
    "applications.selection.placing.lock",
    "applications.writing.actions.locked",
    "evaluations.impact.redacting.lock",
    "evaluations.plans.actions._still_a_plan",
    "exchange.people.actions.hold_administrators",
    "exchange.trips.actions.trip._take_off",
}
WRITES = ("INSERT", "UPDATE", "DELETE")


# --- where the locks are -----------------------------------------------------------------------------


def locks() -> set[str]:
    """Every lock that the source takes: the function, and after a colon by which helper if by one. A constraint whose
    refusal is caught is a lock too: the second of two meets it.
    """
    files = [path for wing in WINGS for path in (ROOT / wing).rglob("*.py") if "migrations" not in path.parts]
    return {lock for path in files for lock in locks_in(path)}


def locks_in(path: Path) -> Iterator[str]:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    tree = ast.parse(path.read_text())
    names = known_in(tree, module)
    for one in tree.body:
        here = f"{module}.{getattr(one, 'name', '')}"
        if here in HELPERS:
            continue
        if any(isinstance(part, ast.ExceptHandler) and "IntegrityError" in ast.dump(part) for part in ast.walk(one)):
            yield f"{here}: IntegrityError"
        for called in (told(call.func, names) for call in ast.walk(one) if isinstance(call, ast.Call)):
            if called in HELPERS:
                yield f"{here}: {called.rpartition('.')[2]}"
            elif called.endswith(".select_for_update"):
                yield here


def known_in(tree: ast.Module, module: str) -> dict[str, str]:
    """What the functions of a module and what it imports are called in full."""
    names = {one.name: f"{module}.{one.name}" for one in tree.body if isinstance(one, ast.FunctionDef)}
    for one in ast.walk(tree):
        if isinstance(one, ast.ImportFrom):
            names |= {alias.asname or alias.name: f"{one.module}.{alias.name}" for alias in one.names}
    return names


def told(func: ast.expr, names: dict[str, str]) -> str:
    """The name of what is called, as if written in full."""
    if isinstance(func, ast.Name):
        return names.get(func.id, func.id)
    if isinstance(func, ast.Attribute):
        return f"{told(func.value, names)}.{func.attr}"
    return ""


def taken_here() -> str:
    """Which of these locks is being taken, by whoever stands on the stack."""
    helper, frame = "", sys._getframe(1)
    while frame:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in WINGS:
            name = f"{frame.f_globals['__name__']}.{frame.f_code.co_qualname.partition('.')[0]}"
            if name not in HELPERS:
                return f"{name}: {helper}" if helper else name
            helper = name.rpartition(".")[2]
        frame = frame.f_back
    return ""


@contextmanager
def without(lock: str) -> Iterator[None]:
    """As if that one lock had been forgotten; all others are taken."""
    real = QuerySet.select_for_update

    def select_for_update(rows: QuerySet, **options: Any) -> QuerySet:
        return rows.all() if taken_here() == lock else real(rows, **options)

    QuerySet.select_for_update = select_for_update
    try:
        yield
    finally:
        QuerySet.select_for_update = real


# --- a race ------------------------------------------------------------------------------------------

#: What each of the two does, and what there is to see afterwards.
Deeds = tuple[Callable[[], Any], Callable[[], Any], Callable[[], Any]]


@dataclass(frozen=True)
class Race:
    """Two deeds at once. `right` and `wrong`: what became of the first, of the second, and what there is to see,
    with the lock and without it. A constraint can't be forgotten, so there is no `wrong`; where one is met by Django
    (get_or_create), `lock` is empty.
    """

    lock: str
    deeds: Callable[[], Deeds]
    now: datetime
    right: tuple
    wrong: tuple = ()
    #: The first of the two stops here, before its first statement that writes and says this.
    before: str = ""

    def run(self) -> tuple:
        """What came of it, with the world made for it."""
        with clock.at(self.now):
            first, second, seen = self.deeds()
        run = Run(first, second, self.now, self.before)
        became = run.run()
        with clock.at(self.now):
            return (*became, seen())


RACES: list[Race] = []


def race(lock: str, *, now: datetime, right: tuple, wrong: tuple = (), before: str = "") -> Callable:
    """A race for a lock: the function makes the world and says what the two do, and what to look at."""

    def add(deeds: Callable[[], Deeds]) -> Callable[[], Deeds]:
        RACES.append(Race(lock, deeds, now, right, wrong, before))
        return deeds

    return add


class Run:
    """`second` is done when `first` has read all it needs and is about to write. If it has to wait, it waits."""

    def __init__(self, first: Callable, second: Callable, now: datetime, before: str) -> None:
        self.before, self.became = before, ["", ""]
        self.stands, self.done = threading.Event(), threading.Event()
        # A second later: what tells moments apart must not take the two for one.
        deeds = ((0, self.stopping(first), now), (1, self.following(second), now + timedelta(seconds=1)))
        self.threads = [threading.Thread(target=self.act, args=deed) for deed in deeds]

    def stopping(self, deed: Callable) -> Callable:
        def stops() -> None:
            with connection.execute_wrapper(self.stop):
                deed()

        return stops

    def following(self, deed: Callable) -> Callable:
        return lambda: self.stands.wait(20) and deed()

    def stop(self, execute: Callable, sql: str, *about: Any) -> Any:
        if not self.stands.is_set() and sql.startswith(WRITES) and self.before in sql:
            self.stands.set()
            while not self.done.wait(0.02) and not keeps_another_waiting():
                pass
        return execute(sql, *about)

    def act(self, which: int, deed: Callable, now: datetime) -> None:
        try:
            with clock.at(now):  # a thread has a clock of its own
                deed()
            self.became[which] = "done"
        except Exception as error:  # compared by the test
            self.became[which] = type(error).__name__
        finally:
            if which:
                self.done.set()
            connections.close_all()

    def run(self) -> tuple[str, str]:
        for one in self.threads:
            one.start()
        for one in self.threads:
            one.join()
        assert self.stands.is_set(), f"the first never wrote what says {self.before!r}: {self.became[0]}"
        return self.became[0], self.became[1]
