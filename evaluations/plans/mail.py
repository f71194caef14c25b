"""Plans by mail."""

from collections.abc import Sequence

from evaluations.mail import link, to_participant
from evaluations.models import Action
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import Participation


def action_due(action: Action) -> OutboxMessage:
    """An action is due within a week."""
    key = f"reminder:action:{action.pk}:due:{action.due_on}"
    return to_participant("action_due", key, action.participation, action=action, link=link("action", action.pk))


def action_passed(action: Action) -> OutboxMessage:
    """Two weeks after its date nobody knows what became of an action."""
    key = f"reminder:action:{action.pk}:passed:{action.due_on}"
    return to_participant("action_passed", key, action.participation, action=action, link=link("action", action.pk))


def plan_missing(participation: Participation) -> OutboxMessage:
    """Somebody is back and has no plan yet."""
    plan = link("plan", participation.trip.slug)
    return to_participant("plan_missing", f"reminder:no-plan:{participation.pk}", participation, link=plan)


def plan_waits(participation: Participation, actions: Sequence[Action]) -> OutboxMessage:
    """Three months before the follow-up day some actions are still only a plan."""
    key = f"reminder:plan:{participation.pk}:{participation.trip.follow_up_on}"
    plan = link("plan", participation.trip.slug)
    day = participation.trip.follow_up_on
    return to_participant("plan_waits", key, participation, actions=actions, link=plan, follow_up_on=day)
