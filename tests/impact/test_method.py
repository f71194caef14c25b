"""Every sentence in a report that says how a figure was made, with what makes it true (rule 15).

A new sentence in the report fails until it is listed. A label names something and claims nothing.
"""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation.template import templatize

from applications.models import Endorsement
from evaluations.impact import documents, figures, notes
from evaluations.impact.queries import compute
from evaluations.impact.report import Goals
from evaluations.impact.statistics import Share, distribution
from evaluations.models import Action
from exchange.people.lifecycle import JobRole
from tests import world
from tests.impact.conftest import score

ROOT = Path(settings.ROOT)
LATER = world.home(2027, 11, 20)
HERE, LEAKS, ASKED = "impact/test_method.py::", "impact/test_leaks.py::", "impact/test_asked.py::"
STATISTICS, REPORT, CHARTS = "impact/test_statistics.py::", "impact/test_report.py::", "documents/test_charts.py::"
LABEL = "names something, claims nothing"
READING = "how to read the literature it names"
#: The beginning of each sentence or remark, and the test that makes it true.
SENTENCES = {
    # --- the summary
    "of the learning goals reached": REPORT + "test_the_summary_says_n_and_source",
    "after a year nobody has scored them yet": ASKED + "test_a_silent_year_does_not_pass_for_the_return",
    "nobody has scored goals yet": REPORT + "test_without_answers_nothing_is_zero",
    "no plans have been made yet": REPORT + "test_without_answers_nothing_is_zero",
    "nobody has counted them yet": REPORT + "test_without_answers_nothing_is_zero",
    "no costs have been entered": HERE + "test_costs_that_nobody_entered_are_not_measured",
    "interval %(low)s to": HERE + "test_the_interval_is_the_published_one_for_so_many_of_n_goals",
    "n = %(n)d goals of": HERE + "test_n_counts_goals_and_people",
    "n = %(n)d actions of": HERE + "test_n_counts_goals_and_people",
    "self-report": HERE + "test_only_what_participants_say_is_called_self_report",
    "median level": STATISTICS + "test_merges_to_three_then_two_then_none",
    "fewer than %(k)d people answered": REPORT + "test_four_answers_say_nothing",
    "not shown, since one side": ASKED + "test_a_hidden_share_stays_the_headline_and_says_why",
    "as in edition": LEAKS + "test_the_reader_is_told_which_figures_stayed_and_why",
    "actions carried out at the own school": ASKED + "test_a_hidden_share_stays_the_headline_and_says_why",
    "actions planned for the own school": ASKED + "test_a_zero_stands_only_where_somebody_was_asked",
    "what became of them is not measured yet": ASKED + "test_a_zero_stands_only_where_somebody_was_asked",
    "colleagues reached, among them": LEAKS + "test_support_staff_is_told_when_both_sides_are_of_enough_people",
    "as counted by": HERE + "test_whoever_two_actions_reached_is_counted_twice_and_it_says_so",
    "whom two actions reached": HERE + "test_whoever_two_actions_reached_is_counted_twice_and_it_says_so",
    "how many of them do not teach": LEAKS + "test_what_one_participant_counted_is_not_what_the_others_leave_over",
    "per participant, and": HERE + "test_hours_asked_are_nobodys_own_time",
    "of the hours, managers released": HERE + "test_hours_asked_are_nobodys_own_time",
    "cost per participant": HERE + "test_costs_that_nobody_entered_are_not_measured",
    "actual cost, all participants": HERE + "test_costs_are_divided_by_all_participants",
    "planned cost, all participants": HERE + "test_costs_are_divided_by_all_participants",
    # --- evidence
    "participants who describe": "impact/test_answers.py::test_nothing_is_no_description",
    "actions school-wide or in policy": HERE + "test_deep_actions_are_counted_where_the_ladder_tells_them_apart",
    "%(label)s: suppressed, n": HERE + "test_a_hidden_line_of_evidence_says_why",
    "%(label)s: median %(median)s, n": REPORT + "test_figures_by_hand",
    "not measured": REPORT + "test_without_answers_nothing_is_zero",
    "The five levels are those of Guskey": READING,
    # --- beside the figures
    "From −2 (much less than expected)": READING,
    "Levels %(when)s were merged": HERE + "test_merging_is_claimed_only_where_it_happened",
    "Of the levels %(when)s only n": HERE + "test_merging_is_claimed_only_where_it_happened",
    "Treads were merged": HERE + "test_merging_is_claimed_only_where_it_happened",
    "Of the levels %(when)s the project team confirmed": HERE + "test_only_what_the_team_confirmed_is_called_confirmed",
    "Each action on its highest tread": HERE + "test_the_ladder_says_where_dropped_actions_are",
    "A dropped action stands": HERE + "test_the_ladder_says_where_dropped_actions_are",
    "No action was dropped": HERE + "test_the_ladder_says_where_dropped_actions_are",
    "Dropped actions are left out": HERE + "test_an_edition_of_schema_1_left_dropped_actions_out",
    "We do not show groups": LEAKS + "test_a_coordinator_does_not_work_out_the_roles_of_other_schools",
    "Suppressed: a tread": HERE + "test_what_the_page_hides_the_sheet_hides_with_the_same_reason",
    "Fewer than %(k)d people agreed": "impact/test_taken_back.py::test_below_k_no_word_is_shown_and_n_stays",
    "As in edition %(n)d: %(names)s": LEAKS + "test_the_reader_is_told_which_figures_stayed_and_why",
    "From application to answer": ASKED + "test_a_zero_stands_only_where_somebody_was_asked",
    "Response: not measured": ASKED + "test_page_paper_and_sheet_use_one_word",
    "Response: %(answered)s of": REPORT + "test_figures_by_hand",
    "%(n)s goal": REPORT + "test_figures_by_hand",
    "After a year %(n)s of them": REPORT + "test_figures_by_hand",
    "At return %(n)s of them": REPORT + "test_figures_by_hand",
    "%(n)s person travelled": REPORT + "test_figures_by_hand",
    "They come from %(schools)s school": REPORT + "test_figures_by_hand",
    "%(applied)s applied": REPORT + "test_own_school_by_name_and_the_others_together",
    "The other school": REPORT + "test_own_school_by_name_and_the_others_together",
    "After a year, asked without": "impact/test_taken_back.py::test_below_k_no_word_is_shown_and_n_stays",
    "At return. n =": "impact/test_taken_back.py::test_below_k_no_word_is_shown_and_n_stays",
    # --- how this was made
    "%(asked)s before, during and after": HERE + "test_hours_asked_are_nobodys_own_time",
    "Hours of the team": LABEL,
    "not entered yet": LABEL,
    "Counts of places, applications": STATISTICS + "test_no_class_shows_fewer_than_k",
    "The interval beside the goals": HERE + "test_the_interval_is_the_published_one_for_so_many_of_n_goals",
    # --- the codebook of the sheet
    "from −2 (much less": READING,
    "how many answers a figure rests on": HERE + "test_n_counts_goals_and_people",
    "it would tell of fewer": STATISTICS + "test_no_class_shows_fewer_than_k",
    "nobody was asked or nobody answered": ASKED + "test_page_paper_and_sheet_use_one_word",
    "participants say so themselves": HERE + "test_only_what_participants_say_is_called_self_report",
}  # fmt: skip
#: Whoever says more than a name: a sentence, or a remark after a figure.
CLAIMS = re.compile(r"[.;]$|\b(?:n = |fewer|not |nobody|confirmed|counted|merged|per participant|of the|self-report)")


