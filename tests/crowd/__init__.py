"""A crowd around one call, as unlike itself as a real one, in as many numbers as asked for; and trips beside it.

The one seed of what measures (benchmarks) and of what guards against growth (tests/consistency/test_growth.py). It is
poured in bulk, past the actions, and in parts: what is poured first is the same whatever comes after. Who reads moves
the clock to `world.MOMENTS["selection"]`, when the call of the crowd is being read; every row carries its own moment.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from applications.lines import mend
from exchange import clock
from exchange.people.lifecycle import Role
from exchange.people.models import Institution, User
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Trip
from tests import world
from tests.crowd import trips
from tests.crowd.call import SCHOOLS, Call


@dataclass
class Crowd:
    """Schools and a team, the trip to apply for, the one that travelled; and what was poured so far."""

    schools: list[Institution]
    lead: User
    #: Who leads the trips beside.
    veteran: User
    reviewers: list[User]
    trip: Trip
    travelled: Trip
    people: dict[str, User] = field(default_factory=dict)
    calls: dict[Any, Call] = field(default_factory=dict)

    def pour(self, size: int, into: Trip | None = None) -> None:
        """Applications for a trip until so many were sent, with everything that comes with them."""
        trip = into or self.trip
        call = self.calls.setdefault(trip.pk, Call(trip, self.schools, self.reviewers, self.lead, len(self.calls)))
        call.pour(size)
        self.settle(trip)

    def travel(self, size: int, on: Trip | None = None) -> None:
        """People who travelled, until there are so many, told to the end: letters, goals, evenings, levels."""
        trips.travel(on or self.travelled, self.schools, self.lead, size)
        self.settle(on or self.travelled)

    def beside(self, size: int) -> None:
        """Trips of the veteran in every phase until there are so many, each with a host; with published editions."""
        trips.beside(self.trip, self.travelled, self.veteran, size)
        self.settle(*Trip.objects.order_by("pk"))

    def host(self, size: int) -> None:
        """Hosts of the trip that is poured into, until there are so many, visited beforehand but for every fifth."""
        trips.host(self.trip, size)

    def settle(self, *poured: Trip) -> None:
        """Called after each pour: what the product derives is written by its own function."""
        self.analyse()
        for trip in poured:
            mend(trip)

    def analyse(self) -> None:
        """Let the database look at what there is, as it does by itself in time."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def gather(reviewers: int = 30) -> Crowd:
    """Seven schools of uneven size, a team with reviewers, and everybody who looks on; nobody applied yet."""
    with clock.at(world.MOMENTS["planning"]):
        schools = [world.institution(f"roc {n}", domain=f"roc{n}.example") for n in range(len(SCHOOLS))]
        outside = world.institution("roc Buiten", domain="buiten.example")
        lead = world.user("Hanneke Boer", at=outside)
        readers = [world.user(f"Lezer {n:02}", at=outside) for n in range(reviewers)]
        trip = world.trip(lead=lead, places=16, max_per_school=3, slug="crowd", coordinators_read=True)
        travelled = world.trip(
            lead=lead, on=trip.theme, slug="travelled", places=400, max_per_school=99, published=True
        )
        people = onlookers(schools[0], outside)
        for one in (trip, travelled):
            world.rubric(one)
            world.programme(one)
            world.meeting(one)
            world.join(one, people["companion"], TeamRole.COMPANION)
            for reader in readers:
                world.join(one, reader, TeamRole.REVIEWER)
        return Crowd(schools, lead, world.user("Vera Veteraan", at=outside), readers, trip, travelled, people)


def onlookers(school: Institution, outside: Institution) -> dict[str, User]:
    """A companion, and one person for each role in the alliance."""
    people = {
        "companion": world.user("Carla Companion", at=outside),
        "coordinator": world.user("Coen Coordinator", at=school),
        "partner": world.user("Petra Partner", at=school),
        "administrator": world.user("Ada Administrator", at=outside),
    }
    world.give_role(people["coordinator"], Role.COORDINATOR, school)
    world.give_role(people["partner"], Role.PARTNER, school)
    world.give_role(people["administrator"], Role.ADMINISTRATOR)
    return people
