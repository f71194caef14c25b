"""One night on the database of the environment, run by benchmarks/night.py: told, and 1 when anything is wrong."""

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import django
from django.apps import apps

if not apps.ready:
    django.setup()

import psycopg
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client

from applications import content
from applications.lines import mend
from applications.models import Application
from applications.questions import GOAL_NAMES
from benchmarks.browsers import Night, Person, Sends, Writes
from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import Trip
from tests import world
from tests.crowd.call import SCHOOLS, TEXTS, Call, Links, Rows
from tests.crowd.words import Writer

ROOT = Path(__file__).resolve().parent.parent
WRITING, SENDING = 300, 50
#: Numbers of the crowd that nobody else has.
FIRST = 20_000_000
#: Seconds between everything being ready and the beginning: the server starts.
READY = 20


def durable() -> None:
    """PostgreSQL as people run it: bin/cluster starts one for tests, that waits for no disk."""
    if connection.vendor != "postgresql":
        return
    at = connection.get_connection_params()
    server = {"host": at["host"], "port": at["port"], "user": "postgres", "dbname": "postgres"}
    with psycopg.connect(autocommit=True, **server) as link:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            link.execute(f"ALTER SYSTEM SET {name} = on")
        link.execute("SELECT pg_reload_conf()")


# --- who is there -----------------------------------------------------------------------------------


def gather() -> tuple[Trip, list[Application]]:
    """A call that is open, and everybody's whole draft."""
    now, day = clock.now(), world.timedelta(days=1)
    schools = [world.institution(f"roc {n}", domain=f"roc{n}.example") for n in range(len(SCHOOLS))]
    dates = {"departs_on": 100, "returns_on": 103, "return_meeting_on": 140, "follow_up_on": 470}
    trip = world.trip(
        lead=world.user("Hanneke Boer", at=schools[0]),
        opens_at=now - 30 * day,
        closes_at=now + day,
        endorse_by_at=now + 8 * day,
        grace_minutes=15,  # as a trip has that nobody changed
        places=16,
        max_per_school=3,
        slug="night",
        **{name: (now + n * day).date() for name, n in dates.items()},
    )
    call, rows, links, made = Call(trip, schools, [], trip.announced_by), Rows(), Links(), []
    for n in range(FIRST, FIRST + WRITING + SENDING):
        writer = Writer(n, "nl")
        times = {"created_at": now - 3 * day, "saved_at": now - day / 24}
        made.append(call.written(n, writer, call.person(n, writer, rows), rows, links, **times))
    rows.write()
    links.write()
    mend(trip)
    return trip, made


