"""The same school is asked again after the return and after a year."""

from datetime import date

import pytest
from django.urls import reverse

from applications.endorsing.actions import (
    ask_schools,
    endorse,
    look_back,
    mail_came_back,
    pass_on,
    record_on_paper,
    refuse,
)
from applications.endorsing.tokens import token
from applications.models import Endorsement, Occasion
from exchange.outbox.models import OutboxMessage
from exchange.trips.actions import move_trip
from exchange.trips.models import Trip
from exchange.trips.moving import move_of
from exchange.verdicts import Refused
from tests import world
from tests.applications.walking import SIGNED

pytestmark = pytest.mark.django_db
BACK, YEAR = world.home(2026, 11, 14), world.home(2027, 10, 13)
SAID = {"answer": "look_back", "contact_name": "Bo Bos", "contact_email": "bo@duinrand.example", "signer_name": "Joke"}


@pytest.fixture
def promised(cast):
    """Somebody who travelled, whose manager named a contact."""
    cast.trip.published_at, cast.trip.published_by = world.home(2026, 10, 12), cast.lead
    cast.trip.save()
    piet = cast.participant()
    one = Endorsement.objects.current().get(application__user=piet.user)
    one.contact_name, one.contact_email = "Joke Mulder", "joke@duinrand.example"
    one.school_use, one.policy, one.hours_released = "Een studiemiddag.", "Het jaarplan", 56
    one.save()
    return one


def test_the_contact_is_asked_and_reads_the_promise(cast, promised, client, login, at):
    at(BACK)
    (made,) = ask_schools(trip=cast.trip, occasion=Occasion.RETURN, by=cast.lead)
    mail = OutboxMessage.objects.get(kind="applications/endorse_again")
    assert (mail.to, made.occasion) == ("joke@duinrand.example", "return")
    link = f"/endorse/{token(made)}/"
    page = client.get(link).content.decode()
    for said in ("Een studiemiddag.", "Het jaarplan", "56"):
        assert said in page
    assert "Ik steun" not in page
    assert client.post(link, SAID | {"contact_email": promised.application.user.email}).status_code == 422
    assert client.post(link, SAID | {"conditions": "Het loopt."}).status_code == 302
    made.refresh_from_db()
    assert (made.status, made.contact_email, made.conditions) == ("endorsed", "bo@duinrand.example", "Het loopt.")
    assert client.get(link).status_code == 409
    team = login(cast.lead).get(reverse("applications:schools", args=[cast.trip.slug])).content.decode()
    assert "Het loopt." in team
    # The promise itself stands as it was.
    promised.refresh_from_db()
    assert promised.contact_email == "joke@duinrand.example"


def test_asked_once_on_each_occasion_and_only_in_its_time(cast, promised, login, at):
    at(world.MOMENTS["travelling"])
    with pytest.raises(Refused, match="14 november 2026"):
        ask_schools(trip=cast.trip, occasion=Occasion.RETURN, by=cast.lead)
    at(BACK)
    press = reverse("applications:schools-ask", args=[cast.trip.slug, "return"])
    lead = login(cast.lead)
    assert [lead.post(press).status_code for _ in range(2)] == [302, 302]
    assert Endorsement.objects.filter(occasion="return").count() == 1
    assert lead.post(press.replace("return", "application")).status_code == 404
    with pytest.raises(Refused, match="13 oktober 2027"):
        ask_schools(trip=cast.trip, occasion=Occasion.ONE_YEAR, by=cast.lead)
    at(YEAR)
    assert len(ask_schools(trip=cast.trip, occasion=Occasion.ONE_YEAR, by=cast.lead)) == 1
    assert login(cast.companion()).post(press).status_code == 403


def test_somebody_else_at_the_school_answers(cast, promised, client, at):
    at(BACK)
    (made,) = ask_schools(trip=cast.trip, occasion=Occasion.RETURN, by=cast.lead)
    link = f"/endorse/{token(made)}/"
    passed = {"answer": "not_me", "other_name": "Bo Bos", "other_email": "bo@duinrand.example"}
    assert client.post(link, passed).status_code == 302
    assert client.get(link).status_code == 410
    new = Endorsement.objects.exclude(status="replaced").get(occasion="return")
    assert (new.manager_email, new.generation) == ("bo@duinrand.example", 2)
    assert client.get(f"/endorse/{token(new)}/").status_code == 200
    mails = OutboxMessage.objects.filter(kind="applications/endorse_again")
    assert sorted(mails.values_list("to", flat=True)) == ["bo@duinrand.example", "joke@duinrand.example"]
    assert not OutboxMessage.objects.filter(kind="applications/passed_on").exists()


