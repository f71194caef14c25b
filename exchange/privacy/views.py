"""What is held about me: kind by kind, and as a file; and how it goes."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exchange.documents import sheets
from exchange.documents.responses import download as offered
from exchange.forms import form_page, sent, status_of
from exchange.people.again import asked_again
from exchange.people.models import User
from exchange.privacy import actions
from exchange.privacy.declared import REGISTER
from exchange.privacy.erasing import preview
from exchange.privacy.forms import EraseForm
from exchange.privacy.held import about, as_json, as_sheets, beside, kinds, of_kind
from exchange.privacy.permissions import can_erase
from exchange.signed_in import SignedInRequest
from exchange.verdicts import FORBIDDEN, require


@require_safe
def data(request: SignedInRequest) -> HttpResponse:
    """What is held about me, kind by kind."""
    context = {"kinds": kinds(request.user), "holdings": beside(request.user)}
    return render(request, "privacy/data.html", context)


@require_safe
def held(request: SignedInRequest, kind: str) -> HttpResponse:
    """Everything held about me in one kind of record."""
    found = of_kind(request.user, kind)
    if not found:
        raise Http404
    return render(request, "privacy/held.html", {"holding": found})


@require_safe
@asked_again
def download(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """Everything held about me, as a file."""
    found = about(request.user)
    if kind == "json":
        content = as_json(request.user, found)
    elif kind == "xlsx":
        content = sheets.workbook(as_sheets(found), language=translation.get_language() or "nl")
    else:
        raise Http404
    return offered(content, sheets.filename("exchange", _("my data"), extension=kind), people=1)


# --- erasing --------------------------------------------------------------------------------------


@form_page
def erase_me(request: SignedInRequest) -> HttpResponse:
    """What goes and what stays when I erase myself, and the button."""
    me = User.objects.get(pk=request.user.pk)
    form = EraseForm(sent(request), address=me.email)
    if request.method == "POST" and form.is_valid():
        actions.erase(person=me, by=request.user)
        logout(request)
        messages.success(request, _("Your data is erased. One last mail says so."))
        return redirect("privacy")
    return erase_page(request, me, form)


@form_page
def erase(request: SignedInRequest, pk: Any) -> HttpResponse:
    """The same for somebody who asked an administrator."""
    person = get_object_or_404(User.objects.somebody().visible_to(request.user), pk=pk)
    form = EraseForm(sent(request), address=person.email)
    if request.method == "POST" and form.is_valid():
        actions.erase(person=person, by=request.user)
        messages.success(request, _("The data is erased. One last mail tells them."))
        return redirect("people:list")
    return erase_page(request, person, form)


def erase_page(request: SignedInRequest, person: User, form: EraseForm) -> HttpResponse:
    """What goes, what stays and why; the form only when nothing stands in the way."""
    verdict = can_erase(request.user, person)
    if not verdict and (request.method == "POST" or verdict.status == FORBIDDEN):
        require(verdict)
    context = {"person": person, "form": form, "verdict": verdict, "preview": preview(person), "register": REGISTER}
    return render(request, "privacy/erase.html", context, status=status_of(form))
