"""Pages of reports: published editions for whoever may read them, the live preview for the lead."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum, prefetch_related_objects
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluations.impact import actions, documents, figures, papers
from evaluations.impact.claims import Held
from evaluations.impact.differences import has_figures, publishable
from evaluations.impact.editions import report_of, reports_of
from evaluations.impact.forms import FindingsForm, PublishForm
from evaluations.impact.models import ReportEdition, Voice
from evaluations.impact.permissions import can_find, can_preview, can_publish
from evaluations.impact.public import VOICES
from exchange.documents.responses import download
from exchange.documents.sheets import filename
from exchange.forms import form_page, sent, status_of
from exchange.jobs.actions import kept
from exchange.jobs.lifecycle import DONE
from exchange.jobs.models import Job
from exchange.people.lifecycle import Role
from exchange.people.models import RoleAssignment
from exchange.privacy import declared as personal
from exchange.signed_in import SignedInRequest
from exchange.trips.found import team_trip
from exchange.trips.models import Trip
from exchange.verdicts import require

PER_PAGE = 20


@require_safe
def editions(request: SignedInRequest) -> HttpResponse:
    """Every edition the reader may see, newest first, each with the figures that matter."""
    query = request.GET.get("q", "").strip()[:100]
    found = ReportEdition.objects.visible_to(request.user).named(query).order_by("-published_at", "pk")
    page = Paginator(found.without_figures().select_related("trip"), PER_PAGE).get_page(request.GET.get("page"))
    reports = reports_of(list(page))
    rows = [{"edition": e, "headlines": figures.glance(reports.get(e.pk))} for e in page]
    return render(request, "impact/editions.html", {"rows": rows, "page": page, "query": query})


@require_safe
def edition(request: SignedInRequest, pk: str) -> HttpResponse:
    """One edition."""
    found = _edition(request, pk)
    read = report_of(found)
    shown = documents.context(read, own=papers.own_schools(request.user, read))
    editions = ReportEdition.objects.without_figures()
    newer = editions.filter(trip=found.trip_id, number__gt=found.number).order_by("-number").first()
    return render(request, "impact/edition.html", {"edition": found, "newer": newer, **shown})


def _edition(request: SignedInRequest, pk: str) -> ReportEdition:
    editions = ReportEdition.objects.without_figures().visible_to(request.user)
    return get_object_or_404(editions.select_related("trip").prefetch_related("redactions"), pk=pk)


def _own(request: SignedInRequest, found: ReportEdition) -> papers.Schools:
    return papers.own_schools(request.user, report_of(found))


def _language(request: SignedInRequest) -> str:
    return "en" if request.LANGUAGE_CODE == "en" else "nl"


def _download(found: ReportEdition, content: bytes, extension: str) -> HttpResponseBase:
    name = filename(found.trip.slug, _("impact report"), str(found.number), extension=extension)
    return download(content, name, people=0)


@require_safe
def edition_sheet(request: SignedInRequest, pk: str) -> HttpResponseBase:
    """One edition as a spreadsheet; made at once, it takes a moment."""
    found = _edition(request, pk)
    return _download(
        found, documents.spreadsheet(found, own=_own(request, found), language=_language(request)), "xlsx"
    )  # fmt: skip


@require_safe
def edition_pdf(request: SignedInRequest, pk: str) -> HttpResponseBase:
    """One edition as a PDF, when it is made; else on to the page that tells how far it is."""
    found = _edition(request, pk)
    job = papers.stored(found, own=_own(request, found), language=_language(request))
    content = kept(job) if job and job.status == DONE else None
    return redirect("impact:paper", pk=pk) if content is None else _download(found, content, "pdf")


@require_safe
def paper(request: SignedInRequest, pk: str) -> HttpResponse:
    """How far the PDF of an edition is. Looks again by itself while there is something to wait for."""
    found = _edition(request, pk)
    job = papers.stored(found, own=_own(request, found), language=_language(request))
    made = bool(job and job.status == DONE)
    if made and kept(job) is None:
        job, made = None, False
    context = {"edition": found, "job": job, "unattended": Job.objects.unattended(), "keep": personal.WORK}
    response = render(request, "impact/paper.html", context)
    if made:
        response["Refresh"] = f"1; url={reverse('impact:edition-pdf', args=[pk])}"
    elif job and job.look_again:
        response["Refresh"] = str(job.look_again)
    return response


@require_POST
def ask_for_paper(request: SignedInRequest, pk: str) -> HttpResponse:
    """Have the PDF of an edition made."""
    actions.ask_for_paper(edition=_edition(request, pk), language=_language(request), by=request.user)
    return redirect("impact:paper", pk=pk)


# --- the lead -------------------------------------------------------------------------------------


def _trip(request: SignedInRequest, slug: str) -> Trip:
    trip = team_trip(request, slug, "findings")
    require(can_preview(request.user, trip))
    return trip


def _findings(trip: Trip, data: Any = None) -> Any:
    initial = [{"nl": finding.text_nl, "en": finding.text_en} for finding in trip.findings.all()]
    return FindingsForm(data, initial=initial, prefix="findings")


def _say_what_is_hidden(form: Form, held: Held) -> None:
    """Tell at each field which number in it the report hides."""
    for name, text in list(form.cleaned_data.items()):
        if isinstance(text, str) and (why := held.refusal(text)):
            form.add_error(name, why)


@require_safe
def preview(request: SignedInRequest, slug: str) -> HttpResponse:
    """The figures as they stand now, the findings, and the editions so far."""
    return _preview(request, _trip(request, slug))


def _preview(request: SignedInRequest, trip: Trip, findings: Any = None) -> HttpResponse:
    prefetch_related_objects([trip], "findings")
    findings = findings or _findings(trip)
    editions = list(trip.editions.without_figures().annotate(taken=Sum("redactions__words")).order_by("number"))
    held = publishable(trip, editions=editions) if has_figures(trip) else None
    shown = documents.context(held.report) if held else {}
    context = {
        "trip": trip,
        "active": "report",
        "findings": findings,
        "may_publish": can_publish(request.user, trip),
        "voices": Voice.objects.filter(participation__trip=trip, participation__status="active")
        .select_related("participation")
        .order_by("written_at", "pk"),
        "most": VOICES,
        "remarks": held.remarks(trip.findings.all()) if held else [],
        "editions": editions[::-1],
        **shown,
    }
    return render(request, "impact/preview.html", context, status=status_of(findings))


@require_POST
def write_findings(request: SignedInRequest, slug: str) -> HttpResponse:
    """Keep the findings."""
    trip = _trip(request, slug)
    require(can_find(request.user, trip))
    formset = _findings(trip, request.POST)
    held = publishable(trip) if has_figures(trip) else None
    if formset.is_valid() and held:
        for form in formset:
            _say_what_is_hidden(form, held)
    if not formset.is_valid():
        return _preview(request, trip, findings=formset)
    texts = [(form.cleaned_data.get("nl", ""), form.cleaned_data.get("en", "")) for form in formset]
    actions.write_findings(trip=trip, texts=texts, by=request.user)
    messages.success(request, _("The findings are saved."))
    for remark in held.remarks(trip.findings.all()) if held else ():
        messages.warning(request, remark)
    return redirect("impact:team", slug=slug)


@form_page
def publish(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who reads the next edition and what stands in it, and the button that publishes it."""
    trip = _trip(request, slug)
    require(can_publish(request.user, trip))
    form, held = PublishForm(sent(request)), publishable(trip)
    if form.is_valid():
        _say_what_is_hidden(form, held)
        texts = [text for finding in trip.findings.all() for text in (finding.text_nl, finding.text_en)]
        for why in filter(None, map(held.refusal, texts)):
            form.add_error(None, why)
    if form.is_valid():
        made = actions.publish_edition(trip=trip, by=request.user, **form.cleaned_data)
        messages.success(request, _("Edition %(n)d is published. Partners can read it now.") % {"n": made.number})
        return redirect("impact:edition", pk=made.pk)
    reads = RoleAssignment.objects.filter(role__in=(Role.PARTNER, Role.COORDINATOR), user__is_active=True)
    context = {
        "trip": trip,
        "active": "report",
        "publish": form,
        "remarks": held.remarks(trip.findings.all()),
        "number": actions.next_number(trip),
        "findings": len(trip.findings.all()),
        "travelled": trip.participations.active().count(),
        "readers": reads.values("user").distinct().count(),
    }
    return render(request, "impact/publish.html", context, status=status_of(form))


