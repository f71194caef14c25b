"""What happened on a trip, and in the whole alliance."""

from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from exchange.history.models import HistoryEntry
from exchange.history.queries import with_names
from exchange.history.tables import HistoryFilter, HistoryTable
from exchange.signed_in import SignedInRequest, User
from exchange.verdicts import YES, Verdict, no, require


def can_read_history(user: User, trip: Model | None = None) -> Verdict:
    """A trip's history is for its lead, everything for administrators."""
    if user.is_administrator or (trip is not None and trip.pk in user.leads):
        return YES
    return no(_("Only the lead of this trip sees its history.") if trip else _("Only administrators see all history."))


def listed(request: SignedInRequest, entries: Any) -> dict[str, Any]:
    """Filter and table over some entries."""
    sees = request.user.is_administrator
    found = HistoryFilter(request.GET, queryset=entries.select_related("by"), addresses=sees)
    table = HistoryTable(found.qs)
    RequestConfig(request, paginate={"per_page": 40}).configure(table)
    # The page is read once here, so that one query can tell whom all its rows are about.
    with_names([row.record for row in table.paginated_rows])
    return {"filter": found, "table": table}


@require_safe
def of_trip(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who did what on a trip."""
    trip = get_object_or_404(apps.get_model("trips", "Trip").objects.visible_to(request.user), slug=slug)
    require(can_read_history(request.user, trip))
    context = listed(request, HistoryEntry.objects.filter(trip=trip.pk))
    return render(request, "history/trip.html", {**context, "trip": trip, "active": "history"})


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """What happened to my account, who looked at what of mine, and what I took along."""
    return render(request, "history/mine.html", listed(request, HistoryEntry.objects.of_account(request.user)))


@require_safe
def everything(request: SignedInRequest) -> HttpResponse:
    """Who did what in the alliance."""
    require(can_read_history(request.user))
    return render(request, "history/all.html", listed(request, HistoryEntry.objects.visible_to(request.user)))
