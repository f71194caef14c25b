"""The filters that write days, moments and figures; expected values worked out by hand."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.template import engines
from django.utils import translation

from exchange import clock, signs, words
from exchange.fields import Said

DEADLINE = datetime(2027, 1, 29, 16, 0, tzinfo=UTC)  # winter: an hour ahead of UTC


@pytest.mark.parametrize(
    ("language", "expected"),
    [("nl", "dinsdag 13 april 2027"), ("en", "Tuesday 13 April 2027")],
)
def test_day(language, expected):
    with translation.override(language):
        assert words.day(date(2027, 4, 13)) == expected


@pytest.mark.parametrize(("language", "expected"), [("nl", "di 13 april"), ("en", "Tue 13 April")])
def test_day_short(language, expected):
    with translation.override(language):
        assert words.day_short(date(2027, 4, 13)) == expected


def test_the_day_of_a_moment_is_the_dutch_one():
    late = datetime(2027, 4, 12, 22, 30, tzinfo=UTC)  # half past midnight in Amsterdam, half past eleven in London
    assert words.day(late) == "dinsdag 13 april 2027"
    assert words.day(late, "Europe/London") == "maandag 12 april 2027"
    assert words.day_month(late) == "13 april"


@pytest.mark.parametrize(
    ("first", "last", "nl", "en"),
    [
        (date(2027, 4, 13), date(2027, 4, 16), "13–16 april 2027", "13–16 April 2027"),
        (date(2027, 3, 30), date(2027, 4, 2), "30 maart – 2 april 2027", "30 March – 2 April 2027"),
        (
            date(2026, 12, 30),
            date(2027, 1, 2),
            "30 december 2026 – 2 januari 2027",
            "30 December 2026 – 2 January 2027",
        ),
        (date(2027, 4, 13), date(2027, 4, 13), "13 april 2027", "13 April 2027"),
        (date(2027, 4, 13), None, "13 april 2027", "13 April 2027"),
    ],
)
def test_period(first, last, nl, en):
    assert words.period(first, last) == nl
    with translation.override("en"):
        assert words.period(first, last) == en


def test_a_moment_says_whose_time_it_is():
    assert words.moment(DEADLINE) == "vrijdag 29 januari 2027, 17.00 uur (Nederlandse tijd)"
    assert words.moment(DEADLINE, "Europe/London") == "vrijdag 29 januari 2027, 16.00 uur (plaatselijke tijd)"
    with translation.override("en"):
        assert words.moment(DEADLINE) == "Friday 29 January 2027, 17:00 (Dutch time)"
        assert words.moment(DEADLINE, clock.ZoneInfo("Europe/London")) == "Friday 29 January 2027, 16:00 (local time)"


@pytest.mark.parametrize(
    ("utc", "dutch", "london"),
    [
        # The clock goes forward on 28 March 2027 at 01:00 UTC, in both places.
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "01.59 uur", "00.59 uur"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "03.00 uur", "02.00 uur"),
        # It goes back on 31 October 2027 at 01:00 UTC: two o'clock comes twice.
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "02.30 uur", "01.30 uur"),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), "02.30 uur", "01.30 uur"),
        (datetime(2027, 10, 31, 2, 0, tzinfo=UTC), "03.00 uur", "02.00 uur"),
    ],
)
def test_both_sides_of_a_clock_change(utc, dutch, london):
    assert words.clock_time(utc) == dutch
    assert words.clock_time(utc, "Europe/London") == london


def test_times_of_day_without_a_date():
    assert words.clock_time(time(9, 5)) == "09.05 uur"
    with translation.override("en"):
        assert words.clock_time(time(9, 5)) == "09:05"
        assert words.moment_short(DEADLINE) == "29 January, 17:00"
    assert words.moment_short(DEADLINE) == "29 januari, 17.00 uur"


@pytest.mark.parametrize(
    ("target", "nl", "en"),
    [
        (date(2027, 1, 29), "nog 12 dagen", "in 12 days"),
        (date(2027, 1, 19), "nog 2 dagen", "in 2 days"),
        (date(2027, 1, 18), "morgen", "tomorrow"),
        (date(2027, 1, 17), "vandaag", "today"),
        (date(2027, 1, 16), "gisteren", "yesterday"),
        (date(2027, 1, 14), "3 dagen geleden", "3 days ago"),
        (datetime(2027, 1, 29, 23, 30, tzinfo=UTC), "nog 13 dagen", "in 13 days"),  # already the 30th in Amsterdam
    ],
)
def test_days_until(target, nl, en):
    now = datetime(2027, 1, 17, 12, 0, tzinfo=UTC)
    assert words.days_until(target, now) == nl
    with translation.override("en"):
        assert words.days_until(target, now) == en


def test_past_is_before_today():
    now = datetime(2027, 1, 17, 12, 0, tzinfo=UTC)
    assert words.is_past(date(2027, 1, 16), now)
    assert not words.is_past(date(2027, 1, 17), now)
    assert not words.is_past(None, now)


def test_days_until_asks_the_clock_when_nobody_tells_the_time():
    with clock.at(datetime(2027, 1, 17, 23, 30, tzinfo=UTC)):  # the 18th in Amsterdam
        assert words.days_until(date(2027, 1, 18)) == "vandaag"


@pytest.mark.parametrize(
    ("value", "nl", "en"),
    [
        (Decimal("12345.5"), "€\u00a012.345,50", "€12,345.50"),
        (980, "€\u00a0980", "€980"),
        (Decimal("980.00"), "€\u00a0980", "€980"),
        (Decimal("-3.2"), "−€\u00a03,20", "−€3.20"),
        (0, "€\u00a00", "€0"),
        (None, "–", "–"),
    ],
)
def test_money(value, nl, en):
    assert words.money(value) == nl
    with translation.override("en"):
        assert words.money(value) == en


@pytest.mark.parametrize(
    ("value", "nl", "en"),
    [
        (1234567, "1.234.567", "1,234,567"),
        (4.6, "4,6", "4.6"),
        (Decimal("4.50"), "4,5", "4.5"),
        (Decimal("100"), "100", "100"),
        (-3, "−3", "−3"),
        (0, "0", "0"),
        ("", "–", "–"),
    ],
)
def test_number(value, nl, en):
    assert words.number(value) == nl
    with translation.override("en"):
        assert words.number(value) == en


def test_number_with_decimals_asked_for():
    assert words.number(Decimal("4"), 1) == "4,0"


@pytest.mark.parametrize(
    ("value", "expected"), [(-2, "−2"), ("-1", "−1"), (0, "0"), ("1", "+1"), (2, "+2"), (None, "–"), ("", "–")]
)
def test_level(value, expected):
    assert words.level(value) == expected


@pytest.mark.parametrize(
    ("days", "nl", "en"),
    [
        (1, "1 dag", "1 day"),
        (28, "4 weken", "4 weeks"),
        (90, "90 dagen", "90 days"),
        (365, "1 jaar", "1 year"),
        (1095, "3 jaar", "3 years"),
    ]
    + [(3653, "10 jaar", "10 years"), (400, "400 dagen", "400 days")],
)
def test_duration(days, nl, en):
    assert words.duration(days) == nl
    with translation.override("en"):
        assert words.duration(days) == en


@pytest.mark.parametrize("words", [words.day, words.day_short, words.day_month, words.period, words.clock_time])
def test_nothing_is_a_dash(words):
    assert words(None) == "–"


def test_no_moment_is_a_dash():
    assert {words.moment(None), words.moment_short(None), words.days_until(None)} == {"–"}


# --- what people typed, inside a mail -------------------------------------------------------------


def test_plain_is_one_line():
    assert words.plain("Beste Samira,\r\n\r\nSubject: gratis\tgeld") == "Beste Samira, Subject: gratis geld"


def test_plain_drops_what_nobody_sees():
    assert words.plain("a\x00b\u202ec\u200bd\u2028e") == "a b c d e"


def test_plain_leaves_sentences_alone():
    sentence = "Drs. J.P. Jansen, 4.5 uur. Klaar."
    assert words.plain(sentence) == sentence


@pytest.mark.parametrize("typed", ["https://evil.example/x", "www.evil.example", "evil.com", "mail a@evil.com"])
def test_plain_breaks_links_without_showing_it(typed):
    told = words.plain(typed)
    assert told != typed
    assert told.replace("\u200b", "") == typed
    assert "://" not in told
    assert ".com" not in told
    assert ".example" not in told


def test_nothing_typed_is_nothing():
    assert words.plain(None) == ""


# --- texts by the team ----------------------------------------------------------------------------


def test_a_fallback_carries_its_language():
    assert signs.said(Said("Safe in London", "en")) == '<span lang="en">Safe in London</span>'
    assert signs.said(Said("Veilig", "nl")) == "Veilig"


def test_a_fallback_is_escaped():
    template = engines["django"].from_string("{% said text %}")
    assert template.render({"text": Said("<b>", "en")}) == '<span lang="en">&lt;b&gt;</span>'
    assert template.render({"text": Said("<b>", "nl")}) == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("Fire & Fox", "Fire & Fox"),
        ("", ""),
    ],
)
def test_a_browser_by_the_name_people_use(agent, told):
    assert words.device(agent) == told
