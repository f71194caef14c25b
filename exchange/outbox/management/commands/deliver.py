"""`manage.py deliver` sends what is due; `--watch` keeps at it until it is stopped."""

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from exchange.opening import require_open
from exchange.outbox import delivery


class Command(BaseCommand):
    help = "Send the mail that stands in the outbox."

    requires_system_checks: list[str] = []  # asked with all else that must be so before it works

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--watch", action="store_true", help="keep delivering until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        require_open()
        if not options["watch"]:
            self.stdout.write(f"{delivery.deliver()}.")
            return
        stop = Event()
        before = {name: signal.signal(name, lambda *_: stop.set()) for name in (signal.SIGTERM, signal.SIGINT)}
        try:
            delivery.watch(stop)
        finally:
            for name, handler in before.items():
                signal.signal(name, handler)
