"""Everybody around a call, each person once: invited, writing, sent, waiting for the manager, and what they were told.

No text, score, reviewer or undecided decision is read here. A manager who refused is one who answered; who sees more
than that (the lead) asks `backed`.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from applications.lifecycle import ANSWERED, BACKED, STAGE_SHAPES, DecisionKind, Stage, stage
from applications.models import Application, Endorsement, Invitation, LateAccess, Offer, Submission
from applications.questions import TEXTS
from applications.writing.progress import with_parts
from exchange.outbox.models import OutboxMessage
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
