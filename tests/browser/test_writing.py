"""Writing an application in a real browser while the world gets in the way: no character lost, one application."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from applications.endorsing.tokens import token
from applications.models import Application, Endorsement
from demo.alliance import PASSWORD
from exchange import clock
from exchange.trips.models import Trip
from tests.browser.conftest import session_of
from tests.browser.killing import kill, started
from tests.browser.pages import CALL

pytestmark = [pytest.mark.django_db, pytest.mark.writing]

FIRST, SECOND = "Op de gang was er ruzie, en ", "niemand wist wat te doen. Ik ook niet."
WHOLE = FIRST + SECOND
MOTIVATION = "textarea[name=motivation]"
SAID = "[data-saved] [data-said]"


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """No transaction around a test: the server must see what it changes, and SQLite has one writer at a time."""
    with django_db_blocker.unblock():
        yield
        connection.close()


#: What each test writes stays in the draft of its author, so no two tests write as the same.
AUTHORS: dict[str, str] = {}


def writes(who: str, test: str) -> None:
    """Nobody writes in two tests."""
    assert AUTHORS.setdefault(who, test) == test, f"{who} writes in {AUTHORS[who]} too"


@pytest.fixture
def window(chromium: Any, two_processes: str, visitors: Any, request: Any) -> Iterator[Any]:
    """A device of its own for each call: `window("alumnus")`; each holds its own store and cookies."""
    contexts = []

    def open_window(who: str, context: Any = None) -> Any:
        writes(who, request.node.name)
        if context is None:
            context = chromium.new_context(locale="nl-NL", reduced_motion="reduce")
            contexts.append(context)
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": visitors.keys[who], "url": two_processes}
            context.add_cookies([cookie])
            context.set_default_timeout(15_000)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()


def address(two_processes: str, section: str = "motivation") -> str:
    return f"{two_processes}/trips/{CALL}/apply/{section + '/' if section else ''}"


def write(page: Any, text: str, *, where: str = MOTIVATION) -> None:
    """Letter by letter, as people do, after what stands there."""
    page.locator(where).press("Control+End")
    page.locator(where).press_sequentially(text)


def says(page: Any, words: str) -> None:
    """Wait until the line beside the loop says so."""
    page.wait_for_function(
        "([where, words]) => document.querySelector(where).textContent.includes(words)", arg=[SAID, words]
    )


def arrives(page: Any) -> None:
    """Wait until the server has what stands there."""
    page.wait_for_selector("[data-saved=saved]")


def stored(page: Any, two_processes: str) -> str:
    """What the server holds, read on another device."""
    page.goto(address(two_processes))
    return page.input_value(MOTIVATION)


def test_it_saves_by_itself(window, two_processes):
    here = window("alumnus")
    here.goto(address(two_processes))
    write(here, WHOLE)
    arrives(here)
    says(here, "Opgeslagen om")
    assert stored(window("alumnus"), two_processes) == WHOLE
    assert "15 woorden" in here.locator(".under").first.inner_text()


def test_the_network_is_cut_in_mid_typing(window, two_processes):
    here = window("alumnus2")
    here.goto(address(two_processes))
    write(here, FIRST)
    here.context.set_offline(True)
    write(here, SECOND)
    says(here, "Geen verbinding")
    # A press on the button keeps the page and the text.
    here.get_by_role("button", name=re.compile("Opslaan en verder|Bewaar")).first.click()
    assert here.input_value(MOTIVATION) == WHOLE
    here.context.set_offline(False)
    arrives(here)
    assert stored(window("alumnus2"), two_processes) == WHOLE


def test_an_answer_that_is_lost_is_no_other_window(window, two_processes):
    """The save arrived and nobody heard of it: what is typed next is saved too, and nobody is asked to choose."""
    here = window("companion2")
    here.goto(address(two_processes))

    def lose(route):
        route.fetch()
        route.abort()

    here.route("**/motivation/", lambda route: lose(route) if route.request.method == "POST" else route.continue_())
    write(here, FIRST)
    says(here, "Geen verbinding")
    here.unroute_all()
    write(here, SECOND)
    arrives(here)
    assert "in een ander venster" not in here.locator(SAID).inner_text()
    assert stored(window("companion2"), two_processes) == WHOLE


def test_the_session_is_deleted_in_mid_typing(window, two_processes, chromium, visitors):
    """Sign-in is asked in place, by password, and the text arrives; the page was never left."""
    key = session_of("participant2")
    here = window("participant2")
    here.context.clear_cookies()
    here.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": two_processes}])
    here.goto(address(two_processes))
    here.evaluate("window.neverLeft = true")
    write(here, FIRST)
    Session.objects.filter(session_key=key).delete()
    write(here, SECOND)
    says(here, "Je bent uitgelogd")
    here.locator("[data-saved] button").click()
    dialog = here.locator("dialog#sign-in")
    dialog.locator("input[name=login]").fill("participant2@exchange.example")
    dialog.locator("input[name=password]").fill("een ander woord")
    dialog.locator("input[name=password]").press("Enter")
    # A wrong password is told in place.
    dialog.locator(".err, [role=alert]").first.wait_for()
    dialog.locator("input[name=login]").fill("participant2@exchange.example")
    dialog.locator("input[name=password]").fill(PASSWORD)
    dialog.locator("input[name=password]").press("Enter")
    arrives(here)
    assert here.evaluate("window.neverLeft") is True
    assert here.input_value(MOTIVATION) == WHOLE
    assert stored(window("participant2"), two_processes) == WHOLE


def test_somebody_else_signs_in_on_the_same_device(window, two_processes):
    """What one person typed never lands in the draft of another."""
    here = window("partner2")
    here.goto(address(two_processes))
    write(here, FIRST)
    arrives(here)
    other = session_of("coordinator2")
    here.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": other, "url": two_processes}])
    write(here, SECOND)
    says(here, "iemand anders ingelogd")
    assert here.input_value(MOTIVATION) == WHOLE
    assert stored(window("coordinator2"), two_processes) == ""
    # The first one comes back, and finds it all.
    mine = session_of("partner2")
    here.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": mine, "url": two_processes}])
    here.goto(address(two_processes))
    here.wait_for_function("([where, text]) => document.querySelector(where).value === text", arg=[MOTIVATION, WHOLE])


def test_the_browser_is_killed_without_a_connection(two_processes, tmp_path, chromium, request):
    """SIGKILL to every process of the browser in mid-word; the next start has all of it, and saves it."""
    writes("coordinator", request.node.name)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of("coordinator"), "url": two_processes}
    context = started(chromium, tmp_path)
    context.add_cookies([cookie])
    here = context.new_page()
    here.goto(address(two_processes))
    context.set_offline(True)
    write(here, WHOLE)
    here.wait_for_selector("[data-device=kept]", state="attached")
    kill(context, tmp_path)
    context = started(chromium, tmp_path)
    context.add_cookies([cookie])
    try:
        here = context.new_page()
        here.goto(address(two_processes))
        here.wait_for_function(
            "([where, text]) => document.querySelector(where).value === text", arg=[MOTIVATION, WHOLE]
        )
        arrives(here)
        assert stored(context.new_page(), two_processes) == WHOLE
    finally:
        context.close()


def test_two_windows_never_overwrite_each_other(window, two_processes):
    """The later one is shown both, and only a press saves; what the first one wrote is never gone unseen."""
    one = window("partner")
    two = window("partner", one.context)
    one.goto(address(two_processes))
    two.goto(address(two_processes))
    write(one, "Uit het ene venster.")
    arrives(one)
    write(two, "Uit het andere venster.")
    says(two, "in een ander venster")
    assert stored(window("partner"), two_processes) == "Uit het ene venster."
    two.locator("[data-saved] button").click()
    two.wait_for_load_state()
    assert "Uit het ene venster." in two.inner_text("main")
    assert two.input_value(MOTIVATION) == "Uit het andere venster."
    # Typing on does not save behind the writer's back.
    write(two, " En meer.")
    assert stored(window("partner"), two_processes) == "Uit het ene venster."
    two.locator("button[value=next]").last.click()
    two.wait_for_url("**/goals/")
    assert stored(window("partner"), two_processes) == "Uit het andere venster. En meer."


def test_two_devices_and_one_that_was_away(window, two_processes):
    """Text that was kept on a device while another one wrote on is offered, not forced."""
    phone, desk = window("lead2"), window("lead2")
    phone.goto(address(two_processes))
    phone.context.set_offline(True)
    write(phone, "Op de telefoon.")
    says(phone, "Geen verbinding")
    desk.goto(address(two_processes))
    write(desk, "Aan het bureau.")
    arrives(desk)
    phone.context.set_offline(False)
    says(phone, "in een ander venster")
    phone.reload()
    says(phone, "Op dit apparaat staat tekst van")
    assert phone.input_value(MOTIVATION) == "Aan het bureau."
    phone.locator("[data-saved] button").first.click()
    phone.wait_for_load_state()
    shown = phone.inner_text("main")
    assert "Aan het bureau." in shown
    assert phone.input_value(MOTIVATION) == "Op de telefoon."


def test_four_goals_keep_their_ids_while_they_are_saved(window, two_processes):
    here = window("admin2")
    here.goto(address(two_processes, "goals"))
    for name in ("students_notice", "able_to", "others_see"):
        write(here, f"Ik kan rustig blijven: {name}.", where=f"textarea[name=goal-0-{name}]")
        arrives(here)
    first = here.input_value("input[name=goal-0-id]")
    write(here, " Altijd.", where="textarea[name=goal-0-able_to]")
    here.locator("button[value=add]").click()
    here.wait_for_selector("textarea[name=goal-1-able_to]")
    write(here, "Nog een doel.", where="textarea[name=goal-1-able_to]")
    arrives(here)
    here.reload()
    assert here.input_value("input[name=goal-0-id]") == first
    assert here.input_value("textarea[name=goal-0-able_to]").endswith("Altijd.")
    assert here.input_value("textarea[name=goal-1-able_to]") == "Nog een doel."
    assert Application.objects.get(user__email="admin2@exchange.example", trip__slug=CALL).goals.count() == 2


# --- sending ---------------------------------------------------------------------------------------


def complete(page: Any, two_processes: str) -> None:
    """The whole form, as a person fills it in, up to reading it all."""
    page.goto(address(two_processes, ""))
    page.check("input[name=employment][value=neither]")
    page.wait_for_function("() => document.querySelector('[data-fits]').textContent.includes('klopt niet')")
    page.check("input[name=employment][value=employed]")
    page.wait_for_function("() => !document.querySelector('[data-fits]').textContent.includes('klopt niet')")
    page.locator("button[value=next]").last.click()
    page.wait_for_url("**/motivation/")
    page.fill(MOTIVATION, WHOLE)
    page.locator("button[value=next]").last.click()
    page.wait_for_url("**/goals/")
    for name in ("students_notice", "able_to", "others_see"):
        page.fill(f"textarea[name=goal-0-{name}]", "Ik kan een gesprek leiden.")
    page.locator("button[value=next]").last.click()
    page.wait_for_url("**/initiative/")
    for name in ("proactive_past", "proactive_plan", "school_use"):
        page.fill(f"textarea[name={name}]", "Een ontbijt begonnen.")
    page.locator("button[value=next]").last.click()
    page.wait_for_url("**/manager/")
    page.check("input[name=can_travel][value=yes]")
    page.check("input[name=committed]")
    page.fill("input[name=manager_name]", "Joke Mulder")
    hint = page.inner_text("main")
    domain = re.search(r"roc (\w+)|aoc (\w+)", hint)
    page.fill("input[name=manager_email]", f"joke@{(domain[1] or domain[2]).lower()}.example")
    page.locator("button[value=next]").last.click()
    page.wait_for_url("**/review/")


def test_double_click_back_and_resend_make_one_application(window, two_processes):
    here = window("participant")
    complete(here, two_processes)
    button = here.get_by_role("button", name=re.compile("Verstuur"))
    button.dblclick()
    here.wait_for_url("**/versions/1/")
    receipt = re.search(r"SAF\d\d-\w{6}", here.inner_text("main"))[0]
    here.go_back()
    here.wait_for_load_state()
    if again := here.get_by_role("button", name=re.compile("Verstuur")).all():
        again[0].click()
        here.wait_for_url("**/versions/1/")
        assert receipt in here.inner_text("main")
    sent = Application.objects.get(user__email="participant@exchange.example", trip__slug=CALL)
    assert (sent.status, sent.submissions.count(), sent.endorsements.count()) == ("submitted", 1, 1)


@contextmanager
def closing(**fields: Any) -> Iterator[None]:
    """The call at another moment, for as long as this lasts."""
    trip = Trip.objects.filter(slug=CALL)
    before = trip.values(*fields).get()
    trip.update(**fields)
    try:
        yield
    finally:
        trip.update(**before)


def test_closing_time_passes_while_writing(window, two_processes):
    """In the grace it is saved; after it nothing is, and every letter is still on the device and on the page."""
    here = window("admin")
    here.goto(address(two_processes))
    write(here, FIRST)
    arrives(here)
    minute = timedelta(minutes=1)
    with closing(closes_at=clock.now() - minute, grace_minutes=15):
        write(here, "in de speling,")
        here.wait_for_function("([where]) => document.querySelector(where).value.includes('speling')", arg=[MOTIVATION])
        arrives(here)
        assert stored(window("admin"), two_processes) == FIRST + "in de speling,"
    with closing(closes_at=clock.now() - 20 * minute, grace_minutes=15):
        write(here, " en te laat.")
        says(here, "Wat je typte staat op dit apparaat")
        assert here.input_value(MOTIVATION) == FIRST + "in de speling, en te laat."
        here.locator("button[value=next]").last.click()
        here.wait_for_load_state()
        assert "en te laat." in here.inner_text("main")
    # The lead moves the closing moment; the device still has it.
    here.goto(address(two_processes))
    here.wait_for_function(
        "([where, text]) => document.querySelector(where).value === text",
        arg=[MOTIVATION, FIRST + "in de speling, en te laat."],
    )


def test_the_countdown_follows_the_server_and_not_the_device(chromium, two_processes):
    """A device that is three hours ahead: five hours to go are five hours."""
    with closing(closes_at=clock.now() + timedelta(hours=5)):
        context = chromium.new_context(locale="nl-NL")
        page = context.new_page()
        page.clock.install(time=clock.now() + timedelta(hours=3))
        page.goto(f"{two_processes}/trips/{CALL}/")
        line = page.locator("[data-until]").first
        assert re.fullmatch(r"nog (5 uur en 0|4 uur en 59) minuten", line.inner_text())
        page.clock.fast_forward("04:30:00")
        page.wait_for_function("() => /^nog (29|30) minuten/.test(document.querySelector('[data-until]').textContent)")
        page.clock.fast_forward("31:00")
        page.wait_for_function("() => document.querySelector('[data-until]').textContent === 'de oproep is gesloten'")
        context.close()


# --- a manager's mailbox ---------------------------------------------------------------------------


def test_a_scanner_that_runs_scripts_signs_nothing(chromium, two_processes):
    """Twenty times, with scripts, scrolling and every link that stands on the page followed."""
    asked = Endorsement.objects.filter(status="asked", application__trip__slug=CALL).first()
    before = Endorsement.objects.filter(pk=asked.pk).values().get()
    link = f"{two_processes}/endorse/{token(asked)}/"
    for _ in range(20):
        context = chromium.new_context()
        page = context.new_page()
        assert page.goto(link).status == 200
        page.mouse.wheel(0, 4000)
        for href in {one.get_attribute("href") for one in page.locator("main a[href]").all()}:
            if href and href.startswith(("/endorse/", "?", "#")):
                page.goto(link + href if href[0] in "?#" else two_processes + href)
        context.close()
    assert Endorsement.objects.filter(pk=asked.pk).values().get() == before
