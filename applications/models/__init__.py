"""Applications and everything that decides about them."""

from applications.models.application import (
    Application,
    ApplicationQuerySet,
    ProposedGoal,
    Ruling,
    Submission,
)
from applications.models.assessment import Anchor, Assessment, AssessmentQuerySet, Criterion, Recusal, Score
from applications.models.call import Admission, AdmissionQuerySet, Eligibility, Invitation, LateAccess
from applications.models.decision import Decision, Offer, OfferQuerySet
from applications.models.endorsement import Cover, Endorsement, EndorsementQuerySet, Occasion

__all__ = [
    "Application",
    "ApplicationQuerySet",
    "ProposedGoal",
    "Ruling",
    "Submission",
    "Anchor",
    "Assessment",
    "AssessmentQuerySet",
    "Criterion",
    "Recusal",
    "Score",
    "Admission",
    "AdmissionQuerySet",
    "Eligibility",
    "Invitation",
    "LateAccess",
    "Decision",
    "Offer",
    "OfferQuerySet",
    "Cover",
    "Endorsement",
    "EndorsementQuerySet",
    "Occasion",
]
