"""Who issues and revokes certificates, corrects the name on them, switches it on, and finds them."""

import pytest

from evaluations.certificates.conditions import Condition
from evaluations.certificates.models import Certificate
from evaluations.certificates.permissions import can_correct_name, can_issue, can_revoke, is_holder, revoke_hats
from exchange.lifecycle import Hat
from tests import world
from tests.evaluations.asked import CANCELLED, NOT_THE_LEAD, TICK, YES, cancel, close, everybody, said, who
from tests.world import home

pytestmark = pytest.mark.django_db
RETURN_DAY, FOLLOW_UP_DAY = home(2026, 11, 13, 0), home(2027, 11, 12, 0)
MET, UNMET = Condition("Aanwezig", met=True), Condition("Gepresenteerd", met=False)
TOO_EARLY = (409, "Het is nog te vroeg voor dit certificaat.")
NOT_ALONG = (409, "Deze persoon is niet meegereisd.")
NOT_MET = (409, "Niet aan elke voorwaarde is voldaan. Je kunt daarvan afwijken met een reden.")


@pytest.fixture
def piet(cast):
    return cast.participant()


def certificate(of, number=1, **fields):
    return Certificate.objects.create(
        participation=of, kind="attendance", code=f"{number:026}", serial=f"2026-VIL-{number}", facts={},
        issued_at=RETURN_DAY, **fields,
    )  # fmt: skip


def revoked(by):
    return {"status": "revoked", "revoked_at": RETURN_DAY, "revoked_by": by}


# --- issuing ----------------------------------------------------------------------------------------


def test_only_the_lead_issues(cast, piet, at):
    at(RETURN_DAY)
    people = everybody(cast) | {"participant": piet.user}
    assert who(people, lambda user: can_issue(user, piet, "attendance", [MET])) == {"lead"}
    assert said(can_issue(people["companion"], piet, "attendance", [MET])) == NOT_THE_LEAD


@pytest.mark.parametrize(("kind", "first"), [("attendance", RETURN_DAY), ("cycle", FOLLOW_UP_DAY)])
def test_each_kind_is_issued_from_its_day_on(cast, piet, at, kind, first):
    at(first - TICK)
    assert said(can_issue(cast.lead, piet, kind, [MET], "Papieren lijst.")) == TOO_EARLY
    at(first)
    assert said(can_issue(cast.lead, piet, kind, [MET])) == YES


@pytest.mark.parametrize(
    ("conditions", "overrule", "told"),
    [
        ([MET, MET], "", YES),
        ([MET, UNMET], "", NOT_MET),
        ([UNMET], "", NOT_MET),
        ([MET, UNMET], "Papieren lijst.", YES),
        ([UNMET], "Papieren lijst.", YES),
        ([MET, MET], "Papieren lijst.", YES),
    ],
)
def test_every_condition_is_met_or_the_lead_says_why_not(cast, piet, at, conditions, overrule, told):
    at(RETURN_DAY)
    assert said(can_issue(cast.lead, piet, "attendance", conditions, overrule)) == told


def test_who_says_no_reason_overrules_nothing(cast, piet, at):
    at(RETURN_DAY)
    assert said(can_issue(cast.lead, piet, "attendance", [UNMET])) == NOT_MET


def test_who_gave_the_place_back_gets_no_certificate_for_whatever_reason(cast, piet, at):
    at(RETURN_DAY)
    piet.status = "cancelled"
    assert said(can_issue(cast.lead, piet, "attendance", [MET], "Papieren lijst.")) == NOT_ALONG


def test_a_completed_trip_still_gives_certificates_and_a_cancelled_one_none(cast, piet, at):
    at(FOLLOW_UP_DAY)
    close(cast.trip)
    assert said(can_issue(cast.lead, piet, "cycle", [MET])) == YES
    assert said(can_correct_name(cast.lead, piet)) == YES
    cancel(cast.trip)
    assert said(can_issue(cast.lead, piet, "cycle", [MET])) == CANCELLED
    assert said(can_correct_name(cast.lead, piet)) == CANCELLED


