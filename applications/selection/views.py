"""The board, the letters, the publication; the reserve; the end of a trip that does not take place."""

import uuid
from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from applications.assessing.permissions import can_select
from applications.found import found_application
from applications.lifecycle import KIND_SHAPES, UNDECIDED, DecisionKind
from applications.models import Application, Offer, Recusal
from applications.permissions import readable
from applications.selection import deciding, placing, publishing
from applications.selection.forms import BoardForm, CancelForm, RetractForm
from applications.selection.permissions import can_place, can_retract
from applications.selection.seats import reply_by, seats_of
from exchange import clock
from exchange.documents.charts import Meter
from exchange.forms import form_page, sent, status_of
from exchange.people.lifecycle import role_of
from exchange.signed_in import SignedInRequest
from exchange.trips.found import team_trip
from exchange.trips.models import Trip
from exchange.trips.permissions import can_cancel, can_lead
from exchange.verdicts import require

# --- the board -------------------------------------------------------------------------------------

#: Rows in a column of the board; whoever has more finds the others in the list of applications.
SHOWN = 100


def board_rows(request: SignedInRequest, trip: Trip) -> list[Application]:
    """The standing applications the reader may decide on, best scores first; those without a score last."""
    found = readable(request.user, trip).submitted().with_sent().with_assessments()
    found = found.select_related("user", "user__institution", "decision", "decision__proposed_by")
    rows = list(found.order_by("sent_name", "pk"))
    for one in rows:
        one.trip, one.role_label = trip, role_of(one.sent_role)
    return sorted(rows, key=lambda one: 0 if one.unread else -(one.score_mean or 0))


def meters(trip: Trip, rows: list[Application]) -> list[Meter]:
    """The places, and for every school its proposals against the maximum."""
    chosen = [one for one in rows if publishing.kind_of(one) == DecisionKind.SELECT]
    count = Counter(one.sent_school_id for one in chosen)
    schools = sorted({one.sent_school_id: one.sent_school for one in rows}.items(), key=lambda item: item[1])
    top = max([trip.max_per_school, *count.values()]) + 1
    places = Meter(name=_("Places"), value=len(chosen), top=max(trip.places, len(chosen)), most=trip.places)
    return [places, *(Meter(name=name, value=count[pk], top=top, most=trip.max_per_school) for pk, name in schools)]


def column(kind: str, rows: list[Application]) -> dict[str, Any]:
    """One column: the first rows of this kind, how many there are, and how many the list shows instead."""
    found = [one for one in rows if publishing.kind_of(one) == kind]
    return {
        "kind": kind,
        "label": DecisionKind(kind).label if kind else _("Undecided"),
        "rows": found[:SHOWN],
        "total": len(found),
        "more": max(0, len(found) - SHOWN),
        "filter": kind or UNDECIDED,
    }


@form_page
def board(request: SignedInRequest, slug: str) -> HttpResponse:
    """Proposals in three columns, and what is still undecided. Nothing here is visible to applicants."""
    trip = team_trip(request, slug)
    require(can_lead(request.user, trip))
    rows = board_rows(request, trip)
    form = BoardForm(sent(request), known={one.pk for one in rows})
    if request.method == "POST":
        require(can_select(request.user, trip))
        if form.is_valid():
            return proposed(request, trip, [one for one in rows if one.pk in form.chosen], form)
    undecided, *decided = [column(kind, rows) for kind in ("", *DecisionKind.values)]
    context = {
        "trip": trip,
        "active": "selection",
        "form": form,
        "rows": rows,
        "undecided": undecided,
        "columns": decided,
        "kinds": DecisionKind.choices,
        "meters": meters(trip, rows),
        "obstacles": list(publishing.obstacles(trip, rows)),
        "may": can_select(request.user, trip),
        "recusals": list(Recusal.objects.filter(application__in=rows).select_related("user", "application__user")),
        "own_school": [one for one in rows if one.sent_school_id and one.sent_school_id == request.user.institution_id],
    }
    return render(request, "applications/selection/board.html", context, status=status_of(form))


def proposed(request: SignedInRequest, trip: Trip, chosen: list[Application], form: BoardForm) -> HttpResponse:
    """Write the proposals and go back to where the row was."""
    deciding.propose_many(applications=chosen, kind=form.cleaned_data["kind"], seen=form.seen, by=request.user)
    words = {"count": len(chosen), "kind": DecisionKind(form.cleaned_data["kind"]).label, "name": chosen[0].sent_name}
    text = ngettext("Proposed for %(name)s: %(kind)s.", "Proposed for %(count)s people: %(kind)s.", len(chosen))
    messages.success(request, text % words)
    return redirect("applications:selection", trip.slug)


# --- letters and publication -----------------------------------------------------------------------


@require_safe
def letters(request: SignedInRequest, slug: str) -> HttpResponse:
    """Every letter as its recipient will read it."""
    trip = team_trip(request, slug)
    require(can_lead(request.user, trip))
    require(can_select(request.user, trip))
    applications = [one for one in publishing.to_publish(trip) if one.user_id != request.user.pk]
    decided = [one for one in applications if publishing.kind_of(one)]
    pairs = list(zip(decided, publishing.letters(trip, decided), strict=True))
    kinds = [
        {"label": kind.label, "shape": KIND_SHAPES[kind], "pairs": [p for p in pairs if p[0].decision.kind == kind]}
        for kind in DecisionKind
    ]
    bare = [one for one in decided if not one.decision.note and not one.decision.phrases.all()]
    context = {
        "trip": trip,
        "active": "selection",
        "kinds": kinds,
        "total": len(pairs),
        "bare": [one for one in bare if one.decision.kind != DecisionKind.SELECT],
        "obstacles": list(publishing.obstacles(trip, publishing.to_publish(trip))),
        "reply_by": reply_by(trip, clock.now()),
    }
    return render(request, "applications/selection/letters.html", context)


