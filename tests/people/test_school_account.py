"""Signing in at the school, through an OpenID provider that nobody here wrote (tests/oidc)."""

import re
import socketserver
import threading
from html import unescape
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import checks, mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from exchange.history.models import HistoryEntry
from exchange.outbox import delivery
from exchange.people.adapter import SchoolAccountAdapter
from exchange.people.models import MailDomain, User
from tests import oidc, world
from tests.oidc.fixtures import school, started  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db

SIGN_IN = "/accounts/oidc/surfconext/login/"
CALLBACK = "/accounts/oidc/surfconext/login/callback/"
HOME = "duinrand.example"  # the domain of roc Duinrand in tests/conftest.py


def configure(settings, provider):
    settings.SURFCONEXT_ISSUER = provider.issuer
    settings.SURFCONEXT_CLIENT_ID, settings.SURFCONEXT_SECRET = oidc.CLIENT, oidc.SECRET


@pytest.fixture
def surfconext(school, settings, cast):  # noqa: F811
    configure(settings, school)
    return school


def leave(client, **more):
    """Press the button; the address at the school to which the page leads."""
    page = client.post(SIGN_IN, more)
    assert page.status_code == 200, page.content.decode()
    found = re.search(r'<meta http-equiv="refresh" content="0;url=([^"]+)">', page.content.decode())
    return unescape(found[1])


def back(client, address):
    """Come back, as the browser does."""
    assert address.startswith("http://testserver/"), address
    return client.get(address.removeprefix("http://testserver"))


def walk(provider, sub, client=None, **more):
    """The whole way of somebody: the button, the school, and back."""
    client = client or Client()
    return client, back(client, provider.sign_in(leave(client, **more), sub))


def staff(provider, sub, **claims):
    """Somebody who works at roc Duinrand."""
    told = {
        "email": f"{sub}@{HOME}", "email_verified": True, "name": "Nora Nieuw", "locale": "en",
        "schac_home_organization": HOME, "eduperson_scoped_affiliation": [f"employee@{HOME}"],
    }  # fmt: skip
    provider.knows(sub, **{name: value for name, value in (told | claims).items() if value is not None})
    return sub


def who(client):
    return client.session.get("_auth_user_id")


def newcomers(cast):
    return User.objects.exclude(pk=cast.lead.pk)


def code():
    delivery.deliver()
    return re.search(r"^([A-Z0-9-]{6,})$", mail.outbox[-1].body, re.MULTILINE)[1]


# --- somebody new ---------------------------------------------------------------------------------


def test_somebody_new_of_a_member_school_is_in_at_once_and_confirmed(surfconext, cast):
    client, response = walk(surfconext, staff(surfconext, "nora"))
    assert (response.status_code, response.url) == (302, "/my/")
    user = User.objects.get(pk=who(client))
    assert (user.name, user.email, user.language, user.job_role) == ("Nora Nieuw", f"nora@{HOME}", "en", "")
    assert (user.institution, user.home_organisation, user.membership_confirmed) == (cast.school, HOME, True)
    assert not user.has_usable_password()
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [(user.email, True, True)]
    account = user.socialaccount_set.get()
    assert account.provider == "surfconext"
    assert account.extra_data == {"email": f"nora@{HOME}", "home_organisation": HOME}, "no more is kept than is used"
    assert not SocialToken.objects.exists()
    assert client.get("/my/").status_code == 200


def test_who_was_on_the_way_somewhere_arrives_there(surfconext, cast):
    wanted = reverse("privacy:data")
    door = Client().get(f"/accounts/login/?next={wanted}").content.decode()
    assert f'<input type="hidden" name="next" value="{wanted}">' in door.split(SIGN_IN)[1].split("</form>")[0]
    _client, response = walk(surfconext, staff(surfconext, "onderweg"), next=wanted)
    assert response.url == wanted
    _client, response = walk(surfconext, "onderweg", next="https://evil.example/")
    assert response.url == "/my/"


