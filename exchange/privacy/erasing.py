"""What goes with somebody who is erased: all that is declared theirs, but for the record of certificates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from exchange import clock, wings
from exchange.history.actions import blank_entries
from exchange.history.models import HistoryEntry
from exchange.outbox.lifecycle import CANCELLED, QUEUED
from exchange.outbox.models import OutboxMessage
from exchange.people.actions import sign_out_everywhere
from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.privacy.declared import Keep
from exchange.privacy.due import NONE, Due, filled, going, groups, is_link
from exchange.privacy.held import counted, title_of

#: What is no row to let go of: the account is emptied apart, and a certificate verifies.
KEPT = (personal.ACCOUNT, personal.REGISTER)


def theirs(person: User) -> Iterator[Due]:
    """Every group of fields on the rows that are about somebody, to let go of at once."""
    for model in reversed(apps.get_models()):
        rows = rows_about(model, person)
        if rows is not None and not hasattr(model, "DERIVED"):
            found = (one for keep, names in groups(model) for one in _theirs(model, keep, names, rows))
            yield from sorted(found, key=lambda one: one.goes)


def rows_about(model: Any, person: User) -> QuerySet | None:
    """The rows that belong to somebody, but are about nobody else; None for what is nobody's."""
    if hasattr(model, "ADDRESS"):
        known = Q(pk__in=[])
        for address in addresses(person):
            known |= Q(**{f"{model.ADDRESS}__iexact": address})
        return model._base_manager.filter(known)
    path = getattr(model, "ABOUT", getattr(model, "OWNER", personal.SELF))
    return model._base_manager.filter(**{path: person}) if path else None


def addresses(person: User) -> set[str]:
    """Every address that leads to somebody."""
    return {person.email, *person.emailaddress_set.values_list("email", flat=True)}


def _theirs(model: Any, keep: Keep, names: tuple[str, ...], rows: QuerySet) -> Iterator[Due]:
    leaves = going(model, keep)
    if keep is personal.HISTORY:
        # Who did it is an account without a name from now on; what was written with it goes.
        texts = tuple(name for name in names if not model._meta.get_field(name).is_relation)
        if texts and leaves == NONE:
            yield Due(model, keep, texts, rows.filter(filled(model, texts)))
    elif keep not in KEPT and not is_link(model, names[0]):
        if leaves != NONE:
            yield Due(model, keep, names, rows.filter(leaves), goes=True)
        if leaves:
            yield Due(model, keep, names, rows.filter(filled(model, names)).exclude(leaves))


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure lets go of, by kind of record, and how much stays without a name."""

    goes: list[tuple[str | Promise, int]]
    applications: int
    places: int
    deeds: int
    certificates: int


def preview(person: User) -> Preview:
    """What an erasure would do."""
    leaving = {model: rows for model in apps.get_models() if (rows := _leaving(model, person)) is not None}
    found = counted(leaving.values())
    application, place = apps.get_model("applications", "Application"), apps.get_model("trips", "Participation")
    return Preview(
        goes=[(title_of(model), n) for model in leaving if (n := found.get(model._meta.label_lower, 0))],
        applications=application.objects.filter(user=person).exclude(status="draft").count(),
        places=place.objects.filter(user=person).count(),
        deeds=HistoryEntry.objects.filter(by=person).count(),
        certificates=apps.get_model("certificates", "Certificate").objects.filter(participation__user=person).count(),
    )


def _leaving(model: Any, person: User) -> QuerySet | None:
    """The rows of a model of which an erasure lets something go."""
    kept = (*KEPT, personal.HISTORY)
    leaves = any(keep not in kept for keep in getattr(model, "PERSONAL", {}).values())
    return rows_about(model, person) if leaves and not hasattr(model, "DERIVED") else None


@dataclass(frozen=True, slots=True)
class Trace:
    """By what others tell of somebody: the ids of their rows by model, and the trips these are about."""

    ids: dict[str, set[str]]
    trips: set[Any]

    @property
    def unique(self) -> set[str]:
        """Ids that are nobody else's, whatever the model: random ones."""
        return {one for ids in self.ids.values() for one in ids if len(one) == len(str(uuid4()))}


