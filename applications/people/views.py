"""Who is invited, started, sent and waits for whom: for the team across schools, for a coordinator at the own one."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from applications.content import to_read
from applications.people import actions as inviting
from applications.people.forms import PeopleFilter
from applications.people.people import Group, Line, Person, counts, everybody, funnel, heads, of_school
from applications.people.permissions import can_follow, can_invite, can_remind, followed, readable_at_school, running
from applications.people.tables import PeopleTable, codebook, people_sheet
from applications.permissions import sight
from applications.questions import Reader
from exchange import clock
from exchange.documents.charts import Bar, Bars
from exchange.documents.responses import download
from exchange.documents.sheets import csv_stream, filename, workbook
from exchange.forms import form_page
from exchange.people.models import Institution
from exchange.trips.found import team_trip
from exchange.trips.models import Trip
from exchange.trips.permissions import can_accompany
from exchange.verdicts import require

PER_PAGE = 50
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Desk:
    """From where somebody looks at a call: the team's (no school), or a coordinator's for one school."""

    trip: Trip
    school: Institution | None
    #: Whether the school must be said in addresses, because its coordinator has more than one.
    said: bool = False

    def url(self, page: str, **query: Any) -> str:
        """The address of one of the pages of this desk."""
        query |= {"of": self.school.pk} if self.said else {}
        base = reverse(f"applications:{'school-' if self.school else ''}{page}", args=[self.trip.slug])
        return f"{base}?{urlencode(query)}" if query else base


def team_desk(request: HttpRequest, slug: str) -> Desk:
    """The team's."""
    trip = team_trip(request, slug)
    require(can_accompany(request.user, trip))
    return Desk(trip, None)


def school_desk(request: HttpRequest, slug: str) -> Desk:
    """The coordinator's; another school or a trip that is over is not there."""
    school, said = school_asked(request)
    return Desk(get_object_or_404(running(), slug=slug), school, said)


def school_asked(request: HttpRequest) -> tuple[Institution, bool]:
    """The school asked for, or the first, of those the reader follows; and whether there are more."""
    require(can_follow(request.user))
    schools = followed(request.user)
    asked = request.GET.get("of")
    for one in schools:
        if asked in (None, "", str(one.pk)):
            return one, len(schools) > 1
    raise Http404


def people_of(request: HttpRequest, desk: Desk) -> tuple[list[Person], bool]:
    """Everybody this desk sees, and whether the reader is left out: nobody of the team sees the own application."""
    people = everybody(desk.trip, clock.now())
    if desk.school:
        return of_school(people, desk.school), False
    others = [person for person in people if not person.is_of(request.user)]
    return others, len(others) < len(people)


# --- the pages ------------------------------------------------------------------------------------


@require_safe
def team_funnel(request: HttpRequest, slug: str) -> HttpResponse:
    """The team's page: the funnel in figures, and everybody in a table."""
    desk = team_desk(request, slug)
    people, hides_own = people_of(request, desk)
    answers = sight(request.user, desk.trip).answers
    counted = funnel(people)
    context = page_of(request, desk, people) | {
        "active": "people",
        "funnel": counted,
        "answers": answers,
        "chart": chart_of(counted.total, desk.trip, answers),
        "counts": counts(desk.trip, people) if counted.total.submitted else [],
        "hides_own": hides_own,
    }
    return render(request, "applications/people/team.html", context)


def chart_of(line: Line, trip: Trip, answers: bool) -> Bars:
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
def school_trips(request: HttpRequest) -> HttpResponse:
    """The coordinator's page: the open and running trips, and how many of the own people are where."""
    school, said = school_asked(request)
    now = clock.now()
    found = []
    # What can still be applied for comes first, then the latest.
    trips = sorted(running().order_by("-departs_on", "slug"), key=lambda trip: now >= trip.closes_at)
    counted = heads(trips, school)
    for trip in trips:
        desk = Desk(trip, school, said)
        found.append({"trip": trip, "url": desk.url("people"), "heads": counted[trip.pk]})
    context = {"school": school, "schools": followed(request.user), "rows": found, "now": now}
    return render(request, "applications/people/trips.html", context)


@require_safe
def school_people(request: HttpRequest, slug: str) -> HttpResponse:
    """The own people around one trip."""
    desk = school_desk(request, slug)
    people, _hidden = people_of(request, desk)
    context = page_of(request, desk, people) | {"line": funnel(people).total}
    return render(request, "applications/people/school.html", context)


def page_of(request: HttpRequest, desk: Desk, people: list[Person]) -> dict[str, Any]:
    """What both pages show: the table as asked for, and what can be done."""
    found = PeopleFilter(request.GET, people=people, one_school=desk.school is not None)
    may = can_remind(request.user, desk.school, desk.trip)
    groups = inviting.to_remind(people, desk.trip) if may else {}
    parts = {"links": links_of(request, desk), "button": button_of(request, desk, groups)}
    table = PeopleTable(found.found(), one_school=desk.school is not None, **parts)
    RequestConfig(request, paginate={"per_page": PER_PAGE}).configure(table)
    query = request.GET.urlencode()
    return {
        "trip": desk.trip,
        "school": desk.school,
        "desk": desk,
        "filter": found,
        "table": table,
        "total": len(people),
        "may_invite": can_invite(request.user, desk.school, desk.trip),
        "invite_url": desk.url("invite"),
        "groups": [(g, len(who), desk.url("remind", group=g.value)) for g, who in groups.items() if who],
        "files": {kind: reverse_file(desk, kind, query) for kind in ("xlsx", "csv")},
    }


