"""No page grows with what stands around it: not in queries, rows fetched, objects built or bytes of HTML.

The rows of the access table are the rows of this one: every page, for every sort of reader, among few and among many
(tests/crowd). Pages of lists are made small here, so that both crowds fill more than one: a size is a `per_page` of a
table, or a number called as in `SIZES`. What may grow stands in `MAY_GROW` with a reason, and never in queries.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django_tables2 import RequestConfig

from applications.models import Admission, Application, LateAccess
from exchange import clock, wings
from exchange.history.models import HistoryEntry
from exchange.management.commands.routes import routes
from exchange.people.models import User
from tests import world
from tests.consistency.alliance import NIGHT, Alliance, mail
from tests.consistency.test_access import NOW, PERSONAS, ROWS, address, group
from tests.crowd import Crowd, call, words
from tests.crowd.costs import counted

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # what is counted is asked by us, of any database


@dataclass(frozen=True)
class Size:
    """How many applied for a trip, travelled, and how many trips, hosts and messages there are."""

    applied: int
    travelled: int
    trips: int
    hosts: int
    mails: int


FEW, MANY = Size(48, 20, 27, 21, 12), Size(120, 32, 54, 48, 48)
#: So many rows does a page of a list have here; and what such a number is called in the house.
PAGE = 3
SIZES = "PER_PAGE TRIPS SHOWN PAST LIMIT BESIDE NAMED NOT_READY LETTERS RESERVES SHORT OFFERED HOSTS AT_HOME".split()
#: From few to many, a page may cost so much more: a count has another figure, a tally another
#: kind, a paginator another link.
TOLERANCE = {"queries": 0, "fetched": 4, "built": 2, "bytes": 1500}
VISITED = "anonymous applicant participant reviewer companion lead coordinator partner administrator".split()
#: Pages that are the same for everybody who reads them, or about nobody but the reader.
ALIKE = set(
    """
    accessibility applications:endorse applications:endorse-thanks applications:invite-csv applications:invite-xlsx
    certificates:ask certificates:verify contact health people:profile privacy privacy:data privacy:download
    privacy:held privacy:erase privacy:erase-me trips:calendar
    """.split()
)
#: An administrator sees the pages of a trip as its lead does; these an administrator sees of all trips.
FOR_ALL = {"home", "trips:open", "trips:detail", "trips:team-list", "trips:team", "outbox:mine", "impact:editions"}

# --- what is not visited, and what may grow ---------------------------------------------------------

NOT_VISITED = {
    "applications:version-pdf": "one document of one application",
    "certificates:paper": "one document of one certificate",
    "impact:edition-pdf": "one document of one edition",
    "trips:poster": "one document of one trip",
    "impact:edition-xlsx": "one document of one edition",
    "applications:invite-check": "asks for a list that was brought; without one it leads back",
    "applications:school-invite-check": "asks for a list that was brought; without one it leads back",
    "carry_on": "shows what was parked; without it leads home",
}
ROWS_GROW = frozenset({"fetched", "built", "bytes"})
MAY_GROW = {
    **dict.fromkeys(
        """
        applications:list-csv applications:list-xlsx applications:people-csv applications:people-xlsx
        applications:school-people-csv applications:school-people-xlsx school:people-csv school:people-xlsx
        privacy:download trips:travellers-sheet
        """.split(),
        "a file of all there is: its rows are what it is for",
    ),
    **dict.fromkeys(
        """
        applications:reserve applications:schools certificates:team evaluations:evenings evaluations:goals
        evaluations:levels evaluations:outcomes evaluations:presentations impact:team impact:publish trips:mine
        """.split(),
        "everybody who travels, at most as many as there are places, and all whom the trip visits",
    ),
    **dict.fromkeys(("trips:item", "trips:item-new"), "a choice among the hosts of the trip"),
    **dict.fromkeys(
        ("applications:people", "applications:school-people"),
        "a row of the funnel for each school with each job role: as many as there are of those, whoever applies",
    ),
}

# --- the crowd --------------------------------------------------------------------------------------


def crowd_of(house: Alliance) -> Crowd:
    """The crowd of the access table's world: its team, its schools and its trips."""
    people = house.people
    schools = [people[name].institution for name in ("applicant", "reviewer", "stranger")]
    readers = [people["reviewer"], *(world.user(at=schools[2]) for _ in range(2))]
    people["veteran"] = world.user("Vera Veteraan", at=schools[2])
    house.clients["veteran"] = Client()
    house.clients["veteran"].force_login(people["veteran"])
    world.proven(house.clients["veteran"], people["veteran"])
    trips = {name: scene.trip for name, scene in house.scenes.items()}
    return Crowd(schools, people["lead"], people["veteran"], readers, trips["selection"], trips["going"])


