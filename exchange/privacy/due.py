"""What is due to be purged, counted from the same declaration as what is held (exchange/privacy/declared.py)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from exchange import clock
from exchange.privacy import declared as personal
from exchange.privacy.declared import Keep
from exchange.privacy.held import trip_path


@dataclass(frozen=True, slots=True)
class Due:
    """How many rows of a model hold fields whose time is over; None when no date says so."""

    model: str
    keep: Keep
    fields: tuple[str, ...]
    rows: int | None


def due(now: datetime) -> Iterator[Due]:
    """Every group of fields that is kept for the same reason, with how many rows are past it."""
    for model in apps.get_models():
        for keep, names in _groups(model):
            yield Due(model._meta.label, keep, names, _count(model, keep, names, now))


def _groups(model: Any) -> Iterator[tuple[Keep, tuple[str, ...]]]:
    grouped: dict[Keep, list[str]] = {}
    for name, keep in getattr(model, "PERSONAL", {}).items():
        grouped.setdefault(keep, []).append(name)
    yield from ((keep, tuple(names)) for keep, names in grouped.items())


def _count(model: Any, keep: Keep, names: tuple[str, ...], now: datetime) -> int | None:
    """Rows whose days are over and that still hold something."""
    if keep.days is None:
        return None
    cutoff = now - timedelta(days=keep.days)
    if keep is personal.HISTORY:
        return _deeds(model, names, cutoff)
    since = _since(model, keep)
    if not since:
        return None
    rows = _before(model, since, cutoff)
    if keep is personal.SELECTION:
        rows = _not_going(rows, model, now)
    return rows.filter(_filled(model, names)).distinct().count()


def _since(model: Any, keep: Keep) -> str:
    """The path to the moment the days count from."""
    if since := getattr(model, "SINCE", {}).get(keep):
        return str(since)
    trip = trip_path(model)
    on_trip = {personal.SELECTION: "published_at", personal.TRIP: "closed_at", personal.ROAD: "returns_on"}
    if keep in on_trip:
        return f"{trip}__{on_trip[keep]}" if trip else ""
    return {personal.MAIL: "sent_at", personal.REGISTER: "issued_at"}.get(keep, "")


def _before(model: Any, path: str, cutoff: datetime) -> QuerySet:
    """Rows all of whose moments lie before the cutoff."""
    limit: Any = clock.day_of(cutoff) if path.endswith("_on") else cutoff
    rows = model._base_manager.filter(**{f"{path}__lt": limit})
    return rows.exclude(**{f"{path}__isnull": True}).exclude(**{f"{path}__gte": limit})


def _not_going(rows: QuerySet, model: Any, now: datetime) -> QuerySet:
    """Without those who got a place, and without reserves of a trip that has not left; an address alone is nobody's."""
    if not (hasattr(model, "OWNER") or hasattr(model, "ABOUT")):
        return rows
    trip = trip_path(model)
    places = apps.get_model("trips", "Participation").objects.filter(
        trip=OuterRef(trip), user=OuterRef(_applicant(model))
    )
    rows = rows.filter(~Exists(places))
    application = trip.rpartition("__")[0]
    decided = getattr(model, "DECIDED", "__".join(filter(None, [application, "decision__kind"])))
    reserve = Q(**{decided: "reserve"})
    return rows.exclude(reserve & Q(**{f"{trip}__departs_on__gte": clock.day_of(now)}))


def _applicant(model: Any) -> str:
    return str(getattr(model, "ABOUT", model.OWNER))


def _deeds(model: Any, names: tuple[str, ...], cutoff: datetime) -> int | None:
    """Who did something, counted from the moment beside it: `given_by` from `given_at`."""
    own = {field.name for field in model._meta.fields}
    old = Q(pk__in=[])
    for name in names:
        moment = name.removesuffix("_by") + "_at"
        moment = next((m for m in (moment, "at", "given_at", "queued_at") if m in own), "")
        if moment and name.endswith("_by"):
            old |= Q(**{f"{name}__isnull": False, f"{moment}__lt": cutoff})
        elif moment:
            old |= Q(**{f"{moment}__lt": cutoff})
    return model._base_manager.filter(old).count()


def _filled(model: Any, names: tuple[str, ...]) -> Q:
    """Rows in which at least one of the fields still holds something."""
    held = Q(pk__in=[])
    for name in names:
        field = model._meta.get_field(name)
        something = Q(**{f"{name}__isnull": False})
        if isinstance(field, models.CharField | models.TextField):
            something &= ~Q(**{name: ""})
        held |= something
    return held
