"""The applicant's own page: where it stands, what is next, receipts, versions, the manager, the offer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications import content
from applications.changes import changes
from applications.content import to_read
from applications.endorsing.actions import remind_manager, replace_manager
from applications.endorsing.forms import ReplaceManagerForm
from applications.endorsing.permissions import (
    answered,
    can_remind_manager,
    can_replace_manager,
    silent,
    to_be_confirmed,
)
from applications.late.actions import ask_admission
from applications.late.forms import AskAdmissionForm
from applications.late.permissions import can_ask_admission
from applications.lifecycle import STAGE_SHAPES, Stage, stage
from applications.models import Application, Offer
from applications.permissions import late_until
from applications.questions import Reader
from applications.selection.answering import confirm_place, decline, give_back
from applications.selection.forms_answer import ReasonForm
from applications.selection.permissions import can_answer, can_give_back
from applications.writing.actions import reinstate, withdraw
from applications.writing.documents import copy_of
from applications.writing.permissions import can_reinstate, can_withdraw, can_write
from exchange import clock
from exchange.documents.responses import download
from exchange.forms import form_page, sent, status_of
from exchange.history.models import HistoryEntry
from exchange.people.models import User
from exchange.signed_in import SignedInRequest
from exchange.trips.models import Participation
from exchange.verdicts import CONFLICT, Refused, no, require

#: The own deeds, in the words of who did them.
DEEDS = {
    "application.start": gettext_lazy("You started your application."),
    "admission.ask": gettext_lazy("You asked the team to admit your draft."),
    "application.submit": gettext_lazy("You sent your application."),
    "application.revise": gettext_lazy("You sent a new version."),
    "application.withdraw": gettext_lazy("You withdrew your application."),
    "application.reinstate": gettext_lazy("You undid the withdrawal."),
    "endorsement.replace": gettext_lazy("You named another manager."),
    "offer.confirm": gettext_lazy("You confirmed your place."),
    "offer.decline": gettext_lazy("You declined your place."),
    "participation.cancel": gettext_lazy("You gave your place back."),
}


def own(request: SignedInRequest, pk: UUID) -> Application:
    """The reader's own application; anybody else's is not there."""
    rows = Application.objects.of(request.user).select_related("trip", "user", "decision", "admission")
    application = get_object_or_404(rows, pk=pk)
    application.user = request.user
    return application


def place(application: Application) -> Participation | None:
    """The participation that came of it."""
    found = Participation.objects.filter(trip=application.trip, user=application.user).first()
    if found:
        found.trip = application.trip
    return found


def offer_of(application: Application) -> Offer | None:
    """The newest offer; told only when the selection is published."""
    found = application.offers.first()
    if found:
        found.application = application
    return found


@require_safe
def mine(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Where it stands, what is next and when."""
    application = own(request, pk)
    participation, offer, now = place(application), offer_of(application), clock.now()
    decision = getattr(application, "decision", None)
    late = late_until(request.user, application.trip) if now >= application.trip.closes_at else None
    at = stage(
        status=application.status,
        trip=application.trip,
        decision=decision,
        offer=offer,
        participation=participation,
        now=now,
        late=late,
    )
    told = decision if decision and decision.published_at else None
    context = {
        "application": application,
        "trip": application.trip,
        "stage": at,
        "shape": STAGE_SHAPES[at],
        "participation": participation,
        "offer": offer if told else None,
        "decision": told,
        "admission": getattr(application, "admission", None),
        "late": late if late and late > now else None,
        "in_grace": now >= application.trip.closes_at,
        **(caught(request.user, application) if at is Stage.CAUGHT else {}),
        "phrases": list(told.phrases.select_related("criterion")) if told else [],
        "deeds": deeds(application),
        **as_sent(request.user, application),
        **manager(request.user, application),
        "can_give_back": bool(participation and can_give_back(request.user, participation)),
    }
    return render(request, "applications/mine/mine.html", context)


def caught(user: User, application: Application) -> dict[str, Any]:
    """A draft that the deadline caught: to read, and to ask the team for."""
    return {
        "draft": to_read(content.of_draft(application), Reader.APPLICANT),
        "can_ask_admission": bool(can_ask_admission(user, application)),
    }


def as_sent(user: User, application: Application) -> dict[str, Any]:
    """What was sent, whether the draft says something newer, and what may still be done."""
    submissions = list(application.submissions.all())
    last = submissions[0] if submissions else None
    writable = bool(can_write(user, application.trip, application))
    unsent = writable and last is not None and not last.says(content.of_draft(application))
    return {
        "submissions": submissions,
        "last": last,
        "writable": writable,
        "unsent": unsent,
        "can_withdraw": bool(can_withdraw(user, application)),
        "can_reinstate": bool(can_reinstate(user, application)),
    }


def manager(user: User, application: Application) -> dict[str, Any]:
    """What the manager did: asked, or answered. Never what."""
    current = application.endorsements.current().select_related("submission__institution").first()
    return {
        "endorsement": current,
        "manager_answered": answered(current),
        "silent": bool(current and silent(current)),
        "to_be_confirmed": bool(current and to_be_confirmed(current)),
        "can_replace": bool(can_replace_manager(user, application, current)),
        "can_remind": bool(can_remind_manager(user, application, current)),
    }


def deeds(application: Application) -> list[dict[str, Any]]:
    """What the applicant did, newest first. Only own deeds: others' would tell too much."""
    entries = HistoryEntry.objects.filter(by=application.user, trip=application.trip_id, verb__in=DEEDS)
    return [{"at": entry.at, "text": DEEDS[entry.verb]} for entry in entries]


# --- versions --------------------------------------------------------------------------------------


