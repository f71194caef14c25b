"""Who sees work that is done outside of a request, and who asks for it again."""

import pytest

from exchange.jobs.models import Job
from exchange.jobs.permissions import can_ask_again, can_see_work, job_hats
from exchange.lifecycle import Hat
from tests import world
from tests.verdicts import YES, said

pytestmark = pytest.mark.django_db


def job(trip=None, status="failed"):
    moment = world.MOMENTS["call"]
    return Job.objects.create(
        key=f"{status} {Job.objects.count()}",
        kind="test/note",
        trip=trip and trip.pk,
        status=status,
        asked_at=moment,
        free_at=moment,
        problem_nl="Te lang.",
        problem_en="Too long.",
    )


def test_hats_are_of_the_trip_a_job_is_about(cast):
    own, elsewhere, of_none = job(cast.trip), job(world.trip()), job()
    ada = cast.administrator()
    assert [job_hats(cast.lead, one) for one in (own, elsewhere, of_none)] == [{Hat.LEAD}, set(), set()]
    assert [job_hats(ada, one) for one in (own, of_none)] == [{Hat.ADMINISTRATOR}] * 2
    assert job_hats(cast.companion(), own) == set()
    world.join(cast.trip, ada, "lead")
    assert job_hats(ada, own) == {Hat.ADMINISTRATOR, Hat.LEAD}


def test_what_failed_is_asked_again_by_the_lead_or_an_administrator(cast):
    failed = job(cast.trip)
    assert said(can_ask_again(cast.lead, failed)) == said(can_ask_again(cast.administrator(), failed)) == YES
    assert said(can_ask_again(cast.companion(), failed)) == "403 Dit kun jij niet doen."
    assert said(can_ask_again(cast.lead, job(cast.trip, "done"))) == "409 Dit kan nu niet: het staat op ‘gemaakt’."


def test_work_is_seen_by_administrators_and_leads(cast):
    of_none = "403 Alleen beheerders en projectleiders zien dit."
    assert said(can_see_work(cast.lead)) == said(can_see_work(cast.administrator())) == YES
    assert said(can_see_work(cast.companion())) == of_none


def test_administrators_see_all_jobs_and_a_lead_those_of_the_own_trips(cast):
    own, elsewhere, of_none = job(cast.trip), job(world.trip()), job()
    assert set(Job.objects.visible_to(cast.administrator())) == {own, elsewhere, of_none}
    assert set(Job.objects.visible_to(cast.lead)) == {own}
    assert set(Job.objects.visible_to(cast.companion())) == set()
