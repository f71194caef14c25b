"""What a reader could work out by subtraction, tried as a reader would: from pages, sheets and editions, with a pencil.

Every attack takes only what is shown. Numbers are those of people who were never to be told apart.
"""

import re
from dataclasses import replace
from datetime import timedelta
from typing import get_type_hints

import pytest
from django.urls import reverse

from evaluations.afterwards.actions_return import TripAnswers, answer_return
from evaluations.impact import actions, differences, documents, notes
from evaluations.impact.editions import report_of
from evaluations.impact.models import Finding
from evaluations.impact.queries import compute, gather
from evaluations.impact.report import Actions, Goals, Middle, Report, Stayed
from evaluations.impact.statistics import Share
from evaluations.lifecycle import Moment
from evaluations.models import Action, GoalLevel
from evaluations.plans.actions import Plan, add_action
from exchange.people.lifecycle import JobRole
from tests import world

pytestmark = pytest.mark.django_db
BACK, LATER = world.home(2026, 12, 20), world.home(2027, 11, 20)


def numbers(text: str) -> list[int]:
    return [int(one) for one in re.findall(r"\d+", text.replace(".", ""))]


def act(who, *, status="done", rung=3, reach=()):
    made = Action.objects.create(
        participation=who,
        title="Delen",
        due_on=BACK.date(),
        status=status,
        rung=rung,
        created_at=BACK,
        reported_at=None if status == "planned" else LATER,
    )
    for role, people in reach:
        made.reach.create(job_role=role, people=people)
    return made


def shown(trip):
    return documents.context(compute(trip))


def level(who, moment, value, at=BACK):
    GoalLevel.objects.update_or_create(goal=who.goals.get(), moment=moment, defaults={"level": value, "scored_at": at})


@pytest.fixture
def publish(cast, at):
    Finding.objects.create(trip=cast.trip, text_nl="Ze doen het nog.")

    def publish(moment):
        at(moment)
        made = actions.publish_edition(trip=cast.trip, title_nl="Wat het gaf", title_en="", by=cast.lead)
        return documents.context(report_of(made))

    return publish


# --- a sum and its part ---------------------------------------------------------------------------


def colleagues(trip):
    """Colleagues reached, and those among them who do not teach, as the summary says."""
    reach = shown(trip)["headlines"][2]
    return numbers(reach.figure), numbers(reach.text)


def test_what_one_participant_counted_is_not_what_the_others_leave_over(cast, travellers, at):
    """Five count two security officers each; one of them counts 40 teachers too. 50 less 10 would be that one's 40."""
    at(LATER)
    for n, who in enumerate(travellers[:5]):
        act(who, reach=[(JobRole.SECURITY_OFFICER, 2), *([(JobRole.TEACHER, 40)] if n == 0 else [])])
    reached, support = colleagues(cast.trip)
    assert reached == [50]
    assert support == []
    assert "minder dan 5" in shown(cast.trip)["headlines"][2].source


def test_support_staff_is_told_when_both_sides_are_of_enough_people(cast, travellers, at):
    at(LATER)
    for n, who in enumerate(travellers[:10]):
        act(who, reach=[(JobRole.SECURITY_OFFICER if n < 5 else JobRole.TEACHER, 2 if n < 5 else 7)])
    assert colleagues(cast.trip) == ([45], [10])


def test_what_was_dropped_is_not_the_plans_less_the_ladder(cast, travellers, at):
    """Eleven did it, one dropped it: 12 plans less 11 on the ladder would be that one."""
    at(LATER)
    for n, who in enumerate(travellers):
        act(who, status="dropped" if n == 0 else "done", rung=2 if n < 6 else 4)
    found = shown(cast.trip)
    treads = [tread.count for tread in found["ladder"].treads]
    plans = found["report"].actions.total
    assert (plans, sum(treads)) == (12, 12)
    assert treads == [6, 6] or treads == [6, 0, 6]


