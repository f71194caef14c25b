"""Who plans and who reports."""

from datetime import datetime

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from evaluations.lifecycle import (
    has_departed,
)
from evaluations.models import Action
from evaluations.permissions import takes_part
from exchange.people.models import User
from exchange.trips.models import Participation
from exchange.verdicts import CONFLICT, YES, Verdict, no


def can_plan(user: User, participation: Participation, now: datetime) -> Verdict:
    """From departure on, until the trip is completed."""
    if not (verdict := takes_part(user, participation)):
        return verdict
    if not has_departed(participation.trip, now):
        day = formats.date_format(participation.trip.departs_on, "l j F")
        return no(_("Your plan opens on %(day)s, when the trip leaves.") % {"day": day}, CONFLICT)
    return YES


def can_edit_action(user: User, action: Action, now: datetime) -> Verdict:
    """As long as it is only a plan."""
    if not (verdict := can_plan(user, action.participation, now)):
        return verdict
    if action.status != "planned" or action.reported_at:
        return no(_("You already told what became of this action; its plan stands as it was."), CONFLICT)
    return YES


def can_report(user: User, action: Action, now: datetime) -> Verdict:
    """The owner, any time until the trip is completed."""
    return can_plan(user, action.participation, now)
