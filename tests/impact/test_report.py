"""The report's figures, worked out by hand, under rule 9."""

import hashlib
import json
import os
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.certificates.lifecycle import CertificateKind
from evaluations.certificates.models import Certificate
from evaluations.impact import actions, dashboard, documents, figures, queries, report
from evaluations.impact.models import Finding, ReportEdition
from evaluations.impact.queries import compute
from evaluations.impact.report import SCHEMA, STEPS, Report, Unreadable, freeze, thaw
from evaluations.impact.statistics import FIVE, THREE
from evaluations.lifecycle import Moment
from evaluations.models import GoalLevel, ReturnEvaluation
from exchange import clock
from exchange.documents import pdf
from exchange.jobs import worker
from exchange.jobs.actions import forget
from exchange.jobs.models import Job
from exchange.people.models import User
from exchange.verdicts import Refused
from tests import world
from tests.impact.conftest import score

BACK = world.home(2026, 12, 20)
LATER = world.home(2027, 11, 20)


def test_figures_by_hand(cast, answered):
    report = compute(cast.trip)
    assert (report.flow.applied, report.flow.selected, report.flow.travelled) == (14, 12, 12)
    assert (report.flow.certified, report.flow.answered) == (0, 10)
    assert report.goals == 12
    assert (report.baseline.levels.classes, report.baseline.levels.counts) == (FIVE, (0, 12, 0, 0, 0))
    assert (report.at_return.levels.counts, report.at_return.levels.reached) == ((0, 0, 6, 6, 0), 12)
    assert (report.after_year.levels.counts, report.after_year.levels.reached) == ((0, 5, 0, 5, 0), 5)
    assert report.after_year.unscored == 2
    assert report.effort.cost_each == 1100.0  # 13,200 euros for 12
    assert (report.grade.median, report.grade.n) == (8.0, 12)  # six sevens, six nines
    assert (report.support_return.median, report.support_year.median) == (4.0, 3.0)
    assert (report.actions.total, report.actions.done.yes, report.actions.done.n) == (12, 7, 12)
    assert report.actions.reached == 130  # 12 x 10 teachers and 5 x 2 security officers
    assert report.actions.reached_support == 10
    assert report.actions.ladder == (6, 0, 0, 6, 0)
    assert report.job_roles is None  # of each six, three are of a school whose coordinator knows them
    assert (report.at_return.confirmed.yes, report.at_return.confirmed.n) == (0, 12)
    assert [(word.word, word.count) for word in report.words_return.words] == [("rode loper", 4), ("rust", 4)]
    assert report.words_year.words == ()
    schools = {school.name: (school.applied, school.travelled) for school in report.schools}
    assert schools["roc Duinrand"] == (6, 6)


def test_applications_count_at_the_school_they_were_last_sent_from(cast, travellers):
    """Three more: one moved from the first school to the second, one withdrew, one has an offer and no letter."""
    moved, withdrawn, offered = (
        world.submitted(cast.trip, world.user(at=school)) for school in (cast.school, cast.school, cast.other_school)
    )
    first = moved.submissions.get()
    moved.submissions.create(
        number=2,
        submitted_at=first.submitted_at,
        schema=first.schema,
        content=first.content,
        sha256=first.sha256,
        institution=cast.other_school,
        job_role=first.job_role,
        printed_name=first.printed_name,
        receipt="VIL26-900001",
    )
    type(withdrawn).objects.filter(pk=withdrawn.pk).update(status="withdrawn")
    world.offer(offered)
    world.settle_all()
    report = compute(cast.trip)
    assert (report.flow.applied, report.flow.selected) == (16, 13)  # 14 and 2; 12 and the offer
    schools = {school.name: school.applied for school in report.schools}
    assert (schools["roc Duinrand"], schools["aoc Groenlinde"]) == (6, 8)


def test_the_figures_fetch_as_much_of_many_applications_as_of_few(cast, travellers):
    """No row of an application reaches Python: one line a school does."""

    def fetched():
        with CaptureQueriesContext(connection) as asked:
            found = queries._sent(cast.trip)
        return len(asked), len(found), sum(row.applied for row in found)

    asked, lines, applied = fetched()
    for _ in range(5):
        world.submitted(cast.trip, world.user(at=cast.school))
    assert (asked, lines, applied) == (1, 4, 14)  # two schools, and two of one applicant each
    assert fetched() == (1, 4, 19)


