"""Counts, shares and words side by side."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from exchange.documents.charts.base import Chart, Figure, Gap, Table, Text, percentage, shown, stub
from exchange.documents.drawing import Pen, width_of


@dataclass(frozen=True)
class Bar:
    label: Text
    value: Figure
    highlight: bool = False


@dataclass(frozen=True, kw_only=True)
class Bars(Chart):
    """Lengths to compare; at most one in the thread's colour. `total` is what each is a part of."""

    rows: tuple[Bar, ...]
    total: int | None = None
    unit: Text = ""

    @property
    def _of(self) -> str:
        return "" if self.total is None else _("of %(total)s") % {"total": shown(self.total)}

    @property
    def sentence(self) -> str:
        told = ", ".join(f"{row.label} {shown(row.value)}" for row in self.rows)
        return f"{told} ({self._of})." if self.total is not None else f"{told}."

    @property
    def table(self) -> Table:
        return Table(
            ("", str(self.unit) or _("number")), tuple((str(row.label), shown(row.value)) for row in self.rows)
        )

    def draw(self, width: float) -> Pen:
        stacked = width < 480
        left = 0 if stacked else min(width * 0.42, max([120, *(width_of(str(row.label)) + 16 for row in self.rows)]))
        pitch, pen = 50 if stacked else 36, Pen(width)
        most = max([self.total or 0, *(row.value for row in self.rows if not isinstance(row.value, Gap)), 1])
        of = self._of
        room = width - left - width_of(f"{shown(most)} {of}") - 22
        for index, row in enumerate(self.rows):
            y = index * pitch
            pen.text(0, y + (13 if stacked else 19), row.label, "b" if row.highlight else "")
            top = y + (20 if stacked else 5)
            if isinstance(row.value, Gap):
                stub(pen, left, top + 9, row.value)
                continue
            long = room * row.value / most
            pen.rect(left, top, long, 18, "hot" if row.highlight else "bar")
            pen.texts(left + long + 8, top + 14, ((shown(row.value), "b"), *([(of, "m")] if of else [])))
        pen.height = pitch * len(self.rows) + 2
        return pen


@dataclass(frozen=True)
class Dot:
    """A share between 0 and 1 with its interval; n is what it is a share of."""

    label: Text
    share: float | Gap
    low: float = 0.0
    high: float = 1.0
    n: int | None = None

    def __post_init__(self) -> None:
        if isinstance(self.share, Gap):
            if self.n is not None:
                raise ValueError("A suppressed row carries no figures.")
        elif not 0 <= self.low <= self.share <= self.high <= 1:
            raise ValueError("A share lies between 0 and 1 and inside its interval.")


@dataclass(frozen=True, kw_only=True)
class Dots(Chart):
    """A knot for each share and whiskers for how sure we can be of it."""

    rows: tuple[Dot, ...]

    @property
    def sentence(self) -> str:
        return "; ".join(self._told(row) for row in self.rows) + "."

    def _told(self, row: Dot) -> str:
        if isinstance(row.share, Gap):
            return f"{row.label} {row.share}"
        between = {
            "label": row.label,
            "share": percentage(row.share),
            "low": percentage(row.low),
            "high": percentage(row.high),
        }
        return _("%(label)s %(share)s, interval %(low)s to %(high)s") % between

    @property
    def table(self) -> Table:
        rows = []
        for row in self.rows:
            if isinstance(row.share, Gap):
                rows.append((str(row.label), str(row.share), "–", "–"))
            else:
                rows.append(
                    (
                        str(row.label),
                        percentage(row.share),
                        f"{percentage(row.low)} – {percentage(row.high)}",
                        shown(row.n),
                    )
                )
        return Table(("", _("share"), _("interval"), _("n")), tuple(rows))

    def draw(self, width: float) -> Pen:
        stacked = width < 480
        left = 8 if stacked else min(width * 0.42, max([120, *(width_of(str(row.label)) + 18 for row in self.rows)]))
        right, pitch = width - 88, 52 if stacked else 38
        pen, foot = Pen(width, pitch * len(self.rows) + 26), pitch * len(self.rows) + 4
        for part in range(5):
            x = left + (right - left) * part / 4
            pen.line(x, 0, x, foot, "ax")
            pen.text(x, foot + 18, f"{part * 25}%" if part == 4 else part * 25, "m", anchor="middle")
        for index, row in enumerate(self.rows):
            y = index * pitch + (36 if stacked else 17)
            pen.text(0, y - 20 if stacked else y + 5, row.label)
            if isinstance(row.share, Gap):
                stub(pen, left, y, row.share)
                continue
            low, at, high = (left + (right - left) * share for share in (row.low, row.share, row.high))
            pen.path(f"M{low:.1f} {y}H{high:.1f}M{low:.1f} {y - 5}v10M{high:.1f} {y - 5}v10", "th")
            pen.knot(at, y, 6)
            n = "" if row.n is None else f"n {shown(row.n)}"
            pen.texts(right + 14, y + 5, ((percentage(row.share), "b"), *([(n, "m")] if n else [])))
        return pen


#: More letters than this do not fit on a line of a page in the largest size.
LONGEST_LARGE = 20


@dataclass(frozen=True)
class Word:
    text: str
    count: int = 1
    lang: str = ""
    highlight: bool = False


@dataclass(frozen=True, kw_only=True)
class Cloud(Chart):
    """The one words, in running lines. That their owners consent, and are enough, is for the caller to see to."""

    words: tuple[Word, ...]

    @property
    def sized(self) -> tuple[tuple[Word, str], ...]:
        """Each word with one of three sizes; words that nobody shares stay small, and long ones fit on a line."""
        most = max((word.count for word in self.words), default=1)
        sizes = []
        for word in self.words:
            share = word.count / most
            large = share > 2 / 3 and len(word.text) <= LONGEST_LARGE
            sizes.append((word, "w1" if most == 1 or share <= 1 / 3 else "w3" if large else "w2"))
        return tuple(sizes)

    @property
    def sentence(self) -> str:
        return ", ".join(word.text for word in self.words)


@dataclass(frozen=True, kw_only=True)
class Meter(Chart):
    """A line up to `top` with an allowed stretch and a knot; outside it the line is plum and the knot a triangle."""

    name: Text
    value: int
    top: int
    least: int | None = None
    most: int | None = None
    fits: bool = field(init=False, default=True)

    def __post_init__(self) -> None:
        inside = (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)
        object.__setattr__(self, "fits", inside)

    @property
    def bounds(self) -> str:
        if self.least is not None and self.most is not None:
            return f"{shown(self.least)}–{shown(self.most)}"
        if self.least is not None:
            return _("min %(number)s") % {"number": shown(self.least)}
        return "" if self.most is None else _("max %(number)s") % {"number": shown(self.most)}

    @property
    def told(self) -> str:
        return shown(self.value)

    def draw(self, width: float = 330) -> Pen:
        pen, most = Pen(width, 16), max(self.top, self.value, self.most or 0, 1)
        at = [
            8 + (width - 16) * value / most
            for value in (self.value, self.least or 0, self.most if self.most is not None else most)
        ]
        knot, low, high = at
        pen.line(8, 8, width - 8, 8, "track")
        pen.path(f"M{low:.1f} 3V13M{high:.1f} 3V13", "tick")
        pen.line(8, 8, knot, 8, "th3" if self.fits else "wrong")
        if self.fits:
            pen.knot(knot, 8, 5.5)
        else:
            pen.path(f"M{knot:.1f} 0l8 15h-16z", "alarm")
        return pen
