"""Where the demonstration's mail arrives: one file per delivered message, to be read at /demo/mail/."""

import email
import itertools
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage as Parsed
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage  # noqa: TID251 -- the receiving end
from django.core.mail.backends.base import BaseEmailBackend

from exchange import clock

NAME = re.compile(r"^(?P<at>\d{8}T\d{6}\d{6})-(?P<n>[0-9a-f]+)-(?P<to>[^/]+)\.eml$")
_count = itertools.count(1)


def folder() -> Path:
    """The folder of the mailbox, made when needed."""
    path = settings.VAR / "demo" / "mail"
    path.mkdir(parents=True, exist_ok=True)
    return path


class Backend(BaseEmailBackend):
    """Deliver into the folder. The file's name carries moment and recipient, so that a list opens no files."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            at = clock.now().astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
            to = re.sub(r"[^\w.@+-]", "_", ",".join(message.to))[:120]
            name = f"{at}-{os.getpid():x}{next(_count):06x}-{to}.eml"
            (folder() / name).write_bytes(message.message().as_bytes())
        return len(email_messages)


@dataclass(frozen=True, slots=True)
class Mail:
    """A delivered message."""

    name: str
    at: datetime
    to: str

    @property
    def parsed(self) -> Parsed:
        """The message, read from its file."""
        return email.message_from_bytes((folder() / self.name).read_bytes(), policy=policy.default)

    @property
    def subject(self) -> str:
        return str(self.parsed["subject"])

    @property
    def body(self) -> str:
        part = self.parsed.get_body(("plain",))
        return part.get_content() if part else ""


def delivered(to: str = "") -> list[Mail]:
    """Delivered mail, newest first, of addresses that contain `to`."""
    found = []
    for path in folder().iterdir():
        match = NAME.match(path.name)
        if match and to.lower() in match["to"].lower():
            at = datetime.strptime(match["at"], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
            found.append(Mail(path.name, at, match["to"]))
    return sorted(found, key=lambda mail: mail.name, reverse=True)


def mail(name: str) -> Mail | None:
    """One message by the name of its file; None when there is none."""
    match = NAME.match(name)
    if not match or not (folder() / name).is_file():
        return None
    return Mail(name, datetime.strptime(match["at"], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC), match["to"])
