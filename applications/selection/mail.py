"""Letters: decisions, offers, what is cancelled; and what the applicant hears about the own place."""

from datetime import datetime

from applications.lifecycle import DecisionKind
from applications.mail import address, to_applicant, to_person
from applications.models import Application, Decision, Offer
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import Participation, Trip

TEMPLATES = {
    DecisionKind.SELECT: "letter_selected",
    DecisionKind.RESERVE: "letter_reserve",
    DecisionKind.NOT_SELECTED: "letter_not_selected",
}


def decision_letter(decision: Decision, trip: Trip, *, reply_by_at: datetime) -> OutboxMessage:
    """The one letter about a decision; the preview shows exactly this. Needs `application.user` and the phrases."""
    application = decision.application
    return to_person(
        TEMPLATES[DecisionKind(decision.kind)],
        f"decision:{application.pk}",
        application.user,
        trip,
        reasons=list(decision.phrases.all()),
        note=decision.note,
        reply_by_at=reply_by_at,
        url=address("applications:mine", application.pk),
        priority=3,
    )


def offer_letter(offer: Offer) -> OutboxMessage:
    """A place became free."""
    application = offer.application
    return to_person(
        "letter_offer",
        f"offer:{offer.pk}",
        application.user,
        application.trip,
        reply_by_at=offer.reply_by_at,
        url=address("applications:mine", application.pk),
        priority=3,
    )


def retraction_letter(offer: Offer, reason: str, by: User) -> OutboxMessage:
    """An offer was taken back, by somebody who can be asked why."""
    application = offer.application
    return to_person(
        "letter_retracted",
        f"offer:{offer.pk}:retracted",
        application.user,
        application.trip,
        reason=reason,
        url=address("applications:mine", application.pk),
        reply_to=by.email,
    )


def cancellation_letter(user: User, trip: Trip) -> OutboxMessage:
    """The trip does not take place; with the reason the lead gave."""
    return to_person(
        "letter_cancelled", f"cancelled:{trip.pk}:{user.pk}", user, trip, reason=trip.cancel_reason, priority=3
    )


def confirmed(offer: Offer, participation: Participation) -> OutboxMessage:
    """The place is taken, and what comes next."""
    return to_applicant("confirmed", f"confirmed:{offer.pk}", offer.application, participation=participation)


def declined(offer: Offer) -> OutboxMessage:
    """Thanks for answering; the place goes to somebody else."""
    return to_applicant("declined", f"declined:{offer.pk}", offer.application)


def gave_back(application: Application, participation: Participation) -> OutboxMessage:
    """The place was given back."""
    return to_applicant("gave_back", f"gave-back:{participation.pk}", application, participation=participation)


def offer_reminder(offer: Offer) -> OutboxMessage:
    """The offer expires soon."""
    key = f"reminder:offer:{offer.pk}"
    url = address("applications:offer", offer.application_id)
    return to_applicant("offer_reminder", key, offer.application, offer=offer, answer=url)


def reserve_ended(application: Application) -> OutboxMessage:
    """The trip left and no place came free for somebody on the reserve."""
    return to_applicant("reserve_ended", f"reserve-ended:{application.pk}", application)
