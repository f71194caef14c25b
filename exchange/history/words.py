"""What each verb of history says, after the name of who did it: "Hanneke Boer announced the trip"."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange import wings


def sentences() -> Mapping[str, str | Promise]:
    """What every verb says; each wing declares its own."""
    return wings.named(lambda wing: wing.history)


def sentence(verb: str) -> str | Promise:
    """What a verb says; an unknown one (of a later version, or long gone) is "did something"."""
    return sentences().get(verb, _("did something"))
