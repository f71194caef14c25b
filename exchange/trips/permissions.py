"""Questions about a trip: who wears which hat, and what that allows."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.lifecycle import Hat
from exchange.transitions import may
from exchange.trips.lifecycle import TRIP, TeamRole
from exchange.trips.models import Participation, Trip
from exchange.verdicts import CONFLICT, YES, Verdict, no

HAT_OF = {TeamRole.LEAD: Hat.LEAD, TeamRole.REVIEWER: Hat.REVIEWER, TeamRole.COMPANION: Hat.COMPANION}
NOT_YOURS = _("This is for the project team of the trip.")


def team_hats(user: Any, trip: Trip) -> frozenset[Hat]:
    """The hats somebody wears on a trip: the roles in its team, and administrator."""
    hats = {HAT_OF[TeamRole(member.role)] for member in user.teams if member.trip_id == trip.pk}
    if user.is_administrator:
        hats.add(Hat.ADMINISTRATOR)
    return frozenset(hats)


def participation_hats(user: Any, participation: Participation) -> frozenset[Hat]:
    """The team's hats, and owner for the participant."""
    own = {Hat.OWNER} if participation.user_id == user.pk else set()
    return team_hats(user, participation.trip) | own


def can_lead(user: Any, trip: Trip) -> Verdict:
    """The lead changes the trip; administrators may look, and help out."""
    if not team_hats(user, trip) & {Hat.LEAD, Hat.ADMINISTRATOR}:
        return no(_("Only the lead of this trip does this."))
    return YES


def can_accompany(user: Any, trip: Trip) -> Verdict:
    """The team, lead and companions: evenings, attendance, goals. Reviewers do not belong to it."""
    if not team_hats(user, trip) & {Hat.LEAD, Hat.COMPANION, Hat.ADMINISTRATOR}:
        return no(NOT_YOURS)
    return YES


def can_review(user: Any, trip: Trip) -> Verdict:
    """Anybody in the team of the trip, reviewers included."""
    return YES if team_hats(user, trip) else no(NOT_YOURS)


def can_change(user: Any, trip: Trip) -> Verdict:
    """The lead edits a trip that is neither closed nor cancelled."""
    verdict = can_lead(user, trip)
    if not verdict:
        return verdict
    if trip.cancelled_at:
        return no(_("This trip was cancelled."), CONFLICT)
    if trip.closed_at:
        return no(_("This trip is completed."), CONFLICT)
    return YES


def can_cancel(user: Any, trip: Trip) -> Verdict:
    """The lead, until the day of departure."""
    verdict = may(TRIP, "cancel", trip, team_hats(user, trip))
    if verdict and trip.departs_on and clock.today() > trip.departs_on:
        return no(_("The trip has left; it can no longer be cancelled."), CONFLICT)
    return verdict


def going(trip: Trip) -> Verdict:
    """No verb works on a cancelled trip."""
    return no(_("This trip was cancelled."), CONFLICT) if trip.cancelled_at else YES
