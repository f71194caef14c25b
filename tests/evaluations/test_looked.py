"""Somebody's own data says who looked at what was written on their trip, and why."""

import pytest
from django.urls import reverse

from evaluations.looking.actions import give_reason
from tests import world
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_a_look_stands_in_the_own_data_of_who_went_along_and_of_nobody_else(cast, at):
    one = cast.participant()
    at(world.MOMENTS["return"])
    give_reason(trip=cast.trip, reason="Een klacht over de gastschool.", by=cast.administrator())
    page, file = reverse("privacy:data"), reverse("privacy:download", args=["json"])
    for text in (signed_in(one.user).get(page).text, world.proven(signed_in(one.user), one.user).get(file).text):
        assert "Wie keek naar wat er op je reis geschreven is" in text
        assert "Een klacht over de gastschool." in text
    assert "Een klacht" not in signed_in(cast.stranger()).get(page).text


def test_without_a_look_there_is_nothing_to_say(cast, at):
    one = cast.participant()
    at(world.MOMENTS["return"])
    assert "Wie keek" not in signed_in(one.user).get(reverse("privacy:data")).text
