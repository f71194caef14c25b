"""Sharpening a goal: from a wish to five levels that anybody can see."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from evaluations.goals.permissions import can_sharpen
from evaluations.lifecycle import Moment
from evaluations.models import GoalLevel
from exchange import clock
from exchange.history.actions import record
from exchange.people.models import User
from exchange.trips.models import LearningGoal
from exchange.verdicts import CONFLICT, Refused, no, require

COLUMNS = ("level_m2", "level_m1", "level_0", "level_p1", "level_p2")
INCOMPLETE = _("A goal is sharpened when it has a text, five levels in words and a start.")


def _write(goal: LearningGoal, *, text: str, levels: Sequence[str], weight: int) -> None:
    goal.text, goal.weight = text, weight
    for column, words in zip(COLUMNS, levels, strict=True):
        setattr(goal, column, words)
    goal.save(update_fields=["text", "weight", *COLUMNS, "sharpened_at", "sharpened_by"])


def _start(goal: LearningGoal, *, level: int, by: User) -> None:
    values = {"level": level, "scored_at": clock.now(), "scored_by": by, "language": goal.language}
    GoalLevel.objects.update_or_create(goal=goal, moment=Moment.BASELINE, defaults=values)


@transaction.atomic
def sharpen(
    *, goal: LearningGoal, text: str, levels: Sequence[str], baseline: int, weight: int = 1, by: User
) -> LearningGoal:
    """Give a goal its text, five levels from −2 to +2, a start and a weight, in one go."""
    require(can_sharpen(by, goal, clock.now()))
    if not text or not all(levels):
        raise Refused(no(INCOMPLETE, CONFLICT))
    verb = "goal.change" if goal.sharpened else "goal.sharpen"
    if not goal.sharpened:
        goal.sharpened_at, goal.sharpened_by = clock.now(), by
    _write(goal, text=text, levels=levels, weight=weight)
    _start(goal, level=baseline, by=by)
    record(about=goal, verb=verb, by=by, trip=goal.participation.trip_id)
    return goal


@transaction.atomic
def save_sharpening(
    *, goal: LearningGoal, text: str, levels: Sequence[str], baseline: int | None, weight: int = 1, by: User
) -> LearningGoal:
    """Keep an unfinished sharpening for later; the goal stays as it was proposed."""
    require(can_sharpen(by, goal, clock.now()))
    if goal.sharpened:
        raise Refused(no(INCOMPLETE, CONFLICT))
    _write(goal, text=text, levels=levels, weight=weight)
    if baseline is not None:
        _start(goal, level=baseline, by=by)
    return goal
