"""Other days for a trip that people agreed to: what would move along, what stays and what stands in the way."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import islice, takewhile
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchange import clock, wings
from exchange.people.models import User
from exchange.some import Some, counted
from exchange.trips.checklist import a_year_after, out_of_order
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Meeting, MeetingKind, ProgrammeItem, Trip
from exchange.trips.working_days import unusual, working_days
from exchange.words import day, day_short, moment

Text = str | Promise
Dates = Mapping[str, Any]
DAYS = ("departs_on", "returns_on", "return_meeting_on", "follow_up_on")
DATES = (*DAYS, "endorse_by_at", "letters_on")
LABELS = {
    "departs_on": gettext_lazy("departure"),
    "returns_on": gettext_lazy("return"),
    "return_meeting_on": gettext_lazy("return meeting"),
    "follow_up_on": gettext_lazy("one-year follow-up day"),
    "endorse_by_at": gettext_lazy("managers answer by"),
    "letters_on": gettext_lazy("applicants hear on"),
}
#: One meeting each of these kinds at most; its date is the trip's.
DAY_OF = {MeetingKind.RETURN: "return_meeting_on", MeetingKind.FOLLOW_UP: "follow_up_on"}
#: So many are named of each group that hears of it.
NAMED = 20
OFFICE_CLOSES = time(17)


@dataclass(frozen=True, slots=True)
class Change:
    """A date as it was and as it becomes: a day, or a moment."""

    label: Text
    before: date | datetime | None
    after: date | datetime

    @property
    def words(self) -> tuple[str, str]:
        """Both in words, in the reader's language; the first is empty when there was none."""
        said = moment if isinstance(self.after, datetime) else day
        return said(self.before) if self.before else "", said(self.after)


@dataclass(frozen=True, slots=True)
class Along:
    """A meeting that moves along: when it was to start, and when it is then."""

    meeting: Meeting
    before: datetime
    starts_at: datetime
    ends_at: datetime | None

    @property
    def change(self) -> Change:
        return Change(self.meeting.get_kind_display(), self.before, self.starts_at)


@dataclass(frozen=True, slots=True)
class Told:
    """People who hear of it; `people` are the first of them. `signs`: they are asked to sign again."""

    text: Text
    people: Some
    signs: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A trip on other days. `before` and `after` have all DATES; nothing has been written yet."""

    trip: Trip
    before: Dates
    after: Dates
    meetings: list[Along] = field(default_factory=list)
    items: list[ProgrammeItem] = field(default_factory=list)
    stays: list[Text] = field(default_factory=list)
    problems: list[tuple[str, Text]] = field(default_factory=list)
    warnings: list[Text] = field(default_factory=list)

    @property
    def changed(self) -> list[str]:
        """The names of the dates that change."""
        return [name for name in DATES if self.before[name] != self.after[name]]

    @property
    def changes(self) -> list[Change]:
        """Everything that gets another date, for the team: what people keep free, and until when managers answer."""
        answers = [name for name in self.changed if name not in DAYS]
        return [*self.kept_free, *(Change(LABELS[name], self.before[name], self.after[name]) for name in answers)]

    @property
    def kept_free(self) -> list[Change]:
        """What changes for whoever goes along: days, and meetings with their hours; a day that is a meeting's once."""
        met = {DAY_OF.get(MeetingKind(one.meeting.kind)) for one in self.meetings}
        days = [name for name in self.changed if name in DAYS and name not in met]
        found = [Change(LABELS[name], self.before[name], self.after[name]) for name in days]
        return sorted([*found, *(one.change for one in self.meetings)], key=lambda one: str(one.after))

    @property
    def days_change(self) -> bool:
        """Whether anything changes that people put in their calendars and managers signed."""
        return any(name in DAYS for name in self.changed)

    @property
    def shift(self) -> timedelta:
        """How much later the trip departs."""
        return self.after["departs_on"] - self.before["departs_on"]

    @property
    def seen(self) -> str:
        """The mark of all that would be written: what somebody looked at is what is done, or nothing is."""
        moved = [[str(one.meeting.pk), one.meeting.sequence, str(one.before)] for one in self.meetings]
        items = sorted([str(item.pk), item.sequence] for item in self.items)
        dates = [[str(self.before[name]), str(self.after[name])] for name in DATES]
        return sha256(json.dumps([dates, moved, items]).encode()).hexdigest()


def following(trip: Trip, given: Dates) -> dict[str, Any]:
    """All dates of a trip when these are given: what is left open keeps its distance to what it follows from."""
    said = {name: value for name, value in given.items() if value}
    departs = said.get("departs_on", trip.departs_on)
    returns = said.get("returns_on", departs + (trip.returns_on - trip.departs_on))
    met = said.get("return_meeting_on", returns + (trip.return_meeting_on - trip.returns_on))
    # A year stays a year: whatever a leap day makes of it, and however many days somebody chose before or after it.
    beside_the_year = trip.follow_up_on - a_year_after(trip.returns_on)
    return {
        "departs_on": departs,
        "returns_on": returns,
        "return_meeting_on": met,
        "follow_up_on": said.get("follow_up_on", a_year_after(returns) + beside_the_year),
        "endorse_by_at": said.get("endorse_by_at", trip.endorse_by_at),
        "letters_on": said.get("letters_on", trip.letters_on),
    }


