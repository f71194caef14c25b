"""The verbs of who goes along: replying to a meeting, being there, a number for the road, a calendar."""

import uuid
from datetime import date
from typing import Any

from django.db import transaction

from exchange import clock
from exchange.history.actions import record
from exchange.people.models import User
from exchange.trips.models import Attendance, Meeting, MeetingReply, Participation, TeamMember, Trip
from exchange.trips.permissions import can_accompany, can_reply, can_set_phone, can_tick_day, can_tick_meeting
from exchange.verdicts import require


@transaction.atomic
def reply_to_meeting(*, meeting: Meeting, participation: Participation, coming: bool, by: User) -> MeetingReply:
    """Say whether one comes; the last word counts."""
    require(can_reply(by, participation, meeting, clock.now()))
    reply, _made = MeetingReply.objects.update_or_create(
        meeting=meeting, participation=participation, defaults={"coming": coming, "replied_at": clock.now()}
    )
    return reply


@transaction.atomic
def tick_attendance(
    *, trip: Trip, present: dict[uuid.UUID, bool], on: date | None = None, meeting: Meeting | None = None, by: User
) -> int:
    """Note who was there, on a day or at a meeting. Only what differs is written; returns how many."""
    require(can_accompany(by, trip))
    require(can_tick_meeting(meeting, clock.now()) if meeting else can_tick_day(trip, on or date.min))
    # Two companions with two phones: the second waits for the first.
    Trip.objects.select_for_update().get(pk=trip.pk)
    before = {row.participation_id: row for row in Attendance.objects.filter(**_session(trip, on, meeting))}
    travellers = set(trip.participations.active().values_list("pk", flat=True))
    changed = 0
    for participation_id, there in present.items():
        row = before.get(participation_id) or Attendance(participation_id=participation_id, on=on, meeting=meeting)
        if participation_id not in travellers or (row.pk and row.present == there):
            continue
        row.present, row.ticked_at, row.ticked_by = there, clock.now(), by
        row.save()
        changed += 1
    if changed:
        facts = {"on": on.isoformat()} if on else {"meeting": str(meeting.pk)} if meeting else {}
        record(about=trip, verb="attendance.tick", by=by, facts={**facts, "people": changed})
    return changed


def _session(trip: Trip, on: date | None, meeting: Meeting | None) -> dict[str, Any]:
    return {"participation__trip": trip} | ({"meeting": meeting} if meeting else {"on": on})


@transaction.atomic
def set_phone(*, holder: Participation | TeamMember, phone: str, by: User) -> Participation | TeamMember:
    """The number on which somebody can be reached on the road."""
    require(can_set_phone(by, holder))
    holder.phone = phone
    holder.save(update_fields=["phone"])
    return holder


@transaction.atomic
def renew_calendar(*, by: User) -> User:
    """Another secret address for the own calendar; the old one stops working."""
    by.calendar_token = uuid.uuid4()
    by.save(update_fields=["calendar_token"])
    record(about=by, verb="calendar.renew", by=by)
    return by
