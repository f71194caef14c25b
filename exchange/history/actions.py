"""The one verb of history, for one record and for many at once; and how entries are let go of."""

import hashlib
import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection, models, transaction

from exchange import clock
from exchange.history.models import HistoryEntry
from exchange.signed_in import User

#: At which counts within an hour something that repeats itself is written down.
TIMES = (1, 10, 100, 1000, 10000)


def record(
    *,
    about: models.Model,
    verb: str,
    by: User | AnonymousUser | None = None,
    trip: models.Model | uuid.UUID | None = None,
    concerns: uuid.UUID | None = None,
    source: str = "",
    target: str = "",
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> HistoryEntry:
    """Write one entry. The trip is taken from `about` when it is a trip or has one."""
    more: dict[str, Any] = {"source": source, "target": target, "reason": reason, "facts": facts}
    made = entry(about=about, verb=verb, by=by, trip=trip, concerns=concerns, **more)
    made.save()
    return made


def record_all(*, about: Iterable[models.Model], **fields: Any) -> list[HistoryEntry]:
    """The same deed on many records, in one statement. Fields as for `record`."""
    return HistoryEntry.objects.bulk_create(entry(about=one, **fields) for one in about)


def entry(
    *,
    about: models.Model,
    verb: str,
    by: User | AnonymousUser | None = None,
    trip: models.Model | uuid.UUID | None = None,
    concerns: uuid.UUID | None = None,
    source: str = "",
    target: str = "",
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> HistoryEntry:
    """An entry, not yet stored."""
    return HistoryEntry(
        at=clock.now(),
        by=by if isinstance(by, User) and by.pk else None,
        verb=verb,
        about_model=about._meta.label_lower,
        about_id=str(about.pk),
        trip=getattr(trip, "pk", trip) or _trip_of(about),
        concerns=concerns,
        source=source,
        target=target,
        reason=reason,
        facts=facts or {},
    )


def record_often(*, about: models.Model, verb: str, by: User | None = None, detail: str = "", **fields: Any) -> None:
    """Write down what somebody can make happen without end: in an hour the first, the tenth, the hundredth time …

    So nobody fills the table, and the last entry says how often it was, at least: entries are never edited.
    """
    times = how_often(verb, about._meta.label_lower, about.pk, by and by.pk, detail)
    if times in TIMES:
        facts = {"times": times} | ({"what": detail} if detail else {})
        record(about=about, verb=verb, by=by, facts=facts, **fields)


def how_often(*what: Any) -> int:
    """How many times this happened in the hour, this one included; all processes count together."""
    said = hashlib.sha256(repr((*map(str, what), f"{clock.now():%Y%m%d%H}")).encode()).hexdigest()
    cache.add(f"often:{said}", 0, 2 * 3600)
    try:
        return cache.incr(f"often:{said}")
    except ValueError:  # taken out of a full cache in between
        return 1


@transaction.atomic
def forget_entries(entries: models.QuerySet) -> None:
    """Let go of entries whose time is over: rows without the manager that refuses to. PostgreSQL refuses too."""
    _open_the_door("on")
    entries.delete()
    _open_the_door("")


@transaction.atomic
def blank_entries(entries: models.QuerySet) -> None:
    """Put entries in their own place again without the words that came with them, for somebody who is erased."""
    kept = list(entries)
    forget_entries(models.QuerySet(HistoryEntry).filter(pk__in=[one.pk for one in kept]))
    for one in kept:
        one.reason, one.facts = "", {}
    HistoryEntry.objects.bulk_create(kept)


def _open_the_door(way: str) -> None:
    """Let this transaction delete entries (history/migrations/0004); SQLite only refuses to edit them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('exchange.forgetting', %s, true)", [way])


def _trip_of(about: models.Model) -> uuid.UUID | None:
    if about._meta.label_lower == "trips.trip":
        return about.pk
    for owner in (about, getattr(about, "application", None), getattr(about, "participation", None)):
        if trip := getattr(owner, "trip_id", None):
            return trip
    return None
