"""What the page counts while somebody types is what the server counts when it is sent."""

import pytest

from exchange.trips.models import ProgrammeItem
from tests.browser.pages import CALL

pytestmark = pytest.mark.django_db

#: What is typed; the characters and words that count, by hand.
TYPED = [
    ("een\ntwee", 8, 2),
    ("een\n\n\ntwee", 10, 2),
    ("  een \U0001f600 twee \n\n", 10, 3),
    ("", 0, 0),
]


def test_the_count_beside_a_text_is_that_of_the_server(visitors, house):
    page = visitors.page("lead")
    page.goto(f"{house}/team/{CALL}/programme/new/")
    text = page.locator("textarea[name=text_nl]")
    count = page.locator("textarea[name=text_nl] + .under [data-count]")
    for typed, characters, words in TYPED:
        text.fill(typed)
        said = "1 woord" if words == 1 else f"{words} woorden"
        assert count.inner_text() == f"{said} · {characters} van 1000 tekens"
    whole = "\U0001f600" + "\n" * 997 + "tw"
    text.fill(whole)
    assert "1000 van 1000 tekens" in count.inner_text()
    assert "st-err" not in (count.get_attribute("class") or "")
    page.fill("input[name=title_nl]", "Precies vol")
    page.fill("input[name=starts]", "22:00")
    page.fill("input[name=ends]", "00:30")
    page.get_by_role("button", name="Opslaan").click()
    assert "Het telt voor 2 uur en 30 minuten. Het eindigt de volgende dag." in page.inner_text("main")
    assert ProgrammeItem.objects.get(title_nl="Precies vol").text_nl == whole
    page.close()
