"""One builder per message about what participants report."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from exchange.outbox.actions import message
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import Participation


def link(name: str, *args: object) -> str:
    """A full address."""
    return settings.BASE_URL + reverse(f"evaluations:{name}", args=args)


def to_participant(
    kind: str,
    key: str,
    participation: Participation,
    *,
    expires_at: datetime | None = None,
    by: User | None = None,
    **more: object,
) -> OutboxMessage:
    """A message to one participant, in the participant's language; `more` is what its text tells."""
    user, trip = participation.user, participation.trip
    with translation.override(user.language):
        context = {"name": user.get_short_name(), "trip": str(trip.title), "zone": trip.zone, **more}
    return message(
        key=key,
        kind=f"evaluations/{kind}",
        to=user.email,
        recipient=user,
        language=user.language,
        trip=trip,
        context=context,
        expires_at=expires_at,
        by=by,
    )
