"""What a trip mails of itself: a meeting that was planned, changed or dropped, and the question who comes."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from exchange.outbox.actions import message
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import Meeting, Participation


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


def meeting_changed(meeting: Meeting, participation: Participation, *, new: bool, ask_again: bool) -> OutboxMessage:
    """A meeting was planned or moved."""
    key = f"meeting:{meeting.pk}:{meeting.sequence}:{participation.pk}"
    return about_meeting("meeting_changed", key, meeting, participation, new=new, ask_again=ask_again)


def meeting_dropped(meeting: Meeting, participation: Participation) -> OutboxMessage:
    """A meeting does not take place."""
    return about_meeting("meeting_dropped", f"meeting:{meeting.pk}:dropped:{participation.pk}", meeting, participation)


def meeting_reminder(meeting: Meeting, participation: Participation) -> OutboxMessage:
    """A meeting is near and the team does not know whether the traveller comes."""
    key = f"reminder:meeting:{meeting.pk}:{meeting.sequence}:{participation.pk}"
    return about_meeting("meeting_reminder", key, meeting, participation)
