"""A goal: sharpening it until the trip leaves, its life on one page, and who sees it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from evaluations.goals.actions import save_sharpening, sharpen
from evaluations.goals.levels import confirm_level, hand_back_level, propose_level
from evaluations.goals.life import life, reached
from evaluations.goals.permissions import can_sharpen
from evaluations.lifecycle import Moment
from evaluations.models import Action, GoalLevel
from exchange.history.models import HistoryEntry
from exchange.verdicts import Refused
from tests import world
from tests.world import home, london

pytestmark = pytest.mark.django_db
BEFORE = home(2026, 10, 26)
WORDS = {
    "text": "Ik leid een herstelgesprek.",
    "level_m2": "Ik stuur door",
    "level_m1": "Ik doe mee",
    "level_0": "Ik leid het zelf",
    "level_p1": "Ik doe het geregeld",
    "level_p2": "Ik leer het collega's",
    "baseline": "-1",
    "weight": "2",
}


@pytest.fixture
def raw(cast):
    return cast.participant(sharpened=False)


def version(page):
    """The hidden mark of the page."""
    return page.context["form"]["version"].value()


def test_sharpening_takes_five_levels_a_start_and_a_weight(raw, login, at):
    at(BEFORE)
    goal, browser = raw.goals.first(), login(raw.user)
    url = f"/goals/{goal.pk}/sharpen/"
    page = browser.get(url)
    assert "checked" in page.content.decode()  # the weight, not the start
    answer = browser.post(url, WORDS | {"version": version(page)})
    assert (answer.status_code, answer.url) == (302, f"/goals/{goal.pk}/")
    goal.refresh_from_db()
    assert (goal.sharpened, goal.sharpened_by, goal.weight, goal.text) == (True, raw.user, 2, WORDS["text"])
    assert [text for _level, text in goal.levels] == [WORDS[f"level_{n}"] for n in ("m2", "m1", "0", "p1", "p2")]
    start = GoalLevel.objects.get()
    assert (start.moment, start.on, start.level) == (Moment.BASELINE, None, -1)
    assert HistoryEntry.objects.get().verb == "goal.sharpen"


@pytest.mark.parametrize("missing", ["text", "level_m2", "level_m1", "level_0", "level_p1", "level_p2", "baseline"])
def test_one_missing_part_brings_everything_typed_back(raw, login, at, missing):
    at(BEFORE)
    goal = raw.goals.first()
    answer = login(raw.user).post(f"/goals/{goal.pk}/sharpen/", WORDS | {missing: ""})
    assert answer.status_code == 422
    kept = [text for name, text in WORDS.items() if name not in (missing, "baseline", "weight")]
    assert all(text.replace("'", "&#x27;") in answer.content.decode() for text in kept)
    goal.refresh_from_db()
    assert not goal.sharpened
    assert not GoalLevel.objects.exists()


def test_an_unfinished_scale_is_kept_for_later(raw, login, at):
    at(BEFORE)
    goal, browser = raw.goals.first(), login(raw.user)
    url = f"/goals/{goal.pk}/sharpen/"
    half = {
        "level_0": "Ik leid het zelf",
        "text": "Ander doel",
        "weight": "1",
        "later": "1",
        "version": version(browser.get(url)),
    }
    assert browser.post(url, half).status_code == 302
    goal.refresh_from_db()
    assert (goal.sharpened, goal.level_0) == (False, "Ik leid het zelf")
    assert "Ik leid het zelf" in browser.get(url).content.decode()


def test_two_people_at_once_lose_nothing(raw, cast, login, at):
    at(BEFORE)
    goal, owner, companion = raw.goals.first(), login(raw.user), login(cast.companion())
    url = f"/goals/{goal.pk}/sharpen/"
    opened = version(owner.get(url))
    assert companion.post(url, WORDS | {"version": opened}).status_code == 302
    answer = owner.post(url, WORDS | {"version": opened, "level_0": "Iets heel anders"})
    assert answer.status_code == 409
    assert "Iets heel anders" in answer.content.decode()
    goal.refresh_from_db()
    assert goal.level_0 == "Ik leid het zelf"


def test_the_scale_is_frozen_from_the_day_of_departure(raw, login, at):
    goal = raw.goals.first()
    assert can_sharpen(raw.user, goal, london(2026, 11, 9, 23, 59)).ok
    assert can_sharpen(raw.user, goal, london(2026, 11, 10, 0)).status == 410
    assert can_sharpen(raw.user, goal, home(2026, 11, 10, 0, 30)).ok  # still the ninth in London
    at(london(2026, 11, 10, 8))
    browser = login(raw.user)
    assert browser.get(f"/goals/{goal.pk}/sharpen/").status_code == 410
    answer = browser.post(f"/goals/{goal.pk}/sharpen/", WORDS)
    assert answer.status_code == 410
    assert WORDS["level_0"] in answer.content.decode()
    goal.refresh_from_db()
    assert not goal.sharpened


def test_owner_and_companion_sharpen_the_lead_looks(raw, cast, login, at):
    at(BEFORE)
    goal = raw.goals.first()
    url = f"/goals/{goal.pk}/sharpen/"
    assert login(cast.companion()).get(url).status_code == 200
    assert login(cast.lead).get(url).status_code == 403
    for person in (cast.reviewer(), cast.coordinator(), cast.partner(), cast.stranger()):
        assert login(person).get(url).status_code == 404
        assert login(person).get(f"/goals/{goal.pk}/").status_code == 404


def test_changing_a_sharpened_goal_changes_its_start_too(cast, at):
    at(BEFORE)
    goal = cast.participant().goals.first()
    for baseline in (-1, -2):
        sharpen(goal=goal, text="Nieuw", levels=list("abcde"), baseline=baseline, by=goal.participation.user)
    assert GoalLevel.objects.get().level == -2
    assert [entry.verb for entry in HistoryEntry.objects.all()] == ["goal.change", "goal.change"]


# --- the life of a goal ---------------------------------------------------------------------------


@pytest.fixture
def lived(cast):
    """A goal with a level at every moment: −1, −1, 0, nothing, 0, 0 and +1."""
    goal = cast.participant().goals.first()
    who = goal.participation.user

    def row(moment, level, scored_at, **more):
        GoalLevel.objects.create(goal=goal, moment=moment, level=level, scored_at=scored_at, scored_by=who, **more)

    row(Moment.BASELINE, -1, home(2026, 10, 29))
    row(Moment.DAY, -1, london(2026, 11, 10, 21), on=date(2026, 11, 10))
    row(Moment.DAY, 0, london(2026, 11, 11, 21), on=date(2026, 11, 11))
    row(Moment.DAY, None, london(2026, 11, 13, 21), on=date(2026, 11, 13))
    confirmed = {"confirmed_at": home(2026, 12, 18, 17), "confirmed_by": cast.lead}
    row(Moment.RETURN, 0, home(2026, 12, 10), outcome="Drie gesprekken geleid.", **confirmed)
    row(Moment.ONE_YEAR, 1, home(2027, 11, 12, 15), outcome="Elf gesprekken.")
    Action.objects.create(
        participation=goal.participation, goal=goal, title="Gesprek in het team", due_on=date(2027, 2, 1),
        created_at=home(2026, 12, 10), rung=3, reported_at=home(2027, 2, 2), status="done",
    )  # fmt: skip
    return goal


def test_the_thread_goes_through_every_moment(lived):
    chart = life(lived, home(2027, 12, 1)).chart
    assert [(point.level, point.planned) for point in chart.points] == [
        (None, False),  # proposed
        (-1, False),  # sharpened
        (-1, False),
        (0, False),
        (None, False),  # "I don't know yet"; the third evening was not answered and is left out
        (0, False),
        (1, False),
    ]
    assert chart.words == tuple(f"Niveau {level}" for level in (-2, -1, 0, 1, 2))


def test_a_young_goal_has_its_future_before_it(cast):
    goal = cast.participant(sharpened=False).goals.first()
    found = life(goal, home(2026, 10, 20))
    assert [point.planned for point in found.chart.points] == [False, True, True, True, True, True, True, True]
    assert [stop.state for stop in found.stops] == ["done", "next", "next", "next", "next"]
    assert found.verdict is None


def test_the_page_says_who_scored_and_who_confirmed(lived, login, at, cast):
    at(home(2027, 12, 1))
    page = login(cast.lead).get(f"/goals/{lived.pk}/").content.decode()
    for text in (
        "Gehaald, meer dan verwacht",
        "Van −1 naar 0",
        "Drie gesprekken geleid.",
        "Zelf gescoord, bevestigd door Hanneke Boer (projectteam).",
        "Zelf gescoord, nog niet bevestigd.",
        "Gesprek in het team",
        "trede 3 van 5",
    ):
        assert text in page


def test_while_the_recall_is_asked_its_author_does_not_see_the_old_outcome(lived, login, at, cast):
    at(home(2027, 11, 1))
    owner = login(lived.participation.user).get(f"/goals/{lived.pk}/").content.decode()
    assert "Drie gesprekken geleid." not in owner
    assert "Gesprek in het team" not in owner
    assert "Drie gesprekken geleid." in login(cast.lead).get(f"/goals/{lived.pk}/").content.decode()


def test_a_goal_costs_the_same_with_and_without_a_life(lived, cast, login, at):
    at(home(2027, 12, 1))
    young = world.participation(cast.trip, world.user("Jong")).goals.first()
    lead, costs = login(cast.lead), []
    for goal in (lived, young):
        with CaptureQueriesContext(connection) as queries:
            assert lead.get(f"/goals/{goal.pk}/").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 12


def test_the_team_sees_who_still_has_to_sharpen(cast, login, at):
    at(BEFORE)
    cast.participant(goals=2)
    world.participation(cast.trip, world.user("Ruwe Rita"), sharpened=False)
    lead, url = login(cast.lead), f"/team/{cast.trip.slug}/goals/"
    page = lead.get(url).content.decode()
    assert "2 van 3 leerdoelen aangescherpt" in page
    assert "1 persoon heeft nog een leerdoel zonder niveaus" in page

    def cost():
        with CaptureQueriesContext(connection) as queries:
            lead.get(url)
        return len(queries)

    small = cost()
    for _ in range(6):
        world.participation(cast.trip, world.user(), goals=3)
    assert cost() == small <= 12


# --- proposing, confirming, handing back ----------------------------------------------------------


@pytest.fixture
def proposed(cast, at):
    at(home(2026, 12, 10))
    goals = list(cast.participant(goals=2).goals.all())
    return [
        propose_level(
            goal=goal, moment=Moment.RETURN, level=0, outcome="Goed.", language="nl", by=goal.participation.user
        )
        for goal in goals
    ]


def confirm_url(level, verb="confirm"):
    return f"/team/{level.goal.participation.trip.slug}/levels/{level.goal_id}/{level.moment}/{verb}/"


def test_a_companion_confirms_once(proposed, cast, login):
    level, companion = proposed[0], login(cast.companion())
    data = {"scored_at": level.scored_at.isoformat()}
    assert companion.post(confirm_url(level), data).status_code == 302
    level.refresh_from_db()
    assert (level.state, level.confirmed_by.name) == ("confirmed", "Carla Companion")
    assert login(cast.lead).post(confirm_url(level), data).status_code == 409


def test_what_was_changed_since_reading_is_not_confirmed(proposed, cast, login, at):
    level = proposed[0]
    read = level.scored_at
    at(home(2026, 12, 11))
    owner = level.goal.participation.user
    propose_level(goal=level.goal, moment=Moment.RETURN, level=2, outcome="Top.", language="nl", by=owner)
    assert login(cast.lead).post(confirm_url(level), {"scored_at": read.isoformat()}).status_code == 409
    level.refresh_from_db()
    assert level.state == "proposed"


def test_all_levels_of_one_person_at_once(proposed, cast, login):
    person = proposed[0].goal.participation
    seen = {f"seen-{level.goal_id}-{level.moment}": level.scored_at.isoformat() for level in proposed}
    url = f"/team/{cast.trip.slug}/levels/{person.pk}/confirm/"
    lead = login(cast.lead)
    assert lead.post(url).status_code == 409  # nothing was read
    assert lead.post(url, seen).status_code == 302
    assert {level.state for level in GoalLevel.objects.all()} == {"confirmed"}
    assert lead.post(url, seen).status_code == 409


def test_handing_back_mails_the_sentence_and_a_new_score_comes_back(proposed, cast, login, at, mailbox):
    level, lead = proposed[0], login(cast.lead)
    data = {"scored_at": level.scored_at.isoformat()}
    assert lead.post(confirm_url(level, "back"), data).status_code == 422
    assert lead.post(confirm_url(level, "back"), data | {"note": "Drie of één gesprek?"}).status_code == 302
    message = mailbox().get()
    assert message.recipient == level.goal.participation.user
    assert "Drie of één gesprek?" in message.body
    level.refresh_from_db()
    assert level.state == "handed_back"
    assert lead.post(confirm_url(level), data).status_code == 409
    at(home(2026, 12, 12))
    owner = level.goal.participation.user
    propose_level(goal=level.goal, moment=Moment.RETURN, level=-1, outcome="Eén.", language="nl", by=owner)
    level.refresh_from_db()
    assert (level.state, level.level) == ("proposed", -1)


def test_only_what_was_read_is_handed_back(proposed, cast, at):
    level, other = proposed[:2]
    GoalLevel.objects.update(scored_at=level.scored_at)
    at(home(2026, 12, 14))
    with pytest.raises(Refused):
        hand_back_level(level=level, note="Oud.", scored_at=home(2026, 12, 1), by=cast.lead)
    hand_back_level(level=level, note="Drie of één?", scored_at=level.scored_at, by=cast.lead)
    level.refresh_from_db()
    other.refresh_from_db()
    assert (level.handed_back_at, level.handed_back_by) == (home(2026, 12, 14), cast.lead)
    assert (level.handed_back_note, other.state) == ("Drie of één?", "proposed")
    confirm_level(level=other, scored_at=other.scored_at, by=cast.lead)
    told = HistoryEntry.objects.values_list("verb", "by", "trip", "about_id", "facts").order_by("verb")
    assert list(told) == [
        (
            "level.confirm",
            cast.lead.pk,
            cast.trip.pk,
            str(other.goal_id),
            {"moment": other.moment, "level": other.level},
        ),
        ("level.hand_back", cast.lead.pk, cast.trip.pk, str(level.goal_id), {"moment": level.moment}),
    ]


def test_nobody_confirms_the_own_level(cast, login, at):
    at(home(2026, 12, 10))
    own = world.participation(cast.trip, cast.lead)
    goal = own.goals.first()
    level = propose_level(goal=goal, moment=Moment.RETURN, level=2, outcome="", language="nl", by=cast.lead)
    assert login(cast.lead).post(confirm_url(level), {"scored_at": level.scored_at.isoformat()}).status_code == 403


def test_levels_are_the_teams_own(proposed, cast, login):
    level = proposed[0]
    page = f"/team/{cast.trip.slug}/levels/"
    assert login(cast.lead).get(page).status_code == 200
    owner = level.goal.participation.user
    for person in (owner, cast.reviewer(), cast.coordinator(), cast.stranger()):
        assert login(person).get(page).status_code == 404
        assert login(person).post(confirm_url(level)).status_code == 404


def test_the_actions_themselves_hold_the_line(proposed, cast):
    level = proposed[0]
    owner = level.goal.participation.user
    with pytest.raises(Refused):
        sharpen(goal=level.goal, text="x", levels=["a", "b", "", "d", "e"], baseline=0, by=owner)
    with pytest.raises(Refused):
        save_sharpening(goal=level.goal, text="x", levels=list("abcde"), baseline=0, by=owner)
    confirm_level(level=level, scored_at=level.scored_at, by=cast.lead)
    with pytest.raises(Refused):
        propose_level(goal=level.goal, moment=Moment.RETURN, level=2, outcome="Toch.", language="nl", by=owner)
    with pytest.raises(Refused):
        hand_back_level(level=level, note="Te laat.", scored_at=level.scored_at, by=cast.lead)
    level.refresh_from_db()
    assert (level.level, level.state) == (0, "confirmed")


def test_a_life_without_answers_says_so_afterwards(cast):
    goal = cast.participant().goals.first()
    cast.trip.closed_at = home(2028, 1, 10)
    goal.participation.trip = cast.trip
    with translation.override("en"):
        titles = [stop.title for stop in life(goal, home(2028, 2, 1)).stops]
    assert titles[2:] == ["No evening was answered", *["Nothing was said about this goal."] * 2]


@pytest.mark.parametrize(("level", "shape"), [(-2, "wait"), (-1, "wait"), (0, "ok"), (2, "ok")])
def test_reached_is_nought_and_more(level, shape):
    assert reached(level)[0] == shape
