"""What is mailed to a manager. The request holds no text by the applicant except names, and those without links."""

from datetime import datetime
from enum import StrEnum

from applications import content
from applications.mail import address, to_applicant
from applications.models import Endorsement
from exchange import clock
from exchange.outbox.actions import message
from exchange.outbox.models import OutboxMessage

#: Days after the question on which it is mailed again, by itself.
CHASES = (3, 6)


def request(endorsement: Endorsement, *, again: bool = False, chase: int = 0) -> OutboxMessage:
    """The question, with the secret link. `again`: repeated by hand, at most once a day; `chase`: the day it is
    repeated by itself. Whoever was asked before reads what has changed since.
    """
    key = f"endorse:{endorsement.pk}:{endorsement.generation}"
    if chase:
        key = f"{key}:chase:{chase}"
    elif again:
        key = request_key(endorsement)
    context = {"again": again or chase, "passer": passed_on_by(endorsement), **told_again(endorsement)}
    trip = endorsement.application.trip
    return to_manager("endorse", key, endorsement, links=True, call=address("trips:detail", trip.slug), **context)


def told_again(endorsement: Endorsement) -> dict[str, object]:
    """What whoever was asked before is told: days and hours as they were and are, of the rest that it changed."""
    before = asked_before(endorsement)
    if not before:
        return {"changed": False}
    old, new = before.signed_content, endorsement.signed_content
    parts = content.signed_changes(old, new)
    return {
        "changed": bool(parts),
        "before": before,
        "figures": content.signed_figures(old, new),
        "texts": [content.SIGNED_PARTS[part] for part in parts if part not in content.FIGURES],
    }


def ask_again(endorsement: Endorsement) -> OutboxMessage:
    """After the return or after a year: what was promised, and who answers for the school from here on."""
    key = f"endorse-again:{endorsement.pk}:{endorsement.generation}"
    return to_manager("endorse_again", key, endorsement, links=True)


def asked_before(endorsement: Endorsement) -> Endorsement | None:
    """What the same address answered last, else what it was asked last; None when this is the first question to it."""
    earlier = list(endorsement.application.endorsements.before(endorsement))
    return next((one for one in earlier if one.said), next(iter(earlier), None))


def passed_on_by(endorsement: Endorsement) -> str:
    """The name of the manager who said "not me, ask them"; empty when the applicant named this one."""
    earlier = endorsement.application.endorsements.filter(other_email=endorsement.manager_email)
    return earlier.values_list("manager_name", flat=True).first() or ""


def request_key(endorsement: Endorsement) -> str:
    """The key of today's repeat."""
    return f"endorse:{endorsement.pk}:{endorsement.generation}:{clock.today():%Y-%m-%d}"


def receipt(endorsement: Endorsement) -> OutboxMessage:
    """A copy of what the manager answered."""
    return to_manager("endorse_receipt", f"endorse-receipt:{endorsement.pk}", endorsement)


def to_manager(
    kind: str, key: str, endorsement: Endorsement, *, links: bool = False, **context: object
) -> OutboxMessage:
    """A message to the manager, in the language the applicant wrote in: we know no other."""
    application = endorsement.application
    data = {"endorsement": str(endorsement.pk), "generation": endorsement.generation}
    return message(
        key=key,
        kind=f"applications/{kind}",
        to=endorsement.manager_email,
        language=endorsement.language,
        trip=application.trip,
        links={"endorse": data} if links else {},
        context={
            "endorsement": endorsement,
            "submission": endorsement.submission,
            "trip": application.trip,
            "signed": endorsement.signed_content,
            "days": content.signed_days(endorsement.signed_content),
            **context,
        },
    )


class Ended(StrEnum):
    """Why nothing is asked of a manager any more."""

    PUBLISHED, CANCELLED, WITHDRAWN, DEPARTED, CLOSED = "published", "cancelled", "withdrawn", "departed", "closed"


def not_needed(endorsement: Endorsement, why: Ended) -> OutboxMessage:
    """It came to an end before the manager answered: nothing is asked any more."""
    key = f"endorse-ended:{endorsement.pk}:{endorsement.generation}:{why}"
    if why is Ended.WITHDRAWN:  # which can happen again
        key = f"{key}:{clock.now().isoformat()}"
    return to_manager("endorse_ended", key, endorsement, why=str(why))


def answer_by(endorsement: Endorsement, before: datetime, reason: str) -> OutboxMessage:
    """There is more time to answer, or less."""
    at = endorsement.due_at
    key = f"endorse-by:{endorsement.pk}:{at.isoformat()}:{clock.now().isoformat()}"
    context = {"at": at, "before": before, "reason": reason, "earlier": at < before}
    return to_manager("endorse_by", key, endorsement, links=True, **context)


def manager_answered(endorsement: Endorsement) -> OutboxMessage:
    """The manager answered; the same words whatever the answer."""
    key = f"answered:{endorsement.pk}:{endorsement.generation}"
    return to_applicant("manager_answered", key, endorsement.application, manager=endorsement.manager_name)


def passed_on(endorsement: Endorsement) -> OutboxMessage:
    """The manager named somebody else, who was asked now."""
    key = f"passed-on:{endorsement.pk}"
    return to_applicant("passed_on", key, endorsement.application, manager=endorsement.manager_name)


def manager_unreachable(endorsement: Endorsement) -> OutboxMessage:
    """The mail to the manager came back: another address is needed."""
    return _about_manager("manager_unreachable", endorsement)


def manager_silent(endorsement: Endorsement) -> OutboxMessage:
    """A week has passed without an answer: remind in person, or ask somebody else."""
    return _about_manager("manager_silent", endorsement)


def _about_manager(kind: str, endorsement: Endorsement) -> OutboxMessage:
    key = f"{kind}:{endorsement.pk}:{endorsement.generation}"
    url = address("applications:manager", endorsement.application_id)
    return to_applicant(kind, key, endorsement.application, endorsement=endorsement, replace=url)
