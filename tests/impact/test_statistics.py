"""Against published values and properties, never against what the code returned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.impact.statistics import (
    FIVE,
    LADDER_SCHEMES,
    THREE,
    TWO,
    Share,
    answer,
    breakdown,
    distribution,
    goal_attainment,
    median_level,
    protected,
    share,
    wilson,
)


# Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
@pytest.mark.parametrize(
    ("reached", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(reached, n, low, high):
    interval = wilson(reached, n)
    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


def test_wilson_without_anybody():
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="between"):
        wilson(3, 2)


@given(st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_mirrors(pair):
    reached, n = pair
    one, other = wilson(reached, n), wilson(n - reached, n)
    if n:
        assert one.low == pytest.approx(1 - other.high)
        assert 0 <= one.low <= reached / n <= one.high <= 1


# The constants C_n of the equal-weights form, T = 50 + C_n·Σx: 10 / √(0.7n + 0.3n²).
@pytest.mark.parametrize(("n", "constant"), [(1, 10), (2, 6.2017), (3, 4.5644), (4, 3.6274), (5, 3.0151)])
def test_goal_attainment_equal_weights(n, constant):
    assert goal_attainment([1] + [0] * (n - 1)) == pytest.approx(50 + constant, abs=5e-5)


levels = st.lists(st.integers(-2, 2), min_size=1, max_size=6)
weights = st.integers(1, 9)


@given(st.integers(-2, 2), weights)
def test_one_goal_needs_no_weight(level, weight):
    assert goal_attainment([level], [weight]) == pytest.approx(50 + 10 * level)


@given(levels, st.data())
def test_goal_attainment_properties(xs, data):
    ws = data.draw(st.lists(weights, min_size=len(xs), max_size=len(xs)))
    t = goal_attainment(xs, ws)
    assert goal_attainment(xs, [w * 7 for w in ws]) == pytest.approx(t)
    assert goal_attainment([-x for x in xs], ws) == pytest.approx(100 - t)
    assert goal_attainment([0 for _ in xs], ws) == 50
    assert goal_attainment([*xs, 2], [*ws, 0]) == pytest.approx(t)
    assert goal_attainment([*xs, None], [*ws, 5]) == pytest.approx(t)


def test_an_unscored_goal_is_not_a_zero():
    assert goal_attainment([None, None]) is None
    assert goal_attainment([2, None]) == 70


def test_goal_attainment_refuses_nonsense():
    with pytest.raises(ValueError, match="scale|levels"):
        goal_attainment([3])
    with pytest.raises(ValueError, match="scale|levels"):
        goal_attainment([-3])
    with pytest.raises(ValueError, match="not negative"):
        goal_attainment([1, 1], [2, -1])
    with pytest.raises(ValueError, match="one weight"):
        goal_attainment([1], [1, 1])


def test_median_is_a_level():
    assert median_level([-1, 0, 1, 2]) == 0
    assert median_level([]) is None


def people(*sizes):
    """Distinct people, so many at each level from −2."""
    n = iter(range(1000))
    return [(next(n), level) for level, size in zip(range(-2, 3), sizes, strict=True) for _ in range(size)]


def test_five_classes_when_each_holds_enough():
    found = distribution(people(0, 5, 6, 0, 5), 5)
    assert (found.classes, found.counts) == (FIVE, (0, 5, 6, 0, 5))
    assert (found.n, found.median, found.reached) == (16, 0, 11)


def test_merges_to_three_then_two_then_none():
    assert distribution(people(2, 3, 5, 4, 1), 5).counts == (5, 5, 5)
    assert distribution(people(2, 3, 5, 4, 1), 5).classes == THREE
    two = distribution(people(2, 3, 4, 4, 0), 5)
    assert (two.classes, two.counts, two.reached) == (TWO, (5, 8), 8)
    none = distribution(people(0, 1, 4, 4, 0), 5)
    assert (none.classes, none.counts, none.reached) == ((), (), None)
    assert (none.n, none.median) == (9, 0)


@pytest.mark.parametrize(
    ("sizes", "classes", "counts"),
    [
        ((5, 6, 7, 8, 9), ((-2,), (-1,), (0,), (1,), (2,)), (5, 6, 7, 8, 9)),
        ((4, 2, 7, 3, 5), ((-2, -1), (0,), (1, 2)), (6, 7, 8)),
        ((4, 2, 4, 2, 1), ((-2, -1), (0, 1, 2)), (6, 7)),
    ],
)
def test_every_level_has_its_class(sizes, classes, counts):
    found = distribution(people(*sizes), 5)
    assert (found.classes, found.counts) == (classes, counts)


def test_too_few_people_say_nothing():
    assert not distribution(people(1, 1, 1, 1, 0), 5).enough
    assert distribution(people(1, 1, 1, 1, 0), 5).median is None


def test_counts_people_not_goals():
    """Four people with three goals each are four people."""
    assert not distribution([(person, 0) for person in range(4) for _ in range(3)], 5).enough


def test_exactly_as_many_as_are_needed_are_enough():
    five = distribution(people(0, 0, 5, 0, 0), 5)
    assert (five.enough, five.n, five.median, five.reached, five.counts) == (True, 5, 0, 5, (0, 0, 5, 0, 0))
    assert share(((p, False) for p in range(5)), 5) == Share(5, 5, 0)
    assert answer(range(5), 5)
    assert not answer([0, 1, 2, 3, 3], 5)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(-2, 2)), max_size=60), st.integers(3, 10))
def test_no_class_shows_fewer_than_k(observations, k):
    found = distribution(observations, k)
    for group, count in zip(found.classes, found.counts, strict=True):
        if count:
            assert len({p for p, level in observations if level in group}) >= k


def test_breakdown_needs_both_sides():
    assert breakdown({"a": range(5), "b": range(5, 10)}, 5) == {"a": 5, "b": 5}
    assert breakdown({"a": range(5), "b": range(5, 9)}, 5) is None
    assert breakdown({"a": range(12)}, 5) is None
    assert breakdown({}, 5) is None
    assert breakdown({"a": range(5), "b": range(5, 10), "c": []}, 5) == {"a": 5, "b": 5}


def test_a_share_needs_enough_people_on_both_sides():
    five, six = range(5), range(5, 11)
    found = share([*((p, True) for p in six), *((p, False) for p in five)], 5)
    assert (found.people, found.n, found.yes) == (11, 11, 6)
    assert share([*((p, True) for p in six), (0, False)], 5).yes is None
    assert share(((p, True) for p in six), 5).yes == 6
    assert share(((p, True) for p in range(4)), 5) == Share(4, None, None)


def test_a_share_has_an_interval_where_it_is_shown():
    """0 of 20, as published above."""
    interval = Share(20, 20, 0).interval
    assert (interval.low, interval.high) == (0.0, pytest.approx(0.1611, abs=5e-5))
    assert Share(20, 20, None).interval is None
    assert Share(4, None, None).interval is None
    assert Share(0, 0, 0).interval is None


@pytest.mark.parametrize(
    ("treads", "counts"),
    [
        ((5, 6, 7, 8, 9, 10), (5, 6, 7, 8, 9, 10)),
        ((1, 2, 3, 7, 4, 1), (6, 7, 5)),  # tried at most, team, school and policy
        ((1, 2, 3, 1, 3, 1), (6, 5)),  # not yet, from the team on
        ((1, 2, 1, 1, 3, 1), ()),
    ],
)
def test_the_ladder_merges_from_treads_to_two(treads, counts):
    n = iter(range(100))
    seen = [(next(n), tread) for tread, size in enumerate(treads) for _ in range(size)]
    assert protected(seen, 5, LADDER_SCHEMES)[1] == counts


def test_a_breakdown_holds_without_the_people_a_reader_knows():
    """Six of each group, two of each known to one reader: four are left. One known in each leaves five."""
    groups = {"a": range(6), "b": range(6, 12)}
    assert breakdown(groups, 5, known=[{0, 1, 6, 7}]) is None
    assert breakdown(groups, 5, known=[{0, 6}, {1, 7}]) == {"a": 6, "b": 6}
    assert breakdown(groups, 5, known=[set(range(6))]) == {"a": 6, "b": 6}  # nobody of "a" is left to tell of
