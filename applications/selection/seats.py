"""Who holds a place on a trip now: open unexpired offers and active participations, in all and per school."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.db.models import OuterRef, Subquery, UUIDField

from applications.models import Offer, Submission
from exchange import clock
from exchange.trips.models import Participation, Trip
from exchange.trips.moving import last_moment


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
    """The trip's number of working days later at the end of the office day, but before the day of departure."""
    last = last_moment(trip, now, trip.reply_days)
    return last if last > now else datetime.combine(clock.day_of(now), time(23, 59), tzinfo=clock.HOME)
