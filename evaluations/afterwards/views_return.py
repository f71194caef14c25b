"""The return page of one participant."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evaluations.afterwards import actions_return as actions
from evaluations.afterwards.forms_return import ReturnForm
from evaluations.goals.levels_read import levels_at
from evaluations.goals.permissions import may_look_back
from evaluations.lifecycle import Moment, has_returned
from evaluations.models import OneWord, ReturnEvaluation
from evaluations.pages import own, too_late, written_in
from evaluations.permissions import can_return
from exchange import clock
from exchange.forms import form_page, sent
from exchange.signed_in import SignedInRequest
from exchange.trips.models import Participation
from exchange.verdicts import require


@form_page
def back(request: SignedInRequest, slug: str) -> HttpResponse:
    """Levels, outcomes, the one word and a grade; later to read, but not while the recall is asked."""
    participation, now = own(request, slug), clock.now()
    verdict = can_return(request.user, participation, now)
    if not (verdict or has_returned(participation.trip, now)):
        require(verdict)
    said = OneWord.objects.filter(participation=participation, moment=Moment.RETURN).first()
    if not may_look_back(participation, getattr(participation, "follow_up", None), now) and request.method == "GET":
        return render(request, "evaluations/afterwards/return_hidden.html", {"trip": participation.trip, "word": said})
    form = ReturnForm(
        sent(request),
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
    template = "evaluations/afterwards/return.html" if verdict else "evaluations/afterwards/return_read.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _save(request: SignedInRequest, participation: Participation, form: ReturnForm) -> HttpResponse:
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
        public=cleaned["public"],
        language=written_in(),
        by=request.user,
    )
    messages.success(request, _("Saved. A companion looks at your levels and confirms them."))
    return redirect("evaluations:plan", participation.trip.slug)


@require_POST
def consent(request: SignedInRequest, slug: str, moment: str) -> HttpResponse:
    """The author gives or withdraws consent for a word, at any time."""
    participation = own(request, slug)
    word = get_object_or_404(OneWord, participation=participation, moment=moment)
    wanted = request.POST.get("consent") == "yes"
    actions.set_consent(word=word, consent=wanted, by=request.user)
    given = _("Your word may stand in editions that are published from now on, without your name.")
    messages.success(request, given if wanted else _("Taken back. Your word stands in no edition any more."))
    return redirect("impact:shown", slug)


@require_POST
def public(request: SignedInRequest, slug: str, moment: str) -> HttpResponse:
    """The author lets a word stand on the public page too, or takes it off, at any time."""
    participation = own(request, slug)
    word = get_object_or_404(OneWord, participation=participation, moment=moment)
    wanted = request.POST.get("public") == "yes"
    actions.set_public(word=word, public=wanted, by=request.user)
    given = _("Your word may stand on the public page of the trip, without your name.")
    messages.success(request, given if wanted else _("Taken back. Your word no longer stands on the public page."))
    return redirect("impact:shown", slug)
