"""Verify codes: 130 random bits as 26 characters of Crockford base32, forgiving when typed over."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
GROUPS = (5, 5, 5, 5, 6)
#: Crockford's table of letters that look like digits.
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new() -> str:
    """A code nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normal(typed: str) -> str | None:
    """The code that was meant, or None: spaces, hyphens and case don't matter; O is read as 0, I and L as 1."""
    text = "".join(typed.split()).replace("-", "").upper().translate(LOOKALIKES)
    return text if len(text) == LENGTH and set(text) <= set(ALPHABET) else None


def grouped(code: str) -> str:
    """As printed: in groups."""
    parts, start = [], 0
    for size in GROUPS:
        parts.append(code[start : start + size])
        start += size
    return "-".join(parts)
