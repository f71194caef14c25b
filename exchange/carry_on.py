"""What somebody was sending when the session turned out to be stale is parked in the session and offered again.

Only to its author: every form says by a signed mark whose page it was (the `csrf_token` tag writes it, so that no
template has to remember). Browsers are shared more often than one thinks; without a mark nobody is shown anything.
"""

import hashlib
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from exchange.signed_in import User
from exchange.verdicts import CONFLICT, no

KEY = "parked"
#: The field with the author's mark.
AUTHOR = "author"
#: The field by which a page that carries on says so; what was parked is forgotten once it arrives.
CARRIED = "carried_on"
#: What a form that is kept sends along: which copy of it this is, and of which form (static/js/unsent.js).
COPIED = "unsent"
#: Enough for the longest form of the house; larger requests are refused before they come here.
LIMIT = 200_000
#: A page that saves by itself says so; it keeps its text, asks for sign-in in place and tries again.
BY_ITSELF = "X-Autosave"
SOMEBODY_ELSE = no(_("Somebody else is signed in here now, so this was not saved. Sign in as yourself."), CONFLICT)


def mark(user: User | AnonymousUser) -> str:
    """Whose page this is, in a form that says nothing to others; empty for who is not signed in."""
    return _signer().signature(str(user.pk)) if user.is_authenticated else ""


def field(user: User | AnonymousUser) -> str:
    """The mark as a form sends it."""
    said = mark(user)
    mine = '<input type="hidden" name="{}" value="{}" data-who="{}">'
    return format_html(mine, AUTHOR, said, device_of(user)) if said else ""


def device_of(user: User | AnonymousUser) -> str:
    """What a device calls the account by; the same for years, and it says nothing to others."""
    return hashlib.sha256(f"exchange.device:{user.pk}".encode()).hexdigest()[:20]


def is_of(said: str, user: User | AnonymousUser) -> bool:
    """Whether a mark is that of this account. Keys that were replaced still count."""
    try:
        return user.is_authenticated and bool(_signer().unsign(f"{user.pk}:{said}"))
    except BadSignature:
        return False


def _signer() -> Signer:
    return Signer(salt="exchange.carry_on.author")


def is_somebody_elses(request: HttpRequest) -> bool:
    """Whether the page that sends this was made for another account than the one that is signed in."""
    return AUTHOR in request.POST and not is_of(request.POST[AUTHOR], request.user)


def is_the_same_person(request: HttpRequest) -> bool:
    """Whether who sends is who typed: by the author's mark, or nobody on a page that asks nobody to sign in."""
    if request.user.is_authenticated:
        return is_of(request.POST.get(AUTHOR, ""), request.user)
    return AUTHOR not in request.POST and not getattr(request.resolver_match.func, "login_required", True)


def typed(request: HttpRequest) -> dict[str, Any] | None:
    """What is being sent, as the page that carries on shows it; None when there is nothing worth keeping."""
    if request.path.startswith("/accounts/"):
        return None  # whoever was signing in simply signs in
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", AUTHOR, CARRIED) and "password" not in name
        for value in values
    ]
    if not fields or sum(len(name) + len(value) for name, value in fields) > LIMIT:
        return None
    return {"path": request.get_full_path(), "fields": fields}


def park(request: HttpRequest) -> bool:
    """Keep it until its author signs in. False when there is nothing worth keeping, or nobody it belongs to."""
    kept = typed(request) if AUTHOR in request.POST else None
    if kept:
        request.session[KEY] = {**kept, AUTHOR: request.POST[AUTHOR]}
    return bool(kept)


def parked(request: HttpRequest) -> dict[str, Any] | None:
    """What is parked and of the account that is signed in. What is somebody else's is forgotten."""
    kept = request.session.get(KEY)
    if kept and not is_of(kept.get(AUTHOR, ""), request.user):
        clear(request)
        return None
    return kept


def clear(request: HttpRequest) -> None:
    """Forget it."""
    request.session.pop(KEY, None)
