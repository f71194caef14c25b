"""All that is held about somebody leaves in a file only after they showed once more that it is them."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from exchange.outbox import delivery
from exchange.people.models import User
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["json", "xlsx"])
def file(request):
    return reverse("privacy:download", args=[request.param])


@pytest.fixture
def later(monkeypatch):
    """Let seconds pass since somebody signed in."""
    import time

    real, passed = time.time, [0]
    monkeypatch.setattr("time.time", lambda: real() + passed[0])
    return lambda seconds: passed.__setitem__(0, passed[0] + seconds)


def signed_in(person):
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": world.PASSWORD})
    return client


def test_the_password_is_asked_again_and_then_the_file_comes(cast, file):
    client = signed_in(cast.stranger())
    assert client.get(reverse("privacy:data")).status_code == 200
    asked = client.get(file)
    assert asked.status_code == 302
    assert asked.url.startswith(reverse("account_reauthenticate"))
    page = client.get(asked.url)
    assert "Wat nu komt, is alleen voor jou" in page.text
    wrong = client.post(asked.url, {"password": "geraden-1"})
    assert wrong.status_code in (200, 422)
    assert client.get(file).status_code == 302, "a wrong one opens nothing"
    right = client.post(asked.url, {"password": world.PASSWORD})
    assert right.url == file
    assert client.get(file).headers["Content-Disposition"].startswith("attachment")


def test_after_five_minutes_it_is_asked_anew(cast, file, later):
    person = cast.stranger()
    client = world.proven(signed_in(person), person)
    assert client.get(file).status_code == 200
    later(301)
    assert client.get(file).status_code == 302


def test_whoever_has_no_password_signs_in_once_more(cast, file, at):
    person = User.objects.create_user("fenna@fonds.example", None, name="Fenna")
    person.emailaddress_set.create(email=person.email, primary=True, verified=True)

    def by_code(client, page):
        sent = client.post(page, {"email": person.email})
        delivery.deliver()
        code = re.search(r"^([A-Z0-9-]{6,})$", mail.outbox[-1].body, re.MULTILINE)[1]
        return client.post(sent.url, {"code": code})

    client = Client()
    by_code(client, reverse("account_request_login_code"))
    assert client.get(file).status_code == 200, "who signed in a moment ago is still there"
    session = client.session
    session["account_authentication_methods"][-1]["at"] -= 301
    session.save()
    page = client.get(file)
    assert page.status_code == 403
    assert "Log nog eens in" in page.text
    back = re.search(r'name="next"\s+value="(/accounts/login[^"]+)"', page.text)[1].replace("&amp;", "&")
    assert client.post(reverse("account_logout"), {"next": back}).url == back
    asked = client.get(back)
    assert asked.status_code == 200
    assert file in asked.text
    by_code(client, reverse("account_request_login_code"))
    assert client.get(file).status_code == 200
