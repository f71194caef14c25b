"""What is missing before announcing, and announcing itself."""

from datetime import date, time

import pytest
from django.urls import reverse

from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.trips import actions
from exchange.trips.checklist import Missing, blockers, missing, warnings
from exchange.trips.models import (
    HostOrganisation,
    MeetingKind,
    PreVisit,
    ProgrammeItem,
    SchoolHoliday,
    TripHost,
)
from exchange.verdicts import Refused
from tests import world
from tests.conftest import signed_in


@pytest.fixture
def plan(cast, at, offering):
    at(world.MOMENTS["planning"])
    offering(before_announcing=())
    return world.trip(lead=cast.lead, announced=False)


def urls(found):
    return {item.url.rstrip("/").rpartition("/")[2] for item in found}


def test_a_complete_plan_has_no_blockers(plan):
    assert blockers(plan) == []


@pytest.mark.parametrize(
    ("changes", "page"),
    [
        ({"question_nl": "", "question_en": ""}, "edit"),
        ({"city_nl": "", "city_en": ""}, "edit"),
        ({"country_nl": "", "country_en": ""}, "edit"),
        ({"places": 0}, "asked"),
        ({"max_per_school": 5}, "asked"),
        ({"opens_at": None}, "dates"),
        ({"closes_at": None}, "dates"),
        ({"endorse_by_at": None}, "dates"),
        ({"departs_on": None}, "dates"),
        ({"returns_on": None}, "dates"),
        ({"return_meeting_on": None}, "dates"),
        ({"follow_up_on": None}, "dates"),
        ({"closes_at": world.MOMENTS["planning"]}, "dates"),
        ({"departs_on": world.CLOSES.date()}, "dates"),
    ],
)
def test_each_thing_that_must_be_there_blocks_with_a_link(plan, changes, page):
    for name, value in changes.items():
        setattr(plan, name, value)
    assert urls(blockers(plan)) == {page}
    with pytest.raises(Refused) as refused:
        actions.announce(trip=plan, by=plan.team.get().user)
    assert refused.value.verdict.status == 409


def test_a_trip_without_a_lead_is_not_announced(plan):
    lead = plan.team.get().user
    plan.team.all().delete()
    assert urls(blockers(plan)) == {"members"}
    assert lead


def test_other_wings_can_block(plan, offering):
    offering(before_announcing=(no_rubric,))
    assert [item.text for item in blockers(plan)] == ["no rubric"]
    response = signed_in(plan.team.get().user).post(reverse("trips:announce", args=[plan.slug]))
    assert response.status_code == 409
    assert "no rubric" in response.content.decode()


def no_rubric(trip):
    yield Missing("no rubric", "/rubric/")
    yield Missing("no coffee", "/coffee/", blocks=False)


def test_hosts_warn_until_a_visit_said_go(plan):
    host = HostOrganisation.objects.create(name="Hackney Road College", place="London", country_en="United Kingdom")
    TripHost.objects.create(trip=plan, host=host)

    def said():
        return [item.text for item in missing(plan) if "Hackney" in str(item.text)]

    assert said() == ["Hackney Road College is nog nooit vooraf bezocht."]
    PreVisit.objects.create(host=host, visited_on=world.MOMENTS["planning"].date(), go=False)
    assert said() == ["Het laatste bezoek aan Hackney Road College zei: niet gaan."]
    PreVisit.objects.create(host=host, visited_on=world.DEPARTS, go=True)
    assert said() == []


def test_warnings_never_block(plan):
    assert all(not item.blocks for item in warnings(plan))
    assert {"hosts", "meetings", "members", "programme"} == urls(warnings(plan))
    world.programme(plan)
    world.meeting(plan)
    world.join(plan, world.user(), "companion")
    assert warnings(type(plan).objects.get(pk=plan.pk)) == []


def test_announcing_is_done_once_by_the_lead(plan, cast):
    companion = world.user()
    world.join(plan, companion, "companion")
    url = reverse("trips:announce", args=[plan.slug])
    assert signed_in(companion).post(url).status_code == 403
    lead = signed_in(cast.lead)
    assert lead.get(url).status_code == 200
    plan.refresh_from_db()
    assert plan.announced_at is None
    assert lead.post(url).status_code == 302
    plan.refresh_from_db()
    assert (plan.announced_at, plan.announced_by) == (world.MOMENTS["planning"], cast.lead)
    assert lead.post(url).status_code == 302, "the second click of the same person leads on"
    entry = HistoryEntry.objects.get(verb="trip.announce")
    assert (entry.source, entry.target, entry.by) == ("draft", "announced", cast.lead)


def test_the_overview_shows_the_list_and_locks_the_button(plan, cast):
    plan.question_nl = plan.question_en = ""
    plan.save()
    page = signed_in(cast.lead).get(reverse("trips:team", args=[plan.slug])).content.decode()
    assert "Schrijf de centrale vraag." in page
    assert "disabled" in page


# --- what the calendar and the clock say ------------------------------------------------------------


def said(found, page):
    """The sentences that lead to a page."""
    return [str(item.text) for item in found if item.url.endswith(f"/{page}/")]


