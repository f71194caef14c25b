"""Two people at one browser: what one was sending is never shown to the other, on any address that takes a form."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from exchange import carry_on, clock
from tests.consistency.alliance import Alliance
from tests.consistency.test_access import NOW, ROWS, address, filled, grouped
from tests.consistency.test_bad_input import PAGES, got, who

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # sessions are the same on every database
TYPED = "ik voelde me onveilig bij mijn begeleider"
#: Addresses that answer whoever comes, so that nothing is kept until sign-in.
PUBLIC = {"choose_language", "applications:endorse", "certificates:verify", "unsent"}
#: Whoever holds the link of that mail needs no token, so its page can't go stale.
WITHOUT_TOKEN = "applications:endorse"


def sendable() -> list[tuple]:
    """Each address that takes a form, once."""
    found = {name: (name, scene, given) for name, verb, scene, _, given in ROWS if verb == "POST"}
    return list(found.values())


def asked(house: Alliance, name: str, scene: str, given: dict) -> str:
    return address(house, name, scene, given)


@pytest.fixture
def pair(house: Alliance) -> Iterator[tuple]:
    """Who typed, and who comes next; what they do is taken back."""
    with transaction.atomic():
        yield house.people["participant"], house.people["other_participant"]
        transaction.set_rollback(True)


def sent(url: str, *, by: object, strict: Client | None = None) -> tuple[Client, object]:
    """The browser in which somebody's page was sent after the session had ended, and the answer."""
    browser = strict or Client()
    fields = {"typed": TYPED} | ({carry_on.AUTHOR: carry_on.mark(by)} if by else {})
    return browser, browser.post(url, fields, headers={"Origin": "http://testserver"})


def shown_to(browser: Client, person: object) -> bool:
    """Whether the text comes up for whoever signs in there next."""
    browser.force_login(person)
    page = browser.get(reverse("carry_on"))
    if page.status_code == 302:
        assert (page.url, carry_on.KEY in browser.session) == (reverse("home"), False)
    return TYPED in page.text


@pytest.mark.parametrize(("name", "scene", "given"), sendable(), ids=lambda value: str(value))
def test_what_was_sent_after_the_session_is_its_authors(house, pair, name, scene, given):
    author, next_one = pair
    url = asked(house, name, scene, given)
    with clock.at(NOW[given.get("now", "selection")]):
        for by, reader, seen in ((author, next_one, False), (author, author, True)):
            browser, answer = sent(url, by=by)
            if name in PUBLIC:
                assert not answer.get("Location", "").startswith(reverse("account_login"))
            else:
                assert answer["Location"].startswith(reverse("account_login"))
                assert shown_to(browser, reader) is seen, (by, reader)


@pytest.mark.parametrize(
    ("name", "scene", "given"), [row for row in sendable() if row[0] != WITHOUT_TOKEN], ids=lambda value: str(value)
)
def test_a_stale_page_of_one_is_nothing_to_the_other(house, pair, name, scene, given):
    """Somebody else signed in meanwhile, in another window of that browser."""
    author, next_one = pair
    url = asked(house, name, scene, given)
    with clock.at(NOW[given.get("now", "selection")]):
        for by, reader, seen in ((author, next_one, False), (author, author, True)):
            browser = Client(enforce_csrf_checks=True)
            browser.force_login(reader)
            _, answer = sent(url, by=by, strict=browser)
            assert answer.status_code == 403
            assert (TYPED in answer.text) is seen
            assert carry_on.KEY not in browser.session


@pytest.mark.parametrize(("name", "scene", "given"), sendable(), ids=lambda value: str(value))
def test_a_page_of_one_is_never_done_in_the_name_of_the_other(house, pair, name, scene, given):
    author, next_one = pair
    browser = Client()
    browser.force_login(next_one)
    with clock.at(NOW[given.get("now", "selection")]):
        _, answer = sent(asked(house, name, scene, given), by=author, strict=browser)
    assert answer.status_code == 409
    assert TYPED not in answer.text


