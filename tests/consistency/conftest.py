"""One alliance for a whole module; whoever changes something in it takes it back."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests import world
from tests.consistency import alliance


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[alliance.Alliance]:
    """The alliance, made once. It is rolled back after the module, and each request after itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        built = alliance.build()
        world.prove("the alliance was built")
        yield built
        transaction.set_rollback(True)
