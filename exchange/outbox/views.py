"""Mail of a trip, of the alliance and of oneself; one message as its recipient reads it."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from exchange.outbox import actions
from exchange.outbox.lifecycle import FAILED, MESSAGE
from exchange.outbox.mail import as_read
from exchange.outbox.models import OutboxMessage
from exchange.outbox.permissions import can_lead_mail, can_read_all, can_resend, can_withdraw
from exchange.outbox.tables import MailFilter, MailTable, OwnMailTable, failures_first
from exchange.outbox.words import kind_label
from exchange.paging import KeysFirst
from exchange.signed_in import SignedInRequest
from exchange.verdicts import require

PER_PAGE = {"per_page": 30}


def listed(request: SignedInRequest, mail: Any) -> dict[str, Any]:
    """Filter and table over some mail."""
    found = MailFilter(request.GET, queryset=failures_first(mail).select_related("recipient"))
    table = RequestConfig(request, paginate=PER_PAGE).configure(MailTable(KeysFirst(found.qs)))
    return {"filter": found, "table": table, "failed": mail.filter(status=FAILED).count()}


@require_safe
def team_mail(request: SignedInRequest, slug: str) -> HttpResponse:
    """Everything mailed about a trip."""
    # The outbox lies below trips and cannot import them; it only needs the trip's id and name.
    trip = get_object_or_404(apps.get_model("trips", "Trip").objects.visible_to(request.user), slug=slug)
    require(can_lead_mail(request.user, trip))
    mail = OutboxMessage.objects.of_trip(trip.pk)
    return render(request, "outbox/team.html", {**listed(request, mail), "trip": trip, "active": "mail"})


@require_safe
def all_mail(request: SignedInRequest) -> HttpResponse:
    """Everything mailed by the alliance."""
    require(can_read_all(request.user))
    return render(request, "outbox/all.html", listed(request, OutboxMessage.objects.visible_to(request.user)))


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    """What was mailed to the reader."""
    table = OwnMailTable(KeysFirst(OutboxMessage.objects.mine(request.user).order_by("-queued_at", "id")))
    RequestConfig(request, paginate=PER_PAGE).configure(table)
    return render(request, "outbox/mine.html", {"table": table})


@require_safe
def message(request: SignedInRequest, pk: Any) -> HttpResponse:
    """One message, with a stand-in where a personal link comes."""
    mail = get_object_or_404(
        OutboxMessage.objects.visible_to(request.user).select_related("recipient", "queued_by"), pk=pk
    )
    context = {
        "mail": mail,
        "kind": kind_label(mail.kind),
        "state": MESSAGE.state(mail),
        "text": as_read(mail),
        "manages": mail.trip in request.user.leads or request.user.is_administrator,
        "resend": can_resend(request.user, mail),
        "withdraw": can_withdraw(request.user, mail),
        "trip": apps.get_model("trips", "Trip").objects.filter(pk=mail.trip).first() if mail.trip else None,
    }
    return render(request, "outbox/message.html", context)


@require_POST
def resend(request: SignedInRequest, pk: Any) -> HttpResponseRedirect:
    """Put a failed message back in line."""
    mail = get_object_or_404(OutboxMessage.objects.visible_to(request.user), pk=pk)
    actions.resend(message=mail, by=request.user)
    messages.success(request, _("The message is in line again and goes out within a minute."))
    return redirect("outbox:message", mail.pk)


@require_POST
def withdraw(request: SignedInRequest, pk: Any) -> HttpResponseRedirect:
    """Take back a message that has not left."""
    mail = get_object_or_404(OutboxMessage.objects.visible_to(request.user), pk=pk)
    actions.withdraw(message=mail, by=request.user)
    messages.success(request, _("The message is withdrawn. It will not be sent."))
    return redirect("outbox:message", mail.pk)
