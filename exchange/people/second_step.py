"""Whoever decides about people or reads of many signs in with a second step (docs/decisions/0034).

From the day a role is given there are some days of grace; then every page leads to where it is set up. What somebody
was sending at that moment is kept, and offered again (exchange/carry_on.py).
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.carry_on import BY_ITSELF, park
from exchange.outbox.sealing import Unreadable, renewed
from exchange.people.lifecycle import Role
from exchange.people.models import User

#: Of whom it is asked: roles of the alliance, and of a trip.
ASKED_OF = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, "lead"})
#: What counts; recovery codes are only for when it is lost.
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
#: What of an app and of recovery codes is sealed; a passkey keeps its secret on the device.
SEALED = {"secret", "seed"}
#: Where it is set up, with what allauth asks on the way. All pages without sign-in are open too, the mailed code among
#: them, and signing out.
OPEN = frozenset(
    "account_logout account_reauthenticate account_email mfa_index mfa_activate_totp mfa_list_webauthn "
    "mfa_add_webauthn mfa_reauthenticate mfa_reauthenticate_webauthn mfa_view_recovery_codes "
    "mfa_generate_recovery_codes mfa_download_recovery_codes".split()
)
NOT_YET = _("First set up two-step sign-in: your role asks for it. What you typed stays on this page.")


@dataclass(frozen=True, slots=True)
class Owed:
    """A second step that somebody still has to set up."""

    by: datetime

    @property
    def over(self) -> bool:
        """Whether nothing else opens until it is done."""
        return clock.now() >= self.by

    @property
    def days(self) -> int:
        """How many days are left, today among them."""
        return max(0, (clock.day_of(self.by) - clock.today()).days)


def is_asked_of(user: User) -> bool:
    """Whether somebody holds a role that asks for a second step."""
    return _since(user) is not None


def has(user: User) -> bool:
    """Whether a second step is set up."""
    return Authenticator.objects.filter(user=user, type__in=STEPS).exists()


def owed(user: User) -> Owed | None:
    """What somebody still has to set up, and by when; None for who has it, or of whom nobody asks it."""
    if not settings.SECOND_STEP_REQUIRED or (since := _since(user)) is None or has(user):
        return None
    return Owed(since + timedelta(days=settings.SECOND_STEP_GRACE_DAYS))


def reseal() -> None:
    """Every secret under the present key, so that an earlier one can go out of SECRET_KEY_FALLBACKS."""
    for kept in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).iterator():
        [name] = SEALED & kept.data.keys()
        with suppress(Unreadable):  # its key is gone already: an administrator resets it
            renewal = renewed(kept.data[name])
            if renewal != kept.data[name]:
                kept.data[name] = renewal
                kept.save(update_fields=["data"])


def can_have_keys() -> bool:
    """Whether a device can keep a passkey for this house: it does so for a name, not for an address of numbers."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    return ":" not in host and not host.replace(".", "").isdigit()


def _since(user: User) -> datetime | None:
    """Since when somebody holds such a role; counted anew after a reset."""
    given = [role.given_at for role in user.roles if role.role in ASKED_OF]
    given += [member.given_at for member in user.teams if member.role in ASKED_OF]
    return max(min(given), user.second_step_asked_at or min(given)) if given else None


class SecondStepMiddleware:
    """Leads there, once the days of grace are over. Stands after sign-in, and before a page that is sent counts as
    taken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Nothing for a page that is open, or a reader who may go on."""
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if request.resolver_match.view_name in OPEN or not (asked := owed(request.user)) or not asked.over:
            return None
        if BY_ITSELF in request.headers:
            return JsonResponse({"reason": str(NOT_YET)}, status=403)
        if request.method == "POST":
            park(request)
        return HttpResponseRedirect(reverse("mfa_index"))
