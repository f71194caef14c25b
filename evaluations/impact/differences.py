"""An edition less the one before: a figure whose difference tells of fewer than k people stays as it was published.

Editions keep no people, so what moved since is read from when each answer was last given: fewer than k people who
answered or changed an answer since the earlier edition move nothing. Of every count that both editions show, the net
change must be none, or so large that k people are behind it. What left without a trace (taken away, erased) is in it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from math import ceil
from typing import Any

from evaluations.impact import queries
from evaluations.impact.answers import describes
from evaluations.impact.claims import Held
from evaluations.impact.editions import reports_of
from evaluations.impact.models import ReportEdition
from evaluations.impact.queries import DONE, SUPPORT, Deed, Given, Material, Traveller
from evaluations.impact.report import Actions, Goals, Report, Stayed
from evaluations.impact.statistics import Scheme, Share
from evaluations.lifecycle import Moment
from exchange import clock
from exchange.trips.models import Trip


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person said, and when last."""

    person: Any
    at: datetime
    value: Any


@dataclass(frozen=True, slots=True)
class Cell:
    """A number that both editions show: what it was, and how much of it an answer of now brings.

    `most` is how much of it one person can have brought at most; None when there is no telling.
    """

    before: float
    weight: Callable[[Any], float]
    most: int | None = 1


def has_figures(trip: Trip) -> bool:
    """Whether the trip is planned far enough for a report: when it goes, and when everybody is asked again."""
    return bool(trip.departs_on and trip.returns_on and trip.follow_up_on)


def publishable(
    trip: Trip, words: dict[str, list[Given]] | None = None, editions: list[ReportEdition] | None = None
) -> Held:
    """The report of this moment as an edition may show it beside those that were published, and what it hides.

    `editions` are those published, in their order, for whoever has them in hand.
    """
    found, k = queries.gather(trip, words), queries.smallest(trip)
    if editions is None:
        editions = list(ReportEdition.objects.without_figures().filter(trip=trip).order_by("number"))
    report, earlier = queries.report(found, k), _readable(editions)
    for name, answers in _answers(found).items():
        report = _held(report, name, answers, earlier, k)
    return Held(report, whole=queries.report(found, 1))


Earlier = list[tuple[ReportEdition, Report]]


def _readable(editions: list[ReportEdition]) -> Earlier:
    """The editions with their reports; one that cannot be read shows nothing to subtract."""
    told = reports_of(editions)
    return [(edition, told[edition.pk]) for edition in editions if edition.pk in told]


def _held(report: Report, name: str, answers: list[Answer], earlier: Earlier, k: int) -> Report:
    """The report with this figure as it is now, or as the newest edition has it."""
    now = getattr(report, name)
    for edition, told in earlier:
        # What stayed in an edition is the figure of one before it, which is among them.
        if told.as_before(name) is None and _tells(getattr(told, name), now, answers, edition.data_until_at, k):
            return _as_published(report, name, *earlier[-1])
    return report


def _as_published(report: Report, name: str, edition: ReportEdition, told: Report) -> Report:
    since = told.as_before(name) or Stayed(name, edition.number, clock.day_of(edition.published_at).isoformat())
    kept: dict[str, Any] = {name: getattr(told, name)}
    return replace(report, stayed=(*report.stayed, since), **kept)


def _tells(before: Any, now: Any, answers: Sequence[Answer], since: datetime, k: int) -> bool:
    """Whether the difference of two published figures tells of somebody, but of fewer than k people."""
    if _said(before) == _said(now) or not _shown(before) or not _shown(now):
        return False
    moved = {answer.person for answer in answers if answer.at > since}
    if len(moved) < k:
        return True
    each = max(Counter(answer.person for answer in answers).values())
    return any(0 < _involved(cell, answers, since) < k for cell in _cells(before, now, each))


def _involved(cell: Cell, answers: Sequence[Answer], since: datetime) -> int:
    """At least how many people the difference of a number is made of; 0 when there is none.

    Who says the same again has moved too, so of a count only its net change says for how many people it can stand.
    """
    net = abs(sum(cell.weight(answer.value) for answer in answers) - cell.before)
    if not net:
        return 0
    if cell.most:
        return ceil(net / cell.most)
    return len({answer.person for answer in answers if answer.at > since and cell.weight(answer.value)}) or 1


