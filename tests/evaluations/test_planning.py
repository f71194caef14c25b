"""The plan: actions in words and dates, what became of them, and reminders that stop when answered."""

from datetime import date, timedelta

import pytest

from evaluations import reminders
from evaluations.lifecycle import ACTION, steps
from evaluations.models import Action, Reach
from evaluations.plans.actions import Plan, Told, add_action, delete_action, edit_action, report_action
from exchange import carry_on
from exchange.history.models import HistoryEntry
from exchange.verdicts import Refused
from tests import world
from tests.world import home

pytestmark = pytest.mark.django_db
NOW = home(2026, 12, 10)
DUE = date(2027, 2, 1)


@pytest.fixture
def piet(cast, at):
    at(NOW)
    return cast.participant()


@pytest.fixture
def action(piet):
    return add_action(participation=piet, plan=Plan(title="Spreekuur beginnen", due_on=DUE), by=piet.user)


def plan_of(participation, **more):
    return {"title": "Gesprek in het team", "due_on": "2027-02-01", "means": "team_meeting"} | more


def report(**more):
    return {"status": "begun", "rung": "2", "evidence": "", "evidence_link": ""} | more


def test_an_action_has_an_audience_a_goal_and_words_of_the_theme(piet, login):
    goal, tag = piet.goals.first(), piet.trip.framework.dimensions.first().tags.first()
    data = plan_of(piet, audience=["caretaker", "teacher"], goal=goal.pk, tags=[tag.pk], partner="Wijkagent")
    answer = login(piet.user).post(f"/my/trips/{piet.trip.slug}/plan/new/", data)
    assert answer.status_code == 302
    made = Action.objects.get()
    assert (made.audience, made.goal, list(made.tags.all()), made.status) == (
        ["caretaker", "teacher"], goal, [tag], "planned",
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"due_on": "2026-11-09"},  # the day before departure
        {"due_on": "2028-11-12"},  # more than a year after the follow-up day
        {"due_on": "morgen"},
        {"audience": ["pirate"]},
        {"means": "magic"},
        {"tags": ["9" * 400]},
        {"tags": ["a\x00b"]},
        {"goal": "a\x00b"},
    ],
)
def test_bad_input_comes_back(piet, login, wrong):
    answer = login(piet.user).post(f"/my/trips/{piet.trip.slug}/plan/new/", plan_of(piet, partner="Halt") | wrong)
    assert answer.status_code == 422
    assert 'value="Halt"' in answer.content.decode()
    assert not Action.objects.exists()


def test_goals_and_tags_of_others_are_no_choice(piet, login):
    other = world.participation(world.trip(), world.user())
    foreign = other.trip.framework.dimensions.first().tags.first()
    data = plan_of(piet, goal=other.goals.first().pk)
    page = f"/my/trips/{piet.trip.slug}/plan/new/"
    assert login(piet.user).post(page, data).status_code == 422
    assert login(piet.user).post(page, plan_of(piet, tags=[foreign.pk])).status_code == 422


def test_the_plan_opens_when_the_trip_leaves(cast, login, at):
    piet = cast.participant()
    at(home(2026, 11, 9))
    assert login(piet.user).get(f"/my/trips/{piet.trip.slug}/plan/").status_code == 409
    at(home(2026, 11, 10, 8))
    assert login(piet.user).get(f"/my/trips/{piet.trip.slug}/plan/").status_code == 200


# --- what became of it ----------------------------------------------------------------------------


def test_a_report_tells_status_reach_and_step(action, login):
    page = f"/actions/{action.pk}/"
    data = report(
        status="done", rung="3", evidence="Staat op de agenda.", reach_caretaker="3", reach_teacher="12", seen="planned"
    )
    assert login(action.participation.user).post(page, data).status_code == 302
    action.refresh_from_db()
    assert (action.status, action.rung, action.evidence, action.reported_at) == ("done", 3, "Staat op de agenda.", NOW)
    assert dict(Reach.objects.values_list("job_role", "people")) == {"caretaker": 3, "teacher": 12}
    assert HistoryEntry.objects.latest("id").verb == "action.finish"


@pytest.mark.parametrize(
    ("rung", "evidence", "link", "status"),
    [
        ("4", "", "", 302),
        ("5", "", "", 422),
        ("5", "Protocol van 3 maart.", "", 302),
        ("5", "", "https://school.example/protocol", 302),
        ("5", "", "http://school.example/protocol", 422),
        ("6", "x", "", 422),
        ("0", "x", "", 422),
    ],
)
def test_policy_needs_something_that_shows_it(action, login, rung, evidence, link, status):
    data = report(rung=rung, evidence=evidence, evidence_link=link)
    assert login(action.participation.user).post(f"/actions/{action.pk}/", data).status_code == status


