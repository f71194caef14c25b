"""What the team of a trip may see of applications and do with them. Applicants get nothing from here."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from applications.lifecycle import ASSESSMENT
from applications.models import Admission, Application, ApplicationQuerySet, Assessment, Occasion, Offer
from exchange import clock
from exchange.lifecycle import Hat
from exchange.transitions import may
from exchange.trips.models import Trip
from exchange.trips.permissions import can_change, can_lead, going, team_hats
from exchange.verdicts import CONFLICT, GONE, YES, Verdict, no

LEADS = frozenset({Hat.LEAD, Hat.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody of the team sees beside the application itself."""

    scores: bool
    decisions: bool
    answers: bool  # what exactly the manager answered, a refusal included


def sight(user: Any, trip: Trip) -> Sight:
    """Leads and administrators see scores, proposals and answers; companions the decisions once they are published."""
    leads = bool(team_hats(user, trip) & LEADS)
    return Sight(scores=leads, decisions=leads or trip.published_at is not None, answers=leads)


def readable(user: Any, trip: Trip) -> ApplicationQuerySet:
    """The sent applications of a trip that somebody of its team may open: never the own one.

    `unread` marks those whose scores wait until the reader's own assessment is finished.
    """
    waiting = Assessment.objects.filter(application=OuterRef("pk"), reviewer=user, status="assigned")
    everything = Application.objects.visible_to(user).filter(trip=trip).exclude(user=user)
    return everything.exclude(status="draft").annotate(unread=Exists(waiting))


def hides_own(user: Any, trip: Trip) -> bool:
    """Whether somebody of the team applied for the own trip, so that one application is missing from view."""
    return Application.objects.filter(trip=trip, user=user).exclude(status="draft").exists()


def shows_scores(user: Any, application: Application) -> Verdict:
    """Scores of others: for the lead, unless an assessment of the own still waits."""
    if not sight(user, application.trip).scores:
        return no(_("Only the lead of this trip sees scores."))
    if application.user_id == user.pk:
        return no(_("This is your own application."))
    if any(row.reviewer_id == user.pk and row.status == "assigned" for row in application.assessments.all()):
        return no(_("You see what others gave once your own assessment is finished."), CONFLICT)
    return YES


def can_edit_rubric(user: Any, trip: Trip) -> Verdict:
    """The lead, until the selection is published. From the opening of the call on, the wording only."""
    verdict = can_change(user, trip)
    if verdict and trip.published_at:
        return no(_("The selection is published; the rubric stays as it was."), CONFLICT)
    return verdict


def can_weigh(user: Any, trip: Trip) -> Verdict:
    """Criteria and weights are settled when the call opens: who writes must know what counts."""
    verdict = can_edit_rubric(user, trip)
    if verdict and trip.announced_at and trip.opens_at and clock.now() >= trip.opens_at:
        return no(_("The call is open: weights and criteria stay, only the wording can change."), CONFLICT)
    return verdict


def can_set_conditions(user: Any, trip: Trip) -> Verdict:
    """The lead, until the call opens: who writes must know what is asked."""
    verdict = can_change(user, trip)
    if verdict and trip.announced_at and trip.opens_at and clock.now() >= trip.opens_at:
        return no(_("The call has opened: people apply under these conditions, so they stay."), CONFLICT)
    return verdict


def can_ask_school(user: Any, trip: Trip, occasion: str) -> Verdict:
    """The lead asks the schools' contacts again: after the return, and from a month before the follow-up day on."""
    verdict = can_lead(user, trip)
    if not verdict:
        return verdict
    if not going(trip):
        return going(trip)
    if trip.closed_at:
        return no(_("This trip is completed; nobody is asked any more."), GONE)
    first = {
        Occasion.RETURN: trip.returns_on + timedelta(days=1),
        Occasion.ONE_YEAR: trip.follow_up_on - timedelta(days=30),
    }[Occasion(occasion)]
    if clock.today() < first:
        return no(_("The schools are asked from %(when)s on.") % {"when": date_format(first, "j F Y")}, CONFLICT)
    return YES


