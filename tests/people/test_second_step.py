"""Administrators, coordinators and leads sign in with a second step; until then they are told, then led to it."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse

from exchange import clock
from exchange.carry_on import AUTHOR, mark
from exchange.management.commands.routes import routes
from exchange.outbox.sealing import unseal
from exchange.people.second_step import OPEN, Owed, owed, reseal
from tests import world

pytestmark = pytest.mark.django_db
TEXT = "Alles wat ik een uur lang schreef."
GIVEN = world.MOMENTS["planning"]  # by tests/world.py: 20 August at noon
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _asked(settings, at):
    settings.SECOND_STEP_REQUIRED, settings.SECOND_STEP_GRACE_DAYS = True, 14
    at(GIVEN + timedelta(days=14, seconds=1))


def code():
    return auth.format_hotp_value(auth.hotp_value(SECRET, next(auth.yield_hotp_counters_from_time())))


ASKED = ["administrator", "coordinator", "lead"]
NOT_ASKED = ["stranger", "applicant", "reviewer", "companion", "partner", "funder"]


def somebody(cast, role):
    return cast.lead if role == "lead" else getattr(cast, role)()


@pytest.mark.parametrize("role", ASKED)
def test_after_the_days_of_grace_a_page_leads_to_the_set_up(cast, login, role, at):
    person = somebody(cast, role)
    client = login(person)
    answer = client.get("/my/")
    assert (answer.status_code, answer.url) == (302, reverse("mfa_index"))
    page = client.get(answer.url)
    assert page.status_code == 200
    assert "Je rol vraagt om inloggen in twee stappen. Stel het hier in" in page.text
    TOTP.activate(person, SECRET)
    assert client.get("/my/").status_code == 200
    Authenticator.objects.filter(type="totp").update(type="recovery_codes")
    assert client.get("/my/").status_code == 302, "codes for when it is lost are no second step"


@pytest.mark.parametrize("role", NOT_ASKED)
def test_nobody_else_is_asked(cast, login, role):
    client = login(somebody(cast, role))
    assert client.get("/my/").status_code == 200
    assert "Stel inloggen in twee stappen in" not in client.get("/my/").text


def test_the_demonstration_asks_nobody(cast, login, settings):
    settings.SECOND_STEP_REQUIRED = False
    assert login(cast.lead).get("/my/").status_code == 200


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "Je hebt nog 14 dagen"), (5, "Je hebt nog 9 dagen"), (13, "Je hebt nog 1 dag;")],
)
def test_in_the_days_of_grace_the_home_page_says_how_many_are_left_and_where(cast, login, at, days, said):
    at(GIVEN + timedelta(days=days))
    page = login(cast.lead).get("/my/")
    assert page.status_code == 200
    assert said in page.text
    assert f'href="{reverse("mfa_index")}"' in page.text
    at(GIVEN + timedelta(days=14, seconds=-1))
    assert login(cast.lead).get("/my/").status_code == 200, "to the last second"


def test_the_days_count_from_the_first_such_role_and_anew_after_a_reset(cast, at):
    person = cast.lead
    person.team_memberships.update(given_at=GIVEN)
    world.give_role(person, "administrator").__class__.objects.filter(user=person).update(
        given_at=GIVEN + timedelta(days=3)
    )
    assert owed(fresh(person)) == Owed(GIVEN + timedelta(days=14)), "of the lead, who was that earlier"
    person.second_step_asked_at = GIVEN + timedelta(days=20)
    person.save()
    assert owed(fresh(person)) == Owed(GIVEN + timedelta(days=34))


def fresh(person):
    return type(person).objects.get(pk=person.pk)


#: Addresses that any reader opens: nothing in them, or one value will do.
def everywhere(trip):
    for route in routes():
        name = route["name"]
        for given in ([], [trip.slug], ["00000000-0000-4000-8000-000000000000"], ["xlsx"], [1]):
            try:
                yield name, reverse(name, args=given)
            except NoReverseMatch:
                continue
            break


def test_every_page_but_the_set_up_leads_there(cast, login):
    """Whatever page comes later: it is closed unless it says that it asks nobody to sign in."""
    client = login(cast.administrator())
    closed = set()
    for name, address in everywhere(cast.trip):
        if name in OPEN or name == "account_logout" or not getattr(resolve(address).func, "login_required", True):
            continue
        answer = client.get(address)
        assert (answer.status_code, answer.get("Location")) == (302, reverse("mfa_index")), name
        closed.add(name)
    assert len(closed) > 60
    assert {"home", "people:list", "trips:team", "privacy:data", "account_change_password", "carry_on"} <= closed
    assert client.get("/admin/people/user/").url == reverse("mfa_index")


def test_the_set_up_and_public_pages_stay_open(cast, login):
    client = login(cast.lead)  # who signed in, and did not show since then that it is them
    for name in ("account_email", "mfa_index", "mfa_list_webauthn", "trips:open", "privacy", "contact", "health"):
        assert client.get(reverse(name)).status_code == 200, name
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))
    assert client.post(reverse("account_logout")).url != reverse("mfa_index")
    assert client.post(reverse("account_request_login_code"), {"email": cast.lead.email}).status_code == 302


def test_what_was_typed_at_that_moment_is_kept_and_goes_on_after_the_set_up(cast, monkeypatch):
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.generate_totp_secret", lambda *a, **k: SECRET)
    client = Client()
    client.post(reverse("account_login"), {"login": cast.lead.email, "password": world.PASSWORD})
    sent = client.post("/my/profile/", {"name": TEXT, AUTHOR: mark(cast.lead)})
    assert (sent.status_code, sent.url) == (302, reverse("mfa_index"))
    assert "Wat je typte is bewaard" in client.get(sent.url).text
    asked = client.get(reverse("mfa_activate_totp"))
    assert "Ben jij het?" in client.get(asked.url).text
    client.post(asked.url, {"password": world.PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert wrong.status_code == 200
    assert not Authenticator.objects.exists()
    done = client.post(reverse("mfa_activate_totp"), {"code": code()})
    assert done.url == reverse("mfa_view_recovery_codes")
    page = client.get(done.url)
    assert Authenticator.objects.filter(user=cast.lead).count() == 2, "the app, and codes for when it is lost"
    assert reverse("carry_on") in page.text
    page = client.get(reverse("carry_on"))
    assert TEXT in page.text


def test_a_page_that_saves_by_itself_hears_why_not(cast, login):
    answer = login(cast.lead).post("/my/profile/", {"name": TEXT}, headers={"X-Autosave": "1"})
    assert answer.status_code == 403
    assert answer.json()["reason"].startswith("Stel eerst inloggen in twee stappen in")


def test_whoever_came_by_the_school_is_asked_too(cast, login):
    """The school says who somebody is and nothing about a second step (docs/decisions/0034)."""
    cast.lead.set_unusable_password()
    cast.lead.save()
    cast.lead.socialaccount_set.create(provider="surfconext", uid="x")
    client = login(cast.lead)
    assert client.get("/my/").status_code == 302
    assert client.get(reverse("mfa_activate_totp")).status_code == 200, "without a password there is none to ask"


def test_signing_in_asks_the_second_step_and_a_recovery_code_does_as_well(cast):
    TOTP.activate(cast.lead, SECRET)
    client = Client()
    asked = client.post(reverse("account_login"), {"login": cast.lead.email, "password": world.PASSWORD})
    assert asked.url.startswith(reverse("mfa_authenticate"))
    assert client.get("/my/").status_code == 302
    page = client.get(asked.url)
    assert page.status_code == 200
    assert "passkey" in page.text
    client.post(asked.url, {"code": code()})
    assert client.get("/my/").status_code == 200


def test_nothing_is_asked_of_who_lost_the_role(cast, login):
    ada = cast.administrator()
    client = login(ada)
    assert client.get("/my/").status_code == 302
    ada.role_assignments.update(ended_at=clock.now(), ended_by=ada)
    assert client.get("/my/").status_code == 200


@pytest.mark.parametrize("name", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_a_passkey_of_somebody_else_is_not_there(cast, login, name):
    """allauth counts them, so that the next number is known."""
    victim, guesser = cast.stranger(), cast.applicant()
    key = Authenticator.objects.create(user=victim, type="webauthn", data={"name": "Telefoon", "credential": {}})
    client = world.proven(login(guesser), guesser)
    assert client.get(reverse(name, args=[key.pk])).status_code == 404
    assert client.post(reverse(name, args=[key.pk]), {"name": "Van mij"}).status_code == 404
    assert Authenticator.objects.get().data["name"] == "Telefoon"


# --- at rest ---------------------------------------------------------------------------------------


def test_a_copy_of_the_database_holds_no_second_step(cast):
    TOTP.activate(cast.lead, SECRET)
    RecoveryCodes.activate(cast.lead)
    kept = dict(Authenticator.objects.values_list("type", "data"))
    assert SECRET not in str(kept)
    assert unseal(kept["totp"]["secret"]) == SECRET
    assert len(unseal(kept["recovery_codes"]["seed"])) == 80, "forty bytes as allauth makes them"


def test_after_a_new_key_and_prepare_the_old_one_can_go(cast, settings):
    TOTP.activate(cast.lead, SECRET)
    codes = RecoveryCodes.activate(cast.lead).get_unused_codes()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another " * 9
    reseal()
    settings.SECRET_KEY_FALLBACKS = []
    assert of(cast.lead, "totp").wrap().validate_code(code())
    assert of(cast.lead, "recovery_codes").wrap().get_unused_codes() == codes


def test_when_the_key_is_gone_no_code_is_right_and_nothing_fails(cast, settings):
    TOTP.activate(cast.lead, SECRET)
    settings.SECRET_KEY = "another " * 9
    reseal()
    kept = of(cast.lead, "totp").wrap()
    nothing = auth.hotp_value("", next(auth.yield_hotp_counters_from_time()))
    assert not kept.validate_code(code())
    assert not kept.validate_code(auth.format_hotp_value(nothing)), "what anybody can work out"


def of(person, kind):
    return Authenticator.objects.get(user=person, type=kind)


def test_a_wrong_code_of_an_app_sends_nobody_to_the_mail(cast, client):
    TOTP.activate(cast.lead, SECRET)
    client.post(reverse("account_login"), {"login": cast.lead.email, "password": world.PASSWORD})
    page = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Dat klopte niet. De code van een app wisselt elke halve minuut" in page.text
    assert "laatste mail" not in page.text
