"""The spread-and-use plan and its actions."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluations.lifecycle import ACTION
from evaluations.models import Action
from evaluations.pages import own, too_late, written_in
from evaluations.plans import actions
from evaluations.plans.forms import ActionForm, ReportForm
from evaluations.plans.permissions import can_edit_action, can_plan, can_report
from exchange import clock
from exchange.forms import form_page, sent
from exchange.signed_in import SignedInRequest
from exchange.verdicts import require


@require_safe
def plan(request: SignedInRequest, slug: str) -> HttpResponse:
    """All actions of the own plan."""
    participation, now = own(request, slug), clock.now()
    verdict = can_plan(request.user, participation, now)
    rows = list(participation.actions.select_related("goal").prefetch_related("tags"))
    if not rows:
        require(verdict)
    context = {"trip": participation.trip, "actions": rows, "life": ACTION, "verdict": verdict}
    return render(request, "evaluations/plans/plan.html", context)


@form_page
def add(request: SignedInRequest, slug: str) -> HttpResponse:
    """Put an action in the plan."""
    participation = own(request, slug)
    verdict = can_plan(request.user, participation, clock.now())
    form = ActionForm(sent(request), participation=participation)
    if not form.is_bound:
        require(verdict)
    elif not verdict:
        return too_late(request, verdict, form)
    elif form.is_valid():
        actions.add_action(participation=participation, plan=form.plan(), language=written_in(), by=request.user)
        messages.success(request, _("This action stands in your plan. A week before its date we remind you."))
        return redirect("evaluations:plan", slug)
    context = {"form": form, "trip": participation.trip}
    return render(request, "evaluations/plans/action_form.html", context, status=422 if form.is_bound else 200)


def seen(request: SignedInRequest, pk: uuid.UUID) -> Action:
    """An action its owner and the team may read."""
    related = ("participation__trip", "participation__user", "participation__institution", "goal")
    return get_object_or_404(Action.objects.visible_to(request.user).select_related(*related), pk=pk)


@form_page
def edit(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change a plan nothing was told about yet."""
    action = seen(request, pk)
    verdict = can_edit_action(request.user, action, clock.now())
    form = ActionForm(sent(request), participation=action.participation, action=action)
    if not form.is_bound:
        require(verdict)
    elif not verdict:
        return too_late(request, verdict, form)
    elif form.is_valid():
        actions.edit_action(action=action, plan=form.plan(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("evaluations:plan", action.participation.trip.slug)
    context = {"form": form, "trip": action.participation.trip, "action": action}
    return render(request, "evaluations/plans/action_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def delete(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a plan away before anything was told about it."""
    action = seen(request, pk)
    actions.delete_action(action=action, by=request.user)
    messages.success(request, _("Taken out of your plan."))
    return redirect("evaluations:plan", action.participation.trip.slug)


@require_POST
def drop(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """It will not happen; the plan keeps it."""
    action = seen(request, pk)
    actions.drop_action(action=action, by=request.user)
    messages.success(request, _("Noted: this action will not happen. You can take it up again."))
    return redirect("evaluations:action", action.pk)


@form_page
def action(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What was meant and what became of it; its owner tells the rest."""
    found, now = seen(request, pk), clock.now()
    verdict = can_report(request.user, found, now)
    form = ReportForm(sent(request), action=found)
    if form.is_bound and not verdict:
        require(verdict) if found.participation.user_id != request.user.pk else None
        return too_late(request, verdict, form)
    if form.is_bound and form.is_valid():
        actions.report_action(action=found, told=form.told(), seen=form.cleaned_data["seen"], by=request.user)
        messages.success(request, _("Saved. You can tell more at any time."))
        return redirect("evaluations:action", found.pk)
    context = {
        "form": form,
        "action": found,
        "trip": found.participation.trip,
        "mine": found.participation.user_id == request.user.pk,
        "verdict": verdict,
        "change": can_edit_action(request.user, found, now),
        "life": ACTION,
    }
    return render(request, "evaluations/plans/action.html", context, status=422 if form.is_bound else 200)