def grow(house: Alliance, crowd: Crowd, size: Size) -> None:
    """Until there are so many of everything."""
    trips = {name: scene.trip for name, scene in house.scenes.items()}
    for name in ("drafted", "caught", "call", "selection"):
        crowd.pour(size.applied, trips[name])
    for name in ("offered", "going", "past"):
        crowd.travel(size.travelled, trips[name])
    crowd.beside(size.trips)
    crowd.host(size.hosts)
    late(trips["caught"], size.mails)
    for name in ("applicant", "participant", "alumnus", "lead", "companion", "administrator", "coordinator"):
        letters(trips["going"], house.people[name], size.mails)


def late(trip: Any, count: int) -> None:
    """Drafts that ask to be let in, and addresses that may."""
    lead = trip.team.get(role="lead").user
    for draft in Application.objects.filter(trip=trip, status="draft", admission=None):
        Admission.objects.create(application=draft, request=f"De trein {draft.pk}.", asked_at=NIGHT)
    for n in range(trip.late_access.count(), count):
        LateAccess.objects.create(
            trip=trip, email=f"late{n}@x.example", until_at=NOW["selection"], reason="Ziek.", given_at=NIGHT,
            given_by=lead,
        )  # fmt: skip


def letters(trip: Any, person: User, count: int) -> None:
    """Mail to one person, and deeds."""
    for _ in range(person.mail.filter(kind="trips/announced").count(), count):
        mail(trip, person, "sent")
        said = {"verb": "trip.change", "about_model": "trips.trip", "about_id": str(trip.pk), "trip": trip.pk}
        HistoryEntry.objects.create(at=NOW["call"], by=person, **said)


# --- the visits -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Visit:
    """One page, for one reader; `led` when what the reader has to do with trips grows too, by one row a trip."""

    route: str
    scene: str
    persona: str
    given: tuple[tuple[str, str], ...] = ()
    query: str = ""
    led: bool = False

    def __str__(self) -> str:
        return f"{self.route} {self.scene} {self.persona} {self.query}".strip()


QUERIES = ("page=2", "page=7", "sort=-score", "sort=sent_school&page=3", f"q={words.MANY}", f"q={words.NOWHERE}")
MORE = [
    *(Visit("applications:list", "selection", "lead", query=f"?{query}") for query in QUERIES),
    *(Visit("applications:people", "selection", "lead", query=query) for query in ("", "?page=2", "?sort=-sent_at")),
    *(Visit("applications:school-people", "selection", "coordinator", query=query) for query in ("", "?page=2")),
    *(Visit("outbox:list", "selection", "lead", query=query) for query in ("", "?page=2")),
    *(Visit("trips:team", name, "lead", (("now", name),)) for name in ("call", "offered")),
    *(Visit("impact:team", name, "lead") for name in ("selection", "call")),
    Visit("trips:members", "selection", "lead"),
    Visit("home", "selection", "veteran", led=True),
    Visit("trips:team-list", "selection", "veteran", led=True),
]  # fmt: skip


def readers(name: str, allowed: set[str]) -> list[str]:
    """Who visits a page: one of each sort that it lets in, unless it is the same for all or they see it alike."""
    found = [who for who in VISITED if who in allowed] or sorted(allowed)[:1]
    if name in ALIKE:
        return found[:1]
    return [who for who in found if who != "administrator" or "lead" not in allowed or name in FOR_ALL]


def visits() -> list[Visit]:
    """Every page of the access table for whom it lets in, and the more telling places of lists."""
    found = dict.fromkeys(MORE)
    for name, verb, scene, row, given in ROWS:
        allowed = {who for who, letter in zip(PERSONAS, row, strict=True) if letter == "R"}
        if verb == "GET" and name not in NOT_VISITED:
            found |= dict.fromkeys(Visit(name, scene, who, tuple(given.items())) for who in readers(name, allowed))
    return list(found)


def cost(house: Alliance, visit: Visit) -> dict[str, int] | None:
    """What a visit costs; None when it leads away."""
    given = dict(visit.given)
    url = address(house, visit.route, visit.scene, given) + visit.query
    return asked(house.clients[visit.persona], url, NOW[given.get("now", "selection")])


def asked(client: Client, url: str, moment: datetime) -> dict[str, int] | None:
    """What an address costs at a moment."""
    cache.clear()
    with clock.at(moment), transaction.atomic(), counted() as costs:
        response = client.get(url)
        size = len(b"".join(response.streaming_content) if response.streaming else response.content)
        transaction.set_rollback(True)
    assert response.status_code in (200, 302), f"{url}: {response.status_code}"
    if response.status_code == 302:
        return None
    return {"queries": costs.queries, "fetched": costs.fetched, "built": costs.built, "bytes": size}


