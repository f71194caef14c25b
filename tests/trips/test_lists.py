"""Lists of trips, hosts, themes and people: a page at a time, in the order that helps, found by a few words."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Admission, LateAccess
from exchange import clock
from exchange.dashboard import AT_HOME
from exchange.trips.dashboard import working_on
from exchange.trips.lifecycle import Phase, TeamRole
from exchange.trips.models import Attendance, HostOrganisation, PreVisit, TeamMember, Trip, TripHost
from exchange.trips.overview import BY_URGENCY, ENDED
from tests import world
from tests.conftest import signed_in
from tests.consistency.test_queries import counted

ODD_PAGES = ("99", "0", "-1", "x", "", "9" * 5000, "1.5", "' OR 1=1 --", "٣")
YEAR = timedelta(days=365)


def trips(lead, count, first=0):
    """So many trips, round and round through every phase of 15 September 2026, all led by one person."""
    theme = Trip.objects.first().theme
    rows = [
        Trip(
            slug=f"reis-{n}",
            theme=theme,
            framework=theme.frameworks.first(),
            title_nl=f"Reis {n}",
            city_nl=f"Stad {n}",
            created_at=world.OPENS,
            **facts(n, lead),
        )
        for n in range(first, first + count)
    ]
    made = Trip.objects.bulk_create(rows)
    TeamMember.objects.bulk_create(
        TeamMember(trip=trip, user=lead, role=TeamRole.LEAD, given_at=world.OPENS) for trip in made
    )
    vars(lead).pop("teams", None)
    return made


def facts(n, lead):
    """The dates and decisions of the n-th trip."""
    said = {"announced_at": world.OPENS - YEAR * 3, "announced_by": lead}
    done = {"published_at": world.OPENS - YEAR * 3, "published_by": lead}
    before, one = YEAR * 2, timedelta(hours=n)
    call = {"opens_at": world.OPENS, "closes_at": world.CLOSES + one}
    over = {"opens_at": world.OPENS - before, "closes_at": world.CLOSES - before}
    shift = (
        (call | said, timedelta(0)),  # a call
        ({"opens_at": world.MOMENTS["call"] + one + one, "closes_at": world.home(2028, 1, 1)} | said, timedelta(0)),
        (over | said, timedelta(0)),  # in selection
        (over | said | done, timedelta(0)),  # preparing
        (over | said | done, timedelta(days=57)),  # away since 14 September
        (over | said | done, timedelta(days=80)),  # back
        (over | said | done, before),  # the follow-up is overdue
        (over | said | done | {"closed_at": world.OPENS, "closed_by": lead}, before + timedelta(days=n)),
        (over | said | {"cancelled_at": world.OPENS, "cancelled_by": lead}, before + timedelta(days=n)),
        (call, timedelta(0)),  # not announced
    )
    decided, earlier = shift[n % 10]
    days = ("departs_on", "returns_on", "return_meeting_on", "follow_up_on")
    dates = (world.DEPARTS, world.RETURNS, world.RETURN_MEETING, world.FOLLOW_UP)
    return (
        decided | {name: day - earlier for name, day in zip(days, dates, strict=True)} | {"endorse_by_at": world.CLOSES}
    )


def pages(client, url, **query):
    """Every page of a list, from the first to the last."""
    number, found = 1, []
    while True:
        response = client.get(url, {**query, "page": number})
        assert response.status_code == 200
        found.append(response)
        if 'rel="next"' not in response.text:
            return found
        number += 1


def slugs(response, prefix):
    """The trips a page links to, each once, in its order."""
    found = re.findall(rf'href="/{prefix}/(reis-\d+)/"', response.text)
    return list(dict.fromkeys(found))


@pytest.fixture
def many(cast, at):
    """A hundred trips of one lead, ten in each phase."""
    at(world.MOMENTS["call"])
    made = trips(cast.lead, 100)
    Trip.objects.filter(pk=cast.trip.pk).delete()
    return made


# --- the public list ---------------------------------------------------------------------------------


def test_the_public_list_shows_every_trip_once_open_calls_first(many, client):
    found = pages(client, "/")
    order = [slug for page in found for slug in slugs(page, "trips")]
    kinds = [int(slug[5:]) % 10 for slug in order]
    assert [len(slugs(page, "trips")) for page in found] == [30, 30, 20]
    assert order[:10] == [f"reis-{n}" for n in range(0, 100, 10)]  # a later number closes later
    assert order[10:20] == [f"reis-{n}" for n in range(1, 100, 10)]  # and opens later
    assert set(kinds[20:70]) == {2, 3, 4, 5, 6}
    assert order[70:] == [f"reis-{n}" for n in range(7, 100, 10)]  # a later number left earlier
    assert sorted(order) == sorted({trip.slug for trip in many if trip.announced_at and not trip.cancelled_at})


def test_headings_stand_where_their_trips_do(many, client):
    first, second, third = (page.text for page in pages(client, "/"))
    assert ["Aangekondigd" in page for page in (first, second, third)] == [True, False, False]
    assert ['id="under-way"' in page for page in (first, second, third)] == [True, True, True]
    assert ['id="past"' in page for page in (first, second, third)] == [False, False, True]
    assert "Er staat nu geen oproep open" not in first + second + third


def test_without_an_open_call_the_first_page_says_so_and_the_others_do_not(many, client, at):
    at(world.home(2028, 2, 1))
    assert ["Er staat nu geen oproep open" in page.text for page in pages(client, "/")][:2] == [True, False]


def test_trips_are_found_by_title_city_and_country(many, client):
    assert slugs(client.get("/", {"q": "reis 41"}), "trips") == ["reis-41"]
    threes = {3, 13, 23, *range(30, 38), 43, 53, 63, 73, 83, 93}  # 38 was cancelled, 39 is not announced
    found = [slug for page in pages(client, "/", q="stad 3") for slug in slugs(page, "trips")]
    assert sorted(found) == sorted(f"reis-{n}" for n in threes)
    for words in ("geen enkele", "' OR 1=1 --", "%", "_", "*", '"', "a" * 10_000):
        page = client.get("/", {"q": words})
        assert (slugs(page, "trips"), page.status_code) == ([], 200)
        assert "Geen reis past hierbij." in page.text
    assert slugs(client.get("/", {"q": "reis 9"}), "trips") == slugs(client.get("/", {"q": " REIS  9 "}), "trips")


def test_a_search_keeps_its_words_on_the_next_page(many, client):
    page = client.get("/", {"q": "reis"})
    assert 'href="?q=reis&amp;page=2"' in page.text


def test_a_short_list_has_neither_search_nor_pager(cast, client):
    text = client.get("/").text
    assert ('role="search"' in text, 'class="pager"' in text) == (False, False)


# --- the team's list ---------------------------------------------------------------------------------


def by_hand(trips, now):
    """The order of the team's list, worked out row by row."""
    going = [trip for trip in trips if trip.phase not in ENDED]
    ended = [trip for trip in trips if trip.phase in ENDED]
    going.sort(key=lambda trip: (BY_URGENCY.index(trip.phase), trip.departs_on, trip.slug))
    ended.sort(key=lambda trip: trip.slug)
    ended.sort(key=lambda trip: trip.departs_on, reverse=True)
    return [trip.slug for trip in going + ended]