def test_nor_in_the_administration(house, pair):
    author, next_one = pair
    for url in sorted({filled(route["pattern"]) for route in grouped("admin")} - {"/admin/login/", "/admin/logout/"}):
        browser, _ = sent(url, by=author)
        assert not shown_to(browser, next_one), url


def test_a_mark_made_up_is_nobodys(house, pair):
    author, _ = pair
    url = asked(house, "evaluations:evening", "going", {"on": "day"})
    for made_up in ("", "x", str(author.pk), f"{author.pk}:x", carry_on.mark(author)[:-1]):
        browser = Client()
        browser.post(url, {"typed": TYPED, carry_on.AUTHOR: made_up})
        assert not shown_to(browser, author), made_up


def test_without_a_mark_nobody_is_shown_it(house, pair):
    author, _ = pair
    url = asked(house, "evaluations:evening", "going", {"on": "day"})
    browser, answer = sent(url, by=None)
    assert answer["Location"].startswith(reverse("account_login"))
    assert not shown_to(browser, author)
    stale = Client(enforce_csrf_checks=True)
    stale.force_login(author)
    _, answer = sent(url, by=None, strict=stale)
    assert answer.status_code == 403
    assert TYPED not in answer.text


def test_marks_outlive_a_change_of_key(house, pair, settings):
    author, next_one = pair
    said = carry_on.mark(author)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, [settings.SECRET_KEY]
    assert carry_on.is_of(said, author)
    assert not carry_on.is_of(said, next_one)
    settings.SECRET_KEY_FALLBACKS = []
    assert not carry_on.is_of(said, author)


def test_the_page_with_the_text_is_kept_by_no_browser(house, pair):
    """Back after signing out must not bring it up again."""
    author, _ = pair
    url = asked(house, "evaluations:evening", "going", {"on": "day"})
    browser, _ = sent(url, by=author)
    browser.force_login(author)
    stale = Client(enforce_csrf_checks=True)
    stale.force_login(author)
    _, at_once = sent(url, by=author, strict=stale)
    for page in (browser.get(reverse("carry_on")), at_once):
        assert TYPED in page.text
        assert "no-store" in page["Cache-Control"]


def test_no_form_can_forget_it(rf, pair, django_user_model):
    """The mark comes with Django's token, without which no form of any template is taken."""
    author, _ = pair
    request = rf.get("/")
    request.user = author
    drawn = Template("<form>{% csrf_token %}</form>").render(Context({"request": request, "csrf_token": "abc"}))
    assert drawn.count(f'<input type="hidden" name="author" value="{carry_on.mark(author)}" ') == 1
    assert str(author.pk) not in drawn


FORM = re.compile(r"<form[^>]*method=[\"']?post.*?</form>", re.DOTALL | re.IGNORECASE)


def readable() -> list[tuple]:
    """Each page once, for whom it is."""
    return [(name, scene, given, who(letters)) for name, _verb, scene, letters, given in PAGES]


@pytest.mark.parametrize(("name", "scene", "given", "persona"), readable(), ids=lambda value: str(value))
def test_every_form_on_every_page_says_whose_it_is(house, name, scene, given, persona):
    with clock.at(NOW[given.get("now", "selection")]):
        page = got(house, persona, asked(house, name, scene, given))
    if page.status_code == 200 and not page.streaming and "text/html" in page["Content-Type"]:
        mark = f'name="author" value="{carry_on.mark(house.people[persona])}"' if persona in house.people else None
        forms = [form for form in FORM.findall(page.text) if mark and name != WITHOUT_TOKEN]
        assert [form for form in forms if form.count(mark) != 1] == []


def test_somebody_without_an_account_reads_the_own_text_at_once(house):
    """The page was open too long. There is nobody to sign in, so it comes back with a fresh token."""
    url = asked(house, "certificates:verify", "going", {"typed": "code"})
    browser = Client(enforce_csrf_checks=True)
    with clock.at(NOW["return"]):
        _, answer = sent(url, by=None, strict=browser)
    assert answer.status_code == 403
    assert TYPED in answer.text
    assert 'name="author"' not in answer.text
    assert carry_on.KEY not in browser.session
