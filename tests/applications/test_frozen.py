"""Old submissions stay readable: one frozen example of every schema ever sent, on every page that shows one."""

import json
import os
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import reverse

from applications import content
from applications.conditions.checks import OPEN
from applications.content import SCHEMA, STEPS, Unreadable, thaw
from applications.mine.dashboard import unsent
from applications.models import Application, Submission
from applications.questions import GOAL_QUESTIONS, QUESTIONS
from applications.selection.answering import _learning_goals
from applications.writing import actions as drafting
from applications.writing import documents
from exchange.documents import pdf
from exchange.privacy import held as holdings
from exchange.trips.models import Tag
from tests import world
from tests.journeys.visitor import Visitor

#: What was sent, as the code of its time stored it. Never edited.
FROZEN = Path(__file__).parent / "frozen"
EXAMPLES = {int(file.stem.removeprefix("submission-")): json.loads(file.read_text()) for file in FROZEN.glob("*.json")}
#: The examples that answer otherwise than `sent` does. The first schema did not ask how somebody works there; until the
#: third, how somebody heard of the trip was a text, and it was left empty.
EMPLOYMENT = {1: None}
HEARD = {1: "", 2: ""}
#: What so differs from what `sent` says with another motivation, in the order of the form.
CHANGED = {
    1: ["Hoe je er werkt", "Hoe je van deze reis hoorde", "Motivatie", "Of je mee kunt"],
    2: ["Hoe je van deze reis hoorde", "Motivatie"],
}


def shape(value, path=""):
    """The fields of what was sent with their types: {"goals[].able_to": "str", …}."""
    if isinstance(value, dict):
        return {k: v for name, inner in value.items() for k, v in shape(inner, f"{path}.{name}".lstrip(".")).items()}
    if isinstance(value, list):
        return {k: v for inner in value for k, v in shape(inner, f"{path}[]").items()}
    return {path: type(value).__name__}


@pytest.fixture
def samira(cast):
    return world.user("Samira Idrissi", at=cast.school, job_title="Teamleider")


@pytest.fixture
def sent(cast, samira, at):
    """What somebody sends today: two goals, one of them with a tag."""
    at(world.MOMENTS["call"])
    made = world.application(cast.trip, samira, goals=2, heard_from="colleague")
    made.goals.first().tags.add(Tag.objects.first())
    return drafting.submit(application=made, by=samira)


@pytest.fixture
def old(request, cast, sent):
    """The same, as it was stored in another schema."""
    stored = EXAMPLES[request.param]
    Submission.objects.update(schema=request.param, content=stored["content"], sha256=stored["sha256"])
    world.settle_all()
    return Submission.objects.get()


every_schema = pytest.mark.parametrize("old", EXAMPLES, indirect=True)


@pytest.mark.skipif("FREEZE" not in os.environ, reason="writes the example of a new schema: FREEZE=1")
def test_write_the_example_of_a_new_schema(sent):
    stored = {"sha256": sent.sha256, "content": sent.content}
    with (FROZEN / f"submission-{SCHEMA}.json").open("x") as file:
        file.write(json.dumps(stored, ensure_ascii=False, indent=1) + "\n")


def test_every_schema_has_its_example_and_its_step():
    assert sorted(EXAMPLES) == list(range(1, SCHEMA + 1)), "FREEZE=1 pytest tests/applications/test_frozen.py writes it"
    changed = {one.since for one in (*QUESTIONS, *GOAL_QUESTIONS)} | {step + 1 for step in STEPS}
    assert changed | {1} == set(range(1, SCHEMA + 1)), "each schema has another question, or a step"


@pytest.mark.parametrize("schema", EXAMPLES)
def test_a_question_tells_since_when_it_is_asked(schema):
    stored = EXAMPLES[schema]["content"]
    around = {"printed_name", "job_role", "job_title", "institution", "language", "hours", "goals"}
    assert stored.keys() - around == {one.name for one in QUESTIONS if one.since <= schema}
    asked = {one.name for one in GOAL_QUESTIONS if one.since <= schema}
    assert stored["goals"][0].keys() - {"id", "order", "tags"} == asked


