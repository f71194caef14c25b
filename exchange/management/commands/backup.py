"""`manage.py backup TO` keeps the database and the files of one moment, while people go on writing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from exchange.backups.manifest import Unfit
from exchange.backups.taking import take


class Command(BaseCommand):
    help = "Keep the database and the files as they stand now, in a folder that is not there yet."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("to", type=Path, help="where: a name that is free")

    def handle(self, *args: Any, to: Path, **options: Any) -> None:
        try:
            made = take(to.resolve())
        except (Unfit, OSError, DatabaseError) as problem:
            raise CommandError(f"No backup was made. {problem}") from problem
        rows = sum(table["rows"] for table in made.tables.values())
        self.stdout.write(f"{to}: {rows} rows of {len(made.tables)} tables and {len(made.files)} files, of one moment.")
        self.stdout.write("It holds what people wrote: keep it encrypted, and not on this machine only.")
        self.stdout.write("Not in it: SECRET_KEY and the rest of the environment. Keep those apart, elsewhere.")
        self.stdout.write(f"Whether it can be taken back: manage.py restore {to} --check")
