"""Who answers questions about a trip stands wherever somebody may have one."""

import pytest
from django.test import Client
from django.urls import reverse

from applications.endorsing.tokens import token
from exchange.trips.contact import contact_about, contact_of
from tests import world
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_the_lead_answers_unless_an_address_was_chosen(cast):
    assert contact_of(cast.trip) == ("Hanneke Boer", cast.lead.email) == contact_about(cast.trip.pk)
    world.join(cast.trip, world.user("Later Leider"), "lead")
    assert contact_of(cast.trip).name == "Hanneke Boer"
    cast.trip.contact_email = "safeguarding@alliantie.example"
    cast.trip.save()
    assert contact_of(cast.trip) == ("", "safeguarding@alliantie.example") == contact_about(cast.trip.pk)


def test_who_left_answers_no_more(cast, settings):
    settings.CONTACT_EMAIL = "vragen@alliantie.example"
    cast.lead.is_active = False
    cast.lead.save()
    assert contact_of(cast.trip) == ("", "vragen@alliantie.example")
    assert contact_about("00000000-0000-4000-8000-000000000000") is None


@pytest.mark.parametrize("chosen", ["", "safeguarding@alliantie.example"])
def test_it_stands_on_every_page_about_the_trip(cast, at, chosen):
    cast.trip.contact_email = chosen
    cast.trip.save()
    who = chosen or cast.lead.email
    at(world.MOMENTS["call"])
    sent = world.submitted(cast.trip, world.user(at=cast.school), endorsed=False)
    asked = sent.endorsements.get()
    pages = [
        (Client(), reverse("trips:detail", args=[cast.trip.slug])),
        (signed_in(sent.user), reverse("applications:mine", args=[sent.pk])),
        (Client(), f"/endorse/{token(asked)}/"),
    ]
    place = world.participation(cast.trip)
    pages.append((signed_in(place.user), reverse("trips:mine", args=[cast.trip.slug])))
    for browser, url in pages:
        assert f"mailto:{who}" in browser.get(url).text, url


def test_visitors_see_it_at_once_when_it_changes(cast, at):
    """The public page is kept in memory for visitors."""
    at(world.MOMENTS["call"])
    url = reverse("trips:detail", args=[cast.trip.slug])
    assert f"mailto:{cast.lead.email}" in Client().get(url).text
    cast.lead.email = "anders@duinrand.example"
    cast.lead.save()
    assert "mailto:anders@duinrand.example" in Client().get(url).text


def test_the_house_itself_has_an_address_that_somebody_reads(client, settings):
    settings.CONTACT_EMAIL = "vragen@alliantie.example"
    page = client.get(reverse("contact")).text
    assert "mailto:vragen@alliantie.example" in page
    assert "noreply" not in page
    settings.CONTACT_EMAIL = ""
    assert "mailto:" not in client.get(reverse("contact")).text
