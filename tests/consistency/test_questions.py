"""Every question of the application form is typed in through the pages, sent, and looked for everywhere.

An answer must stand wherever its declaration says that somebody reads it, and nowhere else. A question that was added
to applications/questions.py and is still missing somewhere is named here with the place.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from applications.endorsing import tokens
from applications.lines import settle
from applications.models import Admission, Application, ProposedGoal
from applications.questions import GOAL_QUESTIONS, QUESTIONS, SECTIONS, AnswerKind, Question, Reader
from applications.writing import documents
from exchange import clock
from exchange.documents import pdf
from exchange.outbox.models import OutboxMessage
from exchange.privacy import held
from tests import world
from tests.conftest import Cast
from tests.journeys.visitor import Page, Visitor

pytestmark = pytest.mark.django_db
EVERY = (*QUESTIONS, *GOAL_QUESTIONS)
#: What an answer of the first and of the second version is recognised by.
FIRST, SECOND = "vijgen", "kweeperen"
#: The pages and files of each reader. All of them get what was sent in the second version.
PLACES = {
    Reader.APPLICANT: ("own page to send", "own page of a version", "own paper", "receipt", "own data"),
    Reader.REVIEWERS: ("reviewer's page", "companion's page", "page of the coordinator, where the trip says so"),
    Reader.LEAD: ("lead's page", "draft of who asks to be admitted"),
    Reader.MANAGER: ("manager's page",),
    Reader.COUNT: ("mail to the manager", "funnel", "list", "list as CSV", "funnel as CSV"),
}
#: What a hint promises for each kind of reader.
SAID = {
    Reader.REVIEWERS: "Het team en je beoordelaars lezen het.",
    Reader.LEAD: "De projectleider leest het.",
    Reader.MANAGER: "Je leidinggevende leest het en tekent ervoor.",
    Reader.COUNT: "Het staat nergens met je naam; het team ziet hoe vaak elk antwoord is gegeven.",
}
#: Team and school see for whom they wait, as the hint says, and managers sign the same hours with own name and address.
KNOWN_ANYWAY = {
    "manager_name": ("manager's page", "mail to the manager", "funnel", "funnel as CSV"),
    "manager_email": ("manager's page",),
    "committed": ("manager's page",),
}


#: Versions side by side hold the answers too; they are looked at apart.
COMPARED = re.compile(r"(?s)<(ins|del)>.*?</\1>")


@dataclass(frozen=True)
class Told:
    """What everybody sees after an application was sent twice."""

    forms: dict[str, Page]
    places: dict[str, str]
    content: dict[str, Any]
    changed: dict[Reader, list[str]]
    found: dict[str, bool]
    held: dict[str, dict[str, Any]]
    counts: dict[str, dict[str, int]]


def typed(one: Question, version: str) -> Any:
    """What is typed or chosen as the answer of a version."""
    if one.kind is AnswerKind.TICK:
        return True
    if one.kind is AnswerKind.EMAIL:
        return f"{version}@duinrand.example"
    if one.choices:
        return sorted(one.choices.values, key=lambda value: len(one.choices(value).label))[
            -1 if version == SECOND else 0
        ]
    return f"{version}-{one.name}"


def read(one: Question) -> str:
    """How the answer of the second version reads."""
    if one.name == "committed":
        return "12 uur vóór, 32 uur tijdens en 12 uur na de reis"
    return str(one.choices(typed(one, SECOND)).label) if one.choices else str(typed(one, SECOND))


def gets(one: Question, reader: Reader) -> bool:
    """Whether somebody should get to read the answer."""
    team = reader is Reader.LEAD and Reader.REVIEWERS in one.readers
    return reader is Reader.APPLICANT or reader in one.readers or team


def fill_in(somebody: Visitor, slug: str, version: str) -> dict[str, Page]:
    """Every page of the form, as it stood when it was opened; then send it."""
    page = somebody.open(reverse("applications:apply", args=[slug]))
    pages = {}
    for section in SECTIONS:
        pages[section] = page
        answers = {one.name: typed(one, version) for one in QUESTIONS if one.section == section}
        if section == "goals":
            answers = {f"goal-0-{one.name}": typed(one, version) for one in GOAL_QUESTIONS}
        page = somebody.press(page, "do", "next", **answers)
    pages["review"] = page
    somebody.press(page, to="/send/")
    return pages


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[Told]:
    """Somebody writes and sends twice; everybody looks."""
    with django_db_blocker.unblock(), transaction.atomic(), override("nl"):
        with clock.at(world.MOMENTS["call"]):
            cast = Cast()
            cast.trip.coordinators_read, cast.trip.minimum_people = True, 1  # one answer is counted here
            cast.trip.save()
            samira = world.user("Samira Idrissi", at=cast.school)
            somebody = Visitor(samira)
            fill_in(somebody, cast.trip.slug, FIRST)
            pages = fill_in(somebody, cast.trip.slug, SECOND)
            world.prove("somebody sent twice")
            yield look(cast, somebody, pages)
        transaction.set_rollback(True)


def look(cast: Cast, somebody: Visitor, pages: dict[str, Page]) -> Told:
    """What each reader gets to see."""
    sent, trip = Application.objects.get(), cast.trip
    submission = sent.submissions.first()
    lead, companion = Visitor(cast.lead), Visitor(cast.companion())
    reviewer = cast.reviewer()
    reading = world.assessment(sent, reviewer)
    version = reverse("applications:version", args=[sent.pk, 2])
    detail = reverse("applications:detail", args=[trip.slug, sent.pk])
    asked = sent.endorsements.current().get()
    people, rows = reverse("applications:people", args=[trip.slug]), reverse("applications:list", args=[trip.slug])
    places = {
        "own page to send": pages["review"].html,
        "own page of a version": somebody.open(version).html,
        "own paper": paper(submission),
        "receipt": OutboxMessage.objects.get(key=f"receipt:{submission.pk}").body,
        "own data": somebody.open(reverse("privacy:held", args=["applications.application"])).html
        + somebody.open(reverse("privacy:held", args=["applications.proposedgoal"])).html,
        "reviewer's page": Visitor(reviewer).open(reverse("applications:assess", args=[reading.pk])).html,
        "companion's page": companion.open(detail).html,
        "page of the coordinator, where the trip says so": Visitor(cast.coordinator())
        .open(reverse("applications:school-read", args=[trip.slug, sent.pk]))
        .html,
        "lead's page": lead.open(detail).html,
        "draft of who asks to be admitted": lead.open(caught(cast)).html,
        "manager's page": Visitor().open(reverse("applications:endorse", args=[tokens.token(asked)])).html,
        "mail to the manager": "".join(
            OutboxMessage.objects.filter(kind="applications/endorse").values_list("body", flat=True)
        ),
        "funnel": lead.open(people).html,
        "list": lead.open(rows).html,
        "list as CSV": lead.fetch(reverse("applications:list-csv", args=[trip.slug])).decode(),
        "funnel as CSV": lead.fetch(reverse("applications:people-csv", args=[trip.slug])).decode(),
    }
    counts = lead.client.get(people).context["counts"]
    return Told(
        forms=pages,
        places={place: html.unescape(COMPARED.sub("", text)) for place, text in places.items()},
        content=submission.content,
        changed={
            Reader.APPLICANT: labels(somebody.client.get(version).context["changes"]),
            Reader.REVIEWERS: labels(companion.client.get(detail).context["versions"][0][1]),
            Reader.LEAD: labels(lead.client.get(detail).context["versions"][0][1]),
        },
        found={one.name: bool(lead.client.get(rows, {"q": read(one)}).context["table"].rows) for one in EVERY},
        held=own_data(somebody.user),
        counts={one.question.name: {str(label): n for label, n in one.rows} for one in counts},
    )


def paper(submission: Any) -> str:
    """The PDF before it is pressed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "pressed", str.encode)
        return documents.copy_of(submission, language="nl").decode()


