"""The lead writes to a group: who, how many, how it reads; one each, and nobody when nobody is there."""

import uuid

import pytest
from django.urls import reverse

from applications.letters.actions import (
    Letter,
    filled,
    fingerprint,
    groups_of,
    recipients,
    unknown_placeholders,
    write_to_group,
)
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.trips.lifecycle import TeamRole
from exchange.verdicts import Refused
from tests import world

pytestmark = pytest.mark.django_db
BOTH = Letter("Dag {name}", "Over {trip}: {link}", "Hello {name}", "About {trip}: {link}")
DUTCH = Letter("Dag {name}", "Over {trip}.")


@pytest.fixture
def one(cast, at):
    at(world.MOMENTS["selection"])
    return world.submitted(cast.trip, world.user("Anna van Dijk"))


def publish(trip, lead):
    trip.published_at, trip.published_by = world.home(2026, 10, 12), lead
    trip.save()


def test_the_text_in_ones_own_language_with_the_placeholders_filled(cast, one):
    english = world.submitted(cast.trip, world.user("Bob Smith", language="en"))
    write_to_group(trip=cast.trip, group="submitted", letter=BOTH, send_id=uuid.uuid4(), by=cast.lead)
    mails = {m.recipient: m for m in OutboxMessage.objects.all()}
    assert (mails[one.user].subject, mails[english.user].subject) == ("Dag Anna", "Hello Bob")
    page = f"http://testserver/my/applications/{one.pk}/"
    assert mails[one.user].body == f"Over Veilig in Londen: {page}\n"
    assert mails[english.user].body.startswith("About Safe in London: ")
    assert {m.reply_to for m in mails.values()} == {cast.lead.email}


def test_one_language_serves_everybody(cast, one):
    one.user.language = "en"
    one.user.save()
    write_to_group(trip=cast.trip, group="submitted", letter=DUTCH, send_id=uuid.uuid4(), by=cast.lead)
    mail = OutboxMessage.objects.get()
    assert (mail.language, mail.body) == ("nl", "Over Veilig in Londen.\n")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{name}{name}", "AnnaAnna"),
        ("{unknown}", "{unknown}"),
        ("{name.__class__}", "{name.__class__}"),
        ("{0} {} %s %(name)s {{ name }}", "{0} {} %s %(name)s {{ name }}"),
    ],
)
def test_substitution_is_plain(text, result):
    assert filled(text, {"name": "Anna"}) == result


def test_a_value_is_never_looked_at_again():
    assert filled("{name} {link}", {"name": "{link}", "link": "x"}) == "{link} x"


def test_unknown_placeholders():
    assert unknown_placeholders("{name} {naam} {link.x}") == ["naam", "link.x"]


def test_names_carry_no_address(cast, one):
    one.user.name = "http://evil.example/ Anna"
    one.user.save()
    write_to_group(trip=cast.trip, group="submitted", letter=DUTCH, send_id=uuid.uuid4(), by=cast.lead)
    assert "http://evil.example" not in OutboxMessage.objects.get().subject


def test_groups_before_and_after_publication(cast, one):
    for kind in ("select", "reserve", "not_selected"):
        world.decision(world.submitted(cast.trip), kind, published=False)
    early = {group.key for group in groups_of(cast.trip)}
    assert not early & {"selected", "reserve", "not_selected", "participants"}
    # Asked by its name it still is nobody: a proposal is not told by a count.
    assert recipients(cast.trip, "selected") == []
    publish(cast.trip, cast.lead)
    assert {group.key for group in groups_of(cast.trip)} - early == {
        "selected",
        "reserve",
        "not_selected",
        "participants",
    }
    assert recipients(cast.trip, "selected") == []  # these decisions were never published
    cast.trip.applications.filter(decision__kind="select").first().decision.delete()
    world.settle_all()
    world.participation(cast.trip, world.user("Gaat Mee"))
    names = {key: [one.name for one in recipients(cast.trip, key)] for key in ("selected", "participants", "reserve")}
    assert names == {"selected": ["Gaat Mee"], "participants": ["Gaat Mee"], "reserve": []}


def test_withdrawn_and_drafts_get_nothing(cast, one):
    world.application(cast.trip)
    one.status = "withdrawn"
    one.save()
    world.settle_all()
    assert recipients(cast.trip, "submitted") == []


