"""Doing what the declaration says: rows go or are emptied, in small transactions that each leave everything whole."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet

from exchange import clock, wings
from exchange.fulltext import drop_gone_words
from exchange.history.actions import forget_entries
from exchange.history.models import HistoryEntry
from exchange.outbox.lifecycle import CANCELLED, FAILED, SENT
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.privacy import declared as personal
from exchange.privacy.due import Due, due, empty, is_link, stands_in

#: Rows in one transaction.
BATCH = 200
#: The account that stands in the place of who did something longer ago than is kept.
NOBODY = "nobody@erased.invalid"
#: The last mail to somebody who was erased: once it has left, nothing says to whom.
FAREWELL = "privacy/erased"


def purge() -> Iterator[tuple[Due, int]]:
    """Everything whose time is over, group by group with how many rows; stopped halfway, it goes on the next time."""
    OutboxMessage.objects.filter(kind=FAREWELL, status__in=[SENT, FAILED, CANCELLED]).update(
        to="", last_error="", search_words=""
    )
    for one in due(clock.now()):
        yield one, 0 if one.rows is None else sum(_batches(one))
    drop_gone_words()


def _batches(one: Due) -> Iterator[int]:
    last = None
    while True:
        rest = one.rows.order_by("pk") if last is None else one.rows.order_by("pk").filter(pk__gt=last)
        with transaction.atomic():
            ids = list(dict.fromkeys(rest.values_list("pk", flat=True)[:BATCH]))
            if not ids:
                return
            let_go(one, ids)
        last = ids[-1]
        yield len(ids)


def let_go(one: Due, ids: list[Any]) -> None:
    """Let these rows go, or empty them, in the transaction of whoever calls; what is derived from them follows."""
    rows: QuerySet = QuerySet(one.model).filter(pk__in=ids)
    follow = [look(rows) for look in wings.each(lambda wing: wing.letting_go)]
    if one.model is HistoryEntry:
        forget_entries(rows)
    elif one.goes:
        rows.delete()
    elif is_link(one.model, one.fields[0]):
        unlink(rows)
    else:
        rows.update(**{name: _left(one.model, name) for name in one.fields})
    for up in follow:
        up()


def _left(model: Any, name: str) -> Any:
    return nobody() if stands_in(model._meta.get_field(name)) else empty(model, name)


def nobody() -> User:
    """Who did what is longer ago than deeds are kept."""
    return User.objects.filter(email=NOBODY).first() or nameless(NOBODY)


def nameless(email: str) -> User:
    """An account that is nobody's and opens nothing."""
    now = clock.now()
    account = User(email=email, name=personal.NOBODY, is_active=False, reminders=False, joined_at=now, erased_at=now)
    account.set_unusable_password()
    account.save()
    return account


def unlink(rows: QuerySet) -> None:
    """Give what one person did on one trip to an account that never was anybody's: apart from all else they did."""
    for trip, user in set(rows.values_list("trip", "user")):
        instead = nameless(f"{uuid4()}@erased.invalid")
        for model in apps.get_models():
            if "user" in getattr(model, "PERSONAL", {}) and is_link(model, "user") and not hasattr(model, "DERIVED"):
                model._base_manager.filter(trip=trip, user=user).update(user=instead)
