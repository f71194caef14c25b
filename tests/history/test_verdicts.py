"""An answer to “may I?”: true, or false with its reason and a status that says what kind of no it is."""

import pytest

from exchange.verdicts import CONFLICT, FORBIDDEN, GONE, YES, Refused, Verdict, no, require


def test_each_kind_of_no_has_the_status_that_browsers_know():
    assert (FORBIDDEN, CONFLICT, GONE) == (403, 409, 410)


def test_yes_is_true_and_says_nothing():
    assert YES
    assert (YES.ok, YES.reason, YES.tried) == (True, "", None)
    require(YES)


def test_no_is_false_with_a_reason_and_is_somebody_elses_unless_told():
    verdict = no("Dit is niet van jou.")
    assert not verdict
    assert verdict == Verdict(False, "Dit is niet van jou.", 403)
    assert no("Te laat.", GONE) == Verdict(False, "Te laat.", 410)


def test_who_requires_is_refused_with_the_verdict_and_its_words():
    verdict = no("Te laat.", CONFLICT)
    with pytest.raises(Refused, match=r"^Te laat\.$") as refused:
        require(verdict)
    assert refused.value.verdict is verdict


@pytest.mark.parametrize(
    ("verdict", "theirs"), [(YES, True), (no("x", CONFLICT), True), (no("x", GONE), True), (no("x"), False)]
)
def test_what_only_comes_at_another_moment_is_theirs(verdict, theirs):
    assert verdict.theirs is theirs
