"""What a coordinator sees of the own school: figures worked out by hand, and all that is not shown."""

import csv
import io
import re
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.certificates.models import Certificate
from evaluations.models import Action
from evaluations.school.people import heads
from exchange import clock
from exchange.people.lifecycle import Role
from exchange.trips.models import Attendance, MeetingKind
from tests import world

pytestmark = pytest.mark.django_db
URL = reverse("school:people")
SECRETS = ("Ik wil leren", "Ik begon de pauzeronde", "Dat iemand doorvraagt", "Te druk", "eweigerd", "akkoord", "3,20")


def words(client, query="", url=URL):
    """What a reader sees of the page's main part."""
    response = client.get(url + query)
    assert response.status_code == 200
    html = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") : html.index("</main>")]).split())


def listed(client, query=""):
    """The rows of the list, as plain text per cell."""
    table = client.get(URL + query).context["table"]
    return [[" ".join(re.sub(r"<[^>]+>", " ", str(cell)).split()) for _, cell in row.items()] for row in table.rows]


def spreadsheet(client, query=""):
    """The rows of the workbook."""
    content = client.get(reverse("school:people-xlsx") + query).content
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]


def commas(client, query=""):
    """The rows of the CSV file."""
    content = b"".join(client.get(reverse("school:people-csv") + query).streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content), delimiter=";"))


def published(trip, by):
    trip.published_at, trip.published_by = world.home(2026, 10, 12), by
    trip.save()


def certificate(place, kind="attendance", **fields):
    n = Certificate.objects.count()
    return Certificate.objects.create(
        participation=place, kind=kind, code=f"{n:026}", serial=f"X-{n}", facts={}, issued_at=clock.now(), **fields
    )


def plan(place, steps=1):
    for _ in range(steps):
        Action.objects.create(participation=place, title="Delen", due_on=date(2027, 2, 1), created_at=clock.now())


@pytest.fixture
def browser(cast, login):
    return login(cast.coordinator())


@pytest.fixture
def travelled(cast, at):
    """The trip is back. Of the school: one travelled, one is reserve, one was not selected, one gave the place back."""
    at(world.MOMENTS["return"])
    trip = cast.trip
    published(trip, cast.lead)
    aad = world.participation(trip, world.user("Aad Reiziger", at=cast.school))
    for day, present in ((10, True), (11, True), (12, False), (13, True)):
        Attendance.objects.create(
            participation=aad, on=date(2026, 11, day), present=present, ticked_at=clock.now(), ticked_by=cast.lead
        )
    for kind, present in ((MeetingKind.PREPARATION, True), (MeetingKind.RETURN, False)):
        meeting = world.meeting(trip, kind)
        Attendance.objects.create(
            participation=aad, meeting=meeting, present=present, ticked_at=clock.now(), ticked_by=cast.lead
        )
    world.meeting(trip, MeetingKind.FOLLOW_UP)
    certificate(aad)
    certificate(aad, "cycle", status="revoked", revoked_at=clock.now(), revoked_by=cast.lead)
    plan(aad, 2)
    world.decision(world.submitted(trip, world.user("Bea Reserve", at=cast.school)), "reserve", published=True)
    unlucky = world.submitted(trip, world.user("Cor Anders", at=cast.school))
    world.decision(unlucky, "not_selected", published=True)
    back = world.participation(trip, world.user("Dirk Terug", at=cast.school))
    back.status, back.cancelled_at, back.cancelled_by = "cancelled", clock.now(), back.user
    back.save()
    world.settle_all()
    world.participation(trip, world.user("Eva Elders", at=cast.other_school))
    return aad


def test_the_list_by_hand(travelled, browser):
    trip = "Veilig in Londen 2026"
    sent = "15 september, 12.00 uur"
    manager = "beantwoord Joke Mulder"
    assert listed(browser) == [
        ["Aad Reiziger", trip, sent, manager, "heeft een plaats", "3 van 4", "1 van 2", "bewijs van deelname"],
        ["Bea Reserve", trip, sent, manager, "reserve", "–", "–", "–"],
        ["Cor Anders", trip, sent, manager, "niet geplaatst", "–", "–", "–"],
        ["Dirk Terug", trip, sent, manager, "gaf de plaats terug", "–", "–", "–"],
    ]


