"""The report as one frozen object: page, PDF and spreadsheet receive the same one, an edition stores it."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, is_dataclass
from functools import cache
from hashlib import sha256
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluations.impact.statistics import Distribution, Share
from exchange.fields import Said, either
from exchange.verdicts import CONFLICT, Refused, no

SCHEMA = 2


def from_1_to_2(data: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 knew the city in one language, and not what the team confirmed, what was hidden, or what stayed."""
    city = data["facts"]["city"]
    moments = {name: data[name] | {"confirmed": None} for name in ("baseline", "at_return", "after_year")}
    facts = data["facts"] | {"city": {"nl": city, "en": city}}
    return data | moments | {"facts": facts, "actions": data["actions"] | {"support_hidden": None}, "stayed": ()}


#: From a stored report of schema n to n + 1, as {1: from_1_to_2}. What n did not measure becomes None, never 0.
STEPS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: from_1_to_2}

NEWER = _(
    "This edition was published by a newer version of Exchange than the one that runs now. It is kept as it is, and "
    "can be read again when that version is back."
)
SPOILED = _(
    "This edition is not stored the way it should be, so none of its figures are shown. Tell an administrator: a "
    "backup still has it."
)


class Unreadable(Refused):
    """A stored report that this version cannot read: of a newer schema, or spoiled. A sentence for whoever asked."""

    def __init__(self, why: str | Promise) -> None:
        super().__init__(no(why, CONFLICT))


@dataclass(frozen=True, slots=True)
class Both:
    """A text of the team in both languages; prints in the reader's."""

    nl: str
    en: str

    @property
    def words(self) -> Said:
        return either(self.nl, self.en)

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Facts:
    """What the trip was."""

    title: Both
    question: Both
    need: Both
    theme: Both
    city: Both
    country: Both
    departs_on: str
    returns_on: str
    follow_up_on: str
    places: int
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """Structural counts, from application to the answer after a year; None while that was still to come."""

    applied: int
    selected: int | None
    travelled: int | None
    certified: int | None
    answered: int | None


@dataclass(frozen=True, slots=True)
class Effort:
    """Cost and hours, as totals and per participant. Money in euros, hours in clock hours."""

    cost_planned: float | None
    cost_actual: float | None
    cost_each: float | None
    team_hours_planned: int | None
    team_hours_actual: int | None
    hours_asked: int
    hours_programme: float


@dataclass(frozen=True, slots=True)
class Goals:
    """Levels at one moment. `unscored` goals have none: not measured, never zero. None when too few people.

    `confirmed` is the share of the levels that the project team confirmed; None in editions that did not keep it.
    """

    levels: Distribution
    unscored: int | None
    confirmed: Share | None


@dataclass(frozen=True, slots=True)
class Middle:
    """The median of a scale with its n; None below k people."""

    people: int
    n: int | None
    median: float | None


@dataclass(frozen=True, slots=True)
class Actions:
    """The spread-and-use plans and what became of them.

    `done` and the ladder are about actions of which somebody was asked what became of them; while nobody was, `total`
    says how many are planned. `support_hidden` tells a part of `reached` that may not be shown from one that is none.
    """

    total: int | None
    people: int
    done: Share
    reached: int | None
    reached_people: int
    reached_support: int | None
    support_hidden: bool | None
    ladder_classes: tuple[tuple[int, ...], ...]
    ladder: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OneWordCount:
    """A word people chose, with their consent, and how many chose it."""

    word: str
    lang: str
    count: int


@dataclass(frozen=True, slots=True)
class Words:
    """The one words at a moment; empty below k people who agreed."""

    people: int
    words: tuple[OneWordCount, ...]


@dataclass(frozen=True, slots=True)
class School:
    """The head-counts of one school. A reader sees the own school; the others only together."""

    id: str
    name: str
    applied: int
    travelled: int


@dataclass(frozen=True, slots=True)
class Stayed:
    """A figure that stands as an earlier edition published it: the difference would tell of fewer than k people."""

    name: str
    number: int
    on: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything an edition says. `k` is the smallest group shown; None and empty mean suppressed or not measured."""

    schema: int
    k: int
    facts: Facts
    findings: tuple[Both, ...]
    flow: Flow
    effort: Effort
    baseline: Goals
    at_return: Goals
    after_year: Goals
    goals: int
    grade: Middle
    support_return: Middle
    support_year: Middle
    opportunity_year: Middle
    hours_released: Middle
    students_notice: Share
    actions: Actions
    words_return: Words
    words_year: Words
    job_roles: dict[str, int] | None
    schools: tuple[School, ...]
    stayed: tuple[Stayed, ...]

    @property
    def latest(self) -> Goals:
        """Goals after a year when they were measured, else at return."""
        return self.after_year if self.after_year.levels.people else self.at_return

    @property
    def is_after_year(self) -> bool:
        return bool(self.after_year.levels.people)

    @property
    def year_is_silent(self) -> bool:
        """Whether the questions of one year later are open and nobody has scored a goal yet."""
        return self.flow.answered is not None and not self.is_after_year

    def as_before(self, name: str) -> Stayed | None:
        """Of which edition a figure is, when it stayed as it was published."""
        return next((one for one in self.stayed if one.name == name), None)

    @property
    def findings_said(self) -> list[Said]:
        return [finding.words for finding in self.findings]


def freeze(report: Report) -> dict[str, Any]:
    """The report as plain data, to store."""
    return asdict(report)


def digest(stored: dict[str, Any]) -> str:
    """SHA-256 of a report as it is stored, in hexadecimal."""
    return sha256(json.dumps(stored, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def thaw(data: Any) -> Report:
    """A stored report as it was, brought step by step from its schema to today's. Raises Unreadable."""
    try:
        if data["schema"] > SCHEMA:
            raise Unreadable(NEWER)
        for schema in range(data["schema"], SCHEMA):
            data = STEPS[schema](data) | {"schema": schema + 1}
        return _thaw(Report, data)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise Unreadable(SPOILED) from error


def _thaw(kind: Any, value: Any) -> Any:
    """Build `kind` from plain data by its type hints: dataclasses, tuples, optional values. Raises when it is not."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        inner = [each for each in get_args(kind) if each is not type(None)]
        return None if value is None else _thaw(inner[0], value)
    if origin is tuple and not isinstance(value, str):
        return tuple(_thaw(get_args(kind)[0], each) for each in value)
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{name: _thaw(of, value[name]) for name, of in _hints(kind).items()})
    if not isinstance(value, int | float if kind is float else origin or kind):
        raise TypeError(f"{value!r} is not {kind}")
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    """The fields of a dataclass with their types, looked up once."""
    return get_type_hints(kind)
