"""Lines follow when records are let go of or emptied (exchange/privacy/purging.py)."""

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, QuerySet

from applications.lines.settling import settle, settle_invited, settle_people
from applications.models import Application, Assessment, Invitation, LateAccess, Line
from exchange.people.models import User
from exchange.trips.models import Participation


def letting_go(rows: QuerySet) -> Callable[[], object]:
    """Whose lines are derived from these rows; returns what writes them again."""
    if rows.model is Invitation:
        return _invitations(rows)
    if rows.model is User:
        people = list(rows)
        return lambda: settle_people(people)
    found = list(_applications(rows).values_list("pk", flat=True))
    reviewers = list(rows.values_list("reviewer", flat=True)) if rows.model is Assessment else []
    return lambda: settle(*found, reading=rows.model in (Application, Assessment), reviewers=reviewers)


def _applications(rows: QuerySet) -> QuerySet:
    """The applications these rows are of, or about."""
    if rows.model is Application:
        return rows
    if rows.model is Participation:
        return Application.objects.filter(Exists(rows.filter(trip=OuterRef("trip"), user=OuterRef("user"))))
    if rows.model is LateAccess:
        return Application.objects.filter(
            Exists(rows.filter(trip=OuterRef("trip"), email__iexact=OuterRef("user__email")))
        )
    if "application" in {field.name for field in rows.model._meta.fields}:
        return Application.objects.filter(pk__in=rows.values("application"))
    return Application.objects.none()


def _invitations(rows: QuerySet) -> Callable[[], object]:
    """Who was invited twice is told of by the other invitation; who had not begun has no line any more."""
    ids, trips = list(rows.values_list("pk", flat=True)), set(rows.values_list("trip", flat=True))
    accounts = EmailAddress.objects.filter(email__in=rows.values("email"), verified=True).values("user")
    addresses = list(EmailAddress.objects.filter(user__in=accounts, verified=True).values_list("email", flat=True))
    others = list(Invitation.objects.filter(trip__in=trips, email__in=addresses).exclude(pk__in=ids))
    begun: list[Any] = list(
        Line.objects.filter(application__isnull=False, invitation__in=ids).values_list("application", flat=True)
    )
    Line.objects.filter(application=None, invitation__in=ids).delete()

    def follow() -> None:
        settle(*begun)
        settle_invited(others)

    return follow