def reverse_file(desk: Desk, kind: str, query: str) -> str:
    """The spreadsheet of what is seen."""
    base = desk.url(f"people-{kind}").partition("?")[0]
    return f"{base}?{query}" if query else base


def links_of(request: HttpRequest, desk: Desk) -> Callable[[Person], str]:
    """Where a name leads: for the team to what was sent, for a coordinator too where the trip's policy says so."""
    reads = desk.school is not None and desk.trip.coordinators_read and desk.school in request.user.coordinates

    def link(person: Person) -> str:
        if desk.school is None and person.submission and person.status != "draft":
            return reverse("applications:detail", args=[desk.trip.slug, person.pk])
        if reads and person.sent:
            return reverse("applications:school-read", args=[desk.trip.slug, person.pk])
        return ""

    return link


def button_of(request: HttpRequest, desk: Desk, groups: dict[Group, list[Person]]) -> Any:
    """One press for one person; no column at all when there is nobody to remind."""
    group_by_person = {one.pk: group for group, who in groups.items() for one in who}
    if not group_by_person:
        return None
    token = get_token(request)

    def button(person: Person) -> str:
        group = group_by_person.get(person.pk)
        if group is None:
            return ""
        return format_html(
            '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<input type="hidden" name="person" value="{}"><button class="btn btn-secondary btn-sm">{}'
            '<span class="visually-hidden">: {}</span></button></form>',
            desk.url("remind", group=group.value),
            token,
            person.pk,
            _("Remind the manager") if group is Group.MANAGERS else _("Remind"),
            person.name,
        )

    return button


# --- as files -------------------------------------------------------------------------------------


@require_safe
def team_file(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """The team's list as a spreadsheet."""
    return file_of(request, team_desk(request, slug), kind)


@require_safe
def school_file(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """The coordinator's."""
    return file_of(request, school_desk(request, slug), kind)


def file_of(request: HttpRequest, desk: Desk, kind: str) -> HttpResponseBase:
    """Exactly what the list shows, all pages of it, in its order."""
    found = PeopleFilter(request.GET, people=people_of(request, desk)[0], one_school=desk.school is not None)
    table = PeopleTable(found.found(), links=lambda person: "")
    RequestConfig(request, paginate=False).configure(table)
    one = people_sheet(list(table.data), _("People"))
    name = filename(_("People"), desk.trip.slug, desk.school.short_name if desk.school else "", extension=kind)
    whole = workbook([one, codebook()], language=get_language() or "nl") if kind == "xlsx" else csv_stream(one)
    return download(whole, name)


# --- reminding ------------------------------------------------------------------------------------


@form_page
def team_remind(request: HttpRequest, slug: str) -> HttpResponse:
    """From the team's page."""
    return remind_from(request, team_desk(request, slug))


@form_page
def school_remind(request: HttpRequest, slug: str) -> HttpResponse:
    """From the coordinator's."""
    return remind_from(request, school_desk(request, slug))


def remind_from(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Count and names first; then one mail for each. Nobody is mailed twice a day."""
    require(can_remind(request.user, desk.school, desk.trip))
    group = Group(request.GET["group"]) if request.GET.get("group") in Group.values else Group.DRAFTS
    people, _hidden = people_of(request, desk)
    if request.method == "POST":
        chosen = request.POST.get("person", "")
        some = [one for one in people if not chosen or str(one.pk) == chosen]
        sent = inviting.remind(trip=desk.trip, group=group, people=some, school=desk.school, by=request.user)
        if sent:
            text = ngettext("%(count)s mail is in the outbox.", "%(count)s mails are in the outbox.", len(sent))
            messages.success(request, text % {"count": len(sent)})
        else:
            messages.info(request, _("Nobody was mailed: there is nobody to remind of this today."))
        return redirect(desk.url("people"))
    who = inviting.to_remind(people, desk.trip)[group]
    context = {
        "trip": desk.trip,
        "group": group,
        "people": who[:SHOWN],
        "more": max(0, len(who) - SHOWN),
        "count": len(who),
        "back": desk.url("people"),
    }
    return render(request, "applications/people/remind.html", context)


# --- reading, where the trip's policy says so -----------------------------------------------------


@require_safe
def school_read(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """What somebody of the own school sent, for its coordinator."""
    require(can_follow(request.user))
    shown = readable_at_school(request.user).select_related("trip", "user")
    application = get_object_or_404(shown, trip__slug=slug, pk=pk)
    submission = application.submissions.select_related("institution").first()
    context = {
        "trip": application.trip,
        "application": application,
        "submission": submission,
        "said": to_read(submission.said, Reader.REVIEWERS),
        "school": submission.institution,
    }
    return render(request, "applications/people/read.html", context)
