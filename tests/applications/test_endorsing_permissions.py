"""Whose address is asked to endorse, until when the link works, and who may ask again, remind or record: both sides."""

from datetime import UTC, datetime, timedelta

import pytest

from applications.endorsing.permissions import (
    answered,
    bare,
    can_ask_manager,
    can_ask_school,
    can_endorse,
    can_record_on_paper,
    can_remind_manager,
    can_replace_manager,
    colleague_problem,
    domains_of,
    in_domain,
    manager_problem,
    over_with_publication,
    own_addresses,
    silent,
    to_be_confirmed,
)
from applications.lifecycle import ENDORSEMENT
from applications.models import LateAccess
from exchange.people.models import MailDomain
from exchange.transitions import Tried
from tests import world
from tests.verdicts import CANCELLED, NOT_THE_LEAD, NOT_YOUR_APPLICATION, YES, said
from tests.world import home

pytestmark = pytest.mark.django_db

#: The least that is before a moment.
STEP = timedelta(microseconds=1)
#: A Wednesday on the Dutch clock, though not yet in UTC: the eighth day without an answer is Thursday 8 October.
ASKED = datetime(2026, 9, 29, 22, 30, tzinfo=UTC)
AFTER_CLOSING = home(2026, 10, 2)
PUBLISHED = home(2026, 10, 12)
DEPARTURE = home(2026, 11, 10, 0)

NOT_SENT = "409 Je leidinggevende wordt gevraagd zodra je je aanmelding hebt verstuurd."
IS_PUBLISHED = "409 De selectie is bekendgemaakt."
HAS_ANSWERED = "409 Je leidinggevende heeft geantwoord."
HAS_DEPARTED = "409 De reis is vertrokken; er wordt niets meer gevraagd."


@pytest.fixture
def samira(cast):
    return world.user("Samira Idrissi", at=cast.school)


@pytest.fixture
def asked(cast, samira, at):
    """The request to a manager who has not answered, asked just before the call closes."""
    at(ASKED)
    [made] = world.submitted(cast.trip, samira, endorsed=False).endorsements.all()
    made.asked_at = ASKED
    made.application.user = samira
    return made


def asks(can, endorsement, by=None):
    """What is said to whoever applied, or to `by`, about this request."""
    application = endorsement.application
    return said(can(by or application.user, application, endorsement))


# --- addresses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("joke@duinrand.example", "joke@duinrand.example"),
        (" Joke.Mulder@Duinrand.Example\n", "joke.mulder@duinrand.example"),
        ("joke+reis+londen@duinrand.example", "joke@duinrand.example"),
        ('"joke@home+reis"@duinrand.example', '"joke@home@duinrand.example'),
    ],
)
def test_an_address_is_the_same_whatever_its_case_and_whatever_stands_after_a_plus(email, expected):
    assert bare(email) == expected


def test_every_address_of_an_account_is_its_own(samira):
    samira.email = "Samira+reizen@Duinrand.example"
    samira.emailaddress_set.create(email="Thuis@elsewhere.example", verified=False)
    world.user("Een Ander")
    first = samira.emailaddress_set.get(primary=True).email
    assert own_addresses(samira) == {"samira@duinrand.example", "thuis@elsewhere.example", first}


def test_a_school_has_several_domains_and_who_has_no_school_none(cast):
    MailDomain.objects.create(institution=cast.school, domain="MBO.Duinrand.example")
    assert domains_of(cast.school) == {"duinrand.example", "mbo.duinrand.example"}
    assert domains_of(None) == set()


@pytest.mark.parametrize(
    ("email", "inside"),
    [
        ("joke@duinrand.example", True),
        ("JOKE@DUINRAND.EXAMPLE", True),
        ('"joke@thuis"@duinrand.example', True),
        ("joke@mbo.duinrand.example", False),
        ("duinrand.example@elsewhere.example", False),
        ("joke@groenlinde.example", False),
    ],
)
def test_what_stands_after_the_last_at_says_the_school(cast, email, inside):
    assert in_domain(cast.school, email) is inside
    assert in_domain(None, email) is False


# --- who can be asked ------------------------------------------------------------------------------


def test_nobody_endorses_themselves(samira):
    samira.emailaddress_set.create(email="samira@elsewhere.example", verified=True)
    own = "Dit is je eigen adres. Schrijf het adres van je leidinggevende op."
    for email in (samira.email, samira.email.upper(), "samira+baas@elsewhere.example"):
        assert str(manager_problem(samira, email)) == own


