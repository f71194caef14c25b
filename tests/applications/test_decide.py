"""Proposing quietly: with reasons, several at once, and when two decide at the same time."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications.models import Decision, Line, Recusal
from applications.selection.deciding import ANY, propose, propose_many
from applications.selection.rows import EPOCH, read, told_of
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.trips.lifecycle import TeamRole
from exchange.verdicts import Refused
from tests import world

pytestmark = pytest.mark.django_db
SELECTION = world.MOMENTS["selection"]


@pytest.fixture
def one(cast, at):
    at(SELECTION)
    world.rubric(cast.trip)
    return world.submitted(cast.trip, world.user("Bram Keizer"))


def second_lead(cast):
    person = world.user("Tweede Leider")
    world.join(cast.trip, person, TeamRole.LEAD)
    return person


def test_proposing_tells_nobody(cast, one, login):
    other = second_lead(cast)
    decision = propose(application=one, kind="select", by=other)
    assert (decision.kind, decision.proposed_by, decision.published_at) == ("select", other, None)
    assert not OutboxMessage.objects.exists()
    html = login(one.user).get(reverse("applications:mine", args=[one.pk])).content.decode()
    assert "Geplaatst" not in html
    assert other.name not in html


def test_another_proposal_keeps_the_words(cast, one):
    phrase = cast.trip.criteria.first().anchors.first()
    propose(application=one, kind="select", phrases=[phrase], note="Fijn plan.", by=cast.lead)
    decision = propose(application=one, kind="reserve", by=cast.lead)
    assert (decision.kind, decision.note, list(decision.phrases.all())) == ("reserve", "Fijn plan.", [phrase])
    history = HistoryEntry.objects.filter(verb="decision.propose").order_by("pk")
    assert [entry.facts.get("to") for entry in history] == [None, "reserve"]
    assert "Fijn plan." not in str(list(history.values()))


def test_the_second_of_two_is_told_who_was_faster(cast, one):
    other = second_lead(cast)
    propose(application=one, kind="select", seen=None, by=cast.lead)
    with pytest.raises(Refused, match="Hanneke Boer") as refused:
        propose(application=one, kind="not_selected", seen=None, by=other)
    assert refused.value.verdict.status == 409
    decision = Decision.objects.get()
    assert decision.kind == "select"
    propose(application=one, kind="not_selected", seen=decision.proposed_at, by=other)
    assert Decision.objects.get().kind == "not_selected"


def test_several_at_once_all_or_none(cast, one):
    two = world.submitted(cast.trip)
    three = world.submitted(cast.trip)
    Recusal.objects.create(application=three, user=cast.lead, reason="zus", declared_at=SELECTION)
    propose_many(applications=[one, two], kind="reserve", by=cast.lead)
    assert Decision.objects.filter(kind="reserve").count() == 2
    with pytest.raises(Refused):
        propose_many(applications=[one, three], kind="select", seen={}, by=cast.lead)
    assert not Decision.objects.filter(kind="select").exists()


def test_own_school_is_kept_in_history(cast, one):
    own = world.submitted(cast.trip, world.user(at=cast.school))
    propose(application=one, kind="select", by=cast.lead)
    propose(application=own, kind="select", by=cast.lead)
    facts = list(HistoryEntry.objects.filter(verb="decision.propose").order_by("pk").values_list("facts", flat=True))
    assert facts == [{}, {"own_school": True}]


@pytest.mark.parametrize("who", ["reviewer", "companion", "applicant", "own"])
def test_who_may_not(cast, one, who):
    by = {"applicant": lambda: one.user, "own": lambda: one.user}.get(who) or getattr(cast, who)
    person = by()
    if who == "own":
        world.join(cast.trip, person, TeamRole.LEAD)
    with pytest.raises(Refused):
        propose(application=one, kind="select", seen=ANY, by=person)


def test_a_draft_is_not_called_withdrawn(cast, one):
    draft = world.application(cast.trip)
    with pytest.raises(Refused, match="deze is niet verstuurd, of ingetrokken"):
        propose(application=draft, kind="select", by=cast.lead)


def test_not_before_closing_and_not_after_publication(cast, one, at):
    at(world.MOMENTS["call"])
    with pytest.raises(Refused):
        propose(application=one, kind="select", by=cast.lead)
    at(SELECTION)
    one.trip.published_at, one.trip.published_by = SELECTION, cast.lead
    with pytest.raises(Refused):
        propose(application=one, kind="select", by=cast.lead)
    assert not Decision.objects.exists()


def board(cast):
    return reverse("applications:selection", args=[cast.trip.slug])


def sent_of(application):
    """What the board sends of a row as it stands now."""
    return told_of(Line.objects.select_related("application__decision").get(application=application))


def test_one_press_on_the_board(cast, one, login):
    client = login(cast.lead)
    response = client.post(board(cast), {"one": f"{sent_of(one)}:reserve"})
    assert (response.status_code, response["Location"]) == (302, board(cast))
    assert Decision.objects.get().kind == "reserve"


def test_a_stale_board_is_told(cast, one, login):
    before = sent_of(one)
    propose(application=one, kind="select", by=second_lead(cast))
    response = login(cast.lead).post(board(cast), {"one": f"{before}:reserve"})
    assert response.status_code == 409
    assert "Tweede Leider" in response.content.decode()


@pytest.mark.parametrize("moment", [SELECTION + timedelta(microseconds=123456), EPOCH])
def test_a_row_says_to_the_microsecond_which_proposal_stood_there(cast, one, moment):
    propose(application=one, kind="select", by=cast.lead)
    Decision.objects.update(proposed_at=moment)
    line = Line.objects.get(application=one)
    assert read(sent_of(one)) == (line.pk, moment)


def test_a_board_that_was_read_after_the_other_proposal_is_taken(cast, one, login):
    propose(application=one, kind="select", by=second_lead(cast))
    response = login(cast.lead).post(board(cast), {"one": f"{sent_of(one)}:reserve"})
    assert (response.status_code, Decision.objects.get().kind) == (302, "reserve")


def test_a_long_column_leads_to_the_list(cast, one, login, monkeypatch):
    monkeypatch.setattr("applications.selection.views.SHOWN", 2)
    others = [world.submitted(cast.trip) for _ in range(3)]
    propose(application=others[0], kind="reserve", by=cast.lead)
    client = login(cast.lead)
    shown = client.get(board(cast)).context
    undecided = shown["undecided"]
    assert (undecided["rows"].count('<li class="pc">'), undecided["total"], undecided["more"]) == (2, 3, 1)
    assert [(c["total"], c["more"]) for c in shown["columns"]] == [(0, 0), (1, 0), (0, 0)]
    listed = client.get(reverse("applications:list", args=[cast.trip.slug]), {"decision": undecided["filter"]})
    assert {row.record.key for row in listed.context["table"].rows} == {one.pk, others[1].pk, others[2].pk}


def test_ticked_rows(cast, one, login):
    two = world.submitted(cast.trip)
    login(cast.lead).post(board(cast), {"pick": [sent_of(one), sent_of(two)], "kind": "not_selected"})
    assert Decision.objects.filter(kind="not_selected").count() == 2


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "select"},
        {"one": "x:select"},
        {"one": "x"},
        {"pick": "é", "kind": "select"},
        {"one": "999999.zzzzzzzzzzz:select"},
        {"one": f"{10**17}:select"},
        {"one": f"{10**40}:select"},
    ],
)
def test_bad_presses_change_nothing(cast, one, login, data):
    assert login(cast.lead).post(board(cast), data).status_code == 422
    assert not Decision.objects.exists()


def test_a_decision_with_its_reason(cast, one, login):
    url = reverse("applications:propose", args=[cast.trip.slug, one.pk])
    client = login(cast.lead)
    anchor = cast.trip.criteria.first().anchors.get(level=2)
    bare = client.post(url, {"kind": "not_selected", "note_language": "nl"})
    assert bare.status_code == 422
    assert not Decision.objects.exists()
    good = {
        "kind": "not_selected",
        "phrases": [anchor.pk],
        "note": "Volgend jaar weer.",
        "note_language": "nl",
        "seen": "",
    }
    assert client.post(url, good).status_code == 302
    decision = Decision.objects.get()
    assert (list(decision.phrases.all()), decision.note) == ([anchor], "Volgend jaar weer.")


def test_an_over_full_school_stands_in_plum(cast, one, login):
    school = one.user.institution
    for application in (one, *(world.submitted(cast.trip, world.user(at=school)) for _ in range(2))):
        world.decision(application, "select")
    html = login(cast.lead).get(board(cast)).content.decode()
    assert f"{school.short_name} heeft er 1 te veel; het maximum is 2." in html
    assert 'class="alarm"' in html
