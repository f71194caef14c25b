"""In which letters a text was written: what programs of Windows, the Mac, DOS and today make of a list.

A file does not say it. UTF-8 and UTF-16 can be told by their bytes; of the others each reads every file, and only the
words tell which is right. What is not clear is asked, and what is read is shown.
"""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: The old letters, the most usual first. In cp437 and cp850 most names are the same.
OLD: dict[str, str | Promise] = {
    "cp1252": gettext_lazy("Windows"),
    "mac_roman": gettext_lazy("an old Mac"),
    "cp850": gettext_lazy("DOS, Western Europe"),
    "cp437": gettext_lazy("DOS, United States"),
}
#: How usual a letter is in names here; any other is possible, and no reason to believe a reading.
USUAL: dict[str, int] = {"ç": 5} | {
    char: weight for weight, chars in ((8, "éë"), (6, "ïöüè"), (4, "äóñíê"), (2, "áàôøå"), (1, "îß")) for char in chars
}
#: What speaks against a reading: a sign in a word, a capital behind a small letter or before one in the middle.
ODD = -10
#: Beyond what stands in a name no letter is looked at: signs of currencies, quotes and dashes in other columns.
WORD = re.compile(r"[^\s\d;,|<>@\"()/.:&+*=_-]+")
#: Signs that stand beside letters in any text, and say nothing.
SIGNS = frozenset("\u2018\u2019\u201c\u201d\u2013\u2014\u2026€°·•«»©®²³½´`")
#: Bytes that no program writes in a list; the one of DOS that ends a file is let pass.
NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")
#: Words shown of a reading.
SHOWN = 6


class Unreadable(Exception):
    """The file cannot be read; the sentence says why and what to do."""


def unknown() -> str:
    return _("This is not a spreadsheet that can be read. Save it as .xlsx or CSV.")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in the letters of one kind of program, with words by which somebody sees whether these are right."""

    letters: str
    text: str

    @property
    def label(self) -> str:
        return str(OLD[self.letters])

    @property
    def sample(self) -> str:
        """Words in these letters, and whose letters they are."""
        return f"{', '.join(self.words)} ({self.label})"

    @property
    def words(self) -> list[str]:
        return list(dict.fromkeys(strange(self.text)))[:SHOWN]


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file: in which letters it is most likely right, the other readings, and whether that is sure."""

    text: str
    letters: str = ""
    readings: tuple[Reading, ...] = ()
    sure: bool = True


def decoded(content: bytes) -> Decoded:
    """The text of a file. Raises Unreadable when it is none."""
    for encoding in modern(content):
        try:
            return Decoded(content.decode(encoding))
        except UnicodeDecodeError:
            if encoding.startswith("utf-16"):
                raise Unreadable(unknown()) from None
    if NO_TEXT.search(content):  # before every word of a picture is weighed
        raise Unreadable(unknown())
    readings: dict[str, Reading] = {}
    for letters in OLD:
        try:
            text = content.decode(letters)
        except UnicodeDecodeError:
            continue
        readings.setdefault(text, Reading(letters, text))
    likely = sorted(readings.values(), key=lambda one: -likelihood(one.text))
    best, *others = likely
    # More than twice as likely as any other, and more for it than against it.
    sure = likelihood(best.text) > 0 and all(likelihood(best.text) > 2 * likelihood(one.text) for one in others)
    return Decoded(best.text, best.letters, tuple(likely), sure)


def modern(content: bytes) -> list[str]:
    """The encodings whose bytes tell: by their mark, or by every second byte that is nothing."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ["utf-16"]
    start = content[:2000]
    if len(start) > 3 and start[1::2].count(0) > len(start) / 4 and not start[::2].count(0):
        return ["utf-16-le"]
    if len(start) > 3 and start[::2].count(0) > len(start) / 4 and not start[1::2].count(0):
        return ["utf-16-be"]
    return ["utf-8-sig"]


def strange(text: str) -> list[str]:
    """The words of a text that are not of ASCII alone."""
    return [word for word in WORD.findall(text) if not word.isascii()]


def likelihood(text: str) -> int:
    """How much speaks for a reading."""
    return sum(weight(word, place) for word in strange(text) for place, char in enumerate(word) if not char.isascii())


def weight(word: str, place: int) -> int:
    """What one letter of a word says."""
    char, before, after = word[place], word[place - 1 : place] if place else "", word[place + 1 : place + 2]
    if char in SIGNS:
        inside = before.isalpha() and after.isalpha()
        if inside and char in "’´":
            return 3 if after.isupper() else 0
        return ODD if inside else 1
    if not char.isalpha() or len(word) == 1:
        return ODD if not char.isalpha() else -2
    if char.isupper():
        odd = before.islower() or (before.isupper() and after.islower())
        return ODD if odd else USUAL.get(char.lower(), 0) // (1 if before else 2)
    if after.isupper() or (before.isupper() and place > 1):
        return ODD
    return USUAL.get(char, 0) if before else 0
