"""Once, together, one letter each; and a trip that does not take place."""

from itertools import groupby

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.lines import settle
from applications.models import Application, Decision, Offer
from applications.selection.deciding import propose
from applications.selection.publishing import cancel_trip, obstacles, publish_selection, to_publish
from exchange.history.models import HistoryEntry
from exchange.outbox.mail import who_answers
from exchange.outbox.models import OutboxMessage
from exchange.trips.lifecycle import Phase, TeamRole
from exchange.verdicts import Refused
from tests import world

pytestmark = pytest.mark.django_db
MONDAY = world.home(2026, 10, 12, 10)


@pytest.fixture
def decided(cast, at):
    """Four places, two per school: two selected, one reserve, one not selected; a withdrawn one and a draft."""
    at(MONDAY)
    found = {}
    for name, kind in (("Anna", "select"), ("Bram", "select"), ("Cor", "reserve"), ("Dirk", "not_selected")):
        found[name] = world.submitted(cast.trip, world.user(name))
        world.decision(found[name], kind)
    gone = world.submitted(cast.trip, world.user("Eva"))
    Application.objects.filter(pk=gone.pk).update(status="withdrawn")
    world.decision(gone, "select")
    world.application(cast.trip, world.user("Fons"))
    return found


def test_everything_at_once(cast, decided):
    publish_selection(trip=cast.trip, by=cast.lead)
    cast.trip.refresh_from_db()
    assert (cast.trip.published_at, cast.trip.published_by, cast.trip.phase) == (MONDAY, cast.lead, Phase.PREPARATION)
    published = Decision.objects.filter(published_at=MONDAY, published_by=cast.lead)
    assert {d.application.user.name for d in published} == {"Anna", "Bram", "Cor", "Dirk"}
    # Five working days after a Monday: the next Monday, 17:00 on the Dutch clock.
    offers = {offer.application.user.name: offer.reply_by_at for offer in Offer.objects.all()}
    assert offers == {"Anna": world.home(2026, 10, 19, 17), "Bram": world.home(2026, 10, 19, 17)}


def test_one_letter_each(cast, decided):
    publish_selection(trip=cast.trip, by=cast.lead)
    letters = OutboxMessage.objects.filter(key__startswith="decision:")
    assert sorted(letters.values_list("kind", "recipient__name")) == [
        ("applications/letter_not_selected", "Dirk"),
        ("applications/letter_reserve", "Cor"),
        ("applications/letter_selected", "Anna"),
        ("applications/letter_selected", "Bram"),
    ]
    assert {who_answers(one) for one in letters} == {(cast.lead.name, cast.lead.email)}
    assert OutboxMessage.objects.count() == 4


def test_letters_speak_the_readers_language_and_say_no_score(cast, decided):
    criteria = world.rubric(cast.trip)
    cor = decided["Cor"]
    cor.user.language = "en"
    cor.user.save()
    reviewer = cast.reviewer()
    world.assessment(cor, reviewer, 4, 2)
    Application.objects.filter(pk=cor.pk).update(score_mean="3.20", score_count=1)
    settle(cor)
    cor.decision.phrases.set([criteria[0].anchors.get(level=4)])
    publish_selection(trip=cast.trip, by=cast.lead)
    letter = OutboxMessage.objects.get(recipient=cor.user)
    assert "reserve list" in letter.subject
    assert "motivation is 4 en" in letter.body
    for secret in ("3.20", "3,20", reviewer.name, "Anna", "Bram"):
        assert secret not in letter.body + letter.subject


def test_the_preview_is_the_letter(cast, decided, login):
    html = login(cast.lead).get(reverse("applications:letters", args=[cast.trip.slug])).content.decode()
    assert not OutboxMessage.objects.exists()
    publish_selection(trip=cast.trip, by=cast.lead)
    for letter in OutboxMessage.objects.all():
        assert letter.subject in html
        for line in filter(None, letter.body.splitlines()):
            assert line in html


def test_the_second_is_told_who_was_first(cast, decided, login, at):
    other = world.user("Tweede Leider")
    world.join(cast.trip, other, TeamRole.LEAD)
    publish_selection(trip=cast.trip, by=cast.lead)
    cast.trip.refresh_from_db()
    stale = type(cast.trip).objects.get(pk=cast.trip.pk)
    stale.published_at = stale.published_by = None
    with pytest.raises(Refused, match="Hanneke Boer") as refused:
        publish_selection(trip=stale, by=other)
    assert refused.value.verdict.status == 409
    at(world.home(2026, 10, 13))
    for method in ("get", "post"):
        response = getattr(login(other), method)(reverse("applications:publish", args=[cast.trip.slug]))
        assert response.status_code == 409
        assert "Hanneke Boer op 12 oktober" in response.content.decode()
    assert OutboxMessage.objects.count() == 4
    assert HistoryEntry.objects.filter(verb="trip.publish").count() == 1


def trouble(cast) -> list[str]:
    return [str(one.text) for one in obstacles(cast.trip, to_publish(cast.trip))]


def refused_whole(cast, words):
    with pytest.raises(Refused, match=words):
        publish_selection(trip=cast.trip, by=cast.lead)
    assert not OutboxMessage.objects.exists()
    assert not Offer.objects.exists()
    assert not Decision.objects.exclude(published_at=None).exists()
    cast.trip.refresh_from_db()
    assert cast.trip.published_at is None


