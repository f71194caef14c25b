"""Questions about what participants report: each has its own window, and every window its own words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from exchange.lifecycle import Hat
from exchange.trips.models import Participation, Trip
from exchange.trips.permissions import going, team_hats
from exchange.verdicts import GONE, YES, Verdict, no

ACCOMPANY = frozenset({Hat.LEAD, Hat.COMPANION})
NOT_YOURS = _("Only the participant does this.")


def accompanies(user: Any, trip: Trip) -> Verdict:
    """Lead and companions read along (rule 8); an administrator looks, with a reason, and changes nothing."""
    if not team_hats(user, trip) & ACCOMPANY:
        return no(_("This is for the project team of the trip."))
    return YES


def needs_reason(user: Any, *, trip: Trip, owner_id: Any = None) -> bool:
    """Whether somebody sees this only as administrator, who says why first."""
    return owner_id != user.pk and not accompanies(user, trip)


def running(trip: Trip) -> Verdict:
    """A completed trip is read only; a cancelled one refuses every verb."""
    if trip.closed_at:
        return no(_("This trip is completed. What you wrote stands; it can no longer be changed."), GONE)
    return going(trip)


def takes_part(user: Any, participation: Participation) -> Verdict:
    """The participant, as long as the place is theirs and the trip runs."""
    if participation.user_id != user.pk:
        return no(NOT_YOURS)
    if participation.status != "active":
        return no(_("You gave your place on this trip back."), GONE)
    return running(participation.trip)


# --- goals ----------------------------------------------------------------------------------------


# --- evenings -------------------------------------------------------------------------------------


# --- return ---------------------------------------------------------------------------------------


# --- plan and actions -----------------------------------------------------------------------------


# --- one year on ----------------------------------------------------------------------------------
