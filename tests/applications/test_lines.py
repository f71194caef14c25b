"""One row per application: whatever people do, it is what it is derived from."""

import io
import uuid
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from applications.models import Line, Load
from exchange.management.commands import prepare
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
    "invited elsewhere": ("empty", "invite 0 1, write 1 0, confirm_address 1 1"),
    "moved": ("begun", "move_trip 0 2, endorse 1 0, move_trip 1 1, move_deadline 0 5, move_trip 0 0"),
    "chased": ("begun", "wait 0 2, chase 0 0, wait 0 1, remind 1 2, on_paper 2 1"),
    "invited": (
        "empty",
        "invite 0 0, invite 1 1, invite 2 2, invite 0 3, wait 0 1, remind 1 0, remind 0 0, wait 0 1, remind 0 0, "
        "confirm_address 0 1, confirm_address 1 3, write 0 0, remove_address 0 0, prefer_address 1 0, "
        "remove_address 1 0",
    ),
    "begun": (
        "begun",
        "change_profile 0 0, change_profile 0 1, change_profile 2 2, change_profile 0 4, change_profile 0 4, "
        "wait 0 1, remind 0 1",
    ),
    "worked": (
        "begun",
        "come_by_school_account 3 1, change_school 0 1, confirm_membership 2 0, change_school 0 0, change_school 1 4, "
        "decline_membership 1 0, change_school 1 0, change_school 1 1, come_by_school_account 0 1",
    ),
    "confirmed": ("begun", "write 3 0, change_profile 3 2, confirm_membership 3 0"),
    "brought in": ("begun", "write 3 0, change_school 1 0"),
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
    "moved up": ("published", "move_trip 0 7"),
    "placed": (
        "published",
        "confirm_membership 2 0, move_trip 0 6, endorse 1 0, retract 1 0, offer 1 0, decline 1 0, cancel 0 0",
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

    @settings(max_examples=40, deadline=None)
    @given(steps=walks)
    def walked(steps):
        walk.now = began
        with transaction.atomic():
            for number, (name, who, how) in enumerate(steps, 1):
                if walk.does(name, who, how):
                    world.prove(f"{opening}, step {number}: {name} {who} {how}")
            transaction.set_rollback(True)

    walked()


# --- what the database refuses ---------------------------------------------------------------------


@pytest.fixture
def read(cast, at):
    """One sent and read, one invited."""
    at(world.MOMENTS["selection"])
    world.rubric(cast.trip)
    one = world.submitted(cast.trip, world.user("Élodie", at=cast.school))
    world.assessment(one, cast.reviewer(), 4, 3)
    world.invitation(cast.trip, "ida@duinrand.example", "Ida")
    return Line.objects.get(application=one)


@pytest.mark.parametrize(
    ("nonsense", "constraint"),
    [
        ({"user": None}, "of_something"),
        ({"status": ""}, "of_something"),
        ({"application": None}, "of_something"),
        ({"application": None, "invitation": None, "status": ""}, "of_something"),
        ({"readers": 0}, "readers"),
        ({"decided": "", "told": True}, "told_what"),
    ],
    ids=str,
)
def test_a_line_is_never_nonsense(read, nonsense, constraint):
    with pytest.raises(IntegrityError, match=f"applications_line_{constraint}"), transaction.atomic():
        Line.objects.filter(pk=read.pk).update(**nonsense)


@pytest.mark.parametrize("missing", [{"invitation": None}, {"status": "draft"}], ids=str)
def test_who_was_only_invited_has_an_invitation_and_no_status(read, missing):
    with pytest.raises(IntegrityError, match="applications_line_of_something"), transaction.atomic():
        Line.objects.filter(application=None).update(**missing)


@pytest.mark.parametrize("same", ["application", "invitation", "user"])
def test_one_person_has_one_line(cast, read, same):
    """Of an application, of an invitation, and of an account on one trip."""
    Line.objects.filter(application=None).delete()
    Line.objects.filter(pk=read.pk).update(invitation=cast.trip.invitations.get())
    read.refresh_from_db()
    keys = {"application_id": uuid.uuid4(), "invitation_id": None, "user_id": uuid.uuid4()}
    keys |= {f"{same}_id": getattr(read, f"{same}_id")}
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.create(trip=cast.trip, status="submitted", **keys)
    world.settle_all()


def test_one_reviewer_has_one_load(cast, read):
    with pytest.raises(IntegrityError), transaction.atomic():
        Load.objects.create(trip=cast.trip, reviewer=Load.objects.get().reviewer)


# --- the proof ------------------------------------------------------------------------------------

SPOILED = {
    "name": "Elodie",
    "sort_name": "élodie",
    "school_name": "roc Anders",
    "status": "withdrawn",
    "standing": 2,
    "backing": "asked",
    "submitted_at": world.MOMENTS["call"] + timedelta(microseconds=1),
    "quiet": True,
    "readers": 2,
    "readers_done": 0,
    "score": "3.61",
    "decided": "reserve",
    "place": "active",
    "offer": "open",
    "late_until_at": world.CLOSES,
    "heard_from": None,
    "belongs_to": None,
    "submission": None,
}


def lines(*options):
    """What `manage.py lines` says on both streams."""
    out, err = io.StringIO(), io.StringIO()
    call_command("lines", *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize("field", SPOILED)
def test_the_command_finds_what_is_spoiled_and_mends_it(cast, read, field):
    assert lines() == ("Every line is what it ought to be.\n", "")
    Line.objects.filter(pk=read.pk).update(**{field: SPOILED[field]})
    err = io.StringIO()
    with pytest.raises(CommandError, match="faults. --mend writes the lines of these trips again."):
        call_command("lines", stderr=err)
    told = err.getvalue()
    assert told.startswith(f"{cast.trip.slug}: {read.application_id}: {Line._meta.get_field(field).attname} is ")
    assert lines("--mend") == (f"{len(told.splitlines())} faults mended.\n", told)
    assert lines() == ("Every line is what it ought to be.\n", "")


SPOILERS = {
    "a line that is gone": (
        lambda: Line.objects.exclude(application=None).delete(),
        "there is False, ought to be True",
    ),
    "who was invited is gone": (lambda: Line.objects.filter(application=None).delete(), "there is False"),
    "a load that is gone": (lambda: Load.objects.all().delete(), "there is False, ought to be True"),
    "a load that is wrong": (lambda: Load.objects.update(finished=2), "finished is 2, ought to be 1"),
    "a load of nobody": (
        lambda: Load.objects.create(trip=Load.objects.get().trip, reviewer=world.user(), to_read=3),
        "to_read is 3, ought to be 0",
    ),
    "a line too many": (
        lambda: Line.objects.create(
            trip=Load.objects.get().trip, application_id=uuid.uuid4(), user_id=uuid.uuid4(), status="draft"
        ),
        "there is True, ought to be False",
    ),
}


@pytest.mark.parametrize("spoiler", SPOILERS)
def test_what_is_missing_or_too_much_is_found_and_mended(read, spoiler):
    spoil, told = SPOILERS[spoiler]
    spoil()
    err = io.StringIO()
    with pytest.raises(CommandError):
        call_command("lines", stderr=err)
    assert told in err.getvalue()
    call_command("lines", "--mend", stdout=io.StringIO(), stderr=io.StringIO())
    assert lines() == ("Every line is what it ought to be.\n", "")


def test_preparing_mends(read, monkeypatch):
    """An update that adds a column to lines, or lines themselves, fills them before anybody is served."""
    monkeypatch.setattr(prepare, "call_command", lambda *name, **options: None)
    monkeypatch.setattr(prepare, "static_changed", lambda: False)
    Line.objects.all().delete()
    Load.objects.update(finished=7)
    call_command("prepare")
    assert sorted(Line.objects.values_list("name", flat=True)) == ["Ida", "Élodie"]
    assert Load.objects.get().finished == 1
