"""An evening: its window at the destination, repeats and second devices, what the board shows and to whom."""

import uuid
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evaluations.evenings.actions import Answers, Elsewhere, answer_evening, answers_of, remind_evening
from evaluations.evenings.permissions import can_answer_evening
from evaluations.lifecycle import Moment, evening_window
from evaluations.models import DailyEvaluation, GoalLevel
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.verdicts import CONFLICT, GONE
from tests import world
from tests.world import LONDON, london

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 11)  # the second of four days
TONIGHT = london(2026, 11, 11, 21)


def url(trip, on=DAY):
    return f"/my/trips/{trip.slug}/evening/{on}/"


def posted(participation, **more):
    """What a browser sends."""
    goal = participation.goals.first()
    return {
        f"level_{goal.pk}": "0",
        "insight": "Stil zijn.",
        "verdict": "keep",
        "mood": "4",
        "need": "",
        "client_key": str(uuid.uuid4()),
        "seen": "",
    } | more


@pytest.fixture
def piet(cast):
    cast.trip.published_at, cast.trip.published_by = world.home(2026, 10, 12), cast.lead
    cast.trip.save()
    return cast.participant()


# --- the window -----------------------------------------------------------------------------------

WINDOWS = [
    # moment, answered before?, allowed or status
    (london(2026, 11, 11, 11, 59, 59), False, CONFLICT),
    (london(2026, 11, 11, 12), False, True),
    (london(2026, 11, 13, 11, 59, 59), False, True),
    (london(2026, 11, 13, 11, 59, 59), True, True),
    (london(2026, 11, 13, 12), True, GONE),
    (london(2026, 11, 13, 12), False, True),  # late, but a first answer
    (london(2026, 11, 20, 23, 59, 59), False, True),
    (london(2026, 11, 21, 0), False, GONE),
]


@pytest.mark.parametrize(("now", "answered", "expected"), WINDOWS)
def test_the_window_counts_at_the_destination(piet, now, answered, expected):
    evening = DailyEvaluation(participation=piet, on=DAY) if answered else None
    verdict = can_answer_evening(piet.user, piet, DAY, evening, now)
    assert verdict.ok if expected is True else (verdict.ok, verdict.status) == (False, expected)


@pytest.mark.parametrize(
    ("zone", "on", "opens"),
    [
        ("Europe/London", date(2026, 7, 1), datetime(2026, 7, 1, 11, tzinfo=ZoneInfo("UTC"))),  # summer time
        ("Europe/London", date(2026, 11, 11), datetime(2026, 11, 11, 12, tzinfo=ZoneInfo("UTC"))),
        (
            "Europe/London",
            date(2026, 10, 25),
            datetime(2026, 10, 25, 12, tzinfo=ZoneInfo("UTC")),
        ),  # the clock goes back
        ("America/New_York", date(2026, 11, 11), datetime(2026, 11, 11, 17, tzinfo=ZoneInfo("UTC"))),
        ("Asia/Tokyo", date(2026, 11, 11), datetime(2026, 11, 11, 3, tzinfo=ZoneInfo("UTC"))),
    ],
)
def test_noon_is_noon_where_the_trip_is(cast, zone, on, opens):
    cast.trip.time_zone = zone
    assert evening_window(cast.trip, on).opens_at == opens


def test_two_days_later_means_by_the_clock_on_the_wall(cast):
    window = evening_window(cast.trip, date(2026, 10, 24))  # the clock goes back in the night after
    assert window.opens_at.astimezone(LONDON).hour == window.changes_until.astimezone(LONDON).hour == 12
    assert window.changes_until - window.opens_at == timedelta(hours=48)  # on the wall
    utc = ZoneInfo("UTC")
    assert window.changes_until.astimezone(utc) - window.opens_at.astimezone(utc) == timedelta(hours=49)


def test_pages_before_and_after_the_window_say_so(piet, login, at):
    browser = login(piet.user)
    at(london(2026, 11, 11, 11))
    early = browser.get(url(piet.trip))
    assert early.status_code == 409
    assert "12.00 uur" in early.content.decode()
    at(london(2026, 11, 21, 9))
    assert browser.get(url(piet.trip)).status_code == 410
    assert browser.get(url(piet.trip, date(2026, 11, 14))).status_code == 404
    assert browser.get(f"/my/trips/{piet.trip.slug}/evening/2026-02-30/").status_code == 404