def test_the_team_list_begins_with_what_presses_and_ends_with_what_is_over(many, cast):
    found = pages(signed_in(cast.lead), "/team/")
    order = [slug for page in found for slug in slugs(page, "team")]
    assert order == by_hand(many, clock.now())
    assert {trip.phase for trip in many} == set(Phase)
    assert [len(slugs(page, "team")) for page in found] == [50, 50]
    assert ["Afgerond en geannuleerd" in page.text for page in found] == [False, True]


def test_a_trip_without_dates_stands_after_those_with_dates(many, cast):
    plan = next(trip for trip in many if not trip.announced_at)
    Trip.objects.filter(pk=plan.pk).update(
        departs_on=None, returns_on=None, return_meeting_on=None, follow_up_on=None, opens_at=None, closes_at=None
    )
    order = [slug for page in pages(signed_in(cast.lead), "/team/") for slug in slugs(page, "team")]
    plans = [slug for slug in order if slug.endswith("9")]
    assert plans[-1] == plan.slug


def test_the_team_list_is_searched_and_only_in_what_one_may_see(many, cast):
    other = world.trip(title_nl="Reis van een ander", slug="reis-999")
    assert slugs(signed_in(cast.lead).get("/team/", {"q": "reis 77"}), "team") == ["reis-77"]
    assert slugs(signed_in(cast.lead).get("/team/", {"q": "ander"}), "team") == []
    assert slugs(signed_in(cast.administrator()).get("/team/", {"q": "ander"}), "team") == [other.slug]
    assert "Geen reis past hierbij." in signed_in(cast.lead).get("/team/", {"q": "niets"}).text


