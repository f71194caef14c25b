"""On which days somebody can answer, by hand from the calendar; and every default reply date that uses it."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
from django.urls import reverse
from django.utils import translation

from applications.endorsing.actions import _due
from applications.selection.seats import reply_by
from exchange.trips.checklist import default_dates
from exchange.trips.models import SchoolHoliday, Trip
from exchange.trips.moving import last_moment
from exchange.trips.working_days import (
    _public_holidays,
    last_working_day,
    public_holidays,
    to_answer_by,
    unusual,
    working_days,
)
from tests import world
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
home = world.home
NEVER = dict.fromkeys(("departs_on", "returns_on", "return_meeting_on", "follow_up_on"))


@pytest.fixture(autouse=True)
def _worked_out_anew():
    """The holidays of a year are kept; what another test asked of them is no answer to this one."""
    _public_holidays.cache_clear()


def leaving(departs_on, **fields):
    """A trip of four days that leaves on a day; the rest follows at the usual distance."""
    days = {"returns_on": 3, "return_meeting_on": 38, "follow_up_on": 368}
    after = {name: departs_on + timedelta(count) for name, count in days.items()}
    return world.trip(**{"departs_on": departs_on, **after, **fields})


#: Easter Sunday as the Nautical Almanac and the churches have it: with the earliest (2285 is beyond us) and latest.
EASTER = {
    2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2028: (4, 16), 2029: (4, 1), 2030: (4, 21), 2031: (4, 13),
    2032: (3, 28), 2035: (3, 25), 2038: (4, 25), 2049: (4, 18), 2076: (4, 19), 2100: (3, 28),
}  # fmt: skip


@pytest.mark.parametrize("year", EASTER)
def test_easter_and_what_hangs_on_it(year):
    sunday = date(year, *EASTER[year])
    with translation.override("en"):
        names = {str(name): day for day, name in public_holidays(year).items()}
    assert names["Easter Sunday"] == sunday
    assert names["Easter Monday"] - sunday == timedelta(1)
    assert (names["Ascension Day"] - sunday, names["Ascension Day"].strftime("%a")) == (timedelta(39), "Thu")
    assert (names["Whit Monday"] - sunday, names["Whit Monday"].strftime("%a")) == (timedelta(50), "Mon")


def test_the_days_of_a_year_as_they_stand_in_a_dutch_calendar():
    assert sorted(public_holidays(2027)) == [
        date(2027, 1, 1), date(2027, 3, 28), date(2027, 3, 29), date(2027, 4, 27), date(2027, 5, 5), date(2027, 5, 6),
        date(2027, 5, 16), date(2027, 5, 17), date(2027, 12, 25), date(2027, 12, 26),
    ]  # fmt: skip


@pytest.mark.parametrize(("year", "on"), [(2025, 26), (2026, 27), (2027, 27), (2031, 26), (2036, 26)])
def test_kings_day_is_the_day_before_when_it_is_a_sunday(year, on):
    kings_day = next(day for day, name in public_holidays(year).items() if str(name) == "Koningsdag")
    assert kings_day == date(year, 4, on)


@pytest.mark.parametrize(("every", "off"), [(1, {2025, 2026, 2030}), (5, {2025, 2030}), (0, set())])
def test_the_alliance_decides_how_often_it_keeps_liberation_day(settings, every, off):
    settings.LIBERATION_DAY_EVERY = every
    assert {year for year in (2025, 2026, 2030) if date(year, 5, 5) in public_holidays(year)} == off


def working_days_later(on, count):
    """So many working days after a day."""
    return next(islice(working_days(on + timedelta(1)), count - 1, None))


def next_working_day(on):
    return working_days_later(on, 1)


#: A day, and the first working day after it.
NEXT = [
    ((2026, 10, 15), (2026, 10, 16)),
    ((2026, 10, 16), (2026, 10, 19)),  # Friday
    ((2026, 10, 17), (2026, 10, 19)),
    ((2026, 12, 24), (2026, 12, 28)),  # Thursday; Friday and Saturday are Christmas
    ((2025, 12, 24), (2025, 12, 29)),  # Wednesday; Thursday and Friday are Christmas
    ((2024, 12, 24), (2024, 12, 27)),  # Tuesday; Wednesday and Thursday are Christmas
    ((2026, 12, 31), (2027, 1, 4)),  # Thursday; Friday is New Year's Day
    ((2028, 12, 29), (2029, 1, 2)),  # Friday; Monday is New Year's Day
    ((2026, 4, 2), (2026, 4, 3)),  # Good Friday is a working day unless the alliance lists it
    ((2026, 4, 3), (2026, 4, 7)),  # Easter Monday is 6 April
    ((2026, 4, 24), (2026, 4, 28)),  # Friday; Monday is King's Day
    ((2026, 5, 4), (2026, 5, 6)),  # Monday; Tuesday is Liberation Day
    ((2026, 5, 13), (2026, 5, 15)),  # Wednesday before Ascension
    ((2026, 5, 22), (2026, 5, 26)),  # Friday before Whitsun
]


@pytest.mark.parametrize(("on", "after"), NEXT)
def test_the_next_working_day(on, after):
    assert next_working_day(date(*on)) == date(*after)


@pytest.mark.parametrize(
    ("on", "count", "later"),
    [
        ((2026, 10, 12), 5, (2026, 10, 19)),
        ((2026, 12, 18), 5, (2026, 12, 28)),  # 21, 22, 23, 24, and then not the second day of Christmas
        ((2026, 12, 24), 5, (2027, 1, 4)),  # 28, 29, 30, 31, and then over the turn of the year
        ((2026, 4, 21), 5, (2026, 4, 29)),  # 22, 23, 24, 28, 29: not King's Day
        ((2025, 4, 17), 5, (2025, 4, 25)),  # 18, 22, 23, 24, 25: not Easter Monday
        ((2027, 5, 3), 5, (2027, 5, 12)),  # 4, 7, 10, 11, 12: neither Liberation Day nor Ascension Day
    ],
)
def test_working_days_later(on, count, later):
    assert working_days_later(date(*on), count) == date(*later)


def test_the_alliance_lists_when_its_schools_are_closed():
    SchoolHoliday.objects.create(name_nl="Kerstvakantie", starts_on=date(2026, 12, 19), ends_on=date(2027, 1, 3))
    SchoolHoliday.objects.create(name_nl="Goede Vrijdag", starts_on=date(2026, 4, 3), ends_on=date(2026, 4, 3))
    assert working_days_later(date(2026, 12, 18), 5) == date(2027, 1, 8)
    assert next_working_day(date(2026, 4, 2)) == date(2026, 4, 7)
    assert last_working_day(date(2026, 12, 10), date(2027, 1, 3)) == date(2026, 12, 18)
    assert last_working_day(date(2026, 12, 18), date(2027, 1, 3)) is None


@pytest.mark.parametrize(
    ("on", "after"),
    [
        ((2026, 10, 12), (2027, 10, 15)),  # asked from Tuesday the 13th on: believed up to Thursday 14 October
        ((2026, 10, 13), (2027, 10, 18)),  # from Wednesday on: up to Friday, and then it is a weekend
        ((2026, 10, 15), (2027, 10, 18)),
    ],
)
def test_a_holiday_without_an_end_stops_nobody_for_ever(on, after):
    """An administrator's slip of the pen: a year ahead the list is not believed any more."""
    SchoolHoliday.objects.create(name_nl="Vakantie", starts_on=date(2026, 1, 1), ends_on=date(9999, 12, 31))
    assert next_working_day(date(*on)) == date(*after)


