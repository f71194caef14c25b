"""Who may do what with people, roles and accounts, and whom somebody sees: asked of who may and who may not."""

import pytest
from allauth.mfa.models import Authenticator

from applications.models import Application
from exchange.people.models import User
from exchange.people.permissions import (
    can_administer,
    can_change_profile,
    can_close_account,
    can_confirm,
    can_decline,
    can_give_role,
    can_list_people,
    can_open_account,
    can_open_person,
    can_reset_second_step,
    can_take_role,
    other_administrators,
)
from tests import world
from tests.verdicts import YES, said

pytestmark = pytest.mark.django_db
THEN = world.MOMENTS["planning"]
FOR_ADMINISTRATORS = "403 Dit is voor beheerders van de alliantie."


@pytest.fixture
def waiting(cast):
    """Somebody who says they work at the school, with a private address."""
    return world.outsider(institution=cast.school)


@pytest.fixture
def ada(cast):
    return cast.administrator()


def of_another_school(cast):
    """The coordinator of another school."""
    person = world.user("Coba", at=cast.other_school)
    world.give_role(person, "coordinator", cast.other_school)
    return person


# --- lists and pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "who", "refusal"),
    [
        (can_administer, ["administrator"], FOR_ADMINISTRATORS),
        (can_give_role, ["administrator"], FOR_ADMINISTRATORS),
        (
            can_list_people,
            ["administrator", "coordinator"],
            "403 Alleen beheerders en coördinatoren zien lijsten van mensen.",
        ),
    ],
)
def test_who_may_what(cast, question, who, refusal):
    for name in ("administrator", "coordinator", "partner", "companion"):
        assert said(question(getattr(cast, name)())) == (YES if name in who else refusal)
    assert said(question(cast.lead)) == refusal


def test_everybody_changes_the_own_profile_only(cast, ada):
    assert said(can_change_profile(cast.lead, cast.lead)) == YES
    assert said(can_change_profile(ada, cast.lead)) == "403 Dit kun jij niet doen."


def test_who_opens_the_page_of_a_person(cast, ada, waiting):
    own_page = "403 Je eigen pagina is je profiel."
    assert said(can_open_person(ada, waiting)) == YES
    assert said(can_open_person(cast.coordinator(), waiting)) == YES
    assert said(can_open_person(of_another_school(cast), waiting)) == own_page
    assert said(can_open_person(cast.lead, waiting)) == own_page
    assert said(can_open_person(waiting, waiting)) == own_page
    draft = world.application(cast.trip, waiting)
    assert said(can_open_person(cast.lead, waiting)) == own_page, "a draft is nobody's business"
    draft.delete()
    elsewhere = world.submitted(world.trip(), waiting)
    assert said(can_open_person(cast.lead, waiting)) == own_page, "that is for who leads that trip"
    assert said(can_open_person(cast.stranger(), waiting)) == own_page
    assert said(can_open_person(elsewhere.trip.team.get().user, waiting)) == YES
    sent = world.submitted(cast.trip, waiting)
    for status in ("submitted", "withdrawn"):
        Application.objects.filter(pk=sent.pk).update(status=status)
        assert said(can_open_person(cast.lead, waiting)) == YES
    world.settle_all()
    assert said(can_open_person(cast.companion(), waiting)) == own_page


# --- where somebody works -----------------------------------------------------------------------------


def test_who_confirms_where_somebody_works(cast, ada, waiting):
    not_yours = (
        "403 De coördinator van de school bevestigt dit, of de projectleider van een reis waarvoor diegene zich "
        "aanmeldde."
    )
    assert said(can_confirm(ada, waiting)) == YES
    assert said(can_confirm(cast.coordinator(), waiting)) == YES
    assert said(can_confirm(of_another_school(cast), waiting)) == not_yours
    assert said(can_confirm(cast.lead, waiting)) == not_yours
    world.submitted(cast.trip, waiting)
    assert said(can_confirm(cast.lead, waiting)) == YES


def test_nobody_but_an_administrator_confirms_the_own_membership(cast, ada):
    coen = cast.coordinator()
    for person in (ada, coen):
        person.membership_by_domain = False
    assert said(can_confirm(ada, ada)) == said(can_confirm(ada, coen)) == said(can_confirm(coen, ada)) == YES
    assert said(can_confirm(coen, coen)) == "403 Iemand anders bevestigt waar jij werkt."


def test_only_what_nobody_said_yet_is_confirmed(cast, ada, waiting):
    waiting.membership_confirmed_at = THEN
    assert said(can_confirm(ada, waiting)) == "409 Dit was al bevestigd."
    assert said(can_confirm(ada, cast.stranger())) == "409 Het maildomein zegt het al."
    assert said(can_confirm(ada, world.outsider())) == "409 Deze persoon heeft nog geen school gekozen."


def test_that_it_is_not_so_says_the_school(cast, ada, waiting):
    for_the_school = "403 De coördinator van de school geeft dit aan."
    world.submitted(cast.trip, waiting)
    assert said(can_decline(ada, waiting)) == said(can_decline(cast.coordinator(), waiting)) == YES
    assert said(can_decline(cast.lead, waiting)) == for_the_school
    assert said(can_decline(of_another_school(cast), waiting)) == for_the_school
    waiting.membership_confirmed_at = THEN
    assert said(can_decline(ada, waiting)) == "409 Dit was al bevestigd."


