"""What is mailed to people whom a school or the team would like to apply. One pure builder per message."""

from collections.abc import Iterable
from uuid import UUID

from applications.mail import address, to_applicant
from applications.models import Application, Invitation, Line
from exchange import clock
from exchange.outbox.actions import message
from exchange.outbox.lifecycle import FAILED
from exchange.outbox.models import OutboxMessage
from exchange.people.models import Institution, User


def invitation(one: Invitation, *, school: Institution | None, user: User | None = None) -> OutboxMessage:
    """The invitation itself. `school`: whose coordinator invites; without it the team does."""
    return _to_invited("invited", invited_key(one.pk), one, school=school, user=user, by=one.invited_by)


def invited_again(one: Invitation, *, school: Institution | None, user: User | None = None, by: User) -> OutboxMessage:
    """The same, once a day at most."""
    return _to_invited("invited_again", reminder_key(one), one, school=school, user=user, by=by)


def nudge(application: Application, *, school: Institution | None, by: User) -> OutboxMessage:
    """Somebody of the school or the team reminds of a draft that was not sent."""
    url = address("applications:apply", application.trip.slug)
    return to_applicant("nudge", reminder_key(application), application, school=school, by=by, apply=url)


def invited_key(invitation: UUID | None) -> str:
    """The key of the first mail to somebody."""
    return f"invited:{invitation}"


def undelivered(people: Iterable[Line]) -> set[UUID]:
    """The invitations of those among these people who have not begun, and whom our mail did not reach."""
    asked = {invited_key(one.invitation_id): one for one in people}
    failed = OutboxMessage.objects.filter(key__in=asked, status=FAILED).values_list("key", flat=True)
    return {asked[key].invitation_id for key in failed if asked[key].application_id is None}


def reminder_key(one: Invitation | Application) -> str:
    """The key of today's reminder."""
    return f"remind:{one.pk}:{clock.today():%Y-%m-%d}"


def _to_invited(
    kind: str, key: str, one: Invitation, *, school: Institution | None, user: User, by: User
) -> OutboxMessage:
    """A message to an address that may have no account; an answer goes to who invited."""
    return message(
        key=key,
        kind=f"applications/{kind}",
        to=one.email,
        recipient=user,
        language=one.language,
        trip=one.trip,
        reply_to=by.email,
        by=by,
        context={
            "name": one.name,
            "trip": one.trip,
            "by": by,
            "school": school,
            "call": address("trips:detail", one.trip.slug),
        },
    )
