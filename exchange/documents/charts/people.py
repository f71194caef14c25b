"""Every line is a person, and how deep their actions are anchored."""

from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from django.utils.translation import gettext as _

from exchange.documents.charts.base import Chart, Figure, Gap, Table, Text, shown
from exchange.documents.drawing import Pen, width_of, wrapped

#: About so many lines are drawn; of more people one line stands for several.
LINES = 400
#: So far words stand from the riser of a stair.
INDENT = 10


@dataclass(frozen=True)
class Stage:
    label: Text
    count: Figure


@dataclass(frozen=True, kw_only=True)
class Flow(Chart):
    """From application to the answer after a year, a line a person; of many people a line stands for several.

    Leave out a stage that would tell too much; one that is still to come says so, after those that were counted.
    """

    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        if any(isinstance(stage.count, Gap) for stage in self.stages[: len(self.counts)]):
            raise ValueError("What is still to come stands after what was counted.")
        if any(one < two for one, two in pairwise(self.counts)):
            raise ValueError("Nobody joins on the way: the counts of a flow never rise.")

    @property
    def counts(self) -> list[int]:
        """Of the stages that were counted."""
        return [int(stage.count) for stage in self.stages if not isinstance(stage.count, Gap)]

    @property
    def each(self) -> int:
        """How many people a line stands for."""
        return max(1, ceil(self.counts[0] / LINES)) if self.counts else 1

    @property
    def lines(self) -> list[int]:
        """How many lines reach each stage: rounded, and a line at least for whoever comes or stays behind."""
        found: list[int] = []
        for count, after in zip(reversed(self.counts), [None, *reversed(self.counts)], strict=False):
            rounded = max((count + self.each // 2) // self.each, 1 if count else 0)
            less = found[0] + (count > after) if after is not None else 0
            found.insert(0, max(rounded, less))
        return found

    @property
    def title(self) -> str:
        """What a line is."""
        if self.each == 1:
            return _("Every line is a person")
        return _("One line stands for %(n)s people") % {"n": shown(self.each)}

    @property
    def sentence(self) -> str:
        told = ", ".join(
            f"{stage.label} {stage.count}" if isinstance(stage.count, Gap) else f"{shown(stage.count)} {stage.label}"
            for stage in self.stages
        )
        return f"{self.title}: {told}."

    @property
    def table(self) -> Table:
        return Table((_("stage"), _("people")), tuple((str(each.label), shown(each.count)) for each in self.stages))

    @property
    def wide(self) -> Pen:
        return self.draw(1120)

    @property
    def paper(self) -> Pen:
        return self.draw(690)

    def draw(self, width: float) -> Pen:
        pen, lines = Pen(width), self.lines[0] if self.counts else 0
        top, tall = 14.0, min(220.0, max(60.0, lines * 2.7)) * (1 if width > 800 else 0.6)
        xs = self._columns(width)
        self._lines(pen, xs, top, tall)
        if width > 480:
            self._beneath(pen, xs, top + tall)
        else:
            self._staircase(pen, xs, top + tall)
        if self.each > 1:
            pen.text(0, pen.height + 16, self.title, "m")
            pen.height += 22
        return pen

    def _columns(self, width: float) -> list[float]:
        """Where the stages stand; the first fall, from all who applied, gets the most room."""
        if len(self.stages) < 2:
            return [0.0] * len(self.stages)
        last = str(self.stages[-1].label)
        right = width - (max(110, width_of(last, 13)) if width > 480 else 4)
        first = 0.26 * width
        step = (right - first) / max(len(self.stages) - 2, 1)
        return [0.0, *(first + step * index for index in range(len(self.stages) - 2)), right]

    def _lines(self, pen: Pen, xs: list[float], top: float, tall: float) -> None:
        """All paths of one kind in one element: a report of a hundred people stays small."""
        lines = self.lines
        if len(lines) < 2 or not lines[0]:
            return
        # Golden steps: whoever goes on is spread evenly over those who came, and each stage is part of the one before.
        order = sorted(range(lines[0]), key=lambda line: (line * 0.6180339887) % 1)
        rank = {line: place for place, line in enumerate(order)}
        space = tall / max(lines[0] - 1, 1)
        stays = sorted(order[: lines[1]])
        inner = tall * (0.94 if len(stays) < lines[0] else 1)
        seat = {
            line: top + (tall - inner) / 2 + place * inner / max(len(stays) - 1, 1) for place, line in enumerate(stays)
        }
        walked, left = [], []
        for line in range(lines[0]):
            y = top + line * space
            if line in seat:
                end = self._end(xs, lines, rank[line])
                walked.append(f"M0 {y:.1f}{self._bend(xs[1], y, seat[line])}H{end:.0f}")
            else:
                left.append(f"M0 {y:.1f}H{xs[1] * (0.6 + 0.14 * ((line * 7) % 11) / 11):.0f}")
        if left:
            pen.path("".join(left), "out")
        if walked:
            pen.path("".join(walked), "walk" if space > 2 else "thin")

    def _bend(self, x: float, y: float, to: float) -> str:
        return f"H{x * 0.45:.0f}C{x * 0.72:.0f} {y:.1f} {x * 0.72:.0f} {to:.1f} {x:.0f} {to:.1f}"

    def _end(self, xs: list[float], lines: list[int], rank: int) -> float:
        """How far a line comes: to the last stage that was counted, or halfway past the last one reached."""
        reach = max(index for index, number in enumerate(lines) if rank < number)
        return xs[reach] if reach == len(lines) - 1 else xs[reach] + (xs[reach + 1] - xs[reach]) * 0.55

    def _beneath(self, pen: Pen, xs: list[float], y: float) -> None:
        for index, (stage, x) in enumerate(zip(self.stages, xs, strict=True)):
            if index:
                pen.line(x, 8, x, y + 4, "mark")
            pen.text(x, y + 36, shown(stage.count), "m" if isinstance(stage.count, Gap) else "big")
            room = (xs[index + 1] if index + 1 < len(xs) else pen.width) - x - 8
            for line, words in enumerate(wrapped(str(stage.label), max(room, 90), 13)):
                pen.text(x, y + 56 + 16 * line, words, "m")
                pen.height = max(pen.height, y + 62 + 16 * line)

    def _staircase(self, pen: Pen, xs: list[float], y: float) -> None:
        """On a phone each stage has a line of its own; where a mark would cross words, it makes room for them."""
        rows: list[tuple[float, float, float]] = []
        for index, (stage, x) in enumerate(zip(self.stages, xs, strict=True)):
            base = y + 24 + 24 * index
            long = width_of(f"{shown(stage.count)} {stage.label}") + 8
            start = x - 6 - long if long + 6 < x else min(x + 6 * bool(index), max(0, pen.width - long))
            if index:
                self._mark(pen, x, base + 4, rows)
            voice = "m" if isinstance(stage.count, Gap) else "b"
            pen.texts(start, base, ((shown(stage.count), voice), (stage.label, "m")))
            rows.append((start, start + long, base))
            pen.height = base + 8

    def _mark(self, pen: Pen, x: float, end: float, rows: list[tuple[float, float, float]]) -> None:
        """A mark down to `end`, interrupted by the words it meets."""
        top = 8.0
        for left, right, base in rows:
            if left - 3 < x < right + 3:
                pen.line(x, top, x, base - 15, "mark")
                top = base + 6
        pen.line(x, top, x, end, "mark")


@dataclass(frozen=True)
class Tread:
    label: Text
    count: Figure


@dataclass(frozen=True, kw_only=True)
class Ladder(Chart):
    """Stairs: how many actions stand on each tread, the lowest first."""

    treads: tuple[Tread, ...]
    unit: Text = ""

    @property
    def sentence(self) -> str:
        told = ", ".join(f"{tread.label} {shown(tread.count)}" for tread in self.treads)
        return _("How deep it is anchored, from the lowest tread to the highest: %(treads)s.") % {"treads": told}

    @property
    def table(self) -> Table:
        head = str(self.unit) or _("actions")
        return Table((_("tread"), head), tuple((str(each.label), shown(each.count)) for each in self.treads))

    def draw(self, width: float) -> Pen:
        return self._upright(width) if width > 480 else self._list(width)

    def _upright(self, width: float) -> Pen:
        number = max(len(self.treads), 1)
        wide = (width - 6 * number) / number
        told = [wrapped(str(tread.label), wide - INDENT, 13) for tread in self.treads]
        pen, low = Pen(width), 36.0 + 32 * (number - 1)
        pen.height = low + 28
        for index, (tread, lines) in enumerate(zip(self.treads, told, strict=True)):
            x, y = index * (wide + 6), low - 32 * index
            if index:
                pen.line(x - 6, y + 32, x, y, "thin")
            # Beside the riser, which would else run through the first letter.
            indent = INDENT * bool(index)
            self._tread(pen, tread, x, y, wide, indent)
            for line, words in enumerate(lines):
                pen.text(x + indent, y + 20 + 17 * line, words, "h")
            pen.height = max(pen.height, y + 28 + 17 * (len(lines) - 1))
        return pen

    def _tread(self, pen: Pen, tread: Tread, x: float, y: float, wide: float, indent: float) -> None:
        gap = isinstance(tread.count, Gap)
        pen.line(x, y, x + wide, y, "stub" if gap else "th3")
        pen.text(x + indent, y - 10, shown(tread.count), "m" if gap else "big")

    def _list(self, width: float) -> Pen:
        """On a phone the stairs climb from below, number and words beside each tread."""
        pen, y = Pen(width), 18.0
        for index, tread in reversed(list(enumerate(self.treads))):
            x, gap = 22.0 * index, isinstance(tread.count, Gap)
            count = shown(tread.count)
            beside = x + 66 + width_of(count) + 8
            lines = wrapped(str(tread.label), width - beside)
            deep = max(38, 17 * len(lines) + 14)
            pen.line(x, y, x + 56, y, "stub" if gap else "th3")
            if index:
                pen.line(x, y, x, y + deep, "thin")
            pen.text(x + 66, y + 5, count, "m" if gap else "b")
            for line, words in enumerate(lines):
                pen.text(beside, y + 5 + 17 * line, words)
            y += deep
        pen.height = y - 10
        return pen
