"""Meetings: planned, moved, dropped; who hears of it, who says whether to come, who is reminded."""

from datetime import timedelta

import pytest
from django.urls import reverse

from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.trips import actions
from exchange.trips.models import Meeting, MeetingKind, MeetingReply, Participation
from exchange.trips.reminders import meetings_to_answer
from exchange.verdicts import Refused
from tests import world
from tests.conftest import signed_in

NEW = {
    "kind": "preparation",
    "on": "2026-10-29",
    "starts": "14:00",
    "ends": "17:00",
    "place": "Utrecht",
    "link": "",
    "agenda_nl": "Kennismaken",
    "agenda_en": "",
}


@pytest.fixture
def prepared(cast, at):
    """A trip in preparation with two travellers and one who gave the place back."""
    cast.participant()
    world.participation(cast.trip, world.user("Sara English", language="en"))
    gone = world.participation(cast.trip)
    fields = {"status": "cancelled", "cancelled_at": world.MOMENTS["call"], "cancelled_by": gone.user}
    Participation.objects.filter(pk=gone.pk).update(**fields)
    world.settle_all()
    at(world.MOMENTS["preparation"])
    return cast


def plan(cast, **changes):
    return signed_in(cast.lead).post(reverse("trips:meeting-new", args=[cast.trip.slug]), NEW | changes)


def change(cast, meeting, **changes):
    data = NEW | {"reason": "De zaal is bezet."} | changes
    return signed_in(cast.lead).post(reverse("trips:meeting", args=[cast.trip.slug, meeting.pk]), data)


def mails(kind):
    return OutboxMessage.objects.filter(kind=f"trips/{kind}").order_by("to")


def test_a_planned_meeting_reaches_those_who_travel_in_their_language(prepared):
    assert plan(prepared).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.starts_at, meeting.ends_at) == (world.home(2026, 10, 29, 14), world.home(2026, 10, 29, 17))
    assert meeting.sequence == 0
    told = {mail.recipient.name: mail for mail in mails("meeting_changed")}
    assert set(told) == {"Piet Participant", "Sara English"}
    assert told["Piet Participant"].subject == "Veilig in Londen: voorbereidende bijeenkomst op 29 oktober"
    assert "donderdag 29 oktober 2026, 14.00 tot 17.00 uur (Nederlandse tijd)" in told["Piet Participant"].body
    assert "Thursday 29 October 2026, 14:00 to 17:00 (Dutch time)" in told["Sara English"].body
    assert f"http://testserver/my/trips/{prepared.trip.slug}/" in told["Sara English"].body


def test_another_time_asks_again_and_mails_once_each(prepared):
    meeting = world.meeting(prepared.trip)
    one = prepared.trip.participations.active().first()
    actions.reply_to_meeting(meeting=meeting, participation=one, coming=True, by=one.user)
    assert change(prepared, meeting, starts="15:00", ends="18:00", agenda_nl="").status_code == 302
    meeting.refresh_from_db()
    assert meeting.sequence == 1
    assert MeetingReply.objects.count() == 0
    assert mails("meeting_changed").count() == 2
    assert "Laat weten of je komt" in mails("meeting_changed").get(recipient__language="nl").body


def test_another_time_asks_why_and_says_so_in_the_mail(prepared):
    meeting = world.meeting(prepared.trip)
    refused = change(prepared, meeting, starts="15:00", ends="18:00", reason="")
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["reason"]
    assert change(prepared, meeting, starts="14:00", ends="18:00", reason="").status_code == 302
    assert change(prepared, meeting, starts="15:00", ends="18:00", reason="Een zaal minder.").status_code == 302
    last = mails("meeting_changed").get(recipient__language="nl", body__contains="Waarom:")
    assert "Waarom: Een zaal minder." in last.body
    assert "Het begin was eerst donderdag 29 oktober 2026, 14.00 uur (Nederlandse tijd)." in last.body


def test_another_place_keeps_the_replies_and_another_agenda_mails_nobody(prepared):
    meeting = world.meeting(prepared.trip)
    one = prepared.trip.participations.active().first()
    actions.reply_to_meeting(meeting=meeting, participation=one, coming=False, by=one.user)
    change(prepared, meeting)
    meeting.refresh_from_db()
    assert (meeting.sequence, mails("meeting_changed").count()) == (1, 0)
    change(prepared, meeting, place="Den Haag")
    meeting.refresh_from_db()
    assert (meeting.sequence, mails("meeting_changed").count(), MeetingReply.objects.count()) == (2, 2, 1)
    change(prepared, meeting, place="Den Haag")
    meeting.refresh_from_db()
    assert meeting.sequence == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on": ""}, "on"),
        ({"on": "2026-11-10"}, "on"),
        ({"ends": "13:00"}, "ends"),
        ({"on": "2026-10-25", "starts": "02:30"}, "starts"),
        ({"kind": "party"}, "kind"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"place": "x" * 161}, "place"),
        ({"starts": ""}, "starts"),
    ],
)
def test_a_wrong_meeting_is_said_at_its_field(prepared, changes, field):
    response = plan(prepared, **changes)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Meeting.objects.exists()


