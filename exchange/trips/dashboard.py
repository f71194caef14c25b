"""What a trip has to say on somebody's home page."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange import clock
from exchange.at_once import how_many
from exchange.dashboard import AT_HOME, SOON, Section, Todo, urgency
from exchange.people.models import User
from exchange.trips.lifecycle import OVERDUE, Phase, TeamRole, phase
from exchange.trips.models import Attendance, Meeting, MeetingReply, Participation, Trip, TripQuerySet
from exchange.trips.overview import in_order, told
from exchange.trips.owing import AHEAD
from exchange.trips.permissions import can_accompany
from exchange.trips.timeline import countdown
from exchange.trips.turns import turns_of


def travelling_along(user: User, now: datetime) -> Section | None:
    """The trips somebody goes on: the countdown, the next meeting, whether to reply."""
    going = Participation.objects.active().filter(user=user, trip__cancelled_at=None, trip__closed_at=None)
    mine = list(going.select_related("trip").prefetch_related("trip__meetings").order_by("trip__departs_on"))
    if not mine:
        return None
    replies = dict(MeetingReply.objects.filter(participation__in=mine).values_list("meeting_id", "coming"))
    todos, rows = [], []
    for one in mine:
        coming = [m for m in one.trip.meetings.all() if m.over_at > now]
        near = [m for m in coming if now < m.starts_at < now + AHEAD]
        todos += [reply_todo(m, one.trip, now) for m in near if m.pk not in replies]
        upcoming = coming[0] if coming else None
        rows.append(
            {
                "participation": one,
                "trip": one.trip,
                "phase": phase(one.trip, now),
                "meeting": upcoming,
                "comes": replies.get(upcoming.pk) if upcoming else None,
            }
        )
    ahead = [one for one in mine if clock.day_of(now, one.trip.zone) <= one.trip.returns_on]
    headline, kicker = countdown((ahead or mine[-1:])[0].trip, user, now)
    return Section(
        todos=todos,
        template="trips/dashboard/travelling.html",
        aside="trips/dashboard/aside.html",
        context={"rows": rows},
        headline=headline,
        kicker=kicker,
    )


def reply_todo(meeting: Meeting, trip: Trip, now: datetime) -> Todo:
    """Say whether one comes to a meeting."""
    place = meeting.place or _("online")
    starts = meeting.starts_at.astimezone(clock.HOME)
    when = _("%(day)s, %(time)s (Dutch time), %(place)s") % {
        "day": date_format(starts, "l j F"),
        "time": date_format(starts, "TIME_FORMAT"),
        "place": place,
    }
    return Todo(
        title=_("Say whether you come to the %(kind)s") % {"kind": meeting.get_kind_display()},
        text=when,
        url=reverse("trips:mine", args=[trip.slug]) + f"#meeting-{meeting.pk}",
        action=_("Yes or no"),
        due=meeting.starts_at,
        urgency=urgency(meeting.on, now),
        status=_("To answer"),
        context=str(trip.title),
    )


def working_on(user: User, now: datetime) -> Section | None:
    """The trips somebody works on that press most, with their phase, and what waits for their lead."""
    if not user.teams:
        return None
    going = Trip.objects.filter(pk__in={member.trip_id for member in user.teams}, closed_at=None, cancelled_at=None)
    ordered = in_order(going, now)
    rows = told(ordered, ordered[: AT_HOME + 1], now)
    if not rows:
        return None
    waiting = waiting_for_lead(user, now) if user.leads else ()
    todos = [todo for trip in waiting for todo in lead_todos(trip, now)]
    context = {"rows": rows[:AT_HOME], "more": len(rows) > AT_HOME}
    return Section(todos=todos, template="trips/dashboard/working.html", context=context)


def next_ones(user: User, now: datetime) -> Section | None:
    """Of the trips that somebody leads or accompanies: presence that is not noted, and on whom they wait."""
    roles = (TeamRole.LEAD, TeamRole.COMPANION)
    mine = {member.trip_id for member in user.teams if member.role in roles}
    if not mine:
        return None
    running = Trip.objects.filter(pk__in=mine, published_at__isnull=False, closed_at=None, cancelled_at=None)
    going = Participation.objects.active().filter(trip=OuterRef("pk"))
    ordered = in_order(running, now).annotate(travellers=how_many(going)).prefetch_related("meetings")
    trips = list(ordered[:AT_HOME])
    found = turns_of(trips, user, now)
    rows = [{"trip": trip, "groups": found[trip.pk]} for trip in trips if trip.pk in found]
    todos = presence_todos(trips, now)
    template = "trips/dashboard/turns.html" if rows else ""
    return Section(todos=todos, template=template, context={"rows": rows}) if rows or todos else None


def presence_of(trip: Any, user: User, now: datetime) -> Section | None:
    """Presence that is not noted, on the overview of one trip; `trip` has `travellers`, their number."""
    if not trip.published_at or trip.closed_at or trip.cancelled_at or not can_accompany(user, trip):
        return None
    todos = presence_todos([trip], now)
    return Section(todos=todos) if todos else None


def presence_todos(trips: Sequence[Any], now: datetime) -> list[Todo]:
    """One line for each trip on which somebody's presence is open: at a meeting that began, or on a day that came.
    Each trip has `travellers`, their number.
    """
    marks = Attendance.objects.filter(participation__trip__in=trips, participation__status="active").order_by()
    noted = {
        (trip, on or meeting): n
        for trip, on, meeting, n in marks.values_list("participation__trip", "on", "meeting").annotate(n=Count("pk"))
    }
    found = []
    for trip in trips:
        days: list[tuple[Any, date]] = [(day, day) for day in trip.days if day <= clock.day_of(now, trip.zone)]
        days += [(one.pk, one.on) for one in trip.meetings.all() if one.starts_at <= now]
        wanting = sorted(on for key, on in days if noted.get((trip.pk, key), 0) < trip.travellers)
        if wanting:
            why = _("Certificates and report ask for it.")
            text = ngettext("%(n)s day or meeting is open.", "%(n)s days or meetings are open.", len(wanting))
            found.append(
                Todo(
                    title=_("Note who was there"),
                    text=f"{text % {'n': len(wanting)}} {why}",
                    url=reverse("trips:attendance", args=[trip.slug]),
                    action=_("Note presence"),
                    due=wanting[0],
                    urgency=SOON,
                    status=_("to do"),
                    context=str(trip.title),
                )
            )
    return found


def waiting_for_lead(user: User, now: datetime) -> TripQuerySet:
    """The trips that wait for somebody as their lead: to be announced, or to be completed; the first to leave first."""
    overdue = Q(published_at__isnull=False, follow_up_on__lt=clock.day_of(now) - OVERDUE)
    led = Trip.objects.filter(pk__in=user.leads, closed_at=None, cancelled_at=None)
    return led.filter(Q(announced_at=None) | overdue).order_by("departs_on", "slug")[:AT_HOME]


def lead_todos(trip: Trip, now: datetime) -> list[Todo]:
    """What waits for the lead of a trip."""
    at = phase(trip, now)
    title = str(trip.title)
    if at is Phase.PLANNING and not trip.announced_at:
        return [
            Todo(
                title=_("Get %(trip)s ready to announce") % {"trip": title},
                text=_("A list says what is still missing."),
                url=reverse("trips:team", args=[trip.slug]) + "#checklist",
                action=_("See what is missing"),
                due=trip.opens_at,
                urgency=50,
                context=title,
            )
        ]
    if at is Phase.FOLLOW_UP and trip.follow_up_on and clock.day_of(now) > trip.follow_up_on + OVERDUE:
        return [
            Todo(
                title=_("Complete %(trip)s") % {"trip": title},
                text=_("The follow-up day was more than a month ago."),
                url=reverse("trips:close", args=[trip.slug]),
                action=_("Complete the trip"),
                due=trip.follow_up_on,
                urgency=30,
                context=title,
            )
        ]
    return []
