"""A word that is taken back leaves every edition at once, on page, PDF and sheet; all other figures stay."""

import importlib
from copy import deepcopy
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from django.apps import apps
from django.core.cache import caches
from django.core.files.storage import default_storage
from django.urls import reverse

from evaluations.afterwards.actions_return import TripAnswers, answer_return, set_consent
from evaluations.certificates.models import Certificate
from evaluations.impact import actions, documents, papers, redacting
from evaluations.impact.editions import report_of, reports_of
from evaluations.impact.models import Finding, Redaction, ReportEdition, ShownWord
from evaluations.impact.queries import compute
from evaluations.impact.report import digest
from evaluations.models import FollowUp, OneWord
from exchange.history.actions import record
from exchange.history.models import HistoryEntry
from exchange.jobs import worker
from exchange.jobs.models import Job
from exchange.verdicts import Refused
from tests import world
from tests.privacy.planting import everywhere

pytestmark = pytest.mark.django_db
BACK, LATER = world.home(2026, 12, 20), world.home(2027, 11, 20)
TAKEN = world.home(2028, 3, 1)
AT_RETURN = ["Rode loper"] * 3 + ["rust", "Rust"] + ["qyxmoed"] + ["zwijgen", "zwijgen"]


@pytest.fixture(autouse=True)
def printer(monkeypatch):
    """Papers as their markup: drawing is tested with the documents."""
    monkeypatch.setattr(documents.pdf, "pressed", lambda markup: markup.encode())
    yield
    for job in Job.objects.all():
        default_storage.delete(job.file)


@pytest.fixture
def people(cast):
    """Eight who let their word be shown: three, two, one and two said the same. After a year five say one thing."""
    cast.trip.published_at, cast.trip.published_by = world.home(2026, 10, 12), cast.lead
    cast.trip.save()
    made = []
    for n, word in enumerate(AT_RETURN):
        who = world.participation(cast.trip, world.user(f"Reiziger {n}", at=cast.school))
        OneWord.objects.create(participation=who, moment="return", word=word, consent=True, written_at=BACK)
        if n < 5:
            OneWord.objects.create(participation=who, moment="one_year", word="anker", consent=True, written_at=LATER)
        made.append(who)
    Finding.objects.create(trip=cast.trip, text_nl="Ze doen het nog.")
    return made


@pytest.fixture
def publish(cast, people, at):
    """`publish()` publishes an edition."""
    at(LATER)
    return lambda: actions.publish_edition(trip=cast.trip, title_nl="Een jaar later", title_en="", by=cast.lead)


def take_back(who, moment="return", consent=False):
    set_consent(word=who.words.get(moment=moment), consent=consent, by=who.user)


def words(edition, place="words_return"):
    """The words an edition stores, with how many said them."""
    return {one["word"]: one["count"] for one in ReportEdition.objects.get(pk=edition.pk).report[place]["words"]}


ALL = {"rode loper": 3, "rust": 2, "qyxmoed": 1, "zwijgen": 2}


def fetched(client, edition):
    """What a reader gets: page, PDF and spreadsheet as text."""
    sheet = openpyxl.load_workbook(BytesIO(client.get(reverse("impact:edition-xlsx", args=[edition.pk])).content))
    cells = [str(cell.value) for page in sheet for row in page.iter_rows() for cell in row]
    page, pdf = (client.get(reverse(f"impact:{name}", args=[edition.pk])) for name in ("edition", "edition-pdf"))
    assert (page.status_code, pdf.status_code) == (200, 200)
    return [page.content.decode(), pdf.content.decode(), "\n".join(cells)]


# --- out of the edition ---------------------------------------------------------------------------


def test_it_leaves_page_pdf_and_sheet_at_once(cast, people, publish, login, at):
    edition, partner = publish(), login(cast.funder())
    worker.work()
    assert ["qyxmoed" in text for text in fetched(partner, edition)] == [True] * 3
    at(TAKEN)
    take_back(people[5])
    worker.work()
    shown = fetched(partner, edition)
    assert ["qyxmoed" in text for text in shown] == [False] * 3
    assert ["rode loper" in text for text in shown] == [True] * 3
    assert ["1 maart 2028" in text or "2028-03-01: 1 woord weggelakt" in text for text in shown] == [True] * 3


