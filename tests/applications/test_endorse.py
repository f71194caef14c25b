"""The manager's secret link: what it shows, what an answer does, and everything it refuses."""

import re
from datetime import date, timedelta

import pytest
from django.core import signing
from django.db.models import Count
from django.urls import reverse

from applications import content
from applications.endorsing import actions as endorsing
from applications.endorsing.tokens import SALT, endorse_link, token
from applications.models import Endorsement
from applications.writing import actions as drafting
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.verdicts import Refused
from tests import world

CALL, CLOSES = world.MOMENTS["call"], world.CLOSES
PUBLISHED = world.home(2026, 10, 12)
SECOND = timedelta(seconds=1)
SIGNED = {
    "answer": "endorse",
    "hours_released": 56,
    "cover": "arranged",
    "cover_by": "Team Zorg",
    "costs": "Uit het scholingsbudget.",
    "school_use": "Het komt in het jaarplan.",
    "policy": "Het veiligheidsbeleid.",
    "contact_name": "Joke Mulder",
    "contact_email": "joke@duinrand.example",
    "signer_name": "Joke Mulder",
    "signer_function": "teamleider",
    "agree": "on",
}


@pytest.fixture
def applicant(cast):
    return world.user("Samira Idrissi", at=cast.school)


@pytest.fixture
def sent(cast, applicant, at):
    """An application sent through the action, with the request to its manager."""
    at(CALL)
    application = world.application(cast.trip, applicant, manager_email="joke@duinrand.example")
    drafting.submit(application=application, by=applicant)
    application.refresh_from_db()
    return application


@pytest.fixture
def asked(sent):
    return sent.endorsements.get()


def link(endorsement):
    return f"/endorse/{token(endorsement)}/"


def everything():
    """What could have changed."""
    return (
        list(Endorsement.objects.values()),
        OutboxMessage.objects.count(),
        HistoryEntry.objects.count(),
    )


def test_the_page_shows_exactly_what_is_signed(client, sent, asked):
    page = client.get(link(asked)).content.decode()
    for text in (
        "Samira Idrissi",
        "roc Duinrand",
        "Ik kan een herstelgesprek leiden (1).",
        "Het team neemt het op in het jaarplan.",
    ):
        assert text in page
    for text in ("Ik wil leren", "Ik begon de pauzeronde", "spreekuur"):
        assert text not in page
    assert asked.signed_sha256 == content.digest(asked.signed_content)
    assert asked.signed_content == {
        "commitment": 1,
        "hours": {"before": 12, "during": 32, "after": 12},
        "costs": {"nl": "", "en": ""},
        "dates": {
            "departs_on": "2026-11-10",
            "returns_on": "2026-11-13",
            "return_meeting_on": "2026-12-18",
            "follow_up_on": "2027-11-12",
        },
        "goals": [
            {
                "students_notice": "Dat iemand doorvraagt (1).",
                "able_to": "Ik kan een herstelgesprek leiden (1).",
                "others_see": "Drie gesprekken voor de zomer (1).",
            }
        ],
        "school_use": "Het team neemt het op in het jaarplan.",
    }


def test_a_scanner_signs_nothing(client, asked):
    before = everything()
    for _ in range(20):
        assert client.get(link(asked)).status_code == 200
        assert client.head(link(asked)).status_code == 200
        assert client.get(link(asked) + "?answer=refuse").status_code == 200
        assert client.get(link(asked) + "?answer=not_me&agree=on&hours_released=56").status_code == 200
    assert client.put(link(asked)).status_code == 405
    assert everything() == before


def test_endorsing(client, sent, asked):
    response = client.post(link(asked), SIGNED)
    assert (response.status_code, response["Location"]) == (302, "/endorse/thanks/")
    assert client.get("/endorse/thanks/").status_code == 200
    asked.refresh_from_db()
    assert (asked.status, asked.hours_released, asked.cover, asked.cover_by) == (
        "endorsed",
        56,
        "arranged",
        "Team Zorg",
    )
    assert (asked.signer_name, asked.signer_function, asked.answered_at) == ("Joke Mulder", "teamleider", CALL)
    receipt = OutboxMessage.objects.get(kind="applications/endorse_receipt")
    assert receipt.to == "joke@duinrand.example"
    assert receipt.recipient is None
    assert asked.signed_sha256 in receipt.body


def test_conditions_make_it_conditional(client, asked):
    client.post(link(asked), SIGNED | {"conditions": "Alleen buiten de examenweken."})
    asked.refresh_from_db()
    assert (asked.status, asked.conditions) == ("conditions", "Alleen buiten de examenweken.")


