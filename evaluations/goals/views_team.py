"""All goals of a trip, for its team."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from evaluations.looking.views import accompanied_trip, asked_why
from evaluations.owed import all_owed
from evaluations.pages import people_of
from evaluations.permissions import accompanies
from exchange import clock
from exchange.signed_in import SignedInRequest


@require_safe
def goals(request: SignedInRequest, slug: str) -> HttpResponse:
    """All goals of all participants, and who still has to sharpen."""
    trip = accompanied_trip(request, slug)
    if page := asked_why(request, trip):
        return page
    rows = all_owed(people_of(trip), clock.now())
    raw = [one for one in rows if any(not goal.sharpened for goal in one.goals)]
    context = {"trip": trip, "active": "goals", "rows": rows, "raw": raw, "acts": accompanies(request.user, trip)}
    context["total"] = sum(len(one.goals) for one in rows)
    context["sharp"] = sum(goal.sharpened for one in rows for goal in one.goals)
    return render(request, "evaluations/goals/goals.html", context)
