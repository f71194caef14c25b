"""What a school follows and does about its people, and who invites and reminds: at its moment and just before."""

from datetime import timedelta

import pytest

from applications.models import Application
from applications.people.permissions import (
    can_act_for,
    can_follow,
    can_invite,
    can_remind,
    followed,
    readable_at_school,
    trips_to_follow,
)
from exchange.people.models import Institution
from exchange.trips.models import Trip
from tests import world
from tests.verdicts import YES, said

pytestmark = pytest.mark.django_db
INSTANT = timedelta(microseconds=1)
THEN = world.MOMENTS["preparation"]
LEAD_ONLY = "403 Alleen de projectleider van deze reis doet dit."
SCHOOL_ONLY = "403 Dit doet de coördinator van de school."
CANCELLED = "409 Deze reis is geannuleerd."


@pytest.fixture
def coen(cast):
    return cast.coordinator()


# --- following ----------------------------------------------------------------------------------------


def test_administrators_and_coordinators_follow_a_school(cast, coen):
    assert said(can_follow(cast.administrator())) == said(can_follow(coen)) == YES
    refusal = "403 Deze pagina is voor de coördinator van een school."
    assert said(can_follow(cast.lead)) == said(can_follow(cast.partner())) == refusal


def test_a_coordinator_follows_the_own_schools_in_order_and_an_administrator_then_all_members(cast):
    coba, ada = world.user("Coba"), cast.administrator()
    for person in (coba, ada):
        for school in (cast.school, cast.other_school):  # not in the order of their names
            world.give_role(person, "coordinator", school)
    world.institution("aa voorbij", member=False)
    first, last = world.institution("aaa eerst"), world.institution("zzz laatst")
    own = [cast.other_school, cast.school]
    assert followed(coba) == own
    assert followed(cast.lead) == []
    found = followed(ada)
    assert (found[:3], found[-1]) == ([*own, first], last)
    assert len(found) == len(set(found)) == Institution.objects.count() - 1, "all but the one that left"


def test_trips_are_followed_while_they_are_announced_and_not_over(cast):
    world.trip(announced=False)
    assert [*trips_to_follow()] == [cast.trip]
    for over in ("closed", "cancelled"):
        fields = {f"{over}_at": THEN, f"{over}_by": cast.lead}
        Trip.objects.filter(pk=cast.trip.pk).update(**fields)
        assert [*trips_to_follow()] == []
        Trip.objects.filter(pk=cast.trip.pk).update(**dict.fromkeys(fields))
    assert [*trips_to_follow()] == [cast.trip]


# --- inviting and reminding ---------------------------------------------------------------------------


def test_for_a_school_its_coordinator_acts_and_for_the_trip_its_lead(cast, coen):
    assert said(can_act_for(coen, cast.school, cast.trip)) == YES
    assert said(can_act_for(coen, cast.other_school, cast.trip)) == SCHOOL_ONLY
    assert said(can_act_for(coen, None, cast.trip)) == LEAD_ONLY
    assert said(can_act_for(cast.lead, None, cast.trip)) == YES
    assert said(can_act_for(cast.lead, cast.school, cast.trip)) == SCHOOL_ONLY


def test_people_are_invited_from_the_announcement_until_the_call_closes(cast, coen, at):
    lead, trip = cast.lead, cast.trip
    at(world.CLOSES - INSTANT)
    assert said(can_invite(lead, None, trip)) == said(can_invite(coen, cast.school, trip)) == YES
    assert said(can_invite(coen, None, trip)) == LEAD_ONLY
    at(world.CLOSES)
    closed = "409 De oproep is gesloten. Aanmelden kan niet meer."
    assert said(can_invite(lead, None, trip)) == said(can_invite(coen, cast.school, trip)) == closed
    assert said(can_invite(coen, None, trip)) == LEAD_ONLY
    trip.cancelled_at = THEN
    assert said(can_invite(lead, None, trip)) == CANCELLED
    trip.cancelled_at = trip.announced_at = None
    assert said(can_invite(lead, None, trip)) == (
        "409 De reis is nog niet aangekondigd, dus een uitnodiging leidt nergens heen."
    )
    assert said(can_invite(coen, None, trip)) == LEAD_ONLY


def test_people_are_reminded_from_the_announcement_until_the_publication(cast, coen, at):
    at(world.MOMENTS["selection"])
    lead, trip = cast.lead, cast.trip
    nothing = "409 Er is nu niets om aan te herinneren."
    assert said(can_remind(lead, None, trip)) == said(can_remind(coen, cast.school, trip)) == YES
    assert said(can_remind(lead, cast.school, trip)) == SCHOOL_ONLY
    trip.published_at = THEN
    assert said(can_remind(lead, None, trip)) == said(can_remind(coen, cast.school, trip)) == nothing
    assert said(can_remind(lead, cast.school, trip)) == SCHOOL_ONLY
    trip.published_at = trip.announced_at = None
    assert said(can_remind(lead, None, trip)) == nothing
    trip.cancelled_at = THEN
    assert said(can_remind(lead, None, trip)) == CANCELLED


# --- reading ------------------------------------------------------------------------------------------


@pytest.fixture
def open_trip(cast):
    """A trip whose policy lets coordinators read."""
    Trip.objects.filter(pk=cast.trip.pk).update(coordinators_read=True)
    return cast


def read(user):
    return set(readable_at_school(user).values_list("user__name", flat=True))


def test_a_coordinator_reads_what_the_own_school_sent_where_the_trip_says_so(open_trip, coen):
    closed = world.trip()
    world.submitted(open_trip.trip, world.user("Sara", at=open_trip.school))
    world.submitted(open_trip.trip, world.user("Olga Overkant", at=open_trip.other_school))
    world.submitted(closed, world.user("Carl", at=open_trip.school))
    world.application(open_trip.trip, world.user("Bo", at=open_trip.school))
    withdrawn = world.submitted(open_trip.trip, world.user("Wim", at=open_trip.school))
    Application.objects.filter(pk=withdrawn.pk).update(status="withdrawn", withdrawn_at=THEN)
    world.settle_all()
    assert read(coen) == {"Sara"}
    assert read(open_trip.lead) == read(open_trip.administrator()) == set()


def test_the_school_is_the_one_that_stood_on_what_was_sent(open_trip, coen):
    sara, olga = (
        world.user(name, at=at) for name, at in (("Sara", open_trip.school), ("Olga", open_trip.other_school))
    )
    for person in (sara, olga):
        world.submitted(open_trip.trip, person)
    sara.institution, olga.institution = open_trip.other_school, open_trip.school
    for person in (sara, olga):
        person.save()
    world.settle_all()
    assert read(coen) == {"Sara"}


@pytest.mark.parametrize("over", ["closed", "cancelled"])
def test_of_a_trip_that_is_over_a_school_reads_nothing(open_trip, coen, over):
    world.submitted(open_trip.trip, world.user("Sara", at=open_trip.school))
    assert read(coen) == {"Sara"}
    Trip.objects.filter(pk=open_trip.trip.pk).update(**{f"{over}_at": THEN, f"{over}_by": open_trip.lead})
    assert read(coen) == set()