def test_what_comes_too_late_is_given_back(piet, login, at):
    at(london(2026, 11, 21, 9))
    answer = login(piet.user).post(url(piet.trip), posted(piet, insight="Dit wil ik bewaren."))
    assert answer.status_code == 410
    assert "Dit wil ik bewaren." in answer.content.decode()
    assert not DailyEvaluation.objects.exists()


# --- answering ------------------------------------------------------------------------------------


def test_an_evening_stores_one_level_per_goal(piet, login, at):
    at(TONIGHT)
    answer = login(piet.user).post(url(piet.trip), posted(piet, need="Een rustige bus."))
    assert (answer.status_code, answer.url) == (302, "/my/")
    evening = DailyEvaluation.objects.get()
    assert (evening.mood, evening.need, evening.late) == (4, "Een rustige bus.", False)
    assert (evening.insight.text, evening.insight.verdict) == ("Stil zijn.", "keep")
    level = GoalLevel.objects.get()
    assert (level.moment, level.on, level.level, level.scored_by) == (Moment.DAY, DAY, 0, piet.user)


def test_not_knowing_is_an_answer_and_nothing_is_not(piet, login, at):
    at(TONIGHT)
    goal, browser = piet.goals.first(), login(piet.user)
    nothing = {"client_key": str(uuid.uuid4())}
    answer = browser.post(url(piet.trip), nothing)
    assert answer.status_code == 422
    assert not DailyEvaluation.objects.exists()
    browser.post(url(piet.trip), nothing | {f"level_{goal.pk}": "unknown"})
    assert GoalLevel.objects.get().level is None


def test_nothing_is_preselected_before_the_first_answer(piet, login, at):
    at(TONIGHT)
    page = login(piet.user).get(url(piet.trip)).content.decode()
    assert "checked" not in page
    assert "Niveau 2" in page  # the words of the levels stand there
    login(piet.user).post(url(piet.trip), posted(piet))
    again = login(piet.user).get(url(piet.trip)).content.decode()
    assert again.count("checked") == 3  # level, verdict, mood


def test_a_goal_that_was_not_sharpened_takes_words_and_no_level(cast, login, at):
    raw = cast.participant(sharpened=False)
    goal = raw.goals.first()
    at(TONIGHT)
    login(raw.user).post(url(raw.trip), posted(raw, **{f"words_{goal.pk}": "Meegekeken."}))
    row = GoalLevel.objects.get()
    assert (row.level, row.outcome) == (None, "Meegekeken.")


def test_yesterday_stands_under_the_scale(piet, login, at):
    at(london(2026, 11, 10, 21))
    goal = piet.goals.first()
    login(piet.user).post(url(piet.trip, date(2026, 11, 10)), posted(piet, **{f"level_{goal.pk}": "-1"}))
    at(TONIGHT)
    assert "Gisteren: −1" in login(piet.user).get(url(piet.trip)).content.decode()


def test_a_level_out_of_range_or_too_long_a_text_comes_back_typed(piet, login, at):
    at(TONIGHT)
    goal = piet.goals.first()
    answer = login(piet.user).post(url(piet.trip), posted(piet, **{f"level_{goal.pk}": "3", "insight": "x" * 401}))
    assert answer.status_code == 422
    assert "x" * 401 in answer.content.decode()


def test_a_late_first_answer_is_marked_and_then_stands(piet, login, at):
    at(london(2026, 11, 15, 9))
    browser = login(piet.user)
    browser.post(url(piet.trip), posted(piet))
    assert DailyEvaluation.objects.get().late
    assert browser.get(url(piet.trip)).status_code == 200  # to read
    assert browser.post(url(piet.trip), posted(piet)).status_code == 410


# --- twice ----------------------------------------------------------------------------------------


def test_the_same_again_is_harmless(piet, login, at):
    at(TONIGHT)
    data, browser = posted(piet), login(piet.user)
    first, second = browser.post(url(piet.trip), data), browser.post(url(piet.trip), data)
    assert (first.status_code, second.status_code) == (302, 302)
    assert DailyEvaluation.objects.count() == 1
    assert HistoryEntry.objects.filter(verb__startswith="evening").count() == 1


def test_another_device_gets_both_texts_and_a_choice(piet, login, at):
    at(TONIGHT)
    browser = login(piet.user)
    browser.post(url(piet.trip), posted(piet, insight="Van mijn telefoon."))
    answer = browser.post(url(piet.trip), posted(piet, insight="Van mijn laptop."))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Van mijn telefoon." in page
    assert "Van mijn laptop." in page
    stored = DailyEvaluation.objects.get()
    assert stored.insight.text == "Van mijn telefoon."
    chosen = posted(
        piet, insight="Van mijn laptop.", client_key=str(stored.client_key), seen=stored.changed_at.isoformat()
    )
    assert browser.post(url(piet.trip), chosen).status_code == 302
    stored = DailyEvaluation.objects.get()
    assert stored.insight.text == "Van mijn laptop."


