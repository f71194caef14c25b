"""The lead writes to a group: count and names first, then one mail for each person. An empty group is nobody."""

import hashlib
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from applications.letters.mail import written
from applications.letters.permissions import can_write
from applications.lifecycle import DecisionKind
from applications.selection.mail import address
from exchange.history.actions import record
from exchange.outbox.actions import queue_many
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Trip
from exchange.verdicts import CONFLICT, Refused, no, require
from exchange.words import plain

#: The whole list; anything else between braces is refused when the mail is written.
PLACEHOLDERS = ("name", "trip", "link")
BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person of a group, and where {link} leads for them."""

    name: str
    call: str
    email: str
    language: str
    link: str
    user: Any = None


@dataclass(frozen=True, slots=True)
class Group:
    """People of a trip that the lead may write to: their rows, and how one is read.

    Each row is an account, unless `address` says in which field addresses stand that may come back.
    """

    key: str
    label: str | Promise
    rows: Callable[[Trip], QuerySet]
    read: Callable[[Any], Recipient]
    after_publication: bool = False
    address: str = ""

    def count(self, trip: Trip) -> int:
        """How many addresses there are; nobody is loaded."""
        rows = self.rows(trip).order_by()
        if not self.address:
            return rows.count()
        return int(rows.aggregate(n=Count(Lower(self.address), distinct=True))["n"])


@dataclass(frozen=True, slots=True)
class Letter:
    """What the lead typed, in one or both languages."""

    subject_nl: str = ""
    text_nl: str = ""
    subject_en: str = ""
    text_en: str = ""

    def for_language(self, language: str) -> tuple[str, str, str]:
        """Subject, text and the language they are in: the reader's, else the other."""
        texts = {"nl": (self.subject_nl, self.text_nl), "en": (self.subject_en, self.text_en)}
        other = {"nl": "en", "en": "nl"}[language]
        chosen = language if all(texts[language]) else other
        return (*texts[chosen], chosen)


def _applicants(trip: Trip) -> QuerySet:
    return trip.lines.submitted().select_related("user").order_by("sort_name", "pk")


def _decided(kind: DecisionKind) -> Callable[[Trip], QuerySet]:
    return lambda trip: _applicants(trip).filter(decided=kind, told=True)


def _applicant(line: Any) -> Recipient:
    return _person(line.user, line.name, address("applications:mine", line.application_id))


def _person(user: User, name: str, link: str) -> Recipient:
    return Recipient(name, user.get_short_name(), user.email, user.language, link, user)


def _participants(trip: Trip) -> QuerySet:
    return trip.participations.active().select_related("user", "trip")


def _participant(one: Any) -> Recipient:
    return _person(one.user, one.printed_name, address("trips:mine", one.trip.slug))


def _managers(trip: Trip) -> QuerySet:
    asked = trip.lines.submitted().filter(backing="asked").select_related("endorsement", "trip")
    return asked.defer("endorsement__signed_content").order_by("endorsement__manager_name", "endorsement")


def _manager(line: Any) -> Recipient:
    asked, link = line.endorsement, address("trips:detail", line.trip.slug)
    return Recipient(asked.manager_name, asked.manager_name, asked.manager_email, asked.language, link)


def _team(role: TeamRole) -> Callable[[Trip], QuerySet]:
    return lambda trip: trip.team.filter(role=role).select_related("user", "trip")


def _reviewer(one: Any) -> Recipient:
    return _person(one.user, str(one.user), address("applications:to-review"))


def _companion(one: Any) -> Recipient:
    return _person(one.user, str(one.user), address("trips:team", one.trip.slug))


def _after(key: str, label: str | Promise, kind: DecisionKind) -> Group:
    return Group(key, label, _decided(kind), _applicant, after_publication=True)


