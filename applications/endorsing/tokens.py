"""The manager's secret link: a signed value that names an endorsement and its generation, made only at delivery."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.urls import reverse

from applications.endorsing.permissions import can_endorse
from applications.models import Endorsement

SALT = "applications.endorse"
#: Of the value by which the page after "not me" knows whom we ask now; it opens nothing else, and not for long.
PASSED, AN_HOUR = "applications.passed_on", 3600


def token(endorsement: Endorsement) -> str:
    """The value in the link."""
    return signing.dumps({"e": str(endorsement.pk), "g": endorsement.generation}, salt=SALT)


def read(value: str) -> tuple[Endorsement, int] | None:
    """The endorsement and the generation a link names; None when somebody tampered with it."""
    try:
        data = signing.loads(value, salt=SALT)
        found = Endorsement.objects.select_related(
            "application__trip__theme", "application__user", "submission__institution"
        ).get(pk=data["e"])
    except (signing.BadSignature, Endorsement.DoesNotExist, ValidationError, KeyError, TypeError, ValueError):
        return None
    return found, data["g"]


def passed(endorsement: Endorsement) -> str:
    """The value that says whom a manager named."""
    return signing.dumps(str(endorsement.pk), salt=PASSED)


def read_passed(value: str) -> Endorsement | None:
    """The request that was passed on; None when the value is old, or nobody's."""
    try:
        key = signing.loads(value, salt=PASSED, max_age=AN_HOUR)
    except signing.BadSignature:
        return None
    return Endorsement.objects.exclude(other_email="").filter(pk=key).first()


def endorse_link(message: Any, data: dict[str, Any]) -> str | None:
    """The address for a mail that is leaving now; None when the request no longer stands."""
    found = Endorsement.objects.select_related("application__trip").filter(pk=data["endorsement"]).first()
    if not found or not can_endorse(found, data["generation"]):
        return None
    return settings.BASE_URL + reverse("applications:endorse", args=[token(found)])
