"""The few tags and filters every template may use. All moments are Dutch ones unless a zone is given."""

import json
import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange import carry_on as parking
from exchange import clock

register = template.Library()


class TokenNode(CsrfTokenNode):
    """Django's token, and whose page this is: what is parked goes back to that account only (exchange.carry_on)."""

    def render(self, context: Context) -> str:
        token, reader = super().render(context), getattr(context.get("request"), "user", None)
        mark = parking.mark(reader) if token and reader else ""
        field = format_html('<input type="hidden" name="{}" value="{}">', parking.AUTHOR, mark) if mark else ""
        return token + field


@register.tag
def csrf_token(parser: template.base.Parser, token: template.base.Token) -> TokenNode:
    """In the place of Django's, in every template: no form can forget it."""
    return TokenNode()


ICONS: dict[str, tuple[str, ...]] = {
    "arrow": ("M3 10h13M11 5l5 5-5 5",),
    "back": ("M17 10H4M9 5l-5 5 5 5",),
    "tick": ("M3.500 10.500l4.300 4.300L16.500 6",),
    "alert": ("M10 2.500l8 14H2z", "M10 8v4M10 14.300v.2"),
    "info": ("M2.500 10a7.500 7.500 0 1 0 15 0a7.500 7.500 0 1 0-15 0", "M10 9v5M10 6v.3"),
    "menu": ("M3 6h14M3 14h14",),
    "plus": ("M10 4v12M4 10h12",),
    "minus": ("M4 10h12",),
    "down": ("M4 7l6 6 6-6",),
    "up-arrow": ("M10 16V4M6 8l4-4 4 4",),
    "down-arrow": ("M10 4v12M6 12l4 4 4-4",),
    "offline": ("M6 15.500a4 4 0 0 1-.5-7.950A5 5 0 0 1 15 8a3.800 3.800 0 0 1-.5 7.500", "M3 3l14 14"),
    "lock": ("M4.500 9h11v8h-11z", "M7 9V6.500a3 3 0 0 1 6 0V9"),
    "hidden": (
        "M3 3l14 14M8 5.300A8 8 0 0 1 18 10a9 9 0 0 1-2.300 3",
        "M5.500 6.500A9 9 0 0 0 2 10c1.500 3 4.500 5 8 5a8 8 0 0 0 2.500-.4",
    ),
    "download": ("M10 3v10M6 9l4 4 4-4M3 17h14",),
    "mail": ("M2.500 5h15v10.500h-15z", "M2.500 5.500l7.500 6 7.500-6"),
    "calendar": ("M3 4.500h14v12.500H3z", "M3 8.500h14M7 2.500v4M13 2.500v4"),
    "phone": ("M6.500 2.500h7v15h-7z", "M9 15h2"),
    "search": ("M3.500 9a5.500 5.500 0 1 0 11 0a5.500 5.500 0 1 0-11 0", "M13 13l4.500 4.500"),
    "copy": ("M7 7h10v10H7z", "M13 7V3H3v10h4"),
    "print": ("M5.500 7V3h9v4M5.500 14H3V7h14v7h-2.500M5.500 11.500h9V17h-9z",),
}
#: The five shapes of a status, and the bar for "not".
SHAPES = {
    "ok": '<circle class="f" cx="8" cy="8" r="7.5"/><path class="c" d="M4.5 8.300l2.400 2.400 4.600-4.900"/>',
    "now": '<circle cx="8" cy="8" r="6.5"/><circle class="f" cx="8" cy="8" r="3"/>',
    "wait": '<circle cx="8" cy="8" r="6.5"/><path class="f" d="M8 1.500a6.500 6.500 0 0 1 0 13z"/>',
    "off": '<circle cx="8" cy="8" r="6.5" stroke-dasharray="2.600 2.500"/>',
    "bar": '<circle cx="8" cy="8" r="6.5"/><path d="M4.500 8h7"/>',
    "err": '<path class="f" d="M8 .8l7.600 14.200H.4z"/><path class="c" d="M8 6v4M8 12v.6"/>',
}


# --- words ----------------------------------------------------------------------------------------


@register.simple_tag
def said(text: Any) -> str:
    """Print a text by the team; when it had to fall back to the other language, with its lang attribute."""
    lang = getattr(text, "lang", "")
    if lang and not (translation.get_language() or "").startswith(lang):
        return format_html('<span lang="{}">{}</span>', lang, text)
    return text


#: Zero-width space: unseen by people, the end of an address to a mail program.
BREAK = "\u200b"
ADDRESS = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_]{2})")


