"""The return: when it opens and closes, the word and its consent, presentations in order."""

import pytest

from evaluations.afterwards.actions_return import TripAnswers, answer_return
from evaluations.goals.scoring import score_goals
from evaluations.lifecycle import Moment
from evaluations.models import GoalLevel, OneWord, Presentation, ReturnEvaluation
from evaluations.permissions import can_return
from exchange.verdicts import CONFLICT, GONE
from tests import world
from tests.world import home, london

pytestmark = pytest.mark.django_db
BACK = home(2026, 12, 10)


@pytest.fixture
def piet(cast):
    return cast.participant(goals=2)


def url(participation, page="return"):
    return f"/my/trips/{participation.trip.slug}/{page}/"


def posted(participation, **more):
    first, second = participation.goals.all()
    return {
        f"level_{first.pk}": "0",
        f"outcome_{first.pk}": "Drie gesprekken geleid.",
        f"level_{second.pk}": "unknown",
        f"outcome_{second.pk}": "",
        "word": "rode loper",
        "grade": "8",
        "learned": "Zwijgen helpt.",
        "support": "4",
        "opportunity": "unknown",
    } | more


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (london(2026, 11, 12, 23, 59), CONFLICT),
        (london(2026, 11, 13, 0), True),
        (home(2027, 10, 12, 23, 59), True),
        (home(2027, 10, 13, 0), GONE),  # thirty days before the follow-up day
    ],
)
def test_the_return_is_open_until_the_follow_up_is(piet, now, expected):
    verdict = can_return(piet.user, piet, now)
    assert verdict.ok if expected is True else (verdict.ok, verdict.status) == (False, expected)


def test_everything_of_the_return_in_one_go(piet, login, at):
    at(BACK)
    answer = login(piet.user).post(url(piet), posted(piet))
    assert (answer.status_code, answer.url) == (302, url(piet, "plan"))
    first, second = piet.goals.all()
    rows = {row.goal_id: (row.level, row.outcome, row.state) for row in GoalLevel.objects.all()}
    assert rows == {first.pk: (0, "Drie gesprekken geleid.", "proposed"), second.pk: (None, "", "proposed")}
    evaluation = ReturnEvaluation.objects.get()
    assert (evaluation.grade, evaluation.support, evaluation.opportunity) == (8, 4, None)
    word = OneWord.objects.get()
    assert (word.moment, word.word, word.consent) == (Moment.RETURN, "rode loper", False)
    page = login(piet.user).get(url(piet)).content.decode()
    assert 'value="rode loper"' in page
    assert "Zwijgen helpt." in page


@pytest.mark.parametrize(
    "wrong", [{"grade": ""}, {"grade": "11"}, {"word": "x" * 41}, {"learned": "x" * 601}, {"support": "6"}]
)
def test_bad_input_changes_nothing_and_keeps_the_text(piet, login, at, wrong):
    at(BACK)
    answer = login(piet.user).post(url(piet), posted(piet, **wrong))
    assert answer.status_code == 422
    assert "Drie gesprekken geleid." in answer.content.decode()
    assert not ReturnEvaluation.objects.exists()
    assert not GoalLevel.objects.exists()


def test_a_confirmed_level_is_not_asked_again(piet, cast, login, at):
    at(BACK)
    browser = login(piet.user)
    browser.post(url(piet), posted(piet))
    GoalLevel.objects.filter(level=0).update(confirmed_at=BACK, confirmed_by=cast.lead)
    first, _second = piet.goals.all()
    assert f'name="level_{first.pk}"' not in browser.get(url(piet)).content.decode()
    browser.post(url(piet), posted(piet, **{f"level_{first.pk}": "2", "grade": "9"}))
    assert GoalLevel.objects.get(goal=first).level == 0
    assert ReturnEvaluation.objects.get().grade == 9


def test_a_goal_without_levels_takes_only_words(cast, login, at):
    raw = cast.participant(goals=2, sharpened=False)
    at(BACK)
    first, second = raw.goals.all()
    data = posted(raw) | {f"outcome_{second.pk}": ""}
    login(raw.user).post(url(raw), data)
    row = GoalLevel.objects.get()  # nothing was said about the second
    assert (row.goal, row.level, row.outcome) == (first, None, "Drie gesprekken geleid.")


