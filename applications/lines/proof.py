"""The proof: every line and load beside what it is derived from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from applications.lines.deriving import CHUNK, derived_of, derived_of_invited
from applications.lines.loads import loads
from applications.lines.settling import settle, write_invited
from applications.lines.words import words_of
from applications.models import Application, Invitation, Line, LineWords, Load
from exchange.trips.models import Trip

COMPARED = [field.attname for field in Line._meta.concrete_fields if field.attname != "id"]


@dataclass(frozen=True, slots=True)
class Fault:
    """A line or load that is not what it ought to be; `field` is empty when one of the two is not there."""

    of: str
    field: str = ""
    stands: Any = None
    ought: Any = None

    def __str__(self) -> str:
        return f"{self.of}: {self.field or 'there'} is {self.stands!r}, ought to be {self.ought!r}"


def faults(trip: Trip) -> Iterator[Fault]:
    """Every difference between the lines and loads of a trip and what they are derived from."""
    stand = {(line.application_id or line.invitation_id): line for line in trip.lines.iterator(chunk_size=CHUNK)}
    ought = [
        *derived_of(trip),
        *derived_of_invited(Invitation.objects.filter(trip=trip)),
    ]
    for line in ought:
        found = stand.pop(line.application_id or line.invitation_id, None)
        yield from _differences(str(line.application_id or line.invitation_id), found, line, COMPARED)
    for key in stand:
        yield Fault(f"line {key}", stands=True, ought=False)
    yield from _faults_of_words(trip)
    kept = {load.reviewer_id: load for load in Load.objects.filter(trip=trip)}
    for load in loads([trip.pk]):
        found_load = kept.pop(load.reviewer_id, None)
        yield from _differences(f"load {load.reviewer_id}", found_load, load, ["to_read", "finished"])
    for load in kept.values():
        yield from _differences(f"load {load.reviewer_id}", load, Load(), ["to_read", "finished"])


def _faults_of_words(trip: Trip) -> Iterator[Fault]:
    """Lines that are not found by what they should be."""
    lines = list(trip.lines.all())
    for start in range(0, len(lines), CHUNK):
        some = lines[start : start + CHUNK]
        kept = {words.line_id: words for words in LineWords.objects.filter(line__in=some)}
        for words in words_of(some):
            yield from _differences(f"words {words.line_id}", kept.get(words.line_id), words, ["words", "made_of"])


def _differences(of: str, stands: Any, ought: Any, names: Iterable[str]) -> Iterator[Fault]:
    if stands is None:
        yield Fault(of, stands=False, ought=True)
        return
    for name in names:
        if getattr(stands, name) != getattr(ought, name):
            yield Fault(of, name, getattr(stands, name), getattr(ought, name))


@transaction.atomic
def mend(trip: Trip) -> None:
    """Write all lines and loads of a trip again."""
    trip.lines.all().delete()
    Load.objects.filter(trip=trip).delete()
    settle(*Application.objects.filter(trip=trip).values_list("pk", flat=True), reading=True)
    write_invited(Invitation.objects.filter(trip=trip))


def mend_all() -> int:
    """Write the lines and loads of every trip that shows a fault; how many there were."""
    found = [trip for trip in Trip.objects.order_by("pk") if next(faults(trip), None)]
    for trip in found:
        mend(trip)
    return len(found)
