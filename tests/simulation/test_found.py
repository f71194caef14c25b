"""Stories that once broke a rule: they no longer do, and still go as they went."""

from pathlib import Path

import pytest
from django.db import connection

from tests.simulation.guards import GUARDS
from tests.simulation.telling import again, kept, story, tell_again

FOUND = sorted((Path(__file__).parent / "found").glob("*.json"))
#: The shortest stories that were found with a guard switched off.
GUARDED = sorted((Path(__file__).parent / "guarded").glob("*.json"))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_what_was_found_stays_mended(empty, path):
    run = tell_again(path, empty)
    assert run.broken is None, story(run)


@pytest.mark.parametrize("path", GUARDED, ids=lambda path: path.stem)
def test_without_its_guard_a_rule_breaks(empty, path):
    """The control of the guard, and of the rule; with the guard the same steps break nothing."""
    rule, steps, _came = kept(path)
    guard = GUARDS[path.stem.replace("-", " ")]
    if guard.at_once and connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: nothing can race")
    with guard.off():
        without = again(steps, empty)
        empty()
    assert without.broken, story(without)
    assert rule.startswith(without.broken.rule)
    assert again(steps, empty).broken is None
