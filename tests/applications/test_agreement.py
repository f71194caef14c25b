"""Agreement of readers against published values and properties, never against what the code returned."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.assessing.agreement import Interval, alpha, interval, pairable

METRICS = ("nominal", "ordinal", "interval", "ratio")


def table(**readers):
    """What each reader gave to one unit after the other; a dot is not given."""
    rows = {name: [None if one == "." else one for one in given.split()] for name, given in readers.items()}
    return {unit: dict(zip(rows, column, strict=True)) for unit, column in enumerate(zip(*rows.values(), strict=True))}


def numbers(**readers):
    return {unit: {who: one and int(one) for who, one in row.items()} for unit, row in table(**readers).items()}


# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, C: four observers, twelve units, some missing.
FOUR = numbers(
    a="1 2 3 3 2 1 4 1 2 . . .",
    b="1 2 3 3 2 2 4 1 2 5 . 3",
    c=". 3 3 3 2 3 4 2 2 5 1 .",
    d="1 2 3 3 2 4 4 1 2 5 1 .",
)


@pytest.mark.parametrize(
    ("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_four_observers_as_published(metric, published):
    assert alpha(FOUR, metric) == pytest.approx(published, abs=5e-4)


def test_two_observers_as_published():
    """The same paper, A (binary, ten units) and B (nominal, twelve units)."""
    meg_and_owen = table(meg="0 1 0 0 0 0 0 0 1 0", owen="1 1 1 0 0 1 0 0 0 0")
    assert alpha(meg_and_owen, "nominal") == pytest.approx(0.095, abs=5e-4)
    ben_and_gerry = table(ben="a a b b d c c c e d d a", gerry="b a b b b c c c e d d d")
    assert alpha(ben_and_gerry, "nominal") == pytest.approx(0.692, abs=5e-4)


def test_by_hand():
    """Units (1, 2), (2, 2), (4, 4): the six values are 1, 2, 2, 2, 4, 4.

    Nominal: 1 pair differs within units, 3 + 2 + 6 = 11 in all: 1 − 1·5/11. Interval: 1 within, 3·1 + 2·9 + 6·4 = 45 in
    all: 1 − 1·5/45. Ordinal: the middle ranks are 1, 3 and 5.5 (less a half): 4 within, and 3·4 + 2·20.25 + 6·6.25 = 90
    in all: 1 − 4·5/90. Ratio: 1/9 within, and 3/9 + 2·9/25 + 6·4/36 = 43/25 in all: 1 − 5/9 · 25/43.
    """
    three = numbers(a="1 2 4", b="2 2 4")
    assert alpha(three, "nominal") == pytest.approx(6 / 11)
    assert alpha(three, "interval") == pytest.approx(8 / 9)
    assert alpha(three, "ordinal") == pytest.approx(7 / 9)
    assert alpha(three, "ratio") == pytest.approx(1 - 125 / 387)


@pytest.mark.parametrize("metric", METRICS)
def test_undefined_is_not_one(metric):
    """No variation, nobody together, one reader alone, nobody at all."""
    assert alpha(numbers(a="3 3 3", b="3 3 3"), metric) is None
    assert alpha(numbers(a="1 2 . .", b=". . 3 4"), metric) is None
    assert alpha(numbers(a="1 2 3 4"), metric) is None
    assert alpha({}, metric) is None
    assert alpha({1: {}, 2: {}}, metric) is None


@pytest.mark.parametrize("metric", METRICS)
def test_what_varies_only_where_one_read_does_not_vary(metric):
    """The 1 and the 5 have no pair, so only threes are left."""
    assert alpha(numbers(a="3 3 1 .", b="3 3 . 5"), metric) is None


def test_a_single_unit_is_as_good_as_chance():
    """Krippendorff's formula as it stands: what is seen within is all there is, so observed and expected are equal."""
    assert alpha(numbers(a="1", b="2"), "nominal") == 0


def test_missing_is_absent_or_none():
    absent = {1: {"a": 1, "b": 2}, 2: {"a": 3, "b": 3}, 3: {"a": 4}}
    none = {1: {"a": 1, "b": 2}, 2: {"a": 3, "b": 3}, 3: {"a": 4, "b": None}}
    assert alpha(absent, "ordinal") == alpha(none, "ordinal")
    assert (pairable(absent), pairable(none), pairable(FOUR), pairable({})) == (2, 2, 11, 0)


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="no metric"):
        alpha(FOUR, "polar")
    with pytest.raises(ValueError, match="finite"):
        alpha({1: {"a": 1, "b": float("nan")}}, "interval")
    with pytest.raises(ValueError, match="not negative"):
        alpha({1: {"a": 1, "b": -1}}, "ratio")
    assert alpha({1: {"a": 0, "b": 1}, 2: {"a": 0, "b": 0}}, "ratio") is not None
    with pytest.raises(ValueError, match="39 resamples"):
        interval(FOUR, "nominal", seed=1, resamples=38)


levels = st.one_of(st.none(), st.integers(1, 5))
tables = st.dictionaries(st.integers(0, 9), st.dictionaries(st.sampled_from("abcd"), levels), max_size=10)


