"""What kinds of mail are called. A kind is the template it was composed from."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange import wings


def kinds() -> Mapping[str, str | Promise]:
    """What every kind is called; each wing declares its own."""
    return wings.named(lambda wing: wing.mails)


def kind_label(kind: str) -> str | Promise:
    """What a kind of mail is called; one without a name is a message."""
    return kinds().get(kind, _("Message"))
