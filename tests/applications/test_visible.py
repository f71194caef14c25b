"""Whose applications, assessments, requests and offers somebody sees: each from every side."""

import pytest

from applications.models.application import Application
from applications.models.assessment import Assessment
from applications.models.call import Admission
from applications.models.decision import Offer
from exchange.people.models import User
from exchange.trips.models import Trip
from tests import world

pytestmark = pytest.mark.django_db
THEN = world.MOMENTS["selection"]


def named(found):
    """Applications by who wrote them."""
    return set(found.values_list("user__name", flat=True))


def publish(trip):
    Trip.objects.filter(pk=trip.pk).update(published_at=world.home(2026, 10, 12), published_by=trip.team.first().user)


def hand_back(assessment):
    Assessment.objects.filter(pk=assessment.pk).update(status="recused")
    world.settle_all()


@pytest.fixture
def call(cast):
    """On the own trip Anna, withdrawn, Bram and Coen, and the draft of Dirk; on another trip Els."""
    cast.elsewhere = world.trip(lead=world.user("Lea Elders"))
    cast.anna, cast.bram, cast.coen = (
        world.submitted(cast.trip, world.user(name)) for name in ("Anna", "Bram", "Coen")
    )
    Application.objects.filter(pk=cast.anna.pk).update(status="withdrawn", withdrawn_at=THEN)
    cast.dirk = world.application(cast.trip, world.user("Dirk"))
    cast.els = world.submitted(cast.elsewhere, world.user("Els"))
    world.rubric(cast.trip)
    world.settle_all()
    return cast


# --- applications -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("persona", "names"),
    [
        ("lead", {"Anna", "Bram", "Coen"}),
        ("companion", {"Anna", "Bram", "Coen"}),
        ("administrator", {"Anna", "Bram", "Coen", "Els"}),
        ("reviewer", set()),
        ("coordinator", set()),
        ("stranger", set()),
    ],
)
def test_what_was_sent_is_read_by_who_goes_along_and_drafts_by_nobody_else(call, persona, names):
    person = call.lead if persona == "lead" else getattr(call, persona)()
    assert named(Application.objects.visible_to(person)) == names


@pytest.mark.parametrize("persona", ["administrator", "reviewer", "stranger"])
def test_everybody_sees_the_own_draft(call, persona):
    person = getattr(call, persona)()
    before = named(Application.objects.visible_to(person))
    world.application(call.trip, person)
    assert named(Application.objects.visible_to(person)) == before | {person.name}
    assert named(Application.objects.visible_to(call.dirk.user)) == {"Dirk"}


def test_a_reviewer_sees_what_is_assigned_until_it_is_handed_back_or_published(call):
    rik, other = call.reviewer(), world.user("Andere")
    world.join(call.trip, other, "reviewer")
    world.assessment(call.bram, rik)
    back = world.assessment(call.coen, rik, 4, 4)
    world.assessment(call.els, other)
    assert named(Application.objects.visible_to(rik)) == {"Bram", "Coen"}
    hand_back(back)
    assert named(Application.objects.visible_to(rik)) == {"Bram"}
    publish(call.trip)
    assert named(Application.objects.visible_to(rik)) == set()
    assert named(Application.objects.visible_to(call.lead)) == {"Anna", "Bram", "Coen"}


# --- assessments --------------------------------------------------------------------------------------


@pytest.fixture
def read(call):
    """Rik reads Bram and handed Coen back; somebody else reads Bram too, and Els elsewhere."""
    call.rik, call.other = call.reviewer(), world.user("Andere")
    call.mine, call.back = world.assessment(call.bram, call.rik), world.assessment(call.coen, call.rik)
    call.beside, call.there = world.assessment(call.bram, call.other), world.assessment(call.els, call.other)
    hand_back(call.back)
    return call


def assessments(user):
    return set(Assessment.objects.visible_to(user))


def test_a_reviewer_sees_the_own_assessments_until_the_publication(read):
    assert assessments(read.rik) == {read.mine}
    assert assessments(read.other) == {read.beside, read.there}
    publish(read.trip)
    assert assessments(read.rik) == set()
    assert assessments(read.other) == {read.there}


def test_a_lead_sees_all_of_the_trip_before_and_after(read):
    for _ in range(2):
        assert assessments(read.lead) == {read.mine, read.back, read.beside}
        publish(read.trip)
    assert assessments(read.administrator()) == {read.mine, read.back, read.beside, read.there}
    assert assessments(read.companion()) == assessments(read.stranger()) == set()


def test_nobody_sees_what_was_said_of_their_own_application(read):
    own = world.submitted(read.trip, read.lead)
    of_lead = world.assessment(own, read.rik)
    assert assessments(read.lead) == {read.mine, read.back, read.beside}
    assert assessments(read.rik) == {read.mine, of_lead}
    assert assessments(read.bram.user) == set()
    assert of_lead in assessments(User.objects.get(pk=read.administrator().pk))


# --- requests and offers ------------------------------------------------------------------------------


def test_a_request_to_be_admitted_is_read_by_who_goes_along(call):
    draft = world.application(call.elsewhere, world.user("Fleur"))
    asked, there = (
        Admission.objects.create(application=one, request="De trein.", asked_at=THEN) for one in (call.dirk, draft)
    )
    rik = call.reviewer()
    world.join(call.elsewhere, rik, "companion")
    seen = {
        name: set(Admission.objects.visible_to(person))
        for name, person in (
            ("lead", call.lead),
            ("companion", call.companion()),
            ("reviewer here, companion there", rik),
            ("administrator", call.administrator()),
            ("author", call.dirk.user),
        )
    }
    assert seen == {
        "lead": {asked},
        "companion": {asked},
        "reviewer here, companion there": {there},
        "administrator": {asked, there},
        "author": set(),
    }


def test_an_offer_is_seen_by_who_sees_the_application(call):
    offer, there = world.offer(call.bram), world.offer(call.els)
    assert set(Offer.objects.visible_to(call.bram.user)) == {offer}
    assert set(Offer.objects.visible_to(call.coen.user)) == set()
    assert set(Offer.objects.visible_to(call.lead)) == set(Offer.objects.visible_to(call.companion())) == {offer}
    assert set(Offer.objects.visible_to(call.administrator())) == {offer, there}