def test_the_school_account_counts_whatever_the_mail_address(surfconext, cast):
    staff(surfconext, "prive", email="prive@elsewhere.example")
    client, response = walk(surfconext, "prive")
    assert response.url == reverse("account_email_verification_sent"), "an address of others is confirmed first"
    assert who(client) is None
    assert client.post(response.url, {"code": code()}).url == "/my/"
    user = User.objects.get(pk=who(client))
    assert (user.email, user.institution, user.membership_confirmed) == ("prive@elsewhere.example", cast.school, True)
    assert not HistoryEntry.objects.filter(verb="membership.change").exists(), "nobody moved"


def test_an_unknown_school_leaves_it_unconfirmed_and_says_so(surfconext, cast):
    away = {"schac_home_organization": "elders.example", "email": "eva@elders.example"}
    client, response = walk(surfconext, staff(surfconext, "eva", **away))
    user = User.objects.get(pk=who(client))
    assert (user.institution, user.membership_confirmed, user.home_organisation) == (None, False, "elders.example")
    said = "elders.example is geen school van Alliantie De Zeven. Je kunt verder; kies in je profiel waar je werkt."
    assert said in client.get(response.url).content.decode()
    again, response = walk(surfconext, "eva")
    assert "elders.example is geen school" not in again.get(response.url).content.decode()


def test_a_school_that_joins_later_confirms_its_own(surfconext, cast):
    from exchange.people.actions import follow_domains

    away = {"schac_home_organization": "straks.example", "email": "eva@mail.example"}
    client, response = walk(surfconext, staff(surfconext, "straks", **away))
    client.post(response.url, {"code": code()})
    MailDomain.objects.create(institution=cast.other_school, domain="straks.example")
    follow_domains(school=cast.other_school)
    user = User.objects.get(pk=who(client))
    assert (user.institution, user.membership_confirmed) == (cast.other_school, True)
    MailDomain.objects.filter(domain="straks.example").delete()
    follow_domains(school=cast.other_school)
    user.refresh_from_db()
    assert not user.membership_confirmed


@pytest.mark.parametrize(
    ("affiliation", "confirmed"),
    [
        ([f"student@{HOME}", f"member@{HOME}"], False),
        ([f"student@{HOME}", f"employee@{HOME}"], True),
        (f"staff@{HOME}", True),
        (None, True),
    ],
)
def test_a_student_is_not_confirmed_as_staff(surfconext, cast, affiliation, confirmed):
    staff(surfconext, "sam", email="sam@elsewhere.example", eduperson_scoped_affiliation=affiliation)
    walk(surfconext, "sam")
    user = User.objects.get(email="sam@elsewhere.example")
    assert (user.membership_confirmed, user.institution) == (confirmed, cast.school if confirmed else None)


@pytest.mark.parametrize("claim", ["email", "name"])
def test_what_the_school_did_not_tell_is_asked(surfconext, cast, claim):
    missing = {claim: None, **({"given_name": None, "family_name": None} if claim == "name" else {})}
    client, response = walk(surfconext, staff(surfconext, "nora", **missing))
    assert response.url == reverse("socialaccount_signup")
    page = client.get(response.url).content.decode()
    assert 'name="name"' in page
    assert 'name="password1"' not in page
    assert client.post(response.url, {"name": "", "email": ""}).context["form"].errors.keys() == {"name", "email"}
    sent = client.post(response.url, {"name": "Nora Anders", "email": f"nora@{HOME}"})
    if claim == "email":
        assert sent.url == reverse("account_email_verification_sent"), "what somebody types is confirmed"
        sent = client.post(sent.url, {"code": code()})
    user = User.objects.get(pk=who(client))
    assert (user.name, user.institution, user.membership_confirmed) == ("Nora Anders", cast.school, True)
    assert walk(surfconext, "nora")[1].url == "/my/"


