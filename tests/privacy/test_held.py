"""What somebody typed is given back as it stands, also where it only looks like a day."""

from datetime import date

import pytest

from exchange.privacy.held import as_day


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2026-03-24", date(2026, 3, 24)),
        ("2026-02-30", "2026-02-30"),
        ("2026-13-01", "2026-13-01"),
        ("2026-02-30T10:00:00+00:00", "2026-02-30T10:00:00+00:00"),
        ("Op 2026-02-30.", "Op 2026-02-30."),
    ],
)
def test_a_day_that_does_not_exist_stays_text(typed: str, shown: object) -> None:
    assert as_day(typed) == shown
