"""The lead writes to a group: count and names first, then one mail for each person. An empty group is nobody."""

import hashlib
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from applications.letters.mail import written
from applications.letters.permissions import can_write
from applications.lifecycle import DecisionKind
from applications.models import Application, Endorsement
from applications.selection.mail import address
from exchange.history.actions import record
from exchange.outbox.actions import queue_many
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Participation, TeamMember, Trip
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
    """People of a trip that the lead may write to; `after` says when the group exists."""

    key: str
    label: str | Promise
    people: Callable[[Trip], list[Recipient]]
    after_publication: bool = False


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


def _applicants(trip: Trip, **conditions: Any) -> list[Recipient]:
    found = Application.objects.filter(trip=trip, **conditions).submitted().with_sent().select_related("user")
    return [
        _person(one.user, one.sent_name or str(one.user), address("applications:mine", one.pk))
        for one in found.order_by("sent_name", "pk")
    ]


def _person(user: User, name: str, link: str) -> Recipient:
    return Recipient(name, user.get_short_name(), user.email, user.language, link, user)


def _decided(kind: DecisionKind) -> Callable[[Trip], list[Recipient]]:
    return lambda trip: _applicants(trip, decision__kind=kind, decision__published_at__isnull=False)


def _participants(trip: Trip) -> list[Recipient]:
    link = address("trips:mine", trip.slug)
    found = Participation.objects.active().filter(trip=trip).select_related("user")
    return [_person(one.user, one.printed_name, link) for one in found]


def _managers(trip: Trip) -> list[Recipient]:
    asked = Endorsement.objects.current().filter(
        application__trip=trip, application__status="submitted", status="asked"
    )
    link = address("trips:detail", trip.slug)
    return [
        Recipient(one.manager_name, one.manager_name, one.manager_email, one.language, link)
        for one in asked.order_by("manager_name", "pk")
    ]


def _team(role: TeamRole, page: str) -> Callable[[Trip], list[Recipient]]:
    def people(trip: Trip) -> list[Recipient]:
        link = address(page, *([trip.slug] if page.startswith("trips:") else []))
        members = TeamMember.objects.filter(trip=trip, role=role).select_related("user")
        return [_person(one.user, str(one.user), link) for one in members]

    return people


GROUPS = {
    group.key: group
    for group in (
        Group("submitted", gettext_lazy("Everybody who applied"), _applicants),
        Group("selected", gettext_lazy("Selected"), _decided(DecisionKind.SELECT), after_publication=True),
        Group("reserve", gettext_lazy("Reserve"), _decided(DecisionKind.RESERVE), after_publication=True),
        Group(
            "not_selected", gettext_lazy("Not selected"), _decided(DecisionKind.NOT_SELECTED), after_publication=True
        ),
        Group("participants", gettext_lazy("Participants"), _participants, after_publication=True),
        Group("managers", gettext_lazy("Managers who have not answered"), _managers),
        Group("reviewers", gettext_lazy("Reviewers"), _team(TeamRole.REVIEWER, "applications:to-review")),
        Group("companions", gettext_lazy("Companions"), _team(TeamRole.COMPANION, "trips:team")),
    )
}


def groups_of(trip: Trip) -> list[Group]:
    """The groups that exist now: before the publication nobody is selected, reserve or not selected."""
    return [group for group in GROUPS.values() if trip.published_at or not group.after_publication]


def recipients(trip: Trip, key: str) -> list[Recipient]:
    """Whom a group holds, every address once. Nobody when the group does not exist (yet)."""
    group = next((one for one in groups_of(trip) if one.key == key), None)
    once: dict[str, Recipient] = {}
    for person in group.people(trip) if group else []:
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
