"""Head-counts of one school for several trips."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from applications.lifecycle import ANSWERED
from applications.models import Line
from exchange.people.models import Institution
from exchange.trips.models import Trip


@dataclass(slots=True)
class Heads:
    """How many people of a school are how far around one trip."""

    invited: int = 0
    drafts: int = 0
    sent: int = 0
    waiting: int = 0


def heads(trips: Iterable[Trip], school: Institution) -> dict[Any, Heads]:
    """The head-counts of one school for several trips, in one query."""
    found = {trip.pk: Heads() for trip in trips}
    theirs = Q(belongs_to=school)
    counted: Any = (
        Line.objects.filter(theirs | Q(invitation__institution=school), trip__in=found).order_by().values("trip")
    )
    for row in counted.annotate(
        invited=Count("pk", filter=Q(invitation__institution=school)),
        drafts=Count("pk", filter=theirs & Q(status="draft")),
        sent=Count("pk", filter=theirs & Q(status="submitted")),
        waiting=Count("pk", filter=theirs & Q(status="submitted") & ~Q(backing="") & ~Q(backing__in=ANSWERED)),
    ):
        trip = row.pop("trip")
        found[trip] = Heads(**row)
    return found
