"""The day on which applicants hear: suggested, told everywhere alike, moved by one verb, and due for the lead."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from applications.endorsing.permissions import can_endorse
from applications.models import Endorsement
from exchange import clock
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.trips.actions import change_trip
from exchange.trips.checklist import blockers, default_dates
from exchange.trips.forms import DatesForm, DeadlineForm
from exchange.trips.lifecycle import Phase
from exchange.trips.models import SchoolHoliday, Trip
from exchange.trips.poster import poster
from exchange.trips.timeline import notes
from tests import world
from tests.conftest import signed_in
from tests.trips.test_dates import plan, send  # noqa: F401
from tests.trips.test_moving import call, look, mails, move  # noqa: F401

HEARS = date(2026, 10, 22)
SAID = "donderdag 22 oktober 2026"


# --- suggested ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "holiday", "on"),
    [
        # Thursday 1 October and three weeks.
        ({}, None, date(2026, 10, 22)),
        # Friday 4 December and three weeks is Christmas, then a second day, then Sunday: Monday.
        ({"closes_at": world.home(2026, 12, 4, 17)}, None, date(2026, 12, 28)),
        ({"closes_at": world.home(2026, 12, 4, 17)}, (date(2026, 12, 19), date(2027, 1, 3)), date(2027, 1, 4)),
        # Not before everybody could answer.
        ({"endorse_by_at": world.home(2026, 10, 30, 17)}, None, date(2026, 11, 2)),
        # The trip leaves on that Thursday, or on the Monday before it: the last working day before.
        ({"departs_on": date(2026, 10, 22)}, None, date(2026, 10, 21)),
        ({"departs_on": date(2026, 10, 19)}, None, date(2026, 10, 16)),
        # It leaves on the day after the managers' moment: there is no such day.
        ({"departs_on": date(2026, 10, 9)}, None, None),
        ({"closes_at": None}, None, None),
    ],
)
def test_it_is_three_weeks_after_closing_on_a_working_day_before_departure(db, at, dates, holiday, on):
    at(world.MOMENTS["planning"])
    closes = dates.get("closes_at", world.CLOSES)
    values = {"endorse_by_at": closes and closes + timedelta(days=7), "departs_on": date(2027, 3, 1)}
    trip = Trip(opens_at=world.OPENS, **{"closes_at": closes, **values, **dates})
    if holiday:
        SchoolHoliday.objects.create(name_nl="kerstvakantie", starts_on=holiday[0], ends_on=holiday[1])
    assert default_dates(trip).get("letters_on") == on


def test_left_empty_it_is_filled_in_and_announcing_asks_for_it(plan):  # noqa: F811
    assert "Zeg op welke dag mensen het horen." in [str(gap.text) for gap in blockers(plan)]
    assert send(plan).status_code == 302
    plan.refresh_from_db()
    assert plan.letters_on == HEARS
    assert "Zeg op welke dag mensen het horen." not in [str(gap.text) for gap in blockers(plan)]


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ("2026-10-08", "Mensen die zich aanmeldden, horen het na de dag waarop leidinggevenden hebben geantwoord."),
        ("2026-11-10", "Mensen die zich aanmeldden, horen het voor de dag van vertrek."),
        ("volgende week", None),
    ],
)
def test_it_lies_between_the_managers_and_the_departure(plan, on, why):  # noqa: F811
    answer = send(plan, letters_on=on)
    assert answer.status_code == 422
    [said] = answer.context["form"].errors["letters_on"]
    assert why in (said, None)
    assert f'value="{on}"' in answer.text
    assert send(plan, letters_on="2026-10-09").status_code == 302


def test_a_trip_of_before_gets_no_day_that_nobody_was_told(cast, at):
    at(world.MOMENTS["call"])
    Trip.objects.filter(pk=cast.trip.pk).update(letters_on=None)
    cast.trip.refresh_from_db()
    change_trip(trip=cast.trip, changes={"places": 5}, by=cast.lead)
    cast.trip.refresh_from_db()
    assert (cast.trip.places, cast.trip.letters_on) == (5, None)
    page = signed_in(cast.lead).get(reverse("trips:move", args=[cast.trip.slug]), {"letters_on": "2026-10-26"})
    assert [change.after for change in page.context["move"].changes] == [date(2026, 10, 26)]
    # And it can be told one: nobody reads of a day that never was.
    world.submitted(cast.trip, world.user("Sanne Sent"))
    assert move(cast, letters_on="2026-10-26").status_code == 302
    cast.trip.refresh_from_db()
    assert cast.trip.letters_on == date(2026, 10, 26)
    letter = OutboxMessage.objects.get(kind="applications/moved")
    assert "maandag 26 oktober 2026" in letter.body
    assert "was:" not in letter.body
    assert HistoryEntry.objects.get(verb="trip.move").facts["letters_on"] == "– > 2026-10-26"


# --- told -----------------------------------------------------------------------------------------


def test_page_poster_and_timeline_say_it_until_it_has_happened(cast, at, client):
    at(world.MOMENTS["call"])
    cast.trip.refresh_from_db()
    page = client.get(cast.trip.get_absolute_url()).text
    assert "Je hoort het op" in page
    assert SAID in page
    assert ("Je hoort het op", SAID) in poster(cast.trip, clock.now()).facts
    assert notes(cast.trip, clock.now())[Phase.SELECTION] == "brieven op 22 oktober"
    at(world.MOMENTS["preparation"])
    cast.trip.published_at, cast.trip.published_by = world.home(2026, 10, 20), cast.lead
    cast.trip.save()
    assert "Je hoort het op" not in client.get(cast.trip.get_absolute_url()).text
    assert notes(cast.trip, clock.now())[Phase.SELECTION] == "brieven op 20 oktober"


@pytest.mark.parametrize("on", [HEARS, None])
def test_the_receipt_and_the_own_page_say_it(cast, at, login, on):
    from tests.applications.test_apply import address, fill_in, stamp

    at(world.MOMENTS["call"])
    Trip.objects.filter(pk=cast.trip.pk).update(letters_on=on)
    browser = login(cast.applicant())
    fill_in(browser, cast.trip)
    browser.post(f"{address(cast.trip)}send/", stamp(browser.get(f"{address(cast.trip)}review/")))
    receipt = OutboxMessage.objects.get(kind="applications/receipt")
    assert (f"Op {SAID} hoor je de uitslag per mail" in receipt.body) == bool(on)
    assert ("Je hoort de uitslag per mail" in receipt.body) == (not on)
    at(world.MOMENTS["selection"])
    mine = reverse("applications:mine", args=[cast.trip.applications.get().pk])
    assert (f"Je hoort het op <b>{SAID}</b>." in browser.get(mine).text) == bool(on)
    at(world.home(2026, 10, 23))
    assert "Je hoort het op" not in browser.get(mine).text


# --- moved ----------------------------------------------------------------------------------------


def test_once_the_call_is_open_the_form_leaves_it_alone(cast, at):
    at(world.MOMENTS["call"])
    cast.trip.refresh_from_db()
    form = DatesForm({"letters_on": "2026-10-26"}, instance=cast.trip)
    assert form.fields["letters_on"].disabled
    assert "letters_on" not in form.changed_data


def test_another_day_reaches_every_applicant_and_no_manager(call):  # noqa: F811
    signed = Endorsement.objects.get(application=call.backed)
    answer = move(call, letters_on="2026-10-26")
    assert answer.status_code == 302
    call.trip.refresh_from_db()
    assert call.trip.letters_on == date(2026, 10, 26)
    people = [call.draft.user.email, call.backed.user.email, call.silent.user.email]
    assert mails() == sorted(("applications/moved", email) for email in people)
    letter = OutboxMessage.objects.get(to=call.backed.user.email)
    assert letter.subject == "Veilig in Londen: de dag waarop je het hoort"
    assert f"- Mensen horen het op: maandag 26 oktober 2026 (was: {SAID})" in letter.body
    assert "De school in Londen heeft dan examens." in letter.body
    assert "leidinggevende" not in letter.body
    assert "nieuwe dagen" not in letter.body
    signed.refresh_from_db()
    assert signed.status == "endorsed"
    asked = Endorsement.objects.get(application=call.silent)
    assert can_endorse(asked, asked.generation)
    entry = HistoryEntry.objects.get(verb="trip.move")
    assert entry.facts == {"letters_on": "2026-10-22 > 2026-10-26"}


def test_who_hears_is_said_before_it_happens(call):  # noqa: F811
    page = look(call, letters_on="2026-10-25")
    assert [str(one.text) for one in page.context["told"]] == ["3 aanmelders"]
    assert "in een weekend" in page.text
    assert page.context["move"].days_change is False


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"letters_on": "2026-10-08"}, "letters_on"),
        ({"letters_on": "2026-11-10"}, "letters_on"),
        ({"letters_on": "2026-09-15"}, "letters_on"),
        # What moves past it is said at it.
        ({"departs_on": "2026-10-20"}, "letters_on"),
        ({"endorse_by_at": "2026-10-22T17:00"}, "letters_on"),
    ],
)
def test_it_stays_between_managers_and_departure_whatever_moves(call, dates, field):  # noqa: F811
    page = look(call, **dates)
    assert field in page.context["form"].errors
    assert page.context["move"] is None


def test_after_the_day_has_passed_another_one_can_be_told_until_the_publication(cast, at):
    at(world.home(2026, 10, 27))
    world.submitted(cast.trip, world.user("Bea Backed"))
    assert move(cast, letters_on="2026-10-30").status_code == 302
    cast.trip.published_at, cast.trip.published_by = clock.now(), cast.lead
    cast.trip.save()
    assert "letters_on" not in look(cast).context["form"].fields
    # And a departure before that day is no fault any more.
    assert look(cast, departs_on="2026-10-29").context["move"].problems == []


def test_a_later_closing_stops_at_it(cast, at):
    at(world.MOMENTS["call"])
    cast.trip.refresh_from_db()
    seen = cast.trip.closes_at.isoformat()
    said = {"reason": "Meer tijd.", "seen": seen}
    form = DeadlineForm({"closes_at": "2026-10-15T17:00", **said}, trip=cast.trip)
    assert SAID in str(form.errors["closes_at"])
    assert DeadlineForm({"closes_at": "2026-10-14T17:00", **said}, trip=cast.trip).is_valid()


# --- due ------------------------------------------------------------------------------------------


def test_the_lead_reads_that_people_were_told_a_day_and_have_not_heard(cast, at):
    world.submitted(cast.trip, world.user("Bea Backed"))
    told = f"Er is beloofd dat mensen het op {SAID} horen."
    for moment, said in ((world.home(2026, 10, 21), False), (world.home(2026, 10, 22, 9), True)):
        at(moment)
        todos = signed_in(cast.lead).get(reverse("trips:team", args=[cast.trip.slug])).context["todos"]
        assert any(told in str(todo.text) for todo in todos) is said
