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
from applications.models.line import OWN_WORDS, SENT, Line, LineQuerySet, LineWords, Standing
from applications.models.load import Load

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
    "OWN_WORDS",
    "SENT",
    "Line",
    "LineQuerySet",
    "LineWords",
    "Standing",
    "Load",
]
