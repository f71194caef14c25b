"""`manage.py bounces` takes what mail servers report later: from a pipe, from a file or from a mailbox."""

import imaplib
import os
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exchange.outbox import sources
from exchange.outbox.bounces import Outcome, said, take
from exchange.trouble import LOST


class Command(BaseCommand):
    help = "Take delivery reports: what is said to have come back is shown as not delivered."

    requires_system_checks: list[str] = []  # a mail server waits for the answer, once for each report

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("recipient", nargs="?", default="", help="the address that a piped report was sent to")
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--mbox", type=Path, metavar="FILE", help="read the messages of this file")
        where.add_argument("--imap", action="store_true", help="read what is unread in the mailbox BOUNCE_IMAP")

    def handle(self, *args: Any, **options: Any) -> None:
        read = self.source(**options)
        tally: Counter[Outcome] = Counter()

        def one(raw: bytes) -> bool:
            outcome = take(raw, options["recipient"])
            tally[outcome] += 1
            return outcome != Outcome.EARLY

        try:
            read(one)
        except (OSError, imaplib.IMAP4.error, *LOST) as problem:
            raise CommandError(f"Later again: {type(problem).__name__}.", returncode=os.EX_TEMPFAIL) from problem
        self.stdout.write(f"{said(tally)}.")
        if tally[Outcome.EARLY]:
            raise CommandError("Later again: a message is still being sent.", returncode=os.EX_TEMPFAIL)

    def source(self, *, mbox: Path | None, imap: bool, recipient: str, **options: Any) -> sources.Source:
        """Where to read, if that can be read at all."""
        if recipient and (mbox or imap):
            raise CommandError("An address goes with one report, from a pipe.")
        if mbox:
            if not mbox.is_file():
                raise CommandError(f"There is no file {mbox}.")
            return partial(sources.from_mbox, mbox)
        if imap:
            if not settings.BOUNCE_IMAP:
                raise CommandError("BOUNCE_IMAP is not set.")
            return sources.from_imap
        return sources.from_pipe
