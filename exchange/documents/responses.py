"""How a file leaves the house: by a plain name, typed, and never kept by a cache between us and the reader."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

TYPES = {
    "pdf": "application/pdf",
    "ics": "text/calendar; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(content: bytes | Iterable[bytes], name: str, *, people: int, inline: bool = False) -> HttpResponseBase:
    """A response that offers `content` as a file called `name`; its type follows from the extension.

    `people`: of how many people it tells, one by one; history keeps who took it (exchange/history/middleware.py).
    """
    kind = TYPES[name.rpartition(".")[2]]
    whole = isinstance(content, bytes)
    made = HttpResponse if whole else StreamingHttpResponse
    response: Any = made(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(not inline, name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response.people = people
    return response