def trace(person: User) -> Trace:
    """Looked up before anything goes."""
    ids, trips = {User._meta.label_lower: {str(person.pk)}}, set()
    for model in apps.get_models():
        rows = None if hasattr(model, "DERIVED") else rows_about(model, person)
        if rows is None:
            continue
        ids[model._meta.label_lower] = {str(pk) for pk in rows.values_list("pk", flat=True)}
        if "trip" in {field.name for field in model._meta.fields}:
            trips |= set(rows.values_list("trip", flat=True))
    return Trace(ids, trips - {None})


def silence(person: User, traced: Trace) -> None:
    """Empty what was mailed to others about somebody, and withdraw what still waits; where they are only named, the
    name goes.
    """
    around = OutboxMessage.objects.filter(Q(trip__in=traced.trips) | Q(trip=None))
    found = {
        pk
        for pk, key, links in around.values_list("pk", "key", "links").iterator()
        if any(one in key or one in str(links) for one in traced.unique)
    }
    about = OutboxMessage.objects.filter(pk__in=found)
    about.filter(status=QUEUED).update(status=CANCELLED)
    about.update(subject="", body="", links={}, reply_to="", last_error="", search_words="")
    OutboxMessage.objects.filter(to__in=addresses(person)).update(to="", search_words="")
    names = {person.name, *addresses(person)} - {"", personal.NOBODY}
    either = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))
    said = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)
    named = Q(pk__in=[])
    for one in names:
        named |= (
            Q(subject__icontains=one) | Q(body__icontains=one) | Q(reply_to__iexact=one) | Q(last_error__icontains=one)
        )
    # A name of one word may be somebody else's: it goes where they were, not everywhere.
    told = OutboxMessage.objects.all() if " " in person.name else around
    for message in told.filter(named).iterator():
        for field in ("subject", "body", "reply_to", "last_error"):
            without = "" if field == "reply_to" else personal.NOBODY
            setattr(message, field, said.sub(without, getattr(message, field)))
        message.save(update_fields=["subject", "body", "reply_to", "last_error", "search_words"])


def forget_reasons(person: User, traced: Trace) -> None:
    """Of what somebody did, and what was done about them, the deed stays without what was written with it."""
    theirs_or_about = Q(by=person) | Q(concerns=person.pk)
    for label, ids in traced.ids.items():
        theirs_or_about |= Q(about_model=label, about_id__in=ids)
    blank_entries(HistoryEntry.objects.filter(theirs_or_about).exclude(reason="", facts={}))


def close_doors(person: User) -> None:
    """Nobody signs in as somebody any more, and nobody who had is in."""
    sign_out_everywhere(person)
    for model in (Authenticator, SocialAccount, EmailAddress, LogEntry):
        model._base_manager.filter(user=person).delete()
    LogEntry.objects.filter(object_id=str(person.pk)).delete()


def empty_account(person: User) -> None:
    """The account stays, for what it did, without anything that says whose it was."""
    rows: QuerySet = QuerySet(User).filter(pk=person.pk)
    follow = [look(rows) for look in wings.each(lambda wing: wing.letting_go)]
    rows.update(
        email=f"{person.pk}@erased.invalid",
        name=personal.NOBODY,
        search_words="",
        job_role="",
        job_title="",
        institution=None,
        home_organisation="",
        membership_by_domain=False,
        membership_confirmed_at=None,
        membership_confirmed_by=None,
        phone="",
        reminders=False,
        calendar_token=uuid4(),
        password=make_password(None),
        last_login=None,
        seen_at=None,
        is_active=False,
        erased_at=clock.now(),
    )
    for up in follow:
        up()
