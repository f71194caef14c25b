"""From the report to what is drawn and said: charts, the summary for one minute, the levels of evidence."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.impact import report as shape
from evaluations.impact.statistics import FIVE, Share
from evaluations.lifecycle import Rung
from exchange.documents.charts import Bar, Bars, Cloud, Flow, Ladder, LevelRow, Levels, Stage, Tread, Word
from exchange.documents.charts.base import NOT_MEASURED, SUPPRESSED, percentage, shown
from exchange.people.lifecycle import JobRole


@dataclass(frozen=True, slots=True)
class Headline:
    """A large figure, what it counts, and the small line that says n and where it comes from."""

    figure: str
    text: str
    source: str

    @property
    def in_words(self) -> bool:
        """Whether words stand where a figure would: suppressed, not measured."""
        return not any(letter.isdigit() for letter in self.figure)


# --- the summary for one minute -------------------------------------------------------------------


def headlines(report: shape.Report) -> list[Headline]:
    """Goals, actions, colleagues, effort: four figures with their n."""
    return [_goals(report), _actions(report), _reach(report), _effort(report)]


def glance(report: shape.Report | None) -> list[Headline]:
    """The first three, to stand in a list; none where there is no report to read."""
    return headlines(report)[:3] if report else []


def _goals(report: shape.Report) -> Headline:
    goals, levels = report.latest, report.latest.levels
    text = (
        _("of the learning goals reached after a year")
        if report.is_after_year
        else _("of the learning goals reached at return")
    )
    if not levels.people:
        return Headline(_("not measured"), text, _("nobody has scored goals yet"))
    if not levels.enough:
        return Headline(_("suppressed"), text, too_few(report.k))
    if levels.reached is None:
        median = _("median level %(level)s") % {"level": shown(levels.median, sign=True)}
        return Headline(_("suppressed"), text, f"{median}; {scored(goals)}")
    interval = Share(levels.people, levels.n, levels.reached).interval
    between = _("interval %(low)s to %(high)s") % {"low": percentage(interval.low), "high": percentage(interval.high)}
    own = _("Self-report.")
    return Headline(percentage(levels.reached / levels.n), text, f"{scored(goals)}, {between}. {own}")


def scored(goals: shape.Goals) -> str:
    """n goals of so many people."""
    people = ngettext("%(people)d participant", "%(people)d participants", goals.levels.people)
    return _("n = %(n)d goals of %(people)s") % {
        "n": goals.levels.n,
        "people": people % {"people": goals.levels.people},
    }


def too_few(k: int) -> str:
    """Why there is no figure."""
    return _("fewer than %(k)d people answered") % {"k": k}


def _actions(report: shape.Report) -> Headline:
    actions, text = report.actions, _("actions carried out at the own school")
    if not actions.people:
        return Headline(_("not measured"), text, _("no plans have been made yet"))
    if actions.total is None:
        return Headline(_("suppressed"), text, too_few(report.k))
    source = _("n = %(n)d actions of %(people)d participants. Self-report.") % {
        "n": actions.total,
        "people": actions.people,
    }
    if not actions.done.yes:
        return Headline(shown(actions.total), _("actions planned for the own school"), source)
    figure = _("%(yes)s of %(n)s") % {"yes": shown(actions.done.yes), "n": shown(actions.done.n)}
    return Headline(figure, text, source)


def _reach(report: shape.Report) -> Headline:
    actions, text = report.actions, _("colleagues reached")
    if not actions.reached_people:
        return Headline(_("not measured"), text, _("nobody has counted them yet"))
    if actions.reached is None:
        return Headline(_("suppressed"), text, too_few(report.k))
    if actions.reached_support:
        text = _(
            "colleagues reached, among them %(n)s caretakers, security officers, front-desk staff and volunteers"
        ) % {"n": shown(actions.reached_support)}
    return Headline(shown(actions.reached), text, _("as counted by %(n)d participants") % {"n": actions.reached_people})


def _effort(report: shape.Report) -> Headline:
    effort = report.effort
    text = _("per participant, and %(hours)s hours of own time over a year") % {"hours": shown(effort.hours_asked)}
    if effort.cost_each is None:
        return Headline(_("not measured"), _("cost per participant"), _("no costs have been entered"))
    spent = effort.cost_actual is not None
    source = _("actual cost, all participants") if spent else _("planned cost, all participants")
    return Headline(f"€ {shown(round(effort.cost_each))}", text, source)


# --- charts ---------------------------------------------------------------------------------------


def flow(report: shape.Report) -> Flow:
    """From application to the answer after a year."""
    counts = report.flow
    # Neither of the last two includes the other; the larger one is drawn first, since a line never comes back.
    ends = (Stage(_("certificate"), counts.certified), Stage(_("answered after a year"), counts.answered))
    stages = (
        Stage(_("applied"), counts.applied),
        Stage(_("selected"), counts.selected),
        Stage(_("travelled"), counts.travelled),
        *sorted(ends, key=lambda stage: -stage.count),
    )
    return Flow(stages=stages)


def levels(report: shape.Report) -> Levels:
    """Goals before, at return and after a year."""
    moments = ((_("Start"), report.baseline), (_("Return"), report.at_return), (_("After a year"), report.after_year))
    return Levels(rows=tuple(_row(label, goals.levels) for label, goals in moments))


def _row(label: str, found: "shape.Distribution") -> LevelRow:
    if not found.people:
        return LevelRow(label, NOT_MEASURED)
    if found.n is None:
        return LevelRow(label, SUPPRESSED)
    return LevelRow(label, found.n, found.counts, found.median)


def _tread(rungs: tuple[int, ...]) -> str:
    return " / ".join(str(Rung(rung).label) for rung in rungs)


def ladder(report: shape.Report) -> Ladder | None:
    """How deep actions are anchored; None when there is nothing to draw."""
    actions = report.actions
    if not actions.ladder_classes:
        return None
    treads = zip(actions.ladder_classes, actions.ladder, strict=True)
    return Ladder(treads=tuple(Tread(_tread(tuple(rungs)), count) for rungs, count in treads))


def job_roles(report: shape.Report) -> Bars | None:
    """Who travelled, by job role; None when the breakdown is suppressed."""
    if not report.job_roles:
        return None
    rows = sorted(report.job_roles.items(), key=lambda row: -row[1])
    bars = tuple(Bar(str(JobRole(role).label).capitalize(), count) for role, count in rows)
    return Bars(rows=bars, total=report.flow.travelled, unit=_("participants"))


def cloud(words: shape.Words) -> Cloud | None:
    """The one words; None when too few people agreed."""
    if not words.words:
        return None
    return Cloud(words=tuple(Word(word.word, word.count, word.lang) for word in words.words))


# --- levels of evidence (Guskey 2002) ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """One of the five levels with what was measured; no lines means not measured."""

    name: str
    question: str
    lines: tuple[str, ...]


def evidence(report: shape.Report) -> list[Evidence]:
    """Reaction, learning, support, use and results, in Guskey's order."""
    reached = {"at": report.at_return.levels, "after": report.after_year.levels}
    return [
        Evidence(_("Reaction"), _("Was it worth it?"), _said(_median(_("grade for the trip"), report.grade, report.k))),
        Evidence(
            _("Learning"),
            _("Was something learned?"),
            _said(_reached(_("goals reached at return"), reached["at"], report.k)),
        ),
        Evidence(
            _("Support"),
            _("Did the school help?"),
            _said(
                _median(_("hours released by the manager"), report.hours_released, report.k),
                _median(_("my manager helps me to use it, at return (1 to 5)"), report.support_return, report.k),
                _median(_("my manager helped me to use it, after a year (1 to 5)"), report.support_year, report.k),
                _median(_("I got the chance to use it, after a year (1 to 5)"), report.opportunity_year, report.k),
            ),
        ),
        Evidence(
            _("Use"),
            _("Is it used?"),
            _said(
                _share(_("actions carried out"), report.actions.done, report.k),
                _reached(_("goals reached after a year"), reached["after"], report.k),
            ),
        ),
        Evidence(
            _("Results"),
            _("What do students and school notice?"),
            _said(
                _share(_("participants describe what students notice"), report.students_notice, report.k),
                _anchored(report),
            ),
        ),
    ]


