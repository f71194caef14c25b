"""What anybody may see: the open calls, and the page of one trip."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db.models import Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from exchange import clock, visitors, wings
from exchange.documents.responses import download
from exchange.limits import asked_too_often
from exchange.people.models import User
from exchange.trips import shown
from exchange.trips.checklist import host_warning, last_said
from exchange.trips.event import linked_data
from exchange.trips.lifecycle import Phase, called, phase
from exchange.trips.models import PreVisit, ProgrammeItem, ProgrammeKind, Trip, TripHost
from exchange.trips.permissions import can_hang
from exchange.trips.poster import Voice
from exchange.trips.poster import printed as poster_of
from exchange.verdicts import require

#: Words longer than this do not fit the largest type on a phone.
LONG_WORD = 14
PER_PAGE = 30
#: Where a trip stands on the first page, by its phase; everything else is under way.
PARTS = {Phase.CALL: "calls", Phase.PLANNING: "announced", Phase.CLOSED: "past"}
#: What a line of the list says of a trip, and what its phase is made of.
LINE = """
    slug title_nl title_en city_nl city_en question_nl question_en theme__title_nl theme__title_en places max_per_school
    opens_at closes_at departs_on returns_on return_meeting_on follow_up_on
    announced_at published_at closed_at cancelled_at
""".split()


@login_not_required
@require_safe
@cache_control(private=True, no_cache=True)
def open_trips(request: HttpRequest) -> HttpResponse:
    """Open calls first, then what is announced, what is under way and what came of it."""
    now, query = clock.now(), request.GET.get("q", "").strip()[:100]
    listed = Trip.objects.public().filter(cancelled_at=None).named(query).with_phase(now).in_public_order(now)
    listed = listed.select_related("theme").only(*LINE)
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))

    def context() -> dict[str, Any]:
        parts: dict[str, list[Trip]] = {"calls": [], "announced": [], "under_way": [], "past": []}
        for trip in page:
            parts[PARTS.get(trip.phase_now, "under_way")].append(trip)
        reports = report_addresses(parts["past"], request.user)
        return {**parts, "reports": reports, "page": page, "query": query}

    def shown() -> list[Any]:
        return [clock.day_of(now), page.paginator.count, *page.object_list.values_list("phase_now", *LINE)]

    return visitors.page(request, "trips/open.html", context, shown)


def report_addresses(trips: list[Trip], user: User | AnonymousUser) -> dict[Any, str]:
    """Where the reports of these trips can be read by this user."""
    found: dict[Any, str] = {}
    for addresses in wings.each(lambda wing: wing.report_addresses):
        found |= addresses(trips, user)
    return found


@login_not_required
@require_safe
@cache_control(private=True, no_cache=True)
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The call: what it is about, for whom, what it asks, how we choose. The team sees it before it is announced."""
    trip, now = seen_trip(request, slug), clock.now()
    if phase(trip, now) is Phase.CLOSED:
        after = next_call(trip, now)
        made_of = lambda: [*shown.shown(trip, now), *([visitors.values(after)] if after else [])]  # noqa: E731
        return visitors.page(request, "trips/result.html", lambda: result(request, trip, after, now), made_of)
    return visitors.page(request, "trips/detail.html", lambda: call(request, trip, now), lambda: shown.shown(trip, now))


def seen_trip(request: HttpRequest, slug: str) -> Trip:
    """A trip that anybody may see, or that the reader works on; else it is not there."""
    seen = Q(announced_at__isnull=False)
    if request.user.is_authenticated:
        seen |= Q(pk__in=Trip.objects.visible_to(request.user).values("pk"))
    return get_object_or_404(Trip.objects.filter(seen).select_related("theme"), slug=slug)


@login_not_required
@require_safe
def poster(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The call for the wall of a canteen, in the reader's language or the one asked for."""
    trip, now = seen_trip(request, slug), clock.now()
    require(can_hang(trip, now))
    if too_many := asked_too_often(request, "poster"):
        return too_many
    language = request.GET.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = translation.get_language() or settings.LANGUAGE_CODE
    content = poster_of(trip, now, language=language, voice=voice_before(trip, language))
    return download(content, f"poster-{trip.slug}-{language}.pdf", people=0, inline=True)


def voice_before(trip: Trip, language: str) -> Voice | None:
    """What somebody says who went along earlier, and in this language by whom."""
    with translation.override(language):
        found = next((said for ask in wings.each(lambda wing: wing.voices) if (said := ask(trip))), None)
    return Voice(*found) if found else None


def result(request: HttpRequest, trip: Trip, after: Trip | None, now: datetime) -> dict[str, Any]:
    """What came of a trip that is completed, and the next call on its theme."""
    sections = wings.parts(lambda wing: wing.public_result, trip, request.user, now)
    title = next((section.headline for section in sections if section.headline), "") or trip.title
    return {
        "trip": trip,
        "now": now,
        "title": title,
        "long": any(len(word) > LONG_WORD for word in str(title).split()),
        "sections": sections,
        "next": after,
        "address": settings.BASE_URL + request.path,
    }


def next_call(trip: Trip, now: datetime) -> Trip | None:
    """The call on the same theme that closes first."""
    calls = Trip.objects.public().filter(theme=trip.theme_id, cancelled_at=None, opens_at__lte=now, closes_at__gt=now)
    return calls.order_by("closes_at", "pk").first()


def call(request: HttpRequest, trip: Trip, now: datetime) -> dict[str, Any]:
    """What the page of a trip shows."""
    prefetch_related_objects([trip], "meetings")
    hosts = list(trip.trip_hosts.select_related("host").prefetch_related("host__pre_visits"))
    for row in hosts:
        row.visit = visit_before(row, trip)
        row.warning = host_warning(row.host, last_said(list(row.host.pre_visits.all())))
    return {
        "trip": trip,
        "now": now,
        "phase": phase(trip, now),
        "called": called(trip, now),
        "days": by_day(trip, trip.programme.on_its_days().select_related("host")),
        "hosts": hosts,
        "all_visited": bool(hosts) and not any(row.warning for row in hosts),
        "long": any(len(word) > LONG_WORD for word in str(trip.title).split()),
        "linked_data": linked_data(trip),
        "poster": can_hang(trip, now),
        "address": settings.BASE_URL + request.path,
        "sections": wings.parts(lambda wing: wing.public_page, trip, request.user, now),
    }


def visit_before(row: TripHost, trip: Trip) -> PreVisit | None:
    """The team's last look at a host before this trip left; later ones belong to later trips."""
    return next((v for v in row.host.pre_visits.all() if not trip.departs_on or v.visited_on <= trip.departs_on), None)


def by_day(trip: Trip, items: Iterable[ProgrammeItem]) -> list[dict[str, Any]]:
    """What stands on the days of a trip, a row for each: what is done by day and what in the evening."""
    rows = {day: {"day": day, "by_day": [], "evening": []} for day in trip.days}
    for item in items:
        rows[item.on]["evening" if item.kind == ProgrammeKind.EVENING else "by_day"].append(item)
    return list(rows.values())
