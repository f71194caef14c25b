"""What is mailed to a manager. The request holds no text by the applicant except names, and those without links."""

from applications.models import Endorsement
from exchange import clock
from exchange.outbox.actions import message
from exchange.outbox.models import OutboxMessage


def request(endorsement: Endorsement, *, again: bool = False, changed: bool = False) -> OutboxMessage:
    """The question, with the secret link. `again`: repeated, at most once a day; `changed`: what is signed changed."""
    key = request_key(endorsement) if again else f"endorse:{endorsement.pk}:{endorsement.generation}"
    passer = passed_on_by(endorsement)
    return to_manager("endorse", key, endorsement, again=again, changed=changed, passer=passer, links=True)


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
            **context,
        },
    )
