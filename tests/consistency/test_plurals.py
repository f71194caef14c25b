"""One and many: what counts something has a form for one, or a reason why it never counts one."""

import re
from pathlib import Path

import polib
from django.conf import settings

CATALOGUE = Path(settings.ROOT, "locale", "nl", "LC_MESSAGES", "django.po")
NUMBERS = "n|count|days|hours|places|people|schools|need|total|reading|most|weeks|years|people_|goals|number"
#: A number, and after it a word for several.
COUNTED = re.compile(rf"%\((?:{NUMBERS})\)[sd] (?:other |more |clock )?(?:(?!has\b|is\b|was\b)[a-z]+s|people)\b")
#: What is no count, or never of one.
EXCUSED = {
    "a figure of a report stands on k people or more, and k is three at least": (
        "Before, during and after",
        "One line stands for %(n)s people",
        "as counted by %(n)d participants",
        "n = %(n)d",
        "colleagues reached, among them",
        "Each action on its highest tread",
        "Reports never show figures about fewer",
    ),
    "a whole that has several parts: conditions of a certificate": ("%(met)s of %(n)s conditions met",),
    "the hours that a trip asks in a year, which its checker knows": (
        "%(hours)s hours in all",
        "About %(before)s hours",
        "%(before)s hours",
        "%(asked)s before, during",
        "per participant, and %(hours)s hours",
        "%(hours)s hours released",
        "%(n)s hours",
    ),
    "days until a departure that is more than a day away": ("You leave in %(days)s days",),
    "not a number but an order, or no noun": (
        "Edition %(n)d is",
        "Finding %(n)d names",
        "Version %(number)s counts",
        "There is no column with",
        "Of the levels",
        "%(sharp)s of %(total)s goals",
    ),
    "said of a word that several people gave": ("(%(count)s times)",),
    "limits of a file and of a text": ("There are more than %(most)s", "at most %(max)s characters"),
    "several addresses are two at least": ("There are %(n)s addresses in this cell",),
    "said from the second time on": ("(at least %(n)s times in an hour)",),
    "%(people)s is several people already in words": ("%(people)s of",),
}


def without_one() -> list[str]:
    return [
        entry.msgid for entry in polib.pofile(str(CATALOGUE)) if not entry.msgid_plural and COUNTED.search(entry.msgid)
    ]


def test_whatever_counts_has_a_form_for_one() -> None:
    known = tuple(start for starts in EXCUSED.values() for start in starts)
    assert [text for text in without_one() if not text.startswith(known)] == []


def test_the_check_sees_what_it_should() -> None:
    assert COUNTED.search("The other %(schools)s schools together")
    assert COUNTED.search("%(count)s assessments assigned.")
    assert COUNTED.search("%(n)s people travelled")
    assert not COUNTED.search("%(n)s has a place")
    assert not COUNTED.search("%(name)s reads this")
