"""What the owner says of each goal at the return and after a year."""

import uuid
from collections.abc import Mapping

from django.db import transaction

from evaluations.goals.levels import propose_level
from evaluations.lifecycle import Moment
from evaluations.permissions import can_say
from exchange import clock
from exchange.people.models import User
from exchange.trips.models import LearningGoal, Participation
from exchange.verdicts import require

#: A goal's level and its outcome in words.
Scores = Mapping[uuid.UUID, tuple[int | None, str]]


@transaction.atomic
def score_goals(*, participation: Participation, moment: Moment, scores: Scores, language: str, by: User) -> None:
    """Keep level and outcome of each goal; a goal about which nothing is said gets no row."""
    require(can_say(by, participation, moment, clock.now()))
    goals = {goal.pk: goal for goal in participation.goals.all()}
    known = set(_scored(participation, moment))
    for pk, (level, outcome) in scores.items():
        if level is not None or outcome or pk in known or goals[pk].sharpened:
            propose_level(goal=goals[pk], moment=moment, level=level, outcome=outcome, language=language, by=by)


def _scored(participation: Participation, moment: Moment) -> list[uuid.UUID]:
    goals = LearningGoal.objects.filter(participation=participation, goal_levels__moment=moment)
    return list(goals.values_list("pk", flat=True))
