"""What is sent and what is signed, as plain data with a hash. Canonical JSON: the same words give the same hash.

A submission's `content` holds, in schema 1: printed_name, job_role, job_title, institution {id, name}, language,
heard_from, motivation, proactive_past, proactive_plan, school_use, manager_name, manager_email, committed, hours
{before, during, after} and goals [{id, order, students_notice, able_to, others_see, tags [tag ids]}]. Schema 2 adds
employment, earlier_trips and can_travel. `thaw` brings an older one to today's schema.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.trips.models import Tag
from exchange.verdicts import CONFLICT, Refused, no

SCHEMA = 2
#: The wording of the commitment statement; another wording is another number, and is asked to be signed again.
COMMITMENT = 1
TEXTS = ("motivation", "proactive_past", "proactive_plan", "school_use")
PLAIN = (
    *("language", "heard_from", "employment", "earlier_trips", *TEXTS),
    *("can_travel", "committed", "manager_name", "manager_email"),
)
PROFILE = ("printed_name", "job_role", "job_title", "institution")
GOAL = frozenset(("id", "order", "students_notice", "able_to", "others_see", "tags"))
NAMES = frozenset((*PROFILE, "hours", "goals", *PLAIN))

NEWER = _(
    "This application was sent with a newer version of Exchange than the one that runs now. It is kept as it is, and "
    "can be read again when that version is back."
)
SPOILED = _(
    "This application is not stored the way it should be, so it is not shown. Tell an administrator: a backup "
    "still has it."
)


class Unreadable(Refused):
    """A submission that this version cannot read: of a newer schema, or spoiled. A sentence for whoever asked."""

    def __init__(self, why: str | Promise) -> None:
        super().__init__(no(why, CONFLICT))


def from_1_to_2(said: dict[str, Any]) -> dict[str, Any]:
    """Nobody was asked these yet."""
    return said | {"employment": None, "earlier_trips": None, "can_travel": None}


#: From what was sent in schema n to n + 1. What n did not ask becomes None; an empty answer is something else.
STEPS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: from_1_to_2}


def thaw(said: Any, schema: int) -> dict[str, Any]:
    """What was sent, brought step by step from its schema to today's. Raises Unreadable."""
    if schema > SCHEMA:
        raise Unreadable(NEWER)
    try:
        for step in range(schema, SCHEMA):
            said = STEPS[step](said)
        if NAMES - said.keys() or any(GOAL - goal.keys() for goal in said["goals"]):
            raise Unreadable(SPOILED)
    except (AttributeError, KeyError, TypeError) as error:
        raise Unreadable(SPOILED) from error
    return said


def canonical(data: Any) -> str:
    """One way to write it down."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(data: Any) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()


def goals_of(application: Any) -> list[dict[str, Any]]:
    """The goals of the draft, in order, with their tags; read once for each object."""
    if application._state.adding:
        return []
    prefetch_related_objects([application], "goals__tags")
    return [
        {
            "id": str(goal.pk),
            "order": number,
            "students_notice": goal.students_notice,
            "able_to": goal.able_to,
            "others_see": goal.others_see,
            "tags": sorted(tag.pk for tag in goal.tags.all()),
        }
        for number, goal in enumerate(application.goals.all(), 1)
    ]


def hours_of(trip: Any) -> dict[str, int]:
    """The hours a trip asks."""
    return {"before": trip.hours_before, "during": trip.hours_during, "after": trip.hours_after}


def of_draft(application: Any) -> dict[str, Any]:
    """Everything the draft says now, with the profile beside it."""
    user, school = application.user, application.user.institution
    return {
        "printed_name": user.name,
        "job_role": user.job_role,
        "job_title": user.job_title,
        "institution": {"id": str(school.pk), "name": school.name} if school else None,
        "hours": hours_of(application.trip),
        "goals": goals_of(application),
        **{name: getattr(application, name) for name in PLAIN},
    }


def to_sign(content: dict[str, Any], trip: Any) -> dict[str, Any]:
    """What the manager signs: commitment, hours, costs, dates, goals, what the school will do. Never the motivation."""
    days = ("departs_on", "returns_on", "return_meeting_on", "follow_up_on")
    return {
        "commitment": COMMITMENT,
        "hours": hours_of(trip),
        "costs": {"nl": trip.costs_nl, "en": trip.costs_en},
        "dates": {day: getattr(trip, day).isoformat() for day in days},
        "goals": [
            {name: goal.get(name, "") for name in ("students_notice", "able_to", "others_see")}
            for goal in content.get("goals", [])
        ],
        "school_use": content.get("school_use", ""),
    }


#: The parts of what is signed, in the words in which a change of them is told.
SIGNED_PARTS = {
    "goals": _("the learning goals"),
    "school_use": _("what the school will do with it"),
    "hours": _("the hours"),
    "dates": _("the dates"),
    "costs": _("the costs"),
    "commitment": _("the wording of the commitment"),
}


def signed_changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Which parts of what is signed differ, as keys of SIGNED_PARTS, in that order."""
    return [part for part in SIGNED_PARTS if before.get(part) != after.get(part)]


def signed_goals(signed: dict[str, Any]) -> str:
    """The goals of what is signed as one text, to lay beside another."""
    names = ("able_to", "students_notice", "others_see")
    return "\n\n".join("\n".join(goal.get(name, "") for name in names) for goal in signed.get("goals", []))


def with_tags(said: dict[str, Any]) -> dict[str, Any]:
    """The content of a draft or a submission, with the tags of its goals as words."""
    wanted = {tag for goal in said.get("goals", []) for tag in goal.get("tags", [])}
    tags = Tag.objects.in_bulk(wanted) if wanted else {}
    goals = [
        {**goal, "tags": [tags[pk] for pk in goal.get("tags", []) if pk in tags]} for goal in said.get("goals", [])
    ]
    return {**said, "goals": goals}
