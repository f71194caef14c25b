"""A participant's room: the programme, the meetings, who goes along, whom to call; and the own calendar."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exchange import clock, wings
from exchange.documents.responses import download
from exchange.forms import status_of
from exchange.signed_in import SignedInRequest
from exchange.trips import actions
from exchange.trips.documents import calendar_of
from exchange.trips.forms import PhoneForm, ReplyForm
from exchange.trips.lifecycle import Phase, TeamRole, phase
from exchange.trips.models import Participation
from exchange.trips.permissions import can_reply, going
from exchange.trips.timeline import countdown
from exchange.trips.views.public import by_day
from exchange.verdicts import require


def own(request: SignedInRequest, slug: str) -> Participation:
    """The active participation of the reader in this trip, or 404."""
    mine = Participation.objects.active().filter(user=request.user).select_related("trip__theme", "institution", "user")
    mine = mine.prefetch_related("trip__meetings")
    return get_object_or_404(mine, trip__slug=slug)


@require_safe
def mine(request: SignedInRequest, slug: str) -> HttpResponse:
    """What a traveller needs, on the phone first."""
    one = own(request, slug)
    return render(request, "trips/mine.html", room(request, one, PhoneForm(initial={"phone": one.number})))


def room(request: SignedInRequest, one: Participation, form: PhoneForm) -> dict[str, Any]:
    """Everything in the room."""
    trip, now = one.trip, clock.now()
    at = phase(trip, now)
    days = by_day(trip, trip.programme.on_its_days().select_related("host"))
    attendance = list(one.attendance.all())
    if at is Phase.TRAVELLING:
        # Today first, then what is still to come, then what has been.
        days.sort(key=lambda row: (row["day"] < trip.today, row["day"]))
    headline, kicker = countdown(trip, request.user, now)
    return {
        "trip": trip,
        "participation": one,
        "phase": at,
        "headline": headline,
        "kicker": kicker,
        "days": days,
        "today": trip.today,
        "meetings": meetings(one, {row.meeting_id: row.present for row in attendance if row.meeting_id}),
        "fellows": trip.participations.active().exclude(pk=one.pk).select_related("institution"),
        "team": whom_to_call(trip),
        "present": {row.on for row in attendance if row.on and row.present},
        "absent": {row.on for row in attendance if row.on and not row.present},
        "form": form,
        "sections": wings.parts(lambda wing: wing.traveller_page, one, now),
    }


def meetings(one: Participation, there: dict[Any, bool]) -> list[dict[str, Any]]:
    """The meetings of a trip with the traveller's reply and whether the traveller was there."""
    now = clock.now()
    replies = dict(one.replies.values_list("meeting", "coming"))
    found = []
    for meeting in one.trip.meetings.all():
        meeting.trip = one.trip
        open_now = bool(can_reply(one.user, one, meeting, now))
        reply, present = replies.get(meeting.pk), there.get(meeting.pk)
        found.append({"meeting": meeting, "reply": reply, "open": open_now, "present": present})
    return found


def whom_to_call(trip: Any) -> list[dict[str, Any]]:
    """Lead and companions, each once, with all their roles and a number if they gave one."""
    people: dict[Any, dict[str, Any]] = {}
    roles = [TeamRole.LEAD, TeamRole.COMPANION]
    for member in trip.team.filter(role__in=roles).select_related("user"):
        row = people.setdefault(member.user_id, {"user": member.user, "roles": [], "phone": ""})
        row["roles"].append(member.get_role_display())
        row["phone"] = row["phone"] or member.number
    return list(people.values())


@require_POST
def reply(request: SignedInRequest, slug: str, meeting: Any) -> HttpResponse:
    """Say whether one comes to a meeting."""
    one = own(request, slug)
    found = get_object_or_404(one.trip.meetings.select_related("trip"), pk=meeting)
    form = ReplyForm(request.POST)
    if form.is_valid():
        coming = form.cleaned_data["coming"]
        actions.reply_to_meeting(meeting=found, participation=one, coming=coming, by=request.user)
        said = _("Noted: you come.") if coming else _("Noted: you don't come. The team sees it.")
        messages.success(request, said)
    else:
        messages.error(request, _("Choose yes or no."))
    return redirect(reverse("trips:mine", args=[slug]) + f"#meeting-{found.pk}")


@require_POST
def phone(request: SignedInRequest, slug: str) -> HttpResponse:
    """A number for the road."""
    one = own(request, slug)
    require(going(one.trip))
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return render(request, "trips/mine.html", room(request, one, form), status=status_of(form))
    actions.set_phone(holder=one, phone=form.cleaned_data["phone"], by=request.user)
    messages.success(request, _("Your number is saved.") if one.phone else _("Your number is removed."))
    return redirect(reverse("trips:mine", args=[slug]) + "#travellers")


@login_not_required
@require_safe
def calendar(request: HttpRequest, token: Any) -> HttpResponseBase:
    """Somebody's own calendar, behind a secret address that calendar programs subscribe to."""
    user = get_object_or_404(get_user_model().objects.filter(is_active=True), calendar_token=token)
    response = download(calendar_of(user), "exchange.ics", people=0, inline=True)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_POST
def renew_calendar(request: SignedInRequest) -> HttpResponse:
    """Another secret address; the old one stops working."""
    actions.renew_calendar(by=request.user)
    messages.success(request, _("Your calendar has a new address. The old one no longer works."))
    return redirect("trips:calendar-page")


@require_safe
def calendar_page(request: SignedInRequest) -> HttpResponse:
    """How to put the own trips into one's calendar program."""
    feed = settings.BASE_URL + reverse("trips:calendar", args=[request.user.calendar_token])
    return render(request, "trips/calendar.html", {"feed": feed})
