"""Calendars, read back by the library that wrote them and by one that did not."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from exchange import clock
from exchange.documents.calendar import Event, Status, changes, feed, rules

HOME = ZoneInfo("Europe/Amsterdam")


def meeting(**fields: object) -> Event:
    given = {
        "uid": "meeting-1@exchange.example",
        "summary": "Voorbereiding",
        "starts": datetime(2026, 3, 12, 15, 0, tzinfo=HOME),
        "ends": datetime(2026, 3, 12, 17, 0, tzinfo=HOME),
    }
    return Event(**{**given, **fields})


def by_vobject(content: bytes) -> list:
    return vobject.readOne(content.decode()).vevent_list


def by_icalendar(content: bytes) -> list:
    return icalendar.Calendar.from_ical(content).walk("VEVENT")


def test_the_file_as_programs_want_it() -> None:
    with clock.at(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)):
        content = feed(
            "Mijn reis", [meeting(sequence=3, location="Lokaal 1", url="https://exchange.example/my/")], zone=HOME
        )

    lines = content.decode().split("\r\n")
    assert "\n" not in "".join(lines)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert {
        "VERSION:2.0", "METHOD:PUBLISH", "CALSCALE:GREGORIAN", "NAME:Mijn reis", "X-WR-CALNAME:Mijn reis",
        "X-WR-TIMEZONE:Europe/Amsterdam", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H",
        "TZID:Europe/Amsterdam", "UID:meeting-1@exchange.example", "SEQUENCE:3", "DTSTAMP:20260102T030405Z",
        "DTSTART;TZID=Europe/Amsterdam:20260312T150000", "DTEND;TZID=Europe/Amsterdam:20260312T170000",
        "STATUS:CONFIRMED", "LOCATION:Lokaal 1", "URL:https://exchange.example/my/",
    } <= set(lines)  # fmt: skip


def test_the_clock_changes_are_the_published_ones() -> None:
    """By rule, at the time the clocks said before they changed; the library's own table puts spring at three."""
    lines = (
        rules(HOME, datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)).to_ical().decode().split("\r\n")
    )

    summer = lines.index("BEGIN:DAYLIGHT")
    assert lines[summer + 1 : summer + 6] == [
        "DTSTART:20250330T020000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "TZNAME:CEST", "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
    ]  # fmt: skip
    winter = lines.index("BEGIN:STANDARD")
    assert lines[winter + 1 : winter + 6] == [
        "DTSTART:20251026T030000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "TZNAME:CET", "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["Europe/Amsterdam", "Europe/London", "America/New_York", "Europe/Dublin", "Africa/Casablanca"]
)
def test_every_change_is_found_to_the_minute(name: str) -> None:
    zone, minute = ZoneInfo(name), timedelta(minutes=1)
    found = list(changes(zone, datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)))

    assert len(found) == 4
    for change in found:
        assert (change.at - minute).astimezone(zone).utcoffset() == change.before
        assert change.at.astimezone(zone).utcoffset() == change.after


@pytest.mark.parametrize("name", ["Asia/Tokyo", "Africa/Lagos"])
def test_a_zone_without_changes_has_one_standard_time(name: str) -> None:
    moment = datetime(2026, 4, 1, tzinfo=UTC)
    parts = rules(ZoneInfo(name), moment, moment).subcomponents

    assert [part.name for part in parts] == ["STANDARD"]
    assert parts[0]["tzoffsetfrom"].td == parts[0]["tzoffsetto"].td == moment.astimezone(ZoneInfo(name)).utcoffset()


def test_a_zone_that_follows_the_moon_is_told_date_by_date() -> None:
    moment = datetime(2026, 4, 1, tzinfo=UTC)
    told = rules(ZoneInfo("Africa/Casablanca"), moment, moment).to_ical().decode()

    assert "RRULE" not in told
    assert "RDATE:20260322T020000,20270314T020000" in told