# --- roles --------------------------------------------------------------------------------------------


def test_roles_are_taken_once_and_the_last_administrator_stays(cast, ada):
    role = ada.role_assignments.get()
    last = "409 Dit is de laatste beheerder. Geef de rol eerst aan iemand anders."
    assert said(can_take_role(ada, role)) == last
    coordinates = cast.coordinator().role_assignments.get()
    assert said(can_take_role(ada, coordinates)) == YES
    assert said(can_take_role(cast.lead, coordinates)) == FOR_ADMINISTRATORS
    coordinates.ended_at = THEN
    assert said(can_take_role(ada, coordinates)) == "409 Deze rol was al beëindigd."
    world.give_role(world.user(), "administrator")
    assert said(can_take_role(ada, role)) == YES


def test_another_administrator_can_sign_in_and_still_is_one(cast, ada):
    role = ada.role_assignments.get()
    cast.coordinator()
    world.give_role(world.left(world.user("Wim Weg")), "administrator")
    ended = world.give_role(world.user("Was Het"), "administrator")
    ended.ended_at, ended.ended_by = THEN, ada
    ended.save()
    world.give_role(ada, "administrator", cast.school)
    assert not other_administrators(role), "nobody is another than themselves"
    world.give_role(world.user("Eve"), "administrator")
    assert other_administrators(role)


# --- accounts -----------------------------------------------------------------------------------------


def test_an_open_account_of_somebody_else_is_closed(cast, ada):
    person = cast.stranger()
    assert said(can_close_account(ada, person)) == YES
    assert said(can_close_account(cast.coordinator(), person)) == FOR_ADMINISTRATORS
    assert said(can_close_account(ada, ada)) == "409 Een andere beheerder sluit jouw account."
    closed = "409 Dit account is al gesloten."
    person.is_active = False
    assert said(can_close_account(ada, person)) == closed
    person.is_active, person.erased_at = True, THEN
    assert said(can_close_account(ada, person)) == closed


def test_a_closed_account_is_opened_unless_it_was_erased(cast, ada):
    person = cast.stranger()
    neither = "409 Dit account is open, of gewist."
    assert said(can_open_account(ada, person)) == neither
    person.deactivated_at = THEN
    assert said(can_open_account(ada, person)) == YES
    assert said(can_open_account(cast.coordinator(), person)) == FOR_ADMINISTRATORS
    person.erased_at = THEN
    assert said(can_open_account(ada, person)) == neither


def test_the_second_step_of_somebody_else_is_reset_where_there_is_one(cast, ada):
    person = cast.stranger()
    assert said(can_reset_second_step(ada, person)) == "409 Er is geen tweede stap om opnieuw te laten instellen."
    for someone in (ada, person):
        Authenticator.objects.create(user=someone, type="totp", data={"secret": "x"})
    assert said(can_reset_second_step(ada, person)) == YES
    assert said(can_reset_second_step(cast.coordinator(), person)) == FOR_ADMINISTRATORS
    own = "409 Vraag het een andere beheerder, of gebruik een herstelcode."
    assert said(can_reset_second_step(ada, ada)) == own


# --- whom somebody sees -------------------------------------------------------------------------------


def seen(user):
    return set(User.objects.visible_to(user))


def test_administrators_see_everybody_and_anyone_themselves(cast, ada):
    stranger = cast.stranger()
    assert seen(ada) == set(User.objects.all()) >= {ada, cast.lead, stranger}
    assert seen(stranger) == {stranger}


def test_a_coordinator_sees_the_people_of_the_school_wherever_they_work_themselves(cast, waiting):
    coba = world.user("Coba", at=cast.other_school)
    world.give_role(coba, "coordinator", cast.school)
    colleague = world.user("Collega", at=cast.other_school)
    assert seen(coba) == {coba, cast.lead, waiting}
    assert colleague not in seen(coba)


def test_a_lead_sees_who_sent_an_application_for_the_own_trip(cast):
    sent, withdrawn, drafting, elsewhere = (world.user() for _ in range(4))
    world.submitted(cast.trip, sent)
    one = world.submitted(cast.trip, withdrawn)
    Application.objects.filter(pk=one.pk).update(status="withdrawn", withdrawn_at=THEN)
    world.application(cast.trip, drafting)
    world.submitted(world.trip(), elsewhere)
    world.settle_all()
    assert seen(cast.lead) == {cast.lead, sent, withdrawn}
    companion = cast.companion()
    assert seen(companion) == {companion}


def test_a_draft_here_and_something_sent_elsewhere_show_nobody(cast):
    person = world.user()
    world.application(cast.trip, person)
    world.submitted(world.trip(), person)
    assert seen(cast.lead) == {cast.lead}


def test_a_draft_elsewhere_hides_nobody_who_sent_something_here(cast):
    person = world.user()
    world.submitted(cast.trip, person)
    world.application(world.trip(), person)
    assert seen(cast.lead) == {cast.lead, person}


def test_who_coordinates_and_leads_sees_both(cast, waiting):
    world.give_role(cast.lead, "coordinator", cast.other_school)
    applicant, colleague = world.user(), world.user(at=cast.other_school)
    world.submitted(cast.trip, applicant)
    assert seen(cast.lead) == {cast.lead, applicant, colleague}
