"""How far applications are: drafts by completeness, without their text."""

from functools import reduce
from operator import add
from typing import Any

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from applications.models import Application, ProposedGoal

#: What a complete draft holds; one part each.
PARTS = (
    ~Q(motivation=""),
    Q(goal_count__gt=0),
    ~Q(proactive_past="") & ~Q(proactive_plan=""),
    ~Q(school_use=""),
    ~Q(manager_name="") & ~Q(manager_email=""),
    Q(committed=True),
)


def with_parts(applications: QuerySet) -> QuerySet:
    """Annotate `parts`: how many of the six are written. The database looks; no text is read."""
    goals = ProposedGoal.objects.filter(application=OuterRef("pk")).exclude(able_to="").order_by()
    count = goals.values("application").annotate(n=Count("pk")).values("n")
    counted = applications.annotate(goal_count=Coalesce(Subquery(count), 0))
    return counted.annotate(parts=reduce(add, map(_flag, PARTS)))


def completeness(trip: Any) -> list[tuple[int, int]]:
    """How many drafts have how many of the parts, the fullest first: [(parts, drafts)]. One query, no texts."""
    drafts = with_parts(Application.objects.filter(trip=trip, status="draft").order_by())
    return list(drafts.values_list("parts").annotate(n=Count("pk")).order_by("-parts"))


def _flag(condition: Q) -> Any:
    return Case(When(condition, then=Value(1)), default=Value(0))
