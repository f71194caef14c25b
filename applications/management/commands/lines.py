from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from applications.lines import faults, mend
from exchange.trips.models import Trip

SHOWN = 20


class Command(BaseCommand):
    help = "Prove every line and load against what it is derived from; --mend writes those of a trip with faults again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for trip in Trip.objects.order_by("slug"):
            found = list(faults(trip))
            wrong += len(found)
            for fault in found[:SHOWN]:
                self.stderr.write(f"{trip.slug}: {fault}")
            if found and options["mend"]:
                mend(trip)
        if wrong and not options["mend"]:
            raise CommandError(f"{wrong} faults. --mend writes the lines of these trips again.")
        self.stdout.write(f"{wrong} faults mended." if wrong else "Every line is what it ought to be.")
