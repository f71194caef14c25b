"""What is mailed to the applicant about the own application. One pure builder per message."""

from applications.content import to_read
from applications.mail import address, to_applicant
from applications.models import Application, Submission
from applications.questions import Reader
from exchange import clock
from exchange.outbox.models import OutboxMessage


def receipt(submission: Submission) -> OutboxMessage:
    """What was sent, with its number and a copy."""
    return to_applicant(
        "receipt",
        f"receipt:{submission.pk}",
        submission.application,
        submission=submission,
        content=to_read(submission.answers, Reader.APPLICANT),
        again=submission.number > 1,
    )


def withdrawn(application: Application) -> OutboxMessage:
    """The application was withdrawn, and until when that can be undone."""
    return to_applicant("withdrawn", f"withdrawn:{application.pk}:{clock.now().isoformat()}", application)


def reinstated(application: Application) -> OutboxMessage:
    """The application stands again."""
    return to_applicant("reinstated", f"reinstated:{application.pk}:{clock.now().isoformat()}", application)


def draft_caught(application: Application) -> OutboxMessage:
    """The call closed before the draft was sent."""
    key = f"caught:{application.pk}:{application.trip.closes_at.isoformat()}"
    url = address("applications:apply", application.trip.slug)
    return to_applicant("draft_caught", key, application, apply=url)


def draft_reminder(application: Application, days: int) -> OutboxMessage:
    """The call closes soon and the draft was not sent."""
    key = f"reminder:draft:{application.pk}:{application.trip.closes_at:%Y%m%d}:{days}"
    url = address("applications:apply", application.trip.slug)
    return to_applicant("draft_reminder", key, application, days=days, apply=url)