def test_the_same_as_a_spreadsheet(travelled, browser):
    head, first, second, *_rest = spreadsheet(browser)
    assert first[:3] == ["Aad Reiziger", "docent", "Veilig in Londen 2026"]
    assert first[4:] == ["beantwoord", "Joke Mulder", "heeft een plaats", "ja", 3, 4, 1, 2, "bewijs van deelname"]
    assert second[6:8] == ["reserve", "nee"]
    assert second[8:12] == [None] * 4
    assert len(head) == len(first) == 13
    assert [row[0] for row in commas(browser, "?q=bea")] == ["Naam", "Bea Reserve"]
    assert commas(browser)[1][7:12] == ["ja", "3", "4", "1", "2"]


def test_heads_by_hand(cast, travelled):
    found = heads(cast.school, clock.now())
    assert (found.applied, found.waiting, found.drafts) == (4, 0, 0)
    assert (found.placed, found.travelled, found.certified, found.planned) == (1, 1, 1, 1)


@pytest.mark.parametrize("kind", ["select", "reserve", "not_selected"])
def test_a_proposed_decision_changes_nothing(cast, at, browser, kind):
    at(world.MOMENTS["selection"])
    world.rubric(cast.trip)
    one = world.submitted(cast.trip, world.user("Aad Reiziger", at=cast.school), endorsed=False)
    other = world.submitted(cast.trip, world.user("Bea Reserve", at=cast.school))
    queries = ("", "?manager=waiting", "?manager=answered", "?sort=stage", "?sort=-stage", "?sort=score_mean")
    before = [words(browser, query) for query in queries], spreadsheet(browser), commas(browser)
    assert "wordt beoordeeld" in before[0][0]
    for application in (one, other):
        world.assessment(application, cast.other_school.people.first() or world.user(), 4, 2)
        world.decision(application, kind)
    one.score_mean, one.score_count = "3.20", 1
    one.save()
    world.settle_all()
    assert ([words(browser, query) for query in queries], spreadsheet(browser), commas(browser)) == before


def test_selected_without_endorsement_is_told_as_it_was_told(cast, at, browser):
    at(world.MOMENTS["preparation"])
    published(cast.trip, cast.lead)
    one = world.submitted(cast.trip, world.user("Aad Reiziger", at=cast.school), endorsed=False)
    world.decision(one, "select", published=True)
    assert listed(browser)[0][3:5] == ["gevraagd Joke Mulder", "reserve"]
    assert spreadsheet(browser)[1][7] == "nee"


def test_an_offer_is_no_place_yet(cast, at, browser):
    at(world.home(2026, 10, 13))
    published(cast.trip, cast.lead)
    one = world.submitted(cast.trip, world.user("Aad Reiziger", at=cast.school))
    world.decision(one, "select", published=True)
    world.offer(one)
    row = spreadsheet(browser)[1]
    assert row[6:8] == ["geplaatst, moet nog antwoorden", None]


def test_a_refusal_looks_like_every_answer(cast, at, browser):
    at(world.MOMENTS["selection"])
    made = [
        world.submitted(cast.trip, world.user(name, at=cast.school))
        for name in ("Aad Akkoord", "Bea Voorwaarde", "Cor Nee")
    ]
    for one, status in zip(made, ("endorsed", "conditions", "refused"), strict=True):
        one.endorsements.update(status=status, signer_name="Mies Baas", conditions="Na juni", refusal_reason="Te druk")
    world.settle_all()
    assert [row[3:] for row in listed(browser)] == [["beantwoord Mies Baas", "wordt beoordeeld", "–", "–", "–"]] * 3
    assert [row[0] for row in listed(browser, "?sort=manager_state")] == [row[0] for row in listed(browser)]
    assert [row[0] for row in listed(browser, "?sort=-manager_state")][::-1] == [row[0] for row in listed(browser)]
    assert len(listed(browser, "?manager=answered")) == 3
    assert listed(browser, "?manager=waiting") == []
    assert {tuple(row[4:6]) for row in spreadsheet(browser)[1:]} == {("beantwoord", "Mies Baas")}
    for secret in ("Te druk", "Na juni", "geweigerd", "voorwaarden"):
        assert secret not in words(browser)
        assert secret not in str(commas(browser))


