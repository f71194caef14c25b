"""`manage.py restore FROM` takes a backup back; `--check` does so in a place of its own and says the verdict."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exchange.backups.manifest import Unfit, read
from exchange.backups.restoring import Differs, Line, restore, standing
from exchange.backups.scratch import restored_aside


class Command(BaseCommand):
    help = "Put a backup in the place of the database and the files; stop the other processes first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path, metavar="from")
        parser.add_argument("--check", action="store_true", help="restore it in a place of its own; a verdict")
        parser.add_argument("--overwrite", action="store_true", help="although there is something here")
        parser.add_argument("--moving", action="store_true", help="nothing was mailed since: what waits is still sent")

    def handle(self, *args: Any, backup: Path, **options: Any) -> None:
        try:
            read(backup)
            if options["check"]:
                self.check_it(backup)
            else:
                self.restore(backup.resolve(), **options)
        except Differs as differs:
            self.tell(differs.verdict)
            raise CommandError(f"{differs} Nothing was changed.") from differs
        except (Unfit, OSError) as problem:
            raise CommandError(str(problem)) from problem

    def check_it(self, backup: Path) -> None:
        """The verdict; what stands here is not touched."""
        done = restored_aside(backup.resolve())
        self.stdout.write(done.stdout.partition("\n\n")[0])
        if done.returncode:
            raise CommandError(f"This backup can't be taken back. {done.stderr.strip()}")
        self.stdout.write("This backup is whole and can be taken back. Nothing here was touched.")

    def restore(self, backup: Path, **options: Any) -> None:
        """The thing itself, unless it would overwrite something and nobody said so."""
        if (there := standing()) and not options["overwrite"]:
            for name, many in there.items():
                self.stderr.write(f"{many:>9}  {name}")
            raise CommandError("That stands here and would be overwritten. Make a backup of it, then say --overwrite.")
        self.tell(restore(backup, moving=options["moving"]))
        self.stdout.write("\nRestored. Run manage.py prepare, then start the processes again; everybody signs in anew.")
        self.stdout.write("What was deleted or erased after the backup is here again: run manage.py purge, and erase")
        self.stdout.write("again who asked for it since.")
        if not options["moving"]:
            self.stdout.write("Mail that waited may have gone out since: it is held, to be sent again from its page.")

    def tell(self, verdict: list[Line]) -> None:
        """A line for each thing that was compared and is anything."""
        self.stdout.write(f"{'':40} {'backup':>10} {'restored':>20}")
        for line in verdict:
            if not line.same or line.told != "0":
                self.stdout.write(f"{line.what:40} {line.told:>10} {line.found:>20}  {'' if line.same else 'DIFFERS'}")
