"""The only clock of the house. `at(moment)` moves it, for tests and the demonstration alliance."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

#: Deadlines are Dutch ones.
HOME = ZoneInfo("Europe/Amsterdam")

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _moment.get() or timezone.now()


def day_of(moment: datetime, zone: ZoneInfo = HOME) -> date:
    """The date of a moment in `zone`."""
    return moment.astimezone(zone).date()


def today(zone: ZoneInfo = HOME) -> date:
    """The date of `now()` in `zone`."""
    return day_of(now(), zone)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let `now()` be `moment` inside the block. Raises ValueError on a naive moment."""
    if timezone.is_naive(moment):
        raise ValueError("clock.at() needs an aware moment")
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
