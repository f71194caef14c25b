"""The team's list of applications and one application from top to bottom."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from applications.assessing import assigning
from applications.assessing.actions import recuse
from applications.assessing.forms import RecuseForm
from applications.assessing.forms_assigning import AssignForm
from applications.assessing.permissions import can_select, shows_scores
from applications.assessing.rubric import rubric_of
from applications.assessing.rubric_grid import grid
from applications.changes import changes
from applications.conditions.actions import rule
from applications.conditions.checks import checks, conditions_of, earlier_trips
from applications.conditions.forms import RulingForm
from applications.conditions.permissions import can_rule
from applications.content import to_read
from applications.endorsing.actions import record_on_paper
from applications.endorsing.forms_paper import PaperForm
from applications.endorsing.permissions import can_record_on_paper
from applications.found import found_application
from applications.models import Application, Assessment, Endorsement, LineQuerySet, Occasion, Recusal
from applications.permissions import hides_own, lines_to_read, sight
from applications.questions import Reader
from applications.selection.forms import DecisionForm
from applications.selection.permissions import can_decide
from applications.team.tables import ApplicationFilter, ApplicationTable, rows, sheet
from applications.writing.progress import completeness
from exchange.documents.responses import download
from exchange.documents.sheets import csv_stream, filename, workbook
from exchange.forms import form_page, sent, status_of
from exchange.keyed import FROM, KeyedRows
from exchange.people.actions import confirm_membership
from exchange.people.permissions import can_confirm
from exchange.signed_in import SignedInRequest
from exchange.trips.found import team_trip
from exchange.trips.models import Trip
from exchange.trips.permissions import can_look_along
from exchange.verdicts import require

PER_PAGE = 50


def narrowed(request: SignedInRequest, trip: Trip, lines: LineQuerySet) -> tuple[ApplicationFilter, Any]:
    """Of these lines the list as asked for in the address, and what its reader sees of it."""
    seen = sight(request.user, trip)
    return ApplicationFilter(request.GET, queryset=rows(lines, seen), sight=seen, request=request), seen


@require_safe
def listing(request: SignedInRequest, slug: str) -> HttpResponse:
    """All applications, to search, filter and sort."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    lines = lines_to_read(request.user, trip)
    found, seen = narrowed(request, trip, lines)
    keyed = KeyedRows(found.qs, told=request.GET.get(FROM, ""), per_page=PER_PAGE)
    table = ApplicationTable(keyed, sight=seen, slug=slug)
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    context = {
        "trip": trip,
        "active": "applications",
        "filter": found,
        "table": table,
        "sight": seen,
        "total": lines.count(),
        "drafts": completeness(trip),
        "hides_own": hides_own(request.user, trip),
        "query": request.GET.urlencode(),
    }
    return render(request, "applications/team/list.html", context)


@require_safe
def export(request: SignedInRequest, slug: str, kind: str) -> HttpResponseBase:
    """Exactly what the list shows, all pages of it, as a spreadsheet."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    found, seen = narrowed(request, trip, lines_to_read(request.user, trip))
    table = ApplicationTable(found.qs, sight=seen, slug=slug)
    RequestConfig(request, paginate=False).configure(table)
    one = sheet(table.data.data, seen, _("Applications"))
    name = filename(_("Applications"), trip.slug, extension=kind)
    whole = workbook([one], language=get_language() or "nl") if kind == "xlsx" else csv_stream(one)
    return download(whole, name, people=found.qs.count())


@require_safe
def detail(request: SignedInRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Everything about one application that its reader may see."""
    application = found_application(request, slug, pk)
    return render(request, "applications/team/detail.html", application_page(request, application))


def application_page(request: SignedInRequest, application: Application, **more: Any) -> dict[str, Any]:
    """What the page of one application shows."""
    trip, user = application.trip, request.user
    seen = sight(user, trip)
    reader = Reader.LEAD if seen.answers else Reader.REVIEWERS
    submissions = list(application.submissions.select_related("institution"))
    last, earlier = submissions[0], submissions[1:]
    endorsements = list(application.endorsements.filter(occasion=Occasion.APPLICATION).select_related("recorded_by"))
    context = {
        "trip": trip,
        "active": "applications",
        "application": application,
        "sight": seen,
        "submission": last,
        "said": to_read(last.answers, reader),
        "versions": [
            (older, changes(older.answers, newer.answers, reader))
            for newer, older in zip(submissions, earlier, strict=False)
        ],
        "endorsement": endorsements[0] if endorsements else None,
        "decision": getattr(application, "decision", None) if seen.decisions else None,
        "stepped_back": stepped_back(application) if seen.answers else [],
        "may_confirm": seen.answers
        and not application.user.membership_confirmed
        and can_confirm(user, application.user),
        **(panel(request, application, next(iter(endorsements), None)) if seen.scores else {}),
    }
    return context | more


def stepped_back(application: Application) -> list[tuple[str, datetime, str]]:
    """What the person did not take or gave back, as (what, when, why): they were asked why for the team's sake."""
    found = [
        (_("Declined the offer"), one.answered_at, one.decline_reason)
        for one in application.offers.filter(status="declined")
    ]
    gone = application.trip.participations.filter(user=application.user_id, status="cancelled")
    return found + [(_("Gave the place back"), one.cancelled_at, one.cancel_reason) for one in gone]


