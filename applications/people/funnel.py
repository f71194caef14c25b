"""How many people came how far, by school and by job role; and how often each answer was given."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.lines import COUNTED
from applications.models import OWN_WORDS, LineQuerySet
from applications.people.people import said_of
from applications.questions import Question
from exchange.people.lifecycle import JobRole
from exchange.trips.models import Trip


@dataclass(slots=True)
class Line:
    """How many people of a group came how far; each person counts once."""

    label: Any
    invited: int = 0
    started: int = 0
    submitted: int = 0
    answered: int = 0
    backed: int = 0
    selected: int = 0
    confirmed: int = 0

    def add(self, other: Any) -> None:
        for name in STEPS:
            setattr(self, name, getattr(self, name) + other[name])


STEPS = tuple(field.name for field in fields(Line) if field.name != "label")


@dataclass(slots=True)
class Funnel:
    """The whole call, and the same by school and by job role."""

    total: Line
    schools: list[Line]
    roles: list[Line]


def funnel(people: LineQuerySet, trip: Trip) -> Funnel:
    """Distinct people, counted by the database; one query."""
    total = Line(_("Everybody"))
    schools: dict[Any, Line] = {}
    roles: dict[str, Line] = {}
    counted = {name: Count("pk", filter=who) for name, who in said_of(trip).items()}
    for row in people.order_by().values("school", "school_name", "job_role").annotate(**counted):
        by_school = schools.setdefault(row["school"], Line(row["school_name"] or _("School not known")))
        role = JobRole(row["job_role"]).label if row["job_role"] else _("Job role not known")
        for line in (total, by_school, roles.setdefault(row["job_role"], Line(role))):
            line.add(row)
    return Funnel(total, _by_name(schools, None), _by_name(roles, ""))


@dataclass(frozen=True, slots=True)
class Counted:
    """How often each answer to one question was given; who did not answer or was not asked stands apart.

    Without rows while fewer than `least` people answered: their names stand below.
    """

    question: Question
    rows: Sequence[tuple[str | Promise, int]]
    total: int
    least: int


def counts(trip: Trip, people: LineQuerySet) -> list[Counted]:
    """What is counted of the answers of these people, as far as they sent them. One query for each question."""
    sent = people.submitted().order_by()
    return [
        _count(one, dict(sent.values_list(one.name).annotate(n=Count("pk"))), trip.minimum_people) for one in COUNTED
    ]


def _count(one: Question, given: dict[str | None, int], least: int) -> Counted:
    known = [(label, given.get(value, 0)) for value, label in one.choices.choices]
    others = {OWN_WORDS: _("in their own words"), "": _("not answered"), None: _("not asked then")}
    apart = [(label, given.get(value, 0)) for value, label in others.items()]
    answered = sum(n for value, n in given.items() if value)
    rows = known + [row for row in apart if row[1]] if answered >= least else []
    return Counted(one, rows, sum(given.values()), least)


def _by_name(lines: dict[Any, Line], unknown: Any) -> list[Line]:
    """By label, whatever is not known at the end."""
    return sorted(lines.values(), key=lambda line: (line is lines.get(unknown), str(line.label).casefold()))
