"""Until when somebody writes, sends and withdraws, who is let in after closing, and by whom: both sides of each."""

from datetime import timedelta

import pytest

from applications.late.permissions import can_admit, can_ask_admission, can_give_late_access
from applications.lifecycle import ADMISSION, APPLICATION
from applications.models import Admission, LateAccess
from applications.writing.forms import GoalsForm
from applications.writing.permissions import can_apply, can_open, can_reinstate, can_submit, can_withdraw, can_write
from exchange.transitions import Tried
from tests import world
from tests.verdicts import CANCELLED, COMPLETED, NOT_THE_LEAD, NOT_YOUR_APPLICATION, YES, said
from tests.world import CLOSES, MOMENTS, OPENS, home

pytestmark = pytest.mark.django_db

#: The least that is before a moment.
STEP = timedelta(microseconds=1)
PUBLISHED = home(2026, 10, 12)
AFTER_CLOSING = home(2026, 10, 2)
IN_THE_TEAM = "403 Je zit in het team van deze reis. Je gaat mee zonder je aan te melden."
NOT_OPEN = "409 De oproep opent op dinsdag 1 september 2026, 09.00 uur (Nederlandse tijd)."
CLOSED = "410 De oproep is gesloten op donderdag 1 oktober 2026, 17.00 uur (Nederlandse tijd)."
WITHDRAWN = "409 Je hebt deze aanmelding ingetrokken. Maak dat eerst ongedaan, dan kun je verder schrijven."
NOT_YOURS_TO_DO = "403 Dit kun jij niet doen."


@pytest.fixture
def samira(cast):
    return world.user("Samira Idrissi", at=cast.school)


@pytest.fixture
def draft(cast, samira, at):
    """What Samira is writing, in the call; with the trip of `cast` itself."""
    at(MOMENTS["call"])
    made = world.application(cast.trip, samira)
    made.trip, made.user = cast.trip, samira
    return made


def let_in(cast, person, until_at):
    """Somebody may write after closing, until then."""
    given = {"given_at": MOMENTS["call"], "given_by": cast.lead, "reason": "Ziek."}
    LateAccess.objects.create(trip=cast.trip, email=person.email, until_at=until_at, **given)
    world.settle_all()


# --- writing ---------------------------------------------------------------------------------------


def test_anybody_applies_while_the_call_is_open(cast, samira, at):
    for moment, expected in ((OPENS - STEP, NOT_OPEN), (OPENS, YES), (CLOSES - STEP, YES), (CLOSES, CLOSED)):
        at(moment)
        assert said(can_apply(samira, cast.trip)) == expected
        assert said(can_write(samira, cast.trip, None)) == expected
        assert said(can_open(samira, cast.trip, None)) == expected


@pytest.mark.parametrize("moment", [OPENS - STEP, OPENS, CLOSES])
def test_who_runs_the_trip_goes_along_without_applying_and_who_only_reads_applies(cast, at, moment):
    at(moment)
    cast.trip.grace_minutes = 15
    for person in (cast.lead, cast.companion()):
        for verdict in (can_apply(person, cast.trip), can_open(person, cast.trip, None)):
            assert said(verdict) == IN_THE_TEAM
    leads_another = world.trip().team.get().user
    for person in (cast.reviewer(), cast.administrator(), leads_another):
        assert said(can_apply(person, cast.trip)) == (NOT_OPEN if moment < OPENS else YES)


@pytest.mark.parametrize("can", [can_write, can_open])
def test_everybody_writes_in_the_own_application_until_it_is_withdrawn(cast, draft, can):
    assert said(can(cast.stranger(), cast.trip, draft)) == NOT_YOUR_APPLICATION
    for status, expected in (("draft", YES), ("submitted", YES), ("withdrawn", WITHDRAWN)):
        draft.status = status
        assert said(can(draft.user, cast.trip, draft)) == expected


