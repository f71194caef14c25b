"""Pages of a long list, each at the same cost: sought by key from a row whose place is known, or from the nearer end.

A page is asked for by its number, as everywhere. Links between pages also say which row stood first on the page they
stand on (`from=7.1234`: page 7 began with row 1234). From there the database goes on by the index that sorts the list,
instead of counting all rows before. A row that went, or nonsense, costs a little time and nothing else.
"""

import re
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django_tables2.data import TableQuerysetData

#: What links say about the page they stand on.
FROM = "from"
PLACE = re.compile(r"([0-9]{1,7})\.([0-9]{1,18})\Z")


class KeyedRows(TableQuerysetData):
    """The rows of a table, ordered by columns of which the last is unique."""

    def __init__(self, rows: QuerySet, *, told: str = "", per_page: int) -> None:
        super().__init__(rows)
        self.told, self.per_page = told, per_page
        #: What the links of this page tell.
        self.here: str | None = None

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, slice) or key.step is not None:
            return super().__getitem__(key)
        start = key.start or 0
        rows = rows_between(self.data, start, min(key.stop, len(self)), len(self), self._known())
        if rows:
            self.here = f"{start // self.per_page + 1}.{rows[0].pk}"
        return rows

    def _known(self) -> tuple[int, int] | None:
        """The place and the key that the link told."""
        found = PLACE.match(self.told)
        return ((int(found[1]) - 1) * self.per_page, int(found[2])) if found and int(found[1]) > 0 else None


def rows_between(rows: QuerySet, start: int, stop: int, total: int, known: tuple[int, int] | None = None) -> list[Any]:
    """The rows from place `start` up to `stop` of `total`, from the nearest place that is known."""
    ways = {"head": start, "tail": total - stop}
    if known and abs(start - known[0]) < min(ways.values()):
        keys = _keys(rows)
        values = keys and rows.filter(pk=known[1]).values_list(*(name for name, _down, _last in keys)).first()
        if values:
            return _beside(rows, _after(keys, values), start - known[0], stop - start)
    if ways["head"] <= ways["tail"]:
        return list(rows[start:stop])
    return list(rows.reverse()[total - stop : total - start])[::-1]


def _beside(rows: QuerySet, after: tuple[Q, Q], step: int, many: int) -> list[Any]:
    """So many rows that begin `step` rows after (or before) the known one, which itself has place 0."""
    from_here, before = after
    if step >= 0:
        return list(rows.filter(from_here)[step : step + many])
    found = list(rows.filter(before).reverse()[max(0, -step - many) : -step])[::-1]
    if many > -step:
        found += rows.filter(from_here)[: many + step]
    return found


def _keys(rows: QuerySet) -> list[tuple[str, bool, bool]]:
    """What the rows are ordered by: (column, whether downwards, whether empty ones come last); [] when it can't say."""
    found = []
    columns = {"pk": False} | {field.name: field.null for field in rows.model._meta.concrete_fields}
    for one in rows.query.order_by:
        if isinstance(one, str):
            name, down, last = one.lstrip("-"), one.startswith("-"), False
        elif isinstance(one, OrderBy) and isinstance(one.expression, F):
            name, down, last = one.expression.name, bool(one.descending), bool(one.nulls_last)
        else:
            return []
        # Where empty ones come, databases differ unless they are told.
        if columns.get(name, True) and not last:
            return []
        found.append((name, down, last))
    return found if found and found[-1][0] in ("pk", "id") else []


def _after(keys: list[tuple[str, bool, bool]], values: tuple[Any, ...]) -> tuple[Q, Q]:
    """The rows that stand at or after a row with these values, and those before it.

    The first column bounds both, so that an index on it is used; the rest is looked at among its equals.
    """
    (name, down, last), value = keys[0], values[0]
    further, nearer = ("lt", "gt") if down else ("gt", "lt")
    if len(keys) == 1:
        return Q(**{f"{name}__{further}e": value}), Q(**{f"{name}__{nearer}": value})
    rest, before_rest = _after(keys[1:], values[1:])
    if value is None:
        empty = Q(**{f"{name}__isnull": True})
        return empty & rest, ~empty | before_rest
    bound, back = Q(**{f"{name}__{further}e": value}), Q(**{f"{name}__{nearer}e": value})
    after = bound & (Q(**{f"{name}__{further}": value}) | rest)
    if last:
        after |= Q(**{f"{name}__isnull": True})
    return after, back & (Q(**{f"{name}__{nearer}": value}) | before_rest)
