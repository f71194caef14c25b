"""What stands beside the figures: what was merged, confirmed, hidden or kept, each said only where it is so."""

from collections.abc import Iterator

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from evaluations.impact import report as shape
from evaluations.impact.figures import as_before, one_side
from evaluations.impact.statistics import FIVE
from exchange.documents.charts.base import shown


def moments(report: shape.Report) -> tuple[tuple[str, shape.Goals], ...]:
    """The moments at which goals are scored, with what was found."""
    return (
        (_("at the start"), report.baseline),
        (_("at return"), report.at_return),
        (_("after a year"), report.after_year),
    )


def level_notes(report: shape.Report) -> list[str]:
    """What was merged or left out of the levels, only where it was, and what the team confirmed."""
    return [*_mergers(report), *_confirmations(report)]


def _mergers(report: shape.Report) -> Iterator[str]:
    merged: list[str] = []
    bare: list[str] = []
    for when, goals in moments(report):
        if goals.levels.enough and goals.levels.classes != FIVE:
            (merged if goals.levels.classes else bare).append(when)
    if merged:
        told = _("Levels %(when)s were merged so that no class holds fewer than %(k)d people.")
        yield told % {"when": get_text_list(merged, _("and")), "k": report.k}
    if bare:
        told = _(
            "Of the levels %(when)s only n and the median are shown: one of two classes would be fewer than "
            "%(k)d people."
        )
        yield told % {"when": get_text_list(bare, _("and")), "k": report.k}


def _confirmations(report: shape.Report) -> Iterator[str]:
    """Of the levels that can be confirmed, how many were."""
    told = _("Of the levels %(when)s the project team confirmed %(yes)s of %(n)s.")
    part = _("Of the levels %(when)s the project team confirmed a part; how many is %(why)s.")
    for when, goals in moments(report)[1:]:
        found = goals.confirmed
        if found is None or found.n is None:
            continue
        if found.yes is None:
            yield part % {"when": when, "why": one_side(report.k)}
        else:
            yield told % {"when": when, "yes": shown(found.yes), "n": shown(found.n)}


def ladder_notes(report: shape.Report) -> list[str]:
    """What stands on the ladder, and what was merged, only where it was."""
    classes, people = report.actions.ladder_classes, report.actions.people
    notes = [_("Each action on its highest tread, as %(people)d participants report.") % {"people": people}]
    if any(0 in rungs for rungs in classes):
        notes.append(_("A dropped action stands on the lowest tread."))
    elif report.actions.support_hidden is None:  # schema 1 left them out
        notes.append(_("Dropped actions are left out."))
    else:
        notes.append(_("No action was dropped."))
    if any(len(rungs) > 1 for rungs in classes):
        notes.append(_("Treads were merged so that none holds fewer than %(k)d people.") % {"k": report.k})
    return [*notes, *(f"{note[:1].upper()}{note[1:]}." for note in as_before(report, "actions"))]


def no_roles(report: shape.Report) -> str:
    """Why there is no split by job role; empty when there is one."""
    if report.job_roles:
        return ""
    why = _(
        "We do not show groups of fewer than %(k)d people, nor a number from which one follows, also for a school that "
        "knows its own people. So there is no split by job role."
    )
    return why % {"k": report.k}


def no_ladder(report: shape.Report) -> str:
    """Why there is no ladder; empty when there is one."""
    if report.actions.ladder_classes:
        return ""
    if not report.actions.done.people:
        return _("Not measured")
    return _("Suppressed: a tread would hold fewer than %(k)d people.") % {"k": report.k}


def no_words(report: shape.Report) -> str:
    """Why there are no words; empty when there are, of whichever moment."""
    if report.words_return.words or report.words_year.words:
        return ""
    if not (report.words_return.people or report.words_year.people):
        return _("Not measured")
    return _("Fewer than %(k)d people agreed to show their word.") % {"k": report.k}


def stayed(report: shape.Report) -> list[str]:
    """Which figures are those of an earlier edition, and why."""
    names = {
        "baseline": _("goals at the start"),
        "at_return": _("goals at return"),
        "after_year": _("goals after a year"),
        "grade": _("grade for the trip"),
        "support_return": _("support at return"),
        "support_year": _("support after a year"),
        "opportunity_year": _("the chance to use it"),
        "hours_released": _("hours released"),
        "students_notice": _("what students notice"),
        "actions": _("actions and colleagues reached"),
    }
    told = _(
        "As in edition %(n)d: %(names)s. Since then too little changed: the difference would tell what fewer than "
        "%(k)d people said."
    )
    by_edition: dict[int, list[str]] = {}
    for one in report.stayed:
        by_edition.setdefault(one.number, []).append(names[one.name])
    return [told % {"n": n, "names": ", ".join(found), "k": report.k} for n, found in sorted(by_edition.items())]