def test_nothing_else_changes_and_both_checksums_are_kept(people, publish, at):
    edition = publish()
    before, first = deepcopy(edition.report), edition.sha256
    at(TAKEN)
    take_back(people[5])
    after = ReportEdition.objects.get(pk=edition.pk)
    assert words(edition) == {"rode loper": 3, "rust": 2, "zwijgen": 2}
    assert after.report["words_return"]["people"] == 8  # n as it was
    for report in (before, after.report):
        del report["salt"], report["words_return"]["words"]
    assert after.report == before
    after.refresh_from_db()
    assert (after.sha256, after.redacted_at) == (first, TAKEN)
    assert after.checksum == after.redacted_sha256 == digest(after.report) != first
    [one] = after.redactions.all()
    assert (one.at, one.words, one.sha256) == (TAKEN, 1, after.checksum)


def test_of_those_who_said_the_same_one_count_falls(people, publish):
    edition = publish()
    take_back(people[0])
    assert words(edition) == ALL | {"rode loper": 2}
    take_back(people[1])
    take_back(people[2])
    assert words(edition) == {name: n for name, n in ALL.items() if name != "rode loper"}
    assert [one.words for one in edition.redactions.all()] == [1, 1, 1]


def test_the_same_word_in_the_other_language_is_of_somebody_else(people, publish):
    people[4].words.filter(moment="return").update(language="en")
    edition = publish()
    take_back(people[4])
    left = ReportEdition.objects.get(pk=edition.pk).report["words_return"]["words"]
    assert [(one["lang"], one["count"]) for one in left if one["word"] == "rust"] == [("nl", 1)]


def test_below_k_no_word_is_shown_and_n_stays(people, publish):
    """Five said "anker" after a year: without one of them there are too few to hide among."""
    edition = publish()
    assert words(edition, "words_year") == {"anker": 5}
    take_back(people[0], "one_year")
    assert words(edition, "words_year") == {}
    report = ReportEdition.objects.get(pk=edition.pk).report
    assert (report["words_year"]["people"], report["words_return"]["people"]) == (5, 8)
    assert words(edition) == ALL
    assert [one.words for one in edition.redactions.all()] == [5]
    take_back(people[1], "one_year")  # of a list that is gone nothing can be taken
    assert edition.redactions.count() == 1


def test_the_own_k_of_an_edition_counts(cast, people, publish):
    cast.trip.minimum_people = 8
    cast.trip.save()
    edition = publish()
    cast.trip.minimum_people = 5
    cast.trip.save()
    take_back(people[0])
    assert words(edition) == {}


def test_every_edition_that_shows_it_and_no_other(people, publish):
    first = publish()
    take_back(people[5])
    second = publish()  # without it
    take_back(people[5], consent=True)
    assert (words(first), words(second)) == (
        {"rode loper": 3, "rust": 2, "zwijgen": 2},
        {"rode loper": 3, "rust": 2, "zwijgen": 2},
    )
    third, fourth = publish(), publish()
    assert (words(third), words(fourth)) == (ALL, ALL)
    take_back(people[5])
    assert ["qyxmoed" in words(one) for one in (first, second, third, fourth)] == [False] * 4
    assert [one.redactions.count() for one in (first, second, third, fourth)] == [1, 0, 1, 1]


def test_an_edition_of_another_trip_stays_as_it_is(cast, people, publish):
    edition = publish()
    other = ReportEdition.objects.get(pk=edition.pk)
    other.pk, other.trip = uuid4(), world.trip(lead=cast.lead)
    ReportEdition.objects.bulk_create([other])
    anna = world.participation(other.trip)
    said = OneWord.objects.create(participation=anna, moment="one_year", word="zee", consent=True, written_at=LATER)
    ShownWord.objects.create(edition=other, word=said)
    take_back(people[5])
    take_back(people[0], "one_year")  # of whom too few are left
    assert words(edition) == {"rode loper": 3, "rust": 2, "zwijgen": 2}
    assert ShownWord.objects.get(edition=other).word == said
    assert words(other) == ALL
    assert ReportEdition.objects.get(pk=other.pk).redacted_at is None


