"""Every personal field is declared, and what somebody can see of themselves holds nothing of others."""

import json
from io import BytesIO

import openpyxl
import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from evaluations.lifecycle import Moment
from evaluations.models import Action, DailyEvaluation, GoalLevel, Insight, OneWord
from exchange.outbox.actions import queue
from exchange.people.models import User
from exchange.privacy import held as holdings
from tests import world

OURS = [
    m for m in apps.get_models() if m.__module__.split(".")[0] in ("exchange", "applications", "evaluations", "demo")
]


ALWAYS = models.JSONField | models.EmailField | models.GenericIPAddressField | models.FileField


def could_be_personal(field):
    """Whether a field could hold something about a person."""
    if isinstance(field, ALWAYS) or (field.is_relation and field.related_model is User):
        return True
    words = isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.SlugField)
    return words and not field.choices and not field.name.endswith(("_nl", "_en"))


def undeclared(model):
    """Fields that could hold something about a person and that nobody declared."""
    said = {*model.PERSONAL, *getattr(model, "IMPERSONAL", ())}
    fields = [*model._meta.fields, *model._meta.many_to_many]
    return [field.name for field in fields if field.name not in said and could_be_personal(field)]


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_every_personal_field_is_declared(model):
    assert undeclared(model) == [], "neither PERSONAL nor IMPERSONAL: exchange/privacy/declared.py says how"


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_what_is_declared_exists_and_leads_to_a_person(model):
    names = {field.name for field in [*model._meta.fields, *model._meta.many_to_many]}
    said = {
        *model.PERSONAL,
        *getattr(model, "IMPERSONAL", ()),
        *getattr(model, "WITHHELD", ()),
        *getattr(model, "SHOWN", ()),
    }
    assert said <= names
    for path in {getattr(model, "OWNER", ""), getattr(model, "ABOUT", "")} - {""}:
        here = model
        for step in path.split("__"):
            here = here._meta.get_field(step).related_model
        assert here is User


def test_a_model_with_text_of_people_says_whose_it_is():
    """A field kept for a trip or a selection belongs to somebody, but for those who have no account, or not yet."""
    from exchange.privacy import declared as personal

    kept = {personal.TRIP, personal.SELECTION, personal.ROAD, personal.REGISTER, personal.MAIL}
    nobodys = {m._meta.label for m in OURS if kept & set(m.PERSONAL.values()) and not hasattr(m, "OWNER")}
    assert nobodys == {"trips.HostOrganisation", "applications.LateAccess", "applications.Invitation"}


