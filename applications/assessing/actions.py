"""A reviewer scores, finishes, changes and hands back. Mean and count stand on the application, written with it."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from applications.assessing.permissions import assessment_hats, can_assess, can_change_assessment, can_recuse
from applications.assessing.rubric import mean, rubric_of, weighted
from applications.lifecycle import ASSESSMENT
from applications.lines import settle
from applications.models import Application, Assessment, Criterion, Recusal, Score, Submission
from exchange import clock
from exchange.history.actions import record
from exchange.people.models import User
from exchange.transitions import perform, too_late
from exchange.verdicts import CONFLICT, Refused, no, require


@dataclass(frozen=True, slots=True)
class Given:
    """What a reviewer gave for one criterion; both may still be empty."""

    level: int | None = None
    reason: str = ""

    @property
    def complete(self) -> bool:
        return self.level is not None and bool(self.reason.strip())


@transaction.atomic
def save_assessment(
    *, assessment: Assessment, given: dict[UUID, Given], submission: Submission | None = None, by: User
) -> Assessment:
    """Keep what was filled in so far; `given` maps a criterion's id to what it got."""
    require(can_assess(by, assessment))
    if assessment.status != "assigned":
        reason = _("This assessment is finished. Open it again to change it.")
        raise Refused(too_late(ASSESSMENT, assessment, reason, "finish"))
    if submission and submission.pk != assessment.submission_id:
        Assessment.objects.filter(pk=assessment.pk, status="assigned").update(submission=submission)
        assessment.submission = submission
    rows = [
        Score(assessment=assessment, criterion=criterion, level=one.level, reason=one.reason.strip())
        for criterion in rubric_of(assessment.application.trip)
        if (one := given.get(criterion.pk))
    ]
    Score.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["assessment", "criterion"], update_fields=["level", "reason"]
    )
    return assessment


@transaction.atomic
def finish_assessment(
    *, assessment: Assessment, given: dict[UUID, Given], submission: Submission | None = None, by: User
) -> Assessment:
    """Save, and close the assessment: every criterion has a level and a reason. The application's mean follows."""
    require(can_assess(by, assessment))
    criteria = rubric_of(assessment.application.trip)
    gaps = unfinished(criteria, given)
    if not criteria or gaps:
        names = ", ".join(criterion.name for criterion in gaps)
        raise Refused(no(_("Give a level and a reason for: %(names)s.") % {"names": names}, CONFLICT))
    newest = assessment.application.submissions.order_by("-number").first()
    if newest and newest != (submission or assessment.submission):
        raise Refused(no(_("A newer version was sent in the meantime. Read that one before you finish."), CONFLICT))
    save_assessment(assessment=assessment, given=given, submission=submission, by=by)
    total = weighted([(criterion.weight, given[criterion.pk].level or 0) for criterion in criteria])
    perform(
        ASSESSMENT,
        "finish",
        assessment,
        hats=assessment_hats(by, assessment),
        by=by,
        finished_at=clock.now(),
        total=total,
    )
    _tally(assessment.application)
    return assessment


@transaction.atomic
def reopen_assessment(*, assessment: Assessment, by: User) -> Assessment:
    """Change the own assessment; until it is finished again it does not count."""
    require(can_change_assessment(by, assessment))
    hats = assessment_hats(by, assessment)
    perform(ASSESSMENT, "reopen", assessment, hats=hats, by=by, finished_at=None, total=None)
    _tally(assessment.application)
    return assessment


@transaction.atomic
def recuse(*, assessment: Assessment, reason: str, by: User) -> Assessment:
    """Hand an application back: the reviewer knows this person, or the lead sees that they should not read it."""
    require(can_recuse(by, assessment))
    hats = assessment_hats(by, assessment)
    perform(ASSESSMENT, "recuse", assessment, hats=hats, by=by, total=None, finished_at=None)
    _declare(assessment, reason, by)
    _tally(assessment.application)
    return assessment


def _declare(assessment: Assessment, reason: str, by: User) -> None:
    """Its reviewer stays out of this application, whatever else comes of it."""
    recusal, _made = Recusal.objects.get_or_create(
        application=assessment.application,
        user=assessment.reviewer,
        defaults={"reason": reason, "declared_at": clock.now()},
    )
    record(about=recusal, verb="recusal.declare", by=by, trip=assessment.application.trip_id)


def unfinished(criteria: list[Criterion], given: dict[UUID, Given]) -> list[Criterion]:
    """The criteria that still lack a level or a reason."""
    return [criterion for criterion in criteria if not given.get(criterion.pk, Given()).complete]


def _tally(application: Application) -> None:
    """Write mean and count of the finished assessments; inside the transaction of what changed them."""
    # Two reviewers who finish at once: the second counts after the first.
    Application.objects.select_for_update().get(pk=application.pk)
    finished = Assessment.objects.filter(application=application, status="finished")
    totals = list(finished.values_list("total", flat=True))
    application.score_mean, application.score_count = mean(totals), len(totals)
    application.save(update_fields=["score_mean", "score_count"])
    settle(application, reading=True)
