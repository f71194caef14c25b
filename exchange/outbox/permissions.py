"""Questions about a message. The outbox lies below trips and people: it knows a user by what it answers to."""

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from exchange.lifecycle import Hat
from exchange.outbox.lifecycle import MESSAGE
from exchange.outbox.models import OutboxMessage
from exchange.signed_in import User
from exchange.transitions import may
from exchange.verdicts import CONFLICT, YES, Verdict, no


def message_hats(user: User, message: OutboxMessage) -> frozenset[Hat]:
    """Lead of the message's trip; administrator of mail about no trip. Its recipient only reads."""
    if message.trip:
        return frozenset({Hat.LEAD} if message.trip in user.leads else ())
    return frozenset({Hat.ADMINISTRATOR} if user.is_administrator else ())


def can_resend(user: User, message: OutboxMessage) -> Verdict:
    """A message that failed may be sent again, unless what it says has had its day."""
    verdict = may(MESSAGE, "resend", message, message_hats(user, message))
    if verdict and message.expired:
        return no(_("What this message says has expired."), CONFLICT)
    return verdict


def can_withdraw(user: User, message: OutboxMessage) -> Verdict:
    """A message that has not left may be withdrawn."""
    return may(MESSAGE, "cancel", message, message_hats(user, message))


def can_read_all(user: User) -> Verdict:
    """The mail of the whole alliance is for administrators."""
    return YES if user.is_administrator else no(_("Only administrators see all mail."))


def can_lead_mail(user: User, trip: Model) -> Verdict:
    """The mail of a trip is for its lead, and for administrators to look."""
    if trip.pk in user.leads or user.is_administrator:
        return YES
    return no(_("Only the lead of this trip sees its mail."))
