"""The reviewer's pages: what waits, reading, saving, finishing, others' scores, handing back."""

import pytest
from django.urls import reverse

from applications.models import Assessment, Recusal
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def reading(cast, at):
    at(world.MOMENTS["selection"])
    world.rubric(cast.trip)
    application = world.submitted(cast.trip, world.user("Bram Keizer"))
    return world.assessment(application, cast.reviewer())


@pytest.fixture
def client(reading, login):
    return login(reading.reviewer)


def page(reading):
    return reverse("applications:assess", args=[reading.pk])


def typed(reading, *levels, reason="Concreet plan.", **more):
    data = {"submission": str(reading.submission_id)}
    for criterion, level in zip(reading.application.trip.criteria.all(), levels, strict=False):
        data |= {f"level-{criterion.pk}": level, f"reason-{criterion.pk}": reason}
    return data | more


def test_the_list_counts_and_estimates(cast, reading, client):
    world.assessment(world.submitted(cast.trip), reading.reviewer, 4, 4)
    html = client.get(reverse("applications:to-review")).content.decode()
    assert "1 van 2 afgerond" in html
    assert "ongeveer 5 minuten" in html
    assert "Bram Keizer" in html


def test_the_anchors_stand_in_full(reading, client):
    html = client.get(page(reading)).content.decode()
    for level in range(1, 6):
        assert f"motivation is {level}" in html
    assert reading.application.motivation in html
    assert "Je ziet pas wat anderen gaven" in html


def test_saving_keeps_a_part(reading, client):
    assert client.post(page(reading), typed(reading, "4", "", reason="", save="1")).status_code == 302
    html = client.get(page(reading)).content.decode()
    assert "checked" in html
    reading.refresh_from_db()
    assert reading.status == "assigned"


def test_finishing_half_says_where_and_keeps_all(reading, client):
    response = client.post(page(reading), typed(reading, "4", "", reason="Een helder doel.", finish="1"))
    html = response.content.decode()
    assert response.status_code == 422
    assert "Kies de zin die het best past." in html
    assert "Een helder doel." in html
    reading.refresh_from_db()
    assert reading.status == "assigned"


def test_others_only_after_ones_own(cast, reading, client):
    other = world.user("Tweede Lezer")
    world.assessment(reading.application, other, 5, 5)
    before = client.get(page(reading)).content.decode()
    assert "Tweede Lezer" not in before
    client.post(page(reading), typed(reading, "4", "2", finish="1"))
    after = client.get(page(reading)).content.decode()
    assert "Tweede Lezer" in after
    assert "Jouw score: 3,20" in after
    client.post(reverse("applications:reopen", args=[reading.pk]))
    assert "Tweede Lezer" not in client.get(page(reading)).content.decode()


def test_not_another_reviewers(cast, reading, login):
    other = world.user("Tweede Lezer")
    world.join(cast.trip, other, "reviewer")
    for person in (other, cast.lead, reading.application.user, cast.companion()):
        assert login(person).get(page(reading)).status_code == 404
        assert login(person).post(page(reading), typed(reading, "1", "1", finish="1")).status_code == 404


def test_nothing_after_publication(cast, reading, client):
    cast.trip.published_at, cast.trip.published_by = world.home(2026, 10, 12), cast.lead
    cast.trip.save()
    assert client.get(page(reading)).status_code == 404
    assert "Bram Keizer" not in client.get(reverse("applications:to-review")).content.decode()


def test_handing_back(reading, client):
    url = reverse("applications:recuse", args=[reading.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Oud-collega"}).status_code == 302
    assert Recusal.objects.get().reason == "Oud-collega"
    assert client.get(page(reading)).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"submission": "x"}, {"submission": "00000000-0000-4000-8000-000000000000"}, {"submission": ""}],
)
def test_a_forged_version(reading, client, wrong):
    assert client.post(page(reading), {**typed(reading, "4", "4"), **wrong}).status_code in (404, 422)
    assert not reading.scores.exists()


@pytest.mark.parametrize("level", ["0", "6", "x", "-1", "4.5"])
def test_levels_are_one_to_five(reading, client, level):
    assert client.post(page(reading), typed(reading, level, "4")).status_code == 422
    assert not reading.scores.exists()


def test_a_refusal_is_not_told_to_reviewers(reading, client):
    reading.application.endorsements.update(status="refused", refusal_reason="Te druk")
    world.settle_all()
    refused = client.get(page(reading)).content.decode()
    reading.application.endorsements.update(status="asked")
    world.settle_all()
    asked = client.get(page(reading)).content.decode()
    assert "Te druk" not in refused
    assert (
        ("Er is nog geen akkoord om te lezen." in refused) == ("Er is nog geen akkoord om te lezen." in asked) is True
    )


def test_withdrawn_is_read_by_nobody(reading, client):
    reading.application.status = "withdrawn"
    reading.application.save()
    world.settle_all()
    assert client.post(page(reading), typed(reading, "4", "4", finish="1")).status_code == 409
    assert Assessment.objects.get().status == "assigned"
    assert "Bram Keizer" not in client.get(reverse("applications:to-review")).content.decode()
