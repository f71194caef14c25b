"""One year on: the recall first and unseen, then everything side by side."""

from datetime import date

import pytest

from evaluations.afterwards.actions_return import TripAnswers, answer_return
from evaluations.afterwards.actions_year import YearAnswers, answer_follow_up, recall
from evaluations.lifecycle import Moment
from evaluations.models import Action, FollowUp, GoalLevel, OneWord, Reach
from evaluations.plans.actions import Plan, add_action
from exchange.verdicts import Refused
from tests.world import home

pytestmark = pytest.mark.django_db
OLD = ("rode loper", "Drie gesprekken geleid.", "Zwijgen helpt.", "Spreekuur beginnen")


@pytest.fixture
def piet(cast, at):
    """Somebody with a return and a plan, one year later."""
    at(home(2026, 12, 10))
    piet = cast.participant()
    goal = piet.goals.first()
    answer_return(
        participation=piet,
        answers=TripAnswers(grade=8, learned=OLD[2]),
        scores={goal.pk: (0, OLD[1])},
        word=OLD[0],
        by=piet.user,
    )
    add_action(participation=piet, plan=Plan(title=OLD[3], due_on=date(2027, 2, 1)), by=piet.user)
    at(home(2027, 11, 12, 15))
    return piet


def url(participation):
    return f"/my/trips/{participation.trip.slug}/follow-up/"


def second_half(participation, **more):
    goal, action = participation.goals.first(), participation.actions.get()
    prefix = f"action-{action.pk}"
    return {
        f"level_{goal.pk}": "1",
        f"outcome_{goal.pk}": "Elf gesprekken.",
        f"{prefix}-status": "done",
        f"{prefix}-rung": "3",
        f"{prefix}-evidence": "Elke maandag.",
        f"{prefix}-reach_teacher": "12",
        "support": "2",
        "opportunity": "unknown",
        "students": "Ze komen eerder praten.",
        "moved": "on",
    } | more


@pytest.mark.parametrize(("day", "status"), [(home(2027, 10, 12, 23), 409), (home(2027, 10, 13, 0), 200)])
def test_it_opens_thirty_days_before(piet, login, at, day, status):
    at(day)
    assert login(piet.user).get(url(piet)).status_code == status


def test_nothing_old_is_told_before_the_recall_is_written(piet, login):
    browser = login(piet.user)
    page = browser.get(url(piet)).content.decode()
    wrong = browser.post(f"{url(piet)}recall/", {"word": "", "recall": "Iets."})
    assert wrong.status_code == 422
    sneaky = browser.post(url(piet), second_half(piet))
    assert sneaky.status_code == 409
    assert "Ze komen eerder praten." in sneaky.content.decode()
    for text in OLD:
        assert text not in page
        assert text not in wrong.content.decode()
        assert text not in sneaky.content.decode()
    assert not GoalLevel.objects.filter(moment=Moment.ONE_YEAR).exists()
    with pytest.raises(Refused):
        answer_follow_up(participation=piet, answers=YearAnswers(), by=piet.user)


def test_after_the_recall_both_stand_side_by_side(piet, login):
    browser = login(piet.user)
    answer = browser.post(f"{url(piet)}recall/", {"word": "anker", "recall": "De stilte.", "consent": "on"})
    assert answer.status_code == 302
    page = browser.get(url(piet)).content.decode()
    for text in (*OLD, "anker", "De stilte."):
        assert text in page
    word = OneWord.objects.get(moment=Moment.ONE_YEAR)
    assert (word.word, word.consent) == ("anker", True)


def test_the_recall_stands_once_the_old_answers_were_shown(piet, login):
    browser, page = login(piet.user), f"{url(piet)}recall/"
    first = {"word": "anker", "recall": "De stilte."}
    assert browser.post(page, first).status_code == 302
    assert browser.post(page, first).status_code == 302  # the same again is harmless
    assert browser.post(page, first | {"recall": "Toch iets anders."}).status_code == 409
    assert FollowUp.objects.get().recall == "De stilte."


def test_the_second_half_tells_goals_actions_and_the_school(piet, login):
    recall(participation=piet, word="anker", recall="De stilte.", by=piet.user)
    assert login(piet.user).post(url(piet), second_half(piet)).status_code == 302
    row = GoalLevel.objects.get(moment=Moment.ONE_YEAR)
    assert (row.level, row.outcome, row.state) == (1, "Elf gesprekken.", "proposed")
    action = Action.objects.get()
    assert (action.status, action.rung, Reach.objects.get().people) == ("done", 3, 12)
    year = FollowUp.objects.get()
    assert (year.support, year.opportunity, year.students, year.moved) == (2, None, "Ze komen eerder praten.", True)
    assert year.answered_at == home(2027, 11, 12, 15)


def test_one_bad_action_brings_everything_back(piet, login):
    recall(participation=piet, word="anker", recall="De stilte.", by=piet.user)
    prefix = f"action-{piet.actions.get().pk}"
    wrong = second_half(piet, **{f"{prefix}-rung": "5", f"{prefix}-evidence": ""})
    answer = login(piet.user).post(url(piet), wrong)
    assert answer.status_code == 422
    assert "Ze komen eerder praten." in answer.content.decode()
    assert FollowUp.objects.get().answered_at is None
    assert Action.objects.get().status == "planned"


def test_a_companion_confirms_the_year_too(piet, cast, login):
    recall(participation=piet, word="anker", recall="De stilte.", by=piet.user)
    login(piet.user).post(url(piet), second_half(piet))
    row = GoalLevel.objects.get(moment=Moment.ONE_YEAR)
    press = f"/team/{cast.trip.slug}/levels/{row.goal_id}/one_year/confirm/"
    assert login(cast.companion()).post(press, {"scored_at": row.scored_at.isoformat()}).status_code == 302
    row.refresh_from_db()
    assert row.state == "confirmed"


def test_after_completion_it_is_to_read(piet, cast, login, at):
    recall(participation=piet, word="anker", recall="De stilte.", by=piet.user)
    cast.trip.closed_at, cast.trip.closed_by = home(2028, 1, 10), cast.lead
    cast.trip.published_at, cast.trip.published_by = home(2026, 10, 12), cast.lead
    cast.trip.save()
    at(home(2028, 2, 1))
    browser = login(piet.user)
    assert browser.get(url(piet)).status_code == 200
    late = browser.post(url(piet), second_half(piet))
    assert late.status_code == 410
    assert "Ze komen eerder praten." in late.content.decode()


def test_it_is_nobody_elses(piet, cast, login):
    for person in (cast.lead, cast.companion(), cast.administrator(), cast.stranger(), cast.coordinator()):
        assert login(person).get(url(piet)).status_code == 404
        assert login(person).post(f"{url(piet)}recall/", {"word": "x", "recall": "y"}).status_code == 404