@pytest.mark.parametrize(
    "missing",
    "agree hours_released cover cover_by school_use contact_name contact_email signer_name signer_function".split(),
)
def test_signing_needs_all_of_it_and_keeps_what_was_typed(client, asked, missing):
    data = {name: value for name, value in SIGNED.items() if name != missing}
    response = client.post(link(asked), data)
    assert response.status_code == 422
    kept = "Team Zorg" if missing != "cover_by" else "teamleider"
    assert kept in response.content.decode()
    asked.refresh_from_db()
    assert asked.status == "asked"


def test_refusing_is_confidential(client, login, sent, asked, applicant):
    reason = "Er is geen vervanging te vinden."
    data = {"answer": "refuse", "refusal_reason": reason, "signer_name": "Joke Mulder"}
    assert client.post(link(asked), data | {"signer_name": ""}).status_code == 422
    assert client.post(link(asked), data).status_code == 302
    asked.refresh_from_db()
    assert (asked.status, asked.refusal_reason) == ("refused", reason)
    refused_page = login(applicant).get(f"/my/applications/{sent.pk}/").content.decode()
    refused_mail = OutboxMessage.objects.get(kind="applications/manager_answered").body

    Endorsement.objects.filter(pk=asked.pk).update(status="endorsed", refusal_reason="")
    endorsed_page = login(applicant).get(f"/my/applications/{sent.pk}/").content.decode()
    tokens = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    assert tokens.sub("", refused_page) == tokens.sub("", endorsed_page)
    assert reason not in refused_page + refused_mail
    # Nor does the own history tell, when the manager is asked again because the goals changed.
    Endorsement.objects.filter(pk=asked.pk).update(status="refused")
    sent.goals.update(able_to="Ik kan iets anders.")
    drafting.submit(application=sent, by=applicant)
    own = HistoryEntry.objects.visible_to(applicant)
    assert not own.filter(source="refused").exists()
    assert not own.filter(verb="endorsement.ask_again").exists()


def test_a_forwarded_link_tells_the_applicant_nothing(client, asked):
    client.post(link(asked), {"answer": "refuse", "refusal_reason": "Nee.", "signer_name": "J"})
    page = client.get(link(asked))
    assert page.status_code == 409
    assert "Nee." not in page.content.decode()
    assert "geweigerd" not in page.content.decode().lower()
    assert "refused" not in page.content.decode().lower()


# --- links that do not work ------------------------------------------------------------------------


def dead(client, url, status):
    """A link that is refused, read and posted, without any effect."""
    before = everything()
    assert client.get(url).status_code == status
    assert client.post(url, SIGNED).status_code == status
    assert client.post(url, {"answer": "refuse", "signer_name": "x"}).status_code == status
    assert everything() == before


def test_replayed(client, asked):
    """The same answer again is thanked for and does nothing; another one is too late."""
    client.post(link(asked), SIGNED)
    before = everything()
    assert client.get(link(asked)).status_code == 409
    assert client.post(link(asked), SIGNED)["Location"] == reverse("applications:endorse-thanks")
    assert client.post(link(asked), {"answer": "refuse", "signer_name": "x"}).status_code == 409
    assert everything() == before


@pytest.mark.parametrize(
    "value",
    [
        "abc",
        "a:b:c",
        signing.dumps({"e": "1", "g": 1}, salt="other"),
        signing.dumps({"e": "not-a-uuid", "g": 1}, salt=SALT),
        signing.dumps({"e": "11111111-1111-4111-8111-111111111111", "g": 1}, salt=SALT),
        signing.dumps(["x"], salt=SALT),
    ],
    # A signed value holds the moment of signing, and workers must collect the same names.
    ids=["one part", "three parts", "other salt", "no uuid", "unknown", "no dict"],
)
def test_tampered(client, asked, value):
    dead(client, f"/endorse/{value}/", 404)


def test_tampered_in_one_letter(client, asked):
    good = token(asked)
    for bad in ("A" + good[1:], good[:-1] + ("a" if good[-1] != "a" else "b"), good.swapcase()):
        dead(client, f"/endorse/{bad}/", 404)


