"""Which applications somebody of the team opens or finds in lists, whose scores wait, and who sees what of them."""

import pytest

from applications.permissions import Sight, hides_own, lines_to_read, readable, sight
from exchange.people.models import User
from exchange.trips.models import Trip
from tests import world

pytestmark = pytest.mark.django_db


def by_list(user, trip):
    """The same from the list: application → whether its scores wait."""
    return dict(lines_to_read(user, trip).values_list("application", "unread"))


def by_page(user, trip):
    return dict(readable(user, trip).values_list("pk", "unread"))


def test_scores_wait_where_the_own_assessment_is_not_finished(cast):
    world.rubric(cast.trip)
    to_read, done, of_another = (world.submitted(cast.trip, world.user(name)) for name in ("Anna", "Bram", "Coen"))
    world.join(cast.trip, cast.lead, "reviewer")
    rik = cast.reviewer()
    world.assessment(of_another, rik)
    nothing = dict.fromkeys((to_read.pk, done.pk, of_another.pk), False)
    assert by_page(cast.lead, cast.trip) == by_list(cast.lead, cast.trip) == nothing
    world.assessment(done, cast.lead, 4, 4)
    assert by_page(cast.lead, cast.trip) == by_list(cast.lead, cast.trip) == nothing
    world.assessment(to_read, cast.lead)
    assert by_page(cast.lead, cast.trip) == by_list(cast.lead, cast.trip) == nothing | {to_read.pk: True}


def test_what_waits_on_another_trip_hides_nothing_here(cast):
    world.rubric(cast.trip)
    here, there = world.submitted(cast.trip), world.submitted(world.trip(lead=cast.lead))
    world.assessment(there, cast.lead)
    assert by_page(cast.lead, cast.trip) == by_list(cast.lead, cast.trip) == {here.pk: False}


def test_neither_a_draft_nor_the_own_one_is_read_nor_one_of_another_trip(cast):
    world.application(cast.trip)
    world.submitted(cast.trip, cast.lead)
    world.submitted(world.trip(lead=cast.lead))
    sent = world.submitted(cast.trip)
    for person in (cast.lead, cast.companion(), cast.administrator()):
        found = by_list(person, cast.trip)
        assert sent.pk in found
        assert len(found) == (1 if person == cast.lead else 2)
    assert by_page(cast.lead, cast.trip) == by_list(cast.lead, cast.trip) == {sent.pk: False}


def test_a_reviewer_finds_what_is_assigned_until_the_publication(cast):
    world.rubric(cast.trip)
    rik, other = cast.reviewer(), world.user("Andere")
    world.join(cast.trip, other, "reviewer")
    mine, handed_back, of_another = (world.submitted(cast.trip, world.user(name)) for name in ("Anna", "Bram", "Coen"))
    world.assessment(mine, rik)
    world.assessment(of_another, other)
    back = world.assessment(handed_back, rik)
    type(back).objects.filter(pk=back.pk).update(status="recused")
    world.settle_all()
    assert by_list(rik, cast.trip) == {mine.pk: True}
    Trip.objects.filter(pk=cast.trip.pk).update(published_at=world.home(2026, 10, 12), published_by=cast.lead)
    assert by_list(rik, Trip.objects.get(pk=cast.trip.pk)) == {}
    assert len(by_list(cast.lead, Trip.objects.get(pk=cast.trip.pk))) == 3


@pytest.mark.parametrize(
    ("persona", "before", "after"),
    [
        ("lead", Sight(True, True, True), Sight(True, True, True)),
        ("administrator", Sight(True, True, True), Sight(True, True, True)),
        ("companion", Sight(False, False, False), Sight(False, True, False)),
        ("reviewer", Sight(False, False, False), Sight(False, True, False)),
    ],
)
def test_who_sees_scores_decisions_and_answers(cast, persona, before, after):
    person = getattr(cast, persona)
    person = User.objects.get(pk=(person() if callable(person) else person).pk)
    assert sight(person, cast.trip) == before
    cast.trip.published_at = world.home(2026, 10, 12)
    assert sight(person, cast.trip) == after


def test_the_page_says_when_the_own_application_is_missing(cast):
    assert not hides_own(cast.lead, cast.trip)
    own = world.application(cast.trip, cast.lead)
    world.submitted(cast.trip)
    world.submitted(world.trip(), cast.lead)
    assert not hides_own(cast.lead, cast.trip), "a draft is missing from nothing"
    type(own).objects.filter(pk=own.pk).update(status="withdrawn", withdrawn_at=world.MOMENTS["call"])
    world.settle_all()
    assert hides_own(cast.lead, cast.trip)
