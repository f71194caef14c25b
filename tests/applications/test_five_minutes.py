"""A manager's five minutes: who never saw this house reads what it is about, and answers it on one page."""

import re
import time
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from applications import content
from applications.endorsing import actions as endorsing
from applications.endorsing.tokens import token
from applications.models import Endorsement
from applications.reminders import managers
from applications.writing import actions as drafting
from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import Trip
from tests import world
from tests.applications.test_endorse import SIGNED as SAID

pytestmark = pytest.mark.django_db
#: A Tuesday; the trip goes from Tuesday 10 to Friday 13 November 2026.
ASKED = world.home(2026, 9, 15, 16)
DAY = timedelta(days=1)
COSTS = "De school betaalt de reis, Exchange het verblijf."
#: What a manager signs where the call says nothing of costs.
SIGNED = {name: value for name, value in SAID.items() if name != "costs"}
REFUSED = {"answer": "refuse", "refusal_reason": "Er is geen vervanging.", "signer_name": "Joke Mulder"}
YES = {name: value for name, value in SIGNED.items() if name not in ("answer", "agree")}


@pytest.fixture
def samira(cast):
    return world.user("Samira Idrissi", at=cast.school)


@pytest.fixture
def sent(cast, samira, at):
    at(ASKED)
    return send(cast, samira)


def send(cast, samira):
    application = world.application(
        cast.trip, samira, manager_name="Joke Mulder", manager_email="joke@duinrand.example"
    )
    drafting.submit(application=application, by=samira)
    application.refresh_from_db()
    return application


def again(sent, at, **trip):
    """The next day the goals changed, and the trip what is named; it is sent again."""
    at(clock.now() + DAY)
    if trip:
        Trip.objects.filter(pk=sent.trip_id).update(**trip)
        sent.trip.refresh_from_db()
    goal = sent.goals.get()
    goal.able_to += " Ook samen."
    goal.save()
    drafting.submit(application=sent, by=sent.user)
    return current(sent)


def current(sent):
    return sent.endorsements.current().get()


def link(endorsement):
    return f"/endorse/{token(endorsement)}/"


def read(client, endorsement):
    return unescape(client.get(link(endorsement)).content.decode())


def field(page, name):
    """What stands in a field of the page."""
    return unescape(re.search(rf'<input[^>]*name="{name}"[^>]*?value="([^"]*)"', page)[1])


# --- what it is about ------------------------------------------------------------------------------


def test_the_mail_and_its_reminders_say_what_it_is_about(cast, sent, samira, at):
    at(ASKED + DAY)
    endorsing.remind_manager(application=sent, by=samira)
    at(ASKED + 3 * DAY)
    assert managers(ASKED + 3 * DAY) == 1
    mails = OutboxMessage.objects.filter(kind="applications/endorse")
    assert mails.count() == 3
    for mail in mails:
        for line in (
            "Reis: Veilig in Londen",
            "Stad: Londen, Verenigd Koninkrijk",
            "Centrale vraag: ",
            "Vertrek: dinsdag 10 november 2026",
            "Terugkomst: vrijdag 13 november 2026",
            "Gevraagde uren: 12 vóór de reis, 32 tijdens en 12 erna",
            "Antwoord vóór: donderdag 8 oktober 2026",
            f"De oproep: http://testserver/trips/{cast.trip.slug}/",
        ):
            assert f"\n{line}" in mail.body, line
        assert cast.trip.question_nl in mail.body
        assert "Samira Idrissi (roc Duinrand)" in mail.body


def test_the_page_says_what_it_is_about(cast, sent, client):
    page = read(client, current(sent))
    for text in (
        "Veilig in Londen",
        "Londen",
        cast.trip.question_nl,
        "dinsdag 10 november 2026",
        "vrijdag 13 november 2026",
        "donderdag 8 oktober 2026",
        cast.lead.email,
        f'href="/trips/{cast.trip.slug}/"',
    ):
        assert text in page, text


