"""When an evening can be answered, and who takes care of a need."""

from datetime import date, datetime

from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from evaluations.lifecycle import LATE_UNTIL, evening_window
from evaluations.models import DailyEvaluation
from evaluations.permissions import accompanies, takes_part
from exchange import clock
from exchange.people.models import User
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Participation, Trip
from exchange.trips.permissions import going
from exchange.verdicts import CONFLICT, GONE, YES, Verdict, no


def can_answer_evening(
    user: User, participation: Participation, on: date, evening: DailyEvaluation | None, now: datetime
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


def can_remind_evening(user: User, trip: Trip) -> Verdict:
    """The team, or the house (nobody) in the morning."""
    return (YES if user is None else accompanies(user, trip)) and going(trip)


def _moment(moment: datetime, trip: Trip) -> str:
    local = moment.astimezone(trip.zone)
    return f"{formats.date_format(local, 'l j F H:i')} ({trip.city or trip.time_zone})"


def can_meet_need(user: User, evening: DailyEvaluation) -> Verdict:
    """Lead and companions tick a need."""
    if not (verdict := accompanies(user, evening.participation.trip)):
        return verdict
    return going(evening.participation.trip) if evening.need else no(_("Nothing was asked for."), CONFLICT)


def is_away(user: User, now: datetime) -> bool:
    """Whether somebody travels and has evenings to answer, or accompanies such a trip."""
    today = clock.day_of(now)
    going = Trip.objects.filter(cancelled_at=None, departs_on__lte=today, returns_on__gte=today - LATE_UNTIL)
    team = [member.trip_id for member in user.teams if member.role in (TeamRole.LEAD, TeamRole.COMPANION)]
    travels = Participation.objects.active().filter(user=user)
    return going.filter(Q(pk__in=team) | Q(pk__in=travels.values("trip"))).exists()
