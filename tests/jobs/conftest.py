"""Jobs of a kind that only tests know."""

from collections.abc import Callable

import pytest

from exchange.history.models import HistoryEntry
from exchange.jobs import actions
from exchange.jobs.models import Job


@pytest.fixture
def in_line() -> Callable[..., Job]:
    """`in_line("a")` puts a job in line."""

    def make(key: str = "a", kind: str = "test/note", **fields: object) -> Job:
        job = actions.job(key=key, kind=kind, arguments={"key": key})
        for name, value in fields.items():
            setattr(job, name, value)
        job.save()
        return job

    return make


def note(job, progress):
    """Write down that it was done: a line of history each time, so that doing it twice shows."""
    return lambda: HistoryEntry.objects.create(at=job.asked_at, verb=f"noted {job.key}", about_model="x", about_id="x")


@pytest.fixture
def noted(offering) -> Callable[[], list[str]]:
    """The kind `test/note`; what was written by it so far."""
    offering(jobs={"test/note": note})
    return lambda: list(HistoryEntry.objects.filter(verb__startswith="noted").values_list("verb", flat=True))
