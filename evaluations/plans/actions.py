"""The spread-and-use plan: dated actions, and what became of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from evaluations.lifecycle import ACTION, Means, Rung, steps
from evaluations.models import Action, Reach
from evaluations.plans.permissions import can_edit_action, can_plan, can_report
from exchange import clock
from exchange.history.actions import record
from exchange.lifecycle import Hat
from exchange.people.models import User
from exchange.transitions import Moved, meanwhile, perform
from exchange.trips.models import LearningGoal, Participation, Tag
from exchange.verdicts import CONFLICT, Refused, no, require

EVIDENCE = _("Say what shows that it is laid down in policy, in words or with a link.")
OWNER = frozenset({Hat.OWNER})


@dataclass(frozen=True)
class Plan:
    """What somebody means to do."""

    title: str
    due_on: date
    text: str = ""
    audience: tuple[str, ...] = ()
    means: str = Means.TEAM_MEETING
    partner: str = ""
    goal: LearningGoal | None = None
    tags: tuple[Tag, ...] = ()

    def columns(self) -> dict[str, Any]:
        """What stands on the row itself."""
        return {
            "title": self.title,
            "due_on": self.due_on,
            "text": self.text,
            "audience": list(self.audience),
            "means": self.means,
            "partner": self.partner,
            "goal": self.goal,
        }


@dataclass(frozen=True)
class Told:
    """What became of an action."""

    status: str
    rung: int = Rung.IDEA
    evidence: str = ""
    evidence_link: str = ""
    reach: Mapping[str, int] = field(default_factory=dict)


@transaction.atomic
def add_action(*, participation: Participation, plan: Plan, language: str = "nl", by: User) -> Action:
    """Put an action in the plan."""
    require(can_plan(by, participation, clock.now()))
    action = Action.objects.create(
        participation=participation, language=language, created_at=clock.now(), **plan.columns()
    )
    action.tags.set(plan.tags)
    record(about=action, verb="action.add", by=by, trip=participation.trip_id)
    return action


def _still_a_plan(action: Action) -> Any:
    rows = Action.objects.filter(pk=action.pk, status="planned", reported_at=None)
    if not rows.select_for_update().exists():
        raise meanwhile(ACTION, action)
    return rows


@transaction.atomic
def edit_action(*, action: Action, plan: Plan, by: User) -> Action:
    """Change a plan nothing was told about yet."""
    require(can_edit_action(by, action, clock.now()))
    _still_a_plan(action).update(**plan.columns())
    action.refresh_from_db()
    action.tags.set(plan.tags)
    record(about=action, verb="action.edit", by=by, trip=action.participation.trip_id)
    return action


@transaction.atomic
def delete_action(*, action: Action, by: User) -> Action:
    """Take a plan away as if it had not been; after a first report an action can only be dropped."""
    require(can_edit_action(by, action, clock.now()))
    _still_a_plan(action)
    record(about=action, verb="action.delete", by=by, trip=action.participation.trip_id)
    action.delete()
    return action


@transaction.atomic
def report_action(*, action: Action, told: Told, seen: str = "", by: User) -> Action:
    """What became of an action: its state, how deep it is anchored, whom it reached, what shows it.

    `seen` is the state the report was written in; when it moved since, the second of two is told so.
    """
    require(can_report(by, action, clock.now()))
    if told.rung == Rung.POLICY and not (told.evidence or told.evidence_link):
        raise Refused(no(EVIDENCE, CONFLICT))
    if seen and seen != action.status and told.status != action.status:
        raise Moved(ACTION, action)
    fields: dict[str, Any] = {
        "rung": told.rung,
        "evidence": told.evidence,
        "evidence_link": told.evidence_link,
        "reported_at": clock.now(),
    }
    trip = action.participation.trip_id
    if told.status == action.status:
        if not Action.objects.filter(pk=action.pk, status=action.status).update(**fields):
            raise meanwhile(ACTION, action)
        record(about=action, verb="action.report", by=by, trip=trip, source=action.status, target=action.status)
    else:
        name = steps(action.status).get(told.status)
        if not name:
            raise Moved(ACTION, action)
        perform(ACTION, name, action, hats=OWNER, by=by, trip=trip, **fields)
    for column, value in fields.items():
        setattr(action, column, value)
    _reach(action, told.reach.items())
    return action


def _reach(action: Action, counts: Iterable[tuple[str, int]]) -> None:
    Reach.objects.filter(action=action).delete()
    Reach.objects.bulk_create(Reach(action=action, job_role=role, people=people) for role, people in counts if people)


@transaction.atomic
def drop_action(*, action: Action, by: User) -> Action:
    """It will not happen; the plan keeps it, so that a report can say so."""
    require(can_report(by, action, clock.now()))
    return perform(
        ACTION, "drop", action, hats=OWNER, by=by, trip=action.participation.trip_id, reported_at=clock.now()
    )
