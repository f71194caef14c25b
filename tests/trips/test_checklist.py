"""What is missing before announcing, and announcing itself."""

import pytest
from django.urls import reverse

from exchange.history.models import HistoryEntry
from exchange.trips import actions
from exchange.trips.checklist import Missing, blockers, missing, warnings
from exchange.trips.models import HostOrganisation, PreVisit, TripHost
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
    assert lead.get(url).status_code == 405
    assert lead.post(url).status_code == 302
    plan.refresh_from_db()
    assert (plan.announced_at, plan.announced_by) == (world.MOMENTS["planning"], cast.lead)
    assert lead.post(url).status_code == 409
    entry = HistoryEntry.objects.get(verb="trip.announce")
    assert (entry.source, entry.target, entry.by) == ("draft", "announced", cast.lead)


def test_the_overview_shows_the_list_and_locks_the_button(plan, cast):
    plan.question_nl = plan.question_en = ""
    plan.save()
    page = signed_in(cast.lead).get(reverse("trips:team", args=[plan.slug])).content.decode()
    assert "Schrijf de centrale vraag." in page
    assert "disabled" in page
