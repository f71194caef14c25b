"""What is due to be purged, found by the same declaration as what is held (exchange/privacy/declared.py)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from exchange import clock
from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.privacy.declared import Keep
from exchange.privacy.held import trip_path

#: No row.
NONE = Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Due:
    """Rows of a model whose time is over for some fields: they go, or these fields are emptied.

    `rows` is None for what stays with the account. `open` still hold something, past their time or not.
    """

    model: Any
    keep: Keep
    fields: tuple[str, ...]
    rows: QuerySet | None
    open: QuerySet | None = None
    goes: bool = False

    @property
    def does(self) -> str:
        """What becomes of the rows."""
        if self.rows is None:
            return "stays"
        return "goes" if self.goes else "emptied"

    @property
    def label(self) -> str:
        return str(self.model._meta.label)

    @property
    def count(self) -> int:
        """How many rows; a row of several trips once."""
        return self.rows.values("pk").distinct().count() if self.rows is not None else 0

    @property
    def undated(self) -> int:
        """How many rows hold something of which no date says yet when it is over."""
        if self.open is None:
            return 0
        dated = [Q(**{f"{path}__isnull": False}) for path in since(self.model, self.keep, self.fields)]
        known = dated[0] if dated else NONE
        for one in dated[1:]:
            known |= one
        return self.open.exclude(pk__in=self.model._base_manager.filter(known).values("pk")).count()


def due(now: datetime) -> Iterator[Due]:
    """Every group of fields that is kept for the same reason, with the rows that are past it: what hangs on others
    comes before them.
    """
    now = now.astimezone(clock.HOME)
    for model in reversed(apps.get_models()):
        if getattr(model, "DERIVED", False):
            continue
        found = (one for keep, names in groups(model) for one in _due(model, keep, names, now))
        yield from sorted(found, key=lambda one: one.goes)  # what goes is emptied first: a dry run counts the same


def groups(model: Any) -> Iterator[tuple[Keep, tuple[str, ...]]]:
    """The fields that are kept for the same reason and from the same moment, without those that only count."""
    grouped: dict[Any, list[str]] = {}
    for name, keep in getattr(model, "PERSONAL", {}).items():
        if name in getattr(model, "COUNTED", ()) or (hasattr(model, "UNLINKED_WITH") and is_link(model, name)):
            continue
        apart = name if is_link(model, name) or (keep is personal.HISTORY and deed(model, name)) else ""
        grouped.setdefault((keep, apart), []).append(name)
    yield from ((keep, tuple(names)) for (keep, _apart), names in grouped.items())


def is_link(model: Any, name: str) -> bool:
    """Whether a field says whose row this is, on a row that stays without them."""
    keep = model.PERSONAL[name]
    return name == "user" and bool(going(model, keep))


def deed(model: Any, name: str) -> str:
    """The moment beside what is kept of a deed: `given_at` of `given_by`, `recorded_at` of `recorded_reason`."""
    moment = name.rpartition("_")[0] + "_at"
    return moment if moment in {field.name for field in model._meta.fields} else ""


def since(model: Any, keep: Keep, names: tuple[str, ...]) -> tuple[str, ...]:
    """The paths to the moments the days count from, the first that is set."""
    if keep is personal.HISTORY and (moment := deed(model, names[0])):
        return (moment,)
    if given := getattr(model, "SINCE", {}).get(keep):
        return given
    trip = trip_path(model)
    on_trip = {
        personal.SELECTION: ("published_at", "cancelled_at"),
        personal.TRIP: ("closed_at", "cancelled_at"),
        personal.ROAD: ("returns_on",),
        personal.NEED: ("returns_on",),
    }
    if keep in on_trip:
        return tuple(f"{trip}__{moment}" for moment in on_trip[keep]) if trip else ()
    return {personal.REGISTER: ("issued_at",)}.get(keep, ())


def _due(model: Any, keep: Keep, names: tuple[str, ...], now: datetime) -> Iterator[Due]:
    if keep.days is None:
        yield Due(model, keep, names, None)
        return
    past = _past(model, keep, names, now)
    leaves = NONE if keep is personal.HISTORY and deed(model, names[0]) else going(model, keep)
    if leaves != NONE and not is_link(model, names[0]):
        leaving = model._base_manager.filter(leaves)
        yield Due(model, keep, names, leaving.filter(past), leaving, goes=True)
    if leaves:
        staying = model._base_manager.filter(filled(model, names)).exclude(leaves)
        yield Due(model, keep, names, staying.filter(past), staying)


def going(model: Any, keep: Keep) -> Q:
    """Which rows go; Q() is all of them."""
    return getattr(model, "GOES", {}).get(keep, NONE)


def _past(model: Any, keep: Keep, names: tuple[str, ...], now: datetime) -> Q:
    """The rows whose days are over."""
    paths = since(model, keep, names)
    if not paths:
        return NONE
    if paths[0].endswith("trip"):
        return _all_over(model, paths[0], now - timedelta(days=keep.days))
    over = before(paths, now - timedelta(days=keep.days))
    if keep is personal.SELECTION and hasattr(model, "OWNER"):
        over = _selected(model, over, now)
    if is_link(model, names[0]):
        # Who holds a certificate of that trip finds it under the own account for as long as it is kept.
        kept = now - timedelta(days=personal.REGISTER.days)
        over &= ~Q(Exists(places(model).filter(certificates__issued_at__gte=kept)))
    return over


def before(paths: tuple[str, ...], cutoff: datetime) -> Q:
    """Where the first of these moments that is set lies before the cutoff; a day counts from its beginning."""
    found, unset = NONE, Q()
    for path in paths:
        if path.endswith("_on"):
            found |= unset & Q(**{f"{path}__lte": clock.day_of(cutoff)})
        else:
            found |= unset & Q(**{f"{path}__lt": cutoff})
        unset &= Q(**{f"{path}__isnull": True})
    return found


def _all_over(model: Any, path: str, cutoff: datetime) -> Q:
    """Rows of several trips, all of which ended before the cutoff."""
    ended = before((f"{path}__closed_at", f"{path}__cancelled_at"), cutoff)
    trips = apps.get_model("trips", "Trip")._base_manager.exclude(before(("closed_at", "cancelled_at"), cutoff))
    running = model._base_manager.filter(**{f"{path}__in": trips})
    return Q(pk__in=model._base_manager.filter(ended).values("pk")) & ~Q(pk__in=running.values("pk"))


def _selected(model: Any, over: Q, now: datetime) -> Q:
    """Of who was not selected, from the publication; of whom a place may still come to, from the departure; of who
    has one, with the trip.
    """
    trip = trip_path(model)
    # Who was selected and let the offer pass can still be offered a place, as the reserve can.
    waiting = Q(**{f"{_decided(model, trip)}__in": ["reserve", "select"]})
    cutoff = now - timedelta(days=personal.SELECTION.days)
    left = before((f"{trip}__cancelled_at", f"{trip}__departs_on"), cutoff)
    ended = before((f"{trip}__closed_at", f"{trip}__cancelled_at"), now - timedelta(days=personal.TRIP.days))
    went = Exists(places(model))
    return ~went & over & (~waiting | left) | went & ended


def _decided(model: Any, trip: str) -> str:
    application = trip.rpartition("__")[0]
    return "__".join(filter(None, [application, "decision__kind"]))


def places(model: Any) -> QuerySet:
    """The places of whom a row is about, on the trip it is about."""
    person = getattr(model, "ABOUT", model.OWNER)
    return apps.get_model("trips", "Participation")._base_manager.filter(
        trip=OuterRef(trip_path(model)), user=OuterRef(person)
    )


def filled(model: Any, names: tuple[str, ...]) -> Q:
    """Rows in which at least one of the fields still holds something."""
    held = NONE
    for name in names:
        field = model._meta.get_field(name)
        here = Q(**{f"{name}__isnull": False})
        if stands_in(field):
            held |= here & Q(**{f"{name}__erased_at__isnull": True})
        else:
            held |= here & ~Q(**{name: empty(model, name)})
    return held


def stands_in(field: Any) -> bool:
    """Whether nobody in particular takes the place of somebody: of who owned the row, or did the deed."""
    return field.is_relation and field.related_model is User and (not field.null or field.name.endswith("_by"))


def empty(model: Any, name: str) -> Any:
    """What stands in a field that holds nothing about anybody."""
    field = model._meta.get_field(name)
    if name in getattr(model, "LEFT", {}):
        return model.LEFT[name]
    if field.null:
        return None
    if isinstance(field, models.JSONField):
        return {}
    return field.get_default()
