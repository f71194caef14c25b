"""Who may issue, revoke and read certificates."""

from django.utils.translation import gettext_lazy as _

from evaluations.certificates.conditions import Condition, opens_on
from evaluations.certificates.lifecycle import CERTIFICATE
from evaluations.certificates.models import Certificate
from exchange import clock
from exchange.lifecycle import Hat
from exchange.people.models import User
from exchange.transitions import may
from exchange.trips.models import Participation
from exchange.trips.permissions import can_lead, going, team_hats
from exchange.verdicts import CONFLICT, YES, Verdict, no


def can_issue(
    user: User, participation: Participation, kind: str, conditions: list[Condition], overrule: str = ""
) -> Verdict:
    """The lead issues when every condition is met, or overrules with a reason."""
    trip = participation.trip
    for verdict in (can_lead(user, trip), going(trip)):
        if not verdict:
            return verdict
    if participation.status != "active":
        return no(_("This person did not travel along."), CONFLICT)
    if clock.today() < opens_on(kind, trip):
        return no(_("It is too early for this certificate."), CONFLICT)
    if not overrule and not all(condition.met for condition in conditions):
        return no(_("Not every condition is met. You can overrule that with a reason."), CONFLICT)
    return YES


def can_correct_name(user: User, participation: Participation) -> Verdict:
    """The lead, as long as no certificate with the name counts: that one would have to be replaced."""
    for verdict in (can_lead(user, participation.trip), going(participation.trip)):
        if not verdict:
            return verdict
    if participation.status != "active":
        return no(_("This person did not travel along."), CONFLICT)
    if participation.user.erased_at:
        return no(_("This person had their data erased."), CONFLICT)
    if participation.certificates.live().exists():
        return no(
            _(
                "A certificate with this name counts already. Revoke it first, with the name as the reason; then "
                "correct the name and issue a new one."
            ),
            CONFLICT,
        )
    return YES


def can_revoke(user: User, certificate: Certificate) -> Verdict:
    """The lead, of a certificate that counts."""
    return may(CERTIFICATE, "revoke", certificate, team_hats(user, certificate.participation.trip))


def is_holder(user: User, certificate: Certificate) -> Verdict:
    """Only the holder switches the name on."""
    if certificate.participation and certificate.participation.user_id == user.pk:
        return YES
    return no(_("Only the holder decides about the name."))


def revoke_hats(user: User, certificate: Certificate) -> frozenset[Hat]:
    """The hats for the revoke transition."""
    return team_hats(user, certificate.participation.trip)
