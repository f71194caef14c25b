"""Who reads what: with one press, least loaded first, or by hand."""

from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications.assessing.mail import assigned_digest
from applications.assessing.permissions import can_select
from applications.lines import settle
from applications.models import Application, Assessment
from exchange import clock
from exchange.history.actions import record, record_all
from exchange.outbox.actions import queue_many
from exchange.people.models import User
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Trip
from exchange.verdicts import CONFLICT, Refused, no, require


@dataclass(frozen=True)
class Assigned:
    """What one press did: the new assessments, and which applications still lack how many readers."""

    made: list[Assessment] = field(default_factory=list)
    short: list[tuple[Application, int]] = field(default_factory=list)


def reviewers_of(trip: Trip) -> list[User]:
    """The reviewers in the team, always in the same order."""
    rows = User.objects.filter(team_memberships__trip=trip, team_memberships__role=TeamRole.REVIEWER)
    return list(rows.select_related("institution").order_by("pk"))


def readings(trip: Trip) -> list[Application]:
    """The standing applications with their assessments and recusals; three queries."""
    found = Application.objects.filter(trip=trip).submitted().with_sent()
    return list(found.order_by("submitted_at", "pk").prefetch_related("assessments", "recusals"))


def stays_out(reviewer: User, application: Application) -> str:
    """Why somebody may not read an application; empty when nothing is in the way. Needs `sent_school_id`."""
    if application.user_id == reviewer.pk:
        return _("own application")
    if reviewer.institution_id and reviewer.institution_id == application.sent_school_id:
        return _("same school")
    if any(row.user_id == reviewer.pk for row in application.recusals.all()):
        return _("knows this person")
    if any(row.reviewer_id == reviewer.pk and row.status == "recused" for row in application.assessments.all()):
        return _("handed back")
    return ""


def standing(application: Application) -> list[Assessment]:
    """The assessments that count, of prefetched ones."""
    return [row for row in application.assessments.all() if row.status != "recused"]


def load_of(reviewers: list[User], applications: list[Application]) -> dict[UUID, int]:
    """How many applications of this trip each reviewer has."""
    load = {reviewer.pk: 0 for reviewer in reviewers}
    for application in applications:
        for row in standing(application):
            if row.reviewer_id in load:
                load[row.reviewer_id] += 1
    return load


def loads_of(trip: Trip, reviewers: list[User]) -> dict[UUID, int]:
    """The same as `load_of` for a page about one application: as it is kept."""
    kept = {load.reviewer_id: load.assigned for load in trip.loads.all()}
    return {one.pk: kept.get(one.pk, 0) for one in reviewers}


def free_readers(application: Application, reviewers: list[User], load: dict[UUID, int]) -> list[User]:
    """Who could still read this application, least loaded first; ties by the account's id."""
    reading = {row.reviewer_id for row in standing(application)}
    free = [one for one in reviewers if one.pk not in reading and not stays_out(one, application)]
    return sorted(free, key=lambda one: (load[one.pk], str(one.pk)))


def plan(applications: list[Application], reviewers: list[User], each: int) -> tuple[list, list]:
    """Pure: the pairs to make, and what stays short. Whoever has the fewest possible readers is served first."""
    load = load_of(reviewers, applications)
    choices = {one.pk: len(free_readers(one, reviewers, load)) for one in applications}
    pairs: list[tuple[Application, User]] = []
    short: list[tuple[Application, int]] = []
    for application in sorted(applications, key=lambda one: choices[one.pk]):
        needed = max(0, each - len(standing(application)))
        chosen = free_readers(application, reviewers, load)[:needed]
        for reviewer in chosen:
            load[reviewer.pk] += 1
            pairs.append((application, reviewer))
        if len(chosen) < needed:
            short.append((application, needed - len(chosen)))
    return pairs, short


@transaction.atomic
def assign_all(*, trip: Trip, by: User) -> Assigned:
    """Give every application its readers; a second press tops up what is missing. Each reviewer gets one mail a day."""
    require(can_select(by, trip))
    Trip.objects.select_for_update().get(pk=trip.pk)
    applications, reviewers = readings(trip), reviewers_of(trip)
    pairs, short = plan(applications, reviewers, trip.reviewers_each)
    made = [_assessment(application, reviewer, by) for application, reviewer in pairs]
    Assessment.objects.bulk_create(made)
    record_all(about=made, verb="assessment.assign", by=by, trip=trip)
    _catch_up(applications)
    settle(*{application.pk for application, _reviewer in pairs}, reading=True)
    chosen = {reviewer.pk: reviewer for _application, reviewer in pairs}
    queue_many(messages=[assigned_digest(trip, one, _waiting(one, trip)) for one in chosen.values()])
    return Assigned(made, short)


@transaction.atomic
def assign(*, application: Application, reviewer: User, by: User) -> Assessment:
    """Give one application to one reviewer, by hand."""
    require(can_select(by, application.trip))
    # As with one press for everybody: the second sees what the first gave.
    Trip.objects.select_for_update().get(pk=application.trip_id)
    fresh = Application.objects.with_sent().prefetch_related("assessments", "recusals").get(pk=application.pk)
    if fresh.status != "submitted":
        raise Refused(no(_("Only an application that stands is read: this one is not sent, or withdrawn."), CONFLICT))
    if reviewer not in reviewers_of(application.trip):
        raise Refused(no(_("%(name)s is no reviewer of this trip.") % {"name": reviewer}, CONFLICT))
    if why := stays_out(reviewer, fresh):
        raise Refused(
            no(_("%(name)s can't read this application: %(why)s.") % {"name": reviewer, "why": why}, CONFLICT)
        )
    if any(row.reviewer_id == reviewer.pk for row in standing(fresh)):
        raise Refused(no(_("%(name)s reads this application already.") % {"name": reviewer}, CONFLICT))
    made = _assessment(fresh, reviewer, by)
    made.save()
    record(about=made, verb="assessment.assign", by=by)
    settle(application, reading=True)
    queue_many(messages=[assigned_digest(application.trip, reviewer, _waiting(reviewer, application.trip))])
    return made


@transaction.atomic
def unassign(*, assessment: Assessment, by: User) -> Assessment:
    """Take an application away from a reviewer who has not finished. What was finished stays."""
    require(can_select(by, assessment.application.trip))
    record(about=assessment, verb="assessment.unassign", by=by, facts={"reviewer": str(assessment.reviewer_id)})
    gone, _rows = Assessment.objects.filter(pk=assessment.pk, status="assigned").delete()
    if not gone:
        raise Refused(no(_("This assessment is finished or handed back, so it stays."), CONFLICT))
    settle(assessment.application_id, reading=True, reviewers=[assessment.reviewer_id])
    return assessment


def _assessment(application: Application, reviewer: User, by: User) -> Assessment:
    return Assessment(
        application=application,
        submission_id=application.sent_id,
        reviewer=reviewer,
        assigned_at=clock.now(),
        assigned_by=by,
    )


def _catch_up(applications: list[Application]) -> None:
    """What is not finished is read in its last version."""
    behind = [
        row
        for application in applications
        for row in application.assessments.all()
        if row.status == "assigned" and row.submission_id != application.sent_id
    ]
    sent = {application.pk: application.sent_id for application in applications}
    for row in behind:
        row.submission_id = sent[row.application_id]
    Assessment.objects.bulk_update(behind, ["submission"])


def _waiting(reviewer: User, trip: Trip) -> int:
    return Assessment.objects.filter(reviewer=reviewer, application__trip=trip, status="assigned").count()
