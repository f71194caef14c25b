"""Everybody around a call, each person once: invited, writing, sent, waiting for the manager, and what they were told.

No text, score, reviewer or undecided decision is read here. A manager who refused is one who answered; who sees more
than that (the lead) asks `backed`.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.content import raised
from applications.lifecycle import ANSWERED, BACKED, STAGE_SHAPES, DecisionKind, Stage, stage
from applications.models import Application, Endorsement, Invitation, LateAccess, Offer, Submission
from applications.questions import QUESTIONS, TEXTS, Question, Reader
from applications.writing.progress import with_parts
from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.people.lifecycle import JobRole
from exchange.people.models import Institution, User
from exchange.trips.models import Participation, Trip

#: What the applicant is told, said to somebody else.
SAID = {
    Stage.DRAFT: _("is writing"),
    Stage.CAUGHT: _("not sent, the call has closed"),
    Stage.SUBMITTED: _("received"),
    Stage.WITHDRAWN: _("withdrawn"),
    Stage.IN_SELECTION: _("being assessed"),
    Stage.OFFERED: _("selected, offer to answer"),
    Stage.EXPIRED: _("selected, the offer has expired"),
    Stage.DECLINED: _("declined the place"),
    Stage.PLACED: _("has a place"),
    Stage.GAVE_BACK: _("gave the place back"),
    Stage.RESERVE: _("reserve"),
    Stage.NOT_SELECTED: _("not selected"),
    Stage.CANCELLED: _("trip cancelled"),
}
#: Two steps of which the applicant is told in other words: nothing begun, and sent but not yet answered for.
INVITED, MANAGER = "invited", "manager"
STEPS: dict[str, Any] = {
    INVITED: _("invited, not started"),
    Stage.DRAFT.value: SAID[Stage.DRAFT],
    Stage.CAUGHT.value: SAID[Stage.CAUGHT],
    MANAGER: _("waits for the manager"),
} | {at.value: said for at, said in SAID.items() if at not in (Stage.DRAFT, Stage.CAUGHT)}
STEP_SHAPES = {INVITED: "off", MANAGER: "wait"} | {at.value: shape for at, shape in STAGE_SHAPES.items()}
ORDER = {step: number for number, step in enumerate(STEPS)}
#: Steps on which an answer of the manager still changes something.
OPEN = (Stage.SUBMITTED, Stage.IN_SELECTION)
#: Told after the publication to whoever was given a place, whatever became of it.
CHOSEN = (Stage.OFFERED, Stage.EXPIRED, Stage.DECLINED, Stage.PLACED, Stage.GAVE_BACK)


@dataclass(slots=True)
class Person:
    """One person around a call. `school` is what we show; `belongs_to` the school whose coordinator may see it."""

    name: str
    email: str
    school: Institution | None
    belongs_to: uuid.UUID | None
    job_role: str
    language: str
    step: str = INVITED
    invitation: Invitation | None = None
    application: Application | None = None
    submission: Submission | None = None
    endorsement: Endorsement | None = None
    chased_at: datetime | None = None
    selected: bool = False

    @property
    def pk(self) -> uuid.UUID:
        return (self.application or self.invitation).pk

    @property
    def user(self) -> Any:
        return self.application.user if self.application else None

    def is_of(self, user: User) -> bool:
        """Whether this is somebody's own line."""
        return self.user == user if self.user else self.invitation.account == user.pk

    @property
    def status(self) -> str:
        return self.application.status if self.application else ""

    @property
    def sent(self) -> bool:
        """Whether an application stands: sent and not withdrawn."""
        return self.status == "submitted"

    @property
    def parts(self) -> int | None:
        """How many of the six parts of a draft are written."""
        return self.application.parts if self.status == "draft" else None

    @property
    def manager(self) -> str:
        """Asked or answered; never which answer."""
        if not self.endorsement or self.status == "draft":
            return ""
        return "answered" if self.endorsement.status in ANSWERED else "asked"

    @property
    def signer(self) -> str:
        return (self.endorsement.signer_name or self.endorsement.manager_name) if self.manager else ""

    @property
    def asked_at(self) -> datetime | None:
        return self.endorsement.asked_at if self.endorsement else None

    @property
    def backed(self) -> bool:
        return self.sent and bool(self.endorsement and self.endorsement.status in BACKED)

    @property
    def answered(self) -> bool:
        return self.sent and self.manager == "answered"

    @property
    def confirmed(self) -> bool:
        """Whether the place is taken, and not given back."""
        return bool(self.application and self.application.place == "active")

    # What lists sort by.
    @property
    def school_name(self) -> str:
        return self.school.short_name if self.school else ""

    @property
    def sent_at(self) -> datetime | None:
        return self.application.submitted_at if self.submission else None

    @property
    def invited_at(self) -> datetime | None:
        return self.invitation.invited_at if self.invitation else None

    @property
    def order(self) -> int:
        return ORDER[self.step]


