"""Charts: well-formed, named, told again as a table, and silent about what may not be shown."""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pytest
from django.template import engines
from django.utils import translation

from exchange.documents import charts, pdf
from exchange.documents.charts import (
    NOT_MEASURED,
    SUPPRESSED,
    Bar,
    Bars,
    Chart,
    Cloud,
    Dot,
    Dots,
    Flow,
    GoalHistory,
    Ladder,
    LevelRow,
    Levels,
    Meter,
    Point,
    Slope,
    Stage,
    Stretch,
    Tread,
    Word,
)
from exchange.documents.drawing import LOOKS, Pen, attributes, short, width_of, wrapped

EVIL = "<b>\"'&x</b>"
SVG = "{http://www.w3.org/2000/svg}"


def levels(**fields: Any) -> Levels:
    rows = (LevelRow("Begin", 88, (28, 60, 0, 0, 0)), LevelRow("Na één jaar", 61, (2, 7, 24, 19, 9)))
    return Levels(**{"rows": rows, "unit": "doelen", **fields})


def history(**fields: Any) -> GoalHistory:
    points = (
        Point("voorstel", date(2025, 1, 21), -1, Stretch.BEFORE),
        Point("aangescherpt", date(2025, 3, 13), -1, Stretch.BEFORE),
        Point("dag 1", date(2025, 4, 8), None), Point("dag 2", date(2025, 4, 9), 0),
        Point("terugkomst", date(2025, 5, 15), 0, Stretch.RETURN),
        Point("één jaar", date(2026, 4, 9), None, Stretch.YEAR, planned=True),
    )  # fmt: skip
    return GoalHistory(**{"points": points, **fields})


CHARTS: dict[str, Chart] = {
    "levels": levels(),
    "levels in three classes": levels(rows=(LevelRow(EVIL, 19, (6, 6, 7)), LevelRow("b", 20, (18, 2)))),
    "levels with medians": levels(rows=(LevelRow("a", 12, median=0.5), LevelRow("b", 6, median=-2.0))),
    "levels with gaps": levels(rows=(LevelRow("a", SUPPRESSED), LevelRow("b", NOT_MEASURED))),
    "levels with nothing": levels(rows=()),
    "goal": history(words=(EVIL, "b", "c", "d", "e"), lang="nl"),
    "goal without words": history(),
    "goal without levels": GoalHistory(points=(Point("a", None, None), Point("b", None, None, planned=True))),
    "goal of one moment": GoalHistory(points=(Point("a", date(2025, 1, 1), 1),)),
    "goal of nothing": GoalHistory(points=()),
    "flow": Flow(stages=(Stage("a", 82), Stage(EVIL, 32), Stage("reisden", 32), Stage("c", 27), Stage("één jaar", 22))),
    "flow of one stage": Flow(stages=(Stage("a", 3),)),
    "flow of nobody": Flow(stages=(Stage("a", 0), Stage("b", 0))),
    "flow of nothing": Flow(stages=()),
    "flow of many": Flow(stages=(Stage("a", 700), Stage("b", 200), Stage("c", 1), Stage("d", 0))),
    "ladder": Ladder(treads=(Tread("idee", 9), Tread(EVIL, SUPPRESSED), Tread("in beleid vastgesteld", 6))),
    "ladder of nothing": Ladder(treads=()),
    "bars": Bars(
        rows=(Bar("Docent", 28, highlight=True), Bar(EVIL, SUPPRESSED), Bar("c", NOT_MEASURED), Bar("d", 0)), total=52
    ),
    "bars of noughts": Bars(rows=(Bar("a", 0), Bar("b", 1.5))),
    "dots": Dots(rows=(Dot("Doelen", 0.85, 0.74, 0.92, 61), Dot(EVIL, SUPPRESSED), Dot("c", 0.0, 0.0, 0.1))),
    "slope": Slope(moments=("a", EVIL, "c"), group=(-1, None, 0.5), single=((-1, 0, 1), (None, None, 2)), n=61),
    "slope of nothing": Slope(moments=("a", "b"), group=(None, None)),
}  # fmt: skip


