"""The pages for administrators keep to the policy of all pages: their scripts run, and nothing is refused."""

from typing import Any

import pytest
from django.db import connection

from exchange.people.models import Institution, User

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def told(visitors: Any) -> Any:
    """A window of an administrator, and what the browser refused in it."""
    page, refused = visitors.page("admin"), []
    page.on(
        "console", lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None
    )
    page.on("pageerror", lambda problem: refused.append(str(problem)))
    yield page, refused
    page.close()
    connection.close()


def test_nothing_of_theirs_is_refused(told, house):
    page, refused = told
    school, person = Institution.objects.first(), User.objects.first()
    for path in (
        "/admin/",
        "/admin/people/user/?q=e",
        f"/admin/people/user/{person.pk}/change/",
        "/admin/people/institution/",
        "/admin/people/institution/add/",
        f"/admin/people/institution/{school.pk}/change/",
        "/admin/outbox/outboxmessage/",
    ):
        answer = page.goto(house + path)
        assert answer.status == 200, path
        assert "script-src 'self'" in answer.headers["content-security-policy"]
    # Their scripts run: the menu at the side folds and unfolds.
    page.goto(f"{house}/admin/people/institution/")
    before = page.locator("#main").get_attribute("class")
    page.locator("#toggle-nav-sidebar").click()
    assert page.locator("#main").get_attribute("class") != before
    assert refused == []


def test_what_is_not_ours_is_refused(told, house):
    """The control: what is tried above would be seen."""
    page, refused = told
    page.goto(f"{house}/admin/")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.bad = 1' }))"
    )
    assert page.evaluate("window.bad") is None
    assert "Content Security Policy" in refused[0]
