"""Meetings in the Netherlands, and who was there: at meetings and on the days of the trip."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange import clock
from exchange.forms import form_page, sent, status_of
from exchange.signed_in import SignedInRequest
from exchange.trips import actions
from exchange.trips.forms import AttendanceForm, DropMeetingForm, MeetingForm
from exchange.trips.found import team_trip
from exchange.trips.models import Attendance, Meeting, ParticipationQuerySet, Trip
from exchange.trips.permissions import (
    can_accompany,
    can_change,
    can_look,
    can_look_along,
    can_tick_day,
    can_tick_meeting,
)
from exchange.trips.views.programme import changing
from exchange.trips.working_days import unusual
from exchange.verdicts import require

#: People on a page of presence.
PER_PAGE = 50
TICK = ("participation", "on", "meeting", "present")


@require_safe
def meetings(request: SignedInRequest, slug: str) -> HttpResponse:
    """All meetings, with who comes."""
    trip = team_trip(request, slug)
    require(can_look(request.user, trip))
    active = Q(replies__participation__status="active")
    rows = trip.meetings.annotate(
        coming=Count("replies", filter=active & Q(replies__coming=True)),
        staying=Count("replies", filter=active & Q(replies__coming=False)),
    ).order_by("starts_at")  # counting drops the order of the model
    context = {
        "trip": trip,
        "meetings": rows,
        "travellers": trip.participations.active().count(),
        "may": can_change(request.user, trip),
        "active": "meetings",
    }
    return render(request, "trips/team/meetings.html", context)


@form_page
def new_meeting(request: SignedInRequest, slug: str) -> HttpResponse:
    """Plan a meeting."""
    trip = changing(request, slug)
    return meeting_form(request, trip, Meeting(trip=trip))


@form_page
def meeting(request: SignedInRequest, slug: str, meeting: Any) -> HttpResponse:
    """Change a meeting."""
    trip = changing(request, slug)
    return meeting_form(request, trip, get_object_or_404(trip.meetings.select_related("trip"), pk=meeting))


def meeting_form(request: SignedInRequest, trip: Trip, found: Meeting) -> HttpResponse:
    """The form of one meeting, new or not."""
    new = found._state.adding
    form = MeetingForm(sent(request), meeting=found)
    if form.is_valid():
        found.kind = form.cleaned_data["kind"]
        reason = form.cleaned_data.get("reason", "")
        actions.save_meeting(meeting=found, changes=form.changes, reason=reason, by=request.user)
        messages.success(request, _("Saved. Those who travel along are told."))
        for text in unusual([(found.get_kind_display(), found.on)]):
            messages.warning(request, text)
        return redirect("trips:meetings", trip.slug)
    drop = None if new else DropMeetingForm(meeting=found)
    return meeting_page(request, found, form, drop)


def meeting_page(
    request: SignedInRequest, found: Meeting, form: MeetingForm, drop: DropMeetingForm | None
) -> HttpResponse:
    """The page of one meeting: change it, or let it not take place."""
    context = {
        "trip": found.trip,
        "form": form,
        "drop": drop,
        "meeting": found if drop else None,
        "travellers": found.trip.participations.active().count(),
        "active": "meetings",
    }
    bound = [one for one in (form, drop) if one is not None]
    return render(request, "trips/team/meeting.html", context, status=status_of(*bound))


@require_POST
def drop_meeting(request: SignedInRequest, slug: str, meeting: Any) -> HttpResponse:
    """A meeting does not take place."""
    trip = team_trip(request, slug)
    found = get_object_or_404(trip.meetings.select_related("trip"), pk=meeting)
    require(can_change(request.user, trip))
    form = DropMeetingForm(request.POST, meeting=found)
    if not form.is_valid():
        return meeting_page(request, found, MeetingForm(meeting=found), form)
    actions.drop_meeting(meeting=found, reason=form.cleaned_data["reason"], by=request.user)
    messages.success(request, _("The meeting is off. Those who travel along are told."))
    return redirect("trips:meetings", trip.slug)


# --- attendance -----------------------------------------------------------------------------------


@require_safe
def attendance(request: SignedInRequest, slug: str) -> HttpResponse:
    """Every day and meeting, with how many were there; today's form is one press away."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    query = request.GET.get("q", "").strip()[:100]
    going = trip.participations.active()
    people = going.named(query).select_related("institution").order_by("printed_name", "pk")
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    sessions, total = with_presence(sessions_of(trip), going), going.count()
    for session in sessions:
        session["open"] = total - session["present"] - session["absent"]
    ticks = Attendance.objects.filter(participation__in=[one.pk for one in page])
    there = {(one, on or at): present for one, on, at, present in ticks.values_list(*TICK)}
    rows = [(one, [there.get((one.pk, session["key"])) for session in sessions]) for one in page]
    context = {"trip": trip, "sessions": sessions, "total": total, "rows": rows, "page": page, "query": query}
    return render(request, "trips/team/attendance.html", {**context, "active": "attendance"})


