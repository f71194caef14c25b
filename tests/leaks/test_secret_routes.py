"""What stands in an address and lets somebody in reaches no log and no other site, on any route there is or comes."""

import logging
import logging.config
import re
import uuid
from io import StringIO

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from exchange import secret
from exchange.logs import Discreet
from exchange.management.commands.routes import routes
from exchange.middleware import BadInputMiddleware

#: Open to everybody with a part that lets nobody in: the name of a trip, of the sign-in at a school, of a demo mail.
OPEN = {"trips:detail", "trips:poster", "openid_connect_login", "openid_connect_callback", "demo:mail"}
#: What a secret is called; behind sign-in it lets nobody in by itself, but then it is called something else.
TELLING = {"token", "key", "secret", "signature", "code"}
SIGNED, NUMBER = "eyJlIjoiMDE5YS:1vOpQr:Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZg", str(uuid.UUID(int=0xC0FFEE << 96))


def declared():
    return [route for route in routes() if "<secret" in route["pattern"]]


def parts(pattern):
    """The parts of an address, named in either way of writing one."""
    return [*secret.PART.findall(pattern), *(("", name) for name in re.findall(r"\(\?P<(\w+)>", pattern))]


def test_whatever_lets_somebody_in_is_declared():
    ours = OPEN | {route["name"] for route in declared()}
    for route in routes():
        kinds = {name: kind for kind, name in parts(route["pattern"])}
        hidden = {name for name, kind in kinds.items() if kind.startswith("secret")}
        if route["name"] not in ours and not route["pattern"].startswith("/admin/"):
            assert TELLING & kinds.keys() <= hidden, route
            assert hidden or not (kinds and route["public"]), f"{route}: open, and no part of it is a secret?"


def test_ours_comes_before_the_same_address_of_a_library():
    assert secret.values(resolve(f"/accounts/password/reset/key/2k-{SIGNED}/")) == [SIGNED]


def addresses(route):
    """The address, and how mail programs and people misspell it."""
    fill = {"secret": SIGNED, "secret_uuid": NUMBER, "base36": "2k", "": "x", "slug": "x", "str": "x"}
    whole = secret.PART.sub(lambda part: fill[part[1] or ""], route["pattern"])
    start, _, rest = whole.partition(SIGNED if SIGNED in whole else NUMBER)
    word = SIGNED if SIGNED in whole else NUMBER
    yield whole
    yield whole.rstrip("/")
    yield f"{whole}."
    yield f"{start}%20{word}{rest}"
    yield f"{start}{word}%0A2026-01-01%20WARNING%20{word}{rest}"
    yield f"{start.upper()}{word}{rest}"
    yield f"{whole}?from={word}"


@pytest.fixture
def log():
    """What the handler of the house writes, of everything that any logger says."""
    stream = StringIO()
    configured = logging.config.DictConfigurator(settings.LOGGING)
    configured.config["filters"] = {"discreet": Discreet()}
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter(settings.LOGGING["formatters"]["line"]["format"]))
    configured.add_filters(handler, settings.LOGGING["handlers"]["stderr"]["filters"])
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


ROUTES = pytest.mark.parametrize("route", declared(), ids=lambda route: route["name"])


@pytest.mark.django_db
@ROUTES
def test_no_log_says_it(route, log):
    client = Client(enforce_csrf_checks=True)
    for address in addresses(route):
        for method in ("GET", "POST", "PUT"):
            answer = client.generic(method, address)
            assert answer.status_code < 500
    said = log.getvalue()
    assert "Not Found" in said
    assert SIGNED not in said
    assert NUMBER not in said


@pytest.mark.django_db
@ROUTES
def test_no_traceback_says_it(route, log, monkeypatch):
    def broken(self, request, view, args, kwargs):
        raise RuntimeError(f"{kwargs}\n2026-01-01 00:00:00,000 ERROR django.security forged")

    monkeypatch.setattr(BadInputMiddleware, "process_view", broken)
    client = Client(raise_request_exception=False)
    assert client.get(next(addresses(route))).status_code == 500
    said = log.getvalue()
    assert "RuntimeError" in said
    assert SIGNED not in said
    assert NUMBER not in said
    assert "\n2026-01-01" not in said
    [first, *within] = said.strip().splitlines()
    assert first.endswith(secret.UNSAID)
    assert all(line.startswith("  | ") for line in within)


@pytest.mark.django_db
def test_without_the_filter_the_log_says_it(log, monkeypatch):
    """The control."""
    monkeypatch.setattr(Discreet, "filter", lambda self, record: True)
    Client().get(f"/endorse/{SIGNED}")
    Client().get(f"/endorse/{SIGNED}/")
    assert SIGNED in log.getvalue()


def test_every_handler_there_is_stands_behind_the_filter():
    assert {tuple(handler["filters"]) for handler in settings.LOGGING["handlers"].values()} == {("discreet",)}
    own = {name: logger.get("handlers", []) for name, logger in settings.LOGGING["loggers"].items()}
    # Django gives these two handlers of its own unless we say which.
    assert own == {"django": [], "django.server": ["stderr"]}


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("a\r\nb", "a\\u000d\\u000ab"),
        ("a\x1b[2Jb", "a\\u001b[2Jb"),
        ("a\u2028b\u0085c", "a\\u2028b\\u0085c"),
        ("ann\u202egnp.exe", "ann\\u202egnp.exe"),
        ("\ud800", "\\ud800"),
        ("één 陈伟", "één 陈伟"),
    ],
)
def test_a_line_is_one_event(typed, written, log):
    logging.getLogger("exchange.outbox").warning("Message %s", typed)
    assert log.getvalue().rpartition("Message ")[2] == f"{written}\n"
    assert log.getvalue().count("\n") == 1


@pytest.mark.django_db
@ROUTES
def test_no_other_site_is_told_and_no_browser_keeps_it(route):
    for address in addresses(route):
        for method in ("GET", "POST"):
            answer = Client().generic(method, address)
            if answer.status_code != 301:
                assert answer.headers["Referrer-Policy"] == "no-referrer", address
                assert answer.headers["Cache-Control"] == "private, no-store", address


@pytest.mark.django_db
def test_other_pages_say_to_ourselves_where_they_were_left():
    for address in ("/", "/verify/", "/privacy/", "/accounts/login/"):
        assert Client().get(address).headers["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 302),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": "http://testserver"}, 302),
    ],
)
def test_a_form_on_such_a_page_is_ours_without_an_origin(headers, status):
    """The switch of language stands on every page; who tells nobody where a page is, tells us neither."""
    client = Client(enforce_csrf_checks=True)
    client.get("/verify/00000-00000/")
    token = client.cookies["csrftoken"].value
    sent = {"csrfmiddlewaretoken": token, "language": "en"}
    assert client.post("/language/", sent, headers=headers).status_code == status
    assert client.post("/language/", {"language": "en"}, headers=headers).status_code == 403


@pytest.mark.django_db
def test_whoever_reads_on_in_another_language_stays_there():
    """After sending, the page before is asked for again; of one that tells nobody where it is, this one."""
    page = Client().post("/verify/00000-00000/", {"name": "x"}).text
    assert 'name="next"' in page
    assert 'value="/verify/00000-00000/"' in page
