"""What the home page, the room and the overview say, and when; and the team's lists."""

import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from evaluations import dashboard
from evaluations.afterwards.actions_presentations import prepare_presentation
from evaluations.afterwards.actions_return import TripAnswers, answer_return
from evaluations.afterwards.actions_year import recall
from evaluations.evenings.actions import Answers, answer_evening
from evaluations.goals.levels import hand_back_level, propose_level
from evaluations.lifecycle import Moment
from evaluations.plans.actions import Plan, add_action
from exchange.dashboard import urgency
from exchange.trips.models import Trip
from tests import world
from tests.world import home, london

pytestmark = pytest.mark.django_db


@pytest.fixture
def trip(cast):
    cast.trip.published_at, cast.trip.published_by = home(2026, 10, 12), cast.lead
    cast.trip.save()
    return cast.trip


def titles(section):
    """The to-dos of a section in the order of the home page."""
    return [str(todo.title) for todo in sorted(section.todos, key=lambda todo: todo.sort_key())] if section else None


def of(participation, now):
    with translation.override("en"):
        return titles(dashboard.participant(participation.user, now))


def test_the_year_of_a_participant_in_todos(cast, trip, at):
    world.meeting(trip)  # 29 October
    piet = cast.participant(sharpened=False)
    goal = piet.goals.first()
    assert of(piet, home(2026, 10, 20)) == ["Make goal 1 measurable"]
    with translation.override("en"):
        todo = dashboard.participant(piet.user, home(2026, 10, 20)).todos[0]
    assert (todo.due, todo.urgency) == (date(2026, 10, 29), 50)
    assert of(piet, london(2026, 11, 10, 11)) == []
    assert of(piet, london(2026, 11, 10, 20)) == ["How was Tuesday 10 November?"]
    for day in (10, 11, 12, 13):
        at(london(2026, 11, day, 21))
        key, answers = uuid.uuid4(), Answers(mood=4)
        answer_evening(participation=piet, on=date(2026, 11, day), answers=answers, client_key=key, by=piet.user)
    back = ["What did the trip bring you?", "Prepare your presentation", "Make your plan"]
    assert sorted(of(piet, home(2026, 11, 20))) == sorted(back)
    at(home(2026, 11, 25))
    answer_return(participation=piet, answers=TripAnswers(grade=8), scores={}, by=piet.user)
    prepare_presentation(participation=piet, title="Stil zijn", by=piet.user)
    add_action(participation=piet, plan=Plan(title="Spreekuur", due_on=date(2027, 2, 1), goal=goal), by=piet.user)
    assert of(piet, home(2026, 12, 1)) == []
    assert of(piet, home(2027, 2, 1)) == ["What became of “Spreekuur”?"]
    assert of(piet, home(2027, 10, 20)) == ["One year on: what became of it?"]
    at(home(2027, 11, 1))
    recall(participation=piet, word="anker", recall="De stilte.", by=piet.user)
    assert of(piet, home(2027, 11, 2)) == ["One year on: what became of it?"]


def test_a_level_handed_back_comes_first(cast, trip, at):
    piet = cast.participant()
    at(home(2026, 12, 1))
    goal = piet.goals.first()
    level = propose_level(goal=goal, moment=Moment.RETURN, level=2, outcome="", language="nl", by=piet.user)
    hand_back_level(level=level, note="Echt?", scored_at=level.scored_at, by=cast.lead)
    assert of(piet, home(2026, 12, 2))[0] == "Look at a level again"


def test_the_home_page_shows_my_goals(cast, trip, login, at):
    piet = cast.participant(goals=2)
    at(home(2026, 10, 30))
    page = login(piet.user).get("/my/").content.decode()
    assert "Mijn leerdoelen" in page
    assert page.count("Aangescherpt") == 2


def test_lead_and_companion_are_told_of_needs_and_levels(cast, trip, at):
    piet = cast.participant()
    now = london(2026, 11, 10, 21)
    at(now)
    key = uuid.uuid4()
    answers = Answers(mood=2, need="Rust.")
    answer_evening(participation=piet, on=date(2026, 11, 10), answers=answers, client_key=key, by=piet.user)
    later = home(2026, 12, 10)
    with translation.override("en"):
        assert titles(dashboard.companions(cast.lead, now)) == ["1 person needs something"]
        assert titles(dashboard.companions(cast.companion(), now)) == ["1 person needs something"]
        assert dashboard.companions(cast.reviewer(), now) is None
        assert dashboard.companions(cast.lead, later) is None
        at(later)
        for goal in piet.goals.all():
            propose_level(goal=goal, moment=Moment.RETURN, level=1, outcome="", language="nl", by=piet.user)
        assert titles(dashboard.companions(cast.lead, later)) == ["1 level to confirm"]
        # A completed trip is read only, so nothing is asked of anybody.
        Trip.objects.filter(pk=trip.pk).update(closed_at=later, closed_by=cast.lead)
        assert dashboard.trip_section(Trip.objects.get(pk=trip.pk), cast.lead, later).todos == []


