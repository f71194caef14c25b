"""What all charts share."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from exchange.documents.drawing import Pen

WIDE, NARROW = 640, 360


class Gap(Enum):
    """Why there is no figure."""

    SUPPRESSED = "suppressed"
    NOT_MEASURED = "not measured"

    def __str__(self) -> str:
        return _("suppressed") if self is Gap.SUPPRESSED else _("not measured")


SUPPRESSED, NOT_MEASURED = Gap.SUPPRESSED, Gap.NOT_MEASURED
Figure = int | float | Gap
Text = str | Promise
LEVELS = (-2, -1, 0, 1, 2)


@dataclass(frozen=True)
class Table:
    """The same figures in words and numbers."""

    heads: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


def shown(value: Figure | None, *, sign: bool = False) -> str:
    """A figure as people write it, with the decimal sign of the language; a dash where there is none."""
    if value is None:
        return "–"
    if isinstance(value, Gap):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    words = formats.number_format(abs(value), decimal_pos=None if isinstance(value, int) else 1, force_grouping=True)
    return f"−{words}" if value < 0 else f"+{words}" if sign and value > 0 else words


def percentage(share: float) -> str:
    return f"{shown(round(share * 100))}%"


def level(value: Figure | None) -> str:
    """A level on the scale from −2 to +2."""
    return shown(value, sign=True)


def day(on: date, before: date | None = None) -> str:
    """A short date, with its year when that is not the year of the date before."""
    month = formats.date_format(on, "j M" if get_language() == "en" else "j b")
    return month if before is None or before.year == on.year else f"{month} {on.year}"


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What every chart has: one sentence read aloud, a source under it, and a table behind it."""

    summary: Text = ""
    source: Text = ""

    @property
    def sentence(self) -> str:
        raise NotImplementedError

    @property
    def table(self) -> Table:
        raise NotImplementedError

    def draw(self, width: float) -> Pen:
        raise NotImplementedError

    @property
    def kind(self) -> str:
        return type(self).__name__.lower()

    @property
    def label(self) -> str:
        """The accessible name."""
        return str(self.summary) or self.sentence

    @property
    def wide(self) -> Pen:
        return self.draw(WIDE)

    @property
    def paper(self) -> Pen:
        """The same for a page of A4, where a unit is about a pixel of print."""
        return self.wide

    @property
    def narrow(self) -> Pen:
        """The same for a phone, where a scaled down drawing could not be read."""
        return self.draw(NARROW)


def stub(pen: Pen, x: float, y: float, gap: Gap) -> None:
    """Where a figure would stand: never a nought, never a blank."""
    if gap is Gap.SUPPRESSED:
        pen.line(x, y, x + 60, y, "stub")
        x += 70
    pen.text(x, y + 5, gap, "m")
