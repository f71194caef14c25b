"""One or many move along a transition: from where they were, by a hat that may, each with its entry in history."""

import pytest
from django.db import transaction

from applications.lifecycle import DECISION, ENDORSEMENT
from applications.lines import settle
from applications.models import Application, Endorsement
from exchange.history.models import HistoryEntry
from exchange.lifecycle import Hat
from exchange.people.lifecycle import role_of
from exchange.transitions import Moved, may, perform_all
from exchange.verdicts import Refused
from tests import world

pytestmark = pytest.mark.django_db
HOUSE = {Hat.HOUSE}


@pytest.fixture
def asked(cast):
    """Two managers who were asked."""
    for name in ("Anna", "Bram"):
        world.submitted(cast.trip, world.user(name), endorsed=False)
    yield list(Endorsement.objects.order_by("pk"))
    settle(*Application.objects.all())


def entries():
    return HistoryEntry.objects.filter(verb__startswith="endorsement.")


def statuses():
    return list(Endorsement.objects.order_by("pk").values_list("status", flat=True))


def test_many_move_each_with_an_entry_that_says_from_where_by_whom_and_of_which_trip(cast, asked):
    other = world.trip(slug="other")
    assert perform_all(ENDORSEMENT, "replace", asked, hats={Hat.LEAD}, by=cast.lead, trip=other) == asked
    assert statuses() == [one.status for one in asked] == ["replaced", "replaced"]
    found = list(entries().values_list("about_id", "by", "trip", "source", "target"))
    assert sorted(found) == sorted((str(one.pk), cast.lead.pk, other.pk, "asked", "replaced") for one in asked)


def test_those_from_several_states_say_none(asked):
    Endorsement.objects.filter(pk=asked[0].pk).update(status="not_me")
    asked[0].refresh_from_db()
    perform_all(ENDORSEMENT, "replace", asked, hats=HOUSE)
    assert list(entries().values_list("by", "source")) == [(None, ""), (None, "")]


def test_none_moves_when_one_was_moved_meanwhile(asked):
    Endorsement.objects.filter(pk=asked[1].pk).update(status="endorsed")
    with pytest.raises(Moved, match="dit staat nu op ‘akkoord’"), transaction.atomic():
        perform_all(ENDORSEMENT, "replace", asked, hats=HOUSE)
    assert statuses() == ["asked", "endorsed"]
    assert not entries().exists()


def test_one_that_a_colleague_moved_the_same_way_is_told_where_it_is(asked):
    Endorsement.objects.filter(pk=asked[0].pk).update(status="replaced")
    with pytest.raises(Moved, match="dit staat nu op ‘vervangen’"), transaction.atomic():
        perform_all(ENDORSEMENT, "replace", asked[:1], hats=HOUSE)


@pytest.mark.parametrize("hats", [set(), {Hat.ENDORSER}])
def test_none_moves_by_a_hat_that_may_not(asked, hats):
    with pytest.raises(Refused, match="Dit kun jij niet doen"), transaction.atomic():
        perform_all(ENDORSEMENT, "replace", asked, hats=hats)
    assert statuses() == ["asked", "asked"]


def test_a_decision_is_proposed_until_it_is_published(cast):
    proposed, published = (
        world.decision(world.submitted(cast.trip, world.user(name)), published=known)
        for name, known in (("Anna", False), ("Bram", True))
    )
    assert (DECISION.read(proposed), DECISION.read(published)) == ("proposed", "published")
    for one, state in ((proposed, "proposed"), (published, "published")):
        assert list(type(one).objects.filter(DECISION.where((state,)))) == [one]
    assert may(DECISION, "publish", proposed, {Hat.LEAD})
    assert not may(DECISION, "publish", published, {Hat.LEAD})


def test_a_job_role_that_is_no_choice_any_more_stands_as_it_is():
    assert (role_of("caretaker"), role_of("janitor")) == ("conciërge", "janitor")