def test_replaced_by_the_applicant(client, sent, asked, applicant):
    old = link(asked)
    new = endorsing.replace_manager(application=sent, name="Bo Bos", email="bo@duinrand.example", by=applicant)
    assert (new.generation, new.manager_email, new.status) == (2, "bo@duinrand.example", "asked")
    dead(client, old, 410)
    assert client.get(link(new)).status_code == 200
    sent.refresh_from_db()
    assert sent.manager_email == "bo@duinrand.example"


def test_another_generation_of_the_same_row(client, asked):
    old = link(asked)
    Endorsement.objects.filter(pk=asked.pk).update(generation=2)
    dead(client, old, 410)


def test_withdrawn(client, sent, asked, applicant):
    drafting.withdraw(application=sent, by=applicant)
    dead(client, link(asked), 410)
    drafting.reinstate(application=sent, by=applicant)
    assert client.get(link(asked)).status_code == 200


def test_late_is_accepted_with_a_note_until_publication(client, sent, asked, at, cast):
    at(cast.trip.endorse_by_at)
    assert not client.get(link(asked)).context["late"]
    at(cast.trip.endorse_by_at + SECOND)
    assert client.get(link(asked)).context["late"]
    trip = cast.trip
    trip.published_at, trip.published_by = PUBLISHED, cast.lead
    trip.save()
    at(PUBLISHED + SECOND)
    dead(client, link(asked), 410)


def test_a_cancelled_trip(client, asked, cast):
    trip = cast.trip
    trip.cancelled_at, trip.cancelled_by = CALL, cast.lead
    trip.save()
    dead(client, link(asked), 410)


# --- the link in the mail --------------------------------------------------------------------------


def test_the_link_is_made_only_at_delivery_and_only_while_it_stands(client, sent, asked, applicant):
    mail = OutboxMessage.objects.get(kind="applications/endorse")
    assert mail.links == {"endorse": {"endorsement": str(asked.pk), "generation": 1}}
    assert "/endorse/" not in mail.body
    url = endorse_link(mail, mail.links["endorse"])
    assert client.get(url.removeprefix("http://testserver")).status_code == 200
    endorsing.replace_manager(application=sent, name="Bo Bos", email="bo@duinrand.example", by=applicant)
    assert endorse_link(mail, mail.links["endorse"]) is None


def test_names_carry_no_links_into_the_managers_mail(cast, at):
    at(CALL)
    person = world.user("Kijk op https://kwaad.example/x", at=cast.school)
    drafting.submit(application=world.application(cast.trip, person), by=person)
    mail = OutboxMessage.objects.get(kind="applications/endorse")
    assert "https://kwaad" not in mail.subject + mail.body
    assert "kwaad.example" not in mail.subject + mail.body


# --- not me ----------------------------------------------------------------------------------------


def test_not_me_asks_somebody_at_the_same_school(client, sent, asked, applicant):
    old = link(asked)
    data = {"answer": "not_me", "other_name": "Bo Bos", "other_email": "bo@duinrand.example"}
    assert client.post(old, data).status_code == 302
    asked.refresh_from_db()
    assert (asked.status, asked.other_email) == ("replaced", "bo@duinrand.example")
    new = sent.endorsements.current().get()
    assert (new.manager_name, new.generation, new.signed_sha256) == ("Bo Bos", 2, asked.signed_sha256)
    asking = OutboxMessage.objects.get(kind="applications/endorse", to="bo@duinrand.example")
    assert f"{asked.manager_name} gaf onze vraag aan jou door" in asking.body
    dead(client, old, 410)
    # Sending again with another motivation leaves the one who was named.
    sent.motivation = "Anders."
    sent.save()
    drafting.submit(application=sent, by=applicant)
    assert sent.endorsements.current().get() == new


@pytest.mark.parametrize("email", ["bo@groenlinde.example", "bo@gmail.example", "joke@duinrand.example", "APPLICANT"])
def test_not_me_stays_within_the_school(client, sent, asked, applicant, email):
    email = email.replace("APPLICANT", applicant.email)
    response = client.post(link(asked), {"answer": "not_me", "other_name": "Bo Bos", "other_email": email})
    assert response.status_code == 422
    assert "Bo Bos" in response.content.decode()
    assert sent.endorsements.count() == 1


# --- what is signed changes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({"motivation": "Anders."}, False),
        ({"proactive_plan": "Anders."}, False),
        ({"heard_from": "een collega"}, False),
        ({"school_use": "Anders."}, True),
    ],
)
def test_a_revision_asks_again_only_when_what_is_signed_changed(client, sent, asked, applicant, change, again):
    client.post(link(asked), SIGNED)
    for name, value in change.items():
        setattr(sent, name, value)
    sent.save()
    drafting.submit(application=sent, by=applicant)
    asked.refresh_from_db()
    current = sent.endorsements.current().get()
    assert (asked.status, current.status) == (("replaced", "asked") if again else ("endorsed", "endorsed"))
    assert current.generation == (2 if again else 1)
    assert current.submission.number == (2 if again else 1)