def said() -> set[str]:
    """Every text of a report, on page, paper and sheet."""
    texts = set()
    for name in ("figures", "notes", "documents"):
        for call in ast.walk(ast.parse((ROOT / f"evaluations/impact/{name}.py").read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("_", "ngettext", "pgettext"):
                texts |= {
                    arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    marked = templatize((ROOT / "templates/impact/_report.html").read_text())
    texts |= {ast.literal_eval(f"'{text}'") for text in re.findall(r"gettext\(u?'((?:[^'\\]|\\.)*)'", marked)}
    return texts


def test_every_sentence_of_a_report_has_what_makes_it_true():
    claims = {text for text in said() if CLAIMS.search(text.strip())}
    unknown = [text for text in claims if not any(text.startswith(start) for start in SENTENCES)]
    assert not unknown, f"list what makes these true: {unknown}"
    texts = said()
    assert [start for start in SENTENCES if not any(text.startswith(start) for text in texts)] == [], "said no more"


@pytest.mark.parametrize("test", sorted({test for test in SENTENCES.values() if "::" in test}))
def test_what_makes_it_true_is_there(test):
    file, name = test.split("::")
    assert f"def {name}(" in (ROOT / "tests" / file).read_text()


# --- the checks that stand nowhere else -----------------------------------------------------------


@pytest.fixture
def report(cast, answered):
    return compute(cast.trip)


def goals(*sizes, confirmed=0):
    """One goal a person, so many at each level from −2."""
    people = iter(range(9999))
    seen = [(next(people), level) for level, size in zip(range(-2, 3), sizes, strict=True) for _ in range(size)]
    found = distribution(seen, 5)
    return Goals(found, 0, Share(found.people, found.n, confirmed))


# Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3, as whole percentages.
@pytest.mark.parametrize(
    ("reached", "n", "between"), [(81, 263, "interval 26% tot 37%"), (15, 148, "interval 6% tot 16%")]
)
def test_the_interval_is_the_published_one_for_so_many_of_n_goals(report, reached, n, between):
    found = replace(report, after_year=goals(0, n - reached, reached, 0, 0))
    [headline, *_] = figures.headlines(found)
    assert headline.figure == f"{round(100 * reached / n)}%"
    assert between in headline.source
    # It knows nothing of who did not answer: ten times as many travelled, the interval is the same.
    more = replace(found, flow=replace(found.flow, travelled=10 * n))
    assert figures.headlines(more)[0].source == headline.source


def test_n_counts_goals_and_people(cast, travellers, at):
    """Twelve people, one of whom has a second goal: 13 goals of 12 people. Twelve actions and one more: 13 of 12."""
    at(LATER)
    travellers[0].goals.create(order=2, proposed_text="Nog een", proposed_at=world.MOMENTS["call"])
    for who in travellers:
        score(who, "one_year", *[0] * who.goals.count())
        for _ in range(who.goals.count()):
            Action.objects.create(
                participation=who, title="Delen", due_on=LATER.date(), status="done", created_at=LATER
            )
    goal, action, *_ = figures.headlines(compute(cast.trip))
    assert goal.source.startswith("n = 13 doelen van 12 deelnemers")
    assert action.source.startswith("n = 13 acties van 12 deelnemers")


def test_only_what_participants_say_is_called_self_report(report):
    said_so = [("zelfrapportage" in line.source) for line in figures.headlines(report)]
    assert said_so == [True, True, False, False]  # colleagues say "as counted by"; costs are the team's


def test_costs_that_nobody_entered_are_not_measured(cast, answered):
    cast.trip.cost_planned = cast.trip.cost_actual = None
    cast.trip.save()
    assert figures.headlines(compute(cast.trip))[3].figure == "niet gemeten"


def test_costs_are_divided_by_all_participants(cast, answered):
    """13,200 euros spent of 12,000 planned, for twelve."""
    effort = figures.headlines(compute(cast.trip))[3]
    assert (effort.figure, effort.source.split(";")[0]) == ("€ 1.100", "werkelijke kosten, alle deelnemers")
    cast.trip.cost_actual = None
    cast.trip.save()
    effort = figures.headlines(compute(cast.trip))[3]
    assert (effort.figure, effort.source.split(";")[0]) == ("€ 1.000", "geplande kosten, alle deelnemers")


def test_whoever_two_actions_reached_is_counted_twice_and_it_says_so(cast, travellers, at):
    """Five people each report the same ten teachers, one of them twice: 60, and a warning."""
    at(LATER)
    for n in (0, 0, 1, 2, 3, 4):
        made = Action.objects.create(
            participation=travellers[n], title="Delen", due_on=LATER.date(), status="done", created_at=LATER
        )
        made.reach.create(job_role=JobRole.TEACHER, people=10)
    reach = figures.headlines(compute(cast.trip))[2]
    assert reach.figure == "60"
    assert reach.source == "opgave van 5 deelnemers; wie door twee acties is bereikt, kan dubbel zijn geteld"


def test_hours_asked_are_nobodys_own_time(cast, travellers, at):
    """Asked: before, during and after. Twelve managers promised hours; whoever promises them does not ask own time."""
    at(LATER)
    trip = cast.trip
    trip.hours_before, trip.hours_during, trip.hours_after = 8, 40, 11
    trip.save()
    assert Endorsement.objects.filter(application__trip=trip).update(hours_released=24) >= 12
    report = compute(trip)
    effort = figures.headlines(report)[3]
    assert "59 uur" in effort.text
    assert "eigen tijd" not in effort.text
    assert "maakten leidinggevenden er 24 vrij (mediaan, n = 12)" in effort.source
    lines = [line for level in figures.evidence(report) for line in level.lines]
    assert "uren vrijgemaakt door de leidinggevende: mediaan 24, n = 12" in lines


def test_deep_actions_are_counted_where_the_ladder_tells_them_apart(report):
    def deep(classes, counts):
        found = replace(report, actions=replace(report.actions, ladder_classes=classes, ladder=counts))
        return [line for line in figures.evidence(found)[4].lines if "schoolbreed" in line]

    assert deep(((0, 1, 2), (3,), (4, 5)), (5, 6, 7)) == ["acties schoolbreed of in beleid: 7"]
    assert deep(((1,), (2,), (3,), (4,), (5,)), (5, 0, 6, 7, 8)) == ["acties schoolbreed of in beleid: 15"]
    assert deep(((0, 1, 2), (3, 4, 5)), (5, 13)) == []


def test_a_hidden_line_of_evidence_says_why(report):
    found = replace(report, actions=replace(report.actions, done=Share(12, 12, None)))
    [line, _] = figures.evidence(found)[3].lines
    assert line.startswith("acties uitgevoerd: afgeschermd, n = 12; niet getoond, omdat")
    assert "minder dan 5 mensen" in line


def test_merging_is_claimed_only_where_it_happened(report):
    """Five classes at the start, three at the return, only n after a year; then none of it."""
    mixed = replace(
        report, baseline=goals(5, 7, 0, 0, 0), at_return=goals(2, 3, 5, 4, 1), after_year=goals(0, 1, 4, 4, 0)
    )
    told = notes.level_notes(mixed)
    assert told[0].startswith("Niveaus bij terugkomst zijn samengevoegd")
    assert told[1].startswith("Van de niveaus na een jaar tonen we alleen n en de mediaan")
    assert len([note for note in told if "aan het begin" in note]) == 0
    whole = replace(
        report, baseline=goals(5, 7, 0, 0, 0), at_return=goals(0, 0, 6, 6, 0), after_year=goals(0, 5, 0, 5, 0)
    )
    assert not any("samengevoegd" in note or "mediaan" in note for note in notes.level_notes(whole))

    def ladder(classes, counts):
        return notes.ladder_notes(
            replace(report, actions=replace(report.actions, ladder_classes=classes, ladder=counts))
        )

    assert any("samengevoegd" in note for note in ladder(((0, 1, 2), (3, 4, 5)), (6, 6)))
    assert not any("samengevoegd" in note for note in ladder(((1,), (2,), (3,), (4,), (5,)), (6, 0, 0, 6, 0)))


@pytest.mark.parametrize(
    ("yes", "told"),
    [
        (12, "Van de niveaus bij terugkomst bevestigde het projectteam er 12 van de 12."),
        (0, "Van de niveaus bij terugkomst bevestigde het projectteam er 0 van de 12."),
        (7, "Van de niveaus bij terugkomst bevestigde het projectteam er 7 van de 12."),
        (9, "Van de niveaus bij terugkomst bevestigde het projectteam een deel; hoeveel is niet getoond"),
    ],
)
def test_only_what_the_team_confirmed_is_called_confirmed(cast, answered, yes, told):
    for who in answered[:yes]:
        for goal in who.goals.all():
            goal.goal_levels.filter(moment="return").update(confirmed_at=LATER, confirmed_by=cast.lead)
    found = notes.level_notes(compute(cast.trip))
    assert [note for note in found if "terugkomst" in note][0].startswith(told)
    texts = [*said(), (ROOT / "templates/impact/_report.html").read_text()]
    assert not any("project team confirms" in text or "are confirmed" in text for text in texts)


def test_the_ladder_says_where_dropped_actions_are(cast, answered):
    assert "Alle acties gingen door." in notes.ladder_notes(compute(cast.trip))
    Action.objects.filter(participation=answered[0]).update(status="dropped")
    found = notes.ladder_notes(compute(cast.trip))
    assert found[0] == "Elke actie op haar hoogste trede, volgens 12 deelnemers."
    assert "Een actie die niet doorging, staat op de laagste trede." in found


def test_an_edition_of_schema_1_left_dropped_actions_out(report):
    old = replace(report, actions=replace(report.actions, support_hidden=None))
    assert "Acties die niet doorgingen, tellen niet mee." in notes.ladder_notes(old)


def test_what_the_page_hides_the_sheet_hides_with_the_same_reason(cast, answered):
    """Of the roles three of six are left when a school takes out its own; one of twelve stands on the fourth tread."""
    for n, who in enumerate(answered):
        Action.objects.filter(participation=who).update(rung=4 if n == 0 else 1)
    shown = documents.context(compute(cast.trip))
    assert shown["ladder"] is None
    assert shown["roles"] is None
    edition = world_edition(cast.trip)
    sheets = {str(sheet.title): [list(row) for sheet_row in [sheet] for row in sheet_row.rows] for sheet in
              documents._sheets(edition, shown)}  # fmt: skip
    assert sheets["Verankering"] == [[shown["no_ladder"]]]
    assert sheets["Wie er reisde"] == [[shown["no_roles"], None]]
    assert "minder dan 5 mensen" in shown["no_ladder"]
    assert "minder dan 5 mensen" in shown["no_roles"]


def world_edition(trip):
    from tests.impact.test_report import edition_of

    return edition_of(trip, {})
