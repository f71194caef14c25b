"""`manage.py purge --dry-run` tells what is held longer than was promised. Erasing itself comes in a later version."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exchange import clock
from exchange.privacy.due import due


class Command(BaseCommand):
    help = "Count personal data that is past its time, by the declaration on each model. Deletes nothing yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["dry_run"]:
            raise CommandError("This version only counts: run purge --dry-run.")
        total = 0
        for found in due(clock.now()):
            if found.rows is None:
                count = "stays" if found.keep.days is None else "no date"
            else:
                count, total = str(found.rows), total + found.rows
            self.stdout.write(f"{count:>8}  {found.model:28} {found.keep.name:10} {', '.join(found.fields)}")
        self.stdout.write(f"{total} due. Nothing was deleted.")
