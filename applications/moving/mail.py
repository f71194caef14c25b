"""What is mailed when a trip moves: to applicants, to managers whose day it is, and to schools afterwards."""

from applications.endorsing.mail import to_manager
from applications.mail import address, to_applicant
from applications.models import Application, Endorsement
from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.trips.moving import DAYS, LABELS, Change, Move


def _days(move: Move, *more: str) -> list[Change]:
    told = (*DAYS, *more)
    return [Change(LABELS[name], move.before[name], move.after[name]) for name in move.changed if name in told]


def moved(application: Application, move: Move, reason: str, *, asked: bool) -> OutboxMessage:
    """To somebody who applied: what changed, whether the manager is `asked` again, and how to step back."""
    trip = move.trip
    key = f"moved:{trip.pk}:{trip.sequence}:{application.user_id}"
    own = "apply" if application.status == "draft" else "mine"
    page = address("applications:apply", trip.slug) if own == "apply" else address("applications:mine", application.pk)
    now = clock.now()
    offer = next((one for one in application.offers.all() if one.status == "open" and not one.expired(now)), None)
    way = "withdraw" if now < trip.closes_at else "decline" if offer else "write"
    facts = {
        "changes": _days(move, "letters_on"),
        "days": move.days_change,
        "reason": reason,
        "asked": asked,
        "page": page,
        "offer": offer,
        "way": way,
    }
    return to_applicant("moved", key, application, **facts)


def other_day(endorsement: Endorsement, move: Move, reason: str) -> OutboxMessage:
    """To whoever answers for the school of somebody who travelled: the return meeting or the follow-up day moved."""
    key = f"other-day:{endorsement.pk}:{move.trip.sequence}"
    made = to_manager("other_day", key, endorsement, changes=_days(move), reason=reason)
    made.to = endorsement.contact_email or endorsement.manager_email
    return made
