"""Every verb of the product is tried by chance, or stands here with the reason why not."""

import ast
from pathlib import Path

from tests.consistency.asking import house
from tests.simulation import verbs

PART, BEFORE = "a part of other verbs", "before the call opens; both trips are announced when a story begins"
#: Verbs that nobody tries here, and why.
NOT_TRIED = {
    "applications.assessing.actions_rubric.copy_rubric": BEFORE,
    "applications.assessing.actions_rubric.drop_rubric": BEFORE,
    "applications.assessing.actions_rubric.edit_rubric": BEFORE,
    "applications.assessing.actions_rubric.make_rubric": BEFORE,
    "applications.conditions.actions.set_conditions": BEFORE,
    "applications.endorsing.actions.ask_manager": PART,
    "applications.late.actions.tell_of_new_deadline": PART,
    "applications.letters.actions.letter_to": PART,
    "applications.moving.actions.after_move": PART,
    "applications.people.actions.remind": "tests/applications/walking.py does",
    "applications.selection.deciding.propose_many": "propose, for several",
    "applications.selection.placing.give_place": PART,
    "applications.selection.placing.give_places": PART,
    "applications.selection.placing.hold_places": PART,
    "applications.writing.actions.send": PART,
    "evaluations.afterwards.actions_return.write_word": PART,
    "evaluations.goals.levels.confirm_levels": "confirm_level, for several",
    "evaluations.goals.levels.propose_level": PART,
    "evaluations.goals.scoring.score_goals": PART,
    "evaluations.impact.actions.ask_for_paper": "publishing asks for every paper",
    "evaluations.impact.papers.job": PART,
    "evaluations.looking.actions.give_reason": "changes nothing but history",
    "exchange.history.actions.entry": PART,
    "exchange.history.actions.record": PART,
    "exchange.history.actions.record_often": PART,
    "exchange.jobs.actions.ask_again": "no paper fails here: drawing is replaced",
    "exchange.jobs.actions.job": PART,
    "exchange.outbox.actions.message": PART,
    "exchange.people.actions.add_former_name": "a name of before, of which nothing follows",
    "exchange.people.actions.follow_school_account": "nobody has one here; tests/applications/walking.py has",
    "exchange.people.actions.invite": "sign-in by a code follows; tests/people does",
    "exchange.transitions.perform": PART,
    "exchange.transitions.perform_all": PART,
    "exchange.trips.actions.programme.remove_item": BEFORE,
    "exchange.trips.actions.programme.save_item": BEFORE,
    "exchange.trips.actions.travellers.renew_calendar": "one's own address, of which nothing follows",
    "exchange.trips.actions.trip.announce": BEFORE,
    "exchange.trips.actions.trip.copy_framework": BEFORE,
    "exchange.trips.actions.trip.create_trip": BEFORE,
    "exchange.trips.actions.trip.leave_teams": PART,
    "exchange.trips.hosts.actions.add_host": BEFORE,
    "exchange.trips.hosts.actions.change_host": BEFORE,
    "exchange.trips.hosts.actions.note_visit": BEFORE,
    "exchange.trips.hosts.actions.remove_host": BEFORE,
}


def tried() -> set[str]:
    """The actions that verbs.py names."""
    found = set()
    for node in ast.walk(ast.parse(Path(verbs.__file__).read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            act = getattr(getattr(verbs, node.value.id, None), node.attr, None)
            if callable(act) and hasattr(act, "__qualname__"):
                found.add(f"{act.__module__}.{act.__qualname__}")
    return found


def test_every_verb_is_tried_or_has_a_reason() -> None:
    known = {".".join(one) for one in house().verbs()}
    assert known - tried() - NOT_TRIED.keys() == set(), "verbs that nobody tries: add them to verbs.py"
    assert NOT_TRIED.keys() - (known - tried()) == set(), "these are tried, or are gone: take them off the list"