def test_what_is_remembered_of_an_edition_are_the_words_it_still_shows(people, publish):
    publish()

    def remembered():
        return [ShownWord.objects.filter(word__moment=moment).count() for moment in ("return", "one_year")]

    assert remembered() == [8, 5]
    take_back(people[5])
    assert remembered() == [7, 5]
    take_back(people[0], "one_year")  # four are left, so none is shown
    assert remembered() == [7, 0]


def test_exactly_as_many_as_are_needed_are_shown(people, publish):
    edition = publish()
    for n in (5, 6, 7):
        take_back(people[n])
    assert words(edition) == {"rode loper": 3, "rust": 2}
    take_back(people[3])
    assert words(edition) == {}


def test_history_tells_of_which_edition_and_of_how_many_words(cast, people, publish):
    edition = publish()
    take_back(people[5])
    entry = HistoryEntry.objects.get(verb="report.redact")
    assert (entry.about_id, entry.trip, entry.by) == (str(edition.pk), cast.trip.pk, None)
    assert entry.facts == {"number": 1, "words": 1}


def test_of_several_editions_each_loses_one(people, publish):
    editions = [publish(), publish()]
    take_back(people[0])
    assert [words(one)["rode loper"] for one in editions] == [2, 2]


def test_who_takes_it_back_twice_takes_nothing_of_another(people, publish):
    edition = publish()
    for _time in range(2):
        take_back(people[0])
        take_back(people[0], consent=True)
    take_back(people[0])
    assert words(edition) == ALL | {"rode loper": 2}


def test_only_its_author_takes_it_back(cast, people, publish):
    edition = publish()
    for stranger in (cast.lead, people[1].user):
        with pytest.raises(Refused):
            set_consent(word=people[0].words.get(moment="return"), consent=False, by=stranger)
    assert words(edition) == ALL


@pytest.mark.parametrize(
    ("spoiled", "redactions"), [(lambda report: ["?"], 0), (lambda report: report | {"flow": None}, 1)]
)
def test_an_edition_that_is_spoiled_does_not_stand_in_the_way(people, publish, spoiled, redactions):
    edition, other = publish(), publish()
    ReportEdition.objects.filter(pk=edition.pk).update(report=spoiled(edition.report))
    take_back(people[5])
    assert "qyxmoed" not in words(other)
    assert edition.redactions.count() == redactions
    assert everywhere("qyxmoed") == ["evaluations_oneword.word: qyxmoed"]


# --- other ways of taking it back -----------------------------------------------------------------


def again(who, at, **fields):
    at(world.home(2027, 1, 5))
    given = {"word": "qyxmoed", "consent": True, "language": "nl"} | fields
    answer_return(participation=who, answers=TripAnswers(grade=8), scores={}, by=who.user, **given)


@pytest.mark.parametrize("fields", [{"word": "durf"}, {"word": ""}, {"consent": False}])
def test_another_word_none_or_no_tick_takes_it_out(people, publish, at, fields):
    edition = publish()
    again(people[5], at, **fields)
    assert words(edition) == {"rode loper": 3, "rust": 2, "zwijgen": 2}
    kept = people[5].words.filter(moment="return").first()
    assert not ShownWord.objects.filter(word=kept).exists()


def test_the_same_word_sent_again_stays_and_can_still_be_taken_back(people, publish, at):
    edition = publish()
    again(people[5], at, word=" Qyxmoed", language="en")
    assert words(edition) == ALL
    assert edition.redactions.count() == 0
    take_back(people[5])
    assert "qyxmoed" not in words(edition)


# --- nothing is left of it ------------------------------------------------------------------------


