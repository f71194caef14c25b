"""A person's own calendar: the trips somebody goes on or accompanies, their meetings and their programme."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from exchange import clock
from exchange.documents.calendar import Event, Status, feed
from exchange.people.models import User
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Meeting, ProgrammeItem, Trip

#: A cancelled trip outbids whatever number its events had.
CANCELLED_SEQUENCE = 10_000


def calendar_of(user: User) -> bytes:
    """The feed of one person, in the person's language."""
    with translation.override(user.language):
        return feed(_("Study trips"), list(events(user)), zone=clock.HOME)


def trips_of(user: User) -> list[Trip]:
    """The announced trips somebody travels on, leads or accompanies."""
    travels = Q(participations__user=user, participations__status="active")
    accompanies = Q(team__user=user, team__role__in=[TeamRole.LEAD, TeamRole.COMPANION])
    rows = Trip.objects.public().filter(travels | accompanies).distinct()
    programme = ProgrammeItem.objects.on_its_days().select_related("host")
    return list(rows.prefetch_related("meetings", Prefetch("programme", programme)))


def events(user: User) -> Iterator[Event]:
    """Everything that stands in somebody's calendar."""
    mine = set(user.participations.filter(status="active").values_list("trip", flat=True))
    for trip in trips_of(user):
        # A traveller finds everything in the own room; the team on the trip's own page.
        page = reverse("trips:mine" if trip.pk in mine else "trips:team", args=[trip.slug])
        facts: dict[str, Any] = {"url": settings.BASE_URL + page}
        raised = 0
        if trip.cancelled_at:
            facts["status"], raised = Status.CANCELLED, CANCELLED_SEQUENCE
        if trip.departs_on and trip.returns_on:
            yield Event(
                uid=uid("trip", trip.pk),
                summary=str(trip.title),
                starts=trip.departs_on,
                ends=trip.returns_on,
                sequence=trip.sequence + raised,
                location=", ".join(part for part in (str(trip.city), str(trip.country)) if part),
                **facts,
            )
        for meeting in trip.meetings.all():
            yield meeting_event(meeting, trip, raised, facts)
        for item in trip.programme.all():
            yield item_event(item, trip, raised, facts)


def meeting_event(meeting: Meeting, trip: Trip, raised: int, facts: dict[str, Any]) -> Event:
    """A meeting in a calendar."""
    return Event(
        uid=uid("meeting", meeting.pk),
        summary=f"{trip.title}: {meeting.get_kind_display()}",
        starts=meeting.starts_at,
        ends=meeting.ends_at,
        sequence=meeting.sequence + raised,
        location=meeting.place,
        description="\n\n".join(part for part in (meeting.link, str(meeting.agenda)) if part),
        **facts,
    )


def item_event(item: ProgrammeItem, trip: Trip, raised: int, facts: dict[str, Any]) -> Event:
    """Something on the programme, in the time of the destination; without a time it is of the whole day."""
    days: dict[str, Any] = {"starts": item.on, "ends": item.on}
    if item.starts_at:
        days = {"starts": item.starts_at, "ends": item.ends_at}
    return Event(
        uid=uid("programme", item.pk),
        summary=str(item.title),
        sequence=item.sequence + raised,
        location=item.place or (f"{item.host.name}, {item.host.place}" if item.host else ""),
        description=str(item.text),
        **days,
        **facts,
    )


def uid(kind: str, pk: Any) -> str:
    """The name of an event, the same for ever."""
    return f"{kind}-{pk}@{urlsplit(settings.BASE_URL).hostname}"