def test_not_without_a_decision_for_everybody(cast, decided):
    world.submitted(cast.trip)
    assert trouble(cast) == ["1 aanmelding heeft nog geen besluit."]
    refused_whole(cast, "nog geen besluit")


def test_not_with_too_many(cast, decided):
    cast.trip.places = 1
    cast.trip.save()
    assert trouble(cast) == ["2 mensen zijn geplaatst voor één plaats."]
    refused_whole(cast, "geplaatst voor één")


def test_not_over_the_maximum_per_school(cast, decided):
    school = decided["Anna"].user.institution
    for name in ("Gijs", "Hugo"):
        world.decision(world.submitted(cast.trip, world.user(name, at=school)), "select")
    assert trouble(cast) == [f"{school.short_name} heeft er 1 te veel; het maximum is 2."]
    refused_whole(cast, "te veel")


@pytest.mark.parametrize("status", ["asked", "refused", "not_me"])
def test_not_without_an_endorsement(cast, decided, status):
    decided["Anna"].endorsements.update(status=status)
    world.settle_all()
    assert trouble(cast) == ["Anna heeft nog geen akkoord van een leidinggevende."]
    refused_whole(cast, "Anna")


def test_conditions_are_an_endorsement_and_reserves_need_none(cast, decided):
    decided["Anna"].endorsements.update(status="conditions")
    decided["Cor"].endorsements.update(status="asked")
    world.settle_all()
    assert trouble(cast) == []


def test_not_with_an_unconfirmed_membership(cast, decided):
    user = decided["Anna"].user
    user.membership_by_domain = False
    user.save()
    assert trouble(cast) == ["Niemand heeft bevestigd dat Anna bij de school werkt."]
    refused_whole(cast, "Anna")


def test_not_before_closing_nor_by_others_nor_of_nobody(cast, decided, at):
    reviewer, companion = cast.reviewer(), cast.companion()
    for person in (reviewer, companion):
        with pytest.raises(Refused):
            publish_selection(trip=cast.trip, by=person)
    Application.objects.update(status="withdrawn")
    world.settle_all()
    refused_whole(cast, "Niemand heeft zich aangemeld")
    at(world.MOMENTS["call"])
    refused_whole(cast, "nog niet gesloten")


def test_few_queries_for_a_hundred_and_fifty(cast, at):
    at(MONDAY)
    cast.trip.places = cast.trip.max_per_school = 150
    cast.trip.save()
    school = world.institution()
    for n in range(50):
        for kind in ("select", "reserve", "not_selected"):
            world.decision(world.submitted(cast.trip, world.user(f"P{n}{kind}", at=school)), kind)
    with CaptureQueriesContext(connection) as seen:
        publish_selection(trip=cast.trip, by=cast.lead)
    assert OutboxMessage.objects.count() == 150
    # Savepoints are no work, and SQLite takes an insert of many rows in portions.
    statements = [q["sql"][:40] for q in seen if "SAVEPOINT" not in q["sql"]]
    assert len([first for first, _portions in groupby(statements)]) <= 20


def test_nothing_changes_after_publication(cast, decided):
    publish_selection(trip=cast.trip, by=cast.lead)
    anna = decided["Anna"]
    anna.trip.refresh_from_db()
    with pytest.raises(Refused):
        propose(application=anna, kind="reserve", by=cast.lead)


# --- cancelling ------------------------------------------------------------------------------------


def test_cancelling_tells_everybody_once(cast, decided, at):
    publish_selection(trip=cast.trip, by=cast.lead)
    world.participation(cast.trip, world.user("Gaat Mee"))
    at(world.MOMENTS["preparation"])
    OutboxMessage.objects.all().delete()
    cancel_trip(trip=cast.trip, reason="De school in Londen sluit.", by=cast.lead)
    letters = OutboxMessage.objects.filter(kind="applications/letter_cancelled")
    assert sorted(letters.values_list("recipient__name", flat=True)) == ["Anna", "Bram", "Cor", "Dirk", "Gaat Mee"]
    assert all("De school in Londen sluit." in letter.body for letter in letters)
    cast.trip.refresh_from_db()
    assert cast.trip.phase == Phase.CANCELLED
    with pytest.raises(Refused):
        cancel_trip(trip=cast.trip, reason="Nog eens.", by=cast.lead)
    assert letters.count() == 5


def test_cancelling_asks_a_reason_and_counts(cast, decided, login):
    url = reverse("applications:cancel-trip", args=[cast.trip.slug])
    client = login(cast.lead)
    assert "4 mensen" in client.get(url).content.decode()
    assert client.post(url, {"reason": "", "sure": "on"}).status_code == 422
    assert client.post(url, {"reason": "Te duur.", "sure": "on"}).status_code == 302
    cast.trip.refresh_from_db()
    assert (cast.trip.cancel_reason, cast.trip.cancelled_by) == ("Te duur.", cast.lead)


def test_not_after_departure(cast, decided, at):
    at(world.MOMENTS["travelling"])
    with pytest.raises(Refused):
        cancel_trip(trip=cast.trip, reason="Te laat.", by=cast.lead)


def test_a_cancelled_trip_publishes_nothing(cast, decided):
    cancel_trip(trip=cast.trip, reason="Te duur.", by=cast.lead)
    with pytest.raises(Refused):
        publish_selection(trip=cast.trip, by=cast.lead)
