"""On which days somebody can answer: not in a weekend, not on a public holiday, not while the schools are closed."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from dateutil.easter import easter
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.trips.models import SchoolHoliday
from exchange.words import day, day_short

Text = str | Promise
SATURDAY, SUNDAY = 5, 6
DAY = timedelta(days=1)
#: So far ahead the holidays of the schools are read; nobody is asked for an answer beyond it.
AHEAD = timedelta(days=366)


def public_holidays(year: int) -> dict[date, Text]:
    """The days on which the Netherlands is closed, with their names; 5 May as often as the alliance keeps it."""
    return _public_holidays(year, settings.LIBERATION_DAY_EVERY)


@lru_cache(maxsize=50)
def _public_holidays(year: int, liberation_day_every: int) -> dict[date, Text]:
    sunday = easter(year)
    kings_day = date(year, 4, 27)
    found: dict[date, Text] = {
        date(year, 1, 1): _("New Year's Day"),
        sunday: _("Easter Sunday"),
        sunday + DAY: _("Easter Monday"),
        # On a Sunday it is kept the day before.
        kings_day - DAY if kings_day.weekday() == SUNDAY else kings_day: _("King's Day"),
        sunday + 39 * DAY: _("Ascension Day"),
        sunday + 49 * DAY: _("Whit Sunday"),
        sunday + 50 * DAY: _("Whit Monday"),
        date(year, 12, 25): _("Christmas Day"),
        date(year, 12, 26): _("the second day of Christmas"),
    }
    if liberation_day_every and year % liberation_day_every == 0:
        found.setdefault(date(year, 5, 5), _("Liberation Day"))
    return found


def is_closed(on: date, holidays: Iterable[SchoolHoliday]) -> bool:
    """Whether nobody answers on a day, by the calendar or by these holidays."""
    if on.weekday() >= SATURDAY or on in public_holidays(on.year):
        return True
    return any(holiday.starts_on <= on <= holiday.ends_on for holiday in holidays)


def working_days(first: date) -> Iterator[date]:
    """From a day on, itself included, the days on which somebody can answer. One query."""
    holidays = list(SchoolHoliday.objects.between(first, first + AHEAD))
    on = first
    while True:
        if not is_closed(on, holidays if on <= first + AHEAD else ()):
            yield on
        on += DAY


def last_working_day(after: date, until: date) -> date | None:
    """The last one after a day up to and including another; None when there is none."""
    holidays = list(SchoolHoliday.objects.between(after + DAY, until))
    on = until
    while on > after and is_closed(on, holidays):
        on -= DAY
    return on if on > after else None


def to_answer_by(moment: datetime) -> datetime:
    """The same time, Dutch clock, on that day or the first working day after it."""
    there = moment.astimezone(clock.HOME)
    on = next(working_days(there.date()))
    return datetime.combine(on, there.time(), tzinfo=clock.HOME)


def unusual(days: Iterable[tuple[Text, date]], spans: Iterable[tuple[Text, date, date]] = ()) -> Iterator[str]:
    """What to know of days on which people meet or answer, and of times in which they are away; as sentences."""
    days, spans = list(days), list(spans)
    for label, on in days:
        facts = {"what": str(label).capitalize(), "day": day(on)}
        if name := public_holidays(on.year).get(on):
            yield _("%(what)s: %(day)s is %(holiday)s.") % {**facts, "holiday": name}
        elif on.weekday() >= SATURDAY:
            yield _("%(what)s: %(day)s is in a weekend.") % facts
    alone = [(label, on, on) for label, on in days if not any(begin <= on <= end for _label, begin, end in spans)]
    asked = [*spans, *alone]
    if not asked:
        return
    first, last = min(begin for _label, begin, _end in asked), max(end for _label, _begin, end in asked)
    holidays = list(SchoolHoliday.objects.between(first, last))
    for label, begin, end in asked:
        for holiday in (one for one in holidays if one.starts_on <= end and one.ends_on >= begin):
            yield _("%(what)s: in the school holiday %(holiday)s (%(from)s to %(until)s).") % {
                "what": str(label).capitalize(),
                "holiday": holiday.name,
                "from": day_short(holiday.starts_on),
                "until": day_short(holiday.ends_on),
            }
