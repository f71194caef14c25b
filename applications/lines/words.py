"""What a line is found by: name, address, school, and what was sent as everybody of the team reads it.

A group is a letter (exchange/fulltext.py). Who searches names the groups that are open to them.
"""

from collections.abc import Iterable
from typing import Any

from applications.models import Line, LineWords, Submission
from applications.questions import GOAL_NAMES, QUESTION, TEXTS, Reader
from exchange.fulltext import indexed
from exchange.people.models import Institution

NAME, ADDRESS, SCHOOL, TEXT = "n", "e", "s", "t"
#: What everybody of the team reads of a submission.
SAID = tuple(name for name in TEXTS if QUESTION[name].open_to(Reader.REVIEWERS))
OF_GOALS = tuple(name for name in GOAL_NAMES if QUESTION[name].open_to(Reader.REVIEWERS))


def write_words(lines: Iterable[Line]) -> None:
    """Index these lines again: something they are found by is new."""
    if some := list(lines):
        LineWords.objects.bulk_create(
            words_of(some), update_conflicts=True, unique_fields=["line"], update_fields=["words", "made_of"]
        )


def made_of(line: Line) -> str:
    """What the words of a line follow from."""
    return f"{line.submission_id}|{line.school_id}|{line.email}|{line.name}"


def words_of(lines: list[Line]) -> list[LineWords]:
    """The words of these lines as they ought to be; two queries."""
    said = dict(Submission.objects.filter(pk__in=[line.submission_id for line in lines]).values_list("pk", "content"))
    schools = Institution.objects.filter(pk__in={line.school_id for line in lines})
    names = {pk: f"{short} {name}" for pk, short, name in schools.values_list("pk", "short_name", "name")}
    return [
        LineWords(
            line_id=line.pk,
            made_of=made_of(line),
            words=indexed(
                {
                    NAME: line.name,
                    ADDRESS: line.email,
                    SCHOOL: names.get(line.school_id, ""),
                    TEXT: text_of(said.get(line.submission_id)),
                }
            ),
        )
        for line in lines
    ]


def text_of(content: Any) -> str:
    """What was sent, as one text; of what is spoiled nothing."""
    if not isinstance(content, dict):
        return ""
    goals = content.get("goals")
    parts = [content.get(name) for name in SAID]
    parts += [
        goal.get(name)
        for goal in (goals if isinstance(goals, list) else [])
        if isinstance(goal, dict)
        for name in OF_GOALS
    ]
    return "\n".join(part for part in parts if isinstance(part, str))
