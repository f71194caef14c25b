"""What was typed into a page that had been open too long."""

import pytest
from django.test import Client
from django.urls import reverse

from exchange.carry_on import AUTHOR, KEY, mark
from tests import world

TEXT = "Alles wat ik een uur lang schreef."


@pytest.fixture
def writer(cast, at):
    at(world.MOMENTS["call"])
    return cast.applicant()


@pytest.fixture
def address(cast):
    return reverse("applications:section", args=[cast.trip.slug, "motivation"])


def test_a_lost_session_parks_the_text_and_sign_in_carries_on(writer, address):
    client = Client()
    sent = client.post(address, {"motivation": TEXT, "password": "geheim", AUTHOR: mark(writer)})
    assert sent.status_code == 302
    assert sent.url == "/accounts/login/?next=%2Fmy%2Fcarry-on%2F"
    after = client.post(sent.url, {"login": writer.email, "password": world.PASSWORD})
    assert after.url == "/my/carry-on/"
    page = client.get(after.url)
    assert TEXT in page.text
    assert "geheim" not in page.text
    assert f'action="{address}"' in page.text
    assert client.post(address, {"motivation": TEXT, "carried_on": "1"}).status_code != 403
    assert KEY not in client.session


def test_a_stale_token_offers_the_text_at_once(writer, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(writer)
    sent = {"motivation": TEXT, AUTHOR: mark(writer)}
    page = client.post(address, sent, headers={"Origin": "http://testserver"})
    assert page.status_code == 403
    assert TEXT in page.text


@pytest.mark.parametrize("origin", ["http://testserver.evil.example", "https://testserver", "http://evil.example", ""])
def test_another_sites_form_is_never_offered(writer, address, origin):
    client = Client(enforce_csrf_checks=True)
    client.force_login(writer)
    sent = {"motivation": TEXT, AUTHOR: mark(writer)}
    page = client.post(address, sent, headers={"Origin": origin} if origin else {})
    assert page.status_code == 403
    assert TEXT not in page.text
    assert KEY not in client.session


def test_signing_in_itself_is_not_parked(db):
    client = Client(enforce_csrf_checks=True)
    client.post("/accounts/login/", {"login": "a@b.example"}, headers={"Origin": "http://testserver"})
    assert KEY not in client.session


def test_what_was_typed_stands_under_the_questions_of_the_page(cast, at):
    """Choices by their names too; what nobody fills in is sent along and not shown."""
    at(world.MOMENTS["preparation"])
    cast.participant()
    url = reverse("trips:meeting-new", args=[cast.trip.slug])
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lead)
    sent = {
        "kind": "preparation",
        "place": "Utrecht",
        "agenda_nl": TEXT,
        "seen": "geheim merk",
        AUTHOR: mark(cast.lead),
    }
    page = client.post(url, sent, headers={"Origin": "http://testserver"})
    shown = page.text.partition("<dl")[2].partition("</dl>")[0]
    for words in ("Plaats", "Utrecht", "voorbereidende bijeenkomst", TEXT):
        assert words in shown
    assert "agenda_nl" not in shown
    assert "geheim merk" not in shown
    assert 'name="seen" value="geheim merk"' in page.text


def test_of_a_page_that_is_not_shown_any_more_the_answers_stand(cast, at):
    at(world.MOMENTS["preparation"])
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.stranger())
    url = reverse("trips:meeting-new", args=[cast.trip.slug])
    sent = {"agenda_nl": TEXT, AUTHOR: mark(cast.trip.team.model.objects.first().user)}
    assert TEXT not in client.post(url, sent, headers={"Origin": "http://testserver"}).text
    sent[AUTHOR] = client.get("/my/").text.partition('name="author" value="')[2].partition('"')[0]
    assert TEXT in client.post(url, sent, headers={"Origin": "http://testserver"}).text


def test_the_sign_in_page_on_the_way_says_that_the_text_is_safe(writer, address):
    client = Client()
    sent = client.post(address, {"motivation": TEXT, AUTHOR: mark(writer)})
    assert "Wat je typte, is bewaard." in client.get(sent.url).text
    assert "Wat je typte, is bewaard." not in client.get("/accounts/login/").text


def test_a_file_has_no_questions_to_tell(writer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(writer)
    url = reverse("privacy:download", args=["xlsx"])
    page = client.post(url, {"motivation": TEXT, AUTHOR: mark(writer)}, headers={"Origin": "http://testserver"})
    assert page.status_code == 403
    assert TEXT in page.text
