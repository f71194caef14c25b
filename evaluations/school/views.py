"""What became of the people of one school."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from applications.models import LineQuerySet
from applications.people.permissions import can_follow, followed
from evaluations.school import people as own_people
from evaluations.school.tables import SchoolFilter, SchoolTable, sheet
from exchange import clock
from exchange.documents.responses import download
from exchange.documents.sheets import csv_stream, filename, workbook
from exchange.paging import KeysFirst
from exchange.people.models import Institution
from exchange.signed_in import SignedInRequest
from exchange.trips.models import Trip
from exchange.verdicts import require

#: So many trips can be chosen among; older ones are found by the name of who went.
MOST = 100


def _school(request: SignedInRequest) -> tuple[Institution, list[Institution]]:
    """The school asked for, or the first, of those the reader follows; another one is not there."""
    require(can_follow(request.user))
    schools = followed(request.user)
    asked = request.GET.get("school")
    for one in schools:
        if asked in (None, "", str(one.pk)):
            return one, schools
    raise Http404


def _narrowed(
    request: SignedInRequest, chosen: Institution, schools: list[Institution]
) -> tuple[SchoolFilter, SchoolTable]:
    """The list as asked for in the address."""
    now = clock.now()
    shown = own_people.rows(chosen, now)
    trips = latest(own_people.sent_by([chosen]), request.GET.get("trip", ""))
    asked = request.GET.copy()
    asked["school"] = str(chosen.pk)
    found = SchoolFilter(asked, queryset=shown, schools=schools, trips=trips, now=now)
    return found, SchoolTable(KeysFirst(found.qs), now=now)


def latest(sent: LineQuerySet, asked: str) -> list[Trip]:
    """The trips to choose among, the latest first, and the one that was asked for."""
    trips = Trip.objects.filter(pk__in=sent.order_by().values("trip")).order_by("-departs_on", "slug")
    found = list(trips[:MOST])
    if asked and asked not in {trip.slug for trip in found}:
        found += trips.filter(slug=asked)
    return found


@require_safe
def school(request: SignedInRequest) -> HttpResponse:
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
    return render(request, "evaluations/school/school.html", context)


@require_safe
def school_file(request: SignedInRequest, extension: str) -> HttpResponseBase:
    """Exactly what the list shows, all pages of it, as a spreadsheet."""
    chosen, schools = _school(request)
    found, table = _narrowed(request, chosen, schools)
    RequestConfig(request, paginate=False).configure(table)
    one = sheet(table.data.data, _("Applications"), clock.now())
    name = filename(chosen.short_name, _("Applications"), extension=extension)
    language = "en" if request.LANGUAGE_CODE == "en" else "nl"
    whole = workbook([one], language=language) if extension == "xlsx" else csv_stream(one)
    return download(whole, name, people=found.qs.count())
