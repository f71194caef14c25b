"""The only way a status changes: conditional on the state it was decided on, checked for the hat, written to history."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from exchange.history.actions import record
from exchange.lifecycle import Hat, Lifecycle
from exchange.verdicts import CONFLICT, YES, Refused, Verdict, no

M = TypeVar("M", bound=models.Model)


class Moved(Refused):
    """Somebody was faster: the row is no longer in a state this transition starts from."""

    def __init__(self, life: Lifecycle, obj: Any) -> None:
        label = life.state(obj).label
        super().__init__(no(_("Somebody was faster: this is now “%(state)s”.") % {"state": label}, CONFLICT))


def may(life: Lifecycle, name: str, obj: Any, hats: Iterable[Hat]) -> Verdict:
    """Whether the transition exists from here and for these hats; other conditions sit in permissions."""
    transition = life.by_name[name]
    if not transition.by & frozenset(hats):
        return no(_("This is not yours to do."))
    if life.read(obj) not in transition.sources:
        label = life.state(obj).label
        return no(_("This can't be done now: it is “%(state)s”.") % {"state": label}, CONFLICT)
    return YES


@transaction.atomic
def perform(
    life: Lifecycle,
    name: str,
    obj: M,
    *,
    hats: Iterable[Hat],
    by: Any = None,
    reason: str = "",
    trip: Any = None,
    facts: dict[str, Any] | None = None,
    **fields: Any,
) -> M:
    """Move `obj` along the transition `name`, saving `fields`. Raises Refused on the wrong hat, Moved when too late."""
    transition = life.by_name[name]
    if not transition.by & frozenset(hats):
        raise Refused(no(_("This is not yours to do.")))
    source = life.read(obj)
    if life.by_value[transition.target].where is None:
        fields["status"] = transition.target
    moved = type(obj)._base_manager.filter(life.where(transition.sources), pk=obj.pk).update(**fields)
    if not moved:
        obj.refresh_from_db()
        raise Moved(life, obj)
    for field, value in fields.items():
        setattr(obj, field, value)
    record(
        about=obj,
        verb=f"{life.name}.{name}",
        by=by,
        trip=trip,
        source=source,
        target=transition.target,
        reason=reason,
        facts=facts,
    )
    return obj
