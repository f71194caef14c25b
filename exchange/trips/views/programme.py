"""The programme by day."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange.forms import form_page, sent, status_of
from exchange.signed_in import SignedInRequest
from exchange.trips import actions
from exchange.trips.forms import ProgrammeItemForm
from exchange.trips.found import team_trip
from exchange.trips.models import ProgrammeItem, ProgrammeKind, Trip, counted, in_hours
from exchange.trips.permissions import can_change, can_look
from exchange.verdicts import require
from exchange.words import lasting


def changing(request: SignedInRequest, slug: str) -> Trip:
    """A trip the reader may change."""
    trip = team_trip(request, slug)
    require(can_change(request.user, trip))
    return trip


# --- programme ------------------------------------------------------------------------------------


@require_safe
def programme(request: SignedInRequest, slug: str) -> HttpResponse:
    """Day by day, with the hours by kind."""
    trip = team_trip(request, slug)
    require(can_look(request.user, trip))
    items = list(trip.programme.select_related("host"))
    days: dict[Any, list[ProgrammeItem]] = {day: [] for day in trip.days}
    for item in items:
        days.setdefault(item.on, []).append(item)
    minutes = counted(item for item in items if item.on in trip.days)
    totals = [(kind.label, in_hours(minutes[kind])) for kind in ProgrammeKind if minutes[kind]]
    context = {
        "trip": trip,
        "days": [(day, days[day], day in trip.days) for day in sorted(days)],
        "totals": totals,
        "total": in_hours(minutes.total()),
        "may": can_change(request.user, trip),
        "active": "programme",
    }
    return render(request, "trips/team/programme.html", context)


@form_page
def new_item(request: SignedInRequest, slug: str) -> HttpResponse:
    """Something new on the programme."""
    trip = changing(request, slug)
    day = request.GET.get("on", "")
    return item_form(request, trip, ProgrammeItem(trip=trip), initial={"on": day, "kind": ProgrammeKind.VISIT})


@form_page
def item(request: SignedInRequest, slug: str, item: Any) -> HttpResponse:
    """Change something on the programme."""
    trip = changing(request, slug)
    return item_form(request, trip, get_object_or_404(trip.programme, pk=item))


def item_form(request: SignedInRequest, trip: Trip, found: ProgrammeItem, **options: Any) -> HttpResponse:
    """The form of one item, new or not."""
    new = found._state.adding
    form = ProgrammeItemForm(sent(request), instance=found, trip=trip, **options)
    if form.is_valid():
        saved = actions.save_item(item=form.save(commit=False), by=request.user)
        messages.success(request, told(saved))
        return redirect("trips:programme", trip.slug)
    context = {"trip": trip, "form": form, "item": None if new else found, "active": "programme"}
    return render(request, "trips/team/item.html", context, status=status_of(form))


def told(item: ProgrammeItem) -> str:
    """What was saved, as it was read: what counts, and that it goes on past midnight."""
    said = _("Saved. It counts for %(time)s.") if item.counts else _("Saved. No hours count for it.")
    said %= {"time": lasting(item.counts)}
    return said + " " + _("It ends on the next day.") if item.past_midnight else said


@require_POST
def remove_item(request: SignedInRequest, slug: str, item: Any) -> HttpResponse:
    """Take something off the programme."""
    trip = team_trip(request, slug)
    actions.remove_item(item=get_object_or_404(trip.programme, pk=item), by=request.user)
    messages.success(request, _("It is off the programme."))
    return redirect("trips:programme", trip.slug)
