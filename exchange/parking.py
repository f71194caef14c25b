"""What somebody was sending when the session turned out to be stale is parked in the session and offered again."""

from typing import Any

from django.http import HttpRequest

KEY = "parked"
#: The field by which a page that carries on says so; what was parked is forgotten once it arrives.
CARRIED = "carried_on"
#: Enough for the longest form of the house; larger requests are refused before they come here.
LIMIT = 200_000
#: A page that saves by itself says so; it keeps its text, asks for sign-in in place and tries again.
BY_ITSELF = "X-Autosave"


def park(request: HttpRequest) -> bool:
    """Keep the posted fields until after sign-in. False when there is nothing worth keeping."""
    if request.path.startswith("/accounts/"):
        return False  # whoever was signing in simply signs in
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", CARRIED) and "password" not in name
        for value in values
    ]
    if not fields or sum(len(name) + len(value) for name, value in fields) > LIMIT:
        return False
    request.session[KEY] = {"path": request.get_full_path(), "fields": fields}
    return True


def parked(request: HttpRequest) -> dict[str, Any] | None:
    """What is parked, if anything."""
    return request.session.get(KEY)


def author(parked: dict[str, Any]) -> str:
    """The account whose page it was, where the page said so; else empty."""
    return next((value for name, value in parked["fields"] if name == "author"), "")


def clear(request: HttpRequest) -> None:
    """Forget it."""
    request.session.pop(KEY, None)
