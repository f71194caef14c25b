"""One evening of one participant."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from evaluations.evenings.actions import Elsewhere, answer_evening, answers_of
from evaluations.evenings.forms import EveningForm
from evaluations.evenings.permissions import can_answer_evening
from evaluations.lifecycle import Moment, evening_window
from evaluations.models import DailyEvaluation, GoalLevel
from evaluations.pages import own, too_late, written_in
from exchange import clock
from exchange.forms import form_page, sent
from exchange.signed_in import SignedInRequest
from exchange.trips.models import LearningGoal, Participation, ProgrammeItem
from exchange.verdicts import require


def levels_on(participation: Participation, *days: date) -> dict[date, dict[Any, GoalLevel]]:
    """The levels of the own goals on some days."""
    found: dict[date, dict[Any, GoalLevel]] = {day: {} for day in days}
    for row in GoalLevel.objects.filter(goal__participation=participation, moment=Moment.DAY, on__in=days):
        found[row.on][row.goal_id] = row
    return found


def page(request: SignedInRequest, form: EveningForm, participation: Participation, on: date) -> dict[str, Any]:
    """What an evening's page shows beside its questions."""
    trip = participation.trip
    return {
        "form": form,
        "trip": trip,
        "on": on,
        "number": trip.days.index(on) + 1,
        "total": len(trip.days),
        "past": on < clock.today(trip.zone),
        "programme": ProgrammeItem.objects.filter(trip=trip, on=on).select_related("host"),
        "window": evening_window(trip, on),
    }


@form_page
def evening(request: SignedInRequest, slug: str, on: date) -> HttpResponse:
    """Answer an evening, change it while it is open, read it afterwards."""
    participation = own(request, slug)
    if on not in participation.trip.days:
        raise Http404
    stored = DailyEvaluation.objects.filter(participation=participation, on=on).select_related("insight").first()
    goals, before = list(participation.goals.all()), on - timedelta(days=1)
    rows = levels_on(participation, on, before)
    form = EveningForm(sent(request), goals=goals, evening=stored, rows=rows[on], yesterday=rows[before])
    verdict = can_answer_evening(request.user, participation, on, stored, clock.now())
    if form.is_bound and not verdict:
        return too_late(request, verdict, form)
    if form.is_bound and form.is_valid():
        return _save(request, participation, on, form)
    if not stored:
        require(verdict)
    context = page(request, form, participation, on) | {"evening": stored, "open": verdict}
    if stored and not verdict:
        context["answers"] = readable(goals, answers_of(stored))
        return render(request, "evaluations/evenings/evening_read.html", context)
    return render(request, "evaluations/evenings/evening.html", context, status=422 if form.is_bound else 200)


def _save(request: SignedInRequest, participation: Participation, on: date, form: EveningForm) -> HttpResponse:
    key, seen = form.cleaned_data["client_key"], form.cleaned_data["seen"]
    answers = form.answers()
    try:
        saved = answer_evening(
            participation=participation,
            on=on,
            answers=answers,
            client_key=key,
            seen_at=seen,
            language=written_in(),
            by=request.user,
        )
    except Elsewhere as found:
        context = page(request, form, participation, on) | {
            "stored": found.stored,
            "earlier": readable(form.goals, answers_of(found.stored)),
            "typed": readable(form.goals, answers),
            "hidden": [field for field in form if field.name not in ("client_key", "seen")],
        }
        return render(request, "evaluations/evenings/evening_twice.html", context, status=409)
    late = _("Saved, and marked as late. The project team reads it.")
    messages.success(request, late if saved.late else _("Saved. The project team reads it tonight."))
    return redirect("home")


def readable(goals: list[LearningGoal], answers: Any) -> dict[str, Any]:
    """Answers as a page prints them."""
    rows = []
    for goal in goals:
        if goal.pk in answers.levels:
            level = answers.levels[goal.pk]
            rows.append({"goal": goal, "level": level, "meaning": dict(goal.levels).get(level, "")})
        elif goal.pk in answers.words:
            rows.append({"goal": goal, "words": answers.words[goal.pk]})
    return {
        "goals": rows,
        "insight": answers.insight,
        "verdict": answers.verdict,
        "mood": answers.mood,
        "need": answers.need,
    }
