"""Doing what stands in line: each job once, whoever works beside us and whatever falls over.

A job is claimed by a conditional UPDATE that gives a lease, and done outside any transaction. What it makes is written
in one transaction with the UPDATE that settles it, and only while the lease is ours. A worker that dies leaves a lease
that runs out; then the next one takes the job up. These steps write no history; the row itself tells them.
"""

import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any

from django.db import close_old_connections, connection, transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from exchange import clock, wings
from exchange.jobs.lifecycle import DONE, FAILED, JOB, WAITING, WORKING
from exchange.jobs.models import Job
from exchange.trouble import LOST
from exchange.verdicts import Refused

log = logging.getLogger("exchange.jobs")

#: How long a worker has a job to itself without a word of progress; drawing a document takes at most half of it.
LEASE = timedelta(seconds=90)
#: How often a job is begun before a person must ask for it again, and how long after something went wrong.
ATTEMPTS = 3
PAUSE = timedelta(seconds=30)
FAULT = _("Something went wrong each of the three times it was tried.")
BROKEN_OFF = _("It was begun three times and broken off each time.")


class Taken(Exception):
    """The lease ran out and somebody else has the job, or nobody wants it any more."""


@dataclass
class Tally:
    """What became of the jobs taken up."""

    counts: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        words = {DONE: "made", WAITING: "to try again", FAILED: "failed"}
        return ", ".join(f"{self.counts[status]} {word}" for status, word in words.items())


# --- the line -------------------------------------------------------------------------------------


def due() -> Any:
    """The id of the next job in line: first come, first served."""
    free = Job.objects.free().filter(attempts__lt=ATTEMPTS)
    return free.order_by("asked_at", "pk").values_list("pk", flat=True).first()


def claim(pk: Any) -> Job | None:
    """Take up a job; None when another worker was faster."""
    lease = uuid.uuid4()
    taken = Job.objects.free().filter(pk=pk, attempts__lt=ATTEMPTS).update(
        status=WORKING, lease=lease, free_at=clock.now() + LEASE, attempts=F("attempts") + 1, done=0, of=0
    )  # fmt: skip
    return Job.objects.filter(pk=pk, lease=lease).first() if taken else None


def settle(job: Job, name: str, **fields: Any) -> str:
    """Make a transition of the table while the job is ours; its new status. Raises Taken when it no longer is."""
    transition = JOB.by_name[name]
    ours = Job.objects.filter(pk=job.pk, lease=job.lease, status__in=transition.sources)
    if not ours.update(status=transition.target, lease=None, settled_at=clock.now(), **fields):
        raise Taken(job.key)
    return transition.target


def progress(job: Job, done: int, of: int) -> None:
    """Say how far a job is, and renew its lease. Raises Taken when it ran out and another worker has the job."""
    ours = Job.objects.filter(pk=job.pk, lease=job.lease, status=WORKING)
    if not ours.update(done=done, of=of, free_at=clock.now() + LEASE):
        raise Taken(job.key)


def sweep() -> None:
    """Own up to what no worker brought to an end."""
    stuck = Job.objects.free().filter(status=WORKING, attempts__gte=ATTEMPTS)
    stuck.update(status=FAILED, lease=None, settled_at=clock.now(), **because(BROKEN_OFF))


def because(reason: str | Promise) -> dict[str, str]:
    """Why something failed, in both languages: its readers are many."""
    said = {}
    for language in ("nl", "en"):
        with override(language):
            said[f"problem_{language}"] = str(reason)[:300]
    return said


# --- one job --------------------------------------------------------------------------------------


def make(job: Job) -> str:
    """Do a claimed job. Returns its new status."""
    try:
        return attempt(job)
    except Taken:
        log.warning("Job %s is no longer ours", job.key)
        return WORKING


def attempt(job: Job) -> str:
    """Do a claimed job and settle it, whatever comes of it. Raises Taken when it is no longer ours."""
    try:
        return finish(job, kinds()[job.kind](job, partial(progress, job)))
    except (Taken, *LOST):
        raise  # when the database is away the lease runs out, and the job is taken up again
    except Refused as refused:
        return give_up(job, refused.verdict.reason)
    except Exception:  # a fault in one job must not stop the work behind it
        log.exception("Job %s went wrong", job.key)
        if job.attempts < ATTEMPTS:
            return settle(job, "retry", free_at=clock.now() + PAUSE)
        return give_up(job, FAULT)


def kinds() -> Mapping[str, Callable[..., Callable[[], object]]]:
    """What does each kind of job; each wing offers its own."""
    return wings.named(lambda wing: wing.jobs)


def finish(job: Job, write: Callable[[], object]) -> str:
    """Settle a job and write what it made, both or neither."""
    with transaction.atomic():
        status = settle(job, "finish")
        write()
    return status


def give_up(job: Job, reason: str | Promise) -> str:
    """Leave a job to a person, with the reason."""
    return settle(job, "fail", **because(reason))


# --- many -----------------------------------------------------------------------------------------


def work(stop: Event | None = None) -> Tally:
    """Do everything that is in line, until it is empty or told to stop."""
    tally = Tally()
    sweep()
    while not (stop and stop.is_set()) and (pk := due()):
        if job := claim(pk):
            tally.counts[make(job)] += 1
    return tally


def watch(stop: Event, pause: float = 1.0) -> None:
    """Do what comes, until told to stop; the job in hand is finished first. A database that restarts is waited for."""
    swept = 0.0
    while not stop.is_set():
        try:
            close_old_connections()
            if due():
                log.info("%s", work(stop))
            elif time.monotonic() - swept > LEASE.total_seconds():
                sweep()
                swept = time.monotonic()
        except LOST as problem:
            log.warning("The database is away: %s", problem)
            connection.close()
        stop.wait(pause)
