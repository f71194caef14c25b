"""The rubric: the usual one, copied, edited, and settled when the call opens."""

import pytest
from django.urls import reverse

from applications.assessing.actions_rubric import copy_rubric, edit_rubric, make_rubric
from applications.assessing.rubric import checks_for_trip, default_criteria, rubric_of
from applications.models import Anchor, Criterion
from exchange.history.models import HistoryEntry
from exchange.verdicts import Refused
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _planning(at):
    at(world.MOMENTS["planning"])


def test_the_usual_rubric_sums_to_a_hundred():
    usual = default_criteria()
    assert [(one.key, one.weight) for one in usual] == [
        ("motivation", 25), ("goals", 25), ("proactive", 15), ("spread", 20), ("backing", 15),
    ]  # fmt: skip
    for one in usual:
        assert len(one.anchors) == 5
        assert all(nl and en and nl != en for nl, en in (*one.anchors, one.name))


def test_made_with_one_press_and_not_twice(cast):
    make_rubric(trip=cast.trip, by=cast.lead)
    assert Criterion.objects.count() == 5
    assert Anchor.objects.count() == 25
    with pytest.raises(Refused):
        make_rubric(trip=cast.trip, by=cast.lead)


def test_copied_from_another_trip(cast, login):
    other = world.trip(lead=cast.lead)
    world.rubric(other)
    copy_rubric(trip=cast.trip, source=other, by=cast.lead)
    assert [(c.key, c.weight, len(c.anchors.all())) for c in rubric_of(cast.trip)] == [
        ("motivation", 60, 5), ("goals", 40, 5),
    ]  # fmt: skip
    secret = world.trip()
    world.rubric(secret)
    third = world.trip(lead=cast.lead)
    login(cast.lead).post(reverse("applications:rubric-copy", args=[third.slug]), {"source": secret.pk})
    with pytest.raises(Refused):
        copy_rubric(trip=third, source=secret, by=cast.lead)
    assert not third.criteria.exists()


def missing(trip):
    return [str(item.text) for item in checks_for_trip(trip) if item.blocks]


def test_what_blocks_announcing(cast):
    assert missing(cast.trip) == ["Maak het beoordelingskader: waarop aanmeldingen worden gelezen."]
    first, _second = world.rubric(cast.trip)
    assert missing(cast.trip) == []
    Criterion.objects.filter(pk=first.pk).update(weight=50)
    first.anchors.get(level=5).delete()
    assert missing(cast.trip) == [
        "De wegingen van het beoordelingskader tellen op tot 90, niet tot 100.",
        "Geef elk criterium vijf zinnen.",
    ]


def typed(trip, **changed):
    data = {}
    for one in rubric_of(trip):
        data |= {f"name-{one.pk}-nl": one.name_nl, f"name-{one.pk}-en": one.name_en, f"weight-{one.pk}": one.weight}
        for anchor in one.anchors.all():
            data |= {f"anchor-{anchor.pk}-nl": anchor.text_nl, f"anchor-{anchor.pk}-en": anchor.text_en}
    return data | changed


def test_editing(cast, login):
    first, second = world.rubric(cast.trip)
    url, client = reverse("applications:rubric", args=[cast.trip.slug]), login(cast.lead)
    short = client.post(url, typed(cast.trip, **{f"weight-{first.pk}": 70}))
    assert short.status_code == 422
    assert "tellen op tot 110" in short.content.decode()
    good = typed(cast.trip, **{f"weight-{first.pk}": 70, f"weight-{second.pk}": 30, f"name-{first.pk}-nl": "Waarom"})
    assert client.post(url, good).status_code == 302
    first.refresh_from_db()
    assert (first.weight, first.name_nl) == (70, "Waarom")
    assert HistoryEntry.objects.filter(verb="rubric.edit").count() == 1
    empty = client.post(url, typed(cast.trip, **{f"name-{first.pk}-nl": "", f"name-{first.pk}-en": ""}))
    assert empty.status_code == 422


def test_only_the_wording_once_the_call_is_open(cast, login, at):
    first, second = world.rubric(cast.trip)
    at(world.MOMENTS["call"])
    url, client = reverse("applications:rubric", args=[cast.trip.slug]), login(cast.lead)
    sly = typed(cast.trip, **{f"weight-{first.pk}": 10, f"weight-{second.pk}": 90, f"name-{first.pk}-nl": "Waarom"})
    assert client.post(url, sly).status_code == 302
    first.refresh_from_db()
    assert (first.weight, first.name_nl) == (60, "Waarom")
    entry = HistoryEntry.objects.get(verb="rubric.edit")
    assert entry.facts["changed"][0]["to"][0] == "Waarom"
    first.weight, second.weight = 10, 90
    with pytest.raises(Refused):
        edit_rubric(trip=cast.trip, criteria=[first, second], anchors=[], by=cast.lead)
    assert client.post(reverse("applications:rubric-drop", args=[cast.trip.slug])).status_code == 409


def test_the_public_page_says_how_we_select(cast, client, at):
    make_rubric(trip=cast.trip, by=cast.lead)
    at(world.MOMENTS["call"])
    html = client.get(reverse("trips:detail", args=[cast.trip.slug])).content.decode()
    assert "Hoe we selecteren" in html
    assert "telt voor 25%" in html


def test_only_the_lead(cast, login):
    for person, status in ((cast.reviewer(), 403), (cast.companion(), 403), (cast.stranger(), 404)):
        assert login(person).get(reverse("applications:rubric", args=[cast.trip.slug])).status_code == status
        assert login(person).post(reverse("applications:rubric-make", args=[cast.trip.slug])).status_code == status
