"""The programme by day."""

from django.db import transaction

from exchange.history.actions import record
from exchange.people.models import User
from exchange.trips.models import ProgrammeItem
from exchange.trips.permissions import can_change
from exchange.verdicts import require


@transaction.atomic
def save_item(*, item: ProgrammeItem, by: User) -> ProgrammeItem:
    """Store something on the programme; its number rises, so that calendars notice."""
    require(can_change(by, item.trip))
    new = item._state.adding
    item.sequence += 0 if new else 1
    item.save()
    record(about=item, verb="programme.add" if new else "programme.change", by=by, facts={"on": item.on.isoformat()})
    return item


@transaction.atomic
def remove_item(*, item: ProgrammeItem, by: User) -> ProgrammeItem:
    """Take something off the programme."""
    require(can_change(by, item.trip))
    record(about=item, verb="programme.remove", by=by, facts={"on": item.on.isoformat()})
    item.delete()
    return item
