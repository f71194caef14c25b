"""What the way to a place loses with somebody whose account closes."""

from collections import Counter
from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Application, Assessment, Endorsement
from exchange import clock
from exchange.addresses import address
from exchange.people.leaving import Duty, When
from exchange.people.models import User
from exchange.trips.leaving import leads
from exchange.trips.models import Trip


def duties(person: User) -> Iterator[Duty]:
    """Applications to read, managers' questions to answer, and the own application: the lead hears of each."""
    open_call = Q(application__trip__published_at=None, application__trip__cancelled_at=None)
    reading = Assessment.objects.filter(open_call, reviewer=person, status="assigned")
    for trip, n in _by_trip(reading.filter(application__status="submitted")):
        text = ngettext(
            "%(trip)s: %(n)s application to read goes to somebody else.",
            "%(trip)s: %(n)s applications to read go to somebody else.",
            n,
        )
        yield _stays(text % {"trip": trip, "n": n}, trip, person)
    mine = Q(pk__in=[])
    for email in {person.email, *person.emailaddress_set.filter(verified=True).values_list("email", flat=True)}:
        mine |= Q(manager_email__iexact=email)
    for trip, n in _by_trip(Endorsement.objects.to_answer().filter(mine, application__trip__cancelled_at=None)):
        text = ngettext(
            "%(trip)s: %(n)s applicant waits for their answer as a manager, and can name somebody else.",
            "%(trip)s: %(n)s applicants wait for their answer as a manager, and can name somebody else.",
            n,
        )
        yield _stays(text % {"trip": trip, "n": n}, trip, person)
    waiting = Application.objects.filter(user=person, status="submitted", trip__departs_on__gt=clock.today())
    own = waiting.filter(trip__published_at=None, trip__cancelled_at=None)
    for application in own.select_related("trip").order_by("trip__departs_on"):
        text = _("%(trip)s: the own application stays, until it is withdrawn or decided on.")
        yield _stays(text % {"trip": application.trip}, application.trip, person)


def _by_trip(rows: QuerySet) -> list[tuple[Trip, int]]:
    counted = Counter(rows.values_list("application__trip", flat=True))
    trips = Trip.objects.filter(pk__in=counted).order_by("departs_on")
    return [(trip, counted[trip.pk]) for trip in trips]


def _stays(text: str, trip: Trip, person: User) -> Duty:
    return Duty(text, When.STAYS, address("trips:team", trip.slug), leads(trip, person))
