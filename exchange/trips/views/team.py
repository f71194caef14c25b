"""The team's own trips, the overview of one, and the steps by which it moves on."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange import clock, wings
from exchange.dashboard import Todo
from exchange.forms import form_page, sent, status_of
from exchange.signed_in import SignedInRequest
from exchange.trips import actions, checklist
from exchange.trips.forms import CloseForm, DeadlineForm, NewTripForm
from exchange.trips.found import team_trip
from exchange.trips.lifecycle import Phase, phase, remark
from exchange.trips.models import Attendance, MeetingReply, Participation, Trip
from exchange.trips.overview import by_urgency, gaps, with_gaps
from exchange.trips.permissions import (
    can_accompany,
    can_announce,
    can_cancel,
    can_close,
    can_create,
    can_lead,
    can_move_deadline,
)
from exchange.verdicts import require


@require_safe
def team_list(request: SignedInRequest) -> HttpResponse:
    """My trips; for administrators all of them."""
    now = clock.now()
    trips = with_gaps(Trip.objects.visible_to(request.user).order_by("-departs_on", "slug"))
    rows = [{"trip": t, "phase": phase(t, now), "remark": remark(t, now), "gaps": gaps(t)} for t in trips]
    ended = (Phase.CLOSED, Phase.CANCELLED)
    context = {
        "running": sorted((row for row in rows if row["phase"] not in ended), key=by_urgency),
        "ended": [row for row in rows if row["phase"] in ended],
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
    trip, now = team_trip(request, slug, "meetings", "team"), clock.now()
    at = phase(trip, now)
    whole = bool(can_accompany(request.user, trip))
    context = {
        "trip": trip,
        "active": "overview",
        "now": now,
        "phase": at,
        "whole": whole,
        "leads": can_lead(request.user, trip),
        "sections": (parts := wings.parts(lambda wing: wing.team_page, trip, request.user, now)),
        "todos": sorted((todo for part in parts for todo in part.todos), key=Todo.sort_key),
        "may": {
            "announce": can_announce(request.user, trip),
            "deadline": can_move_deadline(request.user, trip),
            "close": can_close(request.user, trip, now),
            "cancel": can_cancel(request.user, trip),
        },
    }
    if whole:
        context |= owed(trip, at)
    return render(request, "trips/team/overview.html", context)


def owed(trip: Trip, at: Phase) -> dict[str, Any]:
    """What is missing, what deserves attention, and who owes the team an answer."""
    now = clock.now()
    ended = at in (Phase.CLOSED, Phase.CANCELLED)
    travellers = list(trip.participations.active().select_related("institution"))
    coming = [m for m in trip.meetings.all() if m.starts_at > now] if not ended else []
    replied: dict[Any, set[Any]] = {}
    for meeting, one in MeetingReply.objects.filter(meeting__in=coming).values_list("meeting", "participation"):
        replied.setdefault(meeting, set()).add(one)
    silent = [(m, [one for one in travellers if one.pk not in replied.get(m.pk, ())]) for m in coming[:1]]
    been = [day for day in trip.days if day <= trip.today] if trip.published_at and not ended else []
    ticked = dict(
        Attendance.objects.filter(on__in=been, participation__in=travellers).values_list("on").annotate(Count("pk"))
    )
    return {
        "missing": checklist.missing(trip) if not trip.announced_at and not ended else [],
        "warnings": checklist.warnings(trip) if trip.announced_at and not ended else [],
        "travellers": travellers,
        "silent": [(meeting, people) for meeting, people in silent if people],
        "unticked": [day for day in been if ticked.get(day, 0) < len(travellers)],
    }


@require_POST
def announce(request: SignedInRequest, slug: str) -> HttpResponse:
    """Put the trip where everybody sees it."""
    trip = team_trip(request, slug)
    actions.announce(trip=trip, by=request.user)
    messages.success(request, _("Announced. Everybody can read the call now."))
    return redirect("trips:team", trip.slug)


@form_page
def deadline(request: SignedInRequest, slug: str) -> HttpResponse:
    """Close the call at another moment."""
    trip = team_trip(request, slug)
    require(can_move_deadline(request.user, trip))
    form = DeadlineForm(sent(request), trip=trip)
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("closes_at", "seen", "reason")}
        actions.move_deadline(trip=trip, by=request.user, **told)
        messages.success(request, _("The call closes at another moment now. The public page says so at once."))
        return redirect("trips:team", trip.slug)
    context = {"trip": trip, "form": form, "active": "edit"}
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
    return render(request, "trips/team/close.html", context, status=status_of(form))
