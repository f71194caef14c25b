"""Every form with a text to write gives back what was typed: after a reload, without a network, on another device."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse

from demo.alliance import PASSWORD
from exchange.trips.models import Meeting
from exchange.unsent.models import Unsent
from tests.browser.conftest import session_of
from tests.browser.killing import kill, started
from tests.browser.pages import CALL, PAGES, Page

pytestmark = [pytest.mark.django_db]

FIRST, SECOND = "Bij de poort stond niemand; ", "“nooit”, zei 陈伟."
#: The forms that are kept, as the script finds them.
FORMS = """[...document.querySelectorAll("form[method=post]")]
  .filter((form) => form.querySelector("textarea") && !("autosave" in form.dataset))"""
#: Pages that save by themselves in a way of their own.
OWN_WAY = {"applications:section"}


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """No transaction around a test: the server writes, and what it kept is taken away afterwards."""
    with django_db_blocker.unblock():
        yield
        Unsent.objects.all().delete()
        connection.close()


def pages() -> list[Page]:
    """Each route once, for the first who opens it."""
    rows = [row for row in PAGES if row.status == 200 and row.route not in OWN_WAY]
    return list({(row.route, row.label): row for row in rows}.values())


@pytest.fixture
def device(chromium: Any, house: str, visitors: Any) -> Iterator[Any]:
    """A device of its own for each call."""
    contexts = []

    def new(who: str, key: str = "") -> Any:
        context = chromium.new_context(locale="nl-NL", reduced_motion="reduce")
        context.set_default_timeout(10_000)
        contexts.append(context)
        if who:
            value = key or visitors.keys[who]
            context.add_cookies(
                [
                    {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": house},
                    {"name": settings.LANGUAGE_COOKIE_NAME, "value": "nl", "url": house},
                ]
            )
        return context

    yield new
    for context in contexts:
        context.close()


#: Whether every form has asked what stood there before.
READY = f"() => {FORMS}.every((form) => form.dataset.unsent === 'ready')"


def opened(context: Any, address: str) -> Any:
    """The page, once it has asked what stood there before; its clock can be moved on."""
    page = context.new_page()
    page.clock.install()
    page.goto(address)
    page.wait_for_function(READY)
    return page


def texts(page: Any) -> list[str]:
    return page.evaluate(f"{FORMS}.flatMap((form) => [...form.querySelectorAll('textarea')].map((one) => one.value))")


def write(page: Any, text: str) -> int:
    """After what stands in the first text of every form; how many forms there are."""
    places = page.evaluate(f"{FORMS}.map((form) => form.querySelector('textarea').name)")
    for number, name in enumerate(places):
        page.evaluate(
            f"""([number, name, text]) => {{
              const one = {FORMS}[number].querySelector(`textarea[name="${{name}}"]`);
              one.value += text;
              one.dispatchEvent(new Event("input", {{ bubbles: true }}));
            }}""",
            [number, name, text],
        )
    return len(places)


def says(page: Any, words: str, times: int) -> None:
    page.wait_for_function(
        """([words, times]) => [...document.querySelectorAll("p[data-unsent]")]
          .filter((line) => line.textContent.includes(words)).length === times""",
        arg=[words, times],
    )


def pauses(page: Any) -> None:
    """The pause after which what was typed is sent, without waiting for it."""
    page.clock.fast_forward(2_000)


def with_texts(rows: list[Page], house: str, keys: dict[str, str]) -> list[tuple[Page, str]]:
    """Those with a form that is kept, with their addresses."""
    found = []
    for row in rows:
        cookies = {settings.SESSION_COOKIE_NAME: keys[row.who]} if row.who else {}
        text = requests.get(house + row.path(), cookies=cookies, timeout=20).text
        if "<textarea" in text and "data-autosave" not in text:
            found.append((row, house + row.path()))
    return found


#: Whether the device keeps a copy of that form with these words.
KEPT = """async ([path, words]) => {
  const names = (await device.names("unsent:")).filter((name) => name.includes(`:${path}#`));
  const copies = await Promise.all(names.map(device.read));
  return copies.some((copy) => copy.fields.some(([, value]) => value.endsWith(words)));
}"""
SHARES = 12


def addresses() -> dict[str, Page]:
    """Each address once: the same form is the same text. A query opens the same form."""
    found: dict[str, Page] = {}
    for row in pages():
        found.setdefault(f"{row.route} {row.path().partition('?')[0]}", row)
    return found


@pytest.mark.parametrize("share", range(SHARES))
def test_what_was_typed_comes_back(share, chromium, device, house, visitors, tmp_path):
    """The network is cut, the session deleted and the browser killed in mid-word: on every form all of it is there.

    On another device what had arrived is there. Pages are shared out, as starting a browser anew takes a while.
    """
    rows = with_texts(list(addresses().values())[share::SHARES], house, visitors.keys)
    first = {row.who: session_of(row.who) for row, _url in rows if row.who}

    def enter(context: Any, row: Page, url: str, keys: dict[str, str]) -> Any:
        context.clear_cookies()
        session = {settings.SESSION_COOKIE_NAME: keys[row.who]} if row.who else {}
        cookies = {settings.LANGUAGE_COOKIE_NAME: "nl"} | session
        context.add_cookies([{"name": name, "value": value, "url": house} for name, value in cookies.items()])
        return opened(context, url)

    context, typed = started(chromium, tmp_path), {}
    for row, url in rows:
        page = enter(context, row, url, first)
        before = texts(page)
        forms = write(page, FIRST)
        pauses(page)
        says(page, "Opgeslagen om" if row.who else "Op dit apparaat", forms)
        arrived = texts(page)
        assert arrived != before
        context.set_offline(True)
        write(page, SECOND)
        pauses(page)
        if row.who:
            says(page, "Geen verbinding", forms)
        typed[row.name] = arrived, texts(page)
        page.wait_for_function(KEPT, arg=[urlsplit(page.evaluate(f"{FORMS}[0].action")).path, SECOND])
        page.close()
        context.set_offline(False)
        if row.who:
            there = texts(opened(device(row.who), url))
            assert all(text in either for text, *either in zip(there, *typed[row.name], strict=True)), row.name
    Session.objects.filter(session_key__in=first.values()).delete()
    kill(context, tmp_path)
    context = started(chromium, tmp_path)
    try:
        again = {who: session_of(who) for who in first}
        for row, url in rows:
            page = enter(context, row, url, again)
            assert texts(page) == typed[row.name][1], row.name
            page.close()
    finally:
        context.close()


def test_the_forms_with_a_text_are_among_them(house, visitors):
    assert len(with_texts(list(addresses().values()), house, visitors.keys)) > 40


MEETING = "textarea[name=agenda_nl]"


@pytest.fixture
def planned(house: str) -> Iterator[tuple[str, str]]:
    """The address of a meeting that a lead changes, and the lead."""
    meeting = Meeting.objects.filter(trip__slug=CALL).order_by("starts_at").last()
    before = meeting.agenda_nl
    yield house + reverse("trips:meeting", args=[CALL, meeting.pk]), "lead"
    Meeting.objects.filter(pk=meeting.pk).update(agenda_nl=before)


def test_what_was_sent_is_kept_nowhere(device, planned):
    address, lead = planned
    here = device(lead)
    page = opened(here, address)
    write(page, FIRST)
    says(page, "Opgeslagen om", 1)
    assert Unsent.objects.count() == 1
    page.locator(f"form:has({MEETING}) .btn-primary").first.click()
    page.wait_for_url(lambda url: url != address)
    page.wait_for_function("() => !document.cookie.includes('arrived=')")
    assert not Unsent.objects.exists()
    page.close()
    page = opened(here, address)
    assert page.evaluate("async () => (await window.device.names('unsent:')).length") == 0
    assert page.input_value(MEETING).endswith(FIRST.strip())
    assert page.locator("p[data-unsent]").count() == 0


def test_both_are_shown_when_the_page_changed_meanwhile(device, planned):
    address, lead = planned
    page = opened(device(lead), address)
    write(page, FIRST)
    says(page, "Opgeslagen om", 1)
    page.close()
    Meeting.objects.filter(pk=address.rstrip("/").rpartition("/")[2]).update(agenda_nl="Van een ander.")
    page = opened(device(lead), address)
    says(page, "deze pagina is sindsdien veranderd", 1)
    assert page.input_value(MEETING) == "Van een ander."
    page.locator("p[data-unsent] button").first.click()
    dialog = page.locator("dialog[open]")
    assert "Van een ander." in dialog.inner_text()
    assert FIRST.strip() in dialog.inner_text()
    dialog.locator(".btn-primary").click()
    assert FIRST.strip() in page.input_value(MEETING)


def test_who_only_looks_at_it_saves_nothing(device, planned):
    """What another device shows stays of the moment at which it was typed."""
    address, lead = planned
    page = opened(device(lead), address)
    write(page, FIRST)
    pauses(page)
    says(page, "Opgeslagen om", 1)
    page.close()
    saved = Unsent.objects.get().saved_at
    there, sent = opened(device(lead), address), []
    assert there.input_value(MEETING).endswith(FIRST)
    there.on("request", lambda request: sent.append(request.method))
    pauses(there)
    there.evaluate("() => fetch('/my/unsent/?form=/').then((answer) => answer.text())")
    assert sent == ["GET"]
    assert Unsent.objects.get().saved_at == saved


def test_of_two_texts_neither_is_lost(device, planned):
    """A phone had no network while something else was typed at a desk: the newer stands there, the other is offered."""
    address, lead = planned
    phone, desk = device(lead), device(lead)
    page = opened(phone, address)
    phone.set_offline(True)
    write(page, FIRST)
    page.wait_for_function(KEPT, arg=[urlsplit(page.evaluate(f"{FORMS}[0].action")).path, FIRST])
    page.close()
    other = opened(desk, address)
    write(other, "Aan het bureau.")
    pauses(other)
    says(other, "Opgeslagen om", 1)
    phone.set_offline(False)
    page = opened(phone, address)
    says(page, "er nog andere tekst", 1)
    assert page.input_value(MEETING).endswith("Aan het bureau.")
    page.close()
    page = opened(phone, address)
    says(page, "er nog andere tekst", 1)  # asked until it is answered
    page.locator("p[data-unsent] button").first.click()
    dialog = page.locator("dialog[open]")
    assert FIRST.strip() in dialog.inner_text()
    assert "Aan het bureau." in dialog.inner_text()
    dialog.locator(".btn-primary").click()
    assert page.input_value(MEETING).endswith(FIRST)


def test_the_session_is_gone_and_the_text_goes_along(device, planned, house):
    """Typing goes on; sending asks for sign-in, and what was typed waits there under the questions of the page."""
    address, lead = planned
    key = session_of("lead")
    page = opened(device(lead, key), address)
    Session.objects.filter(session_key=key).delete()
    write(page, FIRST)
    says(page, "Je bent uitgelogd", 1)
    page.locator(f"form:has({MEETING}) .btn-primary").first.click()
    page.wait_for_url("**/accounts/login/**")
    page.locator("input[name=login]").fill("lead@exchange.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/my/carry-on/**")
    assert FIRST.strip() in page.locator("main").inner_text()
