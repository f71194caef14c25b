"""Everything becomes known at once, or not at all: publishing the selection, cancelling a trip."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.assessing.permissions import can_select
from applications.lifecycle import BACKED, DECISION, UNDECIDED, DecisionKind
from applications.lines import settle
from applications.models import Anchor, Application, Decision, LineQuerySet, Ruling
from applications.selection.mail import cancellation_letter, decision_letter
from applications.selection.placing import backed, hold_places, lock
from applications.selection.seats import reply_by
from exchange import clock
from exchange.outbox.actions import queue_many
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.some import first
from exchange.transitions import perform, perform_all, too_late
from exchange.trips.lifecycle import TRIP
from exchange.trips.models import Trip
from exchange.trips.permissions import can_cancel, can_lead, team_hats
from exchange.trips.requests import CANCEL, PUBLISH, end_requests, open_requests, require_answered
from exchange.verdicts import CONFLICT, Refused, no, require

#: So many of those who are not ready are named on a page.
NOT_READY = 20


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that keeps the selection from being published; about one application or about all."""

    text: str
    application: Application | None = None
    url: str = ""


def to_publish(trip: Trip, ids: Sequence[UUID] | None = None) -> list[Application]:
    """The standing applications, or these of them, with decision, phrases, manager's answer and membership."""
    found = Application.objects.filter(trip=trip).submitted().with_sent()
    if ids is not None:
        found = found.filter(pk__in=ids)
    found = found.select_related("user", "user__institution", "decision", "decision__proposed_by")
    phrases = Prefetch("decision__phrases", Anchor.objects.select_related("criterion"))
    return list(found.prefetch_related(phrases).order_by("sent_name", "pk"))


def kind_of(application: Application) -> str:
    """What is proposed or decided; empty when nothing is."""
    decision = getattr(application, "decision", None)
    return decision.kind if decision else ""


def obstacles(trip: Trip, applications: list[Application]) -> Iterator[Obstacle]:
    """In words, everything between these proposals and their publication. No queries."""
    selected = [one for one in applications if kind_of(one) == DecisionKind.SELECT]
    names = {one.sent_school_id: one.sent_school for one in selected}
    counts = Counter(one.sent_school_id for one in selected)
    schools = [(names[pk], count) for pk, count in counts.items()]
    yield from _counted(trip, sum(not kind_of(one) for one in applications), schools)
    yield from _not_ready(selected)


def tally(lines: LineQuerySet) -> list[dict[str, Any]]:
    """Of every school how many applications have which decision, UNDECIDED among them; one query."""
    # In the order of the index: then the database counts as it reads.
    counted = lines.order_by().values_list("decided", "school", "school_name").annotate(n=Count("pk"))
    schools: dict[Any, dict[str, Any]] = {}
    for kind, pk, name, n in counted:
        bare = {"school": pk, "school_name": name, UNDECIDED: 0} | dict.fromkeys(DecisionKind.values, 0)
        schools.setdefault(pk, bare)[kind or UNDECIDED] = n
    return sorted(schools.values(), key=lambda one: one["school_name"])


def obstacles_seen(trip: Trip, lines: LineQuerySet, schools: list[dict[str, Any]]) -> Iterator[Obstacle]:
    """The same for a page, from the lines and their `tally`: of those selected the first whom something keeps."""
    selected = [(one["school_name"], one[DecisionKind.SELECT]) for one in schools]
    yield from (Obstacle(str(one.text), url=one.url) for one in open_requests(trip, PUBLISH) if not one.settled)
    yield from _counted(trip, sum(one[UNDECIDED] for one in schools), selected)
    certain = Q(user__membership_by_domain=True) | Q(user__membership_confirmed_at__isnull=False)
    ready = Q(backing__in=BACKED, user__institution__isnull=False) & certain
    ready &= ~Q(application__ruling=Ruling.NOT_ELIGIBLE)
    kept = first(lines.filter(~ready, decided=DecisionKind.SELECT).order_by("sort_name", "pk"), NOT_READY)
    found = Application.objects.filter(line__in=[one.pk for one in kept.rows]).with_sent()
    yield from _not_ready(found.select_related("user").order_by("sent_name", "pk"))
    if kept.more:
        text = ngettext(
            "%(count)s more person who is selected can't be published yet.",
            "%(count)s more people who are selected can't be published yet.",
            kept.more,
        )
        yield Obstacle(text % {"count": kept.more})


