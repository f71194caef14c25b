"""Several questions in one statement have the answers that each has alone."""

import pytest
from django.core.exceptions import ObjectDoesNotExist

from exchange.at_once import at_once, how_many, there
from exchange.people.models import User
from tests import world

pytestmark = pytest.mark.django_db


def test_questions_are_answered_by_name_in_one_statement(django_assert_num_queries) -> None:
    school = world.institution()
    for _ in range(3):
        world.user(at=school)
    here, nobody = User.objects.filter(institution=school).order_by("name"), User.objects.filter(name="Nobody")
    asked = {"some": there(here), "none": there(nobody), "three": how_many(here), 0: how_many(nobody)}
    with django_assert_num_queries(1):
        assert at_once(school, asked) == {"some": True, "none": False, "three": 3, 0: 0}


def test_nothing_asked_is_nothing_asked(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert at_once(User(), {}) == {}


def test_a_row_that_went_meanwhile_is_said() -> None:
    school = world.institution()
    gone = type(school)(pk=school.pk)
    school.delete()
    with pytest.raises(ObjectDoesNotExist):
        at_once(gone, {"some": there(User.objects.all())})