def can_select(user: Any, trip: Trip) -> Verdict:
    """The lead, between the close of the call and the publication."""
    verdict = can_change(user, trip)
    if not verdict:
        return verdict
    if trip.published_at:
        return no(_("The selection is published. What comes later is an offer."), CONFLICT)
    if not trip.announced_at or not trip.closes_at or clock.now() < trip.closes_at:
        return no(_("The call has not closed yet. Until then people may change what they sent."), CONFLICT)
    return YES


def can_decide(user: Any, application: Application) -> Verdict:
    """The lead, but never on the own application and not where somebody stays out."""
    verdict = can_select(user, application.trip)
    if not verdict:
        return verdict
    if application.user_id == user.pk:
        return no(_("This is your own application."))
    if application.status != "submitted":
        return no(_("This application was withdrawn."), CONFLICT)
    if any(row.user_id == user.pk for row in application.recusals.all()):
        return no(_("You stay out of this application, so somebody else decides."))
    return YES


def can_rule(user: Any, application: Application) -> Verdict:
    """The lead decides about the conditions until the publication; never on the own application."""
    verdict = can_change(user, application.trip)
    if not verdict:
        return verdict
    if application.user_id == user.pk:
        return no(_("This is your own application."))
    if application.trip.published_at:
        return no(_("The selection is published; decisions about the conditions stay as they were."), CONFLICT)
    return YES


def can_assess(user: Any, assessment: Assessment) -> Verdict:
    """The reviewer it was assigned to, until publication."""
    trip = assessment.application.trip
    if assessment.reviewer_id != user.pk:
        return no(_("This assessment is somebody else's."))
    if not going(trip):
        return going(trip)
    if trip.published_at:
        return no(_("The selection is published; assessments stay as they were."), CONFLICT)
    if assessment.application.status != "submitted":
        return no(_("This application was withdrawn."), CONFLICT)
    return YES


def can_change_assessment(user: Any, assessment: Assessment) -> Verdict:
    """Open a finished assessment again."""
    verdict = can_assess(user, assessment)
    return verdict and may(ASSESSMENT, "reopen", assessment, assessment_hats(user, assessment))


def assessment_hats(user: Any, assessment: Assessment) -> frozenset[Hat]:
    """Reviewer of the own assessment; the team's hats otherwise."""
    own = {Hat.REVIEWER} if assessment.reviewer_id == user.pk else set()
    return (team_hats(user, assessment.application.trip) - {Hat.REVIEWER}) | own


def can_place(user: Any, trip: Trip) -> Verdict:
    """The lead offers places after the publication, until the day of departure."""
    verdict = can_change(user, trip)
    if not verdict:
        return verdict
    if not trip.published_at:
        return no(_("Places are offered with the publication, not before."), CONFLICT)
    if clock.today() >= trip.departs_on:
        return no(_("The trip leaves today or has left. No more places can be offered."), CONFLICT)
    return YES


def can_retract(user: Any, offer: Offer) -> Verdict:
    """The lead takes back an offer that nobody answered."""
    verdict = can_lead(user, offer.application.trip)
    if verdict and offer.status != "open":
        return no(_("This offer has been answered or taken back already."), CONFLICT)
    return verdict


def can_write(user: Any, trip: Trip) -> Verdict:
    """The lead writes to groups of the own trip, also when it is completed."""
    return can_lead(user, trip) and going(trip)


# --- after closing ---------------------------------------------------------------------------------


def can_give_late_access(user: Any, trip: Trip) -> Verdict:
    """The lead, between announcing and publishing."""
    verdict = can_change(user, trip)
    if not verdict:
        return verdict
    if not trip.announced_at:
        return no(_("The trip is not announced yet; move the closing moment with the other dates."), CONFLICT)
    if trip.published_at:
        return no(_("The selection is published; the call stays closed."), CONFLICT)
    return YES


def can_admit(user: Any, admission: Admission) -> Verdict:
    """The lead answers a request that is still open, but not the own one."""
    application = admission.application
    verdict = can_give_late_access(user, application.trip)
    if not verdict:
        return verdict
    if application.user_id == user.pk:
        return no(_("This is your own application."))
    if admission.status != "asked":
        label = admission.get_status_display()
        return no(_("Somebody was faster: this is now “%(state)s”.") % {"state": label}, CONFLICT)
    if application.status != "draft":
        return no(_("The author sent it in the meantime."), CONFLICT)
    return YES
