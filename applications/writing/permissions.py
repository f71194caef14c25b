"""Questions about writing and sending one's own application."""

from django.utils.translation import gettext_lazy as _

from applications.lifecycle import APPLICATION
from applications.models import Application
from applications.permissions import applicant_hats, late_until, still_taken, window
from exchange import clock
from exchange.lifecycle import Hat
from exchange.people.models import User
from exchange.transitions import may
from exchange.trips.models import Trip
from exchange.trips.permissions import team_hats
from exchange.verdicts import CONFLICT, Verdict, no

MAX_GOALS = 4


def can_apply(user: User, trip: Trip) -> Verdict:
    """Anybody with an account, while the call is open, except who runs the trip: they go along without applying."""
    if team_hats(user, trip) & {Hat.LEAD, Hat.COMPANION}:
        return no(_("You are in the team of this trip. You go along without applying."))
    return still_taken(user, trip, clock.now())


def can_write(user: User, trip: Trip, application: Application | None) -> Verdict:
    """Write in the own draft until closing; a sent application is revised the same way, a withdrawn one is not."""
    if application and application.user_id != user.pk:
        return no(_("This is not your application."))
    verdict = can_apply(user, trip)
    if verdict and application and application.status == "withdrawn":
        return no(_("You withdrew this application. Undo that first, then you can write on."), CONFLICT)
    return verdict


def can_open(user: User, trip: Trip, application: Application | None) -> Verdict:
    """See the form: as `can_write`, but nobody begins in the grace, which is for what was begun in time."""
    verdict = can_write(user, trip, application)
    if verdict and application is None and not (told := window(trip, clock.now())) and not late_until(user, trip):
        return told
    return verdict


def can_submit(user: User, application: Application) -> Verdict:
    """Send, or send again, until closing. Whether anything is missing is asked by the action."""
    verdict = can_write(user, application.trip, application)
    name = "submit" if application.status == "draft" else "revise"
    return verdict and may(APPLICATION, name, application, applicant_hats(user, application))


def can_withdraw(user: User, application: Application) -> Verdict:
    """Until closing."""
    verdict = may(APPLICATION, "withdraw", application, applicant_hats(user, application))
    return verdict and still_taken(user, application.trip, clock.now())


def can_reinstate(user: User, application: Application) -> Verdict:
    """Until closing."""
    verdict = may(APPLICATION, "reinstate", application, applicant_hats(user, application))
    return verdict and still_taken(user, application.trip, clock.now())