def test_an_ordinary_plan_has_nothing_unusual(plan):
    assert said(missing(plan), "dates") == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"closes_at": world.home(2026, 10, 3, 17)}, "De oproep sluit: zaterdag 3 oktober 2026 valt in een weekend."),
        (
            {"endorse_by_at": world.home(2026, 10, 11, 17)},
            "Leidinggevenden antwoorden vóór: zondag 11 oktober 2026 valt in een weekend.",
        ),
        (
            {"return_meeting_on": date(2026, 12, 25)},
            "Evaluatiebijeenkomst: vrijdag 25 december 2026 is eerste kerstdag.",
        ),
        (
            {"follow_up_on": date(2027, 11, 13)},
            "Terugkomdag na een jaar: zaterdag 13 november 2027 valt in een weekend.",
        ),
    ],
)
def test_a_day_on_which_nobody_works_is_said_and_blocks_nothing(plan, changes, sentence):
    for name, value in changes.items():
        setattr(plan, name, value)
    assert said(missing(plan), "dates") == [sentence]
    assert blockers(plan) == []


def test_a_meeting_in_a_weekend_is_said_at_the_meetings_and_once(plan):
    world.meeting(plan, starts=world.home(2026, 10, 31, 14))
    plan.follow_up_on = date(2027, 11, 13)
    world.meeting(plan, MeetingKind.FOLLOW_UP, starts=world.home(2027, 11, 13, 14))
    found = missing(plan)
    assert said(found, "dates") == []
    assert said(found, "meetings") == [
        "Voorbereidende bijeenkomst: zaterdag 31 oktober 2026 valt in een weekend.",
        "Terugkomdag na een jaar: zaterdag 13 november 2027 valt in een weekend.",
    ]


def test_a_trip_in_the_holidays_is_said(plan):
    SchoolHoliday.objects.create(name_nl="Herfst", starts_on=date(2026, 11, 12), ends_on=date(2026, 11, 22))
    assert said(missing(plan), "dates") == [
        "De reis: in de schoolvakantie Herfst (do 12 november tot en met zo 22 november).",
    ]


@pytest.mark.parametrize(
    ("on", "near"),
    [
        (date(2027, 10, 12), False),
        (date(2027, 10, 13), True),  # eleven months after 13 November
        (date(2027, 12, 13), True),
        (date(2027, 12, 14), False),
    ],
)
def test_a_follow_up_day_is_about_a_year_later(plan, on, near):
    plan.follow_up_on = on
    far = [text for text in said(missing(plan), "dates") if "niet ongeveer een jaar" in text]
    assert bool(far) is not near
    assert blockers(plan) == []
    if far:
        assert "Dat is van woensdag 13 oktober 2027 tot en met maandag 13 december 2027." in far[0]


def test_hours_that_are_none_are_said(plan):
    plan.hours_before = plan.hours_during = plan.hours_after = 0
    assert said(missing(plan), "asked") == ["Er worden van niemand uren gevraagd. Zeg hoeveel het er kost."]
    facts = {"trip": plan, "on": world.DEPARTS, "title_nl": "x"}
    ProgrammeItem.objects.create(kind="visit", **facts)
    ProgrammeItem.objects.create(kind="training", starts=time(9), ends=time(12), hours=0, **facts)
    for kind in ("travel", "evening"):
        ProgrammeItem.objects.create(kind=kind, **facts)
    ProgrammeItem.objects.create(kind="meeting", starts=time(22), ends=time(0, 30), **facts)
    none = "2 bezoeken, trainingen en overleggen op het programma tellen geen uren. Vul van en tot in."
    assert none in said(missing(plan), "programme")


# --- once more, with what will happen ---------------------------------------------------------------


def test_announcing_asks_once_more_and_looking_announces_nothing(plan, cast):
    browser, url = signed_in(cast.lead), reverse("trips:announce", args=[plan.slug])
    page = browser.get(reverse("trips:team", args=[plan.slug])).text
    assert f'href="{url}"' in page
    assert f'action="{url}"' not in page
    page = browser.get(url).text
    for words in (
        "De reis aankondigen?",
        "Iedereen, meteen, met of zonder account.",
        "Van dinsdag 1 september 2026, 09.00 uur (Nederlandse tijd) tot donderdag 1 oktober 2026, 17.00 uur",
        "10–13 november 2026",
        "Plan een voorbereidende bijeenkomst.",
    ):
        assert words in page
    plan.refresh_from_db()
    assert plan.announced_at is None
    assert not OutboxMessage.objects.exists()
    browser.post(url)
    plan.refresh_from_db()
    assert plan.announced_at == world.MOMENTS["planning"]
    assert not OutboxMessage.objects.exists()


def test_what_must_be_there_first_stands_on_the_page_instead_of_the_button(plan, cast):
    plan.question_nl = plan.question_en = ""
    plan.save()
    page = signed_in(cast.lead).get(reverse("trips:announce", args=[plan.slug])).text
    assert "De reis kan nog niet worden aangekondigd" in page
    assert "Schrijf de centrale vraag." in page
    assert "btn-danger" not in page
