"""A sealed body is encrypted at rest with a key made from SECRET_KEY, so that a copy of the database opens no door."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """The key it was sealed with is gone."""


def _fernets() -> list[Fernet]:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(f"exchange.outbox.sealing:{key}".encode()).digest() for key in keys)
    return [Fernet(base64.urlsafe_b64encode(digest)) for digest in digests]


def seal(text: str) -> str:
    """The text, encrypted with the present key."""
    return _fernets()[0].encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """The text again; keys in SECRET_KEY_FALLBACKS still open it. Raises Unreadable otherwise."""
    try:
        return MultiFernet(_fernets()).decrypt(token.encode()).decode()
    except InvalidToken as problem:
        raise Unreadable("The key this was sealed with is no longer known.") from problem


def renewed(token: str) -> str:
    """The same under the present key; itself where it is already. Raises Unreadable."""
    try:
        _fernets()[0].decrypt(token.encode())
    except InvalidToken:
        return seal(unseal(token))
    return token
