"""When the pages of the return and of one year later are open."""

from datetime import datetime
from typing import Any

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from evaluations.lifecycle import (
    follow_up_open,
    follow_up_opens_on,
    has_departed,
    has_returned,
)
from evaluations.permissions import accompanies, running, takes_part
from exchange.trips.models import Participation, Trip
from exchange.verdicts import CONFLICT, GONE, YES, Verdict, no


def can_return(user: Any, participation: Participation, now: datetime) -> Verdict:
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


def can_prepare_presentation(user: Any, participation: Participation, now: datetime) -> Verdict:
    """From departure on, until the trip is completed."""
    if not (verdict := takes_part(user, participation)):
        return verdict
    if not has_departed(participation.trip, now):
        day = formats.date_format(participation.trip.departs_on, "l j F")
        return no(_("You prepare your presentation from %(day)s, when the trip leaves.") % {"day": day}, CONFLICT)
    return YES


def can_arrange_presentations(user: Any, trip: Trip, now: datetime) -> Verdict:
    """Slots at any time before the trip is completed."""
    if not (verdict := accompanies(user, trip)):
        return verdict
    if not trip.return_meeting_on:
        return no(_("The return meeting has no date yet."), CONFLICT)
    return running(trip)


def can_mark_held(user: Any, trip: Trip, now: datetime) -> Verdict:
    """From the return on."""
    if not (verdict := can_arrange_presentations(user, trip, now)):
        return verdict
    if not has_returned(trip, now):
        return no(_("Nobody has presented yet: the trip is not back."), CONFLICT)
    return YES


def can_follow_up(user: Any, participation: Participation, now: datetime) -> Verdict:
    """From thirty days before the follow-up day until the trip is completed."""
    if not (verdict := takes_part(user, participation)):
        return verdict
    if not follow_up_open(participation.trip, now):
        day = formats.date_format(follow_up_opens_on(participation.trip), "l j F Y")
        return no(_("These questions open on %(day)s, a month before the follow-up day.") % {"day": day}, CONFLICT)
    return YES
