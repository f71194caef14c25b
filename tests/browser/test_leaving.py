"""After signing out nothing comes back: not with Back, not from the browser's memory, not from this device."""

import re
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import requests
from django.conf import settings
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect

from exchange.people.models import User
from exchange.trips.models import Meeting
from exchange.unsent.models import Unsent
from tests.browser.conftest import ARGUMENTS, session_of
from tests.browser.pages import CALL
from tests.browser.test_unsent import MEETING, opened, says, write

pytestmark = [pytest.mark.django_db]

#: What a browser is told of keeping; without it, it keeps.
TOLD = {"cache-control", "clear-site-data"}
#: Chromium takes no page from its cache that was made for other cookies. Not everything that keeps pages does so.
OF_COOKIES = {"vary"}
OF_A_CONNECTION = {"connection", "content-encoding", "content-length", "transfer-encoding", "keep-alive"}


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """No transaction around a test: the server writes, and what it kept is taken away afterwards."""
    with django_db_blocker.unblock():
        yield
        Unsent.objects.all().delete()
        connection.close()


class Between(BaseHTTPRequestHandler):
    """A house without what is tried: between browser and server it is taken out."""

    protocol_version = "HTTP/1.1"
    house = ""
    without_script = False

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = requests.request(
            self.command,
            self.house + self.path,
            data=body,
            headers=dict(self.headers),
            allow_redirects=False,
            timeout=60,
        )
        text = b"" if self.without_script and "/js/house" in self.path else answer.content
        self.send_response(answer.status_code)
        for name, value in answer.raw.headers.items():
            if name.lower() not in TOLD | OF_COOKIES | OF_A_CONNECTION:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET  # noqa: N815 -- the library's name

    def log_message(self, *words: Any) -> None:
        return


@pytest.fixture
def without(house: str) -> Iterator[Any]:
    """The address of the house without its headers, and without its script if asked."""
    servers = []

    def stand(script: bool) -> str:
        kind = type("Kind", (Between,), {"house": house, "without_script": script})
        server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield stand
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def keeping(chromium: Any) -> Iterator[Any]:
    """A browser that keeps whole pages for Back, which Playwright's otherwise does not."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    off = ["--disable-back-forward-cache"]
    browser = chromium.browser_type.launch(executable_path=program, args=ARGUMENTS, ignore_default_args=off)
    yield browser
    browser.close()


def entered(browser: Any, address: str, who: str = "lead") -> Any:
    """A window of somebody who is signed in, with a session of its own."""
    context = browser.new_context(locale="nl-NL", reduced_motion="reduce")
    context.set_default_timeout(20_000)
    cookies = {settings.SESSION_COOKIE_NAME: session_of(who), settings.LANGUAGE_COOKIE_NAME: "nl"}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context


def sign_out(page: Any) -> None:
    page.locator(".only-d details.menu summary .me").first.click()
    page.locator(".only-d form[action$='/accounts/logout/'] button").click()


CASES = {
    "back": ("chromium", None, False),
    "back, kept pages": ("keeping", None, False),
    "back, kept pages, only the script": ("keeping", False, False),
    "back, without": ("chromium", True, True),
    "back, kept pages, without": ("keeping", True, True),
}


@pytest.mark.parametrize(("kind", "bare", "comes_back"), CASES.values(), ids=list(CASES))
def test_back_shows_nothing_after_signing_out(kind, bare, comes_back, request, house, without):
    browser = request.getfixturevalue(kind)
    address = house if bare is None else without(bare)
    context = entered(browser, address)
    try:
        page = context.new_page()
        page.goto(f"{address}/my/")
        name = str(User.objects.get(email="lead@exchange.example"))
        expect(page.locator("details.menu .me").first).to_be_visible()
        page.evaluate("window.kept = true")
        sign_out(page)
        page.wait_for_url(f"{address}/")
        # Playwright's own waits for a page to load, which one that was kept does not do.
        page.evaluate("setTimeout(() => history.back())")
        if comes_back:
            expect(page).to_have_url(f"{address}/my/")
            expect(page.locator("details.menu .me").first).to_be_visible()
            assert name in page.content()
            assert bool(page.evaluate("window.kept")) is (kind == "keeping")
        else:
            expect(page).to_have_url(re.compile("/accounts/login/"))
            assert name not in page.content()
    finally:
        context.close()


#: What is kept on this device: under whom.
KEPT = "async () => (await device.names('')).map((name) => name.split(':')[1])"
STRANGER = "0123456789abcdef0123"


@pytest.fixture
def typed(chromium: Any, house: str) -> Iterator[Any]:
    """A page with text that was not sent, and text of somebody else on the same device."""
    meeting = Meeting.objects.filter(trip__slug=CALL).order_by("starts_at").last()
    context = entered(chromium, house)
    page = opened(context, house + reverse("trips:meeting", args=[CALL, meeting.pk]))
    assert page.locator(MEETING).count() == 1
    write(page, "Nog niet af")
    says(page, "Opgeslagen om", 1)
    page.evaluate(f"device.put('unsent:{STRANGER}:/my/#0:tab', {{ fields: [['a', 'b']], at: Date.now() }})")
    yield page
    context.close()


def test_text_on_the_device_goes_after_asking(typed, house):
    who = typed.locator("[data-who]").first.get_attribute("data-who")
    sign_out(typed)
    dialog = typed.locator("dialog[open]")
    expect(dialog).to_contain_text("Er staat nog tekst op dit apparaat")
    dialog.get_by_role("button", name="Ingelogd blijven").click()
    expect(dialog).to_have_count(0)
    assert sorted(typed.evaluate(KEPT)) == sorted([who, STRANGER])
    assert typed.input_value(MEETING).endswith("Nog niet af")
    sign_out(typed)
    dialog.get_by_role("button", name="Weghalen en uitloggen").click()
    typed.wait_for_url(f"{house}/")
    assert typed.locator("[data-who]").count() == 0
    typed.add_script_tag(url=typed.locator("script[data-device]").get_attribute("data-device"))
    assert typed.evaluate(KEPT) == [STRANGER]


def test_nobody_is_asked_who_left_nothing(chromium, house):
    context = entered(chromium, house)
    page = context.new_page()
    page.goto(f"{house}/my/")
    sign_out(page)
    page.wait_for_url(f"{house}/")
    assert page.locator("[data-who]").count() == 0
    context.close()


def test_without_the_script_it_stays(typed, house):
    """The control; and whoever's network lost a script still signs out."""
    typed.route("**/leaving*.js", lambda route: route.abort())
    sign_out(typed)
    typed.wait_for_url(f"{house}/")
    typed.add_script_tag(url=typed.locator("script[data-device]").get_attribute("data-device"))
    assert len(typed.evaluate(KEPT)) == 2


def test_a_form_on_a_page_that_tells_nobody_where_it_is_arrives(chromium, house):
    """Browsers send no origin from there; the switch of language stands on every page."""
    context = chromium.new_context(locale="nl-NL")
    page = context.new_page()
    page.goto(f"{house}/verify/00000-00000/")
    with page.expect_request("**/language/") as sent:
        page.locator("form[action$='/language/'] button").first.click()
    assert sent.value.all_headers()["origin"] == "null"
    assert "referer" not in sent.value.all_headers()
    page.wait_for_load_state()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()