def test_what_is_under_way_is_not_what_done_and_dropped_leave_over(cast, travellers, at):
    """Six did it, five dropped it, one is busy: 12 less 6 less 5 would be that one, or 7 on the ladder less 6."""
    at(LATER)
    for n, who in enumerate(travellers):
        act(who, status="done" if n < 6 else "dropped" if n < 11 else "begun", rung=4 if n < 6 else 1)
    found = shown(cast.trip)
    treads = [tread.count for tread in found["ladder"].treads] if found["ladder"] else []
    done = found["report"].actions.done
    assert (done.n, done.yes) == (12, 6)
    assert sum(treads) == 12
    assert 5 not in treads


# --- an edition and the one before ----------------------------------------------------------------


def test_one_late_answer_is_not_the_difference_of_two_editions(cast, travellers, publish):
    """Eleven answered at first, five below the goal. The twelfth answers later: whatever moved would be that one's."""
    for n, who in enumerate(travellers[:11]):
        level(who, Moment.RETURN, -1 if n < 5 else 0)
    first = publish(BACK)["levels"].rows[1]
    level(travellers[11], Moment.RETURN, 1, at=BACK + timedelta(days=9))
    second = publish(BACK + timedelta(days=10))["levels"].rows[1]
    assert (first.n, first.reached) == (11, 6)
    assert (second.n, second.reached) == (11, 6)


def test_one_changed_answer_is_not_the_difference_of_two_editions(cast, travellers, publish):
    for n, who in enumerate(travellers):
        level(who, Moment.RETURN, -1 if n < 6 else 0)
    first = publish(BACK)["levels"].rows[1]
    level(travellers[0], Moment.RETURN, 0, at=BACK + timedelta(days=9))
    second = publish(BACK + timedelta(days=10))["levels"].rows[1]
    assert (first.reached, second.reached) == (6, 6)


def test_five_late_answers_are_told(cast, travellers, publish):
    for who in travellers[:7]:
        level(who, Moment.RETURN, 0)
    assert publish(BACK)["levels"].rows[1].n == 7
    for who in travellers[7:]:
        level(who, Moment.RETURN, 0, at=BACK + timedelta(days=9))
    assert publish(BACK + timedelta(days=10))["levels"].rows[1].n == 12


def test_five_answer_again_and_one_says_something_else(cast, travellers, publish):
    """Six below, six reached. Five look again and one of them moves: 6 less 5 would be that one."""
    for n, who in enumerate(travellers):
        level(who, Moment.RETURN, -1 if n < 6 else 0)
    first = publish(BACK)["levels"].rows[1]
    for n in (5, 6, 7, 8, 9):
        level(travellers[n], Moment.RETURN, 0, at=BACK + timedelta(days=9))
    second = publish(BACK + timedelta(days=10))["levels"].rows[1]
    assert (first.reached, second.reached) == (6, 6)


def test_four_who_say_the_same_again_do_not_hide_a_fifth(cast, travellers, publish):
    """Eleven answered, six reached. Four of them look again and stay; the twelfth is new: 12 less 11 is that one."""
    for n, who in enumerate(travellers[:11]):
        level(who, Moment.RETURN, -1 if n < 5 else 0)
    first = publish(BACK)["levels"].rows[1]
    for who in (*travellers[5:9], travellers[11]):
        level(who, Moment.RETURN, 0, at=BACK + timedelta(days=9))
    second = publish(BACK + timedelta(days=10))["levels"].rows[1]
    assert (first.n, second.n, second.reached) == (11, 11, 6)


def test_an_action_that_was_taken_away_is_not_the_difference_of_two_editions(cast, travellers, publish):
    """Nobody says anything new, one plan is deleted: it leaves no trace but a smaller number."""
    made = [act(who, status="planned", rung=1) for who in travellers]
    assert publish(BACK)["report"].actions.total == 12
    made[0].delete()
    assert publish(BACK + timedelta(days=10))["report"].actions.total == 12


def test_a_year_later_everybody_has_told_and_all_of_it_is_new(cast, travellers, publish, at):
    """Twelve plans at the return. A year later six are done and anchored, six are dropped."""
    for who in travellers:
        act(who, status="planned", rung=1)
    publish(BACK)
    for n, action in enumerate(Action.objects.order_by("participation__user__name", "pk")):
        done = {"status": "done", "rung": 4} if n < 6 else {"status": "dropped"}
        Action.objects.filter(pk=action.pk).update(reported_at=LATER, **done)
    found = publish(LATER + timedelta(days=1))["report"]
    assert (found.actions.done.yes, found.actions.done.n) == (6, 12)
    assert found.stayed == ()


