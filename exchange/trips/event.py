"""A trip as search engines read it: an EducationEvent of schema.org."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from exchange.trips.models import Trip


def linked_data(trip: Trip) -> dict[str, Any] | None:
    """The facts of the public page in the reader's language; None before the trip is announced or dated."""
    if not (trip.announced_at and trip.departs_on and trip.returns_on):
        return None
    state = "EventCancelled" if trip.cancelled_at else "EventScheduled"
    return {
        "@context": "https://schema.org",
        "@type": "EducationEvent",
        "name": str(trip.title),
        "description": str(trip.question),
        "url": settings.BASE_URL + reverse("trips:detail", args=[trip.slug]),
        "startDate": trip.departs_on.isoformat(),
        "endDate": trip.returns_on.isoformat(),
        "eventStatus": f"https://schema.org/{state}",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "maximumAttendeeCapacity": trip.places,
        "location": {"@type": "Place", "name": str(trip.city), "address": f"{trip.city}, {trip.country}"},
        "organizer": {"@type": "Organization", "name": settings.ALLIANCE_NAME, "url": settings.BASE_URL},
    }
