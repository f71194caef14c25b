"""The menu of a team: what a phase is about stands in the row, what means nothing yet is not there."""

import pytest
from django.template import Context
from django.test import RequestFactory

from exchange.templatetags.trip import IN_THE_ROW, TEAM_NAV, team_nav
from exchange.trips.lifecycle import Phase
from tests import world

KEYS = [row[0] for row in TEAM_NAV]
LABELS = {row[0]: str(row[2]) for row in TEAM_NAV}


def menu(trip, person, now, active="overview"):
    """The keys in the row, and those under "More"."""
    request = RequestFactory().get("/team/elsewhere/")
    request.user = person
    found = team_nav(Context({"request": request, "now": now, "active": active}), trip)
    back = {row[1]: row[0] for row in TEAM_NAV}
    by_label = {str(row[2]): row[0] for row in TEAM_NAV}
    assert len(back) == len(by_label) == len(TEAM_NAV)
    return tuple([by_label[str(link["label"])] for link in found[part]] for part in ("links", "more"))


def test_every_entry_of_a_row_is_one_of_the_menu_and_every_phase_has_a_row():
    assert set(IN_THE_ROW) == set(Phase)
    for keys in IN_THE_ROW.values():
        row = keys.split()
        assert row[0] == "overview"
        assert set(row) <= set(KEYS)
        assert len(row) <= 6


#: Of each phase what stands in the row of its lead, and some of what is not there at all.
LEAD = [
    ("planning", "overview edit programme hosts meetings rubric", "applications selection travellers evenings report"),
    ("call", "overview applications people reviewers programme meetings", "late reserve travellers evenings report"),
    ("selection", "overview applications reviewers selection late programme", "reserve travellers evenings levels"),
    ("preparation", "overview travellers reserve goals meetings programme", "evenings certificates levels report"),
    ("travelling", "overview programme evenings travellers attendance goals", "levels outcomes report"),
    ("return", "overview travellers goals presentations levels certificates", ""),
    ("follow_up", "overview goals levels outcomes certificates report", ""),
]


@pytest.mark.parametrize(("moment", "row", "absent"), LEAD)
def test_the_row_follows_the_phase(cast, moment, row, absent):
    late = moment in ("preparation", "travelling", "return", "follow_up")
    trip = world.trip(lead=cast.lead, announced=moment != "planning", published=late)
    here, more = menu(trip, cast.lead, world.MOMENTS[moment])
    assert here == row.split()
    assert not set(absent.split()) & {*here, *more}
    assert {"mail", "history", "means"} <= set(more)


def test_under_more_what_came_last_comes_first(cast):
    """On the way: what opened with the trip, then what opened before it, and the plans of long ago last."""
    trip = world.trip(lead=cast.lead, published=True)
    assert (
        menu(trip, cast.lead, world.MOMENTS["travelling"])[1]
        == (
            "presentations certificates reserve schools late applications people reviewers selection "
            "edit hosts meetings members rubric conditions means mail history"
        ).split()
    )


def test_a_companion_sees_the_same_without_what_only_a_lead_does(cast):
    trip = world.trip(lead=cast.lead, published=True)
    companion = world.user()
    world.join(trip, companion, "companion")
    here, more = menu(trip, companion, world.MOMENTS["preparation"])
    assert here == ["overview", "travellers", "goals", "meetings", "programme"]
    assert not {"reserve", "edit", "rubric", "mail"} & {*here, *more}


def test_where_one_is_always_stands_there(cast):
    """A page can be reached before its time: by an address, or from a list of what is missing."""
    trip = world.trip(lead=cast.lead, announced=False)
    assert "report" not in menu(trip, cast.lead, world.MOMENTS["planning"])[1]
    assert "report" in menu(trip, cast.lead, world.MOMENTS["planning"], active="report")[1]


@pytest.mark.parametrize(
    ("published", "there", "absent"), [(False, "applications", "travellers"), (True, "travellers", "evenings")]
)
def test_a_cancelled_trip_keeps_what_it_had_come_to(cast, published, there, absent):
    trip = world.trip(lead=cast.lead, published=published)
    trip.cancelled_at, trip.cancelled_by = world.MOMENTS["call"], cast.lead
    here, more = menu(trip, cast.lead, world.MOMENTS["preparation"])
    assert there in {*here, *more}
    assert absent not in {*here, *more}