@require_POST
def show(request: SignedInRequest, slug: str, pk: str) -> HttpResponse:
    """Title and figure of an edition stand on the public page, or no longer."""
    edition = get_object_or_404(ReportEdition.objects.without_figures().select_related("trip"), trip__slug=slug, pk=pk)
    team_trip(request, slug)
    public = request.POST.get("public") == "yes"
    actions.show_edition(edition=edition, public=public, by=request.user)
    said = _("It stands on the public page from now on.") if public else _("It no longer stands on the public page.")
    messages.success(request, said)
    return redirect(f"{reverse('impact:team', args=[slug])}#public")


@require_POST
def place(request: SignedInRequest, slug: str, pk: str) -> HttpResponse:
    """A sentence of somebody who went along stands on the public page, or no longer."""
    trip = team_trip(request, slug)
    voices = Voice.objects.select_related("participation__trip")
    voice = get_object_or_404(voices, participation__trip=trip, pk=pk)
    placed = request.POST.get("placed") == "yes"
    actions.place_voice(voice=voice, text=request.POST.get("text", ""), placed=placed, by=request.user)
    said = _("It stands on the public page from now on.") if placed else _("It no longer stands on the public page.")
    messages.success(request, said)
    return redirect(f"{reverse('impact:team', args=[slug])}#public")
