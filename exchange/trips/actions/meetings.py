"""Meetings: planned, changed, dropped; travellers hear of it."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from exchange import clock
from exchange.history.actions import record
from exchange.outbox.actions import queue_many
from exchange.people.models import User
from exchange.trips.mail import meeting_changed, meeting_dropped
from exchange.trips.models import Meeting, MeetingReply, Participation, Trip
from exchange.trips.permissions import can_change
from exchange.verdicts import CONFLICT, Refused, no, require

#: What makes a meeting another one for who wants to be there.
WHEN_AND_WHERE = frozenset({"starts_at", "ends_at", "place", "link"})


@transaction.atomic
def save_meeting(*, meeting: Meeting, changes: dict[str, Any], reason: str = "", by: User) -> Meeting:
    """Plan or change a meeting. Travellers hear of another time or place; at another time they are asked again."""
    require(can_change(by, meeting.trip))
    new = meeting._state.adding
    changed = {name: value for name, value in changes.items() if new or getattr(meeting, name) != value}
    if not changed:
        return meeting
    moved = "starts_at" in changed
    before = None if new or not moved else meeting.starts_at
    for name, value in changed.items():
        setattr(meeting, name, value)
    meeting.sequence += 0 if new else 1
    try:
        with transaction.atomic():
            meeting.save()
    except IntegrityError:
        raise Refused(no(_("There is such a meeting already. Change that one."), CONFLICT)) from None
    if moved and not new:
        MeetingReply.objects.filter(meeting=meeting).delete()
    verb = "meeting.plan" if new else "meeting.change"
    record(about=meeting, verb=verb, by=by, reason=reason, facts={"fields": sorted(changed)})
    if changed.keys() & WHEN_AND_WHERE and meeting.over_at > clock.now():
        said: dict[str, Any] = {"new": new, "ask_again": moved, "before": before, "reason": reason}
        queue_many(messages=[meeting_changed(meeting, one, **said) for one in travellers_of(meeting.trip)])
    return meeting


@transaction.atomic
def drop_meeting(*, meeting: Meeting, reason: str, by: User) -> Meeting:
    """A meeting does not take place; travellers hear of it. One that was held stays."""
    require(can_change(by, meeting.trip))
    if meeting.attendance.exists() or meeting.starts_at <= clock.now():
        raise Refused(no(_("This meeting has been held. It stays in the records."), CONFLICT))
    queue_many(messages=[meeting_dropped(meeting, one, reason) for one in travellers_of(meeting.trip)])
    facts = {"kind": meeting.kind, "on": meeting.on.isoformat()}
    record(about=meeting, verb="meeting.drop", by=by, reason=reason, facts=facts)
    meeting.delete()
    return meeting


def travellers_of(trip: Trip) -> list[Participation]:
    """The active participations with their people; nobody on a cancelled trip."""
    if trip.cancelled_at:
        return []
    return list(trip.participations.active().filter(user__is_active=True).select_related("user", "trip"))
