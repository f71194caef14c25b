"""Limits of sign-in: loose for an address that a whole school shares, strict for an account, whoever guesses."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.test import Client
from django.urls import reverse

from exchange.outbox import delivery
from exchange.people import devices
from exchange.people.models import User
from tests import world
from tests.oidc.fixtures import school  # noqa: F401 -- a fixture
from tests.people.test_school_account import CALLBACK, SIGN_IN, back, leave, staff, surfconext  # noqa: F401 -- a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # tests count tries in memory
SCHOOL = "203.0.113.7"
PASSWORD = "lang-genoeg-7"


@pytest.fixture(autouse=True)
def _limits_are_on(settings):
    assert settings.RATE_LIMITS_ON
    assert settings.ACCOUNT_RATE_LIMITS


@pytest.fixture
def later(monkeypatch):
    """Let seconds pass, for the limits and their cache."""
    real, passed = time.time, [0]
    monkeypatch.setattr(time, "time", lambda: real() + passed[0])

    def move(seconds):
        passed[0] += seconds

    return move


def visitor(address=SCHOOL, **more):
    return Client(REMOTE_ADDR=address, **more)


def who(client):
    return client.session.get("_auth_user_id")


def code(email):
    delivery.deliver()
    message = [m for m in mail.outbox if m.to == [email]][-1]
    return re.search(r"^([A-Z0-9-]{6,})$", message.body, re.MULTILINE)[1]


def log_in(client, email, password):
    client.post(reverse("account_login"), {"login": email, "password": password})
    return who(client) is not None


def test_forty_people_behind_one_address_sign_up_confirm_and_sign_in(cast):
    """At a kick-off meeting, all within a minute, and each mistypes something once."""
    for number in range(40):
        email = f"collega{number}@duinrand.example"
        client = visitor()
        assert client.get(reverse("account_signup")).status_code == 200
        form = {"name": f"Collega {number}", "email": email, "password1": PASSWORD, "institution": ""}
        assert client.post(reverse("account_signup"), form | {"password1": "kort"}).status_code in (200, 422)
        sent = client.post(reverse("account_signup"), form)
        assert sent.status_code == 302, number
        assert client.post(sent.url, {"code": "AAA-AAA"}).status_code in (200, 422)
        assert client.post(sent.url, {"code": code(email)}).status_code == 302
        assert who(client), number
        by_password, by_code = visitor(), visitor()
        assert not log_in(by_password, email, "mis-getikt-1")
        assert log_in(by_password, email, PASSWORD), number
        sent = by_code.post(reverse("account_request_login_code"), {"email": email})
        by_code.post(sent.url, {"code": code(email)})
        assert who(by_code) == who(client), number
    assert User.objects.filter(membership_by_domain=True, email__startswith="collega").count() == 40


def test_forty_colleagues_come_by_the_school(surfconext, cast):  # noqa: F811
    for number in range(40):
        client = visitor()
        address = surfconext.sign_in(leave(client), staff(surfconext, f"collega{number}"))
        assert back(client, f"http://testserver{CALLBACK}?state=oud&code=oud").status_code == 400
        assert back(client, address).url == "/my/", number
        assert who(client), number


def test_going_to_the_school_has_a_limit_all_the_same(surfconext, cast):  # noqa: F811
    answers = [visitor().post(SIGN_IN).status_code for _ in range(301)]
    assert answers == [200] * 300 + [429]
    assert visitor("203.0.113.8").post(SIGN_IN).status_code == 200


def test_guessing_a_password_stops_after_five_also_between_sign_ins_of_an_own_account(cast, later):
    victim, guesser = cast.stranger(), cast.applicant()
    for number in range(5):
        assert not log_in(visitor(), victim.email, f"geraden-{number}")
        assert log_in(visitor(), guesser.email, world.PASSWORD), "an own account is no way to begin anew"
    assert not log_in(visitor(), victim.email, world.PASSWORD), "even the right one is not heard now"
    assert not log_in(visitor("198.51.100.9"), victim.email, world.PASSWORD), "from anywhere"
    assert log_in(visitor(), guesser.email, world.PASSWORD)
    later(301)
    assert log_in(visitor(), victim.email, world.PASSWORD)


@pytest.mark.parametrize("disguise", ["host", "forwarded", "capitals"])
def test_no_disguise_of_a_request_begins_anew(cast, disguise):
    victim = cast.stranger()
    for number in range(5):
        headers = {
            "host": {"host": f"testserver:{8000 + number}"},
            "forwarded": {"x-forwarded-for": f"192.0.2.{number}", "x-real-ip": f"192.0.2.{number}"},
            "capitals": {},
        }[disguise]
        email = victim.email.replace("s", "S", number) if disguise == "capitals" else victim.email
        assert not log_in(visitor(headers=headers), email, f"geraden-{number}")
    assert not log_in(visitor(headers={"host": "testserver:9999"}), victim.email, world.PASSWORD)


def test_letters_that_look_alike_are_one_account():
    from allauth.account.adapter import get_adapter

    keys = {
        get_adapter()._get_login_attempts_cache_key(None, email=email)
        for email in ("stan.k@x.example", "STAN.K@X.EXAMPLE", "\u017ftan.k@x.example", "stan.\u212a@x.example")
    }
    assert len(keys) == 1


def test_guessing_a_code_stops_after_three_also_between_sign_ins_of_an_own_account(cast):
    victim, guesser = cast.stranger(), cast.applicant()
    client = visitor()
    sent = client.post(reverse("account_request_login_code"), {"email": victim.email})
    right = code(victim.email)
    for number in range(3):
        answer = client.post(sent.url, {"code": f"AAA-AA{number}"})
        assert log_in(visitor(), guesser.email, world.PASSWORD)
    assert answer.url == reverse("account_request_login_code"), "begin again"
    assert client.post(sent.url, {"code": right}).status_code == 302
    assert who(client) is None, "the code is gone"


def ask_code(client, user):
    return client.post(reverse("account_request_login_code"), {"email": user.email})


def test_new_codes_do_not_make_guessing_endless(cast, later):
    """From one place twelve an hour, from all strange places together thirty."""
    victim = cast.stranger()
    for here, at_most in ((lambda turn: SCHOOL, 12), (lambda turn: f"198.51.100.{turn}", 30)):
        mailed = []
        for turn in range(12):
            mailed += [ask_code(visitor(here(turn)), victim).status_code == 302 for _ in range(5)]
            later(295)
        assert sum(mailed[:5]) == 3
        assert sum(mailed) == at_most, "three guesses each, of millions"
        later(3600)
        assert ask_code(visitor(), victim).status_code == 302, "and then it goes on"
        later(3600)


def test_who_guesses_elsewhere_does_not_lock_the_owner_out_of_the_mailed_code(cast, later):
    victim = cast.stranger()
    for number in range(14):
        ask_code(visitor("198.51.100.9"), victim)
        log_in(visitor("198.51.100.9"), victim.email, f"geraden-{number}")
        later(20)
    assert ask_code(visitor("198.51.100.9"), victim).status_code == 200, "the guesser has had their share"
    owner = visitor()
    sent = ask_code(owner, victim)
    assert sent.status_code == 302
    owner.post(sent.url, {"code": code(victim.email)})
    assert who(owner) == str(victim.pk)


def test_a_device_that_knows_the_account_stays_open_whoever_guesses_wherever(cast, later):
    victim, guesser = cast.stranger(), cast.applicant()
    known, strange = visitor(), visitor()
    assert log_in(known, victim.email, world.PASSWORD)
    known.post(reverse("account_logout"))
    log_in(strange, guesser.email, world.PASSWORD)
    strange.post(reverse("account_logout"))
    for number in range(31):
        ask_code(visitor(f"198.51.100.{number}"), victim)
        if number > 24:
            log_in(visitor(f"198.51.100.{number}"), victim.email, f"geraden-{number}")
        later(7)
    assert ask_code(visitor(), victim).status_code == 200, "a strange device waits"
    assert ask_code(strange, victim).status_code == 200, "also one that knows somebody else"
    assert not log_in(strange, victim.email, world.PASSWORD)
    assert log_in(known, victim.email, world.PASSWORD), "the own password is heard here"
    known.post(reverse("account_logout"))
    sent = ask_code(known, victim)
    assert sent.status_code == 302
    known.post(sent.url, {"code": code(victim.email)})
    assert who(known) == str(victim.pk)


def test_a_device_that_knows_the_account_has_limits_too(cast):
    victim, known = cast.stranger(), visitor()
    log_in(known, victim.email, world.PASSWORD)
    known.post(reverse("account_logout"))
    asked = [visitor() for _ in range(4)]
    for client in asked:
        client.cookies[devices.COOKIE] = known.cookies[devices.COOKIE].value
    assert [ask_code(client, victim).status_code for client in asked] == [302, 302, 302, 200]
    for number in range(5):
        assert not log_in(known, victim.email, f"geraden-{number}")
    assert not log_in(known, victim.email, world.PASSWORD)


@pytest.mark.parametrize("forged", ["", "x", "nonsense:signature"])
def test_a_forged_memory_is_no_memory(cast, forged):
    victim, client = cast.stranger(), visitor()
    client.cookies[devices.COOKIE] = forged or devices.device_of(victim)
    for number in range(5):
        log_in(visitor("198.51.100.9"), victim.email, f"geraden-{number}")
    assert not log_in(client, victim.email, world.PASSWORD)


def test_guessing_the_code_of_a_new_account_stops_after_three(cast):
    client = visitor()
    form = {"name": "Nora", "email": "nora@duinrand.example", "password1": PASSWORD, "institution": ""}
    sent = client.post(reverse("account_signup"), form)
    right = code("nora@duinrand.example")
    for number in range(3):
        client.post(sent.url, {"code": f"AAA-AA{number}"})
    client.post(sent.url, {"code": right})
    assert who(client) is None
    assert not User.objects.get(email="nora@duinrand.example").emailaddress_set.get().verified


def test_guessing_the_second_step_stops_after_five(cast):
    victim = cast.stranger()
    TOTP.activate(victim, "JBSWY3DPEHPK3PXP")
    said = []
    for _ in range(6):
        client = visitor()
        log_in(client, victim.email, world.PASSWORD)
        page = client.post(reverse("mfa_authenticate"), {"code": "000000"})
        said.append("Te veel" in page.content.decode())
        assert who(client) is None
    assert said == [False] * 5 + [True]


@pytest.mark.parametrize(
    ("proxies", "forged", "stopped"),
    [
        (0, "192.0.2.{n}", True),
        (0, "192.0.2.{n}, 192.0.2.{n}", True),
        (1, "192.0.2.{n}, 203.0.113.7", True),
        (1, "203.0.113.{n}", False),  # said by the own proxy: other people
    ],
)
def test_a_forged_address_does_not_escape_the_limit_per_address(cast, settings, proxies, forged, stopped):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(121):
        headers = {"x-forwarded-for": forged.format(n=number)}
        answer = visitor(headers=headers).post(reverse("account_signup"), {"email": "geen"})
    assert (answer.status_code == 429) == stopped
