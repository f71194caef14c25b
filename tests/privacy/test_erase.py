"""Somebody is erased: nothing of them is left in any column of any table, but for the record of a certificate."""

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from applications.models import Application, Line
from evaluations.certificates.models import Certificate
from evaluations.impact.models import ReportEdition
from evaluations.impact.queries import compute
from evaluations.impact.report import digest
from evaluations.models import OneWord, folded
from exchange.history.actions import record
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.people.lifecycle import Role
from exchange.people.models import User
from exchange.privacy import actions
from exchange.privacy.permissions import leading_alone, travelling
from exchange.trips.models import Participation, TeamMember, Trip
from exchange.verdicts import CONFLICT, FORBIDDEN, Refused
from tests import world
from tests.consistency import alliance
from tests.privacy.planting import everywhere
from tests.privacy.test_purge import House, build

#: A month after the return meeting.
NOW = world.home(2027, 1, 20)


@pytest.fixture
def house(db: Any, at: Any) -> House:
    made = build()
    at(NOW)
    return made


def words_of(house: House, name: str) -> set[str]:
    """What was planted in the rows about somebody, with the name and the addresses they go by."""
    person = house.people[name]
    found = {person.name.rpartition(" ")[2], person.email.partition("@")[0]}
    for (label, pk, _field), value in house.held.items():
        row = house.rows[label, pk]
        if "qyx" in str(value) and owner(row) == person.pk and label != "certificates.Certificate":
            found |= {
                one for one in str(value).replace("'", " ").replace("@", " ").replace("/", " ").split() if "qyx" in one
            }
    return {one.strip("{}.,:").removesuffix(".example") for one in found}


def owner(row: Any) -> Any:
    """Whom a row is about."""
    for step in filter(None, getattr(row, "ABOUT", getattr(row, "OWNER", "")).split("__")):
        row = getattr(row, step)
    return getattr(row, "pk", None)


def told_to_others(house: House, name: str) -> None:
    """Mail, history, sessions and search hold something of somebody too."""
    person, lead = house.people[name], house.people["lead"]
    message = alliance.mail(house.trip, lead, "sent")
    OutboxMessage.objects.filter(pk=message.pk).update(body=f"{person.name} bedankt je.", subject="Bedankt")
    mine = Application.objects.get(trip=house.trip, user=person)
    asked = alliance.mail(house.trip, lead, "queued")
    OutboxMessage.objects.filter(pk=asked.pk).update(
        to="chef@elders.example", recipient=None, body="Over qyxbaas", links={"endorse": {"application": str(mine.pk)}}
    )
    record(about=mine, verb="application.rule", by=lead, reason="Over qyxreden")
    record(about=house.trip, verb="trip.change", by=person, reason="Van qyxreden")
    browser = Client()
    browser.force_login(person)
    browser.get(reverse("home"))
    session = browser.session
    session["typed"] = "qyxsessie"
    session.save()


def published(house: House) -> None:
    """An edition shows the planted words of all, and twenty others."""
    planted = [(folded(one.word), one.language) for one in OneWord.objects.all()]
    counted = [{"word": word, "lang": lang, "count": 1} for word, lang in planted]
    edition = ReportEdition.objects.get()
    words = {"people": 20 + len(counted), "words": [*counted, {"word": "rust", "lang": "nl", "count": 20}]}
    report = edition.report | {"words_return": words}
    ReportEdition.objects.update(report=report, sha256=digest(report))


@pytest.mark.parametrize("name", ["left", "reserve", "went", "certified", "drafter"])
def test_nothing_of_somebody_is_left_anywhere(house: House, name: str) -> None:
    told_to_others(house, name)
    published(house)
    words = words_of(house, name) | {"qyxbaas", "qyxreden"}
    assert len(words) > 15
    before = everywhere(*words)
    assert {one.rpartition(": ")[2] for one in before} == words
    person = house.people[name]
    sessions = Session.objects.count()
    actions.erase(person=person, by=person)
    call_command("deliver", verbosity=0)
    call_command("purge", stdout=StringIO())
    left = [one for one in everywhere(*words) if not one.startswith("certificates_certificate.facts")]
    assert left == []
    assert Session.objects.count() == sessions - 1
    world.prove("an erasure")


