"""The rows of every table as lines of JSON, the same from either database, and back."""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connections, models

#: Whoever was signed in signs in again. What else lets somebody in is in it: docs/backups.md names it.
LEFT_OUT = frozenset({"django_session", "usersessions_usersession"})
BATCH = 500


def tables() -> dict[str, type[models.Model]]:
    """Every table of the house with its model, those in between included."""
    found = (model for model in apps.get_models(include_auto_created=True) if model._meta.managed)
    return {model._meta.db_table: model for model in found if not model._meta.proxy}


def kept() -> dict[str, type[models.Model]]:
    """Those that a backup holds."""
    return {name: model for name, model in tables().items() if name not in LEFT_OUT}


def columns(model: type[models.Model]) -> list[str]:
    """What its values are called, in their order."""
    return [field.attname for field in model._meta.local_concrete_fields]


def lines(model: type[models.Model], using: str) -> Iterator[bytes]:
    """A line for each row."""
    found = model._base_manager.using(using).order_by("pk").values_list(*columns(model))
    for row in found.iterator(chunk_size=BATCH):
        yield json.dumps([plain(value) for value in row], sort_keys=True, separators=(",", ":")).encode()


def plain(value: Any) -> Any:
    """A value as JSON has it. Raises TypeError for what no column of the house holds."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


class Digest:
    """How many lines, and a checksum of them in whatever order they come: databases sort texts differently."""

    def __init__(self) -> None:
        self.marks: list[bytes] = []

    def add(self, line: bytes) -> None:
        """Count a line in."""
        self.marks.append(sha256(line).digest())

    @property
    def told(self) -> dict[str, Any]:
        """As the manifest says it."""
        return {"rows": len(self.marks), "digest": sha256(b"".join(sorted(self.marks))).hexdigest()}


def told(model: type[models.Model], using: str) -> dict[str, Any]:
    """What the manifest says of a table, of how it is now."""
    digest = Digest()
    for line in lines(model, using):
        digest.add(line)
    return digest.told


def empty(using: str) -> None:
    """Take every row out of every table; history too, which is why no statement of ours deletes it."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), list(tables())):
            cursor.execute(statement)


def load(model: type[models.Model], names: list[str], found: Iterable[bytes], using: str) -> None:
    """Write rows as they were: nothing is derived anew."""
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    order = [fields[name] for name in names]
    most = max(min(connections[using].ops.bulk_batch_size(order, range(BATCH)), BATCH), 1)
    rest = iter(found)
    while batch := list(islice(rest, most)):
        rows = [
            model(**{name: fields[name].to_python(value) for name, value in zip(names, json.loads(line), strict=True)})
            for line in batch
        ]
        # What `bulk_create` calls, but raw: `pre_save` would write the words of a row again.
        model._base_manager._insert(rows, fields=order, using=using, raw=True)


def renumber(using: str) -> None:
    """Let the numbers that the database gives go on after those that were loaded."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables().values())):
            cursor.execute(statement)
