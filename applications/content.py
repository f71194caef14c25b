"""What is sent and what is signed, as plain data with a hash. Canonical JSON: the same words give the same hash.

A submission's `content` holds printed_name, job_role, job_title, institution {id, name}, language, hours {before,
during, after}, the answers to what its schema asked (applications/questions.py: QUESTIONS) and goals [{id, order, tags
[tag ids], and the answers to GOAL_QUESTIONS}]. In schema 3 `heard_from` became a choice. `thaw` brings an older one to
today's schema.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.questions import (
    GOAL_NAMES,
    GOAL_QUESTIONS,
    NAMES,
    QUESTION,
    QUESTIONS,
    SECTIONS,
    TEXTS,
    AnswerKind,
    Question,
    Reader,
    Way,
    of_section,
)
from exchange.fields import Said, either
from exchange.trips.models import Tag
from exchange.trips.moving import DAYS, LABELS
from exchange.verdicts import CONFLICT, Refused, no
from exchange.words import day, number

#: The wording of the commitment statement; another wording is another number, and is asked to be signed again.
COMMITMENT = 1
#: What the draft itself holds; the language is that of the answers.
PLAIN = ("language", *NAMES)
PROFILE = ("printed_name", "job_role", "job_title", "institution")
GOAL = frozenset(("id", "order", *GOAL_NAMES, "tags"))
WHOLE = frozenset((*PROFILE, "hours", "goals", *PLAIN))

NEWER = _(
    "This application was sent with a newer version of Exchange than the one that runs now. It is kept as it is, and "
    "can be read again when that version is back."
)
SPOILED = _(
    "This application is not stored the way it should be, so it is not shown. Tell an administrator: a backup "
    "still has it."
)

#: What stands in the place of what was sent when its time is over.
GONE = {"gone": True}
DELETED = _(
    "What was sent here is deleted: it is kept no longer than the privacy page says. Its state is still counted."
)


class Unreadable(Refused):
    """A submission that nobody can read: of a newer schema, spoiled, or deleted. A sentence for whoever asked."""

    def __init__(self, why: str | Promise) -> None:
        super().__init__(no(why, CONFLICT))


#: How people said one of the ways before they chose from them. What is not here stays in their own words.
WAYS = {
    "colleague": Way.COLLEAGUE,
    "een collega": Way.COLLEAGUE,
    "collega": Way.COLLEAGUE,
    "a colleague": Way.COLLEAGUE,
    "mijn leidinggevende": Way.MANAGER,
    "leidinggevende": Way.MANAGER,
    "my manager": Way.MANAGER,
    "intranet": Way.SCHOOL,
    "nieuwsbrief": Way.SCHOOL,
    "newsletter": Way.SCHOOL,
    "uitnodiging": Way.INVITED,
    "invitation": Way.INVITED,
}


def from_2_to_3(said: dict[str, Any]) -> dict[str, Any]:
    """How somebody heard of the trip became a choice."""
    text = said.get("heard_from")
    if not isinstance(text, str):
        return said
    return said | {"heard_from": str(WAYS.get(text.strip(" .").lower(), text))}


#: From what was sent in schema n to n + 1, where more changed than that something is asked since (Question.since).
STEPS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {2: from_2_to_3}
#: The schema of what is sent today: of the last question that was added, or of the last step.
SCHEMA = max(*(one.since for one in QUESTION.values()), *(step + 1 for step in STEPS))


def raised(said: dict[str, Any], schema: int) -> dict[str, Any]:
    """What was sent, or some of it, step by step in today's schema. What was not asked is None; empty is an answer."""
    for step in range(schema, SCHEMA):
        said = STEPS[step](said) if step in STEPS else said
        said = said | {one.name: None for one in QUESTIONS if one.since == step + 1}
        asked = {one.name: None for one in GOAL_QUESTIONS if one.since == step + 1}
        if asked:
            said = said | {"goals": [goal | asked for goal in said["goals"]]}
    return said


def thaw(said: Any, schema: int) -> dict[str, Any]:
    """What was sent, brought step by step from its schema to today's. Raises Unreadable."""
    if schema > SCHEMA:
        raise Unreadable(NEWER)
    if said == GONE:
        raise Unreadable(DELETED)
    try:
        said = raised(said, schema)
        if schema < 1 or WHOLE - said.keys() or any(GOAL - goal.keys() for goal in said["goals"]):
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


def words(said: dict[str, Any]) -> int:
    """How many words there are to read, learning goals apart."""
    return sum(len(str(said.get(name) or "").split()) for name in TEXTS)


def unchanged(said: dict[str, Any], draft: dict[str, Any]) -> bool:
    """Whether a draft says what was sent. What was not asked then and is not answered now is no change."""
    return canonical(_answered(said)) == canonical(_answered(draft))


def _answered(said: dict[str, Any]) -> dict[str, Any]:
    goals = [goal | {name: goal[name] or "" for name in GOAL_NAMES} for goal in said["goals"]]
    return said | {name: said[name] or "" for name in NAMES} | {"goals": goals}


