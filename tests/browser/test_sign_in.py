"""The pages that belong to a step of signing in, walked as a person would, each looked at on the way."""

import re
import time
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse

from demo.alliance import PASSWORD
from tests.browser.test_every_page import findings, listen

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

    def look(self, route):
        """This is the page of that route, and nothing about it is wrong, wide or narrow."""
        assert urlsplit(self.page.url).path == reverse(route)
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
