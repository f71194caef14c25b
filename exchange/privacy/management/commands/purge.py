"""`manage.py purge` removes documents whose time is over; with `--dry-run` it only tells what is held too long.

Erasing what people wrote comes in a later version.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from exchange import clock
from exchange.jobs.actions import forget_old
from exchange.privacy.due import due


class Command(BaseCommand):
    help = "Remove documents that are past their time; count the personal data that is, by the declarations."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, **options: Any) -> None:
        removed = 0 if options["dry_run"] else forget_old(clock.now())
        total = 0
        for found in due(clock.now()):
            if found.rows is None:
                count = "stays" if found.keep.days is None else "no date"
            else:
                count, total = str(found.rows), total + found.rows
            self.stdout.write(f"{count:>8}  {found.model:28} {found.keep.name:10} {', '.join(found.fields)}")
        deleted = f"{removed} documents were removed" if removed else "Nothing was deleted"
        self.stdout.write(f"{total} due. {deleted}.")
