"""The only way a status changes: if the row is still where it was, by a hat that may, written to history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.history.actions import record, record_all
from exchange.history.models import HistoryEntry
from exchange.lifecycle import Hat, Lifecycle
from exchange.signed_in import User
from exchange.verdicts import CONFLICT, GONE, YES, Refused, Verdict, no

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Tried:
    """A transition that came too late, by its names in the table, and of what."""

    life: Lifecycle
    names: tuple[str, ...]
    about: models.Model


def too_late(life: Lifecycle, obj: models.Model, reason: str | Promise, *names: str) -> Verdict:
    """The refusal of a transition (`names`, if it has several) that `obj` has moved past."""
    return Verdict(False, reason, CONFLICT, Tried(life, names, obj))


def did_it_already(verdict: Verdict, by: User | AnonymousUser | None, reason: str = "") -> bool:
    """Whether what came too late is what this person did: the second of two clicks. Nobody else moved it since.

    Another `reason` than the first time is no second click: those words were not taken, and that must be said.
    Who answers by a link is nobody in history; there the link says who it is.
    """
    if not verdict.tried:
        return False
    tried: Tried = verdict.tried
    moves = [f"{tried.life.name}.{one.name}" for one in tried.life.transitions]
    entries = HistoryEntry.objects.filter(about_model=tried.about._meta.label_lower, about_id=str(tried.about.pk))
    last = entries.filter(verb__in=moves).first()
    did = last and last.verb in [f"{tried.life.name}.{name}" for name in tried.names]
    # Some verbs keep a reason in history, others on the record, where fewer people read it.
    said = [last.reason, *vars(tried.about).values()] if last else []
    same = not reason.strip() or reason.split() in [text.split() for text in said if isinstance(text, str)]
    return bool(did and same and last.by_id == getattr(by, "pk", None))


class Moved(Refused):
    """Somebody was faster: the row is no longer in a state this transition starts from."""

    def __init__(self, life: Lifecycle, obj: models.Model, *names: str) -> None:
        label = life.state(obj).label
        reason = _("Somebody was faster: this is now “%(state)s”.") % {"state": label}
        super().__init__(too_late(life, obj, reason, *names))


def meanwhile(life: Lifecycle, obj: models.Model, *names: str) -> Refused:
    """What the second of two is told: what has become of `obj`, or that it is gone."""
    try:
        obj.refresh_from_db()
    except ObjectDoesNotExist:
        return Refused(no(_("Somebody was faster: this is gone."), GONE))
    return Moved(life, obj, *names)


def may(life: Lifecycle, name: str, obj: models.Model, hats: Iterable[Hat]) -> Verdict:
    """Whether the transition exists from here and for these hats; other conditions sit in permissions."""
    transition = life.by_name[name]
    if not transition.by & frozenset(hats):
        return no(_("This is not yours to do."))
    if life.read(obj) not in transition.sources:
        label = life.state(obj).label
        return too_late(life, obj, _("This can't be done now: it is “%(state)s”.") % {"state": label}, name)
    return YES


def perform(
    life: Lifecycle,
    name: str,
    obj: M,
    *,
    hats: Iterable[Hat],
    by: User | None = None,
    reason: str = "",
    trip: models.Model | UUID | None = None,
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
    verb, target = f"{life.name}.{name}", transition.target
    with transaction.atomic(savepoint=False):
        moved = type(obj)._base_manager.filter(life.where(transition.sources), pk=obj.pk).update(**fields)
        if moved:
            for field, value in fields.items():
                setattr(obj, field, value)
            record(about=obj, verb=verb, by=by, trip=trip, source=source, target=target, reason=reason, facts=facts)
    if not moved:
        raise meanwhile(life, obj, name)
    return obj


@transaction.atomic(savepoint=False)
def perform_all(
    life: Lifecycle,
    name: str,
    objects: Sequence[M],
    *,
    hats: Iterable[Hat],
    by: User | None = None,
    trip: models.Model | UUID | None = None,
    **fields: Any,
) -> Sequence[M]:
    """Move many rows along one transition in one statement, all or none. Raises Moved when one was moved before."""
    transition = life.by_name[name]
    if not transition.by & frozenset(hats):
        raise Refused(no(_("This is not yours to do.")))
    if not objects:
        return objects
    if life.by_value[transition.target].where is None:
        fields["status"] = transition.target
    sources = {life.read(obj) for obj in objects}
    rows = type(objects[0])._base_manager.filter(life.where(transition.sources), pk__in=[obj.pk for obj in objects])
    if rows.update(**fields) != len(objects):
        moved = type(objects[0])._base_manager.filter(life.where((transition.target,)), pk__in=[o.pk for o in objects])
        there = set(moved.values_list("pk", flat=True))
        # The one of which the sentence says what it is now; of those moved to the same state nobody can tell which.
        raise meanwhile(life, next((obj for obj in objects if obj.pk not in there), objects[0]), name)
    for obj in objects:
        for field, value in fields.items():
            setattr(obj, field, value)
    source = sources.pop() if len(sources) == 1 else ""
    record_all(about=objects, verb=f"{life.name}.{name}", by=by, trip=trip, source=source, target=transition.target)
    return objects
