"""Levels the team confirms or hands back."""

import uuid
from datetime import datetime
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from evaluations.goals import levels as actions
from evaluations.goals.forms_levels import HandBackForm
from evaluations.goals.permissions import can_confirm
from evaluations.looking.views import accompanied_trip, asked_why, team_verb
from evaluations.models import GoalLevel
from evaluations.permissions import accompanies
from exchange.signed_in import SignedInRequest
from exchange.trips.models import Participation, Trip
from exchange.verdicts import CONFLICT, Refused, no, require


def levels_of(trip: Trip) -> list[GoalLevel]:
    """Everything scored at the return and after a year, by person."""
    rows = GoalLevel.objects.filter(moment__in=("return", "one_year"), goal__participation__trip=trip)
    rows = rows.filter(goal__participation__status="active").select_related(
        "goal__participation__institution", "goal__participation__trip", "confirmed_by", "handed_back_by"
    )
    return list(rows.order_by("goal__participation__printed_name", "goal__participation", "goal__order", "scored_at"))


@require_safe
def levels(request: SignedInRequest, slug: str) -> HttpResponse:
    """What was proposed, by person: confirm one, all, or hand one back."""
    trip = accompanied_trip(request, slug)
    if page := asked_why(request, trip):
        return page
    rows = levels_of(trip)
    by_person = [(one, list(rows)) for one, rows in groupby(rows, key=lambda row: row.goal.participation)]
    waiting = [
        (one, [row for row in rows if row.state == "proposed" and row.level is not None]) for one, rows in by_person
    ]
    context = {
        "trip": trip,
        "active": "levels",
        "waiting": [(one, rows) for one, rows in waiting if rows],
        "back": [row for row in rows if row.state == "handed_back"],
        "confirmed": [row for row in rows if row.state == "confirmed"],
        "form": HandBackForm(auto_id=False),
        "acts": accompanies(request.user, trip),
    }
    return render(request, "evaluations/goals/levels.html", context)


def one_level(request: SignedInRequest, slug: str, goal: uuid.UUID, moment: str) -> tuple[GoalLevel, datetime]:
    """A level of this trip and when the page that is sent back had read it."""
    trip = team_verb(request, slug)
    rows = GoalLevel.objects.visible_to(request.user).filter(goal__participation__trip=trip)
    rows = rows.select_related("goal__participation__trip", "goal__participation__user")
    level = get_object_or_404(rows, goal=goal, moment=moment, on=None)
    require(can_confirm(request.user, level))
    return level, aware(request.POST.get("scored_at", "")) or level.scored_at


@require_POST
def confirm(request: SignedInRequest, slug: str, goal: uuid.UUID, moment: str) -> HttpResponse:
    """Confirm one level."""
    level, scored_at = one_level(request, slug, goal, moment)
    actions.confirm_level(level=level, scored_at=scored_at, by=request.user)
    messages.success(request, _("Confirmed."))
    return redirect("evaluations:levels", slug)


@require_POST
def confirm_all(request: SignedInRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Confirm all levels of one person that were on the page."""
    trip = team_verb(request, slug)
    person = get_object_or_404(Participation.objects.filter(trip=trip), pk=pk)
    rows = GoalLevel.objects.to_confirm().filter(goal__participation=person)
    seen = {}
    for level in rows.select_related("goal__participation__trip"):
        scored_at = aware(request.POST.get(f"seen-{level.goal_id}-{level.moment}", ""))
        if scored_at:
            seen[level] = scored_at
    if not seen:
        raise Refused(no(actions.FASTER, CONFLICT))
    count = len(actions.confirm_levels(participation=person, seen=seen, by=request.user))
    text = ngettext("%(count)s level confirmed.", "%(count)s levels confirmed.", count)
    messages.success(request, text % {"count": count})
    return redirect("evaluations:levels", slug)


@require_POST
def hand_back(request: SignedInRequest, slug: str, goal: uuid.UUID, moment: str) -> HttpResponse:
    """Ask the participant to look again."""
    level, scored_at = one_level(request, slug, goal, moment)
    form = HandBackForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "level": level, "trip": level.goal.participation.trip, "active": "levels"}
        return render(request, "evaluations/goals/hand_back.html", context, status=422)
    actions.hand_back_level(level=level, note=form.cleaned_data["note"], scored_at=scored_at, by=request.user)
    messages.success(request, _("Handed back. The participant gets your sentence by mail."))
    return redirect("evaluations:levels", slug)


def aware(text: str) -> datetime | None:
    """A moment from a hidden field."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
