"""Every page of trips opens for whom it is for, in both languages, and stays shut for others."""

import pytest
from django.urls import reverse

from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import MeetingKind, TripHost
from tests import world
from tests.conftest import signed_in

TEAM = """
    team edit dates asked means programme item-new hosts host-new meetings meeting-new members attendance travellers
    travellers-sheet deadline
""".split()
READ = "team programme hosts meetings".split()
BOTH = "means members attendance travellers travellers-sheet".split()


@pytest.fixture
def full(cast, at):
    """A trip with everything in it, in preparation."""
    world.programme(cast.trip)
    for kind in MeetingKind:
        world.meeting(cast.trip, kind)
    cast.participant()
    at(world.MOMENTS["call"])
    return cast


def get(person, name, *args, **headers):
    return signed_in(person).get(reverse(f"trips:{name}", args=args), **headers)


@pytest.mark.parametrize("name", TEAM)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_lead_opens_every_page(full, name, language):
    full.lead.language = language
    full.lead.save()
    assert get(full.lead, name, full.trip.slug).status_code == 200


@pytest.mark.parametrize("name", TEAM)
def test_others_of_the_team_read_what_is_theirs(full, name):
    companion, reviewer = full.companion(), full.reviewer()
    expected = 200 if name in READ + BOTH else 403 if name != "deadline" else 403
    assert get(companion, name, full.trip.slug).status_code == expected
    assert get(reviewer, name, full.trip.slug).status_code == (200 if name in READ else 403)


@pytest.mark.parametrize("name", TEAM)
def test_strangers_and_other_teams_see_nothing(full, name):
    other = world.trip(lead=world.user("Olga Ander"))
    for person in (full.stranger(), other.team.get().user, full.coordinator(), full.trip.participations.get().user):
        assert get(person, name, full.trip.slug).status_code == 404


def test_anonymous_is_asked_to_sign_in(full, client):
    for name in TEAM:
        response = client.get(reverse(f"trips:{name}", args=[full.trip.slug]))
        assert (response.status_code, response.url.startswith("/accounts/login/")) == (302, True)


def test_pages_of_parts_open(full):
    slug = full.trip.slug
    row = TripHost.objects.get()
    assert get(full.lead, "item", slug, full.trip.programme.first().pk).status_code == 200
    assert get(full.lead, "host", slug, row.pk).status_code == 200
    assert get(full.lead, "host-visit", slug, row.pk).status_code == 200
    assert get(full.lead, "meeting", slug, full.trip.meetings.first().pk).status_code == 200
    assert get(full.lead, "themes").status_code == 200
    assert get(full.lead, "new").status_code == 200
    assert get(full.lead, "team-list").status_code == 200
    assert get(full.lead, "calendar-page").status_code == 200


@pytest.mark.parametrize("phase", world.MOMENTS)
def test_the_public_page_opens_in_every_phase(full, client, at, phase):
    at(world.MOMENTS[phase])
    published = {"published_at": world.home(2026, 10, 12), "published_by": full.lead}
    type(full.trip).objects.filter(pk=full.trip.pk).update(**published)
    for url in ("/", reverse("trips:detail", args=[full.trip.slug])):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("phase", world.MOMENTS)
def test_room_team_and_home_open_in_every_phase(full, at, phase):
    at(world.MOMENTS[phase])
    full.trip.published_at, full.trip.published_by = world.home(2026, 10, 12), full.lead
    full.trip.save()
    traveller = full.trip.participations.get().user
    assert get(traveller, "mine", full.trip.slug).status_code == 200
    assert get(full.lead, "team", full.trip.slug).status_code == 200
    assert signed_in(traveller).get("/my/").status_code == 200
    assert signed_in(full.lead).get("/my/").status_code == 200


def test_only_the_traveller_has_a_room(full):
    traveller = full.trip.participations.get()
    for person in (full.stranger(), full.lead, full.reviewer(), full.administrator()):
        assert get(person, "mine", full.trip.slug).status_code == 404
    traveller.status, traveller.cancelled_at = "cancelled", world.MOMENTS["preparation"]
    traveller.cancelled_by = traveller.user
    traveller.save()
    world.settle_all()
    assert get(traveller.user, "mine", full.trip.slug).status_code == 404


def test_before_announcing_only_the_team_sees_the_call(cast, client):
    trip = world.trip(lead=cast.lead, announced=False)
    url = reverse("trips:detail", args=[trip.slug])
    assert client.get(url).status_code == 404
    assert signed_in(cast.stranger()).get(url).status_code == 404
    response = signed_in(cast.lead).get(url)
    assert response.status_code == 200
    assert trip.slug not in client.get("/").content.decode()


def test_a_companion_of_two_hats_is_listed_once_to_call(full):
    world.join(full.trip, full.lead, TeamRole.COMPANION)
    traveller = full.trip.participations.get().user
    page = get(traveller, "mine", full.trip.slug)
    assert [len(row["roles"]) for row in page.context["team"]] == [2]


def test_a_new_trip_without_anything_is_told_what_lacks_at_the_field(cast):
    """Two things missing are told both, and never as the name of a constraint."""
    response = signed_in(cast.lead).post(reverse("trips:new"), {"city_nl": "Bergen"})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"theme", "title_nl"}
    assert 'value="Bergen"' in response.content.decode()


def test_meetings_stand_in_the_order_of_time(full):
    found = get(full.lead, "meetings", full.trip.slug).context["meetings"]
    assert [one.starts_at for one in found] == sorted(one.starts_at for one in full.trip.meetings.all())
