"""The conditions of a trip: shown as answers come in, decided by people."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from applications.conditions.actions import rule
from applications.conditions.checks import MET, OPEN, UNMET, checks, conditions_of, earlier_trips
from applications.models import Application, Eligibility
from applications.selection.placing import backed
from applications.writing.actions import withdraw
from exchange import clock
from exchange.history.models import HistoryEntry
from exchange.verdicts import CONFLICT, Refused
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def samira(cast):
    return world.user("Samira Idrissi", at=cast.school)


def states(said, school, earlier=0, **rules):
    return [one.state for one in checks(said, Eligibility(**rules), school=school, earlier=earlier)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, [MET, OPEN, OPEN, OPEN]),
        ({"employment": "employed", "can_travel": "yes", "committed": True}, [MET, MET, MET, MET]),
        ({"employment": "volunteer", "can_travel": "unsure", "committed": False}, [MET, MET, OPEN, OPEN]),
        ({"employment": "neither", "can_travel": "no", "committed": True}, [MET, UNMET, UNMET, MET]),
    ],
)
def test_answers_and_states(cast, said, expected):
    assert states(said, cast.school) == expected


def test_the_school_and_the_earlier_trips(cast):
    outside = world.institution("Politie", member=False)
    left = world.institution("roc Vertrokken", left_on=world.date(2026, 9, 1))
    rules = {"works_there": False, "can_travel": False, "committed": False}
    assert states({}, None, **rules) == [OPEN]
    assert states({}, outside, **rules) == [UNMET]
    with clock.at(world.home(2026, 8, 31)):
        assert states({}, left, **rules) == [MET]
    with clock.at(world.home(2026, 9, 1)):
        assert states({}, left, **rules) == [UNMET]
    assert states({}, cast.school, 1, earlier_at_most=1, **rules) == [MET, MET]
    assert states({}, cast.school, 2, earlier_at_most=1, **rules) == [MET, UNMET]
    assert states({}, cast.school, 0, earlier_at_most=0, **rules) == [MET, MET]
    # A limit of nought is a limit; no limit is none.
    assert states({}, cast.school, 9, member_school=False, earlier_at_most=None, **rules) == []


def test_only_trips_that_were_travelled_before_count(cast, samira):
    before = world.trip(lead=cast.lead, departs_on=world.date(2025, 5, 6), returns_on=world.date(2025, 5, 9))
    world.participation(before, samira)
    given_back = world.trip(lead=cast.lead, departs_on=world.date(2025, 3, 4), returns_on=world.date(2025, 3, 7))
    place = world.participation(given_back, samira)
    at_home = {"cancelled_at": world.home(2025, 2, 1), "cancelled_by": samira, "cancel_reason": "Ziek."}
    type(place).objects.filter(pk=place.pk).update(status="cancelled", **at_home)
    world.settle_all()
    world.participation(world.trip(lead=cast.lead), samira)
    # It did not go, and this is where somebody else went.
    called_off = world.trip(lead=cast.lead, departs_on=world.date(2025, 9, 2), returns_on=world.date(2025, 9, 5))
    world.participation(called_off, samira)
    called_off.cancelled_at, called_off.cancelled_by = world.home(2025, 8, 1), cast.lead
    called_off.save()
    world.participation(before, world.user("Piet de Wit", at=cast.school))
    assert earlier_trips(samira, cast.trip) == 1


def test_a_trip_that_returned_the_day_before_was_earlier(cast, samira):
    eve, day = (cast.trip.departs_on - world.timedelta(days=n) for n in (1, 0))
    for returns in (eve, day):
        world.participation(world.trip(departs_on=world.date(2026, 11, 2), returns_on=returns), samira)
    assert earlier_trips(samira, cast.trip) == 1


def test_a_condition_says_what_it_was_held_against(cast):
    rules = Eligibility(works_there=False, can_travel=False, committed=False, earlier_at_most=2)
    school, earlier = checks({}, rules, school=cast.school, earlier=3)
    assert (school.note, earlier.note) == (cast.school.name, "3 tot nu toe")
    assert (school.label, earlier.label) == ("klopt", "klopt niet")
    nowhere = checks({}, rules, school=None, earlier=0)[0]
    assert (nowhere.note, nowhere.label) == ("", "nog niet bekend")
    works = checks({}, Eligibility(member_school=False), school=cast.school, earlier=0)[0]
    assert works.note == ""


@pytest.mark.parametrize(
    ("most", "said"),
    [
        (0, "Was on no trip of the alliance before"),
        (1, "Went on at most 1 trip of the alliance before"),
        (2, "Went on at most 2 trips of the alliance before"),
    ],
)
def test_the_condition_on_earlier_trips_names_its_number(cast, most, said):
    rules = Eligibility(works_there=False, can_travel=False, committed=False, earlier_at_most=most)
    with override("en"):
        assert checks({}, rules, school=cast.school, earlier=0)[1].text == said


def test_every_trip_has_conditions_of_its_own(cast):
    Eligibility.objects.create(trip=world.trip(lead=cast.lead), committed=False, earlier_at_most=1)
    rules = conditions_of(cast.trip)
    assert (rules.trip, rules.committed, rules.earlier_at_most) == (cast.trip, True, None)


def test_the_form_shows_them_as_answers_come_in(cast, samira, login, at):
    at(world.MOMENTS["call"])
    browser = login(samira)
    about = f"/trips/{cast.trip.slug}/apply/"
    page = browser.get(about).content.decode()
    assert "Past deze reis bij je?" in page
    assert page.count("nog niet bekend") == 3
    answers = {"version": 0, "name": "Samira", "job_role": "teacher", "employment": "neither", "do": "next"}
    assert browser.post(about, answers).status_code == 302
    page = browser.get(about).content.decode()
    assert page.count("klopt niet") == 1
    assert page.count("nog niet bekend") == 2


def test_who_does_not_fit_can_still_send(cast, samira, login, at):
    at(world.MOMENTS["call"])
    world.application(cast.trip, samira, employment="neither", can_travel="no")
    sent = login(samira).post(reverse("applications:send", args=[cast.trip.slug]), {"version": 1})
    assert sent.status_code == 302
    assert Application.objects.get().status == "submitted"
    assert Application.objects.get().submissions.get().content["can_travel"] == "no"


@pytest.mark.parametrize(("field", "text"), [("employment", "hoe je er werkt"), ("can_travel", "op alle dagen mee")])
def test_what_a_condition_asks_is_answered_before_sending(cast, samira, login, at, field, text):
    at(world.MOMENTS["call"])
    world.application(cast.trip, samira, **{field: ""})
    sent = login(samira).post(reverse("applications:send", args=[cast.trip.slug]), {"version": 1})
    assert sent.status_code == 422
    assert text in sent.content.decode()


# --- the lead --------------------------------------------------------------------------------------


def test_the_lead_sets_them_until_the_call_opens(cast, login, client, at):
    page = reverse("applications:conditions", args=[cast.trip.slug])
    values = {"member_school": "on", "works_there": "on", "earlier_at_most": "0"}
    at(world.MOMENTS["planning"])
    assert login(cast.lead).post(page, values | {"earlier_at_most": "-1"}).status_code == 422
    assert login(cast.lead).post(page, values).status_code == 302
    rules = conditions_of(cast.trip)
    assert (rules.member_school, rules.works_there, rules.can_travel, rules.committed) == (True, True, False, False)
    assert rules.earlier_at_most == 0
    shown = client.get(f"/trips/{cast.trip.slug}/").content.decode()
    assert "Ging nog niet eerder mee met de alliantie" in shown
    assert "Kan op alle dagen mee" not in shown
    entry = HistoryEntry.objects.get(verb="conditions.set")
    assert (entry.by, entry.about_id) == (cast.lead, str(cast.trip.pk))
    at(world.MOMENTS["call"])
    assert login(cast.lead).post(page, values).status_code == 409


def test_people_decide_and_it_holds_on_every_path(cast, samira, login, at):
    at(world.MOMENTS["selection"])
    world.rubric(cast.trip)
    sent = world.submitted(cast.trip, samira, can_travel="no")
    page = reverse("applications:rule", args=[cast.trip.slug, sent.pk])
    lead = login(cast.lead)
    assert lead.post(page, {"ruling": "not_eligible", "ruling_reason": ""}).status_code == 422
    assert login(cast.companion()).post(page, {"ruling": "eligible", "ruling_reason": "x"}).status_code == 403
    reason = {"ruling_reason": "Kan de laatste twee dagen niet."}
    assert lead.post(page, {"ruling": "not_eligible"} | reason).status_code == 302
    shown = Application.objects.with_sent().select_related("user").get(pk=sent.pk)
    assert not backed(shown)
    assert (
        "Kan de laatste twee dagen niet."
        in lead.get(reverse("applications:detail", args=[cast.trip.slug, sent.pk])).content.decode()
    )
    own = login(samira).get(reverse("applications:mine", args=[sent.pk])).content.decode()
    assert "laatste twee dagen" not in own
    # Somebody thinks again.
    assert lead.post(page, {"ruling": "eligible", "ruling_reason": "Vliegt later."}).status_code == 302
    assert backed(Application.objects.with_sent().select_related("user").get(pk=sent.pk))
    with_place = type(cast.trip).objects.filter(pk=cast.trip.pk)
    with_place.update(published_at=world.home(2026, 10, 12), published_by=cast.lead)
    assert lead.post(page, {"ruling": "not_eligible"} | reason).status_code == 409


def test_a_decision_is_about_one_person_and_stands_in_the_history(cast, samira, at):
    at(world.MOMENTS["selection"])
    sent, other = (world.submitted(cast.trip, one) for one in (samira, world.user("Piet de Wit", at=cast.school)))
    rule(application=sent, ruling="not_eligible", reason="Kan de laatste dag niet.", by=cast.lead)
    other.refresh_from_db()
    assert (other.ruling, other.ruled_by) == ("", None)
    for one in (sent, Application.objects.get(pk=sent.pk)):
        assert (one.ruling, one.ruling_reason) == ("not_eligible", "Kan de laatste dag niet.")
        assert (one.ruled_at, one.ruled_by) == (world.MOMENTS["selection"], cast.lead)
    entry = HistoryEntry.objects.get(verb="application.rule")
    assert (entry.by, entry.about_id, entry.trip) == (cast.lead, str(sent.pk), cast.trip.pk)
    assert (entry.target, entry.reason) == ("not_eligible", "Kan de laatste dag niet.")


def test_nobody_decides_about_what_does_not_stand(cast, samira, at):
    at(world.MOMENTS["call"])
    written, taken_back = world.application(cast.trip), world.submitted(cast.trip, samira)
    withdraw(application=taken_back, by=samira)
    at(world.MOMENTS["selection"])
    for one in (written, taken_back):
        with pytest.raises(Refused, match="Alleen over een aanmelding die staat") as refused:
            rule(application=one, ruling="not_eligible", reason="Kan de laatste dag niet.", by=cast.lead)
        assert refused.value.verdict.status == CONFLICT
        assert Application.objects.get(pk=one.pk).ruling == ""
    assert not HistoryEntry.objects.filter(verb="application.rule").exists()
