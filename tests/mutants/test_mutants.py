"""`make mutants`: which faults are planted, how one takes the place of what is loaded, and what the outcomes say."""

import importlib.util
import re
import signal
import sys
from dataclasses import replace

import pytest

from mutants import __main__ as command
from mutants import trying
from mutants.judging import draft, judge, reasons, told
from mutants.making import Mutant, made_of
from mutants.subjects import ROOT, SUBJECTS
from mutants.trying import BROKEN, KILLED, SURVIVED, UNTESTED, Outcome

pytestmark = pytest.mark.once

SEATS = '''"""Places."""

from functools import cached_property


MOST = 3
OPEN = ("asked", "open")


class Trip:
    @cached_property
    def free(self) -> int | None:
        """How many are left."""
        return self.places - self.taken


def full(trip, taken, *, strict=False):
    if not trip:
        raise ValueError("which trip?")
    return no(_("It is full.")) if strict and taken >= trip.places else YES


def mine(user):
    return Offer.objects.filter(user=user)


def open_of(trip, user):
    return Offer.objects.filter(trip=trip, user=user)
'''


@pytest.fixture(scope="module")
def made():
    """The mutants of it, by what they change, as (was, now)."""
    return {(one.was, one.now): one for one in made_of(SEATS, "seats.py")}


def changed(made, where):
    """What is changed in one place."""
    return sorted(now for (_was, now), one in made.items() if one.where == where)


def test_tables_and_what_is_decorated_are_mutated_too(made):
    assert changed(made, "") == ["MOST = 4", 'OPEN = ("XXaskedXX", "open")', 'OPEN = ("asked", "XXopenXX")']
    assert changed(made, "Trip.free") == ["return self.places + self.taken"]


def test_boundaries_and_the_logic_of_conditions(made):
    line = 'return no(_("It is full.")) if {} else YES'
    assert changed(made, "full") == sorted(
        [
            "def full(trip, taken, *, strict=True):",
            "if not (not trip):",
            "if trip:",
            line.format("strict and taken > trip.places"),
            line.format("strict or taken >= trip.places"),
            line.format("(strict and taken >= trip.places) and False"),
            line.format("(strict and taken >= trip.places) or True"),
        ]
    )


def test_conditions_of_queries_are_left_out_one_by_one(made):
    assert changed(made, "mine") == ["return Offer.objects.filter()"]
    both = ["return Offer.objects.filter(trip=trip, )", "return Offer.objects.filter(user=user)"]
    assert changed(made, "open_of") == both


def test_words_for_people_and_types_are_no_rules(made):
    assert not [now for _was, now in made if "XXIt is" in now or "XXwhich" in now or "int & None" in now]


def test_a_mutant_is_known_by_the_same_key_when_lines_are_put_before_it(made):
    keys = {one.key for one in made.values()}
    moved = made_of(SEATS.replace("MOST = 3", "LEAST = most\n\nMOST = 3"), "seats.py")
    assert {one.key for one in moved} == keys
    assert {one.lines for one in moved} != {one.lines for one in made.values()}


def test_what_reads_the_same_twice_is_numbered():
    twice = "def late(a):\n    b = a < 1\n    yield b\n    b = a < 1\n"
    numbers = [one.number for one in made_of(twice, "late.py") if one.now == "b = a <= 1"]
    assert numbers == [1, 2]


def test_only_what_is_called_so_is_mutated():
    assert {one.where for one in made_of(SEATS, "seats.py", ["mine", "free"])} == {"mine", "Trip.free"}


