"""The first of many rows: no page shows everybody beside its own subject."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet

UNCOUNTED = -1


@dataclass(frozen=True, slots=True)
class Some:
    """The first rows, and how many more there are; UNCOUNTED when it is only known that there are more."""

    rows: list[Any]
    more: int

    def __bool__(self) -> bool:
        return bool(self.rows)

    @property
    def total(self) -> int:
        return len(self.rows) + self.more


def first(found: QuerySet, most: int, *, count: bool = True) -> Some:
    """At most `most` rows of these; they are counted only when there are more, and where that is cheap."""
    rows = list(found[: most + 1])
    if len(rows) <= most:
        return Some(rows, 0)
    return Some(rows[:most], max(0, found.count() - most) if count else UNCOUNTED)


def counted(found: QuerySet, most: int) -> Some:
    """At most `most` rows of these and the number of the others; two questions, however many there are."""
    rows = list(found[:most])
    return Some(rows, max(0, found.order_by().count() - len(rows)))


class Counted(Paginator):
    """Pages of rows whose number is known already."""

    def __init__(self, rows: Any, per_page: int, count: int) -> None:
        super().__init__(rows, per_page)
        self.count = count
