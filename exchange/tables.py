"""Lists are django-tables2's; what is the same in every row is found once, and all rows are made in one loop."""

from collections.abc import Callable
from functools import cache
from typing import Any

import django_tables2 as tables
from django.template import Context
from django.template.base import render_value_in_context
from django.template.defaultfilters import capfirst
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_tables2.columns import BoundColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import A, Accessor, signature

from exchange.keyed import FROM

#: In which any template of ours writes a value.
PLAIN = Context()


class Table(tables.Table):
    """A list of the house: each derives from this one."""

    def __init_subclass__(cls) -> None:
        """What `body` would pass over is refused; where there is nothing stands our dash, which is a short one."""
        parts = [column.attrs.get(part, {}) for column in cls.base_columns.values() for part in ("cell", "td")]
        by_row = any(callable(value) for part in parts for value in part.values())
        if by_row or cls._meta.row_attrs or cls._meta.pinned_row_attrs:
            raise TypeError(f"{cls.__name__}: attributes of rows, or that differ by row, are not written.")
        if cls._meta.default == "—":
            cls._meta.default = "–"

    @property
    def previous_page(self) -> str:
        return self._link(self.page.previous_page_number())

    @property
    def next_page(self) -> str:
        return self._link(self.page.next_page_number())

    def _link(self, page: int) -> str:
        """Where a page is: what was asked, its number, and with which row this one began."""
        asked = self.request.GET.copy()
        asked[self.prefixed_page_field] = str(page)
        asked.pop(FROM, None)
        if here := getattr(self.data, "here", None):
            asked[FROM] = here
        return f"?{asked.urlencode()}"

    def body(self) -> SafeString:
        """The rows of this page."""
        cells = [(opening(column), "</td>", filling(column)) for column in self.columns]
        cells[0] = ('<th scope="row">', "</th>", cells[0][2])
        lines: list[str] = []
        for row in self.paginated_rows:
            lines += ["<tr>", *(f"{before}{written(fill(row))}{after}" for before, after, fill in cells), "</tr>"]
        return SafeString("".join(lines))


def opening(column: BoundColumn) -> str:
    """What stands before a cell, with the label that a phone shows beside it."""
    figure = SafeString(' class="num"') if "num" in (column.attrs["td"]["class"] or "") else ""
    return format_html('<td data-l="{}"{}>', capfirst(column.header), figure)


def written(value: Any) -> str:
    """As `{{ value }}`: the way the reader's language does, and escaped unless it is safe already."""
    return value if type(value) is SafeString else render_value_in_context(value, PLAIN)


def filling(column: BoundColumn) -> Callable[[BoundRow], Any]:
    """What fills the cells of a column: as BoundRow.get_cell, which looks all of this up again for each of them."""
    takes, more = signature(column.render)
    if more or column.link or type(column.column) is not tables.Column or set(takes) - {"value", "record"}:
        return lambda row: row.get_cell(column.name)
    accessor, empty, render = A(column.accessor), column.column.empty_values, column.render
    if takes == ("record",) and not empty:
        return lambda row: render(row.record)

    def fill(row: BoundRow) -> Any:
        if has_choices(accessor, row.record.__class__):
            return row.get_cell(column.name)
        given = {"value": accessor.resolve(row.record, quiet=True), "record": row.record}
        return column.default if given["value"] in empty else render(**{name: given[name] for name in takes})

    return fill


@cache
def has_choices(accessor: Accessor, kind: type) -> bool:
    """Whether the value has words that stand with its choices: django-tables2 finds those."""
    return bool(getattr(accessor.get_field(kind), "choices", None))
