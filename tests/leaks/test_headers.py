"""What a browser may keep of a page and let it use; that it keeps nothing of any page is in the access table too."""

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.http import HttpResponseNotModified
from django.test import Client
from django.urls import reverse

from exchange.middleware import BadInputMiddleware, HeadersMiddleware
from exchange.outbox.delivery import envelope
from exchange.outbox.mail import compose
from exchange.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db
NOTHING = "private, no-store"


def test_nothing_stays_of_refusals_and_mistakes_either(cast, login, monkeypatch):
    client = login(cast.stranger())
    assert client.get("/my").status_code == 301
    assert client.get("/my").headers["Cache-Control"] == NOTHING
    for address, status in {
        "/nowhere/": 404,
        f"/team/{cast.trip.slug}/": 404,
        "/people/": 403,
        "/language/": 405,
    }.items():
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (status, NOTHING)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.lead)
    assert strict.post("/language/").status_code == 403
    assert strict.post("/language/").headers["Cache-Control"] == NOTHING

    def broken(self, request, view, args, kwargs):
        raise RuntimeError

    monkeypatch.setattr(BadInputMiddleware, "process_view", broken)
    client = login(cast.lead)
    client.raise_request_exception = False
    answer = client.get("/my/")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (500, NOTHING)


def test_a_page_that_has_not_changed_says_so_too(rf):
    """Nothing of ours answers 304 today; whatever does later is told the same."""

    def unchanged(request):
        return HttpResponseNotModified(headers={"Cache-Control": "public, max-age=600"})

    request = rf.get("/my/")
    assert HeadersMiddleware(unchanged)(request).headers["Cache-Control"] == "public, max-age=600"
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "mine"
    assert HeadersMiddleware(unchanged)(request).headers["Cache-Control"] == NOTHING


def test_signing_out_empties_what_the_browser_kept(cast, login):
    client = login(cast.lead)
    assert "Clear-Site-Data" not in client.get("/my/").headers
    answer = client.post(reverse("account_logout"))
    assert answer.status_code == 302
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert answer.headers["Cache-Control"] == NOTHING
    assert "Clear-Site-Data" not in client.get("/").headers


def test_a_session_that_died_empties_it_at_the_next_page(cast, login):
    client = login(cast.lead)
    client.session.flush()
    answer = client.get("/my/")
    assert answer.status_code == 302
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_visitors_are_told_as_before():
    client = Client()
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"
    assert "Cache-Control" not in client.get("/privacy/").headers
    assert "Clear-Site-Data" not in client.get("/privacy/").headers


def test_no_page_uses_the_device(cast, login):
    for client, address in ((Client(), "/"), (login(cast.administrator()), "/admin/"), (Client(), "/nowhere/")):
        told = client.get(address).headers["Permissions-Policy"].split(", ")
        assert {"camera=()", "microphone=()", "geolocation=()", "payment=()", "browsing-topics=()"} <= set(told)
        assert {one for one in told if not one.endswith("=()")} == {
            "clipboard-write=(self)", "publickey-credentials-create=(self)", "publickey-credentials-get=(self)"
        }  # fmt: skip


def test_the_administration_has_the_policy_of_all_pages(cast, login):
    client = login(cast.administrator())
    policies = [client.get(address).headers["Content-Security-Policy"] for address in ("/my/", "/admin/")]
    assert policies[0] == policies[1]
    assert "script-src 'self'" in policies[1]
    assert "unsafe" not in policies[1]


def test_being_listed_in_browsers_is_a_choice(settings):
    assert settings.SECURE_HSTS_PRELOAD is False
    settings.SECURE_HSTS_SECONDS, settings.SECURE_SSL_REDIRECT = 3600, True
    assert "security.W021" not in [
        one.id for one in run_checks(include_deployment_checks=True) if not one.is_silenced()
    ]


@pytest.mark.parametrize("turned", ["\u202e", "\u202d", "\u202a", "\u2066", "\u2067", "\u2069", "\x1b"])
def test_a_subject_is_read_as_it_was_written(turned):
    written = f"Reis{turned} naar 陈伟 👩\u200d🧑"
    subject, _body = compose("people/sign_in", language="nl", context={"subject": written, "body": "x"})
    assert subject == "Reis naar 陈伟 👩\u200d🧑"
    # Of what was stored before, too.
    assert envelope(OutboxMessage(to="a@b.example", subject=written, body="x", language="nl")).subject == subject


def test_a_subject_makes_no_header():
    stored = OutboxMessage(to="a@b.example", subject="Reis\r\nBcc: c@d.example", body="x", language="nl")
    assert b"\nBcc:" not in envelope(stored).message().as_bytes()
