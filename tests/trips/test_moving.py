"""A trip moves: every date, mail, calendar entry, signature and right before and after, worked out by hand."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from applications.endorsing.actions import refuse
from applications.endorsing.permissions import can_endorse
from applications.models import Endorsement
from applications.selection.answering import confirm_place
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.trips.actions import move_trip, reply_to_meeting
from exchange.trips.models import MeetingKind, MeetingReply, ProgrammeItem, SchoolHoliday, Trip
from exchange.trips.moving import move_of
from exchange.verdicts import Refused
from tests import world
from tests.conftest import signed_in

WHY = "De school in Londen heeft dan examens."


def address(trip):
    return reverse("trips:move", args=[trip.slug])


def look(cast, **dates):
    """The page that says what would follow."""
    return signed_in(cast.lead).get(address(cast.trip), dates)


def move(cast, *, reason=WHY, seen=None, **dates):
    """Look, then press."""
    page = look(cast, **dates)
    seen = page.context["move"].seen if seen is None else seen
    return signed_in(cast.lead).post(address(cast.trip), {**dates, "reason": reason, "seen": seen})


def dates_of(trip):
    trip.refresh_from_db()
    return trip.departs_on, trip.returns_on, trip.return_meeting_on, trip.follow_up_on, trip.endorse_by_at


def mails():
    """Everything mailed, as (kind, to whom)."""
    return sorted((mail.kind, mail.to) for mail in OutboxMessage.objects.all())


def feed(client, user):
    text = client.get(reverse("trips:calendar", args=[user.calendar_token])).content
    return {str(event["uid"]): event for event in Calendar.from_ical(text).walk("VEVENT")}


# --- in the call ------------------------------------------------------------------------------------


@pytest.fixture
def call(cast, at):
    """In the call: a draft, an application that is endorsed and one whose manager has still to answer."""
    at(world.MOMENTS["call"])
    cast.draft = world.application(cast.trip, world.user("Dora Draft"))
    cast.backed = world.submitted(cast.trip, world.user("Bea Backed"))
    cast.silent = world.submitted(cast.trip, world.user("Sil Silent"), endorsed=False)
    cast.meeting = world.meeting(cast.trip)
    world.meeting(cast.trip, MeetingKind.RETURN)
    world.meeting(cast.trip, MeetingKind.FOLLOW_UP)
    world.programme(cast.trip)
    at(world.MOMENTS["call"] + timedelta(hours=1))
    return cast


def test_two_weeks_later_in_the_call(call):
    answer = move(call, departs_on="2026-11-24")
    assert answer.status_code == 302
    assert dates_of(call.trip) == (
        date(2026, 11, 24),
        date(2026, 11, 27),
        date(2027, 1, 1),
        # One year after the return was 13 November 2027, this trip's day the 12th: a day before the year stays that.
        date(2027, 11, 26),
        world.home(2026, 10, 8, 17),
    )
    assert call.trip.sequence == 1
    meetings = call.trip.meetings.order_by("starts_at").values_list("kind", "starts_at", "ends_at", "sequence")
    assert list(meetings) == [
        ("preparation", world.home(2026, 11, 12, 14), world.home(2026, 11, 12, 17), 1),
        ("return", world.home(2027, 1, 1, 14), world.home(2027, 1, 1, 17), 1),
        ("follow_up", world.home(2027, 11, 26, 14), world.home(2027, 11, 26, 17), 1),
    ]
    items = call.trip.programme.values_list("on", "sequence")
    assert list(items) == [(date(2026, 11, day), 1) for day in (24, 25, 26, 27)]
    entry = HistoryEntry.objects.get(verb="trip.move")
    assert (entry.reason, entry.by) == (WHY, call.lead)
    assert entry.facts["departs_on"] == "2026-11-10 > 2026-11-24"


def test_everybody_who_wrote_gets_one_letter_and_every_manager_is_asked_again(call):
    managers = {one: sent.endorsements.get().manager_email for one, sent in (("b", call.backed), ("s", call.silent))}
    OutboxMessage.objects.all().delete()
    move(call, departs_on="2026-11-24")
    assert mails() == sorted(
        [
            ("applications/moved", call.draft.user.email),
            ("applications/moved", call.backed.user.email),
            ("applications/moved", call.silent.user.email),
            ("applications/endorse", managers["b"]),
            ("applications/endorse", managers["s"]),
        ]
    )
    letter = OutboxMessage.objects.get(to=call.backed.user.email).body
    assert "- Vertrek: dinsdag 24 november 2026 (was: dinsdag 10 november 2026)" in letter
    assert "- Terugkomdag na een jaar: vrijdag 26 november 2027 (was: vrijdag 12 november 2027)" in letter
    assert f"Waarom: {WHY}" in letter
    assert "Je leidinggevende wordt opnieuw gevraagd" in letter
    assert "Je leidinggevende wordt opnieuw gevraagd" not in OutboxMessage.objects.get(to=call.draft.user.email).body


def test_a_signature_is_never_under_days_it_was_not_given_for(call):
    signed = call.backed.endorsements.get()
    move(call, departs_on="2026-11-24")
    old, new = call.backed.endorsements.order_by("generation")
    assert (old.pk, old.status) == (signed.pk, "replaced")
    assert old.signed_content["dates"]["departs_on"] == "2026-11-10"
    assert (new.status, new.generation, new.manager_email) == ("asked", 2, signed.manager_email)
    assert new.signed_content["dates"] == {
        "departs_on": "2026-11-24",
        "returns_on": "2026-11-27",
        "return_meeting_on": "2027-01-01",
        "follow_up_on": "2027-11-26",
    }
    assert new.due_at == world.home(2026, 10, 8, 17)
    assert call.backed.line.backing == "asked"


def test_only_the_day_of_the_managers_moves_then_only_they_hear_of_it(call):
    OutboxMessage.objects.all().delete()
    move(call, endorse_by_at="2026-10-12T17:00")
    assert dates_of(call.trip)[-1] == world.home(2026, 10, 12, 17)
    waiting = call.silent.endorsements.get()
    assert (waiting.status, waiting.due_at) == ("asked", world.home(2026, 10, 12, 17))
    assert mails() == [("applications/endorse_by", waiting.manager_email)]
    assert call.backed.endorsements.get().status == "endorsed"


def test_nothing_happens_before_the_last_press(call):
    before = dates_of(call.trip)
    OutboxMessage.objects.all().delete()
    page = look(call, departs_on="2026-11-24")
    assert page.status_code == 200
    text = page.text
    for words in ("dinsdag 24 november 2026", "2 leidinggevenden moeten opnieuw tekenen", "3 aanmelders", "Dora Draft"):
        assert words in text
    assert dates_of(call.trip) == before
    assert not OutboxMessage.objects.exists()


def test_a_move_needs_a_reason_and_keeps_the_dates_that_were_typed(call):
    page = move(call, departs_on="2026-11-24", reason="")
    assert page.status_code == 422
    assert list(page.context["sure"].errors) == ["reason"]
    assert 'value="2026-11-24"' in page.text
    assert dates_of(call.trip)[0] == world.DEPARTS


def test_what_somebody_looked_at_is_what_is_done_or_nothing_is(call):
    page = look(call, departs_on="2026-11-24")
    ProgrammeItem.objects.filter(trip=call.trip).first().delete()
    answer = move(call, departs_on="2026-11-24", seen=page.context["move"].seen)
    assert answer.status_code == 422
    assert WHY in answer.text
    assert dates_of(call.trip)[0] == world.DEPARTS
    with pytest.raises(Refused, match="je voor"):
        move_trip(trip=call.trip, dates={"departs_on": date(2026, 11, 24)}, seen="old", reason=WHY, by=call.lead)


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"departs_on": "2026-10-01"}, "departs_on"),
        ({"departs_on": "2026-10-08"}, "departs_on"),
        ({"returns_on": "2026-11-09"}, "returns_on"),
        ({"return_meeting_on": "2026-11-13"}, "return_meeting_on"),
        ({"follow_up_on": "2026-12-18"}, "follow_up_on"),
        ({"endorse_by_at": "2026-11-10T09:00"}, "departs_on"),
        ({"endorse_by_at": "2026-09-15T09:00"}, "endorse_by_at"),
        ({"departs_on": "morgen"}, "departs_on"),
        ({"departs_on": "2026-11-10"}, "__all__"),
    ],
)
def test_what_the_trip_does_not_allow_is_said_at_its_field(call, dates, field):
    page = look(call, **dates)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert "move" not in page.context or page.context["move"] is None


def test_weekends_and_school_holidays_are_said(call):
    SchoolHoliday.objects.create(name_nl="Kerstvakantie", starts_on=date(2026, 12, 19), ends_on=date(2027, 1, 3))
    said = [str(text) for text in move_of(call.trip, {"departs_on": date(2026, 11, 21)}).warnings]
    # Saturday to Tuesday; the return meeting on Tuesday 29 December; the meeting of before on Monday 9 November.
    assert said == [
        "Vertrek: zaterdag 21 november 2026 valt in een weekend.",
        "Evaluatiebijeenkomst: in de schoolvakantie Kerstvakantie (za 19 december tot en met zo 3 januari).",
    ]


# --- in preparation -----------------------------------------------------------------------------------


@pytest.fixture
def prepared(cast, at):
    """In preparation: somebody travels, somebody was offered a place, somebody is on the reserve, somebody is not."""
    published = {"published_at": world.home(2026, 10, 12), "published_by": cast.lead}
    Trip.objects.filter(pk=cast.trip.pk).update(**published)
    cast.trip.refresh_from_db()
    kinds = {"offered": "select", "reserve": "reserve", "refused": "reserve", "not_selected": "not_selected"}
    for name, kind in kinds.items():
        sent = world.submitted(cast.trip, world.user(f"{name.title()} Person"))
        world.decision(sent, kind, published=True)
        setattr(cast, name, sent)
    Endorsement.objects.filter(application=cast.refused).update(status="refused")
    world.offer(cast.offered, reply_by=world.home(2026, 10, 29, 17))
    cast.traveller = world.participation(cast.trip, world.user("Placed Person"))
    cast.placed = cast.traveller.user.applications.get()
    at(world.MOMENTS["preparation"])
    cast.meeting = world.meeting(cast.trip)
    world.meeting(cast.trip, MeetingKind.RETURN)
    world.programme(cast.trip)
    reply_to_meeting(meeting=cast.meeting, participation=cast.traveller, coming=True, by=cast.placed.user)
    world.settle_all()
    cast.friend = cast.companion()
    OutboxMessage.objects.all().delete()
    return cast


def test_three_weeks_later_in_preparation(prepared, client):
    uid = f"meeting-{prepared.meeting.pk}@testserver"
    before = feed(client, prepared.placed.user)
    assert move(prepared, departs_on="2026-12-01", follow_up_on="2027-12-03").status_code == 302
    assert dates_of(prepared.trip)[:4] == (
        date(2026, 12, 1),
        date(2026, 12, 4),
        date(2027, 1, 8),
        date(2027, 12, 3),
    )
    # Somebody who travels, who travels with them; who waits; and managers of all of these, whichever way they answered.
    asked = {one: getattr(prepared, one).endorsements.first().manager_email for one in ("placed", "offered", "reserve")}
    assert mails() == sorted(
        [
            ("trips/moved", prepared.placed.user.email),
            ("trips/moved", prepared.friend.email),
            ("applications/moved", prepared.offered.user.email),
            ("applications/moved", prepared.reserve.user.email),
            ("applications/moved", prepared.refused.user.email),
            *(("applications/endorse", to) for to in asked.values()),
            ("applications/endorse", prepared.refused.endorsements.first().manager_email),
        ]
    )
    letter = OutboxMessage.objects.get(to=prepared.placed.user.email).body
    assert "- Vertrek: dinsdag 1 december 2026 (was: dinsdag 10 november 2026)" in letter
    assert (
        "- Voorbereidende bijeenkomst: donderdag 19 november 2026, 14.00 uur (Nederlandse tijd)"
        " (was: donderdag 29 oktober 2026, 14.00 uur (Nederlandse tijd))" in letter
    )
    assert letter.count("Evaluatiebijeenkomst") == 1
    assert "Je plek blijft van jou" in letter
    # Asked again whether they come, in the room and by the calendar.
    assert not MeetingReply.objects.exists()
    after = feed(client, prepared.placed.user)
    assert set(after) == set(before)
    assert (before[uid]["sequence"], after[uid]["sequence"]) == (0, 1)
    assert after[uid].decoded("dtstart") == world.home(2026, 11, 19, 14)
    trip = f"trip-{prepared.trip.pk}@testserver"
    assert (before[trip]["sequence"], after[trip]["sequence"]) == (0, 1)
    assert after[trip].decoded("dtstart") == date(2026, 12, 1)
    item = prepared.trip.programme.first()
    assert after[f"programme-{item.pk}@testserver"]["sequence"] == 1
    assert after[f"programme-{item.pk}@testserver"].decoded("dtstart") == world.london(2026, 12, 1, 10)


def test_the_place_stays_while_the_manager_is_asked_again(prepared, at, client):
    move(prepared, departs_on="2026-12-01")
    prepared.traveller.refresh_from_db()
    assert prepared.traveller.status == "active"
    again = prepared.placed.endorsements.get(status="asked")
    # The moment to answer has passed long ago: two weeks from now.
    assert again.due_at == world.MOMENTS["preparation"] + timedelta(days=14)
    refuse(endorsement=again, generation=again.generation, signer_name="Joke", reason="Geen vervanging.")
    prepared.traveller.refresh_from_db()
    assert prepared.traveller.status == "active"


def test_a_question_of_after_the_publication_ends_with_the_departure(prepared, at):
    move(prepared, departs_on="2026-12-01")
    again = prepared.placed.endorsements.select_related("application__trip").get(status="asked")
    at(world.home(2026, 11, 30, 23))
    assert can_endorse(again, again.generation)
    at(world.home(2026, 12, 1, 1))
    assert not can_endorse(again, again.generation)


def test_an_offer_can_still_be_taken_while_the_manager_is_asked_again(prepared):
    move(prepared, departs_on="2026-12-01")
    confirm_place(offer=prepared.offered.offers.get(), by=prepared.offered.user)
    assert prepared.trip.participations.active().filter(user=prepared.offered.user).exists()


def test_a_meeting_that_would_have_been_stays_and_may_stand_in_the_way(prepared, at):
    move_back = move_of(prepared.trip, {"departs_on": date(2026, 11, 3)})
    assert [str(text) for text in move_back.stays] == [
        "De voorbereidende bijeenkomst van do 29 oktober blijft staan: op dezelfde afstand zou die al geweest zijn."
    ]
    assert move_back.problems == []
    in_the_way = move_of(prepared.trip, {"departs_on": date(2026, 10, 29)})
    assert [name for name, _text in in_the_way.problems] == ["departs_on"]


def test_a_shorter_trip_says_what_falls_off_its_programme_and_no_page_shows_it(prepared, client):
    move(prepared, returns_on="2026-11-12")
    gone = prepared.trip.programme.get(on=date(2026, 11, 13))
    uid = f"programme-{gone.pk}@testserver"
    assert uid not in feed(client, prepared.placed.user)
    public = client.get(reverse("trips:detail", args=[prepared.trip.slug])).text
    room = signed_in(prepared.placed.user).get(reverse("trips:mine", args=[prepared.trip.slug])).text
    team = signed_in(prepared.lead).get(reverse("trips:programme", args=[prepared.trip.slug]))
    for page in (public, room):
        assert "Bezoek 3" in page
        assert "Bezoek 4" not in page
    assert "Bezoek 4" in team.text
    assert "buiten de reis" in team.text
    assert team.context["total"] == 9


# --- in the follow-up ---------------------------------------------------------------------------------


def test_in_the_follow_up_only_that_day_moves_and_schools_hear_of_it_without_signing(prepared, at):
    at(world.home(2027, 9, 1, 10))
    world.meeting(prepared.trip, MeetingKind.FOLLOW_UP)
    page = look(prepared)
    assert list(page.context["form"].fields) == ["follow_up_on"]
    assert move(prepared, follow_up_on="2027-11-19", departs_on="2027-01-01").status_code == 302
    assert dates_of(prepared.trip)[:4] == (world.DEPARTS, world.RETURNS, world.RETURN_MEETING, date(2027, 11, 19))
    assert prepared.trip.meetings.get(kind="follow_up").starts_at == world.home(2027, 11, 19, 14)
    assert prepared.trip.meetings.get(kind="return").sequence == 0
    assert set(prepared.trip.programme.values_list("sequence", flat=True)) == {0}
    signed = prepared.placed.endorsements.get()
    assert signed.status == "endorsed"
    contact = signed.contact_email or signed.manager_email
    assert ("applications/other_day", contact) in mails()
    assert {kind for kind, _to in mails()} == {"trips/moved", "applications/other_day"}


def test_before_the_call_and_when_all_is_over_there_is_nothing_to_move(cast, at):
    at(world.MOMENTS["planning"])
    assert look(cast).status_code == 409
    at(world.home(2027, 11, 13))
    assert look(cast).status_code == 409


@pytest.mark.parametrize("who", ["companion", "reviewer", "stranger"])
def test_only_the_lead_moves_a_trip(call, who):
    answer = signed_in(getattr(call, who)()).get(address(call.trip))
    assert answer.status_code in (403, 404)
