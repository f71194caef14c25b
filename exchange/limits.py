"""Who asks too often. What counts that is kept in the database, so that all processes count together.

Where nothing can be written nothing is counted. Django keeps silent about that, so that whoever only reads would be
told to have asked too often; here it is said as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from allauth.core.ratelimit import consume_or_429
from django.core.cache.backends.db import DatabaseCache
from django.db import DatabaseError, connections, router, transaction
from django.http import HttpRequest, HttpResponse

from exchange import trouble

#: Milliseconds that counting waits for others who write.
PATIENCE = 1000


def asked_too_often(request: HttpRequest, action: str) -> HttpResponse | None:
    """For a page that only reads: the answer to who asks too often. Nobody is limited while nothing can be counted."""
    try:
        return consume_or_429(request, action=action, limit_get=True)
    except DatabaseError as problem:
        if trouble.status_of(problem):
            return None
        raise


class Cache(DatabaseCache):
    """Django's cache in a table, that raises what keeps it from writing and does not wait long for it."""

    def _base_set(self, *about: Any, **more: Any) -> Any:
        connection = connections[router.db_for_write(self.cache_model_class)]
        with briefly(connection):
            done = DatabaseCache._base_set(self, *about, **more)
            if not done:
                self._write_something(connection)
            return done

    def _write_something(self, connection: Any) -> None:
        """Whether it was not written because it stands there, or because nothing can be: then this raises why."""
        table = connection.ops.quote_name(self._table)
        past = connection.ops.adapt_datetimefield_value(datetime(2000, 1, 1, tzinfo=UTC))
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE cache_key = 'written'")  # noqa: S608 -- our own table
            cursor.execute(f"INSERT INTO {table} VALUES ('written', '', %s)", [past])  # noqa: S608


@contextmanager
def briefly(connection: Any) -> Iterator[None]:
    """Let what is written in the block wait a moment for others who write, and no longer."""
    waits = connection.vendor == "sqlite" and not connection.in_atomic_block
    usual = _wait(connection, PATIENCE) if waits else 0
    try:
        yield
    finally:
        if waits:
            _wait(connection, usual)


def _wait(connection: Any, milliseconds: int) -> int:
    """How long SQLite waits for a lock from now on; how long it did."""
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")
    return before