def _said(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _median(label: str, found: shape.Middle, k: int) -> str:
    if not found.people:
        return ""
    if found.n is None:
        return f"{label}: {too_few(k)}"
    return _("%(label)s: median %(median)s, n = %(n)d") % {"label": label, "median": shown(found.median), "n": found.n}


def _share(label: str, found: Share, k: int) -> str:
    if not found.people:
        return ""
    if found.n is None:
        return f"{label}: {too_few(k)}"
    if found.yes is None:
        return _("%(label)s: suppressed, n = %(n)d") % {"label": label, "n": found.n}
    return _("%(label)s: %(yes)d of %(n)d") % {"label": label, "yes": found.yes, "n": found.n}


def _reached(label: str, found: "shape.Distribution", k: int) -> str:
    return _share(label, Share(found.people, found.n, found.reached), k)


def _anchored(report: shape.Report) -> str:
    """Actions school-wide or in policy, when the ladder can tell them apart."""
    pairs = dict(zip(report.actions.ladder_classes, report.actions.ladder, strict=True))
    deep = [count for rungs, count in pairs.items() if min(rungs) >= Rung.SCHOOL]
    return _("actions school-wide or in policy: %(n)d") % {"n": sum(deep)} if deep else ""


def merged(report: shape.Report) -> bool:
    """Whether classes were merged to protect small groups."""
    moments = (report.baseline, report.at_return, report.after_year)
    return any(goals.levels.enough and goals.levels.classes != FIVE for goals in moments)
