"""The page of life cycles is made of the tables and told when it is stale."""

import pytest
from django.core.management import CommandError, call_command

from exchange.management.commands import lifecycle
from exchange.trips.lifecycle import TRIP


@pytest.fixture
def page(tmp_path, monkeypatch, settings):
    settings.ROOT = tmp_path
    path = tmp_path / "docs" / "lifecycle.md"
    monkeypatch.setattr(lifecycle, "PAGE", path)
    return path


def test_it_is_written_and_checked(page, capsys):
    with pytest.raises(CommandError, match="out of date"):
        call_command("lifecycle", "--check")
    call_command("lifecycle")
    call_command("lifecycle", "--check")
    page.write_text(page.read_text() + "x")
    with pytest.raises(CommandError, match="out of date"):
        call_command("lifecycle", "--check")


def test_the_page_people_read_is_of_these_tables():
    """Whoever changes a source, a target or a hat changes a test with it."""
    assert lifecycle.PAGE.read_text() == lifecycle.page()


def test_it_holds_every_life_cycle_with_every_transition():
    text = lifecycle.page()
    lives = [life for _app, life in lifecycle.lifecycles()]
    assert {"trip", "participation", "application", "offer", "message"} <= {life.name for life in lives}
    for life in lives:
        assert f"## {life.name.replace('_', ' ').capitalize()}\n" in text
        for step in life.transitions:
            assert f"(`{step.name}`)" in text
    assert "Announced" not in text.partition("## Trip\n")[0]
    assert "draft --> announced: announce" in text


def test_every_state_that_ends_says_why():
    for _app, life in lifecycle.lifecycles():
        for state in life.states:
            leaves = any(state.value in step.sources for step in life.transitions)
            assert leaves or state.final, (life.name, state.value)
    assert TRIP.by_value["closed"].final
