"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from exchange import clock
from exchange.people import surfconext


def house(request: HttpRequest) -> dict[str, Any]:
    """The alliance, the moment, whether this is the demonstration."""
    return {
        "alliance": settings.ALLIANCE_NAME,
        "demo": settings.DEMO,
        "now": clock.now(),
        "base_url": settings.BASE_URL,
        "school_account": surfconext.configured(),
    }


def colours(request: HttpRequest) -> str:
    """Light or dark, when the reader chose on this device; without a choice the system decides."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in ("light", "dark") else ""
