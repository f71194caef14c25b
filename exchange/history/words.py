"""What each verb of history says, after the name of who did it: "Hanneke Boer announced the trip"."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from exchange import wings


def sentences() -> Mapping[str, str | Promise]:
    """What every verb says; each wing declares its own."""
    return wings.named(lambda wing: wing.history)


def sentence(verb: str) -> str | Promise:
    """What a verb says; an unknown one (of a later version, or long gone) is "did something"."""
    return sentences().get(verb, _("did something"))


def told(verb: str, facts: dict[str, Any]) -> str:
    """What was done; of a list of how many people, and how often within an hour."""
    said = [str(sentence(verb))]
    if people := facts.get("people") if verb == "export.take" else 0:
        said.append(ngettext("(%(n)s person)", "(%(n)s people)", people) % {"n": people})
    if (times := facts.get("times", 1)) > 1:
        said.append(_("(at least %(n)s times in an hour)") % {"n": times})
    return " ".join(map(str, said))
