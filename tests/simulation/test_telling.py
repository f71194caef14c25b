"""Drawing, telling, shortening and keeping a story; and that a story that no longer fits says so."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.simulation import rules
from tests.simulation.alliance import Broken, Done, Step
from tests.simulation.personas import who_do
from tests.simulation.telling import Run, Unfit, again, by_seed, keep, kept, shorten, story, tell_again
from tests.simulation.verbs import VERBS

#: Somebody applies; what is not needed for it stands between.
APPLIES = [
    Step("deliver", "house", 60),
    Step("complete", "anna", 3000),
    Step("change_places", "hanneke", 3001),
    Step("write", "bram", 3002),
    Step("submit", "anna", 3010),
    Step("deliver", "house", 3020),
]


@pytest.fixture
def nobody_sends(monkeypatch):
    """A rule that breaks as soon as somebody has sent an application."""

    def asked(facts):
        if facts.submissions:
            yield "er is iets ingestuurd"

    monkeypatch.setitem(rules.RULES, "Niemand stuurt iets in", asked)


def test_a_seed_tells_one_story(empty):
    first, second, other = (by_seed(seed, 25, empty) for seed in (7, 7, 8))
    assert first.steps == second.steps
    assert [one.outcome for one in first.done] == [one.outcome for one in second.done]
    assert first.steps != other.steps


def test_a_broken_rule_is_told_as_a_short_story(empty, nobody_sends):
    run = again(APPLIES, empty)
    assert run.broken
    assert len(run.steps) == 5
    short = shorten(run, empty)
    assert [step.verb for step in short.steps] == ["complete", "submit"]
    assert story(short, 41) == (
        "Zaad 41.\n"
        "Dag 3: Anna vult de aanmelding helemaal in: london.\n"
        "Dag 3: Anna stuurt de aanmelding in: Anna de Wit.\n"
        "Gebroken: Niemand stuurt iets in: er is iets ingestuurd."
    )


def test_what_came_of_a_step_stands_in_the_story():
    steps = [
        Step("submit", "anna", trouble="twice"),
        Step("finish", "rik", trouble="stale"),
        Step("publish", "hanneke", trouble="dies", statement=3),
        Step("offer", "hanneke", beside=("offer", "olaf", (1,))),
    ]
    run = Run(steps, [Done(outcome, 41, "Anna") for outcome in ("done", "refused", "died", "done")])
    assert story(run) == (
        "Dag 41: Anna stuurt de aanmelding in: Anna (twee keer geklikt).\n"
        "Dag 41: Rik beoordeelt: Anna (met een formulier van eerder) — dat wordt geweigerd.\n"
        "Dag 41: Hanneke publiceert de selectie: Anna — het proces valt om.\n"
        "Dag 41: Hanneke biedt een plaats aan: Anna, terwijl Olaf biedt een plaats aan."
    )


def test_a_fault_without_an_answer_breaks_a_rule(empty, monkeypatch):
    def fault(alliance, me, pick):
        raise ZeroDivisionError("door niemand")

    monkeypatch.setitem(VERBS, "deliver", replace(VERBS["deliver"], look=fault))
    run = again(APPLIES, empty)
    assert str(run.broken) == "Geen fout zonder antwoord: ZeroDivisionError: door niemand"
    assert len(run.steps) == len(run.done) == 1


def test_a_story_is_kept_and_told_again(empty, tmp_path):
    path = tmp_path / "anna.json"
    run = again(APPLIES, empty)
    keep(run, path, "Anna meldt zich aan")
    what, steps, came = kept(path)
    assert (what, steps, came) == ("Anna meldt zich aan", APPLIES, ["done"] * 6)
    assert tell_again(path, empty).broken is None


def spoilt(path: Path, number: int, **values: object) -> Path:
    told = json.loads(path.read_text())
    told["steps"][number] |= values
    path.write_text(json.dumps(told))
    return path


def test_a_story_that_no_longer_fits_says_so(empty, tmp_path):
    path = tmp_path / "anna.json"
    keep(again(APPLIES, empty), path, "Anna meldt zich aan")
    with pytest.raises(Unfit, match=r"anna.json, step 5 \(submit by anna\) was refused and is done now"):
        tell_again(spoilt(path, 4, came="refused"), empty)
    with pytest.raises(Unfit, match="there is no applaud by anna any more"):
        tell_again(spoilt(path, 4, verb="applaud"), empty)


def test_every_verb_can_be_drawn():
    """Each has somebody to try it and a phase in which it is likely, or is rare on purpose."""
    known = {"planning", "call", "selection", "offered", "abroad", "back", "year", "never"}
    for verb in VERBS.values():
        assert who_do(verb.by), verb.name
        assert set(verb.when.split()) <= known, verb.name
        assert set(verb.whose.split()) <= rules.HATS.keys(), verb.name


def test_broken_says_which_rule():
    assert str(Broken("Regel", "zo")) == "Regel: zo"
