"""The questions of the application form, each declared once, in the order of the form.

From a row follow the field of the form with its hint, the column and how long it is kept, what is missing, what is
sent, who gets to read the answer on which page, what is compared, searched, signed and counted. What a row can't say
(a section's page, what the manager signs, a step between schemas) tests/consistency/test_questions.py asks for by name.

The profile (name, school, job role) and the language of the answers are asked on the form too, but are no answers of
an application.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from exchange.privacy.declared import SELECTION, Keep

#: The pages of the form; after them comes reading it all.
SECTIONS: dict[str, str | Promise] = {
    "about": _("About you"),
    "motivation": _("Motivation"),
    "goals": _("Learning goals"),
    "initiative": _("Initiative"),
    "manager": _("Manager"),
}


class Employment(TextChoices):
    EMPLOYED = "employed", _("I am employed there")
    VOLUNTEER = "volunteer", _("I volunteer there")
    NEITHER = "neither", _("Neither")


class CanTravel(TextChoices):
    YES = "yes", _("Yes, on all days")
    UNSURE = "unsure", _("I don't know yet")
    NO = "no", _("No, not on all days")


class Way(TextChoices):
    COLLEAGUE = "colleague", _("From a colleague")
    MANAGER = "manager", _("From my manager")
    SCHOOL = "school", _("From the intranet or newsletter of my school")
    INVITED = "invited", _("By an invitation in the mail")
    SITE = "site", _("On this site")
    OTHERWISE = "otherwise", _("Otherwise")


class Reader(StrEnum):
    """Who reads an answer. The applicant reads all of them, the lead also what the reviewers read."""

    APPLICANT = "applicant"
    REVIEWERS = "reviewers"  # and companions; a school's coordinator where the trip says so
    LEAD = "lead"
    MANAGER = "manager"
    COUNT = "count"


#: What the hint of a question says about its readers, so that it promises what the pages do.
READS = {
    Reader.REVIEWERS: _("The team and your reviewers read it."),
    Reader.LEAD: _("The lead of the trip reads it."),
    Reader.MANAGER: _("Your manager reads it and signs it."),
    Reader.COUNT: _("It stands nowhere with your name; the team sees how often each answer was given."),
}


class AnswerKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    LINE = "line"
    CHOICE = "choice"
    EMAIL = "email"
    TICK = "tick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of the form."""

    #: Of the column, of the field of the form, and in what was sent.
    name: str
    section: str
    #: What the answer is called where it is read.
    title: str | Promise
    #: What is asked.
    label: str | Promise
    kind: AnswerKind
    readers: frozenset[Reader]
    hint: str | Promise = ""
    #: What is said when there is no answer. Without this it may be skipped, and the hint says so.
    missing: str | Promise = ""
    longest: int = 0
    rows: int = 0
    choices: type[TextChoices] | None = None
    keep: Keep = SELECTION
    #: The schema that asked it first.
    since: int = 1

    @property
    def told(self) -> str | Promise:
        """The hint, with who reads the answer."""
        return format_lazy("{} {}", self.hint, reads(self.readers)) if self.hint else reads(self.readers)

    def open_to(self, reader: Reader) -> bool:
        """Whether somebody gets to read the answer."""
        reads_on = {Reader.LEAD, Reader.REVIEWERS} if reader is Reader.LEAD else {reader}
        return reader is Reader.APPLICANT or bool(self.readers & reads_on)

    def in_words(self, value: Any) -> str | Promise:
        """An answer as it is read. None was never asked; what was typed before there was a choice stays as it was."""
        if value is None:
            return _("not asked then")
        if self.choices:
            return dict(self.choices.choices).get(value, value)
        if isinstance(value, bool):
            return _("yes") if value else ""
        return value


def reads(readers: frozenset[Reader]) -> str | Promise:
    """Who reads an answer, in sentences."""
    found = [said for reader, said in READS.items() if reader in readers]
    return format_lazy(" ".join("{}" for _one in found), *found)


TEAM, LEAD, COUNTED = frozenset({Reader.REVIEWERS}), frozenset({Reader.LEAD}), frozenset({Reader.COUNT})
SIGNED = frozenset({Reader.REVIEWERS, Reader.MANAGER})

