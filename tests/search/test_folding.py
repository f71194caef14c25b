"""A text and a question become the same words."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exchange.folding import LONGEST, MOST_ASKED, asked, words

pytestmark = pytest.mark.once

#: A text, what it is found by, and what it asks for.
WORDS = {
    "Seán O’Brien": ("sean obrien o brien", "sean obrien"),
    "d'Artagnan-O´Neill": (
        "dartagnan oneill d artagnan o neill dartagnanoneill",
        "dartagnan oneill",
    ),
    "collega's, foto’s": ("collegas collega s fotos foto", "collegas fotos"),
    "'s-Hertogenbosch": ("s hertogenbosch shertogenbosch", "s hertogenbosch"),
    "werk—en –leren- 'thuis'": ("werk en leren thuis", "werk en leren thuis"),
    "rock-'n-roll": ("rock n roll nroll", "rock n roll"),
    "co\u00adcre\u200batie\ufeff": ("cocreatie", "cocreatie"),
    "_a_b.c/d@e": ("a b c d e", "a b c d e"),
    "Straße İzmir ısı ŋ ĸ": ("strasse izmir isi n ĸ", "strasse izmir isi n ĸ"),
    "½ m² Ⅳ ٣٤ ①": ("1 2 m2 iv 34", "1 2 m2 iv 34"),
    "陈伟国": ("陈伟 伟国 国", "陈伟 伟国"),
    "陈2伟": ("陈 2 伟", "陈 2 伟"),
    "アムス・テル": ("アム ムス ス テル ル", "アム ムス テル"),
    "ﾊﾞｽ": ("バス ス", "バス"),
    "김민준": ("김민 민준 준", "김민 민준"),
    "مـحمّد": ("محمد", "محمد"),
    "ὈΔΥΣΣΕΎΣ ς": ("οδυσσευσ σ", "οδυσσευσ σ"),
    "❤️ 👩‍🏫 !!! …": ("", ""),
}


@pytest.mark.parametrize("text", WORDS)
def test_a_text_and_a_question_become_words(text: str) -> None:
    found, wanted = WORDS[text]
    assert words(text) == found.split()
    assert asked(text) == wanted.split()


@given(st.text(max_size=30))
@example("a" * 40 + "-" + "b" * 40)
@example("i\u0307 \u0345α ŉ ΐ ﷺ ㎏ \U0001d54f Ꭰ ꭰ")
def test_a_text_is_found_by_what_it_asks(text: str) -> None:
    assert set(asked(text)) <= set(words(text))


@given(st.text(max_size=30))
@example("\ufdfa \u3099か \u1100\u1161 \u0e33 \u0f43")
def test_a_word_stays_what_it_is(text: str) -> None:
    for word in words(text):
        assert asked(word) == [word]
        assert len(word) <= LONGEST
        assert not re.search(r"[\x00-/:-`{-\x7f\s\ud800-\udfff]", word), "means something to a database, or nothing"


@given(st.text(max_size=2_000))
def test_a_question_is_short(text: str) -> None:
    assert len(asked(text)) <= MOST_ASKED