def test_the_summary_says_n_and_source(cast, answered):
    goals, acts, reach, effort = figures.headlines(compute(cast.trip))
    assert goals.figure == "50%"
    assert "n = 10 " in goals.source
    assert ("7" in acts.figure, "12" in acts.figure) == (True, True)
    assert reach.figure == "130"
    assert effort.figure == "€ 1.100"


def test_without_answers_nothing_is_zero(cast, travellers):
    report = compute(cast.trip)
    assert (report.after_year.levels.n, report.grade.n, report.actions.total) == (None, None, None)
    assert {h.figure for h in figures.headlines(report)[:3]} == {"niet gemeten"} or {
        h.figure for h in figures.headlines(report)[:3]
    } == {"not measured"}
    assert {line.split(": ")[1] for level in figures.evidence(report) for line in level.lines} == {"niet gemeten"}


def test_four_answers_say_nothing(cast, travellers):
    for who in travellers[:4]:
        score(who, Moment.RETURN, 1)
        ReturnEvaluation.objects.create(participation=who, grade=10, answered_at=BACK)
    report = compute(cast.trip)
    assert (report.at_return.levels.n, report.grade.median) == (None, None)
    for who in travellers[4:5]:
        score(who, Moment.RETURN, 1)
        ReturnEvaluation.objects.create(participation=who, grade=10, answered_at=BACK)
    report = compute(cast.trip)
    assert (report.at_return.levels.n, report.grade.median) == (5, 10.0)


def test_a_lonely_level_is_merged(cast, travellers):
    """One at −2, five at −1, six at 0: five classes would show the one; three hide it."""
    for n, who in enumerate(travellers):
        score(who, Moment.RETURN, -2 if n == 0 else -1 if n < 6 else 0)
    levels = compute(cast.trip).at_return.levels
    assert (levels.classes, levels.counts) == (THREE, (6, 6, 0))


def test_an_unscored_goal_is_not_a_zero(cast, travellers):
    for who in travellers:
        GoalLevel.objects.create(goal=who.goals.get(), moment=Moment.RETURN, level=None, scored_at=BACK)
    assert compute(cast.trip).at_return.levels.people == 0


def test_a_higher_k_holds(cast, answered):
    cast.trip.minimum_people = 11
    cast.trip.save()
    report = compute(cast.trip)
    assert report.after_year.levels.n is None  # ten people
    assert report.job_roles is None


def test_freeze_and_thaw_are_each_others_mirror(cast, answered):
    report = compute(cast.trip)
    assert thaw(json.loads(json.dumps(freeze(report)))) == report


@pytest.fixture
def edition(cast, answered, at):
    at(LATER)
    Finding.objects.create(trip=cast.trip, text_nl="Ze doen het nog.", text_en="They still do it.")
    return actions.publish_edition(trip=cast.trip, title_nl="Een jaar later", title_en="", by=cast.lead)


def test_an_edition_does_not_move(cast, edition, login):
    GoalLevel.objects.all().delete()
    page = login(cast.partner()).get(reverse("impact:edition", args=[edition.pk]))
    assert page.context["headlines"][0].figure == "50%"
    assert compute(cast.trip).latest.levels.people == 0


def test_an_edition_is_never_edited(edition):
    edition.title_nl = "Mooier"
    with pytest.raises(TypeError):
        edition.save()


def test_editions_are_numbered(cast, edition):
    again = actions.publish_edition(trip=cast.trip, title_nl="Nog eens", title_en="", by=cast.lead)
    assert (edition.number, again.number) == (1, 2)


def test_publishing_needs_a_finding_and_a_trip_that_is_back(cast, travellers, at):
    at(LATER)
    with pytest.raises(Refused):
        actions.publish_edition(trip=cast.trip, title_nl="Leeg", title_en="", by=cast.lead)
    Finding.objects.create(trip=cast.trip, text_nl="Iets.")
    at(world.MOMENTS["preparation"])
    with pytest.raises(Refused):
        actions.publish_edition(trip=cast.trip, title_nl="Te vroeg", title_en="", by=cast.lead)
    at(LATER)
    with pytest.raises(Refused):
        actions.publish_edition(trip=cast.trip, title_nl="Niet van haar", title_en="", by=cast.companion())


def test_own_school_by_name_and_the_others_together(cast, edition, login):
    page = login(cast.partner()).get(reverse("impact:edition", args=[edition.pk]))
    assert "roc Duinrand" in page.text
    assert "aoc Groenlinde" not in page.text
    assert [(s.name, s.travelled) for s in page.context["own"]] == [("roc Duinrand", 6)]
    assert page.context["others"] == 6
    funder = login(cast.funder()).get(reverse("impact:edition", args=[edition.pk]))
    assert "roc Duinrand" not in funder.text


