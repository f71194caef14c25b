"""Pages of the house itself: home, health, language, refusals and what was typed into a stale page."""

import sys
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from exchange import clock, dashboard, trouble, wings
from exchange.asked import in_words, questions_of
from exchange.carry_on import BY_ITSELF, is_the_same_person, park, parked, typed
from exchange.privacy import declared as personal
from exchange.signed_in import SignedInRequest
from exchange.verdicts import Refused, no


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """What is mine, what is next."""
    parts = wings.parts(lambda wing: wing.home, request.user, clock.now())
    todos = sorted((todo for part in parts for todo in part.todos), key=dashboard.Todo.sort_key)
    head = next((part for part in parts if part.headline), None)
    asides = [part for part in parts if part.aside]
    mine = [todo for todo in todos if todo.urgency < dashboard.WAITING]
    waiting = todos[len(mine) :]
    context: dict[str, Any] = {"first": mine[:1], "todos": mine[1:], "waiting": waiting}
    context |= {"sections": parts, "head": head, "asides": asides}
    return render(request, "home.html", context)


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept about people, why and how long: the declaration itself, in words."""
    return render(request, "pages/privacy.html", {"kinds": personal.KINDS})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible this is, and where to say that it is not."""
    return render(request, "pages/accessibility.html")


@login_not_required
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """Whom to ask what."""
    return render(request, "pages/contact.html", {"address": settings.CONTACT_EMAIL})


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Whether the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Read on in the other language; remembered on this device and in the account."""
    language = request.POST.get("language", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if translation.check_for_language(language) and language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax", secure=settings.SECURE
        )
        if request.user.is_authenticated and request.user.language != language:
            request.user.language = language
            request.user.save(update_fields=["language"])
    return response


@require_safe
@never_cache
def carry_on(request: SignedInRequest) -> HttpResponse:
    """After signing in again: what was typed, ready to send."""
    found = parked(request)
    if not found:
        return HttpResponseRedirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "carry_on.html", {"parked": found, "said": said_in(request, found)})


def stale_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that was open too long: sign in if need be, then carry on with the text. Never for another site's form."""
    origin = urlsplit(request.headers.get("Origin") or request.headers.get("Referer") or "")
    if BY_ITSELF in request.headers:
        return JsonResponse({"signed_in": request.user.is_authenticated}, status=403)
    if (origin.scheme, origin.netloc) == (request.scheme, request.get_host()):
        if not request.user.is_authenticated and park(request):
            return HttpResponseRedirect(f"/accounts/login/?next={carry_on_path()}")
        found = typed(request)
        if found and is_the_same_person(request):
            page = render(request, "carry_on.html", {"parked": found, "said": said_in(request, found)}, status=403)
            add_never_cache_headers(page)  # not to be read again with Back after signing out
            return page
    return render(request, "errors/403_csrf.html", status=403)


def said_in(request: HttpRequest, found: dict[str, Any]) -> list[tuple[str, str]]:
    """What was typed, under the questions it answers."""
    return in_words(questions_of(request, found["path"]), found["fields"])


@login_not_required
@require_safe
def admin_door(request: HttpRequest) -> HttpResponse:
    """The admin site has no sign-in of its own: strangers go to ours; whoever is in already is told no."""
    if request.user.is_authenticated:
        raise Refused(no(_("This is for administrators of the alliance.")))
    return HttpResponseRedirect(f"{reverse('account_login')}?{request.GET.urlencode()}")


def carry_on_path() -> str:
    """Where parked text waits."""
    return "/my/carry-on/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 with words; 413 for what is more than fits. A session that could not be written looks like one, too."""
    if status := trouble.status_of(exception):
        return trouble.page(request, status)
    large = isinstance(exception, RequestDataTooBig)
    return render(request, "errors/400.html", {"large": large}, status=413 if large else 400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same for what is not there and what is not yours."""
    return render(request, "errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 with words."""
    return render(request, "errors/403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 without a database; 503, 507 and 409 when the database or the disk took nothing, with all that was typed."""
    if status := trouble.status_of(sys.exc_info()[1]):
        return trouble.page(request, status)
    return render(request, "errors/500.html", status=500)
