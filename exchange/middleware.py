"""What browsers keep of a page, the reader's language, sign-in that loses no text, refusals as pages, and odd input."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from exchange.carry_on import BY_ITSELF, CARRIED, SOMEBODY_ELSE, clear, is_somebody_elses, park
from exchange.secret import is_secret
from exchange.transitions import did_it_already
from exchange.verdicts import FORBIDDEN, Refused, Verdict

#: How the summary above a form begins, whichever form of whichever app it is.
SUMMARY = b'class="note err errsum"'
#: The largest number that every column of whole numbers holds.
MOST = 2**31 - 1


class HeadersMiddleware:
    """What a browser may keep of a page, tell others of it and let it use. Around everything that answers by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_ours(request):
            request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
        response = self.get_response(request)
        session, secret = settings.SESSION_COOKIE_NAME, is_secret(request.path)
        if secret or session in request.COOKIES or session in response.cookies:
            response.headers["Cache-Control"] = "private, no-store"
        if secret:
            response.headers["Referrer-Policy"] = "no-referrer"
        if request.COOKIES.get(session) and session in response.cookies and not response.cookies[session].value:
            # The session ended. What was kept while it lasted, by mistake or by an older version of us, goes with it.
            response.headers["Clear-Site-Data"] = '"cache"'
        response.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        return response


def is_ours(request: HttpRequest) -> bool:
    """Whether a form comes from a page of ours that tells nobody where it is, and so has no origin.

    What no page can write itself says then that it is ours. The token of the form is asked for as always.
    """
    return (request.META.get("HTTP_ORIGIN"), request.META.get("HTTP_SEC_FETCH_SITE")) == ("null", "same-origin")


class LanguageMiddleware:
    """The language chosen on this device, else the account's, else the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if chosen not in dict(settings.LANGUAGES):
            chosen = (
                request.user.language
                if request.user.is_authenticated
                else translation.get_language_from_request(request)
            )
        with translation.override(chosen):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", chosen)
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Everything asks for sign-in unless it opts out. What somebody was sending is parked, then carried on."""

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        if request.method == "POST" and request.user.is_authenticated:
            if is_somebody_elses(request):
                return not_theirs(request)
            if CARRIED in request.POST:
                clear(request)
        return super().process_view(request, view_func, view_args, view_kwargs)

    # Django only redirects; a page that saves by itself gets a 401.
    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponse:  # type: ignore[override]
        if BY_ITSELF in request.headers:
            return JsonResponse({"signed_in": False}, status=401)
        if request.method == "POST" and park(request):
            query = urlencode({"next": reverse("carry_on")})
            return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")
        return super().handle_no_permission(request, view_func)


def not_theirs(request: HttpRequest) -> HttpResponse:
    """A page of one account, sent while another is signed in: nothing is done in the name of the wrong one."""
    if BY_ITSELF in request.headers:
        return JsonResponse({"reason": str(SOMEBODY_ELSE.reason)}, status=SOMEBODY_ELSE.status)
    return refusal(request, SOMEBODY_ELSE)


class BadInputMiddleware:
    """NUL bytes and endless numbers in an address never reach the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        values = [*map(str, kwargs.values()), *(value for _, row in request.GET.lists() for value in row), *request.GET]
        if any("\x00" in value for value in values):
            raise BadRequest("NUL")
        if any(isinstance(value, int) and value > MOST for value in kwargs.values()):
            raise Http404


class TitleMiddleware:
    """A page that shows what needs another look says so first in its title, where a screen reader begins."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.streaming and SUMMARY in response.content:
            said = _("Another look:")
            response.content = response.content.replace(b"<title>", f"<title>{said} ".encode(), 1)
        return response


class VerdictMiddleware:
    """A refusal becomes a page that says the reason, with its status; the second click on the own act leads on.

    A page that saves by itself is told the reason alone, and says it in its own place.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        if BY_ITSELF in request.headers:
            reason = str(exception.verdict.reason)
            return JsonResponse({"reason": reason}, status=exception.verdict.status)
        if request.method == "POST" and did_it_already(exception.verdict, request.user, request.POST.get("reason", "")):
            return done_already(request)
        return refusal(request, exception.verdict)


def done_already(request: HttpRequest) -> HttpResponse:
    """What somebody asks for is what they did before: it leads where that led, without being done again."""
    messages.info(request, _("You had sent this already. It was taken once."))
    home = resolve_url(settings.LOGIN_REDIRECT_URL) if request.user.is_authenticated else "/"
    return HttpResponseRedirect(getattr(getattr(request, "sending", None), "led_to", "") or home)


def refusal(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    """The page that says why not."""
    page = render(request, "refused.html", {"verdict": verdict}, status=verdict.status)
    page.refused = verdict.status == FORBIDDEN
    return page