def test_a_manager_has_an_address_at_the_school(cast, samira):
    MailDomain.objects.create(institution=cast.school, domain="akkers.example")
    for email in ("joke@akkers.example", "Joke@Duinrand.EXAMPLE", '"joke@thuis"@duinrand.example'):
        assert manager_problem(samira, email) == ""
    outside = "Schrijf een adres van je school op: een dat eindigt op @akkers.example, @duinrand.example."
    for email in ("joke@elsewhere.example", "joke@mbo.akkers.example"):
        assert str(manager_problem(samira, email)) == outside


def test_volunteers_and_who_has_no_school_name_any_address(cast):
    volunteer = world.user("Vera", at=cast.school, role="volunteer")
    for person in (volunteer, world.outsider()):
        assert manager_problem(person, "joke@elsewhere.example") == ""
        assert manager_problem(person, person.email) != ""


def test_a_manager_passes_the_question_on_within_the_school(cast, samira, asked):
    asked.manager_email = '"Joke@thuis"@Koepel.Example'
    samira.institution = cast.other_school  # since it was sent
    for email in ("wim@duinrand.example", "Wim@KOEPEL.example", '"wim@thuis"@koepel.example'):
        assert colleague_problem(asked, email) == ""
    elsewhere = "Noem iemand van dezelfde school, met een adres dat eindigt op @duinrand.example, @koepel.example."
    for email in ("wim@groenlinde.example", "wim@thuis@elsewhere.example"):
        assert str(colleague_problem(asked, email)) == elsewhere


def test_a_manager_names_neither_the_applicant_nor_the_address_that_was_asked(samira, asked):
    samira.emailaddress_set.create(email="samira@duinrand.example", verified=True)
    applicant = "Dit is het adres van de aanmelder. Noem iemand anders."
    for email in (samira.email.upper(), "samira+baas@duinrand.example"):
        assert str(colleague_problem(asked, email)) == applicant
    asked.manager_email = "joke+werk@duinrand.example"
    for email in ("Joke@duinrand.example", "joke+thuis@duinrand.example"):
        assert str(colleague_problem(asked, email)) == "Dit is het adres waar we naartoe schreven. Noem iemand anders."


@pytest.mark.parametrize(
    ("email", "recorded_at", "unknown"),
    [
        ("joke@elsewhere.example", None, True),
        ("joke@elsewhere.example", AFTER_CLOSING, False),
        ("joke@duinrand.example", None, False),
        ("joke@duinrand.example", AFTER_CLOSING, False),
    ],
)
def test_an_address_elsewhere_is_confirmed_unless_the_answer_is_on_paper(asked, email, recorded_at, unknown):
    asked.manager_email, asked.recorded_at = email, recorded_at
    assert to_be_confirmed(asked) is unknown


def test_the_domains_are_those_of_the_school_at_which_it_was_sent(cast, samira, asked):
    samira.institution = cast.other_school
    assert not to_be_confirmed(asked)
    asked.submission.institution = cast.other_school
    assert to_be_confirmed(asked)


# --- what has become of a request ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("asked", False),
        ("endorsed", True),
        ("conditions", True),
        ("refused", True),
        ("not_me", False),
        ("replaced", False),
    ],
)
def test_whoever_passes_a_question_on_has_not_answered_it(asked, status, expected):
    asked.status = status
    assert answered(asked) is expected


def test_nobody_answered_what_was_not_asked():
    assert answered(None) is False


@pytest.mark.parametrize(
    ("published_at", "occasion", "over"),
    [
        (None, "application", False),
        (ASKED + STEP, "application", True),
        (ASKED, "application", False),
        (ASKED - STEP, "application", False),
        (ASKED + STEP, "return", False),
        (ASKED + STEP, "one_year", False),
    ],
)
def test_the_publication_ends_what_was_asked_before_it(asked, published_at, occasion, over):
    asked.application.trip.published_at, asked.occasion = published_at, occasion
    assert over_with_publication(asked) is over


def test_another_manager_is_asked_after_eight_days_or_when_the_mail_came_back(asked, at):
    eighth = home(2026, 10, 8, 0)
    at(eighth - STEP)
    assert silent(asked) is False
    asked.bounced_at = AFTER_CLOSING
    assert silent(asked) is True
    asked.bounced_at = None
    at(eighth)
    assert silent(asked) is True


# --- whoever applied -------------------------------------------------------------------------------


def test_a_manager_is_asked_for_whoever_sends_and_by_the_lead_who_admits(cast, samira, asked):
    application = asked.application
    for person in (samira, cast.lead):
        application.status = "submitted"
        assert can_ask_manager(person, application)
        for status in ("draft", "withdrawn"):
            application.status = status
            assert said(can_ask_manager(person, application)) == NOT_SENT
    application.status = "submitted"
    for person in (cast.companion(), cast.stranger(), cast.administrator()):
        assert said(can_ask_manager(person, application)) == NOT_YOUR_APPLICATION