def goals_of(application: Any) -> list[dict[str, Any]]:
    """The goals of the draft, in order, with their tags; read once for each object."""
    if application._state.adding:
        return []
    prefetch_related_objects([application], "goals__tags")
    return [
        {
            "id": str(goal.pk),
            "order": number,
            **{name: getattr(goal, name) for name in GOAL_NAMES},
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


#: The days of what is signed, and its hours, each in the words in which a change is told.
SIGNED_DAYS = {name: LABELS[name] for name in DAYS}
SIGNED_HOURS = {
    "before": _("hours before the trip"),
    "during": _("hours during the trip"),
    "after": _("hours after the trip"),
}


def to_sign(content: dict[str, Any], trip: Any) -> dict[str, Any]:
    """What the manager signs: commitment, hours, costs, dates, goals, what the school will do. Never the motivation."""
    signed = [name for name, one in QUESTION.items() if one.open_to(Reader.MANAGER)]
    return {
        "commitment": COMMITMENT,
        "hours": hours_of(trip),
        "costs": {"nl": trip.costs_nl, "en": trip.costs_en},
        "dates": {day: getattr(trip, day).isoformat() for day in SIGNED_DAYS},
        "goals": [
            {name: goal.get(name) or "" for name in signed if name in GOAL_NAMES} for goal in content.get("goals", [])
        ],
        **{name: content.get(name) or "" for name in signed if name in NAMES},
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
#: Those of which a change is told as it was and as it is, rather than word by word.
FIGURES = ("hours", "dates")


def signed_changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Which parts of what is signed differ, as keys of SIGNED_PARTS, in that order."""
    return [part for part in SIGNED_PARTS if before.get(part) != after.get(part)]


@dataclass(frozen=True, slots=True)
class Change:
    """A day or a number of hours of what is signed that became another one, in words."""

    label: str | Promise
    old: str | Promise
    new: str | Promise


def signed_figures(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The days and hours of what is signed that differ, old and new."""
    found = _figures(SIGNED_DAYS, signed_days(before), signed_days(after), lazy(day, str))
    return found + _figures(SIGNED_HOURS, before.get("hours", {}), after.get("hours", {}), number)


def _figures(names: dict[str, Any], old: dict[str, Any], new: dict[str, Any], said: Callable[..., Any]) -> list[Change]:
    return [
        Change(label, said(old.get(name)), said(new.get(name)))
        for name, label in names.items()
        if old.get(name) != new.get(name)
    ]


def signed_days(signed: dict[str, Any]) -> dict[str, date]:
    """The days of what is signed."""
    return {name: date.fromisoformat(value) for name, value in signed.get("dates", {}).items()}


def signed_costs(signed: dict[str, Any]) -> Said:
    """Who pays what, of what is signed, in the reader's language; empty when the call says nothing of it."""
    costs = signed.get("costs", {})
    return either(costs.get("nl", ""), costs.get("en", ""))


def signed_goals(signed: dict[str, Any]) -> str:
    """The goals of what is signed as one text, to lay beside another."""
    names = ("able_to", "students_notice", "others_see")
    return "\n\n".join("\n".join(goal.get(name, "") for name in names) for goal in signed.get("goals", []))


# --- reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered to a question, in words; nothing when it was left empty."""

    question: Question
    text: str | Promise

    @property
    def own(self) -> bool:
        """Whether these are the words of the applicant."""
        return self.question.kind in (AnswerKind.TEXT, AnswerKind.LINE)

    @property
    def long(self) -> bool:
        """Whether it is a text to read rather than a fact."""
        return self.question.kind is AnswerKind.TEXT


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader gets to see of one section."""

    section: str
    label: str | Promise
    answers: list[Answer]

    @property
    def facts(self) -> list[Answer]:
        """The short ones."""
        return [one for one in self.answers if not one.long]

    @property
    def texts(self) -> list[Answer]:
        """The long ones."""
        return [one for one in self.answers if one.long]


def to_read(said: dict[str, Any], reader: Reader) -> dict[str, Any]:
    """A draft or what was sent as one reader gets to see it: nothing else is in it. The tags of goals are words."""
    closed = {one.name for one in QUESTION.values() if not one.open_to(reader)}
    shown = {name: value for name, value in said.items() if name not in closed}
    wanted = {tag for goal in said["goals"] for tag in goal["tags"]}
    tags = Tag.objects.in_bulk(wanted) if wanted else {}
    shown["goals"] = [
        {name: value for name, value in goal.items() if name not in closed}
        | {"tags": [tags[pk] for pk in goal["tags"] if pk in tags]}
        | {"answers": [Answer(one, one.in_words(goal[one.name])) for one in GOAL_QUESTIONS if one.open_to(reader)]}
        for goal in said["goals"]
    ]
    shown["parts"] = [
        Read(section, label, [Answer(one, _in_words(one, said)) for one in of_section(section) if one.open_to(reader)])
        for section, label in SECTIONS.items()
    ]
    return shown


def _in_words(one: Question, said: dict[str, Any]) -> str | Promise:
    """An answer in words; the commitment is told by what it is to."""
    if one.name == "committed" and said["committed"]:
        hours = said["hours"]
        return lazy(
            lambda: gettext("%(before)s hours before, %(during)s during and %(after)s after the trip") % hours, str
        )()
    return one.in_words(said[one.name])
