"""What the daily `manage.py remind` mails to applicants and their managers.

It only queues, with keys that make a repeat harmless.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from applications.endorsing import mail as manager_mail
from applications.endorsing.actions import mailed_again
from applications.endorsing.mail import CHASES, Ended, not_needed
from applications.endorsing.permissions import REPLACE_FROM
from applications.lifecycle import DecisionKind
from applications.models import Application, Endorsement, LateAccess, Offer
from applications.selection.mail import offer_reminder, reserve_ended
from applications.writing.mail import draft_caught, draft_reminder
from exchange import clock
from exchange.outbox.actions import queue_many
from exchange.outbox.models import OutboxMessage
from exchange.trips.turns import rested

#: A draft that was not sent is remembered at three days and at one day before closing.
DRAFT_DAYS = (1, 3)
OFFER_DAYS = 2
#: What a day or a moment ended is told by the next runs; after that it would only surprise.
SAID_WITHIN = timedelta(days=4)


def drafts(now: datetime) -> int:
    """Drafts whose call closes within three days, and again within one."""
    soon = now + timedelta(days=max(DRAFT_DAYS))
    rows = Application.objects.filter(
        status="draft",
        user__reminders=True,
        user__is_active=True,
        trip__announced_at__isnull=False,
        trip__cancelled_at=None,
        trip__closes_at__gt=now,
        trip__closes_at__lte=soon,
    ).select_related("trip", "user")
    return _queue_new([draft_reminder(row, _days_left(row.trip.closes_at, now)) for row in rows])


def _days_left(closes_at: datetime, now: datetime) -> int:
    return next(days for days in DRAFT_DAYS if closes_at <= now + timedelta(days=days))


def managers(now: datetime) -> int:
    """Managers who have not answered, on the third and the sixth day; after a pause only the last of the two."""
    found = []
    for one in _unanswered(now).filter(asked_at__lte=now - timedelta(days=min(CHASES) - 1)):
        day = max((day for day in CHASES if _age(one, now) >= day), default=0)
        if day:
            found.append((one, manager_mail.request(one, chase=day)))
    known = set(OutboxMessage.objects.filter(key__in=[mail.key for _one, mail in found]).values_list("key", flat=True))
    new = [(one, mail) for one, mail in found if mail.key not in known]
    with transaction.atomic():
        queue_many(messages=[mail for _one, mail in new])
        mailed_again([one for one, _mail in new])
    return len(new)


def silent_managers(now: datetime) -> int:
    """Applicants whose manager has not answered for eight days: they may ask somebody else."""
    rows = [one for one in _unanswered(now) if _age(one, now) >= REPLACE_FROM]
    return _queue_new([manager_mail.manager_silent(one) for one in rows])


def _unanswered(now: datetime) -> Any:
    rows = Endorsement.objects.to_answer().filter(
        bounced_at=None,
        application__user__is_active=True,
        application__trip__cancelled_at=None,
        application__trip__departs_on__gt=clock.day_of(now),
    )
    return rows.select_related("application__trip", "application__user", "submission__institution")


def _age(endorsement: Endorsement, now: datetime) -> int:
    """Whole days on the Dutch calendar since the question."""
    return (clock.day_of(now) - clock.day_of(endorsement.asked_at)).days


def ended_by_departure(now: datetime) -> int:
    """The trip left: managers asked again need not answer any more, and the reserve list is over."""
    today = clock.day_of(now)
    left: dict[str, Any] = {"trip__departs_on__lte": today, "trip__departs_on__gt": today - SAID_WITHIN}
    left |= {"trip__cancelled_at": None, "trip__published_at__isnull": False}
    silent = Endorsement.objects.to_answer().filter(**{f"application__{name}": value for name, value in left.items()})
    waited = Application.objects.filter(
        **left, status="submitted", user__is_active=True, decision__kind=DecisionKind.RESERVE
    ).exclude(user__participations__trip=F("trip"))
    # Whoever was offered a place once knows how that ended.
    waited = waited.filter(~Exists(Offer.objects.filter(application=OuterRef("pk"))))
    return _queue_new(
        [
            *(not_needed(one, Ended.DEPARTED) for one in silent.select_related("application__trip", "submission")),
            *(reserve_ended(one) for one in waited.select_related("trip", "user")),
        ]
    )


def caught(now: datetime) -> int:
    """The call closed over a draft: its author hears that it was not sent, and what can still be asked."""
    closed = Application.objects.filter(
        status="draft",
        admission=None,
        user__is_active=True,
        trip__closes_at__lte=now,
        trip__closes_at__gt=now - SAID_WITHIN,
        trip__published_at=None,
        trip__cancelled_at=None,
    )
    late = LateAccess.objects.filter(trip=OuterRef("trip"), email__iexact=OuterRef("user__email"), until_at__gt=now)
    found = closed.filter(~Exists(late)).select_related("trip", "user")
    return _queue_new([draft_caught(one) for one in found if now >= one.trip.accepts_until])


def offers(now: datetime) -> int:
    """Offers that expire within two days."""
    rows = Offer.objects.open(now).filter(
        reply_by_at__lte=now + timedelta(days=OFFER_DAYS),
        application__user__reminders=True,
        application__user__is_active=True,
        application__trip__cancelled_at=None,
    )
    rows = rows.select_related("application__trip", "application__user")
    return _queue_new([offer_reminder(row) for row in rows])


def _queue_new(messages: list[OutboxMessage]) -> int:
    """Queue, and tell how many were not there yet."""
    messages = rested(messages, clock.now())
    known = OutboxMessage.objects.filter(key__in=[message.key for message in messages]).count()
    queue_many(messages=messages)
    return len(messages) - known