def test_an_unverified_address_is_confirmed_by_code(surfconext, cast):
    client, response = walk(surfconext, staff(surfconext, "nora", email_verified=False))
    assert response.url == reverse("account_email_verification_sent")
    assert who(client) is None
    assert not User.objects.get(email=f"nora@{HOME}").emailaddress_set.get().verified
    client.post(response.url, {"code": code()})
    assert User.objects.get(pk=who(client)).emailaddress_set.get().verified


# --- somebody known -------------------------------------------------------------------------------


def test_somebody_returning_is_known_by_the_school_and_not_by_the_address(surfconext, cast):
    first, _ = walk(surfconext, staff(surfconext, "nora"))
    User.objects.filter(pk=who(first)).update(name="Nora de Nieuwe")
    staff(surfconext, "nora", email=f"anders@{HOME}", name="Iets Anders")
    again, response = walk(surfconext, "nora")
    assert (who(again), response.url) == (who(first), "/my/")
    user = User.objects.get(pk=who(first))
    assert (user.name, user.email) == ("Nora de Nieuwe", f"nora@{HOME}"), "the profile is theirs"
    # The address went to a colleague, who is somebody else.
    staff(surfconext, "opvolger", email=f"nora@{HOME}", name="Olaf Opvolger")
    other, response = walk(surfconext, "opvolger")
    assert who(other) is None
    assert response.url == reverse("account_email_verification_sent"), "it looks as if a code was mailed"
    delivery.deliver()
    assert mail.outbox[-1].to == [f"nora@{HOME}"]
    assert "http://testserver/accounts/school/" in mail.outbox[-1].body
    assert newcomers(cast).count() == 1


def test_who_moves_to_another_school_moves_here_too(surfconext, cast):
    client, _ = walk(surfconext, staff(surfconext, "nora"))
    walk(surfconext, staff(surfconext, "nora", schac_home_organization="groenlinde.example"))
    user = User.objects.get(pk=who(client))
    assert (user.institution, user.membership_confirmed) == (cast.other_school, True)


def test_an_account_with_the_same_verified_address_is_the_same_person(surfconext, cast):
    known = cast.stranger()
    staff(surfconext, "stan", email=known.email.upper())
    client, response = walk(surfconext, "stan")
    assert (who(client), response.url) == (str(known.pk), "/my/")
    assert known.socialaccount_set.count() == 1
    known.refresh_from_db()
    assert known.check_password(world.PASSWORD), "the own password goes on working"
    delivery.deliver()
    assert mail.outbox[-1].subject == "Er is een schoolaccount gekoppeld"
    assert newcomers(cast).get() == known


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"schac_home_organization": "groenlinde.example"},
        {"schac_home_organization": "kwaad.example"},
        {"schac_home_organization": "d.example"},
        {"schac_home_organization": "example"},
        {"schac_home_organization": ["duinrand.example"]},
        {"schac_home_organization": None},
        {"eduperson_scoped_affiliation": [f"student@{HOME}"]},
    ],
    ids=str,
)
def test_nobody_else_says_whose_address_it_is(surfconext, cast, claims):
    known = cast.stranger()
    client, response = walk(surfconext, staff(surfconext, "kwaad", email=known.email, **claims))
    assert who(client) is None
    assert response.url == reverse("account_email_verification_sent")
    assert not SocialAccount.objects.exists()
    assert client.get("/my/").status_code == 302


def test_an_account_made_by_somebody_else_in_your_name_is_closed_to_them(surfconext, cast):
    """Sign-up with the address of another, unconfirmed; then that other comes by the school."""
    thief = Client()
    form = {"name": "Dief", "email": f"nora@{HOME}", "password1": "lang-genoeg-7", "institution": ""}
    thief.post(reverse("account_signup"), form)
    client, response = walk(surfconext, staff(surfconext, "nora"))
    assert response.url == "/my/"
    user = User.objects.get(pk=who(client))
    assert not user.has_usable_password()
    assert user.emailaddress_set.get().verified
    login = Client()
    login.post(reverse("account_login"), {"login": user.email, "password": "lang-genoeg-7"})
    assert who(login) is None
    assert who(thief) is None