@pytest.fixture
def lives(cast):
    """Two participants with everything, a reviewer's score, a manager's refusal, an undecided application."""
    own = cast.participant()
    other = world.participation(cast.trip, world.user("Olga Ongezien", at=cast.other_school))
    for place, word in ((own, "eigenwoord"), (other, "vreemdwoord")):
        evening = DailyEvaluation.objects.create(
            participation=place, on=world.DEPARTS, need=f"{word} behoefte",
            answered_at=world.MOMENTS["travelling"], changed_at=world.MOMENTS["travelling"],
        )  # fmt: skip
        Insight.objects.create(evening=evening, text=f"{word} inzicht")
        GoalLevel.objects.create(
            goal=place.goals.get(),
            moment=Moment.RETURN,
            level=1,
            outcome=f"{word} uitkomst",
            scored_at=world.MOMENTS["return"],
        )
        Action.objects.create(
            participation=place, title=f"{word} actie", due_on=world.FOLLOW_UP, created_at=world.MOMENTS["return"]
        )
        OneWord.objects.create(participation=place, moment=Moment.RETURN, word=word, written_at=world.MOMENTS["return"])
    for place in (own, other):
        place.user.applications.get().endorsements.update(refusal_reason="geheime weigering", status="refused")
    reviewer = cast.reviewer()
    world.rubric(cast.trip)
    for place, word in ((own, "strenge beoordeling"), (other, "milde beoordeling")):
        made = world.assessment(place.user.applications.get(), reviewer, 2, 5)
        made.scores.update(reason=word)
    letter = {"subject": "Brief aan jou", "body": "Hier: [[endorse]]"}
    queue(key="a", kind="people/sign_in", to=own.user.email, recipient=own.user, language="nl",
          context=letter, links={"endorse": {"secret": "s3cr3t"}})  # fmt: skip
    return own, other, reviewer


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["page", "json", "xlsx"])
def test_my_data_holds_all_of_me_and_nothing_of_others(lives, login, kind):
    own, other, _reviewer = lives
    client = world.proven(login(own.user), own.user)
    if kind == "page":
        overview = client.get(reverse("privacy:data"))
        pages = [client.get(reverse("privacy:held", args=[kind.key])) for kind in overview.context["kinds"]]
        assert [len(page.context["holding"].rows) for page in pages] == [k.count for k in overview.context["kinds"]]
        text = "".join(page.content.decode() for page in [overview, *pages])
    else:
        response = client.get(reverse("privacy:download", args=[kind]))
        assert response.headers["Content-Disposition"].startswith('attachment; filename="exchange-mijn-gegevens-')
        text = response.content.decode() if kind == "json" else cells(response.content)
    mine = ["eigenwoord behoefte", "eigenwoord inzicht", "eigenwoord uitkomst", "eigenwoord actie", "Piet Participant",
            own.user.email, "Ik begon de pauzeronde.", "Ik kan een herstelgesprek leiden (1).", "Joke Mulder",
            "Brief aan jou", "[persoonlijke link]"]  # fmt: skip
    for words in mine:
        assert words in text, words
    theirs = ["vreemdwoord", "Olga", other.user.email, "geheime weigering", "strenge beoordeling", "milde beoordeling",
              "s3cr3t", own.user.password, str(own.user.calendar_token), "Rik Reviewer"]  # fmt: skip
    for words in theirs:
        assert words not in text, words


def cells(content):
    book = openpyxl.load_workbook(BytesIO(content))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


@pytest.mark.django_db
def test_an_undecided_decision_is_not_there_and_a_published_one_is(cast, login):
    person = cast.applicant()
    decision = world.decision(world.submitted(cast.trip, person), "reserve")
    client = world.proven(login(person), person)
    url = reverse("privacy:download", args=["json"])
    titles = [h["title"] for h in json.loads(client.get(url).content)["holdings"]]
    assert "Besluiten" not in titles
    decision.published_at, decision.published_by = world.MOMENTS["preparation"], cast.lead
    decision.save()
    world.settle_all()
    holding = next(h for h in json.loads(client.get(url).content)["holdings"] if h["title"] == "Besluiten")
    assert "Hanneke" not in json.dumps(holding, ensure_ascii=False)
    assert "reserve" in json.dumps(holding)


@pytest.mark.django_db
def test_a_reviewer_finds_the_own_assessments_without_the_applicants(lives):
    *_, reviewer = lives
    text = holdings.as_json(reviewer, holdings.about(reviewer)).decode()
    assert "strenge beoordeling" in text
    assert "Piet" not in text
    assert "Olga" not in text


@pytest.mark.django_db
def test_no_average_score_is_held_out(lives):
    own, *_ = lives
    own.user.applications.update(score_mean="3.21", score_count=2)
    world.settle_all()
    assert "3.21" not in holdings.as_json(own.user, holdings.about(own.user)).decode()


@pytest.mark.django_db
def test_my_data_costs_the_same_with_one_and_with_thirty_rows(cast, login, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    place = cast.participant()
    client = login(place.user)

    def count():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("privacy:data")).status_code == 200
        return len(seen)

    def act():
        Action.objects.create(
            participation=place, title="x", due_on=world.FOLLOW_UP, created_at=world.MOMENTS["return"]
        )

    act()
    count()  # the first one also writes that this session is used
    few = count()
    for _ in range(30):
        act()
    assert count() == few


@pytest.mark.django_db
def test_another_kind_of_file_is_not_found(cast, login):
    person = cast.stranger()
    client = world.proven(login(person), person)
    assert client.get(reverse("privacy:download", args=["exe"])).status_code == 404
