"""What would follow from other days, before anybody presses: dates, meetings, programme, words and who is told.

The trip of this world: 10-13 November 2026, a Tuesday to a Friday; managers answer by 8 October, applicants hear on the
22nd, the return meeting is 35 days after the return, the follow-up day a day before the year.
"""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from exchange.trips.models import MeetingKind, SchoolHoliday, Trip
from exchange.trips.moving import Change, companions_of, following, group, move_of, on_day, told
from tests import world

pytestmark = pytest.mark.django_db
home = world.home
STEP = timedelta(microseconds=1)
LEFT = "The preparation meeting of Thu 29 October stays: at the same distance it would have been already."
AS_IT_IS = {
    "departs_on": world.DEPARTS,
    "returns_on": world.RETURNS,
    "return_meeting_on": world.RETURN_MEETING,
    "follow_up_on": world.FOLLOW_UP,
    "endorse_by_at": home(2026, 10, 8, 17),
    "letters_on": date(2026, 10, 22),
}


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def trip(cast, at):
    """In the call."""
    at(world.MOMENTS["call"])
    cast.trip.refresh_from_db()
    return cast.trip


def publish(trip):
    Trip.objects.filter(pk=trip.pk).update(published_at=home(2026, 10, 12), published_by=trip.team.get().user)
    trip.refresh_from_db()


def said_of(changes):
    return [(str(one.label), one.before, one.after) for one in changes]


# --- dates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        ({}, {}),
        (dict.fromkeys(AS_IT_IS), {}),
        (
            {"departs_on": date(2026, 11, 24)},
            {
                "departs_on": date(2026, 11, 24),
                "returns_on": date(2026, 11, 27),
                "return_meeting_on": date(2027, 1, 1),
                "follow_up_on": date(2027, 11, 26),
            },
        ),
        (
            {"returns_on": date(2026, 11, 15)},
            {
                "returns_on": date(2026, 11, 15),
                "return_meeting_on": date(2026, 12, 20),
                "follow_up_on": date(2027, 11, 14),
            },
        ),
        ({"return_meeting_on": date(2026, 12, 21)}, {"return_meeting_on": date(2026, 12, 21)}),
        ({"follow_up_on": date(2027, 11, 19)}, {"follow_up_on": date(2027, 11, 19)}),
        ({"endorse_by_at": home(2026, 10, 12, 17)}, {"endorse_by_at": home(2026, 10, 12, 17)}),
        ({"letters_on": date(2026, 10, 26)}, {"letters_on": date(2026, 10, 26)}),
    ],
)
def test_what_is_given_is_taken_and_the_rest_keeps_its_distance(trip, given, becomes):
    assert following(trip, given) == AS_IT_IS | becomes
    move = move_of(trip, given)
    assert (move.before, move.after) == (AS_IT_IS, AS_IT_IS | becomes)
    assert set(move.changed) == set(becomes)
    assert move.problems == []


def test_a_meeting_keeps_its_hours_on_the_dutch_clock(trip):
    """From 14.00 to 17.00 in summer to the same in winter; what has no end gets none."""
    meeting = world.meeting(trip, starts=home(2026, 10, 8, 14))
    assert on_day(meeting, date(2026, 10, 29)) == (home(2026, 10, 29, 14), home(2026, 10, 29, 17))
    meeting.ends_at = None
    assert on_day(meeting, date(2026, 10, 29)) == (home(2026, 10, 29, 14), None)


# --- what stands in the way -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"endorse_by_at": home(2026, 10, 1, 17)}, [("endorse_by_at", "Managers answer after the call has closed.")]),
        ({"endorse_by_at": home(2026, 10, 1, 17, 1)}, []),
        (
            {"departs_on": date(2026, 10, 20)},
            [("letters_on", "Applicants hear before the day of departure.")],
        ),
        ({"departs_on": date(2026, 10, 23)}, []),
        ({"letters_on": date(2026, 10, 9)}, []),
    ],
)
def test_dates_follow_each_other_also_when_they_move(trip, given, problems):
    assert [(name, str(text)) for name, text in move_of(trip, given).problems] == problems


def test_who_has_heard_stands_in_nobodys_way(trip, at):
    publish(trip)
    at(home(2026, 10, 13))
    assert move_of(trip, {"departs_on": date(2026, 10, 20)}).problems == []


def test_a_moment_is_ahead_until_it_is_now(trip, at):
    at(home(2026, 10, 5, 12))
    [(name, text)] = move_of(trip, {"endorse_by_at": home(2026, 10, 5, 12)}).problems
    assert (name, str(text)) == ("endorse_by_at", "This moment has passed. Choose a later one.")
    assert move_of(trip, {"endorse_by_at": home(2026, 10, 5, 12) + STEP}).problems == []


