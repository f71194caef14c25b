"""Lists that find the keys of a page first: what else a row needs is asked for the rows that are shown."""

from typing import Any

from django_tables2.data import TableQuerysetData


class KeysFirst(TableQuerysetData):
    """The data of a table over wide rows, or rows with much beside them. No row stands on two pages."""

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, slice):
            return super().__getitem__(key)
        ordered = self.data.order_by(*(self.data.query.order_by or self.data.model._meta.ordering), "pk")
        return list(ordered.filter(pk__in=ordered.values("pk")[key]))
