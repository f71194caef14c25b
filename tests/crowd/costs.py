"""What a request costs, counted: queries, rows fetched from the database, and rows that became objects.

A count of queries alone does not see a page that reads everybody in one of them, and a count of objects does not see
`values_list`; so the rows are counted where they leave the cursor.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

#: What a transaction costs is not the page's.
OURS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")


@dataclass
class Costs:
    """So many of each, so far."""

    queries: int = 0
    fetched: int = 0
    built: int = 0


@contextmanager
def counted() -> Iterator[Costs]:
    """Count inside the block."""
    costs = Costs()

    def asked(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        costs.queries += not str(sql).startswith(OURS)
        return execute(sql, *rest)

    def build(cls: type[models.Model], *args: Any, **kwargs: Any) -> models.Model:
        costs.built += 1
        return original(cls, *args, **kwargs)

    def cursor(inner: Any) -> CursorWrapper:
        return Counting(inner, connection, costs)

    original = models.Model.from_db.__func__
    with (
        connection.execute_wrapper(asked),
        mock.patch.object(models.Model, "from_db", classmethod(build)),
        mock.patch.object(connection, "make_cursor", cursor),
        mock.patch.object(connection, "make_debug_cursor", cursor),
    ):
        yield costs


class Counting(CursorWrapper):
    """A cursor that counts what is taken from it."""

    def __init__(self, cursor: Any, db: Any, costs: Costs) -> None:
        super().__init__(cursor, db)
        self.costs = costs

    def fetchone(self) -> Any:
        row = self.cursor.fetchone()
        self.costs.fetched += row is not None
        return row

    def fetchmany(self, *args: Any) -> Any:
        return self._many(self.cursor.fetchmany(*args))

    def fetchall(self) -> Any:
        return self._many(self.cursor.fetchall())

    def __iter__(self) -> Iterator[Any]:
        for row in self.cursor:
            self.costs.fetched += 1
            yield row

    def _many(self, rows: Any) -> Any:
        self.costs.fetched += len(rows)
        return rows