def test_a_home_names_the_trips_that_press_most(many, cast, at):
    section = working_on(cast.lead, clock.now())
    assert [row["trip"].slug for row in section.context["rows"]] == by_hand(many, clock.now())[:AT_HOME]
    assert section.context["more"]
    assert "Je werkt aan meer reizen dan deze" in signed_in(cast.lead).get("/my/").text
    # Ten to announce, ten to complete; none of the others waits for its lead.
    assert sorted(todo.url for todo in section.todos) == sorted(
        [f"/team/reis-{n}/#checklist" for n in range(9, 100, 10)]
        + [f"/team/reis-{n}/close/" for n in range(6, 100, 10)]
    )


# --- any page ----------------------------------------------------------------------------------------


def lists(cast):
    """The lists of this file: an address, and who reads it."""
    team = reverse("trips:hosts", args=[cast.trip.slug]), reverse("trips:attendance", args=[cast.trip.slug])
    admin = cast.administrator()
    yield from (("/", cast.stranger()), ("/team/", admin), ("/reports/", admin), ("/themes/", admin))
    yield from ((url, cast.lead) for url in (*team, reverse("applications:late", args=[cast.trip.slug])))


def test_any_page_number_is_an_ordinary_page(cast, at):
    at(world.MOMENTS["call"])
    trips(cast.lead, 60)
    for url, person in lists(cast):
        client = signed_in(person)
        for number in ODD_PAGES:
            assert client.get(url, {"page": number, "access": number}).status_code == 200, (url, number)
        assert client.get(url, {"page": "99"}).text.count('rel="next"') == 0


def test_a_page_costs_the_same_whatever_there_is(cast, at, client):
    """Queries, rows that become objects, and weight: from three hundred trips to six hundred."""
    at(world.MOMENTS["call"])
    readers = [("/", None), ("/", cast.stranger()), ("/team/", cast.administrator()), ("/team/", cast.lead)]

    def cost():
        found = []
        for url, person in readers:
            reader, built = signed_in(person) if person else client, [0]
            reader.get(url)
            caches["pages"].clear()
            with counted(built), CaptureQueriesContext(connection) as asked:
                page = reader.get(url)
            found.append((len(asked), built[0], len(page.content)))
        return found

    trips(cast.lead, 300)
    few = cost()
    trips(cast.lead, 300, first=300)
    many_ = cost()
    assert [(queries, rows) for queries, rows, _ in few] == [(queries, rows) for queries, rows, _ in many_]
    for (queries, rows, before), (_, _, after) in zip(few, many_, strict=True):
        assert (queries <= 12, rows <= 70, after < 120_000) == (True, True, True), (queries, rows, after)
        assert after < before * 1.1


# --- hosts, themes, people ---------------------------------------------------------------------------


def host(n):
    return HostOrganisation(name=f"College {n:03}", place="London", country_en="United Kingdom")


