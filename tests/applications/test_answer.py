"""Answering an offer, giving a place back, and what an applicant is told and not told."""

from datetime import timedelta

import pytest

from applications.mine.dashboard import applicant as section
from applications.models import Decision, Offer
from applications.reminders import drafts, offers
from applications.selection import answering
from applications.writing import actions as drafting
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import LearningGoal, Participation
from exchange.verdicts import Refused
from tests import world

CALL, CLOSES = world.MOMENTS["call"], world.CLOSES
PUBLISHED, REPLY_BY = world.home(2026, 10, 12), world.home(2026, 10, 19, 17)
AFTER = world.home(2026, 10, 13)
SECOND = timedelta(seconds=1)


@pytest.fixture
def applicant(cast):
    return world.user("Samira Idrissi", at=cast.school)


@pytest.fixture
def browser(applicant, login):
    return login(applicant)


@pytest.fixture
def offered(cast, applicant, at):
    """An application sent through the action, selected, published, with an open offer."""
    at(CALL)
    application = world.application(cast.trip, applicant, goals=2)
    tags = [dimension.tags.first() for dimension in cast.trip.framework.dimensions.all()]
    application.goals.first().tags.set(tags)
    drafting.submit(application=application, by=applicant)
    publish(cast)
    world.decision(application, "select", published=True)
    at(AFTER)
    return world.offer(application)


def publish(cast):
    trip = cast.trip
    trip.published_at, trip.published_by = PUBLISHED, cast.lead
    trip.save()


def address(offer, what="offer/"):
    return f"/my/applications/{offer.application_id}/{what}"


def test_confirming_makes_the_participation_and_its_goals(offered, browser, applicant, cast):
    sent = offered.application.submissions.get().content["goals"]
    # What the draft says later does not count.
    offered.application.goals.update(able_to="Later veranderd.")
    assert browser.get(address(offered)).status_code == 200
    assert browser.post(address(offered, "offer/confirm/")).status_code == 302
    place = Participation.objects.get()
    assert (place.user, place.institution, place.job_role, place.printed_name, place.status) == (
        applicant,
        cast.school,
        "teacher",
        "Samira Idrissi",
        "active",
    )
    goals = list(LearningGoal.objects.order_by("order"))
    assert [str(goal.pk) for goal in goals] == [goal["id"] for goal in sent]
    assert [goal.proposed_text for goal in goals] == [goal["able_to"] for goal in sent]
    assert [sorted(tag.pk for tag in goal.tags.all()) for goal in goals] == [goal["tags"] for goal in sent]
    assert (goals[0].proposed_at, goals[0].text, goals[0].sharpened_at) == (CALL, "", None)
    assert len(goals[0].tags.all()) == 2
    said = [(goal.order, goal.students_notice, goal.others_see, goal.language) for goal in goals]
    assert said == [(one["order"], one["students_notice"], one["others_see"], "nl") for one in sent]
    assert {goal.participation for goal in goals} == {place}
    entry = HistoryEntry.objects.get(verb="participation.confirm")
    assert (entry.by, entry.about_id) == (applicant, str(place.pk))
    offered.refresh_from_db()
    assert (offered.status, offered.answered_at) == ("confirmed", AFTER)
    assert OutboxMessage.objects.filter(kind="applications/confirmed").count() == 1


def test_goals_keep_the_language_they_were_sent_in(offered, applicant):
    submission = offered.application.submissions.get()
    type(submission).objects.filter(pk=submission.pk).update(content=submission.content | {"language": "en"})
    answering.confirm_place(offer=offered, by=applicant)
    assert [goal.language for goal in LearningGoal.objects.all()] == ["en", "en"]


def test_confirming_twice_makes_one_place(offered, browser):
    assert browser.post(address(offered, "offer/confirm/")).status_code == 302
    assert browser.post(address(offered, "offer/confirm/")).status_code == 302
    assert browser.post(address(offered, "offer/decline/"), {"reason": "Toch niet."}).status_code == 409
    # The link in the letter leads to where the application stands now.
    assert browser.get(address(offered)).headers["location"] == address(offered, "")
    stale = Offer.objects.get()
    stale.status = "open"
    with pytest.raises(Refused):
        answering.confirm_place(offer=stale, by=stale.application.user)
    assert Participation.objects.count() == 1
    assert LearningGoal.objects.count() == 2


