"""What travellers owe a trip itself: to say whether they come to its next meeting."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange.outbox.models import OutboxMessage
from exchange.trips.mail import meeting_reminder
from exchange.trips.models import Meeting, MeetingReply, Participation, Trip
from exchange.trips.turns import Owing

#: Nobody is asked earlier than this whether they come; the day after a year stays far off for long.
AHEAD = timedelta(days=92)
TRAVELLERS = _("Travellers")


def next_meeting(trip: Trip, now: datetime) -> Meeting | None:
    """The next meeting that travellers are asked about."""
    return next((one for one in trip.meetings.all() if now < one.starts_at < now + AHEAD), None)


def silent(trips: Sequence[Trip], now: datetime) -> QuerySet:
    """Travellers who have not said whether they come to the next meeting of their trip."""
    coming = Meeting.objects.filter(trip=OuterRef("trip"), starts_at__gt=now, starts_at__lt=now + AHEAD)
    said = MeetingReply.objects.filter(participation=OuterRef("pk"), meeting=OuterRef("next_meeting"))
    going = Participation.objects.active().filter(trip__in=trips, user__is_active=True)
    going = going.annotate(next_meeting=Subquery(coming.order_by("starts_at").values("pk")[:1]))
    return going.filter(~Exists(said), next_meeting__isnull=False)


def letters(silent: Sequence[Participation], now: datetime) -> list[OutboxMessage]:
    """The question again."""
    meetings = Meeting.objects.select_related("trip").in_bulk([one.next_meeting for one in silent])
    return [meeting_reminder(meetings[one.next_meeting], one) for one in silent]


def _starts(trip: Trip, now: datetime) -> datetime | None:
    found = next_meeting(trip, now)
    return found.starts_at if found else None


REPLIES = Owing(
    key="replies",
    group=TRAVELLERS,
    text=_("Say whether they come to the next meeting"),
    mail="trips/meeting_reminder",
    open=lambda trip, now: next_meeting(trip, now) is not None,
    rows=silent,
    letters=letters,
    url=lambda trip: reverse("trips:meetings", args=[trip.slug]),
    due=_starts,
)