def test_hosts_page_and_tell_their_last_visits(cast):
    found = HostOrganisation.objects.bulk_create(host(n) for n in range(45))
    TripHost.objects.bulk_create(TripHost(trip=cast.trip, host=one, order=n) for n, one in enumerate(found))
    PreVisit.objects.bulk_create(
        PreVisit(host=found[0], visited_on=world.DEPARTS - timedelta(days=n), findings=f"Bezoek {n}.", go=n > 0)
        for n in range(13)
    )
    url, client = reverse("trips:hosts", args=[cast.trip.slug]), signed_in(cast.lead)
    shown = [re.findall(r"<h2>(College \d+)</h2>", page.text) for page in pages(client, url)]
    assert [len(names) for names in shown] == [20, 20, 5]
    assert sum(shown, []) == [f"College {n:03}" for n in range(45)]
    text = " ".join(client.get(url).text.split())
    assert re.findall(r"Bezoek \d+\.", text) == [f"Bezoek {n}." for n in range(10)]
    assert "en 3 eerdere bezoeken" in text
    assert "Het laatste bezoek aan College 000" in text


def test_of_many_known_hosts_some_are_offered_and_any_can_be_found(cast):
    HostOrganisation.objects.bulk_create(host(n) for n in range(130))
    url, client = reverse("trips:hosts", args=[cast.trip.slug]), signed_in(cast.lead)

    def offered(query=""):
        page = client.get(url, {"q": query})
        return re.findall(r"<option[^>]*>(College \d+)<", page.text), page.text

    names, text = offered()
    assert names == [f"College {n:03}" for n in range(50)]
    assert "De lijst bevat de eerste 50 hiervan." in text
    assert offered("college 129")[0] == ["College 129"]
    assert "Geen gastinstelling past hierbij." in offered("niets")[1]
    last = HostOrganisation.objects.get(name="College 129")
    assert client.post(reverse("trips:host-choose", args=[cast.trip.slug]), {"host": last.pk}).status_code == 302
    assert cast.trip.trip_hosts.get().host == last
    assert offered("college 129")[0] == []


def test_few_known_hosts_are_all_offered_without_a_search(cast):
    HostOrganisation.objects.bulk_create(host(n) for n in range(3))
    page = signed_in(cast.lead).get(reverse("trips:hosts", args=[cast.trip.slug])).text
    assert (page.count("<option"), 'role="search"' in page) == (4, False)


def test_themes_page_and_say_which_version_is_in_use(cast):
    for _ in range(24):
        world.theme()
    found = pages(signed_in(cast.administrator()), "/themes/")
    assert [page.text.count("<details") for page in found][0] > 10
    assert sum(page.text.count(">in gebruik<") for page in found) == 1  # only the trip of this world uses one
    assert len(found) == 3


@pytest.fixture
def crowd(cast, at):
    """Sixty-one travellers, the first two of whom were there on the first day, the third was not."""
    at(world.MOMENTS["travelling"])
    Trip.objects.filter(pk=cast.trip.pk).update(
        published_at=world.home(2026, 10, 12), published_by=cast.lead, places=80, max_per_school=80
    )
    going = [world.participation(cast.trip, world.user(f"Reiziger {n:02}", at=cast.school)) for n in range(61)]
    for one, present in zip(going, (True, True, False), strict=False):
        Attendance.objects.create(participation=one, on=world.DEPARTS, present=present, ticked_at=clock.now())
    return going


def names(page):
    return list(dict.fromkeys(re.findall(r"Reiziger \d\d", page.text)))


def test_presence_pages_by_person_and_counts_everybody(cast, crowd):
    url, client = reverse("trips:attendance", args=[cast.trip.slug]), signed_in(cast.lead)
    found = pages(client, url)
    assert [len(names(page)) for page in found] == [50, 11]
    for page in found:
        text = " ".join(page.text.split())
        assert "2 aanwezig, 1 afwezig" in text
        assert "58 open" in text
    assert names(client.get(url, {"q": "reiziger 60"})) == ["Reiziger 60"]
    assert "2 aanwezig, 1 afwezig" in " ".join(client.get(url, {"q": "niemand"}).text.split())


