"""Two versions of an application side by side: what stayed, went and came, word by word."""

import difflib
import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

COMPARED = {
    "motivation": gettext_lazy("Motivation"),
    "proactive_past": gettext_lazy("What you set in motion yourself"),
    "proactive_plan": gettext_lazy("What you will do first after the trip"),
    "school_use": gettext_lazy("What your school will do with it"),
    "manager_name": gettext_lazy("Manager"),
    "printed_name": gettext_lazy("Name as printed"),
}


def lines_of(said: dict[str, Any]) -> dict[str, str]:
    """A submission as named texts, to lay beside another."""
    texts = {str(label): str(said.get(name) or "") for name, label in COMPARED.items()}
    for goal in said.get("goals", []):
        title = _("Learning goal %(number)s") % {"number": goal["order"]}
        texts[title] = "\n".join(goal.get(name, "") for name in ("students_notice", "able_to", "others_see"))
    return texts


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The texts that differ, each as runs of words: equal, delete or insert."""
    old, new = lines_of(before), lines_of(after)
    return [
        (label, runs(old.get(label, ""), new.get(label, "")))
        for label in dict.fromkeys([*new, *old])
        if old.get(label, "") != new.get(label, "")
    ]


def runs(old: str, new: str) -> list[tuple[str, str]]:
    """Two texts as runs of words that stayed, went or came."""
    before, after = re.split(r"(\s+)", old), re.split(r"(\s+)", new)
    found: list[tuple[str, str]] = []
    for verb, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if verb == "equal":
            found.append(("equal", "".join(before[a:b])))
            continue
        if a < b:
            found.append(("delete", "".join(before[a:b])))
        if c < d:
            found.append(("insert", "".join(after[c:d])))
    return found
