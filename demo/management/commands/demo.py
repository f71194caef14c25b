"""manage.py demo: load the demonstration alliance, or say what is there."""

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from demo import places
from demo.alliance import ACCOUNTS, PASSWORD
from demo.story import tell
from exchange import clock
from exchange.jobs import worker
from exchange.people.models import User


class Command(BaseCommand):
    """Loads once; later runs keep what was typed."""

    help = "Load the demonstration alliance. --json prints a map of names to ids and addresses."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration exists only with EXCHANGE_DEMO=1.")
        if options["json"]:
            self.stdout.write(json.dumps(places.places(), indent=1))
            return
        loaded = User.objects.filter(email="admin@exchange.example").first()
        if loaded is None:
            self.load()
        elif places.loading().exists():
            raise CommandError("Loading the demonstration was broken off: `make demo` starts it over.")
        elif clock.now() - places.loaded_at() > timedelta(days=7):
            self.stdout.write("The demonstration is more than a week old: `make demo RESET=1` starts it afresh.")
        self.greet()

    def load(self) -> None:
        """Tell the story, then write the documents of DESIGN's contract."""
        self.stdout.write("Loading the demonstration alliance (once, about a minute) ...")
        if connection.vendor == "sqlite":
            # Nothing here needs to survive a power cut; without this each of ten thousand commits waits for the disk.
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=OFF")
        places.loading().touch()
        tell(clock.now())
        self.stdout.write(f"  Documents: {worker.work()}.")
        for path in places.write_documents():
            self.stdout.write(f"  {path}")
        places.mark_loaded()

    def greet(self) -> None:
        """The address and the accounts."""
        self.stdout.write(f"\nExchange demonstration: {settings.BASE_URL}")
        self.stdout.write(f"Sign in with one of these and the password {PASSWORD}:")
        for key, name, *_rest in ACCOUNTS:
            self.stdout.write(f"  {key + '@exchange.example':32} {name}")
        self.stdout.write(f"Mail arrives at {settings.BASE_URL}/demo/mail/")