def test_a_stale_page_does_not_overwrite_a_later_change(piet, at):
    at(TONIGHT)
    key = uuid.uuid4()

    def send(insight, seen=None):
        answers = Answers(insight=insight)
        return answer_evening(participation=piet, on=DAY, answers=answers, client_key=key, seen_at=seen, by=piet.user)

    first = send("een")
    opened = first.changed_at
    at(TONIGHT + timedelta(minutes=5))
    send("twee", opened)
    with pytest.raises(Elsewhere):
        send("drie", opened)
    with pytest.raises(Elsewhere):
        send("drie")  # the back button: built before the change
    assert answers_of(DailyEvaluation.objects.select_related("insight").get()).insight == "twee"


def test_a_changed_need_is_open_again(piet, cast, login, at):
    at(TONIGHT)
    browser = login(piet.user)
    data = posted(piet, need="Een kaart.")
    browser.post(url(piet.trip), data)
    evening = DailyEvaluation.objects.get()
    lead = login(cast.lead)
    assert lead.post(f"/evenings/{evening.pk}/met/").status_code == 302
    assert lead.post(f"/evenings/{evening.pk}/met/").status_code == 409
    browser.post(url(piet.trip), data | {"need": "Twee kaarten.", "seen": evening.changed_at.isoformat()})
    evening.refresh_from_db()
    assert evening.need_met_at is None


# --- the board ------------------------------------------------------------------------------------


def test_the_board_puts_needs_first_and_names_the_silent(piet, cast, login, at):
    anna = world.participation(cast.trip, world.user("Anna Antwoordt"))
    at(TONIGHT)
    login(anna.user).post(
        url(cast.trip), posted(anna, need="Rust.", mood="1", **{f"level_{anna.goals.first().pk}": ""})
    )
    page = login(cast.lead).get(f"/team/{cast.trip.slug}/evenings/").content.decode()
    assert page.index("Rust.") < page.index("Stil zijn.")
    assert "1 van 2 hebben geantwoord" in page
    assert "niet goed" in page
    assert anna.goals.first().words in page  # nobody touched it
    assert "Piet Participant" in page
    assert login(cast.lead).get(f"/team/{cast.trip.slug}/evenings/?on=2026-12-24").status_code == 404


def test_one_press_reminds_everybody_silent_once(piet, cast, login, at):
    anna = world.participation(cast.trip, world.user("Anna", language="en"))
    world.participation(cast.trip, world.user("Stille Willie", reminders=False))
    world.left(world.participation(cast.trip, world.user("Wim Weg")).user)
    world.settle_all()
    at(TONIGHT)
    login(anna.user).post(url(cast.trip), posted(anna))
    lead, press = login(cast.lead), f"/team/{cast.trip.slug}/evenings/{DAY}/remind/"
    assert "Herinner 1 persoon" in lead.get(f"/team/{cast.trip.slug}/evenings/").content.decode()
    assert lead.post(press).status_code == 302
    assert lead.post(press).status_code == 302
    message = OutboxMessage.objects.get()
    assert (message.recipient, message.kind) == (piet.user, "evaluations/evening_reminder")
    assert f"http://testserver{url(cast.trip)}" in message.body
    assert remind_evening(trip=cast.trip, on=DAY) == []


def test_nobody_is_reminded_of_an_evening_that_has_not_begun(piet, cast, login, at):
    at(london(2026, 11, 11, 9))
    login(cast.lead).post(f"/team/{cast.trip.slug}/evenings/{DAY}/remind/")
    assert not OutboxMessage.objects.exists()


# --- who sees it ----------------------------------------------------------------------------------


