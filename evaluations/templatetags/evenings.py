"""Tags about evenings and levels."""

from typing import Any

from django import template

from evaluations.evenings.board import mood as words_of
from evaluations.lifecycle import Verdict
from exchange.people.lifecycle import JobRole
from exchange.signs import badge

register = template.Library()


@register.simple_tag
def mood(value: int | None) -> str:
    """How somebody is: a shape and words."""
    return badge(*words_of(value)) if value else "–"


@register.filter
def verdict_words(value: str) -> Any:
    """Keep, adapt or drop, in words."""
    return Verdict(value).label if value else ""


@register.filter
def audience(action: Any) -> str:
    """For whom an action is, in words."""
    labels = dict(JobRole.choices)
    return ", ".join(str(labels[role]) for role in action.audience if role in labels)
