"""The school on its coordinator's home."""

from datetime import datetime

from evaluations.school.people import school_lines
from exchange.dashboard import Section
from exchange.people.models import User


def school(user: User, now: datetime) -> Section | None:
    """For coordinators: how many of the own people applied, have a place, wait for their manager."""
    if not user.coordinates:
        return None
    lines = school_lines(sorted(user.coordinates, key=lambda one: one.name), now)
    return Section(template="evaluations/school/dashboard.html", context={"schools": lines})