@register.filter
def plain(text: Any) -> str:
    """What somebody typed, safe inside a mail: one line, nothing invisible, nothing a mail program makes a link of."""
    seen = "".join(
        char if unicodedata.category(char)[0] != "C" and char not in "\u2028\u2029" else " " for char in str(text or "")
    )
    line = " ".join(seen.split())
    return ADDRESS.sub(f".{BREAK}", line.replace("://", f":{BREAK}//"))


#: What a browser calls itself, the most particular first: most pretend to be another one too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("SamsungBrowser", "Samsung"),
)
BROWSERS += (("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"))
SYSTEMS += (("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))


@register.filter
def device(agent: Any) -> str:
    """Firefox, Windows: a browser and its device as people call them; else the beginning of what it says itself."""
    named = [next((name for mark, name in kinds if mark in str(agent)), "") for kinds in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in named if name) or str(agent)[:60]


# --- figures --------------------------------------------------------------------------------------


@register.filter
def number(value: Any, decimals: int | None = None) -> str:
    """A figure with separators: 1.234,5 or 1,234.5; "–" when there is none."""
    if value is None or value == "":
        return "–"
    if decimals is None and not isinstance(value, int):
        value = Decimal(str(value)).normalize()
        decimals = max(0, -int(value.as_tuple().exponent))
    return number_format(value, decimals, use_l10n=True, force_grouping=True).replace("-", "−")


@register.filter
def money(value: Any) -> str:
    """Euros, with cents only when there are any."""
    if value is None or value == "":
        return "–"
    amount = Decimal(str(value))
    figure = number(abs(amount), 0 if amount == amount.to_integral_value() else 2)
    sign = "−" if amount < 0 else ""
    return f"{sign}€{figure}" if translation.get_language() == "en" else f"{sign}€\u00a0{figure}"


@register.filter
def level(value: Any) -> str:
    """A goal level with a true minus: −2, −1, 0, +1, +2; "–" when not known."""
    if value is None or value == "":
        return "–"
    figure = int(value)
    return f"+{figure}" if figure > 0 else f"−{-figure}" if figure < 0 else "0"


# --- days and moments -----------------------------------------------------------------------------


def home_date(value: date | datetime, zone: ZoneInfo = clock.HOME) -> date:
    """The date of a day or a moment."""
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def zone_of(zone: Any) -> ZoneInfo:
    """A zone by its name, a trip's zone, or the Dutch one."""
    if isinstance(zone, ZoneInfo):
        return zone
    return ZoneInfo(str(zone)) if zone else clock.HOME


@register.filter
def day(value: Any, zone: Any = None) -> str:
    """dinsdag 13 april 2027, Tuesday 13 April 2027."""
    return date_format(home_date(value, zone_of(zone)), "l j F Y") if value else "–"


@register.filter
def day_short(value: Any, zone: Any = None) -> str:
    """di 13 april, Tue 13 April."""
    return date_format(home_date(value, zone_of(zone)), "D j F") if value else "–"


@register.filter
def day_month(value: Any, zone: Any = None) -> str:
    """13 april, 13 April."""
    return date_format(home_date(value, zone_of(zone)), "j F") if value else "–"


@register.filter
def period(first: Any, last: Any = None) -> str:
    """13–16 april 2027, 30 maart – 2 april 2027, 30 december 2026 – 2 januari 2027."""
    if not first:
        return "–"
    first, last = home_date(first), home_date(last or first)
    if first == last:
        return date_format(first, "j F Y")
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{date_format(last, 'j F Y')}"
    start = date_format(first, "j F" if first.year == last.year else "j F Y")
    return f"{start} – {date_format(last, 'j F Y')}"


@register.filter
def clock_time(value: Any, zone: Any = None) -> str:
    """17.00 uur, 17:00."""
    if value is None or value == "":
        return "–"
    there = value.astimezone(zone_of(zone)) if isinstance(value, datetime) else value
    return hours(there)


def hours(there: datetime | time) -> str:
    """The time of day as this language writes it."""
    if translation.get_language() == "en":
        return f"{there.hour:02}:{there.minute:02}"
    return f"{there.hour:02}.{there.minute:02} uur"


@register.filter
def moment(value: Any, zone: Any = None) -> str:
    """vrijdag 29 januari 2027, 17.00 uur (Nederlandse tijd); with a zone of its own: (plaatselijke tijd)."""
    if not value:
        return "–"
    place = zone_of(zone)
    there = value.astimezone(place)
    whose = _("Dutch time") if place.key == clock.HOME.key else _("local time")
    return f"{date_format(there.date(), 'l j F Y')}, {hours(there)} ({whose})"


@register.filter
def moment_short(value: Any, zone: Any = None) -> str:
    """29 januari, 17.00 uur."""
    if not value:
        return "–"
    there = value.astimezone(zone_of(zone))
    return f"{date_format(there.date(), 'j F')}, {hours(there)}"


@register.filter
def days_until(target: Any, now: datetime | None = None) -> str:
    """nog 12 dagen, in 12 days; also today, tomorrow, yesterday and days ago."""
    if not target:
        return "–"
    days = (home_date(target) - home_date(now or clock.now())).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if days in near:
        return near[days]
    if days > 0:
        return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}
    return ngettext("%(days)s day ago", "%(days)s days ago", -days) % {"days": -days}


@register.simple_tag
def countdown(target: datetime, now: datetime | None = None) -> str:
    """How long until a moment: in days; in its last two days the page counts hours, minutes and seconds.

    It is told the server's time, in milliseconds since 1970: devices are often wrong.
    """
    now = now or clock.now()
    return format_html(
        '<span data-until="{}" data-server-now="{}" data-hours="{}" data-minutes="{}" data-over="{}">{}</span>',
        round(target.timestamp() * 1000),
        round(now.timestamp() * 1000),
        _("# hours and ## minutes left"),
        _("# minutes and ## seconds left"),
        _("the call has closed"),
        days_until(target, now),
    )


@register.filter
def duration(days: int) -> str:
    """28 dagen, 3 jaar: a number of days in the largest unit that fits."""
    years = days // 365
    if years and days - years * 365 <= years:  # leap days
        return ngettext("%(years)s year", "%(years)s years", years) % {"years": years}
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


@register.filter
def is_past(target: Any, now: datetime | None = None) -> bool:
    """Whether a day lies before today."""
    return bool(target) and home_date(target) < home_date(now or clock.now())


# --- parts of a page ------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str) -> str:
    """A line drawing beside words; never alone."""
    paths = format_html_join("", '<path d="{}"/>', ((path,) for path in ICONS[name]))
    return format_html('<svg class="i" viewBox="0 0 20 20" aria-hidden="true">{}</svg>', paths)


@register.simple_tag
def badge(shape: str, label: Any) -> str:
    """A status: a shape and a word."""
    drawing = SafeString(SHAPES[shape])  # our own constant, no user text
    return format_html(
        '<span class="st st-{}"><svg viewBox="0 0 16 16" aria-hidden="true">{}</svg><span>{}</span></span>',
        shape,
        drawing,
        label,
    )


@register.simple_tag
def status(life: Any, obj: Any) -> str:
    """The state an object is in, by its life cycle."""
    state = life.state(obj)
    return badge(state.shape, state.label)


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The colours the reader chose on this device; without a choice the system decides."""
    request = context.get("request")
    chosen = "dark" if context.get("dark") else request.COOKIES.get("theme", "") if request else ""
    return format_html(' data-bs-theme="{}"', chosen) if chosen in ("light", "dark") else ""


def link_to(request: Any, name: str, args: tuple[Any, ...], label: Any, exact: bool = False) -> dict[str, Any] | None:
    """A link for a menu, marked when the reader is there; None when the house has no such address."""
    try:
        url = reverse(name, args=args)
    except NoReverseMatch:
        return None
    path = request.path if request else ""
    here = path == url
    return {
        "url": url,
        "label": label,
        "on": here or (not exact and path.startswith(url)),
        "current": "page" if here else "true",
    }


@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, label: Any, exact: bool = False) -> str:
    """A link in a menu."""
    link = link_to(context.get("request"), name, (), label, exact)
    if not link:
        return ""
    if link["on"]:
        return format_html('<a href="{url}" class="on" aria-current="{current}">{label}</a>', **link)
    return format_html('<a href="{url}">{label}</a>', **link)


@register.simple_tag(takes_context=True)
def include_section(context: Context, section: Any, name: str) -> str:
    """A part of the home page, in its own template with its own context (and the page's)."""
    with context.push(section=section, **section.context):
        return context.template.engine.get_template(name).render(context)


@register.filter
def anchor(field: Any) -> str:
    """Where a link to a form field must lead: its control, or the first of its choices."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


@register.filter
def attr(value: Any, name: str) -> Any:
    """`{{ row|attr:"name" }}`: an entry of a dict or an attribute whose name is known only here."""
    if isinstance(value, dict):
        return value.get(name)
    return getattr(value, name, None)


@register.filter
def as_linked_data(facts: Any) -> SafeString:
    """A block of data for search engines; nothing in it can end the block."""
    text = json.dumps(facts, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 -- signs that end it are gone
