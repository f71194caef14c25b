"""Goals and levels by mail."""

from collections.abc import Sequence

from evaluations.mail import link, to_participant
from evaluations.models import GoalLevel
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import LearningGoal, Participation


def level_handed_back(level: GoalLevel, by: User) -> OutboxMessage:
    """The team asks to look at a level again."""
    participation = level.goal.participation
    page = "return" if level.moment == "return" else "follow-up"
    return to_participant(
        "level_handed_back",
        f"level:{level.pk}:{level.scored_at.isoformat()}",
        participation,
        by=by,
        goal=level.goal,
        level=level,
        who=by,
        link=link(page, participation.trip.slug),
    )


def goals_to_sharpen(participation: Participation, goals: Sequence[LearningGoal]) -> OutboxMessage:
    """A week before departure some goals have no levels yet."""
    key = f"reminder:sharpen:{participation.pk}:{participation.trip.departs_on}"
    rows = [(goal, link("sharpen", goal.pk)) for goal in goals]
    return to_participant("goals_to_sharpen", key, participation, rows=rows, departs_on=participation.trip.departs_on)