GROUPS = {
    group.key: group
    for group in (
        Group("submitted", gettext_lazy("Everybody who applied"), _applicants, _applicant),
        _after("selected", gettext_lazy("Selected"), DecisionKind.SELECT),
        _after("reserve", gettext_lazy("Reserve"), DecisionKind.RESERVE),
        _after("not_selected", gettext_lazy("Not selected"), DecisionKind.NOT_SELECTED),
        Group("participants", gettext_lazy("Participants"), _participants, _participant, True),
        Group(
            "managers",
            gettext_lazy("Managers who have not answered"),
            _managers,
            _manager,
            address="endorsement__manager_email",
        ),
        Group("reviewers", gettext_lazy("Reviewers"), _team(TeamRole.REVIEWER), _reviewer),
        Group("companions", gettext_lazy("Companions"), _team(TeamRole.COMPANION), _companion),
    )
}


def groups_of(trip: Trip) -> list[Group]:
    """The groups that exist now: before the publication nobody is selected, reserve or not selected."""
    return [group for group in GROUPS.values() if trip.published_at or not group.after_publication]


def recipients(trip: Trip, key: str) -> list[Recipient]:
    """Whom a group holds, every address once. Nobody when the group does not exist (yet)."""
    group = next((one for one in groups_of(trip) if one.key == key), None)
    once: dict[str, Recipient] = {}
    for row in group.rows(trip) if group else []:
        person = group.read(row)
        once.setdefault(person.email.lower(), person)
    return list(once.values())


def fingerprint(people: list[Recipient]) -> str:
    """Tells whether a group is still the one that was shown."""
    return hashlib.sha256("\n".join(sorted(one.email.lower() for one in people)).encode()).hexdigest()[:16]


def unknown_placeholders(text: str) -> list[str]:
    """What stands between braces and is no placeholder."""
    return [name for name in BRACES.findall(text) if name not in PLACEHOLDERS]


def filled(text: str, values: dict[str, str]) -> str:
    """Placeholders replaced, once and plainly: what a value contains is never looked at again."""
    return BRACES.sub(lambda found: values.get(found[1], found[0]), text)


def letter_to(person: Recipient, trip: Trip, letter: Letter, *, send_id: uuid.UUID, by: User) -> OutboxMessage:
    """The message one person gets; the preview shows this very one."""
    subject, text, language = letter.for_language(person.language)
    with override(language):
        values = {"name": plain(person.call), "trip": str(trip.title), "link": person.link}
    who = hashlib.sha256(person.email.lower().encode()).hexdigest()[:24]
    return written(
        key=f"written:{send_id}:{who}",
        to=person.email,
        recipient=person.user,
        language=language,
        subject=filled(subject, values),
        text=filled(text, values),
        trip=trip,
        by=by,
    )


@transaction.atomic
def write_to_group(
    *, trip: Trip, group: str, letter: Letter, send_id: uuid.UUID, seen: str | None = None, by: User
) -> list[OutboxMessage]:
    """Queue one mail for each person of the group. The same `send_id` twice sends once.

    `seen` is the fingerprint of the people that were shown; when the group changed since, nothing is sent.
    """
    require(can_write(by, trip))
    people = recipients(trip, group)
    if not people:
        raise Refused(no(_("Nobody is in this group now, so nothing was sent."), CONFLICT))
    if seen is not None and seen != fingerprint(people):
        raise Refused(no(_("The group changed while you were writing. Look at it again before you send."), CONFLICT))
    if any(
        unknown_placeholders(text) for text in (letter.subject_nl, letter.text_nl, letter.subject_en, letter.text_en)
    ):
        raise Refused(no(_("There is a placeholder in the text that does not exist."), CONFLICT))
    before = OutboxMessage.objects.filter(key__startswith=f"written:{send_id}:").exists()
    messages = [letter_to(one, trip, letter, send_id=send_id, by=by) for one in people]
    queue_many(messages=messages)
    if not before:
        facts = {"group": group, "people": len(people), "send": str(send_id)}
        record(about=trip, verb="mail.write", by=by, facts=facts)
    return messages
