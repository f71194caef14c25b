"""Erasing somebody: one verb."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from exchange import clock, wings
from exchange.fulltext import drop_gone_words
from exchange.history.actions import record
from exchange.outbox.actions import queue
from exchange.people.actions import hold_administrators
from exchange.people.models import RoleAssignment, User
from exchange.privacy import erasing
from exchange.privacy.permissions import can_erase
from exchange.privacy.purging import FAREWELL, let_go
from exchange.verdicts import require


@transaction.atomic
def erase(*, person: User, by: User) -> User:
    """Let go of everything that is theirs; counts and the record of certificates stay, without a name."""
    hold_administrators()
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    require(can_erase(by, person))
    address, language, name = person.email, person.language, person.get_short_name()
    traced = erasing.trace(person)
    erasing.silence(person, traced)
    found = list(erasing.theirs(person))
    for one in found:  # before anything goes: what was published is found by it
        for take_out in wings.each(lambda wing: wing.taken_back):
            take_out(one.rows)
    for one in found:
        let_go(one, list(one.rows.values_list("pk", flat=True)))
    RoleAssignment.objects.current().filter(user=person).update(ended_at=clock.now(), ended_by=by)
    erasing.forget_reasons(person, traced)
    erasing.close_doors(person)
    erasing.empty_account(person)
    drop_gone_words()
    record(about=person, verb="person.erase", by=by)
    queue(
        key=f"erased:{person.pk}",
        kind=FAREWELL,
        to=address,
        language=language,
        context={"alliance": settings.ALLIANCE_NAME, "name": name, "privacy": settings.BASE_URL + reverse("privacy")},
        sealed=True,
        by=by,
    )
    person.refresh_from_db()
    return person
