"""What a backup says of itself, and whether it is whole."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from exchange import wings

FORMAT = 1
NAME = "manifest.json"


class Unfit(Exception):
    """A sentence that says why a backup can't be made or taken back."""


@dataclass(kw_only=True)
class Manifest:
    """How much there must be, and with which checksums."""

    made_at: str
    database: str
    format: int = FORMAT
    migrations: list[str] = field(default_factory=list)
    #: By the name of the table: its columns, the number of its rows and their digest.
    tables: dict[str, Any] = field(default_factory=dict)
    #: What was frozen, by what it is called: how many, how many of them hold, and their digest.
    frozen: dict[str, Any] = field(default_factory=dict)
    #: What was in the storage, by name: the checksum.
    files: dict[str, str] = field(default_factory=dict)
    #: Every file of the backup itself, by its path in it: the checksum.
    parts: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write it down."""
        (folder / NAME).write_text(json.dumps(asdict(self), indent=1))


def read(folder: Path) -> Manifest:
    """The manifest of a backup that is whole. Raises Unfit."""
    try:
        told = json.loads((folder / NAME).read_text())
        found = Manifest(**told) if told["format"] == FORMAT else None
    except (OSError, ValueError, TypeError, KeyError, UnicodeDecodeError) as problem:
        raise Unfit(f"{folder} is no whole backup: it has no manifest that can be read.") from problem
    if found is None:
        raise Unfit(f"{folder} was made by a later version; restore it with that one.")
    for name, written in found.parts.items():
        if not (folder / name).is_file():
            raise Unfit(f"{folder} is no whole backup: {name} is missing.")
        if checksum(folder / name) != written:
            raise Unfit(f"{folder} is no whole backup: {name} is not as it was written.")
    return found


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def rows_of(folder: Path, table: str) -> Iterator[bytes]:
    """The lines of a table."""
    with gzip.open(folder / "rows" / f"{table}.gz", "rb") as file:
        for line in file:
            yield line.rstrip(b"\n")


def migrations(using: str) -> list[str]:
    """Those that were applied."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connections[using]).applied_migrations())


def frozen(using: str) -> dict[str, Any]:
    """What was frozen once and must never read otherwise, as each wing proves it."""
    told = {}
    for name, marks in wings.named(lambda wing: wing.frozen).items():
        found = list(marks(using))
        digest = sha256("\n".join(mark for mark, _sound in found).encode()).hexdigest()
        told[name] = {"many": len(found), "sound": sum(sound for _mark, sound in found), "digest": digest}
    return told


def stored(folder: str = "") -> Iterator[str]:
    """The names of all files in the storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}".lstrip("/") for name in sorted(files))
    for inner in sorted(folders):
        yield from stored(f"{folder}/{inner}".lstrip("/"))


def checksum_of_stored(name: str) -> str:
    """SHA-256 of a file in the storage; empty when it is not there."""
    try:
        with default_storage.open(name) as file:
            return file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