# --- gathering, in five queries --------------------------------------------------------------------


def people_around(trip: Trip, now: datetime) -> list[Person]:
    """All people around a call, by name."""
    rows = list(_applications(trip))
    sent = _last_sent(trip)
    asked, chased = _asked(trip), _chased(trip)
    found = [_applicant(row, trip, now, sent.get(row.pk), asked.get(row.pk), chased) for row in rows]
    by_user = {row.user_id: person for row, person in zip(rows, found, strict=True)}
    for one in _invitations(trip):
        key = one.account or one.email
        if key in by_user:
            by_user[key].invitation = by_user[key].invitation or one
        else:
            found.append(_invited(one))
            by_user[key] = found[-1]
    for person in found:
        person.belongs_to = _belongs_to(person)
        # What is at hand need not be asked for again.
        for one in (person.application, person.invitation):
            if one:
                one.trip = trip
    return sorted(found, key=lambda person: (person.name.casefold(), str(person.pk)))


def of_school(people: Iterable[Person], school: Institution) -> list[Person]:
    """The people its coordinator sees."""
    return [person for person in people if person.belongs_to == school.pk]


def _applications(trip: Trip) -> models.QuerySet:
    offer = Offer.objects.filter(application=OuterRef("pk")).order_by("-made_at")
    place = Participation.objects.filter(trip=OuterRef("trip"), user=OuterRef("user"))
    late = LateAccess.objects.filter(trip=OuterRef("trip"), email__iexact=OuterRef("user__email"))
    found = with_parts(Application.objects.filter(trip=trip)).annotate(
        offer_status=Subquery(offer.values("status")[:1]),
        offer_until=Subquery(offer.values("reply_by_at")[:1]),
        place=Subquery(place.values("status")[:1]),
        late_until=Subquery(late.values("until_at")[:1]),
    )
    return found.defer(*TEXTS).select_related("user__institution", "decision")


def _last_sent(trip: Trip) -> dict[Any, Submission]:
    rows = Submission.objects.filter(application__trip=trip).defer("content").select_related("institution")
    return {row.application_id: row for row in rows.order_by("application", "number")}


def _asked(trip: Trip) -> dict[Any, Endorsement]:
    rows = Endorsement.objects.current().filter(application__trip=trip)
    return {row.application_id: row for row in rows.defer("signed_content", "school_use", "refusal_reason")}


def _chased(trip: Trip) -> dict[str, datetime]:
    """When each manager was mailed last, by the request that the mail holds."""
    rows = OutboxMessage.objects.filter(trip=trip.pk, kind__startswith="applications/endorse").exclude(links={})
    found: dict[str, datetime] = {}
    for links, at in rows.order_by("queued_at").values_list("links", "queued_at"):
        found[links.get("endorse", {}).get("endorsement", "")] = at
    return found


def _invitations(trip: Trip) -> models.QuerySet:
    account = EmailAddress.objects.filter(email=OuterRef("email"), verified=True)
    quiet = account.filter(Q(user__reminders=False) | Q(user__is_active=False))
    found = Invitation.objects.filter(trip=trip).select_related("institution").order_by("invited_at", "pk")
    return found.annotate(
        account=Subquery(account.values("user")[:1], output_field=models.UUIDField()), quiet=Exists(quiet)
    )


def _applicant(
    row: Application,
    trip: Trip,
    now: datetime,
    sent: Submission | None,
    asked: Endorsement | None,
    chased: dict[str, datetime],
) -> Person:
    offer = SimpleNamespace(status=row.offer_status, reply_by_at=row.offer_until) if row.offer_status else None
    decision = getattr(row, "decision", None)
    at = stage(
        status=row.status,
        trip=trip,
        decision=decision,
        offer=offer,
        participation=SimpleNamespace(status=row.place) if row.place else None,
        now=now,
        late=row.late_until,
    )
    user = row.user
    person = Person(
        name=sent.printed_name if sent else str(user),
        email=user.email,
        school=sent.institution if sent else user.institution,
        belongs_to=None,
        job_role=sent.job_role if sent else user.job_role,
        language=user.language,
        application=row,
        submission=sent,
        endorsement=asked,
        step=at.value,
    )
    mailed = chased.get(str(asked.pk)) if asked else None
    person.chased_at = mailed if mailed and mailed > asked.asked_at else None
    if at in OPEN and person.manager == "asked":
        person.step = MANAGER
    told_yes = bool(decision and decision.published_at and decision.kind == DecisionKind.SELECT)
    person.selected = trip.published_at is not None and person.sent and (told_yes or at in CHOSEN)
    return person


