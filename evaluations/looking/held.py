"""In somebody's own data: who looked at the evenings and goals of a trip they went on, and why."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from exchange.history.models import HistoryEntry
from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.privacy.held import Holding
from exchange.trips.models import Participation, Trip


def looked(user: User) -> Iterator[Holding]:
    """Every look by somebody outside the team, the newest first; each was written down with its reason."""
    mine = Participation.objects.filter(user=user).order_by().values_list("trip", flat=True)
    looks = list(
        HistoryEntry.objects.filter(verb="trip.look", trip__in=list(mine)).select_related("by").order_by("-at")
    )
    if looks:
        trips = Trip.objects.in_bulk({one.trip for one in looks})
        rows = [[one.at, str(trips[one.trip]), str(one.by or ""), one.reason] for one in looks if one.trip in trips]
        columns = [_("when"), _("trip"), _("who"), _("why")]
        yield Holding(_("Who looked at what was written on your trip"), [personal.HISTORY], columns, rows)
