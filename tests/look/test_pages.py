"""Pages of the house: what they say, in both languages, whoever reads them."""

import re
from datetime import UTC, datetime

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from exchange import carry_on, dashboard, wings
from exchange.privacy import declared as personal
from exchange.verdicts import CONFLICT, FORBIDDEN, GONE, no
from exchange.views import home
from tests import world
from tests.conftest import signed_in

LIST = ["/privacy/", "/accessibility/", "/contact/", "/accounts/login/", "/accounts/signup/", "/accounts/login/code/"]
LIST += ["/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/inactive/"]
OWN = ["/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/logout/"]


def read(client: Client, path: str, language: str = "nl", status: int = 200) -> str:
    client.cookies["language"] = language
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def words(html: str) -> str:
    """What a reader sees of a page's main part."""
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.mark.django_db
@pytest.mark.parametrize("path", LIST)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_public_pages_have_a_language_a_title_and_one_heading(path, language):
    html = read(Client(), path, language)
    assert f'<html lang="{language}"' in html
    assert re.search(r"<title>[^<]+ · Exchange</title>", html)
    assert len(re.findall(r"<h1", html)) == 1
    assert 'href="#main"' in html
    assert 'style="' not in html
    assert not re.search(r"\son\w+=", html)


@pytest.mark.django_db
@pytest.mark.parametrize("path", OWN)
def test_account_pages_are_ours(path):
    client = signed_in(world.user("Samira el Idrissi"))
    response = client.get(path, follow=True)
    html = response.content.decode()
    assert response.status_code == 200
    assert 'class="brand"' in html
    assert len(re.findall(r"<h1", html)) == 1


@pytest.mark.django_db
def test_the_other_language_is_one_press_away():
    client = Client()
    html = read(client, "/privacy/")
    assert re.search(
        r'<input type="hidden" name="language" value="en"><button type="submit" class="lang" lang="en">', html
    )
    response = client.post("/language/", {"language": "en", "next": "/privacy/"})
    assert response["Location"] == "/privacy/"
    assert "What we keep about you" in client.get("/privacy/").content.decode()


@pytest.mark.django_db
def test_privacy_is_the_declaration_itself():
    html = read(Client(), "/privacy/")
    for kind in personal.KINDS:
        assert str(kind.purpose) in html
    assert "10 jaar" in words(html)


@pytest.mark.django_db
def test_the_theme_comes_from_the_cookie_and_from_nothing_else():
    client = Client()
    assert "data-bs-theme" not in read(client, "/privacy/").split("<body")[0]
    client.cookies["theme"] = "dark"
    assert 'data-bs-theme="dark"' in read(client, "/privacy/")
    client.cookies["theme"] = '"><script>'
    assert "data-bs-theme" not in read(client, "/privacy/").split("<body")[0]


@pytest.mark.django_db
def test_the_menu_knows_who_reads():
    person = world.user("Samira el Idrissi")
    html = read(signed_in(person), "/privacy/")
    assert 'href="/my/"' in html
    assert "/accounts/logout/" in html
    assert 'href="/people/"' not in html
    assert 'href="/verify/"' in read(Client(), "/privacy/")


@pytest.mark.django_db
def test_reviewers_find_their_reading():
    person = world.user("Rik Reviewer")
    world.join(world.trip(), person, "reviewer")
    assert 'href="/review/"' in read(signed_in(person), "/privacy/")


# --- refusals and errors --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "heading"),
    [(FORBIDDEN, "Dit is niet voor jou"), (CONFLICT, "Dit kan nu niet"), (GONE, "Dit is voorbij")],
)
@pytest.mark.django_db
def test_a_refusal_says_why_and_what_next(status, heading, rf):
    request = rf.get("/somewhere/")
    html = render_to_string("refused.html", {"verdict": no("De oproep <sloot>.", status)}, request)
    assert heading in html
    assert "De oproep &lt;sloot&gt;." in html
    assert "Er is niets veranderd." in html


@pytest.mark.django_db
def test_a_page_that_is_not_there():
    html = read(Client(), "/no/such/page/", status=404)
    assert "Deze pagina bestaat niet" in html


def test_the_last_page_needs_no_database():
    html = render_to_string("errors/500.html")
    assert "Dat ligt aan ons" in html
    assert 'lang="en"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404"])
def test_errors_are_sentences(name, rf):
    assert words(render_to_string(f"errors/{name}.html", {}, rf.get("/"))).count(".") >= 1


@pytest.mark.django_db
def test_too_often_is_a_sentence_too(rf):
    assert "Wacht even" in render_to_string("429.html", {}, rf.get("/"))


# --- what was typed into a stale page ------------------------------------------------------------


@pytest.mark.django_db
def test_what_was_typed_is_shown_and_sent_on():
    client = Client()
    person = world.user("Samira el Idrissi")
    client.post("/my/carry-on/", {"motivation": "Ik wil leren <b>", "empty": "", "author": carry_on.mark(person)})
    client.force_login(person)
    html = read(client, "/my/carry-on/")
    assert "Ik wil leren &lt;b&gt;" in words(html)
    assert '<input type="hidden" name="motivation" value="Ik wil leren &lt;b&gt;">' in html
    assert '<input type="hidden" name="empty" value="">' in html
    assert "Verder met verzenden" in html


# --- home -----------------------------------------------------------------------------------------


def shown(parts, monkeypatch, language: str = "nl") -> str:
    """The home page with these sections."""
    monkeypatch.setattr(wings, "parts", lambda pick, user, now: parts)
    request = RequestFactory().get("/my/")
    request.user = world.user("Samira el Idrissi")
    request.LANGUAGE_CODE = language
    return home(request).content.decode()


@pytest.mark.django_db
def test_the_most_urgent_thing_is_big_and_the_rest_follows(monkeypatch):
    def todo(title: str, urgency: int) -> dashboard.Todo:
        return dashboard.Todo(
            title, "", f"/{title}/", "Doen", datetime(2027, 4, 1, 12, tzinfo=UTC), urgency, "Nog niet klaar"
        )

    parts = [dashboard.Section([todo("later", 50), todo("nu", 10)]), dashboard.Section([todo("straks", 30)])]
    html = shown(parts, monkeypatch)
    assert html.index("<h2>nu</h2>") < html.index(">straks<") < html.index(">later<")
    assert "Uiterlijk <b>donderdag 1 april 2027</b>." in html
    assert html.count('class="btn btn-primary"') == 1
    assert "Dag Samira." in html


@pytest.mark.django_db
def test_a_section_may_give_the_headline(monkeypatch):
    html = shown([dashboard.Section(headline="Over 22 dagen vertrek je, Samira.", kicker="Londen")], monkeypatch)
    assert "<h1>Over 22 dagen vertrek je, Samira.</h1>" in html
    assert '<p class="kicker">Londen</p>' in html


@pytest.mark.django_db
def test_nothing_to_do_is_friendly(monkeypatch):
    html = shown([], monkeypatch)
    assert "Er wacht niets op je" in html
    assert '<aside class="col-4' not in html


@pytest.mark.django_db
def test_a_section_brings_its_own_template_and_column(monkeypatch):
    part = dashboard.Section(
        template="components/empty.html",
        context={"title": "Mijn leerdoelen", "text": "Komt na je plaatsing."},
        aside="components/note.html",
    )
    html = shown([part], monkeypatch)
    assert "Komt na je plaatsing." in html
    assert html.index('<aside class="col-4') < html.index('<div class="note"')
