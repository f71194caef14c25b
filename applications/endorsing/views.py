"""The manager's page: without an account, by a secret link. Opening it, however often, changes nothing."""

from collections.abc import Mapping
from typing import Any

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from applications import content
from applications.changes import runs
from applications.endorsing import actions as endorsing
from applications.endorsing.forms import ChoiceForm, LookBackForm, NotMeForm, answer_forms, as_before, confirmed
from applications.endorsing.mail import asked_before
from applications.endorsing.permissions import ENDORSES, can_endorse
from applications.endorsing.tokens import passed, read, read_passed
from applications.models import Cover, Endorsement, Occasion
from exchange import clock
from exchange.fields import Said
from exchange.forms import form_page, sent, status_of
from exchange.transitions import did_it_already
from exchange.verdicts import Refused, Verdict, no, require

#: One press: what was answered the time before.
SAME = "same"
#: The transitions that an answer makes; any other endorses.
ANSWERS = {"refuse": ("refuse",), "not_me": ("not_me",)}
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
    first = endorsement.occasion == Occasion.APPLICATION
    answer = request.POST.get("answer", "") if first else "look_back"
    try:
        require(can_endorse(endorsement, generation, *ANSWERS.get(answer, ENDORSES)))
        return (asked if first else asked_again)(request, endorsement, generation)
    except Refused as refused:
        # The second click of whoever holds the link.
        words = request.POST.get("refusal_reason") or request.POST.get("conditions", "")
        if request.method == "POST" and did_it_already(refused.verdict, None, words):
            return redirect(thanked(answer, endorsement))
        return closed(request, refused.verdict)


def asked(request: HttpRequest, endorsement: Endorsement, generation: int) -> HttpResponse:
    """What is signed, and the three answers to it on one page."""
    before = asked_before(endorsement)
    earlier = as_before(before)
    data: Mapping[str, Any] | None = sent(request)
    if data is not None and data.get("answer") == SAME:
        data = confirmed(earlier) or data
    same = can_confirm(endorsement, earlier)
    # What can be confirmed with one press needs no open form below it.
    likely = "" if same else earlier.get("answer", "")
    answer = request.GET.get("answer", likely) if data is None else data.get("answer", "")
    choice = ChoiceForm(data, initial={"answer": answer})
    forms = answer_forms(data, answer, endorsement, earlier)
    if choice.is_valid() and forms[answer].is_valid():
        act(answer, endorsement, generation, forms[answer])
        return redirect(thanked(answer, endorsement))
    context = {"choice": choice, "forms": forms, "chosen": forms.get(answer, choice)}
    context |= shown(endorsement) | changed(endorsement, before) | {"same": same}
    return render(request, "applications/endorsing/endorse.html", context, status=status_of(choice, *forms.values()))


def can_confirm(endorsement: Endorsement, earlier: dict[str, Any]) -> bool:
    """Whether the earlier answer answers what is asked now: the call may ask for the costs since."""
    same = confirmed(earlier)
    return bool(same) and answer_forms(same, same["answer"], endorsement, {})[same["answer"]].is_valid()


def asked_again(request: HttpRequest, endorsement: Endorsement, generation: int) -> HttpResponse:
    """After the return there is nothing to refuse: who answers for the promise, or who else does."""
    answer = (request.POST if request.method == "POST" else request.GET).get("answer", "")
    answer = "not_me" if answer == "not_me" else "look_back"
    kind = NotMeForm if answer == "not_me" else LookBackForm
    form = kind(sent(request), endorsement=endorsement)
    if request.method == "POST" and form.is_valid():
        act(answer, endorsement, generation, form)
        return redirect(thanked(answer, endorsement))
    context = about(endorsement) | {"form": form, "answer": answer}
    return render(request, "applications/endorsing/again.html", context, status=status_of(form))


def thanked(answer: str, endorsement: Endorsement) -> str:
    """Where an answer leads. The address says nothing of a yes or a no: addresses stay in browsers."""
    query = {"not_me": f"?asked={passed(endorsement)}", "look_back": "?later=1"}
    return reverse("applications:endorse-thanks") + query.get(answer, "")


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
    return {
        "endorsement": endorsement,
        "submission": endorsement.submission,
        "trip": endorsement.application.trip,
        "signed": signed,
        "days": content.signed_days(signed),
        "costs": content.signed_costs(signed),
        "late": clock.now() > endorsement.due_at,
    }


def changed(endorsement: Endorsement, before: Endorsement | None) -> dict[str, Any]:
    """What differs from what the same address answered or was asked before: figures old and new, texts by the word."""
    if not before:
        return {}
    old, new = before.signed_content, endorsement.signed_content
    parts = content.signed_changes(old, new)
    words = {
        "goals": (content.signed_goals(old), content.signed_goals(new)),
        "school_use": (old.get("school_use", ""), new.get("school_use", "")),
        "costs": costs_that_differ(old, new),
    }
    return {
        "before": before,
        "parts": [str(content.SIGNED_PARTS[part]) for part in parts],
        "figures": content.signed_figures(old, new),
        "texts": [
            (content.SIGNED_PARTS[part], runs(*two), getattr(two[1], "lang", endorsement.language))
            for part, two in words.items()
            if part in parts
        ],
        "cover": dict(Cover.choices).get(before.cover, ""),
    }


def costs_that_differ(old: dict[str, Any], new: dict[str, Any]) -> tuple[Said, Said]:
    """Who pays what, before and now: in the reader's language, unless only the other one changed."""
    two = content.signed_costs(old), content.signed_costs(new)
    if two[0] != two[1]:
        return two
    other = "en" if two[1].lang == "nl" else "nl"
    return Said(old["costs"][other], other), Said(new["costs"][other], other)


def closed(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    """A link that no longer works, or never did, says which. Nothing about the answer: links get forwarded."""
    return render(request, "applications/endorsing/closed.html", {"verdict": verdict}, status=verdict.status)


@login_not_required
@never_cache
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """After answering; after "not me" whom we ask now."""
    context = {"passed": read_passed(request.GET.get("asked", "")), "later": "later" in request.GET}
    return render(request, "applications/endorsing/thanks.html", context)
