"""How far drafts are, without their text."""

from typing import Any

from django.db.models import Count

from applications.models import Line


def completeness(trip: Any) -> list[tuple[int, int]]:
    """How many drafts have how many of the six parts, the fullest first: [(parts, drafts)]."""
    drafts = Line.objects.filter(trip=trip, status="draft").order_by("-parts")
    return list(drafts.values_list("parts").annotate(n=Count("pk")))
