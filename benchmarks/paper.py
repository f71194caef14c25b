"""Certificates beside the bare library on the same page: what it takes to write it, to draw it, to read it back."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import weasyprint  # noqa: TID251 -- the floor is the library itself
from django.template.loader import render_to_string
from django.utils import translation
from pypdf import PdfReader

from benchmarks.units import Measured, measured
from evaluations.certificates import documents
from evaluations.certificates.models import Certificate
from exchange.documents import pdf
from exchange.trips.models import Trip

TEMPLATE = "certificates/documents/certificate.html"


def steps(trip: Trip) -> Iterator[tuple[str, Measured, str]]:
    """Each step with what a certificate takes, and where it must stand."""
    certificates = list(Certificate.objects.filter(participation__trip=trip))
    pages = [page(one) for one in certificates]
    drawn = [pdf.printed(one) for one in pages[:10]]

    def each(do: Callable[[Any], Any], things: list[Any]) -> Measured:
        """Of other certificates every time, as in a pile."""
        waiting = [*things]
        do(things[0])
        return measured(lambda: do(waiting.append(waiting.pop(0)) or waiting[-1]))

    yield "the page of a certificate", each(page, certificates), "at most 25 units"
    floor = each(bare_library(), pages)
    yield "bare WeasyPrint on that page", floor, "the floor"
    yield "bare WeasyPrint, tagged as ours", each(bare_library(pdf_variant="pdf/ua-1", pdf_tags=True), pages), ""
    here = each(pdf.printed, pages)
    yield "drawn in this process", here, at_most(here, floor, 0.9)
    pressed = each(lambda one: documents.printed(one, "both"), certificates)
    yield "page and press, the press counted", pressed, ""
    back = each(lambda one: PdfReader(BytesIO(one)).pages[0].extract_text(), drawn)
    yield "read back", back, "met: less than drawing" if back.here <= here.here else "missed: more than drawing"


def at_most(one: Measured, floor: Measured, share: float) -> str:
    """Whether as many a second as this share of the floor."""
    reached = floor.units / one.units
    return f"{'met' if reached >= share else 'missed'}: {reached:.0%} of the floor, the bar is {share:.0%}"


def page(certificate: Certificate) -> str:
    """The HTML that is drawn."""
    with translation.override("nl"):
        given = {"paper": True, "language": "nl", "alliance": "Alliantie De Zeven"}
        return render_to_string(TEMPLATE, given | documents.page(certificate, "both"))


def bare_library(**options: Any) -> Callable[[str], bytes]:
    """The library at its best: fonts and style sheets read once, no checks of ours."""
    fonts = weasyprint.text.fonts.FontConfiguration()
    sheets: dict[str, Any] = {}

    def sheet(address: str) -> Any:
        if address not in sheets:
            text = pdf.bundled()[address].read_text(encoding="utf-8")
            given = {"base_url": pdf.SCHEME, "url_fetcher": pdf.fetcher(), "font_config": fonts}
            sheets[address] = weasyprint.CSS(string=text, **given)
        return sheets[address]

    def draw(markup: str) -> bytes:
        html = weasyprint.HTML(string=markup, url_fetcher=pdf.fetcher(), base_url=pdf.SCHEME)
        found = [sheet(address) for address in pdf.disarm(html)]
        return html.write_pdf(stylesheets=found, font_config=fonts, **options)

    return draw