def test_the_action_itself_asks_for_evidence_of_policy(action):
    with pytest.raises(Refused):
        report_action(action=action, told=Told(status="done", rung=5), by=action.participation.user)


@pytest.mark.parametrize(
    ("source", "targets"),
    [
        ("planned", {"begun", "done", "changed", "dropped"}),
        ("begun", {"done", "changed", "dropped"}),
        ("done", {"changed", "begun"}),
        ("changed", {"done", "begun"}),
        ("dropped", {"begun"}),
    ],
)
def test_where_an_action_can_go(action, login, source, targets):
    assert set(steps(source)) == targets
    Action.objects.update(status=source)
    outside = {state.value for state in ACTION.states} - targets - {source}
    for target in outside:
        assert login(action.participation.user).post(f"/actions/{action.pk}/", report(status=target)).status_code == 422


def test_a_report_written_in_another_state_is_told_so(action, login):
    browser, page = login(action.participation.user), f"/actions/{action.pk}/"
    browser.post(page, report(status="done", seen="planned"))
    assert browser.post(page, report(status="changed", seen="planned")).status_code == 409


def test_a_plan_changes_until_something_was_told(action, login):
    browser = login(action.participation.user)
    assert browser.post(f"/actions/{action.pk}/edit/", plan_of(action.participation, title="Anders")).status_code == 302
    action.refresh_from_db()
    assert action.title == "Anders"
    browser.post(f"/actions/{action.pk}/", report(status="planned"))
    assert browser.get(f"/actions/{action.pk}/edit/").status_code == 409
    late = browser.post(f"/actions/{action.pk}/edit/", plan_of(action.participation, title="Te laat getypt"))
    assert late.status_code == 409
    assert "Te laat getypt" in late.content.decode()
    assert browser.post(f"/actions/{action.pk}/delete/").status_code == 409
    assert browser.post(f"/actions/{action.pk}/drop/").status_code == 302
    action.refresh_from_db()
    assert action.status == "dropped"


def test_a_plan_nothing_was_told_about_can_be_deleted(action, login):
    browser = login(action.participation.user)
    assert browser.get(f"/actions/{action.pk}/delete/").status_code == 405
    assert browser.post(f"/actions/{action.pk}/delete/").status_code == 302
    assert not Action.objects.exists()
    assert browser.post(f"/actions/{action.pk}/delete/").status_code == 404


def test_two_tabs_cannot_both_win(action):
    stale = Action.objects.select_related("participation").get(pk=action.pk)
    report_action(action=action, told=Told(status="begun"), by=action.participation.user)
    owner = action.participation.user
    fresh = Action.objects.select_related("participation").get(pk=action.pk)
    fresh.status = "planned"
    for late in (
        lambda: report_action(action=fresh, told=Told(status="planned"), by=owner),
        lambda: edit_action(action=stale, plan=Plan(title="Anders", due_on=DUE), by=owner),
        lambda: delete_action(action=stale, by=owner),
        lambda: report_action(action=stale, told=Told(status="planned"), by=owner),
    ):
        with pytest.raises(Refused):
            late()
    action.refresh_from_db()
    assert (action.title, action.status) == ("Spreekuur beginnen", "begun")


def test_others_read_or_find_nothing(action, cast, login):
    page = f"/actions/{action.pk}/"
    for person in (cast.lead, cast.companion(), cast.administrator()):
        browser = login(person)
        assert browser.get(page).status_code == 200
        for verb in ("", "drop/", "delete/", "edit/"):
            assert browser.post(page + verb, report()).status_code == 403
    for person in (cast.reviewer(), cast.coordinator(), cast.partner(), cast.stranger()):
        assert login(person).get(page).status_code == 404
        assert login(person).post(f"{page}drop/").status_code == 404


# --- reminders ------------------------------------------------------------------------------------


def days(count):
    """A morning `count` days from the due day."""
    return home(DUE.year, DUE.month, DUE.day, 7) + timedelta(days=count)


def test_a_week_before_and_two_weeks_after_once_each(action, mailbox):
    for count in range(-10, 30):
        reminders.actions_due(days(count))
        reminders.actions_passed(days(count))
    assert sorted(mailbox().values_list("kind", flat=True)) == ["evaluations/action_due", "evaluations/action_passed"]
    assert "Spreekuur beginnen" in mailbox("action_due").get().subject


@pytest.mark.parametrize(("count", "due", "passed"), [(-8, 0, 0), (-7, 1, 0), (0, 0, 0), (13, 0, 0), (14, 0, 1)])
def test_on_which_day(action, count, due, passed):
    assert (reminders.actions_due(days(count)), reminders.actions_passed(days(count))) == (due, passed)


