"""Two renderings of a page are the same when a browser shows the same, and only then."""

import json
import runpy
from types import SimpleNamespace

import pytest
from django.conf import settings

from tests.browser.reading import reading, sheet

tool = SimpleNamespace(**runpy.run_path(str(settings.ROOT / "bin" / "same-pages")))
pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>a</p>", "<p>\n  a\n</p>"),
        ("<p>a b</p>", "<p>a\n   b</p>"),
        ("<div><p>a</p><p>b</p></div>", "<div>\n <p>a</p>\n <p>b</p>\n</div>"),
        ("<p><b>a</b></p>", "<p>\n <b>a</b>\n</p>"),
        ("<p><i>a </i></p>", "<p><i>a</i></p>"),
        ("<p>a <b> b</b></p>", "<p>a <b>b</b></p>"),
        ("<p>a<br>b</p>", "<p>a <br> b</p>"),
        ("<div>a<p>b</p>c</div>", "<div>a <p>b</p> c</div>"),
        ("<div>a <b>b</b><p>c</p></div>", "<div>a <b>b</b> <p>c</p></div>"),
        ("<button>a</button>", "<button>\n a\n</button>"),
        ('<p class="b a">a</p>', '<p\n  class="b   a"\n>a</p>'),
        ('<input type="text" name="a">', '<input name="a" type="text" >'),
        ("<details open>a</details>", '<details open="">a</details>'),
        ("<svg><path d='M0 0'/><text>a</text></svg>", '<svg>\n<path d="M0  0" />\n<text> a</text></svg>'),
    ],
)
def test_what_nobody_sees_is_no_difference(before, after):
    assert reading(before) == reading(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # a space swallowed, and one added
        ("<p>a <b>b</b></p>", "<p>a<b>b</b></p>"),
        ("<p><b>a</b> <i>b</i></p>", "<p><b>a</b><i>b</i></p>"),
        ("<p><b>a</b><i>b</i></p>", "<p><b>a</b>\n<i>b</i></p>"),
        ("<p>a<b>b</b></p>", "<p>a<b>\n b\n</b></p>"),
        ("<p>(<a>a</a>)</p>", "<p>(<a>a</a>\n)</p>"),
        ("<p><svg></svg>a</p>", "<p><svg></svg> a</p>"),
        ("<p><button>a</button><button>b</button></p>", "<p><button>a</button> <button>b</button></p>"),
        ("<p>a<input></p>", "<p>a <input></p>"),
        # where every space counts, and where our sheet sets blocks in a line
        ("<pre>a</pre>", "<pre>\n\na</pre>"),
        ("<textarea>a</textarea>", "<textarea> a</textarea>"),
        ('<p class="own letter-text">a</p>', '<p class="own letter-text">\n a\n</p>'),
        ('<ul class="cloud"><li>a</li> <li>b</li></ul>', '<ul class="cloud"><li>a</li><li>b</li></ul>'),
        # everything else
        ("<p>a</p>", "<p>b</p>"),
        ("<p>a</p>", "<div>a</div>"),
        ("<p><b>a</b></p>", "<p>a</p>"),
        ('<a href="/a">a</a>', '<a href="/a ">a</a>'),
        ('<p class="a">a</p>', "<p>a</p>"),
        ('<p title="a b">a</p>', '<p title="a  b">a</p>'),
    ],
)
def test_what_somebody_sees_is_one(before, after):
    assert reading(before) != reading(after)


SHEET = '<link rel="stylesheet" href="/static/css/app.css">'


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        # items of a row
        ('<p class="acts"><a>a</a><a>b</a></p>', '<p class="acts">\n<a>a</a>\n<a>b</a>\n</p>', True),
        (
            '<footer class="foot"><p class="wrap"><a>a</a><a>b</a>',
            '<footer class="foot"><p class="wrap"><a>a</a> <a>b</a>',
            True,
        ),
        # within an item it is a line as everywhere
        ('<p class="acts"><i>a<b>b</b></i></p>', '<p class="acts"><i>a <b>b</b></i></p>', False),
        ('<p class="small"><a>a</a><a>b</a></p>', '<p class="small"><a>a</a> <a>b</a></p>', False),
        ('<p class="x"><p class="wrap"><a>a</a><a>b</a>', '<p class="x"><p class="wrap"><a>a</a> <a>b</a>', False),
        ('x<a class="btn">a</a>', 'x <a class="btn">a</a>', False),
    ],
)
def test_what_our_sheet_lays_out_in_rows_has_no_spaces_between(before, after, same):
    assert (reading(SHEET + before) == reading(SHEET + after)) is same
    assert reading(before) != reading(after), "without the sheet each is a line"


def test_a_page_in_lines():
    page = '<!doctype html><p class="x"> a <b>b</b> \n</p><br><img alt="" src="c">'
    assert reading(page).splitlines() == [
        "<!doctype html>",
        '<p class="x"',
        '"a "',
        "<b",
        '"b"',
        "</b>",
        "</p>",
        "<br",
        '<img alt="" src="c"',
    ]


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("a{b:c;d:e}", "a {\n  b: c;\n  d: e\n}\n", True),
        ("a>b,c{d:e}", "a > b,\nc {\n d: e;\n}", True),
        ("a{b:c d}/* x */", "a{b:c  d}", True),
        ("a :hover{b:c}", "a:hover{b:c}", False),
        ("a + b{c:d}", "a+b{c:d}", True),
        ("a b{c:d}", "ab{c:d}", False),
        ("a{b:calc(1px + 2px)}", "a{b:calc(1px +2px)}", False),
        ('a{content:"b  c"}', 'a{content:"b c"}', False),
        ("a{b:c;d:e}", "a{d:e;b:c}", False),
    ],
)
def test_style_sheets(before, after, same):
    assert (sheet(before) == sheet(after)) is same


@pytest.fixture
def folders(tmp_path):
    """Two renderings, by name of the page."""

    def write(name, pages):
        folder = tmp_path / name
        folder.mkdir()
        for page, html in pages.items():
            (folder / f"{page}.txt").write_text(reading(html))
        (folder / "weights.json").write_text(json.dumps({page: len(html) for page, html in pages.items()}))
        return folder

    return write


def test_the_page_that_differs_is_named(folders, capsys):
    before = folders("before", {"home": "<p>a <b>b</b></p>" * 20, "gone": "", "kept": "<p>c</p>"})
    after = folders("after", {"home": "<p>a <b>b</b></p>" * 19 + "<p>a<b>b</b></p>", "kept": "<p> c</p>"})
    assert tool.compare(before, after) == 1
    told = capsys.readouterr().out
    assert told.startswith('gone.txt: only before\nhome.txt:116:\n  - "a "\n  + "a"\n2 pages, 2 read otherwise\n')


@pytest.mark.parametrize(("spaces", "code"), [(0, 0), (2, 0), (3, 1)])
def test_pages_may_grow_by_two_percent(folders, spaces, code):
    before = folders("before", {"home": f"<p>{'a' * 93}</p>"})
    after = folders("after", {"home": f"<p>{' ' * spaces}{'a' * 93}</p>"})
    assert tool.compare(before, after) == code


def test_what_every_rendering_writes_anew_is_masked():
    keys = '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><a href="/endorse/eyJ9:{}/">a</a>'
    once, again = (keys.format(key * 64, f"1xWbJ{key}:{key * 43}") for key in "ab")
    mask = lambda page: tool.MASKED.sub(lambda found: f"{found[1] or ''}-", page)  # noqa: E731
    assert mask(once) == mask(again)
    assert mask(once) != mask(again.replace("eyJ9", "eyJ8"))