@pytest.fixture(scope="module")
def costs(house: Alliance) -> Iterator[dict[Visit, Any]]:
    """Each page among few and among many, by visit; and the page that is as it should not be."""
    with pytest.MonkeyPatch.context() as patch:
        small_pages(patch)
        patch.setattr(call, "PROPOSALS", {"": 1, "select": 1, "reserve": 1, "not_selected": 1})
        crowd = crowd_of(house)
        grow(house, crowd, FEW)
        for visit in {visit.route: visit for visit in visits()}.values():
            cost(house, visit)  # what is kept in memory is kept
        few = {visit: cost(house, visit) for visit in visits()} | {EVERYBODY: of_everybody()}
        grow(house, crowd, MANY)
        many = {visit: cost(house, visit) for visit in visits()} | {EVERYBODY: of_everybody()}
        yield {visit: (few[visit], many[visit]) for visit in few}


def small_pages(patch: pytest.MonkeyPatch) -> None:
    """Lists of a few rows a page."""
    wings.offered()  # loads what homes and overviews are made of
    original = RequestConfig.__init__

    def small(self: RequestConfig, request: Any, paginate: Any = True) -> None:
        original(self, request, {**paginate, "per_page": PAGE} if isinstance(paginate, dict) else paginate)

    patch.setattr(RequestConfig, "__init__", small)
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("exchange", "applications", "evaluations"):
            for size in SIZES:
                if isinstance(vars(module).get(size), int):
                    patch.setattr(module, size, PAGE)


def grown(visit: Visit, few: Any, many: Any) -> dict[str, str]:
    """What grew by more than it may, in words."""
    if few is None or many is None:
        return {}
    own = {"fetched": MANY.trips - FEW.trips} if visit.led else {}
    more = {what: many[what] - few[what] for what in few}
    return {what: f"{few[what]} → {many[what]}" for what in more if more[what] > TOLERANCE[what] + own.get(what, 0)}


ROUTES = sorted({visit.route for visit in visits()})


@pytest.mark.parametrize("route", ROUTES)
def test_a_page_costs_the_same_among_few_and_among_many(costs: dict[Visit, Any], route: str) -> None:
    found = {str(visit): grown(visit, *pair) for visit, pair in costs.items() if visit.route == route}
    kinds = {what for more in found.values() for what in more} - (ROWS_GROW if route in MAY_GROW else set())
    said = "".join(f"\n{visit}: {more}" for visit, more in found.items() if more)
    assert kinds == set(), f"{route} costs more with more around it:{said or ' no more'}"


def test_every_page_is_visited() -> None:
    """An address that is read has a line in the access table, and somebody whom it lets in."""
    read = {route["name"] for route in routes() if "GET" in route["methods"] and group(route) is None}
    assert read - set(ROUTES) - set(NOT_VISITED) == set()
    assert {*MAY_GROW, *NOT_VISITED, *ALIKE, *FOR_ALL} - read == set(), "lines without a page"


def test_whoever_is_let_off_needs_it(costs: dict[Visit, Any]) -> None:
    growing = {visit.route for visit, pair in costs.items() if grown(visit, *pair)}
    assert set(MAY_GROW) - growing == set(), "these grow no more: take their lines out"
    assert set(NOT_VISITED) & set(ROUTES) == set()


# --- the guard guards ---------------------------------------------------------------------------------


@login_not_required
def everybody(request: HttpRequest) -> HttpResponse:
    """Counts in Python: one query, no objects, a page that stays as short; and every row there is."""
    return HttpResponse(len(list(Application.objects.values_list("status", flat=True))))


urlpatterns = [path("everybody/", everybody)]
EVERYBODY = Visit("everybody", "", "anonymous")


def of_everybody() -> dict[str, int] | None:
    with override_settings(ROOT_URLCONF=__name__):
        return asked(Client(), "/everybody/", NOW["selection"])


def test_a_page_that_reads_everybody_is_caught_by_its_rows_alone(costs: dict[Visit, Any]) -> None:
    few, many = costs[EVERYBODY]
    assert (few["queries"], few["built"]) == (many["queries"], many["built"]) == (1, 0)
    assert set(grown(EVERYBODY, few, many)) == {"fetched"}
    # Four calls got 72 more, each 7 or 8 more drafts, and three trips 12 more travellers with one beside each.
    assert many["fetched"] - few["fetched"] >= 4 * 72 + 3 * 2 * 12


def test_the_pages_are_small_enough_to_be_full_among_few(costs: dict[Visit, Any]) -> None:
    """A list that shows all of the few would seem to grow, or a growing one to stand still."""
    assert min(FEW.applied // 4, FEW.travelled, FEW.hosts, FEW.mails, FEW.trips) >= PAGE * 2
