"""What somebody who travelled lets be shown, where it stands, and what taking it back does."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluations.certificates.models import Certificate
from evaluations.goals.permissions import may_look_back
from evaluations.impact import actions
from evaluations.impact.forms import VoiceForm
from evaluations.impact.models import ReportEdition, Voice
from evaluations.impact.permissions import can_speak
from evaluations.lifecycle import Moment
from evaluations.models import OneWord
from evaluations.pages import own, too_late, written_in
from exchange import clock
from exchange.forms import status_of
from exchange.signed_in import SignedInRequest
from exchange.trips.models import Participation


@dataclass(frozen=True, slots=True)
class Line:
    """A word, the editions that show it, and whether its author may read it now."""

    word: OneWord
    editions: list[ReportEdition]
    readable: bool

    @property
    def stands(self) -> bool:
        """Whether there is something to take back."""
        return self.word.consent or bool(self.editions)


def lines(participation: Participation) -> list[Line]:
    """The words somebody gave, in the order of time."""
    back = may_look_back(participation, getattr(participation, "follow_up", None), clock.now())
    editions = ReportEdition.objects.without_figures().order_by("number")
    words = {word.moment: word for word in participation.words.all()}
    return [
        Line(
            words[moment],
            list(editions.filter(shown_words__word=words[moment])),
            readable=back or moment != Moment.RETURN,
        )
        for moment in (Moment.RETURN, Moment.ONE_YEAR)
        if moment in words
    ]


@require_safe
def shown(request: SignedInRequest, slug: str) -> HttpResponse:
    """Everything of a trip that its traveller lets others see."""
    return _shown(request, own(request, slug))


def _shown(request: SignedInRequest, participation: Participation, form: VoiceForm | None = None) -> HttpResponse:
    voice = Voice.objects.filter(participation=participation).first()
    named = Certificate.objects.live().filter(participation=participation, show_name=True)
    context = {
        "trip": participation.trip,
        "lines": lines(participation),
        "number": participation.number if participation.status == "active" else "",
        "certificates": list(named),
        "voice": voice,
        "may_speak": can_speak(request.user, participation),
        "form": form or VoiceForm(initial={"text": voice.text} if voice else None),
    }
    return render(request, "impact/shown.html", context, status=status_of(form) if form else 200)


@require_POST
def give(request: SignedInRequest, slug: str) -> HttpResponse:
    """A sentence for the public page."""
    participation = own(request, slug)
    verdict, form = can_speak(request.user, participation), VoiceForm(request.POST)
    if not verdict:
        return too_late(request, verdict, form)
    if not form.is_valid():
        return _shown(request, participation, form)
    text = form.cleaned_data["text"]
    actions.give_voice(participation=participation, text=text, language=written_in(), by=request.user)
    messages.success(request, _("Thank you. The lead chooses what stands on the public page."))
    return redirect("impact:shown", slug)


@require_POST
def take_voice_back(request: SignedInRequest, slug: str) -> HttpResponse:
    """The sentence leaves the public page."""
    actions.take_voice_back(participation=own(request, slug), by=request.user)
    messages.success(request, _("Taken back. Your sentence no longer stands on any page here."))
    return redirect("impact:shown", slug)


@require_safe
def take_back(request: SignedInRequest, slug: str, moment: str) -> HttpResponse:
    """What taking a word back does, before it is done."""
    participation = own(request, slug)
    line = next((line for line in lines(participation) if line.word.moment == moment and line.stands), None)
    if line is None:
        raise Http404
    return render(request, "impact/take_back.html", {"trip": participation.trip, "line": line})
