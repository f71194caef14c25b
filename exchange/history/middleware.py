"""What leaves the house about people, and what was refused, is written down for every page alike.

A file says of how many people it tells (exchange/documents/responses.py), a refusal that it is one; no view records it.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse

from exchange.history.actions import record, record_often


class TracesMiddleware:
    """Stands after sign-in: it is somebody who takes or is refused something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        people, refused = getattr(response, "people", 0), getattr(response, "refused", False)
        # Who reads is asked only then: a page for visitors is nobody's.
        if (people or refused) and request.user.is_authenticated:
            if people:
                # A list that can't be written down does not leave.
                facts = {"what": page_of(request), "people": people}
                record(about=about_of(request), verb="export.take", by=request.user, facts=facts)
            if refused:
                # A refusal stands, also while nothing can be written.
                with suppress(DatabaseError), transaction.atomic():
                    record_often(about=about_of(request), verb="right.refuse", by=request.user, detail=page_of(request))
        return response


def page_of(request: HttpRequest) -> str:
    """Which page, by its name: what stands in an address is nobody's to keep."""
    return request.resolver_match.view_name if request.resolver_match else ""


def about_of(request: HttpRequest) -> Any:
    """The trip of the page, so that its lead reads it; else whoever asked."""
    kwargs: dict[str, Any] = request.resolver_match.kwargs if request.resolver_match else {}
    trips = apps.get_model("trips", "Trip")._default_manager
    return trips.filter(slug=kwargs.get("slug", "")).first() or request.user
