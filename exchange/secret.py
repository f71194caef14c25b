"""The parts of addresses that let somebody in, and how they stay out of what others read.

A route declares them: `<secret:token>` or `<secret_uuid:token>`. From those declarations follows which pages tell no
other site where they were read, which no browser keeps, and what no log says.
"""

import re
from functools import cache

from django.urls.converters import StringConverter, UUIDConverter, get_converters, register_converter
from django.urls.resolvers import ResolverMatch

from exchange.management.commands.routes import routes

#: What stands in the place of what is not told.
UNSAID = "…"
#: A part of an address: how it is read, and its name.
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
#: allauth keeps the key to a new password in the session, and shows this in its place.
STAND_IN = "(?!set-password)"
#: What follows the address of a page, and values that we signed, wherever they are named.
QUERY = re.compile(r"((?:/|%2F)[^\s\"'?]*)\?[^\s\"']+", re.IGNORECASE)
SIGNED = re.compile(r"[\w-]{8,}:[\w-]{5,8}:[\w-]{27,}")


class Secret(StringConverter):
    """A word that lets somebody in."""


class SecretUUID(UUIDConverter):
    """A random number that lets somebody in."""


class Base36(StringConverter):
    """A number as allauth writes it; it lets nobody in."""

    regex = "[0-9A-Za-z]+"


register_converter(Secret, "secret")
register_converter(SecretUUID, "secret_uuid")
register_converter(Base36, "base36")


def is_secret(path: str) -> bool:
    """Whether an address holds something that lets somebody in, well-formed or not."""
    return bool(_before().match(path))


def values(match: ResolverMatch | None) -> list[str]:
    """What lets somebody in, of an address that was found."""
    names = [name for kind, name in PART.findall(match.route) if kind.startswith("secret")] if match else []
    return [str(match.kwargs[name]) for name in names if match and match.kwargs.get(name)]


def veiled(text: str) -> str:
    """A text for a log, without what lets somebody in. Of an address with a secret the rest is left out as well."""
    text = _before().sub(lambda found: found[1] + UNSAID, text)
    return SIGNED.sub(UNSAID, QUERY.sub(rf"\1?{UNSAID}", text))


@cache
def _before() -> re.Pattern[str]:
    """What stands before a secret in any route, and then the rest of the address."""
    found = {_start(route["pattern"]) for route in routes() if "<secret" in route["pattern"]}
    return re.compile(f"({'|'.join(sorted(found)) or '(?!)'}){STAND_IN}[^\"'\\n]+", re.IGNORECASE)


def _start(pattern: str) -> str:
    literal = re.escape(pattern.partition("<secret")[0]).replace("/", "(?:/|%2F)+")
    return PART.sub(lambda part: get_converters()[part[1] or "str"].regex, literal)
