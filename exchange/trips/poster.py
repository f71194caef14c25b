"""The poster of a call, for a wall where people read who read no mail: one sheet of A4, whatever stands on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.documents import pdf, qr
from exchange.documents.fitting import SANS, SERIF, lines, width
from exchange.fields import Said
from exchange.trips.contact import Contact, contact_of
from exchange.trips.models import Trip
from exchange.words import day, moment, period

# Pixels at 96 to the inch, as in the style sheet beside the template.
#: The width of the page between its margins, of the central question, and of the two columns below the line.
ROOM, QUESTION, LEFT, RIGHT, GO = 689, 516, 404, 245, 471
#: From the line above the headline to where the code below begins.
HEIGHT = 754
#: The headline is at most so large and so high, the address at most so large; nothing is smaller than 9 points.
LARGEST, HIGHEST, ADDRESS, SMALLEST = 136, 254, 43, 12
#: Lines that a browser breaks otherwise than the sum of advances says.
SPARE = 0.985
#: From full size downwards, in hundredths; a voice is heard at a size that can be read from afar, or not at all.
STEPS, WITH_VOICE = range(100, 48, -2), 76


class Voice(NamedTuple):
    """What somebody said who went before, the language it was said in, and by whom: a role, never a name."""

    text: str
    lang: str
    by: str


class Fact(NamedTuple):
    """A line of the column of facts."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Poster:
    """Everything that stands on a poster, in the language of the moment."""

    when: str
    kicker: str
    headline: str
    question: str
    heading: str
    text: str
    facts: tuple[Fact, ...]
    address: str
    ask: str
    contact: Contact
    voice: Voice | None = None


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large each of it is, in whole pixels."""

    kicker: int
    headline: int
    question: int
    heading: int
    text: int
    own: int
    by: int
    fact: int
    label: int
    address: int
    ask: int


def printed(trip: Trip, now: datetime, *, language: str, voice: Voice | None = None) -> bytes:
    """The PDF; the same facts give the same bytes, and are drawn once."""
    with translation.override(language):
        return pdf.kept("trips/documents/poster.html", page(trip, now, voice), language=language)


def page(trip: Trip, now: datetime, voice: Voice | None = None) -> dict[str, Any]:
    """What the template shows."""
    said = poster(trip, now, voice)
    address = settings.BASE_URL + trip.get_absolute_url()
    fits, heard = fitted(said)
    return {
        "trip": trip,
        "poster": said,
        "sizes": fits,
        "voice": said.voice if heard else None,
        "name": whole(trip.city or trip.title),
        "qr": qr.svg(address, title=address, size=200),
    }


def poster(trip: Trip, now: datetime, voice: Voice | None = None) -> Poster:
    """What stands on it."""
    contact = contact_of(trip)
    when = _("study trip, %(when)s") % {"when": period(trip.departs_on, trip.returns_on)}
    helps = _("Questions? %(name)s helps you apply.") % {"name": contact.name}
    address = urlsplit(settings.BASE_URL).netloc + trip.get_absolute_url()
    return Poster(
        when=when,
        kicker=f"{trip.title} · {when}" if trip.city else capfirst(when),
        headline=_("Come along to %(city)s?") % {"city": trip.city} if trip.city else str(trip.title),
        question=str(trip.question),
        heading=_("You need not be a teacher."),
        text=_("Caretaker, front desk, security, care or class: you see what somebody else does not see.")
        + " "
        + _("What you want to learn counts, not how well you write."),
        facts=tuple(facts(trip, now)),
        address=address.removesuffix("/"),
        ask=helps if contact.name else _("Questions, or help with applying?"),
        contact=contact,
        voice=voice,
    )


def facts(trip: Trip, now: datetime) -> Iterator[Fact]:
    """What somebody in front of it wants to know."""
    if now < trip.opens_at:
        yield Fact(_("Apply from"), moment(trip.opens_at))
    yield Fact(_("Apply until"), moment(trip.closes_at))
    if trip.letters_on:
        yield Fact(_("You hear on"), day(trip.letters_on))
    if trip.costs:
        yield Fact(_("Costs"), trip.costs)
    places = ngettext("%(places)s place", "%(places)s places", trip.places) % {"places": trip.places}
    most = _("at most %(most)s per school") % {"most": trip.max_per_school}
    yield Fact(_("Places"), f"{places}, {most}")


def whole(name: Said) -> SafeString:
    """A name of which no word is broken, marked with its language."""
    words = format_html_join(" ", '<span class="whole">{}</span>', ((word,) for word in name.split()))
    return format_html('<span lang="{}">{}</span>', name.lang, words)


# --- what fits ------------------------------------------------------------------------------------


def fitted(said: Poster) -> tuple[Sizes, bool]:
    """The largest sizes at which all of it fits, and whether the voice is heard: without it nothing else is lost."""
    tries = [(step, True) for step in STEPS if said.voice and step >= WITH_VOICE]
    for step, heard in (*tries, *((step, False) for step in STEPS)):
        room = HEIGHT - top(said, step)
        larger = [each for each in STEPS if each >= step]
        beside = [each for each in larger if left(said, each, heard) <= room]
        facts_at = [each for each in larger if right(said, each) <= room]
        if beside and facts_at:
            return sizes(said, step, beside[0], facts_at[0]), heard
    return sizes(said, step, step, step), False


def sizes(said: Poster, step: int, beside: int, facts_at: int) -> Sizes:
    """The sizes at hundredths of the full ones: above the line, of the column beside the facts, and of the facts."""
    return Sizes(
        kicker=kicker_size(said),
        headline=headline_size(said.headline, step),
        question=at(30, step),
        heading=at(28, beside),
        text=at(18, beside),
        own=at(25, beside),
        by=at(14, beside),
        fact=at(16, facts_at),
        label=at(14, facts_at),
        address=address_size(said.address),
        ask=16 if ask_lines(said, 16) <= 3 else SMALLEST,
    )


def at(full: int, step: int) -> int:
    """A size at a hundredth of its full one."""
    return max(SMALLEST, full * step // 100)


def kicker_size(said: Poster) -> int:
    return 21 if lines(said.kicker, 21, ROOM * SPARE, weight=700) == 1 else 16


def headline_size(text: str, step: int) -> int:
    """As large as its longest word and its height allow: no word is ever broken."""
    for size in range(LARGEST * step // 100, SMALLEST, -1):
        widest = max(width(word, size, weight=800, tracking=-0.05) for word in text.split())
        if widest <= ROOM * SPARE and headline_height(text, size) <= HIGHEST * step / 100:
            return size
    return SMALLEST


def headline_height(text: str, size: int) -> float:
    return lines(text, size, ROOM * SPARE, weight=800, tracking=-0.05) * size * 0.93


def address_size(text: str) -> int:
    """So that what somebody types stands on one line."""
    allowed = range(ADDRESS, SMALLEST, -1)
    return next((size for size in allowed if width(text, size, weight=800, tracking=-0.04) <= GO * SPARE), SMALLEST)


def ask_lines(said: Poster, size: int) -> int:
    return lines(said.ask, size, GO * SPARE) + lines(said.contact.email, size, GO * SPARE, weight=700)


# As the style sheet spaces it.


def top(said: Poster, step: int) -> float:
    """The height of what stands above the columns: trip, headline, question and the line."""
    trip, question = kicker_size(said), at(30, step)
    kicker = lines(said.kicker, trip, ROOM * SPARE, weight=700) * trip * 1.3 + 12
    headline = headline_height(said.headline, headline_size(said.headline, step)) + 22
    asked = max(1, lines(said.question, question, QUESTION * SPARE, weight=500)) * question * 1.16
    return kicker + headline + asked + 34 + 34


def left(said: Poster, step: int, heard: bool) -> float:
    """The height of the column that says for whom it is, with the voice if it is heard."""
    rows = [(said.heading, at(28, step), 700, SANS, 1.12, 10), (said.text, at(18, step), 400, SANS, 1.4, 0)]
    if heard and said.voice:
        own, by = f"‘{said.voice.text}’", said.voice.by
        rows += [(own, at(25, step), 400, SERIF, 1.24, 18), (by, at(14, step), 400, SANS, 1.4, 6)]
    return sum(
        lines(text, size, LEFT * SPARE, weight=weight, family=family) * size * high + space
        for text, size, weight, family, high, space in rows
    )


def right(said: Poster, step: int) -> float:
    """The height of the facts."""
    label, fact = at(14, step), at(16, step)
    return sum(
        lines(one.label, label, RIGHT * SPARE) * label * 1.35
        + lines(one.text, fact, RIGHT * SPARE, weight=700) * fact * 1.35
        + 20
        for one in said.facts
    )
