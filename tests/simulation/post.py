"""The mail outside: what was delivered stays delivered, whatever becomes of the database."""

import random
import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from unittest import mock

from django.core.mail.backends.smtp import EmailBackend
from django.test import override_settings

#: What may become of a message, and how often of a hundred.
FATES = {"arrives": 84, "busy": 7, "unknown": 4, "line drops before": 2, "line drops after": 3}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it arrived."""

    id: str
    to: str
    body: str

    def link(self, path: str) -> str:
        """What follows `path` in the first link to it; empty when there is none."""
        found = re.search(rf"{re.escape(path)}([^\s/]+)/", self.body)
        return found[1] if found else ""


@dataclass
class PostOffice:
    """Letters that arrived, and what the next ones meet."""

    letters: list[Letter] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 -- repeats itself, by design

    def fate(self) -> str:
        return self.chance.choices(list(FATES), list(FATES.values()))[0]

    def to(self, *addresses: str) -> list[Letter]:
        return [one for one in self.letters if one.to in addresses]

    @contextmanager
    def open(self) -> Iterator[None]:
        """Let the house's mail arrive here."""
        line = type("Line", (Server,), {"office": self})
        path = f"{EmailBackend.__module__}.{EmailBackend.__qualname__}"
        with override_settings(EMAIL_BACKEND=path), mock.patch.object(EmailBackend, "connection_class", line):
            yield

    def take(self, raw: bytes) -> None:
        """A message arrives."""
        mail = message_from_bytes(raw, policy=policy.default)
        body = mail.get_body(("plain",))
        text = body.get_content() if body else ""
        self.letters.append(Letter(str(mail["Message-ID"]), str(mail["To"]), text))


class Server(smtplib.SMTP):
    """A mail server without a network."""

    office: PostOffice

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__()
        self.sock, self.told = None, ""

    def ehlo_or_helo_if_needed(self) -> None:
        pass

    def mail(self, sender: str, options: object = ()) -> tuple[int, bytes]:
        self.told = self.office.fate()
        return (451, b"busy") if self.told == "busy" else (250, b"")

    def rcpt(self, recip: str, options: object = ()) -> tuple[int, bytes]:
        return (550, b"unknown") if self.told == "unknown" else (250, b"")

    def data(self, msg: bytes) -> tuple[int, bytes]:
        if self.told == "line drops before":
            raise smtplib.SMTPServerDisconnected("before")
        self.office.take(msg)
        if self.told == "line drops after":
            raise smtplib.SMTPServerDisconnected("after")
        return 250, b""

    def rset(self) -> tuple[int, bytes]:
        return 250, b""

    def quit(self) -> tuple[int, bytes]:
        return 221, b""

    def close(self) -> None:
        pass
