"""The team's page: everybody once, funnels worked out by hand, and a spreadsheet that can be read back."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse

from applications.content import SCHEMA
from applications.models import Application, Endorsement, LateAccess, Submission
from applications.people.brought import read
from applications.people.funnel import funnel
from applications.people.lists import Fate, checked
from applications.people.people import people_around
from exchange import clock
from exchange.documents.reading import read_file
from exchange.people.lifecycle import JobRole
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Participation
from tests import world
from tests.conftest import signed_in
from tests.journeys.visitor import Page

pytestmark = pytest.mark.django_db


def invitation(cast, name, email, school=None, role=""):
    return world.invitation(cast.trip, email, name, institution=school, job_role=role)


def url(name, cast, query=""):
    return reverse(f"applications:{name}", args=[cast.trip.slug]) + query


def people(cast):
    return people_around(cast.trip, clock.now())


def steps(cast):
    return {person.name: person.step for person in people(cast)}


@pytest.fixture
def call(cast, at):
    """Nine people of two schools, the story of each in its line.

    Duinrand:   Ida invited · Bo invited, writing · Dirk writing · Sara sent, backed · Rolf invited, sent, refused
    Groenlinde: Gijs invited · Anna sent, waiting · Wil withdrawn
    elsewhere:  Zoë invited, school not known
    """
    at(world.MOMENTS["call"])
    here, there = cast.school, cast.other_school
    invitation(cast, "Ida", "ida@duinrand.example", here, JobRole.TEACHER)
    bo = world.user("Bo", at=here, role=JobRole.CARETAKER)
    invitation(cast, "Bo van de lijst", bo.email, here, JobRole.TEACHER)
    world.application(cast.trip, bo, school_use="", committed=False)
    world.application(cast.trip, world.user("Dirk", at=here), goals=0, motivation="")
    world.submitted(cast.trip, world.user("Sara", at=here))
    rolf = world.user("Rolf", at=here, role=JobRole.CARETAKER)
    invitation(cast, "Rolf", rolf.email, here)
    refused = world.submitted(cast.trip, rolf)
    refused.endorsements.update(status="refused", signer_name="Mona Manager")
    invitation(cast, "Gijs", "gijs@groenlinde.example", there, JobRole.TEACHER)
    world.submitted(cast.trip, world.user("Anna", at=there), endorsed=False)
    gone = world.submitted(cast.trip, world.user("Wil", at=there, role=JobRole.CARETAKER))
    Application.objects.filter(pk=gone.pk).update(status="withdrawn")
    invitation(cast, "Zoë", "zoe@elders.example")
    world.settle_all()
    return cast


def test_everybody_stands_once_where_they_are(call):
    assert steps(call) == {
        "Anna": "manager",
        "Bo": "draft",
        "Dirk": "draft",
        "Gijs": "invited",
        "Ida": "invited",
        "Rolf": "submitted",
        "Sara": "submitted",
        "Wil": "withdrawn",
        "Zoë": "invited",
    }


def test_drafts_say_how_complete_they_are(call):
    """Bo wrote motivation, a goal, initiative and the manager; Dirk all but motivation and goals."""
    assert {one.name: one.parts for one in people(call) if one.parts is not None} == {"Bo": 4, "Dirk": 4}


def line(found):
    return (
        found.invited,
        found.started,
        found.submitted,
        found.answered,
        found.backed,
        found.selected,
        found.confirmed,
    )


def test_the_funnel_counts_people_by_school_and_by_job_role(call):
    counted = funnel(people(call), call.trip)
    # invited: Ida Bo Rolf Gijs Zoë; started: Bo Dirk Sara Rolf Anna Wil; sent: Sara Rolf Anna; backed: Sara
    assert line(counted.total) == (5, 6, 3, 2, 1, 0, 0)
    assert [(str(one.label), line(one)) for one in counted.schools] == [
        ("aoc Groenlinde", (1, 2, 1, 0, 0, 0, 0)),
        ("roc Duinrand", (3, 4, 2, 2, 1, 0, 0)),
        ("School niet bekend", (1, 0, 0, 0, 0, 0, 0)),
    ]
    # caretakers: Bo Rolf Wil; teachers: Ida Dirk Sara Gijs Anna; Zoë's list said nothing
    assert [(str(one.label), line(one)) for one in counted.roles] == [
        ("conciërge", (2, 3, 1, 1, 0, 0, 0)),
        ("docent", (2, 3, 2, 1, 1, 0, 0)),
        ("Functie niet bekend", (1, 0, 0, 0, 0, 0, 0)),
    ]


WAYS = {
    "Van een collega": 0,
    "Van mijn leidinggevende": 0,
    "Via het intranet of de nieuwsbrief van mijn school": 0,
    "Door een uitnodiging per mail": 0,
    "Op deze site": 0,
    "Anders": 0,
}


def heard(person, way, schema=SCHEMA):
    """How somebody heard of the trip, as it was sent in a schema."""
    last = Submission.objects.filter(application__user__name=person).first()
    Submission.objects.filter(pk=last.pk).update(schema=schema, content=last.content | {"heard_from": way})
    world.settle_all()


@pytest.fixture
def few(call):
    """A trip on which the answers of one are counted already, so that few are enough for a test."""
    type(call.trip).objects.filter(pk=call.trip.pk).update(minimum_people=1)


def ways(page):
    """What the page of the team shows, row by row."""
    [one] = page.context["counts"]
    rows = {str(label): n for label, n in one.rows}
    table = " ".join(f"{label} {n}" for label, n in rows.items())
    assert f"Antwoord Verstuurd {table} " in Page("", 200, page.content.decode()).words
    return rows


def test_which_way_worked_is_counted_over_what_stands(call, few, login):
    """Sara and Rolf by a colleague, once in the words of an earlier schema; Anna by the baker. Wil withdrew."""
    heard("Sara", "colleague")
    heard("Rolf", "Een collega.", schema=2)
    heard("Anna", "Van de bakker", schema=1)
    heard("Wil", "site")
    # Nobody of the team sees the own application, in no count either.
    world.submitted(call.trip, call.lead, heard_from="site")
    page = login(call.lead).get(url("people", call))
    assert ways(page) == WAYS | {"Van een collega": 2, "in eigen woorden": 1}
    assert "Van de 3 aanmeldingen die staan." in page.content.decode()
    assert "bakker" not in page.content.decode()


def test_who_did_not_say_or_was_not_asked_is_no_zero(call, few, login):
    heard("Sara", "site")
    heard("Rolf", "")
    heard("Anna", None)
    assert ways(login(call.lead).get(url("people", call))) == WAYS | {
        "Op deze site": 1,
        "niet ingevuld": 1,
        "toen niet gevraagd": 1,
    }


def test_the_last_that_was_sent_counts(call, few, login):
    heard("Sara", "site")
    sara = Application.objects.get(user__name="Sara")
    first = sara.submissions.get()
    Submission.objects.create(
        application=sara,
        number=2,
        submitted_at=clock.now(),
        schema=SCHEMA,
        content=first.content | {"heard_from": "manager"},
        sha256="x" * 64,
        institution=first.institution,
        job_role=first.job_role,
        printed_name="Sara",
        receipt="VIL26-SARA22",
    )
    world.settle_all()
    assert ways(login(call.lead).get(url("people", call))) == WAYS | {"Van mijn leidinggevende": 1, "niet ingevuld": 2}


def test_below_five_people_who_answered_nothing_is_counted(call, login):
    """Names stand on the same page: three who answered could be told apart."""
    for person, way in (("Sara", "site"), ("Rolf", "colleague"), ("Anna", "colleague")):
        heard(person, way)
    page = login(call.lead).get(url("people", call))
    [one] = page.context["counts"]
    assert (one.rows, one.total) == ([], 3)
    assert "zodra 5 mensen hebben geantwoord" in page.content.decode()


def test_a_spoiled_answer_is_nobodys_and_no_error(call, few, login):
    heard("Sara", ["site"])
    heard("Rolf", {"a": 1}, schema=2)
    heard("Anna", "site")
    assert ways(login(call.lead).get(url("people", call))) == WAYS | {"Op deze site": 1, "toen niet gevraagd": 2}


def test_nothing_is_counted_before_somebody_sent(cast, at, login):
    at(world.MOMENTS["call"])
    world.application(cast.trip, world.user("Dirk"), heard_from="site")
    assert login(cast.lead).get(url("people", cast)).context["counts"] == []


def test_the_lines_add_up(call):
    counted = funnel(people(call), call.trip)
    for lines in (counted.schools, counted.roles):
        assert tuple(map(sum, zip(*map(line, lines), strict=True))) == line(counted.total)


def test_after_the_publication_selected_and_confirmed(call, at):
    sara, rolf, anna = (Application.objects.get(user__name=name) for name in ("Sara", "Rolf", "Anna"))
    for one, kind in ((sara, "select"), (rolf, "reserve"), (anna, "select")):
        world.decision(one, kind)
    at(world.MOMENTS["selection"])
    assert line(funnel(people(call), call.trip).total)[5:] == (0, 0)
    call.trip.published_at, call.trip.published_by = world.home(2026, 10, 12), call.lead
    call.trip.save()
    for one in (sara, rolf, anna):
        one.decision.published_at, one.decision.published_by = world.home(2026, 10, 12), call.lead
        one.decision.save()
    at(world.home(2026, 10, 13))
    world.offer(sara, status="confirmed")
    place = Participation.objects.create(
        trip=call.trip,
        user=sara.user,
        institution=call.school,
        job_role="teacher",
        printed_name="Sara",
        confirmed_at=world.home(2026, 10, 13),
    )
    world.settle_all()
    # Anna was selected too, and waits for her manager; the reserve is not selected.
    assert line(funnel(people(call), call.trip).total)[5:] == (2, 1)
    assert (steps(call)["Sara"], steps(call)["Anna"], steps(call)["Rolf"]) == ("placed", "reserve", "reserve")
    given_back = {"status": "cancelled", "cancelled_at": world.home(2026, 10, 13), "cancelled_by": sara.user}
    Participation.objects.filter(pk=place.pk).update(**given_back)
    world.settle_all()
    assert line(funnel(people(call), call.trip).total)[5:] == (2, 0)


def test_one_person_with_two_addresses_on_two_lists_counts_once(cast, at):
    at(world.MOMENTS["call"])
    person = world.user("Bo", at=cast.school)
    person.emailaddress_set.create(email="bo@thuis.example", verified=True)
    invitation(cast, "Bo", person.email)
    invitation(cast, "Bo privé", "bo@thuis.example")
    assert line(funnel(people(cast), cast.trip).total)[:2] == (1, 0)
    world.application(cast.trip, person)
    assert line(funnel(people(cast), cast.trip).total)[:2] == (1, 1)


def test_what_was_sent_keeps_its_school_and_role(cast, at):
    at(world.MOMENTS["call"])
    person = world.user("Sara", at=cast.school)
    world.submitted(cast.trip, person)
    person.institution, person.job_role, person.name = cast.other_school, JobRole.DIRECTOR, "Sara Anders"
    person.save()
    [found] = people(cast)
    assert (found.name, found.school, found.job_role) == ("Sara", cast.school, "teacher")


def test_a_draft_after_closing_is_caught_unless_its_author_has_late_access(call, at):
    at(call.trip.accepts_until)
    assert (steps(call)["Bo"], steps(call)["Dirk"], steps(call)["Sara"]) == ("caught", "caught", "in_selection")
    LateAccess.objects.create(
        trip=call.trip,
        email=Application.objects.get(user__name="Dirk").user.email,
        until_at=call.trip.closes_at + timedelta(days=2),
        reason="Ziek",
        given_at=clock.now(),
        given_by=call.lead,
    )
    world.settle_all()
    assert (steps(call)["Bo"], steps(call)["Dirk"]) == ("caught", "draft")


# --- the page -------------------------------------------------------------------------------------


def shown(cast, query="", user=None):
    response = signed_in(user or cast.lead).get(url("people", cast, query), headers={"accept-language": "nl"})
    assert response.status_code == 200
    return response


def names(response):
    return [row.record.name for row in response.context["table"].rows]


ALL = ["Anna", "Bo", "Dirk", "Gijs", "Ida", "Rolf", "Sara", "Wil", "Zoë"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("?q=ZO", ["Zoë"]),
        ("?q=groenlinde", ["Anna", "Gijs", "Wil"]),
        ("?role=caretaker", ["Bo", "Rolf", "Wil"]),
        ("?step=draft", ["Bo", "Dirk"]),
        ("?step=manager", ["Anna"]),
        ("?step=nonsense&role=nonsense&school=nonsense", ALL),
        ("?sort=-name", ALL[::-1]),
        ("?sort=order", ["Gijs", "Ida", "Zoë", "Bo", "Dirk", "Anna", "Rolf", "Sara", "Wil"]),
        ("?sort=school_name", ["Zoë", "Anna", "Gijs", "Wil", "Bo", "Dirk", "Ida", "Rolf", "Sara"]),
    ],
)
def test_search_filter_and_sort(call, query, expected):
    assert names(shown(call, query)) == expected


def test_by_school(call):
    assert names(shown(call, f"?school={call.other_school.pk}")) == ["Anna", "Gijs", "Wil"]


def test_pages_of_fifty(call):
    for n in range(60):
        invitation(call, f"Zz {n:02}", f"zz{n}@duinrand.example", call.school)
    response = shown(call, "?page=2")
    assert len(response.context["table"].paginated_rows) == 19
    assert response.context["total"] == 69


def test_the_lead_sees_who_is_backed_and_a_companion_only_that_there_is_an_answer(call):
    lead, companion = shown(call), shown(call, user=call.member(TeamRole.COMPANION, "Carla Companion"))
    assert [(str(bar.label), bar.value) for bar in lead.context["chart"].rows] == [
        ("Uitgenodigd", 5), ("Begonnen", 6), ("Verstuurd", 3), ("Gesteund", 1),
    ]  # fmt: skip
    assert [(str(bar.label), bar.value) for bar in companion.context["chart"].rows][3] == (
        "Leidinggevende antwoordde",
        2,
    )
    assert "Gesteund" not in companion.content.decode()


def test_what_nobody_of_the_list_may_see_is_not_in_it(call):
    Endorsement.objects.filter(status="refused").update(refusal_reason="Te druk")
    world.assessment(Application.objects.get(user__name="Sara"), call.member(TeamRole.REVIEWER, "Rik Reviewer"))
    world.decision(Application.objects.get(user__name="Sara"))
    for user in (call.lead, call.member(TeamRole.COMPANION, "Carla Companion")):
        text = shown(call, user=user).content.decode()
        for secret in ("Te druk", "afgewezen", "Rik Reviewer", "ruzie in de gang", "geselecteerd", "weiger"):
            assert secret not in text.lower() if secret.islower() else secret not in text


def test_the_own_application_is_not_there(call):
    world.submitted(call.trip, call.lead)
    response = shown(call)
    assert call.lead.name not in names(response)
    assert response.context["hides_own"] is True
    assert response.context["funnel"].total.submitted == 3


def test_reviewers_and_strangers_do_not_see_it(call):
    assert signed_in(call.member(TeamRole.REVIEWER, "Rik Reviewer")).get(url("people", call)).status_code == 403
    assert signed_in(call.stranger()).get(url("people", call)).status_code == 404


# --- the spreadsheet ------------------------------------------------------------------------------


def content(cast, kind, query=""):
    return b"".join(signed_in(cast.lead).get(url(f"people-{kind}", cast, query)))


HEAD = [
    "Naam", "E-mail", "School", "Functie", "Taal", "Uitgenodigd (Nederlandse tijd)", "Hoe het ervoor staat",
    "Delen geschreven", "Verstuurd (Nederlandse tijd)", "Versie", "Leidinggevende", "Wie",
    "Gevraagd (Nederlandse tijd)", "Herinnerd (Nederlandse tijd)",
]  # fmt: skip


def test_what_is_seen_is_what_is_exported(call):
    query = "?step=draft&sort=-name"
    [head, *rows] = csv.reader(io.StringIO(content(call, "csv", query).decode("utf-8-sig"), newline=""), delimiter=";")
    assert head == HEAD
    assert [row[0] for row in rows] == names(shown(call, query)) == ["Dirk", "Bo"]
    assert rows[1][2:8] == ["roc Duinrand", "conciërge", "nl", "2026-09-03 10:00", "is aan het schrijven", "4"]


def test_the_workbook_has_a_codebook_with_a_line_for_each_column(call):
    book = openpyxl.load_workbook(io.BytesIO(content(call, "xlsx")))
    [people_, meanings] = book.worksheets
    assert [cell.value for cell in people_[1]] == HEAD
    assert [row[0].value for row in meanings.iter_rows(min_row=2)] == HEAD
    assert people_.max_row == 10


def test_no_refusal_leaves_in_a_file(call):
    for kind in ("csv", "xlsx"):
        told = {cell for row in read_file(content(call, kind)).sheets[0].lines[1:] for cell in row.cells}
        assert not {cell for cell in told if "weiger" in cell or "afgewezen" in cell or "niet gesteund" in cell}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_went_out_comes_in_as_known(call, kind):
    """Names that look like formulas included: not one row is new or wrong."""
    odd = world.user("=Som(A1)", at=call.school)
    world.application(call.trip, odd)
    rows = read(read_file(content(call, kind))).entries
    assert len(rows) == 10
    fates = {line.name: line.fate for line in checked(rows, trip=call.trip)}
    assert fates == {
        "=Som(A1)": Fate.STARTED,
        "Anna": Fate.SENT,
        "Bo": Fate.STARTED,
        "Dirk": Fate.STARTED,
        "Gijs": Fate.INVITED,
        "Ida": Fate.INVITED,
        "Rolf": Fate.SENT,
        "Sara": Fate.SENT,
        "Wil": Fate.SENT,
        "Zoë": Fate.INVITED,
    }
