"""Mail as text: the first line of a template is the subject."""

import re
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _

from exchange import wings
from exchange.outbox.models import OutboxMessage
from exchange.words import plain, straight

#: Where an address comes that is made at delivery.
MARKER = re.compile(r"\[\[(\w+)\]\]")


def compose(kind: str, *, language: str, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and body of a message; kind `applications/receipt` is the template `applications/mail/receipt.txt`."""
    app, _, name = kind.partition("/")
    with translation.override(language):
        text = get_template(f"{app}/mail/{name}.txt", using="mail").render(context)
    subject, _, body = text.strip().partition("\n")
    return straight(subject), body.strip() + "\n"


def as_read(message: OutboxMessage) -> str:
    """The text as its recipient reads it, but for addresses that are theirs alone; nothing of a sealed one."""
    return "" if message.sealed else with_contact(message, as_stored(message), who_answers(message))


def as_stored(message: OutboxMessage) -> str:
    """The same without who answers, which follows from the trip; asks nothing of the database."""
    if message.sealed:
        return ""
    with translation.override(message.language):
        stand_in = _("[personal link]")
    return MARKER.sub(lambda match: stand_in if match[1] in message.links else match[0], message.body)


def who_answers(message: OutboxMessage) -> tuple[str, str]:
    """Who reads an answer to a message, as name and address: whoever wrote it, else who answers for the trip or the
    house; ("", "") when nobody does.
    """
    asked = (ask(message.trip) for ask in wings.each(lambda wing: wing.contacts)) if message.trip else ()
    name, email = next((found for found in asked if found), ("", settings.CONTACT_EMAIL))
    return (name if email == message.reply_to else "", message.reply_to) if message.reply_to else (name, email)


def with_contact(message: OutboxMessage, text: str, who: tuple[str, str]) -> str:
    """Every message names who answers, but to that person."""
    name, email = who
    if not email or email.casefold() == message.to.casefold():
        return text
    with translation.override(message.language):
        line = _("Questions? Reply to this mail: %(name)s reads it (%(email)s).") if name else ""
        line = line or _("Questions? Reply to this mail (%(email)s).")
    return f"{text.rstrip()}\n\n{line % {'name': plain(name), 'email': email}}\n"
