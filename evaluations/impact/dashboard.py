"""What homes say about reports, and coordinators' homes about their school."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from evaluations.impact import figures
from evaluations.impact.editions import reports_of
from evaluations.impact.models import ReportEdition
from exchange import clock
from exchange.dashboard import Section, Todo
from exchange.people.models import User
from exchange.trips.models import Trip


def newest(user: User, now: datetime) -> Section | None:
    """For partners, coordinators and administrators: the newest edition, in three figures."""
    if not (user.is_partner or user.coordinates or user.is_administrator):
        return None
    found = ReportEdition.objects.without_figures().select_related("trip").order_by("-published_at", "pk")[:1]
    edition = next(iter(found), None)
    headlines = figures.glance(reports_of([edition]).get(edition.pk)) if edition else []
    context = {"edition": edition, "headlines": headlines}
    headline = _("What came of the trips") if user.is_partner else ""
    return Section(template="impact/dashboard/newest.html", context=context, headline=headline)


def lead(user: User, now: datetime) -> Section | None:
    """Trips whose return or follow-up day has passed without an edition since."""
    if not user.leads:
        return None
    running = Trip.objects.filter(pk__in=user.leads, published_at__isnull=False, closed_at=None, cancelled_at=None)
    todos = [
        Todo(
            title=_("Publish the report"),
            text=_("Write what you found, look at the figures, publish."),
            url=reverse("impact:team", args=[trip.slug]),
            action=_("To the report"),
            urgency=45,
            context=str(trip),
        )
        for trip in running.annotate(last=Max("editions__published_at"))
        if _overdue(trip)
    ]
    return Section(todos=todos) if todos else None


def _overdue(trip: Any) -> bool:
    days = (trip.follow_up_on, trip.return_meeting_on)
    passed = next((day for day in days if day < clock.today()), None)
    return bool(passed) and (trip.last is None or clock.day_of(trip.last) < passed)


def addresses(trips: Iterable[Trip], user: User | AnonymousUser) -> dict[Any, str]:
    """The newest edition of each trip that this reader may open."""
    if not user.is_authenticated:
        return {}
    editions = ReportEdition.objects.visible_to(user).filter(trip__in=[trip.pk for trip in trips]).order_by("number")
    return {row["trip"]: reverse("impact:edition", args=[row["pk"]]) for row in editions.values("trip", "pk")}
