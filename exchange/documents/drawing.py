"""A pen for charts: lines, knots and words as SVG.

Page styles colour a chart by its classes; WeasyPrint applies no page style inside an SVG, so each class also brings
its light colours along as presentation attributes, which any style sheet outranks. No `style` attributes, because
the content security policy refuses them.
"""

from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

INK, MUTED, RULE, FIELD, PAPER, THREAD, ERROR = (
    "#15181d", "#565c66", "#dad8d3", "#6c727c", "#ffffff", "#c9211e", "#8a1c5b",
)  # fmt: skip

#: What a class looks like on white paper. The same names stand in app.css under `.chart`.
LOOKS: dict[str, dict[str, str | float]] = {
    # words
    "b": {"font-weight": 700},
    "m": {"fill": MUTED, "font-size": 13},
    "h": {"font-size": 13},
    "big": {"font-size": 26, "font-weight": 800},
    "on-light": {"fill": INK},
    "on-mid": {"fill": INK},
    "on-dark": {"fill": PAPER},
    "hot-word": {"fill": THREAD},
    # levels
    "l1": {"fill": "#ecebe9", "stroke": PAPER, "stroke-width": 2},
    "l2": {"fill": "#cfcdcf", "stroke": PAPER, "stroke-width": 2},
    "l3": {"fill": "#e59a8f", "stroke": PAPER, "stroke-width": 2},
    "l4": {"fill": "#c5453a", "stroke": PAPER, "stroke-width": 2},
    "l5": {"fill": "#7c150f", "stroke": PAPER, "stroke-width": 2},
    # lines
    "ax": {"stroke": RULE, "stroke-width": 1, "fill": "none"},
    "ax0": {"stroke": INK, "stroke-width": 1.5, "fill": "none"},
    "axd": {"stroke": RULE, "stroke-width": 1, "stroke-dasharray": "2 4", "fill": "none"},
    "mark": {"stroke": INK, "stroke-width": 1, "fill": "none"},
    "th": {"stroke": THREAD, "stroke-width": 2, "fill": "none"},
    "th3": {"stroke": THREAD, "stroke-width": 3, "fill": "none"},
    "next": {"stroke": THREAD, "stroke-width": 2, "stroke-dasharray": "6 5", "fill": "none"},
    "stub": {"stroke": MUTED, "stroke-width": 1.5, "stroke-dasharray": "3 4", "fill": "none"},
    "out": {"stroke": FIELD, "stroke-width": 1, "stroke-opacity": 0.75, "fill": "none"},
    "one": {"stroke": FIELD, "stroke-width": 1.2, "stroke-opacity": 0.65, "fill": "none"},
    "walk": {"stroke": THREAD, "stroke-width": 1.6, "fill": "none"},
    "thin": {"stroke": THREAD, "stroke-width": 1.2, "fill": "none"},
    "track": {"stroke": RULE, "stroke-width": 2, "fill": "none"},
    "tick": {"stroke": MUTED, "stroke-width": 1.5, "fill": "none"},
    "wrong": {"stroke": ERROR, "stroke-width": 3, "fill": "none"},
    # shapes
    "kn": {"fill": THREAD},
    "kn0": {"fill": PAPER, "stroke": THREAD, "stroke-width": 2},
    "bar": {"fill": INK},
    "hot": {"fill": THREAD},
    "alarm": {"fill": ERROR},
}


def short(value: float) -> str:
    """A coordinate with one decimal, always with a point."""
    return f"{round(value, 1) + 0:.1f}".removesuffix(".0")


def width_of(text: str, size: float = 14) -> float:
    """About how wide `text` is; a little generous, so that words rarely touch."""
    narrow = sum(text.count(letter) for letter in "iljtfr.,'’:; I|")
    wide = sum(text.count(letter) for letter in "mwMWÖÜ%")
    return size * (0.57 * (len(text) - narrow - wide) + 0.32 * narrow + 0.86 * wide)


def wrapped(text: str, width: float, size: float = 14) -> list[str]:
    """`text` in lines of about `width`."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


class Pen:
    """Collects marks; `svg` is what was drawn."""

    def __init__(self, width: float, height: float = 0) -> None:
        self.width, self.height = width, height
        self._marks: list[SafeString] = []

    @property
    def viewbox(self) -> str:
        return f"0 0 {short(self.width)} {short(self.height)}"

    @property
    def svg(self) -> SafeString:
        return mark_safe("".join(self._marks))  # noqa: S308 -- every mark went through format_html

    def text(self, x: float, y: float, words: object, *classes: str, anchor: str = "") -> None:
        """Words with their baseline at `y`."""
        place = {"x": short(x), "y": short(y), **({"text-anchor": anchor} if anchor else {})}
        self._marks.append(format_html("<text{}>{}</text>", attributes(classes, place), words))

    def texts(self, x: float, y: float, parts: Iterable[tuple[object, str]], gap: float = 6) -> None:
        """A line in several voices: pairs of words and class, `gap` apart."""
        spans = [
            format_html("<tspan{}>{}</tspan>", attributes((name,), {"dx": short(gap)} if index and gap else {}), words)
            for index, (words, name) in enumerate(parts)
        ]
        place = attributes((), {"x": short(x), "y": short(y)})
        self._marks.append(format_html("<text{}>{}</text>", place, mark_safe("".join(spans))))  # noqa: S308 -- as above

    def rect(self, x: float, y: float, width: float, height: float, *classes: str) -> None:
        sizes = {"x": short(x), "y": short(y), "width": short(width), "height": short(height)}
        self._marks.append(format_html("<rect{}/>", attributes(classes, sizes)))

    def path(self, d: str, *classes: str) -> None:
        self._marks.append(format_html("<path{}/>", attributes(classes, {"d": d})))

    def line(self, x1: float, y1: float, x2: float, y2: float, *classes: str) -> None:
        self.path(f"M{short(x1)} {short(y1)}L{short(x2)} {short(y2)}", *classes)

    def knot(self, x: float, y: float, radius: float, *classes: str) -> None:
        place = {"cx": short(x), "cy": short(y), "r": short(radius)}
        self._marks.append(format_html("<circle{}/>", attributes(classes or ("kn",), place)))


def attributes(classes: Iterable[str], more: dict[str, str]) -> SafeString:
    """The attributes of one mark: its classes, what they look like on paper, and `more`."""
    names = [name for name in classes if name]
    looks: dict[str, str | float] = {}
    for name in names:
        looks |= LOOKS[name]
    given = {"class": " ".join(names), **looks, **more}
    said = {key: str(value) for key, value in given.items() if value != ""}
    return mark_safe("".join(f' {key}="{conditional_escape(value)}"' for key, value in said.items()))  # noqa: S308 -- escaped here
