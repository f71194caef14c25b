"""What is typed is kept for its author only, and gone when it was sent."""

import json

import pytest
from django.urls import reverse

from exchange import clock
from exchange.privacy import declared
from exchange.unsent.models import Unsent
from exchange.words import clock_time
from tests import world
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
URL = "/my/unsent/"
FORM = "/my/trips/vil/evening/2026-11-10/#0"
TYPED = [["insight", "Stil zijn werkt. 陈伟 “é”"], ["mood", "2"]]


def keep(person, form=FORM, typed=TYPED, **more):
    told = {"form": form, "base": "b1", "fields": json.dumps(typed)} | more
    return signed_in(person).post(URL, told)


def found(person, form=FORM):
    return signed_in(person).get(URL, {"form": form}).json()["kept"]


def test_it_comes_back_to_its_author_and_nobody_else(cast, at):
    at(world.MOMENTS["travelling"])
    assert keep(cast.lead).json() == {"saved": clock_time(clock.now())}
    assert found(cast.lead)["fields"] == TYPED
    assert found(cast.lead)["base"] == "b1"
    assert found(cast.stranger()) is None
    assert found(cast.administrator()) is None
    keep(cast.lead, typed=[["insight", "Anders."]])
    assert found(cast.lead)["fields"] == [["insight", "Anders."]]
    assert Unsent.objects.count() == 1


def test_each_form_of_a_page_has_its_own(cast):
    keep(cast.lead)
    keep(cast.lead, form=FORM.replace("#0", "#1"), typed=[["note", "x"]])
    assert found(cast.lead)["fields"] == TYPED


def test_it_is_gone_once_it_was_sent(cast, at):
    at(world.MOMENTS["preparation"])
    cast.participant()
    form = reverse("trips:meeting-new", args=[cast.trip.slug])
    keep(cast.lead, form=f"{form}#0")
    keep(cast.lead)
    told = {"csrfmiddlewaretoken": "t", "unsent": f"abcdefgh12 {form}#0", "kind": "preparation"}
    refused = signed_in(cast.lead).post(form, told)
    assert refused.status_code == 422
    assert found(cast.lead, f"{form}#0"), "what was refused is kept"
    good = {"on": "2026-10-29", "starts": "14:00", "ends": "17:00", "place": "Utrecht", "link": ""}
    taken = signed_in(cast.lead).post(form, told | good | {"agenda_nl": "", "agenda_en": ""})
    assert taken.status_code == 302
    assert taken.cookies["arrived"].value == "abcdefgh12"
    assert found(cast.lead, f"{form}#0") is None
    assert found(cast.lead), "another form stays"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"form": ""}, 422),
        ({"form": "/nowhere/at/all/#0"}, 422),
        ({"form": "https://elsewhere.example/x"}, 422),
        ({"form": f"/my/{'x' * 400}/"}, 422),
        ({"fields": "[["}, 422),
        ({"fields": '{"a": 1}'}, 422),
        ({"fields": '[["a", 1]]'}, 422),
        ({"fields": '[["a", "\\u0000"]]'}, 422),
        ({"fields": json.dumps([["a", "x" * 200_001]])}, 413),
        ({"fields": "x" * 500_000}, 422),
    ],
)
def test_what_no_page_sends_is_refused_in_words(cast, more, status):
    answer = keep(cast.lead, **more)
    assert answer.status_code == status
    assert answer.json()["reason"]
    assert not Unsent.objects.exists()


def test_who_is_not_signed_in_has_the_device_only(client):
    assert client.post(URL, {"form": FORM, "fields": "[]"}).status_code == 401
    answer = client.get(URL, {"form": FORM}).json()
    assert answer["kept"] is None
    assert answer["words"]["device"]


def test_reading_it_changes_nothing(cast):
    keep(cast.lead)
    before = list(Unsent.objects.values())
    found(cast.lead)
    assert list(Unsent.objects.values()) == before


def test_it_is_declared_with_a_time():
    assert set(Unsent.PERSONAL.values()) == {declared.UNSENT}
    assert declared.UNSENT.days == 30