def _said(figure: Any) -> Any:
    """What of a figure participants said; what the team confirmed, and what an old edition did not keep, is not."""
    match figure:
        case Goals():
            return figure.levels
        case Actions():
            return replace(figure, support_hidden=None)
        case _:
            return figure


def _shown(figure: Any) -> bool:
    """Whether there is a number to subtract, or to subtract from."""
    match figure:
        case Goals():
            return figure.levels.n is not None
        case Actions():
            return figure.total is not None
        case _:
            return figure.n is not None


def _cells(before: Any, now: Any, each: int) -> Iterator[Cell]:
    """The numbers that can be subtracted, each with what it counts; a person gave at most `each` answers."""
    match before, now:
        case Goals(), Goals():
            yield Cell(before.levels.n, lambda level: 1, each)
            yield from _classes(before.levels.classes, before.levels.counts, now.levels.classes, int, each)
        case Share(), Share() if before.yes is not None and now.yes is not None:
            yield Cell(before.yes, lambda yes: int(yes))
            yield Cell(before.n - before.yes, lambda yes: int(not yes))
        case Actions(), Actions():
            yield from _deeds(before, now, each)


def _classes(
    classes: Scheme, counts: tuple[int, ...], others: Scheme, value: Callable[[Any], int | None], each: int
) -> Iterator[Cell]:
    """The classes of the coarser of two schemes: what the finer one shows adds up to them."""
    if classes and others:
        for group in min(classes, others, key=len):
            parts = [count for small, count in zip(classes, counts, strict=True) if set(small) <= set(group)]
            yield Cell(sum(parts), partial(_within, group, value), each)


def _within(group: tuple[int, ...], value: Callable[[Any], int | None], answer: Any) -> int:
    return int(value(answer) in group)


def _deeds(before: Actions, now: Actions, each: int) -> Iterator[Cell]:
    if bool(before.done.people) == bool(now.done.people):  # planned and asked about are two figures
        yield Cell(before.total, lambda deed: int(deed.asked or not now.done.people), each)
    if before.done.yes is not None and now.done.yes is not None:
        yield Cell(before.done.yes, lambda deed: int(deed.asked and deed.status in DONE), each)
    yield from _classes(before.ladder_classes, before.ladder, now.ladder_classes, _tread, each)
    if before.reached is not None and now.reached is not None:
        yield Cell(before.reached, lambda deed: sum(count for _, count in deed.reach), None)
    if before.reached_support is not None and now.reached_support is not None:
        yield Cell(before.reached_support, _support, None)


def _tread(deed: Deed) -> int | None:
    return deed.tread if deed.asked else None


def _support(deed: Deed) -> int:
    return sum(count for role, count in deed.reach if role in SUPPORT)


# --- which answers a figure is made of --------------------------------------------------------------


def _answers(found: Material) -> dict[str, list[Answer]]:
    """The answers behind each figure that can change from edition to edition."""

    def back(value: Callable[[Traveller], Any]) -> list[Answer]:
        said = [Answer(who.pk, who.returned_at, value(who)) for who in found.travellers if who.returned_at]
        return [answer for answer in said if answer.value is not None]

    def year(value: Callable[[Traveller], Any]) -> list[Answer]:
        said = [Answer(who.pk, who.answered, value(who)) for who in found.travellers if who.answered]
        return [answer for answer in said if answer.value is not None]

    promised = [
        Answer(who.pk, who.released_at, who.released)
        for who in found.travellers
        if who.released_at and who.released is not None
    ]

    def levels(moment: Moment) -> list[Answer]:
        return [Answer(one.person, one.at, one.level) for one in found.levels[moment]]

    return {
        "baseline": levels(Moment.BASELINE),
        "at_return": levels(Moment.RETURN),
        "after_year": levels(Moment.ONE_YEAR),
        "grade": back(lambda who: who.grade),
        "support_return": back(lambda who: who.support),
        "support_year": year(lambda who: who.year_support),
        "opportunity_year": year(lambda who: who.year_opportunity),
        "hours_released": promised,
        "students_notice": year(lambda who: describes(who.students or "")),
        "actions": [Answer(deed.person, deed.at, deed) for deed in found.deeds],
    }
