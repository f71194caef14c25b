"""A page as a browser reads it, in lines that can be laid side by side.

Runs of white space count as one space, and at the edge of a block as nothing; between words and inline elements they
count. Attributes stand in order. `bin/same-pages` lays two checkouts side by side with it.
"""

import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import tinycss2

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
#: White space at the edges of these is nothing.
BLOCKS = frozenset(
    "html head body main header footer nav section article aside div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table "
    "caption colgroup col thead tbody tfoot tr td th form fieldset legend figure figcaption blockquote pre hr br "
    "address details summary dialog menu option optgroup title meta link base style noscript "
    # In a drawing only its text holds words.
    "g path rect circle line polyline polygon ellipse use defs desc text lineargradient stop".split()
)
#: These stand in a line as a word does; inside them a new line of text begins.
ATOMS = frozenset("img svg input select textarea button canvas video audio object iframe meter progress".split())
#: Their text counts character by character.
EXACT_TAGS = frozenset({"pre", "textarea", "script", "style"})
EXACT_CLASSES = frozenset({"letter-text", "pre-line"})
#: Attributes that are lists.
LISTS = frozenset({"class", "rel", "aria-describedby", "aria-labelledby", "headers", "d", "points"})


Compound = tuple[str, frozenset[str]]
Box = tuple[list[Compound], str]


@cache
def boxes() -> list[Box]:
    """What our sheet lays out as items in a row or grid: there white space between two of them is nothing.

    Selectors of tags and classes only; a rule for some screens is not for all.
    """
    found = []
    for rule in tinycss2.parse_stylesheet(SHEET.read_text(encoding="utf-8"), True, True):
        how = re.search(r"display:\s*(inline-)?(flex|grid)\b", tinycss2.serialize(rule.content or []))
        if rule.type == "qualified-rule" and how:
            for selector in tinycss2.serialize(rule.prelude).split(","):
                parts = [SIMPLE.fullmatch(part) for part in re.split(r"\s*[\s>]\s*", selector.strip())]
                if all(parts):
                    compounds = [(part[1], frozenset(part[2].split(".")[1:])) for part in parts if part]
                    found.append((compounds, "inline" if how[1] else "block"))
    return found


SHEET = Path(__file__).resolve().parent.parent.parent / "static" / "css" / "app.css"
SIMPLE = re.compile(r"([a-z][a-z0-9]*|)((?:\.[\w-]+)*)")


def fits(selector: list[Compound], path: list[Compound]) -> bool:
    """Whether the last of the path is chosen, by itself and what is around it."""
    wanted, rest = selector[:-1], iter(path[:-1])
    return matches(selector[-1], path[-1]) and all(any(matches(one, other) for other in rest) for one in wanted)


def matches(one: Compound, other: Compound) -> bool:
    return one[0] in ("", other[0]) and one[1] <= other[1]


class Around(NamedTuple):
    """An element that is open: its classes, whether it breaks the line, has exact text, or lays out items."""

    tag: str
    marks: frozenset[str]
    block: bool
    exact: bool
    items: bool


