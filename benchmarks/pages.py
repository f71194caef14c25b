"""What is visited: every page that lists, counts or shows one of many, by whom, when, and its bar."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.test import Client
from django.urls import reverse

from applications.models import Assessment
from benchmarks import bars
from exchange import clock
from exchange.people.models import User
from tests import world
from tests.crowd import Crowd, words

ROWS = 50
SORTS = ("sent_name", "sent_school", "score", "submitted_at")


@dataclass(frozen=True)
class Page:
    """One address for one reader at one moment."""

    name: str
    reader: User | None
    when: str
    url: str
    bar: bars.Bar = bars.FLAT

    @property
    def moment(self) -> datetime:
        return world.MOMENTS[self.when]

    def client(self) -> Client:
        """A browser of the reader that takes what is compressed."""
        client = Client(SERVER_NAME="localhost", HTTP_ACCEPT_ENCODING="gzip")
        if self.reader:
            client.force_login(self.reader)
        return client

    def visit(self, client: Client) -> Any:
        """Ask for it; anything but a page is an error."""
        with clock.at(self.moment):
            response = client.get(self.url)
        if response.status_code != 200:
            raise SystemExit(f"{self.url} answered {response.status_code}")
        return response


def pages(crowd: Crowd) -> Iterator[Page]:
    """All of them, for a crowd as it stands."""
    yield Page("public page", None, "call", reverse("trips:detail", args=[crowd.trip.slug]), bars.PUBLIC)
    yield Page("/", None, "selection", reverse("trips:open"))
    yield from lists(crowd)
    yield from of_the_trip(crowd)
    yield from read_by_a_reviewer(crowd)
    yield from of_the_alliance(crowd)


def of_the_trip(crowd: Crowd) -> Iterator[Page]:
    """What the lead sees of the trip that everybody applied for."""
    one = crowd.trip.applications.submitted().order_by("submitted_at", "pk").last()
    for name, route, bar in (
        ("board", "applications:selection", bars.BOARD),
        ("reviewers", "applications:reviewers", bars.FLAT),
        ("roster, team", "applications:people", bars.FLAT),
        ("trip overview", "trips:team", bars.FLAT),
        ("report preview", "impact:team", bars.FLAT),
        ("outbox", "outbox:list", bars.FLAT),
        ("history", "history:trip", bars.FLAT),
        ("hosts", "trips:hosts", bars.FLAT),
    ):
        yield Page(name, crowd.lead, "selection", reverse(route, args=[crowd.trip.slug]), bar)
    detail = reverse("applications:detail", args=[crowd.trip.slug, one.pk])
    yield Page("one application", crowd.lead, "selection", detail)
    yield Page("home, lead", crowd.lead, "selection", reverse("home"))
    travelled = reverse("impact:team", args=[crowd.travelled.slug])
    yield Page("report preview, travelled", crowd.lead, "return", travelled)


def read_by_a_reviewer(crowd: Crowd) -> Iterator[Page]:
    """Whoever reads a thirtieth of what was sent, three times over."""
    reader = crowd.reviewers[0]
    reading = Assessment.objects.filter(reviewer=reader, status="assigned", application__trip=crowd.trip)
    to_read = reading.filter(application__status="submitted").order_by("pk").first()
    yield Page("next assessment", reader, "selection", reverse("applications:assess", args=[to_read.pk]))
    yield Page("to review", reader, "selection", reverse("applications:to-review"))
    yield Page("home, reviewer", reader, "selection", reverse("home"))


def of_the_alliance(crowd: Crowd) -> Iterator[Page]:
    """What a school's coordinator, a partner, an administrator and the lead of all other trips see."""
    coordinator, slug = crowd.people["coordinator"], [crowd.trip.slug]
    yield Page("roster, coordinator", coordinator, "call", reverse("applications:school-people", args=slug))
    yield Page("school's trips", coordinator, "call", reverse("applications:school"))
    yield Page("/school/", coordinator, "selection", reverse("school:people"))
    yield Page("/reports/", crowd.people["partner"], "selection", reverse("impact:editions"))
    yield Page("/team/", crowd.people["administrator"], "selection", reverse("trips:team-list"))
    yield Page("home, lead of all others", crowd.veteran, "selection", reverse("home"))


def lists(crowd: Crowd) -> Iterator[Page]:
    """The list of applications: every sort at its first, middle and last page, filters, words found or not."""
    listing = reverse("applications:list", args=[crowd.trip.slug])
    last = ceil(crowd.trip.applications.exclude(status="draft").count() / ROWS)
    queries = {"list": ("", bars.LIST)}
    for sort in SORTS:
        for way, arrow in (("", "↑"), ("-", "↓")):
            for place, page in (("first", 1), ("middle", max(1, last // 2)), ("last", last)):
                queries[f"list, {sort} {arrow}, {place}"] = (f"?sort={way}{sort}&page={page}", bars.LIST)
    queries["list, of one school"] = (f"?school={crowd.schools[3].pk}", bars.LIST)
    queries["list, undecided"] = ("?decision=none", bars.LIST)
    queries["list, endorsed care coaches"] = ("?backing=backed&role=care_coach&sort=-score", bars.LIST)
    queries["search, found in many"] = (f"?q={words.MANY}", bars.SEARCH)
    queries["search, found in few"] = (f"?q={words.FEW}", bars.SEARCH)
    queries["search, found nowhere"] = (f"?q={words.NOWHERE}", bars.SEARCH)
    queries["search, many by score"] = (f"?q={words.MANY}&sort=-score", bars.SEARCH)
    for name, (query, bar) in queries.items():
        yield Page(name, crowd.lead, "selection", listing + query, bar)