QUESTIONS = (
    Question(
        name="employment",
        section="about",
        title=_("how you work there"),
        label=_("How do you work there?"),
        hint=_("Somebody who goes along belongs to a school."),
        kind=AnswerKind.CHOICE,
        choices=Employment,
        longest=12,
        readers=LEAD,
        missing=_("Say how you work there."),
        since=2,
    ),
    Question(
        name="earlier_trips",
        section="about",
        title=_("earlier study trips"),
        label=_("Which study trips did you go on before?"),
        hint=_("Leave this empty if it is your first. The team puts together people who went and people who did not."),
        kind=AnswerKind.LINE,
        longest=200,
        readers=LEAD,
        since=2,
    ),
    Question(
        name="heard_from",
        section="about",
        title=_("how you heard of this trip"),
        label=_("How did you hear of this trip?"),
        hint=_("You may skip this. It tells the team which way works."),
        kind=AnswerKind.CHOICE,
        choices=Way,
        longest=120,
        readers=COUNTED,
    ),
    Question(
        name="motivation",
        section="motivation",
        title=_("motivation"),
        label=_("Why do you want to go along?"),
        hint=_("What happens at your school that brings you to this question? You may write as you speak."),
        kind=AnswerKind.TEXT,
        longest=4000,
        rows=12,
        readers=TEAM,
        missing=_("Write your motivation."),
    ),
    Question(
        name="proactive_past",
        section="initiative",
        title=_("what you set in motion yourself"),
        label=_("What did you set in motion yourself?"),
        hint=_("One thing you started at school: what you did, and what came of it. Small counts."),
        kind=AnswerKind.TEXT,
        longest=2000,
        rows=6,
        readers=TEAM,
        missing=_("Write what you set in motion yourself."),
    ),
    Question(
        name="proactive_plan",
        section="initiative",
        title=_("what you will do first after the trip"),
        label=_("What will you do first after the trip?"),
        hint=_("What, with whom, and when."),
        kind=AnswerKind.TEXT,
        longest=2000,
        rows=6,
        readers=TEAM,
        missing=_("Write what you will do first after the trip."),
    ),
    Question(
        name="school_use",
        section="initiative",
        title=_("what your school will do with it"),
        label=_("What will your school do with it?"),
        hint=_("Which plan or policy it joins."),
        kind=AnswerKind.TEXT,
        longest=2000,
        rows=5,
        readers=SIGNED,
        missing=_("Write what your school will do with it."),
    ),
    Question(
        name="can_travel",
        section="manager",
        title=_("whether you can travel"),
        label=_("Can you travel on all days of the trip?"),
        hint=_("It counts when the travellers are selected."),
        kind=AnswerKind.CHOICE,
        choices=CanTravel,
        longest=12,
        readers=LEAD,
        missing=_("Say whether you can travel on all days."),
        since=2,
    ),
    Question(
        name="committed",
        section="manager",
        title=_("I commit myself"),
        label=_("Yes, I commit myself to this."),
        kind=AnswerKind.TICK,
        readers=TEAM,
        missing=_("Commit yourself to the hours and the days."),
    ),
    Question(
        name="manager_name",
        section="manager",
        title=_("name of your manager"),
        label=_("Name of your manager"),
        hint=_("The team and the coordinator of your school see whose answer is awaited."),
        kind=AnswerKind.LINE,
        longest=120,
        readers=LEAD,
        missing=_("Write the name of your manager."),
    ),
    Question(
        name="manager_email",
        section="manager",
        title=_("e-mail of your manager"),
        label=_("E-mail address of your manager"),
        kind=AnswerKind.EMAIL,
        longest=254,
        readers=LEAD,
        missing=_("Write the e-mail address of your manager."),
    ),
)

#: What is asked of each learning goal. Its tags are chosen from the framework of the trip and are no words of its own.
GOAL_QUESTIONS = (
    Question(
        name="students_notice",
        section="goals",
        title=_("what will students notice?"),
        label=_("What will students notice?"),
        hint=_("Begin with the student. Write nothing that identifies a student."),
        kind=AnswerKind.LINE,
        longest=300,
        rows=2,
        readers=SIGNED,
        missing=_("Learning goal %(number)s: write what students will notice."),
    ),
    Question(
        name="able_to",
        section="goals",
        title=_("what do you want to be able to do?"),
        label=_("What do you want to be able to do?"),
        hint=_("Begin with “I can” or “I know”."),
        kind=AnswerKind.LINE,
        longest=300,
        rows=2,
        readers=SIGNED,
        missing=_("Learning goal %(number)s: write what you want to be able to do."),
    ),
    Question(
        name="others_see",
        section="goals",
        title=_("how will others see it?"),
        label=_("How will others see it?"),
        hint=_("Think of something a colleague can see or hear."),
        kind=AnswerKind.LINE,
        longest=300,
        rows=2,
        readers=SIGNED,
        missing=_("Learning goal %(number)s: write how others will see it."),
    ),
)
QUESTION = {one.name: one for one in (*QUESTIONS, *GOAL_QUESTIONS)}
NAMES = tuple(one.name for one in QUESTIONS)
GOAL_NAMES = tuple(one.name for one in GOAL_QUESTIONS)
#: The long ones, which lists never fetch.
TEXTS = tuple(one.name for one in QUESTIONS if one.kind is AnswerKind.TEXT)


def of_section(section: str) -> list[Question]:
    """What a page of the form asks, its profile and goals aside."""
    return [one for one in QUESTIONS if one.section == section]
