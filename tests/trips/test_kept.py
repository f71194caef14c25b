"""Pages that visitors get from memory: never older than what they say, and nobody's but the reader's."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection, models
from django.db.models import F, QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.conditions.checks import conditions_of
from applications.models import Criterion
from exchange import clock, visitors, wings
from exchange.dashboard import Section
from exchange.people.models import User
from exchange.trips import shown
from exchange.trips.models import HostOrganisation, Theme, Trip
from tests import world
from tests.conftest import signed_in

TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+')
TOLD = re.compile(r'(?<=data-server-now=")\d+')
SECOND = timedelta(seconds=1)
#: A weight of one more may round to the same percentage.
STEPS = {"weight": 10}


@pytest.fixture
def call(cast, at):
    """A call with everything its page can show."""
    Trip.objects.filter(pk=cast.trip.pk).update(
        need_nl="Waarom", audience_nl="Voor wie", costs_nl="De school", cost_planned=1, team_hours_planned=1
    )
    world.programme(cast.trip)
    world.meeting(cast.trip)
    world.rubric(cast.trip)[0].anchors.filter(level=2).delete()
    conditions_of(cast.trip).save()
    cast.trip.refresh_from_db()
    at(world.MOMENTS["call"])
    return cast.trip


def page(trip=None, **headers):
    """What a new visitor reads, but for the own token and the moment."""
    return told(Client(headers=headers).get(trip.get_absolute_url() if trip else "/"))


def told(response):
    assert response.status_code == 200
    return TOLD.sub("now", TOKEN.sub("token", response.text))


def made_anew(trip=None, **headers):
    """The same page, made for nobody else."""
    caches["pages"].clear()
    return page(trip, **headers)


@pytest.fixture
def renderings(monkeypatch):
    """The names of the templates that were rendered for visitors."""
    found = []
    render = visitors.render_to_string

    def counted(name, *args):
        found.append(name)
        return render(name, *args)

    monkeypatch.setattr(visitors, "render_to_string", counted)
    return found


# --- kept, and for whom ------------------------------------------------------------------------------


def test_the_second_visitor_asks_little_and_reads_the_same(call, client, renderings):
    first = page(call)
    with CaptureQueriesContext(connection) as asked:
        assert page(call) == first
    assert len(asked) == 2  # the trip, and the rows around it in one
    assert page() == page()
    assert renderings == ["trips/detail.html", "trips/open.html"]


def test_everybody_gets_the_own_token_and_the_moment_of_the_visit(call, at):
    tokens, moments = set(), []
    for second in (0, 7):
        at(world.MOMENTS["call"] + second * SECOND)
        response = (visitor := Client(enforce_csrf_checks=True)).get(call.get_absolute_url())
        [token] = set(TOKEN.findall(response.text))
        tokens.add(token)
        moments += TOLD.findall(response.text)
        sent = {"csrfmiddlewaretoken": token, "language": "en", "next": "/"}
        assert visitor.post(reverse("choose_language"), sent).cookies["language"].value == "en"
    assert len(tokens) == 2
    assert [int(moment) // 1000 for moment in moments] == [
        round(world.MOMENTS["call"].timestamp()),
        round(world.MOMENTS["call"].timestamp()) + 7,
    ]


def test_what_is_kept_is_a_page_and_nothing_of_a_visitor(call):
    response = Client().get(call.get_absolute_url())
    [kept] = [caches["pages"].get(key.split(":", 2)[2]) for key in caches["pages"]._cache]
    assert type(kept) is str
    assert kept.count(visitors.TOKEN) == 2  # the switch of language, for wide and narrow screens
    assert response.cookies["csrftoken"].value not in kept
    assert TOKEN.findall(response.text)[0] not in kept
    assert "nonce" not in response.headers["Content-Security-Policy"]


def test_nothing_on_the_way_keeps_it(call, login, cast):
    stranger = login(cast.stranger())
    for client in (Client(), Client(), stranger):
        for url in ("/", call.get_absolute_url()):
            response = client.get(url)
            # A visitor's page may be asked for again; of who is signed in no browser keeps any.
            kept = "private, no-store" if client is stranger else "private, no-cache"
            assert response.headers["Cache-Control"] == kept
            assert {"Cookie", "Accept-Language"} <= set(response.headers["Vary"].split(", "))


def test_whoever_is_signed_in_has_a_message_or_asks_for_more_gets_a_page_of_their_own(call, cast, renderings):
    for url in ("/", call.get_absolute_url()):
        assert 'data-who="' in signed_in(cast.lead).get(url).text
        Client().get(url, {"page": "1"})
        Client().get(url, headers={"Cookie": "sessionid=stale"})
        Client().get(url, headers={"Cookie": "messages=waiting"})
    assert renderings == []
    assert not caches["pages"]._cache
    assert 'data-who="' not in page(call) + page()


def test_a_trip_that_is_not_announced_is_kept_for_nobody(call):
    page(call)
    Trip.objects.filter(pk=call.pk).update(announced_at=None, announced_by=None)
    assert Client().get(call.get_absolute_url()).status_code == 404


def test_each_language_and_each_colour_has_its_own(call):
    for url in (None, call):
        dutch, english = page(url, accept_language="nl"), page(url, accept_language="en")
        dark = page(url, accept_language="nl", cookie="theme=dark")
        assert ('<html lang="nl"' in dutch, '<html lang="en"' in english) == (True, True)
        assert ('data-bs-theme="dark"' in dark, "data-bs-theme" in dutch) == (True, False)
        assert page(url, accept_language="nl", cookie="theme=<b>") == dutch


def test_memory_is_bounded(call, settings):
    most = settings.CACHES["pages"]["OPTIONS"]["MAX_ENTRIES"]
    for n in range(most + 50):
        caches["pages"].set(str(n), "page")
    assert len(caches["pages"]._cache) <= most


# --- never older than what it says -------------------------------------------------------------------


def rows_read(trip):
    """Every row the page is made of, by model: those that the wings name, the trip and its theme."""
    named = [rows for each in wings.each(lambda wing: wing.public_rows) for rows in each(trip.pk)]
    return [Trip.objects.filter(pk=trip.pk), Theme.objects.filter(pk=trip.theme_id), *named]


def other(field, value, trip):
    """Another value that the field may have."""
    if isinstance(field, models.ForeignKey):
        return another(field.related_model, trip).pk
    if field.choices:
        return next(choice for choice, _ in reversed(field.choices) if choice != value)
    by_kind = (
        (models.BooleanField, lambda: not value),
        (models.DateTimeField, lambda: (value or world.MOMENTS["call"]) + SECOND),
        (models.DateField, lambda: value + timedelta(days=1)),
        (models.TimeField, lambda: value.replace(minute=17)),
        (models.URLField, lambda: "https://anders.example/"),
        (models.CharField, lambda: {"time_zone": "Europe/Rome", "slug": "anders"}.get(field.name, "AND")),
        (models.TextField, lambda: "Anders"),
    )
    make = next(
        (make for kind, make in by_kind if isinstance(field, kind)), lambda: (value or 0) + STEPS.get(field.name, 1)
    )
    return make()


def another(model, trip):
    """Something else for a row to point at."""
    if model is Criterion:
        return trip.criteria.create(key="other", name_nl="Anders", weight=0, order=9)
    if model is HostOrganisation:
        return HostOrganisation.objects.create(name="Ander College", place="Rome", country_nl="Italië")
    if model is User:
        return world.user("Iemand Anders", at=trip.announced_by.institution)
    if model is Trip:
        return world.trip(lead=world.user("Elders", at=trip.announced_by.institution), on=trip.theme)
    return world.theme() if model is Theme else world.theme().frameworks.first()


def each_field(trip):
    """Every column of every row that the page may read and that is there, with its row."""
    for rows in filter(QuerySet.exists, rows_read(trip)):
        for field in rows.model._meta.concrete_fields:
            if not field.primary_key and field.attname in shown.fields_of(rows):
                yield rows, field


def test_whatever_changes_behind_the_page_the_next_visitor_reads_it(call):
    """Each field in turn, written past every action; of most the page shows nothing, of many it does."""
    seen, unseen = set(), set()
    for rows, field in each_field(call):
        row = rows.order_by("pk").first()
        before = page(call)
        value = other(field, getattr(row, field.attname), call)
        pairs = {field.attname: value}
        if field.name.endswith(("_at", "_by")) and getattr(row, field.attname) is None:
            pairs = {f"{field.name[:-3]}_at": world.MOMENTS["call"], f"{field.name[:-3]}_by": call.announced_by}
            pairs = {name: one for name, one in pairs.items() if hasattr(row, name)}
        type(row)._base_manager.filter(pk=row.pk).update(**pairs)
        call.refresh_from_db()
        after = page(call)
        (seen if after != before else unseen).add(f"{type(row).__name__}.{field.name}")
        assert after == made_anew(call), f"{type(row).__name__}.{field.name}"
        type(row)._base_manager.filter(pk=row.pk).update(**{name: getattr(row, name) for name in pairs})
        call.refresh_from_db()
    there = filter(QuerySet.exists, rows_read(call))
    assert len(seen | unseen) == sum(len(shown.fields_of(rows)) - 1 for rows in there)
    shows = """
        Trip.title_nl Trip.city_nl Trip.question_nl Trip.need_nl Trip.audience_nl Trip.costs_nl Trip.closes_at
        Trip.departs_on Trip.places Trip.max_per_school Trip.hours_before Trip.reviewers_each Trip.minimum_people
        Trip.coordinators_read Trip.cancelled_at Trip.closed_at Meeting.kind Meeting.trip PreVisit.host PreVisit.go
        ProgrammeItem.title_nl ProgrammeItem.on ProgrammeItem.kind ProgrammeItem.host TripHost.host
        HostOrganisation.name HostOrganisation.place HostOrganisation.good_at_nl Eligibility.member_school
        Eligibility.earlier_at_most Criterion.name_nl Criterion.weight Anchor.text_nl Trip.contact_email User.name
        User.email TeamMember.role
    """.split()
    assert [name for name in shows if name not in seen] == []


def test_rows_that_come_and_go_are_read_too(call):
    host = call.trip_hosts.get().host
    for make, is_seen in (
        (lambda: world.programme(call), True),
        (lambda: world.meeting(call), True),
        (lambda: host.pre_visits.create(visited_on=world.DEPARTS - timedelta(days=9)), True),
        (lambda: call.criteria.create(key="more", name_nl="Nog een", weight=10, order=9), True),
        (lambda: call.criteria.get(key="more").anchors.create(level=1, text_nl="Zwak"), True),
        (lambda: call.criteria.get(key="more").delete(), True),
        (lambda: call.eligibility.delete(), False),  # without a choice they are the usual ones, as here
        (lambda: call.programme.all().delete(), True),
    ):
        before = page(call)
        make()
        after = page(call)
        assert after == made_anew(call)
        assert (after != before) == is_seen


def test_a_change_that_is_saved_or_made_in_the_administration_is_read_at_once(call, cast):
    page(call)
    page()
    call.question_nl = "Een nieuwe vraag?"
    call.save()
    assert "Een nieuwe vraag?" in page(call)
    assert "Een nieuwe vraag?" in page()
    admin = signed_in(cast.administrator())
    url = reverse("admin:trips_theme_change", args=[call.theme_id])
    form = admin.get(url).context["adminform"].form
    assert admin.post(url, {**form.initial, "title_nl": "Ander thema"}).status_code == 302
    assert "Ander thema" in page()
    assert page(call) == made_anew(call)


def test_without_its_version_the_page_would_stay_old(call, monkeypatch):
    """The control: what the tests above would see if the rows were not asked."""
    monkeypatch.setattr(shown, "rows_around", lambda trip: [])
    monkeypatch.setattr(visitors, "values", lambda row: {})
    before = page(call)
    Trip.objects.filter(pk=call.pk).update(question_nl="Een nieuwe vraag?")
    HostOrganisation.objects.update(name="Ander College")
    assert page(call) == before
    assert "Een nieuwe vraag?" in made_anew(call)
    assert "Ander College" in page(call)


def test_every_table_the_page_reads_is_among_what_it_is_made_of(call):
    with CaptureQueriesContext(connection) as asked:
        made_anew(call)
    tables = {table for query in asked for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])}
    assert tables == {rows.model._meta.db_table for rows in rows_read(call)}


# --- the clock ---------------------------------------------------------------------------------------

MIDNIGHTS = [
    world.home(2026, 9, 16, 0),  # a day less to apply
    world.home(2026, 10, 1, 0),  # the last day
    world.home(2026, 11, 10, 0),  # the departure
    world.home(2026, 11, 14, 0),  # the day after the return
    world.home(2027, 2, 17, 0),  # sixty days after the return meeting
    world.home(2027, 12, 13, 0),  # a month after the follow-up day: overdue
]


@pytest.mark.parametrize("moment", [world.OPENS, world.CLOSES, *MIDNIGHTS], ids=str)
@pytest.mark.parametrize("published", [False, True])
def test_the_page_turns_with_the_second(call, at, moment, published):
    if published:
        Trip.objects.filter(pk=call.pk).update(published_at=world.home(2026, 10, 12), published_by=F("announced_by"))
    found = []
    for around in (moment - SECOND, moment, moment + SECOND):
        at(around)
        found.append((page(call), page()))
        for _again in range(2):
            assert (page(call), page()) == found[-1]
        assert found[-1] == (made_anew(call), made_anew())
    before, then, after = found
    assert then == after
    # Before the selection is published the calendar of the trip does not matter yet; the day of departure does.
    turns = published or moment in (world.OPENS, world.CLOSES, *MIDNIGHTS[:2]) or moment == MIDNIGHTS[2]
    assert (before != then) == turns


def test_the_call_opens_and_closes_to_the_second(call, at):
    for moment, words in (
        (world.OPENS - SECOND, "Je kunt je aanmelden vanaf"),
        (world.OPENS, "Meld je aan"),
        (world.CLOSES - SECOND, "Meld je aan"),
        (world.CLOSES, "De oproep is gesloten op"),
    ):
        at(moment)
        assert words in page(call), moment
        assert words in page(call), moment


def test_a_part_that_looks_at_the_clock_by_itself_is_a_minute_old_at_most(call, at, offering):
    def ticking(trip, user, now):
        return Section(template="components/empty.html", context={"title": "", "text": now.strftime("tik %H:%M:%S")})

    offering(public_page={1: ticking})
    start = world.MOMENTS["call"].replace(second=0)
    with clock.at(start + 5 * SECOND):
        first = page(call)
    with clock.at(start + 59 * SECOND):
        assert page(call) == first
    with clock.at(start + 60 * SECOND):
        assert page(call) != first
