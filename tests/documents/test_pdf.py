"""PDFs: nothing is fetched or attached, every page is tagged, titled and in a language."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest

from exchange.documents import pdf

PIXEL = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

#: SECURITY.md §0.3: every way known to make a renderer ask for an address. `{}` is where the address goes.
PAYLOADS = {
    "img": '<img src="{}" alt="x">',
    "picture": '<picture><source srcset="{}"><img src="{}" alt="x"></picture>',
    "css background": '<p style="background:url({})">x</p>',
    "css import": '<style>@import "{}";</style>',
    "css import url": "<style>@import url({});</style>",
    "stylesheet link": '<link rel="stylesheet" href="{}">',
    "font-face": "<style>@font-face{{font-family:z;src:url({})}}p{{font-family:z}}</style><p>x</p>",
    "generated content": "<style>p::before{{content:url({})}}</style><p>x</p>",
    "list marker": "<style>li{{list-style-image:url({})}}</style><ul><li>x</li></ul>",
    "object": '<object data="{}" type="image/png">x</object>',
    "embed": '<embed src="{}" type="image/png">',
    "iframe": '<iframe src="{}"></iframe>',
    "inline svg image": '<svg><title>x</title><image href="{}" width="9" height="9"/></svg>',
    "inline svg use": '<svg><title>x</title><use href="{}#x"/></svg>',
    "inline svg style": "<svg><title>x</title><style>@import url({});</style><rect width='9' height='9'/></svg>",
    "svg in a data address": (
        "<img alt='x' src=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E"
        "%3Cimage href='{}' width='9' height='9'/%3E%3C/svg%3E\">"
    ),
    "attached link": '<link rel="attachment" href="{}">',
    "attached anchor": '<a rel="attachment" href="{}">x</a>',
    "base": '<base href="{}"><img src="picture.png" alt="x">',
}


class Listener:
    """A web server that counts who comes."""

    def __init__(self) -> None:
        hits = self.hits = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hits.append(self.path)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/secret"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.server.shutdown()
    listening.server.server_close()


def page(body: str, head: str = "<title>A page</title>", lang: str = ' lang="en"') -> str:
    return f"<!doctype html><html{lang}><head>{head}</head><body>{body}</body></html>"


def attachments(content: bytes) -> list[str]:
    with pikepdf.open(BytesIO(content)) as document:
        found = list(document.attachments)
        for leaf in document.pages:
            found += [str(note) for note in leaf.get("/Annots", []) if note.get("/Subtype") == "/FileAttachment"]
    return found


def text_of(content: bytes) -> str:
    return "\n".join(leaf.extract_text() for leaf in pypdf.PdfReader(BytesIO(content)).pages)


@pytest.mark.parametrize("name", PAYLOADS)
def test_no_address_is_ever_asked_for(name: str, listener: Listener) -> None:
    content = pdf.printed(page(PAYLOADS[name].replace("{{", "{").replace("}}", "}").replace("{}", listener.address)))

    assert listener.hits == []
    assert attachments(content) == []


def test_the_listener_would_have_noticed(listener: Listener) -> None:
    """The library's own fetcher does come: without this the test above could pass for the wrong reason."""
    weasyprint = pdf.library()
    weasyprint.HTML(string=page(PAYLOADS["img"].replace("{}", listener.address))).write_pdf()

    assert listener.hits == ["/secret"]


