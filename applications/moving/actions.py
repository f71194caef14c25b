"""When a trip moves: applicants hear of it, and managers are asked again, since they signed for the days."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import ngettext

from applications.endorsing.actions import ask_again_all, give_until
from applications.lifecycle import ANSWERED, BACKED, DecisionKind
from applications.models import Application, Endorsement, Offer
from applications.moving import mail
from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.some import Some, counted
from exchange.trips.models import Trip
from exchange.trips.moving import NAMED, Move, Told
from exchange.trips.permissions import can_move
from exchange.verdicts import require


def waiting(trip: Trip) -> QuerySet[Application]:
    """Whoever wrote or sent an application and still counts on the trip, but for those who travel already."""
    if clock.today() >= trip.departs_on:
        return Application.objects.none()
    rows = Application.objects.filter(trip=trip, user__is_active=True).exclude(
        user__in=trip.participations.active().values("user")
    )
    if not trip.published_at:
        # What the closing caught is sent no more, unless the team says so.
        caught = clock.now() >= trip.closes_at
        return rows.filter(status__in=["submitted"] if caught else ["draft", "submitted"])
    reserve = Q(decision__kind=DecisionKind.RESERVE, decision__published_at__isnull=False)
    holds = Q(pk__in=_offered(trip))
    return rows.filter(reserve | holds, status="submitted")


def _offered(trip: Trip) -> QuerySet:
    """The applications that hold an open offer."""
    return Offer.objects.open().filter(application__trip=trip).order_by().values("application")


def to_sign_again(trip: Trip) -> QuerySet[Endorsement]:
    """The requests and answers that stand for the old days, of everybody who may still go."""
    asked = Endorsement.objects.current().filter(application__trip=trip, application__status="submitted")
    if not trip.published_at:
        return asked
    going = Q(application__user__in=trip.participations.active().values("user"))
    going |= Q(application__in=waiting(trip).values("pk"))
    # After the publication: answers that stand, and who was asked again before. Whichever way it was answered, or an
    # applicant could tell a refusal by the letter that says nothing about the manager.
    return asked.filter(going).filter(Q(status__in=ANSWERED) | Q(pk__in=still_asked(trip).order_by().values("pk")))


def still_asked(trip: Trip) -> QuerySet[Endorsement]:
    """Managers who have yet to answer, for whom only the last moment changes."""
    return Endorsement.objects.to_answer().filter(application__trip=trip)


def promised(trip: Trip) -> QuerySet[Endorsement]:
    """What the schools of those who travelled promised, and whose contact should know of another day afterwards."""
    rows = Endorsement.objects.current().filter(status__in=BACKED)
    return rows.filter(application__trip=trip, application__user__in=trip.participations.active().values("user"))


def before_departure(move: Move) -> bool:
    """Whether the trip has still to leave; afterwards what was signed is done, and nobody signs again."""
    return clock.today() < move.before["departs_on"]


def told_of_move(move: Move, by: User) -> Iterator[Told]:
    """Applicants, managers who must sign again, and those for whom only a day or a moment changes."""
    trip = move.trip
    if move.days_change:
        found = counted(waiting(trip).select_related("user").order_by("user__name", "pk"), NAMED)
        text = ngettext("%(n)s applicant", "%(n)s applicants", found.total)
        yield from _named(text, found, [one.user for one in found.rows])
    found = counted(managers(move).select_related("application__user").order_by("manager_name", "pk"), NAMED)
    people = [f"{one.manager_name} ({one.application.user})" for one in found.rows]
    signs = move.days_change and before_departure(move)
    if signs:
        text = ngettext("%(n)s manager is asked to sign again", "%(n)s managers are asked to sign again", found.total)
    elif move.days_change:
        text = ngettext("%(n)s contact at a school", "%(n)s contacts at schools", found.total)
    else:
        text = ngettext("%(n)s manager has still to answer", "%(n)s managers have still to answer", found.total)
    yield from _named(text, found, people, signs=signs)


def _named(text: str, found: Some, people: list[Any], *, signs: bool = False) -> Iterator[Told]:
    if found:
        yield Told(text % {"n": found.total}, Some(people, found.more), signs)


def managers(move: Move) -> QuerySet[Endorsement]:
    """The requests to managers that a move concerns."""
    if not move.days_change:
        return still_asked(move.trip)
    return to_sign_again(move.trip) if before_departure(move) else promised(move.trip)


@transaction.atomic
def after_move(*, move: Move, reason: str, by: User) -> list[OutboxMessage]:
    """Ask managers again; the letters that say so and that tell applicants. Called by `trips.actions.move_trip`."""
    trip = move.trip
    require(can_move(by, trip))
    if not move.days_change:
        return give_until(trip=trip, before=move.before["endorse_by_at"], reason=reason)
    concerned = list(managers(move).select_related("application__trip", "application__user", "submission__institution"))
    signs = before_departure(move)
    asked = {one.application_id for one in concerned} if signs else set()
    letters = [
        mail.moved(one, move, reason, asked=one.pk in asked) for one in waiting(trip).select_related("trip", "user")
    ]
    if signs:
        return letters + ask_again_all(trip=trip, current=concerned)
    return letters + [mail.other_day(one, move, reason) for one in concerned]
