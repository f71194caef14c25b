"""Who receives us, and what the preparatory visits found."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange.forms import form_page, sent, status_of
from exchange.signed_in import SignedInRequest
from exchange.trips import actions
from exchange.trips.checklist import host_warning, last_said
from exchange.trips.forms import ChooseHostForm, HostForm, PreVisitForm
from exchange.trips.found import team_trip
from exchange.trips.models import PreVisit, Trip, TripHost
from exchange.trips.permissions import can_change, can_look
from exchange.trips.views.programme import changing
from exchange.verdicts import require

PER_PAGE = 20
#: So many visits are told of a host, the latest.
VISITS = 10


def page_of(request: SignedInRequest, trip: Trip, form: ChooseHostForm | None, query: str = "") -> dict[str, Any]:
    """The hosts of a trip, with their last visits and what is wrong; and the form to choose another."""
    latest = PreVisit.objects.select_related("visited_by").order_by("-visited_on", "pk")[:VISITS]
    found = trip.trip_hosts.select_related("host").prefetch_related(
        Prefetch("host__pre_visits", latest, to_attr="visits")
    )
    found = found.annotate(earlier=Count("host__pre_visits") - VISITS).order_by("order", "host__name", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"row": row, "host": row.host, "warning": host_warning(row.host, last_said(row.host.visits))} for row in page
    ]
    return {"trip": trip, "hosts": rows, "page": page, "form": form, "query": query, "active": "hosts"}


@require_safe
def hosts(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who receives us, and what the preparatory visits found."""
    trip = team_trip(request, slug)
    require(can_look(request.user, trip))
    may, query = can_change(request.user, trip), request.GET.get("q", "").strip()[:100]
    form = ChooseHostForm(trip=trip, query=query) if may else None
    context = page_of(request, trip, form if form and (query or form.offered) else None, query)
    return render(request, "trips/hosts/hosts.html", {**context, "may": may})


@require_POST
def choose_host(request: SignedInRequest, slug: str) -> HttpResponse:
    """A host that received us before comes along."""
    trip = changing(request, slug)
    form = ChooseHostForm(request.POST, trip=trip)
    if form.is_valid():
        actions.add_host(trip=trip, host=form.cleaned_data["host"], by=request.user)
        return redirect("trips:hosts", trip.slug)
    context = {**page_of(request, trip, form), "may": True}
    return render(request, "trips/hosts/hosts.html", context, status=status_of(form))


@form_page
def new_host(request: SignedInRequest, slug: str) -> HttpResponse:
    """A host we did not know."""
    trip = changing(request, slug)
    known = {"place": str(trip.city), "country_nl": trip.country_nl, "country_en": trip.country_en}
    form = HostForm(sent(request), initial=known)
    if form.is_valid():
        actions.add_host(trip=trip, host=form.save(commit=False), by=request.user)
        messages.success(request, _("Saved. Note the preparatory visit when it was made."))
        return redirect("trips:hosts", trip.slug)
    return render(
        request, "trips/hosts/host.html", {"trip": trip, "form": form, "active": "hosts"}, status=status_of(form)
    )


def host_of(trip: Trip, pk: Any) -> TripHost:
    """A host of this trip, or 404."""
    return get_object_or_404(trip.trip_hosts.select_related("host", "trip"), pk=pk)


@form_page
def host(request: SignedInRequest, slug: str, row: Any) -> HttpResponse:
    """Change what is known of a host."""
    trip = changing(request, slug)
    found = host_of(trip, row)
    form = HostForm(sent(request), instance=found.host)
    if form.is_valid():
        actions.change_host(row=found, host=form.save(commit=False), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("trips:hosts", trip.slug)
    context = {"trip": trip, "form": form, "row": found, "active": "hosts"}
    return render(request, "trips/hosts/host.html", context, status=status_of(form))


@form_page
def visit(request: SignedInRequest, slug: str, row: Any) -> HttpResponse:
    """Write down a preparatory visit."""
    trip = changing(request, slug)
    found = host_of(trip, row)
    form = PreVisitForm(sent(request), instance=PreVisit(host=found.host), trip=trip, initial={"go": "yes"})
    if form.is_valid():
        actions.note_visit(visit=form.save(commit=False), trip=trip, by=request.user)
        messages.success(request, _("The visit is noted."))
        return redirect("trips:hosts", trip.slug)
    context = {"trip": trip, "form": form, "row": found, "active": "hosts"}
    return render(request, "trips/hosts/visit.html", context, status=status_of(form))


@require_POST
def remove_host(request: SignedInRequest, slug: str, row: Any) -> HttpResponse:
    """A host leaves this trip; what is known of it stays."""
    trip = team_trip(request, slug)
    actions.remove_host(row=host_of(trip, row), by=request.user)
    messages.success(request, _("The host left this trip."))
    return redirect("trips:hosts", trip.slug)
