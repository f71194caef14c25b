"""Writing lines and loads, in the transaction of the verb that changed something."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q, QuerySet

from applications.lines.deriving import CHUNK, derived, derived_of_invited
from applications.lines.holding import hold
from applications.lines.loads import settle_loads
from applications.lines.words import made_of, write_words
from applications.models import Application, Invitation, Line, LineWords
from exchange.people.models import Institution, User

WRITTEN = [field.name for field in Line._meta.concrete_fields if field.attname not in ("id", "application_id")]


@transaction.atomic(savepoint=False)
def settle(*applications: Application | UUID, reading: bool = False, reviewers: Iterable[Any] = ()) -> None:
    """Write the lines of these applications. With `reading`, for what changes who reads what, also the loads of their
    reviewers, and of `reviewers`, who read one until now.

    Comes last in a verb. Two verbs about one application wait here for each other, always in the same order, so that
    the second derives from what the first did.
    """
    ids = sorted(set(_ids(applications)))
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        hold(Line.objects.filter(application__in=some).order_by("application"))
        _write(list(derived(some)))
    if reading:
        settle_loads(ids, _ids(reviewers))


def _ids(many: Iterable[Any]) -> list[UUID]:
    """The ids of rows, or of what is an id already."""
    return [getattr(one, "pk", one) for one in many]


def _write(lines: list[Line]) -> None:
    if not lines:
        return
    # Who was invited has begun: one line for one person.
    if invited := [line.invitation_id for line in lines if line.waiting]:
        Line.objects.filter(application=None, invitation__in=invited).delete()
    Line.objects.bulk_create(lines, update_conflicts=True, unique_fields=["application"], update_fields=WRITTEN)
    write_words([line for line in lines if line.found_by != made_of(line)])


@transaction.atomic(savepoint=False)
def settle_invited(invitations: Iterable[Invitation | UUID]) -> None:
    """Write the lines of who was invited, whether they have begun or not."""
    ids = _ids(invitations)
    for start in range(0, len(ids), CHUNK):
        _settle_some_invited(ids[start : start + CHUNK])


def _settle_some_invited(ids: list[UUID]) -> None:
    here = Invitation.objects.filter(pk__in=ids)
    accounts = EmailAddress.objects.filter(email__in=here.values("email"), verified=True).values("user")
    others = EmailAddress.objects.filter(user__in=accounts, verified=True).values("email")
    trips = here.values("trip")
    # All invitations of one person for one trip come to one line.
    together = Invitation.objects.filter(Q(pk__in=ids) | Q(trip__in=trips, email__in=others))
    Line.objects.filter(application=None, invitation__in=together.values("pk")).delete()
    begun = Application.objects.filter(Q(user__in=accounts, trip__in=trips) | Q(line__invitation__in=ids))
    settle(*begun.values_list("pk", flat=True))
    write_invited(together)


@transaction.atomic(savepoint=False)
def settle_people(people: Iterable[User]) -> None:
    """What an account says changed (name, school, addresses, reminders): write the lines it enters."""
    ids = [one.pk for one in people]
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        settle(*Application.objects.filter(user__in=some).values_list("pk", flat=True))
        addresses = EmailAddress.objects.filter(user__in=some).values("email")
        before = Line.objects.filter(user__in=some)
        known = Q(email__in=addresses) | Q(pk__in=before.filter(invitation__isnull=False).values("invitation"))
        # Who was invited twice has one line; what was told by an address that is gone has none yet.
        invited = Invitation.objects.filter(known | Q(line=None, trip__in=before.values("trip")))
        if found := list(invited.values_list("pk", flat=True)):
            settle_invited(found)


def settle_school(school: Institution) -> None:
    """A school is called otherwise: so are its lines, and they are found by it."""
    theirs = Line.objects.filter(school=school)
    LineWords.objects.filter(line__in=theirs.values("pk")).update(made_of="")
    settle(*theirs.filter(application__isnull=False).values_list("application", flat=True))
    settle_invited(theirs.filter(application=None).values_list("invitation", flat=True))


def write_invited(invitations: QuerySet) -> None:
    """The lines of those of these invited who have not begun; none of them may have one."""
    lines = Line.objects.bulk_create(derived_of_invited(invitations), batch_size=CHUNK)
    for start in range(0, len(lines), CHUNK):
        write_words(lines[start : start + CHUNK])
