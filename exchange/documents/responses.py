"""How a file leaves the house: by a plain name, typed, and never kept by a cache between us and the reader."""

from collections.abc import Iterable

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

TYPES = {
    "pdf": "application/pdf",
    "ics": "text/calendar; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(content: bytes | Iterable[bytes], name: str, *, inline: bool = False) -> HttpResponseBase:
    """A response that offers `content` as a file called `name`; its type follows from the extension."""
    kind = TYPES[name.rpartition(".")[2]]
    whole = isinstance(content, bytes)
    response = HttpResponse(content, content_type=kind) if whole else StreamingHttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(not inline, name)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
