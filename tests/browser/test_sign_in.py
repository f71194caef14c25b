"""The pages that belong to a step of signing in, walked as a person would, each looked at on the way."""

import re
import time
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse

from demo.alliance import PASSWORD
from tests import oidc
from tests.browser.pages import CALL
from tests.browser.test_every_page import findings, listen
from tests.oidc.fixtures import started

pytestmark = pytest.mark.django_db
SEND = "main form button.btn-primary"


class Walk:
    """One visitor on the way in, who looks at every page in both languages and on a phone."""

    def __init__(self, chromium, house):
        self.house, self.trouble = house, []
        self.page = chromium.new_context(locale="nl-NL", reduced_motion="reduce").new_page()
        listen(self.page, house, self.trouble)

    def open(self, route):
        self.page.goto(self.house + reverse(route))

    def send(self, **fields):
        for name, text in fields.items():
            self.page.fill(f"main [name={name}]", text)
        self.page.locator(SEND).first.click()
        self.page.wait_for_load_state()

    def look(self, route, *args):
        """This is the page of that route, and nothing about it is wrong, wide or narrow."""
        assert urlsplit(self.page.url).path == reverse(route, args=args)
        for width in (1280, 360):
            self.page.set_viewport_size({"width": width, "height": 800})
            wide = self.page.evaluate("document.scrollingElement.scrollWidth")
            assert wide <= width, f"{route}: {wide} wide"
            assert not findings(self.page), route
        assert not self.trouble


@pytest.fixture
def walk(chromium, house):
    made = Walk(chromium, house)
    yield made
    made.page.context.close()


def test_with_a_mailed_code(walk):
    walk.open("account_request_login_code")
    walk.send(email="funder@exchange.example")
    walk.look("account_confirm_login_code")
    walk.send(code="000000")
    walk.look("account_confirm_login_code")


def test_signing_up(walk):
    walk.open("account_signup")
    walk.send(name="Nieuw Hier", email="nieuw@duinrand.example", password1="een-lang-wachtwoord-9")
    walk.look("account_email_verification_sent")


def code(secret):
    """What the app on the phone shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_with_a_second_step(walk):
    walk.open("account_login")
    walk.send(login="funder2@exchange.example", password=PASSWORD)
    walk.open("account_reauthenticate")
    walk.look("account_reauthenticate")
    walk.send(password=PASSWORD)
    walk.open("mfa_activate_totp")
    walk.look("mfa_activate_totp")
    secret = re.search(r"[A-Z2-7]{32}", walk.page.inner_text("main"))[0]
    walk.send(code=code(secret))
    walk.open("mfa_view_recovery_codes")
    walk.look("mfa_view_recovery_codes")
    walk.open("mfa_generate_recovery_codes")
    walk.look("mfa_generate_recovery_codes")
    walk.open("mfa_reauthenticate")
    walk.look("mfa_reauthenticate")
    walk.open("mfa_deactivate_totp")
    walk.look("mfa_deactivate_totp")
    walk.page.context.clear_cookies()
    walk.open("account_login")
    walk.send(login="funder2@exchange.example", password=PASSWORD)
    walk.look("mfa_authenticate")


def device(page):
    """A phone with a fingerprint, of the browser itself."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": {**kind, "hasResidentKey": True}})


def test_with_a_passkey(chromium, house, settings):
    """Added, used to sign in, renamed, asked again and removed; under the policy that forbids scripts in the page."""
    settings.BASE_URL = named = house.replace("127.0.0.1", "localhost")  # a device keeps keys for names only
    walk = Walk(chromium, named)
    device(walk.page)
    walk.open("account_login")
    walk.send(login="partner2@exchange.example", password=PASSWORD)
    walk.open("account_reauthenticate")
    walk.send(password=PASSWORD)
    walk.open("mfa_add_webauthn")
    walk.look("mfa_add_webauthn")
    walk.page.fill("main [name=name]", "Mijn telefoon")
    walk.page.click("#mfa_webauthn_add")
    walk.page.wait_for_url(named + reverse("mfa_view_recovery_codes"))
    walk.open("mfa_index")
    assert "Mijn telefoon" in walk.page.inner_text("main")
    walk.open("mfa_list_webauthn")
    walk.look("mfa_list_webauthn")
    walk.page.get_by_role("link", name="Andere naam").click()
    walk.page.wait_for_load_state()
    key = int(urlsplit(walk.page.url).path.split("/")[-3])
    walk.look("mfa_edit_webauthn", key)
    walk.open("mfa_reauthenticate_webauthn")
    walk.look("mfa_reauthenticate_webauthn")
    walk.page.goto(named + reverse("mfa_remove_webauthn", args=[key]))
    walk.look("mfa_remove_webauthn", key)
    walk.page.context.clear_cookies()
    walk.open("account_login")
    walk.send(login="partner2@exchange.example", password=PASSWORD)
    walk.look("mfa_authenticate")
    walk.page.click("#mfa_webauthn_authenticate")
    walk.page.wait_for_url(named + "/my/")
    walk.page.context.close()