def newest():
    """The example of today's schema."""
    assert SCHEMA in EXAMPLES, "FREEZE=1 pytest tests/applications/test_frozen.py writes the example; commit it"
    return EXAMPLES[SCHEMA]["content"]


def test_another_shape_is_another_schema(sent):
    assert sent.schema == SCHEMA
    assert shape(sent.content) == shape(newest()), "say since when it is asked, or write the step in STEPS"


@pytest.mark.parametrize("schema", EXAMPLES)
def test_what_was_not_asked_is_not_an_empty_answer(schema):
    stored = EXAMPLES[schema]["content"]
    assert content.digest(stored) == EXAMPLES[schema]["sha256"]
    said = thaw(stored, schema)
    assert said["employment"] == EMPLOYMENT.get(schema, "employed")
    assert said["heard_from"] == HEARD.get(schema, "colleague")
    assert said["motivation"] == "Ik wil leren wat je doet na een ruzie in de gang."
    assert {said[name] for name in said.keys() - stored.keys()} <= {None}
    assert shape(said).keys() == shape(newest()).keys()


@every_schema
def test_pages_and_paper_of_an_old_one(old, cast, samira, login, monkeypatch):
    monkeypatch.setattr(pdf, "pressed", str.encode)
    own = login(samira).get(f"/my/applications/{old.application_id}/versions/1/").content.decode()
    lead = login(cast.lead).get(reverse("applications:detail", args=[cast.trip.slug, old.application_id]))
    assert lead.status_code == 200
    paper = documents.copy_of(old, language="nl").decode()
    for text in (own, paper, lead.content.decode()):
        assert "Ik wil leren wat je doet na een ruzie in de gang." in text
        assert "Ik kan een herstelgesprek leiden (2)." in text
    assert "12 uur vóór, 32 uur tijdens en 12 uur na de reis" in own
    assert ("in dienst" in own) == (old.content.get("employment") == "employed")
    assert "None" not in own + paper


@pytest.mark.parametrize("old", [1], indirect=True)
def test_a_condition_that_nobody_was_asked_about_is_open(old, cast, login):
    page = login(cast.lead).get(reverse("applications:detail", args=[cast.trip.slug, old.application_id]))
    assert [one.state for one in page.context["checks"]][1:3] == [OPEN, OPEN]


@every_schema
def test_an_old_one_beside_one_of_today(old, samira, login):
    schema, draft = old.schema, old.application
    draft.motivation = "Iets heel anders."
    draft.save()
    drafting.submit(application=draft, by=samira)
    page = login(samira).get(f"/my/applications/{draft.pk}/versions/2/")
    assert [label for label, _runs in page.context["changes"]] == CHANGED.get(schema, ["Motivatie"])
    assert "<del>" in page.content.decode()


@every_schema
def test_the_goals_of_an_old_one_go_along(old, cast, samira):
    place = world.participation(cast.trip, goals=0)
    for pk in old.content["goals"][0]["tags"]:
        named = {"dimension": Tag.objects.first().dimension, "key": "oud", "name_nl": "oud"}
        Tag.objects.get_or_create(pk=pk, defaults=named)
    _learning_goals(place, old)
    texts = [goal.proposed_text for goal in place.goals.order_by("order")]
    assert texts == ["Ik kan een herstelgesprek leiden (1).", "Ik kan een herstelgesprek leiden (2)."]


@every_schema
def test_own_data_holds_what_was_stored(old, samira):
    told = holdings.as_json(samira, holdings.about(samira)).decode()
    assert "Ik wil leren wat je doet na een ruzie in de gang." in told
    assert old.content in holdings.of_kind(samira, "applications.submission").rows[0]


@pytest.mark.parametrize(
    ("typed", "way", "read"),
    [
        ("Een collega.", "colleague", "Van een collega"),
        ("nieuwsbrief", "school", "Via het intranet of de nieuwsbrief van mijn school"),
        ("Van de bakker & zijn vrouw", "Van de bakker & zijn vrouw", "Van de bakker & zijn vrouw"),
        ("", "", "–"),
    ],
)
def test_what_was_typed_before_there_was_a_choice_is_read(typed, way, read, sent, samira):
    Submission.objects.update(schema=2, content=sent.content | {"heard_from": typed})
    world.settle_all()
    assert Submission.objects.get().answers["heard_from"] == way
    page = Visitor(samira).open(f"/my/applications/{sent.application_id}/versions/1/")
    assert f"Hoe je van deze reis hoorde {read} Motivatie" in page.words


