"""What the pages of this wing share: whose they are, who goes along, and texts that come too late."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation

from exchange.signed_in import SignedInRequest
from exchange.trips.models import Participation, ParticipationQuerySet, Trip
from exchange.verdicts import Verdict


def written_in() -> str:
    """The language of the page somebody writes on."""
    return "en" if (translation.get_language() or "").startswith("en") else "nl"


def own(request: SignedInRequest, slug: str) -> Participation:
    """The reader's own place on a trip; for anybody else there is nothing here."""
    mine = Participation.objects.filter(user=request.user).select_related("trip", "user", "follow_up")
    return get_object_or_404(mine, trip__slug=slug)


def people_of(trip: Trip) -> ParticipationQuerySet:
    """Everybody who goes along."""
    return Participation.objects.active().filter(trip=trip).order_by("printed_name")


def unasked(request: SignedInRequest, verdict: Verdict) -> HttpResponse:
    """Answers to questions that are not asked yet: the reason, and every sentence to copy."""
    sentences = [
        text for name, text in request.POST.items() if " " in str(text).strip() and name != "csrfmiddlewaretoken"
    ]
    typed = [{"label": "", "text": text} for text in sentences]
    return render(request, "evaluations/kept.html", {"verdict": verdict, "typed": typed}, status=verdict.status)


def too_late(request: SignedInRequest, verdict: Verdict, *bound: forms.BaseForm) -> HttpResponse:
    """What was typed into a page that has closed meanwhile: the reason, and every word to copy."""
    typed = [
        {"label": field.label, "text": field.value()}
        for form in bound
        for field in form
        if isinstance(field.field.widget, (forms.Textarea, forms.TextInput)) and not field.is_hidden and field.value()
    ]
    return render(request, "evaluations/kept.html", {"verdict": verdict, "typed": typed}, status=verdict.status)
