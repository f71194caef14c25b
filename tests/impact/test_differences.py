"""The difference of two published figures, by hand: of how many people it is made, and when it stays as it was."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from evaluations.impact.differences import (
    Answer,
    Cell,
    _answers,
    _cells,
    _classes,
    _involved,
    _readable,
    _tells,
    has_figures,
    publishable,
)
from evaluations.impact.models import ReportEdition
from evaluations.impact.queries import Deed, compute, gather
from evaluations.impact.report import Actions, Goals, Middle, freeze
from evaluations.impact.statistics import FIVE, THREE, TWO, Distribution, Share, distribution
from evaluations.models import Action, FollowUp, GoalLevel, ReturnEvaluation
from exchange.people.lifecycle import JobRole
from tests import world

K = 5
SINCE = world.home(2026, 12, 20)
NEW = SINCE + timedelta(seconds=1)


def answers(*values, new=0, at=NEW):
    """An answer of each of so many people; the last `new` of them were given since."""
    old = len(values) - new
    return [Answer(n, SINCE if n < old else at, value) for n, value in enumerate(values)]


def goals(*levels, confirmed=None):
    return Goals(distribution(enumerate(levels), K), 0, confirmed)


def yes_no(yes, no):
    return Share(yes + no, yes + no, yes), (*[False] * no, *[True] * yes)


# --- who moved --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("new", "tells"), [(1, True), (4, True), (5, False), (12, False)])
def test_a_median_moves_by_as_many_as_answered_since(new, tells):
    before, now = Middle(12, 12, 7.0), Middle(12, 12, 8.0)
    assert _tells(before, now, answers(*[8] * 12, new=new), SINCE, K) is tells


def test_an_answer_of_the_moment_of_the_edition_is_in_it():
    before, now = Middle(12, 12, 7.0), Middle(12, 12, 8.0)
    assert _tells(before, now, answers(*[8] * 12, new=5, at=SINCE), SINCE, K)


def test_one_person_who_answers_five_times_is_one():
    again = [Answer("Piet", NEW, 8) for _ in range(5)]
    assert _tells(Middle(12, 12, 7.0), Middle(12, 12, 8.0), [*answers(*[8] * 12), *again], SINCE, K)


def test_nothing_is_told_by_what_is_the_same_or_not_shown():
    one = answers(*[8] * 12, new=1)
    shown, hidden = Middle(12, 12, 7.0), Middle(4, None, None)
    assert not _tells(shown, shown, one, SINCE, K)
    assert not _tells(shown, hidden, one, SINCE, K)
    assert not _tells(hidden, shown, one, SINCE, K)
    assert _tells(shown, replace(shown, median=8.0), one, SINCE, K)


# --- shares -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yes", "no", "tells"),
    [
        (15, 5, False),  # five more say yes, five fewer no
        (14, 6, True),  # four
        (11, 9, True),
        (15, 10, False),  # five more say yes, nobody fewer
        (14, 11, True),  # of the new ones four say yes and one no
        (20, 10, False),
    ],
)
def test_both_sides_of_a_share_move_by_enough_people(yes, no, tells):
    """Ten of twenty said yes. Ten people answered since, some of them again."""
    (before, _), (now, said) = yes_no(10, 10), yes_no(yes, no)
    assert _tells(before, now, answers(*said, new=10), SINCE, K) is tells


def test_a_share_is_two_numbers():
    sides = list(_cells(Share(20, 20, 12), Share(25, 25, 15), 1))
    assert [(side.before, side.most) for side in sides] == [(12, 1), (8, 1)]
    assert [[side.weight(yes) for yes in (True, False)] for side in sides] == [[1, 0], [0, 1]]


def test_a_share_without_its_sides_is_only_a_number_of_people():
    (before, _), (_, said) = yes_no(10, 10), yes_no(11, 9)
    hidden = Share(20, 20, None)
    assert not _tells(before, hidden, answers(*said, new=10), SINCE, K)
    assert not _tells(hidden, before, answers(*said, new=10), SINCE, K)


# --- levels -----------------------------------------------------------------------------------------


def test_levels_are_counted_by_class():
    """Six below, six reached. Five look again; one, or five of them, moves."""
    before = goals(*[-1] * 6, *[0] * 6)
    one, five = [*[-1] * 5, *[0] * 7], [*[-1] * 6, *[0] * 6, *[0] * 5]
    assert _tells(before, goals(*one), answers(*one, new=5), SINCE, K)
    assert not _tells(before, goals(*five), answers(*five, new=5), SINCE, K)


def test_of_two_schemes_the_coarser_one_is_told():
    """Five classes at first, two now: what is below is the sum of the two lowest."""
    cells = list(_classes(FIVE, (5, 6, 7, 8, 9), TWO, int, 2))
    assert [(cell.before, cell.most) for cell in cells] == [(11, 2), (24, 2)]
    assert [[cell.weight(level) for level in range(-2, 3)] for cell in cells] == [[1, 1, 0, 0, 0], [0, 0, 1, 1, 1]]
    merged = list(_classes(TWO, (11, 24), THREE, int, 1))
    assert [cell.before for cell in merged] == [11, 24]
    assert list(_classes((), (), TWO, int, 1)) == []
    assert list(_classes(TWO, (11, 24), (), int, 1)) == []


def test_every_level_counts_once_in_their_number():
    number = next(_cells(goals(*[0] * 12), goals(*[0] * 13), 1))
    assert (number.before, number.most, [number.weight(level) for level in range(-2, 3)]) == (12, 1, [1] * 5)


def test_what_the_team_confirmed_is_not_what_participants_said():
    before, now = goals(*[0] * 12), goals(*[0] * 12, confirmed=Share(12, 12, 6))
    assert not _tells(before, now, answers(*[0] * 12, new=1), SINCE, K)


# --- how many people a number is made of ------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "most", "people"),
    [
        (12, 1, 0),
        (11, 1, 1),
        (13, 1, 1),  # one fewer tells as much as one more
        (3, 2, 5),  # nine levels of people with two goals
        (4, 2, 4),
        (12, None, 0),
    ],
)
def test_a_net_change_is_of_so_many_people_at_least(before, most, people):
    assert _involved(Cell(before, int, most), answers(*[1] * 12, new=5), SINCE) == people


def test_where_one_may_bring_any_number_those_who_moved_are_counted():
    """Colleagues reached: five reported since, two of them reached nobody."""
    reached = answers(10, 10, 10, 40, 1, 1, 0, 0, new=5)
    cell = Cell(30, int, None)
    assert _involved(cell, reached, SINCE) == 3
    assert _involved(cell, reached[:2], SINCE) == 1, "what went without a trace is of somebody"


# --- actions ----------------------------------------------------------------------------------------


def deed(n, status="done", rung=2, asked=True, reach=(), at=NEW):
    return Answer(n, at, Deed(n, at, status, rung, asked, reach))


PLANNED = Actions(12, 12, Share(0, 0, 0), None, 0, None, False, (), ())
TOLD = Actions(12, 12, Share(12, 12, 6), 50, 12, 10, False, ladder_classes=((0, 1, 2), (3, 4, 5)), ladder=(6, 6))


def told(before, now):
    return [(cell.before, cell.most) for cell in _cells(before, now, 3)]


def test_what_is_subtracted_of_actions():
    assert told(PLANNED, PLANNED) == [(12, 3), (0, 3)]
    # What is planned and what was asked about are two figures: the year later is none of the plans.
    assert told(PLANNED, TOLD) == [(0, 3)]
    assert told(TOLD, TOLD) == [(12, 3), (6, 3), (6, 3), (6, 3), (50, None), (10, None)]
    assert told(TOLD, replace(TOLD, reached_support=None)) == [(12, 3), (6, 3), (6, 3), (6, 3), (50, None)]
    assert told(replace(TOLD, reached=None), TOLD) == [(12, 3), (6, 3), (6, 3), (6, 3), (10, None)]
    hidden = replace(TOLD, done=Share(12, 12, None))
    assert told(TOLD, hidden) == told(hidden, TOLD) == [(12, 3), (6, 3), (6, 3), (50, None), (10, None)]


def test_what_an_action_counts_for():
    """Done and high; dropped; not asked about; and what each reached."""
    support, other = (JobRole.CARETAKER, 2), (JobRole.TEACHER, 7)
    deeds = [
        deed(0, "done", 4, reach=(support, other)).value,
        deed(1, "changed", 3, reach=(other,)).value,
        deed(2, "dropped", 4).value,
        deed(3, "planned", 1, asked=False).value,
    ]
    cells = _cells(TOLD, TOLD, 1)
    assert [[cell.weight(one) for one in deeds] for cell in cells] == [
        [1, 1, 1, 0],  # asked about
        [1, 1, 0, 0],  # done
        [0, 0, 1, 0],  # tried at most; what was dropped stands there
        [1, 1, 0, 0],  # from the team on
        [9, 7, 0, 0],
        [2, 0, 0, 0],
    ]
    plans = next(_cells(PLANNED, PLANNED, 1))
    assert [plans.weight(one) for one in deeds] == [1, 1, 1, 1]


def test_that_a_part_is_hidden_is_nobodys_answer():
    one = [*(deed(n, at=SINCE) for n in range(12)), deed(12)]
    assert not _tells(TOLD, replace(TOLD, support_hidden=True), one, SINCE, K)
    assert _tells(TOLD, replace(TOLD, reached=51), one, SINCE, K)
    assert not _tells(replace(TOLD, total=None), TOLD, one, SINCE, K)
    assert not _tells(TOLD, replace(TOLD, total=None), one, SINCE, K)


# --- which reports ----------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["departs_on", "returns_on", "follow_up_on"])
def test_a_report_needs_all_days(missing):
    days = dict.fromkeys(("departs_on", "returns_on", "follow_up_on"), world.DEPARTS)
    assert has_figures(SimpleNamespace(**days))
    assert not has_figures(SimpleNamespace(**days | {missing: None}))


def test_a_distribution_of_few_is_not_shown():
    few = Goals(Distribution(4, None, None, None), 0, None)
    assert not _tells(few, goals(*[0] * 12), answers(*[0] * 12, new=1), SINCE, K)
    assert not _tells(goals(*[0] * 12), few, answers(*[0] * 12, new=1), SINCE, K)


@pytest.mark.django_db
def test_which_answers_a_figure_is_made_of(cast, travellers, at):
    """Piet answered everything, Anna gave a grade and left the rest open, ten others were silent."""
    back, year, asked = world.home(2026, 12, 19), world.home(2027, 11, 12), world.home(2026, 12, 18)
    at(world.home(2027, 11, 20))
    piet, anna = travellers[:2]
    ReturnEvaluation.objects.create(participation=piet, grade=7, support=4, answered_at=back)
    ReturnEvaluation.objects.create(participation=anna, grade=6, answered_at=back)
    said = {"support": 2, "opportunity": 5, "students": "Het is rustiger.", "answered_at": year}
    FollowUp.objects.create(participation=piet, **said)
    FollowUp.objects.create(participation=anna, answered_at=year)
    GoalLevel.objects.create(goal=piet.goals.get(), moment="return", level=1, scored_at=asked)
    Action.objects.create(
        participation=piet, title="Delen", due_on=year.date(), status="done", rung=4, created_at=back, reported_at=year
    )
    found = _answers(gather(cast.trip))
    told = {name: [(one.person, one.at, one.value) for one in each] for name, each in found.items() if each}
    [(who, when, action)] = told.pop("actions")
    assert (who, when, action.status, action.rung, action.asked) == (piet.pk, year, "done", 4, True)
    notices = told.pop("students_notice")
    assert sorted(notices, key=lambda one: one[2]) == [(anna.pk, year, False), (piet.pk, year, True)]
    assert sorted(told.pop("grade"), key=lambda one: one[2]) == [(anna.pk, back, 6), (piet.pk, back, 7)]
    assert told == {
        "support_return": [(piet.pk, back, 4)],
        "support_year": [(piet.pk, year, 2)],
        "opportunity_year": [(piet.pk, year, 5)],
        "at_return": [(piet.pk, asked, 1)],
    }


@pytest.mark.django_db
def test_what_is_hidden_is_known_down_to_one(cast, travellers, at):
    """So that nobody writes it in a sentence instead."""
    at(world.home(2027, 11, 20))
    ReturnEvaluation.objects.create(participation=travellers[0], grade=7, answered_at=SINCE)
    held = publishable(cast.trip)
    assert (held.report.grade.n, held.whole.grade.n, held.whole.grade.median) == (None, 1, 7)


@pytest.mark.django_db
def test_only_editions_of_the_same_trip_are_looked_at(cast, travellers, at):
    """Here eleven answered, in the edition of another trip twelve did: that one stays out of it."""
    at(world.home(2027, 11, 20))
    for who in travellers[:11]:
        ReturnEvaluation.objects.create(participation=who, grade=7, answered_at=SINCE)
    twelve = replace(compute(cast.trip), grade=Middle(12, 12, 9.0))
    other = world.trip(lead=cast.lead)
    edition = ReportEdition.objects.create(
        trip=other,
        number=1,
        title_nl="Elders",
        report=freeze(twelve),
        sha256="0" * 64,
        data_until_at=world.home(2027, 11, 19),
        published_at=world.home(2027, 11, 19),
        published_by=cast.lead,
    )
    assert publishable(cast.trip).report.grade.n == 11
    spoiled = ReportEdition(trip=other, number=2, report=["?"])
    assert [(one.pk, told.grade.n) for one, told in _readable([edition, spoiled])] == [(edition.pk, 12)]
