"""Which applications somebody of the team opens, and whose scores wait until they have read themselves."""

import pytest

from applications.permissions import readable
from tests import world

pytestmark = pytest.mark.django_db


def test_scores_wait_where_the_own_assessment_is_not_finished(cast):
    world.rubric(cast.trip)
    to_read, done, of_another = (world.submitted(cast.trip, world.user(name)) for name in ("Anna", "Bram", "Coen"))
    world.join(cast.trip, cast.lead, "reviewer")
    world.assessment(to_read, cast.lead)
    world.assessment(done, cast.lead, 4, 4)
    world.assessment(of_another, cast.reviewer())
    found = dict(readable(cast.lead, cast.trip).values_list("pk", "unread"))
    assert found == {to_read.pk: True, done.pk: False, of_another.pk: False}


def test_neither_a_draft_nor_the_own_one_is_read(cast):
    world.application(cast.trip)
    world.submitted(cast.trip, cast.lead)
    sent = world.submitted(cast.trip)
    assert [one.pk for one in readable(cast.lead, cast.trip)] == [sent.pk]
