"""Where each participant stands: what is answered, what is still owed. One object for pages, home and team."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery, prefetch_related_objects

from evaluations.lifecycle import (
    Moment,
    evening_window,
    follow_up_open,
    has_departed,
    has_returned,
    open_evenings,
)
from evaluations.models import Action, FollowUp, GoalLevel, Presentation, ReturnEvaluation
from exchange import clock
from exchange.trips.models import LearningGoal, Participation


def goals_with_levels() -> QuerySet[LearningGoal]:
    """Goals with `baseline`, `at_return`, `after_year`, and whether one of these waits for the team or the owner."""
    rows = GoalLevel.objects.filter(goal=OuterRef("pk"))

    def level_at(moment: Moment) -> Subquery:
        return Subquery(rows.filter(moment=moment).values("level")[:1])

    return LearningGoal.objects.annotate(
        baseline=level_at(Moment.BASELINE),
        at_return=level_at(Moment.RETURN),
        after_year=level_at(Moment.ONE_YEAR),
        waits=Exists(rows.to_confirm()),
        handed_back=Exists(rows.filter(handed_back_at__isnull=False)),
    ).order_by("participation", "order")


def one(obj: Any, name: str) -> Any:
    """The other end of a one-to-one, or None; select_related must have fetched it."""
    return getattr(obj, name, None)


@dataclass(frozen=True)
class Owed:
    """One participant at one moment."""

    participation: Participation
    now: datetime
    goals: list[LearningGoal]
    evenings: set[date] = field(default_factory=set)
    actions: list[Action] = field(default_factory=list)

    @property
    def trip(self) -> Any:
        return self.participation.trip

    @property
    def answered_return(self) -> ReturnEvaluation | None:
        return one(self.participation, "return_evaluation")

    @property
    def presentation(self) -> Presentation | None:
        return one(self.participation, "presentation")

    @property
    def follow_up(self) -> FollowUp | None:
        return one(self.participation, "follow_up")

    @property
    def raw_goals(self) -> list[LearningGoal]:
        """Goals without levels that can still be sharpened."""
        if has_departed(self.trip, self.now):
            return []
        return [goal for goal in self.goals if not goal.sharpened]

    @property
    def missing_evenings(self) -> list[date]:
        """Evenings that can be answered and are not."""
        return [on for on in open_evenings(self.trip, self.now) if on not in self.evenings]

    @property
    def returned(self) -> bool:
        return has_returned(self.trip, self.now)

    @property
    def year_open(self) -> bool:
        return follow_up_open(self.trip, self.now)

    @property
    def owes_return(self) -> bool:
        return self.returned and not self.year_open and self.answered_return is None

    @property
    def owes_presentation(self) -> bool:
        """Until the return meeting is over."""
        today = clock.day_of(self.now)
        soon = self.returned and today <= self.trip.return_meeting_on
        return soon and not (self.presentation and self.presentation.title)

    @property
    def owes_plan(self) -> bool:
        return self.returned and not self.year_open and not self.actions

    @property
    def unreported(self) -> list[Action]:
        """Actions whose date has passed and about which nothing was told since."""
        today = clock.day_of(self.now)
        waiting = [a for a in self.actions if a.status in ("planned", "begun") and a.due_on <= today]
        return [a for a in waiting if not a.reported_at or clock.day_of(a.reported_at) < a.due_on]

    @property
    def handed_back(self) -> list[LearningGoal]:
        return [goal for goal in self.goals if getattr(goal, "handed_back", False)]

    @property
    def owes_recall(self) -> bool:
        return self.year_open and not (self.follow_up and self.follow_up.recalled_at)

    @property
    def owes_year(self) -> bool:
        """The second half of the questions of one year later."""
        return self.year_open and not self.owes_recall and not (self.follow_up and self.follow_up.answered_at)

    @property
    def reached_rung(self) -> int:
        """The highest step of the ladder any told action stands on; 0 when nothing was told."""
        told = [action.rung for action in self.actions if action.reported_at and action.status != "dropped"]
        return max(told, default=0)


def all_owed(participations: QuerySet[Participation], now: datetime) -> list[Owed]:
    """Where these participants stand, in a handful of queries however many there are."""
    people = list(
        participations.select_related(
            "trip", "user", "institution", "return_evaluation", "presentation", "follow_up"
        ).prefetch_related(Prefetch("goals", queryset=goals_with_levels()))
    )
    answering = [one for one in people if asks_evenings(one, now)]
    acting = [one for one in people if has_returned(one.trip, now)]
    if answering:
        prefetch_related_objects(answering, "evenings")
    if acting:
        prefetch_related_objects(acting, Prefetch("actions", queryset=Action.objects.order_by("due_on", "created_at")))
    return [owed(one, now, evenings=one in answering, actions=one in acting) for one in people]


def asks_evenings(participation: Participation, now: datetime) -> bool:
    """Whether evenings can be open: from departure until a first answer to the last one comes too late."""
    trip = participation.trip
    return has_departed(trip, now) and now < evening_window(trip, trip.returns_on).answers_until


def on_the_way(participation: Participation, now: datetime) -> Owed:
    """One participant who is not back yet, from the row itself: goals and evenings are all there can be."""
    prefetch_related_objects([participation], Prefetch("goals", queryset=goals_with_levels()))
    return owed(participation, now, evenings=asks_evenings(participation, now), actions=False)


def owed(participation: Participation, now: datetime, *, evenings: bool, actions: bool) -> Owed:
    """One participant, from what was prefetched."""
    return Owed(
        participation=participation,
        now=now,
        goals=list(participation.goals.all()),
        evenings={row.on for row in participation.evenings.all()} if evenings else set(),
        actions=list(participation.actions.all()) if actions else [],
    )


def owing(people: Iterable[Owed], what: str) -> list[Owed]:
    """Those for whom `what` (a property above) says yes."""
    return [one for one in people if getattr(one, what)]
