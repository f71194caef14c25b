"""A trip is started, changed, announced, moved and completed; its team and its frameworks."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from exchange import clock, wings
from exchange.history.actions import record
from exchange.outbox.actions import queue_many
from exchange.people.models import User
from exchange.people.permissions import can_close_account
from exchange.transitions import perform
from exchange.trips.actions.meetings import save_meeting
from exchange.trips.actions.moving import carry_along
from exchange.trips.checklist import answers_move_along, blockers, default_dates
from exchange.trips.lifecycle import TRIP, TeamRole
from exchange.trips.mail import lead_taken
from exchange.trips.models import Dimension, Framework, MeetingKind, Tag, TeamMember, Theme, Trip
from exchange.trips.moving import DATES, DAY_OF, DAYS, move_of, on_day
from exchange.trips.permissions import (
    can_announce,
    can_change,
    can_close,
    can_copy_framework,
    can_create,
    can_give_team_role,
    can_move_deadline,
    can_set_dates,
    can_take_lead,
    can_take_role,
    can_take_team_role,
    team_hats,
)
from exchange.trips.places import too_few
from exchange.trips.requests import CLOSE, end_requests, require_answered
from exchange.verdicts import CONFLICT, Refused, no, require

PLACES = frozenset({"places", "max_per_school"})
#: What of a trip stands in people's calendars.
IN_CALENDARS = frozenset("title_nl title_en city_nl city_en country_nl country_en departs_on returns_on".split())


@transaction.atomic
def create_trip(*, trip: Trip, by: User) -> Trip:
    """Start a trip from what was filled in; whoever starts it leads it."""
    require(can_create(by))
    trip.framework = trip.theme.frameworks.latest("version")
    trip.created_at = clock.now()
    try:
        with transaction.atomic():
            trip.save()
    except IntegrityError:
        raise Refused(no(_("Another trip has this address already. Choose another one."), CONFLICT)) from None
    TeamMember.objects.create(trip=trip, user=by, role=TeamRole.LEAD, given_at=clock.now(), given_by=by)
    record(about=trip, verb="trip.create", by=by)
    return trip


@transaction.atomic
def change_trip(*, trip: Trip, changes: dict[str, Any], by: User) -> Trip:
    """Write what changed, fill in the dates that follow; meetings and programme keep their distance to them."""
    require(can_change(by, trip))
    if not changes:
        return trip
    before = Trip.objects.select_for_update().get(pk=trip.pk)  # nobody is given a place meanwhile
    move = None
    for name, value in changes.items():
        setattr(trip, name, value)
    _places_suffice(before, changes)
    derived = default_dates(trip)
    for name, value in derived.items():
        setattr(trip, name, value)
    if {*changes, *derived} & set(DATES):
        require(can_set_dates(by, before))
        if all(getattr(one, name) for one in (before, trip) for name in DAYS):
            move = move_of(before, {name: getattr(trip, name) for name in DATES})
    trip.sequence += bool(IN_CALENDARS & changes.keys())
    trip.save(update_fields=[*changes, *derived, "sequence", "search_words"])
    record(about=trip, verb="trip.change", by=by, facts={"fields": sorted(changes)})
    if move:
        carry_along(move)
    else:
        _meetings_follow(trip, by)
    if "time_zone" in changes:
        # The same hours of the day are other moments now.
        trip.programme.update(sequence=F("sequence") + 1)
    return trip


def _places_suffice(trip: Trip, changes: dict[str, Any]) -> None:
    """No fewer places than are held. Raises Refused."""
    if changed := PLACES & changes.keys():
        places, most = (changes.get(name, getattr(trip, name)) for name in ("places", "max_per_school"))
        found = too_few(trip, places=places, most=most)
        for name in changed & found.keys():
            raise Refused(no(found[name], CONFLICT))


def _meetings_follow(trip: Trip, by: User) -> None:
    """While not all days are known: a meeting whose date is the trip's is on that day."""
    for meeting in trip.meetings.filter(kind__in=DAY_OF):
        day = getattr(trip, DAY_OF[MeetingKind(meeting.kind)])
        if day and day != meeting.on:
            starts_at, ends_at = on_day(meeting, day)
            save_meeting(meeting=meeting, changes={"starts_at": starts_at, "ends_at": ends_at}, by=by)


@transaction.atomic
def announce(*, trip: Trip, by: User) -> Trip:
    """Put the trip where everybody sees it. Refused while something that must be there is missing."""
    require(can_announce(by, trip))
    if gaps := blockers(trip):
        raise Refused(no(_("Not yet: %(first)s") % {"first": gaps[0].text}, CONFLICT))
    return perform(TRIP, "announce", trip, hats=team_hats(by, trip), by=by, announced_at=clock.now(), announced_by=by)