@pytest.mark.parametrize("can", [can_write, can_open])
def test_what_was_withdrawn_is_not_what_keeps_somebody_from_writing_after_closing(cast, draft, at, can):
    at(CLOSES)
    draft.status = "withdrawn"
    assert said(can(draft.user, cast.trip, draft)) == CLOSED
    world.join(cast.trip, draft.user, "companion")
    assert said(can(draft.user, cast.trip, draft)) == IN_THE_TEAM


def test_the_grace_is_for_what_was_begun_in_time(cast, draft, at):
    cast.trip.grace_minutes = 15
    at(CLOSES)
    assert can_open(draft.user, cast.trip, draft)
    begins = world.user("Begint Nu")
    assert said(can_open(begins, cast.trip, None)) == CLOSED
    assert can_write(begins, cast.trip, None), "of a page that was opened in time the first words are kept"
    let_in(cast, begins, AFTER_CLOSING)
    assert can_open(begins, cast.trip, None)


def test_who_is_let_in_late_begins_after_closing(cast, samira, at):
    let_in(cast, samira, AFTER_CLOSING)
    at(AFTER_CLOSING - STEP)
    assert can_open(samira, cast.trip, None)
    at(AFTER_CLOSING)
    assert said(can_open(samira, cast.trip, None)) == CLOSED


@pytest.mark.parametrize(("goals", "shown", "room"), [(0, 1, True), (3, 4, False), (4, 4, False)])
def test_four_goals_have_room_in_an_application(cast, goals, shown, room):
    form = GoalsForm(application=world.application(cast.trip, goals=goals), more=True)
    assert (len(form.forms.forms), form.can_add) == (shown, room)


# --- sending, withdrawing and back -----------------------------------------------------------------


def test_the_author_sends_what_stands_and_sends_it_again(cast, draft):
    for status, expected in (("draft", YES), ("submitted", YES), ("withdrawn", WITHDRAWN)):
        draft.status = status
        assert said(can_submit(draft.user, draft)) == expected
        assert said(can_submit(cast.stranger(), draft)) == NOT_YOUR_APPLICATION


@pytest.mark.parametrize("status", ["draft", "submitted"])
def test_sending_ends_with_the_call(cast, draft, at, status):
    draft.status = status
    at(CLOSES - STEP)
    assert can_submit(draft.user, draft)
    at(CLOSES)
    assert said(can_submit(draft.user, draft)) == CLOSED


@pytest.mark.parametrize(
    ("can", "name", "fitting", "others"),
    [
        (can_withdraw, "withdraw", "submitted", {"draft": "concept", "withdrawn": "ingetrokken"}),
        (can_reinstate, "reinstate", "withdrawn", {"draft": "concept", "submitted": "ingestuurd"}),
    ],
)
def test_the_author_withdraws_and_takes_it_back_until_closing(cast, draft, at, can, name, fitting, others):
    draft.status = fitting
    for person in (cast.lead, cast.stranger()):
        assert said(can(person, draft)) == NOT_YOURS_TO_DO
    for moment, expected in ((OPENS - STEP, NOT_OPEN), (CLOSES - STEP, YES), (CLOSES, CLOSED)):
        at(moment)
        assert said(can(draft.user, draft)) == expected
    at(MOMENTS["call"])
    for status, word in others.items():
        draft.status = status
        verdict = can(draft.user, draft)
        assert said(verdict) == f"409 Dit kan nu niet: het staat op ‘{word}’."
        assert verdict.tried == Tried(APPLICATION, (name,), draft)


# --- after closing ---------------------------------------------------------------------------------


def test_the_author_of_a_draft_that_the_deadline_caught_asks_to_be_admitted(cast, draft, at):
    at(CLOSES - STEP)
    assert said(can_ask_admission(draft.user, draft)) == "409 Je kunt het zelf nog versturen."
    at(CLOSES)
    assert can_ask_admission(draft.user, draft)
    for person in (cast.lead, cast.stranger()):
        assert said(can_ask_admission(person, draft)) == NOT_YOUR_APPLICATION
    let_in(cast, draft.user, CLOSES + STEP)
    assert said(can_ask_admission(draft.user, draft)) == "409 Je kunt het zelf nog versturen."


