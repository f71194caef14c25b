"""On which devices somebody signed in before: what strangers guess elsewhere takes nothing from those.

A device remembers, signed, the last few accounts that signed in on it, by names that say nothing to others. Without the
right to anything: whoever holds it only has a share of their own of the limits on guessing.
"""

import unicodedata
from typing import TypeVar

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from exchange.carry_on import device_of
from exchange.people.models import User

COOKIE = f"{settings.PREFIX}known"
#: What a key ends in when the device is known.
KNOWN = "|known"
#: So many accounts stand on one device: colleagues share a computer.
REMEMBERED = 8
Answer = TypeVar("Answer", bound=HttpResponse)


def letters(email: str) -> str:
    """One spelling of an address, whichever look-alike letters are typed."""
    return unicodedata.normalize("NFKC", email).casefold()


def remembered(request: HttpRequest) -> list[str]:
    """The accounts that signed in here, the last one first."""
    try:
        return _signer().unsign(request.COOKIES.get(COOKIE, "")).split(".")
    except BadSignature:
        return []


def remember(request: HttpRequest, user: User, response: Answer) -> Answer:
    """Somebody signed in here."""
    here = list(dict.fromkeys([device_of(user), *remembered(request)]))[:REMEMBERED]
    response.set_cookie(
        COOKIE,
        _signer().sign(".".join(here)),
        max_age=365 * 86400,
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE,
    )
    return response


def knows(request: HttpRequest | None, email: str) -> bool:
    """Whether the account at this address signed in on this device before."""
    here = remembered(request) if request else []
    if not here:
        return False
    owners = User.objects.filter(emailaddress__email__iexact=email)
    return any(device_of(owner) in here for owner in owners)


def may_ask_code(request: HttpRequest, email: str) -> bool:
    """Whether a code may be mailed to this address, asked from here; counts it."""
    account = letters(email)
    if knows(request, email):
        return bool(ratelimit.consume(request, action="request_login_code", key=f"{account}{KNOWN}"))
    here = ratelimit.consume(request, action="request_login_code", key=f"{account}|{get_ip(request)}")
    return bool(here and ratelimit.consume(request, action="request_login_code_in_all", key=account))


def _signer() -> Signer:
    return Signer(salt="exchange.people.devices")