def test_a_goal_without_levels_has_a_row_only_where_something_was_said(cast, at):
    piet = cast.participant(sharpened=False)
    goal = piet.goals.get()

    def say(moment, level, outcome):
        score_goals(participation=piet, moment=moment, scores={goal.pk: (level, outcome)}, language="nl", by=piet.user)
        return [(row.moment, row.level, row.outcome) for row in GoalLevel.objects.order_by("scored_at")]

    at(BACK)
    assert say(Moment.RETURN, None, "") == []
    assert say(Moment.RETURN, 1, "Twee gesprekken.") == [("return", None, "Twee gesprekken.")]
    assert say(Moment.RETURN, None, "") == [("return", None, "")]  # taken out again
    at(home(2027, 10, 20))
    assert say(Moment.ONE_YEAR, None, "") == [("return", None, "")]


def test_consent_is_withdrawn_at_any_time(piet, cast, login, at):
    at(BACK)
    answers = TripAnswers(grade=8)
    answer_return(participation=piet, answers=answers, scores={}, word="anker", consent=True, by=piet.user)
    cast.trip.published_at, cast.trip.published_by = home(2026, 10, 12), cast.lead
    cast.trip.closed_at, cast.trip.closed_by = home(2028, 1, 10), cast.lead
    cast.trip.save()
    at(home(2028, 3, 1))
    press = f"/my/trips/{cast.trip.slug}/word/return/"
    assert login(piet.user).post(press, {"consent": "no"}).status_code == 302
    assert not OneWord.objects.get().consent
    assert login(cast.lead).post(press, {"consent": "yes"}).status_code == 404
    assert login(piet.user).post(f"/my/trips/{cast.trip.slug}/word/one_year/").status_code == 404
    page = login(piet.user).get(url(piet))
    assert page.status_code == 200  # to read
    assert "anker" in page.content.decode()


def test_while_the_recall_is_asked_the_old_word_is_hidden_but_consent_is_not(piet, login, at):
    at(BACK)
    answers = TripAnswers(grade=8, learned="Zwijgen helpt.")
    answer_return(participation=piet, answers=answers, scores={}, word="anker", consent=True, by=piet.user)
    at(home(2027, 10, 20))
    page = login(piet.user).get(url(piet)).content.decode()
    assert "anker" not in page
    assert "Zwijgen" not in page
    assert "Toestemming intrekken" in page
    late = login(piet.user).post(url(piet), posted(piet, word="nieuw"))
    assert late.status_code == 410
    assert "nieuw" in late.content.decode()
    assert "anker" not in late.content.decode()


# --- presentations --------------------------------------------------------------------------------


def test_a_presentation_takes_https_links_only(piet, login, at):
    at(BACK)
    browser, page = login(piet.user), url(piet, "presentation")
    for link in ("http://slides.example/1", "javascript:alert(1)", "ftp://x.example"):
        assert browser.post(page, {"title": "Stil zijn", "link": link}).status_code == 422
    assert browser.post(page, {"title": "Stil zijn", "link": "https://slides.example/1"}).status_code == 302
    assert Presentation.objects.get().link == "https://slides.example/1"


def test_slots_follow_the_order_the_lead_gives(piet, cast, login, at):
    at(home(2026, 11, 20))
    anna = world.participation(cast.trip, world.user("Anna"))
    zoe = world.participation(cast.trip, world.user("Zoë"))
    login(piet.user).post(url(piet, "presentation"), {"title": "Stil zijn"})
    lead, page = login(cast.lead), f"/team/{cast.trip.slug}/presentations/"
    order = {
        f"place_{zoe.pk}": "1",
        f"place_{piet.pk}": "2",
        f"place_{anna.pk}": "",
        "starts": "14:00",
        "minutes": "15",
    }
    assert lead.post(page, order).status_code == 302
    slots = {row.participation: row.starts_at for row in Presentation.objects.all()}
    assert slots == {zoe: home(2026, 12, 18, 14), piet: home(2026, 12, 18, 14, 15), anna: None}
    assert Presentation.objects.get(participation=piet).title == "Stil zijn"
    shown = lead.get(page).content.decode()
    assert shown.index("Zoë") < shown.index("Piet") < shown.index("Anna")
    assert lead.post(page, order | {"minutes": "1"}).status_code == 422


def test_held_is_noted_once_and_can_be_taken_back(piet, cast, login, at):
    lead, press = login(cast.lead), f"/team/{cast.trip.slug}/presentations/{piet.pk}/held/"
    at(london(2026, 11, 12))
    assert lead.post(press).status_code == 409
    at(home(2026, 12, 18, 15))
    assert lead.post(press).status_code == 302
    assert lead.post(press).status_code == 409
    assert Presentation.objects.get().held_by == cast.lead
    assert lead.post(press, {"held": "no"}).status_code == 302
    assert Presentation.objects.get().held_at is None
    assert login(piet.user).post(press).status_code == 404
    assert login(cast.administrator()).post(press).status_code == 403
