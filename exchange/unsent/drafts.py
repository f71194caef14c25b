"""Keeping what is typed while it is typed, and giving it back to its author."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from exchange import clock
from exchange.carry_on import COPIED, LIMIT
from exchange.people.models import User
from exchange.unsent.models import Unsent
from exchange.verdicts import Refused, no

COPY = re.compile(r"([a-z0-9]{8,20}) (.{1,300})\Z", re.DOTALL)
#: The copy that arrived, told to the page that comes next: it is dropped from the device.
ARRIVED = "arrived"


def keep(*, author: User, form: str, base: str, fields: str) -> Unsent:
    """Write down what stands in a form. Raises Refused for what no form of the house sends."""
    found = {"fields": _pairs(fields), "base": base[:20], "saved_at": clock.now()}
    kept, _made = Unsent.objects.update_or_create(author=author, form=_form(form), defaults=found)
    return kept


def kept(author: User, form: str) -> Unsent | None:
    """What stands there for its author."""
    return Unsent.objects.filter(author=author, form=form).first()


def _form(said: str) -> str:
    """The address of a page of the house, and which form of it."""
    try:
        resolve(urlsplit(said).path)
    except Resolver404:
        said = ""
    if not said or len(said) > Unsent._meta.get_field("form").max_length:
        raise Refused(no(_("This is no page of ours."), 422))
    return said


def _pairs(said: str) -> list[list[str]]:
    try:
        found: Any = json.loads(said) if len(said) <= 2 * LIMIT else None
    except ValueError:
        found = None
    if not isinstance(found, list) or any(not _is_pair(one) for one in found):
        raise Refused(no(_("This can't be kept."), 422))
    if sum(len(name) + len(value) for name, value in found) > LIMIT:
        raise Refused(no(_("This is too long to be kept. Save it in a document of your own."), 413))
    return found


def _is_pair(one: Any) -> bool:
    return isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) and "\x00" not in part for part in one)


def arrived(request: HttpRequest, response: HttpResponse) -> None:
    """A form was taken: nothing of it is kept any more, here or on the device that sent it."""
    found = COPY.match(request.POST.get(COPIED, ""))
    if not found:
        return
    if request.user.is_authenticated:
        Unsent.objects.filter(author=request.user.pk, form=found[2]).delete()
    response.set_cookie(ARRIVED, found[1], max_age=86400, secure=request.is_secure(), samesite="Lax")