def test_words_leave_the_editions_with_their_author_and_those_of_others_stay(house: House) -> None:
    published(house)
    person, other = house.people["went"], house.people["certified"]
    gone, stays = (folded(OneWord.objects.get(participation__user=one).word) for one in (person, other))
    assert [f"impact_reportedition.report: {word}" in everywhere(word) for word in (gone, stays)] == [True, True]
    actions.erase(person=person, by=person)
    assert [f"impact_reportedition.report: {word}" in everywhere(word) for word in (gone, stays)] == [False, True]
    edition = ReportEdition.objects.get()
    assert edition.report["words_return"]["people"] == 22
    assert (edition.redacted_at, [one.words for one in edition.redactions.all()]) == (NOW, [1])


def test_the_figures_of_the_trip_stay_and_certificates_verify(house: House) -> None:
    before, certificate = replace(compute(house.trip).flow, answered=0), Certificate.objects.get()
    person = house.people["certified"]
    count = Line.objects.filter(trip=house.trip, place="active").count()
    actions.erase(person=person, by=person)
    assert Line.objects.filter(trip=house.trip, place="active").count() == count
    assert replace(compute(house.trip).flow, answered=0) == before
    page = Client().get(reverse("certificates:verify", args=[certificate.code]))
    assert page.context["certificate"].facts == certificate.facts


def test_the_account_opens_nothing_any_more(house: House) -> None:
    person = house.people["went"]
    browser, other = Client(), Client()
    browser.force_login(person)
    other.force_login(person)
    calendar = reverse("trips:calendar", args=[person.calendar_token])
    assert Client().get(calendar).status_code == 200
    page = browser.post(reverse("privacy:erase-me"), {"address": person.email.upper()})
    assert page["Location"] == reverse("privacy")
    for one in (browser, other):
        assert one.get(reverse("home"))["Location"].startswith("/accounts/login/")
    assert Client().get(calendar).status_code == 404
    assert not Client().login(email=person.email, password=world.PASSWORD)
    again = world.user("Iemand anders", at=person.institution, email=person.email)
    assert again.pk != person.pk


def test_the_page_shows_what_goes_and_what_stays_and_asks_for_the_address(house: House) -> None:
    person = house.people["certified"]
    browser = Client()
    browser.force_login(person)
    page = browser.get(reverse("privacy:erase-me"))
    html = page.content.decode()
    shown = {str(title): count for title, count in page.context["preview"].goes}
    assert shown["Inzichten"] == 1
    assert "10 jaar" in html.replace("\xa0", " ")
    wrong = browser.post(reverse("privacy:erase-me"), {"address": "someone@else.example"})
    assert wrong.status_code == 422
    assert "Dit is niet het adres van dit account." in wrong.content.decode()
    assert User.objects.get(pk=person.pk).erased_at is None


def test_who_travels_or_leads_alone_waits(house: House, at: Any) -> None:
    person, lead = house.people["went"], house.people["lead"]
    at(world.MOMENTS["travelling"])
    with pytest.raises(Refused, match="pas na terugkomst") as refused:
        actions.erase(person=person, by=person)
    assert refused.value.verdict.status == CONFLICT
    browser = Client()
    browser.force_login(person)
    page = browser.get(reverse("privacy:erase-me")).content.decode()
    assert "Nu niet." in page
    assert "Nu alles wissen" not in page
    # Nobody waits for a trip that does not go.
    cancelled = {"cancelled_at": NOW, "cancelled_by": lead}
    Trip.objects.filter(pk=house.trip.pk).update(**cancelled)
    assert travelling(person) is None
    Trip.objects.filter(pk=house.trip.pk).update(**dict.fromkeys([*cancelled, "closed_at", "closed_by"]))
    at(NOW)
    with pytest.raises(Refused, match="geen andere"):
        actions.erase(person=lead, by=lead)
    world.join(house.trip, house.people["companion"], "lead")
    # A trip of somebody else alone is theirs to hand over.
    world.trip()
    assert leading_alone(lead) is None
    own = world.trip(lead=lead)
    for over in (cancelled, {"closed_at": NOW, "closed_by": lead}):
        assert leading_alone(lead) == own
        Trip.objects.filter(pk=own.pk).update(**over)
        assert leading_alone(lead) is None
        Trip.objects.filter(pk=own.pk).update(**dict.fromkeys(over))
    own.team.all().delete()
    Trip.objects.exclude(pk=house.trip.pk).update(closed_at=NOW, closed_by=lead)
    actions.erase(person=lead, by=lead)
    assert not TeamMember.objects.filter(user=lead).exists()