@pytest.mark.parametrize("name", ["attached link", "attached anchor", "img", "object"])
@pytest.mark.parametrize("form", ["{}", "FILE{}", "//localhost{}"])
def test_no_file_of_this_machine_gets_in(name: str, form: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("only for this machine", encoding="utf-8")
    address = secret.as_uri() if form == "{}" else form.format(secret.as_uri().removeprefix("file"))

    content = pdf.printed(page(PAYLOADS[name].replace("{}", address)))

    assert attachments(content) == []
    assert b"only for this machine" not in content
    assert "only for this machine" not in text_of(content)


@pytest.mark.parametrize(
    "markup", ['<a rel="attachment" href="{}">x</a>', '<link rel="ATTACHMENT stylesheet" href="{}">']
)
def test_not_even_a_data_address_is_attached(markup: str) -> None:
    assert attachments(pdf.printed(page(markup.format("data:text/plain,hello")))) == []


def test_a_data_picture_is_printed() -> None:
    with pikepdf.open(BytesIO(pdf.printed(page(f'<img src="{PIXEL}" alt="a dot">')))) as document:
        assert [
            thing
            for thing in document.objects
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image"
        ]


@pytest.mark.parametrize(
    "name", ["../../settings.py", "fonts/../../../manage.py", "documents/base.css?x", "nothing.css"]
)
def test_only_the_bundled_names_are_assets(name: str) -> None:
    with pytest.raises(ValueError, match="fetch nothing"):
        pdf.fetcher().fetch(f"bundled:{name}")


def test_bundled_fonts_are_embedded() -> None:
    head = '<title>A page</title><link rel="stylesheet" href="bundled:documents/base.css">'
    content = pdf.printed(page('<p>Words</p><p class="own">Łukasz</p><h1>Şahin</h1>', head))

    with pikepdf.open(BytesIO(content)) as document:
        fonts = {str(thing.BaseFont).split("+")[1] for thing in document.objects
                 if isinstance(thing, pikepdf.Dictionary) and "/BaseFont" in thing}  # fmt: skip
    assert {"Schibsted-Grotesk", "Newsreader", "Newsreader-Ext", "Schibsted-Grotesk-Ext-Bold"} <= fonts


def test_text_in_other_scripts_is_readable() -> None:
    head = '<title>A page</title><link rel="stylesheet" href="bundled:documents/base.css">'
    words = "Ελληνικά Кириллица"

    assert words in text_of(pdf.printed(page(f'<p class="own">{words}</p>', head)))


@pytest.mark.parametrize(
    ("head", "lang"),
    [
        ("", ' lang="en"'),
        ("<title> </title>", ' lang="en"'),
        ("<title>A</title>", ""),
        ("<title>A</title>", ' lang=" "'),
    ],
)
def test_a_page_without_language_or_title_is_refused(head: str, lang: str) -> None:
    with pytest.raises(ValueError, match="needs"):
        pdf.printed(page("x", head, lang))


def test_an_endless_text_is_refused() -> None:
    with pytest.raises(pdf.TooLong):
        pdf.printed(page("word " * (pdf.LONGEST // 5)))


def test_language_title_and_tags() -> None:
    head = '<title>Een reis</title><meta name="author" content="Samira el Idrissi"><meta name="Generator" content="Me">'
    with pikepdf.open(BytesIO(pdf.printed(page("<h1>Hoi</h1>", head, ' lang="nl"')))) as document:
        assert str(document.Root.Lang) == "nl"
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert str(document.docinfo["/Title"]) == "Een reis"
        assert set(document.docinfo.keys()) == {"/Title", "/Producer"}
        with document.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"
            assert "Samira" not in str(about)


def test_the_same_page_gives_the_same_bytes() -> None:
    assert pdf.printed(page("<p>once</p>")) == pdf.printed(page("<p>once</p>"))


@pytest.mark.parametrize(("language", "words"), [("nl", "Toon als tabel"), ("en", "Show as table")])
def test_render_speaks_the_language_and_escapes(language: str, words: str, settings, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '{% extends "documents/base.html" %}{% block title %}{{ name }}{% endblock %}'
        '{% block content %}<p>{% trans "Show as table" %} {{ name }}</p>{% endblock %}',
        encoding="utf-8",
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]

    content = pdf.render("page.html", {"name": "<b>Bo</b> & co"}, language=language)

    assert f"{words} <b>Bo</b> & co" in text_of(content)
    assert settings.ALLIANCE_NAME in text_of(content)
    with pikepdf.open(BytesIO(content)) as document:
        assert str(document.Root.Lang) == language
        assert str(document.docinfo["/Title"]) == "<b>Bo</b> & co"


def test_a_missing_library_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    honest = builtins.__import__

    def without_pango(name: str, *args: object, **named: object) -> object:
        if name == "weasyprint":
            raise OSError("cannot load library 'libgobject-2.0-0'")
        return honest(name, *args, **named)

    monkeypatch.setattr(builtins, "__import__", without_pango)
    with pytest.raises(pdf.LibraryMissing, match="apt-get install libpango-1.0-0"):
        pdf.library()
    assert pdf.complaints() == [
        "PDFs need Pango, which is not installed. On Debian or Ubuntu: apt-get install "
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    ]


def test_a_slow_subsetter_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.text import ffi

    assert pdf.complaints() == []
    monkeypatch.setattr(ffi, "harfbuzz_subset", None)
    assert pdf.complaints() == [
        "Without HarfBuzz' subsetter a PDF takes fifteen times as long: apt-get install libharfbuzz-subset0"
    ]


def test_threads_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pango's font map is shared and not made for two threads, so no two may draw at once."""
    html = pdf.library().HTML
    write, busy, most = html.write_pdf, [], []

    def slowly(self: object, *args: object, **named: object) -> bytes:
        busy.append(self)
        most.append(len(busy))
        time.sleep(0.02)
        try:
            return write(self, *args, **named)
        finally:
            busy.remove(self)

    monkeypatch.setattr(html, "write_pdf", slowly)
    pages = [page(f"<p>page {number}</p>") for number in range(5)]
    with ThreadPoolExecutor(5) as pool:
        together = list(pool.map(pdf.printed, pages))

    assert most == [1, 1, 1, 1, 1]
    assert together == [pdf.printed(each) for each in pages]


class Arrivals:
    """A lock that counts who comes to it; opened, it lets everybody through at once."""

    def __init__(self, lock: Any) -> None:
        self.lock, self.came = lock, threading.Semaphore(0)

    def __enter__(self) -> None:
        self.came.release()
        if self.lock:
            self.lock.acquire()

    def __exit__(self, *_args: object) -> None:
        if self.lock:
            self.lock.release()


@pytest.mark.parametrize(("lock", "drawn"), [(threading.Lock(), 1), (None, 4)], ids=["locked", "without the lock"])
def test_what_many_ask_for_at_once_is_drawn_once(lock, drawn, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the lock of the house; and what comes of it without one."""
    arrivals, everybody, pages = Arrivals(lock), threading.Event(), []

    def pressed(markup: str) -> bytes:
        pages.append(markup)
        assert everybody.wait(20)
        return b"%PDF-1.7"

    monkeypatch.setattr(pdf, "_KEEPING", arrivals)
    monkeypatch.setattr(pdf, "pressed", pressed)
    monkeypatch.setattr(pdf, "written", lambda *_args: "<p>the same</p>")
    with ThreadPoolExecutor(4) as readers:
        asked = [readers.submit(pdf.kept, "a.html", {}, language="nl") for _ in range(4)]
        for _ in asked:
            assert arrivals.came.acquire(timeout=20)
        everybody.set()
    assert [one.result() for one in asked] == [b"%PDF-1.7"] * 4
    assert len(pages) == drawn
    assert pdf.kept("a.html", {}, language="nl") == b"%PDF-1.7"
    assert len(pages) == drawn