# --- in the place of what is loaded ------------------------------------------------------------------


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    """A module of a house of its own."""
    (tmp_path / "late.py").write_text(
        "from functools import cache\n\nDAYS = 3\n\n\n@cache\ndef late(days):\n    return days > DAYS\n\n\n"
        "BY_NAME = {'late': lambda days: days > 5}\n"
    )
    monkeypatch.setattr(trying, "ROOT", tmp_path)
    spec = importlib.util.spec_from_file_location("late_of_mutants", tmp_path / "late.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "late_of_mutants", module)
    found = made_of((tmp_path / "late.py").read_text(), "late.py")
    return module, {one.now: one for one in found}, trying.loaded_functions()


def test_a_decorated_function_is_another_at_once(loaded):
    late, found, functions = loaded
    assert not late.late(3)
    assert trying.put(found["return days >= DAYS"], functions)
    late.late.cache_clear()
    assert late.late(3)


def test_a_function_in_a_table_is_another_at_once(loaded):
    late, found, functions = loaded
    kept = late.BY_NAME["late"]
    assert trying.put(found["BY_NAME = {'late': lambda days: days >= 5}"], functions)
    assert kept(5)


def test_a_table_can_only_be_imported_anew(loaded):
    late, found, functions = loaded
    assert not trying.put(found["DAYS = 4"], functions)
    assert late.DAYS == 3


# --- one that hangs ----------------------------------------------------------------------------------


def hangs():
    while True:
        pass


def test_the_tests_of_a_file_are_asked_together():
    assert command._together(["a.py::1", "b.py::2", "a.py::3", "c.py::4", "b.py::5"]) == [
        "a.py::1", "a.py::3", "b.py::2", "b.py::5", "c.py::4",
    ]  # fmt: skip


def test_one_that_computes_for_too_long_is_noticed():
    assert trying._alone(1, hangs) == (KILLED, "the time limit")


def test_what_others_keep_waiting_has_more_time_than_what_computes():
    """On a machine that does more a survivor is slow; it was taken for one that hangs."""

    def left():
        return SURVIVED, " ".join(f"{signal.getitimer(one)[0]:.0f}" for one in (signal.ITIMER_PROF, signal.ITIMER_REAL))

    assert trying._alone(10, left) == (SURVIVED, "10 200")


def test_who_imports_the_house_first_has_longer():
    asked = trying.Job(mutant("return 1"), (), 5.0)
    assert (asked.limit, replace(asked, imported=True).limit) == (25, 75)


def test_of_tables_the_few_that_know_most_are_asked_alone_first():
    subject = replace(SUBJECTS["seats"], first=("a.py",))
    asked = trying.Job(mutant("return 1"), ("a.py::1", "b.py::2", "a.py::3"), 5.0, imported=True)
    assert command._few(asked, subject).tests == ("a.py::1", "a.py::3")
    # In what is loaded already asking all of them costs no more; and where nobody stands first there is no first round.
    assert command._few(replace(asked, imported=False), subject) is None
    assert command._few(asked, replace(subject, first=())) is None


def test_what_no_test_noticed_is_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "TARGET", tmp_path)
    test = "tests/mutants/test_mutants.py::test_one_that_computes_for_too_long_is_noticed"
    hung, noticed = mutant("return 1"), replace(mutant("return 2"), source="2")
    before = command.Before("seats")
    for outcome in (Outcome(hung, KILLED, "the time limit"), Outcome(noticed, KILLED, test)):
        before.keep(outcome)
    jobs = [trying.Job(one, (test,), 1.0) for one in (hung, noticed)]
    assert [command.Before("seats").killer(job) for job in jobs] == ["", test]


# --- what the outcomes say -----------------------------------------------------------------------------


def mutant(now, number=1):
    return Mutant("seats.py", "Seats.free", "return places - taken", now, number, (12, 12), "")


KILLS = [Outcome(mutant(f"return {n}"), KILLED, "tests/test_seats.py::test_free") for n in range(19)]
LEFT = Outcome(mutant("return 'none'"), SURVIVED)


def why(*outcomes):
    return reasons(
        "\n".join("[[seats]]\n" + draft(one.mutant).replace('why = ""', 'why = "It is the same."') for one in outcomes)
    ).get("seats", {})