def test_an_administrator_may_and_nobody_else(house: House) -> None:
    person, stranger = house.people["left"], house.people["reserve"]
    with pytest.raises(Refused) as refused:
        actions.erase(person=person, by=stranger)
    assert refused.value.verdict.status == FORBIDDEN
    administrator = world.user("Ada Administrator")
    role = world.give_role(administrator, Role.ADMINISTRATOR)
    with pytest.raises(Refused, match="laatste beheerder"):
        actions.erase(person=administrator, by=administrator)
    browser = Client()
    browser.force_login(administrator)
    browser.post(reverse("privacy:erase", args=[person.pk]), {"address": person.email})
    assert User.objects.get(pk=person.pk).erased_at == NOW
    entry = HistoryEntry.objects.get(verb="person.erase")
    assert (entry.by, entry.about_id, entry.reason, entry.facts) == (administrator, str(person.pk), "", {})
    with pytest.raises(Refused, match="al gewist"):
        actions.erase(person=person, by=administrator)
    assert role.ended_at is None


def test_one_last_mail_says_so_and_then_the_address_goes(house: House, mailoutbox: Any) -> None:
    person = house.people["left"]
    address = person.email
    actions.erase(person=person, by=person)
    call_command("deliver", verbosity=0)
    [sent] = [mail for mail in mailoutbox if mail.to == [address]]
    assert sent.subject == "Je gegevens zijn gewist"
    call_command("purge", stdout=StringIO())
    assert everywhere(address) == []


def test_roles_end_and_what_was_done_for_others_stays(house: House) -> None:
    reviewer = house.people["reviewer"]
    role = world.give_role(reviewer, Role.COORDINATOR, reviewer.institution)
    actions.erase(person=reviewer, by=reviewer)
    role.refresh_from_db()
    assert role.ended_at == NOW
    assert reviewer.assessments.filter(status="finished").exists()


def test_numbers_are_gone_from_the_room_on_the_day_that_is_said(house: House, at: Any) -> None:
    reader, other = house.people["went"], Participation.objects.get(trip=house.trip, user=house.people["certified"])
    browser = Client()
    browser.force_login(reader)
    room = reverse("trips:mine", args=[house.trip.slug])
    Trip.objects.filter(pk=house.trip.pk).update(closed_at=None, closed_by=None)
    at(world.home(2026, 11, 26, 23, 59))
    assert other.phone in browser.get(room).content.decode()
    at(world.home(2026, 11, 27, 0))
    assert other.phone not in browser.get(room).content.decode()
    team = Client()
    team.force_login(house.people["lead"])
    assert other.phone not in team.get(reverse("trips:travellers", args=[house.trip.slug])).content.decode()
    refused = browser.post(reverse("trips:mine-phone", args=[house.trip.slug]), {"phone": "0612345678"})
    assert refused.status_code == CONFLICT


def test_what_others_were_mailed_about_something_else_stays_as_it_was(house: House) -> None:
    reviewer, other = house.people["reviewer"], house.people["reserve"]
    letter = alliance.mail(house.trip, other, "sent")
    theirs = Application.objects.get(trip=house.trip, user=other)
    OutboxMessage.objects.filter(pk=letter.pk).update(
        key=f"letter:{theirs.pk}:1", subject="Je plaats", body=f"Met groet, {reviewer.name}, {reviewer.email.upper()}"
    )
    with_reason = record(about=theirs, verb="application.rule", by=house.people["lead"], reason="Past niet")
    actions.erase(person=reviewer, by=reviewer)
    letter.refresh_from_db()
    assert (letter.to, letter.subject, letter.body) == (other.email, "Je plaats", "Met groet, –, –")
    assert HistoryEntry.objects.get(pk=with_reason.pk).reason == "Past niet"


def test_a_deed_keeps_its_place_when_its_words_go(house: House) -> None:
    person = house.people["left"]
    entry = record(about=house.trip, verb="trip.change", by=person, reason="Van mij", facts={"a": 1})
    actions.erase(person=person, by=person)
    again = HistoryEntry.objects.get(pk=entry.pk)
    assert (again.at, again.verb, again.by, again.reason, again.facts) == (entry.at, "trip.change", person, "", {})
