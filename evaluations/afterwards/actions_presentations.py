"""Presentations: prepared by the participant, given a moment and noted as held by the team."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from evaluations.afterwards.permissions import can_arrange_presentations, can_mark_held, can_prepare_presentation
from evaluations.models import Presentation
from exchange import clock
from exchange.history.actions import record
from exchange.people.models import User
from exchange.trips.models import Participation, Trip
from exchange.verdicts import CONFLICT, Refused, no, require


@transaction.atomic
def prepare_presentation(
    *, participation: Participation, title: str, text: str = "", link: str = "", language: str = "nl", by: User
) -> Presentation:
    """What the participant will show; a slot that was given stays."""
    require(can_prepare_presentation(by, participation, clock.now()))
    values = {"title": title, "text": text, "link": link, "language": language, "changed_at": clock.now()}
    row, _created = Presentation.objects.update_or_create(participation=participation, defaults=values)
    record(about=row, verb="presentation.prepare", by=by, trip=participation.trip_id)
    return row


@transaction.atomic
def give_slots(*, trip: Trip, slots: Mapping[Participation, datetime | None], by: User) -> list[Presentation]:
    """Give each participant a moment at the return meeting."""
    now = clock.now()
    require(can_arrange_presentations(by, trip, now))
    rows = []
    for participation, starts_at in slots.items():
        new = {"changed_at": now, "language": participation.user.language, "starts_at": starts_at}
        row, _created = Presentation.objects.update_or_create(
            participation=participation, defaults={"starts_at": starts_at}, create_defaults=new
        )
        rows.append(row)
    record(about=trip, verb="presentation.slots", by=by, facts={"slots": sum(1 for at in slots.values() if at)})
    return rows


@transaction.atomic
def mark_held(*, participation: Participation, held: bool = True, by: User) -> Presentation:
    """A presentation was given; or that mark was a mistake."""
    now = clock.now()
    require(can_mark_held(by, participation.trip, now))
    values = {"changed_at": now, "language": participation.user.language}
    row, _created = Presentation.objects.get_or_create(participation=participation, defaults=values)
    marks = {"held_at": now, "held_by": by} if held else {"held_at": None, "held_by": None}
    if not Presentation.objects.filter(pk=row.pk, held_at__isnull=held).update(**marks):
        raise Refused(no(_("Somebody was faster: this was already noted."), CONFLICT))
    row.held_at, row.held_by = marks["held_at"], marks["held_by"]
    record(about=row, verb="presentation.held" if held else "presentation.not_held", by=by, trip=participation.trip_id)
    return row
