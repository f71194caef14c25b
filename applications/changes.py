"""Two versions of an application side by side: what stayed, went and came, word by word."""

import difflib
import re
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from applications.questions import GOAL_NAMES, QUESTIONS, Reader


def lines_of(said: dict[str, Any], reader: Reader) -> dict[str, str]:
    """What somebody gets to read of a submission as named texts, to lay beside another."""
    texts = {_("Name as printed"): said["printed_name"]}
    for one in QUESTIONS:
        if one.open_to(reader):
            texts[capfirst(str(one.title))] = str(one.in_words(said[one.name] or ""))
    for goal in said["goals"]:
        title = _("Learning goal %(number)s") % {"number": goal["order"]}
        texts[title] = "\n".join(goal[name] or "" for name in GOAL_NAMES)
    return texts


def changes(before: dict[str, Any], after: dict[str, Any], reader: Reader) -> list[tuple[str, list[tuple[str, str]]]]:
    """The texts that differ, each as runs of words: equal, delete or insert; only what this reader gets to read."""
    old, new = lines_of(before, reader), lines_of(after, reader)
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
