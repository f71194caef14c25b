"""Roles are given and taken by administrators only, leave history, and never leave the alliance without anybody."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.people import actions, permissions
from exchange.people.models import RoleAssignment, User
from exchange.verdicts import Refused
from tests import world

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def verbs() -> list[str]:
    return list(HistoryEntry.objects.order_by("at", "id").values_list("verb", flat=True))


#: persona → may give roles, lists people, opens a colleague of the school, confirms an unconfirmed one at the school
VERDICTS = {
    "administrator": (True, True, True, True),
    "coordinator": (False, True, True, True),
    "partner": (False, False, False, False),
    "funder": (False, False, False, False),
    "lead": (False, False, False, False),
    "companion": (False, False, False, False),
    "reviewer": (False, False, False, False),
    "applicant": (False, False, False, False),
    "stranger": (False, False, False, False),
}


@pytest.mark.parametrize("persona", VERDICTS)
def test_who_may_what(cast, persona):
    someone = getattr(cast, persona)
    user = fresh(someone() if callable(someone) else someone)
    person = world.outsider(institution=cast.school)
    found = (
        bool(permissions.can_give_role(user)),
        bool(permissions.can_list_people(user)),
        bool(permissions.can_open_person(user, person)),
        bool(permissions.can_confirm(user, person)),
    )
    assert found == VERDICTS[persona]
    assert bool(permissions.can_administer(user)) is (persona == "administrator")


def test_a_role_is_given_and_taken_on_the_page_and_told(cast, login):
    ada = cast.administrator()
    person = cast.stranger()
    client = login(ada)
    response = client.post(
        reverse("people:give-role", args=[person.pk]), {"role": "coordinator", "institution": cast.school.pk}
    )
    assert response.status_code == 302
    role = RoleAssignment.objects.current().get(user=person)
    assert (role.role, role.institution, role.given_by) == ("coordinator", cast.school, ada)
    assert fresh(person).coordinates == [cast.school]
    response = client.post(reverse("people:take-role", args=[person.pk, role.pk]))
    assert response.status_code == 302
    role.refresh_from_db()
    assert role.ended_by == ada
    assert fresh(person).coordinates == []
    assert verbs() == ["role.give", "role.take"]
    mails = OutboxMessage.objects.order_by("queued_at").values_list("kind", "to")
    assert list(mails) == [("people/role_given", person.email), ("people/role_taken", person.email)]


def test_a_coordinator_needs_a_school_and_says_so_at_the_field(cast, login):
    person = cast.stranger()
    response = login(cast.administrator()).post(reverse("people:give-role", args=[person.pk]), {"role": "coordinator"})
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"institution"}
    assert not RoleAssignment.objects.filter(user=person).exists()


def test_giving_twice_gives_once(cast):
    ada, person = cast.administrator(), cast.stranger()
    first = actions.give_role(user=person, role="partner", institution=cast.school, by=ada)
    again = actions.give_role(user=person, role="partner", institution=cast.school, by=ada)
    assert first == again
    assert verbs() == ["role.give"]


@pytest.mark.parametrize("persona", ["coordinator", "lead", "stranger"])
def test_others_are_refused_even_by_address(cast, login, persona):
    someone = getattr(cast, persona)
    user = someone() if callable(someone) else someone
    colleague = world.user("Collega", at=cast.school)
    response = login(user).post(reverse("people:give-role", args=[colleague.pk]), {"role": "administrator"})
    assert response.status_code == (403 if persona == "coordinator" else 404)
    with pytest.raises(Refused):
        actions.give_role(user=colleague, role="administrator", by=fresh(user))
    assert not RoleAssignment.objects.filter(user=colleague).exists()


def test_the_last_administrator_keeps_the_role(cast, login):
    ada = cast.administrator()
    role = RoleAssignment.objects.get(user=ada)
    response = login(ada).post(reverse("people:take-role", args=[ada.pk, role.pk]))
    assert response.status_code == 409
    role.refresh_from_db()
    assert role.ended_at is None
    actions.give_role(user=cast.lead, role="administrator", by=ada)
    actions.take_role(assignment=role, by=fresh(cast.lead))
    assert not fresh(ada).is_administrator
    last = RoleAssignment.objects.current().get(user=cast.lead)
    with pytest.raises(Refused):
        actions.take_role(assignment=last, by=fresh(cast.lead))


def test_somebody_who_can_not_sign_in_is_no_other_administrator(cast):
    ada, gone = cast.administrator(), world.user("Gerda Gesloten")
    world.give_role(gone, "administrator")
    role = RoleAssignment.objects.get(user=ada)
    assert permissions.can_take_role(fresh(ada), role)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert not permissions.can_take_role(fresh(ada), role)


def test_taking_twice_tells_the_second(cast, login):
    client = login(cast.administrator())
    role = world.give_role(cast.stranger(), "partner")
    url = reverse("people:take-role", args=[role.user_id, role.pk])
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 409
    assert verbs().count("role.take") == 1


def test_an_invitation_makes_an_account_that_signs_in_by_code_only(cast, login):
    client = login(cast.administrator())
    data = {
        "name": "Fenna Fonds",
        "email": "Fenna@Fonds.Example",
        "language": "en",
        "role": "partner",
        "institution": "",
    }
    response = client.post(reverse("people:invite"), data)
    assert response.status_code == 302
    user = User.objects.get(email="fenna@fonds.example")
    assert not user.has_usable_password()
    assert user.is_partner
    assert not user.emailaddress_set.get().verified
    mail = OutboxMessage.objects.get()
    assert (mail.kind, mail.to, mail.language) == ("people/invitation", "fenna@fonds.example", "en")
    assert "/accounts/login/code/" in mail.body
    assert verbs() == ["role.give", "invitation.send"]


def test_an_invitation_to_a_known_address_looks_the_same_and_renames_nobody(cast, login):
    client = login(cast.administrator())
    known = cast.stranger()
    data = {"name": "Somebody Else", "language": "nl", "role": "partner", "institution": ""}
    pages = []
    for email in (known.email.upper(), "nobody@fonds.example"):
        response = client.post(reverse("people:invite"), data | {"email": email}, follow=True)
        pages.append([str(m) for m in response.context["messages"]])
    assert pages[0][0].replace(known.email, "x") == pages[1][0].replace("nobody@fonds.example", "x")
    known.refresh_from_db()
    assert known.name == "Stan Stranger"
    assert fresh(known).is_partner
    assert User.objects.filter(email__iexact=known.email).count() == 1


def test_what_somebody_typed_never_becomes_part_of_an_address_in_a_mail(cast):
    ada = cast.administrator()
    user = actions.invite(email="x@fonds.example", name="Win at evil.example now", role="partner", by=ada)
    assert "evil.example" not in OutboxMessage.objects.get(recipient=user).body


def test_names_lose_what_turns_letters_round(cast, login):
    client = login(cast.stranger())
    response = client.post(
        reverse("people:profile"),
        {"name": "A\u202eB \x07 Boer", "job_role": "teacher", "language": "nl", "reminders": "on"},
    )
    assert response.status_code == 302
    assert User.objects.get(email=response.wsgi_request.user.email).name == "A B Boer"


def test_bad_ids_are_not_found(cast, login):
    client = login(cast.administrator())
    person = world.outsider(institution=cast.school)
    for school in ("", "x", "00000000-0000-4000-8000-000000000000"):
        assert client.post(reverse("people:confirm", args=[person.pk]), {"institution": school}).status_code == 404
    with pytest.raises(ValidationError):
        RoleAssignment.objects.filter(pk="x").exists()


@pytest.mark.parametrize("school", [True, False])
def test_the_database_knows_each_role_once(cast, school):
    person = cast.stranger()
    where = cast.school if school else None
    world.give_role(person, "partner", where)
    with pytest.raises(IntegrityError), transaction.atomic():
        world.give_role(person, "partner", where)
