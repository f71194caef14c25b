"""Pages of reports: published editions for whoever may read them, the live preview for the lead."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from applications.permissions.school import can_follow, followed
from evaluations.impact import actions, documents, figures, report
from evaluations.impact import school as own_people
from evaluations.impact.forms import FindingsForm, PublishForm
from evaluations.impact.models import ReportEdition
from evaluations.impact.permissions import can_preview, can_publish
from evaluations.impact.queries import compute
from evaluations.impact.tables import SchoolFilter, SchoolTable, sheet
from exchange import clock
from exchange.documents.responses import download
from exchange.documents.sheets import csv_stream, filename, workbook
from exchange.forms import status_of
from exchange.people.models import Institution
from exchange.trips.models import Trip
from exchange.verdicts import require


def own_schools(user: Any, found: report.Report) -> tuple[report.School, ...]:
    """The schools this reader sees by name: those coordinated, or represented as a partner."""
    mine = {str(role.institution_id) for role in user.roles if role.institution_id}
    return tuple(school for school in found.schools if school.id in mine)


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """Every edition the reader may see, newest first, each with the figures that matter."""
    found = ReportEdition.objects.visible_to(request.user).select_related("trip")[:50]
    rows = [{"edition": e, "headlines": figures.glance(e.report)} for e in found]
    return render(request, "impact/editions.html", {"rows": rows})


@require_safe
def edition(request: HttpRequest, pk: str) -> HttpResponse:
    """One edition."""
    found = get_object_or_404(ReportEdition.objects.visible_to(request.user).select_related("trip"), pk=pk)
    thawed = report.thaw(found.report)
    shown = documents.context(thawed, own=own_schools(request.user, thawed))
    newer = ReportEdition.objects.filter(trip=found.trip_id, number__gt=found.number).order_by("-number").first()
    return render(request, "impact/edition.html", {"edition": found, "newer": newer, **shown})


@require_safe
def edition_file(request: HttpRequest, pk: str, extension: str) -> HttpResponseBase:
    """One edition as a PDF or a spreadsheet."""
    found = get_object_or_404(ReportEdition.objects.visible_to(request.user).select_related("trip"), pk=pk)
    language = "en" if request.LANGUAGE_CODE == "en" else "nl"
    make = documents.paper if extension == "pdf" else documents.spreadsheet
    own = own_schools(request.user, report.thaw(found.report))
    name = filename(found.trip.slug, _("impact report"), str(found.number), extension=extension)
    return download(make(found, own=own, language=language), name)


# --- the coordinator of a school ------------------------------------------------------------------


def _school(request: HttpRequest) -> tuple[Institution, list[Institution]]:
    """The school asked for, or the first, of those the reader follows; another one is not there."""
    require(can_follow(request.user))
    schools = followed(request.user)
    asked = request.GET.get("school")
    for one in schools:
        if asked in (None, "", str(one.pk)):
            return one, schools
    raise Http404


def _narrowed(
    request: HttpRequest, chosen: Institution, schools: list[Institution]
) -> tuple[SchoolFilter, SchoolTable]:
    """The list as asked for in the address."""
    now = clock.now()
    shown = own_people.rows(chosen, now)
    trips = Trip.objects.filter(pk__in=own_people.sent_by([chosen]).order_by().values("trip"))
    asked = request.GET.copy()
    asked["school"] = str(chosen.pk)
    found = SchoolFilter(asked, queryset=shown, schools=schools, trips=trips, now=now)
    return found, SchoolTable(found.qs, now=now)


@require_safe
def school(request: HttpRequest) -> HttpResponse:
    """What became of the people of one school who applied."""
    chosen, schools = _school(request)
    found, table = _narrowed(request, chosen, schools)
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    context = {
        "school": chosen,
        "filter": found,
        "table": table,
        "heads": own_people.heads(chosen, clock.now()),
        "total": bool(found.filters["trip"].extra["choices"]),
        "query": request.GET.urlencode(),
    }
    return render(request, "impact/school.html", context)


@require_safe
def school_file(request: HttpRequest, extension: str) -> HttpResponseBase:
    """Exactly what the list shows, all pages of it, as a spreadsheet."""
    chosen, schools = _school(request)
    _found, table = _narrowed(request, chosen, schools)
    RequestConfig(request, paginate=False).configure(table)
    one = sheet(table.data.data, _("Applications"), clock.now())
    name = filename(chosen.short_name, _("Applications"), extension=extension)
    language = "en" if request.LANGUAGE_CODE == "en" else "nl"
    return download(workbook([one], language=language) if extension == "xlsx" else csv_stream(one), name)


# --- the lead -------------------------------------------------------------------------------------


def _trip(request: HttpRequest, slug: str) -> Trip:
    shown = Trip.objects.visible_to(request.user).select_related("theme").prefetch_related("findings")
    trip = get_object_or_404(shown, slug=slug)
    require(can_preview(request.user, trip))
    return trip


def _findings(trip: Trip, data: Any = None) -> Any:
    initial = [{"nl": finding.text_nl, "en": finding.text_en} for finding in trip.findings.all()]
    return FindingsForm(data, initial=initial, prefix="findings")


@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The figures as they stand now, the findings, and the button that publishes."""
    return _preview(request, _trip(request, slug))


def _preview(
    request: HttpRequest, trip: Trip, findings: Any = None, publish: PublishForm | None = None
) -> HttpResponse:
    findings, publish = findings or _findings(trip), publish or PublishForm()
    shown = documents.context(compute(trip)) if trip.departs_on and trip.follow_up_on else {}
    context = {
        "trip": trip,
        "active": "report",
        "findings": findings,
        "publish": publish,
        "may_publish": can_publish(request.user, trip),
        "editions": list(trip.editions.order_by("-number")),
        **shown,
    }
    return render(request, "impact/preview.html", context, status=status_of(findings, publish))


@require_POST
def write_findings(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the findings."""
    trip = _trip(request, slug)
    formset = _findings(trip, request.POST)
    if not formset.is_valid():
        return _preview(request, trip, findings=formset)
    texts = [(form.cleaned_data.get("nl", ""), form.cleaned_data.get("en", "")) for form in formset]
    actions.write_findings(trip=trip, texts=texts, by=request.user)
    messages.success(request, _("The findings are saved."))
    return redirect("impact:team", slug=slug)


@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish the next edition."""
    trip = _trip(request, slug)
    require(can_publish(request.user, trip))
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _preview(request, trip, publish=form)
    made = actions.publish_edition(trip=trip, by=request.user, **form.cleaned_data)
    messages.success(request, _("Edition %(n)d is published. Partners can read it now.") % {"n": made.number})
    return redirect("impact:edition", pk=made.pk)