@pytest.mark.parametrize("can", [can_replace_manager, can_remind_manager])
def test_only_whoever_applied_asks_again(cast, asked, can):
    assert asks(can, asked) == YES
    for person in (cast.lead, cast.stranger()):
        assert asks(can, asked, by=person) == NOT_YOUR_APPLICATION


@pytest.mark.parametrize("can", [can_replace_manager, can_remind_manager])
@pytest.mark.parametrize("name", ["published_at", "bounced_at"])
def test_what_has_become_of_a_request_is_not_told_to_others(cast, asked, can, name):
    trip = asked.application.trip
    setattr(trip if name == "published_at" else asked, name, PUBLISHED)
    assert asks(can, asked, by=cast.stranger()) == NOT_YOUR_APPLICATION


@pytest.mark.parametrize("can", [can_replace_manager, can_remind_manager])
def test_nobody_is_asked_again_before_the_application_is_sent_or_after_an_answer(samira, asked, can):
    application = asked.application
    assert said(can(samira, application, None)) == NOT_SENT
    for status in ("draft", "withdrawn"):
        application.status = status
        assert asks(can, asked) == NOT_SENT
    application.status = "submitted"
    for status in ("endorsed", "conditions", "refused"):
        asked.status = status
        assert asks(can, asked) == HAS_ANSWERED
    asked.status = "not_me"
    assert asks(can, asked) == YES


@pytest.mark.parametrize("can", [can_replace_manager, can_remind_manager])
def test_a_request_goes_on_until_the_day_of_departure(asked, at, can):
    at(DEPARTURE - STEP)
    assert asks(can, asked) == YES
    at(DEPARTURE)
    assert asks(can, asked) == HAS_DEPARTED
    asked.application.trip.cancelled_at = PUBLISHED
    assert asks(can, asked) == CANCELLED


@pytest.mark.parametrize("can", [can_replace_manager, can_remind_manager])
def test_the_publication_ends_the_questions_unless_the_trip_moved_since(asked, at, can):
    asked.application.trip.published_at = PUBLISHED
    at(home(2026, 10, 26))
    assert asks(can, asked) == IS_PUBLISHED
    asked.asked_at = PUBLISHED + STEP
    assert asks(can, asked) == YES


def test_mail_that_came_back_is_not_sent_again(asked):
    asked.bounced_at = ASKED
    again = "409 De mail kwam terug, dus nog eens mailen helpt niet. Kijk naar het adres."
    assert asks(can_remind_manager, asked) == again
    assert asks(can_replace_manager, asked) == YES


def test_ten_people_are_asked_at_most(asked):
    several = "409 Je hebt al meer mensen gevraagd. Schrijf het projectteam."
    for generation, expected in ((9, YES), (10, several), (11, several)):
        asked.generation = generation
        assert asks(can_replace_manager, asked) == expected


def test_after_closing_another_manager_is_asked_from_the_eighth_day_on(asked, at):
    wait = (
        "409 De oproep is gesloten. Heeft je leidinggevende op donderdag 8 oktober nog niet geantwoord, "
        "dan kun je iemand anders vragen."
    )
    at(world.CLOSES - STEP)
    assert asks(can_replace_manager, asked) == YES
    at(world.CLOSES)
    assert asks(can_replace_manager, asked) == wait
    assert asks(can_remind_manager, asked) == YES, "the same manager hears of it whenever it helps"
    at(home(2026, 10, 8, 0) - STEP)
    assert asks(can_replace_manager, asked) == wait
    at(home(2026, 10, 8, 0))
    assert asks(can_replace_manager, asked) == YES


def test_whoever_may_still_write_after_closing_may_still_ask_another_manager(cast, samira, asked, at):
    at(AFTER_CLOSING)
    assert asks(can_replace_manager, asked) != YES
    given = {"given_at": ASKED, "given_by": cast.lead, "reason": "Ziek."}
    LateAccess.objects.create(trip=cast.trip, email=samira.email, until_at=AFTER_CLOSING + STEP, **given)
    world.settle_all()
    assert asks(can_replace_manager, asked) == YES


# --- the link --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "newest", "asked_with"), [("replaced", 2, 2), ("asked", 2, 1), ("asked", 2, 3)])
def test_only_the_link_of_the_newest_request_works(asked, status, newest, asked_with):
    asked.status, asked.generation = "asked", newest
    assert said(can_endorse(asked, newest)) == YES
    asked.status = status
    newer = "410 Een nieuwere vraag kwam in de plaats van deze. Gebruik de link in de nieuwste mail."
    assert said(can_endorse(asked, asked_with)) == newer