def test_one_more_grade_or_action_is_not_the_difference_of_two_editions(cast, travellers, publish, at):
    def answer(who, grade):
        answer_return(participation=who, answers=TripAnswers(grade=grade), scores={}, by=who.user)

    at(BACK)
    for who in travellers[:11]:
        answer(who, 6)
        act(who, status="planned", rung=1)
    first = publish(BACK)["report"]
    at(BACK + timedelta(days=9))
    answer(travellers[11], 10)
    add_action(participation=travellers[11], plan=Plan(title="Nog een", due_on=LATER.date()), by=travellers[11].user)
    second = publish(BACK + timedelta(days=10))["report"]
    assert (first.grade.n, second.grade.n) == (11, 11)
    assert first.actions == second.actions


def test_the_reader_is_told_which_figures_stayed_and_why(cast, travellers, publish, login):
    for who in travellers[:11]:
        level(who, Moment.RETURN, 0)
    publish(BACK)
    level(travellers[11], Moment.RETURN, 1, at=BACK + timedelta(days=9))
    publish(BACK + timedelta(days=10))
    edition = cast.trip.editions.get(number=2)
    page = login(cast.partner()).get(reverse("impact:edition", args=[edition.pk])).text
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "doelen bij terugkomst" in words
    assert "editie 1" in words
    sheets = {
        str(one.title): list(one.rows) for one in documents._sheets(edition, documents.context(report_of(edition)))
    }
    assert any("editie 1" in str(row) for row in sheets["Codeboek"])


def test_late_answers_are_told_as_soon_as_they_are_five_together(cast, travellers, publish):
    """Seven at first. One more stays out of the second edition; with four more after it, all five are in the third."""
    for who in travellers[:7]:
        level(who, Moment.RETURN, 0)
    told = [publish(BACK)]
    for n, late in ((1, travellers[7:8]), (2, travellers[8:12])):
        for who in late:
            level(who, Moment.RETURN, 0, at=BACK + timedelta(days=10 * n - 1))
        told.append(publish(BACK + timedelta(days=10 * n)))
    assert [one["levels"].rows[1].n for one in told] == [7, 7, 12]
    assert [bool(one["stayed"]) for one in told] == [False, True, False]


def test_every_figure_of_answers_is_held_against_earlier_editions(cast, travellers):
    """A figure that is new is among them, and has a name for the sentence that says it stayed."""
    hints = get_type_hints(Report)
    answered = {name for name, kind in hints.items() if kind in (Goals, Middle, Share, Actions)}
    assert set(differences._answers(gather(cast.trip))) == answered
    stayed = replace(compute(cast.trip), stayed=tuple(Stayed(name, 1, "2026-12-20") for name in answered))
    assert len(notes.stayed(stayed)) == 1


# --- own school and the rest ----------------------------------------------------------------------


def test_a_coordinator_does_not_work_out_the_roles_of_other_schools(cast, travellers):
    """Five caretakers travelled, four of a school whose coordinator knows them by name: the fifth is elsewhere."""
    for n, who in enumerate(travellers):
        role = JobRole.CARETAKER if n in (0, 1, 2, 3, 6) else JobRole.TEACHER
        type(who).objects.filter(pk=who.pk).update(job_role=role)
    found = shown(cast.trip)
    own = {JobRole.CARETAKER: 4, JobRole.TEACHER: 2}
    told = found["report"].job_roles or {}
    left = {role: count - own.get(role, 0) for role, count in told.items()}
    assert all(count >= 5 for count in left.values()), left


# --- a live total before and after ----------------------------------------------------------------


def test_a_coordinators_page_does_not_move_by_what_one_person_plans(cast, travellers, at, login):
    """Six of the school and six others made a plan; then one adds two actions. Only heads may be counted live."""
    at(BACK)
    for who in travellers:
        act(who, status="planned", rung=1)
    page = login(cast.coordinator())

    def words():
        html = page.get(reverse("school:people")).text
        return re.sub(r"<[^>]+>", " ", html[html.index("<main") : html.index("</main>")]).split()

    before = words()
    for _ in range(2):
        act(travellers[0], status="planned", rung=1)
    assert words() == before
