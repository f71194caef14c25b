"""What the lead does on the page of one application, what stands on home and overview, and the admin site."""

import pytest
from django.urls import reverse

from applications.models import Assessment
from applications.team.dashboard import leading, overview, reviewing
from exchange import clock
from exchange.outbox.models import OutboxMessage
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(cast, at):
    at(world.MOMENTS["selection"])
    world.rubric(cast.trip)
    return world.submitted(cast.trip, world.user("Bram Keizer"), endorsed=False)


def page(name, cast, *args):
    return reverse(f"applications:{name}", args=[cast.trip.slug, *args])


PAPER = {
    "hours_released": "56",
    "cover": "arranged",
    "cover_by": "Team Zorg",
    "costs": "Het budget.",
    "policy": "Het jaarplan.",
    "contact_name": "Joke Mulder",
    "contact_email": "joke@duinrand.example",
    "school_use": "Het jaarplan.",
    "signer_name": "Joke Mulder",
    "signer_function": "directeur",
    "signed_on": "2026-10-02",
    "recorded_reason": "Mail kwam niet aan. Map 3.",
}


def test_an_endorsement_on_paper(cast, one, login):
    client, url = login(cast.lead), page("paper", cast, one.pk)
    assert client.post(url, {**PAPER, "signed_on": "2026-10-20"}).status_code == 422
    assert client.post(url, PAPER).status_code == 302
    endorsement = one.endorsements.get()
    assert (endorsement.status, endorsement.recorded_by, endorsement.hours_released) == ("endorsed", cast.lead, 56)
    assert client.get(url).status_code == 409
    assert "Map 3." in client.get(page("detail", cast, one.pk)).content.decode()


def test_paper_and_membership_are_the_leads(cast, one, login):
    for person in (cast.companion(), cast.reviewer()):
        assert login(person).post(page("paper", cast, one.pk), PAPER).status_code == 403
        assert login(person).post(page("membership", cast, one.pk)).status_code == 403


def test_confirming_the_membership(cast, one, login):
    one.user.membership_by_domain = False
    one.user.save()
    assert login(cast.lead).post(page("membership", cast, one.pk)).status_code == 302
    one.user.refresh_from_db()
    assert one.user.membership_confirmed_by == cast.lead


def test_the_refusal_is_for_the_lead_only(cast, one, login):
    one.endorsements.update(status="refused", refusal_reason="Wij missen mensen.", answered_at=world.MOMENTS["call"])
    world.settle_all()
    assert "Wij missen mensen." in login(cast.lead).get(page("detail", cast, one.pk)).content.decode()
    assert "Wij missen mensen." not in login(cast.companion()).get(page("detail", cast, one.pk)).content.decode()
    assert "Wij missen mensen." not in login(one.user).get(reverse("applications:mine", args=[one.pk])).content.decode()


def test_dividing_and_by_hand(cast, one, login):
    client, reviewer = login(cast.lead), cast.reviewer()
    assert client.post(page("assign-all", cast)).status_code == 302
    made = Assessment.objects.get()
    assert made.reviewer == reviewer
    html = client.get(page("reviewers", cast)).content.decode()
    assert "Missen beoordelaars" in html
    assert client.post(page("unassign", cast, one.pk, made.pk)).status_code == 302
    assert client.post(page("assign", cast, one.pk), {"reviewer": reviewer.pk}).status_code == 302
    assert client.post(page("assign", cast, one.pk), {"reviewer": "x"}).status_code == 422
    made = Assessment.objects.get()
    assert client.post(page("hand-back", cast, one.pk, made.pk), {"reason": ""}).status_code == 422
    assert client.post(page("hand-back", cast, one.pk, made.pk), {"reason": "Broer"}).status_code == 302
    made.refresh_from_db()
    assert made.status == "recused"
    assert "Broer" in client.get(page("detail", cast, one.pk)).content.decode()


# --- home and overview -----------------------------------------------------------------------------


def todo(user):
    vars(user).pop("teams", None)
    section = leading(user, clock.now())
    return [str(one.title) for one in section.todos] if section else []


def test_what_the_lead_does_next(cast, one, at):
    assert todo(cast.lead) == ["Verdeel de aanmeldingen voor Veilig in Londen"]
    world.assessment(one, cast.reviewer(), 4, 4)
    assert todo(cast.lead) == ["Beslis over Veilig in Londen"]
    world.decision(one, "reserve")
    assert todo(cast.lead) == ["Maak de selectie van Veilig in Londen bekend"]
    one.decision.published_at, one.decision.published_by = world.home(2026, 10, 12), cast.lead
    one.decision.save()
    world.settle_all()
    cast.trip.published_at, cast.trip.published_by = world.home(2026, 10, 12), cast.lead
    cast.trip.save()
    at(world.home(2026, 10, 13))
    world.offer(world.submitted(cast.trip))
    assert todo(cast.lead) == ["Vul 3 vrije plaatsen"]
    at(world.MOMENTS["travelling"])
    assert todo(cast.lead) == []
    assert todo(cast.stranger()) == []


def test_what_a_reviewer_reads(cast, one):
    reviewer = cast.reviewer()
    world.assessment(one, reviewer)
    section = reviewing(reviewer, clock.now())
    assert [str(t.title) for t in section.todos] == ["Lees 1 aanmelding"]
    assert reviewing(cast.lead, clock.now()) is None
    cast.trip.published_at, cast.trip.published_by = world.MOMENTS["selection"], cast.lead
    cast.trip.save()
    assert reviewing(reviewer, clock.now()).todos == []


def test_who_owes_what(cast, one, login):
    world.assessment(one, cast.reviewer())
    found = overview(cast.trip, cast.lead, clock.now()).context
    assert [(line.name, line.signer) for line in found["managers"].rows] == [(one.user.name, "Joke Mulder")]
    assert [(load.reviewer.name, load.to_read) for load in found["reviewers"].rows] == [("Rik Reviewer", 1)]
    assert (found["managers"].more, found["reviewers"].more) == (0, 0)
    companion = cast.companion()
    assert "managers" not in overview(cast.trip, companion, clock.now()).context
    html = login(cast.lead).get(reverse("trips:team", args=[cast.trip.slug])).content.decode()
    assert "Joke Mulder" in html
    assert "Joke Mulder" not in login(companion).get(reverse("trips:team", args=[cast.trip.slug])).content.decode()


@pytest.mark.parametrize(
    "model",
    "application submission proposedgoal endorsement criterion assessment recusal decision offer".split(),
)
def test_the_admin_site_reads(cast, one, login, model):
    world.decision(one, "reserve")
    world.assessment(one, cast.reviewer(), 4, 4)
    client = login(cast.administrator())
    url = reverse(f"admin:applications_{model}_changelist")
    assert client.get(url).status_code == 200
    assert client.get(reverse(f"admin:applications_{model}_add")).status_code == 403


def test_admin_does_not_show_drafts(cast, login, at):
    draft = world.application(cast.trip, motivation="Nog niet af.")
    client = login(cast.administrator())
    html = client.get(reverse("admin:applications_application_change", args=[draft.pk])).content.decode()
    assert "Nog niet af." not in html
    assert client.get(page("detail", cast, draft.pk)).status_code == 404
    assert not OutboxMessage.objects.exists()