def caught(cast: Cast) -> str:
    """Somebody else wrote the same and asks to be admitted: the address of the request."""
    answers = {one.name: typed(one, SECOND) for one in QUESTIONS}
    draft = world.application(cast.trip, world.user(at=cast.school), goals=0, **answers)
    goal = ProposedGoal.objects.create(application=draft)
    ProposedGoal.objects.filter(pk=goal.pk).update(**{one.name: typed(one, SECOND) for one in GOAL_QUESTIONS})
    settle(draft)
    asked = Admission.objects.create(application=draft, request="De trein.", asked_at=clock.now())
    return reverse("applications:admission", args=[cast.trip.slug, asked.pk])


def labels(changes: list[Any]) -> list[str]:
    """What is told to have changed."""
    return [str(label) for label, _runs in changes]


def own_data(user: Any) -> dict[str, dict[str, Any]]:
    """What is held about the draft and its goals, by what it is called."""
    found = {}
    for kind in ("applications.application", "applications.proposedgoal"):
        holding = held.of_kind(user, kind)
        found[kind] = dict(zip(map(str, holding.columns), holding.rows[0], strict=True))
    return found


every_question = pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)


@every_question
def test_it_is_a_column_that_says_how_long_it_is_kept(one: Question) -> None:
    model = ProposedGoal if one in GOAL_QUESTIONS else Application
    assert hasattr(model, one.name), (
        f'{model.__name__} has no column: {one.name} = answer("{one.name}"); makemigrations'
    )
    column = model._meta.get_field(one.name)
    assert model.PERSONAL[one.name] is one.keep
    assert str(column.verbose_name) == str(one.title)
    assert (column.max_length or 0) == one.longest
    assert (column.choices or None) == (one.choices.choices if one.choices else None)