def test_what_somebody_wrote_is_not_there(travelled, browser):
    seen = words(browser) + str(spreadsheet(browser)) + str(commas(browser))
    for secret in SECRETS:
        assert secret not in seen


def test_drafts_are_only_counted(cast, at, browser):
    at(world.MOMENTS["call"])
    world.application(cast.trip, world.user("Aad Schrijver", at=cast.school))
    world.application(cast.trip, world.user("Bea Elders", at=cast.other_school))
    world.application(cast.trip, world.outsider(institution=cast.school))
    seen = words(browser)
    assert "1 aanmelding wordt nog geschreven" in seen
    assert "Nog niemand heeft zich aangemeld" in seen
    assert "Aad Schrijver" not in seen
    at(world.MOMENTS["selection"])
    assert "wordt nog geschreven" not in words(browser)


def test_an_unconfirmed_person_is_marked(cast, at, browser):
    at(world.MOMENTS["call"])
    person = world.outsider(institution=cast.school, job_role="teacher")
    world.submitted(cast.trip, person)
    html = browser.get(URL).content.decode()
    assert reverse("people:person", args=[person.pk]) in html
    assert listed(browser)[0][0] == f"{person} niet bevestigd"


def test_filters_and_order(cast, at, browser):
    at(world.MOMENTS["selection"])
    second = world.trip(lead=cast.lead, title_nl="Groen in Wenen", title_en="Green in Vienna")
    world.submitted(cast.trip, world.user("Aad Akker", at=cast.school), endorsed=False)
    world.submitted(second, world.user("Bea Boom", at=cast.school))
    world.submitted(world.trip(lead=cast.lead), world.user("Eva Elders", at=cast.other_school))
    names = {query: [row[0] for row in listed(browser, query)] for query in (
        "?q=akk", f"?trip={second.slug}", "?trip=none-such", "?manager=waiting", "?sort=-sent_name"
    )}  # fmt: skip
    assert list(names.values()) == [
        ["Aad Akker"], ["Bea Boom"], ["Aad Akker", "Bea Boom"], ["Aad Akker"], ["Bea Boom", "Aad Akker"]
    ]  # fmt: skip
    trips = browser.get(URL).context["filter"].filters["trip"].extra["choices"]
    assert {slug for slug, _title in trips} == {cast.trip.slug, second.slug}


def test_the_school_is_the_one_that_was_sent(cast, at, browser):
    """Whoever moved on still stands with the school that sent them, without a link to a page of another school."""
    at(world.MOMENTS["selection"])
    person = world.user("Aad Akker", at=cast.school)
    world.submitted(cast.trip, person)
    newcomer = world.user("Bea Boom", at=cast.other_school)
    world.submitted(cast.trip, newcomer)
    person.institution, newcomer.institution = cast.other_school, cast.school
    person.membership_by_domain = False
    person.save()
    newcomer.save()
    assert [row[0] for row in listed(browser)] == ["Aad Akker"]


