"""Mail is read by the lead of its trip, by administrators and by whoever it is for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchange.history.models import HistoryEntry
from exchange.outbox.actions import queue
from exchange.outbox.dashboard import failures
from exchange.outbox.permissions import can_resend
from exchange.people.models import User
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(cast, post):
    """A message to an applicant about the trip, with a personal link in it."""
    aya = cast.applicant()
    body = "Dag Aya,\n\nhier is je link: [[endorse]]\n<b>niet vet</b>\n"
    return post(aya.email, recipient=aya, trip=cast.trip.pk, body=body, links={"endorse": {"secret": "s3cr3t"}})


def test_a_message_reads_as_its_recipient_will_read_it(cast, login, letter):
    page = login(cast.lead).get(reverse("outbox:message", args=[letter.pk])).content.decode()
    assert "Je aanmelding is binnen" in page
    assert "hier is je link: [persoonlijke link]" in page
    assert "&lt;b&gt;niet vet&lt;/b&gt;" in page
    assert "s3cr3t" not in page


@pytest.mark.parametrize(
    ("persona", "listed", "opened"),
    [
        ("administrator", 200, 200),
        ("lead", 200, 200),
        ("companion", 403, 404),
        ("reviewer", 403, 404),
        ("coordinator", 404, 404),
        ("partner", 404, 404),
        ("stranger", 404, 404),
    ],
)
def test_who_reads_it(cast, login, letter, persona, listed, opened):
    someone = getattr(cast, persona)
    client = login(someone() if callable(someone) else someone)
    assert client.get(reverse("outbox:list", args=[cast.trip.slug])).status_code == listed
    assert client.get(reverse("outbox:message", args=[letter.pk])).status_code == opened
    for verb in ("resend", "withdraw"):
        assert client.get(reverse(f"outbox:{verb}", args=[letter.pk])).status_code == 405
    if opened == 404:
        assert client.post(reverse("outbox:withdraw", args=[letter.pk])).status_code == 404
    assert client.get(reverse("outbox:all")).status_code == (200 if persona == "administrator" else 403)


def test_the_recipient_reads_the_own_mail_and_does_nothing_with_it(cast, login, letter):
    client = login(letter.recipient)
    assert "Je aanmelding is binnen" in client.get(reverse("outbox:mine")).content.decode()
    page = client.get(reverse("outbox:message", args=[letter.pk])).content.decode()
    assert "intrekken" not in page
    assert client.post(reverse("outbox:withdraw", args=[letter.pk])).status_code == 403
    letter.status = "cancelled"
    letter.save()
    assert client.get(reverse("outbox:message", args=[letter.pk])).status_code == 404
    assert "Je aanmelding is binnen" not in client.get(reverse("outbox:mine")).content.decode()


def test_failures_come_first_and_are_sent_again(cast, login, post, letter):
    failed = post(
        "never@x.example", trip=cast.trip.pk, subject="Mislukt", status="failed", attempts=9, last_error="550 No"
    )
    client = login(cast.lead)
    response = client.get(reverse("outbox:list", args=[cast.trip.slug]))
    assert [row.record.subject for row in response.context["table"].rows] == ["Mislukt", "Je aanmelding is binnen"]
    assert "550 No" in client.get(reverse("outbox:message", args=[failed.pk])).content.decode()
    todo = failures(User.objects.get(pk=cast.lead.pk), None).todos[0]
    assert todo.url == reverse("outbox:message", args=[failed.pk])
    url = reverse("outbox:resend", args=[failed.pk])
    assert client.post(url).status_code == 302
    failed.refresh_from_db()
    assert (failed.status, failed.attempts, failed.last_error) == ("queued", 0, "")
    assert HistoryEntry.objects.get().verb == "message.resend"
    assert client.post(url).status_code == 302
    assert HistoryEntry.objects.count() == 1
    assert failures(User.objects.get(pk=cast.lead.pk), None) is None


def test_mail_about_no_trip_is_an_administrators(cast, login, post):
    failed = post("never@x.example", trip=None, status="failed")
    url = reverse("outbox:resend", args=[failed.pk])
    assert not can_resend(cast.lead, failed)
    assert login(cast.lead).post(url).status_code == 404
    assert login(cast.administrator()).post(url).status_code == 302


def test_what_has_left_is_not_withdrawn(cast, login, letter):
    client = login(cast.lead)
    url = reverse("outbox:withdraw", args=[letter.pk])
    letter.status = "sending"
    letter.save()
    assert client.post(url).status_code == 409
    letter.status = "queued"
    letter.save()
    assert client.post(url).status_code == 302
    letter.refresh_from_db()
    assert letter.status == "cancelled"
    # The own second click hears that it is done, another lead that it can't be done now.
    assert client.post(url).status_code == 302
    second = world.join(cast.trip, world.user("Tweede Trekker"), "lead").user
    assert login(second).post(url).status_code == 409


def test_what_has_expired_is_not_sent_again(cast, login, post):
    from datetime import timedelta

    from exchange import clock

    old = post(trip=cast.trip.pk, status="failed", expires_at=clock.now() - timedelta(hours=1))
    assert login(cast.lead).post(reverse("outbox:resend", args=[old.pk])).status_code == 409


def test_search_and_filters(cast, login, post, letter):
    post("bo@x.example", trip=cast.trip.pk, subject="Andere brief", kind="people/role_given", status="sent")
    client = login(cast.lead)

    def found(**query):
        response = client.get(reverse("outbox:list", args=[cast.trip.slug]), query)
        return [row.record.subject for row in response.context["table"].paginated_rows]

    assert found() == ["Je aanmelding is binnen", "Andere brief"]
    assert found(q="andere") == ["Andere brief"]
    assert found(q="aya appl") == ["Je aanmelding is binnen"]
    assert found(status="sent") == ["Andere brief"]
    assert found(kind="people/role_given") == ["Andere brief"]
    assert found(sort="subject") == ["Andere brief", "Je aanmelding is binnen"]
    assert found(status="nonsense", kind="x", page="-1") == found()


def test_it_costs_the_same_for_one_and_for_thirty(cast, login, post, letter):
    client = login(cast.lead)
    url = reverse("outbox:list", args=[cast.trip.slug])

    def count():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    few = count()
    for n in range(30):
        post(f"a{n}@x.example", recipient=User.objects.create_user(f"a{n}@x.example"), trip=cast.trip.pk)
    assert count() == few
    assert few <= 12


def test_a_key_is_queued_once(cast):
    fields = {"key": "once", "kind": "people/sign_in", "language": "nl", "context": {"subject": "A", "body": "B"}}
    first = queue(to="a@x.example", **fields)
    again = queue(to="b@x.example", **fields)
    assert first.pk == again.pk
    assert again.to == "a@x.example"
