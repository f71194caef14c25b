"""The report on paper and as a spreadsheet, from the same object as the page."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from evaluations.impact import figures, notes, report
from evaluations.impact.editions import report_of
from evaluations.impact.models import ReportEdition
from exchange import clock
from exchange.documents import pdf
from exchange.documents.charts.base import Chart, Gap
from exchange.documents.sheets import FIGURE, NUMBER, TEXT, Sheet, workbook
from exchange.people.lifecycle import JobRole
from exchange.words import day


def context(found: report.Report, *, own: tuple[report.School, ...] = ()) -> dict[str, Any]:
    """What page and paper show of a report; `own` are the schools the reader may see by name."""
    others = sum(school.travelled for school in found.schools) - sum(school.travelled for school in own)
    return {
        "report": found,
        "headlines": figures.headlines(found),
        "flow": figures.flow(found),
        "levels": figures.levels(found),
        "level_notes": notes.level_notes(found),
        "evidence": figures.evidence(found),
        "ladder": figures.ladder(found),
        "ladder_notes": notes.ladder_notes(found),
        "no_ladder": notes.no_ladder(found),
        "stayed": notes.stayed(found),
        "roles": figures.job_roles(found),
        "no_roles": notes.no_roles(found),
        "words_return": figures.cloud(found.words_return),
        "words_year": figures.cloud(found.words_year),
        "no_words": notes.no_words(found),
        "own": own,
        "others": others,
        "other_schools": len(found.schools) - len(own),
    }


def paper(edition: ReportEdition, *, own: tuple[report.School, ...], language: str) -> bytes:
    """The edition as a PDF."""
    with override(language):
        shown = {"edition": edition, **context(report_of(edition), own=own)}
        return pdf.render("impact/documents/edition.html", shown, language=language)


def spreadsheet(edition: ReportEdition, *, own: tuple[report.School, ...], language: str) -> bytes:
    """The edition as a workbook: figures, levels, who, words, and a codebook."""
    with override(language):
        shown = context(report_of(edition), own=own)
        return workbook(list(_sheets(edition, shown)), language=language)


def _sheets(edition: ReportEdition, shown: dict[str, Any]) -> Iterator[Sheet]:
    found: report.Report = shown["report"]
    summary = [(h.figure, h.text, h.source) for h in shown["headlines"]]
    yield Sheet(_("Summary"), [(_("figure"), FIGURE), (_("what"), TEXT), (_("source"), TEXT)], summary)
    yield Sheet(
        _("From application to answer"),
        [(_("stage"), TEXT), (_("people"), NUMBER)],
        [
            (str(stage.label), str(stage.count) if isinstance(stage.count, Gap) else stage.count)
            for stage in shown["flow"].stages
        ],
    )
    yield _table(_("Levels of goals"), shown["levels"])
    if shown["ladder"]:
        yield _table(_("Anchoring"), shown["ladder"])
    else:
        yield Sheet(_("Anchoring"), [(_("tread"), TEXT)], [(shown["no_ladder"],)])
    yield Sheet(
        _("Levels of evidence"),
        [(_("level"), TEXT), (_("what was measured"), TEXT)],
        [(e.name, line) for e in shown["evidence"] for line in e.lines],
    )
    roles = found.job_roles or {}
    yield Sheet(
        _("Who travelled"),
        [(_("job role"), TEXT), (_("people"), NUMBER)],
        [(str(JobRole(role).label), count) for role, count in roles.items()] or [(shown["no_roles"], None)],
    )
    yield Sheet(
        _("One words"),
        [(_("moment"), TEXT), (_("word"), TEXT), (_("people"), NUMBER)],
        [
            (label, word.word, word.count)
            for label, words in ((_("return"), found.words_return), (_("after a year"), found.words_year))
            for word in words.words
        ]
        or [(shown["no_words"], "", None)],
    )
    yield Sheet(_("Codebook"), [(_("word"), TEXT), (_("meaning"), TEXT)], _codebook(edition, shown))


def _table(title: str, chart: Chart) -> Sheet:
    table = chart.table
    kinds = [TEXT, *[FIGURE] * (len(table.heads) - 1)]
    columns = [(str(head), kind) for head, kind in zip(table.heads, kinds, strict=True)]
    return Sheet(title, columns, [tuple(map(str, row)) for row in table.rows])


def _codebook(edition: ReportEdition, shown: dict[str, Any]) -> list[tuple[str, str]]:
    found: report.Report = shown["report"]
    return [
        (_("edition"), f"{edition.number} ({day(clock.day_of(edition.published_at))})"),
        (_("level"), _("from −2 (much less than expected) over 0 (as expected, reached) to +2 (much more)")),
        (_("n"), _("how many answers a figure rests on")),
        (_("suppressed"), _("it would tell of fewer than %(k)d people, so it is not shown") % {"k": found.k}),
        (_("not measured"), _("nobody was asked or nobody answered; never a zero")),
        (_("self-report"), _("participants say so themselves")),
        *((_("levels"), note) for note in shown["level_notes"]),
        *((_("anchoring"), note) for note in (shown["ladder_notes"] if shown["ladder"] else ())),
        *((_("as before"), note) for note in shown["stayed"]),
        (_("checksum"), edition.checksum),
        *_redacted(edition),
    ]


def _redacted(edition: ReportEdition) -> Iterator[tuple[str, str]]:
    """That words were taken out, and the checksum the edition was published with."""
    for one in edition.redactions.all():
        taken = ngettext("%(n)d word taken out", "%(n)d words taken out", one.words) % {"n": one.words}
        yield _("redacted"), f"{day(clock.day_of(one.at))}: {taken}"
    if edition.redacted_at:
        yield _("checksum when published"), edition.sha256