@form_page
def publish(request: SignedInRequest, slug: str) -> HttpResponse:
    """Counts, one button; then everybody knows."""
    trip = team_trip(request, slug)
    require(can_lead(request.user, trip))
    if trip.published_at:
        raise publishing.published_already(trip)
    if request.method == "POST":
        publishing.publish_selection(trip=trip, by=request.user)
        messages.success(request, _("The selection is published. The letters are on their way."))
        return redirect("applications:reserve", slug)
    require(can_select(request.user, trip))
    applications = publishing.to_publish(trip)
    count = Counter(publishing.kind_of(one) for one in applications)
    context = {
        "trip": trip,
        "active": "selection",
        "counts": [(kind.label, count[kind]) for kind in DecisionKind],
        "total": len(applications),
        "obstacles": list(publishing.obstacles(trip, applications)),
        "reply_by": reply_by(trip, clock.now()),
    }
    return render(request, "applications/selection/publish.html", context)


# --- the reserve -----------------------------------------------------------------------------------


def offered(trip: Trip) -> list[Application]:
    """Published applications with their offers, for the page of the reserve."""
    ids = Application.objects.filter(
        trip=trip, decision__published_at__isnull=False, decision__kind__in=[DecisionKind.SELECT, DecisionKind.RESERVE]
    ).submitted()
    return placing.ready_for_place(trip, list(ids.values_list("pk", flat=True)))


@require_safe
def reserve(request: SignedInRequest, slug: str) -> HttpResponse:
    """Free places, who could fill them, and the offers that wait, lapsed or came back. No order, no rank."""
    trip = team_trip(request, slug)
    require(can_lead(request.user, trip))
    now = clock.now()
    seats = seats_of(trip, now)
    rows = []
    for one in sorted(offered(trip), key=lambda a: (a.sent_name or "").lower()):
        last = max(one.offers.all(), key=lambda offer: offer.made_at, default=None)
        row = {
            "application": one,
            "role_label": role_of(one.sent_role),
            "offer": last,
            "lapsed": bool(last and last.expired(now)),
            "open": bool(last and last.status == "open" and not last.expired(now)),
            "place": seats.people.get(one.user_id),
            "verdict": placing.place_for(one, seats, now),
            "fits": seats.room_for(one.sent_school_id),
        }
        rows.append(row)
    context = {
        "trip": trip,
        "active": "reserve",
        "seats": seats,
        "candidates": [r for r in rows if not r["place"] and not r["open"] and is_candidate(r)],
        "open": [r for r in rows if r["open"]],
        "lapsed": [r for r in rows if r["lapsed"] and not r["place"]],
        "may": can_place(request.user, trip),
        "reply_by": reply_by(trip, now) if trip.departs_on else None,
    }
    return render(request, "applications/selection/reserve.html", context)


def is_candidate(row: dict[str, Any]) -> bool:
    """Reserves, and whose offer was taken back; who declined or let it lapse stands elsewhere."""
    offer = row["offer"]
    if row["lapsed"]:
        return False
    return offer is None or offer.status == "retracted"


@require_POST
def offer(request: SignedInRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """One press: an offer and a letter."""
    application = found_application(request, slug, pk)
    made = placing.offer_place(application=application, by=request.user)
    messages.success(request, _("%(name)s has an offer and a letter.") % {"name": application.sent_name})
    return redirect("applications:reserve", made.application.trip.slug)


@form_page
def retract(request: SignedInRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """Take back an offer, with the reason."""
    trip = team_trip(request, slug)
    shown = Offer.objects.visible_to(request.user).filter(application__trip=trip)
    found = get_object_or_404(shown.select_related("application__trip", "application__user"), pk=pk)
    require(can_retract(request.user, found))
    form = RetractForm(sent(request))
    if form.is_valid():
        placing.retract_offer(offer=found, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("The offer is taken back, and the person knows why."))
        return redirect("applications:reserve", slug)
    context = {"trip": trip, "active": "reserve", "offer": found, "form": form}
    return render(request, "applications/selection/retract.html", context, status=status_of(form))


# --- cancelling ------------------------------------------------------------------------------------


@form_page
def cancel_trip(request: SignedInRequest, slug: str) -> HttpResponse:
    """Reason, counts, one button; everybody concerned gets one letter."""
    trip = team_trip(request, slug)
    require(can_cancel(request.user, trip))
    form = CancelForm(sent(request))
    if form.is_valid():
        publishing.cancel_trip(trip=trip, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("The trip is cancelled. Everybody who applied or travels gets a letter."))
        return redirect("trips:team", slug)
    context = {
        "trip": trip,
        "active": "overview",
        "form": form,
        "people": len(publishing.concerned(trip)),
        "travellers": trip.participations.active().count(),
        "drafts": trip.applications.filter(status="draft").count(),
    }
    return render(request, "applications/selection/cancel.html", context, status=status_of(form))
