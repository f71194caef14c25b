"""The same page sent twice is taken once: a double click without scripts, a second try after a lost answer, Back.

Every page has a token of its own (Django's, masked anew each time it is made). The page that somebody sent last to an
address is remembered by a digest; when it comes again, with all that stood on it, it leads where the first one led.
Other words on the same page are another thing, and so is the same again after something else.
"""

import hashlib
import json
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from exchange import clock
from exchange.carry_on import AUTHOR, BY_ITSELF, CARRIED
from exchange.unsent.drafts import arrived
from exchange.unsent.models import Sending

log = logging.getLogger("exchange.unsent")

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 -- a name
#: Sent again after so long, it is meant.
LONG = timedelta(days=1)
#: Seconds to wait for the answer to the first; then whoever handled it is gone.
PATIENCE = 8.0
#: These guard themselves, and whoever compares a name with a certificate changes nothing.
ELSEWHERE = ("/accounts/", "/admin/", "/language/", "/verify/")


class SentOnceMiddleware:
    """Takes a page once. Stands after sign-in, so that what is parked there does not count as taken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not getattr(request, "troubled", False):
            try:
                remember(request, response)
            except DatabaseError as problem:  # what was taken is taken, and who sent it hears so
                log.warning("It can't be remembered that a page was sent: %s", problem)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        request.reached = request.method == "POST"
        if not counts(request):
            return None
        claimed = Sending(sender=sender_of(request), page=page_of(request))
        if led_to := claim(claimed):
            messages.info(request, _("You had sent this already. It was taken once."))
            return HttpResponseRedirect(led_to)
        request.sending = claimed
        return None


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """What became of a page that was sent."""
    if claimed := getattr(request, "sending", None):
        settle(claimed, response)
    if getattr(request, "reached", False) and taken(response):
        arrived(request, response)


def counts(request: HttpRequest) -> bool:
    """Whether this is a page that somebody sends, and no script that saves beside it."""
    return (
        request.method == "POST"
        and TOKEN in request.POST
        and BY_ITSELF not in request.headers
        and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
        and not request.path.startswith(ELSEWHERE)
    )


def sender_of(request: HttpRequest) -> str:
    """Who sends, and where to; a link that lets somebody in says both."""
    return _digest([str(request.user.pk or ""), request.path])


def page_of(request: HttpRequest) -> str:
    """The page, and all that stands on it. What carries a text on is not part of it."""
    files = [(name, one.name, one.size) for name, many in request.FILES.lists() for one in many]
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in (AUTHOR, CARRIED))
    return _digest([request.get_full_path(), typed, files])


def _digest(what: Any) -> str:
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def claim(claimed: Sending) -> str:
    """Take up a page; where it led, when it was taken before. `claimed` knows where the page before it led."""
    until = time.monotonic() + PATIENCE
    while True:
        with transaction.atomic():
            found, made = Sending.objects.select_for_update().get_or_create(
                sender=claimed.sender, defaults={"page": claimed.page, "sent_at": clock.now()}
            )
            again = not made and found.page == claimed.page and found.sent_at > clock.now() - LONG
            claimed.led_to = "" if made else found.led_to
            if not again or (not found.led_to and time.monotonic() > until):
                Sending.objects.filter(pk=found.pk).update(page=claimed.page, sent_at=clock.now(), led_to="")
                return ""
        if found.led_to:
            return found.led_to
        time.sleep(0.1)


def forget_sent() -> int:
    """Remove what is too old to be told from something new; how many there were."""
    return Sending.objects.filter(sent_at__lt=clock.now() - LONG).delete()[0]


def taken(response: HttpResponse) -> bool:
    """A page that is taken leads on; one that is not is shown again."""
    return 300 <= response.status_code < 400


def settle(claimed: Sending, response: HttpResponse) -> None:
    """Remember where it led; what was not taken may come again."""
    ours = Sending.objects.filter(sender=claimed.sender, page=claimed.page)
    if taken(response):
        ours.update(led_to=response["Location"][:500])
    else:
        ours.delete()
