"""The school on its coordinator's home."""

from datetime import datetime
from typing import Any

from evaluations.school.people import school_lines
from exchange.dashboard import Section


def school(user: Any, now: datetime) -> Section | None:
    """For coordinators: how many of the own people applied, have a place, wait for their manager."""
    if not user.coordinates:
        return None
    lines = school_lines(sorted(user.coordinates, key=lambda one: one.name), now)
    return Section(template="evaluations/school/dashboard.html", context={"schools": lines})
