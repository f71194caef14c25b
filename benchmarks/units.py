"""The measure: processor time of this process, of its children and of the database server, in units of a bare view.

One unit is what one bare Django view takes that renders a table of 50 by 8 in a template. It is measured again before
and after every visit, so that a machine that is busy slows both alike.
"""

import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import Client, override_settings
from django.urls import path

ROW = "<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>"
TABLE = Template(f"<table>{{% for row in rows %}}{ROW}{{% endfor %}}</table>")
#: Visits of a page, and the processor seconds after which there are enough, from `LEAST` on.
MOST, LEAST, SECONDS = 7, 1, 1.0
#: Bare tables between two of them.
BARE = 7


def bare_table(request: HttpRequest) -> HttpResponse:
    rows = [[f"cell {row} {column}" for column in range(8)] for row in range(50)]
    return HttpResponse(TABLE.render(Context({"rows": rows})))


urlpatterns = [path("bare/", bare_table)]


def bare() -> Callable[[int], float]:
    """Seconds of a bare table now: the median of so many."""
    client = Client(SERVER_NAME="localhost")

    def now(times: int) -> float:
        taken = []
        with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
            for _ in range(times):
                begun = time.process_time()
                client.get("/bare/")
                taken.append(time.process_time() - begun)
        return statistics.median(taken)

    now(1)
    return now


def spent_by(process: int) -> float:
    """Processor seconds of all threads of a process; 0 where the system does not tell."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    try:
        return sum(int(one.read_text().split()[0]) for one in threads) / 1e9
    except OSError:
        return 0.0


def server() -> int | None:
    """The process of the database server that works for this one, when it is on this machine."""
    if connection.vendor != "postgresql":
        return None
    connection.ensure_connection()
    return connection.connection.info.backend_pid


@dataclass
class Taken:
    """Processor seconds: in this process and its children, and in the database server."""

    here: float
    there: float


def taken(do: Callable[[], Any]) -> Taken:
    """What doing it once takes."""
    backend = server()
    children = {child.pid for child in multiprocessing.active_children()}
    before = {pid: spent_by(pid) for pid in (*children, *([backend] if backend else ()))}
    begun = time.process_time()
    do()
    here = time.process_time() - begun
    # A child that was started meanwhile counts from its beginning.
    for child in multiprocessing.active_children():
        here += spent_by(child.pid) - before.get(child.pid, 0.0)
    return Taken(here, spent_by(backend) - before[backend] if backend else 0.0)


@dataclass
class Measured:
    """The medians of some visits: seconds here and in the server, seconds of a unit around them, and units."""

    here: float
    there: float
    unit: float
    units: float


def measured(do: Callable[[], Any], most: int = MOST) -> Measured:
    """Do it some times, between bare tables, once it has been done before; fewer times where it takes long."""
    unit = bare()
    units, found = [unit(BARE)], []
    while len(found) < most and (len(found) < LEAST or sum(one.here for one in found) < SECONDS):
        found.append(taken(do))
        units.append(unit(BARE))
    around = [(before + after) / 2 for before, after in pairwise(units)]
    return Measured(
        statistics.median(one.here for one in found),
        statistics.median(one.there for one in found),
        statistics.median(units),
        statistics.median(one.here / unit for one, unit in zip(found, around, strict=True)),
    )


def resident(process: str = "self", what: str = "VmRSS") -> float:
    """Memory of a process in MB: resident now, or (VmHWM) at its most."""
    status = Path(f"/proc/{process}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(what)), 0.0)


def forget_the_most() -> None:
    """Let the most of memory count from now."""
    door = Path("/proc/self/clear_refs")
    if door.exists():
        door.write_text("5")
