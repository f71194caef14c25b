"""A mail domain proves a school; otherwise its coordinator, a lead or an administrator says so."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.people import actions, permissions
from exchange.people.dashboard import administrator, coordinator
from exchange.people.models import Institution, User
from exchange.verdicts import Refused
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(cast):
    """Somebody who says they work at the school, with a private address."""
    return world.outsider(institution=cast.school)


def test_the_coordinator_confirms_and_it_is_told_and_recorded(cast, login, waiting):
    coen = cast.coordinator()
    client = login(coen)
    response = client.post(reverse("people:confirm", args=[waiting.pk]), {"institution": cast.school.pk})
    assert response.status_code == 302
    waiting.refresh_from_db()
    assert waiting.membership_confirmed
    assert waiting.membership_confirmed_by == coen
    entry = HistoryEntry.objects.get()
    assert (entry.verb, entry.by) == ("membership.confirm", coen)
    assert OutboxMessage.objects.get().kind == "people/membership_confirmed"
    again = client.post(reverse("people:confirm", args=[waiting.pk]), {"institution": cast.school.pk})
    assert again.status_code == 409
    assert OutboxMessage.objects.count() == 1


def test_the_school_that_stood_on_the_page_is_the_one_that_is_confirmed(cast, login, waiting):
    client = login(cast.administrator())
    actions.save_profile(user=waiting, by=waiting, institution=cast.other_school)
    response = client.post(reverse("people:confirm", args=[waiting.pk]), {"institution": cast.school.pk})
    assert response.status_code == 409
    assert not User.objects.get(pk=waiting.pk).membership_confirmed


def test_a_coordinator_of_another_school_finds_nobody(cast, login, waiting):
    other = world.user("Coba", at=cast.other_school)
    world.give_role(other, "coordinator", cast.other_school)
    client = login(other)
    assert client.get(reverse("people:person", args=[waiting.pk])).status_code == 404
    assert client.post(reverse("people:confirm", args=[waiting.pk]), {"institution": cast.school.pk}).status_code == 404


def test_a_lead_confirms_whoever_applied_to_the_own_trip_and_nobody_else(cast, login, waiting):
    client = login(cast.lead)
    url = reverse("people:confirm", args=[waiting.pk])
    assert client.post(url, {"institution": cast.school.pk}).status_code == 404
    application = world.application(cast.trip, waiting)
    assert client.post(url, {"institution": cast.school.pk}).status_code == 404, "a draft is nobody's business"
    assert not permissions.can_confirm(User.objects.get(pk=cast.lead.pk), waiting)
    world.submitted(world.trip(), waiting)
    lead = User.objects.get(pk=cast.lead.pk)
    assert not permissions.can_confirm(lead, waiting), "that is for who leads that trip"
    application.status = "submitted"
    application.save()
    assert client.get(reverse("people:person", args=[waiting.pk])).status_code == 200
    assert not permissions.can_decline(User.objects.get(pk=cast.lead.pk), waiting)
    assert client.post(url, {"institution": cast.school.pk}).status_code == 302
    assert User.objects.get(pk=waiting.pk).membership_confirmed


def test_nobody_confirms_themselves(cast, waiting):
    world.give_role(waiting, "coordinator", cast.school)
    with pytest.raises(Refused):
        actions.confirm_membership(person=waiting, institution=cast.school, by=User.objects.get(pk=waiting.pk))


def test_declining_asks_to_choose_again(cast, login, waiting):
    client = login(cast.coordinator())
    assert client.post(reverse("people:decline", args=[waiting.pk]), {"institution": cast.school.pk}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.institution is None
    assert HistoryEntry.objects.get().verb == "membership.decline"
    assert reverse("people:profile") in OutboxMessage.objects.get().body


def test_another_school_in_the_profile_is_to_be_confirmed_again(cast, login, waiting):
    actions.confirm_membership(person=waiting, institution=cast.school, by=User.objects.get(pk=cast.administrator().pk))
    profile = {"name": "Nieuwe Naam", "job_role": "manager", "language": "nl", "institution": cast.school.pk}
    client = login(waiting)
    client.post(reverse("people:profile"), profile)
    assert User.objects.get(pk=waiting.pk).membership_confirmed, "the same school stays confirmed"
    client.post(reverse("people:profile"), profile | {"institution": cast.other_school.pk})
    moved = User.objects.get(pk=waiting.pk)
    assert (moved.institution, moved.membership_confirmed) == (cast.other_school, False)
    assert HistoryEntry.objects.filter(verb="membership.change").count() == 1


def test_whose_domain_is_known_cannot_choose_another_school(cast, login):
    person = cast.stranger()
    client = login(person)
    response = client.post(
        reverse("people:profile"),
        {"name": "Stan", "job_role": "teacher", "language": "nl", "institution": cast.other_school.pk},
    )
    assert response.status_code == 302
    person.refresh_from_db()
    assert (person.institution, person.membership_by_domain) == (cast.school, True)


def test_membership_follows_a_changed_main_address(cast):
    person = cast.stranger()
    other = EmailAddress.objects.create(user=person, email="stan@elsewhere.example", verified=True)
    other.set_as_primary()
    person = User.objects.get(pk=person.pk)
    assert (person.email, person.institution, person.membership_confirmed) == (
        "stan@elsewhere.example",
        cast.school,
        False,
    )
    school = EmailAddress.objects.create(user=person, email="stan@groenlinde.example", verified=True)
    school.set_as_primary()
    person = User.objects.get(pk=person.pk)
    assert (person.institution, person.membership_confirmed) == (cast.other_school, True)


def test_a_bad_profile_keeps_what_was_typed(cast, login):
    response = login(cast.stranger()).post(
        reverse("people:profile"), {"name": "", "job_role": "pope", "job_title": "Conciërge", "language": "nl"}
    )
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"name", "job_role"}
    assert "Conciërge" in response.content.decode()
    assert "Stan Stranger" in response.content.decode(), "the page around it still shows what is stored"


def test_the_language_of_the_profile_wins_from_the_cookie(cast, login):
    client = login(cast.stranger())
    client.cookies["language"] = "nl"
    response = client.post(
        reverse("people:profile"), {"name": "Stan", "job_role": "teacher", "language": "en"}, follow=True
    )
    assert 'lang="en"' in response.content.decode()


def test_new_domains_bring_people_in_and_lost_ones_leave_them_to_be_confirmed(cast, login, waiting):
    client = login(cast.administrator())
    url = reverse("people:school", args=[cast.school.pk])
    form = {"name": "roc Zeezicht", "short_name": "Zeezicht", "kind": "roc", "member": "on"}
    assert client.post(url, form | {"domains": "elsewhere.example"}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.membership_by_domain
    assert not User.objects.get(pk=cast.lead.pk).membership_by_domain
    school = Institution.objects.get(pk=cast.school.pk)
    assert [f.name for f in school.former_names.all()] == ["roc Duinrand"]


@pytest.mark.parametrize(
    ("domains", "word"),
    [("groenlinde.example", "Groenlinde"), ("gmail.com", "gmail.com"), ("geen domein", "geen"), ("a" * 200, "a")],
)
def test_a_domain_that_proves_nothing_is_refused(cast, login, domains, word):
    response = login(cast.administrator()).post(
        reverse("people:school", args=[cast.school.pk]),
        {"name": "roc Duinrand", "short_name": "Duinrand", "kind": "roc", "member": "on", "domains": domains},
    )
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"domains"}
    assert word in str(response.context["form"].errors["domains"])


def test_a_school_is_added_and_a_former_name_too(cast, login):
    client = login(cast.administrator())
    form = {
        "name": "roc Nieuw",
        "short_name": "Nieuw",
        "kind": "roc",
        "member": "on",
        "domains": "nieuw.example\nmail.nieuw.example",
    }
    assert client.post(reverse("people:new-school"), form).status_code == 302
    school = Institution.objects.get(name="roc Nieuw")
    assert [d.domain for d in school.domains.all()] == ["mail.nieuw.example", "nieuw.example"]
    url = reverse("people:former-name", args=[school.pk])
    assert client.post(url, {"name": "Oud", "until_on": "2020-08-01"}).status_code == 302
    assert client.post(url, {"name": "", "until_on": "never"}).status_code == 422
    assert [f.name for f in school.former_names.all()] == ["Oud"]
    assert list(HistoryEntry.objects.order_by("id").values_list("verb", flat=True)) == ["school.add", "school.change"]


def test_home_tells_the_coordinator_and_for_schools_without_one_the_administrator(cast, waiting):
    ada, coen = cast.administrator(), User.objects.get(pk=cast.coordinator().pk)
    assert coordinator(coen, None).todos[0].url == reverse("people:person", args=[waiting.pk])
    assert administrator(User.objects.get(pk=ada.pk), None) is None
    world.outsider(institution=cast.other_school)
    assert administrator(User.objects.get(pk=ada.pk), None).todos[0].title.startswith("1")
    unverified = world.outsider(institution=cast.school)
    unverified.emailaddress_set.update(verified=False)
    assert len(coordinator(coen, None).todos) == 1
    assert coordinator(coen, None).todos[0].title.startswith("1")


def test_home_says_how_many_wait_and_names_three(cast, waiting):
    for _ in range(59):
        world.outsider(institution=cast.school)
    [todo] = coordinator(User.objects.get(pk=cast.coordinator().pk), None).todos
    assert todo.title.startswith("60 ")
    assert str(todo.text).partition(" en anderen. ")[0].count("Buitenstaander") == 3
