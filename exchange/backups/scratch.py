"""A place of its own for the check of a backup: a database of the same kind and a folder, gone afterwards."""

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def restored_aside(backup: Path) -> subprocess.CompletedProcess[str]:
    """A restore by the very command, in a process that knows no other place."""
    with place() as elsewhere:
        command = [sys.executable, str(settings.ROOT / "manage.py"), "restore", str(backup), "--moving"]
        environment = {**os.environ, **elsewhere}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603


@contextmanager
def place() -> Iterator[dict[str, str]]:
    """The place, as the environment names it."""
    with tempfile.TemporaryDirectory(prefix="exchange-check-") as folder:
        if connection.vendor == "sqlite":
            yield {"EXCHANGE_VAR": folder, "DATABASE_URL": f"sqlite:///{Path(folder) / 'exchange.sqlite3'}"}
            return
        schema = f"exchange_check_{uuid.uuid4().hex[:12]}"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {schema}")
        try:
            yield {"EXCHANGE_VAR": folder, "DATABASE_URL": f"{address()}?options=-c%20search_path%3D{schema}"}
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP SCHEMA {schema} CASCADE")


def address() -> str:
    """Where the database is, as DATABASE_URL says it."""
    at = {name: quote(str(connection.settings_dict[name]), safe="") for name in ("USER", "PASSWORD", "HOST", "NAME")}
    port = connection.settings_dict["PORT"] or 5432
    return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{port}/{at['NAME']}"
