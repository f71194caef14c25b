"""The programme by day and the hosts."""

from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exchange.forms import sent, status_of
from exchange.trips import actions
from exchange.trips.checklist import host_warning
from exchange.trips.forms import ChooseHostForm, HostForm, PreVisitForm, ProgrammeItemForm
from exchange.trips.models import HostOrganisation, PreVisit, ProgrammeItem, ProgrammeKind, Trip, TripHost
from exchange.trips.permissions import can_change, can_review
from exchange.trips.views.team import team_trip
from exchange.verdicts import require


def changing(request: HttpRequest, slug: str) -> Trip:
    """A trip the reader may change."""
    trip = team_trip(request, slug)
    require(can_change(request.user, trip))
    return trip


# --- programme ------------------------------------------------------------------------------------


@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """Day by day, with the hours by kind."""
    trip = team_trip(request, slug)
    require(can_review(request.user, trip))
    items = list(trip.programme.select_related("host"))
    days: dict[Any, list[ProgrammeItem]] = {day: [] for day in trip.days}
    for item in items:
        days.setdefault(item.on, []).append(item)
    summed = dict(trip.programme.order_by().values_list("kind").annotate(Sum("hours")))
    totals = [(kind.label, summed[kind.value]) for kind in ProgrammeKind if summed.get(kind.value)]
    context = {
        "trip": trip,
        "days": [(day, days[day], day in trip.days) for day in sorted(days)],
        "totals": totals,
        "total": sum(hours for _kind, hours in totals),
        "may": can_change(request.user, trip),
        "active": "programme",
    }
    return render(request, "trips/team/programme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_item(request: HttpRequest, slug: str) -> HttpResponse:
    """Something new on the programme."""
    trip = changing(request, slug)
    day = request.GET.get("on", "")
    return item_form(request, trip, ProgrammeItem(trip=trip), initial={"on": day, "kind": ProgrammeKind.VISIT})


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, slug: str, item: Any) -> HttpResponse:
    """Change something on the programme."""
    trip = changing(request, slug)
    return item_form(request, trip, get_object_or_404(trip.programme, pk=item))


def item_form(request: HttpRequest, trip: Trip, found: ProgrammeItem, **options: Any) -> HttpResponse:
    """The form of one item, new or not."""
    new = found._state.adding
    form = ProgrammeItemForm(sent(request), instance=found, trip=trip, **options)
    if form.is_valid():
        actions.save_item(item=form.save(commit=False), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("trips:programme", trip.slug)
    context = {"trip": trip, "form": form, "item": None if new else found, "active": "programme"}
    return render(request, "trips/team/item.html", context, status=status_of(form))


@require_POST
def remove_item(request: HttpRequest, slug: str, item: Any) -> HttpResponse:
    """Take something off the programme."""
    trip = changing(request, slug)
    actions.remove_item(item=get_object_or_404(trip.programme, pk=item), by=request.user)
    messages.success(request, _("It is off the programme."))
    return redirect("trips:programme", trip.slug)


# --- hosts ----------------------------------------------------------------------------------------


def rows_of(trip: Trip) -> list[dict[str, Any]]:
    """The hosts of a trip, with their visits and what is wrong."""
    rows = trip.trip_hosts.select_related("host").prefetch_related("host__pre_visits__visited_by")
    return [{"row": row, "host": row.host, "warning": host_warning(row)} for row in rows]


@require_safe
def hosts(request: HttpRequest, slug: str) -> HttpResponse:
    """Who receives us, and what the preparatory visits found."""
    trip = team_trip(request, slug)
    require(can_review(request.user, trip))
    may = can_change(request.user, trip)
    known = HostOrganisation.objects.exclude(trips=trip)
    form = ChooseHostForm(trip=trip) if may and known.exists() else None
    context = {"trip": trip, "hosts": rows_of(trip), "form": form, "may": may, "active": "hosts"}
    return render(request, "trips/team/hosts.html", context)


@require_POST
def choose_host(request: HttpRequest, slug: str) -> HttpResponse:
    """A host that received us before comes along."""
    trip = changing(request, slug)
    form = ChooseHostForm(request.POST, trip=trip)
    if form.is_valid():
        actions.add_host(trip=trip, host=form.cleaned_data["host"], by=request.user)
        return redirect("trips:hosts", trip.slug)
    context = {"trip": trip, "hosts": rows_of(trip), "form": form, "may": True, "active": "hosts"}
    return render(request, "trips/team/hosts.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def new_host(request: HttpRequest, slug: str) -> HttpResponse:
    """A host we did not know."""
    trip = changing(request, slug)
    country = str(trip.country_en or trip.country_nl)
    form = HostForm(sent(request), initial={"place": trip.city, "country": country})
    if form.is_valid():
        actions.add_host(trip=trip, host=form.save(commit=False), by=request.user)
        messages.success(request, _("Saved. Note the preparatory visit when it was made."))
        return redirect("trips:hosts", trip.slug)
    return render(
        request, "trips/team/host.html", {"trip": trip, "form": form, "active": "hosts"}, status=status_of(form)
    )


def host_of(trip: Trip, pk: Any) -> TripHost:
    """A host of this trip, or 404."""
    return get_object_or_404(trip.trip_hosts.select_related("host", "trip"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def host(request: HttpRequest, slug: str, row: Any) -> HttpResponse:
    """Change what is known of a host."""
    trip = changing(request, slug)
    found = host_of(trip, row)
    form = HostForm(sent(request), instance=found.host)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("trips:hosts", trip.slug)
    context = {"trip": trip, "form": form, "row": found, "active": "hosts"}
    return render(request, "trips/team/host.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, slug: str, row: Any) -> HttpResponse:
    """Write down a preparatory visit."""
    trip = changing(request, slug)
    found = host_of(trip, row)
    form = PreVisitForm(sent(request), instance=PreVisit(host=found.host), trip=trip, initial={"go": "yes"})
    if form.is_valid():
        actions.note_visit(visit=form.save(commit=False), trip=trip, by=request.user)
        messages.success(request, _("The visit is noted."))
        return redirect("trips:hosts", trip.slug)
    context = {"trip": trip, "form": form, "row": found, "active": "hosts"}
    return render(request, "trips/team/visit.html", context, status=status_of(form))


@require_POST
def remove_host(request: HttpRequest, slug: str, row: Any) -> HttpResponse:
    """A host leaves this trip; what is known of it stays."""
    trip = changing(request, slug)
    actions.remove_host(row=host_of(trip, row), by=request.user)
    messages.success(request, _("The host left this trip."))
    return redirect("trips:hosts", trip.slug)
