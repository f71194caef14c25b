"""Who holds a place on a trip now: open unexpired offers and active participations, in all and per school."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery, UUIDField

from applications.models import Offer, Submission
from exchange import clock
from exchange.trips.models import Participation, Trip

#: Offers are answered by the end of an office day.
CLOSING = time(17)
SATURDAY = 5


@dataclass
class Seats:
    """Places taken, how many of them by each school (by the copies on submission and participation), and by whom."""

    places: int
    most: int
    schools: Counter = field(default_factory=Counter)
    #: The status of everybody's participation, those who gave theirs back included.
    people: dict[Any, str] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        return sum(self.schools.values())

    @property
    def free(self) -> int:
        return max(0, self.places - self.taken)

    def room_for(self, school: Any) -> bool:
        """Whether one more of this school keeps the maximum per school."""
        return self.schools[school] < self.most

    def take(self, school: Any) -> None:
        self.schools[school] += 1


def seats_of(trip: Trip, now: datetime | None = None) -> Seats:
    """The places of a trip as they are taken; two queries."""
    seats = Seats(trip.places, trip.max_per_school)
    # Offers before participations: whoever confirms between the two statements is counted twice, never not at all.
    last = Submission.objects.filter(application=OuterRef("application")).order_by("-number")
    offered = Offer.objects.open(now).filter(application__trip=trip).order_by()
    held = offered.annotate(school=Subquery(last.values("institution")[:1], output_field=UUIDField()))
    seats.schools.update(held.values_list("school", flat=True))
    for user, status, institution in Participation.objects.filter(trip=trip).values_list(
        "user", "status", "institution"
    ):
        seats.people[user] = status
        if status == "active":
            seats.schools[institution] += 1
    return seats


def reply_by(trip: Trip, now: datetime) -> datetime:
    """The trip's number of working days later at 17:00 Dutch time, but before the day of departure."""
    day = clock.day_of(now)
    for _step in range(trip.reply_days):
        day = next_working_day(day)
    eve = trip.departs_on - timedelta(days=1)
    last = datetime.combine(min(day, max(eve, clock.day_of(now))), CLOSING, tzinfo=clock.HOME)
    # On the eve of departure after office hours an offer still stands until midnight.
    return last if last > now else datetime.combine(last.date(), time(23, 59), tzinfo=clock.HOME)


def next_working_day(day: date) -> date:
    """The next day that is no Saturday or Sunday."""
    day += timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day