#: The two nights in which the Dutch clocks change, hour by hour in UTC, and an ordinary one.
NIGHTS = [
    datetime(2026, 3, 28, 22, 30, tzinfo=UTC),
    datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
    datetime(2026, 4, 13, 22, tzinfo=UTC),
]


@pytest.mark.parametrize("evening", NIGHTS)
@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Europe/London", "America/New_York", "Asia/Tokyo"])
def test_both_readers_see_the_same_moment_in_every_hour_of_the_night(evening: datetime, zone: str) -> None:
    starts = [evening + timedelta(hours=hour) for hour in range(6)]
    events = [
        meeting(uid=f"{hour}", starts=start, ends=start + timedelta(hours=1)) for hour, start in enumerate(starts)
    ]

    content = feed("Nacht", events, zone=ZoneInfo(zone))

    ends = [start + timedelta(hours=1) for start in starts]
    assert [each["dtstart"].dt.astimezone(UTC) for each in by_icalendar(content)] == starts
    assert [each["dtend"].dt.astimezone(UTC) for each in by_icalendar(content)] == ends
    assert [each.dtstart.value.astimezone(UTC) for each in by_vobject(content)] == starts
    assert [each.dtend.value.astimezone(UTC) for each in by_vobject(content)] == ends


def test_days_end_on_their_last_day() -> None:
    content = feed("Reis", [meeting(starts=date(2026, 4, 13), ends=date(2026, 4, 16))], zone=HOME)

    assert b"DTSTART;VALUE=DATE:20260413\r\n" in content
    assert b"DTEND;VALUE=DATE:20260417\r\n" in content
    assert b"VTIMEZONE" not in content
    assert by_vobject(content)[0].dtend.value == date(2026, 4, 17)


def test_a_cancelled_meeting_keeps_its_uid() -> None:
    [event] = by_vobject(feed("Reis", [meeting(status=Status.CANCELLED, sequence=4)], zone=HOME))

    assert (event.uid.value, event.status.value, event.sequence.value) == (
        "meeting-1@exchange.example",
        "CANCELLED",
        "4",
    )


def test_what_people_typed_survives_and_adds_no_property() -> None:
    words = "Neem mee: pen, papier; en \\ een jas.\r\nEND:VEVENT\nATTACH:https://evil.example/\x0b\x00 " + "é" * 120
    content = feed("Naam; met\nX-EVIL:1", [meeting(summary=words, description=words, location=words)], zone=HOME)

    [event], [other] = by_vobject(content), by_icalendar(content)
    expected = words.replace("\r\n", "\n").replace("\x0b", "").replace("\x00", "")
    for read in (event.summary.value, event.description.value, str(other["summary"]), str(other["location"])):
        assert read == expected
    names = {line.split(b":")[0].split(b";")[0] for line in content.replace(b"\r\n ", b"").split(b"\r\n")}
    assert not names & {b"ATTACH", b"X-EVIL"}
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_an_address_cannot_start_a_property() -> None:
    content = feed("Reis", [meeting(url="https://a.example/\r\nATTACH:https://evil.example/")], zone=HOME)

    assert b"\r\nATTACH" not in content


@pytest.mark.parametrize(
    "fields",
    [
        {"starts": date(2026, 4, 13)},
        {"starts": datetime(2026, 3, 12, 15, 0)},  # noqa: DTZ001 -- a naive moment is the point
        {"ends": datetime(2026, 3, 12, 14, 0, tzinfo=HOME)},
        {"starts": date(2026, 4, 13), "ends": date(2026, 4, 12)},
    ],
)
def test_impossible_events_are_refused(fields: dict) -> None:
    with pytest.raises(ValueError, match="An event"):
        meeting(**fields)


def test_an_empty_feed_is_still_a_calendar() -> None:
    calendar = icalendar.Calendar.from_ical(feed("Leeg", [], zone=HOME))

    assert calendar["x-wr-calname"] == "Leeg"
    assert calendar.subcomponents == []
