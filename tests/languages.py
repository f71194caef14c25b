"""In which language a text is, by the words that only one of ours has and by what the house says."""

import re
from pathlib import Path

import polib
from django.conf import settings

#: Words that only one of the two languages has, and that few sentences do without.
ONLY = {
    "nl": frozenset(
        "de het een van je jij jouw niet naar voor wordt worden zijn om aan bij door te dat deze dit ook nog maar "
        "als wie wat waar hoe geen wel kun moet mag hier uit heeft hebben bent ze hun alle mensen reis".split()
    ),
    "en": frozenset(
        "the and your you with this these those are not for from its our who what where how has have been will every "
        "each after before until when which their people they there".split()
    ),
}
CATALOGUE = polib.pofile(str(Path(settings.ROOT, "locale", "nl", "LC_MESSAGES", "django.po")))
ENGLISH = {text.casefold() for entry in CATALOGUE for text in (entry.msgid, entry.msgid_plural) if text}
DUTCH = {text.casefold() for entry in CATALOGUE for text in (entry.msgstr, *entry.msgstr_plural.values()) if text}
#: What the house says in one of them only.
HOUSE = {"nl": DUTCH - ENGLISH, "en": ENGLISH - DUTCH}
#: What is called so in every language.
NAMES = re.compile(r"Alliantie De Zeven|Hackney Road College|Iemand van de lijst|Nederlands|English")
#: Not what stands beside a digit: the letters of a code are no words.
WORD = re.compile(r"\b[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'’]*\b")


def strange(text: str, language: str) -> bool:
    """Whether a text that ought to be in this language is in the other one."""
    other = "en" if language == "nl" else "nl"
    text = NAMES.sub("", text).strip()
    if text.casefold() in HOUSE[other]:
        return True
    words = [word.lower() for word in WORD.findall(text)]
    theirs, ours = (sum(word in ONLY[one] for word in words) for one in (other, language))
    return theirs > ours


def in_the_other_language(text: str, language: str) -> list[str]:
    """Lines of a mail, and what stands before or after a colon, that the house says in the other language."""
    other = "en" if language == "nl" else "nl"
    parts = [part.strip(" -.").casefold() for line in text.splitlines() for part in (line, *line.split(": "))]
    return [part for part in parts if part in HOUSE[other] or f"{part}." in HOUSE[other]]
