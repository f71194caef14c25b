"""The team's own trips, the overview of one, and the steps by which it moves on."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exchange import clock, wings
from exchange.dashboard import Todo
from exchange.forms import form_page, sent, status_of
from exchange.signed_in import SignedInRequest
from exchange.trips import actions, checklist
from exchange.trips.forms import CloseForm, DeadlineForm, NewTripForm
from exchange.trips.found import team_trip
from exchange.trips.lifecycle import Phase, phase
from exchange.trips.models import Participation, Trip
from exchange.trips.overview import ENDED, in_order, told
from exchange.trips.permissions import (
    can_accompany,
    can_announce,
    can_cancel,
    can_close,
    can_create,
    can_hang,
    can_lead,
    can_look_along,
    can_move,
    can_move_deadline,
)
from exchange.trips.requests import CLOSE, open_requests
from exchange.trips.turns import turns_of
from exchange.trips.working_days import unusual
from exchange.verdicts import require

PER_PAGE = 50


@require_safe
def team_list(request: SignedInRequest) -> HttpResponse:
    """My trips; for administrators all of them. What presses comes first, what has ended last."""
    now, query = clock.now(), request.GET.get("q", "").strip()[:100]
    mine = in_order(Trip.objects.visible_to(request.user).named(query), now)
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    rows = told(mine, page.object_list, now)
    context = {
        "running": [row for row in rows if row["phase"] not in ENDED],
        "ended": [row for row in rows if row["phase"] in ENDED],
        "page": page,
        "query": query,
        "may_create": can_create(request.user),
    }
    return render(request, "trips/team/list.html", context)


@form_page
def new(request: SignedInRequest) -> HttpResponse:
    """Start a trip."""
    require(can_create(request.user))
    form = NewTripForm(sent(request))
    if form.is_valid():
        trip = actions.create_trip(trip=form.save(commit=False), by=request.user)
        messages.success(request, _("The trip exists. Only its team sees it until you announce it."))
        return redirect("trips:team", trip.slug)
    return render(request, "trips/team/new.html", {"form": form}, status=status_of(form))


@require_safe
def team(request: SignedInRequest, slug: str) -> HttpResponse:
    """Where the trip stands, what is next, who owes what."""
    trip: Any = team_trip(request, slug, "meetings", "team")
    trip.travellers, now = trip.participations.active().count(), clock.now()
    at = phase(trip, now)
    whole = bool(can_look_along(request.user, trip))
    context = {
        "trip": trip,
        "active": "overview",
        "now": now,
        "phase": at,
        "whole": whole,
        "acts": can_accompany(request.user, trip),
        "leads": can_lead(request.user, trip),
        "poster": can_hang(trip, now),
        "sections": (parts := wings.parts(lambda wing: wing.team_page, trip, request.user, now)),
        "todos": sorted((todo for part in parts for todo in part.todos), key=Todo.sort_key),
        "may": {
            "announce": can_announce(request.user, trip),
            "deadline": can_move_deadline(request.user, trip),
            "move": can_move(request.user, trip),
            "close": can_close(request.user, trip, now),
            "cancel": can_cancel(request.user, trip),
        },
    }
    if whole:
        context |= owed(trip, at)
        context["groups"] = turns_of([trip], request.user, now).get(trip.pk, [])
    return render(request, "trips/team/overview.html", context)


def owed(trip: Any, at: Phase) -> dict[str, Any]:
    """What is missing, what deserves attention, and how many go."""
    ended = at in (Phase.CLOSED, Phase.CANCELLED)
    return {
        "missing": checklist.missing(trip) if not trip.announced_at and not ended else [],
        "warnings": checklist.warnings(trip) if trip.announced_at and not ended else [],
        "travellers": trip.travellers,
    }


@form_page
def announce(request: SignedInRequest, slug: str) -> HttpResponse:
    """What announcing does, and the button that does it."""
    trip = team_trip(request, slug, "meetings", "team", "programme")
    if request.method == "POST":
        actions.announce(trip=trip, by=request.user)
        messages.success(request, _("Announced. Everybody can read the call now."))
        return redirect("trips:team", trip.slug)
    require(can_announce(request.user, trip))
    missing = checklist.missing(trip)
    context = {
        "trip": trip,
        "now": clock.now(),
        "active": "overview",
        "obstacles": [one for one in missing if one.blocks],
        "gaps": [one for one in missing if not one.blocks],
    }
    return render(request, "trips/team/announce.html", context)


@form_page
def deadline(request: SignedInRequest, slug: str) -> HttpResponse:
    """Close the call at another moment."""
    trip = team_trip(request, slug)
    require(can_move_deadline(request.user, trip))
    form = DeadlineForm(sent(request), trip=trip)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("closes_at", "seen", "reason")}
        actions.move_deadline(trip=trip, by=request.user, **said)
        messages.success(request, _("The call closes at another moment now. The public page says so at once."))
        for text in unusual([(_("the call closes"), clock.day_of(said["closes_at"]))]):
            messages.warning(request, text)
        return redirect("trips:team", trip.slug)
    told = [one for tells in wings.each(lambda wing: wing.told_of_deadline) for one in tells(trip)]
    context = {"trip": trip, "form": form, "told": told, "active": "edit"}
    return render(request, "trips/team/deadline.html", context, status=status_of(form))


@form_page
def close(request: SignedInRequest, slug: str) -> HttpResponse:
    """Complete the cycle."""
    trip = team_trip(request, slug)
    require(can_close(request.user, trip, clock.now()))
    form = CloseForm(sent(request))
    if form.is_valid():
        actions.close_trip(trip=trip, by=request.user)
        messages.success(request, _("The trip is completed."))
        return redirect("trips:team", trip.slug)
    counts = Participation.objects.filter(trip=trip).aggregate(
        travelled=Count("pk", filter=Q(status="active")), gave_back=Count("pk", filter=Q(status="cancelled"))
    )
    context = {"trip": trip, "form": form, "counts": counts, "active": "overview"}
    context["ends"] = open_requests(trip, CLOSE)
    context["groups"] = turns_of([trip], request.user, clock.now()).get(trip.pk, [])
    return render(request, "trips/team/close.html", context, status=status_of(form))
