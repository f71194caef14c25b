"""What the team's list is narrowed by: each choice finds what it says, and none tells what its reader may not see."""

from decimal import Decimal

import pytest

from applications.models import Application, Endorsement, Line
from applications.permissions import Sight, lines_to_read
from applications.team.tables import ApplicationFilter, rows
from exchange.people.lifecycle import JobRole
from tests import world

pytestmark = pytest.mark.django_db
ALL = Sight(scores=True, decisions=True, answers=True)


@pytest.fixture
def listed(cast):
    """Anna of Duinrand, a teacher, and Bram of Groenlinde, a caretaker; a school that sent nobody."""
    cast.anna = world.submitted(cast.trip, world.user("Anna Vis", at=cast.school), motivation="Over kwartelkoning.")
    cast.bram = world.submitted(
        cast.trip, world.user("Bram Keizer", at=cast.other_school, role=JobRole.CARETAKER), motivation="Over rust."
    )
    world.institution("roc Leeg")
    return cast


def narrowing(cast, sight=ALL, **asked):
    return ApplicationFilter(asked, queryset=rows(lines_to_read(cast.lead, cast.trip), sight), sight=sight)


def names(cast, sight=ALL, **asked):
    """Who is found, by first name, in the order of the list."""
    return [line.name.split()[0] for line in narrowing(cast, sight, **asked).qs]


def answered(application, status):
    Endorsement.objects.filter(application=application).update(status=status)
    world.settle_all()


# --- rows ---------------------------------------------------------------------------------------------


def test_the_list_goes_by_name_whoever_sent_first(cast):
    for name in ("Çelik", "Zoë", "anna", "Bram"):
        world.submitted(cast.trip, world.user(name))
    assert names(cast) == ["anna", "Bram", "Çelik", "Zoë"]


def test_a_score_is_there_for_who_sees_scores_and_has_read(listed):
    world.rubric(listed.trip)
    for sent in (listed.anna, listed.bram):
        Application.objects.filter(pk=sent.pk).update(score_mean=Decimal("3.20"), score_count=1)
        world.settle_all()
    lines = lines_to_read(listed.lead, listed.trip)
    assert [line.seen_score for line in rows(lines, ALL)] == [Decimal("3.20")] * 2
    world.join(listed.trip, listed.lead, "reviewer")
    world.assessment(listed.anna, listed.lead)
    lines = lines_to_read(listed.lead, listed.trip)
    assert [(line.unread, line.seen_score) for line in rows(lines, ALL)] == [(True, None), (False, Decimal("3.20"))]
    hidden = rows(lines, Sight(scores=False, decisions=True, answers=True))
    assert not any(hasattr(line, "seen_score") for line in hidden)


# --- search -------------------------------------------------------------------------------------------


def test_name_school_and_text_are_searched_and_addresses_are_not(listed):
    assert names(listed, q="") == ["Anna", "Bram"]
    assert names(listed, q="keiz") == ["Bram"]
    assert names(listed, q="duinrand") == ["Anna"]
    assert names(listed, q="kwartelkon") == ["Anna"]
    assert names(listed, q="anna rust") == []
    address = listed.bram.user.email.partition("@")[0]
    assert Line.objects.filter(email__startswith=address).exists()
    assert names(listed, q=address) == []


def test_a_search_is_as_long_as_a_hundred_signs(listed):
    assert "q" not in narrowing(listed, q="a" * 100).form.errors
    assert "q" in narrowing(listed, q="a" * 101).form.errors


# --- choices ------------------------------------------------------------------------------------------


def test_schools_are_those_of_which_somebody_is_listed(listed):
    schools = narrowing(listed).form.fields["school"].queryset
    assert set(schools) == {listed.school, listed.other_school}
    assert names(listed, school=listed.school.pk) == ["Anna"]
    assert names(listed, school=listed.other_school.pk) == ["Bram"]


def test_by_job_role(listed):
    assert names(listed, role="caretaker") == ["Bram"]
    assert names(listed, role="teacher") == ["Anna"]
    assert names(listed, role="director") == []
    assert [value for value, _label in narrowing(listed).form.fields["role"].choices] == ["", *JobRole.values]


def test_by_state_of_what_was_sent(listed):
    Application.objects.filter(pk=listed.anna.pk).update(status="withdrawn", withdrawn_at=world.MOMENTS["call"])
    world.settle_all()
    assert names(listed, state="withdrawn") == ["Anna"]
    assert names(listed, state="submitted") == ["Bram"]
    assert [value for value, _label in narrowing(listed).form.fields["state"].choices] == ["", "submitted", "withdrawn"]


@pytest.mark.parametrize(
    ("status", "choice"),
    [
        ("endorsed", "backed"),
        ("conditions", "backed"),
        ("refused", "refused"),
        ("asked", "asked"),
        ("not_me", "asked"),
    ],
)
def test_by_what_the_manager_answered(listed, status, choice):
    # Bram answers otherwise than Anna does.
    answered(listed.anna, status)
    answered(listed.bram, "refused" if choice != "refused" else "endorsed")
    choices = [value for value, _label in narrowing(listed).form.fields["backing"].choices]
    assert choices == ["", "backed", "asked", "refused"]
    found = {one: "Anna" in names(listed, backing=one) for one in choices}
    assert found == dict.fromkeys(choices, False) | {"": True, choice: True}
    assert names(listed, backing=choice) == ["Anna"]


def test_by_what_is_decided_or_not_yet(listed):
    carl = world.submitted(listed.trip, world.user("Carl"))
    world.decision(listed.anna, "reserve")
    world.decision(carl, "select")
    assert names(listed, decision="reserve") == ["Anna"]
    assert names(listed, decision="select") == ["Carl"]
    assert names(listed, decision="not_selected") == []
    assert names(listed, decision="none") == ["Bram"]
    choices = narrowing(listed).form.fields["decision"].choices
    assert [value for value, _label in choices] == ["", "select", "reserve", "not_selected", "none"]


@pytest.mark.parametrize("decisions", [True, False])
@pytest.mark.parametrize("answers", [True, False])
def test_nobody_narrows_by_what_they_do_not_see(listed, decisions, answers):
    world.decision(listed.anna, "reserve")
    answered(listed.bram, "refused")
    sight = Sight(scores=False, decisions=decisions, answers=answers)
    offered = set(narrowing(listed, sight).form.fields)
    assert offered == {"q", "school", "role", "state"} | ({"decision"} if decisions else set()) | (
        {"backing"} if answers else set()
    )
    assert names(listed, sight, decision="reserve") == (["Anna"] if decisions else ["Anna", "Bram"])
    assert names(listed, sight, backing="refused") == (["Bram"] if answers else ["Anna", "Bram"])
    # Another reader of the same process sees all of it again.
    assert {"decision", "backing"} <= set(narrowing(listed).form.fields)
