"""When a trip moves: applicants hear of it, and managers are asked again, since they signed for the days."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import ngettext

from applications.endorsing.actions import ask_again_all, give_until
from applications.lifecycle import ANSWERED, DecisionKind
from applications.lines import settle
from applications.models import Application, Endorsement, LateAccess, Offer
from applications.moving import mail
from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.some import Some, counted
from exchange.trips.models import Trip
from exchange.trips.moving import NAMED, Move, Told, last_moment
from exchange.trips.permissions import can_move
from exchange.verdicts import require


def waiting(trip: Trip) -> QuerySet[Application]:
    """Whoever wrote or sent an application and still counts on the trip, but for those who travel already."""
    if clock.today() >= trip.departs_on:
        return Application.objects.none()
    rows = Application.objects.filter(trip=trip, user__is_active=True)
    rows = rows.exclude(user__in=trip.participations.values("user"))
    if trip.published_at:
        declined = Offer.objects.filter(application=OuterRef("pk"), status="declined")
        told = rows.filter(decision__published_at__isnull=False, status="submitted")
        return told.filter(~Exists(declined)).exclude(decision__kind=DecisionKind.NOT_SELECTED)
    if clock.now() < trip.closes_at:
        return rows.filter(status__in=["draft", "submitted"])
    # What the closing caught is sent no more, unless the team lets somebody in or is asked to.
    late = LateAccess.objects.filter(trip=trip, email__iexact=OuterRef("user__email"), until_at__gt=clock.now())
    let_in = Q(admission__status="asked") | Exists(late)
    return rows.filter(Q(status="submitted") | Q(status="draft") & let_in)


def to_sign_again(trip: Trip) -> QuerySet[Endorsement]:
    """The requests and answers that stand for the old days, of everybody who may still go."""
    asked = Endorsement.objects.current().filter(
        application__trip=trip, application__status="submitted", application__user__is_active=True
    )
    if not trip.published_at:
        return asked
    going = Q(application__user__in=trip.participations.active().values("user"))
    going |= Q(application__in=waiting(trip).values("pk"))
    # After the publication: answers that stand, and who was asked again before. Whichever way it was answered, or an
    # applicant could tell a refusal by the letter that says nothing about the manager.
    return asked.filter(going).filter(Q(status__in=ANSWERED) | Q(pk__in=still_asked(trip).order_by().values("pk")))


def still_asked(trip: Trip) -> QuerySet[Endorsement]:
    """Managers who have yet to answer."""
    return Endorsement.objects.to_answer().filter(application__trip=trip)


def promised(trip: Trip) -> QuerySet[Endorsement]:
    """What the schools of those who travelled promised, and whose contact should know of another day afterwards."""
    rows = Endorsement.objects.promised().filter(application__user__is_active=True)
    return rows.filter(application__trip=trip, application__user__in=trip.participations.active().values("user"))


def before_departure(move: Move) -> bool:
    """Whether the trip has still to leave; afterwards what was signed is done, and nobody signs again."""
    return clock.today() < move.before["departs_on"]


def told_of_move(move: Move, by: User) -> Iterator[Told]:
    """Applicants, managers who must sign again, and those for whom only a day or a moment changes."""
    trip = move.trip
    if tells_applicants(move):
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


def tells_applicants(move: Move) -> bool:
    """Whether anything changes that applicants were told: a day to keep free, or the one on which they hear."""
    return move.days_change or "letters_on" in move.changed


def managers(move: Move) -> QuerySet[Endorsement]:
    """The requests to managers that a move concerns."""
    if not move.days_change:
        asked = still_asked(move.trip).filter(due_at=move.before["endorse_by_at"])
        return asked if "endorse_by_at" in move.changed else asked.none()
    return to_sign_again(move.trip) if before_departure(move) else promised(move.trip)


def answer_before_departure(trip: Trip) -> None:
    """No offer stays open beyond the new departure."""
    last = last_moment(trip, clock.now())
    late = list(Offer.objects.open().filter(application__trip=trip, reply_by_at__gt=last))
    Offer.objects.filter(pk__in=[one.pk for one in late]).update(reply_by_at=last)
    settle(*(one.application_id for one in late))


@transaction.atomic
def after_move(*, move: Move, reason: str, by: User) -> list[OutboxMessage]:
    """Ask managers again; the letters that say so and that tell applicants. Called by `trips.actions.move_trip`."""
    trip = move.trip
    require(can_move(by, trip))
    found = waiting(trip).select_related("trip", "user").prefetch_related("offers")
    if not move.days_change:
        told = give_until(trip=trip, before=move.before["endorse_by_at"], reason=reason) if managers(move) else []
        return [*(mail.moved(one, move, reason, asked=False) for one in found if tells_applicants(move)), *told]
    concerned = list(managers(move).select_related("application__trip", "application__user", "submission__institution"))
    signs = before_departure(move)
    asked = {one.application_id for one in concerned} if signs else set()
    if signs:
        told = ask_again_all(trip=trip, current=concerned)
    else:
        told = [mail.other_day(one, move, reason) for one in concerned]
    answer_before_departure(trip)
    return [*(mail.moved(one, move, reason, asked=one.pk in asked) for one in found), *told]