def test_nobody_asks_to_be_admitted_once_it_is_sent_published_or_cancelled(cast, draft, at):
    at(AFTER_CLOSING)
    cast.trip.published_at = AFTER_CLOSING
    published = "410 De selectie is bekendgemaakt; toelaten kan niet meer."
    assert said(can_ask_admission(draft.user, draft)) == published
    for status in ("submitted", "withdrawn"):
        draft.status = status
        sent = "409 Je aanmelding is verstuurd, dus er valt niets te vragen."
        assert said(can_ask_admission(draft.user, draft)) == sent
    cast.trip.cancelled_at = AFTER_CLOSING
    assert said(can_ask_admission(draft.user, draft)) == CANCELLED


def test_everybody_asks_once(cast, draft, at):
    at(AFTER_CLOSING)
    Admission.objects.create(application=world.application(cast.trip), request="De trein.", asked_at=AFTER_CLOSING)
    assert can_ask_admission(draft.user, draft)
    Admission.objects.create(application=draft, request="De trein.", asked_at=AFTER_CLOSING)
    world.settle_all()
    assert said(can_ask_admission(draft.user, draft)) == "409 Je vroeg dit al. Het team antwoordt per mail."


def test_the_lead_lets_people_in_between_announcing_and_publishing(cast):
    others = cast.companion(), cast.reviewer(), cast.administrator(), cast.stranger()
    assert can_give_late_access(cast.lead, cast.trip)
    planned = world.trip(lead=cast.lead, announced=False)
    not_yet = "409 De reis is nog niet aangekondigd; verplaats het sluitmoment bij de andere data."
    assert said(can_give_late_access(cast.lead, planned)) == not_yet
    cast.trip.published_at = PUBLISHED
    published = "409 De selectie is bekendgemaakt; de oproep blijft gesloten."
    assert said(can_give_late_access(cast.lead, cast.trip)) == published
    for person in others:
        assert said(can_give_late_access(person, cast.trip)) == NOT_THE_LEAD
    cast.trip.closed_at = PUBLISHED
    assert said(can_give_late_access(cast.lead, cast.trip)) == COMPLETED


def test_the_lead_answers_a_request_that_is_open_of_a_draft_that_still_is_one(cast, draft):
    asked = Admission(application=draft, request="De trein.", asked_at=AFTER_CLOSING)
    assert can_admit(cast.lead, asked, "admit")
    for person in (cast.companion(), cast.administrator(), draft.user):
        assert said(can_admit(person, asked, "admit")) == NOT_THE_LEAD
    for status in ("submitted", "withdrawn"):
        draft.status = status
        assert said(can_admit(cast.lead, asked)) == "409 De schrijver heeft het intussen zelf verstuurd."
    for status, word in (("admitted", "toegelaten"), ("extended", "kreeg meer tijd"), ("declined", "afgeslagen")):
        asked.status = status
        verdict = can_admit(cast.lead, asked, "admit", "extend")
        assert said(verdict) == f"409 Iemand was je voor: dit staat nu op ‘{word}’."
        assert verdict.tried == Tried(ADMISSION, ("admit", "extend"), asked)
    cast.trip.published_at = PUBLISHED
    published = "409 De selectie is bekendgemaakt; de oproep blijft gesloten."
    assert said(can_admit(cast.lead, asked)) == published


def test_nobody_admits_themselves(cast, draft):
    asked = Admission(application=draft, request="De trein.", asked_at=AFTER_CLOSING)
    world.join(cast.trip, draft.user, "lead")
    assert said(can_admit(draft.user, asked)) == "403 Dit is je eigen aanmelding."
    assert can_admit(cast.lead, asked)
