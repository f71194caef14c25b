"""Charts as plain data that draw themselves. They know no models: whoever counts, hands over the figures.

Small groups are decided by whoever counts, too. A figure that may not be shown arrives here as `SUPPRESSED`, and what
was not asked as `NOT_MEASURED`; a row that says so cannot carry figures as well, so none can slip into a drawing, a
sentence or a table.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from itertools import pairwise

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from exchange.documents.drawing import Pen, width_of, wrapped

WIDE, NARROW = 640, 360


class Gap(Enum):
    """Why there is no figure."""

    SUPPRESSED = "suppressed"
    NOT_MEASURED = "not measured"

    def __str__(self) -> str:
        return _("shielded") if self is Gap.SUPPRESSED else _("not measured")


SUPPRESSED, NOT_MEASURED = Gap.SUPPRESSED, Gap.NOT_MEASURED
Figure = int | float | Gap
Text = str | Promise
LEVELS = (-2, -1, 0, 1, 2)
#: What class of colours each number of classes uses: grey is below the goal, red is reached.
SHADES = {5: ("l1", "l2", "l3", "l4", "l5"), 3: ("l2", "l3", "l4"), 2: ("l2", "l4")}
REACHED = {5: 2, 3: 1, 2: 1}


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


def classes(number: int) -> tuple[str, ...]:
    """The names of the level classes when there are `number` of them."""
    if number == 3:
        return (_("below the goal"), _("as expected"), _("above the goal"))
    if number == 2:
        return (_("below the goal"), _("reached"))
    return tuple(level(each) for each in LEVELS)


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


# --- levels of goals, stacked --------------------------------------------------------------------


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
        same = all(len(row.counts) in {0, number} for row in self.rows)
        if number and same:
            cells = [tuple(map(shown, row.counts)) or tuple("–" for _each in range(number)) for row in self.rows]
            heads = classes(number)
        else:
            cells = [(", ".join(f"{a}: {shown(b)}" for a, b in zip(classes(len(row.counts)), row.counts, strict=False)) or "–",)
                     for row in self.rows]  # fmt: skip
            heads = (_("levels"),)
        with_median = any(row.median is not None for row in self.rows)
        return Table(
            (_("moment"), _("n"), *heads, *([_("median")] if with_median else [])),
            tuple(
                (str(row.label), shown(row.n), *cell, *([level(row.median)] if with_median else []))
                for row, cell in zip(self.rows, cells, strict=True)
            ),
        )

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

    def _bar(self, pen: Pen, row: LevelRow, x: float, y: float, right: float, tall: float) -> list[tuple[float, float, str]]:
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
            at = x + 12 + (row.median + 2) * step
            pen.knot(at, middle, 6)
            pen.text(at, middle - 11, _("median %(median)s") % {"median": level(row.median)}, "b", anchor="middle")

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

    def _reached(self, pen: Pen, row: LevelRow, segments: list[tuple[float, float, str]], y: float, width: float) -> float:
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


def stub(pen: Pen, x: float, y: float, gap: Gap) -> None:
    """Where a figure would stand: never a nought, never a blank."""
    if gap is Gap.SUPPRESSED:
        pen.line(x, y, x + 60, y, "stub")
        x += 70
    pen.text(x, y + 5, gap, "m")


# --- one goal through time -----------------------------------------------------------------------


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
            told = _("to come") if point.planned else _("I don’t know yet") if point.level is None else level(point.level)
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
        steps = [0.0]
        for one, two in pairwise(self.points):
            days = one.stretch is two.stretch is Stretch.JOURNEY
            apart = 1.0 if days else 3.0 if two.stretch is Stretch.YEAR else 1.6
            steps.append(steps[-1] + apart)
        unit = (right - left) / max(steps[-1], 1)
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
            bend = f"L{x2:.1f} {y2:.1f}" if y1 == y2 else f"C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
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
            "C" + " ".join(f"{start + a * scale if index % 2 == 0 else y + a * scale:.1f}" for index, a in enumerate(move))
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


# --- every line is a person ----------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    label: Text
    count: int


@dataclass(frozen=True, kw_only=True)
class Flow(Chart):
    """From application to the answer after a year; each line is one person. Leave out a stage that would tell too much."""

    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        if any(one.count < two.count for one, two in pairwise(self.stages)):
            raise ValueError("Nobody joins on the way: the counts of a flow never rise.")

    @property
    def sentence(self) -> str:
        told = ", ".join(f"{shown(stage.count)} {stage.label}" for stage in self.stages)
        return _("Every line is a person: %(stages)s.") % {"stages": told}

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
        pen, people = Pen(width), self.stages[0].count if self.stages else 0
        top, tall = 14.0, min(220.0, max(60.0, people * 2.7)) * (1 if width > 800 else 0.6)
        xs = self._columns(width)
        self._people(pen, xs, top, tall)
        if width > 480:
            self._beneath(pen, xs, top + tall)
        else:
            self._staircase(pen, xs, top + tall)
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

    def _people(self, pen: Pen, xs: list[float], top: float, tall: float) -> None:
        """All paths of one kind in one element: a report of a hundred people stays small."""
        people = self.stages[0].count if self.stages else 0
        if not people or len(xs) < 2:
            return
        # Golden steps: whoever goes on is spread evenly over those who came, and each stage is part of the one before.
        order = sorted(range(people), key=lambda person: (person * 0.6180339887) % 1)
        rank = {person: place for place, person in enumerate(order)}
        space = tall / max(people - 1, 1)
        stays = sorted(order[: self.stages[1].count])
        inner = tall * (0.94 if len(stays) < people else 1)
        seat = {person: top + (tall - inner) / 2 + place * inner / max(len(stays) - 1, 1) for place, person in enumerate(stays)}
        walked, left = [], []
        for person in range(people):
            y = top + person * space
            if person not in seat:
                left.append(f"M0 {y:.1f}H{xs[1] * (0.6 + 0.14 * ((person * 7) % 11) / 11):.0f}")
                continue
            reach = max(index for index, stage in enumerate(self.stages) if rank[person] < stage.count)
            end = xs[reach] if reach == len(xs) - 1 else xs[reach] + (xs[reach + 1] - xs[reach]) * 0.55
            to, bend = seat[person], xs[1]
            walked.append(f"M0 {y:.1f}H{bend * 0.45:.0f}C{bend * 0.72:.0f} {y:.1f} {bend * 0.72:.0f} {to:.1f} {bend:.0f} {to:.1f}H{end:.0f}")
        if left:
            pen.path("".join(left), "out")
        if walked:
            pen.path("".join(walked), "walk" if space > 2 else "thin")

    def _beneath(self, pen: Pen, xs: list[float], y: float) -> None:
        for index, (stage, x) in enumerate(zip(self.stages, xs, strict=True)):
            if index:
                pen.line(x, 8, x, y + 4, "mark")
            pen.text(x, y + 36, shown(stage.count), "big")
            room = (xs[index + 1] if index + 1 < len(xs) else pen.width) - x - 8
            for line, words in enumerate(wrapped(str(stage.label), max(room, 90), 13)):
                pen.text(x, y + 56 + 16 * line, words, "m")
                pen.height = max(pen.height, y + 62 + 16 * line)

    def _staircase(self, pen: Pen, xs: list[float], y: float) -> None:
        """On a phone each stage has a line of its own, left of its mark, so that no mark crosses it."""
        for index, (stage, x) in enumerate(zip(self.stages, xs, strict=True)):
            base = y + 24 + 24 * index
            if index:
                pen.line(x, 8, x, base + 4, "mark")
            long = width_of(f"{shown(stage.count)} {stage.label}") + 8
            pen.texts(x - 6 - long if long + 6 < x else x + 6 * bool(index), base, ((shown(stage.count), "b"), (stage.label, "m")))
            pen.height = base + 8


# --- how deep it is anchored ---------------------------------------------------------------------


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
        lines = max((len(wrapped(str(tread.label), wide, 13)) for tread in self.treads), default=1)
        pen, low = Pen(width), 36.0 + 32 * (number - 1)
        for index, tread in enumerate(self.treads):
            x, y = index * (wide + 6), low - 32 * index
            if index:
                pen.line(x - 6, y + 32, x, y, "thin")
            self._tread(pen, tread, x, y, wide)
            for line, words in enumerate(wrapped(str(tread.label), wide, 13)):
                pen.text(x, y + 20 + 17 * line, words, "h")
        pen.height = low + 20 + 17 * (lines - 1) + 8
        return pen

    def _tread(self, pen: Pen, tread: Tread, x: float, y: float, wide: float) -> None:
        gap = isinstance(tread.count, Gap)
        pen.line(x, y, x + wide, y, "stub" if gap else "th3")
        pen.text(x, y - 10, shown(tread.count), "m" if gap else "big")

    def _list(self, width: float) -> Pen:
        """On a phone the stairs climb from below, the words beside each tread."""
        pen, number = Pen(width, 38.0 * len(self.treads) + 6), len(self.treads)
        for index, tread in enumerate(self.treads):
            x, y = 22.0 * index, 38.0 * (number - index)
            gap = isinstance(tread.count, Gap)
            pen.line(x, y, x + 56, y, "stub" if gap else "th3")
            if index:
                pen.line(x, y, x, y + 38, "thin")
            beside = x + 66
            if gap:
                pen.texts(beside, y, ((tread.label, ""), (tread.count, "m")))
            else:
                pen.text(x + 6, y - 8, shown(tread.count), "b")
                pen.text(beside, y, tread.label)
        return pen


# --- bars ----------------------------------------------------------------------------------------


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
    def sentence(self) -> str:
        told = ", ".join(f"{row.label} {shown(row.value)}" for row in self.rows)
        return f"{told} ({_('of')} {shown(self.total)})." if self.total is not None else f"{told}."

    @property
    def table(self) -> Table:
        return Table(("", str(self.unit) or _("number")), tuple((str(row.label), shown(row.value)) for row in self.rows))

    def draw(self, width: float) -> Pen:
        stacked = width < 480
        left = 0 if stacked else min(width * 0.42, max([120, *(width_of(str(row.label)) + 16 for row in self.rows)]))
        pitch, pen = 50 if stacked else 36, Pen(width)
        most = max([self.total or 0, *(row.value for row in self.rows if not isinstance(row.value, Gap)), 1])
        of = "" if self.total is None else _("of %(total)s") % {"total": shown(self.total)}
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


# --- shares with their uncertainty ---------------------------------------------------------------


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
        between = {"label": row.label, "share": percentage(row.share), "low": percentage(row.low), "high": percentage(row.high)}
        return _("%(label)s %(share)s, interval %(low)s to %(high)s") % between

    @property
    def table(self) -> Table:
        rows = []
        for row in self.rows:
            if isinstance(row.share, Gap):
                rows.append((str(row.label), str(row.share), "–", "–"))
            else:
                rows.append((str(row.label), percentage(row.share), f"{percentage(row.low)} – {percentage(row.high)}", shown(row.n)))
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


# --- before and after, for the team --------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Slope(Chart):
    """Thin lines for single goals, a thick one for the group. Only for the team of the trip: single lines need no k there."""

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
            pen.text(known[-1][0] + 14, known[-1][1] - 2, _("median %(median)s") % {"median": level(last)}, "b", "hot-word")
            if self.n is not None:
                told = _("all %(n)s %(unit)s") % {"n": shown(self.n), "unit": str(self.unit) or _("goals")}
                pen.text(known[-1][0] + 14, known[-1][1] + 15, told, "m")
        return pen

    def _y(self, value: float) -> float:
        return 116 - 40 * value

    def _line(self, xs: list[float], levels: tuple[float | None, ...]) -> str:
        known = [f"{x:.1f} {self._y(each):.1f}" for x, each in zip(xs, levels, strict=True) if each is not None]
        return "M" + "L".join(known) if len(known) > 1 else ""


# --- words ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Word:
    text: str
    count: int = 1
    lang: str = ""
    highlight: bool = False


@dataclass(frozen=True, kw_only=True)
class Cloud(Chart):
    """The one words, in running lines. Only words whose owners consent, and only from enough people: the caller sees to it."""

    words: tuple[Word, ...]

    @property
    def sized(self) -> tuple[tuple[Word, str], ...]:
        """Each word with one of three sizes; words that nobody shares stay small."""
        most = max((word.count for word in self.words), default=1)
        sizes = []
        for word in self.words:
            share = word.count / most
            sizes.append((word, "w1" if most == 1 or share <= 1 / 3 else "w2" if share <= 2 / 3 else "w3"))
        return tuple(sizes)

    @property
    def sentence(self) -> str:
        return ", ".join(word.text for word in self.words)


# --- a count within bounds -----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Meter(Chart):
    """A line up to `top` with an allowed stretch and a knot; outside the stretch the line turns plum, the knot a triangle."""

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
        at = [8 + (width - 16) * value / most for value in (self.value, self.least or 0, self.most if self.most is not None else most)]
        knot, low, high = at
        pen.line(8, 8, width - 8, 8, "track")
        pen.path(f"M{low:.1f} 3V13M{high:.1f} 3V13", "tick")
        pen.line(8, 8, knot, 8, "th3" if self.fits else "wrong")
        if self.fits:
            pen.knot(knot, 8, 5.5)
        else:
            pen.path(f"M{knot:.1f} 0l8 15h-16z", "alarm")
        return pen