@pytest.mark.parametrize(
    ("moment", "by"),
    [
        (home(2026, 10, 16, 9, 30), home(2026, 10, 16, 9, 30)),
        (home(2026, 10, 24, 9, 30), home(2026, 10, 26, 9, 30)),  # the clock goes back in between
        (home(2027, 3, 27, 9, 30), home(2027, 3, 30, 9, 30)),  # Saturday; Easter Monday is the 29th
        (datetime(2026, 12, 24, 23, 30, tzinfo=UTC), home(2026, 12, 28, 0, 30)),  # Christmas Day on the Dutch clock
    ],
)
def test_an_answer_is_put_off_to_the_same_time_on_a_working_day(moment, by):
    assert to_answer_by(moment) == by
    assert to_answer_by(moment).utcoffset() == by.utcoffset()


# --- every reply date of the house ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "until"),
    [
        (home(2026, 12, 18, 10), home(2026, 12, 28, 17)),
        (home(2026, 12, 24, 10), home(2027, 1, 4, 17)),
        (home(2027, 3, 22, 10), home(2027, 3, 30, 17)),  # Easter Monday, and the clock goes forward
        (home(2027, 4, 21, 10), home(2027, 4, 29, 17)),
        (home(2026, 10, 19, 10), home(2026, 10, 26, 17)),  # the clock goes back
    ],
)
def test_an_offer_is_answered_on_a_working_day(made, until):
    trip = leaving(date(2027, 6, 1))
    assert reply_by(trip, made) == until