def test_an_address_written_beside_the_own_opens_nothing(surfconext, cast):
    """Somebody writes the address of another in the own account, to be found there when that other comes."""
    thief = cast.applicant()
    thief.emailaddress_set.create(email=f"nora@{HOME}", verified=False)
    client, _response = walk(surfconext, staff(surfconext, "nora"))
    assert who(client) is None
    assert not SocialAccount.objects.exists()
    assert not thief.emailaddress_set.get(email=f"nora@{HOME}").verified


def test_two_windows_make_one_account(surfconext, cast, monkeypatch):
    first, second = Client(), Client()
    staff(surfconext, "nora")
    addresses = [surfconext.sign_in(leave(client), "nora") for client in (first, second)]
    seen = SchoolAccountAdapter.save_user
    faster = iter(["the other window is faster, once"])

    def save(adapter, *args, **more):
        for _ in faster:
            back(second, addresses[1])
        return seen(adapter, *args, **more)

    monkeypatch.setattr(SchoolAccountAdapter, "save_user", save)
    assert back(first, addresses[0]).status_code == 400
    assert newcomers(cast).get().socialaccount_set.count() == 1
    assert who(second)
    assert walk(surfconext, "nora", first)[1].url == "/my/"


def test_the_second_step_is_still_asked(surfconext, cast):
    known = cast.stranger()
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(known, secret)
    client, response = walk(surfconext, staff(surfconext, "stan", email=known.email))
    assert response.url == reverse("mfa_authenticate")
    assert who(client) is None
    assert client.get("/my/").status_code == 302
    now = int(__import__("time").time()) // 30
    wrong = client.post(response.url, {"code": "000000"})
    assert who(client) is None
    assert wrong.status_code in (200, 422)
    done = client.post(response.url, {"code": format_hotp_value(hotp_value(secret, now))})
    assert (who(client), done.url) == (str(known.pk), "/my/")


def test_a_closed_account_stays_closed(surfconext, cast):
    walk(surfconext, staff(surfconext, "nora"))
    User.objects.update(is_active=False)
    client, response = walk(surfconext, "nora")
    assert response.url == reverse("account_inactive")
    assert who(client) is None
    assert client.get(response.url).status_code == 200


# --- from the account ------------------------------------------------------------------------------


def test_a_school_account_is_connected_and_taken_off_in_the_account(surfconext, cast, login):
    volunteer = world.user("Vera Vrijwillig", at=None, email="vera@mail.example")
    client = Client()
    client.post(reverse("account_login"), {"login": volunteer.email, "password": world.PASSWORD})
    assert who(client) == str(volunteer.pk)
    staff(surfconext, "vera")
    _client, response = walk(surfconext, "vera", client, process="connect")
    assert response.url == reverse("account_reauthenticate"), "somebody else may sit at this computer"
    assert not volunteer.socialaccount_set.exists()
    response = client.post(response.url, {"password": world.PASSWORD})
    assert response.url == reverse("socialaccount_connections")
    volunteer = User.objects.get(pk=volunteer.pk)
    assert (volunteer.institution, volunteer.membership_confirmed, volunteer.email) == (
        cast.school, True, "vera@mail.example",
    )  # fmt: skip
    assert f"vera@{HOME}" in client.get(response.url).content.decode()
    fresh, response = walk(surfconext, "vera")
    assert who(fresh) == str(volunteer.pk)
    account = volunteer.socialaccount_set.get()
    client.post(reverse("socialaccount_connections"), {"account": account.pk})
    volunteer = User.objects.get(pk=volunteer.pk)
    assert not volunteer.socialaccount_set.exists()
    assert (volunteer.home_organisation, volunteer.membership_confirmed) == ("", False)


