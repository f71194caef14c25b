"""What must hold before the house opens, told by `manage.py check` as sentences a person can act on."""

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from exchange import wings

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PRIVATE_CACHES = {"locmem.LocMemCache", "dummy.DummyCache", "filebased.FileBasedCache"}


@register
def wings_offer(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What the wings offer can be found and called, and no two of them offer the same name or place."""
    try:
        offered = wings.offered()
    except (ImportError, AttributeError) as problem:
        return [Error(f"What a wing offers can't be read: {problem}", id="exchange.E001")]
    found: list[CheckMessage] = []
    for sort in fields(wings.Offers):
        seen: set[object] = set()
        for wing in offered:
            told = getattr(wing, sort.name)
            names = list(told) if isinstance(told, Mapping) else []
            twice = [f"{sort.name} holds {name!r} twice." for name in names if name in seen]
            parts = list(told.values()) if isinstance(told, Mapping) else list(told)
            dumb = [f"{sort.name} holds {part!r}, which says and does nothing." for part in parts if not speaks(part)]
            found += [Error(text, id="exchange.E002") for text in [*twice, *dumb]]
            seen.update(names)
    return found


def speaks(part: object) -> bool:
    """Whether something offered is a function, a record of some, or a word."""
    return callable(part) or is_dataclass(part) or (isinstance(part, str | Promise) and bool(part))


@register
def addresses(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The site and its sender have usable addresses."""
    found: list[CheckMessage] = []
    base = urlsplit(settings.BASE_URL)
    if base.scheme not in {"http", "https"} or not base.hostname or base.path or base.query:
        hint = "Write it like https://exchange.example, without a path."
        found.append(Error(f"BASE_URL is {settings.BASE_URL!r}, no web address.", hint=hint, id="exchange.E003"))
    if "@" not in parseaddr(settings.DEFAULT_FROM_EMAIL)[1]:
        found.append(Error(f"DEFAULT_FROM_EMAIL is {settings.DEFAULT_FROM_EMAIL!r}, no address.", id="exchange.E004"))
    if not settings.CONTACT_EMAIL and not settings.DEBUG:
        hint = "Set it to an address that somebody reads: for the contact page, and mail that is about no trip."
        found.append(Warning("CONTACT_EMAIL is empty.", hint=hint, id="exchange.W006"))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS must list exact host names, not '*'.", id="exchange.E005"))
    return [*found, *comes_back()]


def comes_back() -> Iterable[CheckMessage]:
    """Where mail comes back to leaves room for what names the message; its mailbox is read over an encrypted line."""
    plain = re.fullmatch(r"[\w.-]{1,21}@[\w.-]+", settings.BOUNCE_ADDRESS, re.ASCII)
    if settings.BOUNCE_ADDRESS and not plain:
        text = f"BOUNCE_ADDRESS is {settings.BOUNCE_ADDRESS!r}, no address of at most 21 letters before the @."
        yield Error(text, hint="Write it like bounces@exchange.example.", id="exchange.E008")
    where = urlsplit(settings.BOUNCE_IMAP)
    if settings.BOUNCE_IMAP and (where.scheme != "imaps" or not where.hostname or where.password):
        text = "BOUNCE_IMAP is no address of a mailbox, or holds a password."
        hint = "Write it like imaps://mail.exchange.example/INBOX; user and password have settings of their own."
        yield Error(text, hint=hint, id="exchange.E009")


@register
def idle_hours(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every role that the table of idle sessions names exists, and has time to do something."""
    known = {"administrator", "coordinator", "partner", "lead", "companion", "reviewer", "away", "everybody"}
    wrong = sorted(name for name, hours in settings.IDLE_HOURS.items() if name not in known or hours <= 0)
    hint = f"Write it like administrator=4,lead=12; it knows {', '.join(sorted(known))}."
    return [Error(f"IDLE_HOURS can't hold {name!r} so.", hint=hint, id="exchange.E010") for name in wrong]


@register
def demo_stays_home(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Demo mode shows everybody's mail and has known passwords: it answers on this machine only."""
    if not settings.DEMO:
        return []
    hosts = {urlsplit(settings.BASE_URL).hostname or "", *settings.ALLOWED_HOSTS, *runserver_host()}
    return [
        Error(f"Demo mode refuses to answer as {host!r}, only on 127.0.0.1.", id="exchange.E006")
        for host in sorted(hosts - LOOPBACK)
    ]


def runserver_host() -> set[str]:
    """The host `manage.py runserver` was asked to bind; gunicorn is asked in gunicorn.conf.py."""
    if "runserver" not in sys.argv:
        return set()
    asked = [word for word in sys.argv[sys.argv.index("runserver") + 1 :] if not word.startswith("-")]
    address, separator, _port = (asked or [""])[0].rpartition(":")
    return {address.strip("[]")} if separator else set()


@register(Tags.security, deploy=True)
def ready_for_people(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What only a real installation needs."""
    found: list[CheckMessage] = []
    if settings.DEMO:
        found.append(Warning("EXCHANGE_DEMO is on: known passwords, public mailbox.", id="exchange.W001"))
    if not settings.SECURE:
        found.append(Warning("BASE_URL is not https: cookies and links travel readable.", id="exchange.W002"))
    if any(settings.CACHES["default"]["BACKEND"].endswith(name) for name in PRIVATE_CACHES):
        text = "Cache 'default' is private to one process, so sign-in limits would count per process."
        found.append(Warning(text, hint="Use the database cache or another shared one.", id="exchange.W003"))
    return [*found, *school_account()]


def school_account() -> Iterable[CheckMessage]:
    """The sign-in at the schools is whole or not there at all."""
    names = ("SURFCONEXT_ISSUER", "SURFCONEXT_CLIENT_ID", "SURFCONEXT_SECRET")
    missing = [name for name in names if not getattr(settings, name)]
    if missing and len(missing) < len(names):
        text = f"Nobody can sign in at a school: {' and '.join(missing)} not set."
        yield Warning(text, hint=f"Set {', '.join(names)}, or none of them.", id="exchange.W004")
    issuer = urlsplit(settings.SURFCONEXT_ISSUER)
    if settings.SURFCONEXT_ISSUER and (issuer.scheme != "https" or not issuer.hostname or "/." in issuer.path):
        text = f"SURFCONEXT_ISSUER is {settings.SURFCONEXT_ISSUER!r}, no address of an OpenID provider."
        yield Warning(text, hint="Write it like https://connect.surfconext.nl.", id="exchange.W005")


@register(Tags.security)
def secret_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Outside demo and development the key is long and not the published one."""
    if settings.DEMO or settings.DEBUG:
        return []
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        key = ""
    if key.startswith("demo-only") or len(key) < 50:
        hint = (
            'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(64))"'
            " For the demonstration set EXCHANGE_DEMO=1."
        )
        return [Error("SECRET_KEY must be a secret of at least 50 characters.", hint=hint, id="exchange.E007")]
    return []