def test_who_reads_editions(cast, edition, answered, login, client):
    url = reverse("impact:edition", args=[edition.pk])
    assert client.get(url).status_code == 302
    readers = [cast.lead, cast.companion(), cast.coordinator(), cast.administrator(), answered[0].user]
    assert [login(person).get(url).status_code for person in readers] == [200] * 5
    assert [login(person).get(url).status_code for person in (cast.stranger(), cast.reviewer())] == [404] * 2


def test_live_figures_are_for_the_lead(cast, edition, login):
    url = reverse("impact:team", args=[cast.trip.slug])
    assert login(cast.lead).get(url).status_code == 200
    assert login(cast.companion()).get(url).status_code == 403
    assert [login(p).get(url).status_code for p in (cast.partner(), cast.coordinator(), cast.stranger())] == [404] * 3


def test_findings_are_kept_and_a_long_one_comes_back(cast, travellers, at, login):
    at(LATER)
    client, url = login(cast.lead), reverse("impact:findings", args=[cast.trip.slug])
    data = {
        "findings-TOTAL_FORMS": 5,
        "findings-INITIAL_FORMS": 0,
        "findings-0-nl": "Kort.",
        "findings-1-en": "x" * 301,
    }
    page = client.post(url, data)
    assert page.status_code == 422
    assert "x" * 301 in page.text
    assert "Kort." in page.text
    assert not Finding.objects.exists()
    assert client.post(url, data | {"findings-1-en": "Short."}).status_code == 302
    assert [(f.text_nl, f.text_en) for f in Finding.objects.all()] == [("Kort.", ""), ("", "Short.")]


def test_a_title_is_asked(cast, edition, login):
    url = reverse("impact:publish", args=[cast.trip.slug])
    assert login(cast.lead).post(url, {}).status_code == 422
    assert login(cast.lead).post(url, {"title_en": "A year later"}).status_code == 302
    assert ReportEdition.objects.count() == 2


def test_publishing_an_edition_asks_once_more_with_who_reads_it(cast, edition, login):
    """One partner and one coordinator, beside the edition that there is; looking publishes nothing."""
    cast.partner(), cast.coordinator()
    url = reverse("impact:publish", args=[cast.trip.slug])
    page = login(cast.lead).get(url).text
    assert "Editie 2 vaststellen?" in page
    assert "Meteen 2 partners en coördinatoren, de deelnemers van deze reis en het team." in page
    assert ReportEdition.objects.count() == 1
    assert f'href="{url}"' in login(cast.lead).get(reverse("impact:team", args=[cast.trip.slug])).text
    assert login(cast.companion()).get(url).status_code == 403
    wrong = login(cast.lead).post(url, {"title_nl": "x" * 81})
    assert (wrong.status_code, "x" * 81 in wrong.text) == (422, True)