def test_managers_once_each_and_only_who_owes_an_answer(cast, one):
    two = world.submitted(cast.trip, endorsed=False)
    three = world.submitted(cast.trip, endorsed=False)
    three.endorsements.update(manager_email=two.manager_email.upper())
    people = recipients(cast.trip, "managers")
    assert [person.email.lower() for person in people] == [two.manager_email]
    assert "endorse" not in people[0].link


def test_reviewers_and_companions(cast, one):
    reviewer = cast.reviewer()
    world.join(cast.trip, reviewer, TeamRole.COMPANION)
    assert [p.user for p in recipients(cast.trip, "reviewers")] == [reviewer]
    assert [p.user for p in recipients(cast.trip, "companions")] == [reviewer]


def test_an_empty_or_unknown_group_is_nobody(cast, one):
    for group in ("companions", "everybody", ""):
        with pytest.raises(Refused):
            write_to_group(trip=cast.trip, group=group, letter=BOTH, send_id=uuid.uuid4(), by=cast.lead)
    assert not OutboxMessage.objects.exists()


def test_the_same_send_twice_sends_once(cast, one):
    send = uuid.uuid4()
    for _ in range(2):
        write_to_group(trip=cast.trip, group="submitted", letter=BOTH, send_id=send, by=cast.lead)
    assert OutboxMessage.objects.count() == 1
    entry = HistoryEntry.objects.get(verb="mail.write")
    assert entry.facts["people"] == 1
    write_to_group(trip=cast.trip, group="submitted", letter=BOTH, send_id=uuid.uuid4(), by=cast.lead)
    assert OutboxMessage.objects.count() == 2


def test_a_group_that_changed_is_shown_again(cast, one):
    seen = fingerprint(recipients(cast.trip, "submitted"))
    world.submitted(cast.trip)
    with pytest.raises(Refused):
        write_to_group(trip=cast.trip, group="submitted", letter=BOTH, send_id=uuid.uuid4(), seen=seen, by=cast.lead)
    assert not OutboxMessage.objects.exists()


def test_only_the_lead(cast, one):
    for person in (cast.reviewer(), cast.companion(), one.user):
        with pytest.raises(Refused):
            write_to_group(trip=cast.trip, group="submitted", letter=BOTH, send_id=uuid.uuid4(), by=person)


# --- the pages -------------------------------------------------------------------------------------

TYPED = {"group": "submitted", "subject_nl": "Dag {name}", "text_nl": "Over {trip}.", "subject_en": "", "text_en": ""}


@pytest.fixture
def circle(cast, one, login):
    return login(cast.lead), reverse("applications:write", args=[cast.trip.slug])


def hidden(html: str, name: str) -> str:
    return html.split(f'name="{name}" value="')[1].split('"')[0]


def test_write_look_send(circle):
    client, url = circle
    html = client.post(url, TYPED).content.decode()
    assert "1 mail versturen?" in html
    assert "Anna van Dijk" in html
    assert "Dag Anna" in html
    assert not OutboxMessage.objects.exists()
    sending = {**TYPED, "send": "1", "send_id": hidden(html, "send_id"), "seen": hidden(html, "seen")}
    assert client.post(url, sending).status_code == 302
    client.post(url, sending)
    assert OutboxMessage.objects.count() == 1


def test_change_keeps_what_was_typed(circle):
    client, url = circle
    html = client.post(url, {**TYPED, "change": "1"}).content.decode()
    assert "Over {trip}." in html
    assert "<textarea" in html


def test_nobody_in_the_group(circle):
    client, url = circle
    for extra in ({}, {"send": "1"}):
        html = client.post(url, {**TYPED, "group": "companions", **extra}).content.decode()
        assert "Deze groep is nu leeg" in html
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"text_nl": "Dag {naam}"},
        {"text_nl": ""},
        {"subject_nl": "", "text_nl": ""},
        {"group": "selected"},
        {"group": ""},
        {"send_id": "x"},
        {"subject_nl": "x" * 151},
    ],
)
def test_what_is_wrong_is_said(circle, wrong):
    client, url = circle
    assert client.post(url, {**TYPED, **wrong}).status_code == 422
    assert not OutboxMessage.objects.exists()
