"""The life of a goal on one page: every moment with its words, and the thread through five staves."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.lifecycle import Moment, evening_window, follow_up_open
from evaluations.models import Action, DailyEvaluation, GoalLevel
from exchange import clock
from exchange.documents.charts import GoalHistory, Point, Stretch
from exchange.documents.charts import level as shown
from exchange.trips.models import LEVELS, LearningGoal, Trip

Rows = dict[tuple[str, date | None], GoalLevel]


@dataclass(frozen=True)
class Day:
    """One evening: where the goal stood, and what was taken from that day."""

    on: date
    row: GoalLevel | None
    meaning: str
    insight: str
    lang: str


@dataclass(frozen=True)
class Stop:
    """One moment in the life of a goal. `state` is done or next; `row` tells who scored and who confirmed."""

    when: date
    place: str
    title: str
    until: date | None = None
    words: str = ""
    lang: str = ""
    row: GoalLevel | None = None
    meaning: str = ""
    state: str = "done"
    kind: str = ""
    said_on: date | None = None
    days: list[Day] = field(default_factory=list)


@dataclass(frozen=True)
class Life:
    """Everything the page of a goal shows."""

    goal: LearningGoal
    stops: list[Stop]
    chart: GoalHistory
    verdict: tuple[str, str] | None
    actions: list[Action]
    hidden: bool = False


def life(goal: LearningGoal, now: datetime, *, hide_outcomes: bool = False) -> Life:
    """Read a goal with its levels, evenings and actions: three queries."""
    found = goal.goal_levels.select_related("confirmed_by", "scored_by", "handed_back_by")
    rows: Rows = {(row.moment, row.on): row for row in found}
    if hide_outcomes:
        rows = {key: row for key, row in rows.items() if key[0] not in (Moment.RETURN, Moment.ONE_YEAR)}
    evenings = list(DailyEvaluation.objects.filter(participation=goal.participation_id).select_related("insight"))
    return Life(
        goal=goal,
        stops=_stops(goal, rows, evenings, now, hide_outcomes),
        chart=GoalHistory(
            points=tuple(_points(goal, rows, now)),
            words=tuple(text for _level, text in goal.levels) if goal.sharpened else (),
            lang=goal.language,
            source=_("Levels are the participant's own; a companion confirms those of the return and after a year."),
        ),
        verdict=_verdict(goal, rows),
        actions=[] if hide_outcomes else list(goal.actions.all()),
        hidden=hide_outcomes,
    )


# --- the thread -----------------------------------------------------------------------------------


def _points(goal: LearningGoal, rows: Rows, now: datetime) -> list[Point]:
    trip = goal.participation.trip
    start = rows.get((Moment.BASELINE, None))
    points = [Point(_("proposal"), clock.day_of(goal.proposed_at), None, Stretch.BEFORE)]
    if goal.sharpened_at:
        level = start.level if start else None
        points.append(Point(_("sharpened"), clock.day_of(goal.sharpened_at), level, Stretch.BEFORE))
    elif now < evening_window(trip, trip.departs_on).opens_at:
        points.append(Point(_("sharpened"), None, None, Stretch.BEFORE, planned=True))
    for number, on in enumerate(trip.days, 1):
        row, planned = rows.get((Moment.DAY, on)), now < evening_window(trip, on).opens_at
        if row or planned:
            label = _("day %(number)s") % {"number": number}
            points.append(Point(label, on, row.level if row else None, Stretch.JOURNEY, planned=planned))
    points.append(_later(rows, Moment.RETURN, _("return"), trip.return_meeting_on, Stretch.RETURN))
    points.append(_later(rows, Moment.ONE_YEAR, _("one year"), trip.follow_up_on, Stretch.YEAR))
    return points


def _later(rows: Rows, moment: Moment, label: str, planned_on: date, stretch: Stretch) -> Point:
    row = rows.get((moment, None))
    if row is None:
        return Point(label, planned_on, None, stretch, planned=True)
    return Point(label, clock.day_of(row.scored_at), row.level, stretch)


def _verdict(goal: LearningGoal, rows: Rows) -> tuple[str, str] | None:
    """Shape and words: how far the goal has come, by its last level."""
    if not goal.sharpened:
        return None
    for moment in (Moment.ONE_YEAR, Moment.RETURN):
        row = rows.get((moment, None))
        if row and row.level is not None:
            return reached(row.level)
    return None


def reached(level: int) -> tuple[str, str]:
    """What a level says about the goal."""
    if level > 0:
        return "ok", _("Reached, more than expected")
    if level == 0:
        return "ok", _("Reached, as expected")
    return "wait", _("Less than expected")


# --- how it went ----------------------------------------------------------------------------------


def _stops(goal: LearningGoal, rows: Rows, evenings: list[DailyEvaluation], now: datetime, hidden: bool) -> list[Stop]:
    trip = goal.participation.trip
    stops = [
        Stop(
            when=clock.day_of(goal.proposed_at),
            place=_("Application"),
            title=_("Proposed"),
            words=goal.proposed_text,
            lang=goal.language,
            kind="proposed",
        ),
        _sharpening(goal, rows, trip),
        _journey(goal, rows, evenings, trip, now),
        _outcome(goal, rows, Moment.RETURN, trip.return_meeting_on, _("Return"), over=follow_up_open(trip, now)),
        _outcome(goal, rows, Moment.ONE_YEAR, trip.follow_up_on, _("Follow-up day"), over=bool(trip.closed_at)),
    ]
    if hidden:
        stops = stops[:3]
    elif not follow_up_open(trip, now) and stops[4].state == "next":
        stops[4] = Stop(trip.follow_up_on, _("Follow-up day"), _("You look back, a year later"), state="next")
    return stops


def _sharpening(goal: LearningGoal, rows: Rows, trip: Trip) -> Stop:
    if not goal.sharpened_at:
        return Stop(trip.departs_on, _("Preparation"), _("Not sharpened into five levels"), state="next", kind="raw")
    row = rows.get((Moment.BASELINE, None))
    meaning = meaning_of(goal, row)
    return Stop(
        when=clock.day_of(goal.sharpened_at),
        place=_("Preparation"),
        title=_("Sharpened into five levels"),
        row=row,
        meaning=meaning,
        lang=goal.language,
        kind="sharpened",
    )


def _journey(goal: LearningGoal, rows: Rows, evenings: list[DailyEvaluation], trip: Trip, now: datetime) -> Stop:
    said = {evening.on: evening for evening in evenings}
    days = []
    for on in trip.days:
        row, evening = rows.get((Moment.DAY, on)), said.get(on)
        if row or evening:
            insight = getattr(evening, "insight", None)
            days.append(Day(on, row, meaning_of(goal, row), insight.text if insight else "", _language(row, evening)))
    if not days:
        over = now >= evening_window(trip, trip.returns_on).answers_until
        title = _("No evening was answered") if over else _("Every evening you look at this goal")
        return Stop(trip.departs_on, _("Travelling"), title, trip.returns_on, state="next")
    levels = [day.row.level for day in days if day.row and day.row.level is not None]
    known = rows.get((Moment.BASELINE, None))
    first = known.level if known and known.level is not None else (levels[0] if levels else None)
    title = _("The evenings")
    if levels and first != levels[-1]:
        title = _("From %(first)s to %(last)s") % {"first": shown(first), "last": shown(levels[-1])}
    elif levels:
        title = _("Still at %(level)s") % {"level": shown(levels[-1])}
    told = _telling(days)
    count = ngettext("%(count)s evening", "%(count)s evenings", len(days)) % {"count": len(days)}
    return Stop(
        when=days[0].on,
        place=count,
        title=title,
        until=days[-1].on,
        words=told.insight if told else "",
        lang=told.lang if told else goal.language,
        said_on=told.on if told else None,
        days=days,
        kind="days",
    )


def _telling(days: list[Day]) -> Day | None:
    """The day whose insight says most: when the level last rose, else the last with an insight."""
    said = [day for day in days if day.insight]
    known = [day for day in days if day.row and day.row.level is not None]
    rose = [two for one, two in pairwise(known) if two.insight and two.row.level > one.row.level]
    return (rose or said or [None])[-1]


def _language(row: GoalLevel | None, evening: Any) -> str:
    return (row or evening).language


def _outcome(goal: LearningGoal, rows: Rows, moment: Moment, planned_on: date, place: str, *, over: bool) -> Stop:
    row = rows.get((moment, None))
    if row is None:
        title = _("Nothing was said about this goal.") if over else _("Still to come")
        return Stop(planned_on, place, title, state="next")
    if row.level is not None:
        title = _("Level %(level)s: %(verdict)s") % {"level": shown(row.level), "verdict": reached(row.level)[1]}
    else:
        title = _("I don't know yet") if goal.sharpened else _("In words, without a level")
    return Stop(
        when=clock.day_of(row.scored_at),
        place=place,
        title=title,
        words=row.outcome,
        lang=row.language,
        row=row,
        meaning=meaning_of(goal, row),
        kind="outcome",
    )


def meaning_of(goal: LearningGoal, row: GoalLevel | None) -> str:
    """The owner's words for the level of a row."""
    if row is None or row.level is None or not goal.sharpened:
        return ""
    return dict(zip(LEVELS, (text for _level, text in goal.levels), strict=True))[row.level]