def test_paper_and_sheet(cast, edition, login, tmp_path):
    import io
    import subprocess
    import zipfile

    client = login(cast.partner())
    client.post(reverse("impact:paper-ask", args=[edition.pk]))
    worker.work()
    pdf = client.get(reverse("impact:edition-pdf", args=[edition.pk]))
    forget(jobs=Job.objects.all())
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf.content)
    subprocess.run(["qpdf", "--check", file], check=True, capture_output=True)
    text = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout
    assert "Een jaar later" in text
    assert "50%" in text
    sheet = client.get(reverse("impact:edition-xlsx", args=[edition.pk]))
    book = zipfile.ZipFile(io.BytesIO(sheet.content))
    strings = "".join(book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/"))
    # Half of them, as a number that is shown as 50%.
    summary = openpyxl.load_workbook(io.BytesIO(sheet.content))["Samenvatting"]
    assert (0.5, "0%") in [(cell.value, cell.number_format) for cell in summary["A"]]
    assert "aoc Groenlinde" not in strings


def test_certified_counts_the_whole_cycle_only(cast, travellers):
    for n, kind in enumerate((CertificateKind.CYCLE, CertificateKind.ATTENDANCE)):
        Certificate.objects.create(
            participation=travellers[0], kind=kind, code=f"{n:026d}", serial=f"2026-VIL-{n}", facts={}, issued_at=BACK
        )
    assert compute(cast.trip).flow.certified == 1


# --- old editions stay readable -------------------------------------------------------------------

#: One report of every schema ever published, as the code of its time stored it, with the fields it had. Never edited.
FROZEN = Path(__file__).parent / "frozen"
EXAMPLES = {int(file.stem.removeprefix("schema-")): json.loads(file.read_text()) for file in FROZEN.glob("*.json")}


def newest():
    """The example of today's schema."""
    assert SCHEMA in EXAMPLES, f"schema {SCHEMA} has no example: FREEZE=1 pytest tests/impact/test_report.py writes it"
    return EXAMPLES[SCHEMA]


def shape(kind, path=""):
    """The fields of a report with their types: {"facts.title.nl": "str", …}."""
    of = next((part for part in (kind, *get_args(kind)) if is_dataclass(part)), None)
    if of is None:
        return {path: str(kind) if get_args(kind) else kind.__name__}
    under = path + ("" if of is kind else "[]" if get_origin(kind) is tuple else "?") + "." if path else ""
    hints = get_type_hints(of)
    return {k: v for field in fields(of) for k, v in shape(hints[field.name], under + field.name).items()}


def leaves(value, path=""):
    """Every value in plain data by its path."""
    if not value or not isinstance(value, dict | list):
        return {path: value}
    rows = value.items() if isinstance(value, dict) else enumerate(value)
    return {k: v for name, inner in rows for k, v in leaves(inner, f"{path}.{name}").items()}


def edition_of(trip, stored):
    return ReportEdition.objects.create(
        trip=trip,
        number=1,
        title_nl="Van toen",
        report=stored,
        sha256="0" * 64,
        data_until_at=LATER,
        published_at=LATER,
        published_by=trip.team.get().user,
    )


@pytest.mark.parametrize(
    ("today", "published", "asked"),
    [
        # Days worked out by hand: the return meeting is on 18 December 2026, the follow-up day on 12 November 2027.
        ((2026, 12, 18), None, False),
        ((2026, 12, 19), None, True),
        ((2026, 12, 19), (2026, 12, 17, 23), True),
        ((2026, 12, 19), (2026, 12, 18, 1), False),
        ((2027, 11, 12), (2026, 12, 18, 1), False),
        ((2027, 11, 13), (2026, 12, 18, 1), True),
        ((2027, 11, 13), (2027, 11, 12, 0), False),
    ],
)
def test_the_lead_is_asked_for_a_report_after_the_days_that_ask_for_one(cast, today, published, asked):
    trip = world.trip(lead=cast.lead, published=True)
    assert (trip.return_meeting_on, trip.follow_up_on) == (date(2026, 12, 18), date(2027, 11, 12))
    if published:
        edition = edition_of(trip, {})
        ReportEdition.objects.filter(pk=edition.pk).update(published_at=world.home(*published))
    with clock.at(world.home(*today, 9)):
        section = dashboard.lead(User.objects.get(pk=cast.lead.pk), clock.now())
    about = [todo for todo in (section.todos if section else []) if trip.slug in todo.url]
    assert bool(about) is asked


@pytest.mark.skipif("FREEZE" not in os.environ, reason="writes the example of a new schema: FREEZE=1")
def test_write_the_example_of_a_new_schema(cast, edition):
    stored = {"sha256": edition.sha256, "shape": shape(Report), "report": edition.report}
    with (FROZEN / f"schema-{SCHEMA}.json").open("x") as file:
        file.write(json.dumps(stored, ensure_ascii=False, indent=1) + "\n")


def test_every_schema_has_its_example_and_its_step():
    assert newest()
    assert sorted(EXAMPLES) == list(range(1, SCHEMA + 1)), "an example is gone, or of no schema"
    assert sorted(STEPS) == list(range(1, SCHEMA)), "STEPS has one step from each schema before today's"


def test_another_shape_is_another_schema():
    assert shape(Report) == newest()["shape"], "raise SCHEMA and write the step from the old one"


#: Worked out by hand from the world that was frozen: 12 travellers and 2 more applied, 10 answered, 5 of their 10 goals
#: reached, 7 of 12 actions done, 12 x 10 + 5 x 2 colleagues, 13,200 euros for 12, six sevens and six nines.
SEEN = {"figures": ["50%", "7 van 12", "130", "€ 1.100"], "flow": [14, 12, 12, 10, 0], "grade": "8"}
BY_HAND = {1: SEEN, 2: SEEN}


@pytest.mark.parametrize("schema", EXAMPLES)
def test_an_old_edition_reads_as_it_did(schema, cast, login, monkeypatch):
    assert schema in BY_HAND, f"work out by hand what the example of schema {schema} says, in BY_HAND"
    stored, wanted = EXAMPLES[schema]["report"], BY_HAND[schema]
    told = json.dumps(stored, sort_keys=True, ensure_ascii=False)
    assert hashlib.sha256(told.encode()).hexdigest() == EXAMPLES[schema]["sha256"]
    assert thaw(stored), "the steps lead to today's report"
    edition = edition_of(cast.trip, stored)
    edition.refresh_from_db()

    page = login(cast.partner()).get(reverse("impact:edition", args=[edition.pk]))
    assert page.status_code == 200
    monkeypatch.setattr(pdf, "pressed", str.encode)
    paper = documents.paper(edition, own=(), language="nl").decode()
    for figure in wanted["figures"]:
        assert figure in page.text
        assert figure in paper
    assert f"mediaan {wanted['grade']}, n = 12" in paper

    shown = documents.context(thaw(edition.report))
    sheets = {str(sheet.title): list(sheet.rows) for sheet in documents._sheets(edition, shown)}
    assert [row[0] for row in sheets["Samenvatting"]] == wanted["figures"]
    assert [row[1] for row in sheets["Van aanmelding tot antwoord"]] == wanted["flow"]


@pytest.mark.parametrize("schema", EXAMPLES)
def test_what_an_old_edition_did_not_measure_is_not_a_zero(schema):
    stored = EXAMPLES[schema]["report"]
    assert thaw(stored).opportunity_year.median is None  # nobody answered that question
    now = leaves(json.loads(json.dumps(freeze(thaw(stored)))))
    assert [path for path in now.keys() - leaves(stored).keys() if now[path] in (0, "")] == []


def test_an_older_report_goes_through_every_step(monkeypatch):
    """As if schema 1 knew hours of the team without saying which, and schema 2 named them."""
    today = newest()["report"]
    effort = today["effort"].items()
    oldest = today | {"schema": 1, "effort": {k: v for k, v in effort if "team" not in k} | {"team_hours": 40}}

    def from_1_to_2(data):
        hours = {k: v for k, v in data["effort"].items() if k != "team_hours"}
        return data | {"effort": hours | {"team_hours_actual": data["effort"]["team_hours"]}}

    def from_2_to_3(data):
        return data | {"effort": data["effort"] | {"team_hours_planned": None}}

    monkeypatch.setattr(report, "SCHEMA", 3)
    monkeypatch.setattr(report, "STEPS", {1: from_1_to_2, 2: from_2_to_3})
    found = thaw(oldest)
    assert (found.schema, found.effort.team_hours_actual, found.effort.team_hours_planned) == (3, 40, None)
    assert (found.effort.cost_each, oldest["schema"], oldest["effort"]["team_hours"]) == (1100.0, 1, 40)


def test_a_newer_edition_is_a_sentence_and_the_lists_still_stand(cast, login):
    edition = edition_of(cast.trip, newest()["report"] | {"schema": SCHEMA + 1})
    partner = login(cast.partner())
    for name in ("edition", "edition-pdf", "edition-xlsx"):
        page = partner.get(reverse(f"impact:{name}", args=[edition.pk]))
        assert page.status_code == 409
        assert "nieuwere versie van Exchange" in page.text
    for url in ("/my/", reverse("impact:editions")):
        page = partner.get(url)
        assert page.status_code == 200
        assert "Van toen" in page.text


WHOLE = EXAMPLES[max(EXAMPLES)]["report"]


@pytest.mark.parametrize(
    "spoiled",
    [
        None,
        [],
        {},
        {"schema": SCHEMA},
        WHOLE | {"schema": "1"},
        WHOLE | {"schema": 0},
        WHOLE | {"findings": "Ze doen het nog."},
        WHOLE | {"flow": None},
        WHOLE | {"flow": WHOLE["flow"] | {"applied": "veel"}},
        WHOLE | {"flow": WHOLE["flow"] | {"applied": None}},
        WHOLE | {"job_roles": ["teacher"]},
    ],
)
def test_a_spoiled_edition_is_refused(spoiled):
    with pytest.raises(Unreadable) as refused:
        thaw(spoiled)
    assert str(refused.value.verdict.reason) == str(report.SPOILED)


def test_a_spoiled_edition_is_a_sentence(cast, login):
    page = login(cast.partner()).get(reverse("impact:edition", args=[edition_of(cast.trip, {}).pk]))
    assert page.status_code == 409
    assert "niet opgeslagen zoals het hoort" in page.text
