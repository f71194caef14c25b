"""The house doesn't open wrong: whoever serves it or works for it asks first, and hears in one sentence why not."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core import checks
from django.core.cache import caches
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

PREPARE = "run manage.py prepare."


def require_open() -> None:
    """For a command that works: raises CommandError with the sentence."""
    if reason := next(reasons(), None):
        raise CommandError(reason)


def refuse_to_serve() -> None:
    """For a server, before it serves: ends the process with the sentence. The development server is let be."""
    if "runserver" in sys.argv:
        return
    if reason := next(reasons(), None):
        raise SystemExit(f"Exchange does not start: {reason}")
    connection.close()  # whoever forks after this shares none


def reasons() -> Iterator[str]:
    """Why not, each in one sentence; nothing when all is well."""
    if settings.DEBUG:
        yield "DEBUG is on, which shows strangers the inside of the house."
    for found in checks.run_checks():
        if found.is_serious():
            yield f"{found.msg} {found.hint or ''}".strip()
    yield from unwritable()
    yield from unprepared()


def unwritable() -> Iterator[str]:
    """What is written to and can't be."""
    folders = {Path(settings.VAR), Path(settings.MEDIA_ROOT)}
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():
        database = Path(connection.settings_dict["NAME"])
        folders.add(database.parent)
        if database.exists() and not os.access(database, os.W_OK):
            yield f"The database {database} can't be written."
    for folder in sorted(folders):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as problem:
            yield f"The folder {folder} can't be written: {problem.strerror}."


def unprepared() -> Iterator[str]:
    """What `manage.py prepare` makes and isn't there."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        table = getattr(caches["default"], "_table", "")
        if plan:
            yield f"The database misses {len(plan)} migrations, {plan[0][0]} first: {PREPARE}"
        elif table and table not in connection.introspection.table_names():
            yield f"The database has no table {table}: {PREPARE}"
    except DatabaseError as problem:
        yield f"The database does not answer: {problem}".strip().replace("\n", " ")
    for source in sorted((settings.ROOT / "locale").rglob("LC_MESSAGES/*.po")):
        if not source.with_suffix(".mo").exists():
            yield f"The texts of {source.relative_to(settings.ROOT)} are not built: {PREPARE}"
    if isinstance(staticfiles_storage, ManifestFilesMixin) and staticfiles_storage.read_manifest() is None:
        yield f"The static files are not collected: {PREPARE}"
