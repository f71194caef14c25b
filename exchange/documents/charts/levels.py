"""Levels of goals, stacked."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from exchange.documents.charts.base import LEVELS, Chart, Figure, Gap, Table, Text, level, shown, stub
from exchange.documents.drawing import Pen, width_of

#: What class of colours each number of classes uses: grey is below the goal, red is reached.
SHADES = {5: ("l1", "l2", "l3", "l4", "l5"), 3: ("l2", "l3", "l4"), 2: ("l2", "l4")}
REACHED = {5: 2, 3: 1, 2: 1}


def classes(number: int) -> tuple[str, ...]:
    """The names of the level classes when there are `number` of them."""
    if number == 3:
        return (_("below the goal"), _("as expected"), _("above the goal"))
    if number == 2:
        return (_("below the goal"), _("reached"))
    return tuple(level(each) for each in LEVELS)


@dataclass(frozen=True)
class LevelRow:
    """One moment. `counts` has five, three or two classes, or none: then only n and the median are shown."""

    label: Text
    n: Figure
    counts: tuple[int, ...] = ()
    median: float | None = None

    def __post_init__(self) -> None:
        if isinstance(self.n, Gap) and (self.counts or self.median is not None):
            raise ValueError("A suppressed row carries no figures.")
        if len(self.counts) not in {0, 2, 3, 5} or (self.counts and sum(self.counts) != self.n):
            raise ValueError("Level counts come in five, three or two classes that add up to n.")

    @property
    def reached(self) -> int | None:
        """How many stand at level 0 or above."""
        return sum(self.counts[REACHED[len(self.counts)] :]) if self.counts else None


@dataclass(frozen=True, kw_only=True)
class Levels(Chart):
    """Levels of goals at several moments, one stacked bar each."""

    rows: tuple[LevelRow, ...]
    unit: Text = ""

    @property
    def of(self) -> str:
        return str(self.unit) or _("goals")

    @property
    def sentence(self) -> str:
        return _("Levels of the goals: %(rows)s.") % {"rows": "; ".join(self._told(row) for row in self.rows)}

    def _told(self, row: LevelRow) -> str:
        if isinstance(row.n, Gap):
            return f"{row.label} {row.n}"
        if row.reached is None:
            return _("%(label)s median %(median)s, n = %(n)s") % {
                "label": row.label, "median": level(row.median), "n": shown(row.n),
            }  # fmt: skip
        told = {"label": row.label, "some": shown(row.reached), "all": shown(row.n), "unit": self.of}
        return _("%(label)s %(some)s of %(all)s %(unit)s reached") % told

    @property
    def table(self) -> Table:
        number = max((len(row.counts) for row in self.rows), default=0)
        same = bool(number) and all(len(row.counts) in {0, number} for row in self.rows)
        with_median = any(row.median is not None for row in self.rows)
        heads = (*(classes(number) if same else [_("levels")]), *([_("median")] if with_median else []))
        rows = []
        for row in self.rows:
            cells = tuple(map(shown, row.counts or [None] * number)) if same else (self._listed(row),)
            rows.append((str(row.label), shown(row.n), *cells, *([level(row.median)] if with_median else [])))
        return Table((_("moment"), _("n"), *heads), tuple(rows))

    def _listed(self, row: LevelRow) -> str:
        """The classes of one row in one cell, for rows that have not the same classes."""
        pairs = zip(classes(len(row.counts)), row.counts, strict=True) if row.counts else ()
        return ", ".join(f"{name}: {shown(count)}" for name, count in pairs) or "–"

    def draw(self, width: float) -> Pen:
        stacked = width < 480
        left = 0 if stacked else min(190, max([112, *(width_of(str(row.label)) + 20 for row in self.rows)]))
        pitch, tall, top = (64, 32, 24) if stacked else (62, 44, 2)
        pen, y = Pen(width), 0.0
        last = max((index for index, row in enumerate(self.rows) if row.counts), default=-1)
        for index, row in enumerate(self.rows):
            self._label(pen, row, y, stacked)
            segments = self._bar(pen, row, left, y + top, width - 2, tall)
            y += pitch
            if segments and (index == last or len(row.counts) != len(self.rows[index + 1].counts)):
                y = self._names(pen, segments, y + (top + tall - pitch) + 15, width)
            if index == last:
                y = self._reached(pen, row, segments, y, width)
        pen.height = y + 2
        return pen

    def _label(self, pen: Pen, row: LevelRow, y: float, stacked: bool) -> None:
        told = "" if isinstance(row.n, Gap) else _("n = %(n)s %(unit)s") % {"n": shown(row.n), "unit": self.of}
        pen.text(0, y + 15, row.label, "b")
        if stacked:
            pen.text(pen.width - 2, y + 15, told, "m", anchor="end")
        else:
            pen.text(0, y + 32, told, "m")

    def _bar(
        self, pen: Pen, row: LevelRow, x: float, y: float, right: float, tall: float
    ) -> list[tuple[float, float, str]]:
        """Draws the bar and returns where each class that is there begins and ends, with its name."""
        if isinstance(row.n, Gap) or not row.counts:
            self._bare(pen, row, x, y, right, tall)
            return []
        segments, unit, number = [], (right - x) / row.n, len(row.counts)
        for count, shade, name in zip(row.counts, SHADES[number], classes(number), strict=True):
            if not count:
                continue
            pen.rect(x, y, count * unit, tall, shade)
            if width_of(shown(count)) + 4 < count * unit:
                ground = {"l3": "on-mid", "l4": "on-dark", "l5": "on-dark"}.get(shade, "on-light")
                pen.text(x + count * unit / 2, y + tall / 2 + 5, shown(count), "b", ground, anchor="middle")
            segments.append((x, x + count * unit, name))
            x += count * unit
        return segments

    def _bare(self, pen: Pen, row: LevelRow, x: float, y: float, right: float, tall: float) -> None:
        """No bar: a gap in words, or only the median on its line."""
        middle = y + tall / 2
        if isinstance(row.n, Gap):
            stub(pen, x, middle, row.n)
            return
        step = (right - x - 24) / 4
        pen.line(x + 12, middle, right - 12, middle, "ax")
        for index, each in enumerate(LEVELS):
            pen.line(x + 12 + index * step, middle - 4, x + 12 + index * step, middle + 4, "ax")
            pen.text(x + 12 + index * step, middle + 20, level(each), "m", anchor="middle")
        if row.median is not None:
            at, told = x + 12 + (row.median + 2) * step, _("median %(median)s") % {"median": level(row.median)}
            half = width_of(told) / 2 + 4
            pen.knot(at, middle, 6)
            pen.text(min(max(at, x + half), right - half), middle - 11, told, "b", anchor="middle")

    def _names(self, pen: Pen, segments: list[tuple[float, float, str]], y: float, right: float) -> float:
        """The names of the classes under the bar, on a second line where they would touch."""
        ends, lines = [-10.0, -10.0], 1
        for start, end, name in segments:
            half = width_of(name, 13) / 2
            middle = min(max((start + end) / 2, start + min(half, 8), half), right - half)
            line = 0 if middle - half > ends[0] + 4 else 1
            if line and middle - half <= ends[1] + 4:
                continue
            pen.text(middle, y + 16 * line, name, "h", anchor="middle")
            ends[line], lines = middle + half, max(lines, line + 1)
        return y + 16 * lines + 2

    def _reached(
        self, pen: Pen, row: LevelRow, segments: list[tuple[float, float, str]], y: float, width: float
    ) -> float:
        """The thread under the levels that count as reached."""
        if not row.reached:
            return y
        above = sum(1 for count in row.counts[REACHED[len(row.counts)] :] if count)
        start = segments[-above][0] + 2
        pen.line(start, y, width - 2, y, "th")
        pen.knot(start, y, 5)
        some = _("%(some)s of %(all)s") % {"some": shown(row.reached), "all": shown(row.n)}
        words = ((_("reached:"), ""), (some, "b"), (self.of, ""))
        long = width_of(" ".join(text for text, _name in words)) + 8
        pen.texts(max(0, min(start - 2, width - long)), y + 22, words, gap=4)
        return y + 28
