"""Taking a backup back: all of it or nothing, and only when what then stands there is what the backup says.

Rows are written and compared in one transaction, so whatever stops it, the house is as it was. Files come before that
and go after it: there is never a row without its file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction

from exchange.backups import rows
from exchange.backups.manifest import (
    Manifest,
    Unfit,
    checksum_of_stored,
    frozen,
    migrations,
    read,
    rows_of,
    stored,
)
from exchange.outbox import delivery


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the verdict: what the backup says, and what stands there now."""

    what: str
    told: str
    found: str
    same: bool


class Differs(Exception):
    """What was restored is not what the backup says; the verdict says where."""

    def __init__(self, verdict: list[Line]) -> None:
        super().__init__("What was restored is not what the backup says.")
        self.verdict = verdict


def standing(using: str = "default") -> dict[str, int]:
    """What a restore would overwrite, in numbers; nothing where nobody has an account and no file lies."""
    if get_user_model()._meta.db_table not in connections[using].introspection.table_names():
        people: dict[str, int] = {}
    else:
        counted = {name: model._base_manager.using(using).count() for name, model in rows.kept().items()}
        people = counted if get_user_model()._base_manager.using(using).exists() else {}
    files = sum(1 for _name in stored())
    return {name: many for name, many in {**people, "files": files}.items() if many}


def restore(folder: Path, *, using: str = "default", moving: bool = False) -> list[Line]:
    """Put a backup in the place of whatever stands there; the verdict, each line of it the same.

    What waited to be mailed may have gone out since: it is held, unless it only moves house. Raises Unfit, Differs.
    """
    told = read(folder)
    ready(told, using)
    for name, sha256 in told.files.items():
        if checksum_of_stored(name) != sha256:
            put(folder / "files" / name, name)
    try:
        with transaction.atomic(using=using):
            verdict = put_rows(folder, told, using)
            if not moving:
                delivery.hold(using)
    except DatabaseError as problem:
        raise Unfit(f"The database does not take the rows: {problem}") from problem
    for name in set(stored()) - set(told.files):
        default_storage.delete(name)
    return verdict


def put_rows(folder: Path, told: Manifest, using: str) -> list[Line]:
    """The rows of a backup instead of those there are; the verdict on them. Raises Differs."""
    rows.empty(using)
    for table in told.tables:
        rows.load(rows.kept()[table], told.tables[table]["columns"], rows_of(folder, table), using)
    rows.renumber(using)
    verdict = list(compare(told, using))
    if not all(line.same for line in verdict):
        raise Differs(verdict)
    return verdict


def ready(told: Manifest, using: str) -> None:
    """There are tables, of the version that the backup was made by. Raises Unfit."""
    if not migrations(using):
        call_command("migrate", database=using, interactive=False, verbosity=0)
    here = set(migrations(using))
    if later := set(told.migrations) - here:
        raise Unfit(f"It was made by a later version: {min(later)} is not known here. Restore it with that one.")
    if earlier := here - set(told.migrations):
        raise Unfit(
            f"It was made by an earlier version, before {min(earlier)}. Restore it with that one, then upgrade."
        )


def put(path: Path, name: str) -> None:
    """A file of the backup in the storage, in the place of another by that name."""
    default_storage.delete(name)
    with path.open("rb") as file:
        default_storage.save(name, File(file))


def compare(told: Manifest, using: str) -> Iterator[Line]:
    """What the backup says beside what stands there now."""
    now = migrations(using)
    yield Line("migrations", str(len(told.migrations)), str(len(now)), now == told.migrations)
    found = {table: rows.told(model, using) for table, model in rows.kept().items()}
    for table, said in told.tables.items():
        here = found.get(table, {"rows": 0, "digest": ""})
        same = (here["rows"], here["digest"]) == (said["rows"], said["digest"])
        yield Line(f"rows of {table}", str(said["rows"]), str(here["rows"]), same)
    for name, proof in frozen(using).items():
        said = told.frozen.get(name, {"many": 0})
        yield Line(name, str(said["many"]), f"{proof['many']}, {proof['sound']} hold", proof == said)
    right = sum(checksum_of_stored(name) == sha256 for name, sha256 in told.files.items())
    yield Line("files by checksum", str(len(told.files)), str(right), right == len(told.files))
