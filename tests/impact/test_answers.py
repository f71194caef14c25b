"""What is counted as a description of what students notice, and what is not."""

import pytest

from evaluations.impact.answers import describes


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "-", "--", "…", ".", "?", "n.v.t.", "N.v.t", "nvt", "n v t", "n/a", "N.A.", "Niets, helaas.", "niets",
        "Niks.", "geen", "Geen idee!", "nog niets", "Nog niet.", "Nog niets gemerkt", "Ik weet het niet.",
        "Dat weet ik niet", "Nee", "Te vroeg om te zeggen", "Daar heb ik geen zicht op.", "Niet van toepassing",
        "nothing yet", "Nothing so far.", "None", "no", "Not yet", "I don't know", "I don’t know yet.",
        "Too early to say",        "Not applicable", "geen opmerkingen", "No comment.", "nog n.v.t.",
    ],
)  # fmt: skip
def test_nothing_is_no_description(text):
    assert not describes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Rust in de klas.", "Niets dan lof van de klas", "Ze zijn niet meer bang om iets te zeggen",
        "Er wordt niet meer geroepen", "Niet veel ruzie", "Minder ruzie; verder niets", "Nog geen ruzie gehad dit jaar",
        "They talk more.", "Nothing changed but the tone", "No fights any more", "Na de les blijven ze even praten",
        "Het is stil", "10 in plaats van 3 meldingen", "Dat is wel zo.",
    ],
)  # fmt: skip
def test_whatever_says_more_is(text):
    assert describes(text)
