"""What the outbox has to say on somebody's home page: what was not delivered."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.dashboard import Section, Todo
from exchange.outbox.lifecycle import FAILED
from exchange.outbox.models import OutboxMessage
from exchange.signed_in import User
from exchange.some import first


def failures(user: User, now: datetime) -> Section | None:
    """Mail that did not arrive, for administrators and for leads of the trips it is about."""
    if not (user.is_administrator or user.leads):
        return None
    failed = OutboxMessage.objects.visible_to(user).filter(status=FAILED)
    if not user.is_administrator:
        failed = failed.filter(trip__in=user.leads)
    found = first(failed.order_by("queued_at").values_list("pk", flat=True), 1)
    if not found:
        return None
    n = found.total
    address = (
        reverse("outbox:all") + f"?status={FAILED}"
        if user.is_administrator
        else reverse("outbox:message", args=found.rows)
    )
    todo = Todo(
        title=ngettext("%(n)s message was not delivered", "%(n)s messages were not delivered", n) % {"n": n},
        text=_("See what the mail server answered, then send again or withdraw."),
        url=address,
        action=_("Look at the mail"),
        urgency=30,
        status=_("not delivered"),
        shape="err",
    )
    return Section(todos=[todo])