# --- the name ---------------------------------------------------------------------------------------


def test_only_the_lead_corrects_the_name(cast, piet):
    people = everybody(cast) | {"participant": piet.user}
    assert who(people, lambda user: can_correct_name(user, piet)) == {"lead"}
    assert said(can_correct_name(piet.user, piet)) == NOT_THE_LEAD


def test_the_name_of_who_gave_the_place_back_is_not_corrected(cast, piet):
    piet.status = "cancelled"
    assert said(can_correct_name(cast.lead, piet)) == NOT_ALONG


def test_a_name_that_was_erased_is_not_corrected(cast, piet):
    piet.user.erased_at = RETURN_DAY
    assert said(can_correct_name(cast.lead, piet)) == (409, "Deze persoon heeft zijn gegevens laten wissen.")


def test_a_name_on_a_certificate_that_counts_is_corrected_once_that_is_revoked(cast, piet):
    certificate(world.participation(cast.trip))
    assert said(can_correct_name(cast.lead, piet)) == YES, "another person's is no matter"
    own = certificate(piet, 2)
    status, why = said(can_correct_name(cast.lead, piet))
    assert (status, why.split(".")[0]) == (409, "Er is al een geldig certificaat met deze naam")
    Certificate.objects.filter(pk=own.pk).update(**revoked(cast.lead))
    assert said(can_correct_name(cast.lead, piet)) == YES


def test_only_the_holder_switches_the_name_on(cast, piet):
    people = everybody(cast) | {"participant": piet.user, "other": world.participation(cast.trip).user}
    assert who(people, lambda user: is_holder(user, Certificate(participation=piet))) == {"participant"}
    refusal = (403, "Alleen de houder beslist over de naam.")
    assert said(is_holder(cast.lead, Certificate(participation=piet))) == refusal
    assert said(is_holder(piet.user, Certificate(participation=None))) == refusal, "erasure leaves no holder"


# --- revoking ---------------------------------------------------------------------------------------


def test_only_the_lead_revokes(cast, piet):
    issued = Certificate(participation=piet, status="issued")
    people = everybody(cast) | {"participant": piet.user}
    assert who(people, lambda user: can_revoke(user, issued)) == {"lead"}
    hats = {name: revoke_hats(user, issued) for name, user in people.items()}
    own = {"lead": {Hat.LEAD}, "companion": {Hat.COMPANION}, "reviewer": {Hat.REVIEWER}}
    assert hats == dict.fromkeys(people, set()) | own


@pytest.mark.parametrize("end", [close, cancel])
def test_a_certificate_is_revoked_whatever_became_of_the_trip(cast, piet, end):
    end(cast.trip)
    assert said(can_revoke(cast.lead, Certificate(participation=piet, status="issued"))) == YES


def test_a_certificate_is_revoked_once(cast, piet):
    verdict = can_revoke(cast.lead, Certificate(participation=piet, status="revoked"))
    assert said(verdict) == (409, "Dit kan nu niet: het staat op ‘ingetrokken’.")
    assert verdict.tried.names == ("revoke",)


# --- which somebody finds ---------------------------------------------------------------------------


def test_the_holder_and_who_accompanies_find_certificates_and_administrators_all(cast, piet):
    people = everybody(cast) | {"participant": piet.user}
    neighbour, elsewhere = world.participation(cast.trip), world.participation(world.trip())
    own, near, far = (certificate(one, n) for n, one in enumerate((piet, neighbour, elsewhere)))
    found = {name: set(Certificate.objects.visible_to(person)) for name, person in people.items()}
    assert found == dict.fromkeys(people, set()) | {
        "participant": {own},
        "lead": {own, near},
        "companion": {own, near},
        "administrator": {own, near, far},
    }