@given(tables, st.sampled_from(METRICS), st.randoms(use_true_random=False))
def test_neither_the_order_nor_who_is_who_matters(given_, metric, random):
    names = random.sample("abcd", 4)
    units = random.sample(sorted(given_), len(given_))
    other = {-unit: {names["abcd".index(who)]: one for who, one in reversed(given_[unit].items())} for unit in units}
    assert alpha(other, metric) == alpha(given_, metric)


@given(tables, st.permutations(["red", "blue", "green", 4, None.__class__]))
def test_nominal_values_have_no_meaning(given_, names):
    other = {unit: {who: one and names[one - 1] for who, one in row.items()} for unit, row in given_.items()}
    assert alpha(other, "nominal") == alpha(given_, "nominal")


@given(tables)
def test_ordinal_values_only_have_an_order(given_):
    other = {unit: {who: one and one**3 - 40 for who, one in row.items()} for unit, row in given_.items()}
    assert alpha(other, "ordinal") == alpha(given_, "ordinal")


@given(tables, st.floats(0.01, 100), st.floats(-1000, 1000))
def test_an_interval_scale_has_no_zero_and_no_unit(given_, unit_, zero):
    other = {unit: {who: one and one * unit_ + zero for who, one in row.items()} for unit, row in given_.items()}
    assert alpha(other, "interval") == pytest.approx(alpha(given_, "interval"), abs=1e-6)


@given(tables, st.floats(0.01, 100))
def test_a_ratio_scale_has_no_unit(given_, unit_):
    other = {unit: {who: one and one * unit_ for who, one in row.items()} for unit, row in given_.items()}
    assert alpha(other, "ratio") == pytest.approx(alpha(given_, "ratio"))


@given(tables, st.sampled_from(METRICS))
def test_never_more_than_one(given_, metric):
    found = alpha(given_, metric)
    assert found is None or found <= 1


@given(st.lists(st.integers(1, 5), min_size=2, max_size=8).filter(lambda given_: len(set(given_)) > 1))
def test_full_agreement_is_one(given_):
    same = {unit: dict.fromkeys("abc", one) for unit, one in enumerate(given_)}
    assert [alpha(same, metric) for metric in METRICS] == [1, 1, 1, 1]


# --- the interval ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", METRICS)
def test_a_table_and_a_seed_give_one_interval(metric):
    backwards = {unit: dict(reversed(row.items())) for unit, row in reversed(FOUR.items())}
    assert interval(backwards, metric, seed=7) == interval(FOUR, metric, seed=7)
    assert interval(FOUR, metric, seed=8) != interval(FOUR, metric, seed=7)


@pytest.mark.parametrize("metric", METRICS)
def test_the_interval_holds_what_was_found(metric):
    found = interval(FOUR, metric, seed=7)
    assert found.low < alpha(FOUR, metric) < found.high <= 1


@pytest.mark.parametrize("metric", METRICS)
def test_the_percentiles_are_those_of_every_possible_draw(metric):
    """Of five units there are 5⁵ = 3125 draws; in that of (4, 4) five times nothing varies."""
    five = list(numbers(a="1 2 3 4 5", b="2 1 4 4 2").values())
    drawn = [alpha(dict(enumerate(draw)), metric) for draw in product(five, repeat=5)]
    defined = [one for one in drawn if one is not None]
    assert len(drawn) - len(defined) == 1
    found = interval(dict(enumerate(five)), metric, seed=3, resamples=7999)
    below = sum(one < found.low - 1e-9 for one in defined) / len(defined)
    upto = sum(one < found.low + 1e-9 for one in defined) / len(defined)
    assert below < 0.025 + 0.005
    assert upto > 0.025 - 0.005
    above = sum(one > found.high + 1e-9 for one in defined) / len(defined)
    from_ = sum(one > found.high - 1e-9 for one in defined) / len(defined)
    assert above < 0.025 + 0.005
    assert from_ > 0.025 - 0.005


def test_five_units_that_two_read_are_enough_and_four_are_not():
    five = numbers(a="1 2 3 4 5 1", b="1 2 4 4 3 .")
    assert interval(five, "ordinal", seed=1)
    four = numbers(a="1 2 3 4 5 1", b="1 2 4 4 . .")
    assert alpha(four, "ordinal") is not None
    assert interval(four, "ordinal", seed=1) is None


def test_no_interval_where_too_many_draws_are_undefined():
    """One unit of n differs: a draw misses it in (1 − 1/n)ⁿ, about a third. Two: in about an eighth. With half of ten
    units it is 2 · (1/2)¹⁰, a fifth of a percent."""
    assert interval(numbers(a="2 1 1 1 1 1 1 1 1 1", b="2 1 1 1 1 1 1 1 1 1"), "nominal", seed=1) is None
    assert interval(numbers(a="2 2 1 1 1 1 1 1 1 1", b="2 2 1 1 1 1 1 1 1 1"), "nominal", seed=1) is None
    half = numbers(a="2 2 2 2 2 1 1 1 1 1", b="2 2 2 2 2 1 1 1 1 1")
    assert interval(half, "nominal", seed=1) == Interval(1, 1)


def test_no_interval_of_what_is_undefined():
    assert interval(numbers(a="3 3 3 3 3 3", b="3 3 3 3 3 3"), "ordinal", seed=1) is None
    assert interval({}, "ordinal", seed=1) is None
