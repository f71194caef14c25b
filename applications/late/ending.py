"""What publishing, cancelling or closing ends: requests to be admitted, late access, and questions to managers."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.endorsing.mail import Ended, not_needed
from applications.late import mail
from applications.lifecycle import ADMISSION
from applications.models import Admission, Application, Endorsement, LateAccess
from exchange import clock
from exchange.addresses import address
from exchange.at_once import at_once, how_many
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.transitions import perform
from exchange.trips.models import Trip
from exchange.trips.permissions import team_hats
from exchange.trips.requests import CANCEL, CLOSE, PUBLISH, Open

ENDED = {PUBLISH: Ended.PUBLISHED, CANCEL: Ended.CANCELLED, CLOSE: Ended.CLOSED}


def asked(trip: Trip) -> QuerySet[Admission]:
    """Who asked to be admitted and waits for an answer, their draft still a draft."""
    return Admission.objects.filter(application__trip=trip, status="asked", application__status="draft")


def running(trip: Trip) -> QuerySet[LateAccess]:
    """Who may still write, and has not sent."""
    sent = Application.objects.filter(trip=trip, status="submitted", user__email__iexact=OuterRef("email"))
    return LateAccess.objects.filter(~Exists(sent), trip=trip, until_at__gt=clock.now())


def silent(trip: Trip, transition: str) -> QuerySet[Endorsement]:
    """Managers who were asked to sign and have not answered; what the publication ended is not ended again."""
    if transition == CANCEL:
        return Endorsement.objects.to_answer().filter(application__trip=trip)
    if transition == CLOSE:
        return Endorsement.objects.asked_later().filter(application__trip=trip)
    return Endorsement.objects.current().filter(status="asked", application__trip=trip, application__status="submitted")


def counted(trip: Trip, transition: str) -> Counter[str]:
    """How many of each; what the publication ended is not ended again."""
    kinds: dict[str, Any] = {"silent": silent(trip, transition)}
    if transition != CLOSE:
        kinds["asked"] = asked(trip)
    if not trip.published_at or transition == PUBLISH:
        kinds["running"] = running(trip)
    return Counter(at_once(trip, {kind: how_many(found) for kind, found in kinds.items()}))


def open_requests(trip: Trip, transition: str) -> Iterator[Open]:
    """What is open, counted in one statement. Before a publication a person answers who asks to be admitted."""
    n = counted(trip, transition)
    late = address("applications:late", trip.slug)
    if n["asked"]:
        text = ngettext(
            "%(n)s person asked to be admitted and has no answer yet.",
            "%(n)s people asked to be admitted and have no answer yet.",
            n["asked"],
        )
        yield Open(text % {"n": n["asked"]}, late, settled=transition == CANCEL)
    if n["running"]:
        text = ngettext(
            "%(n)s person has late access that still runs; it ends now, and a mail says so.",
            "%(n)s people have late access that still runs; it ends now, and a mail says so.",
            n["running"],
        )
        yield Open(text % {"n": n["running"]}, late)
    if n["silent"]:
        text = ngettext(
            "%(n)s manager has not answered; a mail says that it is no longer needed.",
            "%(n)s managers have not answered; a mail says that it is no longer needed.",
            n["silent"],
        )
        yield Open(text % {"n": n["silent"]})


def end_requests(trip: Trip, transition: str, by: User) -> Iterator[OutboxMessage]:
    """Settle them, each with one letter."""
    n = counted(trip, transition)
    if n["asked"] and transition == CANCEL:
        for admission in asked(trip).select_related("application__user", "application__trip"):
            yield _declined(admission, trip, by)
    if n["running"]:
        yield from (mail.late_ended(access) for access in running(trip).select_related("trip"))
    if n["silent"]:
        waiting = silent(trip, transition).select_related("application__trip", "submission")
        yield from (not_needed(one, ENDED[transition]) for one in waiting)


def _declined(admission: Admission, trip: Trip, by: User) -> OutboxMessage:
    with translation.override(admission.application.user.language):
        answer = _("The trip was cancelled: %(reason)s") % {"reason": trip.cancel_reason}
    told: dict[str, Any] = {"answer": answer[:1000], "answered_at": clock.now(), "answered_by": by}
    perform(ADMISSION, "decline", admission, hats=team_hats(by, trip), by=by, trip=trip.pk, **told)
    return mail.declined(admission)
