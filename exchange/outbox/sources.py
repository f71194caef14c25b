"""Where what mail servers report is read from: a pipe, an mbox, a mailbox. Each gives it to `take`, one by one."""

import imaplib
import mailbox
import ssl
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from exchange.outbox.reading import LIMIT

#: Takes one report; false when it is to be offered again.
Take = Callable[[bytes], bool]
Source = Callable[[Take], None]
#: Seconds that the mailbox may keep silent.
PATIENCE = 60


def from_pipe(take: Take) -> None:
    """The one message that a mail server writes to us. It is heard out, however much of it there is."""
    pipe = sys.stdin.buffer
    take(pipe.read(LIMIT))
    while pipe.read(LIMIT):
        pass


def from_mbox(path: Path, take: Take) -> None:
    """Every message of a file, which stays as it is."""
    with closing(mailbox.mbox(path, create=False)) as box:
        for key in box.iterkeys():
            with closing(box.get_file(key)) as message:
                take(message.read(LIMIT))


def from_imap(take: Take) -> None:
    """What is unread in the mailbox, each marked as read once it was taken. The line is always encrypted."""
    where = urlsplit(settings.BOUNCE_IMAP)
    secure = ssl.create_default_context()
    with imaplib.IMAP4_SSL(where.hostname or "", where.port or 993, ssl_context=secure, timeout=PATIENCE) as box:
        box.login(settings.BOUNCE_IMAP_USER, settings.BOUNCE_IMAP_PASSWORD)
        _expect(box.select(f'"{unquote(where.path.strip("/")) or "INBOX"}"'))
        (unread,) = _expect(box.uid("SEARCH", "UNSEEN"))
        for number in (unread or b"").decode().split():
            found = _expect(box.uid("FETCH", number, f"(BODY.PEEK[]<0.{LIMIT}>)"))
            text = next((part[1] for part in found if isinstance(part, tuple)), b"")
            if take(text):
                _expect(box.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)"))


def _expect(answer: tuple[str, list]) -> list:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return data
