"""Mail: every kind is sent by somebody, every reminder goes out in its time, and says all it should.

That a mail is whole in both languages is seen to wherever a test causes one (`_mail_is_whole` in tests/conftest.py).
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from exchange import clock, wings
from exchange.outbox.models import OutboxMessage
from exchange.outbox.words import kinds
from tests import world
from tests.consistency.alliance import Alliance

ROOT = Path(settings.ROOT)
CODE = "\n".join(
    path.read_text()
    for wing in ("exchange", "applications", "evaluations")
    for path in (ROOT / wing).rglob("*.py")
    if path.name != "offers.py"
)


@pytest.mark.parametrize("kind", kinds())
def test_somebody_sends_it(kind: str) -> None:
    app, name = kind.split("/")
    made_up = re.search(rf"""f["']{app}/(?:letter_)?\{{""", CODE) and name.removeprefix("letter_") in CODE
    assert f'"{kind}"' in CODE or made_up


def test_every_text_has_a_name() -> None:
    texts = {f"{path.parent.parent.name}/{path.stem}" for path in (ROOT / "templates").glob("*/mail/[!_]*.txt")}
    assert texts - kinds().keys() == set(), "texts of mails without a name under `mails` in the offers.py of their wing"


@pytest.mark.django_db
def test_every_reminder_goes_out_in_its_time_and_once(house: Alliance) -> None:
    """Somebody with a draft, an offer, a place; nobody does anything; the reminders are run every day for 15 months."""
    with transaction.atomic():
        OutboxMessage.objects.all().delete()
        house.people["participant"].participations.get().goals.update(sharpened_at=None, sharpened_by=None)
        meeting = house.scenes["going"].trip.meetings.get()
        assert meeting.replies.count() == 0
        day = world.home(2026, 9, 1, 8)
        while day < world.home(2027, 12, 1):
            with clock.at(day):
                for reminder in wings.each(lambda wing: wing.reminders):
                    reminder(day)
            day += timedelta(days=1)
        sent = set(OutboxMessage.objects.values_list("kind", flat=True))
        texts = list(OutboxMessage.objects.values_list("to", "subject", "body"))
        transaction.set_rollback(True)
    assert sent - REMINDERS == set(), "went out by themselves: a new reminder stands among REMINDERS below"
    assert REMINDERS - sent == set(), (
        "did not go out to anybody of the alliance in 15 months: not offered, or nobody is due"
    )
    assert len(texts) < 200
    # The manager's link is made at delivery.
    leads = all(settings.BASE_URL in body or "[[endorse]]" in body for _to, _subject, body in texts)
    assert leads, "a reminder leads somewhere"


REMINDERS = {
    "applications/draft_reminder",
    "applications/draft_caught",
    "applications/reserve_ended",
    "applications/endorse",
    "applications/manager_silent",
    "applications/offer_reminder",
    "trips/meeting_reminder",
    "evaluations/goals_to_sharpen",
    "evaluations/evening_reminder",
    "evaluations/plan_waits",
    "evaluations/action_due",
    "evaluations/action_passed",
    "evaluations/follow_up_opens",
}
