"""Levels, reasons, totals: hand-worked values with weights 60 and 40."""

from decimal import Decimal

import pytest
from django.urls import reverse

from applications.assessing.actions import Given, finish_assessment, recuse, reopen_assessment, save_assessment
from applications.assessing.permissions import shows_scores
from applications.assessing.rubric import mean, weighted
from applications.models import Assessment, Recusal
from exchange.people.actions import save_profile
from exchange.verdicts import Refused
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def reading(cast, at):
    """An application, its reviewer and the assessment to write."""
    at(world.MOMENTS["selection"])
    world.rubric(cast.trip)
    reviewer = cast.reviewer()
    application = world.submitted(cast.trip)
    return world.assessment(application, reviewer)


def given(assessment, *levels, reason="Concreet."):
    criteria = assessment.application.trip.criteria.all()
    return {c.pk: Given(level, reason) for c, level in zip(criteria, levels, strict=False)}


@pytest.mark.parametrize(
    ("pairs", "total"),
    [
        ([(60, 4), (40, 2)], "3.20"),  # (240 + 80) / 100
        ([(60, 1), (40, 1)], "1.00"),
        ([(60, 5), (40, 5)], "5.00"),
        ([(25, 4), (25, 3), (15, 5), (20, 2), (15, 3)], "3.35"),  # (100 + 75 + 75 + 40 + 45) / 100
        ([(1, 4), (1, 5), (1, 5)], "4.67"),  # 14 / 3
        ([(7, 1), (1, 2)], "1.13"),  # 9 / 8 = 1.125, half goes up
    ],
)
def test_weighted_totals(pairs, total):
    assert weighted(pairs) == Decimal(total)


def test_mean_of_totals():
    assert mean([]) is None
    assert mean([Decimal("3.20"), Decimal("4.60")]) == Decimal("3.90")
    assert mean([Decimal("3.20"), Decimal("4.61")]) == Decimal("3.91")  # 3.905


def test_who_came_to_work_at_the_school_hands_it_back(cast, reading, login):
    """Rule 3 asks for the reviewer's present school, not for the one when it was assigned."""
    reviewer, url = reading.reviewer, reverse("applications:assess", args=[reading.pk])
    reviewer.email = "rik@thuis.example"  # at a school by its mail one can't be elsewhere
    form = {"submission": reading.submission_id, "finish": "1"}
    for one in reading.application.trip.criteria.all():
        form |= {f"level-{one.pk}": 4, f"reason-{one.pk}": "Concreet."}
    save_profile(user=reviewer, by=reviewer, institution=reading.submission.institution)
    for deed in (save_assessment, finish_assessment):
        with pytest.raises(Refused, match="Je werkt nu op de school van deze persoon"):
            deed(assessment=reading, given=given(reading, 4, 4), by=reviewer)
    browser = login(reviewer)
    page = browser.get(url).content.decode()
    assert "Je werkt nu op de school van deze persoon." in page
    assert '<details class="more mt-4" open>' in page
    assert "Teruggeven" in page
    assert browser.post(url, form).status_code == 409
    assert browser.post(reverse("applications:recuse", args=[reading.pk]), {"reason": "Collega."}).status_code == 302
    reading.refresh_from_db()
    assert reading.status == "recused"


def test_partial_is_kept(reading):
    save_assessment(assessment=reading, given=given(reading, 4, reason=""), by=reading.reviewer)
    save_assessment(assessment=reading, given=given(reading, 3, None), by=reading.reviewer)
    assert list(reading.scores.values_list("level", "reason")) == [(3, "Concreet."), (None, "Concreet.")]
    reading.refresh_from_db()
    assert (reading.status, reading.total) == ("assigned", None)


def test_finishing_writes_total_mean_and_count(cast, reading):
    other = world.assessment(reading.application, world.user("Tweede"), 5, 4)  # (300 + 160) / 100 = 4.60
    finish_assessment(assessment=reading, given=given(reading, 4, 2), by=reading.reviewer)
    reading.refresh_from_db()
    application = reading.application
    application.refresh_from_db()
    assert (reading.status, reading.total, other.total) == ("finished", Decimal("3.20"), Decimal("4.6"))
    assert (application.score_mean, application.score_count) == (Decimal("3.90"), 2)


@pytest.mark.parametrize("levels", [(), (4,), (4, None)])
def test_finishing_needs_every_criterion(reading, levels):
    with pytest.raises(Refused, match="goals"):
        finish_assessment(assessment=reading, given=given(reading, *levels), by=reading.reviewer)
    assert not reading.scores.exists()


def test_finishing_needs_reasons(reading):
    with pytest.raises(Refused, match="motivation"):
        finish_assessment(assessment=reading, given=given(reading, 4, 4, reason="  "), by=reading.reviewer)


def test_finishing_an_old_version_is_refused(reading):
    application = reading.application
    application.submissions.create(
        number=2,
        submitted_at=world.MOMENTS["selection"],
        content={},
        sha256="x" * 64,
        institution=application.user.institution,
        job_role="teacher",
        printed_name="Nieuw",
        receipt="VIL26-NEW",
    )
    world.settle_all()
    with pytest.raises(Refused, match="nieuwere|newer"):
        finish_assessment(assessment=reading, given=given(reading, 4, 4), by=reading.reviewer)


def test_changing_takes_it_out_of_the_mean_and_back(reading):
    by = reading.reviewer
    finish_assessment(assessment=reading, given=given(reading, 4, 2), by=by)
    reopen_assessment(assessment=reading, by=by)
    reading.application.refresh_from_db()
    assert (reading.application.score_mean, reading.application.score_count) == (None, 0)
    assert reading.scores.count() == 2
    finish_assessment(assessment=reading, given=given(reading, 5, 5), by=by)
    reading.application.refresh_from_db()
    assert reading.application.score_mean == Decimal("5.00")


def test_handing_back(cast, reading):
    finish_assessment(assessment=reading, given=given(reading, 4, 2), by=reading.reviewer)
    recuse(assessment=reading, reason="Oud-collega", by=reading.reviewer)
    reading.application.refresh_from_db()
    assert (reading.status, reading.application.score_count) == ("recused", 0)
    assert Recusal.objects.get().user == reading.reviewer
    assert not Assessment.objects.visible_to(reading.reviewer).exists()


def test_nobody_else_and_not_after_publication(cast, reading):
    with pytest.raises(Refused):
        save_assessment(assessment=reading, given=given(reading, 4, 4), by=cast.lead)
    cast.trip.published_at, cast.trip.published_by = world.MOMENTS["selection"], cast.lead
    cast.trip.save()
    reading.application.trip.refresh_from_db()
    with pytest.raises(Refused):
        save_assessment(assessment=reading, given=given(reading, 4, 4), by=reading.reviewer)
    for somebody in (reading.reviewer, cast.lead):
        with pytest.raises(Refused):
            recuse(assessment=reading, reason="Te laat.", by=somebody)
    assert not Recusal.objects.exists()
    assert not Assessment.objects.visible_to(reading.reviewer).exists()


def test_who_sees_scores(cast, reading):
    application, lead = reading.application, cast.lead
    assert shows_scores(lead, application)
    assert not shows_scores(reading.reviewer, application)
    assert not shows_scores(application.user, application)
    mine = world.assessment(application, lead)
    assert not shows_scores(lead, application)
    mine.delete()
    world.settle_all()
    assert shows_scores(lead, application)