def test_who_may_and_which_school(cast, at, login, travelled):
    other = world.user("Corrie Overkant", at=cast.other_school)
    world.give_role(other, Role.COORDINATOR, cast.other_school)
    assert [row[0] for row in listed(login(other))] == ["Eva Elders"]
    for asked in (cast.school.pk, "nonsense"):
        for url in (URL, reverse("school:people-xlsx"), reverse("school:people-csv")):
            assert login(other).get(f"{url}?school={asked}").status_code == 404
    for person in (cast.lead, cast.companion(), cast.partner(), cast.stranger(), travelled.user):
        assert login(person).get(URL).status_code == 403
        assert login(person).get(f"{URL}?school={cast.school.pk}").status_code == 403
    both = world.user("Twee Scholen", at=cast.other_school)
    world.give_role(both, Role.COORDINATOR, cast.school)
    world.give_role(both, Role.COORDINATOR, cast.other_school)
    for client in (login(both), login(cast.administrator())):
        assert [row[0] for row in listed(client, f"?school={cast.other_school.pk}")] == ["Eva Elders"]
        assert len(listed(client, f"?school={cast.school.pk}")) == 4
        assert 'name="school"' in client.get(URL).content.decode()


def test_an_empty_page_says_what_will_come(cast, browser):
    assert "Wie van jouw school een aanmelding verstuurt, staat hier" in words(browser)


def grow(cast, times):
    """More of everything around the page."""
    for _ in range(times):
        trip = world.trip(lead=cast.lead, published=True)
        place = world.participation(trip, world.user(at=cast.school))
        world.meeting(trip)
        Attendance.objects.create(
            participation=place, on=world.DEPARTS, present=True, ticked_at=clock.now(), ticked_by=cast.lead
        )
        certificate(place)
        plan(place)
        world.application(cast.trip, world.user(at=cast.school))
        world.submitted(cast.trip, world.user(at=cast.school), endorsed=False)


def test_as_many_queries_with_thirty_rows_as_with_one(cast, at, login, browser):
    at(world.MOMENTS["travelling"])
    administrator = login(cast.administrator())

    def asked(client, url):
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            response = client.get(url)
            assert response.status_code == 200
            if response.streaming:
                list(response.streaming_content)
        return len(seen)

    pages = [
        (browser, URL),
        (browser, URL + f"?trip={cast.trip.slug}&manager=waiting&q=a&sort=-days_present"),
        (administrator, URL + f"?school={cast.school.pk}"),
        (browser, reverse("school:people-xlsx")),
        (browser, reverse("school:people-csv")),
        (browser, "/my/"),
    ]
    grow(cast, 1)
    one = [asked(*page) for page in pages]
    grow(cast, 14)
    assert [asked(*page) for page in pages] == one
    assert max(one[:-1]) <= 12, one
    assert one[-1] <= 15, one


def test_the_coordinators_home(cast, at, browser):
    at(world.MOMENTS["selection"])
    seen = words(browser, url="/my/")
    assert "Niemand van jouw school heeft zich aangemeld voor een reis die loopt" in seen
    world.submitted(cast.trip, world.user(at=cast.school), endorsed=False)
    refused = world.submitted(cast.trip, world.user(at=cast.school))
    refused.endorsements.update(status="refused")
    world.settle_all()
    world.participation(cast.trip, world.user(at=cast.school))
    closed = world.trip(lead=cast.lead, closed_at=clock.now(), closed_by=cast.lead)
    world.participation(closed, world.user(at=cast.school))
    html = browser.get("/my/").content.decode()
    assert "Aangemeld 3 Hebben een plaats 1 Wachten op hun leidinggevende 1" in words(browser, url="/my/")
    link = f"{URL}?school={cast.school.pk}&manager=waiting"
    assert link.replace("&", "&amp;") in html
    assert len(listed(browser, link.removeprefix(URL))) == 1


def test_an_unpublished_no_still_waits_for_the_manager(cast, at, browser):
    at(world.MOMENTS["selection"])
    one = world.submitted(cast.trip, world.user(at=cast.school), endorsed=False)
    made = world.decision(one, "not_selected")
    assert len(listed(browser, "?manager=waiting")) == 1
    made.published_at, made.published_by = clock.now(), cast.lead
    made.save()
    world.settle_all()
    assert listed(browser, "?manager=waiting") == []
