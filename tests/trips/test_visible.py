"""Whose trips, travellers and learning goals somebody sees."""

import pytest

from exchange.trips.models.goal import LearningGoal
from exchange.trips.models.participation import Participation
from exchange.trips.models.trip import Trip
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_trips(cast):
    """The own trip and another one, with a traveller on each; who reviews here leads there."""
    cast.rik = cast.reviewer()
    cast.elsewhere = world.trip(lead=cast.rik)
    cast.here, cast.there = cast.participant(), world.participation(cast.elsewhere)
    return cast


def test_a_team_sees_its_trip_and_administrators_all(two_trips):
    own, both = {two_trips.trip}, {two_trips.trip, two_trips.elsewhere}
    seen = {
        name: set(Trip.objects.visible_to(person))
        for name, person in (
            ("lead", two_trips.lead),
            ("companion", two_trips.companion()),
            ("reviewer", two_trips.rik),
            ("administrator", two_trips.administrator()),
            ("traveller", two_trips.here.user),
        )
    }
    assert seen == {"lead": own, "companion": own, "reviewer": both, "administrator": both, "traveller": set()}


def test_who_goes_along_sees_the_travellers_and_everybody_the_own_place(two_trips):
    here, there = two_trips.here, two_trips.there
    people = {
        "lead": (two_trips.lead, {here}),
        "companion": (two_trips.companion(), {here}),
        "reviewer here, lead there": (two_trips.rik, {there}),
        "administrator": (two_trips.administrator(), {here, there}),
        "traveller": (here.user, {here}),
        "stranger": (two_trips.stranger(), set()),
    }
    for name, (person, places) in people.items():
        assert set(Participation.objects.visible_to(person)) == places, name
        goals = set(LearningGoal.objects.filter(participation__in=places))
        assert len(goals) == len(places)
        assert set(LearningGoal.objects.visible_to(person)) == goals, name


def test_who_leads_one_trip_and_travels_on_another_sees_both(two_trips):
    place = world.participation(two_trips.elsewhere, two_trips.lead)
    assert set(Participation.objects.visible_to(two_trips.lead)) == {two_trips.here, place}