def test_page_mail_and_receipt_tell_the_days_that_are_signed(sent, client, at):
    """The trip was moved since, and nobody was asked again yet."""
    Trip.objects.filter(pk=sent.trip_id).update(
        departs_on=date(2026, 11, 17), returns_on=date(2026, 11, 20), hours_during=40, costs_nl=COSTS
    )
    at(ASKED + 3 * DAY)
    assert managers(ASKED + 3 * DAY) == 1
    asked = current(sent)
    page = read(client, asked)
    assert field(page, "hours_released") == "56"
    assert client.post(link(asked), SIGNED).status_code == 302
    receipt = OutboxMessage.objects.get(kind="applications/endorse_receipt").body
    reminder = OutboxMessage.objects.filter(kind="applications/endorse").latest("queued_at").body
    assert "10 november 2026" in page
    assert "10 november 2026" in reminder
    assert "10–13 november 2026" in receipt
    for text in (page, reminder, receipt):
        assert "17 november" not in text
        assert "17–20" not in text
        assert COSTS not in text


# --- the form --------------------------------------------------------------------------------------


def test_the_hours_are_filled_in_and_can_be_changed(sent, client):
    asked = current(sent)
    # 12 before, 32 during and 12 after.
    assert field(read(client, asked), "hours_released") == "56"
    assert client.post(link(asked), SIGNED | {"hours_released": "40"}).status_code == 302
    assert Endorsement.objects.get().hours_released == 40


def test_hours_that_are_left_empty_are_asked_and_never_none(sent, client):
    asked = current(sent)
    answer = client.post(link(asked), SIGNED | {"hours_released": ""})
    assert answer.status_code == 422
    assert "hours_released" in answer.context["chosen"].errors
    assert Endorsement.objects.get().hours_released is None
    assert client.post(link(asked), SIGNED | {"hours_released": "0"}).status_code == 302
    assert Endorsement.objects.get().hours_released == 0


def test_costs_are_asked_where_the_call_speaks_of_them(cast, samira, client, at):
    at(ASKED)
    Trip.objects.update(costs_nl=COSTS)
    cast.trip.refresh_from_db()
    asked = current(send(cast, samira))
    page = read(client, asked)
    assert re.search(rf'<textarea[^>]*name="costs"[^>]*>\s*{re.escape(COSTS)}</textarea>', page)
    assert client.post(link(asked), SIGNED | {"costs": ""}).status_code == 422
    assert client.post(link(asked), SIGNED | {"costs": f"{COSTS} Uit het budget."}).status_code == 302
    assert Endorsement.objects.get().costs == f"{COSTS} Uit het budget."


def test_costs_are_not_asked_where_the_call_is_silent_and_policy_may_be_left(sent, client):
    asked = current(sent)
    assert 'name="costs"' not in read(client, asked)
    assert client.post(link(asked), SIGNED | {"policy": "", "costs": "Verzonnen."}).status_code == 302
    answered = Endorsement.objects.get()
    assert (answered.status, answered.costs, answered.policy) == ("endorsed", "", "")
    receipt = OutboxMessage.objects.get(kind="applications/endorse_receipt").body
    assert "Kosten:" not in receipt
    assert "Sluit aan bij:" not in receipt


def test_what_stands_on_paper_is_typed_from_the_paper(cast, sent, login):
    page = login(cast.lead).get(f"/team/{cast.trip.slug}/applications/{sent.pk}/paper/").content.decode()
    assert re.search(r'<input[^>]*name="hours_released"[^>]*>', page)
    assert not re.search(r'<input[^>]*name="hours_released"[^>]*value=', page)


# --- three answers ---------------------------------------------------------------------------------


