"""Numbers in what the lead writes, held against the figures of the edition in which they will stand.

A number that no figure carries is shown to the lead. One that the report hides may not be written: what is hidden is
hidden everywhere. Counts of small classes (two colleagues, three goals) are too common as words to be refused in any
sentence; they are where they count people, goals or actions.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from evaluations.impact import documents
from evaluations.impact.models import Finding
from evaluations.impact.report import Report
from evaluations.impact.statistics import Share
from exchange.verdicts import CONFLICT, YES, Verdict, no

#: A day is no figure, nor is a level with its sign.
MONTHS: Final = (
    "jan(?:uari|uary)?|feb(?:ruari|ruary)?|maart|march|mrt|mar|apr(?:il)?|mei|may|june?|juni|july?|juli|aug(?:ust(?:us)?)?"
    "|sept?(?:ember)?|okt(?:ober)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
NUMBER: Final = re.compile(
    rf"(?<![\w.,−+])(\d+(?:[.,]\d+)*)(?![\d.,]*\d)(?!\s*(?:{MONTHS})\b)(\s*(?:%|procent\b|percent\b|per cent\b))?",
    re.IGNORECASE,
)
THOUSANDS: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
#: Numbers in words, as far as small groups go. "Een" and "one" are mostly no number.
WORDS: Final = {
    word: number
    for number, both in enumerate(
        "één eén; twee two; drie three; vier four; vijf five; zes six; zeven seven; acht eight; negen nine; tien ten; "
        "elf eleven; twaalf twelve".split("; "),
        1,
    )
    for word in both.split()
}
IN_WORDS: Final = re.compile(rf"\b({'|'.join(WORDS)})\b(\s*(?:%|procent\b|percent\b|per cent\b))?", re.IGNORECASE)
#: What a small number counts when it tells of people, within three words after it.
COUNTED: Final = re.compile(
    r"\W*(?:[^\W\d]+\W+){0,3}?(?:van|of|out|mensen|people|person|deelnemer|participant|collega|colleague|(?:leer)?doel|goal"
    r"|acti|docent|teacher|conciërge|caretaker|beveilig|security|balie|vrijwillig|volunteer|medewerk|staff)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written, what it is, and whether it counts something in its sentence."""

    written: str
    value: float
    percent: bool
    counts: bool

    @property
    def said(self) -> tuple[float, bool]:
        return round(self.value, 1), self.percent


def numbers(text: str) -> Iterator[Number]:
    """The numbers in a text, in figures and in words, as Dutch and English write them."""
    for found in (*NUMBER.finditer(text), *IN_WORDS.finditer(text)):
        written, percent = found.group(1), bool(found.group(2))
        counts = percent or COUNTED.match(text, found.end()) is not None
        yield Number(found.group().strip(), _value(written), percent, counts)


def _value(written: str) -> float:
    if written.lower() in WORDS:
        return WORDS[written.lower()]
    if THOUSANDS.fullmatch(written):
        return float(re.sub(r"[.,]", "", written))
    whole, *rest = re.split(r"[.,]", written)
    return float(f"{whole}.{rest[0]}") if len(rest) == 1 else float(whole)


# --- what a report says -----------------------------------------------------------------------------

Numbers = set[tuple[float, bool]]


def carried(report: Report) -> Numbers:
    """Every number that page, paper and sheet of a report show, and the percentages and rests that follow from them."""
    shown = documents.context(report)
    texts = [line.figure for line in shown["headlines"]]
    charts = [shown[name] for name in ("flow", "levels", "ladder", "roles") if shown[name]]
    texts += [str(cell) for chart in charts for row in chart.table.rows for cell in row[1:]]
    facts, effort = report.facts, report.effort
    texts += [facts.title.nl, facts.title.en, facts.theme.nl, facts.theme.en]
    texts += [day[:4] for day in (facts.departs_on, facts.returns_on, facts.follow_up_on)]
    middles = (report.grade, report.support_return, report.support_year, report.opportunity_year, report.hours_released)
    plain = [number for middle in middles for number in (middle.n, middle.median)]
    plain += [report.k, report.goals, facts.places, len(report.schools), effort.hours_programme]
    plain += [effort.cost_planned, effort.cost_actual, effort.cost_each, effort.hours_asked]
    plain += [effort.team_hours_planned, effort.team_hours_actual, report.actions.reached_people, report.actions.people]
    plain += [goals.unscored for goals in (report.at_return, report.after_year)]
    plain += [word.count for words in (report.words_return, report.words_year) for word in words.words]
    return _main(report) | {number.said for text in texts for number in numbers(text)} | _plain(plain)


