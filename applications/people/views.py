"""Who is invited, started, sent and waits for whom: for the team across schools, for a coordinator at the own one."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Q, When
from django.http import Http404, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from applications.content import to_read
from applications.models import SENT, Line, LineQuerySet
from applications.people import actions as inviting
from applications.people.forms import PeopleFilter
from applications.people.funnel import Line as FunnelLine
from applications.people.funnel import counts, funnel
from applications.people.heads import heads
from applications.people.mail import undelivered
from applications.people.people import people_around, steps_of
from applications.people.permissions import (
    can_follow,
    can_invite,
    can_remind,
    followed,
    readable_at_school,
    trips_to_follow,
)
from applications.people.reminding import Group, group_of, to_remind, with_group
from applications.people.tables import PeopleTable, codebook, people_sheet, with_people
from applications.permissions import sight
from applications.questions import Reader
from exchange import carry_on, clock
from exchange.addresses import address, row_address
from exchange.at_once import at_once, how_many
from exchange.documents.charts import Bar, Bars
from exchange.documents.responses import download
from exchange.documents.sheets import csv_stream, filename, workbook
from exchange.forms import as_key, form_page
from exchange.keyed import FROM, KeyedRows
from exchange.people.models import Institution
from exchange.signed_in import SignedInRequest
from exchange.trips.found import team_trip
from exchange.trips.models import Trip
from exchange.trips.permissions import can_look_along
from exchange.verdicts import require

PER_PAGE, TRIPS = 50, 20
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Circle:
    """From where somebody looks at a call: the team's (no school), or a coordinator's for one school."""

    trip: Trip
    school: Institution | None
    #: Whether the school must be said in addresses, because its coordinator has more than one.
    said: bool = False

    def url(self, page: str, **query: Any) -> str:
        """The address of one of the pages of this circle."""
        query |= {"of": self.school.pk} if self.said else {}
        base = address(f"applications:{'school-' if self.school else ''}{page}", self.trip.slug)
        return f"{base}?{urlencode(query)}" if query else base


def team_circle(request: SignedInRequest, slug: str) -> Circle:
    """The team's."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    return Circle(trip, None)


def school_circle(request: SignedInRequest, slug: str) -> Circle:
    """The coordinator's; another school or a trip that is over is not there."""
    school, said = school_asked(request)
    return Circle(get_object_or_404(trips_to_follow(), slug=slug), school, said)


def school_asked(request: SignedInRequest) -> tuple[Institution, bool]:
    """The school asked for, or the first, of those the reader follows; and whether there are more."""
    require(can_follow(request.user))
    schools = followed(request.user)
    asked = request.GET.get("of")
    for one in schools:
        if asked in (None, "", str(one.pk)):
            return one, len(schools) > 1
    raise Http404


def people_of(request: SignedInRequest, circle: Circle) -> tuple[LineQuerySet, bool]:
    """Everybody this circle sees, and whether the reader is left out: nobody of the team sees the own application."""
    people = people_around(circle.trip, clock.now())
    if circle.school:
        return people.filter(belongs_to=circle.school), False
    own = Q(user=request.user)
    return people.exclude(own), people.filter(own).exists()


# --- the pages ------------------------------------------------------------------------------------


@require_safe
def team_funnel(request: SignedInRequest, slug: str) -> HttpResponse:
    """The team's page: the funnel in figures, and everybody in a table."""
    circle = team_circle(request, slug)
    people, hides_own = people_of(request, circle)
    answers = sight(request.user, circle.trip).answers
    counted = funnel(people, circle.trip)
    context = people_page(request, circle, people) | {
        "active": "people",
        "funnel": counted,
        "answers": answers,
        "chart": chart_of(counted.total, circle.trip, answers),
        "counts": counts(circle.trip, people) if counted.total.submitted else [],
        "hides_own": hides_own,
    }
    return render(request, "applications/people/team.html", context)