@pytest.mark.parametrize(("schema", "unasked"), [(1, ["employment", "earlier_trips", "can_travel"]), (2, []), (3, [])])
def test_what_was_sent_in_an_older_schema_is_not_changed_since(schema, unasked, sent, samira, login, at):
    stored = {name: value for name, value in sent.content.items() if name not in unasked}
    Submission.objects.update(schema=schema, content=stored, sha256=content.digest(stored))
    at(world.home(2026, 9, 20))
    # Saved again since, and said nothing new.
    Application.objects.update(saved_at=world.home(2026, 9, 19), **dict.fromkeys(unasked, ""))
    assert told(samira, login) == (False, False, False)
    assert drafting.submit(application=Application.objects.get(), by=samira).pk == sent.pk

    Application.objects.update(motivation="Iets heel anders.")
    assert told(samira, login) == (True, True, True)


def told(samira, login):
    """Whether the own page, the home page and the page to send say that something is not sent yet."""
    one = Application.objects.get()
    one.sent_at = one.submitted_at
    own = login(samira).get(f"/my/applications/{one.pk}/")
    review = login(samira).get(reverse("applications:review", args=[one.trip.slug]))
    return own.context["unsent"], unsent(one), review.context["changed"]


def test_what_a_newer_version_stored_does_not_close_the_own_pages(sent, samira, login):
    Submission.objects.update(schema=SCHEMA + 1)
    Application.objects.update(saved_at=world.home(2026, 9, 19))
    assert told(samira, login) == (True, True, True)
    assert login(samira).get("/").status_code == 200


def test_drafts_are_chosen_for_as_submissions_are_read():
    migration = import_module("applications.migrations.0003_heard_from_is_a_choice")
    assert {words: str(way) for words, way in content.WAYS.items()} == migration.WAYS


def test_a_draft_of_before_there_was_a_choice_loses_nothing(cast, samira, at):
    at(world.MOMENTS["call"])
    migration = import_module("applications.migrations.0003_heard_from_is_a_choice")
    mine = world.application(cast.trip, samira, heard_from="Van de bakker")
    other = world.application(cast.trip, heard_from="Een collega.")
    migration.choose(apps, None)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.heard_from, other.heard_from) == ("Van de bakker", "colleague")
    # What was typed stands among the choices, and is still there when the page is saved again.
    visitor = Visitor(samira)
    page = visitor.open(reverse("applications:apply", args=[cast.trip.slug]))
    assert page.form("do").values["heard_from"] == ["Van de bakker"]
    visitor.press(page, "do", "next", earlier_trips="Geen")
    mine.refresh_from_db()
    assert (mine.heard_from, mine.earlier_trips) == ("Van de bakker", "Geen")


def test_a_newer_one_is_a_sentence(cast, sent, samira, login):
    Submission.objects.update(schema=SCHEMA + 1)
    own = f"/my/applications/{sent.application_id}/versions/1"
    team = reverse("applications:detail", args=[cast.trip.slug, sent.application_id])
    for reader, url in ((samira, f"{own}/"), (samira, f"{own}.pdf"), (cast.lead, team)):
        page = login(reader).get(url)
        assert page.status_code == 409
        assert "nieuwere versie van Exchange" in page.content.decode()


WHOLE = EXAMPLES[max(EXAMPLES)]["content"]


@pytest.mark.parametrize(
    ("spoiled", "schema"),
    [
        (None, SCHEMA),
        ([], SCHEMA),
        ({}, SCHEMA),
        ({}, 1),
        (WHOLE, 0),
        (WHOLE | {"goals": None}, SCHEMA),
        (WHOLE | {"goals": ["Ik kan doorvragen."]}, SCHEMA),
        (WHOLE | {"goals": [{"id": "1"}]}, SCHEMA),
    ],
)
def test_a_spoiled_one_is_refused(spoiled, schema):
    with pytest.raises(Unreadable) as refused:
        thaw(spoiled, schema)
    assert str(refused.value.verdict.reason) == str(content.SPOILED)
