"""What trips put on a home page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from exchange import clock
from exchange.trips import actions
from exchange.trips.dashboard import travelling_along, working_on
from exchange.trips.models import TeamMember
from tests import world
from tests.conftest import signed_in


@pytest.fixture
def going(cast, at):
    at(world.MOMENTS["preparation"])
    cast.trip.published_at, cast.trip.published_by = world.home(2026, 10, 12), cast.lead
    cast.trip.save()
    return cast.participant()


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (world.home(2026, 10, 19), "Over 22 dagen vertrek je, Piet."),
        (world.home(2026, 11, 9, 23), "Morgen vertrek je, Piet."),
        (world.london(2026, 11, 10, 0, 1), "Dag 1 van 4 in Londen, Piet."),
        (world.london(2026, 11, 13, 23, 59), "Dag 4 van 4 in Londen, Piet."),
        (world.home(2026, 11, 15), "Dag Piet."),
    ],
)
def test_the_headline_counts_down(going, moment, words):
    section = travelling_along(going.user, moment)
    assert (section.headline, section.kicker) == (words, "Veilig in Londen · Londen")


def test_a_meeting_waits_for_an_answer_and_then_no_longer(going, at):
    meeting = world.meeting(going.trip)
    todo = travelling_along(going.user, clock.now()).todos[0]
    assert (todo.urgency, todo.due, todo.url.endswith(f"#meeting-{meeting.pk}")) == (30, meeting.starts_at, True)
    assert travelling_along(going.user, meeting.starts_at - timedelta(hours=20)).todos[0].urgency == 10
    assert travelling_along(going.user, meeting.starts_at - timedelta(days=30)).todos[0].urgency == 50
    actions.reply_to_meeting(meeting=meeting, participation=going, coming=True, by=going.user)
    section = travelling_along(going.user, clock.now())
    assert (section.todos, section.context["rows"][0]["comes"]) == ([], True)


def test_the_next_trip_is_the_one_that_is_counted_down_to(going):
    later = world.trip(
        title_nl="Later", departs_on=world.RETURNS + timedelta(30), returns_on=world.RETURNS + timedelta(31)
    )
    world.participation(later, going.user)
    assert travelling_along(going.user, clock.now()).kicker == "Veilig in Londen · Londen"
    assert travelling_along(going.user, world.home(2026, 11, 20)).kicker == "Later · Londen"


def test_who_goes_nowhere_and_works_on_nothing_has_no_section(cast):
    person = cast.stranger()
    assert travelling_along(person, clock.now()) is None
    assert working_on(person, clock.now()) is None


def test_a_cancelled_or_closed_trip_is_not_counted_down_to(going):
    going.trip.cancelled_at, going.trip.cancelled_by = clock.now(), going.user
    going.trip.save()
    assert travelling_along(going.user, clock.now()) is None


def test_the_team_sees_phases_warnings_and_what_waits(cast, at):
    at(world.MOMENTS["planning"])
    plan = world.trip(lead=cast.lead, announced=False)
    vars(cast.lead).pop("teams", None)
    section = working_on(cast.lead, clock.now())
    assert {row["trip"] for row in section.context["rows"]} == {cast.trip, plan}
    assert section.context["rows"][0]["warnings"] == ["nog geen begeleider"]
    assert [todo.url for todo in section.todos] == [f"/team/{plan.slug}/#checklist"]
    world.programme(plan)
    plan.hosts.get().pre_visits.all().delete()
    rows = {row["trip"]: row["warnings"] for row in working_on(cast.lead, clock.now()).context["rows"]}
    assert rows[plan] == ["1 gastinstelling nooit bezocht", "nog geen begeleider"]


def test_a_trip_long_over_waits_to_be_completed(cast, at):
    trip = world.trip(lead=cast.lead, published=True)
    TeamMember.objects.exclude(trip=trip).delete()
    vars(cast.lead).pop("teams", None)
    at(world.home(2027, 12, 12))
    assert working_on(cast.lead, clock.now()).todos == []
    at(world.home(2027, 12, 13))
    assert [todo.url for todo in working_on(cast.lead, clock.now()).todos] == [f"/team/{trip.slug}/close/"]


def test_the_trip_that_presses_most_stands_first(cast, at):
    """Who is away comes before who came back, and that before what is only planned."""
    days = {"departs_on": world.DEPARTS, "returns_on": world.RETURNS}
    back = {name: day - timedelta(days=20) for name, day in days.items()}
    home = world.trip(lead=cast.lead, published=True, **back)
    away = world.trip(lead=cast.lead, published=True)
    planned = world.trip(lead=cast.lead, announced=False)
    at(world.MOMENTS["travelling"])
    TeamMember.objects.filter(trip=cast.trip, user=cast.lead).delete()
    listed = signed_in(cast.lead).get(reverse("trips:team-list")).context["running"]
    rows = working_on(cast.lead, clock.now()).context["rows"]
    for found in (listed, rows):
        assert [row["trip"] for row in found] == [away, home, planned]
