"""How a view of the team finds what its address names."""

import uuid

from django.shortcuts import get_object_or_404

from applications.models import Application
from applications.permissions import readable
from exchange.signed_in import SignedInRequest
from exchange.trips.found import team_trip
from exchange.trips.permissions import can_look_along
from exchange.verdicts import require


def found_application(request: SignedInRequest, slug: str, pk: uuid.UUID) -> Application:
    """An application of a trip the reader works on; never the own one."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    shown = (
        readable(request.user, trip)
        .with_sent()
        .select_related("trip", "user", "user__institution", "decision", "decision__proposed_by")
    )
    return get_object_or_404(shown, pk=pk)
