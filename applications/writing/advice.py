"""What a colleague would say about a learning goal while it is being written. Advice, never a refusal.

The order of the questions is the advice: first what students will notice, then what one wants to be able to do. A goal
that begins with seeing or visiting is a travel wish; understanding and awareness can be seen by nobody.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

_WISH = re.compile(
    r"^\W*(?:(?:ik|we|i)\s+)?(?:wil(?:len)?|want(?: to)?|would like to|zou graag|hoop(?: te)?|hope to)\s+(?:graag\s+)?"
    r"(?:\w+\s+){0,4}?(?:zien|bekijken|kijken|bezoeken|meemaken|see|visit|look|watch|experience)\b",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"\b(?:meer begrip|begrip krijgen|bewust(?:er|wording)?|inzicht krijgen|meer inzicht|kennis opdoen|"
    r"more understanding|understand better|awareness|(?:more )?aware|gain insight|more insight|gain knowledge)\b",
    re.IGNORECASE,
)


def advice(*, students_notice: str, able_to: str, others_see: str) -> str:
    """The one thing most worth saying about this goal; empty when there is none."""
    return next(_advice(students_notice, able_to, others_see), "")


def _advice(students_notice: str, able_to: str, others_see: str) -> Iterator[str]:
    if able_to and not students_notice:
        yield _("First the student: what will students notice once you can do this?")
    if _WISH.search(able_to):
        yield _("This begins with what you want to see there. What will you be able to do once you are back?")
    if _UNSEEN.search(able_to) or _UNSEEN.search(others_see):
        yield _("Nobody can see understanding. What would a colleague see you do, and how often?")
