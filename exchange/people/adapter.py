"""Sign-in mail goes through the outbox: first in line, sealed, purged on delivery."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter

from exchange import clock


class AccountAdapter(DefaultAccountAdapter):
    """allauth, with our outbox."""

    SEALED_FOR = timedelta(minutes=30)