def test_other_goals_and_other_dates_ask_again_and_kill_the_old_link(client, sent, asked, applicant, cast):
    old = link(asked)
    sent.goals.update(able_to="Ik kan iets anders.")
    drafting.submit(application=sent, by=applicant)
    second = sent.endorsements.current().get()
    assert second.generation == 2
    dead(client, old, 410)
    assert second.signed_sha256 != asked.signed_sha256
    trip = cast.trip
    trip.follow_up_on = date(2027, 11, 19)
    trip.save()
    sent.motivation = "Anders."
    sent.save()
    drafting.submit(application=sent, by=applicant)
    assert sent.endorsements.current().get().generation == 3


def test_another_manager_in_the_form_is_asked_when_sent_unless_answered(client, sent, asked, applicant):
    sent.manager_name, sent.manager_email = "Bo Bos", "bo@duinrand.example"
    sent.save()
    drafting.submit(application=sent, by=applicant)
    new = sent.endorsements.current().get()
    assert new.manager_email == "bo@duinrand.example"
    client.post(link(new), SIGNED)
    sent.manager_email = "kim@duinrand.example"
    sent.save()
    drafting.submit(application=sent, by=applicant)
    assert sent.endorsements.current().get() == new


# --- the applicant's side --------------------------------------------------------------------------


def test_the_applicant_mails_again_once_a_day(login, sent, asked, applicant, at):
    browser, url = login(applicant), f"/my/applications/{sent.pk}/manager/remind/"
    assert browser.post(url).status_code == 409
    at(CALL + timedelta(days=1))
    assert browser.post(url).status_code == 302
    assert browser.post(url).status_code == 409
    at(CALL + timedelta(days=2))
    assert browser.post(url).status_code == 302
    mails = OutboxMessage.objects.filter(kind="applications/endorse")
    assert mails.count() == 3
    assert mails.aggregate(n=Count("links", distinct=True))["n"] == 1


def test_the_applicant_names_another_manager_until_closing(login, client, sent, asked, applicant, at):
    browser, url = login(applicant), f"/my/applications/{sent.pk}/manager/"
    assert browser.get(url).status_code == 200
    for email in ("bo@groenlinde.example", applicant.email, "joke@duinrand.example", "nonsense"):
        bad = browser.post(url, {"manager_name": "Bo Bos", "manager_email": email})
        assert bad.status_code == 422, email
        assert email in bad.content.decode()
    Endorsement.objects.update(asked_at=CLOSES - timedelta(days=2))
    at(CLOSES)
    assert browser.post(url, {"manager_name": "Bo", "manager_email": "bo@duinrand.example"}).status_code == 409
    at(CLOSES - SECOND)
    assert browser.post(url, {"manager_name": "Bo", "manager_email": "bo@duinrand.example"}).status_code == 302
    new = sent.endorsements.current().get()
    client.post(link(new), SIGNED)
    assert browser.post(url, {"manager_name": "Kim", "manager_email": "kim@duinrand.example"}).status_code == 409
    assert browser.post(f"{url}remind/").status_code == 409


# --- on paper --------------------------------------------------------------------------------------


def test_the_lead_records_one_on_paper(client, sent, asked, cast):
    values = {
        "signer_name": "Joke Mulder",
        "signer_function": "teamleider",
        "hours_released": 56,
        "cover": "will_be",
        "cover_by": "",
        "school_use": "Jaarplan.",
    }
    options = {"endorsement": asked, "values": values, "signed_on": date(2026, 9, 14), "reason": "Geen mail."}
    with pytest.raises(Refused):
        endorsing.record_on_paper(**options, by=cast.companion())
    done = endorsing.record_on_paper(**options, by=cast.lead)
    done.refresh_from_db()
    assert (done.status, done.recorded_by, done.recorded_reason) == ("endorsed", cast.lead, "Geen mail.")
    assert done.answered_at == world.home(2026, 9, 14)
    dead(client, link(asked), 409)
    with pytest.raises(Refused):
        endorsing.record_on_paper(**options, by=cast.lead)


def test_the_page_asks_few_queries(client, asked, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get(link(asked))
