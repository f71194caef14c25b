"""How far applications are: drafts by completeness, without their text."""

from collections import Counter
from typing import Any

from django.db.models import Case, Count, Q, Value, When

from applications.models import Application

#: What a complete draft holds; one part each.
PARTS = (
    ~Q(motivation=""),
    Q(goal_count__gt=0),
    ~Q(proactive_past="") & ~Q(proactive_plan=""),
    ~Q(school_use=""),
    ~Q(manager_name="") & ~Q(manager_email=""),
    Q(committed=True),
)


def completeness(trip: Any) -> list[tuple[int, int]]:
    """How many drafts have how many of the parts, the fullest first: [(parts, drafts)]. One query, no texts."""
    drafts = Application.objects.filter(trip=trip, status="draft").order_by()
    drafts = drafts.annotate(goal_count=Count("goals", filter=~Q(goals__able_to="")))
    flags = {f"part_{n}": part for n, part in enumerate(PARTS)}
    found = drafts.annotate(**{name: _flag(part) for name, part in flags.items()}).values_list(*flags)
    return sorted(Counter(sum(row) for row in found).items(), reverse=True)


def _flag(condition: Q) -> Any:
    return Case(When(condition, then=Value(1)), default=Value(0))
