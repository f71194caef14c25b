"""What trips lose with somebody whose account closes."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from exchange import clock
from exchange.addresses import address
from exchange.people.leaving import Duty, When
from exchange.people.models import User
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Participation, TeamMember, Trip


def duties(person: User) -> Iterator[Duty]:
    """Teams of trips that are not over, and places."""
    running = TeamMember.objects.filter(user=person, trip__closed_at=None, trip__cancelled_at=None)
    for member in running.select_related("trip").order_by("trip__departs_on", "role"):
        others = leads(member.trip, person)
        words = {"trip": member.trip, "role": member.get_role_display()}
        url = address("trips:members", member.trip.slug)
        if member.role == TeamRole.LEAD and not others:
            yield Duty(_("%(trip)s has no other lead. Somebody takes that over first.") % words, When.FIRST, url)
        else:
            yield Duty(_("%(role)s of %(trip)s: that ends.") % words, When.ENDS, url, others)
    places = Participation.objects.active().filter(user=person, trip__closed_at=None, trip__cancelled_at=None)
    for place in places.select_related("trip").order_by("trip__departs_on"):
        words, url = {"trip": place.trip}, address("trips:travellers", place.trip.slug)
        if place.trip.returns_on >= clock.today():
            text = _("%(trip)s: not before the return, while somebody travels along. Or give the place back first.")
            yield Duty(text % words, When.FIRST, url)
        else:
            text = _("Went along with %(trip)s: what is still asked after it stays without an answer.")
            yield Duty(text % words, When.STAYS, url, leads(place.trip, person))


def leads(trip: Trip, but: User) -> tuple[User, ...]:
    """Who else leads a trip."""
    found = User.objects.filter(team_memberships__trip=trip, team_memberships__role=TeamRole.LEAD, is_active=True)
    return tuple(found.exclude(pk=but.pk).order_by("pk"))
