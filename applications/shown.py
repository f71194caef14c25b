"""The rows behind what the public page of a trip says about applying (exchange/trips/shown.py)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from applications.models import Anchor, Criterion, Eligibility


def rows_of_call(trip: Any) -> Iterator[QuerySet]:
    """Who can take part, and what applications are read for."""
    yield Eligibility.objects.filter(trip=trip)
    yield Criterion.objects.filter(trip=trip)
    yield Anchor.objects.filter(criterion__trip=trip)
