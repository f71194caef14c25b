"""Every life cycle is whole: each state has a label, a shape, and a way out or a reason why there is none."""

import importlib
import pkgutil

import pytest
from django.apps import apps
from django.db import models
from django.utils.translation import override

import applications
import evaluations
import exchange
from applications.lifecycle import STAGE_SHAPES, Stage
from applications.models import Line
from exchange.lifecycle import Hat, Lifecycle
from exchange.people.lifecycle import ROLE_SENTENCES, Role
from exchange.trips.lifecycle import TEAM_SENTENCES, TeamRole
from exchange.trips.permissions import HAT_OF

#: The shapes that components/badge knows.
SHAPES = {"ok", "wait", "now", "off", "err", "bar"}


def lives() -> dict[str, Lifecycle]:
    """Every life cycle that a lifecycle.py defines, by name."""
    found = {}
    for package in (exchange, applications, evaluations):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not info.name.endswith(".lifecycle") or ".management." in info.name:
                continue
            values = vars(importlib.import_module(info.name)).values()
            found |= {life.name: life for life in values if isinstance(life, Lifecycle)}
    return found


LIVES = lives()
STATES = [(life, state) for life in LIVES.values() for state in life.states]


def ours() -> list[type[models.Model]]:
    """The models of this house."""
    wings = ("exchange", "applications", "evaluations")
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in wings]


def test_the_lives_are_found() -> None:
    ours = (
        "trip participation application admission endorsement assessment decision offer action certificate message job"
    )
    assert set(LIVES) == set(ours.split())


@pytest.mark.parametrize(("life", "state"), STATES, ids=[f"{life.name}-{state.value}" for life, state in STATES])
def test_a_state_has_a_label_a_shape_and_a_way_out_or_a_reason(life, state) -> None:
    labels = set()
    for language in ("nl", "en"):
        with override(language):
            labels.add(str(state.label))
    assert "" not in labels
    assert state.shape in SHAPES
    leaving = [one for one in life.transitions if state.value in one.sources and one.target != state.value]
    assert leaving or state.final, "a state either goes on or says why not"
    # What the house alone may undo can still be the end for people.
    if any(one.by != {Hat.HOUSE} for one in leaving):
        assert not state.final, "who may go on is not told that this is the end"


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_transitions_join_states_that_exist_and_are_somebodys(life) -> None:
    known = {state.value for state in life.states}
    assert len(life.by_value) == len(life.states)
    assert len(life.by_name) == len(life.transitions)
    for transition in life.transitions:
        assert {*transition.sources, transition.target} <= known
        assert transition.sources
        assert transition.by
        assert transition.by <= set(Hat)
        assert str(transition.label)


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_every_state_is_reached(life) -> None:
    reached, more = set(), {life.states[0].value}
    while more:
        reached |= more
        more = {t.target for t in life.transitions if reached & set(t.sources)} - reached
    assert reached == set(life.by_value)


def test_a_status_holds_what_its_life_says_and_starts_at_the_first() -> None:
    choices = {tuple(value for value, _label in life.choices()): life for life in LIVES.values()}
    for model in ours():
        for field in model._meta.get_fields():
            # A line repeats the status of an application, if there is one.
            if field.name == "status" and isinstance(field, models.CharField) and model is not Line:
                life = choices[tuple(value for value, _label in field.choices)]
                assert field.default == life.states[0].value, model


def test_every_stage_has_a_shape() -> None:
    assert set(STAGE_SHAPES) == set(Stage)
    assert set(STAGE_SHAPES.values()) <= SHAPES


def test_every_role_has_a_sentence_and_in_a_team_a_hat() -> None:
    assert set(Role) - ROLE_SENTENCES.keys() == set(), "roles in the alliance without a line in ROLE_SENTENCES"
    assert set(TeamRole) - TEAM_SENTENCES.keys() == set(), "roles in a team without a line in TEAM_SENTENCES"
    assert set(TeamRole) - HAT_OF.keys() == set(), "roles in a team without a line in HAT_OF"
