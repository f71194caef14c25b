"""What no person types: refused with words and a status of its own, on every form, and never a 500."""

import re
import uuid
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote, urlencode

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from exchange import clock
from exchange.management.commands.routes import routes
from tests.consistency.alliance import PERSONAS, Alliance
from tests.consistency.test_access import NOW, ROWS, address

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"


UNREADABLE = (
    (urlencode({f"field{n}": "x" for n in range(10_000)}).encode(), FORM),
    (b"text=" + b"x" * (1024 * 1024 + 1), FORM),
    (b"text=x", f"{FORM}; charset=utf-16"),
)

ODD = (
    "a\x00b",
    "x" * 40_000,
    "9" * 400,
    "\u202e\u0130\U0001f469\u200d\U0001f9d1",
    "2026-99-99",
    "-1",
    "NaN",
    "1e400",
)
QUERIES = (
    "page=99999999999999999999",
    "page=-1&sort=nonsense",
    "q=%ED%A0%80&page=%FF",
    f"q={'x' * 8000}",
    "on=2026-99-99&group=x&sort=-id;--",
)
IMPOSSIBLE = (
    "a%00b",
    str(uuid.UUID(int=7)),
    "x' OR 1=1",
    "9" * 40,
    "2026-99-99",
    "%ED%A0%80",
    "..%2f..",
    "x" * 3000,
)


class Fields(HTMLParser):
    """The names that the forms of a page send, and where they send them."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("input", "textarea", "select") and given.get("name") and given["name"] != "csrfmiddlewaretoken":
            self.names.setdefault(str(given["name"]), str(given.get("value") or ""))


def who(letters: str) -> str:
    """The first persona whom a line lets in, with an account where possible."""
    allowed = [name for name, letter in zip(PERSONAS, letters, strict=True) if letter in "RW!"]
    return next((name for name in allowed if name not in ("anonymous", "endorser")), allowed[0])


def one_of_each() -> list[tuple[str, str, str, str, dict[str, str]]]:
    """The lines that let somebody in, once for each address and verb."""
    found: dict[tuple[str, str], Any] = {}
    for row in ROWS:
        if set(row[3]) & set("RW!"):
            found.setdefault((row[0], row[1]), row)
    return list(found.values())


PAGES = [row for row in one_of_each() if row[1] == "GET"]
VERBS = [row for row in one_of_each() if row[1] == "POST"]
HAS_PAGE = {row[0] for row in PAGES}


def sent(house: Alliance, persona: str, url: str, body: bytes, content_type: str = FORM) -> HttpResponse:
    """What a POST gets; what it changed is taken back."""
    with transaction.atomic():
        response = house.clients[persona].generic("POST", url, body, content_type=content_type)
        transaction.set_rollback(True)
    return response


def got(house: Alliance, persona: str, url: str, query: str = "") -> HttpResponse:
    with transaction.atomic():
        response = house.clients[persona].generic("GET", url, QUERY_STRING=query)
        transaction.set_rollback(True)
    return response


def refused(response: HttpResponse, *statuses: int) -> None:
    """One of these, or any refusal; with words in it."""
    assert response.status_code in (statuses or range(400, 500)), response.status_code
    if 400 <= response.status_code < 500 and response.status_code != 405:
        assert b"<h1" in response.content


def no_error(response: HttpResponse) -> None:
    assert response.status_code < 500, response.status_code


def says_so_in_its_title(response: HttpResponse) -> None:
    """A page on which something is marked as wrong: a field, or what is above the form."""
    wrong = b'aria-invalid="true"' in response.content or b'class="note err errsum"' in response.content
    if wrong:
        title = response.content.decode().partition("<title>")[2].partition("</title>")[0]
        assert title.startswith("Kijk nog eens: "), title


@pytest.mark.parametrize(("name", "verb", "scene", "letters", "given"), VERBS, ids=[row[0] for row in VERBS])
def test_a_form(house: Alliance, name: str, verb: str, scene: str, letters: str, given: dict[str, str]) -> None:
    persona, url = who(letters), address(house, name, scene, given)
    with clock.at(NOW[given.get("now", "selection")]):
        known = {"answer": "", "typed": "."}
        if name in HAS_PAGE:
            page = Fields()
            page.feed(got(house, persona, url).content.decode())
            known = page.names or known
        for text in ODD:
            answer = sent(house, persona, url, urlencode(dict.fromkeys(known, text)).encode())
            no_error(answer)
            says_so_in_its_title(answer)
        for raw in (b"%ED%A0%80", b"%FF%FE", b"\xff\xfe"):
            no_error(sent(house, persona, url, b"&".join(key.encode() + b"=" + raw for key in known)))
        no_error(sent(house, persona, url, b"x=1", f"{FORM}; charset=klingon"))
        no_error(sent(house, persona, url, b"--x\r\nbroken", "multipart/form-data; boundary=y"))
        no_error(sent(house, persona, url, b'{"a": "\\ud800"}', "application/json"))
        nul = sent(house, persona, url, urlencode(dict.fromkeys(known, "a\x00b")).encode())
        assert nul.status_code != 200 or b"\x00" not in nul.content


@pytest.mark.parametrize(("body", "kind"), UNREADABLE, ids=["fields", "length", "charset"])
def test_what_cannot_be_read_is_refused_by_every_verb(house: Alliance, body: bytes, kind: str) -> None:
    """As browsers send it, with a token that is looked for first."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies["csrftoken"] = "x" * 32
    for name, _verb, scene, _letters, given in VERBS:
        with transaction.atomic():
            response = client.generic("POST", address(house, name, scene, given), body, content_type=kind)
            transaction.set_rollback(True)
        refused(response, 413 if len(body) > 1024 * 1024 else 400, 403)


