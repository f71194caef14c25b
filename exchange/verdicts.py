"""Answers to "may I?": true, or false with a reason in the reader's language and a status code."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

FORBIDDEN, CONFLICT, GONE = 403, 409, 410


@dataclass(frozen=True, slots=True)
class Verdict:
    """Truthy when allowed; otherwise `reason` says why not and `status` is 403, 409 or 410.

    `tried`: what came too late, as exchange.transitions.Tried, for whoever did the same themselves.
    """

    ok: bool
    reason: str | Promise = ""
    status: int = FORBIDDEN
    tried: Any = None

    def __bool__(self) -> bool:
        return self.ok

    @property
    def theirs(self) -> bool:
        """Whether it is this person's to do at all, if not now: a page shows the button, or why it waits."""
        return self.ok or self.status != FORBIDDEN


YES = Verdict(True)


def no(reason: str | Promise, status: int = FORBIDDEN) -> Verdict:
    """A refusal with its reason."""
    return Verdict(False, reason, status)


class Refused(Exception):
    """Raised by `require`; becomes a page that says the reason (exchange.middleware)."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(str(verdict.reason))
        self.verdict = verdict


def require(verdict: Verdict) -> None:
    """Raise Refused unless the verdict is yes."""
    if not verdict:
        raise Refused(verdict)
