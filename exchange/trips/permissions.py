"""Questions about a trip: who wears which hat, and what that allows."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.lifecycle import Hat
from exchange.people.models import User
from exchange.transitions import may
from exchange.trips.lifecycle import TRIP, Phase, TeamRole, phase
from exchange.trips.models import Meeting, Participation, TeamMember, Trip
from exchange.trips.turns import Owing
from exchange.verdicts import CONFLICT, YES, Verdict, no

HAT_OF = {TeamRole.LEAD: Hat.LEAD, TeamRole.REVIEWER: Hat.REVIEWER, TeamRole.COMPANION: Hat.COMPANION}
NOT_YOURS = _("This is for the project team of the trip.")
NOT_YOUR_PLACE = _("Only the participant does this.")


def team_hats(user: User, trip: Trip) -> frozenset[Hat]:
    """The hats in which somebody acts on a trip: roles in its team. Administrators have none; they take the lead."""
    return frozenset(HAT_OF[TeamRole(member.role)] for member in user.teams if member.trip_id == trip.pk)


def looking_hats(user: User, trip: Trip) -> frozenset[Hat]:
    """The hats in which somebody reads about a trip: the team's, and administrator."""
    return team_hats(user, trip) | ({Hat.ADMINISTRATOR} if user.is_administrator else set())


def participation_hats(user: User, participation: Participation) -> frozenset[Hat]:
    """The team's hats, and owner for the participant."""
    own = {Hat.OWNER} if participation.user_id == user.pk else set()
    return team_hats(user, participation.trip) | own


def can_lead(user: User, trip: Trip) -> Verdict:
    """The lead decides. An administrator who must step in takes the lead first (`take_lead`)."""
    return YES if Hat.LEAD in team_hats(user, trip) else no(_("Only the lead of this trip does this."))


def can_accompany(user: User, trip: Trip) -> Verdict:
    """What lead and companions do: evenings, attendance, goals. Reviewers do not belong to it."""
    return YES if team_hats(user, trip) & {Hat.LEAD, Hat.COMPANION} else no(NOT_YOURS)


def can_look_as_lead(user: User, trip: Trip) -> Verdict:
    """Reading what the lead reads: administrators too."""
    hats = looking_hats(user, trip)
    return YES if hats & {Hat.LEAD, Hat.ADMINISTRATOR} else no(_("Only the lead of this trip does this."))


def can_look_along(user: User, trip: Trip) -> Verdict:
    """Reading what lead and companions read: administrators too."""
    return YES if looking_hats(user, trip) & {Hat.LEAD, Hat.COMPANION, Hat.ADMINISTRATOR} else no(NOT_YOURS)


def can_look(user: User, trip: Trip) -> Verdict:
    """Reading what anybody in the team reads, reviewers included: administrators too."""
    return YES if looking_hats(user, trip) else no(NOT_YOURS)


def can_take_lead(user: User, trip: Trip) -> Verdict:
    """An administrator who must step in; whatever the trip has come to, as a certificate is revoked years later."""
    if not user.is_administrator:
        return no(_("Only administrators take the lead of a trip by themselves."))
    if Hat.LEAD in team_hats(user, trip):
        return no(_("You are lead of this trip already."), CONFLICT)
    if Participation.objects.filter(trip=trip, user=user, status="active").exists():
        return no(_("You travel along on this trip. Ask another administrator."), CONFLICT)
    # A path, not an import: trips stand below the applications.
    if user.applications.filter(trip=trip, status="submitted").exists():
        return no(_("You applied for this trip yourself. Ask another administrator."), CONFLICT)
    return YES


def can_give_team_role(user: User, trip: Trip, to: User | None = None) -> Verdict:
    """The lead, of a trip that goes on; administrators too, though never to themselves: they take the lead."""
    if not looking_hats(user, trip) & {Hat.LEAD, Hat.ADMINISTRATOR}:
        return no(_("Only the lead of this trip does this."))
    if to is not None and to.pk == user.pk and Hat.LEAD not in team_hats(user, trip):
        return no(_("You can't give yourself a role. Who must step in takes the lead, with a reason."))
    return _unfinished(trip)


def can_take_team_role(user: User, member: TeamMember) -> Verdict:
    """Whoever gives roles takes them; and whoever took the lead gives it back, whatever the trip has come to."""
    if member.role == TeamRole.LEAD and member.user_id == member.given_by_id == user.pk:
        return YES
    return can_give_team_role(user, member.trip)


def can_change(user: User, trip: Trip) -> Verdict:
    """The lead edits a trip that is neither closed nor cancelled."""
    return can_lead(user, trip) and _unfinished(trip)


def _unfinished(trip: Trip) -> Verdict:
    if trip.cancelled_at:
        return no(_("This trip was cancelled."), CONFLICT)
    return no(_("This trip is completed."), CONFLICT) if trip.closed_at else YES


def can_cancel(user: User, trip: Trip) -> Verdict:
    """The lead, until the day of departure."""
    verdict = may(TRIP, "cancel", trip, team_hats(user, trip))
    if verdict and trip.departs_on and clock.today() > trip.departs_on:
        return no(_("The trip has left; it can no longer be cancelled."), CONFLICT)
    return verdict


def going(trip: Trip) -> Verdict:
    """No verb works on a cancelled trip."""
    return no(_("This trip was cancelled."), CONFLICT) if trip.cancelled_at else YES


