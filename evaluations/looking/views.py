"""Looking at what somebody wrote: lead and companions do, an administrator says why first."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from evaluations.looking.actions import give_reason
from evaluations.looking.forms import ReasonForm
from evaluations.permissions import accompanies, needs_reason
from exchange.signed_in import SignedInRequest
from exchange.trips.found import team_trip
from exchange.trips.models import Trip
from exchange.verdicts import require

SEEN = "reasons"


def accompanied_trip(request: SignedInRequest, slug: str) -> Trip:
    """A trip for its lead and companions, and for administrators; reviewers find nothing here."""
    trip = team_trip(request, slug)
    if not (accompanies(request.user, trip) or request.user.is_administrator):
        raise Http404
    return trip


def team_verb(request: SignedInRequest, slug: str) -> Trip:
    """The same for a verb: administrators look, they do not act."""
    trip = accompanied_trip(request, slug)
    require(accompanies(request.user, trip))
    return trip


def asked_why(request: SignedInRequest, trip: Trip, owner_id: Any = None) -> HttpResponse | None:
    """The page that asks an administrator for a reason, unless it was given in this session."""
    if not needs_reason(request.user, trip=trip, owner_id=owner_id):
        return None
    if str(trip.pk) in request.session.get(SEEN, []):
        return None
    context = {"form": ReasonForm(), "trip": trip, "next": request.get_full_path()}
    return render(request, "evaluations/looking/reason.html", context)


@require_POST
def reason(request: SignedInRequest, slug: str) -> HttpResponse:
    """An administrator says why; it goes into the history of the trip."""
    trip = team_trip(request, slug)
    if not request.user.is_administrator:
        raise Http404
    form, back = ReasonForm(request.POST), request.POST.get("next", "")
    if not form.is_valid():
        return render(
            request, "evaluations/looking/reason.html", {"form": form, "trip": trip, "next": back}, status=422
        )
    give_reason(trip=trip, reason=form.cleaned_data["reason"], by=request.user)
    request.session[SEEN] = [*request.session.get(SEEN, []), str(trip.pk)]
    ours = back.startswith((reverse("evaluations:evenings", args=[trip.slug])[: -len("evenings/")], "/goals/"))
    return redirect(back if ours else reverse("evaluations:evenings", args=[trip.slug]))
