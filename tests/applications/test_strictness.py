"""Strictness of readers against published values, exact solutions and known truths, never against itself."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from math import inf
from random import Random
from statistics import fmean, variance

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from applications.assessing.strictness import (
    Asked,
    Band,
    Part,
    bands,
    changes,
    cut,
    draws,
    fit,
    ranks,
    stands,
    third_readers,
)

# Shrout & Fleiss (1979), Psychological Bulletin 86, 420-428, table 2: six targets, each judged by the same four.
JUDGED = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]


def everybody_reads(rows):
    return {number: dict(zip("abcd", row, strict=False)) for number, row in enumerate(rows, 1)}


def around(times, ab, bc, ca):
    """Three readers in a ring of three applications, so many times: what one of each pair gives more than the other."""
    found = {}
    for n in range(times):
        found[n, 1] = {"a": 3 + ab / 2, "b": 3 - ab / 2}
        found[n, 2] = {"b": 3 + bc / 2, "c": 3 - bc / 2}
        found[n, 3] = {"c": 3 + ca / 2, "a": 3 - ca / 2}
    return found


def exactly(scores, shrinkage):
    """The normal equations of applications and readers together, solved in fractions: the direct solution."""
    applications, readers = sorted(scores), sorted({who for row in scores.values() for who in row})
    place = {name: number for number, name in enumerate([*applications, *readers])}
    size = len(place)
    matrix = [[Fraction(0)] * (size + 1) for _ in place]
    for reader in readers:
        matrix[place[reader]][place[reader]] += shrinkage
    for application, row in scores.items():
        for reader, score in row.items():
            for one in (place[application], place[reader]):
                matrix[one][place[application]] += 1
                matrix[one][place[reader]] += 1
                matrix[one][size] += score
    for pivot in range(size):
        top = next(one for one in range(pivot, size) if matrix[one][pivot])
        matrix[pivot], matrix[top] = matrix[top], matrix[pivot]
        matrix[pivot] = [number / matrix[pivot][pivot] for number in matrix[pivot]]
        for one in range(size):
            if one != pivot:
                factor = matrix[one][pivot]
                matrix[one] = [a - factor * b for a, b in zip(matrix[one], matrix[pivot], strict=True)]
    solved = {name: matrix[number][size] for name, number in place.items()}
    return {one: solved[one] for one in applications}, {one: -solved[one] for one in readers}


marks = st.integers(1, 5)
readings = st.dictionaries(st.integers(1, 7), st.dictionaries(st.sampled_from("abcde"), marks, min_size=1), min_size=1)


@given(readings, st.sampled_from([Fraction(1, 3), Fraction(1), Fraction(5, 2), Fraction(40)]))
def test_it_equals_the_direct_solution(scores, shrinkage):
    found, (worth, strict) = fit(scores, float(shrinkage)), exactly(scores, shrinkage)
    assert found.adjusted == pytest.approx({one: float(value) for one, value in worth.items()}, abs=1e-9)
    assert found.strictness == pytest.approx({one: float(value) for one, value in strict.items()}, abs=1e-9)


@given(readings)
def test_without_a_penalty_it_is_plain_least_squares(scores):
    """What is left sums to nothing over each application and each reader, and strictness over each part: that is all
    there is to least squares with Σb = 0."""
    found = fit(scores, 0)
    left = {(one, who): row[who] - found.adjusted[one] for one, row in found.given.items() for who in row}
    for name in {*found.adjusted, *found.strictness}:
        assert sum(error for pair, error in left.items() if name in pair) == pytest.approx(0, abs=1e-9)
    for part in found.parts:
        assert sum(found.strictness[who] for who in part.readers) == pytest.approx(0, abs=1e-9)


@given(readings, st.dictionaries(st.sampled_from("abcde"), st.integers(-9, 9), min_size=5))
def test_a_known_truth_is_found_in_any_connected_design(scores, lenient):
    """Each score is exactly the worth of the application and what its reader gives more, which sums to nothing."""
    assume(fit(scores).connected)
    readers = sorted({who for row in scores.values() for who in row})
    more = {who: lenient[who] - fmean(lenient[one] for one in readers) for who in readers}
    worth = {one: min(row.values()) for one, row in scores.items()}
    found = fit({one: {who: worth[one] + more[who] for who in row} for one, row in scores.items()}, 0)
    assert found.adjusted == pytest.approx(worth, abs=1e-9)
    assert found.strictness == pytest.approx({who: -points for who, points in more.items()}, abs=1e-9)


def test_a_penalty_by_hand():
    """a gives x 4 and y 3, b gives x 2. Only x tells of readers: with λ = 1, (½ + 1)·a − ½·b = 1 and b = −a: a = ½."""
    found = fit({"x": {"a": 4, "b": 2}, "y": {"a": 3}}, 1)
    assert found.strictness == pytest.approx({"a": -0.5, "b": 0.5})
    assert found.given == {"x": pytest.approx({"a": 3.5, "b": 2.5}), "y": pytest.approx({"a": 2.5})}
    assert (found.raw, found.adjusted) == ({"x": 3, "y": 3}, pytest.approx({"x": 3, "y": 2.5}))


@given(st.lists(st.tuples(marks, marks, marks), min_size=1, max_size=6), st.sampled_from([0.0, 0.5, 3.0]))
def test_where_everybody_reads_everything_strictness_is_the_shrunk_mean(rows, shrinkage):
    """b_j = n/(n + λ) times how far the mean of the reader lies from that of all; scores stay as they were given."""
    found = fit(everybody_reads(rows), shrinkage)
    overall = fmean(score for row in rows for score in row)
    for place, who in enumerate("abc"):
        above = fmean(row[place] for row in rows) - overall
        assert found.strictness[who] == pytest.approx(-len(rows) / (len(rows) + shrinkage) * above, abs=1e-9)
    assert found.complete
    assert found.adjusted == found.raw == {number: fmean(row) for number, row in enumerate(rows, 1)}


# --- how much it is shrunk ------------------------------------------------------------------------------


def test_the_variances_as_published():
    """Shrout & Fleiss, table 3: the mean squares are 32.49 between judges and 1.02 residual, with six targets each.

    Their ICC(2, 1) of .29, from (11.24 − 1.02) / (11.24 + 3·1.02 + 4·(32.49 − 1.02)/6), rests on the same ratio.
    """
    found = fit(everybody_reads(JUDGED))
    assert found.noise == pytest.approx(1.02, abs=5e-3)
    assert found.noise / found.shrinkage == pytest.approx((32.49 - 1.02) / 6, abs=5e-3)


def test_the_variances_of_an_incomplete_design_by_hand():
    """Around a ring a gives 4 more than b, b 2 less than c, c 1 less than a: that is 1 too much in all, so ⅓ each.

    a − b = 11/3, b − c = −7/3, c − a = −4/3, so a = 5/3, b = −2, c = 1/3. Five times: what is left are 15 pairs apart
    by ⅓, in squares 15 · ½ · 1/9 = 5/6, with 30 − 15 − 3 + 1 = 13 degrees of freedom: σ²_e = 5/78. Without readers it
    is 5 · ½ · (16 + 4 + 1) = 105/2, so they explain 155/3 = 15·σ²_b + 2·σ²_e: σ²_b = 134/39 and λ = 5/268. The ring
    treats readers alike, 5 · ½ · 3 = 7.5 each, so λ leaves 7.5/(7.5 + λ) of them.
    """
    plain = fit(around(5, 4, -2, -1), 0)
    assert plain.strictness == pytest.approx({"a": -5 / 3, "b": 2, "c": -1 / 3})
    found = fit(around(5, 4, -2, -1))
    assert (found.noise, found.shrinkage) == (pytest.approx(5 / 78), pytest.approx(5 / 268))
    left = 7.5 / (7.5 + 5 / 268)
    assert found.strictness == pytest.approx({"a": -5 / 3 * left, "b": 2 * left, "c": -1 / 3 * left})
    # In the first of the ring a gives 5 and b gives 1; corrected that is 5 − 5/3·left and 1 + 2·left.
    assert found.adjusted[0, 1] == pytest.approx(3 + left / 6)


def test_readers_who_differ_by_chance_only_are_not_adjusted():
    """Around a ring each gives 1 more than the next: no reader gives more than another, and it is all chance."""
    found = fit(around(4, 1, 1, 1))
    assert found.shrinkage == inf
    assert found.strictness == {"a": 0, "b": 0, "c": 0}
    assert found.adjusted == found.raw
    assert not found.complete


def test_too_few_scores_to_tell_are_not_adjusted():
    """Twice around the ring: 12 scores, 6 applications, 3 readers of one part leave 4 degrees of freedom."""
    twice = around(2, 4, -2, -1)
    found = fit(twice)
    assert (found.noise, found.shrinkage, found.strictness) == (None, None, {})
    assert found.adjusted == found.raw
    assert bands(found, seed=1) is None
    with pytest.raises(ValueError, match="nothing is known"):
        next(draws(found, seed=1, resamples=1))
    assert fit({**twice, "one more": {"a": 5, "b": 1}}).shrinkage is not None
    assert fit(twice, 0).strictness == pytest.approx({"a": -5 / 3, "b": 2, "c": -1 / 3})
    assert bands(fit(twice, 0), seed=1) is None


def test_one_reader_each_tells_nothing_of_readers():
    found = fit({number: {reader: number} for number, reader in enumerate("abcabcabc")})
    assert (found.noise, found.shrinkage, len(found.parts)) == (None, None, 3)


def test_nobody_has_read_anything():
    for nothing in ({}, {"x": {}}, {"x": {"a": None}}):
        found = fit(nothing)
        assert (found.raw, found.adjusted, found.strictness, found.parts) == ({}, {}, {}, ())
        assert found.connected
        assert bands(found, seed=1) is None


# --- what is connected ----------------------------------------------------------------------------------

APART = {"v": {"a": 4, "b": 2}, "w": {"b": 3, "a": 5}, "x": {"a": 5}, "y": {"c": 3, "d": 3}, "z": {"d": 2}}


def test_what_is_not_connected_is_said():
    found = fit(APART, 1)
    assert found.parts == (Part(("v", "w", "x"), ("a", "b")), Part(("y", "z"), ("c", "d")))
    assert not found.connected
    assert not found.complete


def test_parts_say_nothing_of_each_other():
    """Had c and d both been two points milder, only their part would have moved, by those two points."""
    milder = {one: {who: score + 2 * (who in "cd") for who, score in row.items()} for one, row in APART.items()}
    before, after = fit(APART, 1), fit(milder, 1)
    assert after.strictness == pytest.approx(before.strictness)
    moved = {one: after.adjusted[one] - before.adjusted[one] for one in APART}
    assert moved == pytest.approx({"v": 0, "w": 0, "x": 0, "y": 2, "z": 2})


def test_one_reading_connects():
    found = fit({**APART, "z": {"d": 2, "b": 2}}, 1)
    assert found.connected
    assert found.parts == (Part(tuple("vwxyz"), tuple("abcd")),)


def test_a_chain_is_connected():
    chain = {1: {"a": 1}, 2: {"c": 1, "b": 1}, 3: {"d": 1, "c": 1}, 4: {"b": 1, "a": 1}}
    assert fit(chain, 1).parts == (Part((1, 2, 3, 4), tuple("abcd")),)


# --- what changes nothing, and what does ----------------------------------------------------------------

big = st.dictionaries(st.integers(1, 9), st.dictionaries(st.sampled_from("abcd"), marks, min_size=2), min_size=5)


@given(big, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(scores, random):
    def shuffled(table):
        return {name: table[name] for name in random.sample(sorted(table), len(table))}

    other = {one: shuffled(row) for one, row in shuffled(scores).items()}
    assert fit(other) == fit(scores)
    assert bands(fit(other), seed=5, resamples=39) == bands(fit(scores), seed=5, resamples=39)


@given(big, st.integers(-20, 20))
def test_more_for_everybody_moves_every_score_and_no_reader(scores, more):
    before = fit(scores)
    after = fit({one: {who: score + more for who, score in row.items()} for one, row in scores.items()})
    assert after.adjusted == pytest.approx({one: score + more for one, score in before.adjusted.items()}, abs=1e-6)
    assert after.strictness == pytest.approx(before.strictness, abs=1e-6)


@given(readings, st.integers(-20, 20))
def test_without_a_penalty_a_stricter_reader_changes_no_order(scores, less):
    """Among the applications of a part all move alike."""
    before = fit(scores, 0)
    stricter = {one: {who: score - less * (who == "a") for who, score in row.items()} for one, row in scores.items()}
    after = fit(stricter, 0)
    for part in before.parts:
        moved = [after.adjusted[one] - before.adjusted[one] for one in part.applications]
        assert moved == pytest.approx([moved[0]] * len(moved), abs=1e-6)


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="finite"):
        fit({"x": {"a": float("nan")}})
    with pytest.raises(ValueError, match="not negative"):
        fit(APART, -1)
    with pytest.raises(ValueError, match="not negative"):
        fit(APART, float("nan"))
    with pytest.raises(ValueError, match="39 resamples"):
        bands(fit(APART), seed=1, resamples=38)


def test_missing_and_decimal_scores():
    found = fit({"x": {"a": Decimal("3.25"), "b": None}, "y": {"a": Decimal("4.05")}, "z": {}}, 0)
    assert found.raw == {"x": 3.25, "y": 4.05}
    assert list(found.strictness) == ["a"]


def test_an_infinite_penalty_adjusts_nothing():
    found = fit(APART, inf)
    assert found.adjusted == found.raw
    assert set(found.strictness.values()) == {0}


# --- ranks and the cut ----------------------------------------------------------------------------------


def test_ties_share_the_best_of_their_ranks():
    assert ranks({"w": 2, "x": 4, "y": 3, "z": 3}) == {"x": 1, "y": 2, "z": 2, "w": 4}
    assert ranks({"x": 0.1 + 0.2, "y": 0.3}) == {"x": 1, "y": 1}
    assert ranks({}) == {}


def test_a_tie_astride_the_cut_is_neither_in_nor_out():
    values = {"v": 5, "w": 4, "x": 3, "y": 3, "z": 1}
    assert stands(values, 2) == {"v": "in", "w": "in", "x": "out", "y": "out", "z": "out"}
    assert stands(values, 3) == {"v": "in", "w": "in", "x": "tied", "y": "tied", "z": "out"}
    assert stands(values, 4) == {"v": "in", "w": "in", "x": "in", "y": "in", "z": "out"}
    assert set(stands(values, 9).values()) == {"in"}
    assert set(stands(values, 0).values()) == {"out"}


#: a gives a point more than the truth, b one less: x is worth 4, y 3.5, z 3, and the three of both 1, 2 and 3.
MILD_AND_STRICT = {
    "x": {"b": 3}, "y": {"a": 4.5}, "z": {"a": 4},
    1: {"a": 2, "b": 0}, 2: {"a": 3, "b": 1}, 3: {"a": 4, "b": 2},
}  # fmt: skip


def test_who_would_change_places():
    """As given y, z, then x and 3 at 3; as adjusted x, y, then z and 3 at 3."""
    found = fit(MILD_AND_STRICT, 0)
    assert ranks(found.raw) == {"y": 1, "z": 2, "x": 3, 3: 3, 2: 5, 1: 6}
    assert ranks(found.adjusted) == {"x": 1, "y": 2, "z": 3, 3: 3, 2: 5, 1: 6}
    assert changes(found, 1) == {"y": ("in", "out"), "x": ("out", "in")}
    assert changes(found, 2) == {"x": ("out", "in"), "z": ("in", "out")}
    assert changes(found, 3) == {"x": ("tied", "in"), "z": ("in", "tied")}
    assert changes(found, 4) == {}


def test_the_cut_lies_half_way():
    values = {"w": 1, "x": 4, "y": 3, "z": 3}
    assert [cut(values, places) for places in range(-1, 6)] == [None, None, 3.5, 3, 2, None, None]


def test_two_readers_far_apart_ask_for_a_third():
    scores = dict.fromkeys("vwxy", {"a": 3, "b": 3}) | {"z": {"a": 3, "b": 3, "c": 3}}
    levels = {
        "v": {"goals": {"a": 2, "b": 4}, "motivation": {"a": 1, "b": 2}, "spread": {"a": 5, "b": 1}},
        "w": {"goals": {"a": 2, "b": 3}},
        "x": {"goals": {"a": 1, "b": None}, "motivation": {}},
        "z": {"goals": {"a": 1, "b": 5, "c": 3}},
    }
    assert third_readers(fit(scores), levels, 2) == {"v": Asked(("goals", "spread"), astride=False)}


def test_two_readers_astride_the_cut_ask_for_a_third():
    """Worth 5, 4, 3 and 2, so the cut of two places lies at 3.5. Of the second one would give 5, the other 3."""
    scores = {"w": {"a": 5, "b": 5}, "x": {"a": 5, "b": 3}, "y": {"a": 2.5, "b": 3.5}, "z": {"a": 2, "b": 2}}
    found = fit(scores, inf)
    assert third_readers(found, {}, 2) == {"x": Asked((), astride=True)}
    assert third_readers(found, {}, 4) == {}
    assert third_readers(fit({**scores, "x": {"a": 5, "b": 3, "c": 4}}, inf), {}, 2) == {}


def test_at_the_cut_is_on_neither_side():
    """Worth 4, 3, 3 and 2, with the cut of two places at 3, in the middle of a tie."""
    scores = {"w": {"a": 3, "b": 5}, "x": {"a": 3, "b": 3}, "y": {"a": 3, "b": 3}, "z": {"a": 3, "b": 1}}
    assert third_readers(fit(scores, inf), {}, 2) == {}
    wider = scores | {"y": {"a": 2, "b": 4}}
    assert third_readers(fit(wider, inf), {}, 2) == {"y": Asked((), astride=True)}


def test_strictness_is_taken_out_before_two_are_said_to_differ():
    """As given a would take 3 and b not, with the cut of two places at 3; but a gives two points more to all."""
    assert cut(fit(MILD_AND_STRICT, inf).adjusted, 3) == 3
    assert third_readers(fit(MILD_AND_STRICT, inf), {}, 3) == {3: Asked((), astride=True)}
    assert third_readers(fit(MILD_AND_STRICT, 0), {}, 3) == {}


# --- rank bands -----------------------------------------------------------------------------------------


def test_a_band_crosses_the_cut_when_it_has_ranks_on_both_sides():
    assert [Band(3, 5).crosses(places) for places in (2, 3, 4, 5)] == [False, True, True, False]


def pairs(apart, of=10):
    """Five pairs a hundred points from each other; on so many of the ten two readers differ by 2, by turns."""
    worth = [100 * pair + extra for pair in range(5) for extra in (0, apart)]
    more = [(-1) ** n if n < of else 0 for n in range(10)]
    return {n: {"a": score + more[n], "b": score - more[n]} for n, score in enumerate(worth)}


def test_how_wide_a_band_is_by_hand():
    """All 20 residuals are ±1 with 20 − 10 − 2 + 1 = 9 degrees of freedom: drawn are ±√(20/9) = ±1.49.

    Means of two are apart by twice that, 2.98, in one draw of 16 each way: more than 2.5 %. So two that lie 2.9 apart
    share their ranks, and two that lie 3.0 apart never change places.
    """
    near = bands(fit(pairs(2.9)), seed=1)
    assert near == {n: Band(9 - n // 2 * 2, 10 - n // 2 * 2) for n in range(10)}
    far = bands(fit(pairs(3.0)), seed=1)
    assert far == {n: Band(10 - n, 10 - n) for n in range(10)}


def test_what_hardly_ever_happens_is_left_out_of_a_band():
    """As above, but of the residuals only 12 of 20 are ±1: drawn are as much, ±√(12/9 / 0.6) = ±1.49, of each sign in
    three draws of ten. All four are as they must be in 0.3⁴, less than 1 %: eight in a thousand, where 25 are needed.
    """
    found = fit(pairs(2.9, of=6))
    assert bands(found, seed=1) == {n: Band(10 - n, 10 - n) for n in range(10)}
    swapped = sum(one[0] > one[1] for one in draws(found, seed=1, resamples=999))
    assert 0 < swapped < 25


def test_without_noise_a_band_is_the_rank():
    scores = {n: {who: n + 2 * (who == "a") for who in ("ab", "bc", "ca")[n % 3]} for n in range(12)}
    found = fit(scores)
    assert found.noise == pytest.approx(0, abs=1e-9)
    assert bands(found, seed=1) == {n: Band(12 - n, 12 - n) for n in range(12)}


def test_a_seed_gives_one_set_of_bands():
    """Sixty, or two of a seed would be equal by chance."""
    random = Random(4)  # noqa: S311 -- repeatable, not secret
    found = fit({n: {who: random.gauss(0, 1) for who in random.sample("abcdef", 2)} for n in range(60)})
    assert bands(found, seed=1) == bands(found, seed=1)
    assert bands(found, seed=1) != bands(found, seed=2)


@pytest.mark.parametrize(("shrinkage", "squares"), [(1, 1 / 2 + 1 / 2 + 2), (4, 8 / 25 + 2 / 25 + 2), (0, 2 + 2)])
def test_the_spread_of_draws_is_that_of_the_model(shrinkage, squares):
    """x was read by a alone, y by b alone; both read v, and c and d the rest. The strictness of a less that of b is
    1/(1 + λ) of what tells of it, the two at v, so x − y misses λ/(1 + λ) of b_a − b_b with its 2·σ²/λ, has 1/(1 + λ)
    of two errors at v, and two of its own. Here σ² is 12/5: six pairs 2 apart, 16 − 9 − 4 + 2 degrees of freedom.
    """
    scores = {"v": {"a": 5, "b": 1}, "x": {"a": 3}, "y": {"b": 3}}
    scores |= {n: {"c": 3 + (-1) ** n, "d": 3 - (-1) ** n} for n in range(6)}
    found = fit(scores, shrinkage)
    assert found.noise == pytest.approx(12 / 5)
    drawn = [one["x"] - one["y"] for one in draws(found, seed=1, resamples=10_000)]
    assert variance(drawn) == pytest.approx(squares * 12 / 5, rel=0.05)
    assert fmean(drawn) == pytest.approx(found.adjusted["x"] - found.adjusted["y"], abs=0.1)


def test_of_a_known_truth_nineteen_in_twenty_lie_in_their_interval():
    """Thirty worlds of thirty applications by two of six readers. One that is out by chance takes others along."""
    random, inside = Random(8), Counter()  # noqa: S311 -- repeatable, not secret
    for _ in range(30):
        worth = {n: random.gauss(3, 0.7) for n in range(30)}
        lenient = {who: random.gauss(0, 0.5) for who in "abcdef"}
        found = fit(
            {n: {w: worth[n] + lenient[w] + random.gauss(0, 0.6) for w in random.sample("abcdef", 2)} for n in worth}
        )
        drawn = list(draws(found, seed=1, resamples=199))
        for n, true in worth.items():
            each = sorted(one[n] for one in drawn)
            inside[each[4] <= true <= each[-5]] += 1
    assert inside[True] / inside.total() == pytest.approx(0.95, abs=0.03)
