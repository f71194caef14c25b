"""Other days for a trip: first what would follow, then the press that does it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from exchange.forms import form_page, sent, status_of
from exchange.signed_in import SignedInRequest
from exchange.trips import actions
from exchange.trips.forms import MoveForm, SureOfMoveForm
from exchange.trips.found import team_trip
from exchange.trips.moving import told
from exchange.trips.permissions import can_move
from exchange.verdicts import require


@form_page
def move(request: SignedInRequest, slug: str) -> HttpResponse:
    """Dates in the address show what follows from them; posted with a reason they move the trip."""
    trip = team_trip(request, slug)
    require(can_move(request.user, trip))
    form = MoveForm(request.POST if request.method == "POST" else request.GET or None, trip=trip)
    sure = SureOfMoveForm(sent(request), initial={"reason": request.GET.get("reason", "")[:500]})
    if form.is_valid() and form.move and sure.is_valid():
        if sure.cleaned_data["seen"] == form.move.seen:
            actions.move_trip(trip=trip, dates=form.dates, by=request.user, **sure.cleaned_data)
            messages.success(request, _("The trip has moved. Everybody who agreed to the old days gets a letter."))
            return redirect("trips:team", trip.slug)
        sure.add_error(None, _("Something changed in the meantime. This is what follows now; look at it again."))
    ready = form.is_valid() and form.move
    context = {
        "trip": trip,
        "form": form,
        "sure": sure,
        "move": form.move if ready else None,
        "told": told(form.move, request.user) if ready and form.move else [],
        "active": "edit",
    }
    return render(request, "trips/team/move.html", context, status=status_of(form, sure))
