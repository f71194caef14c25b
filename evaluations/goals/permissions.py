"""Who sharpens a goal and who confirms a level."""

from datetime import datetime

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from evaluations.lifecycle import (
    follow_up_open,
    has_departed,
)
from evaluations.models import FollowUp, GoalLevel
from evaluations.permissions import accompanies, goes_on
from exchange.lifecycle import Hat
from exchange.people.models import User
from exchange.trips.models import LearningGoal, Participation
from exchange.trips.permissions import participation_hats
from exchange.verdicts import CONFLICT, GONE, YES, Verdict, no


def can_sharpen(user: User, goal: LearningGoal, now: datetime) -> Verdict:
    """Owner and companion, until the day of departure at the destination."""
    participation = goal.participation
    if not participation_hats(user, participation) & {Hat.OWNER, Hat.COMPANION}:
        return no(_("The participant sharpens a goal, together with a companion."))
    if participation.status != "active":
        return no(_("This place was given back."), GONE)
    if not (verdict := goes_on(participation.trip)):
        return verdict
    if has_departed(participation.trip, now):
        on = formats.date_format(participation.trip.departs_on, "j F Y")
        if goal.sharpened:
            return no(
                _("The trip left on %(day)s; since then this goal stands as it was sharpened.") % {"day": on}, GONE
            )
        text = _("The trip left on %(day)s. A goal that was not sharpened by then takes words, but no level.")
        return no(text % {"day": on}, GONE)
    return YES


def can_confirm(user: User, level: GoalLevel) -> Verdict:
    """Lead and companions confirm what a participant proposed; never their own."""
    participation = level.goal.participation
    if not (verdict := accompanies(user, participation.trip)):
        return verdict
    if participation.user_id == user.pk:
        return no(_("Somebody else of the team confirms your own levels."))
    if level.confirmed_at:
        return no(_("This level was confirmed already."), CONFLICT)
    if level.handed_back_at:
        return no(_("This level was handed back; the participant looks at it first."), CONFLICT)
    return goes_on(participation.trip)


def may_look_back(participation: Participation, follow_up: FollowUp | None, now: datetime) -> bool:
    """Whether old answers may be shown to their author: not while the recall is asked and not yet written."""
    asked = follow_up_open(participation.trip, now) and not participation.trip.closed_at
    return not asked or bool(follow_up and follow_up.recalled_at)