@pytest.mark.parametrize(("name", "verb", "scene", "letters", "given"), PAGES, ids=[row[0] for row in PAGES])
def test_a_page(house: Alliance, name: str, verb: str, scene: str, letters: str, given: dict[str, str]) -> None:
    persona, url = who(letters), address(house, name, scene, given)
    with clock.at(NOW[given.get("now", "selection")]):
        refused(got(house, persona, url, "q=a%00b"), 400)
        refused(got(house, persona, url, "a%00b=1"), 400)
        for query in QUERIES:
            no_error(got(house, persona, url, query))


def in_the_way(value: str) -> list[str]:
    """Addresses with something impossible in each place."""
    found = []
    for route in routes():
        if route["pattern"].startswith(("/admin/", "/accounts/")) or "<" not in route["pattern"]:
            continue
        found.append(re.sub(r"<(?:\w+:)?\w+>", value, route["pattern"]))
    return found


def is_taken(url: str) -> bool:
    try:
        return bool(resolve(unquote(url, errors="replace")))
    except Resolver404:
        return False


@pytest.mark.parametrize("value", IMPOSSIBLE, ids=lambda value: value[:12])
def test_what_is_not_there_is_not_found(house: Alliance, value: str) -> None:
    """An address that no route takes is a 404 before anything of ours runs; the others are asked for."""
    taken = [url for url in in_the_way(value) if is_taken(url)]
    for url in [*taken, f"/nowhere/{value}/"]:
        for persona in ("administrator", "lead"):
            response = got(house, persona, url)
            assert response.status_code in (302, 400, 403, 404, 405, 429), f"{url} {response.status_code}"


def test_a_number_that_no_database_holds(house: Alliance) -> None:
    url = address(house, "applications:version", "call", {"pk": "application"})
    url = url.replace("/versions/1/", f"/versions/{'9' * 40}/")
    refused(got(house, "applicant", url), 404)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods(house: Alliance, method: str) -> None:
    """Only GET, HEAD and POST mean something here."""
    for name, _verb, scene, letters, given in one_of_each():
        with transaction.atomic():
            response = house.clients[who(letters)].generic(method, address(house, name, scene, given))
            transaction.set_rollback(True)
        assert response.status_code == 405, name


def test_head_is_get_without_a_body(house: Alliance) -> None:
    for name, _verb, scene, letters, given in PAGES:
        route = next(route for route in routes() if route["name"] == name)
        if "HEAD" in route["methods"]:
            with clock.at(NOW[given.get("now", "selection")]):
                response = house.clients[who(letters)].head(address(house, name, scene, given))
            no_error(response)
            assert b"".join(response) == b"", name


def test_every_page_answers_head() -> None:
    """Link checkers and mail scanners ask this way first."""
    deaf = {r["name"] for r in routes() if "GET" in r["methods"] and "HEAD" not in r["methods"] and r["name"]}
    assert deaf == set()
