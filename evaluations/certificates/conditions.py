"""What a certificate asks for, as a checklist the participant sees long before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from evaluations.certificates.lifecycle import CertificateKind
from evaluations.models import FollowUp, Presentation
from exchange.trips.models import Attendance, MeetingKind, Participation, Trip


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one participant: days and meetings present, presentation held, follow-up answered."""

    days: int = 0
    preparation: bool = False
    follow_up: bool = False
    presented: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of the checklist."""

    text: str | Promise
    met: bool
    detail: str | Promise = ""


def days_needed(trip: Trip) -> int:
    """How many days of the trip count as enough: the percentage, rounded up."""
    return -(-len(trip.days) * trip.attendance_percent // 100)


def checklist(kind: str, trip: Trip, record: Record) -> list[Condition]:
    """The conditions for one kind of certificate. Pure."""
    needed, days = days_needed(trip), len(trip.days)
    present = Condition(
        ngettext(
            "Present on at least %(needed)d of the %(days)d days of the trip",
            "Present on at least %(needed)d of the %(days)d days of the trip",
            needed,
        )
        % {"needed": needed, "days": days},
        record.days >= needed,
        ngettext("%(n)d day ticked so far", "%(n)d days ticked so far", record.days) % {"n": record.days},
    )
    if kind == CertificateKind.ATTENDANCE:
        return [present]
    return [
        Condition(_("At least one preparation meeting attended"), record.preparation),
        present,
        Condition(_("Presentation held"), record.presented),
        Condition(_("Follow-up day attended, or its questions answered"), record.follow_up),
    ]


def opens_on(kind: str, trip: Trip) -> date:
    """The first day on which this kind may be issued."""
    return trip.returns_on if kind == CertificateKind.ATTENDANCE else trip.follow_up_on


def records(participations: Iterable[Participation]) -> dict[Any, Record]:
    """What is known of these participants, by participation id, in three queries."""
    ids = [p.pk for p in participations]
    present = Attendance.objects.filter(participation__in=ids, present=True).values_list(
        "participation", "on", "meeting__kind"
    )
    days: dict[Any, int] = dict.fromkeys(ids, 0)
    preparation, follow_up = set(), set()
    for pk, on, kind in present:
        if on:
            days[pk] += 1
        elif kind == MeetingKind.PREPARATION:
            preparation.add(pk)
        elif kind == MeetingKind.FOLLOW_UP:
            follow_up.add(pk)
    answered = FollowUp.objects.filter(participation__in=ids, answered_at__isnull=False)
    follow_up |= set(answered.values_list("participation", flat=True))
    held = Presentation.objects.filter(participation__in=ids, held_at__isnull=False)
    presented = set(held.values_list("participation", flat=True))
    return {pk: Record(days[pk], pk in preparation, pk in follow_up, pk in presented) for pk in ids}
