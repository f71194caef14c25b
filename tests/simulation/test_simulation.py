"""A short run of the simulation; `make simulate` goes on for as long as one likes."""

import pytest

from tests.simulation.telling import by_seed, story

#: Each from another place in a story: steps of a seed until so many.
SEEDS = {11: 110, 12: 110}


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_breaks_a_rule_by_chance(empty, seed):
    run = by_seed(seed, SEEDS[seed], empty, leaning="submit endorse deliver propose_all publish confirm")
    assert run.broken is None, story(run, seed)
    assert run.counts["done"] > 40
    assert run.counts["refused"] > 10
