"""The conditions of a trip are set, and people decide about them."""

from typing import Any

from django.db import transaction

from applications.conditions.permissions import can_rule, can_set_conditions
from applications.models import Application, Eligibility
from exchange import clock
from exchange.history.actions import record
from exchange.people.models import User
from exchange.trips.models import Trip
from exchange.verdicts import require

CONDITIONS = ("member_school", "works_there", "can_travel", "committed", "earlier_at_most")


@transaction.atomic
def set_conditions(*, trip: Trip, values: dict[str, Any], by: User) -> Eligibility:
    """Set the conditions of a trip, `values` as in CONDITIONS; until the call opens."""
    require(can_set_conditions(by, trip))
    rules, _new = Eligibility.objects.update_or_create(trip=trip, defaults={name: values[name] for name in CONDITIONS})
    record(about=trip, verb="conditions.set", by=by)
    return rules


@transaction.atomic
def rule(*, application: Application, ruling: str, reason: str, by: User) -> Application:
    """Decide whether somebody can take part, whatever the checks say; later decisions take the place of it."""
    require(can_rule(by, application))
    fields = {"ruling": ruling, "ruling_reason": reason, "ruled_at": clock.now(), "ruled_by": by}
    Application.objects.filter(pk=application.pk).update(**fields)
    for name, value in fields.items():
        setattr(application, name, value)
    record(about=application, verb="application.rule", by=by, target=ruling, reason=reason)
    return application
