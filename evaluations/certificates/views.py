"""Pages about certificates: the participant's, the team's, and the public one that verifies."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from evaluations.certificates import actions, code, documents
from evaluations.certificates.conditions import checklist, opens_on, records
from evaluations.certificates.forms import CodeForm, NameForm, PrintedNameForm, ReasonForm
from evaluations.certificates.lifecycle import CERTIFICATE, CertificateKind
from evaluations.certificates.models import Certificate
from evaluations.certificates.permissions import can_correct_name, can_issue, can_revoke
from exchange import clock
from exchange.documents.responses import download
from exchange.forms import form_page, sent, status_of
from exchange.limits import asked_too_often
from exchange.signed_in import SignedInRequest
from exchange.trips.found import team_trip
from exchange.trips.models import Participation, Trip
from exchange.trips.permissions import can_lead, can_look_along
from exchange.verdicts import require


@require_safe
def mine(request: SignedInRequest, slug: str) -> HttpResponse:
    """The participant's checklist and certificates."""
    own = Participation.objects.active().filter(user=request.user).select_related("trip", "institution")
    participation = get_object_or_404(own, trip__slug=slug)
    live = {c.kind: c for c in participation.certificates.order_by("issued_at")}
    known = records([participation])[participation.pk]
    kinds = [_line(kind, participation, known, live.get(kind)) for kind in CertificateKind]
    context = {"participation": participation, "trip": participation.trip, "kinds": kinds, "life": CERTIFICATE}
    context["corrected"] = actions.last_correction(participation)
    return render(request, "certificates/mine.html", context)


def _line(
    kind: CertificateKind, participation: Participation, known: Any, certificate: Certificate | None
) -> dict[str, Any]:
    conditions, opens = checklist(kind, participation.trip, known), opens_on(kind, participation.trip)
    return {
        "kind": kind,
        "conditions": conditions,
        "met": sum(c.met for c in conditions),
        "certificate": certificate,
        "opens_on": opens,
        "open": clock.today() >= opens,
    }


@require_safe
def paper(request: SignedInRequest, pk: str) -> HttpResponseBase:
    """The PDF, in the language asked for."""
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user), pk=pk)
    language = request.GET.get("language", "both")
    if language not in documents.LANGUAGES:
        language = "both"
    name = f"{certificate.serial}-{'nl-en' if language == 'both' else language}.pdf"
    return download(documents.printed(certificate, language), name, people=1, inline=True)


@require_POST
def name(request: SignedInRequest, pk: str) -> HttpResponse:
    """Show or hide the full name on the public page."""
    certificate = get_object_or_404(
        Certificate.objects.visible_to(request.user).select_related("participation__trip"), pk=pk
    )
    actions.show_name(certificate=certificate, shown="show" in request.POST, by=request.user)
    return redirect("certificates:mine", slug=certificate.participation.trip.slug)


# --- the team -------------------------------------------------------------------------------------


@require_safe
def team(request: SignedInRequest, slug: str) -> HttpResponse:
    """Every traveller with both kinds: what is met, what is issued."""
    trip = team_trip(request, slug)
    require(can_look_along(request.user, trip))
    travellers = list(trip.participations.active().select_related("institution", "user"))
    known, live = records(travellers), _live(travellers)
    rows = []
    for participation in travellers:
        participation.trip = trip
        lines = [
            _line(kind, participation, known[participation.pk], live.get((participation.pk, kind)))
            for kind in CertificateKind
        ]
        counts = any(line["certificate"] for line in lines)
        rows.append({"participation": participation, "kinds": lines, "counts": counts})
    context = {"trip": trip, "rows": rows, "ready": _ready(trip, rows), "lead": can_lead(request.user, trip)}
    return render(
        request,
        "certificates/team.html",
        {**context, "active": "certificates", "kinds": CertificateKind, "life": CERTIFICATE},
    )


def _live(travellers: list[Participation]) -> dict[tuple[Any, str], Certificate]:
    found = Certificate.objects.live().filter(participation__in=travellers)
    return {(c.participation_id, c.kind): c for c in found}


