"""The applicant writes, sends, revises, withdraws."""

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from applications import content
from applications.endorsing.actions import ask_manager, asked_once_more, nobody_waits
from applications.lifecycle import APPLICATION
from applications.lines import settle
from applications.models import Application, ProposedGoal, Submission
from applications.permissions import applicant_hats, is_applicant
from applications.questions import GOAL_NAMES, SECTIONS, of_section
from applications.writing import mail
from applications.writing.gaps import Gap, gaps
from applications.writing.permissions import can_reinstate, can_submit, can_withdraw, can_write
from exchange import clock
from exchange.history.actions import record
from exchange.outbox.actions import queue_many
from exchange.people.actions import save_profile
from exchange.people.models import User
from exchange.transitions import perform
from exchange.trips.models import Trip
from exchange.trips.permissions import team_hats
from exchange.verdicts import CONFLICT, Refused, no, require

FIELDS = {section: tuple(one.name for one in of_section(section)) for section in SECTIONS}
FIELDS["about"] = ("language", *FIELDS["about"])
#: Letters and figures that nobody mistakes for one another.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class Stale(Refused):
    """The draft was changed elsewhere since this page was opened; `application` is how it stands."""

    def __init__(self, application: Application) -> None:
        super().__init__(no(_("This was changed in another window since you opened it."), CONFLICT))
        self.application = application


class Incomplete(Refused):
    """Something that must be there is missing."""

    def __init__(self, missing: list[Gap]) -> None:
        super().__init__(no(_("Something is still missing."), CONFLICT))
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Part:
    """What one section of the form holds: fields of the draft, of the profile, and the goals when it is about those."""

    section: str
    values: dict[str, Any] = field(default_factory=dict)
    profile: dict[str, Any] = field(default_factory=dict)
    goals: list[dict[str, Any]] | None = None


def state(application: Application, section: str) -> dict[str, Any]:
    """What a section holds now."""
    held: dict[str, Any] = {name: getattr(application, name) for name in FIELDS[section]}
    if section == "about":
        user = application.user
        held |= {name: getattr(user, name) for name in ("name", "job_role", "job_title")}
        held["institution"] = str(user.institution_id or "")
    if section == "goals":
        held["goals"] = content.goals_of(application)
    return held


def blank(trip: Trip, user: User) -> Application:
    """A draft that nobody started yet."""
    return Application(trip=trip, user=user, language=user.language, version=0)


@transaction.atomic
def save_part(*, trip: Trip, part: Part, by: User, version: int, base: str = "") -> Application:
    """Save one section. Raises Stale when that section was changed since `version` (whose digest was `base`)."""
    application = locked(trip, by) or blank(trip, by)
    require(can_write(by, trip, None if application._state.adding else application))
    if application.version != version and content.digest(state(application, part.section)) != base:
        raise Stale(application)
    if application._state.adding:
        _start(application, by)
    if part.profile:
        save_profile(user=by, by=by, **part.profile)
    fields = part.values | {"saved_at": clock.now(), "version": F("version") + 1}
    if not Application.objects.filter(pk=application.pk, version=application.version).update(**fields):
        raise Stale(Application.objects.get(pk=application.pk))
    if part.goals is not None:
        _write_goals(application, part.goals)
    settle(application)
    return Application.objects.select_related("trip", "user__institution").get(pk=application.pk)


