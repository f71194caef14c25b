"""Issuing and revoking."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from evaluations.certificates import code
from evaluations.certificates.conditions import Condition, Record, checklist, records
from evaluations.certificates.lifecycle import CERTIFICATE, CertificateKind
from evaluations.certificates.models import Certificate
from evaluations.certificates.permissions import can_correct_name, can_issue, can_revoke, is_holder, revoke_hats
from evaluations.lifecycle import Moment
from evaluations.models import GoalLevel
from exchange import clock
from exchange.history.actions import record as remember
from exchange.history.models import HistoryEntry
from exchange.outbox.actions import queue
from exchange.people.lifecycle import JobRole
from exchange.people.models import User
from exchange.transitions import perform
from exchange.trips.models import Attendance, Participation, ProgrammeKind, Trip, counted, in_hours
from exchange.trips.permissions import can_lead
from exchange.verdicts import CONFLICT, Refused, no, require

SCHEMA = 1
#: The deed of a lead who had another name printed.
NAME_CORRECTED = "participation.correct_name"
#: How many learning outcomes fit on the page.
OUTCOMES = 3


@transaction.atomic
def issue(*, participation: Participation, kind: str, by: User, overrule: str = "") -> Certificate:
    """Issue one certificate; a live one of the kind is returned as it is. Raises Refused when a condition misses."""
    trip = Trip.objects.select_for_update().get(pk=participation.trip_id)  # serials follow each other
    require(can_lead(by, trip))
    participation.refresh_from_db(fields=["printed_name", "status"])  # as it is now that nobody else changes it
    participation.trip = trip
    live = Certificate.objects.live().filter(participation=participation, kind=kind).first()
    if live:
        return live
    known: Record = records([participation])[participation.pk]
    conditions: list[Condition] = checklist(kind, trip, known)
    require(can_issue(by, participation, kind, conditions, overrule))
    now = clock.now()
    certificate = Certificate.objects.create(
        participation=participation,
        kind=kind,
        code=code.new(),
        serial=_serial(trip),
        facts=facts(participation, kind, by),
        issued_at=now,
        issued_by=by,
        overruled_reason=overrule if not all(c.met for c in conditions) else "",
    )
    remember(about=certificate, verb="certificate.issue", by=by, trip=trip, target="issued", reason=overrule)
    _tell(certificate, "issued", by)
    return certificate


def issue_all(*, trip: Trip, kind: str, by: User) -> list[Certificate]:
    """Issue to everybody who meets the conditions and has none yet."""
    require(can_lead(by, trip))
    travellers = list(trip.participations.active().select_related("trip", "user", "institution"))
    known = records(travellers)
    having = set(
        Certificate.objects.live()
        .filter(participation__in=travellers, kind=kind)
        .values_list("participation", flat=True)
    )
    ready = [p for p in travellers if p.pk not in having and all(c.met for c in checklist(kind, trip, known[p.pk]))]
    return [issue(participation=p, kind=kind, by=by) for p in ready]


@transaction.atomic
def revoke(*, certificate: Certificate, reason: str, by: User) -> Certificate:
    """Take a certificate out of force; its page says so from now on."""
    require(can_revoke(by, certificate))
    perform(
        CERTIFICATE,
        "revoke",
        certificate,
        hats=revoke_hats(by, certificate),
        by=by,
        reason=reason,
        revoked_at=clock.now(),
        revoked_by=by,
        revoked_reason=reason,
    )
    _tell(certificate, "revoked", by)
    return certificate


@transaction.atomic
def correct_name(*, participation: Participation, name: str, seen: str, reason: str, by: User) -> Participation:
    """Print another name than `seen` on the certificates to come; the traveller is told, with the reason."""
    participation.trip = Trip.objects.select_for_update().get(pk=participation.trip_id)  # as issuing does
    participation.refresh_from_db(fields=["printed_name", "status"])
    require(can_correct_name(by, participation))
    if participation.printed_name != seen or name == seen:
        now = {"name": participation.printed_name}
        raise Refused(no(_("Somebody was faster: the name is “%(name)s” now. Look again.") % now, CONFLICT))
    participation.printed_name = name
    participation.save(update_fields=["printed_name", "search_words"])
    deed = remember(about=participation, verb=NAME_CORRECTED, by=by, reason=reason)
    trip, traveller = participation.trip, participation.user
    queue(
        key=f"certificate:name:{deed.pk}",
        kind="certificates/name_corrected",
        to=traveller.email,
        recipient=traveller,
        language=traveller.language,
        trip=trip,
        by=by,
        reply_to=by.email,
        context={
            "name": traveller.get_short_name(),
            "before": seen,
            "after": name,
            "reason": reason,
            "who": str(by),
            "trip": trip,
            "url": settings.BASE_URL + reverse("certificates:mine", args=[trip.slug]),
        },
    )
    return participation


@transaction.atomic
def show_name(*, certificate: Certificate, shown: bool, by: User) -> Certificate:
    """The holder shows or hides the full name on the public page."""
    require(is_holder(by, certificate))
    certificate.show_name = shown
    certificate.save(update_fields=["show_name"])
    remember(about=certificate, verb="certificate.show_name" if shown else "certificate.hide_name", by=by)
    return certificate


def last_correction(participation: Participation) -> HistoryEntry | None:
    """When the name of a traveller was corrected last, by whom and why."""
    deeds = HistoryEntry.objects.filter(about_model="trips.participation", about_id=str(participation.pk))
    return deeds.filter(verb=NAME_CORRECTED).select_related("by").order_by("-at", "-pk").first()


def facts(participation: Participation, kind: str, by: User) -> dict[str, Any]:
    """Everything the certificate states, frozen: in both languages where they differ."""
    trip, user = participation.trip, by
    hours = _hours(participation, kind)
    return {
        "schema": SCHEMA,
        "name": participation.printed_name,
        "job_role": _both(lambda: str(JobRole(participation.job_role).label)),
        "institution": participation.institution.name,
        "trip": _both(lambda: str(trip.title)),
        "city": _both(lambda: str(trip.city)),
        "country": _both(lambda: str(trip.country)),
        "departs_on": trip.departs_on.isoformat(),
        "returns_on": trip.returns_on.isoformat(),
        "days": len(trip.days),
        "hosts": [row.host.name for row in trip.trip_hosts.select_related("host")],
        "hours": hours,
        "outcomes": _outcomes(participation) if kind == CertificateKind.CYCLE else [],
        "issuer": settings.ALLIANCE_NAME,
        "signer": str(user),
        "issued_on": clock.today().isoformat(),
        "base_url": settings.BASE_URL,
    }


def _both(label: Any) -> dict[str, str]:
    texts = {}
    for language in ("nl", "en"):
        with translation.override(language):
            texts[language] = label()
    return texts


def _hours(participation: Participation, kind: str) -> dict[str, Any]:
    """Clock hours by kind of programme on the days present; for the whole cycle also those asked before and after."""
    present = Attendance.objects.filter(participation=participation, present=True, on__isnull=False)
    trip = participation.trip
    items = list(trip.programme.filter(on__in=present.values("on")))
    minutes = counted(items)
    training = {"nl": "", "en": ""}
    for item in items:
        if item.kind == ProgrammeKind.TRAINING and item.minutes:
            training = {"nl": item.title_nl or item.title_en, "en": item.title_en or item.title_nl}
    around = trip.hours_before + trip.hours_after if kind == CertificateKind.CYCLE else 0
    return {
        "total": str(in_hours(minutes.total()) + around),
        "training": str(in_hours(minutes[ProgrammeKind.TRAINING])),
        "training_title": training,
        "visits": str(in_hours(minutes[ProgrammeKind.VISIT])),
    }


def _outcomes(participation: Participation) -> list[dict[str, str]]:
    """Learning outcomes reached (level 0 or more), in the holder's words: after a year, else at return."""
    levels = GoalLevel.objects.filter(
        goal__participation=participation, moment__in=[Moment.RETURN, Moment.ONE_YEAR], level__gte=0
    ).exclude(outcome="")
    best: dict[Any, GoalLevel] = {}
    for level in levels.order_by("goal__order", "scored_at"):
        if level.goal_id not in best or level.moment == Moment.ONE_YEAR:
            best[level.goal_id] = level
    return [{"text": level.outcome, "lang": level.language} for level in best.values()][:OUTCOMES]


def _serial(trip: Trip) -> str:
    """The next printed number, like 2025-SAF-0417. It looks nothing up."""
    prefix = f"{clock.today().year}-{trip.code}-"
    last = (
        Certificate.objects.filter(serial__startswith=prefix)
        .order_by("-serial")
        .values_list("serial", flat=True)
        .first()
    )
    return f"{prefix}{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"


def _tell(certificate: Certificate, what: str, by: User) -> None:
    participation = certificate.participation
    holder = participation.user
    queue(
        key=f"certificate:{what}:{certificate.pk}",
        kind=f"certificates/{what}",
        to=holder.email,
        recipient=holder,
        language=holder.language,
        trip=participation.trip,
        by=by,
        context={
            "name": holder.get_short_name(),
            "certificate": certificate,
            "trip": participation.trip,
            "url": settings.BASE_URL + reverse("certificates:mine", args=[participation.trip.slug]),
        },
    )