@pytest.mark.parametrize(
    ("now", "departs", "last"),
    [
        (home(2026, 11, 5, 10), (2026, 11, 10), home(2026, 11, 9, 17)),  # the eve is a Monday
        (home(2026, 11, 4, 10), (2026, 11, 9), home(2026, 11, 6, 17)),  # the eve is a Sunday: Friday
        (home(2026, 11, 6, 10), (2026, 11, 9), home(2026, 11, 8, 17)),  # on Friday itself there is nothing better
        (home(2026, 11, 8, 16, 59), (2026, 11, 9), home(2026, 11, 8, 17)),
        (home(2026, 11, 8, 17), (2026, 11, 9), home(2026, 11, 8, 23, 59)),
        (home(2026, 12, 21, 10), (2026, 12, 28), home(2026, 12, 24, 17)),  # Christmas, then a weekend
    ],
)
def test_before_departure_the_last_day_is_a_working_day_while_there_is_one(now, departs, last):
    trip = leaving(date(*departs), reply_days=30)
    assert last_moment(trip, now) == reply_by(trip, now) == last


@pytest.mark.parametrize(
    ("closes", "answered"),
    [
        (home(2026, 10, 1, 17), home(2026, 10, 8, 17)),
        (home(2026, 12, 18, 17), home(2026, 12, 28, 17)),  # a week later is Christmas Day
        (home(2026, 12, 25, 17), home(2027, 1, 4, 17)),  # a week later is New Year's Day
        (home(2027, 3, 22, 12), home(2027, 3, 30, 12)),  # a week later is Easter Monday
        (home(2027, 4, 20, 12), home(2027, 4, 28, 12)),  # a week later is King's Day
        (home(2026, 10, 24, 17), home(2026, 11, 2, 17)),  # a Saturday; the clock goes back
    ],
)
def test_managers_answer_a_week_after_closing_on_a_working_day(closes, answered):
    trip = world.trip(announced=False, closes_at=closes, endorse_by_at=None, **NEVER)
    assert default_dates(trip)["endorse_by_at"] == answered


def test_putting_it_off_never_takes_managers_beyond_the_departure():
    """A week after closing is Friday, Christmas Day; Monday the trip leaves: Thursday it is."""
    trip = leaving(date(2026, 12, 28), announced=False, closes_at=home(2026, 12, 18, 17), endorse_by_at=None)
    assert default_dates(trip)["endorse_by_at"] == home(2026, 12, 24, 17)


def test_a_manager_asked_later_has_two_weeks_up_to_a_working_day(at):
    trip = leaving(date(2027, 6, 1))
    at(home(2026, 12, 11, 15))
    assert _due(trip, None) == home(2026, 12, 28, 15)


