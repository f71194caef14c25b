"""An evening: answered once by its author, changed while its window is open, read by the team."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from evaluations.evenings.mail import evening_reminder
from evaluations.evenings.permissions import can_answer_evening, can_meet_need, can_remind_evening
from evaluations.lifecycle import Moment, evening_window
from evaluations.models import DailyEvaluation, GoalLevel, Insight
from exchange import clock
from exchange.history.actions import record
from exchange.outbox.actions import queue_many
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import LearningGoal, Participation, Trip
from exchange.trips.turns import rested
from exchange.verdicts import CONFLICT, Refused, no, require


@dataclass(frozen=True)
class Answers:
    """What somebody says about a day. `levels` holds answered goals only; None is "I don't know yet"."""

    mood: int | None = None
    need: str = ""
    insight: str = ""
    verdict: str = ""
    levels: dict[uuid.UUID, int | None] = field(default_factory=dict)
    words: dict[uuid.UUID, str] = field(default_factory=dict)


class Elsewhere(Refused):
    """This evening was already sent from another page or device; both texts are kept until somebody chooses."""

    def __init__(self, stored: DailyEvaluation) -> None:
        super().__init__(no(_("You sent this evening from another page or device before."), CONFLICT))
        self.stored = stored


def answers_of(evening: DailyEvaluation) -> Answers:
    """What is stored, in the shape it was sent in."""
    insight = getattr(evening, "insight", None)
    levels = GoalLevel.objects.filter(goal__participation=evening.participation_id, moment=Moment.DAY, on=evening.on)
    rows = list(levels.select_related("goal"))
    return Answers(
        mood=evening.mood,
        need=evening.need,
        insight=insight.text if insight else "",
        verdict=insight.verdict if insight else "",
        levels={row.goal_id: row.level for row in rows if row.goal.sharpened},
        words={row.goal_id: row.outcome for row in rows if not row.goal.sharpened and row.outcome},
    )


@transaction.atomic
def answer_evening(
    *,
    participation: Participation,
    on: date,
    answers: Answers,
    client_key: uuid.UUID,
    seen_at: datetime | None = None,
    language: str = "nl",
    by: User,
) -> DailyEvaluation:
    """Store an evening. The same key again is harmless; another key, or a stale page, raises Elsewhere.

    `seen_at` is the `changed_at` that the sending page was built from; empty for a first answer.
    """
    # Two devices of one person take turns here (on SQLite the transaction itself does that).
    Participation.objects.select_for_update().get(pk=participation.pk)
    stored = DailyEvaluation.objects.filter(participation=participation, on=on).select_related("insight").first()
    require(can_answer_evening(by, participation, on, stored, clock.now()))
    if stored is None:
        return _first(participation, on, answers, client_key, language, by)
    if stored.client_key == client_key and answers_of(stored) == answers:
        return stored
    fresh = stored.changed_at == (seen_at or stored.answered_at)
    if stored.client_key != client_key or not fresh:
        raise Elsewhere(stored)
    _fill(stored, participation, answers, language, by)
    record(about=stored, verb="evening.change", by=by, trip=participation.trip_id)
    return stored


def _first(
    participation: Participation, on: date, answers: Answers, client_key: uuid.UUID, language: str, by: User
) -> DailyEvaluation:
    now = clock.now()
    late = evening_window(participation.trip, on).late(now)
    evening = DailyEvaluation(participation=participation, on=on, client_key=client_key, answered_at=now, late=late)
    _fill(evening, participation, answers, language, by)
    record(about=evening, verb="evening.answer", by=by, trip=participation.trip_id)
    return evening


def _fill(evening: DailyEvaluation, participation: Participation, answers: Answers, language: str, by: User) -> None:
    now = clock.now()
    if evening.need != answers.need:
        evening.need_met_at = evening.need_met_by = None
    evening.mood, evening.need = answers.mood, answers.need
    evening.language, evening.changed_at = language, now
    evening.save()
    Insight.objects.filter(evening=evening).delete()
    if answers.insight or answers.verdict:
        evening.insight = Insight.objects.create(evening=evening, text=answers.insight, verdict=answers.verdict)
    goals = {goal.pk: goal for goal in LearningGoal.objects.filter(participation=participation)}
    rows: dict[uuid.UUID, dict[str, Any]] = {pk: {"level": level} for pk, level in answers.levels.items()}
    rows |= {pk: {"outcome": words} for pk, words in answers.words.items() if words}
    days = GoalLevel.objects.filter(goal__in=goals, moment=Moment.DAY, on=evening.on)
    days.exclude(goal__in=rows).delete()
    for pk, values in rows.items():
        fields = {"language": language, "scored_at": now, "scored_by": by, "level": None, "outcome": "", **values}
        GoalLevel.objects.update_or_create(goal=goals[pk], moment=Moment.DAY, on=evening.on, defaults=fields)


@transaction.atomic
def meet_need(*, evening: DailyEvaluation, by: User) -> DailyEvaluation:
    """The team did something about what was asked for."""
    require(can_meet_need(by, evening))
    now = clock.now()
    if not DailyEvaluation.objects.filter(pk=evening.pk, need_met_at=None).update(need_met_at=now, need_met_by=by):
        raise Refused(no(_("Somebody was faster: this need is already taken care of."), CONFLICT))
    evening.need_met_at, evening.need_met_by = now, by
    record(about=evening, verb="evening.meet_need", by=by, trip=evening.participation.trip_id)
    return evening


def silent(trip: Trip, on: date) -> list[Participation]:
    """Who has not answered an evening."""
    active = Participation.objects.active().filter(trip=trip).exclude(evenings__on=on)
    return list(active.select_related("user", "trip"))


@transaction.atomic
def remind_evening(*, trip: Trip, on: date, by: User | None = None) -> list[OutboxMessage]:
    """Remind whoever has not answered, at most once per person and evening; whoever wants no reminders gets none."""
    require(can_remind_evening(by, trip))
    told = [one for one in silent(trip, on) if one.user.reminders and one.user.is_active]
    wanted = rested([evening_reminder(one, on, by) for one in told], clock.now())
    keys = [message.key for message in wanted]
    known = set(OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True))
    fresh = [message for message in wanted if message.key not in known]
    queue_many(messages=fresh)
    if by and fresh:
        record(about=trip, verb="evening.remind", by=by, facts={"on": on.isoformat(), "people": len(fresh)})
    return fresh