@pytest.mark.parametrize("status", ["endorsed", "conditions", "refused", "not_me"])
def test_a_link_that_was_answered_says_when(asked, status):
    asked.status, asked.answered_at = status, AFTER_CLOSING
    verdict = can_endorse(asked, 1, "endorse", "refuse")
    assert said(verdict) == ("409 Op deze vraag is geantwoord op vrijdag 2 oktober 2026, 12.00 uur (Nederlandse tijd).")
    assert verdict.tried == Tried(ENDORSEMENT, ("endorse", "refuse"), asked)
    asked.application.trip.cancelled_at = PUBLISHED
    assert said(can_endorse(asked, 1)) == "410 Deze reis is geannuleerd. Je hoeft niet te antwoorden."


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_a_link_ends_with_the_application(asked, status):
    asked.application.status = status
    assert said(can_endorse(asked, 1)) == "410 De aanmelding is ingetrokken. Je hoeft niet te antwoorden."


def test_a_link_ends_on_the_day_of_departure_unless_the_school_is_asked_after_it(asked, at):
    at(DEPARTURE - STEP)
    assert said(can_endorse(asked, 1)) == YES
    at(DEPARTURE)
    departed = "410 De reis is vertrokken, dus deze link is verlopen. Schrijf naar het projectteam."
    assert said(can_endorse(asked, 1)) == departed
    for occasion in ("return", "one_year"):
        asked.occasion = occasion
        assert said(can_endorse(asked, 1)) == YES


def test_a_link_of_before_the_publication_ends_with_it(asked, at):
    at(home(2026, 10, 26))
    asked.application.trip.published_at = PUBLISHED
    published = "410 De selectie is bekendgemaakt, dus deze link is verlopen. Schrijf het projectteam."
    assert said(can_endorse(asked, 1)) == published
    asked.asked_at = PUBLISHED
    assert said(can_endorse(asked, 1)) == YES


@pytest.mark.parametrize("occasion", ["application", "return", "one_year"])
def test_a_link_ends_when_the_trip_is_completed(asked, occasion):
    asked.occasion = occasion
    assert said(can_endorse(asked, 1)) == YES
    asked.application.trip.closed_at = PUBLISHED
    assert said(can_endorse(asked, 1)) == "410 Deze reis is afgerond. Je hoeft niet te antwoorden."


# --- the lead --------------------------------------------------------------------------------------


def test_the_lead_records_an_answer_on_paper(cast, samira, asked):
    assert can_record_on_paper(cast.lead, asked)
    for person in (cast.companion(), cast.reviewer(), cast.administrator(), samira):
        assert said(can_record_on_paper(person, asked)) == NOT_THE_LEAD
    asked.application.trip.cancelled_at = PUBLISHED
    assert said(can_record_on_paper(cast.lead, asked)) == CANCELLED


@pytest.mark.parametrize(
    ("status", "word"), [("endorsed", "akkoord"), ("refused", "geen akkoord"), ("replaced", "vervangen")]
)
def test_an_answer_on_paper_comes_too_late_after_another(cast, asked, status, word):
    asked.status = status
    verdict = can_record_on_paper(cast.lead, asked)
    assert said(verdict) == f"409 Deze vraag staat niet meer open: die is ‘{word}’."
    assert verdict.tried == Tried(ENDORSEMENT, ("endorse", "endorse_with_conditions"), asked)


@pytest.mark.parametrize(
    ("occasion", "first", "written"),
    [("return", home(2026, 11, 14, 0), "14 november 2026"), ("one_year", home(2027, 10, 13, 0), "13 oktober 2027")],
)
def test_schools_are_asked_after_the_return_and_a_month_before_the_follow_up_day(cast, at, occasion, first, written):
    at(first - STEP)
    assert said(can_ask_school(cast.lead, cast.trip, occasion)) == f"409 De scholen worden gevraagd vanaf {written}."
    at(first)
    assert can_ask_school(cast.lead, cast.trip, occasion)
    for person in (cast.companion(), cast.administrator()):
        assert said(can_ask_school(person, cast.trip, occasion)) == NOT_THE_LEAD
    cast.trip.closed_at = first
    completed = "410 Deze reis is afgerond; er wordt niemand meer gevraagd."
    assert said(can_ask_school(cast.lead, cast.trip, occasion)) == completed
    cast.trip.cancelled_at = first - timedelta(days=90)
    assert said(can_ask_school(cast.lead, cast.trip, occasion)) == CANCELLED
    assert said(can_ask_school(cast.stranger(), cast.trip, occasion)) == NOT_THE_LEAD