@require_safe
def version(request: SignedInRequest, pk: UUID, number: int) -> HttpResponse:
    """The receipt of one submission: its number, when, a copy, and what changed since an earlier one."""
    application = own(request, pk)
    beside = request.GET.get("beside", "")
    earlier = min(int(beside), number) if beside.isdecimal() and len(beside) < 6 else number - 1
    two = list(application.submissions.select_related("institution").filter(number__in=[number, earlier]))
    submission = next((one for one in two if one.number == number), None)
    if submission is None:
        raise Http404
    before = next((one for one in two if one.number == earlier != number), None)
    context = {
        "application": application,
        "trip": application.trip,
        "submission": submission,
        "said": to_read(submission.answers, Reader.APPLICANT),
        "before": before,
        "others": [one for one in range(1, number) if before and one != before.number],
        "changes": changes(before.answers, submission.answers, Reader.APPLICANT) if before else [],
    }
    return render(request, "applications/mine/version.html", context)


@require_safe
def paper(request: SignedInRequest, pk: UUID, number: int) -> HttpResponseBase:
    """A copy of one submission as a PDF."""
    application = own(request, pk)
    submission = get_object_or_404(application.submissions, number=number)
    submission.application = application
    made = copy_of(submission, language=get_language() or "nl")
    return download(made, f"{submission.receipt}.pdf", people=1)


# --- withdrawing -----------------------------------------------------------------------------------


@form_page
def withdraw_it(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask once more, then withdraw."""
    application = own(request, pk)
    require(can_withdraw(request.user, application))
    if request.method == "POST":
        withdraw(application=application, by=request.user)
        messages.success(request, _("You withdrew your application."))
        return redirect("applications:mine", application.pk)
    return render(request, "applications/mine/withdraw.html", {"application": application, "trip": application.trip})


@require_POST
def reinstate_it(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Undo the withdrawal."""
    application = reinstate(application=own(request, pk), by=request.user)
    messages.success(request, _("Your application stands again."))
    return redirect("applications:mine", application.pk)


@form_page
def ask_admission_of(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask the team to read the draft that the deadline caught, and to let it in."""
    application = own(request, pk)
    require(can_ask_admission(request.user, application))
    form = AskAdmissionForm(sent(request))
    if request.method == "POST" and form.is_valid():
        ask_admission(application=application, request=form.cleaned_data["request"], by=request.user)
        messages.success(request, _("The team knows. You hear the answer by mail."))
        return redirect("applications:mine", application.pk)
    context = {"application": application, "trip": application.trip, "form": form}
    return render(request, "applications/mine/admission.html", context, status=status_of(form))


# --- the manager -----------------------------------------------------------------------------------


@form_page
def replace_it(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Name another manager."""
    application = own(request, pk)
    current = application.endorsements.current().first()
    require(can_replace_manager(request.user, application, current))
    form = ReplaceManagerForm(sent(request), user=request.user, current=current)
    if request.method == "POST" and form.is_valid():
        name, email = form.cleaned_data["manager_name"], form.cleaned_data["manager_email"]
        replace_manager(application=application, name=name, email=email, by=request.user)
        messages.success(request, _("We ask %(name)s now. The earlier link no longer works.") % {"name": name})
        return redirect("applications:mine", application.pk)
    context = {"application": application, "trip": application.trip, "form": form, "endorsement": current}
    return render(request, "applications/mine/manager.html", context, status=status_of(form))


@require_POST
def remind_it(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Mail the manager the same question again."""
    application = own(request, pk)
    remind_manager(application=application, by=request.user)
    messages.success(request, _("We mail your manager the same question again."))
    return redirect("applications:mine", application.pk)


# --- the offer -------------------------------------------------------------------------------------


def offered(request: SignedInRequest, pk: UUID, name: str) -> Offer:
    """The offer to answer; without one the page says so."""
    application = own(request, pk)
    found = offer_of(application)
    if not found:
        raise Refused(no(_("There is no offer to answer."), CONFLICT))
    require(can_answer(request.user, found, name))
    return found


@require_safe
def offer(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The place that is held, what saying yes means, and until when. An old letter's link leads to how it stands."""
    latest = offer_of(own(request, pk))
    if latest and latest.status != "open":
        return redirect("applications:mine", pk)
    found = offered(request, pk, "confirm")
    said = found.application.submissions.first().answers
    context = {"offer": found, "application": found.application, "trip": found.application.trip, "said": said}
    return render(request, "applications/mine/offer.html", context)


@require_POST
def confirm(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take the place."""
    confirm_place(offer=offered(request, pk, "confirm"), by=request.user)
    messages.success(request, _("You have a place. Your learning goals go along with you."))
    return redirect("applications:mine", pk)


@form_page
def decline_it(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Leave the place to somebody else, with a reason."""
    found = offered(request, pk, "decline")
    form = ReasonForm(sent(request))
    if request.method == "POST" and form.is_valid():
        decline(offer=found, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("You declined your place. Thank you for answering."))
        return redirect("applications:mine", pk)
    context = {"application": found.application, "trip": found.application.trip, "form": form, "offer": found}
    return render(request, "applications/mine/decline.html", context, status=status_of(form))


@form_page
def give_it_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give a confirmed place back, with a reason."""
    application = own(request, pk)
    participation = place(application)
    if not participation:
        raise Refused(no(_("You have no place on this trip to give back."), CONFLICT))
    require(can_give_back(request.user, participation))
    form = ReasonForm(sent(request))
    if request.method == "POST" and form.is_valid():
        give_back(participation=participation, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("You gave your place back. The project team knows."))
        return redirect("applications:mine", pk)
    context = {"application": application, "trip": application.trip, "form": form, "participation": participation}
    return render(request, "applications/mine/give_back.html", context, status=status_of(form))
