"""The team of a trip, and its travellers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from exchange.documents.responses import download
from exchange.documents.sheets import filename, workbook
from exchange.forms import form_page, sent, status_of
from exchange.history.models import HistoryEntry
from exchange.paging import KeysFirst
from exchange.signed_in import SignedInRequest
from exchange.trips import actions
from exchange.trips.forms import PhoneForm, TakeLeadForm, TeamForm
from exchange.trips.found import team_trip
from exchange.trips.models import Participation, TeamMember, Trip
from exchange.trips.permissions import can_give_team_role, can_look_along, can_take_lead, can_take_team_role
from exchange.trips.tables import TravellerTable, sheet, with_counts
from exchange.verdicts import require

# --- the team -------------------------------------------------------------------------------------


@form_page
def members(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who is in the team; the lead gives roles here."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    if request.method == "POST":
        require(can_give_team_role(request.user, trip))
    form = TeamForm(sent(request))
    if form.is_valid():
        member = actions.give_team_role(trip=trip, user=form.user, role=form.cleaned_data["role"], by=request.user)
        facts = {"name": member.user, "role": member.get_role_display()}
        messages.success(request, _("%(name)s is now %(role)s of this trip.") % facts)
        return redirect("trips:members", trip.slug)
    return render(request, "trips/team/members.html", team_context(request, trip, form), status=status_of(form))


def team_context(
    request: SignedInRequest, trip: Trip, form: TeamForm, phone: PhoneForm | None = None
) -> dict[str, Any]:
    """What the page of the team shows."""
    team = list(trip.team.select_related("user__institution", "given_by"))
    own = next((member for member in team if member.user_id == request.user.pk and member.role != "reviewer"), None)
    return {
        "trip": trip,
        "team": team,
        "form": form,
        "own": own,
        "phone": phone or (PhoneForm(initial={"phone": own.number}) if own else None),
        "may": can_give_team_role(request.user, trip),
        "takes": [member for member in team if can_take_team_role(request.user, member)],
        "stepped_in": HistoryEntry.objects.filter(trip=trip.pk, verb="team.take_lead").select_related("by")[:5],
        "active": "members",
    }


@form_page
def take_lead(request: SignedInRequest, slug: str) -> HttpResponse:
    """An administrator who must step in says why, and is lead from then on."""
    trip = team_trip(request, slug)
    require(can_take_lead(request.user, trip))
    form = TakeLeadForm(sent(request))
    if form.is_valid():
        actions.take_lead(trip=trip, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("You are lead of this trip now. The other leads get a mail with your reason."))
        return redirect("trips:team", trip.slug)
    context = {"trip": trip, "form": form, "active": "members"}
    return render(request, "trips/team/take_lead.html", context, status=status_of(form))


@require_POST
def remove_member(request: SignedInRequest, slug: str, member: Any) -> HttpResponse:
    """Take a role."""
    trip = team_trip(request, slug)
    found = get_object_or_404(trip.team.select_related("user", "trip"), pk=member)
    actions.take_team_role(member=found, by=request.user)
    facts = {"name": found.user, "role": found.get_role_display()}
    messages.success(request, _("%(name)s is no longer %(role)s of this trip.") % facts)
    # Who took the own last role no longer sees this trip.
    left = found.user_id == request.user.pk and not request.user.is_administrator
    return redirect("trips:team-list") if left else redirect("trips:members", trip.slug)


@require_POST
def own_phone(request: SignedInRequest, slug: str) -> HttpResponse:
    """The number on which travellers can call somebody of the team."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    mine = TeamMember.objects.filter(trip=trip, user=request.user).exclude(role="reviewer")
    holder: TeamMember | Participation = get_object_or_404(mine.order_by("pk")[:1])
    form = PhoneForm(request.POST)
    if not form.is_valid():
        context = team_context(request, trip, TeamForm(), form)
        return render(request, "trips/team/members.html", context, status=status_of(form))
    for member in mine:
        holder = actions.set_phone(holder=member, phone=form.cleaned_data["phone"], by=request.user)
    messages.success(request, _("Your number is saved.") if holder.phone else _("Your number is removed."))
    return redirect("trips:members", trip.slug)


# --- travellers -----------------------------------------------------------------------------------


@require_safe
def travellers(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who goes along, with numbers, replies and attendance."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    query = request.GET.get("q", "").strip()[:100]
    rows = with_counts(Participation.objects.visible_to(request.user).filter(trip=trip), trip)
    table = TravellerTable(KeysFirst(rows.named(query)), trip=trip)
    RequestConfig(request, paginate={"per_page": 50}).configure(table)
    context = {"trip": trip, "table": table, "query": query, "active": "travellers"}
    return render(request, "trips/team/travellers.html", context)


@require_safe
def travellers_sheet(request: SignedInRequest, slug: str) -> HttpResponseBase:
    """The same list as a spreadsheet."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    rows = with_counts(Participation.objects.visible_to(request.user).filter(trip=trip), trip)
    query = request.GET.get("q", "").strip()[:100]
    found = list(rows.named(query).order_by("printed_name", "pk"))
    book = workbook([sheet(found, trip)], language=get_language() or "nl")
    return download(book, filename(_("travellers"), trip.slug, extension="xlsx"), people=len(found))
