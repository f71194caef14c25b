"""Twelve travellers of two schools, and what they answered: figures that can be worked out by hand."""

import pytest

from evaluations.lifecycle import Moment
from evaluations.models import Action, FollowUp, GoalLevel, OneWord, ReturnEvaluation
from exchange.people.lifecycle import JobRole
from tests import world

BACK = world.home(2026, 12, 20)
LATER = world.home(2027, 11, 20)


def score(participation, moment, *levels):
    for goal, level in zip(participation.goals.all(), levels, strict=True):
        GoalLevel.objects.create(goal=goal, moment=moment, level=level, scored_at=BACK)


@pytest.fixture
def travellers(cast):
    """Twelve travellers of two schools: six teachers, six caretakers; two more applied."""
    trip = cast.trip
    trip.places, trip.max_per_school, trip.cost_planned, trip.cost_actual = 12, 6, 12000, 13200
    trip.published_at, trip.published_by = world.home(2026, 10, 12), cast.lead
    trip.save()
    made = []
    for n in range(12):
        school = cast.school if n < 6 else cast.other_school
        role = JobRole.TEACHER if n % 2 else JobRole.CARETAKER
        made.append(world.participation(trip, world.user(f"Reiziger {n}", at=school, role=role)))
    world.decision(world.submitted(trip), "reserve", published=True)
    world.decision(world.submitted(trip), "not_selected", published=True)
    return made


@pytest.fixture
def answered(travellers, at):
    """Start: all at −1. Return: six at 0, six at +1. After a year: five at −1 and five at +1; two silent.

    A year has passed.
    """
    at(LATER)
    for n, who in enumerate(travellers):
        score(who, Moment.BASELINE, -1)
        score(who, Moment.RETURN, 0 if n < 6 else 1)
        ReturnEvaluation.objects.create(participation=who, grade=7 if n < 6 else 9, support=4, answered_at=BACK)
        if n < 10:
            score(who, Moment.ONE_YEAR, -1 if n < 5 else 1)
            FollowUp.objects.create(participation=who, support=2 if n < 5 else 4, answered_at=LATER)
        made = Action.objects.create(
            participation=who,
            title="Delen",
            due_on=BACK.date(),
            status="done" if n < 7 else "planned",
            rung=4 if n < 6 else 1,
            created_at=BACK,
        )
        made.reach.create(job_role=JobRole.TEACHER, people=10)
        if n < 5:
            made.reach.create(job_role=JobRole.SECURITY_OFFICER, people=2)
        OneWord.objects.create(
            participation=who, moment="return", word="Rode loper" if n < 4 else "rust", consent=n < 8, written_at=BACK
        )
    return travellers
