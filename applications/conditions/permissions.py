"""Who sets the conditions of a trip, and who decides about them."""

from django.utils.translation import gettext_lazy as _

from applications.models import Application
from exchange import clock
from exchange.people.models import User
from exchange.trips.models import Trip
from exchange.trips.permissions import can_change
from exchange.verdicts import CONFLICT, YES, Verdict, no


def can_set_conditions(user: User, trip: Trip) -> Verdict:
    """The lead, until the call opens: who writes must know what is asked."""
    verdict = can_change(user, trip)
    if verdict and trip.announced_at and trip.opens_at and clock.now() >= trip.opens_at:
        return no(_("The call has opened: people apply under these conditions, so they stay."), CONFLICT)
    return verdict


def can_rule(user: User, application: Application) -> Verdict:
    """The lead decides about the conditions until the publication, of what stands; never on the own application."""
    verdict = can_change(user, application.trip)
    if not verdict:
        return verdict
    if application.user_id == user.pk:
        return no(_("This is your own application."))
    if application.status != "submitted":
        return no(_("Only an application that stands can be decided on: this one is not sent, or withdrawn."), CONFLICT)
    if application.trip.published_at:
        return no(_("The selection is published; decisions about the conditions stay as they were."), CONFLICT)
    return YES
