"""What a reviewer does: see what waits, read, score, finish, hand back."""

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications.assessing import actions as assessing
from applications.assessing.forms import AssessmentForm, RecuseForm
from applications.assessing.permissions import can_assess, can_change_assessment, can_recuse
from applications.assessing.rubric import rubric_of
from applications.assessing.rubric_grid import grid
from applications.content import to_read
from applications.lifecycle import BACKED
from applications.models import Assessment, AssessmentQuerySet, Load
from applications.questions import Reader
from exchange.forms import form_page, sent
from exchange.signed_in import SignedInRequest
from exchange.some import first
from exchange.trips.models import Trip
from exchange.verdicts import require

#: Words a minute, and minutes to score.
PACE, SCORING = 180, 5
#: Applications of a trip on the list of who reads them.
SHOWN = 50


def mine(request: SignedInRequest) -> AssessmentQuerySet:
    """The reader's own assessments of standing applications, until publication."""
    own = Assessment.objects.visible_to(request.user).filter(reviewer=request.user, application__status="submitted")
    own = own.standing().filter(application__trip__cancelled_at=None, application__trip__published_at=None)
    return own.select_related("application__trip", "submission__institution")


def minutes(waiting: AssessmentQuerySet, count: int) -> int:
    """How long reading and scoring these takes, about."""
    words = waiting.aggregate(words=Sum("submission__words"))["words"] or 0
    return round(words / PACE) + SCORING * count


@require_safe
def to_review(request: SignedInRequest) -> HttpResponse:
    """What waits to be read, by trip. The order differs for every reviewer, so that nobody is always read last."""
    found = mine(request)
    trips = Trip.objects.filter(pk__in=found.order_by().values("application__trip")).order_by("closes_at", "pk")
    loads = {load.trip_id: load for load in Load.objects.filter(reviewer=request.user, trip__in=trips)}
    groups = [group_of(trip, found.filter(application__trip=trip), loads.get(trip.pk, Load())) for trip in trips]
    return render(request, "applications/assessing/list.html", {"groups": groups})


def group_of(trip: Trip, mine: AssessmentQuerySet, load: Load) -> dict[str, Any]:
    """What somebody reads of one trip: what waits first, then what is finished."""
    waiting = mine.filter(status="assigned").order_by("pk")
    return {
        "trip": trip,
        "rows": first(mine.defer("submission__content").order_by("status", "pk"), SHOWN),
        "next": waiting.values_list("pk", flat=True).first(),
        "load": load,
        "minutes": minutes(waiting, load.to_read),
    }


def found_assessment(request: SignedInRequest, pk: uuid.UUID) -> Assessment:
    """One of the reader's own; 404 after publication."""
    found = Assessment.objects.visible_to(request.user).filter(reviewer=request.user).standing()
    return get_object_or_404(
        found.select_related("application__trip", "application__user", "submission__institution"), pk=pk
    )


def initial_of(assessment: Assessment) -> dict[str, Any]:
    """What was filled in before."""
    found: dict[str, Any] = {}
    for score in assessment.scores.all():
        found[f"level-{score.criterion_id}"] = score.level
        found[f"reason-{score.criterion_id}"] = score.reason
    return found


@form_page
def assess(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The text on the left, the rubric on the right. Save whenever you like, finish when it is complete."""
    assessment = found_assessment(request, pk)
    application = assessment.application
    finishing = "finish" in request.POST
    submission = application.submissions.select_related("institution").first()
    criteria = rubric_of(application.trip)
    if assessment.status == "finished":
        submission = assessment.submission
    initial = {**initial_of(assessment), "submission": submission.pk}
    form = AssessmentForm(sent(request), criteria=criteria, finishing=finishing, initial=initial)
    if request.method == "POST":
        require(can_assess(request.user, assessment))
        if form.is_valid():
            return kept(request, assessment, form, finishing)
    status = 422 if form.is_bound else 200
    return render(
        request,
        "applications/assessing/assess.html",
        assessing_page(request, assessment, submission, form),
        status=status,
    )


def kept(request: SignedInRequest, assessment: Assessment, form: AssessmentForm, finishing: bool) -> HttpResponse:
    """Save or finish, and on to what is next."""
    read = get_object_or_404(assessment.application.submissions.all(), pk=form.cleaned_data["submission"])
    deed = assessing.finish_assessment if finishing else assessing.save_assessment
    deed(assessment=assessment, given=form.given, submission=read, by=request.user)
    if not finishing:
        messages.success(request, _("Saved. Only you see this until you finish."))
        return redirect("applications:assess", assessment.pk)
    messages.success(request, _("Finished. You can change it until the selection is published."))
    return redirect("applications:assess", assessment.pk)


def assessing_page(
    request: SignedInRequest, assessment: Assessment, submission: Any, form: Any, **more: Any
) -> dict[str, Any]:
    """What the page shows; what others gave only once the own assessment is finished."""
    application = assessment.application
    finished = assessment.status == "finished"
    here = mine(request).filter(application__trip=application.trip).order_by("pk").values_list("pk", flat=True)
    before, after = here.filter(pk__lt=assessment.pk), here.filter(pk__gt=assessment.pk)
    load = application.trip.loads.filter(reviewer=request.user).first() or Load()
    context = {
        "trip": application.trip,
        "assessment": assessment,
        "application": application,
        "submission": submission,
        "said": to_read(submission.answers, Reader.REVIEWERS),
        "form": form,
        "backing": application.endorsements.current().filter(status__in=BACKED).first(),
        "finished": finished,
        "recusing": RecuseForm(),
        "may": can_assess(request.user, assessment),
        "may_recuse": can_recuse(request.user, assessment),
        "may_change": can_change_assessment(request.user, assessment),
        "number": before.count() + 1,
        "total": load.assigned,
        "done": load.finished,
        "previous": before.last(),
        "next": after.first(),
        "waiting": here.filter(status="assigned").exclude(pk=assessment.pk).first(),
    }
    if finished:
        read = application.assessments.filter(status="finished").select_related("reviewer").prefetch_related("scores")
        context["grid"] = grid(form.criteria, list(read))
    return context | more


@require_POST
def reopen(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change a finished assessment."""
    assessment = found_assessment(request, pk)
    assessing.reopen_assessment(assessment=assessment, by=request.user)
    messages.info(request, _("Open again. It counts once you finish it again."))
    return redirect("applications:assess", pk)


@require_POST
def recuse(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """I know this person."""
    assessment = found_assessment(request, pk)
    require(can_recuse(request.user, assessment))
    form = RecuseForm(request.POST)
    if not form.is_valid():
        submission = assessment.submission
        rubric = AssessmentForm(
            criteria=rubric_of(assessment.application.trip),
            initial={**initial_of(assessment), "submission": submission.pk},
        )
        context = assessing_page(request, assessment, submission, rubric, recusing=form)
        return render(request, "applications/assessing/assess.html", context, status=422)
    assessing.recuse(assessment=assessment, reason=form.cleaned_data["reason"], by=request.user)
    messages.success(request, _("You stay out of this application. The lead gives it to somebody else."))
    return redirect("applications:to-review")
