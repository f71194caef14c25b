"""Selection rates against published values and counts by hand, never against what the code returned."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.selection.record import Compared, Counted, fisher, four_fifths, too_small


def test_the_example_of_the_eeoc():
    """EEOC (2023), Select Issues: Assessing Adverse Impact in Software, Algorithms, and Artificial Intelligence: 48 of
    80 advance and 12 of 40, so 60 % and 30 %, and the ratio is 50 %."""
    one, other = Counted(80, 48), Counted(40, 12)
    assert (one.rate, other.rate) == (Fraction(60, 100), Fraction(30, 100))
    found = four_fifths({"one": one, "other": other})
    assert list(found) == ["other"]
    assert (found["other"].reference, found["other"].ratio) == ("one", Fraction(50, 100))
    assert found["other"].below
    assert not found["other"].too_small
    assert not found["other"].by_chance


def test_the_example_of_four_groups():
    """Questions and Answers on the Uniform Guidelines (1979): 60, 45, 48 and 51 % give 75, 80 and 85 %; only the first
    of these is below four-fifths, and exactly four-fifths is not."""
    found = four_fifths({"a": Counted(100, 60), "b": Counted(100, 45), "c": Counted(100, 48), "d": Counted(100, 51)})
    ratios = {name: one.ratio for name, one in found.items()}
    assert ratios == {"b": Fraction(75, 100), "c": Fraction(80, 100), "d": Fraction(85, 100)}
    assert [name for name, one in found.items() if one.below] == ["b"]


# --- Fisher's exact test --------------------------------------------------------------------------------


def test_the_lady_tasting_tea():
    """Fisher (1935), The Design of Experiments, chapter 2: eight cups, four with the milk first. Of the 70 ways to say
    which, 1 has all right, 16 three, 36 two: all right or all wrong is 2 in 70, and three or more either way 34."""
    assert fisher(Counted(4, 4), Counted(4, 0)) == pytest.approx(0.0286, abs=5e-5)
    assert fisher(Counted(4, 3), Counted(4, 1)) == pytest.approx(0.486, abs=5e-4)
    assert fisher(Counted(4, 2), Counted(4, 2)) == 1


def test_criminal_twins():
    """Fisher (1934), Statistical Methods for Research Workers, 5th ed., 21.02, after Lange: of 13 monozygotic twins 10
    were convicted, of 17 dizygotic ones 2. One side is 619/1330665 (Fisher), both are .0005367 (R, fisher.test).

    By hand: of C(30, 12) = 86,493,225 ways 38,896 have 10, 1,326 have 11 and 13 have 12, which is 619/1330665; 6,188
    have 0, and the 160,888 that have 1 are likelier than what happened.
    """
    assert fisher(Counted(13, 10), Counted(17, 2)) == pytest.approx(0.0005367, abs=5e-8)
    assert fisher(Counted(13, 10), Counted(17, 2)) == pytest.approx(619 / 1_330_665 + 6_188 / 86_493_225)


counts = st.integers(0, 12).flatmap(lambda n: st.builds(Counted, st.just(n), st.integers(0, n)))


@given(counts, counts)
def test_the_test_is_the_same_for_both_and_for_who_was_not_selected(one, other):
    p = fisher(one, other)
    assert 0 < p <= 1
    assert fisher(other, one) == p
    rest = [Counted(group.applied, group.applied - group.selected) for group in (one, other)]
    assert fisher(*rest) == p


@given(st.integers(0, 5), st.integers(0, 5), st.data())
def test_the_test_counts_every_draw_by_lot(one, other, data):
    """Everybody who could have been drawn, one draw after the other."""
    selected = data.draw(st.integers(0, one + other))
    drawn = [sum(who < one for who in draw) for draw in combinations(range(one + other), selected)]
    happened = data.draw(st.sampled_from(drawn))
    p = sum(drawn.count(few) <= drawn.count(happened) for few in drawn) / len(drawn)
    assert fisher(Counted(one, happened), Counted(other, selected - happened)) == pytest.approx(p)


# --- too small to say anything --------------------------------------------------------------------------


def test_what_no_division_could_have_shown_is_too_small():
    """Three and three, with three selected: 3 and 0 is the most, 2 of 20 ways, .1. Four and four: 2 of 70, .03."""
    assert too_small(Counted(3, 0), Counted(3, 3))
    assert not too_small(Counted(4, 0), Counted(4, 4))
    # One of 1 beside 48 of 80: it was selected in 49 of 81 cases and not in 32, so p is never below .39.
    assert too_small(Counted(1, 0), Counted(80, 48))
    # Six and six, with four selected: 4 and 0 or 0 and 4 is the most, each in 15 of 495 ways, so .06 together.
    assert too_small(Counted(6, 0), Counted(6, 4))
    # Six and nineteen, with two selected: both of the six in 15 of 300 ways. Exactly one in twenty is not less.
    assert too_small(Counted(19, 0), Counted(6, 2))


def test_what_one_different_person_would_turn_round_is_too_small():
    """3 of 20 and 1 of 10 are 15 % and 10 %, below four-fifths; 2 and 2 would be 10 % and 20 %.

    4 of 20 and 1 of 10 are 20 % and 10 %; 3 and 2 would be 15 % and 20 %. 6 of 20 and 1 of 10: 25 % and 20 %, no turn.
    5 of 20 and 1 of 10: 20 % and 20 %, which is not higher.
    """
    assert too_small(Counted(10, 1), Counted(20, 3))
    assert too_small(Counted(10, 1), Counted(20, 4))
    assert not too_small(Counted(10, 1), Counted(20, 6))
    assert not too_small(Counted(10, 1), Counted(20, 5))


def test_what_is_not_below_four_fifths_is_not_turned_round():
    """20 of 40 beside 20 of 40: any different person turns it round, but there is no difference to speak of. Exactly
    four-fifths, 16 beside 20, is not below."""
    assert not too_small(Counted(40, 20), Counted(40, 20))
    assert not too_small(Counted(10, 4), Counted(10, 5))
    assert too_small(Counted(10, 3), Counted(10, 4))


def test_where_all_were_selected_there_was_no_choice():
    assert not too_small(Counted(50, 50), Counted(3, 3))
    found = four_fifths({"a": Counted(50, 50), "b": Counted(50, 50), "c": Counted(50, 0)})
    assert found["b"] == Compared("a", Fraction(1), 1.0, too_small=False)
    assert found["c"].below


def test_one_person_is_too_few_whatever_the_test_says():
    """None of 30 beside one of one: the lot falls on that one in 1 of 31 cases, .03, and yet it is one person."""
    assert fisher(Counted(30, 0), Counted(1, 1)) == pytest.approx(1 / 31)
    assert too_small(Counted(30, 0), Counted(1, 1))


# --- whom the others are measured by --------------------------------------------------------------------


def test_a_handful_is_not_the_measure_of_all():
    """One of one is a rate of 100 %, with which 30 of 60 would be half. Four are few, five are enough."""
    groups = {"many": Counted(60, 30), "one": Counted(1, 1), "other": Counted(40, 12)}
    found = four_fifths(groups)
    assert {one.reference for one in found.values()} == {"many"}
    assert {name: one.ratio for name, one in found.items()} == {"one": 2, "other": Fraction(3, 5)}
    assert not found["one"].below
    assert four_fifths({**groups, "one": Counted(4, 4)})["other"].reference == "many"
    assert four_fifths({**groups, "one": Counted(5, 5)})["other"].reference == "one"


def test_where_all_are_few_or_many_came_to_nothing_the_highest_is_the_measure():
    assert four_fifths({"a": Counted(2, 1), "b": Counted(3, 3)})["a"].reference == "b"
    assert four_fifths({"a": Counted(9, 0), "b": Counted(2, 1)})["a"] == Compared("b", Fraction(0), 2 / 11, True)


def test_of_equal_rates_the_largest_is_the_measure():
    assert list(four_fifths({"a": Counted(10, 5), "b": Counted(20, 10), "c": Counted(20, 10)})) == ["a", "c"]
    assert list(four_fifths({"c": Counted(20, 10), "b": Counted(20, 10), "a": Counted(10, 5)})) == ["c", "a"]


def test_nothing_to_compare():
    assert four_fifths({}) == {}
    assert four_fifths({"a": Counted(10, 5)}) == {}
    assert four_fifths({"a": Counted(10, 5), "b": Counted(0, 0)}) == {}
    assert four_fifths({"a": Counted(10, 0), "b": Counted(12, 0)}) == {}
    assert Counted(0, 0).rate is None


def test_as_many_as_one_in_twenty_is_chance():
    """1 of 20, of whom the one alone in a group: exactly .05."""
    assert fisher(Counted(1, 1), Counted(19, 0)) == 0.05
    assert Compared("a", Fraction(1, 2), 0.05, too_small=False).by_chance
    assert not Compared("a", Fraction(1, 2), 0.0499, too_small=False).by_chance


def test_nonsense_is_refused():
    for applied, selected in ((3, 4), (3, -1), (-1, -1)):
        with pytest.raises(ValueError, match="between"):
            Counted(applied, selected)
