"""Pages of the sign-in at a school. Where it is not configured they are not there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.ratelimit import consume_or_429
from allauth.socialaccount import views as allauth_views
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from exchange.forms import form_page
from exchange.people.surfconext import PROVIDER, Door, configured
from exchange.signed_in import SignedInRequest

View = Callable[..., HttpResponse]


def when_configured(view: View) -> View:
    """Not there without a school to go to."""

    @wraps(view)
    def guarded(request: HttpRequest, provider_id: str = PROVIDER) -> HttpResponse:
        if not configured() or provider_id != PROVIDER:
            raise Http404
        return view(request)

    return guarded


def _through(request: HttpRequest, view: Any) -> HttpResponse:
    """allauth's view. What it does not catch itself, such as a school out of reach or two windows that make the same
    account at once, gets the same page."""
    door = Door(request, PROVIDER)
    try:
        return view.adapter_view(door)(request)
    except (OAuth2Error, RequestException, IntegrityError) as problem:
        return render_authentication_error(request, door.get_provider(), exception=problem)


@login_not_required
@never_cache
@form_page
@when_configured
def sign_in(request: HttpRequest) -> HttpResponse:
    """To the school. By a page that leads there: a policy for forms would have to name each school on the way."""
    if limited := consume_or_429(request, action="school_account"):
        return limited
    answer = _through(request, OAuth2LoginView)
    if isinstance(answer, HttpResponseRedirect):
        return render(request, "socialaccount/login_redirect.html", {"redirect_to": answer.url})
    return answer


@login_not_required
@never_cache
@require_safe
@when_configured
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the school. Each way back is good once; whoever is in already and comes back again goes home."""
    answer = _through(request, OAuth2CallbackView)
    if answer.status_code == 400 and request.user.is_authenticated:
        return HttpResponseRedirect(reverse("home"))
    return answer


@login_not_required
@form_page
@when_configured
def sign_up(request: HttpRequest) -> HttpResponse:
    """What the school did not tell."""
    return allauth_views.signup(request)


@login_not_required
@require_safe
@when_configured
def cancelled(request: HttpRequest) -> HttpResponse:
    """Thought better of it, at the school."""
    return allauth_views.login_cancelled(request)


@form_page
@when_configured
def connections(request: SignedInRequest) -> HttpResponse:
    """The school account that is connected to mine."""
    return allauth_views.connections(request)
