"""What every mail of this wing needs: full addresses, and a message to an applicant or to somebody with an account."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from applications.models import Application
from exchange.outbox.actions import message
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import Trip
from exchange.words import plain


def address(name: str, *args: object) -> str:
    """A full address of the house."""
    return settings.BASE_URL + reverse(name, args=args)


def to_applicant(kind: str, key: str, application: Application, **context: object) -> OutboxMessage:
    """A message to the applicant, in the applicant's language."""
    user = application.user
    return message(
        key=key,
        kind=f"applications/{kind}",
        to=user.email,
        recipient=user,
        language=user.language,
        trip=application.trip,
        context={
            "name": user.get_short_name(),
            "application": application,
            "trip": application.trip,
            "mine": address("applications:mine", application.pk),
            **context,
        },
    )


def to_person(kind: str, key: str, user: User, trip: Trip, **more: Any) -> OutboxMessage:
    """A message about a trip to somebody with an account, in that person's language."""
    outside = {name: more.pop(name) for name in ("reply_to", "expires_at", "by", "priority") if name in more}
    context = {"name": plain(user.get_short_name()), "trip": trip, "base_url": settings.BASE_URL, **more}
    return message(
        key=key,
        kind=f"applications/{kind}",
        to=user.email,
        recipient=user,
        language=user.language,
        trip=trip,
        context=context,
        **outside,
    )
