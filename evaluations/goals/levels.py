"""Where somebody stands on a goal: proposed by the owner, confirmed or handed back by the team."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from evaluations.goals.mail import level_handed_back
from evaluations.goals.permissions import can_confirm
from evaluations.lifecycle import Moment
from evaluations.models import GoalLevel
from evaluations.permissions import can_say
from exchange import clock
from exchange.history.actions import record
from exchange.outbox.actions import queue_many
from exchange.people.models import User
from exchange.trips.models import LearningGoal, Participation
from exchange.verdicts import CONFLICT, Refused, no, require

CONFIRMED = _("A level that was confirmed stands. Ask the project team to look at it with you.")
FASTER = _("Somebody was faster: this level was confirmed, handed back or changed in the meantime.")


@transaction.atomic
def propose_level(
    *, goal: LearningGoal, moment: Moment, level: int | None, outcome: str, language: str, by: User
) -> GoalLevel:
    """Keep what the owner says at the return or after a year. A goal that was not sharpened takes words, no level."""
    require(can_say(by, goal.participation, moment, clock.now()))
    level = level if goal.sharpened else None
    said = {"level": level, "outcome": outcome, "language": language, "scored_at": clock.now(), "scored_by": by}
    # Of a first level said on two devices the second waits until it is there.
    row, new = GoalLevel.objects.select_for_update().get_or_create(goal=goal, moment=moment, defaults=said)
    if new or (row.level, row.outcome) == (level, outcome):
        return row
    if row.confirmed_at:
        raise Refused(no(CONFIRMED, CONFLICT))
    for name, value in said.items():
        setattr(row, name, value)
    row.handed_back_at = row.handed_back_by = None
    row.save()
    return row


@transaction.atomic
def confirm_level(*, level: GoalLevel, scored_at: datetime, by: User) -> GoalLevel:
    """Confirm exactly what was read: a level changed since is refused."""
    require(can_confirm(by, level))
    now = clock.now()
    waiting = GoalLevel.objects.to_confirm().filter(pk=level.pk, scored_at=scored_at)
    if not waiting.update(confirmed_at=now, confirmed_by=by):
        raise Refused(no(FASTER, CONFLICT))
    level.confirmed_at, level.confirmed_by = now, by
    facts = {"moment": level.moment, "level": level.level}
    record(about=level.goal, verb="level.confirm", by=by, trip=level.goal.participation.trip_id, facts=facts)
    return level


@transaction.atomic
def confirm_levels(*, participation: Participation, seen: Mapping[GoalLevel, datetime], by: User) -> list[GoalLevel]:
    """Confirm all levels of one person that were read; all or none."""
    return [confirm_level(level=level, scored_at=scored_at, by=by) for level, scored_at in seen.items()]


@transaction.atomic
def hand_back_level(*, level: GoalLevel, note: str, scored_at: datetime, by: User) -> GoalLevel:
    """Ask the owner to look again, with a sentence; the owner is mailed."""
    require(can_confirm(by, level))
    now = clock.now()
    waiting = GoalLevel.objects.to_confirm().filter(pk=level.pk, scored_at=scored_at)
    if not waiting.update(handed_back_at=now, handed_back_by=by, handed_back_note=note):
        raise Refused(no(FASTER, CONFLICT))
    level.handed_back_at, level.handed_back_by, level.handed_back_note = now, by, note
    participation = level.goal.participation
    record(about=level.goal, verb="level.hand_back", by=by, trip=participation.trip_id, facts={"moment": level.moment})
    queue_many(messages=[level_handed_back(level, by)])
    return level
