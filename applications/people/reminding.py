"""Who can be reminded of something."""

from datetime import datetime, time

from django.db import models
from django.db.models import Case, CharField, Q, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from applications.lifecycle import Stage
from applications.models import LineQuerySet, Standing
from applications.people.people import steps_of
from exchange import clock
from exchange.at_once import how_many
from exchange.trips.models import Trip


class Group(models.TextChoices):
    """People who can be reminded of something."""

    INVITED = "invited", _("invited, not started")
    DRAFTS = "drafts", _("started, not sent")
    MANAGERS = "managers", _("sent, the manager has not answered")


def group_of(group: Group, trip: Trip, now: datetime) -> Q:
    """Who is in a group now: something can still come of it, wants reminders, and was not mailed today."""
    today = datetime.combine(clock.day_of(now), time.min, tzinfo=clock.HOME)
    not_today = Q(reminded_at=None) | Q(reminded_at__lt=today)
    if group is Group.INVITED:
        open_still = now < trip.closes_at
        invited = Q(standing=Standing.INVITED, quiet=False, invited_at__lt=today)
        return invited & not_today if open_still else NOBODY
    steps = dict(steps_of(trip, now))
    if group is Group.DRAFTS:
        return steps[Stage.DRAFT] & Q(quiet=False) & not_today if Stage.DRAFT in steps else NOBODY
    asked = Q(standing=Standing.MANAGER, backing="asked", asked_at__lt=today)
    return NOBODY if trip.published_at or trip.cancelled_at else asked & not_today


NOBODY = Q(pk=None)


def to_remind(people: LineQuerySet, trip: Trip, now: datetime) -> dict[Group, Subquery]:
    """How many of these would be mailed now, by group, to be asked at once; each has an index."""
    return {group: how_many(people.filter(group_of(group, trip, now))) for group in Group}


def with_group(people: LineQuerySet, trip: Trip, now: datetime) -> LineQuerySet:
    """Annotate `group`: of what each person would be reminded now; empty for nothing."""
    whens = [When(group_of(group, trip, now), then=Value(group.value)) for group in Group]
    return people.annotate(group=Case(*whens, default=Value(""), output_field=CharField()))