def chart_of(line: FunnelLine, trip: Trip, answers: bool) -> Bars:
    """The whole call as bars; who may not know which answer a manager gave sees how many answered."""
    rows = [
        Bar(_("Invited"), line.invited),
        Bar(_("Started"), line.started),
        Bar(_("Sent"), line.submitted),
        Bar(_("Backed"), line.backed) if answers else Bar(_("Manager answered"), line.answered),
    ]
    if trip.published_at:
        rows += [Bar(_("Selected"), line.selected), Bar(_("Confirmed"), line.confirmed, highlight=True)]
    return Bars(rows=tuple(rows), unit=_("people"))


@require_safe
def school_trips(request: SignedInRequest) -> HttpResponse:
    """The coordinator's page: the open and running trips, and how many of the own people are where."""
    school, said = school_asked(request)
    now = clock.now()
    # What can still be applied for comes first, then the latest.
    over = Case(When(closes_at__gt=now, then=0), default=1)
    page = Paginator(trips_to_follow().order_by(over, "-departs_on", "slug"), TRIPS).get_page(request.GET.get("page"))
    counted = heads(page, school)
    rows = [{"trip": trip, "url": Circle(trip, school, said).url("people"), "heads": counted[trip.pk]} for trip in page]
    context = {"school": school, "schools": followed(request.user), "rows": rows, "now": now, "page": page}
    return render(request, "applications/people/trips.html", context)


@require_safe
def school_people(request: SignedInRequest, slug: str) -> HttpResponse:
    """The own people around one trip."""
    circle = school_circle(request, slug)
    people, _hidden = people_of(request, circle)
    context = people_page(request, circle, people) | {"line": funnel(people, circle.trip).total}
    return render(request, "applications/people/school.html", context)


def people_page(request: SignedInRequest, circle: Circle, people: LineQuerySet) -> dict[str, Any]:
    """What both pages show: the table as asked for, and what can be done."""
    now = clock.now()
    found = filter_of(request, circle, people)
    may = can_remind(request.user, circle.school, circle.trip)
    reminded = to_remind(people, circle.trip, now) if may else {}
    numbers: dict[Any, int] = at_once(circle.trip, {"total": how_many(people), **reminded})
    groups = {group: numbers[group] for group in reminded}
    parts = {"links": links_of(request, circle), "button": button_of(request, circle, groups)}
    shown = with_people(with_group(found.found(), circle.trip, now))
    keyed = KeyedRows(shown, told=request.GET.get(FROM, ""), per_page=PER_PAGE)
    table = PeopleTable(keyed, one_school=circle.school is not None, **parts)
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    table.undelivered = undelivered(row.record for row in table.paginated_rows)
    query = request.GET.urlencode()
    return {
        "trip": circle.trip,
        "school": circle.school,
        "circle": circle,
        "filter": found,
        "table": table,
        "total": numbers["total"],
        "may_invite": can_invite(request.user, circle.school, circle.trip),
        "invite_url": circle.url("invite"),
        "groups": [(g, count, circle.url("remind", group=g.value)) for g, count in groups.items() if count],
        "files": {kind: reverse_file(circle, kind, query) for kind in ("xlsx", "csv")},
    }


def filter_of(request: SignedInRequest, circle: Circle, people: LineQuerySet) -> PeopleFilter:
    """What the people of a circle can be narrowed by."""
    steps = steps_of(circle.trip, clock.now())
    return PeopleFilter(request.GET, trip=circle.trip, people=people, steps=steps, one_school=circle.school is not None)


def reverse_file(circle: Circle, kind: str, query: str) -> str:
    """The spreadsheet of what is seen."""
    base = circle.url(f"people-{kind}").partition("?")[0]
    return f"{base}?{query}" if query else base


def links_of(request: SignedInRequest, circle: Circle) -> Callable[[Line], str]:
    """Where a name leads: for the team to what was sent, for a coordinator too where the trip's policy says so."""
    reads = circle.school is not None and circle.trip.coordinators_read and circle.school in request.user.coordinates

    def link(person: Line) -> str:
        if circle.school is None and person.status in SENT:
            return row_address("applications:detail", circle.trip.slug, person.key)
        if reads and person.status == "submitted":
            return row_address("applications:school-read", circle.trip.slug, person.key)
        return ""

    return link


