"""Places: `give_places` guards them on every path, whoever asks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.lifecycle import BACKED, OFFER, DecisionKind
from applications.lines import settle
from applications.models import Application, Decision, Offer, Ruling
from applications.selection.mail import offer_letter, retraction_letter
from applications.selection.permissions import can_place, can_retract
from applications.selection.seats import Seats, reply_by, seats_of
from exchange import clock
from exchange.history.actions import record_all
from exchange.lifecycle import Hat
from exchange.outbox.actions import queue_many
from exchange.people.models import User
from exchange.transitions import perform, perform_all
from exchange.trips.models import Trip
from exchange.trips.permissions import can_change, team_hats
from exchange.verdicts import CONFLICT, YES, Refused, Verdict, no, require


def lock(trip: Trip) -> Trip:
    """Hold the trip's row until the transaction ends, so that places are given one after another.

    On SQLite a transaction is IMMEDIATE and holds the whole file, so the row needs no lock of its own.
    """
    return Trip.objects.select_for_update().get(pk=trip.pk)


@transaction.atomic
def give_place(*, trip: Trip, application: Application, by: User, from_reserve: bool = False) -> Offer:
    """Hold one place for one person. The only way to a place, with `give_places`."""
    return give_places(trip=trip, applications=[application], by=by, from_reserve=from_reserve)[0]


@transaction.atomic
def give_places(
    *, trip: Trip, applications: Sequence[Application], by: User, from_reserve: bool = False
) -> list[Offer]:
    """Hold a place for each, all or none: places, the maximum per school, endorsement and membership are checked here.

    Locks the trip, so that two who give the last place find out about each other.
    """
    trip = lock(trip)
    wanted = ready_for_place(trip, [application.pk for application in applications])
    made = hold_places(trip=trip, wanted=wanted, by=by, from_reserve=from_reserve)
    settle(*applications)
    return made


def hold_places(*, trip: Trip, wanted: Sequence[Application], by: User, from_reserve: bool = False) -> list[Offer]:
    """What `give_places` does, for who has locked the trip, read what the guard needs, and settles the lines."""
    require(can_change(by, trip))
    now = clock.now()
    seats = seats_of(trip, now)
    for application in wanted:
        require(place_for(application, seats, now))
        seats.take(application.sent_school_id)
    expired = [offer for application in wanted for offer in application.offers.all() if offer.status == "open"]
    perform_all(OFFER, "retract", expired, hats={Hat.HOUSE}, trip=trip, answered_at=now)
    deadline = reply_by(trip, now)
    made = [
        Offer(application=one, made_at=now, made_by=by, reply_by_at=deadline, from_reserve=from_reserve)
        for one in wanted
    ]
    Offer.objects.bulk_create(made)
    record_all(about=made, verb="offer.make", by=by, trip=trip, target="open")
    return made


def ready_for_place(trip: Trip, ids: Sequence[UUID]) -> list[Application]:
    """The applications with what the guard needs to know, in the order asked; they must be of this trip."""
    found = (
        Application.objects.filter(trip=trip, pk__in=ids)
        .with_sent()
        .select_related("user", "user__institution", "decision", "trip")
        .prefetch_related("offers")
    )
    by_id = {application.pk: application for application in found}
    if len(by_id) != len(set(ids)):
        raise Refused(no(_("One of these applications does not belong to this trip."), CONFLICT))
    return [by_id[one] for one in ids]


def place_for(application: Application, seats: Seats, now: datetime) -> Verdict:
    """Whether one more place may go to this person, with the reason in words."""
    name = application.sent_name
    if not (verdict := standing_of(application)):
        return verdict
    if application.user_id in seats.people:
        gone = seats.people[application.user_id] != "active"
        text = _("%(name)s gave the place back.") if gone else _("%(name)s has a place already.")
        return no(text % {"name": name}, CONFLICT)
    if any(offer.status == "open" and not offer.expired(now) for offer in application.offers.all()):
        return no(_("%(name)s has an open offer already.") % {"name": name}, CONFLICT)
    if not seats.free:
        full = ngettext("The only place is taken.", "All %(count)s places are taken.", seats.places)
        return no(full % {"count": seats.places}, CONFLICT)
    if not seats.room_for(application.sent_school_id):
        words = {"school": application.sent_school, "most": seats.most}
        full = ngettext("%(school)s has its one place.", "%(school)s has its maximum of %(most)s places.", seats.most)
        return no(full % words, CONFLICT)
    return backed(application)


def standing_of(application: Application) -> Verdict:
    """Whether it is sent and was published as selected or reserve."""
    decision = getattr(application, "decision", None)
    if application.status == "draft":
        return no(_("%(name)s sent nothing.") % {"name": application.user}, CONFLICT)
    if application.status != "submitted":
        return no(_("%(name)s withdrew the application.") % {"name": application.sent_name}, CONFLICT)
    if not decision or not decision.published_at or decision.kind == DecisionKind.NOT_SELECTED:
        return no(_("%(name)s is neither selected nor reserve.") % {"name": application.sent_name}, CONFLICT)
    return YES


def backed(application: Application) -> Verdict:
    """Whether the manager endorsed it, the membership of the school is certain and nobody ruled it out."""
    name = application.sent_name
    if application.ruling == Ruling.NOT_ELIGIBLE:
        return no(_("The lead decided that %(name)s does not meet the conditions.") % {"name": name}, CONFLICT)
    if application.backing not in BACKED:
        return no(_("%(name)s has no endorsement of a manager yet.") % {"name": name}, CONFLICT)
    if not application.user.membership_confirmed:
        return no(_("Nobody has confirmed that %(name)s works at the school.") % {"name": name}, CONFLICT)
    return YES


@transaction.atomic
def offer_place(*, application: Application, by: User) -> Offer:
    """Fill a free place: an offer and a letter. For reserves, and for selected people whose offer lapsed."""
    require(can_place(by, application.trip))
    reserve = Decision.objects.filter(application=application, kind=DecisionKind.RESERVE).exists()
    offer = give_place(trip=application.trip, application=application, by=by, from_reserve=reserve)
    queue_many(messages=[offer_letter(offer)])
    return offer


@transaction.atomic
def retract_offer(*, offer: Offer, reason: str, by: User) -> Offer:
    """Take back an offer that nobody answered; the person is told why."""
    require(can_retract(by, offer))
    trip = offer.application.trip
    perform(OFFER, "retract", offer, hats=team_hats(by, trip), by=by, reason=reason, trip=trip, answered_at=clock.now())
    settle(offer.application_id)
    queue_many(messages=[retraction_letter(offer, reason, by)])
    return offer
