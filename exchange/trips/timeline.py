"""The red thread of a trip as steps: what happened, where it is now, what is still to come. One component draws it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from exchange import clock
from exchange.people.models import User
from exchange.trips.lifecycle import ORDER, Phase, phase
from exchange.trips.models import MeetingKind, Trip

DONE, NOW, NEXT = "done", "now", "next"


@dataclass(frozen=True, slots=True)
class Step:
    """A phase on the line: `state` is done, now or next; `note` says when."""

    label: str | Promise
    state: str
    note: str = ""


def steps(trip: Trip, now: datetime, *, planning: bool = False) -> list[Step]:
    """The phases of a trip in order. Planning is shown only when asked for; a cancelled trip has nothing to come."""
    at = phase(trip, now)
    if at is Phase.CANCELLED:
        return []
    order = [step for step in ORDER if planning or step is not Phase.PLANNING]
    here = order.index(at) if at in order else -1
    said = notes(trip, now)
    found = []
    for number, step in enumerate(order):
        done = number < here or at is Phase.CLOSED
        state = DONE if done else NOW if number == here else NEXT
        found.append(Step(step.label, state, said.get(step, "")))
    return found


def notes(trip: Trip, now: datetime) -> dict[Phase, str]:
    """What to say under each phase: its dates, as far as they are known."""
    said = {Phase.FOLLOW_UP: _("a year at your own school")}
    if trip.closes_at:
        closes = clock.day_of(trip.closes_at)
        ahead = trip.opens_at and now < trip.opens_at
        said[Phase.CALL] = (
            span(clock.day_of(trip.opens_at), closes) if ahead else _("until %(day)s") % {"day": short(closes)}
        )
    if trip.published_at:
        said[Phase.SELECTION] = _("letters on %(day)s") % {"day": short(clock.day_of(trip.published_at))}
    elif trip.letters_on and trip.letters_on >= clock.day_of(now):
        said[Phase.SELECTION] = _("letters on %(day)s") % {"day": short(trip.letters_on)}
    if days := sorted(m.on for m in trip.meetings.all() if m.kind == MeetingKind.PREPARATION):
        said[Phase.PREPARATION] = listed([short(on) for on in days])
    if trip.departs_on and trip.returns_on:
        said[Phase.TRAVELLING] = span(trip.departs_on, trip.returns_on)
    if trip.return_meeting_on:
        said[Phase.RETURN] = short(trip.return_meeting_on)
    if trip.follow_up_on:
        said[Phase.CLOSED] = _("follow-up day %(day)s") % {"day": date_format(trip.follow_up_on, "j F Y")}
    return said


def short(on: date) -> str:
    """A day without its year."""
    return date_format(on, "j F")


def span(first: date, last: date) -> str:
    """13–16 April, or 30 March – 2 April."""
    if first == last:
        return short(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{short(last)}"
    return f"{short(first)} – {short(last)}"


def listed(words: list[str]) -> str:
    """One, two and three."""
    if len(words) < 2:
        return "".join(words)
    return _("%(most)s and %(last)s") % {"most": ", ".join(words[:-1]), "last": words[-1]}


def countdown(trip: Trip, user: User, now: datetime) -> tuple[str, str]:
    """The headline of somebody who travels, and above it where to."""
    facts = {"name": user.get_short_name(), "city": trip.city or trip.country}
    kicker = " · ".join(part for part in (str(trip.title), str(trip.city)) if part)
    today = clock.day_of(now, trip.zone)
    left = (trip.departs_on - today).days
    if left > 1:
        return _("You leave in %(days)s days, %(name)s.") % {**facts, "days": left}, kicker
    if left == 1:
        return _("You leave tomorrow, %(name)s.") % facts, kicker
    if today > trip.returns_on:
        return _("Hello %(name)s.") % facts, kicker
    day = {"number": 1 - left, "days": len(trip.days)}
    return _("Day %(number)s of %(days)s in %(city)s, %(name)s.") % {**facts, **day}, kicker
