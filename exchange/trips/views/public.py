"""What anybody may see: the open calls, and the page of one trip."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from exchange import clock, wings
from exchange.people.models import User
from exchange.trips.checklist import host_warning
from exchange.trips.event import linked_data
from exchange.trips.lifecycle import Phase, phase
from exchange.trips.models import PreVisit, ProgrammeItem, ProgrammeKind, Trip, TripHost

#: Completed trips on the first page; the reports hold them all.
PAST = 12
#: Words longer than this do not fit the largest type on a phone.
LONG_WORD = 14


@login_not_required
@require_safe
def open_trips(request: HttpRequest) -> HttpResponse:
    """Open calls first, then what is announced, what is under way and what came of it."""
    now = clock.now()
    trips = list(Trip.objects.public().filter(cancelled_at=None, closed_at=None).select_related("theme"))
    past = list(Trip.objects.public().filter(closed_at__isnull=False, cancelled_at=None).select_related("theme")[:PAST])
    phases = {trip.pk: phase(trip, now) for trip in trips}
    calls = sorted((trip for trip in trips if phases[trip.pk] is Phase.CALL), key=lambda trip: trip.closes_at)
    announced = sorted((t for t in trips if phases[t.pk] is Phase.PLANNING), key=lambda trip: trip.opens_at)
    under_way = [trip for trip in trips if phases[trip.pk] not in (Phase.CALL, Phase.PLANNING)]
    context = {"calls": calls, "announced": announced, "under_way": under_way, "past": past}
    return render(request, "trips/open.html", {**context, "reports": report_addresses(past, request.user)})


def report_addresses(trips: list[Trip], user: User | AnonymousUser) -> dict[Any, str]:
    """Where the reports of these trips can be read by this user."""
    found: dict[Any, str] = {}
    for addresses in wings.each(lambda wing: wing.report_addresses):
        found |= addresses(trips, user)
    return found


@login_not_required
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The call: what it is about, for whom, what it asks, how we choose. The team sees it before it is announced."""
    seen = Q(announced_at__isnull=False)
    if request.user.is_authenticated:
        seen |= Q(pk__in=Trip.objects.visible_to(request.user).values("pk"))
    trips = Trip.objects.filter(seen).select_related("theme").prefetch_related("meetings")
    trip = get_object_or_404(trips, slug=slug)
    now = clock.now()
    hosts = list(trip.trip_hosts.select_related("host").prefetch_related("host__pre_visits"))
    for row in hosts:
        row.visit = visit_before(row, trip)
    context = {
        "trip": trip,
        "now": now,
        "phase": phase(trip, now),
        "days": by_day(trip, trip.programme.select_related("host")),
        "hosts": hosts,
        "all_visited": bool(hosts) and not any(host_warning(row) for row in hosts),
        "long": any(len(word) > LONG_WORD for word in str(trip.title).split()),
        "linked_data": linked_data(trip),
        "address": settings.BASE_URL + request.path,
        "sections": wings.parts(lambda wing: wing.public_page, trip, request.user, now),
    }
    return render(request, "trips/detail.html", context)


def visit_before(row: TripHost, trip: Trip) -> PreVisit | None:
    """The team's last look at a host before this trip left; later ones belong to later trips."""
    return next((v for v in row.host.pre_visits.all() if not trip.departs_on or v.visited_on <= trip.departs_on), None)


def by_day(trip: Trip, items: Iterable[ProgrammeItem]) -> list[dict[str, Any]]:
    """The programme, a row for each day: what is done by day and what in the evening."""
    rows = {day: {"day": day, "by_day": [], "evening": []} for day in trip.days}
    for item in items:
        row = rows.setdefault(item.on, {"day": item.on, "by_day": [], "evening": []})
        row["evening" if item.kind == ProgrammeKind.EVENING else "by_day"].append(item)
    return [rows[day] for day in sorted(rows)]
