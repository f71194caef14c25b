"""What people and schools have to say on somebody's home page."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.dashboard import Section, Todo, urgency
from exchange.people.lifecycle import Role
from exchange.people.models import RoleAssignment, User
from exchange.people.second_step import owed
from exchange.some import first

#: So many of those who wait are named.
NAMED = 3


def profile(user: User, now: datetime) -> Section | None:
    """What an application needs and the profile does not say yet."""
    missing = [
        word
        for word, there in (
            (_("your name"), user.name),
            (_("your school"), user.institution_id or user.is_partner),
            (_("your job role"), user.job_role or user.is_partner),
        )
        if not there
    ]
    if not missing:
        return None
    todo = Todo(
        title=_("Complete your profile"),
        text=_("Still missing: %(what)s. You need it to apply.") % {"what": ", ".join(missing)},
        url=reverse("people:profile"),
        action=_("To my profile"),
        urgency=50,
    )
    return Section(todos=[todo])


def second_step(user: User, now: datetime) -> Section | None:
    """How many days are left to set up two-step sign-in, and where."""
    asked = owed(user)
    if not asked:
        return None
    left = ngettext(
        "Your role asks for it. You have %(n)s day left; after that the first page you see is where you set it up.",
        "Your role asks for it. You have %(n)s days left; after that the first page you see is where you set it up.",
        asked.days,
    )
    todo = Todo(
        title=_("Set up two-step sign-in"),
        text=left % {"n": asked.days},
        url=reverse("mfa_index"),
        action=_("Set it up"),
        due=asked.by,
        urgency=urgency(asked.by, now),
    )
    return Section(todos=[todo])


def coordinator(user: User, now: datetime) -> Section | None:
    """Who waits until their coordinator says that they work there."""
    if not user.coordinates:
        return None
    return _waiting(User.objects.waiting().filter(institution__in=user.coordinates))


def administrator(user: User, now: datetime) -> Section | None:
    """Who waits at a school that has no coordinator."""
    if not user.is_administrator:
        return None
    known = RoleAssignment.objects.current().filter(role=Role.COORDINATOR, institution=OuterRef("institution"))
    return _waiting(User.objects.waiting().filter(~Exists(known)))


def _waiting(waiting: QuerySet[User]) -> Section | None:
    found = first(waiting.order_by("joined_at", "pk"), NAMED)
    if not found:
        return None
    n, people = found.total, found.rows
    title = ngettext(
        "%(n)s person waits for a yes from their school", "%(n)s people wait for a yes from their school", n
    )
    names = ", ".join(str(person) for person in people)
    if found.more:
        names = _("%(names)s and others") % {"names": names}
    only = n == 1
    todo = Todo(
        title=title % {"n": n},
        text=_("%(names)s. Until somebody confirms where they work, they cannot be selected.") % {"names": names},
        url=reverse("people:person", args=[people[0].pk]) if only else reverse("people:list") + "?waiting=on",
        action=_("Look and confirm"),
        urgency=30,
        status=_("unconfirmed"),
    )
    return Section(todos=[todo])
