"""What homes and rooms say about reports, and coordinators' homes about their school."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Exists, F, OuterRef, When
from django.urls import reverse
from django.utils.translation import gettext as _

from evaluations.impact import figures
from evaluations.impact.editions import reports_of
from evaluations.impact.models import ReportEdition
from evaluations.impact.permissions import can_speak
from exchange import clock
from exchange.dashboard import AT_HOME, Section, Todo
from exchange.people.models import User
from exchange.trips.models import Participation, Trip, TripQuerySet


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


def room(participation: Participation, now: datetime) -> Section | None:
    """Where a participant finds what they let be shown, once there is something; and is asked for a sentence."""
    asked = bool(can_speak(participation.user, participation)) and not hasattr(participation, "voice")
    if not asked and not participation.words.exists():
        return None
    return Section(template="impact/dashboard/room.html", context={"slug": participation.trip.slug, "asked": asked})


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
        for trip in overdue(running)
    ]
    return Section(todos=todos) if todos else None


def overdue(trips: TripQuerySet) -> TripQuerySet:
    """The first of the trips of which no edition was published since the last of their days that has passed."""
    today = clock.today()
    days = [When(**{f"{day}__lt": today}, then=F(day)) for day in ("follow_up_on", "return_meeting_on")]
    told = ReportEdition.objects.filter(trip=OuterRef("pk"), published_at__date__gte=OuterRef("passed"))
    passed = trips.annotate(passed=Case(*days)).filter(passed__isnull=False)
    return passed.exclude(Exists(told)).order_by("departs_on", "pk")[:AT_HOME]


def addresses(trips: Iterable[Trip], user: User | AnonymousUser) -> dict[Any, str]:
    """The newest edition of each trip that this reader may open."""
    if not user.is_authenticated:
        return {}
    editions = ReportEdition.objects.visible_to(user).filter(trip__in=[trip.pk for trip in trips]).order_by("number")
    return {row["trip"]: reverse("impact:edition", args=[row["pk"]]) for row in editions.values("trip", "pk")}
