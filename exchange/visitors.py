"""What all visitors see alike is rendered once, and kept in the memory of the process by what it shows.

A visitor is signed in nowhere and waits for no message. What is kept holds nobody's token and no moment: both are
filled in for each visitor. What a page shows is its key, so a page cannot outlive what it says.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from exchange import clock
from exchange.context import colours
from exchange.words import milliseconds

#: Where a visitor's token comes. Nobody can write it into a page: each process draws its own.
TOKEN = f"token-{secrets.token_hex(16)}"
#: What a countdown says of the server's clock, and where it comes.
TOLD, NOW = 'data-server-now="{}"', f"now-{secrets.token_hex(16)}"


def page(
    request: HttpRequest, template: str, context: Callable[[], dict[str, Any]], shown: Callable[[], list[Any]]
) -> HttpResponse:
    """A page that everybody may see; a visitor gets it from memory. `shown` is all it is made of, clock included."""
    if not is_visitor(request):
        return render(request, template, context())
    now, pages = clock.now(), caches["pages"]
    key = key_of(request, template, now, shown())
    kept = pages.get(key)
    if kept is None:
        made = render_to_string(template, context() | {"csrf_token": TOKEN, "now": now}, request)
        kept = made.replace(TOLD.format(milliseconds(now)), TOLD.format(NOW))
        pages.set(key, kept)
    return HttpResponse(kept.replace(TOKEN, get_token(request)).replace(NOW, str(milliseconds(now))))


def is_visitor(request: HttpRequest) -> bool:
    """Nobody in particular: no session, no message that waits, nothing asked for behind the address."""
    known = {settings.SESSION_COOKIE_NAME, "messages"}
    return not known & request.COOKIES.keys() and not request.META.get("QUERY_STRING")


def key_of(request: HttpRequest, template: str, now: datetime, shown: list[Any]) -> str:
    """What the page depends on, as a checksum. Whatever else looks at the clock is at most a minute old."""
    reader = [template, request.path, translation.get_language(), colours(request)]
    facts = [*reader, now.replace(second=0, microsecond=0), *shown]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def values(row: Model) -> dict[str, Any]:
    """Everything that was fetched of a row, by field."""
    names = [field.attname for field in row._meta.concrete_fields]
    return {name: vars(row)[name] for name in names if name in vars(row)}