def test_the_last_way_in_is_not_taken_off(surfconext, cast):
    client, _ = walk(surfconext, staff(surfconext, "nora"))
    account = SocialAccount.objects.get()
    page = client.post(reverse("socialaccount_connections"), {"account": account.pk})
    assert "Choose a password first" in page.content.decode()
    assert SocialAccount.objects.get() == account


def test_the_school_account_of_another_is_not_taken_over(surfconext, cast):
    walk(surfconext, staff(surfconext, "nora"))
    stranger = cast.stranger()
    client = Client()
    client.post(reverse("account_login"), {"login": stranger.email, "password": world.PASSWORD})
    _client, response = walk(surfconext, "nora", client, process="connect")
    response = client.post(response.url, {"password": world.PASSWORD}, follow=True)
    assert "Dit schoolaccount hoort hier bij een ander account." in response.content.decode()
    assert not stranger.socialaccount_set.exists()
    assert SocialAccount.objects.get().user.email == f"nora@{HOME}"


def test_my_data_tells_of_the_school_account_and_nothing_of_anothers(surfconext, cast):
    client, _ = walk(surfconext, staff(surfconext, "nora"))
    walk(surfconext, staff(surfconext, "olga"))
    page = client.get(reverse("privacy:download", args=["json"])).content.decode()
    assert f"nora@{HOME}" in page
    assert SocialAccount.objects.get(user=who(client)).uid in page
    assert "olga" not in page


# --- what goes wrong -------------------------------------------------------------------------------


def test_who_stops_at_the_school_is_told_and_nothing_happened(surfconext, cast):
    client = Client()
    response = back(client, surfconext.cancel(leave(client)))
    assert response.url == reverse("socialaccount_login_cancelled")
    page = client.get(response.url)
    assert page.status_code == 200
    assert "Je bent niet ingelogd" in page.content.decode()
    assert not newcomers(cast).exists()


def test_a_provider_that_stops_in_between_is_a_sentence(settings, cast, tmp_path_factory):
    provider = started("http://testserver" + CALLBACK, tmp_path_factory)
    configure(settings, provider)
    client = Client()
    address = provider.sign_in(leave(client), staff(provider, "nora"))
    provider.stop()
    page = back(client, address)
    assert page.status_code == 503
    assert "SURFconext) antwoordt nu niet" in page.content.decode()
    assert who(client) is None
    cache.clear()
    page = client.post(SIGN_IN)
    assert page.status_code == 503
    assert "SURFconext) antwoordt nu niet" in page.content.decode()
    assert client.get("/accounts/login/").status_code == 200


def test_a_tampered_or_missing_state_and_code_are_refused(surfconext, cast):
    client = Client()
    address = surfconext.sign_in(leave(client), staff(surfconext, "nora"))
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    for change in ({"state": "x" * 16}, {"state": ""}, {"code": "x"}, {"error": "server_error", "code": ""}):
        visitor = Client()
        leave(visitor)
        page = visitor.get(f"{CALLBACK}?{urlencode(query | change)}")
        assert page.status_code == 400, change
        assert "Deze poging om in te loggen is voorbij" in page.content.decode()
        assert who(visitor) is None
    # Somebody else's way back, opened by a victim: login by another's hand.
    victim = Client()
    leave(victim)
    assert back(victim, address).status_code == 400
    assert who(victim) is None
    assert not newcomers(cast).exists()
    assert who(client) is None
    back(client, address)
    assert User.objects.get(pk=who(client)).email == f"nora@{HOME}"


