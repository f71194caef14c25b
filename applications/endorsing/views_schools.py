"""What the schools promised, and what their contacts say of it later."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from applications.endorsing.actions import ask_schools
from applications.endorsing.permissions import can_ask_school
from applications.models import Endorsement, Occasion
from exchange.signed_in import SignedInRequest
from exchange.trips.found import team_trip
from exchange.trips.permissions import can_look_as_lead
from exchange.verdicts import require

#: When the schools are asked again.
LATER = (Occasion.RETURN, Occasion.ONE_YEAR)


@require_safe
def schools(request: SignedInRequest, slug: str) -> HttpResponse:
    """What the schools promised, and what their contacts say after the return and after a year."""
    trip = team_trip(request, slug)
    require(can_look_as_lead(request.user, trip))
    promised = Q(pk__in=Endorsement.objects.promised().values("pk"))
    rows = Endorsement.objects.filter(promised | ~Q(status="replaced"), application__trip=trip)
    going = rows.filter(application__user__in=trip.participations.active().values("user"))
    going = going.exclude(application__user=request.user).annotate(stands=promised)
    people: dict[Any, dict[str, Any]] = {}
    for one in going.select_related("submission__institution").order_by("submission__printed_name", "asked_at"):
        shown = people.setdefault(
            one.application_id, {"submission": one.submission, "promise": None, "application": None}
        )
        shown["promise" if one.stands else one.occasion] = one
    context = {
        "trip": trip,
        "active": "schools",
        "people": list(people.values()),
        "asking": [(one, one.label, can_ask_school(request.user, trip, one)) for one in LATER],
    }
    return render(request, "applications/endorsing/schools.html", context)


@require_POST
def ask_schools_again(request: SignedInRequest, slug: str, occasion: str) -> HttpResponse:
    """Mail every contact who was not asked yet on this occasion."""
    trip = team_trip(request, slug)
    if occasion not in LATER:
        raise Http404
    made = ask_schools(trip=trip, occasion=occasion, by=request.user)
    text = ngettext("%(n)s school is asked by mail.", "%(n)s contacts are asked by mail.", len(made))
    messages.success(request, text % {"n": len(made)})
    return redirect("applications:schools", slug)