def locked(trip: Trip, user: User) -> Application | None:
    """Somebody's application as it stands, held until the end of the transaction where the database can."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("trip", "user__institution")
    return rows.filter(trip=trip, user=user).first()


def _start(application: Application, by: User) -> None:
    application.created_at = application.saved_at = clock.now()
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError:
        raise Stale(Application.objects.get(trip=application.trip, user=by)) from None
    record(about=application, verb="application.start", by=by)


def _write_goals(application: Application, wanted: list[dict[str, Any]]) -> None:
    """Make the goals of the draft what was sent, in that order; a goal keeps its id, as the learning goal does."""
    known = {str(pk) for pk in application.goals.values_list("pk", flat=True)}
    rows = [
        ProposedGoal(
            id=goal["id"] if str(goal.get("id")) in known else uuid.uuid4(),
            application=application,
            order=number,
            **{name: goal[name] for name in GOAL_NAMES},
        )
        for number, goal in enumerate(wanted, 1)
    ]
    application.goals.exclude(pk__in=[row.pk for row in rows]).delete()
    ProposedGoal.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["order", *GOAL_NAMES],
    )
    links = ProposedGoal.tags.through
    links.objects.filter(proposedgoal__application=application).delete()
    links.objects.bulk_create(
        links(proposedgoal_id=row.pk, tag_id=tag)
        for row, goal in zip(rows, wanted, strict=True)
        for tag in goal.get("tags", [])
    )


# --- sending ---------------------------------------------------------------------------------------


@transaction.atomic
def submit(*, application: Application, by: User, version: int | None = None) -> Submission:
    """Send, or send again: freeze what the draft says, number it, ask the manager if need be, mail the receipt.

    Sending the same twice gives the same submission. Raises Stale when the draft is no longer the `version` read.
    """
    application = locked(application.trip, application.user) or application
    require(is_applicant(by, application))
    said = content.of_draft(application)
    last = application.submissions.first()
    if last and application.status == "submitted" and last.says(said):
        return last
    require(can_submit(by, application))
    if version is not None and application.version != version:
        raise Stale(application)
    if missing := gaps(application, said["goals"]):
        raise Incomplete(missing)
    name = "submit" if application.status == "draft" else "revise"
    return send(application=application, said=said, last=last, name=name, by=by)


def send(*, application: Application, said: dict[str, Any], last: Submission | None, name: str, by: User) -> Submission:
    """Freeze `said` by the transition `name`, number it, ask the manager if need be, mail the receipt."""
    hats = applicant_hats(by, application) | team_hats(by, application.trip)
    perform(APPLICATION, name, application, hats=hats, by=by, submitted_at=clock.now())
    submission = _freeze(application, said, number=last.number + 1 if last else 1)
    ask_manager(submission=submission, before=last, by=by)
    queue_many(messages=[mail.receipt(submission)])
    settle(application, reading=True)
    return submission


def _freeze(application: Application, said: dict[str, Any], *, number: int) -> Submission:
    user = application.user
    return Submission.objects.create(
        application=application,
        number=number,
        submitted_at=clock.now(),
        schema=content.SCHEMA,
        content=said,
        sha256=content.digest(said),
        words=content.words(said),
        institution=user.institution,
        job_role=user.job_role,
        printed_name=user.name,
        receipt=_receipt(application.trip),
    )


def _receipt(trip: Trip) -> str:
    """A number that can be read out over the phone: SAF27-K7Q2M9."""
    year = trip.departs_on or clock.today()
    while True:
        number = f"{trip.code}{year:%y}-{''.join(secrets.choice(ALPHABET) for _ in range(6))}"
        if not Submission.objects.filter(receipt=number).exists():
            return number


@transaction.atomic
def withdraw(*, application: Application, by: User) -> Application:
    """Take the application back; until closing this can be undone."""
    require(can_withdraw(by, application))
    hats = applicant_hats(by, application)
    perform(APPLICATION, "withdraw", application, hats=hats, by=by, withdrawn_at=clock.now())
    settle(application, reading=True)
    queue_many(messages=[mail.withdrawn(application), *nobody_waits(application)])
    return application


@transaction.atomic
def reinstate(*, application: Application, by: User) -> Application:
    """Undo the withdrawal: the last submission stands again."""
    require(can_reinstate(by, application))
    perform(APPLICATION, "reinstate", application, hats=applicant_hats(by, application), by=by, withdrawn_at=None)
    settle(application, reading=True)
    queue_many(messages=[mail.reinstated(application), *asked_once_more(application)])
    return application
