"""What is held about me: kind by kind, and as a file."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exchange.documents import sheets
from exchange.documents.responses import download as offered
from exchange.privacy.held import about, as_json, as_sheets, kinds, of_kind, sign_in
from exchange.signed_in import SignedInRequest


@require_safe
def data(request: SignedInRequest) -> HttpResponse:
    """What is held about me, kind by kind."""
    context = {"kinds": kinds(request.user), "holdings": list(sign_in(request.user))}
    return render(request, "privacy/data.html", context)


@require_safe
def held(request: SignedInRequest, kind: str) -> HttpResponse:
    """Everything held about me in one kind of record."""
    found = of_kind(request.user, kind)
    if not found:
        raise Http404
    return render(request, "privacy/held.html", {"holding": found})


@require_safe
def download(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """Everything held about me, as a file."""
    found = about(request.user)
    if kind == "json":
        content = as_json(request.user, found)
    elif kind == "xlsx":
        content = sheets.workbook(as_sheets(found), language=translation.get_language() or "nl")
    else:
        raise Http404
    return offered(content, sheets.filename("exchange", _("my data"), extension=kind))
