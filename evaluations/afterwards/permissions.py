"""Who presents, who arranges it, and who consents to being quoted."""

from datetime import datetime

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from evaluations.lifecycle import has_departed, has_returned
from evaluations.models import OneWord
from evaluations.permissions import NOT_YOURS, accompanies, goes_on, takes_part
from exchange.people.models import User
from exchange.trips.models import Participation, Trip
from exchange.verdicts import CONFLICT, YES, Verdict, no


def can_prepare_presentation(user: User, participation: Participation, now: datetime) -> Verdict:
    """From departure on, until the trip is completed."""
    if not (verdict := takes_part(user, participation)):
        return verdict
    if not has_departed(participation.trip, now):
        day = formats.date_format(participation.trip.departs_on, "l j F")
        return no(_("You prepare your presentation from %(day)s, when the trip leaves.") % {"day": day}, CONFLICT)
    return YES


def can_arrange_presentations(user: User, trip: Trip, now: datetime) -> Verdict:
    """Slots at any time before the trip is completed."""
    if not (verdict := accompanies(user, trip)):
        return verdict
    if not trip.return_meeting_on:
        return no(_("The return meeting has no date yet."), CONFLICT)
    return goes_on(trip)


def can_mark_held(user: User, trip: Trip, now: datetime) -> Verdict:
    """From the return on."""
    if not (verdict := can_arrange_presentations(user, trip, now)):
        return verdict
    if not has_returned(trip, now):
        return no(_("Nobody has presented yet: the trip is not back."), CONFLICT)
    return YES


def can_consent(user: User, word: OneWord) -> Verdict:
    """The author, at any time: also when the trip is completed or the place was given back (rule 10)."""
    return YES if word.participation.user_id == user.pk else no(NOT_YOURS)


def can_show(user: User, word: OneWord) -> Verdict:
    """The author, of a word that may stand in the report."""
    if not (verdict := can_consent(user, word)):
        return verdict
    if not word.consent:
        return no(_("On the public page stand words of the report. First let it stand in the report."), CONFLICT)
    return YES