def test_a_code_of_another_visit_does_not_work(surfconext, cast):
    """PKCE: a stolen code belongs to the browser that asked for it."""
    mine, theirs = Client(), Client()
    stolen = parse_qs(urlsplit(surfconext.sign_in(leave(theirs), staff(surfconext, "nora"))).query)["code"][0]
    own = parse_qs(urlsplit(leave(mine)).query)
    assert own["code_challenge_method"] == ["S256"]
    page = mine.get(f"{CALLBACK}?{urlencode({'state': own['state'][0], 'code': stolen})}")
    assert page.status_code == 400
    assert who(mine) is None


def test_a_way_back_is_good_once(surfconext, cast):
    client = Client()
    address = surfconext.sign_in(leave(client), staff(surfconext, "nora"))
    assert back(client, address).url == "/my/"
    again = back(client, address)
    assert (again.status_code, again.url) == (302, "/my/"), "back and forward in the browser is no error"
    client.logout()
    assert back(client, address).status_code == 400
    assert who(client) is None


JUNK = {
    "no json": b"<html>maintenance</html>",
    "a list": b"[]",
    "nothing": b"{}",
    "half": b'{"issuer": "ISSUER", "authorization_endpoint": "ISSUER/a"}',
    "another issuer": (
        b'{"issuer": "https://kwaad.example", "authorization_endpoint": "ISSUER/a", "token_endpoint": "ISSUER/t",'
        b' "userinfo_endpoint": "ISSUER/u", "jwks_uri": "ISSUER/j"}'
    ),
    "no web address": (
        b'{"issuer": "ISSUER", "authorization_endpoint": "javascript:alert(1)", "token_endpoint": "ISSUER/t",'
        b' "userinfo_endpoint": "ISSUER/u", "jwks_uri": "ISSUER/j"}'
    ),
}