def _counted(trip: Trip, undecided: int, schools: list[tuple[str, int]]) -> Iterator[Obstacle]:
    """What the numbers say; `schools` as (name, selected)."""
    selected = sum(count for _name, count in schools)
    if undecided:
        text = ngettext(
            "%(count)s application has no decision yet.", "%(count)s applications have no decision yet.", undecided
        )
        yield Obstacle(text % {"count": undecided})
    if selected > trip.places:
        text = ngettext(
            "%(count)s people are selected for one place.",
            "%(count)s people are selected for %(places)s places.",
            trip.places,
        )
        yield Obstacle(text % {"count": selected, "places": trip.places})
    for name, count in sorted(schools):
        if (over := count - trip.max_per_school) > 0:
            text = ngettext(
                "%(school)s has %(count)s too many; the maximum is %(most)s.",
                "%(school)s has %(count)s too many; the maximum is %(most)s.",
                over,
            )
            yield Obstacle(text % {"school": name, "count": over, "most": trip.max_per_school})


def _not_ready(selected: Iterable[Application]) -> Iterator[Obstacle]:
    for application in selected:
        if not (verdict := backed(application)):
            yield Obstacle(str(verdict.reason), application)


def letters(trip: Trip, applications: list[Application], deadline: datetime) -> list[OutboxMessage]:
    """The letters as they will go out; the preview and the publication make them here."""
    return [decision_letter(_with(one), trip, reply_by_at=deadline) for one in applications if kind_of(one)]


def _with(application: Application) -> Decision:
    decision = application.decision
    decision.application = application
    return decision


def published_already(trip: Trip) -> Refused:
    """What the second of two is told."""
    at = trip.published_at.astimezone(clock.HOME)
    words = {"name": trip.published_by, "day": date_format(at, "j F"), "time": date_format(at, "TIME_FORMAT")}
    return Refused(too_late(TRIP, trip, _("Already published by %(name)s on %(day)s, %(time)s.") % words, "publish"))


@transaction.atomic
def publish_selection(*, trip: Trip, by: User) -> Trip:
    """Make all decisions known together: once per trip, with one letter for each person and an offer for who goes."""
    fresh = lock(trip)
    require(can_lead(by, fresh))
    if fresh.published_at:
        raise published_already(fresh)
    require(can_select(by, fresh))
    applications = to_publish(fresh)
    if not applications:
        raise Refused(no(_("Nobody has applied, so there is nothing to publish."), CONFLICT))
    if found := list(obstacles(fresh, applications)):
        raise Refused(no(" ".join(one.text for one in found), CONFLICT))
    ends = require_answered(fresh, PUBLISH)
    now, hats = clock.now(), team_hats(by, fresh)
    counts = dict(Counter(kind_of(one) for one in applications))
    perform(TRIP, "publish", trip, hats=hats, by=by, facts=counts, published_at=now, published_by=by)
    decisions = [_with(one) for one in applications]
    perform_all(DECISION, "publish", decisions, hats=hats, by=by, trip=trip, published_at=now, published_by=by)
    selected = [one for one in applications if kind_of(one) == DecisionKind.SELECT]
    prefetch_related_objects(selected, "offers")
    offers = hold_places(trip=fresh, wanted=selected, by=by)
    settle(*applications)
    told = letters(trip, applications, offers[0].reply_by_at if offers else reply_by(trip, now))
    queue_many(messages=[*told, *(end_requests(trip, PUBLISH, by) if ends else ())])
    return trip


def concerned(trip: Trip) -> QuerySet[User]:
    """Everybody who applied or travels; each once. Not those who withdrew, nor drafts."""
    applied = Q(applications__trip=trip, applications__status="submitted")
    travels = Q(participations__trip=trip, participations__status="active")
    return User.objects.filter(applied | travels).distinct().order_by("pk")


@transaction.atomic
def cancel_trip(*, trip: Trip, reason: str, by: User) -> Trip:
    """The trip does not take place: everybody who applied or travels gets one letter; every other verb refuses."""
    fresh = lock(trip)
    require(can_cancel(by, fresh))
    people = list(concerned(trip))
    perform(
        TRIP,
        "cancel",
        trip,
        hats=team_hats(by, trip),
        by=by,
        reason=reason,
        facts={"letters": len(people)},
        cancelled_at=clock.now(),
        cancelled_by=by,
        cancel_reason=reason,
    )
    queue_many(messages=[*(cancellation_letter(one, trip) for one in people), *end_requests(trip, CANCEL, by)])
    return trip
