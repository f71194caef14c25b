"""Who may be let in after closing, and by whom."""

from django.utils.translation import gettext_lazy as _

from applications.lifecycle import ADMISSION
from applications.models import Admission, Application
from applications.permissions import still_taken
from exchange import clock
from exchange.people.models import User
from exchange.transitions import Moved
from exchange.trips.models import Trip
from exchange.trips.permissions import can_change, going
from exchange.verdicts import CONFLICT, GONE, YES, Verdict, no


def can_ask_admission(user: User, application: Application) -> Verdict:
    """The author of a draft that the deadline caught, once, until the selection is published."""
    if application.user_id != user.pk:
        return no(_("This is not your application."))
    trip = application.trip
    if trip.cancelled_at:
        return going(trip)
    if application.status != "draft":
        return no(_("Your application was sent, so there is nothing to ask."), CONFLICT)
    if still_taken(user, trip, clock.now()):
        return no(_("You can still send it yourself."), CONFLICT)
    if trip.published_at:
        return no(_("The selection is published; nobody can be admitted any more."), GONE)
    if Admission.objects.filter(application=application).exists():
        return no(_("You asked this already. The team answers by mail."), CONFLICT)
    return YES


def can_give_late_access(user: User, trip: Trip) -> Verdict:
    """The lead, between announcing and publishing."""
    verdict = can_change(user, trip)
    if not verdict:
        return verdict
    if not trip.announced_at:
        return no(_("The trip is not announced yet; move the closing moment with the other dates."), CONFLICT)
    if trip.published_at:
        return no(_("The selection is published; the call stays closed."), CONFLICT)
    return YES


def can_admit(user: User, admission: Admission, *names: str) -> Verdict:
    """The lead answers a request that is still open, but not the own one. `names`: with which transition."""
    application = admission.application
    verdict = can_give_late_access(user, application.trip)
    if not verdict:
        return verdict
    if application.user_id == user.pk:
        return no(_("This is your own application."))
    if admission.status != "asked":
        return Moved(ADMISSION, admission, *names).verdict
    if application.status != "draft":
        return no(_("The author sent it in the meantime."), CONFLICT)
    return YES
