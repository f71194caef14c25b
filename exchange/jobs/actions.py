"""Asking for work. Nothing heavy is done in a request: a row is written with its cause, `manage.py work` does it."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from exchange import clock
from exchange.jobs.lifecycle import FAILED, JOB
from exchange.jobs.models import Job, JobQuerySet
from exchange.jobs.permissions import can_ask_again, job_hats
from exchange.lifecycle import Hat
from exchange.signed_in import User
from exchange.transitions import perform
from exchange.verdicts import require


def job(*, key: str, kind: str, arguments: dict[str, Any], trip: UUID | None = None, by: User | None = None) -> Job:
    """A job, not yet stored. `arguments` holds ids and codes, nothing that says something about somebody."""
    now = clock.now()
    return Job(key=key, kind=kind, arguments=arguments, trip=trip, asked_at=now, asked_by=by, free_at=now)


@transaction.atomic(savepoint=False)
def ask_many(*, jobs: Iterable[Job]) -> None:
    """Put jobs in line in one go; what was asked for before is left as it is."""
    Job.objects.bulk_create(jobs, ignore_conflicts=True)


@transaction.atomic
def ask(*, job: Job) -> Job:
    """Put a job in line, or back in line when it failed before. One that is under way or done stays as it is."""
    ask_many(jobs=[job])
    stored = Job.objects.select_for_update(of=("self",)).get(key=job.key)
    if stored.status == FAILED:
        perform(JOB, "again", stored, hats={Hat.HOUSE}, by=job.asked_by, trip=stored.trip, **afresh(job.asked_by))
    return stored


@transaction.atomic
def ask_again(*, job: Job, by: User) -> Job:
    """Put back in line what failed, with all its attempts before it."""
    require(can_ask_again(by, job))
    return perform(JOB, "again", job, hats=job_hats(by, job), by=by, trip=job.trip, **afresh(by))


def afresh(by: User | None) -> dict[str, Any]:
    """What a job that is asked again starts with."""
    now = clock.now()
    fresh = {"attempts": 0, "done": 0, "of": 0, "problem_nl": "", "problem_en": "", "settled_at": None, "lease": None}
    return {"asked_at": now, "asked_by": by, "free_at": now, **fresh}


# --- the file that a job makes ------------------------------------------------------------------------


def keep_file(job: Job, content: bytes) -> None:
    """Keep what a job made, in the transaction that settles it."""
    # What a worker left behind that was killed at this very line. Nobody else is here: the row is ours.
    default_storage.delete(job.file)
    default_storage.save(job.file, ContentFile(content))


def kept(job: Job) -> bytes | None:
    """The file that a job made; None when there is none, or when a backup was put back without it."""
    try:
        with default_storage.open(job.file) as file:
            return file.read()
    except FileNotFoundError:
        return None


@transaction.atomic
def forget(*, jobs: JobQuerySet) -> int:
    """Remove jobs and the files they made. What is being made meanwhile, its worker throws away."""
    gone = list(jobs.select_for_update(of=("self",)))
    # Files first: a row without its file is asked for again, a file without its row would be there for good.
    for one in gone:
        default_storage.delete(one.file)
    Job.objects.filter(pk__in=[one.pk for one in gone]).delete()
    return len(gone)


def letting_go(rows: QuerySet) -> Callable[[], object]:
    """Of jobs that the purge lets go, the files go first; they can be made again."""
    if rows.model is Job:
        for one in rows:
            default_storage.delete(one.file)
    return lambda: None
