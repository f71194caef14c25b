"""One builder per message about what participants report."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from exchange.outbox.actions import message
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import Participation


def link(name: str, *args: Any) -> str:
    """A full address."""
    return settings.BASE_URL + reverse(f"evaluations:{name}", args=args)


def to_participant(
    kind: str, key: str, participation: Participation, *, by: User | None = None, **more: Any
) -> OutboxMessage:
    """A message to one participant, in the participant's language. `expires_at` and context come in `more`."""
    user, trip = participation.user, participation.trip
    expires_at = more.pop("expires_at", None)
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
