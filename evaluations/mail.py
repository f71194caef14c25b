"""One builder per message about what participants report."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from evaluations.lifecycle import evening_window
from evaluations.models import Action, GoalLevel
from exchange.outbox.actions import message
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import LearningGoal, Participation


def link(name: str, *args: Any) -> str:
    """A full address."""
    return settings.BASE_URL + reverse(f"evaluations:{name}", args=args)


def to_participant(kind: str, key: str, participation: Participation, *, by: Any = None, **more: Any) -> OutboxMessage:
    """A message to one participant, in the participant's language. `expires_at` and context come in `more`."""
    user, trip = participation.user, participation.trip
    expires_at = more.pop("expires_at", None)
    with translation.override(user.language):
        context = {"name": user.get_short_name(), "trip": str(trip.title), "zone": trip.zone, **more}
    return message(
        key=key,
        kind=f"evaluations/{kind}",
        to=user.email,
        recipient=user,
        language=user.language,
        trip=trip,
        context=context,
        expires_at=expires_at,
        by=by,
    )


def evening_key(participation: Participation, on: date) -> str:
    """One reminder per person and evening, whoever asks for it."""
    return f"reminder:evening:{participation.pk}:{on.isoformat()}"


def evening_reminder(participation: Participation, on: date, by: Any = None) -> OutboxMessage:
    """The evening was not answered yet. Not sent any more once the evening has closed."""
    window = evening_window(participation.trip, on)
    return to_participant(
        "evening_reminder",
        evening_key(participation, on),
        participation,
        by=by,
        on=on,
        until=window.changes_until,
        link=link("evening", participation.trip.slug, on),
        expires_at=window.answers_until,
    )


def level_handed_back(level: GoalLevel, by: Any) -> OutboxMessage:
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


def action_due(action: Action) -> OutboxMessage:
    """An action is due within a week."""
    key = f"reminder:action:{action.pk}:due:{action.due_on}"
    return to_participant("action_due", key, action.participation, action=action, link=link("action", action.pk))


def action_passed(action: Action) -> OutboxMessage:
    """Two weeks after its date nobody knows what became of an action."""
    key = f"reminder:action:{action.pk}:passed:{action.due_on}"
    return to_participant("action_passed", key, action.participation, action=action, link=link("action", action.pk))


def plan_waits(participation: Participation, actions: Sequence[Action]) -> OutboxMessage:
    """Three months before the follow-up day some actions are still only a plan."""
    key = f"reminder:plan:{participation.pk}:{participation.trip.follow_up_on}"
    plan = link("plan", participation.trip.slug)
    day = participation.trip.follow_up_on
    return to_participant("plan_waits", key, participation, actions=actions, link=plan, follow_up_on=day)


def follow_up_opens(participation: Participation) -> OutboxMessage:
    """The questions of one year later are open."""
    key = f"reminder:follow-up:{participation.pk}:{participation.trip.follow_up_on}"
    page = link("follow-up", participation.trip.slug)
    day = participation.trip.follow_up_on
    return to_participant("follow_up_opens", key, participation, link=page, follow_up_on=day)