def test_nothing_is_left_of_it_but_what_its_author_wrote(cast, people, publish, login):
    edition = publish()
    worker.work()
    fetched(login(cast.funder()), edition)  # every cache is warm
    assert "impact_reportedition.report: qyxmoed" in everywhere("qyxmoed")
    files = [job.file for job in Job.objects.all()]
    assert any(b"qyxmoed" in default_storage.open(file).read() for file in files)
    assert any(b"qyxmoed" in kept for kept in caches["editions"]._cache.values())
    take_back(people[5])
    assert everywhere("qyxmoed") == ["evaluations_oneword.word: qyxmoed"]
    assert [default_storage.exists(file) for file in files] == [False] * len(files)
    assert not any(b"qyxmoed" in kept for kept in caches["editions"]._cache.values())


def test_a_process_that_remembers_the_edition_as_it_was_shows_it_as_it_is(cast, people, publish, login):
    edition = publish()
    before = report_of(edition)
    take_back(people[5])
    caches["editions"].set(edition.sha256, before)  # the memory of another process
    page = login(cast.funder()).get(reverse("impact:edition", args=[edition.pk]))
    assert "qyxmoed" not in page.content.decode()
    now = ReportEdition.objects.get(pk=edition.pk)
    for report in (report_of(now), reports_of([now])[now.pk]):
        assert {one.word for one in report.words_return.words} == {"rode loper", "rust", "zwijgen"}


def test_which_word_it_was_can_not_be_tried_out_on_the_first_checksum(people, publish):
    edition = publish()
    before = deepcopy(edition.report)
    take_back(people[5])
    guess = ReportEdition.objects.get(pk=edition.pk).report
    guess["words_return"] = before["words_return"]
    assert digest(guess) != edition.sha256
    assert digest(guess | {"salt": before["salt"]}) == edition.sha256  # the salt alone stands in between


def test_the_team_does_not_read_in_history_whose_it_was(cast, people, publish, login):
    publish()
    take_back(people[5])
    entry = HistoryEntry.objects.get(verb="report.redact")
    assert (entry.by, entry.trip, entry.facts) == (None, cast.trip.pk, {"number": 1, "words": 1})
    own = HistoryEntry.objects.get(verb="word.withdraw")
    assert (own.by, own.trip, own.reason, own.facts) == (people[5].user, None, "", {})
    page = login(cast.lead).get(reverse("history:trip", args=[cast.trip.slug])).content.decode()
    assert "lakte ingetrokken woorden weg uit een editie" in page
    assert "Reiziger 5" not in page


# --- papers ---------------------------------------------------------------------------------------


def test_the_papers_are_made_anew(people, publish):
    edition = publish()
    worker.work()
    before = set(Job.objects.values_list("key", flat=True))
    take_back(people[5])
    after = Job.objects.filter(key__startswith=papers.prefix(edition))
    assert {job.status for job in after} == {"waiting"}
    assert len(after) == len(before) == 2
    assert not before & {job.key for job in after}


def test_a_paper_that_is_being_drawn_is_thrown_away(people, publish):
    publish()
    job = worker.claim(worker.due())
    write = papers.draw(job, lambda done, of: None)
    take_back(people[5])
    with pytest.raises(worker.Taken):
        worker.finish(job, write)
    assert not default_storage.exists(job.file)
    assert not Job.objects.filter(pk=job.pk).exists()


def test_who_asks_from_an_old_page_gets_the_paper_of_today(cast, people, publish):
    stale = publish()
    take_back(people[5])
    job = actions.ask_for_paper(edition=stale, language="nl", by=cast.lead)
    assert job.key == papers.key(ReportEdition.objects.get(pk=stale.pk), (), "nl")


# --- editions from before it was known whose words they hold ---------------------------------------


def match():
    """What the migration does, with the models as they are."""
    importlib.import_module("evaluations.impact.migrations.0004_words_of_earlier_editions").match(apps, None)


@pytest.fixture
def earlier(publish):
    """An edition that holds words and not whose."""
    edition = publish()
    ShownWord.objects.all().delete()
    return edition


