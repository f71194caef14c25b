"""The story of the alliance, told in the order of time through the actions that the pages use.

Every trip is a generator: it yields the moment at which it goes on, and acts. `tell` always wakes the earliest one,
with the clock at that moment, and delivers the mail that followed. What lies in the future stays untold.
"""

import heapq
import random
from datetime import datetime, timedelta

from applications.selection.publishing import cancel_trip
from demo.alliance import Alliance, found
from demo.chapters.afterwards import Afterwards
from demo.chapters.applying import Applying
from demo.chapters.base import Storyline
from demo.chapters.planning import Planning
from demo.chapters.selecting import Selecting
from demo.chapters.travelling import Travelling
from demo.trips import TAGS, THEMES, TRIPS
from exchange import clock
from exchange.outbox.delivery import deliver
from exchange.trips.frameworks import load
from exchange.trips.models import (
    Dimension,
    Framework,
    Tag,
    Theme,
)

SEED = 2027


def tell(until: datetime) -> Alliance:
    """Tell everything up to `until`. The same seed on the same day tells the same story."""
    dice = random.Random(SEED)
    with clock.at(until - timedelta(days=1000)):
        alliance = found(dice)
        themes()
        deliver()
    lines: list[tuple[datetime, int, Storyline]] = []
    for number, spec in enumerate(TRIPS):
        line = TripStory(spec, alliance, until, random.Random(f"{SEED}-{spec.slug}")).tell()
        heapq.heappush(lines, (next(line), number, line))
    while lines and lines[0][0] <= until:
        moment, number, line = heapq.heappop(lines)
        with clock.at(moment):
            following = next(line, None)
            deliver()
        if following is not None:
            heapq.heappush(lines, (max(following, moment + timedelta(seconds=1)), number, line))
    return alliance


def themes() -> None:
    """Safeguarding as shipped, and the themes beside it, each with a small framework."""
    load(Theme, Framework, Dimension, Tag)
    for slug, (nl, en) in THEMES.items():
        theme, _ = Theme.objects.get_or_create(slug=slug, defaults={"title_nl": nl, "title_en": en})
        framework = Framework.objects.create(theme=theme, source="Exchange")
        for order, (key, name_nl, name_en, tags) in enumerate(TAGS):
            dimension = Dimension.objects.create(
                framework=framework, key=key, name_nl=name_nl, name_en=name_en, order=order
            )
            Tag.objects.bulk_create(
                Tag(dimension=dimension, key=tag, name_nl=nl_, name_en=en_, order=n)
                for n, (tag, nl_, en_) in enumerate(tags)
            )


class TripStory(Planning, Applying, Selecting, Travelling, Afterwards):
    """One trip, from the first plan to wherever it stands today."""

    def tell(self) -> Storyline:
        """The whole cycle, in order."""
        yield from self.plan()
        if self.spec.ends == "planning":
            return
        yield from self.call()
        if self.spec.ends == "cancelled":
            yield self.day(self.spec.closes + 12, 16)
            cancel_trip(
                trip=self.trip, reason="De gastschool verhuist in die week en kan ons niet ontvangen.", by=self.by
            )
            return
        yield from self.selection()
        yield from self.preparation()
        yield from self.travelling()
        yield from self.coming_home()
        yield from self.year()
