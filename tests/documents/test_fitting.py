"""How much room words take, against the fonts themselves and by hand."""

import pytest

from exchange.documents import fitting
from exchange.documents.fitting import lines, width


def test_a_letter_takes_what_its_font_says() -> None:
    # From the hmtx tables: 2048 units to the em; M of the 800 cut is 1971 wide.
    assert width("M", 2048, weight=800) == pytest.approx(1971)
    assert width("MM", 100, weight=800, tracking=-0.05) == pytest.approx(2 * (197100 / 2048 - 5))


def test_the_heaviest_cut_takes_the_letters_it_lacks_from_the_one_before() -> None:
    assert width("Ł", 100, weight=800) == width("Ł", 100, weight=700)
    assert width("Ł", 100, weight=500) == width("Ł", 100, weight=400)
    assert (width("Ж", 100), width("校", 100)) == (75, 100)


@pytest.mark.parametrize(
    ("text", "room", "count"),
    [
        ("", 10, 0),
        ("aa aa", 5, 1),
        ("aa aaa", 5, 2),
        ("aa aa aa", 5, 2),
        ("aaaaa", 5, 1),
        # Broken anywhere: five, five and two; then what follows joins the rest.
        ("aaaaaaaaaaaa aa", 5, 3),
        ("aa aaaaaaa", 5, 3),
        (" aa\n\naa ", 5, 1),
    ],
)
def test_lines_are_counted_as_they_are_laid(text: str, room: int, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "advances", lambda *_font: dict.fromkeys(range(0x250), 1.0))
    assert lines(text, 1, room) == count
