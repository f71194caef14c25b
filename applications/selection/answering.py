"""The applicant answers an offer; confirming makes the participation and its learning goals."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from applications.lifecycle import OFFER
from applications.lines import settle
from applications.models import Application, Offer, Submission
from applications.permissions import applicant_hats
from applications.selection import mail
from applications.selection.permissions import can_answer, can_give_back
from exchange import clock
from exchange.history.actions import record
from exchange.lifecycle import Hat
from exchange.outbox.actions import queue_many
from exchange.people.models import User
from exchange.transitions import perform
from exchange.trips.lifecycle import PARTICIPATION
from exchange.trips.models import LearningGoal, Participation
from exchange.verdicts import CONFLICT, Refused, no, require


@transaction.atomic
def confirm_place(*, offer: Offer, by: User) -> Participation:
    """Take the place: a participation with the school, role and name of the last submission, and its goals."""
    require(can_answer(by, offer, "confirm"))
    application = offer.application
    perform(OFFER, "confirm", offer, hats=applicant_hats(by, application), by=by, answered_at=clock.now())
    submission = application.submissions.latest("number")
    participation = _participation(submission)
    _learning_goals(participation, submission)
    record(about=participation, verb="participation.confirm", by=by)
    settle(application)
    queue_many(messages=[mail.confirmed(offer, participation)])
    return participation


def _participation(submission: Submission) -> Participation:
    application = submission.application
    try:
        with transaction.atomic():
            return Participation.objects.create(
                trip=application.trip,
                user=application.user,
                institution=submission.institution,
                job_role=submission.job_role,
                printed_name=submission.printed_name,
                confirmed_at=clock.now(),
            )
    except IntegrityError:
        raise Refused(no(_("You had a place on this trip already."), CONFLICT)) from None


def _learning_goals(participation: Participation, submission: Submission) -> None:
    """The goals as they were sent, with the ids they were proposed with. Nobody types them twice."""
    sent = submission.answers["goals"]
    LearningGoal.objects.bulk_create(
        LearningGoal(
            id=goal["id"],
            participation=participation,
            order=goal["order"],
            language=submission.answers["language"],
            proposed_text=goal["able_to"],
            students_notice=goal["students_notice"],
            others_see=goal["others_see"],
            proposed_at=submission.submitted_at,
        )
        for goal in sent
    )
    links = LearningGoal.tags.through
    links.objects.bulk_create(
        links(learninggoal_id=goal["id"], tag_id=tag) for goal in sent for tag in goal.get("tags", [])
    )


@transaction.atomic
def decline(*, offer: Offer, reason: str, by: User) -> Offer:
    """Leave the place to somebody else."""
    require(can_answer(by, offer, "decline"))
    hats = applicant_hats(by, offer.application)
    perform(OFFER, "decline", offer, hats=hats, by=by, answered_at=clock.now(), decline_reason=reason)
    settle(offer.application_id)
    queue_many(messages=[mail.declined(offer)])
    return offer


@transaction.atomic
def give_back(*, participation: Participation, reason: str, by: User) -> Participation:
    """Give a confirmed place back; whether that was before departure follows from the moment."""
    require(can_give_back(by, participation))
    perform(
        PARTICIPATION,
        "cancel",
        participation,
        hats={Hat.OWNER},
        by=by,
        cancelled_at=clock.now(),
        cancelled_by=by,
        cancel_reason=reason,
    )
    application = Application.objects.select_related("trip", "user").get(trip=participation.trip, user=by)
    settle(application)
    queue_many(messages=[mail.gave_back(application, participation)])
    return participation
