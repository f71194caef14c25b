"""The only door to iCalendar: plain events go in, a feed that calendar programs subscribe to comes out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import icalendar

from exchange import clock
from exchange.documents.plain import clean

PRODUCT = "-//Exchange//Study trips//EN"
REFRESH = timedelta(hours=6)


class Status(StrEnum):
    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, kw_only=True)
class Event:
    """What stands in a calendar. `uid` never changes; `sequence` rises when the event moves or is cancelled.

    `starts` and `ends` are aware moments, or days; the last day is `ends` itself, as people say it. What has a moment
    and no end begins then, and nobody said when it is over.
    """

    uid: str
    summary: str
    starts: date | datetime
    ends: date | datetime | None
    sequence: int = 0
    description: str = ""
    location: str = ""
    url: str = ""
    status: Status = Status.CONFIRMED

    def __post_init__(self) -> None:
        timed = isinstance(self.starts, datetime)
        if any(one.tzinfo is None for one in self.moments):
            raise ValueError("An event needs aware moments.")
        if self.ends is None:
            if not timed:
                raise ValueError("An event of whole days has a last one.")
            return
        if timed is not isinstance(self.ends, datetime):
            raise ValueError("An event starts and ends with a moment, or with a day.")
        if self.ends < self.starts or (timed and self.ends == self.starts):
            raise ValueError("An event ends after it starts.")

    @property
    def moments(self) -> list[datetime]:
        """Start and end as far as they are moments."""
        return [one for one in (self.starts, self.ends) if isinstance(one, datetime)]


def feed(name: str, events: Iterable[Event], *, zone: ZoneInfo) -> bytes:
    """A calendar called `name`, its moments told in the time of `zone`."""
    listed = list(events)
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # Two names and two intervals: the standard's, and the older ones that most programs still read.
    for key in ("name", "x-wr-calname"):
        calendar.add(key, icalendar.vText(" ".join(clean(name).split())))
    calendar.add("x-wr-timezone", zone.key)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(REFRESH))
    if moments := [moment.astimezone(zone) for event in listed for moment in event.moments]:
        calendar.add_component(rules(zone, min(moments), max(moments)))
    for event in listed:
        calendar.add_component(entry(event, zone))
    return calendar.to_ical()


@dataclass(frozen=True)
class Change:
    """A moment at which the clocks of a zone change."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def summer(self) -> bool:
        """Forward is summer time, whatever a country calls it: Ireland's winter is on the books as the exception."""
        return self.after > self.before

    @property
    def local(self) -> datetime:
        """What the clocks said when they changed, which is how the standard wants it."""
        return (self.at + self.before).replace(tzinfo=None)

    @property
    def kind(self) -> tuple[timedelta, timedelta, str]:
        return self.before, self.after, self.name


def rules(zone: ZoneInfo, first: datetime, last: datetime) -> icalendar.Timezone:
    """The clock changes of `zone` around the events: programs that do not know its name can still convert.

    The library can make these itself, but puts the spring change an hour late.
    """
    start, end = datetime(first.year - 1, 1, 1, tzinfo=UTC), datetime(last.year + 1, 12, 31, tzinfo=UTC)
    kinds: dict[tuple[object, ...], list[Change]] = {}
    for change in changes(zone, start, end):
        kinds.setdefault(change.kind, []).append(change)
    told = icalendar.Timezone()
    told.add("tzid", zone.key)
    known = [recurrence(each) for each in kinds.values()]
    if not known or None in known:
        there = start.astimezone(zone)
        offset = there.utcoffset() or timedelta()
        opening = Change(start, offset, offset, there.tzname() or zone.key)
        told.add_component(observance([opening], None))
    for each, rule in zip(kinds.values(), known, strict=True):
        told.add_component(observance(each, rule))
    return told


def changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Change]:
    """Every clock change between two moments, to the minute."""
    day, minute = timedelta(days=1), timedelta(minutes=1)
    while start < end:
        low, high = start, start + day
        while told(zone, low) != told(zone, high) and high - low > minute:
            middle = low + (high - low) // 2
            low, high = (middle, high) if told(zone, middle) == told(zone, low) else (low, middle)
        if told(zone, low) != told(zone, high):
            at = high.replace(second=0, microsecond=0)
            name, after = told(zone, at)
            yield Change(at, told(zone, at - minute)[1], after, name)
        start += day


def told(zone: ZoneInfo, moment: datetime) -> tuple[str, timedelta]:
    """How the clocks of `zone` stand: the name of the time and how far from UTC."""
    there = moment.astimezone(zone)
    return there.tzname() or zone.key, there.utcoffset() or timedelta()


def recurrence(changes_: list[Change]) -> dict[str, object] | None:
    """The yearly rule that these changes follow, or None; some programs understand nothing but a rule."""
    locals_ = [change.local for change in changes_]
    if len({(each.month, each.weekday(), each.time()) for each in locals_}) > 1 or len(locals_) < 3:
        return None
    weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[locals_[0].weekday()]
    if all((each + timedelta(days=7)).month != each.month for each in locals_):
        place = -1
    elif len({(each.day - 1) // 7 for each in locals_}) == 1:
        place = (locals_[0].day - 1) // 7 + 1
    else:
        return None
    return {"freq": "yearly", "bymonth": locals_[0].month, "byday": f"{place}{weekday}"}


def observance(changes_: list[Change], rule: dict[str, object] | None) -> icalendar.Component:
    """One STANDARD or DAYLIGHT part: by a yearly rule, or else date by date."""
    first = changes_[0]
    part = icalendar.TimezoneDaylight() if first.summer else icalendar.TimezoneStandard()
    part.add("dtstart", first.local)
    part.add("tzname", first.name)
    part.add("tzoffsetfrom", first.before)
    part.add("tzoffsetto", first.after)
    if rule:
        part.add("rrule", rule)
    elif changes_[1:]:
        part.add("rdate", [change.local for change in changes_[1:]])
    return part


def exact(moment: datetime, zone: ZoneInfo) -> datetime:
    """`moment` as people there say it; in the hour that comes twice, where readers differ, in UTC."""
    there = moment.astimezone(zone)
    twice = there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()
    return moment.astimezone(UTC) if twice else there


def entry(event: Event, zone: ZoneInfo) -> icalendar.Event:
    """One VEVENT."""
    row = icalendar.Event()
    row.add("uid", event.uid)
    row.add("sequence", event.sequence)
    row.add("dtstamp", clock.now())
    row.add("summary", clean(event.summary))
    if event.moments:
        # An end must be later than the start (RFC 5545, 3.8.2.2): a moment has none, it is not one of no length.
        for key, moment in zip(("dtstart", "dtend"), event.moments, strict=False):
            row.add(key, exact(moment, zone))
    elif event.ends is not None:
        row.add("dtstart", event.starts)
        # The standard counts up to, people count up to and including.
        row.add("dtend", event.ends + timedelta(days=1))
        row.add("transp", "TRANSPARENT")
    row.add("status", str(event.status))
    for key, words in (("description", event.description), ("location", event.location)):
        if words:
            row.add(key, clean(words))
    if event.url:
        # An address is not escaped as text is: a line end in it would start a property of its own.
        row.add("url", clean(event.url, keep=""))
    return row