@pytest.mark.parametrize(("moment", "status"), [(REPLY_BY, 302), (REPLY_BY + SECOND, 410)])
def test_an_offer_expires(offered, browser, at, moment, status):
    at(moment)
    assert browser.post(address(offered, "offer/confirm/")).status_code == status
    assert Participation.objects.count() == (1 if status == 302 else 0)
    if status == 410:
        assert browser.get(address(offered)).status_code == 410
        assert browser.post(address(offered, "offer/decline/"), {"reason": "x"}).status_code == 410
        assert browser.get(address(offered, "")).context["stage"] == "expired"


def test_declining_asks_a_reason(offered, browser):
    assert browser.get(address(offered, "offer/decline/")).status_code == 200
    assert browser.post(address(offered, "offer/decline/"), {"reason": " "}).status_code == 422
    assert browser.post(address(offered, "offer/decline/"), {"reason": "Mijn dochter trouwt."}).status_code == 302
    offered.refresh_from_db()
    assert (offered.status, offered.decline_reason) == ("declined", "Mijn dochter trouwt.")
    assert offered.answered_at == AFTER
    assert HistoryEntry.objects.get(verb="offer.decline").by == offered.application.user
    assert browser.get(address(offered, "")).context["stage"] == "declined"
    mail = OutboxMessage.objects.get(kind="applications/declined")
    assert "dochter" not in mail.body


def test_nobody_else_answers(offered, login, cast):
    for who in (cast.stranger(), cast.lead, cast.administrator()):
        assert login(who).post(address(offered, "offer/confirm/")).status_code == 404
    assert not Participation.objects.exists()


def test_a_cancelled_trip_is_not_answered(offered, browser, cast):
    trip = cast.trip
    trip.cancelled_at, trip.cancelled_by = AFTER, cast.lead
    trip.save()
    assert browser.post(address(offered, "offer/confirm/")).status_code == 409
    assert browser.get(address(offered, "")).context["stage"] == "cancelled"


@pytest.mark.parametrize(
    ("moment", "before", "status"),
    [
        (world.home(2026, 11, 9, 23, 59), True, 302),
        (world.home(2026, 11, 10, 0, 1), False, 302),
        (world.home(2026, 11, 13, 23, 59), False, 302),
        (world.home(2026, 11, 14, 0, 1), False, 410),
    ],
)
def test_giving_the_place_back(offered, browser, at, moment, before, status):
    browser.post(address(offered, "offer/confirm/"))
    at(moment)
    assert browser.post(address(offered, "give-back/"), {"reason": ""}).status_code == (422 if status == 302 else 410)
    assert browser.post(address(offered, "give-back/"), {"reason": "Ziek."}).status_code == status
    place = Participation.objects.get()
    if status == 302:
        assert (place.status, place.cancel_reason, place.cancelled_before_departure) == ("cancelled", "Ziek.", before)
        assert (place.cancelled_at, place.cancelled_by) == (moment, place.user)
        assert HistoryEntry.objects.get(verb="participation.cancel").by == place.user
        assert Participation.objects.active().count() == 0
        assert browser.get(address(offered, "")).context["stage"] == "gave_back"
        assert browser.post(address(offered, "give-back/"), {"reason": "Ziek."}).status_code == 302, "a second click"
        assert browser.post(address(offered, "give-back/"), {"reason": "Weer ziek."}).status_code == 409
        assert Participation.objects.get().cancel_reason == "Ziek."
    else:
        assert place.status == "active"


def test_without_an_offer_or_place_there_is_nothing_to_answer(cast, applicant, browser, at):
    application = world.submitted(cast.trip, applicant)
    at(AFTER)
    for what in ("offer/", "give-back/", "offer/decline/"):
        assert browser.get(f"/my/applications/{application.pk}/{what}").status_code == 409


def test_giving_back_is_about_one_trip(offered, cast, applicant, at):
    """Somebody who applied for another trip too, where others applied as well."""
    other = world.submitted(world.trip(lead=cast.lead), applicant)
    world.submitted(cast.trip)
    place = answering.confirm_place(offer=offered, by=applicant)
    answering.give_back(participation=place, reason="Ziek.", by=applicant)
    mail = OutboxMessage.objects.get(kind="applications/gave_back")
    assert (mail.trip, mail.recipient) == (cast.trip.pk, applicant)
    other.refresh_from_db()
    assert other.status == "submitted"


# --- what an applicant is told ---------------------------------------------------------------------

SECRETS = ("3.4", "3,4", "Rik Reviewer", "Concreet.", "motivation nl", "goals is", "Geheime zin")


