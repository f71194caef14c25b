"""How a view finds the trip that its address names."""

from django.shortcuts import get_object_or_404

from exchange.signed_in import SignedInRequest
from exchange.trips.models import Trip


def team_trip(request: SignedInRequest, slug: str, *related: str) -> Trip:
    """A trip the reader works on, or 404."""
    trips = Trip.objects.visible_to(request.user).select_related("theme", "framework").prefetch_related(*related)
    return get_object_or_404(trips, slug=slug)
