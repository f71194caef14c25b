"""Every page opens for whom it is, in both languages, and costs the same however many rows there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import world

pytestmark = pytest.mark.django_db


def queries(client, url):
    with CaptureQueriesContext(connection) as seen:
        response = client.get(url)
    assert response.status_code == 200, response
    return len(seen)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    "name",
    [
        "people:profile",
        "privacy:data",
        "people:list",
        "people:invite",
        "people:schools",
        "people:new-school",
        "outbox:mine",
        "outbox:all",
        "history:all",
    ],
)
def test_pages_of_an_administrator(cast, login, name, language):
    ada = cast.administrator()
    client = login(ada)
    client.cookies["language"] = language
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert f'lang="{language}"' in response.content.decode()


def test_the_list_of_people_costs_the_same_for_one_and_for_thirty(cast, login):
    client = login(cast.administrator())
    few = queries(client, reverse("people:list"))
    for n in range(30):
        person = world.user(f"Persoon {n}", at=cast.school)
        world.give_role(person, "partner", cast.school)
    assert queries(client, reverse("people:list")) == few
    assert few <= 12


def test_the_list_of_schools_costs_the_same_for_one_and_for_thirty(cast, login):
    client = login(cast.administrator())
    few = queries(client, reverse("people:schools"))
    for n in range(30):
        world.give_role(world.user(f"Persoon {n}"), "coordinator", world.institution())
    assert queries(client, reverse("people:schools")) == few
    assert few <= 12


def test_the_page_of_a_person_costs_the_same_for_one_and_for_many_roles(cast, login):
    client = login(cast.administrator())
    person = cast.stranger()
    world.give_role(person, "partner", cast.school)
    url = reverse("people:person", args=[person.pk])
    few = queries(client, url)
    for _ in range(10):
        world.give_role(person, "coordinator", world.institution())
    assert queries(client, url) == few
    assert few <= 15


def test_a_coordinator_sees_the_own_school_only(cast, login):
    client = login(cast.coordinator())
    world.user("Elders Werkzaam", at=cast.other_school)
    shown = client.get(reverse("people:list")).content.decode()
    assert "Coen Coordinator" in shown
    assert "Elders Werkzaam" not in shown


def test_search_filters_and_sort(cast, login):
    client = login(cast.administrator())
    world.user("Zora Zoek", at=cast.other_school)
    waiting = world.outsider(institution=cast.school)
    waiting.emailaddress_set.update(verified=True)

    def names(**query):
        table = client.get(reverse("people:list"), query).context["table"]
        return [row.record.name for row in table.paginated_rows]

    everybody = ["Ada Administrator", waiting.name, "Hanneke Boer", "Zora Zoek"]
    assert names() == everybody
    assert names(q="ZOEK") == ["Zora Zoek"]
    assert names(role="administrator") == ["Ada Administrator"]
    assert names(institution=str(cast.other_school.pk)) == ["Zora Zoek"]
    assert names(waiting="on") == [waiting.name]
    assert names(sort="-name") == everybody[::-1]
    # nonsense is ignored, not fatal
    assert names(institution="x", sort="password", page="99") == everybody
