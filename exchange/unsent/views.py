"""What a page asks that keeps what is typed into it: what stood there before, and to write down what stands now."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from exchange.forms import form_page
from exchange.unsent import drafts
from exchange.verdicts import Refused
from exchange.words import clock_time, moment_short


@never_cache
@login_not_required
@form_page
def unsent(request: HttpRequest) -> JsonResponse:
    """GET with `form`: the words, and what its author typed there. POST: keep it. Who is not signed in has a device."""
    if request.method == "POST":
        return keep(request)
    found = drafts.kept(request.user, request.GET.get("form", "")[:300]) if request.user.is_authenticated else None
    said = found and {"fields": found.fields, "base": found.base, "at": int(found.saved_at.timestamp() * 1000)}
    return JsonResponse({"words": words(), "kept": said, "when": moment_short(found.saved_at) if found else ""})


def keep(request: HttpRequest) -> JsonResponse:
    """Write it down, or say why not."""
    if not request.user.is_authenticated:
        return JsonResponse({"signed_in": False}, status=401)
    try:
        told = {name: request.POST.get(name, "") for name in ("form", "base", "fields")}
        found = drafts.keep(author=request.user, **told)
    except Refused as refused:
        return JsonResponse({"reason": str(refused.verdict.reason)}, status=refused.verdict.status)
    return JsonResponse({"saved": clock_time(found.saved_at)})


def words() -> dict[str, str]:
    """What the page says; # stands for a moment."""
    return {
        "saved": _("Kept at #. Nobody reads it until you send it."),
        "offline": _("No connection: it is safe on this device."),
        "device": _("Kept on this device until you send it."),
        "out": _("You are signed out. What you type is kept on this device. Send it: you sign in first, then it goes."),
        "restored": _("Here again: what you typed at # and did not send."),
        "older": _("Of # there is text that you did not send, and this page has changed since."),
        "other": _("Of # there is other text that you did not send."),
        "see": _("See both"),
        "leave": _("Leave it"),
        "title": _("Two versions"),
        "here": _("On this page"),
        "there": _("Typed at #"),
        "use": _("Use what was typed at #"),
        "stay": _("Keep what stands on this page"),
        "empty": _("empty"),
        "leaving": _("There is still text on this device"),
        "still": _("You typed it, last at #, and did not send it. Signing out removes it from this device."),
        "first": _("Do you want to send it first? Stay signed in and open its page: it is there again."),
        "go": _("Remove it and sign out"),
        "not_yet": _("Stay signed in"),
    }
