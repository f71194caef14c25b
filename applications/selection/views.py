"""The board, the letters, the publication; the reserve; the end of a trip that does not take place."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from applications.assessing.permissions import can_select
from applications.found import found_application
from applications.lifecycle import KIND_SHAPES, UNDECIDED, DecisionKind
from applications.models import Application, Line, LineQuerySet, Offer, Recusal
from applications.permissions import lines_to_read, readable
from applications.questions import TEXTS
from applications.selection import deciding, placing, publishing
from applications.selection.forms import BoardForm, CancelForm, RetractForm
from applications.selection.permissions import can_place, can_retract
from applications.selection.rows import BoardRows
from applications.selection.seats import Seats, reply_by, seats_of
from exchange import clock
from exchange.documents.charts import Meter
from exchange.forms import form_page, sent, status_of
from exchange.people.lifecycle import role_of
from exchange.signed_in import SignedInRequest
from exchange.some import Counted, Some, first
from exchange.trips.found import team_trip
from exchange.trips.models import Participation, Trip
from exchange.trips.permissions import can_cancel, can_look_as_lead
from exchange.trips.requests import CANCEL, PUBLISH, open_requests
from exchange.verdicts import require

# --- the board -------------------------------------------------------------------------------------

#: Rows in a column of the board; whoever has more finds the others in the list of applications.
SHOWN = 36
#: Lines beside the board: obstacles, own school, who stays out.
BESIDE = 20
#: Letters on a page; people of each sort on the page of the reserve.
LETTERS, RESERVES = 25, 50


def board_lines(request: SignedInRequest, trip: Trip) -> LineQuerySet:
    """The standing applications the reader may decide on, best scores first; those without a score last."""
    found = lines_to_read(request.user, trip).submitted()
    score: Any = F("score")
    if found.filter(unread=True).exists():
        # What waits for the reader's own assessment stands where no score stands.
        score = Case(When(unread=True, then=None), default=score)
    return found.order_by(score.desc(nulls_last=True), "sort_name", "pk")


def meters(trip: Trip, schools: list[dict[str, Any]]) -> list[Meter]:
    """The places, and for every school its proposals against the maximum."""
    counts = [one[DecisionKind.SELECT] for one in schools]
    chosen, top = sum(counts), max([trip.max_per_school, *counts]) + 1
    places = Meter(name=_("Places"), value=chosen, top=max(trip.places, chosen), most=trip.places)
    return [
        places,
        *(
            Meter(name=one["school_name"], value=one[DecisionKind.SELECT], top=top, most=trip.max_per_school)
            for one in schools
        ),
    ]


def column(rows: BoardRows, lines: LineQuerySet, total: int) -> dict[str, Any]:
    """One column: the first rows of its kind, how many there are, and how many the list shows instead."""
    kind = rows.here
    shown = lines.filter(decided=kind).select_related("user", "application__decision")[:SHOWN] if total else []
    return {
        "kind": kind,
        "label": DecisionKind(kind).label if kind else _("Undecided"),
        "rows": rows(shown),
        "total": total,
        "more": max(0, total - SHOWN),
        "filter": kind or UNDECIDED,
    }


@form_page
def board(request: SignedInRequest, slug: str) -> HttpResponse:
    """Proposals in three columns, and what is still undecided. Nothing here is visible to applicants."""
    trip = team_trip(request, slug)
    require(can_look_as_lead(request.user, trip))
    lines = board_lines(request, trip)
    form = BoardForm(sent(request), lines=lines)
    if request.method == "POST":
        require(can_select(request.user, trip))
        if form.is_valid():
            return proposed(request, trip, form)
    return render(
        request, "applications/selection/board.html", board_page(request, trip, lines, form), status=status_of(form)
    )


def board_page(request: SignedInRequest, trip: Trip, lines: LineQuerySet, form: BoardForm) -> dict[str, Any]:
    """What the board shows: columns, meters, and what stands beside them, each no longer than a page."""
    schools, may = publishing.tally(lines), can_select(request.user, trip)
    totals = {kind: sum(one[kind or UNDECIDED] for one in schools) for kind in ("", *DecisionKind.values)}
    undecided, *decided = [column(BoardRows(trip, kind, bool(may)), lines, total) for kind, total in totals.items()]
    texts = [f"application__{name}" for name in TEXTS]
    own = lines.filter(school=request.user.institution_id, school__isnull=False).order_by("sort_name", "pk")
    apart = Recusal.objects.filter(application__trip=trip, application__status="submitted")
    apart = apart.exclude(application__user=request.user).select_related("user", "application__user")
    return {
        "trip": trip,
        "active": "selection",
        "form": form,
        "total": sum(totals.values()),
        "undecided": undecided,
        "columns": decided,
        "meters": meters(trip, schools),
        "obstacles": list(publishing.obstacles_seen(trip, lines, schools)),
        "may": may,
        "recusals": first(apart.defer(*texts).order_by("pk"), BESIDE, count=False),
        "own_school": first(own, BESIDE),
    }


def proposed(request: SignedInRequest, trip: Trip, form: BoardForm) -> HttpResponse:
    """Write the proposals and go back to where the row was."""
    found = readable(request.user, trip).submitted().filter(pk__in=form.seen).with_sent()
    chosen = list(found.select_related("trip", "user").order_by("sent_name", "pk"))
    deciding.propose_many(applications=chosen, kind=form.cleaned_data["kind"], seen=form.seen, by=request.user)
    words = {"count": len(chosen), "kind": DecisionKind(form.cleaned_data["kind"]).label, "name": chosen[0].sent_name}
    text = ngettext("Proposed for %(name)s: %(kind)s.", "Proposed for %(count)s people: %(kind)s.", len(chosen))
    messages.success(request, text % words)
    return redirect("applications:selection", trip.slug)


# --- letters and publication -----------------------------------------------------------------------


@require_safe
def letters(request: SignedInRequest, slug: str) -> HttpResponse:
    """Every letter as its recipient will read it, a page at a time."""
    trip = team_trip(request, slug)
    require(can_look_as_lead(request.user, trip))
    require(can_select(request.user, trip))
    lines = lines_to_read(request.user, trip).submitted()
    schools = publishing.tally(lines)
    totals = {kind: sum(one[kind] for one in schools) for kind in DecisionKind.values}
    # In the order of the kinds: selected, reserve, not selected.
    decided = lines.exclude(decided="").order_by("-decided", "sort_name", "pk")
    deadline = reply_by(trip, clock.now())
    page = Counted(decided, LETTERS, sum(totals.values())).get_page(request.GET.get("page"))
    context = {
        "trip": trip,
        "active": "selection",
        "page": page,
        "kinds": kinds_of(trip, [line.application_id for line in page], totals, deadline),
        "total": sum(totals.values()),
        "bare": first(decided.filter(reasoned=False).exclude(decided=DecisionKind.SELECT), BESIDE),
        "obstacles": list(publishing.obstacles_seen(trip, Line.objects.filter(trip=trip).submitted(), schools)),
        "reply_by": deadline,
    }
    return render(request, "applications/selection/letters.html", context)


def kinds_of(trip: Trip, ids: list[Any], totals: dict[str, int], deadline: datetime) -> list[dict[str, Any]]:
    """The letters of these applications, by the kind of decision; without the kinds that stand on another page."""
    found = publishing.to_publish(trip, ids)
    pairs = list(zip(found, publishing.letters(trip, found, deadline), strict=True))
    kinds = []
    for kind in DecisionKind:
        here = [pair for pair in pairs if pair[0].decision.kind == kind]
        if here or not totals[kind]:
            kinds.append({"label": kind.label, "shape": KIND_SHAPES[kind], "pairs": here, "total": totals[kind]})
    return kinds


@form_page
def publish(request: SignedInRequest, slug: str) -> HttpResponse:
    """Counts, one button; then everybody knows."""
    trip = team_trip(request, slug)
    require(can_look_as_lead(request.user, trip))
    if trip.published_at:
        raise publishing.published_already(trip)
    if request.method == "POST":
        publishing.publish_selection(trip=trip, by=request.user)
        messages.success(request, _("The selection is published. The letters are on their way."))
        return redirect("applications:reserve", slug)
    require(can_select(request.user, trip))
    lines = Line.objects.filter(trip=trip).submitted()
    schools = publishing.tally(lines)
    context = {
        "trip": trip,
        "active": "selection",
        "counts": [(kind.label, sum(one[kind] for one in schools)) for kind in DecisionKind],
        "total": lines.count(),
        "obstacles": list(publishing.obstacles_seen(trip, lines, schools)),
        "ends": [one for one in open_requests(trip, PUBLISH) if one.settled],
        "reply_by": reply_by(trip, clock.now()),
    }
    return render(request, "applications/selection/publish.html", context)


# --- the reserve -----------------------------------------------------------------------------------


@require_safe
def reserve(request: SignedInRequest, slug: str) -> HttpResponse:
    """Free places, who could fill them, and the offers that wait, lapsed or came back. No order, no rank."""
    trip = team_trip(request, slug)
    require(can_look_as_lead(request.user, trip))
    now = clock.now()
    seats = seats_of(trip, now)
    kinds = [DecisionKind.SELECT, DecisionKind.RESERVE]
    lines = trip.lines.submitted().filter(told=True, decided__in=kinds).order_by("sort_name", "pk")
    if not trip.published_at:
        lines = lines.none()
    free = lines.filter(place="")
    candidates = first(free.filter(offer__in=["", "retracted"]), RESERVES)
    waiting = first(lines.filter(offer="open", offer_until_at__gte=now), RESERVES)
    lapsed = first(free.filter(offer="open", offer_until_at__lt=now), RESERVES)
    named = [line.application_id for lines in (candidates, waiting, lapsed) for line in lines.rows]
    ready = {one.pk: one for one in placing.ready_for_place(trip, named)}
    context = {
        "trip": trip,
        "active": "reserve",
        "seats": seats,
        "candidates": rows_of(candidates, ready, seats, now),
        "open": rows_of(waiting, ready, seats, now),
        "lapsed": rows_of(lapsed, ready, seats, now),
        "stepped_back": first(stepped_back(trip), RESERVES),
        "may": can_place(request.user, trip),
        "reply_by": reply_by(trip, now) if trip.departs_on else None,
    }
    return render(request, "applications/selection/reserve.html", context)


def stepped_back(trip: Trip) -> LineQuerySet:
    """Who declined an offer or gave a place back, each with `why`; the team asked for it."""
    last = Offer.objects.filter(application=OuterRef("application"), status="declined").order_by("-answered_at")
    place = Participation.objects.filter(trip=OuterRef("trip"), user=OuterRef("user"), status="cancelled")
    gone = trip.lines.filter(Q(offer="declined") | Q(place="cancelled"))
    reasons = Subquery(place.values("cancel_reason")[:1]), Subquery(last.values("decline_reason")[:1])
    return gone.annotate(why=Coalesce(*reasons)).order_by("sort_name", "pk")


def rows_of(lines: Some, ready: dict[Any, Application], seats: Seats, now: datetime) -> Some:
    """These people with their last offer, and whether a place may go to them."""
    found = [ready[line.application_id] for line in lines.rows]
    rows = [
        {
            "application": one,
            "role_label": role_of(one.sent_role),
            "offer": max(one.offers.all(), key=lambda offer: offer.made_at, default=None),
            "verdict": placing.place_for(one, seats, now),
            "fits": seats.room_for(one.sent_school_id),
        }
        for one in found
    ]
    return Some(rows, lines.more)


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
        "people": publishing.concerned(trip).count(),
        "travellers": trip.participations.active().count(),
        "drafts": trip.lines.filter(status="draft").count(),
        "ends": open_requests(trip, CANCEL),
    }
    return render(request, "applications/selection/cancel.html", context, status=status_of(form))
