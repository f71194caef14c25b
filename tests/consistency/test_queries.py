"""Every page costs the same with 1 and with 30 rows around it: in SQL, and in rows built for one object's page.

`crowd` adds thirty people with everything a trip can hold of them, in the trip and in another one beside it.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from applications.models import Offer
from evaluations.models import Action, DailyEvaluation, GoalLevel, Insight, OneWord, Presentation, ReturnEvaluation
from exchange import clock
from exchange.history.models import HistoryEntry
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Attendance, MeetingReply
from tests import world
from tests.consistency.alliance import Alliance, Scene, failed_job, mail
from tests.consistency.test_access import NOW, address
from tests.consistency.test_bad_input import PAGES, who

pytestmark = pytest.mark.django_db

#: Pages about one object, with its name: they build the same rows whatever stands beside them.
MOST, MOST_OF_A_LIST = 15, 12
#: Several lists beside each other, each its own first page, or a funnel above one; and a home, where every room of the
#: house has a word.
SEVERAL = {"applications:letters", "applications:people", "applications:reserve", "applications:selection"}
MOST_OF_A_HOME, MOST_OF_A_ROOM = 20, 16
#: Both ask each kind of answer once for the figures of the moment, and hold them against what was published.
MOST_OF_A_REPORT = 18
FEW, MANY = 3, 30
#: Documents are made in one go, not read on a screen.
#: A list that was brought along is checked in tests/applications/test_invite.py; without one there is nothing to see.
FILES = {"applications:invite-check", "applications:school-invite-check"} | {
    "applications:version-pdf",
    "carry_on",
    "certificates:paper",
    "impact:edition-pdf",
    "impact:edition-xlsx",
    "privacy:download",
    "trips:poster",
}
#: Lists grow with what they list, and so do the objects they build; the number of queries does not. Among them are
#: forms that offer a choice of all hosts, schools or themes, and what shows or mails all people of a trip.
#: So do pages that show all people, hosts or meetings of one trip beside other things, or add up its programme.
WHOLE = {"trips:detail", "trips:mine", "trips:team", "trips:remind", "trips:close", "trips:calendar"}
WHOLE |= {"impact:team", "impact:publish"}
LISTS = set(
    """
    applications:invite applications:people applications:people-csv applications:people-xlsx applications:remind
    applications:school applications:school-invite applications:school-people applications:school-people-csv
    applications:school-people-xlsx applications:school-remind
    applications:cancel-trip applications:late applications:schools applications:letters applications:list
    applications:list-csv
    applications:list-xlsx
    applications:publish applications:reserve applications:reviewers applications:selection applications:to-review
    applications:write certificates:team evaluations:evening evaluations:evenings evaluations:goals
    evaluations:levels evaluations:outcomes evaluations:plan evaluations:presentations
    history:all history:mine history:trip
    impact:editions school:people school:people-csv school:people-xlsx outbox:all outbox:list outbox:mine jobs:list
    people:invite people:list people:schools trips:attendance trips:attendance-day trips:attendance-meeting
    trips:deadline trips:move trips:host-visit trips:hosts trips:item trips:item-new trips:meetings trips:members
    trips:new trips:open trips:programme trips:team-list trips:themes trips:travellers trips:travellers-sheet
    """.split()
)


def crowd(house: Alliance, count: int) -> None:
    """People in every trip, schools, hosts, mail and history."""
    schools = [world.institution() for _ in range(count // 3)]
    for n in range(count):
        school = schools[n % len(schools)]
        for name in ("call", "selection", "offered"):
            applying(house, house.scenes[name], school)
        for name in ("going", "past"):
            travelling(house, house.scenes[name], school)
    for name in ("call", "selection", "going"):
        scene = house.scenes[name]
        world.programme(scene.trip)
        for _ in range(max(1, count // 10)):
            world.meeting(scene.trip)
            world.join(scene.trip, world.user(at=schools[0]), TeamRole.COMPANION)
            world.join(scene.trip, world.user(at=schools[0]), TeamRole.REVIEWER)
    for n in range(count // 3):
        world.trip(lead=house.people["lead"], on=world.theme(), slug=f"beside-{count}-{n}")
    for name in ("applicant", "participant", "alumnus", "lead", "administrator"):
        mine(house, house.people[name], count)
    world.settle_all()


def applying(house: Alliance, scene: Scene, school: Any) -> None:
    sent = world.submitted(scene.trip, world.user(at=school), goals=2)
    if scene.trip.slug == "call":
        sent.endorsements.update(status="asked", answered_at=None)
        for author in (world.user(at=school), world.user(at=house.people["coordinator"].institution)):
            world.application(scene.trip, author)
            world.invitation(scene.trip, author.email, institution=school)
            world.invitation(scene.trip, f"new-{author.email}", institution=author.institution)
        return
    world.assessment(sent, house.people["reviewer"], 3, 4)
    decision = world.decision(sent, "reserve", published=scene.trip.published_at is not None)
    decision.phrases.set(scene.trip.criteria.first().anchors.all()[:2])


def travelling(house: Alliance, scene: Scene, school: Any) -> None:
    trip, person = scene.trip, world.user(at=school)
    place = world.participation(trip, person, goals=2)
    when = world.MOMENTS["travelling"]
    for day in trip.days[:2]:
        evening = DailyEvaluation.objects.create(
            participation=place, on=day, mood=2, need="Rust", answered_at=when, changed_at=when
        )
        Insight.objects.create(evening=evening, text="Stil zijn werkt.", verdict="keep")
        Attendance.objects.create(participation=place, on=day, present=True, ticked_at=when)
    for goal in place.goals.all():
        for moment in ("baseline", "return", "one_year"):
            GoalLevel.objects.create(goal=goal, moment=moment, level=1, scored_at=when, scored_by=person)
    for meeting in trip.meetings.all()[:1]:
        MeetingReply.objects.create(meeting=meeting, participation=place, coming=True, replied_at=when)
    action = Action.objects.create(participation=place, title="Spreekuur", due_on=date(2027, 2, 1), created_at=when)
    action.reach.create(job_role="teacher", people=10)
    ReturnEvaluation.objects.create(participation=place, grade=8, answered_at=when)
    OneWord.objects.create(participation=place, moment="return", word="rust", consent=True, written_at=when)
    Presentation.objects.create(participation=place, title="Poortjes", changed_at=when)


def mine(house: Alliance, person: Any, count: int) -> None:
    """Mail and history of one person."""
    for _ in range(count):
        mail(house.scenes["going"].trip, person, "sent")
        failed_job(house.scenes["going"].trip)
    HistoryEntry.objects.bulk_create(
        HistoryEntry(
            at=NOW["call"] + timedelta(minutes=n),
            by=person,
            verb="trip.change",
            about_model="trips.trip",
            about_id=str(house.scenes["going"].trip.pk),
            trip=house.scenes["going"].trip.pk,
        )
        for n in range(count)
    )


@pytest.fixture(scope="module")
def costs(house: Alliance) -> dict[str, tuple[int, int, int, int]]:
    """Queries and rows of each page, among few and among many."""
    crowd(house, FEW)
    few = {key: cost(house, row) for key, row in rows()}
    crowd(house, MANY)
    many = {key: cost(house, row) for key, row in rows()}
    return {key: (*few[key], *many[key]) for key in few}


def rows() -> Iterator[tuple[str, Any]]:
    for row in PAGES:
        if row[0] not in FILES:
            yield row[0], row
    for persona in ("reviewer", "lead", "participant", "administrator", "coordinator"):
        yield f"home of {persona}", ("home", "GET", "going", persona, {"now": "travelling"})


def cost(house: Alliance, row: Any) -> tuple[int, int]:
    """Queries and rows of one page. Asked once before, so that what is kept between requests is kept."""
    name, _verb, scene, letters, given = row
    persona = letters if letters in house.clients else who(letters)
    client, url = house.clients[persona], address(house, name, scene, given)
    built = [0]
    with clock.at(NOW[given.get("now", "selection")]), transaction.atomic():
        client.get(url)
        cache.clear()
        with (
            counted(built),
            CaptureQueriesContext(
                connection,
            ) as seen,
        ):
            response = client.get(url)
            if response.streaming:
                list(response)
        transaction.set_rollback(True)
    assert response.status_code == 200, f"{url}: {response.status_code}"
    asked = [
        query for query in seen.captured_queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))
    ]
    return len(asked), built[0]


class counted:  # noqa: N801 -- reads as a phrase
    """Count the rows that become objects."""

    def __init__(self, built: list[int]) -> None:
        self.built = built

    def __enter__(self) -> None:
        original: Callable[..., Any] = models.Model.from_db.__func__
        built = self.built

        def from_db(cls: type[models.Model], db: str, names: Any, values: Any) -> models.Model:
            built[0] += 1
            return original(cls, db, names, values)

        self.original = models.Model.__dict__["from_db"]
        models.Model.from_db = classmethod(from_db)

    def __exit__(self, *_args: object) -> None:
        models.Model.from_db = self.original


@pytest.mark.parametrize("key", [key for key, _row in rows()])
def test_a_page_costs_the_same_among_few_and_among_many(costs: dict[str, Any], key: str) -> None:
    few, built_few, many, built_many = costs[key]
    assert few == many, f"{few} queries among few, {many} among many: fetch with select_related or prefetch_related"
    assert many <= bound(key), f"{many} queries"
    if key not in LISTS | WHOLE and not key.startswith("home"):
        grown = f"{built_few} rows among few, {built_many} among many: a list stands among LISTS"
        assert built_few == built_many, grown


def test_the_numbers_are_kept(costs: dict[str, Any], record_property: Any) -> None:
    """For whoever wants to look: the costs stand in the report of the run."""
    for key, found in costs.items():
        record_property(key, " ".join(map(str, found)))
    assert Offer.objects.exists()


def bound(key: str) -> int:
    """The most statements of a page."""
    if key.startswith("home"):
        return MOST_OF_A_HOME
    if key == "trips:mine":
        return MOST_OF_A_ROOM
    if key in ("impact:team", "impact:publish"):
        return MOST_OF_A_REPORT
    return MOST_OF_A_LIST if key in LISTS - SEVERAL else MOST
