"""A trip moves to other days: one verb, with a reason; everybody who agreed to the old ones gets one letter."""

from collections.abc import Iterator
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from exchange import wings
from exchange.history.actions import record
from exchange.outbox.actions import queue_many
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.actions.meetings import travellers_of
from exchange.trips.mail import moved_letter
from exchange.trips.models import Meeting, MeetingReply, ProgrammeItem, Trip
from exchange.trips.moving import Dates, Move, companions_of, move_of
from exchange.trips.permissions import can_move
from exchange.verdicts import CONFLICT, Refused, no, require


@transaction.atomic
def move_trip(*, trip: Trip, dates: Dates, seen: str, reason: str, by: User) -> Move:
    """Move the trip to `dates`, as it was `seen` (Move.seen). Raises Refused when that is not what would happen now."""
    fresh = Trip.objects.select_for_update().get(pk=trip.pk)
    require(can_move(by, fresh))
    move = move_of(fresh, dates)
    if problems := [str(text) for _name, text in move.problems]:
        raise Refused(no(" ".join(problems), CONFLICT))
    if not move.changed:
        raise Refused(no(_("These are the dates the trip has already."), CONFLICT))
    if move.seen != seen:
        raise Refused(no(_("Somebody was faster: something changed in the meantime. Look at it again."), CONFLICT))
    changed = {name: move.after[name] for name in move.changed}
    for name, value in changed.items():
        setattr(fresh, name, value)
    fresh.sequence += 1
    fresh.save(update_fields=[*changed, "sequence"])
    carry_along(move)
    record(about=fresh, verb="trip.move", by=by, reason=reason, facts=_facts(move))
    letters = [*_to_the_group(move, reason, by)]
    for tell in wings.each(lambda wing: wing.trip_moved):
        letters += tell(move=move, reason=reason, by=by)
    queue_many(messages=letters)
    return move


def carry_along(move: Move) -> None:
    """Meetings and programme get their new days; whoever said to come to such a meeting is asked again."""
    meetings = [along.meeting for along in move.meetings]
    for along in move.meetings:
        meeting = along.meeting
        meeting.starts_at, meeting.ends_at, meeting.sequence = along.starts_at, along.ends_at, meeting.sequence + 1
    Meeting.objects.bulk_update(meetings, ["starts_at", "ends_at", "sequence"])
    MeetingReply.objects.filter(meeting__in=meetings).delete()
    for item in move.items:
        item.on, item.sequence = item.on + move.shift, item.sequence + 1
    ProgrammeItem.objects.bulk_update(move.items, ["on", "sequence"], batch_size=200)


def _facts(move: Move) -> dict[str, str]:
    def told(when: date | None) -> str:
        return when.isoformat() if when else "–"

    return {name: f"{told(move.before[name])} > {told(move.after[name])}" for name in move.changed}


def _to_the_group(move: Move, reason: str, by: User) -> Iterator[OutboxMessage]:
    """To travellers and to lead and companions, each once; nobody else when only the managers' day moved."""
    if move.days_change:
        yield from (moved_letter(move, one.user, reason, travels=True) for one in travellers_of(move.trip))
        yield from (moved_letter(move, one, reason, travels=False) for one in companions_of(move.trip, by))