def _ready(trip: Trip, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Per kind that may be issued today: how many meet the conditions and have none yet."""
    ready: list[dict[str, Any]] = []
    if not trip.returns_on or not trip.follow_up_on:
        return ready
    for n, kind in enumerate(CertificateKind):
        lines = [row["kinds"][n] for row in rows]
        count = sum(line["met"] == len(line["conditions"]) and not line["certificate"] for line in lines)
        ready.append(
            {"kind": kind, "count": count, "open": clock.today() >= opens_on(kind, trip), "on": opens_on(kind, trip)}
        )
    return ready


def _kind(value: str) -> CertificateKind:
    if value not in CertificateKind.values:
        raise Http404
    return CertificateKind(value)


@require_POST
def issue_all(request: SignedInRequest, slug: str, kind: str) -> HttpResponse:
    """Issue to everybody who is ready."""
    trip = team_trip(request, slug)
    made = actions.issue_all(trip=trip, kind=_kind(kind), by=request.user)
    said = ngettext("%(n)d certificate issued and mailed.", "%(n)d certificates issued and mailed.", len(made))
    messages.success(request, said % {"n": len(made)} if made else _("Nobody is ready for it yet."))
    return redirect("certificates:team", slug=slug)


@form_page
def overrule(request: SignedInRequest, slug: str, pk: str, kind: str) -> HttpResponse:
    """Issue although a condition is missing, with a reason."""
    trip = team_trip(request, slug)
    participation = get_object_or_404(trip.participations.active().select_related("user", "institution"), pk=pk)
    participation.trip = trip
    kind = _kind(kind)
    conditions = checklist(kind, trip, records([participation])[participation.pk])
    require(can_issue(request.user, participation, kind, conditions, overrule="?"))
    form = ReasonForm(sent(request))
    if form.is_valid():
        actions.issue(participation=participation, kind=kind, by=request.user, overrule=form.cleaned_data["reason"])
        messages.success(request, _("The certificate is issued and mailed."))
        return redirect("certificates:team", slug=slug)
    context = {"trip": trip, "participation": participation, "kind": kind, "conditions": conditions, "form": form}
    return render(request, "certificates/overrule.html", {**context, "active": "certificates"}, status=status_of(form))


@form_page
def printed_name(request: SignedInRequest, slug: str, pk: str) -> HttpResponse:
    """Another name for the certificates to come, with a reason."""
    trip = team_trip(request, slug)
    participation = get_object_or_404(trip.participations.select_related("user", "institution"), pk=pk)
    participation.trip = trip
    require(can_correct_name(request.user, participation))
    seen = request.POST.get("seen", "")
    form = PrintedNameForm(sent(request), now=participation.printed_name, seen=seen)
    if form.is_valid():
        actions.correct_name(participation=participation, seen=seen, by=request.user, **form.cleaned_data)
        messages.success(
            request, _("“%(name)s” will be printed; the traveller is told.") % {"name": participation.printed_name}
        )
        return redirect("certificates:team", slug=slug)
    context = {"trip": trip, "participation": participation, "form": form, "active": "certificates"}
    return render(request, "certificates/printed_name.html", context, status=status_of(form))


@form_page
def revoke(request: SignedInRequest, pk: str) -> HttpResponse:
    """Ask for the reason, then revoke."""
    found = Certificate.objects.visible_to(request.user).select_related("participation__trip", "participation__user")
    certificate = get_object_or_404(found, pk=pk)
    require(can_revoke(request.user, certificate))
    trip = certificate.participation.trip
    form = ReasonForm(sent(request))
    if form.is_valid():
        actions.revoke(certificate=certificate, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("The certificate is revoked. Its page says so from now on."))
        return redirect("certificates:team", slug=trip.slug)
    context = {"trip": trip, "certificate": certificate, "form": form, "active": "certificates"}
    return render(request, "certificates/revoke.html", context, status=status_of(form))


# --- the public -----------------------------------------------------------------------------------


@login_not_required
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Type the code over from the paper."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return HttpResponseRedirect(reverse("certificates:verify", args=[form.cleaned_data["code"].replace("/", "-")]))
    return render(request, "certificates/ask.html", {"form": form}, status=status_of(form))


@login_not_required
@form_page
def verify(request: HttpRequest, typed: str) -> HttpResponse:
    """Whether a certificate counts. Unknown and malformed codes get the same page. POST compares a typed name."""
    if limited := asked_too_often(request, "verify"):
        return limited
    certificate = Certificate.objects.filter(code=code.normal(typed) or "-").first()
    if certificate is None:
        response = render(request, "certificates/unknown.html", {"form": CodeForm()}, status=404)
    else:
        form = NameForm(sent(request))
        matches = documents.verdict_on_name(certificate, form.cleaned_data["name"]) if form.is_valid() else None
        context = {**documents.page(certificate, "nl"), "form": form, "matches": matches}
        context["life"] = CERTIFICATE
        context["initials"] = documents.initials(certificate)
        context["language"] = "en" if request.LANGUAGE_CODE == "en" else "nl"
        context["words"] = documents.words(certificate.facts, context["language"])
        response = render(request, "certificates/verify.html", context, status=status_of(form))
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response
