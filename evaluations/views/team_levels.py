"""Levels the team confirms or hands back, and the order of the presentations."""

import uuid
from datetime import datetime, timedelta
from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluations.actions import levels as actions
from evaluations.actions import returning
from evaluations.forms.returning import HandBackForm, SlotsForm
from evaluations.models import GoalLevel
from evaluations.permissions import accompanies, can_arrange_presentations, can_confirm, can_mark_held
from evaluations.views.common import asked_why, team_trip, team_verb
from evaluations.views.team import aware, people_of
from exchange import clock
from exchange.forms import dutch_moment
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
def levels(request: HttpRequest, slug: str) -> HttpResponse:
    """What was proposed, by person: confirm one, all, or hand one back."""
    trip = team_trip(request, slug)
    if page := asked_why(request, trip):
        return page
    rows = levels_of(trip)
    by_person = [(one, list(rows)) for one, rows in groupby(rows, key=lambda row: row.goal.participation)]
    waiting = [
        (one, [row for row in rows if row.standing == "proposed" and row.level is not None]) for one, rows in by_person
    ]
    context = {
        "trip": trip,
        "active": "levels",
        "waiting": [(one, rows) for one, rows in waiting if rows],
        "back": [row for row in rows if row.standing == "handed_back"],
        "confirmed": [row for row in rows if row.standing == "confirmed"],
        "form": HandBackForm(auto_id=False),
        "acts": accompanies(request.user, trip),
    }
    return render(request, "evaluations/team/levels.html", context)


def one_level(request: HttpRequest, slug: str, goal: uuid.UUID, moment: str) -> tuple[GoalLevel, datetime]:
    """A level of this trip and when the page that is sent back had read it."""
    trip = team_verb(request, slug)
    rows = GoalLevel.objects.visible_to(request.user).filter(goal__participation__trip=trip)
    rows = rows.select_related("goal__participation__trip", "goal__participation__user")
    level = get_object_or_404(rows, goal=goal, moment=moment, on=None)
    require(can_confirm(request.user, level))
    return level, aware(request.POST.get("scored_at", "")) or level.scored_at


@require_POST
def confirm(request: HttpRequest, slug: str, goal: uuid.UUID, moment: str) -> HttpResponse:
    """Confirm one level."""
    level, scored_at = one_level(request, slug, goal, moment)
    actions.confirm_level(level=level, scored_at=scored_at, by=request.user)
    messages.success(request, _("Confirmed."))
    return redirect("evaluations:levels", slug)


@require_POST
def confirm_all(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Confirm all levels of one person that were on the page."""
    trip = team_verb(request, slug)
    person = get_object_or_404(Participation.objects.filter(trip=trip), pk=pk)
    rows = GoalLevel.objects.to_confirm().filter(goal__participation=person)
    seen = {}
    for level in rows.select_related("goal__participation__trip"):
        scored_at = aware(request.POST.get(f"seen-{level.goal_id}-{level.moment}", ""))
        require(can_confirm(request.user, level))
        if scored_at:
            seen[level] = scored_at
    if not seen:
        raise Refused(no(actions.FASTER, CONFLICT))
    count = len(actions.confirm_levels(participation=person, seen=seen, by=request.user))
    text = ngettext("%(count)s level confirmed.", "%(count)s levels confirmed.", count)
    messages.success(request, text % {"count": count})
    return redirect("evaluations:levels", slug)


@require_POST
def hand_back(request: HttpRequest, slug: str, goal: uuid.UUID, moment: str) -> HttpResponse:
    """Ask the participant to look again."""
    level, scored_at = one_level(request, slug, goal, moment)
    form = HandBackForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "level": level, "trip": level.goal.participation.trip, "active": "levels"}
        return render(request, "evaluations/team/hand_back.html", context, status=422)
    actions.hand_back_level(level=level, note=form.cleaned_data["note"], scored_at=scored_at, by=request.user)
    messages.success(request, _("Handed back. The participant gets your sentence by mail."))
    return redirect("evaluations:levels", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def presentations(request: HttpRequest, slug: str) -> HttpResponse:
    """Titles, slots in order, and who presented."""
    trip, now = team_trip(request, slug), clock.now()
    people = list(people_of(trip).select_related("presentation", "institution", "user"))
    rows = [(one, getattr(one, "presentation", None)) for one in people]
    rows.sort(
        key=lambda row: (
            not (row[1] and row[1].starts_at),
            row[1].starts_at.isoformat() if row[1] and row[1].starts_at else "",
        )
    )
    meeting = trip.meetings.filter(kind="return").first()
    first = next((p.starts_at for _one, p in rows if p and p.starts_at), meeting.starts_at if meeting else None)
    start = {"starts": first.astimezone(clock.HOME).time() if first else None}
    form = SlotsForm(request.POST or None, rows=rows, initial=start)
    verdict = can_arrange_presentations(request.user, trip, now)
    if form.is_bound:
        require(verdict)
        if form.is_valid():
            returning.give_slots(trip=trip, slots=slots(trip, form, people), by=request.user)
            messages.success(request, _("The order is saved."))
            return redirect("evaluations:presentations", slug)
    context = {"trip": trip, "active": "presentations", "form": form, "meeting": meeting, "acts": verdict}
    context["rows"] = [(one, shown, form.place(one)) for one, shown in rows]
    context["held"] = can_mark_held(request.user, trip, now)
    return render(request, "evaluations/team/presentations.html", context, status=422 if form.is_bound else 200)


def slots(trip: Trip, form: SlotsForm, people: list[Participation]) -> dict[Participation, datetime | None]:
    """Everybody's moment: one after the other from the first, on the day of the return meeting."""
    first = dutch_moment(trip.return_meeting_on, form.cleaned_data["starts"])
    each = timedelta(minutes=form.cleaned_data["minutes"])
    given: dict[Participation, datetime | None] = dict.fromkeys(people)
    return given | {one: first + number * each for number, one in enumerate(form.order())}


@require_POST
def held(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Note that somebody presented, or that this was a mistake."""
    trip = team_verb(request, slug)
    require(can_mark_held(request.user, trip, clock.now()))
    person = get_object_or_404(people_of(trip).select_related("user"), pk=pk)
    returning.mark_held(participation=person, held=request.POST.get("held") != "no", by=request.user)
    messages.success(request, _("Noted."))
    return redirect("evaluations:presentations", slug)
