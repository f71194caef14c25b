"""Templates and style sheets are laid out for people, and a browser and a translator see what they saw before."""

import re
import runpy
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template import Context, Engine
from django.utils import translation

tool = SimpleNamespace(**runpy.run_path(str(settings.ROOT / "bin" / "markup")))
pytestmark = pytest.mark.once

ENGINE = Engine(builtins=["django.templatetags.i18n"])
LONG = "A sentence that says so much about what was asked of whom that it needs more than the hundred and twenty."


def laid(text, name="templates/a.html"):
    return tool.settled(tool.templates, {name: text})[name]


def rendered(text, **context):
    return ENGINE.from_string(text).render(Context(context))


# --- texts for translation ------------------------------------------------------------------------------


def translated(text):
    return tool.PLAIN.sub(tool.translated, text)


@pytest.mark.parametrize(
    "text",
    [
        '{% trans "Save what you wrote" %}',
        "{% trans \"It's “kept”, isn’t it? 'Yes' & <b>no</b>\" %}",
        '{% trans "100 % of 5% and %(this)s" %}',
        '{% trans "a { b } c" %}',
        f'{{% trans "{LONG}" %}}',
        f'{{% trans "{LONG}" as text %}}-{{{{ text }}}}',
        '{% trans "<b>5 %</b>" as text %}-{{ text }}',
    ],
)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_says_the_same_in_the_form_that_may_be_broken(text, language):
    with translation.override(language):
        assert rendered(translated(text)) == rendered(text)


def test_its_form():
    assert translated('{% trans "Save" %}') == "{% blocktrans trimmed %}\nSave\n{% endblocktrans %}"
    assert translated('{% trans "Save" as a %}') == "{% blocktrans trimmed asvar a %}\nSave\n{% endblocktrans %}"


SAID = re.compile(r"\w\(u?(['\"].*['\"])\)")


def test_it_is_the_same_text_to_whoever_translates():
    """What makemessages makes of either form."""
    from django.utils.translation.template import templatize

    for text in (LONG, "100 % of 5%", "It's 'kept'", "A “quote”"):
        plain, broken = (
            templatize(form) for form in (f'{{% trans "{text}" %}}', translated(f'{{% trans "{text}" %}}'))
        )
        assert SAID.search(plain)[1] == SAID.search(broken)[1]


@pytest.mark.parametrize(
    "text",
    [
        '{% trans "two  spaces" %}',
        '{% trans " an edge " %}',
        r'{% trans "a \"quote\"" %}',
        "{% trans 'single' %}",
        '{% trans "a" noop %}',
        '{% trans "May" context "month" %}',
        '{% trans "a"|upper %}',
        "{% trans name %}",
    ],
)
def test_what_would_not_stay_the_same_stays_as_it_is(text):
    assert translated(text) == text


# --- white space ----------------------------------------------------------------------------------------


def unseen(text):
    """Where a new line would not be shown, by a bar."""
    places = [other.at for _, other in tool.breakable(tool.pieces(text))]
    return tool.replaced(text, [(at, at, "|") for at in places])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>a</p>b<p>c</p>", "<p>|a|</p>|b|<p>|c|</p>"),
        ("<p>a<b>c</b>d</p>", "<p>|a<b>c</b>d|</p>"),
        ("<b>a</b><i>b</i>", "<b>a</b><i>b</i>"),
        # behind a space another one is not shown, also within an element; before a space only outside of it
        ("a <b>c</b> d", "a <b>|c</b> d"),
        # what writes nothing has no edge
        ("a {% load x %}b", "a {% load x %}|b"),
        ('a{% url "x" as y %}b', 'a{% url "x" as y %}b'),
        # all branches of a condition
        ("<p>{% if a %}b{% else %}c{% endif %}</p>", "<p>|{% if a %}|b|{% else %}|c|{% endif %}|</p>"),
        ("a{% if a %}b{% endif %}c", "a{% if a %}b{% endif %}c"),
        ("<p>a{% if b %}<br>{% endif %}c", "<p>|a{% if b %}|<br>|{% endif %}c"),
        # the body of a loop follows upon itself
        ("<p>{% for a in b %}{{ a }}{% endfor %}</p>", "<p>|{% for a in b %}{{ a }}{% endfor %}|</p>"),
        ("<p>{% for a in b %}c{% empty %}d{% endfor %}</p>", "<p>|{% for a in b %}c{% empty %}|d{% endfor %}|</p>"),
        ("{% for a in b %}<li>a</li>{% endfor %}", "{% for a in b %}|<li>|a|</li>|{% endfor %}"),
        ("a<button>b</button>c", "a<button>|b|</button>c"),
        ("<pre>a{{ b }}</pre><p>c", "<pre>a{{ b }}</pre>|<p>|c"),
        ('<p class="own letter-text">a{{ b }}</p>', '<p class="own letter-text">a{{ b }}</p>'),
        ("{{ a }}{{ b.as_field_group }}{{ c }}", "{{ a }}|{{ b.as_field_group }}|{{ c }}"),
    ],
)
def test_where_a_new_line_is_not_shown(text, expected):
    assert unseen(text) == expected


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("<b>a</b><i>b</i>", "<b>a</b>\n<i>b</i>", "<b>a</b><i>b</i>"),
        ("<b>a</b> <i>b</i>", "<b>a</b><i>b</i>", "<b>a</b>\n<i>b</i>"),
        ("<p>a</p><p>b</p>", "<p>\n  a\n</p>\n<p>b</p>", "<p>\n  a\n</p>\n<p>b</p>"),
        ('<p class="pre-line">a</p>', '<p class="pre-line">\na\n</p>', '<p class="pre-line">a</p>'),
    ],
)
def test_what_is_shown_is_undone(source, text, expected):
    assert tool.glued(source, text) == expected