def test_three_answers_stand_on_one_page_and_none_is_chosen(sent, client):
    page = read(client, current(sent))
    radios = re.findall(r'<input[^>]*name="answer"[^>]*>', page)
    assert [re.search(r'value="(\w+)"', one)[1] for one in radios] == ["endorse", "refuse", "not_me"]
    assert not any("checked" in one for one in radios)
    for name in ("hours_released", "refusal_reason", "other_email"):
        assert f'name="{name}"' in page
    # One place for the name of who signs, whichever way.
    assert page.count('name="signer_name"') == 1


@pytest.mark.parametrize("answer", ["", "nonsense", "same", "not_me", "endorse"])
def test_what_was_typed_at_each_answer_stays(sent, client, answer):
    typed = YES | {"hours_released": "33", "refusal_reason": "Te druk.", "other_name": "Bo Bos", "other_email": "bo@"}
    answer = client.post(link(current(sent)), typed | {"answer": answer})
    assert answer.status_code == 422
    page = unescape(answer.content.decode())
    assert field(page, "hours_released") == "33"
    assert (field(page, "other_name"), field(page, "other_email")) == ("Bo Bos", "bo@")
    assert (field(page, "cover_by"), field(page, "policy")) == ("Team Zorg", "Het veiligheidsbeleid.")
    for text in ("Te druk.</textarea>", "Het komt in het jaarplan.</textarea>"):
        assert text in page
    assert re.search(r'name="cover"[^>]*value="arranged"[^>]*checked', page)
    assert Endorsement.objects.get().status == "asked"


def test_only_the_answer_that_was_chosen_counts(sent, client):
    """Half a refusal and half a colleague stand in the way of nothing; nor is a yes missed by who says no."""
    answer = client.post(link(current(sent)), REFUSED | {"signer_name": "", "other_email": "bo@"})
    assert (answer.status_code, list(answer.context["chosen"].errors)) == (422, ["signer_name"])
    assert unescape(answer.content.decode()).count("Vul dit nog in.") == 2  # above the form, and at the field
    beside = {"refusal_reason": "Te druk.", "other_email": "bo@"}
    assert client.post(link(current(sent)), SIGNED | beside).status_code == 302
    answered = Endorsement.objects.get()
    assert (answered.status, answered.refusal_reason, answered.other_email) == ("endorsed", "", "")


# --- the same answer as last time ------------------------------------------------------------------


def test_what_was_answered_stands_filled_in_and_one_press_confirms_it(sent, client, at):
    first = current(sent)
    client.post(link(first), SIGNED | {"conditions": "Buiten de examenweken.", "hours_released": "40"})
    asked = again(sent, at, departs_on=date(2026, 11, 9), hours_after=20)
    page = read(client, asked)
    assert "Veranderd sinds je antwoord van dinsdag 15 september 2026: de leerdoelen, de uren, de data." in page
    for old, new in (("dinsdag 10 november 2026", "maandag 9 november 2026"), ("12", "20")):
        assert f"<del>{old}</del> → <ins>{new}</ins>" in page
    assert "<ins> Ook samen.</ins>" in page
    assert field(page, "hours_released") == "40"
    assert field(page, "cover_by") == "Team Zorg"
    assert "Buiten de examenweken.</textarea>" in page
    # The form opens with it where another answer is given.
    assert not re.search(r'name="answer"[^>]*checked', page)
    # Signing again is an act of its own.
    assert not re.search(r'name="agree"[^>]*checked', page)
    assert client.post(link(asked), {"answer": "same"}).status_code == 302
    asked.refresh_from_db()
    first.refresh_from_db()
    assert (asked.status, asked.hours_released, asked.conditions) == ("conditions", 40, "Buiten de examenweken.")
    assert [getattr(asked, name) for name in endorsing.SIGNED] == [getattr(first, name) for name in endorsing.SIGNED]
    assert asked.signed_content["dates"]["departs_on"] == "2026-11-09"
    assert asked.signed_sha256 == content.digest(asked.signed_content) != first.signed_sha256
    assert (first.status, asked.answered_at) == ("replaced", ASKED + DAY)


