"""An administrator who must step in takes the lead: with a reason, before everybody's eyes."""

import pytest
from django.urls import reverse

from applications.lines import settle
from applications.selection.deciding import propose
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips import actions
from exchange.trips.models import Participation, TeamMember, Trip
from exchange.verdicts import CONFLICT, FORBIDDEN, Refused
from tests import world
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
WHY = "De projectleider is langdurig ziek."


@pytest.fixture
def ada(cast):
    return cast.administrator()


def take(cast, who, reason=WHY):
    return signed_in(who).post(reverse("trips:take-lead", args=[cast.trip.slug]), {"reason": reason})


def fresh(person):
    """As the next request finds them: the roles of a person are read once."""
    return User.objects.get(pk=person.pk)


def test_who_decides_takes_the_lead_first_and_everybody_sees_it(cast, ada, at):
    second = world.user("Wim Weg")
    world.join(cast.trip, second, "lead")
    User.objects.filter(pk=second.pk).update(is_active=False)
    companion = cast.companion()
    sent = world.submitted(cast.trip, world.user("Aya Applicant"))
    at(world.MOMENTS["selection"])
    with pytest.raises(Refused) as refused:
        propose(application=sent, kind="select", by=ada)
    assert refused.value.verdict.status == FORBIDDEN
    answer = take(cast, ada)
    assert answer.url == reverse("trips:team", args=[cast.trip.slug])
    [entry] = HistoryEntry.objects.filter(verb="team.take_lead")
    assert (entry.by, entry.trip, entry.reason) == (ada, cast.trip.pk, WHY)
    [mail] = OutboxMessage.objects.filter(kind="trips/lead_taken")
    assert mail.recipient == cast.lead  # nobody writes to who is gone
    assert WHY in mail.body
    assert "Ada Administrator" in mail.subject
    page = signed_in(companion).get(reverse("trips:members", args=[cast.trip.slug])).text
    assert "Ada Administrator nam" in page
    assert WHY in page
    assert propose(application=sent, kind="select", by=fresh(ada)).kind == "select"


def test_without_a_reason_nothing_happens_and_what_was_typed_is_there(cast, ada):
    for typed in ("", "Kort"):
        answer = take(cast, ada, typed)
        assert answer.status_code == 422
        assert typed in answer.text
    assert not TeamMember.objects.filter(user=ada).exists()
    assert not OutboxMessage.objects.filter(kind="trips/lead_taken").exists()


def test_nobody_else_takes_the_lead(cast):
    for person, status in ((cast.lead, 403), (cast.companion(), 403), (cast.reviewer(), 403), (cast.stranger(), 404)):
        assert take(cast, person).status_code == status
    assert TeamMember.objects.filter(role="lead").count() == 1


def test_twice_is_once(cast, ada):
    assert take(cast, ada).status_code == 302
    with pytest.raises(Refused) as refused:
        actions.take_lead(trip=cast.trip, reason=WHY, by=fresh(ada))
    assert refused.value.verdict.status == CONFLICT
    assert OutboxMessage.objects.filter(kind="trips/lead_taken").count() == 1
    assert HistoryEntry.objects.filter(verb="team.take_lead").count() == 1


def test_who_travels_along_leaves_it_to_another_administrator(cast, ada):
    place = world.participation(cast.trip, ada)
    refused = take(cast, ada)
    assert refused.status_code == 409
    assert "Je gaat zelf mee op deze reis" in refused.text
    # Who gave the place back still stands there as somebody who applied; on another trip either is no matter.
    gone = {"cancelled_at": world.home(2026, 10, 20), "cancelled_by": ada, "cancel_reason": "Ziek."}
    Participation.objects.filter(pk=place.pk).update(status="cancelled", **gone)
    world.settle_all()
    refused = take(cast, ada)
    assert refused.status_code == 409
    assert "Je hebt je zelf voor deze reis aangemeld" in refused.text


def test_neither_others_nor_another_trip_keep_an_administrator_from_it(cast, ada):
    world.participation(world.trip(), ada)
    world.participation(cast.trip, world.user("Gaat Mee"))
    world.application(cast.trip, ada)
    assert take(cast, ada).status_code == 302


def test_the_role_is_not_given_to_oneself_past_the_reason(cast, ada):
    url = reverse("trips:members", args=[cast.trip.slug])
    for role in ("lead", "companion", "reviewer"):
        assert signed_in(ada).post(url, {"email": ada.email, "role": role}).status_code == 403
    other = world.user("Nora Nieuw")
    assert signed_in(ada).post(url, {"email": other.email, "role": "lead"}).status_code == 302
    assert not TeamMember.objects.filter(user=ada).exists()


def test_whoever_stepped_in_gives_the_role_back(cast, ada):
    take(cast, ada)
    member = TeamMember.objects.get(user=ada)
    url = reverse("trips:member-remove", args=[cast.trip.slug, member.pk])
    assert signed_in(ada).post(url).status_code == 302
    verbs = HistoryEntry.objects.filter(trip=cast.trip.pk, by=ada).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["team.take_lead", "team.take"]
    assert signed_in(ada).get(reverse("trips:announce", args=[cast.trip.slug])).status_code == 403


@pytest.mark.parametrize("over", ["closed", "cancelled"])
def test_the_role_is_given_back_of_a_trip_that_is_over_too(cast, ada, over):
    """A certificate is revoked years later."""
    moment = {f"{over}_at": world.MOMENTS["preparation"], f"{over}_by": cast.lead}
    Trip.objects.filter(pk=cast.trip.pk).update(**moment)
    take(cast, ada)
    mine, others = TeamMember.objects.get(user=ada), TeamMember.objects.get(user=cast.lead)
    urls = [reverse("trips:member-remove", args=[cast.trip.slug, one.pk]) for one in (mine, others)]
    page = signed_in(ada).get(reverse("trips:members", args=[cast.trip.slug])).text
    assert [url in page for url in urls] == [True, False]
    assert [signed_in(ada).post(url).status_code for url in reversed(urls)] == [409, 302]
    assert not TeamMember.objects.filter(user=ada).exists()


def test_who_applied_leaves_it_to_another_administrator(cast, ada):
    application = world.submitted(cast.trip, ada)
    assert take(cast, ada).status_code == 409
    type(application).objects.filter(pk=application.pk).update(status="withdrawn")
    settle(application)
    assert take(cast, ada).status_code == 302


def test_a_page_says_who_may_and_how_to_step_in_to_administrators_only(cast, ada):
    step = reverse("trips:take-lead", args=[cast.trip.slug])
    overview = reverse("trips:team", args=[cast.trip.slug])
    refused = signed_in(ada).get(reverse("applications:cancel-trip", args=[cast.trip.slug]))
    assert refused.status_code == 403
    for page in (signed_in(ada).get(overview), refused):
        assert step in page.text
        assert "Beslissen doet de projectleider: Hanneke Boer." in page.text
    assert step not in signed_in(cast.lead).get(overview).text
    take(cast, ada)
    assert step not in signed_in(ada).get(overview).text