@pytest.mark.parametrize("kind", ["select", "reserve", "not_selected"])
def test_before_publication_a_decision_leaves_no_trace(cast, applicant, browser, at, kind, django_assert_num_queries):
    application = world.submitted(cast.trip, applicant)
    world.rubric(cast.trip)
    at(world.MOMENTS["selection"])
    pages = [f"/my/applications/{application.pk}/", f"/my/applications/{application.pk}/versions/1/"]

    def read():
        return [browser.get(page).content.decode().split("csrfmiddlewaretoken")[-1][100:] for page in pages]

    before = read()
    reviewer = cast.reviewer()
    made = world.assessment(application, reviewer, 3, 4)
    application.score_mean, application.score_count = made.total, 1
    application.save()
    decision = world.decision(application, kind)
    decision.note = "Geheime zin"
    decision.save()
    decision.phrases.set(cast.trip.criteria.first().anchors.all())
    world.settle_all()
    after = read()
    assert after == before
    for secret in SECRETS:
        assert not any(secret in page for page in after)
    assert "score" not in "".join(after)
    assert browser.get(pages[0]).context["stage"] == "in_selection"
    assert section(applicant, AFTER).todos == []


@pytest.mark.parametrize(("kind", "stage"), [("reserve", "reserve"), ("not_selected", "not_selected")])
def test_after_publication_the_outcome_in_rubric_words(cast, applicant, browser, at, kind, stage):
    application = world.submitted(cast.trip, applicant)
    world.submitted(cast.trip)
    criteria = world.rubric(cast.trip)
    world.assessment(application, cast.reviewer(), 3, 4)
    decision = world.decision(application, kind)
    decision.note = "We zien je graag terug."
    decision.save()
    decision.phrases.set([criteria[0].anchors.get(level=4)])
    Decision.objects.update(published_at=PUBLISHED, published_by=cast.lead)
    publish(cast)
    world.settle_all()
    at(AFTER)
    response = browser.get(f"/my/applications/{application.pk}/")
    html = response.content.decode()
    assert response.context["stage"] == stage
    assert "motivation is 4" in html
    assert "We zien je graag terug." in html
    for secret in ("Rik Reviewer", "Concreet.", "3,4", "3.4", "goals is"):
        assert secret not in html


# --- the home page and reminders -------------------------------------------------------------------


def titles(user, now):
    found = section(user, now)
    return [(str(todo.title), todo.urgency) for todo in found.todos] if found else None


def test_the_home_page_names_what_waits(cast, applicant, at, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        assert section(applicant, CALL) is None
    world.application(cast.trip, applicant)
    other = world.trip(lead=cast.lead)
    world.submitted(other, applicant, endorsed=False)
    third = world.trip(lead=cast.lead, published=True)
    chosen = world.submitted(third, applicant)
    world.decision(chosen, "select", published=True)
    world.offer(chosen)
    with django_assert_max_num_queries(4):
        found = section(applicant, CLOSES - timedelta(hours=3))
    assert sorted(todo.urgency for todo in found.todos) == [10, 10, 30]
    assert len(found.context["rows"]) == 3


def test_reminders_of_drafts(cast, applicant):
    world.application(cast.trip, applicant)
    quiet = world.user(reminders=False)
    world.application(cast.trip, quiet)
    world.submitted(cast.trip)
    assert drafts(CLOSES - timedelta(days=3, seconds=1)) == 0
    assert drafts(CLOSES - timedelta(days=3)) == 1
    assert drafts(CLOSES - timedelta(days=2)) == 0
    assert drafts(CLOSES - timedelta(days=1)) == 1
    assert drafts(CLOSES - timedelta(hours=1)) == 0
    assert drafts(CLOSES) == 0
    assert {m.recipient for m in OutboxMessage.objects.all()} == {applicant}


def test_reminders_of_offers(offered, applicant):
    OutboxMessage.objects.all().delete()
    assert offers(REPLY_BY - timedelta(days=2, seconds=1)) == 0
    assert offers(REPLY_BY - timedelta(days=2)) == 1
    assert offers(REPLY_BY - timedelta(days=1)) == 0
    assert offers(REPLY_BY + SECOND) == 0
    applicant.reminders = False
    applicant.save()
    world.settle_all()
    OutboxMessage.objects.all().delete()
    assert offers(REPLY_BY - timedelta(days=1)) == 0


def test_pages_ask_few_queries(offered, browser, django_assert_max_num_queries):
    for what in ("", "offer/", "offer/decline/"):
        with django_assert_max_num_queries(15):
            assert browser.get(address(offered, what)).status_code == 200
    browser.post(address(offered, "offer/confirm/"))
    for what in ("", "give-back/"):
        with django_assert_max_num_queries(15):
            assert browser.get(address(offered, what)).status_code == 200
