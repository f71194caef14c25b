"""How much each reviewer reads, counted again where it may have changed."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from applications.lines.holding import hold
from applications.models import Application, Assessment, Load


def settle_loads(applications: list[UUID], reviewers: Iterable[UUID]) -> None:
    """Count again for everybody who reads one of these."""
    read = Assessment.objects.filter(application__in=applications).order_by()
    pairs = set(read.values_list("application__trip", "reviewer"))
    gone = set(reviewers)
    if gone:
        theirs = set(Application.objects.filter(pk__in=applications).values_list("trip", flat=True))
        pairs |= {(trip, one) for trip in theirs for one in gone}
    if not pairs:
        return
    trips, people = {trip for trip, _one in pairs}, {one for _trip, one in pairs}
    # A load that is not there yet can't be held.
    empty = [Load(trip_id=trip, reviewer_id=one) for trip, one in sorted(pairs, key=str)]
    Load.objects.bulk_create(empty, ignore_conflicts=True)
    hold(Load.objects.filter(trip__in=trips, reviewer__in=people).order_by("pk"))
    found = {(load.trip_id, load.reviewer_id): load for load in loads(trips, people)}
    fresh = [found.get(pair) or Load(trip_id=pair[0], reviewer_id=pair[1]) for pair in sorted(pairs, key=str)]
    Load.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["trip", "reviewer"], update_fields=["to_read", "finished"]
    )


def loads(trips: Iterable[Any], reviewers: Iterable[Any] | None = None) -> Iterator[Load]:
    """The loads of these trips, or of some reviewers of them, as they ought to be."""
    rows = Assessment.objects.filter(application__trip__in=trips, application__status="submitted")
    if reviewers is not None:
        rows = rows.filter(reviewer__in=reviewers)
    counted = (
        rows.order_by()
        .values("application__trip", "reviewer")
        .annotate(to_read=Count("pk", filter=Q(status="assigned")), finished=Count("pk", filter=Q(status="finished")))
    )
    for row in counted:
        yield Load(
            trip_id=row["application__trip"],
            reviewer_id=row["reviewer"],
            to_read=row["to_read"],
            finished=row["finished"],
        )