def test_killed_mutants_count():
    found = judge("seats", [*KILLS, LEFT], why(LEFT))
    assert (found.made, found.killed, found.share, found.good) == (20, 19, 95.0, True)
    assert found.row().split() == ["seats", "20", "19", "1", "1", "0", "95.0", "%"]
    assert list(told(found)) == []


def test_a_survivor_without_an_explanation_fails():
    found = judge("seats", [*KILLS, LEFT], {})
    assert not found.good
    assert list(told(found)) == [
        "not noticed (survived): seats.py:12 Seats.free\n    - return places - taken\n    + return 'none'"
    ]


def test_what_no_test_executes_is_not_noticed_either():
    found = judge("seats", [*KILLS, Outcome(LEFT.mutant, UNTESTED)], {})
    assert (found.good, len(found.open)) == (False, 1)


def test_explained_survivors_are_survivors_still():
    found = judge("seats", [*KILLS[:18], LEFT], why(LEFT))
    assert (round(found.share, 1), found.open, found.good) == (94.7, [], False)


def test_what_is_equivalent_is_no_fault():
    reason = dict.fromkeys(why(LEFT), "Equivalent: nobody sees a difference.")
    found = judge("seats", [*KILLS[:18], LEFT], reason)
    assert (found.made, found.equivalent, found.share, found.good) == (19, 1, 100.0, True)


def test_an_explanation_without_its_mutant_fails():
    found = judge("seats", KILLS, why(LEFT))
    assert not found.good
    assert list(told(found)) == [
        "explained, but there is no such mutant: seats.py Seats.free #1\n"
        "    - return places - taken\n    + return 'none'"
    ]


def test_an_explanation_is_of_one_of_those_that_read_the_same():
    second = Outcome(mutant("return 'none'", number=2), SURVIVED)
    found = judge("seats", [*KILLS, LEFT, second], why(second))
    assert [one.mutant.number for one in found.open] == [1]


def test_an_explanation_that_a_test_contradicts_is_told():
    found = judge("seats", KILLS, why(KILLS[0]))
    assert found.good
    assert [line.partition(":")[0] for line in told(found)] == ["explained, but noticed by tests/test_seats.py"]


def test_what_cannot_be_imported_is_not_counted():
    found = judge("seats", [*KILLS, Outcome(LEFT.mutant, BROKEN)], {})
    assert (found.made, found.broken, found.good) == (19, 1, True)


def test_one_reason_for_several():
    text = "[[seats]]\nin = 'seats.py Seats.free'\nwas = 'a'\nnow = ['b', 'c']\nwhy = 'Both are the same.'\n"
    assert set(reasons(text)["seats"]) == {
        ("seats.py", "Seats.free", "a", "b", 1),
        ("seats.py", "Seats.free", "a", "c", 1),
    }


# --- what is mutated -----------------------------------------------------------------------------------

KINDS = {"permissions": "permissions.py", "lifecycles": "lifecycle.py", "reminders": "reminders.py"}


@pytest.mark.parametrize("subject", KINDS)
def test_every_module_of_a_kind_is_mutated(subject):
    wings = ("exchange", "applications", "evaluations")
    found = {str(path.relative_to(ROOT)) for wing in wings for path in (ROOT / wing).rglob(KINDS[subject])}
    commands = {name for name in found if "/management/" in name}
    assert found - commands <= set(SUBJECTS[subject].modules)


def test_all_that_is_named_is_there():
    for module in (one for subject in SUBJECTS.values() for one in subject.modules):
        file, _, names = module.partition("::")
        text = (ROOT / file).read_text()
        gone = [name for name in names.split(",") if name and not re.search(rf"\b(def|class) {name}\b", text)]
        assert not gone, f"{file} has no {gone}"
    assert all((ROOT / name).exists() for subject in SUBJECTS.values() for name in subject.tests)


def test_no_two_subjects_share_a_mutant():
    modules = [one for subject in SUBJECTS.values() for one in subject.modules]
    assert len(modules) == len(set(modules))