def test_earlier_editions_are_matched_by_trip_moment_and_word(cast, people, earlier):
    elsewhere = world.participation(world.trip(lead=cast.lead), world.user("Elders"))
    other = OneWord.objects.create(
        participation=elsewhere, moment="return", word="qyxmoed", consent=True, written_at=BACK
    )
    silent = world.participation(cast.trip, world.user("Stil"))
    OneWord.objects.create(participation=silent, moment="return", word="qyxmoed", written_at=BACK)
    year = OneWord.objects.create(
        participation=people[7], moment="one_year", word="qyxmoed", consent=True, written_at=LATER
    )
    match()
    known = set(ShownWord.objects.values_list("word", flat=True))
    assert known == set(
        OneWord.objects.exclude(pk__in=[other.pk, year.pk]).filter(consent=True).values_list("pk", flat=True)
    )
    set_consent(word=other, consent=False, by=elsewhere.user)
    set_consent(word=year, consent=False, by=people[7].user)
    assert words(earlier) == ALL
    take_back(people[3])
    take_back(people[4])
    take_back(people[5])
    assert words(earlier) == {"rode loper": 3, "zwijgen": 2}


def test_matching_twice_is_matching_once(earlier):
    match()
    before = ShownWord.objects.count()
    match()
    assert (before, ShownWord.objects.count()) == (13, 13)


def test_who_took_it_back_before_finds_it_still_standing_and_takes_it_out(people, earlier, login, at):
    word = people[5].words.get(moment="return")
    at(TAKEN - timedelta(days=60))
    record(about=word, verb="word.withdraw", by=people[5].user, trip=earlier.trip)
    OneWord.objects.filter(pk=word.pk).update(consent=False)
    match()
    at(TAKEN)
    client = login(people[5].user)
    page = client.get(reverse("impact:shown", args=[earlier.trip.slug])).content.decode()
    assert "Het staat daar nog:" in page
    client.post(reverse("evaluations:consent", args=[earlier.trip.slug, "return"]), {"consent": "no"})
    assert "qyxmoed" not in words(earlier)


def test_a_spoiled_edition_is_matched_to_nothing(earlier):
    ReportEdition.objects.update(report=[])
    match()
    assert not ShownWord.objects.exists()


# --- pages ----------------------------------------------------------------------------------------


def shown(who):
    return reverse("impact:shown", args=[who.trip.slug])


def test_one_page_tells_what_stands_where_and_takes_it_back(people, publish, login, at):
    edition = publish()
    at(TAKEN)
    who = people[5]
    FollowUp.objects.create(participation=who, recalled_at=LATER)
    client = login(who.user)
    room = client.get(reverse("trips:mine", args=[who.trip.slug])).content.decode()
    assert f'href="{shown(who)}"' in room
    page = client.get(shown(who)).content.decode()
    confirm = reverse("impact:take-back", args=[who.trip.slug, "return"])
    assert "qyxmoed" in page
    assert reverse("impact:edition", args=[edition.pk]) in page
    assert confirm in page
    asked = client.get(confirm).content.decode()
    for said in ("Een jaar later", "Editie 1", "Dat kunnen we niet terughalen."):
        assert said in asked
    assert words(edition) == ALL  # asking changes nothing
    done = client.post(reverse("evaluations:consent", args=[who.trip.slug, "return"]), {"consent": "no"}, follow=True)
    assert done.redirect_chain == [(shown(who), 302)]
    page = done.content.decode()
    assert "Ingetrokken. Je woord staat in geen enkele editie meer." in page
    assert "Het staat in geen rapport." in page
    assert confirm not in page
    assert client.get(confirm).status_code == 404
    assert words(edition) == {"rode loper": 3, "rust": 2, "zwijgen": 2}


def test_the_number_on_the_road_and_a_name_with_a_certificate_are_taken_back_there_too(cast, people, login, at):
    who = people[0]
    type(who).objects.filter(pk=who.pk).update(phone="0612345678")
    held = Certificate.objects.create(
        participation=who,
        kind="attendance",
        code="x" * 26,
        serial="2026-VIL-1",
        facts={},
        show_name=True,
        issued_at=BACK,
    )
    at(world.home(2026, 11, 20))
    client = login(who.user)
    page = client.get(shown(who)).content.decode()
    assert ["0612345678" in page, "Wie certificaat 2026-VIL-1 controleert" in page] == [True, True]
    client.post(reverse("trips:mine-phone", args=[who.trip.slug]), {"phone": ""})
    client.post(reverse("certificates:name", args=[held.pk]), {"hide": ""})
    page = client.get(shown(who)).content.decode()
    assert ["0612345678" in page, "2026-VIL-1" in page] == [False, False]
    who.refresh_from_db()
    held.refresh_from_db()
    assert (who.phone, held.show_name) == ("", False)


