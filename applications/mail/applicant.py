"""What is mailed to the applicant, except the letter of the selection. One pure builder per message."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from applications.models import Application, Offer, Submission
from exchange import clock
from exchange.outbox.actions import message
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import Participation


def address(name: str, *args: Any) -> str:
    """A full address of the house."""
    return settings.BASE_URL + reverse(name, args=args)


def to_applicant(kind: str, key: str, application: Application, **context: Any) -> OutboxMessage:
    """A message to the applicant, in the applicant's language."""
    user = application.user
    return message(
        key=key,
        kind=f"applications/{kind}",
        to=user.email,
        recipient=user,
        language=user.language,
        trip=application.trip,
        context={
            "name": user.get_short_name(),
            "application": application,
            "trip": application.trip,
            "mine": address("applications:mine", application.pk),
            **context,
        },
    )


def receipt(submission: Submission) -> OutboxMessage:
    """What was sent, with its number and a copy."""
    return to_applicant(
        "receipt",
        f"receipt:{submission.pk}",
        submission.application,
        submission=submission,
        content=submission.said,
        again=submission.number > 1,
    )


def withdrawn(application: Application) -> OutboxMessage:
    """The application was withdrawn, and until when that can be undone."""
    return to_applicant("withdrawn", f"withdrawn:{application.pk}:{clock.now().isoformat()}", application)


def reinstated(application: Application) -> OutboxMessage:
    """The application stands again."""
    return to_applicant("reinstated", f"reinstated:{application.pk}:{clock.now().isoformat()}", application)


def manager_answered(endorsement: Any) -> OutboxMessage:
    """The manager answered; the same words whatever the answer."""
    key = f"answered:{endorsement.pk}:{endorsement.generation}"
    return to_applicant("manager_answered", key, endorsement.application, manager=endorsement.manager_name)


def passed_on(endorsement: Any) -> OutboxMessage:
    """The manager named somebody else, who was asked now."""
    key = f"passed-on:{endorsement.pk}"
    return to_applicant("passed_on", key, endorsement.application, manager=endorsement.manager_name)


def manager_unreachable(endorsement: Any) -> OutboxMessage:
    """The mail to the manager came back: another address is needed."""
    return _about_manager("manager_unreachable", endorsement)


def manager_silent(endorsement: Any) -> OutboxMessage:
    """A week has passed without an answer: remind in person, or ask somebody else."""
    return _about_manager("manager_silent", endorsement)


def _about_manager(kind: str, endorsement: Any) -> OutboxMessage:
    key = f"{kind}:{endorsement.pk}:{endorsement.generation}"
    url = address("applications:manager", endorsement.application_id)
    return to_applicant(kind, key, endorsement.application, endorsement=endorsement, replace=url)


def confirmed(offer: Offer, participation: Participation) -> OutboxMessage:
    """The place is taken, and what comes next."""
    return to_applicant("confirmed", f"confirmed:{offer.pk}", offer.application, participation=participation)


def declined(offer: Offer) -> OutboxMessage:
    """Thanks for answering; the place goes to somebody else."""
    return to_applicant("declined", f"declined:{offer.pk}", offer.application)


def gave_back(application: Application, participation: Participation) -> OutboxMessage:
    """The place was given back."""
    return to_applicant("gave_back", f"gave-back:{participation.pk}", application, participation=participation)


def draft_reminder(application: Application, days: int) -> OutboxMessage:
    """The call closes soon and the draft was not sent."""
    key = f"reminder:draft:{application.pk}:{application.trip.closes_at:%Y%m%d}:{days}"
    url = address("applications:apply", application.trip.slug)
    return to_applicant("draft_reminder", key, application, days=days, apply=url)


def offer_reminder(offer: Offer) -> OutboxMessage:
    """The offer expires soon."""
    key = f"reminder:offer:{offer.pk}"
    url = address("applications:offer", offer.application_id)
    return to_applicant("offer_reminder", key, offer.application, offer=offer, answer=url)
