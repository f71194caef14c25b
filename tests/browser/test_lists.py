"""A list comes along in a browser: chosen, looked at, accessible, and mailed; with and without scripts."""

import io

import openpyxl
import pytest

from exchange.outbox.models import OutboxMessage
from tests.browser.pages import CALL
from tests.browser.test_every_page import findings


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "collega's.xlsx", "mimeType": kind, "buffer": target.getvalue()}


@pytest.fixture
def mailed(django_db_blocker):
    """How many mails of a kind an address got; asked outside the transaction of a test, which the server never sees."""

    def count(kind, to):
        with django_db_blocker.unblock():
            return OutboxMessage.objects.filter(kind=f"applications/{kind}", to=to).count()

    return count


def test_a_list_of_the_lead_from_the_file_to_the_mail(visitors, house, mailed):
    page = visitors.page("lead")
    page.goto(f"{house}/team/{CALL}/invitations/")
    wrong = workbook(["Naam", "E-mail", "School"], ["Jet Nieuw", "jet@duinrand.example", "Nergens"])
    page.set_input_files("input[name=file]", wrong)
    page.get_by_role("button", name="De rijen bekijken").click()
    assert "1 rij klopt nog niet" in page.inner_text("main")
    assert page.get_by_role("button", name="uitnodigen").count() == 0
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        assert not findings(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="De lijst opnieuw kiezen").click()
    right = workbook(["Naam", "E-mail", "School"], ["Jet Nieuw", "jet@duinrand.example", "Duinrand"])
    page.set_input_files("input[name=file]", right)
    page.get_by_role("button", name="De rijen bekijken").click()
    assert not findings(page)
    assert mailed("invited", "jet@duinrand.example") == 0
    page.get_by_role("button", name="1 persoon uitnodigen").click()
    assert page.url.endswith(f"/team/{CALL}/funnel/")
    assert "1 persoon is per mail uitgenodigd" in page.inner_text("main")
    assert mailed("invited", "jet@duinrand.example") == 1
    page.close()


def test_letters_are_asked_and_other_headings_chosen(visitors, house):
    page = visitors.page("lead", width=390)
    page.goto(f"{house}/team/{CALL}/invitations/")
    # One letter of which a Mac and a DOS program make something else; below a title.
    content = b"Lijst 2026\r\nNaam;E-mail\r\n\x80elik Smit;celik@duinrand.example\r\n"
    page.set_input_files("input[name=file]", {"name": "lijst.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="De rijen bekijken").click()
    assert page.get_by_role("button", name="uitnodigen").count() == 0
    assert not findings(page)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    page.get_by_label("Çelik (DOS, West-Europa)").check()
    page.get_by_role("button", name="Zo lezen").click()
    assert "Çelik Smit" in page.inner_text("main")
    assert page.get_by_role("button", name="1 persoon uitnodigen").count() == 1
    assert not findings(page)
    page.get_by_label("De kopjes staan in rij").fill("1")
    page.get_by_role("button", name="Zo lezen").click()
    assert "Er is geen kolom met e-mailadressen. In rij 1 staat: “Lijst 2026”." in page.inner_text("main")
    assert not findings(page)
    page.close()


def test_a_coordinator_without_scripts_pastes_a_list_and_reminds(chromium, visitors, house, mailed):
    state = visitors.state("coordinator")
    context = chromium.new_context(java_script_enabled=False, storage_state=state, locale="nl-NL")
    page = context.new_page()
    page.goto(f"{house}/school/applications/{CALL}/invitations/")
    page.fill("textarea[name=pasted]", "Naam\tE-mail\nPim Plak\tpim@duinrand.example\n")
    page.get_by_role("button", name="De rijen bekijken").click()
    page.get_by_role("button", name="1 persoon uitnodigen").click()
    assert page.url.endswith(f"/school/applications/{CALL}/")
    assert mailed("invited", "pim@duinrand.example") == 1
    # Invited today: not to be reminded. The colleague of the demonstration's own list is.
    assert page.get_by_role("button", name="Pim Plak").count() == 0
    page.get_by_role("button", name="Fenna Buitenhuis").click()
    assert "1 mail staat" in page.inner_text("main")
    assert mailed("invited_again", "f.buitenhuis@duinrand.example") == 1
    assert page.get_by_role("button", name="Fenna Buitenhuis").count() == 0
    context.close()