def button_of(request: SignedInRequest, circle: Circle, groups: dict[Group, int]) -> Any:
    """One press for one person; no column at all when there is nobody to remind."""
    if not any(groups.values()):
        return None
    token = get_token(request)

    def button(person: Any) -> str:
        if not person.group:
            return ""
        return format_html(
            '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">{}'
            '<input type="hidden" name="person" value="{}"><button class="btn btn-secondary btn-sm">{}'
            '<span class="visually-hidden">: {}</span></button></form>',
            circle.url("remind", group=person.group),
            token,
            carry_on.field(request.user),
            person.key,
            _("Remind the manager") if person.group == Group.MANAGERS else _("Remind"),
            person.name,
        )

    return button


# --- as files -------------------------------------------------------------------------------------


@require_safe
def team_file(request: SignedInRequest, slug: str, kind: str) -> HttpResponseBase:
    """The team's list as a spreadsheet."""
    return file_of(request, team_circle(request, slug), kind)


@require_safe
def school_file(request: SignedInRequest, slug: str, kind: str) -> HttpResponseBase:
    """The coordinator's."""
    return file_of(request, school_circle(request, slug), kind)


def file_of(request: SignedInRequest, circle: Circle, kind: str) -> HttpResponseBase:
    """Exactly what the list shows, all pages of it, in its order."""
    found = filter_of(request, circle, people_of(request, circle)[0])
    table = PeopleTable(found.found(), links=lambda person: "")
    RequestConfig(request, paginate=False).configure(table)
    one = people_sheet(table.data.data, _("People"))
    name = filename(_("People"), circle.trip.slug, circle.school.short_name if circle.school else "", extension=kind)
    whole = workbook([one, codebook()], language=get_language() or "nl") if kind == "xlsx" else csv_stream(one)
    return download(whole, name, people=found.found().count())


# --- reminding ------------------------------------------------------------------------------------


@form_page
def team_remind(request: SignedInRequest, slug: str) -> HttpResponse:
    """From the team's page."""
    return remind_from(request, team_circle(request, slug))


@form_page
def school_remind(request: SignedInRequest, slug: str) -> HttpResponse:
    """From the coordinator's."""
    return remind_from(request, school_circle(request, slug))


def remind_from(request: SignedInRequest, circle: Circle) -> HttpResponse:
    """Count and names first; then one mail for each. Nobody is mailed twice a day."""
    require(can_remind(request.user, circle.school, circle.trip))
    group = Group(request.GET["group"]) if request.GET.get("group") in Group.values else Group.DRAFTS
    people, _hidden = people_of(request, circle)
    if request.method == "POST":
        if request.POST.get("person"):
            people = people.filter(one_person(request.POST["person"]))
        sent = inviting.remind(trip=circle.trip, group=group, people=people, school=circle.school, by=request.user)
        if sent:
            text = ngettext("%(count)s mail is in the outbox.", "%(count)s mails are in the outbox.", len(sent))
            messages.success(request, text % {"count": len(sent)})
        else:
            messages.info(request, _("Nobody was mailed: there is nobody to remind of this today."))
        return redirect(circle.url("people"))
    who = people.filter(group_of(group, circle.trip, clock.now()))
    count = who.count()
    context = {
        "trip": circle.trip,
        "group": group,
        "people": with_people(who)[:SHOWN],
        "more": max(0, count - SHOWN),
        "count": count,
        "back": circle.url("people"),
    }
    return render(request, "applications/people/remind.html", context)


def one_person(key: str) -> Q:
    """The line of one application or invitation; of nothing for what is no key."""
    pk = as_key(key)
    if pk is None:
        return Q(pk=None)
    return Q(application=pk) | Q(application=None, invitation=pk)


# --- reading, where the trip's policy says so -----------------------------------------------------


@require_safe
def school_read(request: SignedInRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """What somebody of the own school sent, for its coordinator."""
    require(can_follow(request.user))
    shown = readable_at_school(request.user).select_related("trip", "user")
    application = get_object_or_404(shown, trip__slug=slug, pk=pk)
    submission = application.submissions.select_related("institution").first()
    context = {
        "trip": application.trip,
        "application": application,
        "submission": submission,
        "said": to_read(submission.answers, Reader.REVIEWERS),
        "school": submission.institution,
    }
    return render(request, "applications/people/read.html", context)
