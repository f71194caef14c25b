"""What a school's coordinator is shown of the own people: what was sent and told, who was there, and head-counts.

Nothing undecided or unpublished, no score, no manager's answer and no word anybody wrote passes through here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from applications.lifecycle import ANSWERED, DecisionKind, Stage, stage
from applications.models import Application, Line, LineQuerySet
from evaluations.certificates.lifecycle import CertificateKind
from evaluations.certificates.models import Certificate
from evaluations.models import Action
from exchange import clock
from exchange.people.models import Institution, User
from exchange.trips.models import Attendance, Meeting, Participation

#: What the manager answered is for the project team: a refusal looks like every other answer.


def sent_by(schools: Iterable[Institution]) -> LineQuerySet:
    """The lines of what people of these schools sent, by the school on the last version. Drafts are not among it."""
    state = Case(
        When(backing__in=ANSWERED, then=Value("answered")),
        When(backing="", then=Value("")),
        default=Value("asked"),
        output_field=CharField(),
    )
    return Line.objects.sent().filter(school__in=[school.pk for school in schools]).annotate(manager_state=state)


def waiting(now: datetime) -> Q:
    """Applications for which a manager can still answer and has not; a decision counts once it is published."""
    today = clock.day_of(now)
    told_no = Q(decided=DecisionKind.NOT_SELECTED, told=True)
    open_still = Q(status="submitted", trip__cancelled_at=None, trip__closed_at=None, trip__departs_on__gt=today)
    return open_still & Q(manager_state="asked") & ~told_no


def _count(rows: QuerySet, group: str) -> Coalesce:
    counted = rows.order_by().values(group).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def rows(school: Institution, now: datetime) -> LineQuerySet:
    """The lines of a school with who signs, attendance and certificates; one query."""
    theirs = {"participation__trip": OuterRef("trip"), "participation__user": OuterRef("user")}
    there = Attendance.objects.filter(present=True, **theirs)
    paper = Certificate.objects.live().filter(**theirs)
    texts = ("endorsement__signed_content", "endorsement__school_use")
    found = sent_by([school]).select_related("trip", "user", "endorsement").defer(*texts)
    return found.annotate(
        days_present=_count(there.filter(on__isnull=False), "participation"),
        meetings_present=_count(there.filter(meeting__isnull=False), "participation"),
        meetings_held=_count(Meeting.objects.filter(trip=OuterRef("trip"), starts_at__lte=now), "trip"),
        has_attendance=Exists(paper.filter(kind=CertificateKind.ATTENDANCE)),
        has_cycle=Exists(paper.filter(kind=CertificateKind.CYCLE)),
    ).order_by("-trip__departs_on", "trip", "sort_name", "pk")


def told(line: Line, now: datetime) -> Stage:
    """What the applicant is told, and no more (rule 4)."""
    decision = SimpleNamespace(kind=line.decided, published_at=line.told) if line.told else None
    offer = SimpleNamespace(status=line.offer, reply_by_at=line.offer_until_at) if line.offer else None
    place = SimpleNamespace(status=line.place) if line.place else None
    return stage(status=line.status, trip=line.trip, decision=decision, offer=offer, participation=place, now=now)


# --- head-counts ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heads:
    """How many of the own people did what. Heads only: a live answer figure tells, by its next move, who answered."""

    applied: int
    waiting: int
    drafts: int
    placed: int
    travelled: int
    certified: int
    planned: int


def heads(school: Institution, now: datetime) -> Heads:
    """The head-counts of one school over all trips, in three queries."""
    sent = sent_by([school]).aggregate(
        applied=Count("pk", filter=Q(status="submitted")), waiting=Count("pk", filter=waiting(now))
    )
    return Heads(drafts=_drafts(school, now), **sent, **_travellers(school, now))


def _drafts(school: Institution, now: datetime) -> int:
    """Applications that people who certainly work here are writing for an open call."""
    people = User.objects.confirmed().filter(institution=school)
    return Application.objects.filter(
        status="draft", user__in=people, trip__cancelled_at=None, trip__opens_at__lte=now, trip__closes_at__gt=now
    ).count()


def _travellers(school: Institution, now: datetime) -> dict[str, int]:
    """Those of the school with a place, counted."""
    today = clock.day_of(now)
    plan = Action.objects.filter(participation=OuterRef("pk"))
    paper = Certificate.objects.live().filter(participation=OuterRef("pk"))
    active = Participation.objects.active().filter(institution=school)
    return active.annotate(has_plan=Exists(plan), has_paper=Exists(paper)).aggregate(
        placed=Count("pk", filter=Q(trip__cancelled_at=None)),
        travelled=Count("pk", filter=Q(trip__cancelled_at=None, trip__departs_on__lte=today)),
        certified=Count("user", filter=Q(has_paper=True), distinct=True),
        planned=Count("pk", filter=Q(has_plan=True)),
    )


@dataclass(slots=True)
class SchoolLine:
    """A school on its coordinator's home: trips that are neither closed nor cancelled."""

    school: Institution
    applied: int = 0
    waiting: int = 0
    placed: int = 0


def school_lines(schools: Iterable[Institution], now: datetime) -> list[SchoolLine]:
    """Applied, placed and waiting for a manager, per school; two queries."""
    lines = {school.pk: SchoolLine(school) for school in schools}
    going = {"trip__closed_at": None, "trip__cancelled_at": None}
    sent = sent_by(line.school for line in lines.values()).filter(**going).order_by().values("school_id")
    for row in sent.annotate(
        applied=Count("pk", filter=Q(status="submitted")), waiting=Count("pk", filter=waiting(now))
    ):
        line = lines[row["school_id"]]
        line.applied, line.waiting = row["applied"], row["waiting"]
    active = Participation.objects.active().filter(institution__in=lines, **going).order_by()
    for row in active.values("institution").annotate(n=Count("pk")):
        lines[row["institution"]].placed = row["n"]
    return list(lines.values())
