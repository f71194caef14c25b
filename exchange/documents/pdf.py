"""The only door to PDF: a template goes in, tagged pages come out.

Nothing a document names is ever fetched. What it may use is bundled with the program and asked for by name:
`bundled:fonts/<file>` and `bundled:<folder>/documents/<file>.css`.
"""

import atexit
import threading
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from exchange.documents.press import Press, Spoiled
from exchange.verdicts import CONFLICT, Refused, no

if TYPE_CHECKING:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

#: Two million characters keep a processor busy for a minute; the longest report has a tenth of this.
LONGEST = 600_000
SCHEME = "bundled:"
TYPES = {".css": "text/css", ".woff2": "font/woff2"}
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class LibraryMissing(RuntimeError):
    """A system library that PDFs need is not on this machine; the text says which package brings it."""


class TooLong(Refused):
    """The document is longer than a page renderer should be given: a sentence for whoever asked."""

    def __init__(self, why: str) -> None:
        super().__init__(no(_("This is too long to make a PDF of. Read it on its page instead."), CONFLICT))
        self.why = why


def render(template: str, context: dict[str, Any], *, language: str) -> bytes:
    """The PDF of `template`, in `language`. Raises ValueError when the page has no language or no title."""
    return pressed(written(template, context, language))


def kept(template: str, context: dict[str, Any], *, language: str) -> bytes:
    """As `render`, drawn once for as long as it says the same: for papers that anybody may ask for, often."""
    markup = written(template, context, language)
    papers, key = caches["papers"], sha256(markup.encode()).hexdigest()
    if not (found := papers.get(key)):
        # Whoever asks for the same meanwhile waits for this one.
        with _KEEPING:
            if not (found := papers.get(key)):
                papers.set(key, found := pressed(markup))
    return found


def written(template: str, context: dict[str, Any], language: str) -> str:
    """The whole HTML page that is to be drawn."""
    with translation.override(language):
        given = {"paper": True, "language": language, "alliance": settings.ALLIANCE_NAME, **context}
        return render_to_string(template, given)


def pressed(markup: str) -> bytes:
    """The PDF of a whole HTML page, drawn in a process with limits. Raises TooLong when it would not end."""
    try:
        return _PRESS(markup)
    except Spoiled as error:
        raise TooLong(str(error)) from error


def printed(markup: str) -> bytes:
    """The PDF of a whole HTML page; the same page gives the same bytes."""
    if len(markup) > LONGEST:
        raise TooLong(f"A document of {len(markup)} characters is longer than the {LONGEST} that are printed.")
    weasyprint = library()
    # Pango's font map is shared for speed and is not made for several threads.
    with _LOCK:
        page = weasyprint.HTML(string=markup, url_fetcher=fetcher(), base_url=SCHEME)
        demand_language_and_title(page)
        return page.write_pdf(
            stylesheets=[stylesheet(name) for name in disarm(page)],
            font_config=fonts(),
            pdf_variant="pdf/ua-1",
            pdf_tags=True,
        )


_LOCK = threading.Lock()
_KEEPING = threading.Lock()
_PRESS = Press(printed)


def library() -> Any:
    """WeasyPrint, imported late: it takes two seconds and needs Pango, which the pages of the site do not."""
    try:
        import weasyprint  # noqa: PLC0415 -- slow import
    except OSError as error:
        raise LibraryMissing(
            f"PDFs need Pango, which is not installed. On Debian or Ubuntu: apt-get install {PACKAGES}"
        ) from error
    return weasyprint


def complaints() -> list[str]:
    """What is missing for PDFs, a sentence each; for the system check and the set-up."""
    try:
        library()
    except LibraryMissing as error:
        return [str(error)]
    from weasyprint.text import ffi  # noqa: PLC0415 -- slow import

    if getattr(ffi, "harfbuzz_subset", None) is None:
        return ["Without HarfBuzz' subsetter a PDF takes fifteen times as long: apt-get install libharfbuzz-subset0"]
    return []


@cache
def bundled() -> dict[str, Path]:
    """Every asset a document may use, by its full address."""
    fonts_ = {f"fonts/{path.name}": path for path in (settings.ROOT / "static/fonts/pdf").glob("*.woff2")}
    templates = settings.ROOT / "templates"
    sheets = {path.relative_to(templates).as_posix(): path for path in templates.glob("**/documents/*.css")}
    return {SCHEME + name: path for name, path in (fonts_ | sheets).items()}


@cache
def fetcher() -> "URLFetcher":
    """The one fetcher: bundled assets and `data:`, and nothing else whatever the page asks for."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 -- slow import

    class DenyAll(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            if path := bundled().get(url):
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": TYPES[path.suffix]})
            if not url.lower().startswith("data:"):
                raise ValueError("Documents fetch nothing.")
            return super().fetch(url, headers)

    return DenyAll(allowed_protocols=("data",), allow_redirects=False)


@cache
def fonts() -> "FontConfiguration":
    """The fonts, read once per process."""
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- slow import

    # Left to the interpreter's last breath, WeasyPrint can no longer remove the fonts it unpacked.
    atexit.register(fonts.cache_clear)
    return FontConfiguration()


@cache
def stylesheet(address: str) -> "CSS":
    """A bundled style sheet, parsed once per process."""
    text = bundled()[address].read_text(encoding="utf-8")
    return library().CSS(string=text, base_url=SCHEME, url_fetcher=fetcher(), font_config=fonts())


def demand_language_and_title(page: "HTML") -> None:
    """Screen readers announce both, so a document without them is a mistake of ours."""
    root = page.etree_element
    title = root.find("head/title")
    if not root.get("lang", "").strip():
        raise ValueError("A document needs <html lang>.")
    if title is None or not (title.text or "").strip():
        raise ValueError("A document needs a <title>.")


def disarm(page: "HTML") -> list[str]:
    """Take out what would attach a file or name an author; return the style sheets the page asked for."""
    wanted = []
    for element in page.etree_element.iter():
        if not isinstance(element.tag, str):
            continue
        relations = element.get("rel", "").lower().split()
        if "stylesheet" in relations and element.get("href") in bundled():
            wanted.append(element.get("href"))
            del element.attrib["rel"]
        elif "attachment" in relations:
            del element.attrib["rel"]
        if element.tag == "meta" and element.get("name", "").strip().lower() in {"author", "generator"}:
            del element.attrib["name"]
    return wanted
