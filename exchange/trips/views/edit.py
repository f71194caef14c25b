"""The trip itself, in parts."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from exchange.forms import form_page, sent, status_of
from exchange.signed_in import SignedInRequest
from exchange.trips import actions
from exchange.trips.forms import AskedForm, BasicsForm, DatesForm, MeansForm
from exchange.trips.found import team_trip
from exchange.trips.permissions import can_change, can_look_along, can_move
from exchange.verdicts import require

#: The parts of "Facts and dates": address and form.
PARTS: dict[str, type[forms.ModelForm]] = {
    "edit": BasicsForm,
    "dates": DatesForm,
    "asked": AskedForm,
    "means": MeansForm,
}


def part(request: SignedInRequest, slug: str, name: str) -> HttpResponse:
    """One part of a trip: show it, or write what changed."""
    trip = team_trip(request, slug)
    if request.method != "POST" and name == "means":
        require(can_look_along(request.user, trip))
    else:
        require(can_change(request.user, trip))
    form = PARTS[name](sent(request), instance=trip)
    if form.is_valid():
        actions.change_trip(trip=trip, changes=form.changes, by=request.user)
        messages.success(request, _("Saved."))
        return redirect(f"trips:{name}", trip.slug)
    if form.is_bound:
        # What was typed is in the form; the rest of the page shows what is stored.
        trip = team_trip(request, slug)
    active = "means" if name == "means" else "edit"
    context = {"trip": trip, "form": form, "part": name, "active": active, "may": can_change(request.user, trip)}
    context["movable"] = can_move(request.user, trip)
    return render(request, f"trips/team/{name}.html", context, status=status_of(form))


@form_page
def edit(request: SignedInRequest, slug: str) -> HttpResponse:
    """What it is about, where it goes, why, for whom, who pays."""
    return part(request, slug, "edit")


@form_page
def dates(request: SignedInRequest, slug: str) -> HttpResponse:
    """All dates."""
    return part(request, slug, "dates")


@form_page
def asked(request: SignedInRequest, slug: str) -> HttpResponse:
    """Places, and what is asked of those who come."""
    return part(request, slug, "asked")


@form_page
def means(request: SignedInRequest, slug: str) -> HttpResponse:
    """Planned and actual cost and hours."""
    return part(request, slug, "means")
