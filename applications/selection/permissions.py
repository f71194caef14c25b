"""Questions about decisions, offers and the place that is held."""

from django.utils.translation import gettext_lazy as _

from applications.assessing.permissions import can_select
from applications.lifecycle import OFFER
from applications.models import Application, Offer
from applications.permissions import applicant_hats
from exchange import clock
from exchange.lifecycle import Hat
from exchange.people.models import User
from exchange.transitions import may, too_late
from exchange.trips.lifecycle import PARTICIPATION
from exchange.trips.models import Participation, Trip
from exchange.trips.permissions import can_change, can_lead, going
from exchange.verdicts import CONFLICT, GONE, YES, Verdict, no
from exchange.words import moment


def can_answer(user: User, offer: Offer, name: str) -> Verdict:
    """Confirm or decline (`name`) an offer that is open and not expired."""
    trip = offer.application.trip
    verdict = may(OFFER, name, offer, applicant_hats(user, offer.application))
    if not verdict:
        return verdict
    if trip.cancelled_at:
        return going(trip)
    if offer.expired(clock.now()) or clock.today() >= trip.departs_on:
        return no(_("You could answer until %(when)s.") % {"when": moment(offer.reply_by_at)}, GONE)
    return YES


def can_give_back(user: User, participation: Participation) -> Verdict:
    """A participant gives the place back until the day of return."""
    trip = participation.trip
    hats = frozenset({Hat.OWNER}) if participation.user_id == user.pk else frozenset()
    verdict = may(PARTICIPATION, "cancel", participation, hats)
    if not verdict:
        return verdict
    if trip.cancelled_at:
        return going(trip)
    if clock.today() > trip.returns_on:
        return no(_("The trip is over. A place can be given back until the day of return."), GONE)
    return YES


def can_decide(user: User, application: Application) -> Verdict:
    """The lead, but never on the own application and not where somebody stays out."""
    verdict = can_select(user, application.trip)
    if not verdict:
        return verdict
    if application.user_id == user.pk:
        return no(_("This is your own application."))
    if application.status != "submitted":
        return no(_("Only an application that stands can be decided on: this one is not sent, or withdrawn."), CONFLICT)
    if any(row.user_id == user.pk for row in application.recusals.all()):
        return no(_("You stay out of this application, so somebody else decides."))
    return YES


def can_place(user: User, trip: Trip) -> Verdict:
    """The lead offers places after the publication, until the day of departure."""
    verdict = can_change(user, trip)
    if not verdict:
        return verdict
    if not trip.published_at:
        return no(_("Places are offered with the publication, not before."), CONFLICT)
    if clock.today() >= trip.departs_on:
        return no(_("The trip leaves today or has left. No more places can be offered."), CONFLICT)
    return YES


def can_retract(user: User, offer: Offer) -> Verdict:
    """The lead takes back an offer that nobody answered."""
    verdict = can_lead(user, offer.application.trip)
    if verdict and offer.status != "open":
        return too_late(OFFER, offer, _("This offer has been answered or taken back already."), "retract")
    return verdict