def session_of(user: User) -> str:
    """The session of somebody who signed in earlier that evening."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def held(draft: Application) -> dict[str, str]:
    """Every own text that the database holds of a draft, by the name of its field."""
    stored = Application.objects.get(pk=draft.pk)
    found = {name: getattr(stored, name) for name in TEXTS}
    for place, goal in enumerate(stored.goals.order_by("order")):
        found |= {f"goal-{place}-{name}": getattr(goal, name) for name in GOAL_NAMES}
    return found


# --- what serves ------------------------------------------------------------------------------------


@contextmanager
def serving(log: Path) -> Iterator[None]:
    """The three processes of a house, as the README keeps them running."""
    commands = (
        ["-m", "gunicorn", "exchange.wsgi"],
        ["manage.py", "deliver", "--watch"],
        ["manage.py", "work", "--watch"],
    )
    with log.open("w") as out:
        processes = [
            subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=out, stderr=out, start_new_session=True)  # noqa: S603
            for command in commands
        ]
        try:
            wait_for_server()
            yield
        finally:
            for process in processes:
                os.killpg(process.pid, signal.SIGTERM)
            for process in processes:
                process.wait()


def wait_for_server() -> None:
    """Until somebody can connect."""
    for _attempt in range(300):
        try:
            socket.create_connection(("127.0.0.1", int(os.environ["PORT"])), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not start.")


def busy() -> tuple[float, float]:
    """Processor seconds of this machine since it started: at work, and in all."""
    spent = [int(one) for one in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    return sum(spent) - spent[3] - spent[4], sum(spent)


# --- the night --------------------------------------------------------------------------------------


def run() -> int:
    """Gather everybody, let them write and send until it closes, look what is held, and tell."""
    minutes = float(os.environ.get("MINUTES") or 5)
    durable()
    call_command("prepare", verbosity=0)
    trip, drafts = gather()
    sessions, texts = [session_of(draft.user) for draft in drafts], [held(draft) for draft in drafts]
    # It closes as it would in earnest, on the clock of the house.
    closes_at = clock.now() + world.timedelta(seconds=READY + 60 * minutes)
    Trip.objects.filter(pk=trip.pk).update(closes_at=closes_at)
    connections.close_all()
    closes = time.monotonic() + (closes_at - clock.now()).total_seconds()
    base, cookie = settings.BASE_URL, settings.SESSION_COOKIE_NAME
    night = Night(base, trip.slug, cookie, begins=closes - 60 * minutes, closes=closes)
    kinds: list[type[Person]] = [*[Writes] * WRITING, *[Sends] * SENDING]
    people = [kind(night, n, *one) for n, (kind, *one) in enumerate(zip(kinds, sessions, texts, strict=True))]
    log = Path(settings.VAR) / "log"
    with serving(log):
        told = spend(night, people)
    faults = [*night.wrong, *differences(drafts, people), *complaints(log)]
    ended = (
        f"{len(faults)} faults." if faults else f"No error; {WRITING} texts and {SENDING} receipts are as they must be."
    )
    print("\n".join([*table(night, minutes, told), "", *faults[:20], ended]))  # noqa: T201 -- telling is what it is for
    return 1 if faults else 0


def spend(night: Night, people: list[Person]) -> dict[str, Any]:
    """Let everybody write and send; the units of that time, and how busy the processors were."""
    command = [sys.executable, "-m", "benchmarks.night", "unit"]
    measuring = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 -- ourselves
    time.sleep(max(0.0, night.begins - time.monotonic()))
    before, own, begun = busy(), time.process_time(), time.monotonic()
    for person in people:
        person.start()
    for person in people:
        person.join()
    after, own = busy(), time.process_time() - own
    measuring.terminate()
    units = [float(line) for line in measuring.communicate()[0].split()]
    share = (after[0] - before[0]) / (after[1] - before[1])
    return {"units": units, "busy": share, "own": own / (time.monotonic() - begun)}


def complaints(log: Path) -> list[str]:
    """What the processes of the house wrote down; on a good night nothing."""
    return [f"log: {line[:200]}" for line in log.read_text().splitlines() if line.strip()]


# --- what is found afterwards -----------------------------------------------------------------------


def differences(drafts: list[Application], people: list[Person]) -> Iterator[str]:
    """Each difference between what was typed and what is held, and between a receipt and what was sent."""
    for draft, person in zip(drafts, people, strict=True):
        texts = held(draft)
        for name, text in person.said.items():
            if texts.get(name, "") != text.replace("\r\n", "\n").strip():
                yield f"{person.number}: {name} holds …{texts.get(name, '')[-80:]!r} and not …{text[-80:]!r}"
        yield from sent(draft, person)
    for kind in ("receipt", "endorse"):
        count = OutboxMessage.objects.filter(kind=f"applications/{kind}").count()
        if count != SENDING:
            yield f"{count} messages of the kind {kind}, not {SENDING}"
    try:
        call_command("lines", stdout=StringIO())
    except CommandError as problem:
        yield str(problem)


def sent(draft: Application, person: Person) -> Iterator[str]:
    """Whether the receipt somebody saw is that of the one submission, which says what the draft says."""
    application = Application.objects.get(pk=draft.pk)
    numbers = list(application.submissions.values_list("receipt", flat=True))
    seen = getattr(person, "receipts", [])
    wanted = ("submitted", 1) if isinstance(person, Sends) else ("draft", 0)
    if (application.status, len(numbers)) != wanted or set(seen) != set(numbers):
        yield f"{person.number}: {application.status}, saw the receipts {seen}, held are {numbers}"
        return
    for submission in application.submissions.all():
        if (
            not submission.says(content.of_draft(application))
            or content.digest(submission.content) != submission.sha256
        ):
            yield f"{person.number}: what was sent is not what the draft says"
        mail = OutboxMessage.objects.filter(kind="applications/receipt", recipient=application.user)
        if [numbers[0] in one.subject + one.body for one in mail] != [True]:
            yield f"{person.number}: the receipt by mail is another"


def table(night: Night, minutes: float, told: dict[str, Any]) -> list[str]:
    """What people waited, in seconds and in units."""
    unit = statistics.median(told["units"])
    asked = sum(map(len, night.waits.values()))
    lines = [
        f"## {connection.vendor}, {minutes:g} minutes, {WRITING} write and {SENDING} send",
        "",
        "| what | n | median, s | 95th, s | longest, s | median, units | 95th, units | longest, units |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind, waits in sorted(night.waits.items()):
        taken = [statistics.median(waits), sorted(waits)[int(0.95 * (len(waits) - 1))], max(waits)]
        cells = [*(f"{one:.2f}" for one in taken), *(f"{one / unit:.0f}" for one in taken)]
        lines.append(f"| {kind} | {len(waits)} | {' | '.join(cells)} |")
    spread = f"{1000 * min(told['units']):.2f} to {1000 * max(told['units']):.2f}"
    return [
        *lines,
        "",
        f"{asked / 60 / minutes:.0f} requests a second; the processors {told['busy']:.0%} busy, of which",
        f"the people at their browsers took {told['own']:.2f} of one. One unit was {1000 * unit:.2f} ms ({spread}).",
    ]


if __name__ == "__main__":
    sys.exit(run())
