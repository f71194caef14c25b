"""What the tests of this wing share."""

import pytest

from exchange.outbox.models import OutboxMessage


@pytest.fixture
def mailbox(db):
    """`mailbox("action_due")`: the queued messages of a kind of this wing, or all."""

    def messages(kind=""):
        rows = OutboxMessage.objects.filter(kind__startswith="evaluations/")
        return rows.filter(kind=f"evaluations/{kind}") if kind else rows

    return messages
