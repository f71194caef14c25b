"""One row per application: whatever people do, it is what it is derived from."""

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import world
from tests.applications.walking import OPENINGS, STEPS, Walk

pytestmark = pytest.mark.django_db


# --- every verb ------------------------------------------------------------------------------------

#: Together they do every step once or more: the opening, then (step, who, how).
STORIES = {
    "sent": (
        "empty",
        "write 0 0, write 0 2, write 0 4, complete 0 0, send 0 0, write 0 1, write 0 0, complete 0 0, send 0 0, "
        "withdraw 0 0, reinstate 0 0, wait 0 1, remind_manager 0 0, replace_manager 0 0, "
        "pass_on 0 2, endorse 0 1",
    ),
    "asked": ("begun", "refuse 2 0, remind 0 1"),
    "chased": ("begun", "wait 0 2, chase 0 0, wait 0 1, remind 1 2, on_paper 2 1"),
    "invited": (
        "empty",
        "invite 0 0, invite 1 1, invite 2 2, invite 0 3, wait 0 1, remind 1 0, remind 0 0, wait 0 1, remind 0 0, confirm_address 0 1, "
        "confirm_address 1 3, write 0 0, remove_address 0 0, prefer_address 1 0, remove_address 1 0",
    ),
    "begun": ("begun", "change_profile 0 0, change_profile 0 1, change_profile 2 2, change_profile 0 4, change_profile 0 4, wait 0 1, remind 0 1"),
    "worked": (
        "begun",
        "come_by_school_account 3 1, change_school 0 1, confirm_membership 2 0, change_school 0 0, change_school 1 4, "
        "decline_membership 1 0, change_school 1 0, change_school 1 1, come_by_school_account 0 1",
    ),
    "late": (
        "begun",
        "write 3 0, complete 0 0, wait 0 4, ask_admission 0 0, admit 0 0, ask_admission 3 0, extend 3 0, "
        "take_late_access 0 0, give_late_access 3 1, give_late_access 0 0, take_late_access 0 0",
    ),
    "read": (
        "closed",
        "reopen 1 0, finish 1 0, unassign 2 1, assign 2 0, recuse 2 0, assign_all 0 0, finish 2 1, recuse 2 1",
    ),
    "decided": (
        "closed",
        "propose 1 0, propose 2 0, propose 2 1, publish 0 0, confirm 1 0, give_back 1 0",
    ),
    "placed": (
        "published",
        "confirm_membership 2 0, retract 1 0, offer 1 0, decline 1 0, cancel 0 0",
    ),
}  # fmt: skip


def steps_of(story):
    return [(name, int(who), int(how)) for name, who, how in (one.split() for one in story.split(", "))]


@pytest.mark.parametrize("story", STORIES)
def test_each_verb_leaves_every_line_true(story):
    opening, steps = STORIES[story]
    walk = Walk(opening)
    world.prove()
    for number, (name, who, how) in enumerate(steps_of(steps), 1):
        assert walk.does(name, who, how), f"refused: step {number}, {name} {who} {how}"
        world.prove(f"{story}, step {number}: {name} {who} {how}")


def test_every_step_is_in_a_story():
    told = {name for _opening, steps in STORIES.values() for name, _who, _how in steps_of(steps)}
    assert told == STEPS.keys()


walks = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 3), st.integers(0, 7)), max_size=14)


@pytest.mark.parametrize("opening", OPENINGS)
def test_any_verbs_in_any_order_leave_every_line_true(opening):
    walk = Walk(opening)
    began = walk.now

    @settings(max_examples=25, deadline=None)
    @given(steps=walks)
    def walked(steps):
        walk.now = began
        with transaction.atomic():
            for number, (name, who, how) in enumerate(steps, 1):
                if walk.does(name, who, how):
                    world.prove(f"{opening}, step {number}: {name} {who} {how}")
            transaction.set_rollback(True)

    walked()
