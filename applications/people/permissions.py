"""What the coordinator of a school may see of the own people and do about them; and who invites and reminds."""

from django.utils.translation import gettext_lazy as _

from applications.models import Application, ApplicationQuerySet
from exchange import clock
from exchange.people.models import Institution, User
from exchange.trips.models import Trip, TripQuerySet
from exchange.trips.permissions import can_lead, going
from exchange.verdicts import CONFLICT, YES, Verdict, no


def can_follow(user: User) -> Verdict:
    """How far a school's own people are is for its coordinator, and for administrators to look up."""
    if user.is_administrator or user.coordinates:
        return YES
    return no(_("This page is for the coordinator of a school."))


def followed(user: User) -> list[Institution]:
    """The schools somebody follows: those coordinated first; administrators all members."""
    own = sorted(user.coordinates, key=lambda school: school.name)
    if not user.is_administrator:
        return own
    return own + [school for school in Institution.objects.members() if school not in own]


def trips_to_follow() -> TripQuerySet:
    """Trips that are announced and neither over nor cancelled."""
    return Trip.objects.public().filter(cancelled_at=None, closed_at=None)


def can_act_for(user: User, school: Institution | None, trip: Trip) -> Verdict:
    """The lead for a trip (`school` is None), the coordinator for a school."""
    if school is None:
        return can_lead(user, trip)
    return YES if school in user.coordinates else no(_("The coordinator of the school does this."))


def can_invite(user: User, school: Institution | None, trip: Trip) -> Verdict:
    """Lead or coordinator, from the announcement until the call closes."""
    verdict = can_act_for(user, school, trip) and going(trip)
    if verdict and not trip.announced_at:
        return no(_("The trip is not announced yet, so an invitation would lead nowhere."), CONFLICT)
    if verdict and clock.now() >= trip.closes_at:
        return no(_("The call has closed. Nobody can apply any more."), CONFLICT)
    return verdict


def can_remind(user: User, school: Institution | None, trip: Trip) -> Verdict:
    """Lead or coordinator, until the selection is published. Whom there is something to remind of says the group."""
    verdict = can_act_for(user, school, trip) and going(trip)
    if verdict and (not trip.announced_at or trip.published_at):
        return no(_("There is nothing to remind of now."), CONFLICT)
    return verdict


def readable_at_school(user: User) -> ApplicationQuerySet:
    """What a coordinator may read: sent from the own school, for a trip whose policy says so. Never a draft."""
    schools = [school.pk for school in user.coordinates]
    sent = Application.objects.with_sent().filter(status="submitted", trip__coordinators_read=True)
    return sent.filter(sent_school_id__in=schools, trip__in=trips_to_follow())
