"""The team's roles, numbers for the road, the list of travellers."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from exchange.history.models import HistoryEntry
from exchange.trips import actions
from exchange.trips.models import Participation, TeamMember
from exchange.verdicts import Refused
from tests import world
from tests.conftest import signed_in


def members(cast, who=None, **data):
    return signed_in(who or cast.lead).post(reverse("trips:members", args=[cast.trip.slug]), data)


def remove(cast, member, who=None):
    return signed_in(who or cast.lead).post(reverse("trips:member-remove", args=[cast.trip.slug, member.pk]))


def test_the_lead_gives_and_takes_roles_with_a_history(cast):
    person = world.user("Nora Nieuw")
    assert members(cast, email=person.email.upper(), role="companion").status_code == 302
    member = TeamMember.objects.get(user=person)
    assert (member.role, member.given_by) == ("companion", cast.lead)
    assert members(cast, email=person.email, role="companion").status_code == 409
    assert members(cast, email=person.email, role="reviewer").status_code == 302
    assert remove(cast, member).status_code == 302
    verbs = HistoryEntry.objects.filter(trip=cast.trip.pk).order_by("pk").values_list("verb", "facts__role")
    assert list(verbs) == [("team.give", "companion"), ("team.give", "reviewer"), ("team.take", "companion")]


def test_a_closed_account_gets_no_role(cast):
    with pytest.raises(Refused):
        actions.give_team_role(trip=cast.trip, user=world.left(world.user("Wim Weg")), role="lead", by=cast.lead)
    assert not TeamMember.objects.filter(user__name="Wim Weg").exists()


@pytest.mark.parametrize(
    "data", [{"email": "nobody@nowhere.example", "role": "lead"}, {"email": "x", "role": "lead"}, {}]
)
def test_unknown_addresses_are_refused_with_words(cast, data):
    response = members(cast, **data)
    assert response.status_code == 422
    assert "email" in response.context["form"].errors


def test_a_role_that_does_not_exist_is_refused(cast):
    assert members(cast, email=world.user().email, role="king").status_code == 422


def test_the_last_lead_stays(cast):
    first = cast.trip.team.get()
    assert remove(cast, first).status_code == 409
    second = world.join(cast.trip, world.user("Tweede Trekker"), "lead")
    assert remove(cast, first, second.user).status_code == 302
    with pytest.raises(Refused):
        actions.take_team_role(member=second, by=second.user)
    assert cast.trip.team.get() == second


def test_neither_a_companion_nor_the_lead_of_another_trip_is_another_lead(cast):
    cast.companion()
    world.trip(slug="other")
    assert remove(cast, cast.trip.team.get(role="lead")).status_code == 409
    assert cast.trip.team.filter(role="lead").exists()


def test_who_leaves_the_own_team_goes_to_the_list(cast):
    world.join(cast.trip, world.user("Tweede Trekker"), "lead")
    own = cast.trip.team.get(user=cast.lead)
    assert remove(cast, own).url == reverse("trips:team-list")


def test_only_the_lead_and_administrators_give_roles(cast):
    person = world.user()
    for who, status in (
        (cast.companion(), 403),
        (cast.reviewer(), 403),
        (cast.stranger(), 404),
        (cast.coordinator(), 404),
    ):
        assert members(cast, who, email=person.email, role="lead").status_code == status
        assert remove(cast, cast.trip.team.get(role="lead"), who).status_code == status
    elsewhere = world.join(world.trip(), world.user(), "companion")
    assert remove(cast, elsewhere).status_code == 404
    assert members(cast, cast.administrator(), email=person.email, role="companion").status_code == 302


# --- numbers --------------------------------------------------------------------------------------


def test_a_traveller_gives_and_removes_a_number(cast, at):
    at(world.MOMENTS["preparation"])
    one = cast.participant()
    url = reverse("trips:mine-phone", args=[cast.trip.slug])
    client = signed_in(one.user)
    assert client.post(url, {"phone": "+31 6 1234 5678"}).status_code == 302
    one.refresh_from_db()
    assert one.phone == "+31 6 1234 5678"
    fellow = world.participation(cast.trip)
    room = signed_in(fellow.user).get(reverse("trips:mine", args=[cast.trip.slug])).content.decode()
    assert 'href="tel:+31612345678"' in room
    response = client.post(url, {"phone": "bel mij <b>"})
    assert response.status_code == 422
    assert "bel mij &lt;b&gt;" in response.content.decode()
    client.post(url, {"phone": ""})
    one.refresh_from_db()
    assert one.phone == ""
    assert signed_in(cast.stranger()).post(url, {"phone": "+31612345678"}).status_code == 404


def test_the_number_of_an_account_is_not_shown_by_itself(cast):
    one = cast.participant()
    one.user.phone = "+31 6 0000 0000"
    one.user.save()
    fellow = world.participation(cast.trip)
    room = signed_in(fellow.user).get(reverse("trips:mine", args=[cast.trip.slug])).content.decode()
    assert "0000 0000" not in room


def test_the_team_gives_numbers_for_all_its_hats(cast, at):
    at(world.MOMENTS["preparation"])
    world.join(cast.trip, cast.lead, "companion")
    url = reverse("trips:members-phone", args=[cast.trip.slug])
    assert signed_in(cast.lead).post(url, {"phone": "020 123 4567"}).status_code == 302
    assert set(cast.trip.team.values_list("phone", flat=True)) == {"020 123 4567"}
    assert signed_in(cast.lead).post(url, {"phone": "?"}).status_code == 422
    assert signed_in(cast.reviewer()).post(url, {"phone": "020 123 4567"}).status_code == 403
    assert signed_in(cast.administrator()).post(url, {"phone": "020 123 4567"}).status_code == 404
    one = cast.participant()
    assert "020 123 4567" in signed_in(one.user).get(reverse("trips:mine", args=[cast.trip.slug])).content.decode()


# --- travellers -----------------------------------------------------------------------------------


@pytest.fixture
def three(cast, at):
    at(world.MOMENTS["travelling"])
    for name in ("Anna Appel", "Bram Boom", "=cmd|calc"):
        world.participation(cast.trip, world.user(name))
    meeting = world.meeting(cast.trip)
    anna = Participation.objects.get(printed_name="Anna Appel")
    anna.phone = "+31 6 1111 1111"
    anna.save()
    anna.replies.create(meeting=meeting, coming=True, replied_at=world.MOMENTS["preparation"])
    for on in (world.DEPARTS, world.MOMENTS["travelling"].date()):
        anna.attendance.create(on=on, present=True, ticked_at=world.MOMENTS["travelling"], ticked_by=cast.lead)
    anna.attendance.create(meeting=meeting, present=False, ticked_at=world.MOMENTS["travelling"], ticked_by=cast.lead)
    return cast


def names(cast, query=""):
    page = signed_in(cast.lead).get(reverse("trips:travellers", args=[cast.trip.slug]) + query)
    assert page.status_code == 200
    return [row.record.printed_name for row in page.context["table"].rows]


def test_the_list_searches_and_sorts(three):
    assert names(three) == ["=cmd|calc", "Anna Appel", "Bram Boom"]
    assert names(three, "?sort=-printed_name") == ["Bram Boom", "Anna Appel", "=cmd|calc"]
    assert names(three, "?sort=-days_present")[0] == "Anna Appel"
    assert names(three, "?q=bram") == ["Bram Boom"]
    assert names(three, "?q=nobody") == []
    assert names(three, "?sort=user__password") == ["=cmd|calc", "Anna Appel", "Bram Boom"]


def test_the_list_counts(three):
    page = signed_in(three.lead).get(reverse("trips:travellers", args=[three.trip.slug])).content.decode()
    assert "1 van 1" in page
    assert "2 van 2" in page
    assert 'href="tel:+31611111111"' in page


def test_the_spreadsheet_holds_the_same_and_no_formula(three):
    response = signed_in(three.lead).get(reverse("trips:travellers-sheet", args=[three.trip.slug]))
    sheet = load_workbook(BytesIO(response.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["=cmd|calc", "Anna Appel", "Bram Boom"]
    assert sheet["A2"].data_type == "s"
    anna = rows[2]
    assert anna[4:8] == ("+31 6 1111 1111", 1, 2, 0)
    one = signed_in(three.lead).get(reverse("trips:travellers-sheet", args=[three.trip.slug]) + "?q=bram")
    assert len(list(load_workbook(BytesIO(one.content)).active.iter_rows())) == 2
