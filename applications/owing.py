"""What applicants and managers owe a trip after the publication: answers to offers, and signatures for other days."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.endorsing import mail
from applications.endorsing.actions import mailed_again
from applications.models import Endorsement, Offer
from applications.selection.mail import offer_reminder
from exchange import clock
from exchange.trips.models import Trip
from exchange.trips.turns import Owing


def before_departure(trip: Trip, now: datetime) -> bool:
    """Whether the trip has still to leave."""
    return clock.day_of(now) < trip.departs_on


def offered(trips: Sequence[Trip], now: datetime) -> QuerySet[Offer]:
    """Offers that still hold a place and wait for an answer."""
    return Offer.objects.open(now).filter(application__trip__in=trips, application__status="submitted")


OFFERS_OPEN = Owing(
    key="offers",
    group=_("Applicants"),
    text=_("Say whether they take the place"),
    mail="applications/offer_reminder",
    open=before_departure,
    rows=offered,
    letters=lambda rows, now: [offer_reminder(one) for one in rows],
    url=lambda trip: reverse("applications:reserve", args=[trip.slug]),
    trip="application__trip",
    name="application__user__name",
    address="application__user__email",
    wants="application__user__reminders",
    since="made_at",
    due="reply_by_at",
    fetch=("application__trip", "application__user"),
    for_lead=True,
)
MANAGERS_AGAIN = Owing(
    key="managers",
    group=_("Managers"),
    text=_("Sign again, for the other days"),
    mail="applications/endorse",
    open=before_departure,
    rows=lambda trips, now: Endorsement.objects.to_answer().filter(application__trip__in=trips, bounced_at=None),
    letters=lambda rows, now: [mail.request(one, again=True) for one in rows],
    url=lambda trip: reverse("applications:list", args=[trip.slug]),
    trip="application__trip",
    name="manager_name",
    address="manager_email",
    wants="",
    since="asked_at",
    due="due_at",
    fetch=("application__trip", "application__user", "submission__institution"),
    for_lead=True,
    mailed=mailed_again,
)
ALL = (OFFERS_OPEN, MANAGERS_AGAIN)