def _main(report: Report) -> Numbers:
    """The figures a reader looks for: shares with their rests and percentages, and sums."""
    actions = report.actions
    found = _plain([actions.total, actions.reached, actions.reached_support])
    if actions.reached is not None and actions.reached_support is not None:
        found |= _plain([actions.reached - actions.reached_support])
    for share in _shares(report):
        if share.n and share.yes is not None:
            found |= _plain([share.yes, share.n - share.yes])
            found |= {(round(100 * part / share.n), True) for part in (share.yes, share.n - share.yes)}
            found |= {(round(100 * end), True) for end in (share.interval.low, share.interval.high)}
    return found


def _shares(report: Report) -> Iterator[Share]:
    yield report.actions.done
    yield report.students_notice
    for goals in (report.baseline, report.at_return, report.after_year):
        yield Share(goals.levels.people, goals.levels.n, goals.levels.reached)
        if goals.confirmed:
            yield goals.confirmed
    if report.flow.answered is not None and report.flow.travelled:
        yield Share(report.flow.travelled, report.flow.travelled, report.flow.answered)


def _plain(values: Iterable[Any]) -> Numbers:
    return {(round(float(value), 1), False) for value in values if value is not None}


# --- what a text may not say, and what it says alone ------------------------------------------------


@dataclass(frozen=True)
class Held:
    """A report, and what it would say with nobody protected: what texts are held against."""

    report: Report
    whole: Report

    @cached_property
    def shown(self) -> Numbers:
        """Every number that may be read."""
        return carried(self.report)

    @cached_property
    def figures(self) -> Numbers:
        """The figures a reader looks for and may not have."""
        return _main(self.whole) - self.shown

    @cached_property
    def counts(self) -> Numbers:
        """Everything a reader may not have, small classes too."""
        return carried(self.whole) - self.shown

    def hidden(self, text: str) -> list[str]:
        """The numbers in a text that the report hides, as they were written."""
        return [
            one.written for one in numbers(text) if one.said in self.figures or (one.counts and one.said in self.counts)
        ]

    def alone(self, text: str) -> list[str]:
        """The numbers in a text that no figure of the report carries, as they were written."""
        percentages = [value for value, percent in self.shown if percent]
        return [
            one.written
            for one in numbers(text)
            if one.said not in self.shown and not (one.percent and any(abs(one.value - p) <= 0.5 for p in percentages))
        ]

    def refusal(self, text: str) -> str:
        """Why a text may not stand in the report; empty when it may."""
        written = self.hidden(text)
        if not written:
            return ""
        why = _(
            "%(numbers)s: the report does not show this, since it would tell of fewer than %(k)d people. "
            "Say it without the number."
        )
        return why % {"numbers": _quoted(written), "k": self.report.k}

    def may_say(self, texts: Iterable[str]) -> Verdict:
        """Whether none of these texts names what the report hides."""
        refused = next((why for text in texts if (why := self.refusal(text))), "")
        return no(refused, CONFLICT) if refused else YES

    def remarks(self, findings: Iterable[Finding]) -> list[str]:
        """What the lead reads about the findings before publishing."""
        loose = _("Finding %(n)d names %(numbers)s, which no figure of this edition says. Is it right?")
        barred = _("Finding %(n)d cannot be published. %(why)s")
        found = []
        for n, finding in enumerate(findings, 1):
            for text in filter(None, (finding.text_nl, finding.text_en)):
                if why := self.refusal(text):
                    found.append(barred % {"n": n, "why": why})
                elif alone := self.alone(text):
                    found.append(loose % {"n": n, "numbers": _quoted(alone)})
        return list(dict.fromkeys(found))


def _quoted(written: list[str]) -> str:
    return ", ".join(f"“{number}”" for number in written)