def move_of(trip: Trip, given: Dates) -> Move:
    """What would follow from these dates; reads only. Those not given, or empty, follow from the others."""
    move = Move(trip, {name: getattr(trip, name) for name in DATES}, following(trip, given))
    move.problems.extend(_problems(move))
    for meeting in trip.meetings.all():
        meeting.trip = trip
        _meeting(move, meeting)
    if move.shift or "returns_on" in move.changed:
        here = list(trip.programme.on_its_days())
        move.items.extend(here if move.shift else ())
        _outside(move, here)
    move.warnings.extend(_warnings(move))
    return move


def last_moment(trip: Trip, now: datetime, days: int | None = None) -> datetime:
    """Until when something can be answered: the end of so many working days from now, or of the last before departure.

    When none is left, the end of the eve as if it were one, then its midnight.
    """
    tomorrow, eve = clock.day_of(now) + timedelta(days=1), trip.departs_on - timedelta(days=1)
    left = takewhile(lambda on: on <= eve, working_days(tomorrow))
    *_others, last = (eve, *islice(left, days))
    closing = datetime.combine(last, OFFICE_CLOSES, tzinfo=clock.HOME)
    return closing if closing > now else datetime.combine(eve, time(23, 59), tzinfo=clock.HOME)


def on_day(meeting: Meeting, on: date) -> tuple[datetime, datetime | None]:
    """The same times of a meeting on another day; Dutch clock."""
    starts = meeting.starts_at.astimezone(clock.HOME)
    moved = datetime.combine(on, starts.time(), tzinfo=clock.HOME)
    return moved, meeting.ends_at and moved + (meeting.ends_at.astimezone(clock.HOME) - starts)


def _problems(move: Move) -> Iterator[tuple[str, Text]]:
    """What the trip does not allow, as (field, sentence)."""
    today = clock.today()
    plan = Trip(closes_at=move.trip.closes_at, **move.after)
    if move.trip.published_at:
        plan.letters_on = None  # they have heard
    yield from out_of_order(plan)
    for name in move.changed:
        before, after = move.before[name], move.after[name]
        if isinstance(after, datetime):
            if after <= clock.now():
                yield name, _("This moment has passed. Choose a later one.")
        elif name != "letters_on" and before <= today:
            yield name, _("This day has been.")
        elif after <= today:
            yield name, _("This day is not ahead any more. Choose a later one.")


def _meeting(move: Move, meeting: Meeting) -> None:
    """Whether a meeting moves along, stays, or stands in the way."""
    what = {"kind": meeting.get_kind_display(), "day": day_short(meeting.on)}
    own = DAY_OF.get(MeetingKind(meeting.kind))
    on = move.after[own] if own else meeting.on + move.shift
    if on == meeting.on:
        return
    if meeting.starts_at <= clock.now():
        move.stays.append(_("The %(kind)s of %(day)s has been held.") % what)
        return
    starts_at, ends_at = on_day(meeting, on)
    if starts_at > clock.now():
        move.meetings.append(Along(meeting, meeting.starts_at, starts_at, ends_at))
        return
    move.stays.append(_("The %(kind)s of %(day)s stays: at the same distance it would have been already.") % what)
    if meeting.on >= move.after["departs_on"]:
        text = _("The %(kind)s of %(day)s would come after the departure. Give it another day first.")
        move.problems.append(("departs_on", text % what))


def _outside(move: Move, items: list[ProgrammeItem]) -> None:
    """What the programme loses when the trip becomes shorter."""
    last = move.after["returns_on"]
    if over := sum(item.on + move.shift > last for item in items):
        text = ngettext(
            "%(n)s part of the programme would come after the return. Nobody sees it until you give it a day.",
            "%(n)s parts of the programme would come after the return. Nobody sees them until you give them a day.",
            over,
        )
        move.warnings.append(text % {"n": over})


def _warnings(move: Move) -> Iterator[Text]:
    """New days in a weekend or a holiday."""
    new = [(str(LABELS[name]), move.after[name]) for name in DAYS if name in move.changed]
    new += [(str(one.meeting.get_kind_display()), clock.day_of(one.starts_at)) for one in move.meetings]
    if "endorse_by_at" in move.changed:
        new.append((str(LABELS["endorse_by_at"]), clock.day_of(move.after["endorse_by_at"])))
    if "letters_on" in move.changed:
        new.append((str(LABELS["letters_on"]), move.after["letters_on"]))
    away = {"departs_on", "returns_on"} & set(move.changed)
    spans = [(_("the trip"), move.after["departs_on"], move.after["returns_on"])] if away else []
    yield from unusual(dict.fromkeys(new), spans)


def companions_of(trip: Trip, by: User) -> list[User]:
    """Lead and companions of a trip, each once; not whoever moves it."""
    rows = User.objects.filter(team_memberships__trip=trip, is_active=True).exclude(pk=by.pk)
    return list(rows.filter(team_memberships__role__in=(TeamRole.LEAD, TeamRole.COMPANION)).distinct().order_by("pk"))


def group(move: Move, by: User) -> Iterator[Told]:
    """Those who travel, and those who travel with them."""
    if not move.days_change:
        return
    going = counted(
        move.trip.participations.active().filter(user__is_active=True).order_by("printed_name", "pk"), NAMED
    )
    if going:
        text = ngettext("%(n)s traveller", "%(n)s travellers", going.total)
        yield Told(text % {"n": going.total}, going)
    if team := companions_of(move.trip, by):
        text = ngettext("%(n)s other person in the team", "%(n)s other people in the team", len(team))
        yield Told(text % {"n": len(team)}, Some(team, 0))


def told(move: Move, by: User) -> list[Told]:
    """Everybody who hears of it, as every wing knows them; who must sign again comes last."""
    found = [one for tells in wings.each(lambda wing: wing.told_of_move) for one in tells(move, by)]
    return sorted(found, key=lambda one: one.signs)