def test_every_column_with_an_answer_is_a_question() -> None:
    about = {"user", "language", "score_mean", "score_count", "ruling", "ruling_reason", "ruled_by"}
    assert Application.PERSONAL.keys() - about == {one.name for one in QUESTIONS}
    assert ProposedGoal.PERSONAL.keys() == {one.name for one in GOAL_QUESTIONS}


@every_question
def test_it_is_asked_on_its_page_with_who_reads_it(told: Told, one: Question) -> None:
    page = told.forms[one.section]
    name = f"goal-0-{one.name}" if one in GOAL_QUESTIONS else one.name
    assert name in page.form("do").names, f"the page of the section {one.section} does not show it"
    assert str(one.label) in page.words
    beside = re.search(rf'(?s)id="id_{name}_helptext">(.*?)</div>', page.html)
    hint = html.unescape(beside[1]) if beside else ""
    assert str(one.hint) in hint
    # Of the goals it is said once, above them.
    assert [reader for reader in SAID if SAID[reader] in (page.words if one in GOAL_QUESTIONS else hint)] == [
        reader for reader in SAID if reader in one.readers
    ]


@every_question
def test_it_is_frozen_when_it_is_sent(told: Told, one: Question) -> None:
    sent = told.content["goals"][0] if one in GOAL_QUESTIONS else told.content
    assert sent[one.name] == typed(one, SECOND)


@pytest.mark.parametrize(
    ("place", "reader"), [(place, reader) for reader, places in PLACES.items() for place in places]
)
@every_question
def test_it_is_read_by_its_readers_and_by_nobody_else(told: Told, one: Question, place: str, reader: Reader) -> None:
    if place == "own data" and one.kind is AnswerKind.TICK:
        return  # below: a yes is no words to look for
    if place == "funnel" and Reader.COUNT in one.readers:
        return  # below: every answer is a row there
    there = read(one) in told.places[place]
    due = reader is not Reader.COUNT and gets(one, reader)
    assert there == (due or place in KNOWN_ANYWAY.get(one.name, ())), (
        f"{one.name} ({read(one)}) in the {place}: {there}"
    )


@every_question
@pytest.mark.parametrize("reader", [Reader.APPLICANT, Reader.REVIEWERS, Reader.LEAD])
def test_another_answer_shows_between_two_versions(told: Told, one: Question, reader: Reader) -> None:
    called = "Leerdoel 1" if one in GOAL_QUESTIONS else str(one.title)[0].upper() + str(one.title)[1:]
    changed = gets(one, reader) and one.kind is not AnswerKind.TICK
    assert (called in told.changed[reader]) == changed


@every_question
def test_the_list_is_searched_in_what_the_whole_team_reads(told: Told, one: Question) -> None:
    words = one.kind is AnswerKind.TEXT or one in GOAL_QUESTIONS
    assert told.found[one.name] == (words and Reader.REVIEWERS in one.readers)


@every_question
def test_own_data_has_the_answer_in_words(told: Told, one: Question) -> None:
    kind = "applications.proposedgoal" if one in GOAL_QUESTIONS else "applications.application"
    expected = True if one.kind is AnswerKind.TICK else read(one)
    assert told.held[kind][str(one.title)] == expected


@every_question
def test_it_has_a_use(told: Told, one: Question) -> None:
    assert one.readers, "a question that nobody uses is not asked"
    assert (one.name in told.counts) == (Reader.COUNT in one.readers)
    if Reader.COUNT in one.readers:
        assert {label: n for label, n in told.counts[one.name].items() if n} == {read(one): 1}


def test_what_the_manager_reads_and_signs_is_known() -> None:
    """Whoever adds to this shows managers more than they saw: on purpose, and in endorsing/_signed.html."""
    signed = {one.name for one in EVERY if Reader.MANAGER in one.readers}
    assert signed == {"school_use", "students_notice", "able_to", "others_see"}