def panel(request: SignedInRequest, application: Application, current: Any) -> dict[str, Any]:
    """What only the lead sees: readers, scores, who stays out, and the forms to decide and assign."""
    trip, user = application.trip, request.user
    scored = Assessment.objects.select_related("reviewer__institution").prefetch_related("scores")
    apart = Recusal.objects.select_related("user")
    prefetch_related_objects([application], Prefetch("assessments", scored), Prefetch("recusals", apart))
    read = list(application.assessments.all())
    criteria = rubric_of(trip)
    decision = getattr(application, "decision", None)
    initial: dict[str, Any] = {"note_language": user.language}
    if decision:
        phrases = [str(pk) for pk in decision.phrases.values_list("pk", flat=True)]
        initial = {
            "kind": decision.kind,
            "note": decision.note,
            "note_language": decision.note_language,
            "phrases": phrases,
            "seen": decision.proposed_at.isoformat(),
        }
    selecting = can_select(user, trip)
    free = [] if not selecting else free_reviewers(application)
    return {
        "assessments": read,
        "scored": shows_scores(user, application),
        "grid": grid(criteria, read),
        "recusals": list(application.recusals.all()),
        "may_decide": can_decide(user, application),
        "deciding": DecisionForm(criteria=criteria, initial=initial),
        "selecting": selecting,
        "assigning": AssignForm(reviewers=free) if free else None,
        "short": selecting and len([row for row in read if row.status != "recused"]) < trip.reviewers_each,
        "checks": checks(
            application.submissions.first().answers,
            conditions_of(trip),
            school=application.user.institution,
            earlier=earlier_trips(application.user, trip),
        ),
        "may_rule": can_rule(user, application),
        "ruling": RulingForm(initial={"ruling": application.ruling, "ruling_reason": application.ruling_reason}),
        "may_record": current and can_record_on_paper(user, current),
    }


def free_reviewers(application: Application) -> list[Any]:
    """Who could still be given this application, least loaded first."""
    if application.status != "submitted":
        return []
    reviewers = assigning.reviewers_of(application.trip)
    return assigning.free_readers(application, reviewers, assigning.loads_of(application.trip, reviewers))


# --- endorsement and membership --------------------------------------------------------------------


@form_page
def paper(request: SignedInRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Record an endorsement that came on paper."""
    application = found_application(request, slug, pk)
    endorsement = get_object_or_404(Endorsement.objects.current().filter(application=application))
    endorsement.application = application
    require(can_record_on_paper(request.user, endorsement))
    form = PaperForm(sent(request), endorsement=endorsement)
    if form.is_valid():
        data = form.cleaned_data
        record_on_paper(
            endorsement=endorsement,
            values=form.values,
            signed_on=data["signed_on"],
            reason=data["recorded_reason"],
            by=request.user,
        )
        messages.success(request, _("The endorsement is recorded."))
        return redirect("applications:detail", slug, pk)
    context = {"trip": application.trip, "active": "applications", "application": application, "form": form}
    return render(request, "applications/team/paper.html", context, status=status_of(form))


@require_POST
def rule_on(request: SignedInRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Decide about the conditions, whatever the checks say."""
    application = found_application(request, slug, pk)
    require(can_rule(request.user, application))
    form = RulingForm(request.POST)
    if not form.is_valid():
        context = application_page(request, application, ruling=form)
        return render(request, "applications/team/detail.html", context, status=422)
    data = form.cleaned_data
    rule(application=application, ruling=data["ruling"], reason=data["ruling_reason"], by=request.user)
    messages.success(request, _("Noted. Only the team sees it."))
    return redirect("applications:detail", slug, pk)


@require_POST
def confirm(request: SignedInRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Confirm that the applicant works at the school."""
    application = found_application(request, slug, pk)
    person = application.user
    confirm_membership(person=person, institution=person.institution, by=request.user)
    messages.success(
        request, _("%(name)s works at %(school)s: confirmed.") % {"name": person, "school": person.institution}
    )
    return redirect("applications:detail", slug, pk)


# --- readers ---------------------------------------------------------------------------------------


@require_POST
def assign_one(request: SignedInRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """By hand."""
    application = found_application(request, slug, pk)
    require(can_select(request.user, application.trip))
    form = AssignForm(request.POST, reviewers=assigning.reviewers_of(application.trip))
    if not form.is_valid():
        context = application_page(request, application, assigning=form)
        return render(request, "applications/team/detail.html", context, status=422)
    assigning.assign(application=application, reviewer=form.chosen, by=request.user)
    messages.success(request, _("%(name)s reads this application too.") % {"name": form.chosen})
    return redirect("applications:detail", slug, pk)


def found_assessment(request: SignedInRequest, slug: str, pk: uuid.UUID, assessment: uuid.UUID) -> Assessment:
    """An assessment of an application the reader leads."""
    application = found_application(request, slug, pk)
    shown = Assessment.objects.visible_to(request.user).filter(application=application).select_related("reviewer")
    found = get_object_or_404(shown, pk=assessment)
    found.application = application
    return found


@require_POST
def unassign(request: SignedInRequest, slug: str, pk: uuid.UUID, assessment: uuid.UUID) -> HttpResponse:
    """Take it away from a reviewer."""
    row = found_assessment(request, slug, pk, assessment)
    assigning.unassign(assessment=row, by=request.user)
    messages.success(request, _("%(name)s no longer reads this application.") % {"name": row.reviewer})
    return redirect("applications:detail", slug, pk)


@require_POST
def hand_back(request: SignedInRequest, slug: str, pk: uuid.UUID, assessment: uuid.UUID) -> HttpResponse:
    """The lead notes that a reviewer knows the applicant."""
    row = found_assessment(request, slug, pk, assessment)
    require(can_select(request.user, row.application.trip))
    form = RecuseForm(request.POST)
    if not form.is_valid():
        context = application_page(request, row.application, handing_back=form)
        return render(request, "applications/team/detail.html", context, status=422)
    recuse(assessment=row, reason=form.cleaned_data["reason"], by=request.user)
    messages.success(request, _("%(name)s stays out of this application.") % {"name": row.reviewer})
    return redirect("applications:detail", slug, pk)