@pytest.mark.parametrize(
    ("now", "on", "problems"),
    [
        # The day itself that was told may still move, and when it has been too; only not to a day that is not ahead.
        (home(2026, 10, 22), date(2026, 10, 23), []),
        (home(2026, 10, 27), date(2026, 10, 28), []),
        (home(2026, 10, 27), date(2026, 10, 27), ["This day is not ahead any more. Choose a later one."]),
    ],
)
def test_the_day_on_which_applicants_hear_moves_until_they_have(trip, at, now, on, problems):
    at(now)
    assert [str(text) for _name, text in move_of(trip, {"letters_on": on}).problems] == problems


@pytest.mark.parametrize(
    ("now", "problems"),
    [
        (home(2026, 12, 17, 23, 59), []),
        (home(2026, 12, 18, 0), ["This day has been."]),
    ],
)
def test_a_day_that_has_come_moves_no_more(trip, at, now, problems):
    publish(trip)
    at(now)
    found = move_of(trip, {"return_meeting_on": date(2027, 1, 8)})
    assert [str(text) for _name, text in found.problems] == problems


# --- what moves along -------------------------------------------------------------------------------


def test_a_meeting_follows_its_day_and_the_others_the_departure(trip):
    made = {kind: world.meeting(trip, kind) for kind in MeetingKind}
    move = move_of(trip, {"departs_on": date(2026, 11, 17), "return_meeting_on": date(2026, 12, 21)})
    along = {one.meeting: (one.before, one.starts_at, one.ends_at) for one in move.meetings}
    assert along == {
        made[MeetingKind.PREPARATION]: (home(2026, 10, 29, 14), home(2026, 11, 5, 14), home(2026, 11, 5, 17)),
        made[MeetingKind.RETURN]: (home(2026, 12, 18, 14), home(2026, 12, 21, 14), home(2026, 12, 21, 17)),
        made[MeetingKind.FOLLOW_UP]: (home(2027, 11, 12, 14), home(2027, 11, 19, 14), home(2027, 11, 19, 17)),
    }
    only = move_of(trip, {"return_meeting_on": date(2026, 12, 21)})
    assert [one.meeting for one in only.meetings] == [made[MeetingKind.RETURN]]


@pytest.mark.parametrize(
    ("now", "departs", "stays", "problems"),
    [
        # Held from Thursday 29 October, 14.00 on.
        (
            home(2026, 10, 29, 14),
            date(2026, 11, 17),
            ["The preparation meeting of Thu 29 October has been held."],
            [],
        ),
        (home(2026, 10, 29, 14) - STEP, date(2026, 11, 17), [], []),
        # A week earlier it would be on the 22nd.
        (home(2026, 10, 22, 14), date(2026, 11, 3), [LEFT], []),
        (home(2026, 10, 22, 14) - STEP, date(2026, 11, 3), [], []),
        # Where it stays it is before the departure.
        (home(2026, 10, 26), date(2026, 10, 30), [LEFT], []),
        (
            home(2026, 10, 26),
            date(2026, 10, 29),
            [LEFT],
            [
                (
                    "departs_on",
                    "The preparation meeting of Thu 29 October would come after the departure."
                    " Give it another day first.",
                )
            ],
        ),
    ],
)
def test_a_meeting_stays_once_it_has_been_or_would_have_been(trip, at, now, departs, stays, problems):
    publish(trip)
    meeting = world.meeting(trip)
    at(now)
    move = move_of(trip, {"departs_on": departs})
    assert [str(text) for text in move.stays] == stays
    assert [one.meeting for one in move.meetings] == [meeting] * (not stays)
    assert [(name, str(text)) for name, text in move.problems] == problems


def test_what_changes_is_said_in_the_order_in_which_it_comes(trip):
    """A day that is a meeting's is said once, with its hour; the moment of the managers comes last."""
    world.meeting(trip)
    world.meeting(trip, MeetingKind.RETURN)
    move = move_of(trip, {"departs_on": date(2026, 11, 17), "endorse_by_at": home(2026, 10, 12, 17)})
    kept_free = [
        ("preparation meeting", home(2026, 10, 29, 14), home(2026, 11, 5, 14)),
        ("departure", date(2026, 11, 10), date(2026, 11, 17)),
        ("return", date(2026, 11, 13), date(2026, 11, 20)),
        ("return meeting", home(2026, 12, 18, 14), home(2026, 12, 25, 14)),
        ("one-year follow-up day", date(2027, 11, 12), date(2027, 11, 19)),
    ]
    assert said_of(move.kept_free) == kept_free
    assert said_of(move.changes) == [
        *kept_free,
        ("managers answer by", home(2026, 10, 8, 17), home(2026, 10, 12, 17)),
    ]


def test_a_change_is_written_as_what_it_is():
    moments = Change("", home(2026, 10, 8, 17), home(2026, 10, 12, 17)).words
    assert moments == (
        "Thursday 8 October 2026, 17:00 (Dutch time)",
        "Monday 12 October 2026, 17:00 (Dutch time)",
    )
    assert Change("", date(2026, 10, 22), date(2026, 10, 26)).words == (
        "Thursday 22 October 2026",
        "Monday 26 October 2026",
    )
    assert Change("", None, date(2026, 10, 26)).words == ("", "Monday 26 October 2026")


