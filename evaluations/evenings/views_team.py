"""One evening as the team reads it: needs first."""

import uuid
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from evaluations.evenings import actions as evening_actions
from evaluations.evenings.board import board, proper_day
from evaluations.looking.views import accompanied_trip, asked_why, team_verb
from evaluations.models import DailyEvaluation
from evaluations.permissions import accompanies
from exchange import clock
from exchange.signed_in import SignedInRequest
from exchange.trips.models import Trip
from exchange.trips.permissions import going
from exchange.verdicts import require


def day_in(trip: Trip, text: str) -> date | None:
    """A day of the trip from an address, or nothing."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day in trip.days else None


def chosen_day(request: SignedInRequest, trip: Trip) -> date | None:
    """The day asked for; a day that is not of this trip does not exist."""
    text = request.GET.get("on", "")
    if not text:
        return proper_day(trip, clock.now())
    day = day_in(trip, text)
    if day is None:
        raise Http404
    return day


@require_safe
def evenings(request: SignedInRequest, slug: str) -> HttpResponse:
    """One evening as the team reads it: needs first."""
    trip = accompanied_trip(request, slug)
    if page := asked_why(request, trip):
        return page
    on, now = chosen_day(request, trip), clock.now()
    context = {
        "trip": trip,
        "active": "evenings",
        "on": on,
        "days": trip.days,
        "board": board(trip, on, now) if on else None,
        "acts": accompanies(request.user, trip),
    }
    return render(request, "evaluations/evenings/evenings.html", context)


def board_of(trip: Trip, on: date) -> str:
    """The address of one evening."""
    return f"{reverse('evaluations:evenings', args=[trip.slug])}?on={on.isoformat()}"


@require_POST
def meet_need(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Tick a need as taken care of."""
    seen = DailyEvaluation.objects.visible_to(request.user).select_related("participation__trip")
    evening = get_object_or_404(seen, pk=pk)
    evening_actions.meet_need(evening=evening, by=request.user)
    messages.success(request, _("Noted as taken care of."))
    return redirect(board_of(evening.participation.trip, evening.on))


@require_POST
def remind(request: SignedInRequest, slug: str, on: date) -> HttpResponse:
    """Remind whoever has not answered this evening, once."""
    trip = team_verb(request, slug)
    if on not in trip.days:
        raise Http404
    require(going(trip))
    sent = (
        evening_actions.remind_evening(trip=trip, on=on, by=request.user) if board(trip, on, clock.now()).open else []
    )
    text = ngettext("%(count)s reminder is on its way.", "%(count)s reminders are on their way.", len(sent))
    nobody = _("Nobody was left to remind: everybody answered, was reminded already or wants no reminders.")
    messages.success(request, text % {"count": len(sent)} if sent else nobody)
    return redirect(board_of(trip, on))
