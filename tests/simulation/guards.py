"""Guards of the product, each switched off for as long as a block lasts: what a simulation must find then."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.db import connection, models

from applications.assessing import assigning
from applications.selection import placing, publishing
from evaluations.afterwards import actions_return
from exchange.history.actions import record
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import Trip


@contextmanager
def outbox_key() -> Iterator[None]:
    """The database takes a second message with the key of the first."""
    unique = OutboxMessage._meta.get_field("key")
    bare = models.CharField(max_length=200)
    bare.set_attributes_from_name("key")
    bare.model = OutboxMessage
    with connection.schema_editor() as editor:
        editor.alter_field(OutboxMessage, unique, bare)
    try:
        yield
    finally:
        OutboxMessage.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.alter_field(OutboxMessage, bare, unique)


@contextmanager
def own_school() -> Iterator[None]:
    """Readers are chosen without a look at their school."""
    real = assigning.stays_out

    def blind(reviewer: Any, application: Any) -> str:
        school, reviewer.institution_id = reviewer.institution_id, None
        try:
            return real(reviewer, application)
        finally:
            reviewer.institution_id = school

    with mock.patch.object(assigning, "stays_out", blind):
        yield


@contextmanager
def publication_once() -> Iterator[None]:
    """Publishing looks neither whether it was published, nor whether the row is still where it was."""

    def unpublished(trip: Trip) -> Trip:
        fresh = placing.lock(trip)
        fresh.published_at = None
        return fresh

    really = publishing.perform

    def anyway(life: Any, name: str, obj: Any, *, by: Any, **fields: Any) -> Any:
        if name != "publish":
            return really(life, name, obj, by=by, **fields)
        given = {field: fields[field] for field in ("published_at", "published_by")}
        type(obj)._base_manager.filter(pk=obj.pk).update(**given)
        record(about=obj, verb=f"{life.name}.{name}", by=by, target=life.by_name[name].target)
        return obj

    def all_anyway(life: Any, name: str, objects: Any, **fields: Any) -> None:
        for one in objects:
            anyway(life, name, one, **fields)

    with (
        mock.patch.object(publishing, "lock", unpublished),
        mock.patch.object(publishing, "perform", anyway),
        mock.patch.object(publishing, "perform_all", all_anyway),
    ):
        yield


@contextmanager
def consent() -> Iterator[None]:
    """A word that is taken back stays in what was published."""
    with mock.patch.object(actions_return, "take_out", return_value=None):
        yield


@contextmanager
def place_lock() -> Iterator[None]:
    """Two who give a place at once do not wait for each other."""
    with mock.patch.object(placing, "lock", lambda trip: Trip.objects.get(pk=trip.pk)):
        yield


@dataclass(frozen=True, slots=True)
class Guard:
    """How it is switched off, what people then do more often than else, and whether it takes two at the same moment."""

    off: Callable[[], AbstractContextManager[None]]
    leaning: str = ""
    at_once: bool = False


APPLYING = "complete submit endorse deliver propose_all publish confirm"
GUARDS = {
    "outbox key": Guard(outbox_key),
    "own school": Guard(own_school),
    "publication once": Guard(publication_once, "submit propose_all publish"),
    "consent": Guard(consent, f"{APPLYING} answer_return write_findings publish_edition consent"),
    "place lock": Guard(place_lock, f"{APPLYING} change_places offer decline give_back retract", at_once=True),
}
