"""The mail that reminds those who are next: read first, then sent."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange import clock
from exchange.forms import form_page
from exchange.outbox.mail import as_read
from exchange.signed_in import SignedInRequest
from exchange.trips import actions
from exchange.trips.actions.reminding import free_to_remind, letters
from exchange.trips.found import team_trip
from exchange.trips.permissions import can_look_along, can_remind
from exchange.trips.turns import kinds
from exchange.verdicts import require


@form_page
def remind(request: SignedInRequest, slug: str, what: str) -> HttpResponse:
    """Who gets it, and one of the mails; posted, they go."""
    trip = team_trip(request, slug, "meetings")
    require(can_look_along(request.user, trip))
    owing = next((one for one in kinds(request.user, trip) if one.key == what), None)
    if owing is None:
        raise Http404
    if request.method == "POST":
        sent = actions.remind(trip=trip, owing=owing, by=request.user)
        text = ngettext("%(n)s reminder is on its way.", "%(n)s reminders are on their way.", len(sent))
        nobody = _("Nobody is left to remind: everybody did it, was mailed lately or wants no reminders.")
        messages.success(request, text % {"n": len(sent)} if sent else nobody)
        return redirect("trips:team", trip.slug)
    require(can_remind(request.user, trip, owing))
    now = clock.now()
    rows = free_to_remind(trip, owing, now)
    example = next(iter(letters(trip, owing, list(rows[:1]), now)), None)
    context = {
        "trip": trip,
        "owing": owing,
        "example": example,
        "text": as_read(example) if example else "",
        "n": rows.order_by().count(),
        "active": "overview",
    }
    return render(request, "trips/team/remind.html", context)
