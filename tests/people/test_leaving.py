"""Somebody leaves: the account closes in the pages, sessions die, rights end, records stay, and it can be undone."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from exchange import clock
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.people import actions
from exchange.people.leaving import When, duties_of
from exchange.people.models import User
from exchange.trips.lifecycle import TeamRole
from exchange.verdicts import Refused
from tests import world

pytestmark = pytest.mark.django_db
WHY = {"reason": "Werkt hier niet meer."}


@pytest.fixture(autouse=True)
def _in_selection(at):
    at(world.MOMENTS["selection"])


def close(person):
    return reverse("people:close-account", args=[person.pk])


def mailed(to):
    return list(OutboxMessage.objects.filter(recipient=to).values_list("kind", flat=True))


def test_sessions_die_at_once_and_no_way_in_is_left(cast, login):
    coen, ada = cast.coordinator(), login(cast.administrator())
    phone, laptop = login(coen), login(coen)
    assert phone.get("/my/").status_code == laptop.get("/my/").status_code == 200
    assert ada.post(close(coen), WHY).status_code == 302
    assert phone.get("/my/").status_code == laptop.get("/my/").status_code == 302
    assert not [s for s in Session.objects.all() if s.get_decoded().get("_auth_user_id") == str(coen.pk)]
    client = Client()
    client.post(reverse("account_login"), {"login": coen.email, "password": world.PASSWORD})
    assert "_auth_user_id" not in client.session
    client.post(reverse("account_request_login_code"), {"email": coen.email})
    assert not OutboxMessage.objects.filter(recipient=coen, kind="people/sign_in", subject__icontains="code").exists()
    assert phone.get(f"/calendar/{coen.calendar_token}.ics").status_code == 404


def test_roles_end_records_stay_and_history_and_mail_say_so(cast, login):
    coen, ada = cast.coordinator(), cast.administrator()
    login(ada).post(close(coen), WHY)
    coen = User.objects.get(pk=coen.pk)
    assert (coen.is_active, coen.deactivated_by, coen.name) == (False, ada, "Coen Coordinator")
    assert coen.coordinates == []
    assert coen.role_assignments.get().ended_by == ada
    entry = HistoryEntry.objects.get(verb="account.close")
    assert (entry.by, entry.about_id, entry.reason) == (ada, str(coen.pk), WHY["reason"])
    assert mailed(coen) == ["people/closed"]
    assert WHY["reason"] not in OutboxMessage.objects.get(recipient=coen).body


def test_it_can_be_undone_and_roles_are_given_again_by_hand(cast, login):
    coen, ada = cast.coordinator(), login(cast.administrator())
    ada.post(close(coen), WHY)
    again = reverse("people:open-account", args=[coen.pk])
    assert ada.post(again, {"reason": ""}).status_code == 422
    assert ada.post(again, {"reason": "Vergissing."}).status_code == 302
    client = Client()
    client.post(reverse("account_login"), {"login": coen.email, "password": world.PASSWORD})
    assert client.get("/my/").status_code == 200
    assert User.objects.get(pk=coen.pk).coordinates == []
    assert HistoryEntry.objects.get(verb="account.open").reason == "Vergissing."
    assert set(mailed(coen)) == {"people/closed", "people/opened"}


def test_a_lead_alone_hands_the_trip_over_first_and_the_page_names_it(cast, login):
    ada = login(cast.administrator())
    page = ada.get(close(cast.lead))
    assert page.status_code == 200
    assert f"{cast.trip} heeft geen andere projectleider" in page.text
    assert "Sluit het account</button>" not in page.text
    refused = ada.post(close(cast.lead), WHY)
    assert refused.status_code == 409
    assert User.objects.get(pk=cast.lead.pk).is_active
    other = world.user("Loes Lead", at=cast.school)
    world.join(cast.trip, other, TeamRole.LEAD)
    page = ada.get(close(cast.lead))
    assert f"projectleider van {cast.trip}: dat eindigt" in page.text
    assert ada.post(close(cast.lead), WHY).status_code == 302
    assert list(cast.trip.team.values_list("user", flat=True)) == [other.pk]
    assert HistoryEntry.objects.filter(verb="team.take").count() == 1
    assert mailed(other) == ["people/left"]
    assert f"projectleider van {cast.trip}: dat eindigt" in OutboxMessage.objects.get(recipient=other).body


def test_what_a_reader_and_a_manager_still_had_to_do_is_named_and_the_lead_hears(cast, login):
    ada = login(cast.administrator())
    rik = cast.reviewer()
    for name in ("Aya", "Bram"):
        application = world.submitted(cast.trip, world.user(name, at=cast.school), endorsed=name == "Aya")
        world.assessment(application, rik)
    application.endorsements.update(manager_email=rik.email.upper())
    duties = {duty.when: str(duty.text) for duty in duties_of(rik)}
    page = ada.get(close(rik))
    assert f"{cast.trip}: 2 aanmeldingen om te lezen gaan naar iemand anders." in page.text, duties
    assert f"{cast.trip}: 1 aanmelder wacht op het antwoord" in page.text
    assert ada.post(close(rik), WHY).status_code == 302
    body = OutboxMessage.objects.get(recipient=cast.lead, kind="people/left").body
    assert "2 aanmeldingen om te lezen" in body
    assert "1 aanmelder wacht" in body
    assert f"beoordelaar van {cast.trip}: dat eindigt" in body


def test_what_others_take_over_is_said_in_the_language_of_each(cast):
    rik, ada = cast.reviewer(), cast.administrator()
    english = world.user("Loes Lead", at=cast.school, language="en")
    world.join(cast.trip, english, TeamRole.LEAD)
    actions.close_account(person=rik, reason="x", by=ada)
    assert "that ends" in OutboxMessage.objects.get(recipient=english).body
    assert "dat eindigt" in OutboxMessage.objects.get(recipient=cast.lead).body


def test_whoever_travels_gives_the_place_back_first(cast, login, at):
    place = cast.participant()
    ada = login(cast.administrator())
    assert ada.post(close(place.user), WHY).status_code == 409
    at(world.MOMENTS["return"])
    assert [duty.when for duty in duties_of(place.user)] == [When.STAYS]
    assert ada.post(close(place.user), WHY).status_code == 302


def test_bad_input_a_second_click_and_oneself(cast, login):
    me, coen = cast.administrator(), cast.coordinator()
    ada = login(me)
    empty = ada.post(close(coen), {"reason": ""})
    assert empty.status_code == 422
    assert User.objects.get(pk=coen.pk).is_active
    assert ada.post(close(me), WHY).status_code == 409
    assert ada.post(close(coen), WHY).status_code == 302
    assert ada.post(close(coen), {"reason": "Nog eens."}).status_code == 409
    assert ada.post(reverse("people:give-role", args=[coen.pk]), {"role": "administrator"}).status_code == 409
    assert HistoryEntry.objects.filter(verb="account.close").count() == 1


def test_of_two_administrators_who_close_each_other_one_stays(cast):
    """The second request was let in, and its roles read, before the first one ended them."""
    ada, bo = cast.administrator(), world.user("Bo Beheerder")
    world.give_role(bo, "administrator")
    assert ada.is_administrator
    assert bo.is_administrator
    actions.close_account(person=bo, reason="x", by=ada)
    with pytest.raises(Refused):
        actions.close_account(person=ada, reason="x", by=bo)
    assert User.objects.get(pk=ada.pk).is_administrator


def test_whose_account_it_is_reads_what_was_done_with_it(cast, login):
    coen, ada = cast.coordinator(), cast.administrator()
    TOTP.activate(coen, "JBSWY3DPEHPK3PXP")
    actions.reset_second_step(person=coen, reason="Telefoon kwijt.", by=ada)
    actions.close_account(person=coen, reason="Weg.", by=ada)
    actions.open_account(person=coen, reason="Toch niet.", by=ada)
    coen.refresh_from_db()
    page = login(coen).get(reverse("history:mine")).text
    assert [why in page for why in ("Telefoon kwijt.", "Weg.", "Toch niet.")] == [True] * 3


def test_a_coordinator_closes_no_account(cast, login):
    """It takes roles away, and a coordinator gives and takes none (DESIGN, who sees what)."""
    someone = cast.stranger()
    client = login(cast.coordinator())
    assert client.get(close(someone)).status_code == client.post(close(someone), WHY).status_code == 403
    with pytest.raises(Refused):
        actions.close_account(person=someone, reason="x", by=cast.lead)


@pytest.mark.parametrize("closed", [False, True])
def test_an_erased_account_does_not_open_again(cast, closed):
    someone, ada = cast.stranger(), cast.administrator()
    if closed:
        actions.close_account(person=someone, reason="x", by=ada)
    User.objects.filter(pk=someone.pk).update(is_active=False, erased_at=clock.now())
    with pytest.raises(Refused):
        actions.open_account(person=someone, reason="x", by=ada)


# --- the second step of a colleague ---------------------------------------------------------------


def test_an_administrator_resets_a_lost_second_step_with_a_reason_and_the_person_is_mailed(cast, login, settings, at):
    settings.SECOND_STEP_REQUIRED = True
    ada = cast.administrator()
    TOTP.activate(ada, "JBSWY3DPEHPK3PXP")
    TOTP.activate(cast.lead, "JBSWY3DPEHPK3PXP")
    lead, admin = login(cast.lead), login(ada)
    assert lead.get("/my/").status_code == 200
    url = reverse("people:reset-second-step", args=[cast.lead.pk])
    assert url in admin.get(reverse("people:person", args=[cast.lead.pk])).text
    assert admin.get(url).status_code == 200
    assert admin.post(url, {"reason": " "}).status_code == 422
    assert Authenticator.objects.filter(user=cast.lead).exists()
    assert admin.post(url, {"reason": "Telefoon kwijt; gebeld."}).status_code == 302
    assert not Authenticator.objects.filter(user=cast.lead).exists()
    assert lead.get("/my/").status_code == 302, "signed out"
    entry = HistoryEntry.objects.get(verb="second_step.reset")
    assert (entry.by, entry.reason) == (ada, "Telefoon kwijt; gebeld.")
    assert mailed(cast.lead) == ["people/second_step_reset"]
    again = login(cast.lead)
    assert "Je hebt nog 14 dagen" in again.get("/my/").text
    at(clock.now() + (world.MOMENTS["preparation"] - world.MOMENTS["selection"]))
    assert again.get("/my/").url == reverse("mfa_index")
    assert admin.post(url, {"reason": "Nog eens."}).status_code == 409, "there is nothing to reset"


@pytest.mark.parametrize("who", ["coordinator", "lead", "companion"])
def test_nobody_else_resets_a_second_step(cast, who):
    TOTP.activate(cast.administrator(), "JBSWY3DPEHPK3PXP")
    victim = User.objects.get(role_assignments__role="administrator")
    by = cast.lead if who == "lead" else getattr(cast, who)()
    for someone in (by, victim):
        with pytest.raises(Refused):
            actions.reset_second_step(person=victim, reason="x", by=someone)
