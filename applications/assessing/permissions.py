"""Who reads and scores, who sees scores, and who may change the rubric."""

from django.utils.translation import gettext_lazy as _

from applications.lifecycle import ASSESSMENT
from applications.models import Application, Assessment
from applications.permissions import sight
from exchange import clock
from exchange.lifecycle import Hat
from exchange.people.models import User
from exchange.transitions import may
from exchange.trips.models import Trip
from exchange.trips.permissions import can_change, going, team_hats
from exchange.verdicts import CONFLICT, YES, Verdict, no


def shows_scores(user: User, application: Application) -> Verdict:
    """Scores of others: for the lead, unless an assessment of the own still waits."""
    if not sight(user, application.trip).scores:
        return no(_("Only the lead of this trip sees scores."))
    if application.user_id == user.pk:
        return no(_("This is your own application."))
    if any(row.reviewer_id == user.pk and row.status == "assigned" for row in application.assessments.all()):
        return no(_("You see what others gave once your own assessment is finished."), CONFLICT)
    return YES


def can_edit_rubric(user: User, trip: Trip) -> Verdict:
    """The lead, until the selection is published. From the opening of the call on, the wording only."""
    verdict = can_change(user, trip)
    if verdict and trip.published_at:
        return no(_("The selection is published; the rubric stays as it was."), CONFLICT)
    return verdict


def can_weigh(user: User, trip: Trip) -> Verdict:
    """Criteria and weights are settled when the call opens: who writes must know what counts."""
    verdict = can_edit_rubric(user, trip)
    if verdict and trip.announced_at and trip.opens_at and clock.now() >= trip.opens_at:
        return no(_("The call is open: weights and criteria stay, only the wording can change."), CONFLICT)
    return verdict


def can_select(user: User, trip: Trip) -> Verdict:
    """The lead, between the close of the call and the publication."""
    verdict = can_change(user, trip)
    if not verdict:
        return verdict
    if trip.published_at:
        return no(_("The selection is published. What comes later is an offer."), CONFLICT)
    if not trip.announced_at or not trip.closes_at or clock.now() < trip.closes_at:
        return no(_("The call has not closed yet. Until then people may change what they sent."), CONFLICT)
    return YES


def can_assess(user: User, assessment: Assessment) -> Verdict:
    """The reviewer it was assigned to, until publication; not of the school where they came to work meanwhile."""
    verdict = reads(user, assessment)
    if verdict and user.institution_id and user.institution_id == assessment.submission.institution_id:
        text = _("You work at this person's school now. Hand the application back, so that somebody else reads it.")
        return no(text, CONFLICT)
    return verdict


def reads(user: User, assessment: Assessment) -> Verdict:
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


def can_change_assessment(user: User, assessment: Assessment) -> Verdict:
    """Open a finished assessment again."""
    verdict = can_assess(user, assessment)
    return verdict and may(ASSESSMENT, "reopen", assessment, assessment_hats(user, assessment))


def can_recuse(user: User, assessment: Assessment) -> Verdict:
    """The reviewer hands it back; for somebody else the lead does, in the selection."""
    if assessment.reviewer_id == user.pk:
        return reads(user, assessment)
    return can_select(user, assessment.application.trip)


def assessment_hats(user: User, assessment: Assessment) -> frozenset[Hat]:
    """Reviewer of the own assessment; the team's hats otherwise."""
    own = {Hat.REVIEWER} if assessment.reviewer_id == user.pk else set()
    return (team_hats(user, assessment.application.trip) - {Hat.REVIEWER}) | own
