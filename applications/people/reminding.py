"""Who can be reminded of something."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.lifecycle import Stage
from applications.people.people import INVITED, MANAGER, Person
from exchange import clock
from exchange.trips.models import Trip


class Group(models.TextChoices):
    """People who can be reminded of something."""

    INVITED = "invited", _("invited, not started")
    DRAFTS = "drafts", _("started, not sent")
    MANAGERS = "managers", _("sent, the manager has not answered")


def group_of(people: Iterable[Person], group: Group, trip: Trip, now: datetime) -> list[Person]:
    """Who of these is in a group now: something can still come of it, and they were not mailed today."""
    return [person for person in people if _IN[group](person, trip, now)]


def _in_invited(person: Person, trip: Trip, now: datetime) -> bool:
    return (
        person.step == INVITED
        and now < trip.closes_at
        and not person.invitation.quiet
        and not _today(person.invited_at, now)
    )


def _in_drafts(person: Person, trip: Trip, now: datetime) -> bool:
    return person.step == Stage.DRAFT and person.user.reminders and person.user.is_active


def _in_managers(person: Person, trip: Trip, now: datetime) -> bool:
    asked = person.endorsement
    open_still = person.step == MANAGER and asked.status == "asked" and not trip.published_at
    return open_still and not _today(asked.asked_at, now) and not _today(person.chased_at, now)


_IN: dict[Group, Callable[[Person, Trip, datetime], bool]] = {
    Group.INVITED: _in_invited,
    Group.DRAFTS: _in_drafts,
    Group.MANAGERS: _in_managers,
}


def _today(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and clock.day_of(moment) == clock.day_of(now)
