"""What every test of the simulation needs: a database that can be emptied, and nobody else's words in it."""

from collections.abc import Callable

import pytest
from django.core.management import call_command


@pytest.fixture
def empty(transactional_db: None) -> Callable[[], None]:
    """Empty the database."""
    return lambda: call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
