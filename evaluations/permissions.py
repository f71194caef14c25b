"""Questions about what participants report: each has its own window, and every window its own words."""

from datetime import datetime
from uuid import UUID

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from evaluations.lifecycle import Moment, follow_up_open, follow_up_opens_on, has_returned
from exchange.lifecycle import Hat
from exchange.people.models import User
from exchange.trips.models import Participation, Trip
from exchange.trips.permissions import going, team_hats
from exchange.verdicts import CONFLICT, GONE, YES, Verdict, no

ACCOMPANY = frozenset({Hat.LEAD, Hat.COMPANION})
NOT_YOURS = _("Only the participant does this.")


def accompanies(user: User, trip: Trip) -> Verdict:
    """Lead and companions read along (rule 8); an administrator looks, with a reason, and changes nothing."""
    if not team_hats(user, trip) & ACCOMPANY:
        return no(_("This is for the project team of the trip."))
    return YES


def needs_reason(user: User, *, trip: Trip, owner_id: UUID | None = None) -> bool:
    """Whether somebody sees this only as administrator, who says why first."""
    return owner_id != user.pk and not accompanies(user, trip)


def goes_on(trip: Trip) -> Verdict:
    """A completed trip is read only; a cancelled one refuses every verb."""
    if trip.closed_at:
        return no(_("This trip is completed. What you wrote stands; it can no longer be changed."), GONE)
    return going(trip)


def takes_part(user: User, participation: Participation) -> Verdict:
    """The participant, as long as the place is theirs and the trip runs."""
    if participation.user_id != user.pk:
        return no(NOT_YOURS)
    if participation.status != "active":
        return no(_("You gave your place on this trip back."), GONE)
    return goes_on(participation.trip)


# --- looking back ---------------------------------------------------------------------------------


def can_return(user: User, participation: Participation, now: datetime) -> Verdict:
    """From the day of return until the questions of one year later open."""
    if not (verdict := takes_part(user, participation)):
        return verdict
    trip = participation.trip
    if not has_returned(trip, now):
        day = formats.date_format(trip.returns_on, "l j F")
        return no(_("These questions open on %(day)s, the day of your return.") % {"day": day}, CONFLICT)
    if follow_up_open(trip, now):
        return no(_("The questions of one year later are open now; what you wrote at the return stands."), GONE)
    return YES


def can_follow_up(user: User, participation: Participation, now: datetime) -> Verdict:
    """From thirty days before the follow-up day until the trip is completed."""
    if not (verdict := takes_part(user, participation)):
        return verdict
    if not follow_up_open(participation.trip, now):
        day = formats.date_format(follow_up_opens_on(participation.trip), "l j F Y")
        return no(_("These questions open on %(day)s, a month before the follow-up day.") % {"day": day}, CONFLICT)
    return YES


def can_say(user: User, participation: Participation, moment: Moment, now: datetime) -> Verdict:
    """Levels and the one word belong to a moment, and are written while its page is open."""
    return {Moment.RETURN: can_return, Moment.ONE_YEAR: can_follow_up}[moment](user, participation, now)
