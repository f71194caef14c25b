"""Who reads what: an overview, and one press that divides the rest."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from applications.assessing import assigning
from applications.assessing.permissions import can_select
from applications.models import Assessment, Load
from applications.permissions import lines_to_read
from exchange.signed_in import SignedInRequest, User
from exchange.some import first
from exchange.trips.found import team_trip
from exchange.trips.models import Trip
from exchange.trips.permissions import can_look_along
from exchange.verdicts import require

#: So many applications that lack a reader are named.
SHORT = 50


@require_safe
def reviewers(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who reads how much, and what lacks readers."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    lines = lines_to_read(request.user, trip).submitted()
    loads = loads_seen(request.user, trip)
    short = lines.filter(readers__lt=trip.reviewers_each).order_by("readers", "sort_name", "pk")
    context = {
        "trip": trip,
        "active": "reviewers",
        "rows": [{"reviewer": one, "load": loads.get(one.pk, Load())} for one in assigning.reviewers_of(trip)],
        "short": first(short, SHORT),
        "total": lines.count(),
        "may": can_select(request.user, trip),
    }
    return render(request, "applications/assessing/reviewers.html", context)


def loads_seen(user: User, trip: Trip) -> dict[UUID, Load]:
    """What each reviewer reads, without the reader's own application: who reads that is not theirs to know."""
    loads = {load.reviewer_id: load for load in trip.loads.all()}
    own = Assessment.objects.standing().filter(application__trip=trip, application__user=user)
    for reviewer, status in own.filter(application__status="submitted").values_list("reviewer", "status"):
        if status == "finished":
            loads[reviewer].finished -= 1
        else:
            loads[reviewer].to_read -= 1
    return loads


@require_POST
def assign_all(request: SignedInRequest, slug: str) -> HttpResponse:
    """One press."""
    trip = team_trip(request, slug)
    done = assigning.assign_all(trip=trip, by=request.user)
    if done.made:
        text = ngettext(
            "%(count)s assessment assigned. The reviewer gets a mail.",
            "%(count)s assessments assigned. Each reviewer gets one mail.",
            len(done.made),
        )
        messages.success(request, text % {"count": len(done.made)})
    elif not done.short:
        messages.info(request, _("Every application has its reviewers already."))
    if done.short:
        names = ", ".join(
            f"{one.sent_name} ({missing})" for one, missing in done.short if one.user_id != request.user.pk
        )
        messages.warning(
            request, _("Nobody is left who may read: %(names)s. Add a reviewer of another school.") % {"names": names}
        )
    return redirect("applications:reviewers", slug)
