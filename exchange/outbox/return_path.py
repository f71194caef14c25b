"""Where a message comes back to: an envelope address of its own, which nobody can make up.

It holds the id of the message and a mark made with SECRET_KEY over that id and the moment it was taken up, so that a
report about an earlier attempt says nothing of the present one. Written in base32, as mail servers lose capitals.
"""

import base64
import re
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from exchange.outbox.models import OutboxMessage

SALT = "exchange.outbox.return_path"
#: Bytes of the mark: guessing costs a mail each time, so 80 bits are plenty and the local part stays below 64.
MARK = 10
LENGTH = 42
#: A token in an address, or by itself as a mail server hands over what stood behind the plus.
TOKEN = re.compile(rf"(?:^|\+)([a-z2-7]{{{LENGTH}}})(?=@|$)", re.IGNORECASE)


def return_path(message: OutboxMessage) -> str | None:
    """The address that delivery reports about this message are sent to; None where the house has none."""
    name, at, domain = settings.BOUNCE_ADDRESS.partition("@")
    return f"{name}+{_token(message, settings.SECRET_KEY)}{at}{domain}" if at else None


def message_of(text: str) -> OutboxMessage | None:
    """The message whose address stands in this text; None when it holds none, or one that we did not make."""
    found = TOKEN.search(text)
    if not found:
        return None
    token = found[1].lower()
    pk = UUID(bytes=base64.b32decode(token.upper() + "=" * (-LENGTH % 8))[:16])
    message = OutboxMessage.objects.filter(pk=pk).first()
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if message and any(constant_time_compare(token, _token(message, key)) for key in keys):
        return message
    return None


def _token(message: OutboxMessage, key: str) -> str:
    signed = f"{message.pk}:{message.claimed_at and message.claimed_at.timestamp()}"
    mark = salted_hmac(SALT, signed, secret=key, algorithm="sha256").digest()[:MARK]
    return base64.b32encode(message.pk.bytes + mark).decode().rstrip("=").lower()