@pytest.mark.parametrize("text", ["<p>b</p>", "<p>a</p><p></p>", "<p>A</p>", '<p class="x">a</p>'])
def test_nothing_but_white_space_changes(text):
    with pytest.raises(SystemExit):
        tool.glued("<p>a</p>", text)


def test_pieces_lose_nothing():
    text = '<a href="{% url "a" %}"{% if b > c %} d{% endif %}>x</a> < y {{ "a"|b:"<p>" }}<!-- c --><!doctype html>{'
    assert "".join(piece.text for piece in tool.pieces(text)) == text
    assert tool.pieces(text)[0].text == '<a href="{% url "a" %}"{% if b > c %} d{% endif %}>'


# --- layout ---------------------------------------------------------------------------------------------


def test_a_template_laid_out():
    source = (
        '<div class="row">{% if a %}<p class="lead2">{% trans "' + LONG + '" %}</p>{% else %}<ul><li>b</li></ul>'
        "{% endif %}<p><b>c</b><i>d</i></p></div>\n"
    )
    expected = f"""<div class="row">
  {{% if a %}}
    <p class="lead2">
      {{% blocktrans trimmed %}}
        {LONG}
      {{% endblocktrans %}}
    </p>
  {{% else %}}
    <ul><li>b</li></ul>
  {{% endif %}}
  <p><b>c</b><i>d</i></p>
</div>
"""
    assert laid(source) == expected
    assert laid(expected) == expected


def test_what_djangofmt_cannot_read_is_left_to_people():
    text = "{# djangofmt: file-ignore[invalid-syntax] #}\n{% if a %}<p>{% endif %}<b>a</b>\n"
    assert laid(text) == text
    assert laid("") == ""


def test_a_style_sheet_laid_out():
    source = "/* a, b */\na,b>c{margin:0;font:400 1px/2 x, y}@media(max-width:3px){a:hover{b:c}}\n"
    expected = """/* a, b */
a, b>c {
  margin: 0;
  font: 400 1px/2 x, y
}
@media(max-width:3px) {
  a:hover {
    b: c
  }
}
"""
    assert tool.sheet(source) == tool.sheet(expected) == expected


def test_a_long_line_of_a_style_sheet_is_broken_after_commas_only():
    names = [f"U+{n:04X}-{n:04X}" for n in range(12)]
    line = f"  unicode-range: {', '.join(names)}"
    assert [*tool.folded(line)] == [f"  unicode-range: {', '.join(names[:8])},", f"    {', '.join(names[8:])}"]
    address = f'  background: url("data:image/svg+xml,{"a," * 60}")'
    assert [*tool.folded(address)] == [address]


def test_faults_are_named_by_file_and_line():
    long = "x" * 121
    assert [*tool.faults("a.html", f"<p>\n{long}\n</p>\n", f"<p>\n  {long}\n</p>\n")] == [
        "a.html:2: make format lays this out otherwise",
        "a.html:2: 121 characters, 120 fit",
    ]
    arrow = tool.LONGER["static/css/app.css"][0] + long
    assert [*tool.faults("static/css/app.css", f"  {arrow}\n", f"  {arrow}\n")] == []
    assert len([*tool.faults("static/css/own.css", f"  {arrow}\n", f"  {arrow}\n")]) == 1
