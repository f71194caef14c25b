"""Who reads what: least loaded first, never the own school, the own application or a known person."""

import pytest

from applications.assessing.assigning import assign, assign_all, unassign
from applications.models import Assessment, Recusal
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.trips.lifecycle import TeamRole
from exchange.verdicts import Refused
from tests import world

pytestmark = pytest.mark.django_db
SELECTION = world.MOMENTS["selection"]


@pytest.fixture
def panel(cast, at):
    """Three reviewers of three schools, and two applications of two other schools."""
    at(SELECTION)
    reviewers = [world.user(f"Lezer {n}") for n in (1, 2, 3)]
    for reviewer in reviewers:
        world.join(cast.trip, reviewer, TeamRole.REVIEWER)
    applications = [world.submitted(cast.trip) for _ in range(2)]
    return sorted(reviewers, key=lambda one: str(one.pk)), applications


def pairs() -> dict:
    found: dict = {}
    for row in Assessment.objects.standing():
        found.setdefault(row.application_id, set()).add(row.reviewer_id)
    return found


def test_least_loaded_first_ties_by_id(cast, panel):
    (first, second, third), applications = panel
    world.assessment(world.submitted(cast.trip), first)  # first has one already; that application needs one more
    done = assign_all(trip=cast.trip, by=cast.lead)
    # Five to give: one, two and two. Loads end as even as they can be: 2, 2 and 2.
    load = {one.pk: Assessment.objects.filter(reviewer=one).count() for one in (first, second, third)}
    assert load == {first.pk: 2, second.pk: 2, third.pk: 2}
    assert len(done.made) == 5
    assert done.short == []
    assert all(len(readers) == 2 for readers in pairs().values())


def test_a_second_press_changes_nothing(cast, panel):
    assign_all(trip=cast.trip, by=cast.lead)
    before = pairs()
    again = assign_all(trip=cast.trip, by=cast.lead)
    assert again.made == []
    assert pairs() == before


def test_tops_up_after_a_recusal(cast, panel):
    (first, second, third), (application, _other) = panel
    world.assessment(application, first)
    Assessment.objects.filter(application=application).update(status="recused")
    Recusal.objects.create(application=application, user=first, reason="buur", declared_at=SELECTION)
    assign_all(trip=cast.trip, by=cast.lead)
    assert pairs()[application.pk] == {second.pk, third.pk}


def test_own_school_by_the_copy_and_by_the_present_school(cast, panel):
    reviewers, (application, _other) = panel
    moved = application.user
    # The applicant has changed schools since; the copy on the submission decides.
    moved.institution = world.institution()
    moved.save()
    school = application.submissions.first().institution
    reviewers[0].institution = school
    reviewers[0].save()
    done = assign_all(trip=cast.trip, by=cast.lead)
    assert pairs()[application.pk] == {reviewers[1].pk, reviewers[2].pk}
    assert done.short == []


def test_own_application_and_too_few_readers(cast, panel):
    reviewers, _applications = panel
    mine = world.submitted(cast.trip, reviewers[0])
    for one in reviewers[1:]:
        one.institution = reviewers[0].institution
        one.save()
    done = assign_all(trip=cast.trip, by=cast.lead)
    assert done.short == [(mine, 2)]
    assert mine.pk not in pairs()


def test_withdrawn_and_drafts_are_not_read(cast, panel):
    draft = world.application(cast.trip)
    gone = world.submitted(cast.trip)
    gone.status = "withdrawn"
    gone.save()
    world.settle_all()
    assign_all(trip=cast.trip, by=cast.lead)
    assert not {draft.pk, gone.pk} & pairs().keys()


def test_one_mail_a_day_for_each_reviewer(cast, panel, at):
    reviewers, _applications = panel
    assign_all(trip=cast.trip, by=cast.lead)
    first = OutboxMessage.objects.filter(kind="applications/assigned")
    assert sorted(m.recipient_id for m in first) == sorted({r for readers in pairs().values() for r in readers})
    world.submitted(cast.trip)
    assign_all(trip=cast.trip, by=cast.lead)
    assert first.count() == len({row.recipient_id for row in first})
    assert first.count() <= len(reviewers)


def test_the_last_version_is_read(cast, panel):
    (first, *_others), (application, _other) = panel
    reading = world.assessment(application, first)
    newer = application.submissions.create(
        number=2,
        submitted_at=SELECTION,
        content={},
        sha256="x" * 64,
        institution=application.user.institution,
        job_role="teacher",
        printed_name="Nieuw",
        receipt="VIL26-NEW",
    )
    assign_all(trip=cast.trip, by=cast.lead)
    reading.refresh_from_db()
    assert reading.submission == newer


def test_by_hand(cast, panel):
    (first, *_others), (application, _other) = panel
    made = assign(application=application, reviewer=first, by=cast.lead)
    assert (made.submission, made.assigned_by) == (application.submissions.first(), cast.lead)
    with pytest.raises(Refused, match="al"):
        assign(application=application, reviewer=first, by=cast.lead)
    unassign(assessment=made, by=cast.lead)
    assert pairs() == {}
    verbs = list(HistoryEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["assessment.assign", "assessment.unassign"]


@pytest.mark.parametrize("who", ["colleague", "stranger"])
def test_by_hand_keeps_the_rules(cast, panel, who):
    (first, *_others), (application, _other) = panel
    if who == "colleague":
        first.institution = application.submissions.first().institution
        first.save()
        reviewer = first
    else:
        reviewer = world.user("Iemand anders")
    with pytest.raises(Refused):
        assign(application=application, reviewer=reviewer, by=cast.lead)


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_by_hand_only_what_stands(cast, panel, status):
    (first, *_others), _applications = panel
    found = world.application(cast.trip) if status == "draft" else world.submitted(cast.trip)
    found.status = status
    found.save()
    world.settle_all()
    with pytest.raises(Refused):
        assign(application=found, reviewer=first, by=cast.lead)


def test_finished_stays(cast, panel):
    world.rubric(cast.trip)
    (first, *_others), (application, _other) = panel
    done = world.assessment(application, first, 4, 4)
    with pytest.raises(Refused):
        unassign(assessment=done, by=cast.lead)
    assert Assessment.objects.filter(pk=done.pk).exists()
    assert not HistoryEntry.objects.exists()


def test_not_before_the_call_closes_and_only_the_lead(cast, panel, at):
    (first, *_others), _applications = panel
    with pytest.raises(Refused):
        assign_all(trip=cast.trip, by=first)
    at(world.MOMENTS["call"])
    with pytest.raises(Refused):
        assign_all(trip=cast.trip, by=cast.lead)
    assert pairs() == {}
