"""The manager's page: without an account, by a secret link. Opening it, however often, changes nothing."""

from datetime import date
from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from applications import content
from applications.changes import runs
from applications.endorsing import actions as endorsing
from applications.endorsing.forms import EndorseForm, LookBackForm, NotMeForm, RefuseForm
from applications.endorsing.mail import asked_before
from applications.endorsing.permissions import can_endorse
from applications.endorsing.tokens import read
from applications.models import Cover, Endorsement, Occasion
from exchange import clock
from exchange.fields import either as words
from exchange.forms import form_page, sent, status_of
from exchange.verdicts import Verdict, no

ANSWERS = ("endorse", "refuse", "not_me")
#: After the return there is nothing to refuse: who answers, or who else does.
LATER = ("look_back", "not_me")
UNKNOWN = no(_("This link is not complete, or it never existed. Copy the whole link from the mail."), 404)


# The link itself is the secret and no session is involved, so there is nothing for another site to abuse; a cookie
# that a mail program's browser refuses must not stand in a manager's way.
@csrf_exempt
@login_not_required
@never_cache
@form_page
def endorse(request: HttpRequest, token: str) -> HttpResponse:
    """Read exactly what is signed, and answer."""
    if not ratelimit.consume(request, action="endorse"):
        return ratelimit.respond_429(request)
    found = read(token)
    if not found:
        return closed(request, UNKNOWN)
    endorsement, generation = found
    if not (verdict := can_endorse(endorsement, generation)):
        return closed(request, verdict)
    answer = (request.POST if request.method == "POST" else request.GET).get("answer", "")
    first = endorsement.occasion == Occasion.APPLICATION
    answers = ANSWERS if first else LATER
    answer = answer if answer in answers else answers[0]
    form = form_of(answer, sent(request), endorsement)
    if request.method == "POST" and form.is_valid():
        act(answer, endorsement, generation, form)
        return redirect("applications:endorse-thanks")
    context = (shown(endorsement) if first else about(endorsement)) | {"form": form, "answer": answer}
    page = "applications/endorsing/endorse.html" if first else "applications/endorsing/again.html"
    return render(request, page, context, status=status_of(form))


def form_of(answer: str, data: Any, endorsement: Endorsement) -> Any:
    """The form for one of the answers."""
    if answer == "refuse":
        return RefuseForm(data)
    kinds = {"endorse": EndorseForm, "not_me": NotMeForm, "look_back": LookBackForm}
    return kinds[answer](data, endorsement=endorsement)


def act(answer: str, endorsement: Endorsement, generation: int, form: Any) -> None:
    """Do what was answered."""
    said = form.cleaned_data
    if answer == "not_me":
        endorsing.pass_on(
            endorsement=endorsement, generation=generation, name=said["other_name"], email=said["other_email"]
        )
    elif answer == "refuse":
        endorsing.refuse(
            endorsement=endorsement,
            generation=generation,
            signer_name=said["signer_name"],
            reason=said["refusal_reason"],
        )
    elif answer == "look_back":
        endorsing.look_back(endorsement=endorsement, generation=generation, values=said)
    else:
        endorsing.endorse(endorsement=endorsement, generation=generation, values=form.values)


def about(endorsement: Endorsement) -> dict[str, Any]:
    """Whom and which trip it is about."""
    trip = endorsement.application.trip
    return {
        "endorsement": endorsement,
        "submission": endorsement.submission,
        "trip": trip,
        "promise": endorsement.signed_content,
        "cover": dict(Cover.choices).get(endorsement.signed_content.get("cover", ""), ""),
    }


def shown(endorsement: Endorsement) -> dict[str, Any]:
    """What is signed, as it was frozen."""
    signed = endorsement.signed_content
    days = {name: date.fromisoformat(value) for name, value in signed.get("dates", {}).items()}
    return {
        "endorsement": endorsement,
        "submission": endorsement.submission,
        "trip": endorsement.application.trip,
        "signed": signed,
        "days": days,
        "costs": words(signed.get("costs", {}).get("nl", ""), signed.get("costs", {}).get("en", "")),
        "late": clock.now() > endorsement.due_at,
        **changed(endorsement),
    }


def changed(endorsement: Endorsement) -> dict[str, Any]:
    """What differs from what the same manager was asked before: the parts, and the texts word by word."""
    before = asked_before(endorsement)
    if not before:
        return {}
    old, new = before.signed_content, endorsement.signed_content
    parts = content.signed_changes(old, new)
    texts = [
        (content.SIGNED_PARTS[part], runs(read(old), read(new)))
        for part, read in (("goals", content.signed_goals), ("school_use", lambda signed: signed.get("school_use", "")))
        if part in parts
    ]
    return {"before": before, "parts": [str(content.SIGNED_PARTS[part]) for part in parts], "texts": texts}


def closed(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    """A link that no longer works, or never did, says which. Nothing about the answer: links get forwarded."""
    return render(request, "applications/endorsing/closed.html", {"verdict": verdict}, status=verdict.status)


@login_not_required
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """After answering."""
    return render(request, "applications/endorsing/thanks.html")
