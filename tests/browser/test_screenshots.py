"""Pictures of every page, for people to look at: make screenshots."""

import pytest
from django.conf import settings

from tests.browser.pages import PAGES

pytestmark = [pytest.mark.screenshots, pytest.mark.django_db]
FOLDER = settings.ROOT / "var" / "screenshots"


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_picture(row, visitors, house):
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = row.path()
    for language in ("nl", "en"):
        for width in (360, 1280):
            page = visitors.page(row.who, language=language, width=width)
            page.goto(house + path)
            page.screenshot(path=FOLDER / f"{row.name}-{language}-{width}.png", full_page=True)
            page.close()
