"""The lead writes to a group: write, look at count and names, send."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from applications.letters import actions as writing
from applications.letters.forms import WriteForm
from applications.letters.permissions import can_write
from exchange.forms import form_page, sent, status_of
from exchange.signed_in import SignedInRequest
from exchange.trips.found import team_trip
from exchange.trips.models import Trip
from exchange.verdicts import require

SHOWN = 60


@form_page
def write(request: SignedInRequest, slug: str) -> HttpResponse:
    """The form; after it the preview; after that the mails are in the outbox."""
    trip = team_trip(request, slug)
    require(can_write(request.user, trip))
    group = request.GET.get("group", "")
    form = WriteForm(sent(request), trip=trip, initial={"group": group} if group else None)
    if form.is_valid() and "change" not in request.POST:
        people = writing.recipients(trip, form.cleaned_data["group"])
        if "send" in request.POST and people:
            return sent_to_all(request, trip, form)
        return preview(request, trip, form, people)
    context = {
        "trip": trip,
        "active": "mail",
        "form": form,
        "groups": [(group, group.count(trip)) for group in writing.groups_of(trip)],
        "placeholders": writing.PLACEHOLDERS,
    }
    return render(request, "applications/letters/write.html", context, status=status_of(form))


def preview(request: SignedInRequest, trip: Trip, form: WriteForm, people: list[Any]) -> HttpResponse:
    """Who gets it, and how it reads for the first of each language."""
    first: dict[str, Any] = {}
    for person in people:
        first.setdefault(form.letter.for_language(person.language)[2], person)
    examples = [
        (person, writing.letter_to(person, trip, form.letter, send_id=form.sending, by=request.user))
        for person in first.values()
    ]
    context = {
        "trip": trip,
        "active": "mail",
        "form": form,
        "group": writing.GROUPS[form.cleaned_data["group"]],
        "people": people[:SHOWN],
        "more": max(0, len(people) - SHOWN),
        "count": len(people),
        "seen": writing.fingerprint(people),
        "send_id": form.sending,
        "examples": examples,
    }
    return render(request, "applications/letters/preview.html", context)


def sent_to_all(request: SignedInRequest, trip: Trip, form: WriteForm) -> HttpResponse:
    """Into the outbox."""
    queued = writing.write_to_group(
        trip=trip,
        group=form.cleaned_data["group"],
        letter=form.letter,
        send_id=form.sending,
        seen=request.POST.get("seen", ""),
        by=request.user,
    )
    text = ngettext("%(count)s mail is in the outbox.", "%(count)s mails are in the outbox.", len(queued))
    messages.success(request, text % {"count": len(queued)})
    return redirect("outbox:list", trip.slug)
