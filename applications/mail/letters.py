"""What the team's side mails: decisions, offers, what is cancelled, what the lead writes, what there is to read."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from applications.lifecycle import Kind
from applications.models import Decision, Offer
from exchange import clock
from exchange.outbox.actions import message
from exchange.outbox.models import OutboxMessage
from exchange.templatetags.house import plain
from exchange.trips.models import Trip

TEMPLATES = {Kind.SELECT: "letter_selected", Kind.RESERVE: "letter_reserve", Kind.NOT_SELECTED: "letter_not_selected"}


def address(name: str, *args: Any) -> str:
    """A full address for a mail."""
    return settings.BASE_URL + reverse(name, args=args)


def to_person(kind: str, key: str, user: Any, trip: Trip, **more: Any) -> OutboxMessage:
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


def decision_letter(decision: Decision, trip: Trip, *, reply_by_at: datetime, reply_to: str = "") -> OutboxMessage:
    """The one letter about a decision; the preview shows exactly this. Needs `application.user` and the phrases."""
    application = decision.application
    return to_person(
        TEMPLATES[Kind(decision.kind)],
        f"decision:{application.pk}",
        application.user,
        trip,
        reasons=list(decision.phrases.all()),
        note=decision.note,
        reply_by_at=reply_by_at,
        url=address("applications:mine", application.pk),
        reply_to=reply_to,
        priority=3,
    )


def offer_letter(offer: Offer) -> OutboxMessage:
    """A place became free."""
    application = offer.application
    return to_person(
        "letter_offer",
        f"offer:{offer.pk}",
        application.user,
        application.trip,
        reply_by_at=offer.reply_by_at,
        url=address("applications:mine", application.pk),
        priority=3,
    )


def retraction_letter(offer: Offer, reason: str, by: Any) -> OutboxMessage:
    """An offer was taken back, by somebody who can be asked why."""
    application = offer.application
    return to_person(
        "letter_retracted",
        f"offer:{offer.pk}:retracted",
        application.user,
        application.trip,
        reason=reason,
        url=address("applications:mine", application.pk),
        reply_to=by.email,
    )


def cancellation_letter(user: Any, trip: Trip) -> OutboxMessage:
    """The trip does not take place; with the reason the lead gave."""
    return to_person(
        "letter_cancelled", f"cancelled:{trip.pk}:{user.pk}", user, trip, reason=trip.cancel_reason, priority=3
    )


def assigned_digest(trip: Trip, reviewer: Any, count: int) -> OutboxMessage:
    """There is something to read; one a day at most, however often the lead assigns."""
    key = f"assigned:{trip.pk}:{reviewer.pk}:{clock.today().isoformat()}"
    return to_person("assigned", key, reviewer, trip, count=count, url=address("applications:to-review"))


def written(
    *, key: str, to: str, language: str, subject: str, text: str, trip: Trip, recipient: Any = None, by: Any = None
) -> OutboxMessage:
    """What the lead wrote to a group, with the placeholders filled in already."""
    return message(
        key=key,
        kind="applications/written",
        to=to,
        recipient=recipient,
        language=language,
        trip=trip,
        context={"subject": subject, "text": text},
        reply_to=by.email if by else "",
        by=by,
    )