def can_create(user: User) -> Verdict:
    """Leads of any trip and administrators start new trips."""
    if user.is_administrator or user.leads:
        return YES
    return no(_("Only leads and administrators start a trip."))


def can_hang(trip: Trip, now: datetime) -> Verdict:
    """Anybody hangs up the poster of a call, from announcing until it closes: it asks people to apply."""
    if not trip.announced_at:
        return no(_("The poster is there once the trip is announced."), CONFLICT)
    if trip.cancelled_at:
        return no(_("This trip was cancelled."), CONFLICT)
    return YES if now < trip.closes_at else no(_("The call has closed, so there is no poster any more."), CONFLICT)


def can_announce(user: User, trip: Trip) -> Verdict:
    """The lead, once; what is still missing is asked by the action."""
    return may(TRIP, "announce", trip, team_hats(user, trip))


def can_move_deadline(user: User, trip: Trip) -> Verdict:
    """The lead, between announcing and publishing."""
    verdict = can_change(user, trip)
    if not verdict:
        return verdict
    if not trip.announced_at:
        return no(_("Until the trip is announced you change the closing moment with the other dates."), CONFLICT)
    if trip.published_at:
        return no(_("The selection is published; the call stays closed."), CONFLICT)
    return YES


def can_set_dates(user: User, trip: Trip) -> Verdict:
    """The lead, until the call opens; from then on people agree to the dates."""
    verdict = can_change(user, trip)
    if verdict and trip.announced_at and clock.now() >= trip.opens_at:
        return no(_("The call has opened and people agreed to these dates. Move the trip instead."), CONFLICT)
    return verdict


def can_move(user: User, trip: Trip) -> Verdict:
    """The lead, once the call has opened: until then the dates are free."""
    verdict = can_change(user, trip)
    if not verdict:
        return verdict
    if not trip.announced_at or clock.now() < trip.opens_at:
        return no(_("Until the call opens you change the dates with the other facts."), CONFLICT)
    if clock.today() > trip.follow_up_on:
        return no(_("The follow-up day has been; there is nothing left to move."), CONFLICT)
    return YES


def can_remind(user: User, trip: Trip, owing: Owing) -> Verdict:
    """The team that goes along, of what it sees; while the trip runs."""
    verdict = can_lead(user, trip) if owing.for_lead else can_accompany(user, trip)
    if verdict and trip.closed_at:
        return no(_("This trip is completed."), CONFLICT)
    if verdict and trip.cancelled_at:
        return going(trip)
    if verdict and not owing.open(trip, clock.now()):
        return no(_("Nobody is asked for this now."), CONFLICT)
    return verdict


def can_close(user: User, trip: Trip, now: datetime) -> Verdict:
    """The lead, from the follow-up day on."""
    verdict = may(TRIP, "close", trip, team_hats(user, trip))
    if not verdict:
        return verdict
    if phase(trip, now) is not Phase.FOLLOW_UP:
        return no(_("A trip is completed in the follow-up phase, not before."), CONFLICT)
    if trip.follow_up_on and clock.day_of(now) < trip.follow_up_on:
        return no(_("The follow-up day has not been yet."), CONFLICT)
    return YES


def can_reply(user: User, participation: Participation, meeting: Meeting, now: datetime) -> Verdict:
    """A traveller says whether to come until the meeting starts."""
    if participation.user_id != user.pk:
        return no(NOT_YOUR_PLACE)
    if participation.status != "active":
        return no(_("You no longer go along on this trip."), CONFLICT)
    if meeting.trip.cancelled_at:
        return going(meeting.trip)
    if now >= meeting.starts_at:
        return no(_("The meeting has started. The team notes who is there."), CONFLICT)
    return YES


def can_tick_day(trip: Trip, on: date) -> Verdict:
    """Presence on a day of the trip is noted from that day on, at the destination."""
    if on not in trip.days:
        return no(_("That is not a day of this trip."), CONFLICT)
    if on > trip.today:
        return no(_("That day is still to come. Nobody can have been there yet."), CONFLICT)
    return _open_books(trip)


def can_tick_meeting(meeting: Meeting, now: datetime) -> Verdict:
    """Presence at a meeting is noted from its start on."""
    if now < meeting.starts_at:
        return no(_("The meeting has not started. Nobody can have been there yet."), CONFLICT)
    return _open_books(meeting.trip)


def _open_books(trip: Trip) -> Verdict:
    if trip.closed_at:
        return no(_("This trip is completed."), CONFLICT)
    return going(trip)


def can_take_role(member: TeamMember) -> Verdict:
    """Everybody can leave a team except its last lead."""
    others = TeamMember.objects.filter(trip_id=member.trip_id, role=TeamRole.LEAD).exclude(pk=member.pk)
    if member.role == TeamRole.LEAD and not others.exists():
        return no(_("A trip keeps at least one lead. Give somebody else the role first."), CONFLICT)
    return YES


def can_set_phone(user: User, holder: Participation | TeamMember) -> Verdict:
    """Everybody gives the own number."""
    if holder.user_id != user.pk:
        return no(_("This is not yours to do."))
    if holder.trip.numbers_are_over:
        return no(_("The trip is over: numbers are not kept any more."), CONFLICT)
    return going(holder.trip)


def can_copy_framework(user: User) -> Verdict:
    """Administrators keep the words of themes."""
    return YES if user.is_administrator else no(_("Only administrators change themes and their frameworks."))
