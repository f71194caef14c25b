"""What is mailed about drafts that the deadline caught, late access and a deadline that moved."""

from datetime import datetime

from applications.mail import address, to_applicant
from applications.models import Admission, Application, LateAccess
from exchange import clock
from exchange.outbox.actions import message
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.lifecycle import TeamRole


def asked(admission: Admission) -> list[OutboxMessage]:
    """To every lead: somebody asks to be admitted."""
    trip = admission.application.trip
    url = address("applications:admission", trip.slug, admission.pk)
    leads = User.objects.filter(team_memberships__trip=trip, team_memberships__role=TeamRole.LEAD, is_active=True)
    return [
        message(
            key=f"admission:{admission.pk}:{lead.pk}",
            kind="applications/admission_asked",
            to=lead.email,
            recipient=lead,
            language=lead.language,
            trip=trip,
            context={"name": lead.get_short_name(), "trip": trip, "admission": admission, "url": url},
        )
        for lead in leads.distinct()
    ]


def admitted(admission: Admission) -> OutboxMessage:
    """The draft is in; the receipt follows by itself."""
    key = f"admission-admitted:{admission.pk}"
    return to_applicant("admission_admitted", key, admission.application, admission=admission)


def declined(admission: Admission) -> OutboxMessage:
    """The draft stays out."""
    return to_applicant(
        "admission_declined", f"admission-declined:{admission.pk}", admission.application, admission=admission
    )


def late_access(access: LateAccess, word: str) -> OutboxMessage:
    """To the address itself: until when it may write, with the link and perhaps a word of the team."""
    apply = address("applications:apply", access.trip.slug)
    return _to_address("late_access", "late-access", access, word=word, apply=apply)


def late_ended(access: LateAccess) -> OutboxMessage:
    """To an address that had not sent yet: nothing can be sent any more."""
    return _to_address("late_ended", "late-ended", access)


def _to_address(kind: str, key: str, access: LateAccess, **context: object) -> OutboxMessage:
    account = User.objects.filter(emailaddress__email__iexact=access.email, emailaddress__verified=True).first()
    name = account.get_short_name() if account else ""
    return message(
        key=f"{key}:{access.pk}:{access.given_at.isoformat()}",
        kind=f"applications/{kind}",
        to=access.email,
        recipient=account,
        language=account.language if account else "nl",
        trip=access.trip,
        context={"name": name, "trip": access.trip, "access": access, **context},
    )


def deadline_moved(application: Application, before: datetime, reason: str) -> OutboxMessage:
    """The call closes at another moment than it said."""
    trip = application.trip
    key = f"deadline:{application.pk}:{trip.closes_at.isoformat()}:{clock.now().isoformat()}"
    earlier = trip.closes_at < before
    url = address("applications:apply", trip.slug)
    return to_applicant("deadline_moved", key, application, before=before, earlier=earlier, reason=reason, apply=url)
