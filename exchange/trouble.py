"""The database or the disk takes nothing for now, or only one of two who save the same at the same moment: what was
typed is shown again with a sentence, to be sent later.

Whatever raises it, wherever it does, comes here by the handlers of 500 and 400 (exchange/views.py); no view has to
think of it. The page asks nothing of a database that it can do without, and writes nothing.
"""

import errno
import sqlite3
from typing import Any

import psycopg
from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from exchange.asked import in_words, questions_left
from exchange.carry_on import AUTHOR, BY_ITSELF, typed

AWAY, FULL, CLASH = 503, 507, 409
#: After how many seconds it is worth another try.
RETRY = {AWAY: 60, FULL: 300, CLASH: 1}
#: What a database raises that takes nothing for now; whoever works in the background waits for it.
LOST = (OperationalError, InterfaceError, InternalError)
#: SQLite, by the lower byte of its code: busy, locked, read-only, a disk that fails, not to be opened, full.
SQLITE = {5: AWAY, 6: AWAY, 8: AWAY, 10: AWAY, 14: AWAY, 13: FULL}
#: The same by its whole code: what must be the only one of its kind is there already.
SQLITE_WHOLE = {sqlite3.SQLITE_CONSTRAINT_UNIQUE: CLASH, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: CLASH}
#: PostgreSQL, by its code or the class of it: full, read-only, a lock that did not come; the only one of its kind is
#: there already, two who wait for each other; out of reach, shutting down.
POSTGRESQL = {
    "53100": FULL,
    "25006": AWAY,
    "55P03": AWAY,
    "23505": CLASH,
    "40P01": CLASH,
    "08": AWAY,
    "53": AWAY,
    "57P": AWAY,
}
SYSTEM = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EROFS: AWAY}
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def status_of(problem: BaseException | None) -> int | None:
    """507, 503 or 409 when that is why; None for every other fault. What was raised while it was handled counts too."""
    while problem is not None:
        if status := _status_of(problem):
            return status
        problem = problem.__cause__ or problem.__context__
    return None


def _status_of(problem: BaseException) -> int | None:
    if isinstance(problem, psycopg.Error):
        if problem.sqlstate is None:
            return AWAY if isinstance(problem, psycopg.OperationalError | psycopg.InterfaceError) else None
        return next((status for code, status in POSTGRESQL.items() if problem.sqlstate.startswith(code)), None)
    if isinstance(problem, OSError):
        return SYSTEM.get(problem.errno)
    code = getattr(problem, "sqlite_errorcode", 0)
    return SQLITE_WHOLE.get(code) or SQLITE.get(code & 0xFF)


def page(request: HttpRequest, status: int) -> HttpResponse:
    """The sentence, and what was typed, ready to be sent again."""
    request.troubled = True
    with translation.override(language_of(request)):
        if BY_ITSELF in request.headers:
            response: HttpResponse = JsonResponse({"reason": sentence(status)}, status=status)
        else:
            response = HttpResponse(render_to_string("errors/trouble.html", shown(request, status)), status=status)
            response["Content-Language"] = translation.get_language()
    response["Retry-After"] = str(RETRY[status])
    response["Content-Security-Policy"] = POLICY
    add_never_cache_headers(response)
    return response


def shown(request: HttpRequest, status: int) -> dict[str, Any]:
    """What the page is made of; without a request, which would ask who is signed in."""
    found = typed(request) if request.method == "POST" else None
    said = in_words(questions_left(request, found["path"]), found["fields"]) if found else []
    known: dict[str, Any] = {"status": status, "sentence": sentence(status), "typed": found, "said": said}
    known["clash"] = status == CLASH
    if found:
        known |= {"token": get_token(request), "author": request.POST.get(AUTHOR, "")}
    return known | {
        "language": translation.get_language(),
        "path": request.get_full_path(),
        "files": bool(request.FILES),
    }


def sentence(status: int) -> str:
    """Why it was not written down."""
    if status == FULL:
        return _("Our disk is full, so nothing can be kept right now. That is our fault, not yours.")
    if status == CLASH:
        return _("Something else was saved at the same moment, and we could keep only one of the two: not this.")
    return _("We can't write anything down right now. That is our fault, not yours.")


def language_of(request: HttpRequest) -> str:
    """Of this device, else of the browser: the account can't be asked."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    current = getattr(request, "LANGUAGE_CODE", "")
    known = dict(settings.LANGUAGES)
    return next((one for one in (current, chosen) if one in known), translation.get_language_from_request(request))