def with_presence(sessions: list[dict[str, Any]], going: ParticipationQuerySet) -> list[dict[str, Any]]:
    """Each with how many of these were present and absent; the database counts."""
    ticks = Attendance.objects.filter(participation__in=going).order_by()
    counted = ticks.values_list("on", "meeting", "present").annotate(n=Count("pk"))
    found = {(on or at, present): n for on, at, present, n in counted}
    return [
        {**one, "present": found.get((one["key"], True), 0), "absent": found.get((one["key"], False), 0)}
        for one in sessions
    ]


def sessions_of(trip: Trip) -> list[dict[str, Any]]:
    """The meetings and the days of a trip in the order of time; `may` says whether presence can be noted."""
    now = clock.now()
    found: list[dict[str, Any]] = []
    for one in trip.meetings.all():
        one.trip = trip
        facts = {"key": one.pk, "on": one.on, "meeting": one, "label": one.get_kind_display()}
        found.append({**facts, "may": can_tick_meeting(one, now)})
    for number, day in enumerate(trip.days, 1):
        label = _("day %(number)s") % {"number": number}
        found.append({"key": day, "on": day, "meeting": None, "label": label, "may": can_tick_day(trip, day)})
    return sorted(found, key=lambda session: session["on"])


@form_page
def attendance_day(request: SignedInRequest, slug: str, on: date) -> HttpResponse:
    """Who is there on a day of the trip."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    require(can_tick_day(trip, on))
    return tick(request, trip, on=on)


@form_page
def attendance_meeting(request: SignedInRequest, slug: str, meeting: Any) -> HttpResponse:
    """Who is there at a meeting."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    found = get_object_or_404(trip.meetings.select_related("trip"), pk=meeting)
    require(can_tick_meeting(found, clock.now()))
    return tick(request, trip, meeting=found)


def tick(
    request: SignedInRequest, trip: Trip, *, on: date | None = None, meeting: Meeting | None = None
) -> HttpResponse:
    """Present or absent, for everybody in one form; for more people than a page holds, page by page."""
    session = {"meeting": meeting} if meeting else {"on": on}
    people = trip.participations.active().select_related("institution").order_by("printed_name", "pk")
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    # Somebody may have given the place back since the page was opened, and the next ones moved up: none is forgotten.
    shown = {*AttendanceForm.named_in(request.POST), *(one.pk for one in page)}
    travellers = list(people.filter(pk__in=shown))
    ticks = list(Attendance.objects.filter(participation__in=travellers, **session).select_related("ticked_by"))
    before = {row.participation_id: row.present for row in ticks}
    form, may = AttendanceForm(sent(request), travellers=travellers, before=before), can_accompany(request.user, trip)
    for field in form.fields.values():
        field.disabled = not may
    if form.is_valid():
        actions.tick_attendance(trip=trip, present=form.present, by=request.user, **session)
        messages.success(request, _("Attendance is saved."))
        if page.has_next():
            return redirect(f"{request.path}?page={page.next_page_number()}")
        return redirect("trips:attendance", trip.slug)
    last = max(ticks, key=lambda row: row.ticked_at, default=None)
    context = {"trip": trip, "form": form, "on": on, "meeting": meeting, "last": last, "page": page}
    context |= {"active": "attendance", "may": may}
    return render(request, "trips/team/tick.html", context, status=status_of(form))