def test_presence_is_noted_page_by_page(cast, crowd):
    url = reverse("trips:attendance-day", args=[cast.trip.slug, world.DEPARTS])
    client = signed_in(cast.lead)
    assert [len(names(page)) for page in pages(client, url)] == [50, 11]
    field = {one: f"p{one.pk.hex}" for one in crowd}
    answer = client.post(url, {field[crowd[10]]: "yes"})
    assert answer.url == f"{url}?page=2"
    answer = client.post(f"{url}?page=2", {field[crowd[60]]: "no"})
    assert answer.url == reverse("trips:attendance", args=[cast.trip.slug])
    seen = dict(Attendance.objects.filter(on=world.DEPARTS).values_list("participation", "present"))
    assert {crowd.index(one): seen[one.pk] for one in crowd if one.pk in seen} == {
        0: True,
        1: True,
        2: False,
        10: True,
        60: False,
    }


def test_who_moved_to_another_page_meanwhile_is_noted_all_the_same(cast, crowd):
    """The second page was opened, then somebody of the first gave the place back: the 51st moved up."""
    url = reverse("trips:attendance-day", args=[cast.trip.slug, world.DEPARTS])
    type(crowd[5]).objects.filter(pk=crowd[5].pk).update(
        status="cancelled", cancelled_at=clock.now(), cancelled_by=cast.lead
    )
    world.settle_all()
    moved = crowd[50]
    assert moved.printed_name not in signed_in(cast.lead).get(url, {"page": 2}).text
    signed_in(cast.lead).post(f"{url}?page=2", {f"p{moved.pk.hex}": "yes", "px": "yes", f"p{'0' * 32}": "yes"})
    assert Attendance.objects.get(participation=moved).present


def test_the_overview_names_some_of_the_silent_and_counts_all(cast, crowd, at):
    at(world.MOMENTS["preparation"])
    meeting = world.meeting(cast.trip)
    crowd[0].replies.create(meeting=meeting, coming=True, replied_at=clock.now())
    page = signed_in(cast.lead).get(reverse("trips:team", args=[cast.trip.slug]))
    text = " ".join(page.text.split())
    assert "60 mensen: Reiziger 01, Reiziger 02, Reiziger 03, Reiziger 04, Reiziger 05, Reiziger 06 en nog 54" in text
    assert "61 bevestigd" in text


def test_requests_and_late_access_page_apart_what_waits_first(cast, at):
    at(world.MOMENTS["selection"])
    people = [world.user(f"Laat {n:02}", at=cast.school) for n in range(35)]
    drafts = [world.application(cast.trip, person) for person in people]
    Admission.objects.bulk_create(
        Admission(
            application=draft,
            request="Ziek",
            asked_at=clock.now() + timedelta(minutes=n),
            **({"status": "declined", "answered_at": clock.now(), "answered_by": cast.lead} if n < 4 else {}),
        )
        for n, draft in enumerate(drafts)
    )
    LateAccess.objects.bulk_create(
        LateAccess(
            trip=cast.trip,
            email=f"laat{n:02}@school.example",
            until_at=clock.now() + timedelta(days=n),
            reason="Ziek",
            given_at=clock.now(),
            given_by=cast.lead,
        )
        for n in range(33)
    )
    url, client = reverse("applications:late", args=[cast.trip.slug]), signed_in(cast.lead)

    def shown(**query):
        text = client.get(url, query).text
        people = re.findall(r"Laat \d\d", text)
        addresses = list(dict.fromkeys(re.findall(r"laat\d\d@", text)))
        return people, addresses

    people, addresses = shown()
    assert people == [f"Laat {n:02}" for n in range(4, 34)]
    assert addresses == [f"laat{n:02}@" for n in range(32, 2, -1)]
    assert shown(page=2)[0] == ["Laat 34", "Laat 00", "Laat 01", "Laat 02", "Laat 03"]
    assert shown(access=2) == (people, ["laat02@", "laat01@", "laat00@"])
    assert 'href="?access=2"' in client.get(url).text
