"""Who may see live figures, and publish them."""

from django.utils.translation import gettext_lazy as _

from evaluations.impact.models import ReportEdition, Voice
from exchange.people.models import User
from exchange.trips.lifecycle import Phase
from exchange.trips.models import Participation, Trip
from exchange.trips.permissions import can_lead, can_look_as_lead, going
from exchange.verdicts import CONFLICT, YES, Verdict, no

#: A report is about a trip that came home.
PHASES = (Phase.RETURN, Phase.FOLLOW_UP, Phase.CLOSED)


def can_preview(user: User, trip: Trip) -> Verdict:
    """Live figures are for the lead; everybody else reads editions."""
    return can_look_as_lead(user, trip)


def can_find(user: User, trip: Trip) -> Verdict:
    """What came out of a trip is the lead's to say."""
    return can_lead(user, trip)


def can_read(user: User, edition: ReportEdition) -> Verdict:
    """Whoever sees the edition may have it on paper."""
    if ReportEdition.objects.visible_to(user).filter(pk=edition.pk).exists():
        return YES
    return no(_("This edition is not yours to read."))


def can_publish(user: User, trip: Trip) -> Verdict:
    """The lead, once the trip is back and at least one finding is written."""
    for verdict in (can_lead(user, trip), going(trip)):
        if not verdict:
            return verdict
    if trip.phase not in PHASES:
        return no(_("A report can be published once the trip is back."), CONFLICT)
    if not trip.findings.all():
        return no(_("Write at least one finding first: figures alone convince nobody."), CONFLICT)
    return YES


def can_speak(user: User, participation: Participation) -> Verdict:
    """Who went along says a sentence in public once the trip is back, changes it, and takes it back."""
    if participation.user_id != user.pk or participation.status != "active":
        return no(_("This is not yours."))
    if participation.trip.phase not in PHASES:
        return no(_("This is asked once the trip is back."), CONFLICT)
    return YES


def can_place(user: User, voice: Voice) -> Verdict:
    """The lead chooses what stands on the public page, and takes it off."""
    return can_lead(user, voice.participation.trip)


def can_show(user: User, edition: ReportEdition) -> Verdict:
    """The lead decides, at publishing and later, whether title and figure stand on the public page."""
    return can_lead(user, edition.trip)
