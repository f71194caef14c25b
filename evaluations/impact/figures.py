"""From the report to what is drawn and said: charts, the summary for one minute, the levels of evidence."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from evaluations.impact import report as shape
from evaluations.impact.statistics import Share
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
    name = "after_year" if report.is_after_year else "at_return"
    text = (
        _("of the learning goals reached after a year")
        if report.is_after_year
        else _("of the learning goals reached at return")
    )
    waits = _("after a year nobody has scored them yet") if report.year_is_silent and levels.people else ""
    if not levels.people:
        return Headline(_("not measured"), text, _("nobody has scored goals yet"))
    if not levels.enough:
        return Headline(_("suppressed"), text, _listed(too_few(report.k), waits))
    if levels.reached is None:
        median = _("median level %(level)s") % {"level": shown(levels.median, sign=True)}
        told = _listed(one_side(report.k), median, scored(goals), waits, *as_before(report, name))
        return Headline(_("suppressed"), text, told)
    interval = Share(levels.people, levels.n, levels.reached).interval
    between = _("interval %(low)s to %(high)s") % {"low": percentage(interval.low), "high": percentage(interval.high)}
    told = _listed(scored(goals), between, _("self-report"), waits, *as_before(report, name))
    return Headline(percentage(levels.reached / levels.n), text, told)


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


def one_side(k: int) -> str:
    """Why there is an n and no share."""
    return _("not shown, since one side of it would be fewer than %(k)d people") % {"k": k}


def _listed(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def as_before(report: shape.Report, name: str) -> tuple[str, ...]:
    """That a figure is an earlier edition's."""
    before = report.as_before(name)
    return (_("as in edition %(n)d") % {"n": before.number},) if before else ()


def _actions(report: shape.Report) -> Headline:
    actions, done, text = report.actions, report.actions.done, _("actions carried out at the own school")
    before = as_before(report, "actions")
    if not actions.people:
        return Headline(_("not measured"), text, _("no plans have been made yet"))
    if actions.total is None:
        return Headline(_("suppressed"), text, too_few(report.k))
    source = _n_actions(actions.total, actions.people)
    # Before schema 2 nobody kept whether it was asked, so that a zero of then may be a question of later.
    if not done.people or (done.yes == 0 and actions.support_hidden is None):
        later = "" if done.people else _("what became of them is not measured yet")
        told = _listed(source, later, *before)
        return Headline(shown(actions.total), _("actions planned for the own school"), told)
    if done.yes is None:
        return Headline(_("suppressed"), text, _listed(one_side(report.k), source, *before))
    figure = _("%(yes)s of %(n)s") % {"yes": shown(done.yes), "n": shown(done.n)}
    return Headline(figure, text, _listed(source, _("self-report"), *before))


def _n_actions(n: int, people: int) -> str:
    participants = ngettext("%(people)d participant", "%(people)d participants", people) % {"people": people}
    return _("n = %(n)d actions of %(participants)s") % {"n": n, "participants": participants}


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
    split = _("how many of them do not teach is not shown: fewer than %(k)d participants counted one of the two groups")
    told = _listed(
        _("as counted by %(n)d participants") % {"n": actions.reached_people},
        _("whom two actions reached may be counted twice"),
        split % {"k": report.k} if actions.support_hidden else "",
        *as_before(report, "actions"),
    )
    return Headline(shown(actions.reached), text, told)


def _effort(report: shape.Report) -> Headline:
    effort, released = report.effort, report.hours_released
    text = _("per participant, and %(hours)s hours of work before, during and after the trip") % {
        "hours": shown(effort.hours_asked)
    }
    if effort.cost_each is None:
        return Headline(_("not measured"), _("cost per participant"), _("no costs have been entered"))
    spent = effort.cost_actual is not None
    source = _("actual cost, all participants") if spent else _("planned cost, all participants")
    hours = _("of the hours, managers released %(median)s (median, n = %(n)d)")
    told = hours % {"median": shown(released.median), "n": released.n} if released.n else ""
    return Headline(f"€ {shown(round(effort.cost_each))}", text, _listed(source, told))


# --- charts ---------------------------------------------------------------------------------------


