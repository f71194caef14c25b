"""The second of two clicks on the own act hears that it is done; the second of two people hears who was faster.

Each transition that a person makes stands in the table: the record as the first click left it, and the verb.
The same page sent twice is taken once (tests/unsent/test_twice.py); here it is another page: the verb is asked.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.module_loading import import_string

from applications.endorsing.permissions import ENDORSES
from applications.models import Admission, Application, Assessment, Offer
from evaluations.certificates.models import Certificate
from evaluations.models import Action
from exchange import clock
from exchange.carry_on import AUTHOR, mark
from exchange.history.actions import record
from exchange.history.models import HistoryEntry
from exchange.jobs.models import Job
from exchange.lifecycle import Hat
from exchange.outbox.models import OutboxMessage
from exchange.transitions import did_it_already, too_late
from exchange.trips.lifecycle import TRIP as TRIP_LIFE
from exchange.trips.models import Participation
from exchange.verdicts import CONFLICT, Refused
from tests import world
from tests.consistency.alliance import Alliance
from tests.consistency.test_actions_ask import MOMENTS, STRANGER, Place
from tests.consistency.test_lifecycles import LIVES

pytestmark = pytest.mark.django_db

#: Transition: the verb, who clicks ("" by the link), and the record with what the first click wrote into it.
Record = Callable[[Place], Any]
TABLE: dict[str, tuple[str, str, Record, dict[str, Any]]] = {}


def row(name: str, verb: str, who: str, about: Record, **wrote: Any) -> None:
    TABLE[name] = (verb, who, about, wrote)


NOW, BY = object(), object()
TRIP: Record = lambda p: p.trip  # noqa: E731
row("trip.announce", "exchange.trips.actions.trip.announce", "lead", TRIP, announced_at=NOW, announced_by=BY)
row(
    "trip.publish",
    "applications.selection.publishing.publish_selection",
    "lead",
    TRIP,
    published_at=NOW,
    published_by=BY,
)
row("trip.close", "exchange.trips.actions.trip.close_trip", "lead", TRIP, closed_at=NOW, closed_by=BY)
row(
    "trip.cancel",
    "applications.selection.publishing.cancel_trip",
    "lead",
    TRIP,
    cancelled_at=NOW,
    cancelled_by=BY,
    cancel_reason="Nee.",
)
row(
    "participation.cancel",
    "applications.selection.answering.give_back",
    "participant",
    lambda p: p(Participation),
    status="cancelled",
    cancelled_at=NOW,
    cancelled_by=BY,
    cancel_reason="Nee.",
)
SENT: Record = lambda p: p(Application)  # noqa: E731
row(
    "application.withdraw",
    "applications.writing.actions.withdraw",
    "applicant",
    SENT,
    status="withdrawn",
    withdrawn_at=NOW,
)
row("application.reinstate", "applications.writing.actions.reinstate", "applicant", SENT)
for _name, _verb, _status in (
    ("admit", "admit", "admitted"),
    ("extend", "extend", "extended"),
    ("decline", "decline_admission", "declined"),
):
    row(
        f"admission.{_name}",
        f"applications.late.actions.{_verb}",
        "lead",
        lambda p: p(Admission),
        status=_status,
        answered_at=NOW,
        answered_by=BY,
    )
for _name, _status in (("endorse", "endorsed"), ("endorse_with_conditions", "conditions"), ("refuse", "refused")):
    row(
        f"endorsement.{_name}",
        f"applications.endorsing.actions.{'refuse' if _name == 'refuse' else 'endorse'}",
        "",
        lambda p: p.asked(),
        status=_status,
        answered_at=NOW,
        signer_name="Mila Manager",
    )
READING: Record = lambda p: p(Assessment)  # noqa: E731
row(
    "assessment.finish",
    "applications.assessing.actions.save_assessment",
    "reviewer",
    READING,
    status="finished",
    finished_at=NOW,
    total=3,
)
row("assessment.reopen", "applications.assessing.actions.reopen_assessment", "reviewer", READING)
row("assessment.recuse", "applications.assessing.actions.recuse", "reviewer", READING, status="recused")
OFFERED: Record = lambda p: p(Offer)  # noqa: E731
for _name, _verb, _who, _status in (
    ("confirm", "answering.confirm_place", "applicant", "confirmed"),
    ("decline", "answering.decline", "applicant", "declined"),
    ("retract", "placing.retract_offer", "lead", "retracted"),
):
    row(
        f"offer.{_name}",
        f"applications.selection.{_verb}",
        _who,
        OFFERED,
        status=_status,
        answered_at=NOW,
    )
row(
    "certificate.revoke",
    "evaluations.certificates.actions.revoke",
    "lead",
    lambda p: p(Certificate),
    status="revoked",
    revoked_at=NOW,
    revoked_by=BY,
)
row("action.drop", "evaluations.plans.actions.drop_action", "participant", lambda p: p(Action), status="dropped")
row(
    "message.resend",
    "exchange.outbox.actions.resend",
    "lead",
    lambda p: p(OutboxMessage, "message"),
    status="queued",
)
row(
    "message.cancel",
    "exchange.outbox.actions.withdraw",
    "lead",
    lambda p: p(OutboxMessage, "waiting"),
    status="cancelled",
)
row("job.again", "exchange.jobs.actions.ask_again", "lead", lambda p: p(Job, "job"), status="waiting", settled_at=None)

#: Transitions whose second click is something else, and what.
ELSE = {
    "application.submit": "sending what was sent gives the same submission (test_apply.py)",
    "application.revise": "from sent to sent: it never comes too late",
    "application.admit": "the draft goes in with its request: admission.admit",
    "endorsement.not_me": "the colleague has a newer request, so that link is over for whoever holds it",
    "endorsement.replace": "asking the same person again asks nobody (test_managers.py)",
    "decision.propose": "from proposed to proposed: it never comes too late",
    "decision.publish": "all together: trip.publish",
    "action.begin": "telling what one told already: the plan says so",
    "action.finish": "telling what one told already: the plan says so",
    "action.change": "telling what one told already: the plan says so",
    "action.reopen": "telling what one told already: the plan says so",
}


def test_every_transition_of_a_person_is_in_the_table() -> None:
    made = {f"{life.name}.{one.name}" for life in LIVES.values() for one in life.transitions if one.by != {Hat.HOUSE}}
    assert made - TABLE.keys() - ELSE.keys() == set(), "what does the second click on these do?"
    assert (TABLE.keys() | ELSE.keys()) - made == set(), "no transitions of people any more"


def left_by_the_first(about: Any, wrote: dict[str, Any], by: Any) -> Any:
    """The record as the first click left it, past the verb."""
    values = {name: clock.now() if value is NOW else by if value is BY else value for name, value in wrote.items()}
    if values:
        type(about)._base_manager.filter(pk=about.pk).update(**values)
    return type(about)._base_manager.get(pk=about.pk)


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("first", ["oneself", "another"])
def test_the_second_click(house: Alliance, name: str, first: str) -> None:
    verb, who, about, wrote = TABLE[name]
    scene, *moment = STRANGER[verb][0].split(", ")
    with clock.at(MOMENTS[moment[0] if moment else scene]), transaction.atomic():
        place = Place(house, scene)
        clicks = house.people[who] if who else None
        one = left_by_the_first(about(place), wrote, clicks)
        if name == "assessment.reopen":
            type(one).objects.filter(pk=one.pk).update(status="assigned", finished_at=None, total=None)
        record(about=one, verb=name, by=clicks if first == "oneself" else house.people["other_lead"])
        asked = STRANGER[verb][1](place)
        if "generation" in asked:
            asked["generation"] = one.generation
            asked |= {"values": {"conditions": "Ja, mits."}} if name.endswith("_conditions") else {}
        with CaptureQueriesContext(connection) as queries, pytest.raises(Refused) as refused, transaction.atomic():
            import_string(verb)(**asked, **({"by": clicks} if who else {}))
        verdict = refused.value.verdict
        assert verdict.status == CONFLICT
        assert str(verdict.reason)
        assert did_it_already(verdict, clicks) is (first == "oneself")
        transaction.set_rollback(True)
    inserted = [one["sql"] for one in queries if one["sql"].startswith("INSERT")]
    assert inserted == [], "a second effect"


# --- in a browser ----------------------------------------------------------------------------------


@pytest.fixture
def alone(house: Alliance) -> Any:
    """What is done is taken back."""
    with clock.at(MOMENTS["offered"]), transaction.atomic():
        yield house
        transaction.set_rollback(True)


def test_another_page_of_the_same_person_leads_on(alone: Alliance) -> None:
    scene = alone.scenes["offered"]
    url = reverse("applications:offer-confirm", args=[scene.things["application"]])
    browser = alone.clients["applicant"]
    first = browser.post(url)
    mails, entries = OutboxMessage.objects.count(), HistoryEntry.objects.count()
    second = browser.post(url)
    assert (first.status_code, second.status_code) == (302, 302)
    assert "Het is één keer verwerkt" in browser.get(second["Location"]).text
    assert Participation.objects.filter(trip=scene.trip).count() == 1
    assert (OutboxMessage.objects.count(), HistoryEntry.objects.count()) == (mails, entries)


def test_another_token_leads_where_the_first_one_led(alone: Alliance) -> None:
    scene = alone.scenes["offered"]
    url = reverse("applications:offer-confirm", args=[scene.things["application"]])
    browser = alone.clients["applicant"]
    first = browser.post(url, {"csrfmiddlewaretoken": "a" * 64})
    second = browser.post(url, {"csrfmiddlewaretoken": "b" * 64})
    assert second["Location"] == first["Location"]


def test_the_second_of_two_people_hears_who_was_faster(alone: Alliance) -> None:
    scene = alone.scenes["offered"]
    second = world.join(scene.trip, world.user("Tweede Trekker"), "lead").user
    url = reverse("applications:retract", args=[scene.trip.slug, scene.things["offer"]])
    assert alone.clients["lead"].post(url, {"reason": "Dubbel aangeboden."}).status_code == 302
    alone.clients["stranger"].force_login(second)
    answer = alone.clients["stranger"].post(url, {"reason": "Dubbel aangeboden."})
    alone.clients["stranger"].force_login(alone.people["stranger"])
    assert answer.status_code == 409
    assert HistoryEntry.objects.filter(verb="offer.retract").count() == 1


def test_who_undid_it_in_between_was_faster(alone: Alliance) -> None:
    """Announced by one, and something else became of it since: their second click tells where it stands."""
    trip, lead = alone.scenes["offered"].trip, alone.people["lead"]
    record(about=trip, verb="trip.announce", by=lead)
    record(about=trip, verb="trip.publish", by=lead)
    url = reverse("trips:announce", args=[trip.slug])
    assert alone.clients["lead"].post(url).status_code == 409


def test_the_same_step_of_another_one_is_no_second_click(alone: Alliance) -> None:
    """The lead announced another trip a moment ago; this one was announced by somebody else."""
    trip, other, lead = alone.scenes["offered"].trip, alone.scenes["call"].trip, alone.people["lead"]
    record(about=trip, verb="trip.announce", by=alone.people["other_lead"])
    record(about=other, verb="trip.announce", by=lead)
    assert not did_it_already(too_late(TRIP_LIFE, trip, "Al gedaan.", "announce"), lead)
    assert did_it_already(too_late(TRIP_LIFE, other, "Al gedaan.", "announce"), lead)


def test_what_is_changed_of_it_is_no_step(alone: Alliance) -> None:
    trip, lead = alone.scenes["call"].trip, alone.people["lead"]
    record(about=trip, verb="trip.announce", by=lead)
    record(about=trip, verb="trip.change", by=alone.people["other_lead"])
    assert alone.clients["lead"].post(reverse("trips:announce", args=[trip.slug])).status_code == 302


def test_the_holder_of_a_link_hears_thanks_again(house: Alliance) -> None:
    scene = house.scenes["call"]
    url = reverse("applications:endorse", args=[scene.things["token"]])
    said = {"answer": "refuse", "signer_name": "Mila Manager", "refusal_reason": "Geen tijd."}
    browser = house.clients["endorser"]
    with clock.at(MOMENTS["call"]), transaction.atomic():
        answers = [browser.post(url, said) for _ in range(2)]
        other = browser.post(url, {"answer": "endorse", "signer_name": "Mila Manager"})
        refusals = HistoryEntry.objects.filter(verb="endorsement.refuse").count()
        transaction.set_rollback(True)
    assert [one["Location"] for one in answers] == [reverse("applications:endorse-thanks")] * 2
    assert refusals == 1
    assert other.status_code == 409


def test_endorsing_has_two_transitions() -> None:
    assert set(ENDORSES) <= set(LIVES["endorsement"].by_name)


def test_other_words_are_no_second_click(alone: Alliance) -> None:
    """A reason that stands on the record and not in history: the first words are success, others are shown again."""
    scene = alone.scenes["offered"]
    browser, url = alone.clients["applicant"], reverse("applications:offer-decline", args=[scene.things["application"]])
    mine = {AUTHOR: mark(alone.people["applicant"])}
    answers = [browser.post(url, mine | {"reason": reason}) for reason in ("Ik ben ziek.", "Ik ben  ziek. ")]
    assert [answer.status_code for answer in answers] == [302, 302]
    other = browser.post(url, mine | {"reason": "Ik word <oma>.", "unsent": "f8tu4pty3u /my/#0"})
    assert other.status_code == 409
    assert "Ik word &lt;oma&gt;." in other.text
    assert "f8tu4pty3u" not in other.text, "what a script adds was not typed"
    somebody = browser.post(url, {AUTHOR: mark(alone.people["lead"]), "reason": "Van een ander."})
    assert somebody.status_code == 409
    assert "Van een ander." not in somebody.text, "typed by somebody else on this device"


def test_other_words_of_the_holder_of_a_link(house: Alliance) -> None:
    scene = house.scenes["call"]
    url, browser = reverse("applications:endorse", args=[scene.things["token"]]), house.clients["endorser"]
    said = {"answer": "refuse", "signer_name": "Mila Manager", "refusal_reason": "Geen tijd."}
    with clock.at(MOMENTS["call"]), transaction.atomic():
        browser.post(url, said)
        other = browser.post(url, said | {"refusal_reason": "Toch een andere reden."})
        transaction.set_rollback(True)
    assert other.status_code == 409
    assert "Toch een andere reden." in other.text
