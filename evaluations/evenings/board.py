"""The team's board of one evening: needs first, then low moods, insights, untouched goals, and who is silent."""

from dataclasses import dataclass
from datetime import date, datetime

from evaluations.evenings.mail import evening_key
from evaluations.lifecycle import LOW_MOODS, MOOD_SHAPES, Moment, Mood, evening_window
from evaluations.models import DailyEvaluation, GoalLevel
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import LearningGoal, Participation, Trip


@dataclass(frozen=True)
class Board:
    """One evening of a trip as its team sees it."""

    trip: Trip
    on: date
    evenings: list[DailyEvaluation]
    people: list[Participation]
    goals: list[LearningGoal]
    touched: set[object]
    reminded: set[str]
    now: datetime

    @property
    def needs(self) -> list[DailyEvaluation]:
        """What was asked for, unmet first."""
        return sorted((one for one in self.evenings if one.need), key=lambda one: one.need_met_at is not None)

    @property
    def low(self) -> list[DailyEvaluation]:
        """Who is not well, lowest first."""
        return sorted((one for one in self.evenings if one.mood in LOW_MOODS), key=lambda one: one.mood or 0)

    @property
    def insights(self) -> list[DailyEvaluation]:
        return [one for one in self.evenings if getattr(one, "insight", None) and one.insight.text]

    @property
    def answered(self) -> set[object]:
        return {one.participation_id for one in self.evenings}

    @property
    def untouched(self) -> list[LearningGoal]:
        """Goals of people who answered, but not about this goal."""
        return [goal for goal in self.goals if goal.participation_id in self.answered and goal.pk not in self.touched]

    @property
    def silent(self) -> list[Participation]:
        return [one for one in self.people if one.pk not in self.answered]

    @property
    def to_remind(self) -> list[Participation]:
        """Silent people who were not reminded of this evening yet and want reminders."""
        rest = [one for one in self.silent if one.user.reminders and one.user.is_active]
        return [one for one in rest if evening_key(one, self.on) not in self.reminded]

    @property
    def was_reminded(self) -> list[Participation]:
        return [one for one in self.silent if evening_key(one, self.on) in self.reminded]

    @property
    def open(self) -> bool:
        """Whether an answer can come in now."""
        window = evening_window(self.trip, self.on)
        return window.opens_at <= self.now < window.answers_until

    @property
    def begun(self) -> bool:
        return evening_window(self.trip, self.on).opens_at <= self.now


def mood(value: int) -> tuple[str, str]:
    """Shape and words of a mood."""
    return MOOD_SHAPES[Mood(value)], str(Mood(value).label)


def board(trip: Trip, on: date, now: datetime) -> Board:
    """Read one evening: five queries however many people."""
    people = list(Participation.objects.active().filter(trip=trip).select_related("user", "institution"))
    rows = DailyEvaluation.objects.filter(participation__in=people, on=on)
    evenings = list(rows.select_related("participation__institution", "insight", "need_met_by").order_by("answered_at"))
    goals = LearningGoal.objects.filter(participation__in=people, sharpened_at__isnull=False)
    touched = GoalLevel.objects.filter(goal__participation__in=people, moment=Moment.DAY, on=on)
    keys = [evening_key(one, on) for one in people]
    return Board(
        trip=trip,
        on=on,
        evenings=evenings,
        people=people,
        goals=list(goals.select_related("participation")),
        touched=set(touched.values_list("goal_id", flat=True)),
        reminded=set(OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True)),
        now=now,
    )


def proper_day(trip: Trip, now: datetime) -> date | None:
    """The evening to open the board with: the last that has begun, else the first."""
    begun = [on for on in trip.days if evening_window(trip, on).opens_at <= now]
    return begun[-1] if begun else (trip.days[0] if trip.days else None)