class Babbler(BaseHTTPRequestHandler):
    """Answers everything with the same."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.server.said.replace(b"ISSUER", self.server.issuer.encode()))

    def do_POST(self):
        self.do_GET()

    def log_message(self, *args):
        pass


@pytest.fixture
def babbler(settings):
    with socketserver.TCPServer(("127.0.0.1", 0), Babbler) as server:
        server.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        configure(settings, server)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("said", JUNK.values(), ids=JUNK.keys())
def test_a_description_that_makes_no_sense_is_a_sentence(babbler, cast, said):
    babbler.said = said
    page = Client().post(SIGN_IN)
    assert page.status_code in (400, 503)
    assert "<h1>" in page.content.decode()
    assert "http-equiv" not in page.content.decode()


GOOD = (
    b'{"issuer": "ISSUER", "authorization_endpoint": "ISSUER/a", "token_endpoint": "ISSUER/t",'
    b' "userinfo_endpoint": "ISSUER/u", "jwks_uri": "ISSUER/j"}'
)


@pytest.mark.parametrize(
    "said",
    [
        b"", b"x", b"[]", b"{}", b'"access_token"', b'{"access_token": 1}', b'{"access_token": "a"}',
        b'{"access_token": "a", "id_token": 7}', b'{"access_token": "a", "id_token": "a.b.c", "sub": "s"}',
        b'{"access_token": "a", "expires_in": "soon"}', b'{"access_token": "a", "sub": ["s"]}', b"\xff\xfe",
    ],
    ids=str,
)  # fmt: skip
def test_an_answer_that_makes_no_sense_is_a_sentence(babbler, cast, said):
    babbler.said = GOOD
    client = Client()
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    babbler.said = said
    page = client.get(f"{CALLBACK}?{urlencode({'state': state, 'code': 'c'})}")
    assert page.status_code in (400, 503)
    assert "<h1>" in page.content.decode()
    assert who(client) is None


# --- where it is and is not ------------------------------------------------------------------------

ROUTES = [SIGN_IN, CALLBACK, "/accounts/school/", "/accounts/school/signup/", "/accounts/school/cancelled/"]


@pytest.mark.parametrize("missing", ["SURFCONEXT_ISSUER", "SURFCONEXT_CLIENT_ID", "SURFCONEXT_SECRET"])
def test_without_all_three_settings_it_is_not_there(cast, login, settings, missing):
    settings.SURFCONEXT_ISSUER, settings.SURFCONEXT_CLIENT_ID, settings.SURFCONEXT_SECRET = "http://x.example", "a", "b"
    setattr(settings, missing, "")
    for page in ("/accounts/login/", "/accounts/signup/"):
        assert "SURFconext" not in Client().get(page).content.decode()
    client = login(cast.stranger())
    assert "school/" not in client.get(reverse("account_email")).content.decode().split("<main")[1]
    for route in ROUTES:
        for method in (client.get, client.post):
            assert method(route).status_code in ({404} if method == client.get else {404, 405}), route
        assert Client().get(route).status_code == (302 if route == "/accounts/school/" else 404), route
    found = [found.id for found in checks.run_checks(tags=["security"], include_deployment_checks=True)]
    assert "exchange.W004" in found


def test_another_provider_is_never_there(surfconext, cast, login):
    from allauth.socialaccount.models import SocialApp

    for name in ("kwaad", "surfconext"):
        SocialApp.objects.create(
            provider="openid_connect",
            provider_id=name,
            name="Kwaad",
            client_id="x",
            settings={"server_url": "http://x"},
        )
    assert Client().get("/accounts/oidc/kwaad/login/").status_code == 404
    assert Client().get("/accounts/oidc/kwaad/login/callback/").status_code == 404
    assert Client().get("/accounts/3rdparty/").status_code == 404
    assert login(cast.administrator()).get("/admin/socialaccount/socialapp/").status_code == 404
    assert "Kwaad" not in Client().get("/accounts/login/").content.decode()
    assert walk(surfconext, staff(surfconext, "nora"))[1].url == "/my/", "the environment says where"


def test_going_to_the_school_is_never_done_by_a_link_and_a_link_decides_nothing(surfconext, cast):
    client = Client()
    page = client.get(f"{SIGN_IN}?scope=admin&auth_params=prompt%3Dnone&next=/my/data/")
    assert page.status_code == 200
    assert "http-equiv" not in page.content.decode()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(SIGN_IN).status_code == 403
    sent = client.post(f"{SIGN_IN}?scope=admin&auth_params=prompt%3Dnone&process=redirect&next=/my/data/")
    address = unescape(re.search(r"content=\"0;url=([^\"]+)", sent.content.decode())[1])
    asked = parse_qs(urlsplit(address).query)
    assert sorted(asked["scope"][0].split()) == ["email", "openid", "profile"]
    assert "prompt" not in asked
    assert asked["redirect_uri"] == [f"http://testserver{CALLBACK}"]


def test_the_way_back_is_on_our_own_address(surfconext, cast, settings):
    settings.ALLOWED_HOSTS = ["*"]
    sent = Client().post(SIGN_IN, headers={"host": "evil.example"}).content.decode()
    assert "evil.example" not in unescape(re.search(r"content=\"0;url=([^\"]+)", sent)[1])


def test_forty_colleagues_ask_the_provider_once_who_it_is(surfconext, cast, monkeypatch):
    from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter as Theirs

    asked = []
    inside = Theirs.openid_config.fget
    monkeypatch.setattr(Theirs, "openid_config", property(lambda door: asked.append(1) or inside(door)))
    for number in range(3):
        client, response = walk(surfconext, staff(surfconext, f"collega{number}"))
        assert response.url == "/my/"
    assert len(asked) == 1


def test_the_pages_speak_both_languages(surfconext, cast):
    for language, words in (
        ("nl", "Inloggen met je schoolaccount (SURFconext)"),
        ("en", "Sign in with your school account (SURFconext)"),
    ):
        for route in ("/accounts/login/", "/accounts/signup/"):
            page = Client().get(route, headers={"accept-language": language}).content.decode()
            assert page.index(words) < page.index('name="password'), "above the form"
