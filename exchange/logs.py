"""What is written into a log: one line for one event that nobody can forge, without what lets somebody in."""

import logging
import re
import traceback

from django.apps import apps

from exchange import secret

#: What breaks a line, moves the cursor of who reads it, or turns the direction in which it is read.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
#: How the lines of a traceback begin: no text in it can pass for a line of its own.
WITHIN = "  | "


class Discreet(logging.Filter):
    """Stands before every handler, so that whichever formatter comes after it has nothing to tell."""

    def filter(self, record: logging.LogRecord) -> bool:
        known = secret.values(getattr(getattr(record, "request", None), "resolver_match", None))
        record.msg, record.args = told(record.getMessage(), known), None
        if record.exc_info and record.exc_info[0]:
            lines = "".join(traceback.format_exception(*record.exc_info)).splitlines()
            record.exc_text = "\n".join(WITHIN + told(line, known) for line in lines)
        if record.stack_info:
            record.stack_info = "\n".join(WITHIN + told(line, known) for line in record.stack_info.splitlines())
        return True


def told(text: str, known: list[str]) -> str:
    """A text as one line, without what lets somebody in."""
    for value in known:
        text = text.replace(value, secret.UNSAID)
    # Before the addresses are read there is nobody who asked for one.
    text = secret.veiled(text) if apps.ready else text
    return UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