def test_only_author_lead_and_companions_read_an_evening(piet, cast, login, at):
    at(TONIGHT)
    login(piet.user).post(url(cast.trip), posted(piet, need="Rust."))
    evening = DailyEvaluation.objects.get()
    other = world.participation(cast.trip, world.user("Anders"))
    other_lead = world.user("Andere Lead")
    world.trip(lead=other_lead)
    board, met = f"/team/{cast.trip.slug}/evenings/", f"/evenings/{evening.pk}/met/"
    for person in (cast.lead, cast.companion()):
        assert login(person).get(board).status_code == 200
    outside = (cast.reviewer(), cast.coordinator(), cast.partner(), cast.stranger(), other.user, other_lead, piet.user)
    for person in outside:
        assert login(person).get(board).status_code == 404
        assert login(person).post(f"/team/{cast.trip.slug}/evenings/{DAY}/remind/").status_code == 404
    for person in (cast.stranger(), other.user, other_lead):
        assert login(person).post(met).status_code == 404
        assert not DailyEvaluation.objects.visible_to(person).exists()
    assert login(piet.user).post(met).status_code == 403
    assert login(cast.lead).get(url(cast.trip)).status_code == 404  # nobody fills in for somebody else


def test_an_administrator_says_why_first(piet, cast, login, at):
    at(TONIGHT)
    login(piet.user).post(url(cast.trip), posted(piet))
    admin, board = login(cast.administrator()), f"/team/{cast.trip.slug}/evenings/"
    assert "Stil zijn." not in admin.get(board).content.decode()
    assert admin.post(f"/team/{cast.trip.slug}/reason/", {"reason": "kort", "next": board}).status_code == 422
    reason = {"reason": "Klacht 2026-14 van een deelnemer.", "next": board}
    answer = admin.post(f"/team/{cast.trip.slug}/reason/", reason)
    assert (answer.status_code, answer.url) == (302, board)
    assert "Stil zijn." in admin.get(board).content.decode()
    assert HistoryEntry.objects.get(verb="trip.look").reason == reason["reason"]
    assert admin.post(f"/team/{cast.trip.slug}/evenings/{DAY}/remind/").status_code == 403
    goal = piet.goals.first()
    assert admin.get(f"/goals/{goal.pk}/").status_code == 200
    for elsewhere in ("https://evil.example/", "//evil.example", "/admin/"):
        sent = admin.post(f"/team/{cast.trip.slug}/reason/", reason | {"next": elsewhere})
        assert sent.url == board
    assert login(cast.stranger()).post(f"/team/{cast.trip.slug}/reason/", reason).status_code == 404


def test_a_place_given_back_and_a_cancelled_trip_have_their_own_words(piet, cast, login, at):
    at(TONIGHT)
    piet.status, piet.cancelled_at, piet.cancelled_by = "cancelled", world.home(2026, 11, 1), piet.user
    piet.save()
    world.settle_all()
    assert login(piet.user).get(url(cast.trip)).status_code == 410
    anna = world.participation(cast.trip, world.user("Anna"))
    cast.trip.cancelled_at, cast.trip.cancelled_by = world.home(2026, 11, 1), cast.lead
    cast.trip.save()
    assert login(anna.user).get(url(cast.trip)).status_code == 409


def test_the_board_costs_the_same_however_many(cast, login, at):
    at(TONIGHT)
    lead = login(cast.lead)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert lead.get(f"/team/{cast.trip.slug}/evenings/").status_code == 200
        return [query["sql"][:90] for query in queries]

    def add():
        one = world.participation(cast.trip, world.user())
        answers = Answers(mood=1, need="Rust.", insight="Stil.", verdict="keep")
        answer_evening(participation=one, on=DAY, answers=answers, client_key=uuid.uuid4(), by=one.user)
        world.participation(cast.trip, world.user())

    add()
    small = cost()
    for _ in range(6):
        add()
    assert cost() == small
    assert len(small) <= 12, small


@pytest.mark.parametrize("seen", ["gisteren", "2026-11-11T21:00:00", "9999-99-99"])
def test_a_broken_hidden_field_counts_as_a_stale_page(piet, login, at, seen):
    at(TONIGHT)
    browser, data = login(piet.user), posted(piet)
    browser.post(url(piet.trip), data)
    assert browser.post(url(piet.trip), data | {"seen": seen, "insight": "Anders."}).status_code == 409


@pytest.mark.parametrize("key", ["", "geen sleutel", "\x00"])
def test_a_broken_key_is_no_500(piet, login, at, key):
    at(TONIGHT)
    answer = login(piet.user).post(url(piet.trip), posted(piet, client_key=key))
    assert answer.status_code == 422
    assert "Stil zijn." in answer.content.decode()


def test_every_page_of_an_evening_prints_what_was_said(piet, login, at):
    at(TONIGHT)
    login(piet.user).post(url(piet.trip), posted(piet, need="Rust."))
    at(london(2026, 11, 14))
    page = login(piet.user).get(url(piet.trip)).content.decode()
    assert all(text in page for text in ("Niveau 0", "Stil zijn.", "Rust.", "goed"))
