"""Mail as text: the first line of a template is the subject."""

import re
from typing import Any

from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _

from exchange.outbox.models import OutboxMessage

#: Where an address comes that is made at delivery.
MARKER = re.compile(r"\[\[(\w+)\]\]")


def compose(kind: str, *, language: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and body of a message; kind `applications/receipt` is the template `applications/mail/receipt.txt`."""
    app, _, name = kind.partition("/")
    with translation.override(language):
        text = get_template(f"{app}/mail/{name}.txt", using="mail").render(context)
    subject, _, body = text.strip().partition("\n")
    return " ".join(subject.split()), body.strip() + "\n"


def as_read(message: OutboxMessage) -> str:
    """The text as its recipient reads it, but for addresses that are theirs alone; nothing of a sealed one."""
    if message.sealed:
        return ""
    with translation.override(message.language):
        stand_in = _("[personal link]")
    return MARKER.sub(lambda match: stand_in if match[1] in message.links else match[0], message.body)
