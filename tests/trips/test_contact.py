"""Who answers questions about a trip stands wherever somebody may have one."""

import pytest
from django.test import Client
from django.urls import reverse

from applications.endorsing.tokens import token
from exchange import clock
from exchange.outbox.delivery import envelope
from exchange.outbox.mail import as_read
from exchange.outbox.models import OutboxMessage
from exchange.trips.contact import contact_about, contact_of
from tests import world
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_the_lead_answers_unless_an_address_was_chosen(cast):
    assert contact_of(cast.trip) == ("Hanneke Boer", cast.lead.email) == contact_about(cast.trip.pk)
    later = world.join(cast.trip, world.user("Later Leider"), "lead")
    type(later).objects.filter(pk=later.pk).update(given_at=world.MOMENTS["call"])
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


@pytest.mark.parametrize(
    ("chosen", "reply_to", "said", "goes_to"),
    [
        ("", "", "Vragen? Antwoord op deze mail: Hanneke Boer leest het (LEAD).", "LEAD"),
        ("", "LEAD", "Vragen? Antwoord op deze mail: Hanneke Boer leest het (LEAD).", "LEAD"),
        ("", "coen@x.example", "Vragen? Antwoord op deze mail (coen@x.example).", "coen@x.example"),
        ("reis@x.example", "", "Vragen? Antwoord op deze mail (reis@x.example).", "reis@x.example"),
    ],
)
def test_every_mail_about_a_trip_names_who_answers(cast, chosen, reply_to, said, goes_to):
    cast.trip.contact_email = chosen
    cast.trip.save()
    one = mail(cast.trip.pk, reply_to=reply_to.replace("LEAD", cast.lead.email))
    sent = envelope(one)
    assert sent.body.endswith(f"\n\n{said.replace('LEAD', cast.lead.email)}\n")
    assert sent.reply_to == [goes_to.replace("LEAD", cast.lead.email)]
    assert as_read(one) == sent.body, "the page shows what was sent"


def test_mail_about_no_trip_names_the_house_and_nobody_writes_to_themselves(cast, settings):
    settings.CONTACT_EMAIL = "vragen@alliantie.example"
    assert envelope(mail(None)).reply_to == ["vragen@alliantie.example"]
    own = envelope(mail(cast.trip.pk, to=cast.lead.email.upper()))
    assert "Vragen?" not in own.body
    settings.CONTACT_EMAIL = ""
    assert envelope(mail(None)).reply_to == []
    assert envelope(mail(None)).body == "Dag.\n"


def mail(trip, **fields):
    told = {
        "key": "k",
        "kind": "outbox/test",
        "to": "aya@x.example",
        "subject": "s",
        "body": "Dag.\n",
        "language": "nl",
    }
    return OutboxMessage(trip=trip, queued_at=clock.now(), next_attempt_at=clock.now(), **told | fields)
