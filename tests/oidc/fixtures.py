"""A provider for all tests of a worker that ask for one."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.oidc import Missing, Provider


def started(redirect: str, tmp_path_factory: Any) -> Provider:
    """A running provider. Where it cannot run: a skip that `make test` tells, and a failure in CI."""
    try:
        return Provider(redirect, tmp_path_factory.mktemp("oidc"))
    except Missing as reason:
        words = f"The OpenID provider of the tests: {reason}"
        pytest.fail(words) if os.environ.get("CI") else pytest.skip(words)


@pytest.fixture(scope="session")
def school(tmp_path_factory: Any) -> Iterator[Provider]:
    """What stands for SURFconext; stopped with the tests of this worker."""
    provider = started("http://testserver/accounts/oidc/surfconext/login/callback/", tmp_path_factory)
    yield provider
    provider.stop()
