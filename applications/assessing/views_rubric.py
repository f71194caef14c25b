"""The rubric of a trip."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications.assessing import actions_rubric as rubricate
from applications.assessing.forms_rubric import CopyRubricForm, RubricForm
from applications.assessing.permissions import can_edit_rubric, can_weigh
from applications.assessing.rubric import default_criteria, rubric_of
from exchange.forms import form_page, sent, status_of
from exchange.signed_in import SignedInRequest
from exchange.trips.found import team_trip
from exchange.trips.models import Trip, TripQuerySet
from exchange.trips.permissions import can_look_as_lead
from exchange.verdicts import require


def sources(request: SignedInRequest, trip: Trip) -> TripQuerySet:
    """The other trips of the reader that have a rubric."""
    others = Trip.objects.visible_to(request.user).exclude(pk=trip.pk).filter(criteria__isnull=False)
    return others.distinct().order_by("-departs_on", "slug")


@form_page
def rubric(request: SignedInRequest, slug: str) -> HttpResponse:
    """What applications are read for; to make, to edit, or to read."""
    trip = team_trip(request, slug)
    require(can_look_as_lead(request.user, trip))
    criteria = rubric_of(trip)
    weighing = can_weigh(request.user, trip)
    form = RubricForm(sent(request), criteria=criteria, weighing=bool(weighing))
    if request.method == "POST":
        require(can_edit_rubric(request.user, trip))
        if form.is_valid():
            changed, anchors = form.changed()
            rubricate.edit_rubric(trip=trip, criteria=changed, anchors=anchors, by=request.user)
            messages.success(request, _("The rubric is saved."))
            return redirect("applications:rubric", slug)
    copying = CopyRubricForm(sources=sources(request, trip))
    context = {
        "trip": trip,
        "active": "rubric",
        "criteria": criteria,
        "form": form,
        "usual": default_criteria(),
        "may_edit": can_edit_rubric(request.user, trip),
        "may_weigh": weighing,
        "copying": copying if not criteria and copying.fields["source"].queryset.exists() else None,
    }
    return render(request, "applications/assessing/rubric.html", context, status=status_of(form))


@require_POST
def make(request: SignedInRequest, slug: str) -> HttpResponse:
    """The usual criteria, with one press."""
    rubricate.make_rubric(trip=team_trip(request, slug), by=request.user)
    messages.success(request, _("The rubric exists. Change what does not fit this trip."))
    return redirect("applications:rubric", slug)


@require_POST
def copy(request: SignedInRequest, slug: str) -> HttpResponse:
    """The rubric of another trip."""
    trip = team_trip(request, slug)
    require(can_edit_rubric(request.user, trip))
    form = CopyRubricForm(request.POST, sources=sources(request, trip))
    if not form.is_valid():
        messages.error(request, _("Choose a trip whose rubric you may see."))
        return redirect("applications:rubric", slug)
    rubricate.copy_rubric(trip=trip, source=form.cleaned_data["source"], by=request.user)
    messages.success(request, _("The rubric is copied. Change what does not fit this trip."))
    return redirect("applications:rubric", slug)


@require_POST
def drop(request: SignedInRequest, slug: str) -> HttpResponse:
    """Start afresh."""
    rubricate.drop_rubric(trip=team_trip(request, slug), by=request.user)
    messages.success(request, _("The rubric is gone. Make or copy another one."))
    return redirect("applications:rubric", slug)


# --- conditions ------------------------------------------------------------------------------------
