"""One year on: the recall, unseen, and then both years side by side."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evaluations.afterwards import actions_year as actions
from evaluations.afterwards.forms_year import RecallForm, YearForm
from evaluations.goals.levels_read import levels_at
from evaluations.lifecycle import Moment
from evaluations.models import FollowUp, ReturnEvaluation
from evaluations.pages import own, too_late, unasked, written_in
from evaluations.permissions import can_follow_up
from evaluations.plans.forms import ReportForm, report_forms
from exchange import clock
from exchange.forms import form_page, sent
from exchange.signed_in import SignedInRequest
from exchange.trips.models import Participation
from exchange.verdicts import CONFLICT, no, require


@form_page
def follow_up(request: SignedInRequest, slug: str) -> HttpResponse:
    """Step one asks, step two shows both and asks on; step one knows nothing old."""
    participation = own(request, slug)
    verdict = can_follow_up(request.user, participation, clock.now())
    known = FollowUp.objects.filter(participation=participation, recalled_at__isnull=False).first()
    if known is None:
        require(verdict)
        if request.method == "POST":
            return unasked(request, no(actions.RECALL_FIRST, CONFLICT))
        return render(request, "evaluations/afterwards/recall.html", {"form": RecallForm(), "trip": participation.trip})
    rows = levels_at(participation, Moment.ONE_YEAR)
    goals = list(participation.goals.all())
    form = YearForm(sent(request), goals=goals, rows=rows, follow_up=known)
    planned = participation.actions.prefetch_related("reach").select_related("participation__trip")
    reports = report_forms(planned, sent(request))
    bound = form.is_bound
    if bound and not verdict:
        return too_late(request, verdict, form, *reports)
    if bound and all([form.is_valid(), *(report.is_valid() for report in reports)]):
        return _save(request, participation, form, reports)
    context = _both_years(participation, known) | {"form": form, "reports": reports, "open": verdict, "bound": bound}
    return render(request, "evaluations/afterwards/follow_up.html", context, status=422 if bound else 200)


def _both_years(participation: Participation, known: FollowUp) -> dict[str, Any]:
    words = {word.moment: word for word in participation.words.all()}
    return {
        "trip": participation.trip,
        "follow_up": known,
        "then": levels_at(participation, Moment.RETURN),
        "word_then": words.get(Moment.RETURN),
        "word_now": words.get(Moment.ONE_YEAR),
        "returned": ReturnEvaluation.objects.filter(participation=participation).first(),
    }


def _save(
    request: SignedInRequest, participation: Participation, form: YearForm, reports: list[ReportForm]
) -> HttpResponse:
    cleaned = form.cleaned_data
    answers = actions.YearAnswers(
        scores=form.scores(),
        told={report.action: report.told() for report in reports},
        support=cleaned["support"],
        opportunity=cleaned["opportunity"],
        students=cleaned["students"],
        moved=cleaned["moved"],
    )
    actions.answer_follow_up(participation=participation, answers=answers, language=written_in(), by=request.user)
    messages.success(request, _("Saved. A companion looks at your levels and confirms them."))
    return redirect("evaluations:follow-up", participation.trip.slug)


@require_POST
def recall(request: SignedInRequest, slug: str) -> HttpResponse:
    """Step one: the word and what is remembered; it stands from then on."""
    participation = own(request, slug)
    verdict = can_follow_up(request.user, participation, clock.now())
    form = RecallForm(request.POST)
    if not verdict:
        return too_late(request, verdict, form)
    if not form.is_valid():
        return render(
            request, "evaluations/afterwards/recall.html", {"form": form, "trip": participation.trip}, status=422
        )
    actions.recall(participation=participation, language=written_in(), by=request.user, **form.cleaned_data)
    messages.success(request, _("Saved. This is what you said a year ago, beside what you say now."))
    return redirect("evaluations:follow-up", slug)
