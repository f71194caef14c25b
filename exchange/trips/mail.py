"""What a trip mails of itself: meetings that are planned, changed or dropped, who comes, and who takes the lead."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from exchange import clock
from exchange.outbox.actions import message
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import Meeting, Participation, TeamMember
from exchange.trips.moving import Move


def room(participation: Participation) -> str:
    """The address of a participant's room."""
    return settings.BASE_URL + reverse("trips:mine", args=[participation.trip.slug])


def about_meeting(kind: str, key: str, meeting: Meeting, participation: Participation, **more: object) -> OutboxMessage:
    """A message about a meeting to one traveller, in the traveller's language."""
    user = participation.user
    with translation.override(user.language):
        context = {
            "name": user.get_short_name(),
            "trip": str(meeting.trip.title),
            "meeting": meeting,
            "kind": str(meeting.get_kind_display()),
            "agenda": str(meeting.agenda),
            "room": room(participation),
            **more,
        }
    return message(
        key=key,
        kind=f"trips/{kind}",
        to=user.email,
        recipient=user,
        language=user.language,
        trip=meeting.trip,
        context=context,
    )


def moved_letter(move: Move, user: User, reason: str, *, travels: bool) -> OutboxMessage:
    """The trip is on other days: old and new, what moves along, and for a traveller how to give the place back."""
    trip = move.trip
    page = reverse("trips:mine" if travels else "trips:team", args=[trip.slug])
    with translation.override(user.language):
        context = {
            "name": user.get_short_name(),
            "trip": trip,
            "changes": move.kept_free,
            "reason": reason,
            "page": settings.BASE_URL + page,
            "travels": travels,
            "gives_back": clock.today() <= trip.returns_on,
        }
    return message(
        key=f"moved:{trip.pk}:{trip.sequence}:{user.pk}",
        kind="trips/moved",
        to=user.email,
        recipient=user,
        language=user.language,
        trip=trip,
        context=context,
    )


def lead_taken(member: TeamMember, lead: User, reason: str) -> OutboxMessage:
    """An administrator took the lead of the trip beside whoever has it."""
    with translation.override(lead.language):
        context = {
            "name": lead.get_short_name(),
            "trip": str(member.trip.title),
            "who": str(member.user),
            "reason": reason,
            "page": settings.BASE_URL + reverse("trips:members", args=[member.trip.slug]),
        }
    return message(
        key=f"lead:{member.pk}:{lead.pk}",
        kind="trips/lead_taken",
        to=lead.email,
        recipient=lead,
        language=lead.language,
        trip=member.trip,
        context=context,
    )


def meeting_changed(
    meeting: Meeting, participation: Participation, *, new: bool, ask_again: bool, before: datetime | None, reason: str
) -> OutboxMessage:
    """A meeting was planned or changed; `before`: when it was to start, if that moved."""
    key = f"meeting:{meeting.pk}:{meeting.sequence}:{participation.pk}"
    context = {"new": new, "ask_again": ask_again, "before": before, "reason": reason}
    return about_meeting("meeting_changed", key, meeting, participation, **context)


def meeting_dropped(meeting: Meeting, participation: Participation, reason: str) -> OutboxMessage:
    """A meeting does not take place."""
    key = f"meeting:{meeting.pk}:dropped:{participation.pk}"
    return about_meeting("meeting_dropped", key, meeting, participation, reason=reason)


def meeting_reminder(meeting: Meeting, participation: Participation) -> OutboxMessage:
    """A meeting is near and the team does not know whether the traveller comes."""
    key = f"reminder:meeting:{meeting.pk}:{meeting.sequence}:{participation.pk}"
    return about_meeting("meeting_reminder", key, meeting, participation)
