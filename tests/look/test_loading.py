"""Templates are laid out for people; what is served says the same in fewer bytes."""

import pytest
from django.conf import settings
from django.template import Engine
from django.template.loader import get_template

from exchange.loading import close
from tests.browser.reading import reading


@pytest.mark.parametrize(
    ("laid_out", "served"),
    [
        ("<div>\n  <p>\n    a\n    b\n  </p>\n</div>\n", "<div><p>a b</p></div>"),
        ("<p>\n  {% if a %}\n    b\n  {% endif %}\n</p>", "<p>{% if a %} b {% endif %}</p>"),
        ('<a\n  href="b"\n  class="c"\n>d</a>', '<a href="b" class="c">d</a>'),
        ('<p\n  {% if a %}lang="nl"{% endif %}\n>\n  c\n</p>', '<p {% if a %}lang="nl"{% endif %}>c</p>'),
        ("<b>a</b>\n<i>b</i>", "<b>a</b> <i>b</i>"),
        ("<b>a</b><i\n>b</i>", "<b>a</b><i>b</i>"),
        ("a  b", "a  b"),
        ("{% blocktrans trimmed %}\n  a\n  b\n{% endblocktrans %}", "{% blocktrans trimmed %} a b {% endblocktrans %}"),
    ],
)
def test_layout_is_left_out(laid_out, served):
    assert close(laid_out) == served
    assert reading(laid_out.replace("{%", "[").replace("%}", "]")) == reading(
        served.replace("{%", "[").replace("%}", "]")
    )


@pytest.fixture
def house(tmp_path, settings):
    """Templates in a folder, read as those of the house are."""
    engine = Engine(dirs=[tmp_path], loaders=["exchange.loading.Loader"], builtins=["django.templatetags.i18n"])

    def read(name, text):
        (tmp_path / name).write_text(text)
        return engine.get_template(name).source

    return read


def test_a_page_is_read_without_its_layout(house):
    assert house("page.html", "<p>\n  a\n</p>\n") == "<p>a</p>"


def test_text_is_read_as_it_is(house):
    assert house("mail.txt", "Hello,\n\n  you\n") == "Hello,\n\n  you\n"
    field = "<p>\n  <textarea\n    {{ a }}\n  >\n{% now 'Y' %}\n\n</textarea>\n</p>"
    assert house("field.html", field) == "<p><textarea {{ a }}>\n{% now 'Y' %}\n\n</textarea></p>"


def test_who_looks_for_a_fault_sees_the_lines_of_the_file(house, settings):
    settings.DEBUG = True
    assert house("page.html", "<p>\n  a\n</p>\n") == "<p>\n  a\n</p>\n"


def test_it_reads_the_pages_of_the_house_and_not_those_of_libraries():
    assert "\n" not in get_template("base.html").template.source
    assert "\n" in get_template("admin/base.html").template.source
    assert settings.TEMPLATES[1]["NAME"] == "mail"
    assert "loaders" not in settings.TEMPLATES[1]["OPTIONS"]