def test_there_is_nothing_to_refuse_and_nothing_reaches_the_applicant(cast, promised, client, login, at):
    at(BACK)
    (made,) = ask_schools(trip=cast.trip, occasion=Occasion.RETURN, by=cast.lead)
    link = f"/endorse/{token(made)}/"
    client.post(link, {"answer": "refuse", "signer_name": "Joke"})
    assert Endorsement.objects.get(pk=made.pk).status == "asked"
    mail_came_back(OutboxMessage.objects.get(kind="applications/endorse_again"))
    assert Endorsement.objects.get(pk=made.pk).bounced_at == BACK
    assert not OutboxMessage.objects.filter(kind="applications/manager_unreachable").exists()
    own = login(promised.application.user).get("/my/").content.decode()
    assert "leidinggevende" not in own


def test_what_was_promised_is_looked_back_on_and_what_is_asked_is_endorsed(cast, promised, at):
    """No page offers the other one; neither does the verb."""
    at(BACK)
    (made,) = ask_schools(trip=cast.trip, occasion=Occasion.RETURN, by=cast.lead)
    by_paper = {"values": dict(SIGNED), "signed_on": BACK.date(), "reason": "Post.", "by": cast.lead}
    deeds = [
        lambda: endorse(endorsement=made, generation=made.generation, values=SIGNED),
        lambda: refuse(endorsement=made, generation=made.generation, signer_name="Joke"),
        lambda: record_on_paper(endorsement=made, **by_paper),
    ]
    at(world.MOMENTS["call"])
    first = world.submitted(world.trip(lead=cast.lead), endorsed=False).endorsements.get()
    deeds.append(lambda: look_back(endorsement=first, generation=1, values=SAID | {"conditions": ""}))
    at(BACK)
    for deed in deeds:
        with pytest.raises(Refused):
            deed()
    assert {made.status, first.status} == {"asked"}


def test_a_completed_trip_asks_nobody(cast, promised, client, at):
    at(BACK)
    (made,) = ask_schools(trip=cast.trip, occasion=Occasion.RETURN, by=cast.lead)
    cast.trip.closed_at, cast.trip.closed_by = world.home(2027, 11, 20), cast.lead
    cast.trip.save()
    at(world.home(2027, 11, 21))
    assert client.get(f"/endorse/{token(made)}/").status_code == 410
    with pytest.raises(Refused, match="afgerond"):
        ask_schools(trip=cast.trip, occasion=Occasion.ONE_YEAR, by=cast.lead)


# --- after a move ---------------------------------------------------------------------------------------


def move(cast, **dates):
    trip = Trip.objects.get(pk=cast.trip.pk)
    return move_trip(trip=trip, dates=dates, seen=move_of(trip, dates).seen, reason="Staking.", by=cast.lead)


@pytest.fixture
def moved(cast, promised, at):
    """The trip left three days later; the manager was asked again for the new days, and has not answered."""
    at(world.MOMENTS["preparation"])
    move(cast, departs_on=date(2026, 11, 12))
    promised.refresh_from_db()
    assert promised.status == "replaced"
    return Endorsement.objects.current().get(application=promised.application)


def test_a_manager_who_kept_silent_after_a_move_took_nothing_back(cast, promised, moved, login, at):
    at(world.home(2026, 11, 18))
    (made,) = ask_schools(trip=cast.trip, occasion=Occasion.RETURN, by=cast.lead)
    assert made.manager_email == "joke@duinrand.example"
    assert made.signed_content["hours_released"] == 56
    page = login(cast.lead).get(reverse("applications:schools", args=[cast.trip.slug])).content.decode()
    assert "Een studiemiddag." in page
    assert "zonder antwoord" in page
    # And whoever moves the day of the return afterwards tells the contact of that promise.
    move(cast, return_meeting_on=date(2026, 12, 22))
    assert OutboxMessage.objects.filter(kind="applications/other_day", to="joke@duinrand.example").exists()


def test_a_manager_who_refused_the_new_days_promises_nothing(cast, moved, login, at):
    refuse(endorsement=moved, generation=moved.generation, signer_name="Joke", reason="Geen vervanging.")
    at(world.home(2026, 11, 18))
    assert ask_schools(trip=cast.trip, occasion=Occasion.RETURN, by=cast.lead) == []
    page = login(cast.lead).get(reverse("applications:schools", args=[cast.trip.slug])).content.decode()
    assert "Een studiemiddag." not in page
    assert "steunt deze deelname niet meer" in page


def test_a_question_passed_on_after_a_move_leaves_the_promise(cast, promised, moved, at):
    pass_on(
        endorsement=moved,
        generation=moved.generation,
        name="Bo Bos",
        email=f"bo@{moved.manager_email.rpartition('@')[2]}",
    )
    at(world.home(2026, 11, 18))
    assert list(Endorsement.objects.promised().filter(application=promised.application)) == [promised]


def test_what_a_school_said_no_to_before_is_no_promise(cast, promised):
    Endorsement.objects.filter(pk=promised.pk).update(status="refused", hours_released=None)
    assert not Endorsement.objects.promised().filter(application=promised.application).exists()
    Endorsement.objects.filter(pk=promised.pk).update(status="replaced")
    world.settle_all()
    assert not Endorsement.objects.promised().filter(application=promised.application).exists()
