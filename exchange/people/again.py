"""A page that asks once more who it is: somebody else may sit at this computer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate, suspend_request
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from exchange import clock
from exchange.signed_in import SignedInRequest

View = Callable[..., HttpResponseBase]


def asked_again(view: View) -> View:
    """Asks for password, app or passkey, unless that was just done. Whoever has none of these signs in once more."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if ways := get_adapter().get_reauthentication_methods(request.user):
            if not did_recently_reauthenticate(request):
                return suspend_request(request, ways[0]["url"])
        elif not signed_in_just_now(request):
            return render(request, "people/sign_in_again.html", {"back": request.get_full_path()}, status=403)
        return view(request, *args, **kwargs)

    return guarded


def signed_in_just_now(request: HttpRequest) -> bool:
    """Whether this session began so short ago that nobody else can have come in between."""
    records = get_authentication_records(request, request.user)
    began = records[-1]["at"] if records else 0
    return clock.now().timestamp() - began < app_settings.REAUTHENTICATION_TIMEOUT
