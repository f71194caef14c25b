"""One goal through time, and many from before to after."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import pairwise

from django.utils import formats
from django.utils.translation import gettext as _

from exchange.documents.charts.base import LEVELS, Chart, Table, Text, day, level, shown
from exchange.documents.drawing import Pen, width_of


class Stretch(Enum):
    """Where in the cycle a point of a goal lies; a new stretch gets a little room before it."""

    BEFORE, JOURNEY, RETURN, YEAR = range(4)


@dataclass(frozen=True)
class Point:
    """One moment at which a goal got, or will get, its level. `level` None: happened, but "I don't know yet"."""

    label: Text
    on: date | None
    level: int | None = None
    stretch: Stretch = Stretch.JOURNEY
    planned: bool = False


@dataclass(frozen=True, kw_only=True)
class GoalHistory(Chart):
    """Five staves, and the thread over them from proposal to one year later."""

    points: tuple[Point, ...]
    #: What each level means in the owner's words, from −2 to +2; empty until the goal is sharpened.
    words: tuple[str, ...] = ()
    lang: str = ""

    TOP, STAVE, FOOT = 42, 62, 352

    @property
    def staves(self) -> tuple[tuple[str, str], ...]:
        """Level and words, highest first."""
        return tuple((level(each), text) for each, text in zip(LEVELS, self.words, strict=False))[::-1]

    @property
    def sentence(self) -> str:
        known = [f"{point.label} {level(point.level)}" for point in self.points if point.level is not None]
        if not known:
            return _("This goal has no level yet.")
        return _("The levels of this goal in time: %(levels)s.") % {"levels": ", ".join(known)}

    @property
    def table(self) -> Table:
        rows = []
        for point in self.points:
            told = (
                _("to come") if point.planned else _("I don’t know yet") if point.level is None else level(point.level)
            )
            rows.append((str(point.label), formats.date_format(point.on) if point.on else "–", told))
        return Table((_("moment"), _("date"), _("level")), tuple(rows))

    @property
    def paper(self) -> Pen:
        return self.draw(690)

    @property
    def wide(self) -> Pen:
        # The words of the levels stand beside this one, and bring the numerals.
        return self.draw(764, numerals=not self.words)

    def draw(self, width: float, numerals: bool = True) -> Pen:
        narrow = width < 480
        pen = Pen(width, self.FOOT)
        left = 34 if numerals else 0
        for index, each in enumerate(reversed(LEVELS)):
            y = self.TOP + self.STAVE * index
            pen.line(left, y, width, y, "ax0" if each == 0 else "ax")
            if numerals:
                pen.text(0, y + 5, level(each), "b")
        pen.text(width, self._y(0) + 18, _("expected"), "m", anchor="end")
        xs = self._places(left + 26, width - 34)
        for (one, two), (x1, x2) in zip(pairwise(self.points), pairwise(xs), strict=True):
            if one.stretch is not two.stretch and not narrow:
                pen.line((x1 + x2) / 2, 14, (x1 + x2) / 2, 306, "axd")
        self._thread(pen, xs)
        self._labels(pen, xs)
        return pen

    def _y(self, value: int) -> float:
        return self.TOP + self.STAVE * (2 - value)

    def _places(self, left: float, right: float) -> list[float]:
        """Where the points lie: evenly, with room between stretches and for the loop of the year."""
        steps = [0.0] if self.points else []
        for one, two in pairwise(self.points):
            days = one.stretch is two.stretch is Stretch.JOURNEY
            apart = 1.0 if days else 3.0 if two.stretch is Stretch.YEAR else 1.6
            steps.append(steps[-1] + apart)
        unit = (right - left) / max([*steps, 1])
        return [left + step * unit for step in steps]

    def _heights(self) -> list[float]:
        """A point without a level stays on the line of the one before it, or of the first that has one."""
        first = next((point.level for point in self.points if point.level is not None), 0)
        heights, now = [], first
        for point in self.points:
            now = point.level if point.level is not None else now
            heights.append(self._y(now))
        return heights

    def _thread(self, pen: Pen, xs: list[float]) -> None:
        ys = self._heights()
        for index, (one, two) in enumerate(pairwise(self.points)):
            x1, x2, y1, y2 = xs[index], xs[index + 1], ys[index], ys[index + 1]
            voice = "next" if two.planned else "th3"
            if two.stretch is Stretch.YEAR and one.stretch is not Stretch.YEAR:
                x1 = self._loop(pen, x1, y1, x2, "next" if one.planned else "th3")
            middle = (x1 + x2) / 2
            bend = (
                f"L{x2:.1f} {y2:.1f}" if y1 == y2 else f"C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
            )
            pen.path(f"M{x1:.1f} {y1:.1f}{bend}", voice)
        for point, x, y in zip(self.points, xs, ys, strict=True):
            if point.planned:
                pen.knot(x, y, 6, "kn0")
            elif point.level is not None:
                pen.knot(x, y, 9 if point.stretch is Stretch.YEAR else 6)

    def _loop(self, pen: Pen, x: float, y: float, right: float, voice: str) -> float:
        """The year at the own school: one loop above the stave; returns where it ends."""
        room = min(86.0, (right - x) * 0.6)
        start, scale = x + (right - x - room) * 0.25, room / 86
        moves = ((22.5, 0, 49.5, -1.9, 49.5, -19.7), (49.5, -30, 42.8, -33.8, 34.5, -33.8),
                 (26.2, -33.8, 19.5, -30, 19.5, -19.7), (19.5, -1.9, 46.5, 0, 69, 0))  # fmt: skip
        d = "".join(
            "C"
            + " ".join(f"{start + a * scale if index % 2 == 0 else y + a * scale:.1f}" for index, a in enumerate(move))
            for move in moves
        )
        pen.path(f"M{x:.1f} {y:.1f}L{start:.1f} {y:.1f}{d}", voice)
        return start + 69 * scale

    def _labels(self, pen: Pen, xs: list[float]) -> None:
        """Names and dates under the staves; where they would touch, the less telling one is left to the table."""
        taken: list[tuple[float, float]] = []
        ranks = sorted(range(len(xs)), key=lambda index: (self._rank(index), index))
        for index in ranks:
            point, before = self.points[index], self.points[index - 1].on if index else None
            date_ = day(point.on, before) if point.on else ""
            half = max(width_of(str(point.label), 13) * 1.06, width_of(date_, 13)) / 2
            middle = min(max(xs[index], half), pen.width - half)
            if any(middle - half < end + 4 and start < middle + half + 4 for start, end in taken):
                continue
            taken.append((middle - half, middle + half))
            pen.text(middle, 330, point.label, "b", "h", anchor="middle")
            pen.text(middle, 347, date_, "m", anchor="middle")

    def _rank(self, index: int) -> int:
        """First and last matter most, then where a stretch begins."""
        if index in {0, len(self.points) - 1}:
            return 0
        return 1 if self.points[index].stretch is not self.points[index - 1].stretch else 2


@dataclass(frozen=True, kw_only=True)
class Slope(Chart):
    """Thin lines for single goals, a thick one for the group. Single lines know no k: only for the team of the trip."""

    moments: tuple[Text, ...]
    group: tuple[float | None, ...]
    single: tuple[tuple[int | None, ...], ...] = ()
    n: int | None = None
    unit: Text = ""

    def __post_init__(self) -> None:
        if any(len(line) != len(self.moments) for line in (self.group, *self.single)):
            raise ValueError("Every line of a slope has a level, or None, for each moment.")

    @property
    def sentence(self) -> str:
        told = ", ".join(f"{moment} {level(each)}" for moment, each in zip(self.moments, self.group, strict=True))
        return _("The median of the goals: %(levels)s.") % {"levels": told}

    @property
    def table(self) -> Table:
        row = tuple((str(moment), level(each)) for moment, each in zip(self.moments, self.group, strict=True))
        return Table((_("moment"), _("median")), row)

    def draw(self, width: float) -> Pen:
        right, pen = width - 108, Pen(width, 232)
        for each in LEVELS:
            pen.line(40, self._y(each), right + 10, self._y(each), "ax0" if each == 0 else "ax")
            pen.text(30, self._y(each) + 5, level(each), "m", anchor="end")
        gap = (right - 50) / max(len(self.moments) - 1, 1)
        xs = [50 + gap * index for index in range(len(self.moments))]
        for x, moment in zip(xs, self.moments, strict=True):
            pen.text(x, 224, moment, "b", anchor="middle")
        if paths := "".join(self._line(xs, line) for line in self.single):
            pen.path(paths, "one")
        known = [(x, self._y(each)) for x, each in zip(xs, self.group, strict=True) if each is not None]
        if known:
            pen.path(self._line(xs, self.group), "th3")
            for x, y in known:
                pen.knot(x, y, 6)
            last = [each for each in self.group if each is not None][-1]
            pen.text(
                known[-1][0] + 14, known[-1][1] - 2, _("median %(median)s") % {"median": level(last)}, "b", "hot-word"
            )
            if self.n is not None:
                told = _("all %(n)s %(unit)s") % {"n": shown(self.n), "unit": str(self.unit) or _("goals")}
                pen.text(known[-1][0] + 14, known[-1][1] + 15, told, "m")
        return pen

    def _y(self, value: float) -> float:
        return 116 - 40 * value

    def _line(self, xs: list[float], levels: tuple[float | None, ...]) -> str:
        known = [f"{x:.1f} {self._y(each):.1f}" for x, each in zip(xs, levels, strict=True) if each is not None]
        return "M" + "L".join(known) if len(known) > 1 else ""
