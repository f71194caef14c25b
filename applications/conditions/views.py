"""The conditions of a trip, to set until the call opens."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from applications.conditions.actions import set_conditions
from applications.conditions.checks import conditions_of
from applications.conditions.forms import ConditionsForm
from applications.conditions.permissions import can_set_conditions
from exchange.forms import form_page, sent, status_of
from exchange.signed_in import SignedInRequest
from exchange.trips.found import team_trip
from exchange.trips.permissions import can_look_as_lead
from exchange.verdicts import require


@form_page
def conditions(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who can take part: shown on the call and beside the form; people decide."""
    trip = team_trip(request, slug)
    require(can_look_as_lead(request.user, trip))
    may = can_set_conditions(request.user, trip)
    if request.method == "POST":
        require(may)
    form = ConditionsForm(sent(request), instance=conditions_of(trip))
    if not may:
        for field in form.fields.values():
            field.disabled = True
    if request.method == "POST" and form.is_valid():
        set_conditions(trip=trip, values=form.cleaned_data, by=request.user)
        messages.success(request, _("The conditions are saved."))
        return redirect("applications:conditions", slug)
    context = {"trip": trip, "active": "conditions", "form": form, "may": may}
    return render(request, "applications/conditions/conditions.html", context, status=status_of(form))
