"""A trip from its first words to its end, through the pages."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from exchange.forms import dutch_moment
from exchange.history.models import HistoryEntry
from exchange.trips.actions import change_host, note_visit
from exchange.trips.event import linked_data
from exchange.trips.models import HostOrganisation, PreVisit, ProgrammeItem, Trip, TripHost
from exchange.trips.permissions import going
from exchange.verdicts import CONFLICT
from tests import world
from tests.conftest import signed_in


def post(person, name, /, *args, **data):
    return signed_in(person).post(reverse(f"trips:{name}", args=args), data)


NEW = {"title_nl": "Taal op school", "title_en": "", "city_nl": "Gent", "country_nl": "België", "country_en": ""}


# --- starting -------------------------------------------------------------------------------------


def test_a_lead_starts_a_trip_and_leads_it(cast):
    theme = cast.trip.theme
    response = post(cast.lead, "new", theme=theme.pk, **NEW)
    assert response.status_code == 302
    trip = Trip.objects.get(slug="taal-op-school")
    assert response.url == reverse("trips:team", args=[trip.slug])
    assert (trip.code, trip.framework, trip.announced_at) == ("TAA", theme.frameworks.get(), None)
    assert [(member.user, member.role) for member in trip.team.all()] == [(cast.lead, "lead")]
    assert HistoryEntry.objects.get(verb="trip.create").trip == trip.pk
    assert signed_in(cast.lead).get(response.url).status_code == 200


def test_a_second_trip_of_the_same_name_gets_another_address(cast):
    for _ in range(2):
        post(cast.lead, "new", theme=cast.trip.theme.pk, **NEW)
    assert set(Trip.objects.filter(slug__startswith="taal").values_list("slug", flat=True)) == {
        "taal-op-school",
        "taal-op-school-2",
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_nl": ""}, "title_nl"),
        ({"slug": "new"}, "slug"),
        ({"slug": "a b"}, "slug"),
        ({"theme": "none"}, "theme"),
        ({"title_nl": "x" * 81}, "title_nl"),
    ],
)
def test_a_wrong_start_is_said_at_its_field(cast, changes, field):
    response = post(cast.lead, "new", **{"theme": cast.trip.theme.pk, **NEW, **changes})
    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_a_taken_address_is_refused_and_a_title_without_letters_gets_one(cast):
    assert post(cast.lead, "new", theme=cast.trip.theme.pk, **NEW, slug=cast.trip.slug).status_code == 422
    assert post(cast.lead, "new", theme=cast.trip.theme.pk, **NEW | {"title_nl": "安全"}).status_code == 302
    assert Trip.objects.get(slug="trip").code == "TRP"


def test_only_leads_and_administrators_start_trips(cast):
    for person, status in ((cast.companion(), 403), (cast.stranger(), 403), (cast.administrator(), 200)):
        assert signed_in(person).get(reverse("trips:new")).status_code == status


def test_administrators_see_every_trip_and_others_their_own(cast):
    other = world.trip()
    closed = world.trip(lead=cast.lead, published=True, closed_at=world.MOMENTS["follow_up"], closed_by=cast.lead)

    def seen(person):
        page = signed_in(person).get(reverse("trips:team-list")).context
        return {row["trip"] for row in page["running"]}, {row["trip"] for row in page["ended"]}

    assert seen(cast.lead) == ({cast.trip}, {closed})
    assert seen(cast.administrator()) == ({cast.trip, other}, {closed})
    assert seen(cast.stranger()) == (set(), set())


def test_the_list_counts_companions_whoever_looks(cast):
    cast.companion()
    rows = signed_in(cast.lead).get(reverse("trips:team-list")).context["running"]
    assert [row["trip"].companions for row in rows] == [1]


# --- its parts ------------------------------------------------------------------------------------


def basics(trip, **changes):
    both = "title city country question need audience costs".split()
    names = [f"{name}_{lang}" for name in both for lang in ("nl", "en")]
    values = {name: getattr(trip, name) for name in (*names, "code")}
    return values | changes


def test_only_what_changed_is_written_with_a_history(cast):
    data = basics(cast.trip, need_nl="Scholen zien meer ruzies.", city_nl="Rome")
    assert post(cast.lead, "edit", cast.trip.slug, **data).status_code == 302
    cast.trip.refresh_from_db()
    assert (cast.trip.need, cast.trip.city) == ("Scholen zien meer ruzies.", "Rome")
    assert HistoryEntry.objects.get(verb="trip.change").facts == {"fields": ["city_nl", "need_nl"]}
    post(cast.lead, "edit", cast.trip.slug, **basics(cast.trip))
    assert HistoryEntry.objects.filter(verb="trip.change").count() == 1


def test_what_people_sign_for_is_frozen_once_the_call_is_open(cast, at):
    at(world.MOMENTS["call"])
    post(cast.lead, "edit", cast.trip.slug, **basics(cast.trip, costs_nl="Je betaalt zelf."))
    post(cast.lead, "asked", cast.trip.slug, **asked(cast.trip, hours_before=99, places=20))
    cast.trip.refresh_from_db()
    assert (cast.trip.costs_nl, cast.trip.hours_before, cast.trip.places) == ("", 12, 20)


def test_one_language_is_enough_and_none_is_not(cast):
    response = post(cast.lead, "edit", cast.trip.slug, **basics(cast.trip, title_nl="", title_en=""))
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["title_nl"])
    response = post(cast.lead, "edit", cast.trip.slug, **basics(cast.trip, question_nl="", question_en=""))
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["question_nl"])
    assert post(cast.lead, "edit", cast.trip.slug, **basics(cast.trip, title_nl="")).status_code == 302
    assert post(cast.lead, "edit", cast.trip.slug, **basics(cast.trip, code="v1")).status_code == 422


def asked(trip, **changes):
    names = "places max_per_school hours_before hours_during hours_after reply_days attendance_percent minimum_people"
    return {name: getattr(trip, name) for name in f"{names} reviewers_each".split()} | changes


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"places": 0}, "places"),
        ({"places": 501}, "places"),
        ({"places": 1}, "places"),
        ({"places": ""}, "places"),
        ({"max_per_school": 5}, "max_per_school"),
        ({"minimum_people": 4}, "minimum_people"),
        ({"attendance_percent": 101}, "attendance_percent"),
        ({"reply_days": 0}, "reply_days"),
        ({"reviewers_each": 0}, "reviewers_each"),
        ({"hours_after": -1}, "hours_after"),
        ({"hours_after": 10**30}, "hours_after"),
    ],
)
def test_numbers_out_of_reach_are_refused(cast, at, changes, field):
    at(world.MOMENTS["planning"])
    for _ in range(2):
        world.participation(cast.trip)
    response = post(cast.lead, "asked", cast.trip.slug, **asked(cast.trip, **changes))
    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_means_are_totals(cast):
    data = {"cost_planned": "18500.50", "cost_actual": "", "team_hours_planned": "240", "team_hours_actual": "-1"}
    response = post(cast.lead, "means", cast.trip.slug, **data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["team_hours_actual"])
    assert post(cast.lead, "means", cast.trip.slug, **data | {"team_hours_actual": ""}).status_code == 302
    cast.trip.refresh_from_db()
    assert (cast.trip.cost_planned, cast.trip.team_hours_planned) == (Decimal("18500.50"), 240)
    assert post(cast.companion(), "means", cast.trip.slug, **data).status_code == 403


@pytest.mark.parametrize("part", ["edit", "dates", "asked", "means"])
@pytest.mark.parametrize("end", ["closed", "cancelled"])
def test_an_ended_trip_stays_as_it_is(cast, part, end):
    setattr(cast.trip, f"{end}_at", world.MOMENTS["follow_up"])
    setattr(cast.trip, f"{end}_by", cast.lead)
    cast.trip.save()
    assert post(cast.lead, part, cast.trip.slug).status_code == 409


# --- programme and hosts --------------------------------------------------------------------------

ITEM = {
    "on": "2026-11-10",
    "starts": "09:00",
    "ends": "12:30",
    "kind": "training",
    "title_nl": "Training",
    "title_en": "",
    "text_nl": "",
    "text_en": "",
    "host": "",
    "place": "",
    "hours": "",
}


def test_hours_follow_from_the_times_and_sum_by_kind(cast):
    assert post(cast.lead, "item-new", cast.trip.slug, **ITEM).status_code == 302
    assert post(cast.lead, "item-new", cast.trip.slug, **ITEM | {"kind": "visit", "hours": "2"}).status_code == 302
    page = signed_in(cast.companion()).get(reverse("trips:programme", args=[cast.trip.slug]))
    assert [(str(kind), hours) for kind, hours in page.context["totals"]] == [
        ("schoolbezoek", Decimal("2.0")),
        ("training", Decimal("3.5")),
    ]
    assert page.context["total"] == Decimal("5.5")


def test_a_change_raises_the_number_of_an_item_and_it_can_be_taken_off(cast):
    post(cast.lead, "item-new", cast.trip.slug, **ITEM)
    item = ProgrammeItem.objects.get()
    assert post(cast.lead, "item", cast.trip.slug, item.pk, **ITEM | {"title_nl": "Oefenen"}).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.sequence) == ("Oefenen", 1)
    assert post(cast.companion(), "item-remove", cast.trip.slug, item.pk).status_code == 403
    other = world.trip(lead=cast.lead)
    assert post(cast.lead, "item-remove", other.slug, item.pk).status_code == 404
    assert post(cast.lead, "item-remove", cast.trip.slug, item.pk).status_code == 302
    assert not ProgrammeItem.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on": "2026-11-20"}, "on"),
        ({"ends": "08:00"}, "ends"),
        ({"starts": ""}, "starts"),
        ({"starts": "25:00"}, "starts"),
        ({"title_nl": ""}, "title_nl"),
        ({"hours": "25"}, "hours"),
        ({"host": "00000000-0000-0000-0000-000000000000"}, "host"),
        ({"kind": "party"}, "kind"),
    ],
)
def test_a_wrong_item_is_said_at_its_field(cast, changes, field):
    response = post(cast.lead, "item-new", cast.trip.slug, **ITEM | changes)
    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_items_outside_the_days_are_shown_as_such(cast):
    world.programme(cast.trip)
    cast.trip.returns_on = world.DEPARTS
    cast.trip.save()
    page = signed_in(cast.lead).get(reverse("trips:programme", args=[cast.trip.slug]))
    assert [inside for _day, _items, inside in page.context["days"]] == [True, False, False, False]


HOST = {"name": "Hackney Road College", "place": "London", "country_en": "United Kingdom"}


def test_a_host_is_added_visited_chosen_again_and_removed(cast, at):
    at(world.MOMENTS["planning"])
    assert post(cast.lead, "host-new", cast.trip.slug, **HOST, contact_email="x").status_code == 422
    assert post(cast.lead, "host-new", cast.trip.slug, **HOST, website="hackney.example").status_code == 302
    row = TripHost.objects.get()
    assert row.host.website == "https://hackney.example"
    assert post(cast.lead, "host", cast.trip.slug, row.pk, **HOST | {"place": "Hackney"}).status_code == 302
    visit = {"visited_on": "2026-05-12", "findings": "Veilig gebouw.", "go": "yes", "visited_by": cast.lead.pk}
    assert post(cast.lead, "host-visit", cast.trip.slug, row.pk, **visit).status_code == 302
    assert (PreVisit.objects.get().visited_by, PreVisit.objects.get().go) == (cast.lead, True)
    late = visit | {"visited_on": "2026-08-21"}
    assert post(cast.lead, "host-visit", cast.trip.slug, row.pk, **late).status_code == 422
    stranger = visit | {"visited_by": cast.stranger().pk}
    assert post(cast.lead, "host-visit", cast.trip.slug, row.pk, **stranger).status_code == 422
    other = world.trip(lead=cast.lead)
    assert post(cast.lead, "host-choose", other.slug, host=row.host.pk).status_code == 302
    assert post(cast.lead, "host-choose", other.slug, host=row.host.pk).status_code == 422
    item = ProgrammeItem.objects.create(trip=cast.trip, on=world.DEPARTS, kind="visit", title_nl="B", host=row.host)
    assert post(cast.lead, "host-remove", cast.trip.slug, row.pk).status_code == 409
    item.delete()
    assert post(cast.lead, "host-remove", cast.trip.slug, row.pk).status_code == 302
    assert HostOrganisation.objects.get().trips.get() == other


def test_a_changed_host_stands_in_the_history_and_another_one_is_not_changed_by_mistake(cast, at):
    """Whatever door is used: the host must be the one of that trip, and so must the one that was visited."""
    at(world.MOMENTS["planning"])
    post(cast.lead, "host-new", cast.trip.slug, **HOST)
    row, other = TripHost.objects.get(), HostOrganisation.objects.create(**HOST | {"name": "Elders"})
    assert post(cast.lead, "host", cast.trip.slug, row.pk, **HOST | {"place": "Hackney"}).status_code == 302
    assert HostOrganisation.objects.get(pk=row.host_id).place == "Hackney"
    assert HistoryEntry.objects.get(verb="host.change").facts == {"host": "Hackney Road College"}
    with pytest.raises(ValueError, match="Elders"):
        change_host(row=row, host=other, by=cast.lead)
    with pytest.raises(ValueError, match="Elders"):
        note_visit(visit=PreVisit(host=other, visited_on=date(2026, 5, 12)), trip=cast.trip, by=cast.lead)
    assert not PreVisit.objects.exists()


# --- the end --------------------------------------------------------------------------------------


def test_a_trip_is_completed_after_its_follow_up_day_by_its_lead(cast, at):
    trip = world.trip(lead=cast.lead, published=True)
    at(world.home(2027, 11, 11, 23))
    assert post(cast.lead, "close", trip.slug, sure="on").status_code == 409
    at(world.home(2027, 11, 12))
    assert signed_in(cast.lead).get(reverse("trips:close", args=[trip.slug])).status_code == 200
    assert post(cast.lead, "close", trip.slug).status_code == 422
    assert post(cast.stranger(), "close", trip.slug, sure="on").status_code == 404
    assert post(cast.lead, "close", trip.slug, sure="on").status_code == 302
    trip.refresh_from_db()
    assert (trip.closed_at, trip.closed_by) == (world.home(2027, 11, 12), cast.lead)
    second = world.join(trip, world.user("Tweede Trekker"), "lead").user
    assert post(second, "close", trip.slug, sure="on").status_code == 409
    # The own second click hears that it is done.
    assert post(cast.lead, "close", trip.slug, sure="on").status_code == 302


@pytest.mark.parametrize("phase", ["preparation", "travelling", "return"])
def test_not_before(cast, at, phase):
    trip = world.trip(lead=cast.lead, published=True)
    at(world.MOMENTS[phase])
    assert post(cast.lead, "close", trip.slug, sure="on").status_code == 409


def test_dutch_moments_are_aware(db):
    from datetime import date, time

    assert dutch_moment(date(2026, 7, 1), time(12)) == world.home(2026, 7, 1)
    with pytest.raises(ValidationError):
        dutch_moment(date(2026, 3, 29), time(2, 30))


def test_whether_coordinators_read_is_settled_before_the_trip_is_announced(cast, at):
    at(world.MOMENTS["planning"])
    fresh = world.trip(lead=cast.lead, announced=False)
    assert post(cast.lead, "asked", fresh.slug, **asked(fresh, coordinators_read="on")).status_code == 302
    fresh.refresh_from_db()
    assert fresh.coordinators_read is True
    assert post(cast.lead, "asked", cast.trip.slug, **asked(cast.trip, coordinators_read="on")).status_code == 302
    cast.trip.refresh_from_db()
    assert cast.trip.coordinators_read is False


@pytest.mark.parametrize(
    ("reads", "words"), [(False, "never reads your motivation"), (True, "can be read by that coordinator")]
)
def test_the_public_page_says_what_the_coordinator_reads(cast, client, reads, words):
    cast.trip.coordinators_read = reads
    cast.trip.save()
    page = client.get(reverse("trips:detail", args=[cast.trip.slug]), headers={"accept-language": "en"})
    assert words in page.content.decode()


def test_a_city_and_a_country_are_read_in_the_language_of_the_page(cast, client):
    places = {"city_nl": "Antwerpen", "city_en": "Antwerp", "country_nl": "België", "country_en": "Belgium"}
    Trip.objects.filter(pk=cast.trip.pk).update(**places)
    trip = Trip.objects.get(pk=cast.trip.pk)
    for language, place in (("nl", "Antwerpen, België"), ("en", "Antwerp, Belgium")):
        client.cookies["language"] = language
        city = place.partition(",")[0]
        for page in (reverse("trips:detail", args=[trip.slug]), "/"):
            assert re.search(rf"\b{city}\b", client.get(page).content.decode())
        with translation.override(language):
            assert linked_data(trip)["location"]["address"] == place


def test_a_city_in_one_language_is_marked_with_it(cast, client):
    Trip.objects.filter(pk=cast.trip.pk).update(city_nl="Antwerpen", city_en="")
    client.cookies["language"] = "en"
    assert '<span lang="nl">Antwerpen</span>' in client.get("/").content.decode()


def test_a_cancelled_trip_goes_no_further(db):
    trip = world.trip()
    assert going(trip)
    trip.cancelled_at = world.home(2026, 10, 1)
    verdict = going(trip)
    assert (bool(verdict), verdict.status) == (False, CONFLICT)
    assert str(verdict.reason) == "Deze reis is geannuleerd."
