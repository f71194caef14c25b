"""Everything becomes known at once, or not at all: publishing the selection, cancelling a trip."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.assessing.permissions import can_select
from applications.lifecycle import DECISION, DecisionKind
from applications.models import Application, Decision
from applications.selection.mail import cancellation_letter, decision_letter
from applications.selection.placing import backed, hold_places, lock
from applications.selection.seats import reply_by
from exchange import clock
from exchange.outbox.actions import queue_many
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.transitions import perform, perform_all
from exchange.trips.lifecycle import TRIP, TeamRole
from exchange.trips.models import Trip
from exchange.trips.permissions import can_cancel, can_lead, team_hats
from exchange.verdicts import CONFLICT, Refused, no, require


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that keeps the selection from being published; about one application or about all."""

    text: str
    application: Application | None = None


def to_publish(trip: Trip) -> list[Application]:
    """The standing applications with decision, phrases, manager's answer and membership; three queries."""
    found = Application.objects.filter(trip=trip).submitted().with_sent()
    found = found.select_related("user", "user__institution", "decision", "decision__proposed_by")
    return list(found.prefetch_related("decision__phrases__criterion").order_by("sent_name", "pk"))


def kind_of(application: Application) -> str:
    """What is proposed or decided; empty when nothing is."""
    decision = getattr(application, "decision", None)
    return decision.kind if decision else ""


def obstacles(trip: Trip, applications: list[Application]) -> Iterator[Obstacle]:
    """In words, everything between these proposals and their publication. No queries."""
    undecided = [one for one in applications if not kind_of(one)]
    selected = [one for one in applications if kind_of(one) == DecisionKind.SELECT]
    if undecided:
        text = ngettext(
            "%(count)s application has no decision yet.", "%(count)s applications have no decision yet.", len(undecided)
        )
        yield Obstacle(text % {"count": len(undecided)})
    if len(selected) > trip.places:
        text = _("%(count)s people are selected for %(places)s places.")
        yield Obstacle(text % {"count": len(selected), "places": trip.places})
    yield from _schools(trip, selected)
    for application in selected:
        if not (verdict := backed(application)):
            yield Obstacle(str(verdict.reason), application)


def _schools(trip: Trip, selected: list[Application]) -> Iterator[Obstacle]:
    names = {one.sent_school_id: one.sent_school for one in selected}
    for school, count in sorted(Counter(one.sent_school_id for one in selected).items(), key=lambda it: names[it[0]]):
        if count > trip.max_per_school:
            words = {"school": names[school], "count": count - trip.max_per_school, "most": trip.max_per_school}
            yield Obstacle(
                ngettext(
                    "%(school)s has %(count)s too many; the maximum is %(most)s.",
                    "%(school)s has %(count)s too many; the maximum is %(most)s.",
                    words["count"],
                )
                % words
            )


def letters(trip: Trip, applications: list[Application]) -> list[OutboxMessage]:
    """The letters as they will go out; the preview and the publication make them here."""
    deadline, lead = reply_by(trip, clock.now()), lead_address(trip)
    return [
        decision_letter(_with(one), trip, reply_by_at=deadline, reply_to=lead) for one in applications if kind_of(one)
    ]


def _with(application: Application) -> Decision:
    decision = application.decision
    decision.application = application
    return decision


def lead_address(trip: Trip) -> str:
    """Where answers to letters go: the first who leads the trip."""
    leads = trip.team.filter(role=TeamRole.LEAD).order_by("given_at", "pk")
    return leads.values_list("user__email", flat=True).first() or ""


def published_already(trip: Trip) -> Refused:
    """What the second of two is told."""
    at = trip.published_at.astimezone(clock.HOME)
    words = {"name": trip.published_by, "day": date_format(at, "j F"), "time": date_format(at, "TIME_FORMAT")}
    return Refused(no(_("Already published by %(name)s on %(day)s, %(time)s.") % words, CONFLICT))


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
    now, hats = clock.now(), team_hats(by, fresh)
    counts = dict(Counter(kind_of(one) for one in applications))
    perform(TRIP, "publish", trip, hats=hats, by=by, facts=counts, published_at=now, published_by=by)
    decisions = [_with(one) for one in applications]
    perform_all(DECISION, "publish", decisions, hats=hats, by=by, trip=trip, published_at=now, published_by=by)
    selected = [one for one in applications if kind_of(one) == DecisionKind.SELECT]
    hold_places(trip=fresh, applications=selected, by=by)
    queue_many(messages=letters(trip, applications))
    return trip


def concerned(trip: Trip) -> list[User]:
    """Everybody who applied or travels; each once. Not those who withdrew, nor drafts."""
    applied = Q(applications__trip=trip, applications__status="submitted")
    travels = Q(participations__trip=trip, participations__status="active")
    return list(User.objects.filter(applied | travels).distinct().order_by("pk"))


@transaction.atomic
def cancel_trip(*, trip: Trip, reason: str, by: User) -> Trip:
    """The trip does not take place: everybody who applied or travels gets one letter; every other verb refuses."""
    fresh = lock(trip)
    require(can_cancel(by, fresh))
    people = concerned(trip)
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
    queue_many(messages=[cancellation_letter(one, trip) for one in people])
    return trip
