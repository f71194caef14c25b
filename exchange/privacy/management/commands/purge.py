"""`manage.py purge` deletes what is past its time, by the declarations; with `--dry-run` it only tells what it would.

Run it once a day. Killed halfway it leaves everything whole, and goes on the next time.
"""

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from exchange import clock
from exchange.outbox.delivery import sweep
from exchange.privacy.due import Due, due
from exchange.privacy.purging import purge
from exchange.unsent.middleware import forget_sent

log = logging.getLogger("exchange.privacy")


class Command(BaseCommand):
    help = "Delete personal data and documents that are past their time, by the declarations."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            total = sum(self._tell(one, one.count) for one in due(clock.now()))
            self.stdout.write(f"{total} due. Nothing was deleted.")
            return
        sweep()  # sealed mails that nobody delivers
        forget_sent()  # digests of pages
        total = 0
        for one, rows in purge():
            total += self._tell(one, rows)
            if rows:
                log.info("purge: %s %s, %s, %s (%s)", rows, one.does, one.label, one.keep.name, ", ".join(one.fields))
        self.stdout.write(f"{total} deleted or emptied.")

    def _tell(self, one: Due, rows: int) -> int:
        """One line for each group; counts only, nothing about anybody."""
        undated = f"  ({one.undated} without a date yet)" if one.undated else ""
        self.stdout.write(f"{rows:>8}  {one.does:8} {one.label:28} {one.keep.name:10} {', '.join(one.fields)}{undated}")
        return rows