def test_the_overview_counts(cast, trip, at):
    piet = cast.participant(goals=3)
    world.participation(trip, world.user(), sharpened=False)
    at(home(2026, 12, 10))
    answer_return(participation=piet, answers=TripAnswers(grade=8), scores={}, by=piet.user)
    for title in ("Een", "Twee"):
        add_action(participation=piet, plan=Plan(title=title, due_on=date(2027, 2, 1)), by=piet.user)
    with translation.override("en"):
        section = dashboard.trip_section(trip, cast.lead, home(2026, 12, 10))
    assert [value for _label, value, _url in section.context["facts"]] == ["3 of 4", "1 of 2", "1 of 2", "0"]
    assert dashboard.trip_section(trip, cast.reviewer(), home(2026, 12, 10)) is None


@pytest.mark.parametrize("page", ["outcomes", "levels", "presentations"])
def test_lists_cost_the_same_however_many(cast, trip, login, at, page):
    lead, url = login(cast.lead), f"/team/{trip.slug}/{page}/"

    def add():
        one = world.participation(trip, world.user(), goals=2)
        at(home(2026, 12, 18))
        for goal in one.goals.all():
            propose_level(goal=goal, moment=Moment.RETURN, level=1, outcome="x", language="nl", by=one.user)
        answer_return(participation=one, answers=TripAnswers(grade=8), scores={}, word="anker", by=one.user)
        add_action(participation=one, plan=Plan(title="Spreekuur", due_on=date(2027, 2, 1)), by=one.user)
        prepare_presentation(participation=one, title="Stil zijn", by=one.user)
        at(home(2027, 11, 12))
        recall(participation=one, word="stilte", recall="De stilte.", by=one.user)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert lead.get(url).status_code == 200
        return [query["sql"][:100] for query in queries]

    add()
    cost()  # the first page after a while writes that the session is used
    small = cost()
    for _ in range(5):
        add()
    assert len(cost()) == len(small) <= 12, small


def test_outcomes_name_what_is_still_to_come(cast, trip, login, at):
    at(home(2026, 12, 10))
    piet = cast.participant(sharpened=False)
    page = login(cast.lead).get(f"/team/{trip.slug}/outcomes/").content.decode()
    for text in ("de vragen bij terugkomst", "een plan", "een presentatie", "niet gemeten", piet.printed_name):
        assert text in page


@pytest.mark.parametrize("page", ["goals", "outcomes", "levels", "presentations", "evenings"])
def test_a_trip_without_participants_has_words_for_it(cast, login, page):
    assert login(cast.lead).get(f"/team/{cast.trip.slug}/{page}/").status_code == 200
    empty = world.trip(
        lead=cast.lead, announced=False, departs_on=None, returns_on=None, return_meeting_on=None, follow_up_on=None
    )
    assert login(cast.lead).get(f"/team/{empty.slug}/{page}/").status_code == 200


def test_the_room_of_a_trip_says_the_same_as_home(cast, trip, login, at):
    piet = cast.participant(sharpened=False)
    now = home(2026, 10, 30)
    at(now)
    with translation.override("en"):
        assert titles(dashboard.room(piet, now)) == ["Make goal 1 measurable"]
    page = login(piet.user).get(f"/my/trips/{trip.slug}/").content.decode()
    assert "Maak leerdoel 1 meetbaar" in page
    piet.status, piet.cancelled_at, piet.cancelled_by = "cancelled", now, piet.user
    piet.save()
    world.settle_all()
    assert dashboard.room(piet, now) is None


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (date(2026, 11, 7), 50),
        (date(2026, 11, 6), 30),
        (date(2026, 10, 31), 10),
        (date(2026, 10, 1), 10),
        # A moment counts to the minute, a day by the calendar: it is 12:00 now.
        (home(2026, 10, 31, 12), 10),
        (home(2026, 10, 31, 12, 1), 30),
        (home(2026, 11, 6, 12, 1), 50),
        (None, 50),
    ],
)
def test_what_is_due_sooner_comes_first(due, expected):
    assert urgency(due, home(2026, 10, 30, 12)) == expected


def test_the_administration_shows_no_words(cast, trip, login, at):
    at(london(2026, 11, 10, 21))
    piet = cast.participant()
    key, answers = uuid.uuid4(), Answers(mood=1, need="Een geheim.", insight="Een geheim inzicht.")
    answer_evening(participation=piet, on=date(2026, 11, 10), answers=answers, client_key=key, by=piet.user)
    at(home(2026, 12, 10))
    scores = {goal.pk: (1, "Een geheime opbrengst.") for goal in piet.goals.all()}
    answer_return(participation=piet, answers=TripAnswers(grade=3), scores=scores, word="geheimpje", by=piet.user)
    admin = login(cast.administrator())
    for model in ("dailyevaluation", "goallevel", "returnevaluation", "oneword", "followup", "action", "presentation"):
        page = admin.get(f"/admin/evaluations/{model}/")
        assert page.status_code == 200
        assert "geheim" not in page.content.decode()
    evening = piet.evenings.get()
    assert "geheim" not in admin.get(f"/admin/evaluations/dailyevaluation/{evening.pk}/change/").content.decode()