@pytest.mark.parametrize(
    ("given", "moved", "fall_off"),
    [
        ({"departs_on": date(2026, 11, 17)}, 4, ""),
        ({"returns_on": date(2026, 11, 14)}, 0, ""),
        ({"returns_on": date(2026, 11, 12)}, 0, "1 part of the programme"),
        # A day later and back on the same one: of 11, 12, 13 and 14 November the last.
        ({"departs_on": date(2026, 11, 11), "returns_on": world.RETURNS}, 4, "1 part of the programme"),
        ({"departs_on": date(2026, 11, 12), "returns_on": world.RETURNS}, 4, "2 parts of the programme"),
        ({"letters_on": date(2026, 10, 26)}, 0, ""),
    ],
)
def test_the_programme_moves_with_the_departure_and_loses_what_comes_after_the_return(trip, given, moved, fall_off):
    world.programme(trip)
    move = move_of(trip, given)
    assert len(move.items) == moved
    said = [text.partition(" would")[0] for text in map(str, move.warnings) if "programme" in text]
    assert said == [fall_off] * bool(fall_off)


# --- what is unusual --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"endorse_by_at": home(2026, 10, 10, 17)},
            ["Managers answer by: Saturday 10 October 2026 is in a weekend."],
        ),
        (
            {"letters_on": date(2026, 10, 25)},
            [
                "Applicants hear on: Sunday 25 October 2026 is in a weekend.",
                "Applicants hear on: in the school holiday autumn (Sat 17 October to Sun 25 October).",
            ],
        ),
        ({"letters_on": date(2026, 10, 26)}, []),
        # The days of the trip itself are asked as one, whichever of both moves.
        (
            {"returns_on": date(2026, 11, 16)},
            ["The trip: in the school holiday Saint Martin (Wed 11 November to Wed 11 November)."],
        ),
        (
            {"departs_on": date(2026, 11, 9), "returns_on": world.RETURNS},
            ["The trip: in the school holiday Saint Martin (Wed 11 November to Wed 11 November)."],
        ),
        ({"return_meeting_on": date(2026, 12, 21)}, []),
    ],
)
def test_only_of_what_changes_it_is_said_that_it_is_unusual(trip, given, said):
    SchoolHoliday.objects.create(name_en="autumn", starts_on=date(2026, 10, 17), ends_on=date(2026, 10, 25))
    SchoolHoliday.objects.create(name_en="Saint Martin", starts_on=date(2026, 11, 11), ends_on=date(2026, 11, 11))
    assert [str(text) for text in move_of(trip, given).warnings] == said


def test_of_a_meeting_that_moves_along_it_is_said_too(trip):
    """From Thursday 29 October to Sunday 1 November."""
    world.meeting(trip)
    said = [str(text) for text in move_of(trip, {"departs_on": date(2026, 11, 13)}).warnings]
    assert "Preparation meeting: Sunday 1 November 2026 is in a weekend." in said


# --- who is told ------------------------------------------------------------------------------------


def test_lead_and_companions_are_told_each_once_and_not_who_moves_it(cast, trip):
    """Not a reviewer, not somebody who left, not the companion of another trip."""
    second, both = cast.companion(), world.user("Bo Both")
    for role in ("lead", "companion"):
        world.join(trip, both, role)
    cast.reviewer()
    gone = world.user("Gone Companion")
    world.join(trip, gone, "companion")
    world.left(gone)
    world.join(world.trip(), world.user("Elsewhere"), "companion")
    assert companions_of(trip, cast.lead) == sorted([second, both], key=lambda one: one.pk)
    [found] = group(move_of(trip, {"departs_on": date(2026, 11, 17)}), cast.lead)
    assert str(found.text) == "2 other people in the team"
    assert (found.people.rows, found.people.more, found.signs) == (companions_of(trip, cast.lead), 0, False)


def test_of_many_travellers_twenty_are_named(cast, trip):
    people = [world.participation(trip, world.user(f"Person {n:02}")) for n in range(21)]
    world.left(people[0].user)
    world.settle_all()
    [found] = group(move_of(trip, {"departs_on": date(2026, 11, 17)}), cast.lead)
    assert (str(found.text), found.people.rows, found.people.more) == ("20 travellers", people[1:], 0)
    last = world.participation(trip, world.user("Person 21"))
    [found] = group(move_of(trip, {"departs_on": date(2026, 11, 17)}), cast.lead)
    assert (str(found.text), found.people.rows, found.people.more) == ("21 travellers", people[1:], 1)
    assert last not in found.people.rows


def test_who_signs_again_comes_last(cast, trip):
    """Applicants, managers who sign, travellers and the team: the wings tell it in another order."""
    cast.companion()
    world.submitted(trip, world.user("Bea Backed"))
    found = told(move_of(trip, {"departs_on": date(2026, 11, 17)}), cast.lead)
    assert [(str(one.text), one.signs) for one in found] == [
        ("1 other person in the team", False),
        ("1 applicant", False),
        ("1 manager is asked to sign again", True),
    ]
