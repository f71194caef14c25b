"""How many places of a trip are held, so that it never has fewer (rule 6)."""

from collections import Counter

from django.utils.translation import ngettext

from exchange import wings
from exchange.trips.models import Trip


def too_few(trip: Trip, *, places: int, most: int) -> dict[str, str]:
    """What `places` in all and at `most` of a school are too few for, in words, by the name of the field."""
    schools: Counter = Counter()
    for held in wings.each(lambda wing: wing.places_held):
        schools += Counter(held(trip))
    taken, largest = schools.total(), max(schools.values(), default=0)
    found = {}
    if places < taken:
        text = ngettext(
            "%(count)s place is held, by who goes along or may still answer.",
            "%(count)s places are held, by who goes along or may still answer.",
            taken,
        )
        found["places"] = text % {"count": taken}
    if most < largest:
        text = ngettext("A school has %(count)s place already.", "A school has %(count)s places already.", largest)
        found["max_per_school"] = text % {"count": largest}
    return found