class Reading(HTMLParser):
    """A page as it reads: a line for each tag, and one for each piece of text between two tags."""

    def __init__(self, boxes: list[Box]) -> None:
        super().__init__(convert_charrefs=True)
        self.boxes = boxes
        self.lines: list[str] = []
        self.open: list[Around] = []
        #: Nothing stands in this line of text yet.
        self.fresh = True
        #: The text that ended with a space, while nothing came after it.
        self.trailing: int | None = None

    def exact(self) -> bool:
        return bool(self.open) and self.open[-1].exact

    def is_block(self, tag: str, marks: frozenset[str]) -> bool:
        """Whether it breaks the line. Our own sheet makes blocks stand in one, and what stands in one an item."""
        around = self.open[-1].marks if self.open else frozenset()
        if (tag, True) in {("li", "cloud" in around), ("p", "data-l" in around)}:
            return False
        return tag in BLOCKS or bool(self.open and self.open[-1].items) or self.has_items(tag, marks) == "block"

    def has_items(self, tag: str, marks: frozenset[str]) -> str:
        """Whether our sheet lays out what is in it as items, and if so, how itself stands."""
        path = [*((one.tag, one.marks) for one in self.open), (tag, marks)]
        return next((how for selector, how in self.boxes if fits(selector, path)), "")

    def edge(self) -> None:
        """A block begins or ends: the space before it is nothing, and so is one after it."""
        if self.trailing is not None:
            text = json.loads(self.lines[self.trailing]).rstrip(" ")
            self.lines[self.trailing] = json.dumps(text, ensure_ascii=False) if text else ""
        self.fresh, self.trailing = True, None

    def word(self) -> None:
        """Something that is not white space came."""
        self.fresh, self.trailing = False, None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        names = {name: value or "" for name, value in attributes}
        marks = frozenset(names.get("class", "").split()) | (names.keys() & {"data-l"})
        block = self.is_block(tag, marks)
        if block:
            self.edge()
        self.lines.append(told(tag, names))
        if tag in VOID:
            if tag in ATOMS and names.get("type") != "hidden":
                self.word()
            return
        exact = self.exact() or tag in EXACT_TAGS or bool(marks & EXACT_CLASSES)
        self.open.append(Around(tag, marks, block, exact, bool(self.has_items(tag, marks))))
        if tag in ATOMS:
            self.fresh, self.trailing = True, None

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in (one.tag for one in self.open):
            while self.close_one().tag != tag:
                pass
        self.lines.append(f"</{tag}>")
        if tag in ATOMS:
            self.word()

    def close_one(self) -> Around:
        """Leave the innermost element."""
        left = self.open.pop()
        if left.block or left.tag in ATOMS:
            self.edge()
        return left

    def handle_data(self, data: str) -> None:
        if self.exact():
            self.lines.append("exactly " + json.dumps(data, ensure_ascii=False))
            self.word()
            return
        text = re.sub(r"[ \t\r\n\f]+", " ", data)
        if self.fresh or self.trailing is not None:
            text = text.lstrip(" ")
        if not text:
            return
        self.lines.append(json.dumps(text, ensure_ascii=False))
        self.fresh, self.trailing = False, len(self.lines) - 1 if text.endswith(" ") else None

    def handle_decl(self, decl: str) -> None:
        self.lines.append(f"<!{decl.lower()}>")

    def handle_comment(self, data: str) -> None:
        self.lines.append("<!--" + " ".join(data.split()) + "-->")


def told(tag: str, names: dict[str, str]) -> str:
    """A tag on one line, with its attributes in order."""
    values = {name: " ".join(value.split()) if name in LISTS else value for name, value in names.items()}
    return " ".join([f"<{tag}", *(f"{name}={json.dumps(values[name], ensure_ascii=False)}" for name in sorted(values))])


def reading(page: str) -> str:
    """The page as it reads."""
    # A paper has a sheet of its own.
    parser = Reading(boxes() if "css/app.css" in page else [])
    parser.feed(page)
    parser.close()
    parser.edge()
    return "\n".join(line for line in parser.lines if line) + "\n"


def sheet(text: str) -> str:
    """A style sheet as a browser reads it: comments and the white space that means nothing are gone."""
    bare = tinycss2.serialize(tinycss2.parse_component_value_list(text, skip_comments=True))
    parts = STRING.split(bare)
    parts[::2] = [bare_of(part) for part in parts[::2]]
    return "".join(parts)


STRING = re.compile(r'("(?:\\.|[^"\\])*")')


def bare_of(part: str) -> str:
    """What stands between two strings. A space before a colon chooses another element, so only one after it goes."""
    part = re.sub(r" ?([+~]) ?(?=[^{};()]*\{)", r"\1", re.sub(r"\s+", " ", part))
    part = re.sub(r" ?([{};,>!]) ?|(?<=:) ", lambda found: found[1] or "", part)
    return part.replace(";}", "}").replace("}", "}\n").replace(";", ";\n")
