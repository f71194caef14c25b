"""Who reads what: an overview, and one press that divides the rest."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications.assessing import assigning
from applications.assessing.permissions import can_select
from applications.models import Assessment
from exchange.signed_in import SignedInRequest
from exchange.trips.found import team_trip
from exchange.trips.permissions import can_accompany
from exchange.verdicts import require


@require_safe
def reviewers(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who reads how much, and what lacks readers."""
    trip = team_trip(request, slug)
    require(can_accompany(request.user, trip))
    readers = assigning.reviewers_of(trip)
    applications = [one for one in assigning.readings(trip) if one.user_id != request.user.pk]
    load = assigning.load_of(readers, applications)
    done = dict(
        Assessment.objects.filter(application__in=applications, status="finished")
        .values_list("reviewer")
        .annotate(n=Count("pk"))
    )
    context = {
        "trip": trip,
        "active": "reviewers",
        "rows": [{"reviewer": one, "load": load[one.pk], "done": done.get(one.pk, 0)} for one in readers],
        "short": [one for one in applications if len(assigning.standing(one)) < trip.reviewers_each],
        "total": len(applications),
        "may": can_select(request.user, trip),
    }
    return render(request, "applications/assessing/reviewers.html", context)


@require_POST
def assign_all(request: SignedInRequest, slug: str) -> HttpResponse:
    """One press."""
    trip = team_trip(request, slug)
    done = assigning.assign_all(trip=trip, by=request.user)
    if done.made:
        text = _("%(count)s assessments assigned. Each reviewer gets one mail.")
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