# --- at the school, through a real OpenID provider (tests/oidc) -------------------------------------

DOOR = "openid_connect_login", "surfconext"


@pytest.fixture(scope="module")
def provider(house, tmp_path_factory):
    running = started(house + reverse("openid_connect_callback", args=["surfconext"]), tmp_path_factory)
    yield running
    running.stop()


@pytest.fixture
def school(provider, house, settings):
    settings.BASE_URL, settings.SURFCONEXT_ISSUER = house, provider.issuer
    settings.SURFCONEXT_CLIENT_ID, settings.SURFCONEXT_SECRET = oidc.CLIENT, oidc.SECRET
    return provider


class SchoolWalk(Walk):
    """By way of the school, which is another site; only what our own pages ask of others is trouble."""

    def __init__(self, chromium, house, school):
        self.house, self.trouble, self.school = house, [], school
        self.page = chromium.new_context(locale="nl-NL", reduced_motion="reduce").new_page()
        self.page.on("console", lambda m: "Content Security" in m.text and self.trouble.append(m.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.route(re.compile("googleapis"), lambda route: route.abort())

    def go(self):
        """Press the button; the page of the school."""
        self.page.get_by_role("button", name="schoolaccount").click()
        self.page.wait_for_url(f"{self.school.issuer}/**")

    def sign_in(self, sub):
        """Sign in there, and agree."""
        self.page.fill("[name=login]", sub)
        self.page.fill("[name=password]", "x")
        self.page.click("button")
        self.page.wait_for_load_state()
        self.page.click("button")
        self.page.wait_for_url(f"{self.house}/**")


@pytest.fixture
def way(chromium, house, school):
    made = SchoolWalk(chromium, house, school)
    yield made
    made.page.context.close()


def told(school, sub, **claims):
    known = {"name": "Sanne School", "email": f"{sub}@duinrand.example", "email_verified": True}
    known["schac_home_organization"] = "duinrand.example"
    school.knows(sub, **{name: value for name, value in (known | claims).items() if value is not None})


def test_by_the_school_to_the_form_that_was_wanted(way, school):
    told(school, "sanne")
    wanted = reverse("applications:apply", args=[CALL])
    way.page.goto(way.house + wanted)
    way.look("account_login")
    way.go()
    way.sign_in("sanne")
    way.page.wait_for_url(f"{way.house}{wanted}*")
    assert not way.trouble
    way.open("people:profile")
    assert way.page.input_value("main [name=name]") == "Sanne School"
    assert way.page.locator("main [name=institution]").is_disabled()
    way.open("socialaccount_connections")
    way.look("socialaccount_connections")
    assert "sanne@duinrand.example" in way.page.inner_text("main")


def test_by_the_school_without_an_address(way, school):
    told(school, "zonder", email=None)
    way.open("account_signup")
    way.look("account_signup")
    way.go()
    way.sign_in("zonder")
    way.look("socialaccount_signup")
    way.send(email="zonder@duinrand.example")
    way.look("account_email_verification_sent")


def test_who_stops_at_the_school_or_comes_back_too_late(way, school):
    way.page.goto(way.house + reverse(DOOR[0], args=DOOR[1:]))
    way.look(*DOOR)
    way.send()
    way.page.wait_for_url(f"{school.issuer}/**")
    way.page.get_by_role("link", name="Cancel").click()
    way.page.wait_for_url(f"{way.house}/**")
    way.look("socialaccount_login_cancelled")
    way.page.goto(way.house + reverse("openid_connect_callback", args=DOOR[1:]) + "?state=oud&code=oud")
    way.look("openid_connect_callback", *DOOR[1:])
    assert "Deze poging om in te loggen is voorbij" in way.page.inner_text("main")
