"""`manage.py remind` queues the reminders of today. Run it daily; a second run queues nothing twice."""

import logging
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from exchange import clock, wings

log = logging.getLogger("exchange.outbox")


class Command(BaseCommand):
    help = "Queue reminders; nothing is sent here and no state changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--today", type=date.fromisoformat, metavar="YYYY-MM-DD", help="as if it were noon that day"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["today"]:
            with clock.at(datetime.combine(options["today"], time(12), clock.HOME)):
                self.remind()
        else:
            self.remind()

    def remind(self) -> None:
        """Ask each reminder in its own transaction; one that fails does not keep the others back."""
        failed = []
        for reminder in wings.each(lambda wing: wing.reminders):
            name = f"{reminder.__module__}.{reminder.__qualname__}"
            try:
                with transaction.atomic():
                    queued = reminder(clock.now())
            except Exception:
                log.exception("Reminder %s failed", name)
                failed.append(name)
            else:
                self.stdout.write(f"{name}: {queued}")
        if failed:
            raise CommandError(f"These reminders failed: {', '.join(failed)}. The log says why.")
