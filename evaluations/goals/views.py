"""A goal: its life on one page, and sharpening it."""

import uuid

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evaluations.goals import actions, life
from evaluations.goals.forms import SharpenForm
from evaluations.goals.permissions import can_sharpen, may_look_back
from evaluations.lifecycle import Moment
from evaluations.looking.views import asked_why
from evaluations.pages import too_late
from exchange import clock
from exchange.forms import form_page, sent
from exchange.people.models import User
from exchange.signed_in import SignedInRequest
from exchange.trips.models import LearningGoal
from exchange.verdicts import CONFLICT, no, require


def seen_by(user: User) -> QuerySet[LearningGoal]:
    """Goals with everything their pages name."""
    related = ("participation__trip", "participation__user", "participation__institution", "sharpened_by")
    return LearningGoal.objects.visible_to(user).select_related(*related, "participation__follow_up")


@require_safe
def show(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The life of a goal, for its owner and the team."""
    goal = get_object_or_404(seen_by(request.user), pk=pk)
    participation, now = goal.participation, clock.now()
    if page := asked_why(request, participation.trip, participation.user_id):
        return page
    mine = participation.user_id == request.user.pk
    hide = mine and not may_look_back(participation, getattr(participation, "follow_up", None), now)
    context = {
        "goal": goal,
        "participation": participation,
        "trip": participation.trip,
        "life": life.life(goal, now, hide_outcomes=hide),
        "mine": mine,
        "sharpen": can_sharpen(request.user, goal, now),
    }
    return render(request, "evaluations/goals/goal.html", context)


@form_page
def sharpen(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Five levels in words, a start and a weight."""
    goal = get_object_or_404(seen_by(request.user), pk=pk)
    baseline = goal.goal_levels.filter(moment=Moment.BASELINE).first()
    form = SharpenForm(sent(request), goal=goal, baseline=baseline)
    verdict = can_sharpen(request.user, goal, clock.now())
    if not form.is_bound:
        require(verdict)
    elif not verdict:
        return too_late(request, verdict, form)
    elif form.is_valid():
        return _save(request, goal, form)
    context = {"form": form, "goal": goal, "trip": goal.participation.trip}
    return render(request, "evaluations/goals/sharpen.html", context, status=422 if form.is_bound else 200)


def _save(request: SignedInRequest, goal: LearningGoal, form: SharpenForm) -> HttpResponse:
    """Save what is complete, or keep it for later; somebody else's words are never overwritten unseen."""
    if form.stale:
        reason = _("Somebody else saved this goal while you were writing. Copy what you need and open it again.")
        return too_late(request, no(reason, CONFLICT), form)
    save = actions.save_sharpening if form.later else actions.sharpen
    save(goal=goal, by=request.user, **form.values())
    said = _("Saved for later. The goal counts as sharpened once all five levels are there.")
    messages.success(request, said if form.later else _("Sharpened. This is the scale you use every evening."))
    return redirect("evaluations:goal", goal.pk)
