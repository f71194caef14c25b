"""Questions about what participants report: each has its own window, and every window its own words."""

from datetime import date, datetime
from typing import Any

from django.utils import formats
from django.utils.translation import gettext_lazy as _

from evaluations.lifecycle import (
    evening_window,
    follow_up_open,
    follow_up_opens_on,
    has_departed,
    has_returned,
)
from evaluations.models import Action, DailyEvaluation, FollowUp, GoalLevel
from exchange.lifecycle import Hat
from exchange.trips.models import LearningGoal, Participation, Trip
from exchange.trips.permissions import going, participation_hats, team_hats
from exchange.verdicts import CONFLICT, GONE, YES, Verdict, no

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


def can_sharpen(user: Any, goal: LearningGoal, now: datetime) -> Verdict:
    """Owner and companion, until the day of departure at the destination."""
    participation = goal.participation
    if not participation_hats(user, participation) & {Hat.OWNER, Hat.COMPANION}:
        return no(_("The participant sharpens a goal, together with a companion."))
    if participation.status != "active":
        return no(_("This place was given back."), GONE)
    if not (verdict := running(participation.trip)):
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


# --- evenings -------------------------------------------------------------------------------------


def can_answer_evening(
    user: Any, participation: Participation, on: date, evening: DailyEvaluation | None, now: datetime
) -> Verdict:
    """The window of one evening; a first answer is accepted longer than a change."""
    if not (verdict := takes_part(user, participation)):
        return verdict
    trip = participation.trip
    window = evening_window(trip, on)
    if now < window.opens_at:
        facts = {"day": formats.date_format(on, "l j F"), "place": trip.city or trip.time_zone}
        return no(_("This evening opens on %(day)s at 12:00 (time in %(place)s).") % facts, CONFLICT)
    if window.open(now):
        return YES
    if evening:
        until = _moment(window.changes_until, trip)
        return no(_("This evening could be changed until %(until)s. It stands as it is.") % {"until": until}, GONE)
    if now < window.answers_until:
        return YES
    until = formats.date_format(window.answers_until.date() - date.resolution, "j F")
    return no(_("This evening could be answered until %(until)s, a week after the return.") % {"until": until}, GONE)


def _moment(moment: datetime, trip: Trip) -> str:
    local = moment.astimezone(trip.zone)
    return f"{formats.date_format(local, 'l j F H:i')} ({trip.city or trip.time_zone})"


def can_meet_need(user: Any, evening: DailyEvaluation) -> Verdict:
    """Lead and companions tick a need."""
    if not (verdict := accompanies(user, evening.participation.trip)):
        return verdict
    return going(evening.participation.trip) if evening.need else no(_("Nothing was asked for."), CONFLICT)


# --- return ---------------------------------------------------------------------------------------


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


def can_confirm(user: Any, level: GoalLevel) -> Verdict:
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
    return running(participation.trip)


# --- plan and actions -----------------------------------------------------------------------------


def can_plan(user: Any, participation: Participation, now: datetime) -> Verdict:
    """From departure on, until the trip is completed."""
    if not (verdict := takes_part(user, participation)):
        return verdict
    if not has_departed(participation.trip, now):
        day = formats.date_format(participation.trip.departs_on, "l j F")
        return no(_("Your plan opens on %(day)s, when the trip leaves.") % {"day": day}, CONFLICT)
    return YES


def can_edit_action(user: Any, action: Action, now: datetime) -> Verdict:
    """As long as it is only a plan."""
    if not (verdict := can_plan(user, action.participation, now)):
        return verdict
    if action.status != "planned" or action.reported_at:
        return no(_("You already told what became of this action; its plan stands as it was."), CONFLICT)
    return YES


def can_report(user: Any, action: Action, now: datetime) -> Verdict:
    """The owner, any time until the trip is completed."""
    return can_plan(user, action.participation, now)


# --- one year on ----------------------------------------------------------------------------------


def can_follow_up(user: Any, participation: Participation, now: datetime) -> Verdict:
    """From thirty days before the follow-up day until the trip is completed."""
    if not (verdict := takes_part(user, participation)):
        return verdict
    if not follow_up_open(participation.trip, now):
        day = formats.date_format(follow_up_opens_on(participation.trip), "l j F Y")
        return no(_("These questions open on %(day)s, a month before the follow-up day.") % {"day": day}, CONFLICT)
    return YES


def may_look_back(participation: Participation, follow_up: FollowUp | None, now: datetime) -> bool:
    """Whether old answers may be shown to their author: not while the recall is asked and not yet written."""
    asked = follow_up_open(participation.trip, now) and not participation.trip.closed_at
    return not asked or bool(follow_up and follow_up.recalled_at)
