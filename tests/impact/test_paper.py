"""The PDF of an edition: made by the worker, for whoever may read it, with the own school by name and no other."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from evaluations.impact import actions, documents, papers, report
from evaluations.impact.models import Finding, ReportEdition
from exchange.jobs import worker
from exchange.jobs.actions import kept
from exchange.jobs.models import Job
from exchange.verdicts import Refused
from tests import world
from tests.impact.test_report import LATER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def printer(monkeypatch):
    """Papers as their markup: drawing is tested with the documents."""
    monkeypatch.setattr(documents.pdf, "pressed", lambda markup: markup.encode())
    yield
    for job in Job.objects.all():
        default_storage.delete(job.file)


@pytest.fixture
def schools(cast):
    """Two travel from each of two schools."""
    cast.trip.published_at, cast.trip.published_by = world.home(2026, 10, 12), cast.lead
    cast.trip.save()
    for school in (cast.school, cast.other_school):
        for _person in range(2):
            world.participation(cast.trip, world.user(at=school))
    return cast.school, cast.other_school


@pytest.fixture
def publish(cast, schools, at):
    """`publish()` publishes an edition."""
    at(LATER)
    Finding.objects.create(trip=cast.trip, text_nl="Ze doen het nog.", text_en="They still do it.")
    return lambda: actions.publish_edition(trip=cast.trip, title_nl="Een jaar later", title_en="", by=cast.lead)


def pdf(edition):
    return reverse("impact:edition-pdf", args=[edition.pk])


def page(edition):
    return reverse("impact:paper", args=[edition.pk])


def asked(edition):
    """Who is asked for: languages and schools of the jobs of an edition."""
    jobs = Job.objects.filter(key__startswith=papers.prefix(edition))
    return sorted((job.arguments["language"], job.arguments["own"]) for job in jobs)


def test_publishing_asks_for_the_papers_of_everybody_who_sees_a_school_by_name(cast, schools, publish):
    cast.coordinator(), cast.partner(), cast.funder()  # two at one school, one without
    edition = publish()
    own = [str(cast.school.pk)]
    assert asked(edition) == [("en", []), ("en", own), ("nl", []), ("nl", own)]
    assert set(Job.objects.values_list("status", "asked_by", "trip")) == {("waiting", cast.lead.pk, cast.trip.pk)}


def test_an_edition_that_is_not_published_asks_for_nothing(cast, publish, monkeypatch):
    def fails(**fields):
        raise RuntimeError("no")

    monkeypatch.setattr(actions, "ask_many", fails)
    with pytest.raises(RuntimeError):
        publish()
    assert (ReportEdition.objects.count(), Job.objects.count()) == (0, 0)


def test_each_reader_gets_the_own_school_and_no_other(cast, schools, publish, login):
    coordinator, partner_elsewhere, funder = cast.coordinator(), world.user(at=cast.other_school), cast.funder()
    world.give_role(partner_elsewhere, "partner", cast.other_school)
    edition = publish()
    worker.work()
    ours, theirs = cast.school.name, cast.other_school.name
    found = {who: login(who).get(pdf(edition)) for who in (coordinator, partner_elsewhere, funder, cast.lead)}
    assert {response.status_code for response in found.values()} == {200}
    assert {response["Content-Type"] for response in found.values()} == {"application/pdf"}
    assert {response["Cache-Control"] for response in found.values()} == {"private, no-store"}
    text = {who: response.content.decode() for who, response in found.items()}
    assert [(ours in text[who], theirs in text[who]) for who in found] == [
        (True, False),
        (False, True),
        (False, False),
        (False, False),
    ]


def test_in_the_language_of_the_reader(cast, publish, login):
    edition = publish()
    worker.work()
    client = login(cast.lead)
    assert '<html lang="nl">' in client.get(pdf(edition)).content.decode()
    client.cookies["language"] = "en"
    assert '<html lang="en">' in client.get(pdf(edition)).content.decode()


def test_until_it_is_made_the_page_tells_how_far_it_is_and_looks_again(cast, publish, login):
    edition, client = publish(), login(cast.lead)
    assert client.get(pdf(edition)).url == page(edition)
    waiting = client.get(page(edition))
    assert waiting["Refresh"] == "2"
    assert "Het staat in de rij." in waiting.content.decode()
    assert "Maak de pdf" not in waiting.content.decode()
    job = papers.stored(edition, own=(), language="nl")
    worker.claim(job.pk)
    assert "Het wordt gemaakt." in client.get(page(edition)).content.decode()
    worker.make(Job.objects.get(pk=job.pk))
    ready = client.get(page(edition))
    assert "Het is klaar." in ready.content.decode()
    assert ready["Refresh"] == f"1; url={pdf(edition)}"
    assert client.get(pdf(edition)).status_code == 200


def test_what_nobody_asked_for_can_be_asked_for_once(cast, schools, publish, login):
    edition = publish()
    newcomer = cast.partner()  # became one after the edition was published
    client = login(newcomer)
    offered = client.get(page(edition))
    assert "Maak de pdf" in offered.content.decode()
    assert "Refresh" not in offered
    client.get(pdf(edition))
    assert Job.objects.count() == 2  # looking asks for nothing
    for _time in range(2):
        assert client.post(reverse("impact:paper-ask", args=[edition.pk])).url == page(edition)
    assert asked(edition)[-1] == ("nl", [str(cast.school.pk)])
    assert (Job.objects.count(), Job.objects.filter(asked_by=newcomer).count()) == (3, 1)
    worker.work()
    assert cast.school.name in client.get(pdf(edition)).content.decode()


def test_who_may_not_read_it_gets_nothing_and_can_not_ask(cast, publish, login):
    edition, stranger = publish(), cast.stranger()
    worker.work()
    client = login(stranger)
    ask = reverse("impact:paper-ask", args=[edition.pk])
    answers = [client.get(pdf(edition)), client.get(page(edition)), client.post(ask)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    with pytest.raises(Refused):
        actions.ask_for_paper(edition=edition, language="nl", by=stranger)
    assert Job.objects.count() == 2


def test_a_failure_is_told_to_its_reader_the_lead_and_the_administrator_and_can_be_tried_again(
    cast, publish, login, monkeypatch
):
    def too_long(*args, **kwargs):
        raise documents.pdf.TooLong("900,000 characters")

    edition = publish()
    with monkeypatch.context() as broken:
        broken.setattr(documents.pdf, "pressed", too_long)
        worker.work()
    client = login(cast.lead)
    told = client.get(page(edition))
    sentence = "Dit is te lang om er een pdf van te maken. Lees het op de pagina zelf."
    assert sentence in told.content.decode()
    assert "Refresh" not in told
    for who in (cast.lead, cast.administrator()):
        assert "2 documenten konden niet worden gemaakt" in login(who).get(reverse("home")).content.decode()
        assert sentence in login(who).get(reverse("jobs:list")).content.decode()
    assert "konden niet worden gemaakt" not in login(cast.companion()).get(reverse("home")).content.decode()
    client.post(reverse("impact:paper-ask", args=[edition.pk]))
    job = Job.objects.exclude(status="failed").get()
    assert (job.status, job.attempts, job.asked_by) == ("waiting", 0, cast.lead)
    worker.work()
    assert client.get(pdf(edition)).status_code == 200
    other = Job.objects.get(status="failed")
    client.post(reverse("jobs:again", args=[other.pk]))
    worker.work()
    assert set(Job.objects.values_list("status", flat=True)) == {"done"}


def test_a_file_that_is_gone_is_no_dead_end(cast, publish, login):
    edition, client = publish(), login(cast.lead)
    worker.work()
    job = papers.stored(edition, own=(), language="nl")
    default_storage.delete(job.file)
    assert client.get(pdf(edition)).url == page(edition)
    assert "Maak de pdf" in client.get(page(edition)).content.decode()
    client.post(reverse("impact:paper-ask", args=[edition.pk]))
    worker.work()
    assert client.get(pdf(edition)).status_code == 200


def test_another_layout_makes_another_file(cast, publish, login, monkeypatch):
    edition, client = publish(), login(cast.lead)
    worker.work()
    assert client.get(pdf(edition)).status_code == 200
    monkeypatch.setattr(papers, "layout", lambda: "the next one")
    assert client.get(pdf(edition)).status_code == 302


def test_the_layout_is_that_of_every_file_that_draws_it(settings, tmp_path):
    (tmp_path / "templates/impact").mkdir(parents=True)
    page = tmp_path / "templates/impact/_report.html"
    settings.ROOT = tmp_path
    marks = []
    for text in ("one", "two", "one"):
        page.write_text(text)
        papers.layout.cache_clear()
        marks.append(papers.layout())
    settings.ALLIANCE_NAME = "Another alliance"
    papers.layout.cache_clear()
    marks.append(papers.layout())
    papers.layout.cache_clear()
    assert (marks[0] == marks[2], len(set(marks))) == (True, 3)


def test_what_an_edition_was_printed_as_can_be_forgotten(cast, publish, login, at):
    edition = publish()
    other = actions.publish_edition(trip=cast.trip, title_nl="Nog eens", title_en="", by=cast.lead)
    worker.work()
    files = [job.file for job in Job.objects.filter(key__startswith=papers.prefix(edition))]
    assert papers.forget(edition) == 2
    assert [default_storage.exists(file) for file in files] == [False, False]
    assert login(cast.lead).get(pdf(edition)).status_code == 302
    assert login(cast.lead).get(pdf(other)).status_code == 200
    assert kept(papers.stored(other, own=(), language="nl"))


def test_the_waiting_page_says_when_nobody_is_at_work(cast, publish, login, at):
    edition = publish()
    at(LATER + worker.timedelta(minutes=3))
    assert "Niemand is ermee bezig." in login(cast.lead).get(page(edition)).content.decode()
    admin = login(cast.administrator())
    assert "Er wachten documenten en niemand maakt ze" in admin.get(reverse("home")).content.decode()
    assert "Niemand is aan het werk." in admin.get(reverse("jobs:list")).content.decode()
    worker.work()
    assert "Niemand is aan het werk." not in admin.get(reverse("jobs:list")).content.decode()


def test_two_schools_of_one_reader_are_one_paper(cast, schools, publish):
    both = cast.coordinator()
    world.give_role(both, "partner", cast.other_school)
    found = report.thaw(publish().report)
    names = [sorted(school.name for school in own) for own in papers.variants(found)]
    assert names == [[], sorted([cast.school.name, cast.other_school.name])]
