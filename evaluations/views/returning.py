"""The return page and the presentation of one participant."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from evaluations.actions import returning as actions
from evaluations.forms.returning import PresentationForm, ReturnForm
from evaluations.lifecycle import Moment, has_returned
from evaluations.models import GoalLevel, OneWord, Presentation, ReturnEvaluation
from evaluations.permissions import can_prepare_presentation, can_return, may_look_back
from evaluations.views.common import own, too_late, written_in
from exchange import clock
from exchange.trips.models import Participation
from exchange.verdicts import require


def levels_at(participation: Participation, moment: Moment) -> dict[Any, GoalLevel]:
    """The level of each own goal at a moment."""
    rows = GoalLevel.objects.filter(goal__participation=participation, moment=moment).select_related("confirmed_by")
    return {row.goal_id: row for row in rows}


@require_http_methods(["GET", "HEAD", "POST"])
def back(request: HttpRequest, slug: str) -> HttpResponse:
    """Levels, outcomes, the one word and a grade; later to read, but not while the recall is asked."""
    participation, now = own(request, slug), clock.now()
    verdict = can_return(request.user, participation, now)
    if not (verdict or has_returned(participation.trip, now)):
        require(verdict)
    said = OneWord.objects.filter(participation=participation, moment=Moment.RETURN).first()
    if not may_look_back(participation, getattr(participation, "follow_up", None), now) and request.method == "GET":
        return render(request, "evaluations/return_hidden.html", {"trip": participation.trip, "word": said})
    form = ReturnForm(
        request.POST or None,
        goals=list(participation.goals.all()),
        rows=levels_at(participation, Moment.RETURN),
        answered=ReturnEvaluation.objects.filter(participation=participation).first(),
        said=said,
    )
    if form.is_bound and not verdict:
        return too_late(request, verdict, form)
    if form.is_bound and form.is_valid():
        return _save(request, participation, form)
    context = {"form": form, "trip": participation.trip, "participation": participation, "word": said, "open": verdict}
    template = "evaluations/return.html" if verdict else "evaluations/return_read.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _save(request: HttpRequest, participation: Participation, form: ReturnForm) -> HttpResponse:
    cleaned = form.cleaned_data
    answers = actions.TripAnswers(
        grade=cleaned["grade"],
        support=cleaned["support"],
        opportunity=cleaned["opportunity"],
        learned=cleaned["learned"],
    )
    actions.answer_return(
        participation=participation,
        answers=answers,
        scores=form.scores(),
        word=cleaned["word"],
        consent=cleaned["consent"],
        language=written_in(),
        by=request.user,
    )
    messages.success(request, _("Saved. A companion looks at your levels and confirms them."))
    return redirect("evaluations:plan", participation.trip.slug)


@require_POST
def consent(request: HttpRequest, slug: str, moment: str) -> HttpResponse:
    """The author gives or withdraws consent for a word, at any time."""
    participation = own(request, slug)
    word = get_object_or_404(OneWord, participation=participation, moment=moment)
    wanted = request.POST.get("consent") == "yes"
    actions.set_consent(word=word, consent=wanted, by=request.user)
    given = _("Your word may stand in the report, without your name.")
    messages.success(request, given if wanted else _("Your word stands in no new report."))
    page = "return" if moment == Moment.RETURN else "follow-up"
    return redirect(f"evaluations:{page}", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def presentation(request: HttpRequest, slug: str) -> HttpResponse:
    """What somebody presents at the return meeting."""
    participation = own(request, slug)
    verdict = can_prepare_presentation(request.user, participation, clock.now())
    known = Presentation.objects.filter(participation=participation).first()
    form = PresentationForm(request.POST or None, instance=known)
    if not form.is_bound:
        require(verdict)
    elif not verdict:
        return too_late(request, verdict, form)
    elif form.is_valid():
        actions.prepare_presentation(
            participation=participation, language=written_in(), by=request.user, **form.cleaned_data
        )
        messages.success(request, _("Saved. The team plans the order."))
        return redirect(reverse("evaluations:presentation", args=[slug]))
    meeting = participation.trip.meetings.filter(kind="return").first()
    context = {"form": form, "trip": participation.trip, "presentation": known, "meeting": meeting}
    return render(request, "evaluations/presentation.html", context, status=422 if form.is_bound else 200)
