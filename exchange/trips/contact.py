"""Who answers questions about a trip: an address that the lead chose, else the lead; without one, the house."""

from typing import Any, NamedTuple

from django.conf import settings

from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import TeamMember, Trip


class Contact(NamedTuple):
    """A name, empty for an address behind which several people read, and the address."""

    name: str
    email: str


def contact_of(trip: Trip) -> Contact:
    """Who answers; asks the database once, unless an address was chosen."""
    return Contact("", trip.contact_email) if trip.contact_email else lead_of(trip.pk)


def lead_of(trip: Any) -> Contact:
    """The first lead of a trip; of one that nobody leads, the house."""
    leads = TeamMember.objects.filter(trip=trip, role=TeamRole.LEAD, user__is_active=True).order_by("given_at", "pk")
    found = leads.values_list("user__name", "user__email").first()
    return Contact(*found) if found else Contact("", settings.CONTACT_EMAIL)


def contact_about(trip: Any) -> tuple[str, str] | None:
    """By the id of a trip, for mail about it; None for a trip that is not there."""
    chosen = Trip.objects.filter(pk=trip).values_list("contact_email", flat=True).first()
    if chosen is None:
        return None
    return Contact("", chosen) if chosen else lead_of(trip)
