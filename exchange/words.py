"""How days, moments, figures and typed text are written: one way for pages, mails, tables, permissions and documents.

All moments are Dutch ones unless a zone is given.
"""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange import clock

#: Zero-width space: unseen by people, the end of an address to a mail program.
BREAK = "\u200b"
ADDRESS = re.compile(r"(?<=[^\W_])\.(?=[^\W\d_]{2})")


def one_line(text: Any) -> str:
    """What somebody wrote, as one line with nothing invisible in it."""
    seen = "".join(
        char if unicodedata.category(char)[0] != "C" and char not in "\u2028\u2029" else " " for char in str(text or "")
    )
    return " ".join(seen.split())


def straight(text: str) -> str:
    """One line that is read in the order in which it was written: nothing in it turns what follows around."""
    kept = (char for char in text if char.isspace() or not (unicodedata.category(char) == "Cc" or turns(char)))
    return " ".join("".join(kept).split())


def turns(char: str) -> bool:
    """Whether this sign is unseen and sets the direction of what comes after it."""
    return unicodedata.bidirectional(char) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def plain(text: Any) -> str:
    """What somebody typed, safe inside a mail: one line, and nothing that a mail program makes a link of."""
    return ADDRESS.sub(f".{BREAK}", one_line(text).replace("://", f":{BREAK}//"))


#: What a browser calls itself, the most particular first: most pretend to be another one too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("SamsungBrowser", "Samsung"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device(agent: Any) -> str:
    """Firefox, Windows: a browser and its device as people call them; else the beginning of what it says itself."""
    named = [next((name for mark, name in kinds if mark in str(agent)), "") for kinds in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in named if name) or str(agent)[:60]


def one_or_more(value: Any) -> int:
    """1 for exactly one, else 2: a figure with decimals, as the choice between one and many takes it."""
    return 1 if value == 1 else 2


def number(value: Any, decimals: int | None = None) -> str:
    """A figure with separators: 1.234,5 or 1,234.5; "–" when there is none."""
    if value is None or value == "":
        return "–"
    if decimals is None and not isinstance(value, int):
        value = Decimal(str(value)).normalize()
        decimals = max(0, -int(value.as_tuple().exponent))
    return number_format(value, decimals, use_l10n=True, force_grouping=True).replace("-", "−")


def money(value: Any) -> str:
    """Euros, with cents only when there are any."""
    if value is None or value == "":
        return "–"
    amount = Decimal(str(value))
    figure = number(abs(amount), 0 if amount == amount.to_integral_value() else 2)
    sign = "−" if amount < 0 else ""
    return f"{sign}€{figure}" if translation.get_language() == "en" else f"{sign}€\u00a0{figure}"


def level(value: Any) -> str:
    """A goal level with a true minus: −2, −1, 0, +1, +2; "–" when not known."""
    if value is None or value == "":
        return "–"
    figure = int(value)
    return f"+{figure}" if figure > 0 else f"−{-figure}" if figure < 0 else "0"


def home_date(value: date | datetime, zone: ZoneInfo = clock.HOME) -> date:
    """The date of a day or a moment."""
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def zone_of(zone: Any) -> ZoneInfo:
    """A zone by its name, a trip's zone, or the Dutch one."""
    if isinstance(zone, ZoneInfo):
        return zone
    return ZoneInfo(str(zone)) if zone else clock.HOME


def dated(on: date, form: str) -> str:
    """A date in the form named, in the reader's language."""
    return _dated(on, form, translation.get_language())


@lru_cache(maxsize=2000)
def _dated(on: date, form: str, language: str | None) -> str:
    """Lists write the same few days in each of their rows."""
    return date_format(on, form)


def day(value: Any, zone: Any = None) -> str:
    """dinsdag 13 april 2027, Tuesday 13 April 2027."""
    return dated(home_date(value, zone_of(zone)), "l j F Y") if value else "–"


def day_short(value: Any, zone: Any = None) -> str:
    """di 13 april, Tue 13 April."""
    return dated(home_date(value, zone_of(zone)), "D j F") if value else "–"


def day_month(value: Any, zone: Any = None) -> str:
    """13 april, 13 April."""
    return dated(home_date(value, zone_of(zone)), "j F") if value else "–"


def period(first: Any, last: Any = None) -> str:
    """13–16 april 2027, 30 maart – 2 april 2027, 30 december 2026 – 2 januari 2027."""
    if not first:
        return "–"
    first, last = home_date(first), home_date(last or first)
    if first == last:
        return dated(first, "j F Y")
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{dated(last, 'j F Y')}"
    start = dated(first, "j F" if first.year == last.year else "j F Y")
    return f"{start} – {dated(last, 'j F Y')}"


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


def moment(value: Any, zone: Any = None) -> str:
    """vrijdag 29 januari 2027, 17.00 uur (Nederlandse tijd); with a zone of its own: (plaatselijke tijd)."""
    if not value:
        return "–"
    place = zone_of(zone)
    there = value.astimezone(place)
    whose = _("Dutch time") if place.key == clock.HOME.key else _("local time")
    return f"{dated(there.date(), 'l j F Y')}, {hours(there)} ({whose})"


def moment_short(value: Any, zone: Any = None) -> str:
    """29 januari, 17.00 uur."""
    if not value:
        return "–"
    there = value.astimezone(zone_of(zone))
    return f"{dated(there.date(), 'j F')}, {hours(there)}"


def milliseconds(value: datetime) -> int:
    """A moment as scripts count: in milliseconds since 1970."""
    return round(value.timestamp() * 1000)


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


def duration(days: int) -> str:
    """4 weken, 90 dagen, 3 jaar: a number of days in the largest unit that fits."""
    years = days // 365
    if years and days - years * 365 <= years:  # leap days
        return ngettext("%(years)s year", "%(years)s years", years) % {"years": years}
    weeks, rest = divmod(days, 7)
    if weeks and not rest:
        return ngettext("%(weeks)s week", "%(weeks)s weeks", weeks) % {"weeks": weeks}
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def lasting(time_: Decimal | int) -> str:
    """A number of hours, to the minute: 3 uur, 45 minuten, 2 uur en 30 minuten."""
    hours_, rest = divmod(round(time_ * 60), 60)
    whole = ngettext("%(n)s hour", "%(n)s hours", hours_) % {"n": number(hours_)}
    part = ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest}
    if not hours_:
        return part
    return _("%(most)s and %(last)s") % {"most": whole, "last": part} if rest else whole


def is_past(target: Any, now: datetime | None = None) -> bool:
    """Whether a day lies before today."""
    return bool(target) and home_date(target) < home_date(now or clock.now())


def dialled(phone: str) -> str:
    """A number as a telephone wants it in a link."""
    return "".join(letter for letter in phone if letter.isdigit() or letter == "+")