@transaction.atomic
def move_deadline(*, trip: Trip, closes_at: datetime, seen: datetime, reason: str, by: User) -> Trip:
    """Close the call at another moment than `seen`; managers get as much longer or shorter, to a working day."""
    require(can_move_deadline(by, trip))
    endorse_before = trip.endorse_by_at
    endorse_by_at = answers_move_along(trip, closes_at)
    moved = Trip.objects.filter(pk=trip.pk, closes_at=seen, published_at=None, cancelled_at=None).update(
        closes_at=closes_at, endorse_by_at=endorse_by_at
    )
    if not moved:
        raise Refused(no(_("Somebody was faster: the closing moment was changed in the meantime."), CONFLICT))
    trip.closes_at, trip.endorse_by_at = closes_at, endorse_by_at
    facts = {"from": seen.isoformat(), "to": closes_at.isoformat()}
    record(about=trip, verb="trip.deadline", by=by, reason=reason, facts=facts)
    for tell in wings.each(lambda wing: wing.deadline_moved):
        tell(trip=trip, before=seen, endorse_before=endorse_before, reason=reason, by=by)
    return trip


@transaction.atomic
def close_trip(*, trip: Trip, by: User) -> Trip:
    """Complete the cycle; whoever was asked and has not answered hears that it is over."""
    require(can_close(by, trip, clock.now()))
    ends = require_answered(trip, CLOSE)
    perform(TRIP, "close", trip, hats=team_hats(by, trip), by=by, closed_at=clock.now(), closed_by=by)
    queue_many(messages=end_requests(trip, CLOSE, by) if ends else ())
    return trip


# --- the team --------------------------------------------------------------------------------------


@transaction.atomic
def give_team_role(*, trip: Trip, user: User, role: str, by: User) -> TeamMember:
    """Give somebody a role in the team."""
    require(can_give_team_role(by, trip, user))
    # Whoever closes the account at this moment would not see the role.
    if not User.objects.select_for_update(of=("self",)).get(pk=user.pk).is_active:
        raise Refused(no(_("This account is closed. Open it again first."), CONFLICT))
    member, made = TeamMember.objects.get_or_create(
        trip=trip, user=user, role=role, defaults={"given_at": clock.now(), "given_by": by}
    )
    if not made:
        raise Refused(no(_("%(name)s has this role already.") % {"name": user}, CONFLICT))
    record(about=member, verb="team.give", by=by, facts={"user": str(user.pk), "role": str(role)})
    return member


@transaction.atomic
def take_lead(*, trip: Trip, reason: str, by: User) -> TeamMember:
    """An administrator who must step in becomes lead; who leads the trip hears it, with the reason."""
    require(can_take_lead(by, trip))
    leads = list(User.objects.filter(team_memberships__trip=trip, team_memberships__role=TeamRole.LEAD, is_active=True))
    member, made = TeamMember.objects.get_or_create(
        trip=trip, user=by, role=TeamRole.LEAD, defaults={"given_at": clock.now(), "given_by": by}
    )
    if made:
        record(about=member, verb="team.take_lead", by=by, reason=reason)
        queue_many(messages=[lead_taken(member, lead, reason) for lead in leads])
    return member


@transaction.atomic
def take_team_role(*, member: TeamMember, by: User) -> TeamMember:
    """Take a role; the last lead stays."""
    require(can_take_team_role(by, member))
    return _take_off(member, by)


@transaction.atomic
def leave_teams(*, person: User, by: User) -> None:
    """Take somebody whose account closes off every team of a trip that is not over."""
    require(can_close_account(by, person))
    running = TeamMember.objects.filter(user=person, trip__closed_at=None, trip__cancelled_at=None)
    for member in running.select_related("trip").order_by("pk"):
        _take_off(member, by)


def _take_off(member: TeamMember, by: User) -> TeamMember:
    # Both of two leads who leave at once lock the same rows, where the database can.
    list(TeamMember.objects.select_for_update().filter(trip=member.trip, role=TeamRole.LEAD))
    require(can_take_role(member))
    record(about=member, verb="team.take", by=by, facts={"user": str(member.user_id), "role": member.role})
    member.delete()
    return member


# --- frameworks ------------------------------------------------------------------------------------


@transaction.atomic
def copy_framework(*, framework: Framework, by: User) -> Framework:
    """A new version of a framework, with the same words to start from."""
    require(can_copy_framework(by))
    # Versions follow each other.
    Theme.objects.select_for_update().get(pk=framework.theme_id)
    latest = framework.theme.frameworks.latest("version")
    copy = Framework.objects.create(theme=framework.theme, version=latest.version + 1, source=framework.source)
    for dimension in framework.dimensions.prefetch_related("tags"):
        tags = list(dimension.tags.all())
        made = Dimension.objects.create(
            framework=copy,
            key=dimension.key,
            name_nl=dimension.name_nl,
            name_en=dimension.name_en,
            order=dimension.order,
        )
        Tag.objects.bulk_create(
            Tag(dimension=made, key=tag.key, name_nl=tag.name_nl, name_en=tag.name_en, order=tag.order) for tag in tags
        )
    record(about=copy, verb="framework.copy", by=by, facts={"from": framework.version, "to": copy.version})
    return copy