def test_another_closing_moment_takes_managers_along_to_a_working_day(cast, at):
    """Closing moves from Thursday 1 October to Saturday the 24th: a week later is a Saturday, and winter time."""
    at(world.MOMENTS["call"])
    trip = cast.trip
    Trip.objects.filter(pk=trip.pk).update(letters_on=date(2026, 11, 3))
    data = {"closes_at": "2026-10-24T17:00", "reason": "Herfst.", "seen": trip.closes_at.isoformat()}
    assert signed_in(cast.lead).post(reverse("trips:deadline", args=[trip.slug]), data).status_code == 302
    trip.refresh_from_db()
    assert (trip.closes_at, trip.endorse_by_at) == (home(2026, 10, 24, 17), home(2026, 11, 2, 17))
    page = signed_in(cast.lead).get(reverse("trips:deadline", args=[trip.slug]))
    assert "sluit nu op zaterdag 24 oktober 2026" in page.text


@pytest.mark.parametrize(
    ("on", "said"),
    [("2026-10-30", ""), ("2026-10-31", "Voorbereidende bijeenkomst: zaterdag 31 oktober 2026 valt in een weekend.")],
)
def test_a_meeting_on_a_day_on_which_nobody_works_is_planned_and_said(cast, at, on, said):
    at(world.MOMENTS["call"])
    data = {"kind": "preparation", "on": on, "starts": "14:00", "ends": "17:00", "place": "Utrecht"}
    page = signed_in(cast.lead).post(reverse("trips:meeting-new", args=[cast.trip.slug]), data, follow=True)
    assert cast.trip.meetings.count() == 1
    assert [str(one) for one in page.context["messages"]][1:] == [said] * bool(said)


# --- what is said of days ---------------------------------------------------------------------------


def test_what_is_unusual_is_said_with_its_day():
    SchoolHoliday.objects.create(name_nl="Meivakantie", starts_on=date(2027, 4, 24), ends_on=date(2027, 5, 9))
    days = [
        ("terugkomst", date(2027, 3, 29)),
        ("terugkomdag", date(2027, 4, 3)),
        ("sluiting", date(2027, 4, 27)),
        ("vertrek", date(2027, 5, 3)),
        ("bijeenkomst", date(2027, 4, 6)),
    ]
    assert list(unusual(days, [("de reis", date(2027, 5, 3), date(2027, 5, 6))])) == [
        "Terugkomst: maandag 29 maart 2027 is tweede paasdag.",
        "Terugkomdag: zaterdag 3 april 2027 valt in een weekend.",
        "Sluiting: dinsdag 27 april 2027 is Koningsdag.",
        "De reis: in de schoolvakantie Meivakantie (za 24 april tot en met zo 9 mei).",
        "Sluiting: in de schoolvakantie Meivakantie (za 24 april tot en met zo 9 mei).",
    ]


def test_a_holiday_is_said_of_a_trip_that_touches_it_and_not_once_more_of_its_days():
    for name, first, last in (("A", 1, 7), ("B", 7, 8), ("C", 11, 12), ("D", 12, 13)):
        SchoolHoliday.objects.create(name_nl=name, starts_on=date(2027, 6, first), ends_on=date(2027, 6, last))
    days = [("vertrek", date(2027, 6, 8)), ("terugkomst", date(2027, 6, 11)), ("brieven", date(2027, 6, 7))]
    assert list(unusual(days, [("de reis", date(2027, 6, 8), date(2027, 6, 11))])) == [
        "De reis: in de schoolvakantie B (ma 7 juni tot en met di 8 juni).",
        "De reis: in de schoolvakantie C (vr 11 juni tot en met za 12 juni).",
        "Brieven: in de schoolvakantie A (di 1 juni tot en met ma 7 juni).",
        "Brieven: in de schoolvakantie B (ma 7 juni tot en met di 8 juni).",
    ]
