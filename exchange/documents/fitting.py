"""How much room words take on paper, from the fonts' own advances: what fits is known before anything is drawn."""

from functools import cache
from math import ceil

from django.conf import settings

SANS, SERIF = "schibsted-grotesk", "newsreader"
#: A letter that neither cut of a font has comes from another one: the widest that can be, in em.
UNKNOWN, WIDE, FIRST_WIDE = 0.75, 1.0, 0x2E80


@cache
def advances(family: str, weight: int) -> dict[int, float]:
    """How far each letter of a bundled font moves on, in em, by its code point; read once per process."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 -- slow import

    found: dict[int, float] = {}
    # The cut for other alphabets comes in two weights; the Latin one goes before it.
    for cut in (f"latin-ext-{700 if weight > 500 else 400}", f"latin-{weight}"):
        font = TTFont(settings.ROOT / "static/fonts/pdf" / f"{family}-{cut}-normal.woff2")
        widths, em = font["hmtx"], font["head"].unitsPerEm
        found |= {letter: widths[name][0] / em for letter, name in font.getBestCmap().items()}
    return found


def width(text: str, size: float, *, weight: int = 400, family: str = SANS, tracking: float = 0) -> float:
    """The width of one line, in the unit of `size`; `tracking` is what stands between letters, in em."""
    known = advances(family, weight)
    return size * sum(
        known.get(ord(letter), WIDE if ord(letter) >= FIRST_WIDE else UNKNOWN) + tracking for letter in text
    )


def lines(text: str, size: float, room: float, *, weight: int = 400, family: str = SANS, tracking: float = 0) -> int:
    """How many lines the text takes in a column of `room`; a word that is wider than it is broken anywhere."""
    count, used = 0, room
    space = width(" ", size, weight=weight, family=family, tracking=tracking)
    for word in text.split():
        wide = width(word, size, weight=weight, family=family, tracking=tracking)
        if used + space + wide <= room:
            used += space + wide
            continue
        over = max(0, ceil(wide / room) - 1)
        count, used = count + 1 + over, wide - over * room
    return count