def test_the_return_meeting_and_the_follow_up_day_have_the_trips_date_once(prepared):
    assert plan(prepared, kind="return", on="2026-01-01").status_code == 302
    assert plan(prepared, kind="follow_up", on="").status_code == 302
    assert {(m.kind, m.on) for m in Meeting.objects.all()} == {
        ("return", world.RETURN_MEETING),
        ("follow_up", world.FOLLOW_UP),
    }
    assert plan(prepared, kind="return").status_code == 422
    again = Meeting(trip=prepared.trip, kind="return")
    start = world.home(2026, 12, 18)
    with pytest.raises(Refused):
        actions.save_meeting(
            meeting=again, changes={"starts_at": start, "ends_at": start + timedelta(hours=1)}, by=prepared.lead
        )


def test_a_dropped_meeting_is_told_and_one_that_was_held_stays(prepared, at):
    meeting = world.meeting(prepared.trip)
    url = reverse("trips:meeting-drop", args=[prepared.trip.slug, meeting.pk])
    refused = signed_in(prepared.lead).post(url)
    assert refused.status_code == 422
    assert "Schrijf waarom: mensen houden deze tijd vrij." in refused.text
    assert "2 reizigers krijgen een mail" in refused.text
    assert mails("meeting_dropped").count() == 0
    assert signed_in(prepared.lead).post(url, {"drop-reason": "De zaal is dicht."}).status_code == 302
    assert [mail.body.count("De zaal is dicht.") for mail in mails("meeting_dropped")] == [1, 1]
    held = world.meeting(prepared.trip)
    at(held.starts_at)
    url = reverse("trips:meeting-drop", args=[prepared.trip.slug, held.pk])
    assert signed_in(prepared.lead).post(url, {"drop-reason": "Te laat."}).status_code == 409
    assert Meeting.objects.get() == held


# --- replies --------------------------------------------------------------------------------------


def answer(cast, meeting, coming, person=None):
    person = person or cast.trip.participations.active().first().user
    url = reverse("trips:reply", args=[cast.trip.slug, meeting.pk])
    return signed_in(person).post(url, {"coming": coming})


def test_a_traveller_answers_until_the_meeting_starts(prepared, at):
    meeting = world.meeting(prepared.trip)
    for word, coming in (("yes", True), ("no", False)):
        assert answer(prepared, meeting, word).status_code == 302
        assert MeetingReply.objects.get().coming is coming
    assert answer(prepared, meeting, "perhaps").status_code == 302
    assert MeetingReply.objects.get().coming is False
    at(meeting.starts_at - timedelta(microseconds=1))
    assert answer(prepared, meeting, "yes").status_code == 302
    at(meeting.starts_at)
    assert answer(prepared, meeting, "no").status_code == 409
    assert MeetingReply.objects.get().coming is True


def test_nobody_else_answers(prepared):
    meeting = world.meeting(prepared.trip)
    elsewhere = world.meeting(world.trip())
    gone = prepared.trip.participations.exclude(status="active").get().user
    for person in (prepared.lead, prepared.stranger(), gone):
        assert answer(prepared, meeting, "yes", person).status_code == 404
    assert answer(prepared, elsewhere, "yes").status_code == 404
    prepared.trip.cancelled_at, prepared.trip.cancelled_by = clock.now(), prepared.lead
    prepared.trip.save()
    assert answer(prepared, meeting, "yes").status_code == 409


# --- reminders ------------------------------------------------------------------------------------


def test_the_silent_are_reminded_once_three_days_before(prepared, at):
    meeting = world.meeting(prepared.trip)
    answered, silent = prepared.trip.participations.active().order_by("printed_name")
    actions.reply_to_meeting(meeting=meeting, participation=answered, coming=True, by=answered.user)
    assert meetings_to_answer(world.home(2026, 10, 25, 23)) == 0
    at(world.home(2026, 10, 26, 7))
    assert meetings_to_answer(clock.now()) == 1
    assert [mail.recipient for mail in mails("meeting_reminder")] == [silent.user]
    assert meetings_to_answer(clock.now()) == 0
    assert meetings_to_answer(meeting.starts_at) == 0
    assert mails("meeting_reminder").count() == 1


@pytest.mark.parametrize("left", [False, True])
def test_no_reminder_for_who_wants_none_or_left_nor_for_a_cancelled_trip(prepared, left):
    world.meeting(prepared.trip)
    for one in prepared.trip.participations.all():
        one.user.reminders = left
        world.left(one.user) if left else one.user.save()
    world.settle_all()
    assert meetings_to_answer(clock.now()) == 0
    other = world.trip(cancelled_at=clock.now(), cancelled_by=prepared.lead)
    world.participation(other)
    world.meeting(other)
    assert meetings_to_answer(clock.now()) == 0


def test_a_cancelled_trip_mails_nobody_about_meetings(prepared):
    prepared.trip.cancelled_at, prepared.trip.cancelled_by = clock.now(), prepared.lead
    prepared.trip.save()
    assert plan(prepared).status_code == 409
    assert actions.travellers_of(prepared.trip) == []


def test_every_kind_of_meeting_is_in_the_form_of_the_right_trip(prepared):
    page = signed_in(prepared.lead).get(reverse("trips:meeting-new", args=[prepared.trip.slug]))
    assert [value for value, _ in page.context["form"].fields["kind"].choices] == [kind.value for kind in MeetingKind]
