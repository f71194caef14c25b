"""How many people came how far, by school and by job role; and how often each answer was given."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.content import raised
from applications.models import Submission
from applications.people.people import Person
from applications.questions import QUESTIONS, Question, Reader
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

    def add(self, person: Person) -> None:
        self.invited += person.invitation is not None
        self.started += person.application is not None
        self.submitted += person.sent
        self.answered += person.answered
        self.backed += person.backed
        self.selected += person.selected
        self.confirmed += person.confirmed


@dataclass(slots=True)
class Funnel:
    """The whole call, and the same by school and by job role."""

    total: Line
    schools: list[Line]
    roles: list[Line]


def funnel(people: Iterable[Person]) -> Funnel:
    """Distinct people, counted."""
    total = Line(_("Everybody"))
    schools: dict[Any, Line] = {}
    roles: dict[str, Line] = {}
    for person in people:
        school = person.school.pk if person.school else None
        by_school = schools.setdefault(school, Line(person.school_name or _("School not known")))
        role = JobRole(person.job_role).label if person.job_role else _("Job role not known")
        for line in (total, by_school, roles.setdefault(person.job_role, Line(role))):
            line.add(person)
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


def counts(trip: Trip, people: Iterable[Person]) -> list[Counted]:
    """What is counted of the answers of these people, as far as they sent them. One query, no other text."""
    asked = [one for one in QUESTIONS if one.open_to(Reader.COUNT)]
    sent = {person.pk for person in people if person.sent}
    rows = Submission.objects.filter(application__trip=trip).order_by("application", "number")
    told = rows.values_list("application", "schema", *(f"content__{one.name}" for one in asked))
    # The last of each application stands.
    last = {pk: (schema, given) for pk, schema, *given in told if pk in sent}
    names = [one.name for one in asked]
    given = [raised(dict(zip(names, values, strict=True)), schema) for schema, values in last.values()]
    # What is spoiled is nobody's answer.
    plain = [{name: one if isinstance(one := said[name], str) else None for name in names} for said in given]
    return [_count(one, Counter(said[one.name] for said in plain), trip.minimum_people) for one in asked]


def _count(one: Question, given: Counter, least: int) -> Counted:
    known = [(label, given[value]) for value, label in one.choices.choices]
    typed = sum(n for value, n in given.items() if value and value not in one.choices.values)
    apart = [(_("in their own words"), typed), (_("not answered"), given[""]), (_("not asked then"), given[None])]
    answered = sum(n for value, n in given.items() if value)
    rows = known + [row for row in apart if row[1]] if answered >= least else []
    return Counted(one, rows, sum(given.values()), least)


def _by_name(lines: dict[Any, Line], unknown: Any) -> list[Line]:
    """By label, whatever is not known at the end."""
    return sorted(lines.values(), key=lambda line: (line is lines.get(unknown), str(line.label).casefold()))