@pytest.mark.parametrize(
    ("told_on", "passed"),
    [(-3, 1), (0, 0), (5, 0)],  # before the day it was still a plan; from that day on it is an answer
)
def test_an_answer_stops_them(action, at, told_on, passed):
    at(days(told_on))
    report_action(action=action, told=Told(status="begun"), by=action.participation.user)
    assert reminders.actions_due(days(-2)) == 0
    assert reminders.actions_passed(days(20)) == passed


@pytest.mark.parametrize("how", ["no reminders", "left", "given back", "cancelled", "completed", "done"])
def test_when_nobody_is_reminded(action, cast, how):
    piet = action.participation
    if how == "no reminders":
        piet.user.reminders = False
        piet.user.save()
    elif how == "left":
        world.left(piet.user)
    elif how == "given back":
        piet.status, piet.cancelled_at, piet.cancelled_by = "cancelled", NOW, piet.user
        piet.save()
    elif how == "done":
        report_action(action=action, told=Told(status="done"), by=piet.user)
    else:
        name = "cancelled" if how == "cancelled" else "closed"
        setattr(cast.trip, f"{name}_at", NOW)
        setattr(cast.trip, f"{name}_by", cast.lead)
        cast.trip.save()
    world.settle_all()
    found = (reminders.actions_due(days(-5)), reminders.actions_passed(days(20)), reminders.plans(home(2027, 9, 1)))
    assert found == (0, 0, 0)


def test_three_months_before_the_follow_up_day_one_mail_lists_what_is_only_a_plan(action, piet, mailbox):
    add_action(participation=piet, plan=Plan(title="Poster maken", due_on=date(2027, 9, 20)), by=piet.user)
    done = add_action(participation=piet, plan=Plan(title="Klaar ding", due_on=DUE), by=piet.user)
    report_action(action=done, told=Told(status="done"), by=piet.user)
    assert reminders.plans(home(2027, 8, 12)) == 0  # 92 days before
    assert reminders.plans(home(2027, 8, 13)) == 1
    assert reminders.plans(home(2027, 9, 1)) == 0
    body = mailbox("plan_waits").get().body
    assert "Poster maken" in body
    assert "Spreekuur beginnen" in body
    assert "Klaar ding" not in body


def test_goals_without_levels_a_week_before_departure(cast, mailbox):
    cast.participant(sharpened=False, goals=2)
    world.participation(cast.trip, world.user())
    counts = [reminders.goals(home(2026, 11, day)) for day in (2, 3, 9, 10)]
    assert counts == [0, 1, 0, 0]
    assert mailbox("goals_to_sharpen").get().body.count("/sharpen/") == 2


def test_the_evening_is_asked_the_next_morning_once(cast, mailbox, at):
    cast.trip.published_at, cast.trip.published_by = home(2026, 10, 12), cast.lead
    cast.trip.save()
    cast.participant()
    counts = []
    for moment in (home(2026, 11, 10, 22), home(2026, 11, 11, 7), home(2026, 11, 11, 8), home(2026, 11, 12, 7)):
        at(moment)
        counts.append(reminders.evenings(moment))
    assert counts == [0, 1, 0, 1]  # the first evening, then the second
    assert mailbox("evening_reminder").count() == 2


def test_the_year_is_announced_when_it_opens(piet, mailbox):
    counts = [reminders.follow_ups(moment) for moment in (home(2027, 10, 12), home(2027, 10, 13), home(2027, 11, 1))]
    assert counts == [0, 1, 0]
    assert f"/my/trips/{piet.trip.slug}/follow-up/" in mailbox("follow_up_opens").get().body


@pytest.mark.parametrize("language", ["nl", "en"])
def test_mails_escape_nothing_and_make_no_links_of_what_people_typed(piet, mailbox, language):
    piet.user.language = language
    piet.user.save()
    plan = Plan(title="Koffie & thee <b> http://evil.example", due_on=DUE)
    add_action(participation=piet, plan=plan, by=piet.user)
    reminders.actions_due(days(-3))
    message = mailbox().get()
    assert "Koffie & thee <b>" in message.body
    assert "http://evil.example" not in message.body + message.subject
    assert ("Hallo" in message.body or "Dag" in message.body) == (language == "nl")


def test_what_was_told_of_an_action_that_is_gone_stands_on_the_page_that_says_so(piet, action, login, monkeypatch):
    """It was taken away in another window after this one had found it."""
    browser, stale = login(piet.user), Action.objects.get()
    delete_action(action=action, by=piet.user)
    monkeypatch.setattr("evaluations.plans.views.seen", lambda request, pk: stale)
    told = report(evidence="Het staat in het beleid.") | {carry_on.AUTHOR: carry_on.mark(piet.user)}
    answer = browser.post(f"/actions/{stale.pk}/", told)
    assert answer.status_code == 410
    assert "Het staat in het beleid." in answer.content.decode()
