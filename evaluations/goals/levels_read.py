"""Levels as they were stored."""

from typing import Any

from evaluations.lifecycle import Moment
from evaluations.models import GoalLevel
from exchange.trips.models import Participation


def levels_at(participation: Participation, moment: Moment) -> dict[Any, GoalLevel]:
    """The level of each own goal at a moment."""
    rows = GoalLevel.objects.filter(goal__participation=participation, moment=moment).select_related("confirmed_by")
    return {row.goal_id: row for row in rows}
