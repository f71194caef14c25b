"""Who is next: what people owe a trip, one kind after the other, and the mail that reminds exactly those who owe it.

Each wing declares its kinds (`owing` in its offers); home, overview and the reminder ask the same rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, RowNumber
from django.utils.functional import Promise

from exchange import clock, wings
from exchange.outbox.lifecycle import CANCELLED
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.some import Some
from exchange.trips.models import Trip
from exchange.words import home_date

Text = str | Promise
#: Nobody is reminded of the same thing twice within this time, by whomever.
PAUSE = timedelta(days=2)
#: So many are named of those who owe something.
NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Owing:
    """A kind of thing that people owe trips. `rows` has one row for each person who owes it now.

    Paths from a row: `trip` to the trip's id, `name` to whom it concerns, `address` to where mail goes, `wants` to
    whether reminders are wanted ("" where nobody can say no). `since` and `due`: a path too, or asked of the trip.
    """

    key: str
    group: Text
    text: Text
    mail: str
    open: Callable[[Trip, datetime], bool]
    rows: Callable[[Sequence[Trip], datetime], QuerySet]
    letters: Callable[[Sequence[Any], datetime], list[OutboxMessage]]
    url: Callable[[Trip], str]
    trip: str = "trip"
    name: str = "printed_name"
    address: str = "user__email"
    wants: str = "user__reminders"
    since: str | Callable[[Trip, datetime], Any] = ""
    due: str | Callable[[Trip, datetime], Any] = ""
    #: Mails of before this moment were about something else: yesterday's evening, say.
    mails_from: Callable[[Trip, datetime], datetime] | None = None
    #: What the letters read of a row.
    fetch: tuple[str, ...] = ("user", "trip")
    #: Only for the lead: companions don't see who applied.
    for_lead: bool = False
    #: Called with the rows that were mailed.
    mailed: Callable[[Sequence[Any]], object] | None = None

    def asked(self, trips: Sequence[Trip], now: datetime) -> QuerySet:
        """The rows, each with `turn_mailed`: when that person was last mailed about it."""
        sent = OutboxMessage.objects.filter(trip=OuterRef(self.trip), kind=self.mail, to=OuterRef(self.address))
        if self.mails_from:
            begun = [When(**{self.trip: trip.pk}, then=Value(self.mails_from(trip, now))) for trip in trips]
            rows = self.rows(trips, now).annotate(turn_from=Case(*begun, output_field=DateTimeField()))
            sent = sent.filter(queued_at__gte=OuterRef("turn_from"))
        else:
            rows = self.rows(trips, now)
        last = sent.exclude(status=CANCELLED).order_by("-queued_at").values("queued_at")[:1]
        return rows.order_by().annotate(turn_mailed=Subquery(last))

    def free(self, now: datetime) -> Q:
        """Whom a reminder may reach now."""
        rested = Q(turn_mailed__isnull=True) | Q(turn_mailed__lte=now - PAUSE)
        return rested & Q(**{self.wants: True}) if self.wants else rested


@dataclass(frozen=True, slots=True)
class Turn:
    """What some people owe one trip. `free`: how many of them a reminder reaches now; `mailed` and
    `first_mailed`: when the last and the first of them were mailed.
    """

    owing: Owing
    trip: Trip
    people: Some
    free: int
    mailed: datetime | None
    first_mailed: datetime | None
    since: date | datetime | None
    due: date | datetime | None
    late: bool

    @property
    def n(self) -> int:
        return self.people.total

    @property
    def url(self) -> str:
        return self.owing.url(self.trip)

    @property
    def again_from(self) -> datetime | None:
        """From when on somebody can be reminded again, when nobody can now."""
        return self.first_mailed + PAUSE if self.first_mailed and not self.free else None


@dataclass(slots=True)
class Group:
    """The turns of one sort of people."""

    label: Text
    turns: list[Turn] = field(default_factory=list)


def all_kinds() -> list[Owing]:
    """Everything that people owe, wing by wing."""
    return list(wings.each(lambda wing: wing.owing.values()))


def kinds(user: User, trip: Trip) -> list[Owing]:
    """What this reader sees owed on a trip."""
    leads = trip.pk in user.leads or user.is_administrator
    return [one for one in all_kinds() if leads or not one.for_lead]


def turns_of(trips: Sequence[Trip], user: User, now: datetime) -> dict[Any, list[Group]]:
    """By trip, who is next; one statement, however many trips and kinds there are."""
    running = [trip for trip in trips if trip.published_at and not (trip.cancelled_at or trip.closed_at)]
    seen = {trip.pk: {one.key for one in kinds(user, trip)} for trip in running}
    open_on = {
        owing.key: [trip for trip in running if owing.key in seen[trip.pk] and owing.open(trip, now)]
        for owing in all_kinds()
    }
    asked = [_first(owing, open_on[owing.key], now) for owing in all_kinds() if open_on[owing.key]]
    if not asked:
        return {}
    rows = asked[0].union(*asked[1:], all=True) if asked[1:] else asked[0]
    people: dict[tuple[str, Any], list[Any]] = {}
    for row in sorted(rows, key=lambda row: row.turn_place):
        people.setdefault((row.turn_key, row.turn_trip), []).append(row)
    found: dict[Any, list[Turn]] = {}
    for owing in all_kinds():
        for trip in open_on[owing.key]:
            if here := people.get((owing.key, trip.pk)):
                found.setdefault(trip.pk, []).append(_turn(owing, trip, here, now))
    return {pk: _grouped(turns) for pk, turns in found.items()}


#: What is read of a person who owes something, and of all who owe it to the same trip.
ROW = "turn_key turn_trip turn_name turn_n turn_free turn_last turn_first turn_since turn_due turn_place".split()


def _first(owing: Owing, trips: Sequence[Trip], now: datetime) -> QuerySet:
    """The first people of each trip, with the numbers beside them; the database counts."""
    whole: dict[str, Any] = {"partition_by": [F(owing.trip)]}
    dates = {
        f"turn_{name}": Window(Min(path), output_field=DateTimeField(), **whole)
        if isinstance(path, str) and path
        else Cast(Value(None), DateTimeField())
        for name, path in (("since", owing.since), ("due", owing.due))
    }
    rows = owing.asked(trips, now).annotate(
        turn_key=Value(owing.key, output_field=CharField()),
        turn_trip=F(owing.trip),
        turn_name=Cast(owing.name, CharField()),
        turn_n=Window(Count("pk"), **whole),
        turn_free=Window(Count("pk", filter=owing.free(now)), **whole),
        turn_last=Window(Max("turn_mailed"), **whole),
        turn_first=Window(Min("turn_mailed"), **whole),
        turn_place=Window(RowNumber(), order_by=[F(owing.name), F("pk")], **whole),
        **dates,
    )
    return rows.filter(turn_place__lte=NAMED).values_list(*ROW, named=True)


def _turn(owing: Owing, trip: Trip, rows: list[Any], now: datetime) -> Turn:
    """What the rows of one trip say together."""
    one = rows[0]
    since = one.turn_since if isinstance(owing.since, str) else owing.since(trip, now)
    due = one.turn_due if isinstance(owing.due, str) else owing.due(trip, now)
    late = bool(due) and (due < now if isinstance(due, datetime) else due < clock.day_of(now))
    people = Some([row.turn_name for row in rows], one.turn_n - len(rows))
    return Turn(owing, trip, people, one.turn_free, one.turn_last, one.turn_first, since, due, late)


def _grouped(turns: list[Turn]) -> list[Group]:
    groups: dict[str, Group] = {}
    for turn in sorted(turns, key=lambda one: str(home_date(one.due)) if one.due else "9999"):
        groups.setdefault(str(turn.owing.group), Group(turn.owing.group)).turns.append(turn)
    return list(groups.values())


# --- the daily reminders -------------------------------------------------------------------------------

PRESSED = "turn:"


def pressed(key: str, now: datetime) -> str:
    """The key of a mail that somebody had sent by hand; `key` is the one of the daily reminder of the same thing."""
    return f"{PRESSED}{key}:{now:%Y%m%dT%H%M%S%f}"


def rested(messages: Sequence[OutboxMessage], now: datetime) -> list[OutboxMessage]:
    """Daily reminders without those of whom somebody pressed the button for the same thing lately."""
    lately = OutboxMessage.objects.filter(key__startswith=PRESSED, queued_at__gt=now - PAUSE)
    keys = lately.filter(trip__in={one.trip for one in messages}).values_list("key", flat=True)
    known = {key.removeprefix(PRESSED).rpartition(":")[0] for key in keys}
    return [one for one in messages if one.key not in known]
