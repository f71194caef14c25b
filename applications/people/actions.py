"""Putting people on the list of a trip, and reminding those who have not started, not sent or not answered."""

import hashlib
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.db import transaction

from applications.endorsing import mail as manager_mail
from applications.endorsing.actions import mailed_again
from applications.lines import settle, settle_invited
from applications.models import Application, Endorsement, Invitation, LineQuerySet
from applications.people import mail
from applications.people.brought import Entry
from applications.people.lists import Fate, Line, checked
from applications.people.permissions import can_invite, can_remind
from applications.people.reminding import Group, group_of
from exchange import clock
from exchange.history.actions import record
from exchange.outbox.actions import queue_many
from exchange.outbox.models import OutboxMessage
from exchange.people.models import Institution, User
from exchange.trips.models import Trip
from exchange.verdicts import require


class Changed(Exception):
    """What the list comes to is no longer what was shown; nothing was imported."""


def fingerprint(lines: Iterable[Line]) -> str:
    """Tells whether a list still comes to what was shown."""
    told = "\n".join(
        f"{line.number} {line.fate} {line.email} {line.name} {line.school_name} {line.job_role} {line.language}"
        for line in lines
    )
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@transaction.atomic
def invite(
    *, trip: Trip, entries: list[Entry], school: Institution | None = None, seen: str, by: User
) -> list[Invitation]:
    """Invite everybody new on the list, or nobody. Raises Changed when it no longer comes to what was `seen`.

    With `school` its coordinator invites own people; without it the lead invites anybody.
    """
    require(can_invite(by, school, trip))
    _one_after_the_other(trip)
    lines = checked(entries, trip=trip, school=school)
    if fingerprint(lines) != seen or any(line.fate is Fate.WRONG for line in lines):
        raise Changed
    made = Invitation.objects.bulk_create(
        Invitation(
            trip=trip,
            email=line.email,
            name=line.name,
            institution=line.school,
            job_role=line.job_role,
            language=line.language,
            invited_at=clock.now(),
            invited_by=by,
        )
        for line in lines
        if line.fate is Fate.NEW
    )
    if made:
        settle_invited(made)
        users = accounts(one.email for one in made)
        queue_many(messages=[mail.invitation(one, school=school, user=users.get(one.email)) for one in made])
        facts = {"new": len(made), "known": len(lines) - len(made), "school": school.short_name if school else ""}
        record(about=trip, verb="invitation.import", by=by, facts=facts)
    return made


def _one_after_the_other(trip: Trip) -> None:
    """Two who do this for one trip at once wait for each other, so that the second sees what the first did."""
    Trip.objects.select_for_update(of=("self",)).get(pk=trip.pk)


def accounts(addresses: Iterable[str]) -> dict[str, User]:
    """Whose verified address is whose."""
    rows = EmailAddress.objects.filter(email__in=list(addresses), verified=True).select_related("user")
    return {row.email: row.user for row in rows}


@transaction.atomic
def remind(
    *, trip: Trip, group: Group, people: LineQuerySet, school: Institution | None = None, by: User
) -> list[OutboxMessage]:
    """Mail everybody among `people` who is in the group, once a day at most; an empty group is nobody."""
    require(can_remind(by, school, trip))
    _one_after_the_other(trip)
    chosen = people.filter(group_of(group, trip, clock.now())).order_by("sort_name", "pk")
    if school:
        chosen = chosen.filter(belongs_to=school)
    write = {Group.INVITED: _to_invited, Group.DRAFTS: _to_writing, Group.MANAGERS: _to_managers}[group]
    if messages := write(chosen, school, by):
        queue_many(messages=messages)
        facts = {"group": group.value, "people": len(messages), "school": school.short_name if school else ""}
        record(about=trip, verb="application.remind", by=by, facts=facts)
    return messages


def _to_invited(people: LineQuerySet, school: Institution | None, by: User) -> list[OutboxMessage]:
    invited = list(Invitation.objects.filter(line__in=people).select_related("trip").order_by("name"))
    users = accounts(one.email for one in invited)
    Invitation.objects.filter(pk__in=[one.pk for one in invited]).update(reminded_at=clock.now())
    settle_invited(invited)
    return [mail.invited_again(one, school=school, user=users.get(one.email), by=by) for one in invited]


def _to_writing(people: LineQuerySet, school: Institution | None, by: User) -> list[OutboxMessage]:
    drafts = list(Application.objects.filter(line__in=people).select_related("trip", "user"))
    Application.objects.filter(pk__in=[one.pk for one in drafts]).update(reminded_at=clock.now())
    settle(*drafts)
    return [mail.nudge(one, school=school, by=by) for one in drafts]


def _to_managers(people: LineQuerySet, school: Institution | None, by: User) -> list[OutboxMessage]:
    """The same question again, as the applicant would have it repeated."""
    rows = Endorsement.objects.select_related("submission__institution", "application__trip", "application__user")
    asked = list(rows.filter(status="asked", pk__in=people.values("endorsement")))
    mailed_again(asked)
    return [manager_mail.request(one, again=True) for one in asked]