def test_the_mail_says_what_changed_as_it_was_and_as_it_is(sent, client, at):
    client.post(link(current(sent)), SIGNED)
    asked = again(sent, at, departs_on=date(2026, 11, 9), hours_after=20)
    mail = OutboxMessage.objects.filter(kind="applications/endorse").latest("queued_at")
    assert "is veranderd sinds je antwoord van dinsdag 15 september 2026." in mail.body
    assert (
        "Veranderd:\n"
        "- Vertrek: dinsdag 10 november 2026 → maandag 9 november 2026\n"
        "- Uren na de reis: 12 → 20\n"
        "- De leerdoelen\n"
    ) in mail.body
    # Neither the goals nor what was answered stand in a mail.
    assert "Ook samen" not in mail.body
    assert SIGNED["school_use"] not in mail.body
    assert mail.to == asked.manager_email


def test_another_answer_is_possible(sent, client, at):
    client.post(link(current(sent)), SIGNED)
    asked = again(sent, at)
    assert client.post(link(asked), REFUSED).status_code == 302
    asked.refresh_from_db()
    assert (asked.status, asked.school_use, asked.hours_released) == ("refused", "", None)


def test_a_refusal_is_confirmed_with_its_reason(sent, client, at):
    client.post(link(current(sent)), REFUSED)
    asked = again(sent, at)
    page = read(client, asked)
    assert "Er is geen vervanging.</textarea>" in page
    assert re.search(r"<b>\s*Nee, ik steun het niet\s*</b>", page)
    # What nobody answered is filled in as for anybody.
    assert field(page, "hours_released") == "56"
    assert client.post(link(asked), {"answer": "same"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.status, asked.refusal_reason) == ("refused", "Er is geen vervanging.")


def test_an_answer_is_remembered_over_a_question_that_was_not_answered(sent, client, at):
    client.post(link(current(sent)), SIGNED)
    again(sent, at, departs_on=date(2026, 11, 9))
    asked = again(sent, at, returns_on=date(2026, 11, 14))
    page = read(client, asked)
    assert (asked.generation, "Zelfde antwoord als vorige keer" in page) == (3, True)
    # Both changes since that answer, not only the last one.
    assert "<del>dinsdag 10 november 2026</del>" in page
    assert "<ins>zaterdag 14 november 2026</ins>" in page


def test_who_has_not_answered_reads_what_changed_and_confirms_nothing(sent, client, at):
    asked = again(sent, at)
    page = read(client, asked)
    assert "Veranderd sinds we het je vroegen: de leerdoelen." in page
    assert "Zelfde antwoord" not in page
    assert client.post(link(asked), {"answer": "same"}).status_code == 422
    assert current(sent).status == "asked"


def test_what_was_not_asked_then_is_asked_now(sent, client, at):
    """The call came to speak of costs: the same answer would leave them out."""
    client.post(link(current(sent)), SIGNED)
    asked = again(sent, at, costs_nl=COSTS)
    page = read(client, asked)
    assert "Zelfde antwoord" not in page
    assert re.search(rf'<textarea[^>]*name="costs"[^>]*>\s*{re.escape(COSTS)}</textarea>', page)
    assert f"<ins>{COSTS}</ins>" in page
    assert re.search(r'name="answer"[^>]*value="endorse"[^>]*checked', page)
    assert client.post(link(asked), {"answer": "same"}).status_code == 422
    assert client.post(link(asked), SIGNED | {"costs": COSTS}).status_code == 302


@pytest.mark.parametrize("said", [SIGNED, REFUSED], ids=["endorsed", "refused"])
@pytest.mark.parametrize("way", ["passed on", "replaced", "named in the form", "in between"])
def test_nobody_else_reads_what_a_manager_answered(sent, samira, client, at, said, way):
    client.post(link(current(sent)), said)
    if way == "named in the form":
        sent.manager_name, sent.manager_email = "Bo Bos", "bo@duinrand.example"
        sent.save()
    asked = again(sent, at)
    if way == "passed on":
        asked = endorsing.pass_on(endorsement=asked, generation=2, name="Bo Bos", email="bo@duinrand.example")
    elif way == "replaced":
        asked = endorsing.replace_manager(application=sent, name="Bo", email="bo@duinrand.example", by=samira)
    elif way == "in between":
        endorsing.pass_on(endorsement=asked, generation=2, name="Bo Bos", email="bo@duinrand.example")
        asked = again(sent, at)
    assert asked.manager_email == "bo@duinrand.example"
    page = read(client, asked)
    for text in (
        "Er is geen vervanging",
        "Het komt in het jaarplan",
        "Team Zorg",
        "Zelfde antwoord",
        "Je antwoord van",
    ):
        assert text not in page, text
    assert not re.search(r'name="answer"[^>]*checked', page)
    assert client.post(link(asked), {"answer": "same"}).status_code == 422
    mail = OutboxMessage.objects.get(
        kind="applications/endorse", to="bo@duinrand.example", key__endswith=f":{asked.generation}"
    )
    assert "je antwoord van" not in mail.body


def test_who_gets_the_question_back_finds_the_own_answer(sent, client, at):
    """Joke answered, was asked again and passed it on; Bo passes it back."""
    client.post(link(current(sent)), SIGNED)
    asked = again(sent, at)
    asked = endorsing.pass_on(endorsement=asked, generation=2, name="Bo Bos", email="bo@duinrand.example")
    asked = endorsing.pass_on(endorsement=asked, generation=3, name="Joke Mulder", email="joke@duinrand.example")
    assert "Zelfde antwoord als vorige keer" in read(client, asked)


def test_what_the_lead_recorded_is_nobodys_answer_by_this_link(cast, sent, client, at):
    values = {name: value for name, value in YES.items() if name != "contact_email"}
    options = {"signed_on": date(2026, 9, 14), "reason": "Geen mail."}
    endorsing.record_on_paper(endorsement=current(sent), values=values, by=cast.lead, **options)
    asked = again(sent, at)
    page = read(client, asked)
    assert "Zelfde antwoord" not in page
    assert "Team Zorg" not in page


# --- not me ----------------------------------------------------------------------------------------


def test_not_me_says_whom_we_ask_now_and_that_the_link_is_dead(sent, client, monkeypatch):
    mine, now = link(current(sent)), time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now)
    data = {"answer": "not_me", "other_name": "Bo <Bos>", "other_email": "bo@duinrand.example"}
    answer = client.post(mine, data)
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "We vragen het nu aan Bo &lt;Bos&gt;, op bo@duinrand.example. Je eigen link werkt niet meer" in page
    assert "een kopie" not in page
    assert client.get(mine).status_code == 410
    # The value in that address opens nothing, and says nothing an hour later or to who makes one up.
    value = parse_qs(urlsplit(answer["Location"]).query)["asked"][0]
    assert client.get(f"/endorse/{value}/").status_code == 404
    for other in (value[:-1] + ("a" if value[-1] != "a" else "b"), token(current(sent)), "x"):
        assert "bo@duinrand.example" not in client.get("/endorse/thanks/", {"asked": other}).content.decode()
    for later, told in ((3599, True), (3602, False)):
        monkeypatch.setattr("django.core.signing.time.time", lambda later=later: now + later)
        page = client.get(answer["Location"]).content.decode()
        assert ("bo@duinrand.example" in page) is told


def test_a_yes_and_a_no_lead_to_the_same_page(sent, client):
    asked = current(sent)
    led = [client.post(link(asked), SIGNED)["Location"]]
    Endorsement.objects.update(status="asked", answered_at=None)
    led.append(client.post(link(asked), REFUSED)["Location"])
    assert led == ["/endorse/thanks/", "/endorse/thanks/"]
    assert "een kopie is naar je onderweg" in client.get(led[0]).content.decode()