def _invited(one: Invitation) -> Person:
    return Person(one.name, one.email, one.institution, None, one.job_role, one.language, invitation=one)


def _belongs_to(person: Person) -> uuid.UUID | None:
    """The school on what was sent; for a draft the certain school, else the one that invited."""
    if person.submission and person.status != "draft":
        return person.submission.institution_id
    if person.user and person.user.membership_confirmed:
        return person.user.institution_id
    return person.invitation.institution_id if person.invitation else None


@dataclass(slots=True)
class Heads:
    """How many people of a school are how far around one trip."""

    invited: int = 0
    drafts: int = 0
    sent: int = 0
    waiting: int = 0


def heads(trips: Iterable[Trip], school: Institution) -> dict[Any, Heads]:
    """The head-counts of one school for several trips, in three queries."""
    found = {trip.pk: Heads() for trip in trips}
    certain = User.objects.confirmed().filter(institution=school)
    drafts = Application.objects.filter(status="draft", user__in=certain)
    sent = Application.objects.submitted().with_sent().filter(sent_school_id=school.pk)
    asked = Q(backing__in=("asked", "not_me"))
    rows = (
        ("invited", Invitation.objects.filter(institution=school), Q()),
        ("drafts", drafts, Q()),
        ("sent", sent, asked),
    )
    for name, queryset, condition in rows:
        counted = queryset.filter(trip__in=found).order_by().values("trip")
        for row in counted.annotate(n=Count("pk"), some=Count("pk", filter=condition)):
            setattr(found[row["trip"]], name, row["n"])
            if name == "sent":
                found[row["trip"]].waiting = row["some"]
    return found


# --- whom to remind -------------------------------------------------------------------------------


class Group(models.TextChoices):
    """People who can be reminded of something."""

    INVITED = "invited", _("invited, not started")
    DRAFTS = "drafts", _("started, not sent")
    MANAGERS = "managers", _("sent, the manager has not answered")


def group_of(people: Iterable[Person], group: Group, trip: Trip, now: datetime) -> list[Person]:
    """Who of these is in a group now: something can still come of it, and they were not mailed today."""
    return [person for person in people if _IN[group](person, trip, now)]


def _in_invited(person: Person, trip: Trip, now: datetime) -> bool:
    return (
        person.step == INVITED
        and now < trip.closes_at
        and not person.invitation.quiet
        and not _today(person.invited_at, now)
    )


def _in_drafts(person: Person, trip: Trip, now: datetime) -> bool:
    return person.step == Stage.DRAFT and person.user.reminders and person.user.is_active


def _in_managers(person: Person, trip: Trip, now: datetime) -> bool:
    asked = person.endorsement
    open_still = person.step == MANAGER and asked.status == "asked" and not trip.published_at
    return open_still and not _today(asked.asked_at, now) and not _today(person.chased_at, now)


_IN: dict[Group, Callable[[Person, Trip, datetime], bool]] = {
    Group.INVITED: _in_invited,
    Group.DRAFTS: _in_drafts,
    Group.MANAGERS: _in_managers,
}


def _today(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and clock.day_of(moment) == clock.day_of(now)


# --- the funnel -----------------------------------------------------------------------------------


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
    """How often each answer to one question was given; who did not answer or was not asked stands apart."""

    question: Question
    rows: list[tuple[str | Promise, int]]
    total: int


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
    return [_count(one, Counter(said[one.name] for said in given)) for one in asked]


def _count(one: Question, given: Counter) -> Counted:
    known = [(label, given[value]) for value, label in one.choices.choices]
    typed = sum(n for value, n in given.items() if value and value not in one.choices.values)
    apart = [(_("in their own words"), typed), (_("not answered"), given[""]), (_("not asked then"), given[None])]
    return Counted(one, known + [row for row in apart if row[1]], sum(given.values()))


def _by_name(lines: dict[Any, Line], unknown: Any) -> list[Line]:
    """By label, whatever is not known at the end."""
    return sorted(lines.values(), key=lambda line: (line is lines.get(unknown), str(line.label).casefold()))
