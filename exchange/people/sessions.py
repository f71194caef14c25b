"""How long somebody may sit still before signing in again: by role, kept in the session itself (docs/decisions/0034).

Django ends a session that nobody used for as long as it says; `Sitting` only tells it how long that is, now and then.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError, connections, router
from django.http import HttpRequest, HttpResponse

from exchange import clock, trouble, wings
from exchange.limits import briefly
from exchange.signed_in import User

#: In the session: for how many seconds, and since when that counts.
IDLE, USED = "idle", "used"
#: So often, at most, a session that is used is written.
NOW_AND_THEN = timedelta(minutes=5)


class SessionStore(db.SessionStore):
    """A session that lasts as long as the role of its owner lets it."""

    #: Whether nothing is to be written but that it was used.
    only_used = False

    def save(self, must_create: bool = False) -> None:
        """As Django does; who only reads goes on reading where nothing can be written, and is counted later."""
        if not self.only_used:
            super().save(must_create)
            return
        try:
            with briefly(connections[router.db_for_write(self.model)]):
                super().save(must_create)
        except (UpdateError, DatabaseError) as problem:
            if not trouble.status_of(problem):
                raise

    def get_session_cookie_age(self) -> int:
        """Seconds from now."""
        return self.get(IDLE, settings.SESSION_COOKIE_AGE)


def idle_time(user: User) -> timedelta:
    """The shortest time of the roles somebody holds; whoever is away with a trip can write from evening to evening."""
    hours = settings.IDLE_HOURS
    held = {role.role for role in user.roles} | {member.role for member in user.teams}
    least = min((hours[role] for role in held if role in hours), default=hours["everybody"])
    if least < hours["away"] and any(away(user, clock.now()) for away in wings.each(lambda wing: wing.away)):
        least = hours["away"]
    return timedelta(hours=least)


class SittingMiddleware:
    """Counts anew from each time a session is used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            used(request.session, request.user)
        return response


def used(session: Any, user: User) -> None:
    """Somebody did something."""
    now = clock.now().timestamp()
    if abs(now - session.get(USED, 0)) < NOW_AND_THEN.total_seconds():
        return
    session.only_used = not session.modified
    session[USED], session[IDLE] = now, int(idle_time(user).total_seconds())
    if not session.get_expire_at_browser_close():
        session.set_expiry(None)  # what the sign-in wrote there says one time for everybody