def test_without_an_edition_it_says_so(people, login, at):
    at(world.home(2026, 12, 21))
    page = login(people[5].user).get(reverse("impact:take-back", args=[people[5].trip.slug, "return"])).content.decode()
    assert "Nog geen vastgestelde editie toont het" in page


def test_while_the_recall_is_asked_the_old_word_is_not_told(people, publish, login, at):
    publish()
    client, confirm = login(people[5].user), reverse("impact:take-back", args=[people[5].trip.slug, "return"])
    for closed_at, tells in ((None, False), (LATER, True)):
        type(people[5].trip).objects.update(closed_at=closed_at, closed_by=people[5].user if closed_at else None)
        for url in (shown(people[5]), confirm):
            assert ("qyxmoed" in client.get(url).content.decode()) is tells


def test_after_the_recall_both_words_stand_there(people, publish, login):
    publish()
    who = people[0]
    FollowUp.objects.create(participation=who, recalled_at=LATER)
    page = login(who.user).get(shown(who)).content.decode()
    assert [word in page for word in ("Rode loper", "anker", "qyxmoed")] == [True, True, False]


def test_the_team_reads_when_and_how_many_and_not_whose_or_which(cast, people, publish, login, at):
    edition = publish()
    at(TAKEN)
    take_back(people[5])
    lead = login(cast.lead)
    at(TAKEN + timedelta(days=1))
    take_back(people[0])
    told = {
        reverse("impact:team", args=[cast.trip.slug]): ["Weggelakt, laatst op 2 maart 2028: in totaal 2 woorden."],
        reverse("impact:edition", args=[edition.pk]): [f"Weggelakt op {day} maart 2028: 1 woord." for day in (1, 2)],
    }
    for url, sentences in told.items():
        page = lead.get(url).content.decode()
        assert [one in page for one in sentences] == [True] * len(sentences)
        assert "Reiziger 5" not in page
        assert "qyxmoed" not in page


def test_an_edition_is_found_by_every_checksum_it_had(cast, people, publish, login, at):
    edition, other = publish(), publish()
    at(TAKEN)
    take_back(people[5])
    take_back(people[6])
    partner = login(cast.partner())
    sums = [edition.sha256, *edition.redactions.values_list("sha256", flat=True)]
    assert len(set(sums)) == 3
    for one in sums:
        for typed in (one, one[:12].upper()):
            page = partner.get(reverse("impact:editions"), {"q": typed}).content.decode()
            assert reverse("impact:edition", args=[edition.pk]) in page
            assert reverse("impact:edition", args=[other.pk]) not in page
            assert "weggelakt op 1 maart 2028" in page
    told = partner.get(reverse("impact:edition", args=[edition.pk])).content.decode()
    assert [one in told for one in sums] == [True] * 3
    assert "maar van voordat er op 1 maart 2028 iets is weggelakt" in told


def test_taking_it_back_costs_the_same_in_a_full_list(people, publish, django_assert_max_num_queries):
    publish()
    with django_assert_max_num_queries(40):
        take_back(people[5])


def test_the_live_figures_are_without_it(cast, people, publish):
    publish()
    take_back(people[5])
    live = compute(cast.trip).words_return
    assert (live.people, {one.word for one in live.words}) == (7, {"rode loper", "rust", "zwijgen"})


def test_a_word_is_shown_by_no_edition_that_hid_it(people, publish):
    OneWord.objects.filter(participation__in=people[:4]).update(consent=False)
    edition = publish()
    assert words(edition) == {}
    assert not ShownWord.objects.exists()
    take_back(people[5])
    assert not Redaction.objects.exists()
    assert redacting.said(edition.report, "return") == 0
