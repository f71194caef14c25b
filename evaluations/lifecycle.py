"""From the first evening to one year later."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.lifecycle import Hat, Lifecycle, State, Transition

NOON = time(12)
EVENING_STAYS_OPEN = timedelta(days=2)
LATE_UNTIL = timedelta(days=7)
FOLLOW_UP_OPENS = timedelta(days=30)

DOERS = frozenset({Hat.OWNER, Hat.LEAD, Hat.COMPANION})


class Moment(models.TextChoices):
    BASELINE = "baseline", _("start")
    DAY = "day", _("day")
    RETURN = "return", _("return")
    ONE_YEAR = "one_year", _("after a year")


class Verdict(models.TextChoices):
    KEEP = "keep", _("Keep as it is")
    ADAPT = "adapt", _("Adapt to my school")
    DROP = "drop", _("Leave it here")


class Rung(models.IntegerChoices):
    """The anchoring ladder, from an idea to policy."""

    IDEA = 1, _("idea")
    TRIED = 2, _("tried out")
    TEAM = 3, _("introduced in the team")
    SCHOOL = 4, _("school-wide")
    POLICY = 5, _("laid down in policy")


ACTION = Lifecycle(
    "action",
    states=(
        State("planned", _("planned"), "off"),
        State("begun", _("under way"), "wait"),
        State("done", _("done"), "ok"),
        State("changed", _("done differently"), "ok"),
        State("dropped", _("dropped"), "off"),
    ),
    transitions=tuple(
        Transition(name, label, sources, target, DOERS)
        for name, label, sources, target in (
            ("begin", _("begin"), ("planned", "dropped"), "begun"),
            ("finish", _("done"), ("planned", "begun", "changed"), "done"),
            ("change", _("done differently"), ("planned", "begun", "done"), "changed"),
            ("drop", _("drop"), ("planned", "begun"), "dropped"),
            ("reopen", _("take up again"), ("done", "changed", "dropped"), "begun"),
        )
    ),
)


class Means(models.TextChoices):
    TEAM_MEETING = "team_meeting", _("team meeting")
    TRAINING = "training", _("training for colleagues")
    LESSON = "lesson", _("lesson or module")
    GUIDELINE = "guideline", _("guideline or protocol")
    CONVERSATION = "conversation", _("conversation with a partner")
    MATERIAL = "material", _("poster, card or other material")
    OTHER = "other", _("other")


class Mood(models.IntegerChoices):
    """How somebody is; in words, with the shape of a status."""

    BAD = 1, _("not well")
    LOW = 2, _("rather low")
    SO_SO = 3, _("so-so")
    FINE = 4, _("fine")
    GREAT = 5, _("very well")


MOOD_SHAPES = {Mood.BAD: "err", Mood.LOW: "wait", Mood.SO_SO: "off", Mood.FINE: "ok", Mood.GREAT: "ok"}
LOW_MOODS = (Mood.BAD, Mood.LOW)


class Agreement(models.IntegerChoices):
    """Five steps of agreement."""

    NOT = 1, _("not at all")
    LITTLE = 2, _("a little")
    PARTLY = 3, _("partly")
    LARGELY = 4, _("largely")
    FULLY = 5, _("fully")


# --- when one may answer; each window is its own, and pure ----------------------------------------


@dataclass(frozen=True, slots=True)
class EveningWindow:
    """When an evening can be answered, at the destination: opens, can be changed until, first answer until."""

    opens_at: datetime
    changes_until: datetime
    answers_until: datetime

    def open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.changes_until

    def late(self, now: datetime) -> bool:
        return now >= self.changes_until


def evening_window(trip: Any, on: date) -> EveningWindow:
    """From noon on the day, changed until noon two days later, a first answer until seven days after the return."""
    noon = datetime.combine(on, NOON, trip.zone)
    last = datetime.combine(trip.returns_on + LATE_UNTIL + timedelta(days=1), time(0), trip.zone)
    return EveningWindow(noon, datetime.combine(on + EVENING_STAYS_OPEN, NOON, trip.zone), last)


def open_evenings(trip: Any, now: datetime) -> list[date]:
    """The days of the trip whose evening can be answered for the first time now."""
    windows = ((on, evening_window(trip, on)) for on in trip.days)
    return [on for on, window in windows if window.opens_at <= now < window.answers_until]


def follow_up_opens_on(trip: Any) -> date:
    """Thirty days before the follow-up day."""
    return trip.follow_up_on - FOLLOW_UP_OPENS


def follow_up_open(trip: Any, now: datetime) -> bool:
    """Whether the questions of one year later can be answered."""
    return clock.day_of(now) >= follow_up_opens_on(trip)


def has_returned(trip: Any, now: datetime) -> bool:
    """From the day of return, at the destination."""
    return bool(trip.returns_on) and clock.day_of(now, trip.zone) >= trip.returns_on


def has_departed(trip: Any, now: datetime) -> bool:
    """From the day of departure, at the destination."""
    return bool(trip.departs_on) and clock.day_of(now, trip.zone) >= trip.departs_on


def steps(source: str) -> dict[str, str]:
    """To which states an action can go from `source`, and by which transition."""
    found: dict[str, str] = {}
    for transition in ACTION.transitions:
        if source in transition.sources:
            found.setdefault(transition.target, transition.name)
    return found


#: Rule 9: settable upwards.
LEAST = 5
