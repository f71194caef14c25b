"""How a page addresses somebody who travels, and what the thread says under a phase."""

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from exchange import clock
from exchange.trips.lifecycle import Phase
from exchange.trips.models import MeetingKind, Trip


def countdown(trip: Trip, user: Any, now: datetime) -> tuple[str, str]:
    """The headline of somebody who travels, and above it where to."""
    facts = {"name": user.get_short_name(), "city": trip.city or trip.country}
    kicker = " · ".join(part for part in (str(trip.title), trip.city) if part)
    today = now.astimezone(trip.zone).date()
    left = (trip.departs_on - today).days
    if left > 1:
        return _("You leave in %(days)s days, %(name)s.") % {**facts, "days": left}, kicker
    if left == 1:
        return _("You leave tomorrow, %(name)s.") % facts, kicker
    if today > trip.returns_on:
        return _("Hello %(name)s.") % facts, kicker
    day = {"number": 1 - left, "days": len(trip.days)}
    return _("Day %(number)s of %(days)s in %(city)s, %(name)s.") % {**facts, **day}, kicker


def notes(trip: Trip) -> dict[str, str]:
    """What the thread says instead of its own words: the days of the preparation meetings."""
    days = [meeting.on for meeting in trip.meetings.all() if meeting.kind == MeetingKind.PREPARATION]
    words = [date_format(day, "j F") for day in sorted(days)]
    if not words:
        return {}
    said = words[0]
    if len(words) > 1:
        said = _("%(most)s and %(last)s") % {"most": ", ".join(words[:-1]), "last": words[-1]}
    return {Phase.PREPARATION.value: said}


def closes_in(trip: Trip, now: datetime) -> int:
    """Dutch days until the call closes: 0 is today."""
    return (trip.closes_at.astimezone(clock.HOME).date() - now.astimezone(clock.HOME).date()).days
