"""After closing, for the team: who asks to be admitted, what they wrote, and who may still write."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications import content
from applications.content import to_read
from applications.late import actions as admitting
from applications.late.forms import AnswerForm, DeclineForm, ExtendForm, LateAccessForm
from applications.late.permissions import can_admit, can_give_late_access
from applications.models import Admission
from applications.questions import Reader
from applications.writing.gaps import gaps
from applications.writing.progress import completeness
from exchange.forms import form_page, sent, status_of
from exchange.signed_in import SignedInRequest
from exchange.trips.found import team_trip
from exchange.trips.permissions import can_look_along
from exchange.verdicts import require

PER_PAGE = 30


@form_page
def late(request: SignedInRequest, slug: str) -> HttpResponse:
    """Requests to be admitted, and whom the lead lets write later."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    may_give = can_give_late_access(request.user, trip)
    if request.method == "POST":
        require(may_give)
    form = LateAccessForm(sent(request))
    if form.is_valid():
        given = admitting.give_late_access(trip=trip, by=request.user, **form.cleaned_data)
        messages.success(request, _("%(email)s may write, and knows it by mail.") % {"email": given.email})
        return redirect("applications:late", slug)
    asked = Admission.objects.visible_to(request.user).filter(application__trip=trip)
    asked = asked.exclude(application__user=request.user).select_related("application__user__institution")
    waiting_first = Case(When(status="asked", then=Value(0)), default=Value(1))
    requests = Paginator(asked.order_by(waiting_first, "asked_at", "pk"), PER_PAGE)
    access = Paginator(trip.late_access.select_related("given_by").order_by("-until_at", "pk"), PER_PAGE)
    context = {
        "trip": trip,
        "active": "late",
        "requests": requests.get_page(request.GET.get("page")),
        "access": access.get_page(request.GET.get("access")),
        "drafts": completeness(trip),
        "may_give": may_give,
        "form": form,
    }
    return render(request, "applications/late/late.html", context, status=status_of(form))


@require_POST
def take(request: SignedInRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take late access back."""
    access = get_object_or_404(team_trip(request, slug).late_access.select_related("trip"), pk=pk)
    admitting.take_late_access(access=access, by=request.user)
    messages.success(request, _("%(email)s can no longer write. What was sent stays.") % {"email": access.email})
    return redirect("applications:late", slug)


# --- one request -----------------------------------------------------------------------------------


def found_admission(request: SignedInRequest, slug: str, pk: UUID) -> Admission:
    """A request of a trip the reader works on; never the own one."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    rows = Admission.objects.visible_to(request.user).exclude(application__user=request.user)
    found = get_object_or_404(
        rows.select_related("application__user__institution", "answered_by"), pk=pk, application__trip=trip
    )
    found.application.trip = trip
    return found


@require_safe
def admission(request: SignedInRequest, slug: str, pk: UUID) -> HttpResponse:
    """The draft as it stood at closing, because its author asked the team to read it."""
    return render(
        request, "applications/late/admission.html", admission_page(request, found_admission(request, slug, pk))
    )


def admission_page(request: SignedInRequest, found: Admission, **forms: Any) -> dict[str, Any]:
    """What the page of one request shows."""
    application = found.application
    return {
        "trip": application.trip,
        "active": "late",
        "admission": found,
        "application": application,
        "said": to_read(content.of_draft(application), Reader.LEAD),
        "missing": gaps(application, content.goals_of(application)) if application.status == "draft" else [],
        "may": can_admit(request.user, found),
        "admitting": AnswerForm(prefix="admit"),
        "extending": ExtendForm(prefix="extend"),
        "declining": DeclineForm(prefix="decline"),
        **forms,
    }


@require_POST
def admit(request: SignedInRequest, slug: str, pk: UUID) -> HttpResponse:
    """Send the draft as it stood."""
    found = found_admission(request, slug, pk)
    require(can_admit(request.user, found, "admit"))
    form = AnswerForm(request.POST, prefix="admit")
    if not form.is_valid():
        return again(request, found, admitting=form)
    try:
        made = admitting.admit(admission=found, answer=form.cleaned_data["answer"], by=request.user)
    except admitting.Incomplete:
        return again(request, found, status=409, tried=True)
    messages.success(request, _("%(name)s is in. The receipt goes out by mail.") % {"name": made.printed_name})
    return redirect("applications:detail", slug, made.application_id)


@require_POST
def extend(request: SignedInRequest, slug: str, pk: UUID) -> HttpResponse:
    """Let the author write on."""
    found = found_admission(request, slug, pk)
    require(can_admit(request.user, found, "extend"))
    form = ExtendForm(request.POST, prefix="extend")
    if not form.is_valid():
        return again(request, found, extending=form)
    admitting.extend(admission=found, by=request.user, **form.cleaned_data)
    messages.success(request, _("The author can write on, and knows it by mail."))
    return redirect("applications:late", slug)


@require_POST
def decline(request: SignedInRequest, slug: str, pk: UUID) -> HttpResponse:
    """The draft stays out."""
    found = found_admission(request, slug, pk)
    require(can_admit(request.user, found, "decline"))
    form = DeclineForm(request.POST, prefix="decline")
    if not form.is_valid():
        return again(request, found, declining=form)
    admitting.decline_admission(admission=found, answer=form.cleaned_data["answer"], by=request.user)
    messages.success(request, _("The author hears why by mail."))
    return redirect("applications:late", slug)


def again(request: SignedInRequest, found: Admission, *, status: int = 422, **more: Any) -> HttpResponse:
    """The page once more, with what was typed."""
    return render(request, "applications/late/admission.html", admission_page(request, found, **more), status=status)
