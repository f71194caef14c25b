"""Making a backup while people write: all rows are read as they stood at one moment, then the files.

It is made under another name and gets its own when it is whole; whatever stops it, no half backup has that name.
"""

import gzip
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import connections

from exchange import clock
from exchange.backups import rows
from exchange.backups.manifest import NAME, Manifest, Unfit, checksum, frozen, migrations, stored

#: What begins a moment that lasts: others go on writing, and none of it is seen.
MOMENT = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}


def take(to: Path, *, using: str = "default") -> Manifest:
    """Make a backup at an address where nothing is yet. Raises Unfit, OSError."""
    if to.exists():
        raise Unfit(f"There is something at {to} already; name a place where nothing is yet.")
    to.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f"{to.name}.part-", dir=to.parent))  # for nobody else to read
    try:
        made = fill(part, using)
        for path in sorted(part.rglob("*")):
            made.parts |= {str(path.relative_to(part)): checksum(path)} if path.is_file() else {}
            settle(path)
        made.write(part)
        settle(part / NAME)
        settle(part)
        part.rename(to)
        settle(to.parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return made


def fill(folder: Path, using: str) -> Manifest:
    """The rows of one moment; then the files, of which there are at least those that the rows name."""
    (folder / "rows").mkdir()
    with one_moment(using):
        made = Manifest(made_at=clock.now().isoformat(), database=connections[using].vendor)
        made.migrations, made.frozen = migrations(using), frozen(using)
        for table, model in rows.kept().items():
            digest = rows.Digest()
            with gzip.open(folder / "rows" / f"{table}.gz", "wb", compresslevel=6) as file:
                for line in rows.lines(model, using):
                    digest.add(line)
                    file.write(line + b"\n")
            made.tables[table] = {"columns": rows.columns(model), **digest.told}
    for name in stored():
        path = folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with default_storage.open(name) as file, path.open("wb") as copy:
                shutil.copyfileobj(file, copy)
        except FileNotFoundError:
            continue  # let go of meanwhile
        made.files[name] = checksum(path)
    return made


@contextmanager
def one_moment(using: str) -> Iterator[None]:
    """Let everything that is read in the block be of the moment at which it began. Nobody waits for it."""
    connection = connections[using]
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(MOMENT[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def settle(path: Path) -> None:
    """Wait until the disk has it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
