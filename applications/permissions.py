"""Who somebody is to an application, what the team sees of it, and whether the call still takes something."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from applications.models import Application, ApplicationQuerySet, Assessment, Line, LineQuerySet
from exchange.lifecycle import Hat
from exchange.people.models import User
from exchange.trips.models import Trip
from exchange.trips.permissions import going, looking_hats
from exchange.verdicts import CONFLICT, GONE, YES, Verdict, no
from exchange.words import moment


def applicant_hats(user: User, application: Application) -> frozenset[Hat]:
    """Owner, for the applicant."""
    return frozenset({Hat.OWNER}) if application.user_id == user.pk else frozenset()


def is_applicant(user: User, application: Application) -> Verdict:
    """An application is its author's own."""
    return YES if application.user_id == user.pk else no(_("This is not your application."))


def window(trip: Trip, now: datetime) -> Verdict:
    """Whether the call is open at this moment, as everybody is told. `closes_at` itself is too late."""
    if trip.cancelled_at:
        return going(trip)
    if not trip.announced_at:
        return no(_("This trip is not announced yet, so nobody can apply."), CONFLICT)
    if now < trip.opens_at:
        return no(_("The call opens on %(when)s.") % {"when": moment(trip.opens_at)}, CONFLICT)
    if now >= trip.closes_at:
        return no(_("The call closed on %(when)s.") % {"when": moment(trip.closes_at)}, GONE)
    return YES


def still_taken(user: User, trip: Trip, now: datetime) -> Verdict:
    """Whether something this person sends is taken: in the window, in the grace after it, or by late access."""
    verdict = window(trip, now)
    if verdict or verdict.status != GONE or trip.cancelled_at:
        return verdict
    if now < trip.accepts_until and not trip.published_at:
        return YES
    until = late_until(user, trip)
    return YES if until and now < until else verdict


def late_until(user: User, trip: Trip) -> datetime | None:
    """Until when the lead lets this person write after closing; a confirmed address counts, until the publication."""
    if trip.published_at:
        return None
    addresses = user.emailaddress_set.filter(verified=True).values(lower=Lower("email"))
    found = trip.late_access.annotate(lower=Lower("email")).filter(lower__in=addresses)
    return found.aggregate(until=Max("until_at"))["until"]


LEADS = frozenset({Hat.LEAD, Hat.ADMINISTRATOR})
TEAM = LEADS | {Hat.COMPANION}


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody of the team sees beside the application itself."""

    scores: bool
    decisions: bool
    answers: bool  # what exactly the manager answered, a refusal included


def sight(user: User, trip: Trip) -> Sight:
    """Leads and administrators see scores, proposals and answers; companions the decisions once they are published."""
    leads = bool(looking_hats(user, trip) & LEADS)
    return Sight(scores=leads, decisions=leads or trip.published_at is not None, answers=leads)


def readable(user: User, trip: Trip) -> ApplicationQuerySet:
    """The sent applications of a trip that somebody of its team may open: never the own one.

    `unread` marks those whose scores wait until the reader's own assessment is finished.
    """
    waiting = Assessment.objects.filter(application=OuterRef("pk"), reviewer=user, status="assigned")
    others = Application.objects.visible_to(user).filter(trip=trip).exclude(user=user)  # a draft is nobody else's
    return others.annotate(unread=Exists(waiting))


def lines_to_read(user: User, trip: Trip) -> LineQuerySet:
    """The lines of what `readable` finds, for lists: of the whole trip for its team, else of what is assigned."""
    found = Line.objects.filter(trip=trip).sent().exclude(user=user)
    waiting = Assessment.objects.filter(reviewer=user, status="assigned")
    if not looking_hats(user, trip) & TEAM:
        assigned = Assessment.objects.standing().filter(reviewer=user).values("application")
        found = found.none() if trip.published_at else found.filter(application__in=assigned)
    if not waiting.filter(application__trip=trip).exists():
        return found.annotate(unread=Value(False))
    return found.annotate(unread=Exists(waiting.filter(application=OuterRef("application"))))


def hides_own(user: User, trip: Trip) -> bool:
    """Whether somebody of the team applied for the own trip, so that one application is missing from view."""
    return Application.objects.filter(trip=trip, user=user).exclude(status="draft").exists()