def flow(report: shape.Report) -> Flow:
    """From application to the answer after a year."""
    counts = report.flow
    # Neither of the last two includes the other; the larger one is drawn first, since a line never comes back.
    ends = ((_("certificate"), counts.certified), (_("answered after a year"), counts.answered))
    steps = (
        (_("applied"), counts.applied),
        (_("selected"), counts.selected),
        (_("travelled"), counts.travelled),
        *sorted(ends, key=lambda end: -1 if end[1] is None else end[1], reverse=True),
    )
    return Flow(stages=tuple(Stage(label, NOT_MEASURED if count is None else count) for label, count in steps))


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
    return " / ".join(str(Rung(rung).label) if rung else pgettext("tread", "dropped") for rung in rungs)


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
    return Bars(rows=bars, total=sum(report.job_roles.values()), unit=_("participants"))


def cloud(words: shape.Words) -> Cloud | None:
    """The one words; None when too few people agreed."""
    if not words.words:
        return None
    return Cloud(words=tuple(Word(word.word, word.count, word.lang) for word in words.words))


# --- levels of evidence (Guskey 2002) ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """One of the five levels, with a line for each thing that is measured, also where it was not."""

    name: str
    question: str
    lines: tuple[str, ...]

    @property
    def measured(self) -> bool:
        """Whether any of it was; what was measured and is hidden counts."""
        nothing = _("not measured")
        return not all(line.endswith(nothing) for line in self.lines)


def evidence(report: shape.Report) -> list[Evidence]:
    """Reaction, learning, support, use and results, in Guskey's order."""
    k = report.k
    lines = {
        _("Reaction"): (_("Was it worth it?"), [_median(_("grade for the trip"), report.grade, k)]),
        _("Learning"): (
            _("Was something learned?"),
            [_reached(_("goals reached at return"), report.at_return.levels, k)],
        ),
        _("Support"): (
            _("Did the school help?"),
            [
                _median(_("hours released by the manager"), report.hours_released, k),
                _median(_("my manager helps me to use it, at return (1 to 5)"), report.support_return, k),
                _median(_("my manager helped me to use it, after a year (1 to 5)"), report.support_year, k),
                _median(_("I got the chance to use it, after a year (1 to 5)"), report.opportunity_year, k),
            ],
        ),
        _("Use"): (
            _("Is it used?"),
            [
                _share(_("actions carried out"), report.actions.done, k),
                _reached(_("goals reached after a year"), report.after_year.levels, k),
            ],
        ),
        _("Results"): (
            _("What do students and school notice?"),
            [
                _share(_("participants who describe something that students notice"), report.students_notice, k),
                *_anchored(report),
            ],
        ),
    }
    return [Evidence(name, question, tuple(said)) for name, (question, said) in lines.items()]


def _unmeasured(label: str, reason: str = "") -> str:
    return _("%(label)s: %(why)s") % {"label": label, "why": reason or _("not measured")}


def _median(label: str, found: shape.Middle, k: int) -> str:
    if not found.people:
        return _unmeasured(label)
    if found.n is None:
        return _unmeasured(label, too_few(k))
    return _("%(label)s: median %(median)s, n = %(n)d") % {"label": label, "median": shown(found.median), "n": found.n}


def _share(label: str, found: Share, k: int) -> str:
    if not found.people:
        return _unmeasured(label)
    if found.n is None:
        return _unmeasured(label, too_few(k))
    if found.yes is None:
        told = {"label": label, "n": found.n, "why": one_side(k)}
        return _("%(label)s: suppressed, n = %(n)d; %(why)s") % told
    return _("%(label)s: %(yes)d of %(n)d") % {"label": label, "yes": found.yes, "n": found.n}


def _reached(label: str, found: "shape.Distribution", k: int) -> str:
    return _share(label, Share(found.people, found.n, found.reached), k)


def _anchored(report: shape.Report) -> list[str]:
    """Actions school-wide or in policy, when the ladder can tell them apart."""
    pairs = dict(zip(report.actions.ladder_classes, report.actions.ladder, strict=True))
    deep = [count for rungs, count in pairs.items() if min(rungs) >= Rung.SCHOOL]
    return [_("actions school-wide or in policy: %(n)d") % {"n": sum(deep)}] if deep else []
