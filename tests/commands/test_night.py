"""The deadline night (`make night`) sees what went wrong: a text that is not held, a receipt that is another."""

import pytest

from applications.models import Application
from applications.writing.actions import submit
from benchmarks import evening
from benchmarks.browsers import Night, Sends, Writes
from exchange.outbox.models import OutboxMessage
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def night(at, monkeypatch):
    """Somebody who wrote and somebody who sent, as they remember it, and what is held of them."""
    at(world.home(2026, 9, 15))
    monkeypatch.setattr(evening, "SENDING", 1)
    school = world.institution("roc Duinrand", domain="duinrand.example")
    trip = world.trip(lead=world.user("Hanneke Boer", at=school))
    drafts = [world.application(trip, world.user(name, at=school)) for name in ("Samira Idrissi", "Bram Bos")]
    told = Night("http://127.0.0.1:1", trip.slug, "session", begins=0.0, closes=300.0)
    writes, sends = [kind(told, n, "", evening.held(drafts[n])) for n, kind in enumerate((Writes, Sends))]
    sends.receipts = [submit(application=drafts[1], by=drafts[1].user).receipt]
    return lambda: list(evening.differences(drafts, [writes, sends])), drafts, writes, sends


def test_all_is_as_it_must_be(night):
    differences, _drafts, writes, _sends = night
    assert differences() == []
    # A browser sends other line ends, and spaces at the edge are left out.
    writes.said["motivation"] = " " + writes.said["motivation"]
    assert differences() == []


def test_a_text_that_is_not_held(night):
    differences, drafts, writes, _sends = night
    writes.said["goal-0-able_to"] += " Ook na een ruzie."
    assert [one.split(" holds ")[0] for one in differences()] == ["0: goal-0-able_to"]
    Application.objects.filter(pk=drafts[0].pk).update(motivation="Iets anders.")
    assert [one.split(" holds ")[0] for one in differences()] == ["0: motivation", "0: goal-0-able_to"]


def test_a_receipt_that_is_another(night):
    differences, drafts, writes, sends = night
    sends.receipts.append("VIL26-ABCDEF")
    assert "1: submitted, saw the receipts" in differences()[0]
    sends.receipts = []
    assert "1: submitted, saw the receipts []" in differences()[0]
    sends.receipts = list(drafts[1].submissions.values_list("receipt", flat=True))
    OutboxMessage.objects.filter(kind="applications/receipt").update(subject="", body="")
    assert differences() == ["1: the receipt by mail is another"]
    OutboxMessage.objects.filter(kind="applications/receipt").delete()
    assert differences() == ["1: the receipt by mail is another", "0 messages of the kind receipt, not 1"]


def test_what_was_sent_says_something_else(night):
    differences, drafts, _writes, sends = night
    Application.objects.filter(pk=drafts[1].pk).update(school_use="Iets anders.")
    sends.said["school_use"] = "Iets anders."
    assert "1: what was sent is not what the draft says" in differences()
