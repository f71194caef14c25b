"""Presentations: the participant's page, and the team's."""

import uuid
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from evaluations.afterwards import actions_presentations as actions
from evaluations.afterwards.forms_presentations import PresentationForm, SlotsForm
from evaluations.afterwards.permissions import can_arrange_presentations, can_mark_held, can_prepare_presentation
from evaluations.looking.views import accompanied_trip
from evaluations.models import Presentation
from evaluations.pages import own, people_of, too_late, written_in
from exchange import clock
from exchange.forms import dutch_moment, form_page, sent
from exchange.signed_in import SignedInRequest
from exchange.trips.models import Participation, Trip
from exchange.verdicts import require


@form_page
def presentation(request: SignedInRequest, slug: str) -> HttpResponse:
    """What somebody presents at the return meeting."""
    participation = own(request, slug)
    verdict = can_prepare_presentation(request.user, participation, clock.now())
    known = Presentation.objects.filter(participation=participation).first()
    form = PresentationForm(sent(request), instance=known)
    if not form.is_bound:
        require(verdict)
    elif not verdict:
        return too_late(request, verdict, form)
    elif form.is_valid():
        actions.prepare_presentation(
            participation=participation, language=written_in(), by=request.user, **form.cleaned_data
        )
        messages.success(request, _("Saved. The team plans the order."))
        return redirect(reverse("evaluations:presentation", args=[slug]))
    meeting = participation.trip.meetings.filter(kind="return").first()
    context = {"form": form, "trip": participation.trip, "presentation": known, "meeting": meeting}
    return render(request, "evaluations/afterwards/presentation.html", context, status=422 if form.is_bound else 200)


@form_page
def presentations(request: SignedInRequest, slug: str) -> HttpResponse:
    """Titles, slots in order, and who presented."""
    trip, now = accompanied_trip(request, slug), clock.now()
    people = list(people_of(trip).select_related("presentation", "institution", "user"))
    rows = [(one, getattr(one, "presentation", None)) for one in people]
    rows.sort(
        key=lambda row: (
            not (row[1] and row[1].starts_at),
            row[1].starts_at.isoformat() if row[1] and row[1].starts_at else "",
        )
    )
    meeting = trip.meetings.filter(kind="return").first()
    first = next((p.starts_at for _one, p in rows if p and p.starts_at), meeting.starts_at if meeting else None)
    start = {"starts": first.astimezone(clock.HOME).time() if first else None}
    form = SlotsForm(sent(request), rows=rows, initial=start)
    verdict = can_arrange_presentations(request.user, trip, now)
    if form.is_bound:
        require(verdict)
        if form.is_valid():
            actions.give_slots(trip=trip, slots=slots(trip, form, people), by=request.user)
            messages.success(request, _("The order is saved."))
            return redirect("evaluations:presentations", slug)
    context = {"trip": trip, "active": "presentations", "form": form, "meeting": meeting, "acts": verdict}
    context["rows"] = [(one, shown, form.place(one)) for one, shown in rows]
    context["held"] = can_mark_held(request.user, trip, now)
    return render(request, "evaluations/afterwards/presentations.html", context, status=422 if form.is_bound else 200)


def slots(trip: Trip, form: SlotsForm, people: list[Participation]) -> dict[Participation, datetime | None]:
    """Everybody's moment: one after the other from the first, on the day of the return meeting."""
    first = dutch_moment(trip.return_meeting_on, form.cleaned_data["starts"])
    each = timedelta(minutes=form.cleaned_data["minutes"])
    given: dict[Participation, datetime | None] = dict.fromkeys(people)
    return given | {one: first + number * each for number, one in enumerate(form.order())}


@require_POST
def held(request: SignedInRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Note that somebody presented, or that this was a mistake."""
    trip = accompanied_trip(request, slug)
    person = get_object_or_404(people_of(trip).select_related("user"), pk=pk)
    actions.mark_held(participation=person, held=request.POST.get("held") != "no", by=request.user)
    messages.success(request, _("Noted."))
    return redirect("evaluations:presentations", slug)
