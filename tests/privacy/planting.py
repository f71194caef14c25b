"""Something unusual in every personal field of a database, to look for afterwards."""

import itertools
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import QuerySet

from exchange.people.models import User
from tests import world

_count = itertools.count(1)


def declaring() -> list[Any]:
    """Our models that declare personal fields and follow from nothing else."""
    found = [model for model in apps.get_models() if getattr(model, "PERSONAL", None)]
    return [model for model in found if not getattr(model, "DERIVED", False)]


def word() -> str:
    """Letters that nobody writes."""
    n, letters = next(_count), ""
    for _place in range(4):
        n, one = divmod(n, 20)
        letters += "bcdfghjklmnpqrstvwxz"[one]
    return f"qyx{letters}"


def plant(rows: QuerySet, names: list[str], by: User) -> None:
    """Fill these fields of each row, and the moment beside who did something."""
    for row in rows:
        values: dict[str, Any] = {}
        for name in names:
            field = rows.model._meta.get_field(name)
            if field.is_relation:
                if name.endswith("_by"):
                    values |= {name: by} | at_beside(row, name)
            else:
                values[name] = something(field)
                values |= at_beside(row, name) if name == "recorded_reason" else {}
        QuerySet(rows.model).filter(pk=row.pk).update(**values)


def at_beside(row: Any, name: str) -> dict[str, Any]:
    """The moment of a deed, where there is none yet."""
    moment = name.rpartition("_")[0] + "_at"
    missing = moment in {one.name for one in row._meta.fields} and getattr(row, moment) is None
    return {moment: world.MOMENTS["selection"]} if missing else {}


def something(field: Any) -> Any:
    """A value of this kind that no default is."""
    if isinstance(field, models.BooleanField):
        return True
    if field.choices:
        usable = [value for value, _label in field.flatchoices if value not in ("", None)]
        return next(value for value in usable if value != field.get_default())
    if isinstance(field, models.DecimalField):
        return Decimal(3)
    if isinstance(field, models.IntegerField):
        return 2
    if isinstance(field, models.JSONField):
        return {"said": word()}
    if isinstance(field, models.EmailField):
        return f"{word()}@{word()}.example"
    if isinstance(field, models.URLField):
        return f"https://{word()}.example/"
    return word()[: field.max_length]


def everywhere(*words: str) -> list[str]:
    """Where any of these words stands, in any column of any table: as `table.column: word`."""
    found = []
    with connection.cursor() as cursor:
        tables = [one.name for one in connection.introspection.get_table_list(cursor) if one.type == "t"]
        for table in tables:
            columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
            quoted = ", ".join(connection.ops.quote_name(one) for one in columns)
            cursor.execute(f"SELECT {quoted} FROM {connection.ops.quote_name(table)}")  # noqa: S608 -- our own names
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = value.decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)
                    found += [f"{table}.{column}: {one}" for one in words if one.casefold() in text.casefold()]
    return sorted(set(found))