@pytest.fixture(params=CHARTS)
def chart(request: pytest.FixtureRequest) -> Chart:
    return CHARTS[request.param]


def html(source: str, **context: Any) -> str:
    return engines["django"].from_string("{% load charts %}" + source).render(context)


def tag(chart_: Chart) -> str:
    return "{% goal_history c %}" if isinstance(chart_, GoalHistory) else "{% chart c %}"


def tree(markup: str) -> ElementTree.Element:
    markup = markup.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
    return ElementTree.fromstring(f"<div>{markup}</div>")  # noqa: S314 -- our own


def words(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def drawings(chart_: Chart) -> Iterator[Pen]:
    yield from (chart_.wide, chart_.narrow, chart_.paper)


# --- every chart ---------------------------------------------------------------------------------


def test_it_is_well_formed_named_and_told_again_in_a_table(chart: Chart) -> None:
    figure = tree(html(tag(chart), c=chart))[0]

    svgs = figure.findall(f".//{SVG}svg")
    assert [svg.get("class") for svg in svgs] == ["chart wide", "chart narrow"]
    for svg in svgs:
        assert svg.get("role") == "img"
        assert svg.get("aria-label") == svg[0].text == chart.label
        assert [child.tag for child in svg[:2]] == [f"{SVG}title", f"{SVG}desc"]
        assert svg.get("aria-describedby") == svg[1].get("id")
    details = figure.find("details")
    assert words(details[0]) == "Toon als tabel"
    table = details.find("table")
    assert words(table.find("caption")) == " ".join(chart.label.split())
    heads = table.findall("thead/tr/th")
    for row in table.findall("tbody/tr"):
        assert len(row) == len(heads)
        assert row[0].get("scope") == "row"


def test_the_content_security_policy_has_nothing_to_refuse(chart: Chart) -> None:
    markup = html(tag(chart), c=chart)

    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|foreignObject|href=|url\(", markup)


#: As reports draw them: long names, few classes, everything still to come.
DRAWN: dict[str, Chart] = {
    "ladder of two": Ladder(
        treads=(
            Tread("vervallen / idee / uitgeprobeerd", 13),
            Tread("ingevoerd in het team / schoolbreed / vastgelegd in beleid", 9),
        )
    ),
    "ladder of three": Ladder(
        treads=(
            Tread("dropped / idea / tried out", 113),
            Tread("introduced in the team", 9),
            Tread("school-wide / laid down in policy", SUPPRESSED),
        )
    ),
    "ladder of six": Ladder(
        treads=tuple(
            Tread(label, 5 + index)
            for index, label in enumerate(
                ("vervallen", "idee", "uitgeprobeerd", "ingevoerd in het team", "schoolbreed", "vastgelegd in beleid")
            )
        )
    ),
    "flow": Flow(
        stages=(
            Stage("meldden zich aan", 182), Stage("geplaatst", 120), Stage("gereisd", 118),
            Stage("antwoord na één jaar", 90), Stage("certificaat", 81),
        )
    ),
    "flow with years to come": Flow(
        stages=(
            Stage("applied", 14), Stage("selected", 12), Stage("travelled", 12),
            Stage("certificate", NOT_MEASURED), Stage("answered after a year", NOT_MEASURED),
        )
    ),
    "medians at both ends": Levels(
        rows=(LevelRow("Terugkomst", 88, median=-2), LevelRow("After a year", 61, median=2)), unit="doelen"
    ),
    "levels of two": Levels(rows=(LevelRow("Terugkomst", 16, (6, 10)), LevelRow("Na één jaar", NOT_MEASURED))),
}  # fmt: skip


def boxes(pen: Pen) -> Iterator[tuple[float, float, float, float, str]]:
    """Left, top, right, bottom of every text, and the text."""
    for text in tree(f"<svg >{pen.svg}</svg>")[0].iter(f"{SVG}text"):
        said, gap = "".join(text.itertext()), sum(float(part.get("dx", 0)) for part in text)
        size = float(text.get("font-size", 14))
        long, x, y = width_of(said, size) + gap, float(text.get("x", 0)), float(text.get("y", 0))
        left = {"middle": x - long / 2, "end": x - long}.get(text.get("text-anchor", ""), x)
        yield left, y - 0.7 * size, left + long, y, said


def strokes(pen: Pen) -> Iterator[tuple[float, float, float, float]]:
    """Every straight line that is drawn by itself."""
    for mark in re.findall(r'd="M([\d.-]+) ([\d.-]+)L([\d.-]+) ([\d.-]+)"', pen.svg):
        yield tuple(map(float, mark))  # type: ignore[misc]


@pytest.mark.parametrize("width", [360, 640, 690])
@pytest.mark.parametrize("name", DRAWN)
def test_no_label_is_cut_or_struck_through(name: str, width: int) -> None:
    pen = DRAWN[name].draw(width)
    found = list(boxes(pen))
    assert found
    for left, top, right, bottom, said in found:
        assert left >= -1, f"{said} is cut"
        assert right <= pen.width + 1, f"{said} is cut"
        assert top >= 0, f"{said} is cut"
        assert bottom <= pen.height, f"{said} is cut"
        for x1, y1, x2, y2 in strokes(pen):
            steps = [(x1 + (x2 - x1) * part / 50, y1 + (y2 - y1) * part / 50) for part in range(51)]
            assert not any(left - 3 < x < right + 3 and top < y < bottom for x, y in steps), f"{said} is struck through"


@pytest.mark.parametrize("words", [("rode loper", 5), ("luisteren zonder te oordelen over elkaar", 5), ("rust", 1)])
def test_a_word_of_two_words_stays_on_one_line(words: tuple[str, int]) -> None:
    """Of the largest size only what fits beside nothing else; the style sheets keep it together."""
    cloud = Cloud(words=(Word(*words), Word("moed", 5)))
    size = {word.text: size for word, size in cloud.sized}[words[0]]
    points = {"w1": 13, "w2": 19, "w3": 27}[size]
    assert width_of(words[0], points) < 483  # A4 less its margins, in points
    page = Path("static/css/app.css").read_text()
    paper = Path("templates/documents/base.css").read_text()
    rule = r"\.cloud li>span:first-child \{[^}]*"
    assert re.search(rule + r"display: inline-block", page)
    assert re.search(rule + r"white-space: nowrap", paper)


def test_what_is_still_to_come_is_no_nought() -> None:
    flow = DRAWN["flow with years to come"]
    assert flow.sentence.endswith("certificate niet gemeten, answered after a year niet gemeten.")
    assert [row[1] for row in flow.table.rows] == ["14", "12", "12", "niet gemeten", "niet gemeten"]
    with pytest.raises(ValueError, match="still to come"):
        Flow(stages=(Stage("a", 3), Stage("b", NOT_MEASURED), Stage("c", 1)))


def test_it_stays_inside_its_frame_and_knows_only_known_classes(chart: Chart) -> None:
    for pen in drawings(chart):
        root = tree(f"<svg >{pen.svg}</svg>")[0]
        for mark in root.iter():
            assert set((mark.get("class") or "").split()) <= set(LOOKS)
            assert "nan" not in str(mark.attrib)
            assert "inf" not in str(mark.attrib)
            if mark.tag == f"{SVG}rect":
                assert float(mark.get("width")) >= 0
                assert float(mark.get("x")) >= 0
                assert float(mark.get("x")) + float(mark.get("width")) <= pen.width + 0.1
                assert float(mark.get("y")) + float(mark.get("height")) <= pen.height + 0.1
            if mark.tag == f"{SVG}text":
                assert 0 <= float(mark.get("x")) <= pen.width
                assert float(mark.get("y")) <= pen.height + 0.1


def test_numbers_in_attributes_are_never_localised(chart: Chart) -> None:
    with translation.override("nl"):
        dutch = html(tag(chart), c=chart)
    for value in re.findall(r'\s(?:x|y|cx|cy|r|width|height|viewBox|stroke-width|font-size)="([^"]*)"', dutch):
        assert "," not in value


def test_ids_are_unique_on_a_page_and_the_same_every_time() -> None:
    source = "".join(
        "{% chart a %}" if name == "levels" else "{% chart b %}" for name in ("levels", "x", "levels", "x")
    )
    markup = html(source, a=CHARTS["levels"], b=CHARTS["bars"])

    ids = re.findall(r'\sid="([^"]*)"', markup)
    assert len(ids) == 16
    assert len(set(ids)) == 16
    assert markup == html(source, a=CHARTS["levels"], b=CHARTS["bars"])


def test_attributes_are_escaped() -> None:
    assert attributes(("b",), {"x": '1" onload="x'}) == ' class="b" font-weight="700" x="1&quot; onload=&quot;x"'


def test_what_people_typed_is_escaped(chart: Chart) -> None:
    assert '<b>"' not in html(tag(chart), c=chart)


@pytest.mark.parametrize("name", CHARTS)
def test_it_prints_with_its_sentence_as_the_alternative(name: str) -> None:
    figure = CHARTS[name]
    body = html(tag(figure), c=figure, paper=True)
    head = '<title>x</title><link rel="stylesheet" href="bundled:documents/base.css">'

    content = pdf.printed(f'<!doctype html><html lang="nl"><head>{head}</head><body>{body}</body></html>')

    with pikepdf.open(BytesIO(content)) as document:
        named = [
            str(thing.Alt) for thing in document.objects if isinstance(thing, pikepdf.Dictionary) and "/Alt" in thing
        ]
        assert named == [figure.label]


def test_on_paper_there_is_one_drawing_as_wide_as_was_asked() -> None:
    markup = html("{% chart c width=330 %}", c=CHARTS["levels"], paper=True)

    assert re.findall(r'viewBox="0 0 (\d+)', markup) == ["330"]
    assert re.findall(r'viewBox="0 0 (\d+)', html("{% chart c %}", c=CHARTS["flow"], paper=True)) == ["690"]


def test_a_source_stands_under_the_drawing() -> None:
    figure = tree(html("{% chart c %}", c=levels(source="n = 61, zelf gescoord", summary="Zo ging het.")))[0]

    assert words(figure.find("figcaption")) == "n = 61, zelf gescoord"
    assert figure.find(f"{SVG}svg").get("aria-label") == "Zo ging het."
    assert figure.find(f"{SVG}svg")[1].text == "n = 61, zelf gescoord"


# --- what may not be shown -----------------------------------------------------------------------

SILENT = {
    "levels": levels(rows=(LevelRow("Begin", SUPPRESSED),)),
    "ladder": Ladder(treads=(Tread("Begin", SUPPRESSED),)),
    "bars": Bars(rows=(Bar("Begin", SUPPRESSED),)),
    "dots": Dots(rows=(Dot("Begin", SUPPRESSED),)),
}


@pytest.mark.parametrize("name", SILENT)
@pytest.mark.parametrize(("language", "word"), [("nl", "afgeschermd"), ("en", "suppressed")])
def test_a_suppressed_figure_is_a_word_and_never_a_number(name: str, language: str, word: str) -> None:
    with translation.override(language):
        figure = tree(html("{% chart c %}", c=SILENT[name]))[0]

    for svg in figure.findall(f"{SVG}svg"):
        told = " ".join("".join(text.itertext()) for text in svg.iter(f"{SVG}text"))
        axis = told.replace("0 25 50 75 100%", "") if name == "dots" else told
        assert not re.search(r"\d", axis)
        assert told.count(word) == 1
        assert "stub" in ElementTree.tostring(svg, encoding="unicode")
        assert word in svg.get("aria-label")
        assert not re.search(r"\d", svg.get("aria-label"))
    row = figure.find("details/table/tbody/tr")
    assert word in words(row)
    assert not re.search(r"\d", words(row))


def test_what_was_not_measured_says_so_without_a_stub() -> None:
    figure = html("{% chart c %}", c=Bars(rows=(Bar("Studenten", NOT_MEASURED),)))

    assert "niet gemeten" in figure
    assert "stub" not in figure


@pytest.mark.parametrize(
    "make",
    [
        lambda: LevelRow("a", SUPPRESSED, (1, 1, 1, 1, 1)),
        lambda: LevelRow("a", SUPPRESSED, median=1.0),
        lambda: LevelRow("a", 6, (1, 1, 1, 1, 1)),
        lambda: LevelRow("a", 4, (1, 1, 1, 1)),
        lambda: Dot("a", SUPPRESSED, n=3),
        lambda: Dot("a", 0.5, 0.6, 0.7),
        lambda: Dot("a", 1.2),
        lambda: Flow(stages=(Stage("a", 3), Stage("b", 4))),
        lambda: Slope(moments=("a", "b"), group=(0,)),
    ],
)
def test_figures_that_cannot_be_are_refused(make: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- the message is for a programmer
        make()


# --- single charts -------------------------------------------------------------------------------


def flow(*counts: int) -> Flow:
    return Flow(stages=tuple(Stage(name, count) for name, count in zip("abcde", counts, strict=False)))


@pytest.mark.parametrize(
    ("counts", "each", "lines"),
    [
        ((82, 32, 32, 27, 22), 1, [82, 32, 32, 27, 22]),
        ((400, 16), 1, [400, 16]),
        ((401, 16), 2, [201, 8]),  # 401 halves to 200.5
        ((10_000, 112, 113 - 1, 60, 13), 25, [400, 4, 4, 2, 1]),  # 112 / 25 = 4.48, 60 / 25 = 2.4
        ((20_000, 16, 16, 14, 0), 50, [400, 2, 2, 1, 0]),  # two did not go on: they keep a line of their own
        ((20_000, 19_999), 50, [401, 400]),  # the one who stays behind is there
        ((20_000, 1), 50, [400, 1]),
        ((0, 0), 1, [0, 0]),
        ((), 1, []),
    ],
)
def test_of_many_people_a_line_stands_for_several_and_nobody_vanishes(
    counts: tuple[int, ...], each: int, lines: list[int]
) -> None:
    chart_ = flow(*counts)
    assert (chart_.each, chart_.lines) == (each, lines)
    assert [row[1] for row in chart_.table.rows] == [charts.shown(count) for count in counts]


def test_a_flow_says_how_many_people_a_line_is_wherever_it_is_read() -> None:
    few, many = flow(82, 32, 22), flow(10_000, 112, 60)
    assert few.sentence == "Elke lijn is een mens: 82 a, 32 b, 22 c."
    assert many.sentence == "Eén lijn staat voor 25 mensen: 10.000 a, 112 b, 60 c."
    for pen in drawings(many):
        assert "Eén lijn staat voor 25 mensen" in pen.svg
    for pen in drawings(few):
        assert "lijn" not in pen.svg


def test_a_flow_of_twenty_thousand_weighs_as_much_as_one_of_four_hundred() -> None:
    sizes = [sum(len(pen.svg) for pen in drawings(flow(n, n // 2, 16))) for n in (400, 20_000)]
    assert sizes[1] < sizes[0] * 1.05
    strokes = [pen.svg.count("M0 ") for pen in drawings(flow(20_000, 10_000, 16))]
    assert strokes == [400, 400, 400]


def test_bars_of_levels_are_as_long_as_their_counts() -> None:
    root = tree(f"<svg >{levels().wide.svg}</svg>")[0]
    widths = [float(rect.get("width")) for rect in root.iter(f"{SVG}rect")]

    assert [mark.get("class") for mark in root.iter(f"{SVG}rect")] == ["l1", "l2", "l1", "l2", "l3", "l4", "l5"]
    assert sum(widths[:2]) == pytest.approx(sum(widths[2:]), abs=0.3)
    assert widths[1] / widths[0] == pytest.approx(60 / 28, abs=0.01)
    assert ["gehaald:", "52 van 61", "doelen"] in [[span.text for span in text] for text in root.iter(f"{SVG}text")]


def test_levels_in_words_and_in_a_table() -> None:
    told = levels()

    assert told.sentence == (
        "Niveaus van de doelen: Begin 0 van 88 doelen gehaald; Na één jaar 52 van 61 doelen gehaald."
    )
    assert told.table == charts.Table(
        ("moment", "n", "−2", "−1", "0", "+1", "+2"),
        (("Begin", "88", "28", "60", "0", "0", "0"), ("Na één jaar", "61", "2", "7", "24", "19", "9")),
    )


def test_merged_classes_and_medians_are_told_as_they_are() -> None:
    three = levels(rows=(LevelRow("a", 19, (6, 6, 7)), LevelRow("b", SUPPRESSED)))
    mixed = levels(rows=(LevelRow("a", 19, (6, 6, 7)), LevelRow("b", 20, (18, 2)), LevelRow("c", 1250, median=0.5)))

    assert three.table == charts.Table(
        ("moment", "n", "onder het doel", "zoals verwacht", "boven het doel"),
        (("a", "19", "6", "6", "7"), ("b", "afgeschermd", "–", "–", "–")),
    )
    assert mixed.table == charts.Table(
        ("moment", "n", "niveaus", "mediaan"),
        (
            ("a", "19", "onder het doel: 6, zoals verwacht: 6, boven het doel: 7", "–"),
            ("b", "20", "onder het doel: 18, gehaald: 2", "–"),
            ("c", "1.250", "–", "+0,5"),
        ),
    )
    assert mixed.sentence.endswith("b 2 van 20 doelen gehaald; c mediaan +0,5, n = 1.250.")


def test_english_numbers_are_english() -> None:
    with translation.override("en"):
        assert (charts.shown(1250), charts.shown(0.5, sign=True), charts.level(-1), charts.shown(-3)) == (
            "1,250",
            "+0.5",
            "−1",
            "−3",
        )
        assert history().table.rows[0][2] == "−1"


def test_a_goal_is_solid_where_it_was_walked_and_dashed_where_not() -> None:
    root = tree(f"<svg >{history().wide.svg}</svg>")[0]
    voices = [mark.get("class") for mark in root.iter(f"{SVG}path") if mark.get("class") in {"th3", "next"}]
    knots = [mark.get("class") for mark in root.iter(f"{SVG}circle")]

    # Four stretches walked, the loop of the year, and what is still to come; no knot where nobody knew the level yet.
    assert voices == ["th3", "th3", "th3", "th3", "th3", "next"]
    assert knots == ["kn", "kn", "kn", "kn", "kn0"]


def test_a_goal_in_words() -> None:
    told = history()

    assert told.sentence == "De niveaus van dit doel in de tijd: voorstel −1, aangescherpt −1, dag 2 0, terugkomst 0."
    assert [row[2] for row in told.table.rows] == ["−1", "−1", "Weet ik nog niet", "0", "0", "komt nog"]
    assert CHARTS["goal without levels"].sentence == "Dit doel heeft nog geen niveau."


def test_labels_of_a_goal_never_touch() -> None:
    days = tuple(Point(f"dag {number}", date(2025, 4, number), 0) for number in range(1, 15))
    for pen in (GoalHistory(points=days).wide, GoalHistory(points=days).narrow):
        names = [text for text in tree(f"<svg >{pen.svg}</svg>")[0].iter(f"{SVG}text") if text.get("y") == "330"]
        places = sorted(float(text.get("x")) for text in names)
        assert 2 <= len(places) < 15
        assert min(after - before for before, after in pairwise(places)) > 30


def test_the_owners_words_stand_beside_the_staves_highest_first() -> None:
    figure = tree(html("{% goal_history c %}", c=history(words=("a", "b", "c", "d", "e"), lang="en")))[0]

    assert [words(item) for item in figure.findall("ol/li")] == ["+2 e", "+1 d", "0 c", "−1 b", "−2 a"]
    assert {item.find("span").get("lang") for item in figure.findall("ol/li")} == {"en"}
    wide, narrow = figure.findall(f".//{SVG}svg")
    assert "−2" not in words(wide).replace(wide.get("aria-label"), "")
    assert "−2" in words(narrow)


@pytest.mark.parametrize("width", [1120, 690, 330])
def test_every_line_is_a_person(width: int) -> None:
    flow = CHARTS["flow"]
    root = tree(f"<svg >{flow.draw(width).svg}</svg>")[0]
    lines = {
        mark.get("class"): mark.get("d").split("M")[1:]
        for mark in root.iter(f"{SVG}path")
        if mark.get("class") != "mark"
    }

    walked = lines.get("walk") or lines["thin"]
    assert len(walked) == 32
    assert len(lines["out"]) == 50
    ends = [float(line.rpartition("H")[2]) for line in walked]
    assert sum(end == max(ends) for end in ends) == 22
    assert len({round(end) for end in ends}) == 3
    assert len(set(walked)) == 32


def test_words_are_wrapped_and_coordinates_short() -> None:
    assert wrapped("antwoord na één jaar", 90, 13) == ["antwoord na", "één jaar"]
    assert wrapped("onafscheidelijkheid", 10) == ["onafscheidelijkheid"]
    assert [short(value) for value in (1.04, 2.0, -0.01, 1 / 3)] == ["1", "2", "0", "0.3"]


def test_a_cloud_has_three_sizes_and_tells_how_often() -> None:
    cloud = Cloud(
        words=(Word("rust", 6, lang="nl", highlight=True), Word("samen", 3), Word(EVIL), Word("moed", 2)),
        source="n = 22",
    )
    root = tree(html("{% cloud c %}", c=cloud))

    items = root.findall("div/ul/li")
    assert [item.get("class") for item in items] == ["w3", "w2", "w1", "w1"]
    assert [words(item) for item in items] == ["rust (6 keer)", "samen (3 keer)", EVIL, "moed (2 keer)"]
    assert items[0].find("span").attrib == {"class": "hl", "lang": "nl"}
    assert words(root.find("p")) == "n = 22"
    assert cloud.label == f"rust, samen, {EVIL}, moed"
    assert html("{% cloud c %}", c=Cloud(words=())).strip() == ""
    assert {size for _word, size in Cloud(words=(Word("a"), Word("b"))).sized} == {"w1"}


@pytest.mark.parametrize(
    ("fields", "bounds", "fits"),
    [
        ({"value": 3, "least": 2}, "min 2", True),
        ({"value": 4, "least": 1, "most": 3}, "1–3", False),
        ({"value": 3, "most": 4}, "max 4", True),
        ({"value": 0, "least": 1}, "min 1", False),
        ({"value": 9}, "", True),
    ],
)
def test_a_meter_says_in_words_and_shape_whether_it_fits(fields: dict, bounds: str, fits: bool) -> None:
    root = tree(html("{% meter c %}", c=Meter(name=EVIL, top=5, **fields)))[0]

    assert words(root[0]) == EVIL
    expected = f"{fields['value']} {bounds}".strip()
    assert words(root[1]) == (expected if fits else f"{expected} buiten de afspraak")
    shape = ElementTree.tostring(root[2], encoding="unicode")
    assert ("circle" in shape) is fits
    assert ("alarm" in shape) is not fits
    assert root[2].get("aria-hidden") == "true"


def test_dots_and_bars_in_words() -> None:
    assert CHARTS["dots"].table.rows[0] == ("Doelen", "85%", "74% – 92%", "61")
    assert CHARTS["dots"].sentence.startswith("Doelen 85%, interval 74% tot 92%; ")
    assert CHARTS["bars"].sentence == f"Docent 28, {EVIL} afgeschermd, c niet gemeten, d 0 (van 52)."
    assert CHARTS["ladder"].sentence == (
        "Hoe diep het is verankerd, van de laagste trede tot de hoogste: "
        f"idee 9, {EVIL} afgeschermd, in beleid vastgesteld 6."
    )
