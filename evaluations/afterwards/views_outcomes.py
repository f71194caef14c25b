"""What a trip brought home, and who owes what."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from evaluations.afterwards.tables import OutcomesTable
from evaluations.lifecycle import ACTION
from evaluations.looking.views import accompanied_trip, asked_why
from evaluations.owed import all_owed, owing
from evaluations.pages import people_of
from exchange import clock
from exchange.signed_in import SignedInRequest


@require_safe
def outcomes(request: SignedInRequest, slug: str) -> HttpResponse:
    """Words, plans, actions and who owes what."""
    trip = accompanied_trip(request, slug)
    if page := asked_why(request, trip):
        return page
    people = people_of(trip).prefetch_related("words")
    rows = all_owed(people, clock.now())
    table = OutcomesTable(rows, request=request, year=any(one.year_open for one in rows))
    what = ("owes_return", "owes_plan", "owes_presentation", "unreported", "owes_recall", "owes_year")
    context = {
        "trip": trip,
        "active": "outcomes",
        "rows": rows,
        "table": table,
        "life": ACTION,
        "owed": {name: owing(rows, name) for name in what},
    }
    return render(request, "evaluations/afterwards/outcomes.html", context)
