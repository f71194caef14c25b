"""Inviting from a list: read loosely, looked at row by row, then everybody or nobody; a second time nothing."""

import io
import threading

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Invitation
from applications.people import actions as inviting
from applications.people.brought import read
from applications.people.lists import Fate, checked
from applications.people.people import people_around
from applications.people.reminding import Group
from exchange import clock
from exchange.documents.letters import Unreadable
from exchange.documents.reading import read_file, read_text
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.people.lifecycle import Role
from exchange.people.models import FormerName
from exchange.privacy import due as retention
from exchange.privacy import held as holdings
from exchange.trips.lifecycle import TeamRole
from exchange.verdicts import Refused
from tests import world
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

LIST = """Naam;E-mailadres;School;Functie;Taal
Jan de Vries;Jan@Duinrand.example;roc Duinrand;docent;nl
Anna Berg;anna@groenlinde.example;Groenlinde;Caretaker;English
Zoë Smit;zoe@elders.example;;;
"""


@pytest.fixture(autouse=True)
def _call(at):
    at(world.MOMENTS["call"])


def url(name, cast, **query):
    base = reverse(f"applications:{name}", args=[cast.trip.slug])
    return f"{base}?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else base


def upload(client, where, content, name="lijst.csv"):
    content = content.encode() if isinstance(content, str) else content
    return client.post(where, {"file": SimpleUploadedFile(name, content)})


def lines(cast, text, school=None):
    return checked(read(read_text(text)).entries, trip=cast.trip, school=school)


def fates(cast, text, school=None):
    return [line.fate for line in lines(cast, text, school)]


def wrong(cast, row, school=None):
    """What is said of one row under the usual headings."""
    [line] = lines(cast, f"Naam;E-mail;School;Functie;Taal\n{row}", school)
    return [(str(label), str(sentence)) for label, sentence in line.problems]


def imported(cast, text, by=None, school=None):
    rows = read(read_text(text)).entries
    seen = inviting.fingerprint(checked(rows, trip=cast.trip, school=school))
    return inviting.invite(trip=cast.trip, entries=rows, school=school, seen=seen, by=by or cast.lead)


# --- headings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        "name;e-mail;school;job role;language",
        "NAAM;E-mailadres;Instelling;Functie;Voorkeurstaal",
        "Naam medewerker\tmail\tNaam van de school\tRol\tTaal",
        "Collega,Email address,Institution,Job role,Language",
        '"Name ";" e-mail (werk)";School:;Functie/rol;taal',
    ],
)
def test_headings_are_recognised_loosely(cast, head):
    mark = next(mark for mark in "\t;," if mark in head)
    row = mark.join(["Jan", "jan@duinrand.example", "Duinrand", "docent", "en"])
    [line] = lines(cast, f"{head}\n{row}")
    assert (line.name, line.email, line.school, line.job_role, line.language, line.fate) == (
        "Jan", "jan@duinrand.example", cast.school, "teacher", "en", Fate.NEW,
    )  # fmt: skip


def test_the_order_is_free_other_columns_are_not_read_and_names_may_come_in_parts(cast):
    text = "Kamer;Achternaam;e-mail;Tussenvoegsel;Voornaam;Salaris\n=B1;Vries;jan@duinrand.example;de;Jan;=1+1"
    [line] = lines(cast, text)
    assert (line.name, line.fate, line.problems) == ("Jan de Vries", Fate.NEW, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Naam;School\nJan;Duinrand", "e-mailadressen"),
        ("E-mail;School\njan@duinrand.example;Duinrand", "namen"),
        ("Naam;E-mail;E-mail\nJan;a@b.example;c@d.example", "Twee kolommen"),
        ("Naam;E-mail\n", "niemand"),
        ("Naam;E-mail\n;\n", "niemand"),
    ],
)
def test_a_list_without_what_it_needs_is_refused_as_a_whole(text, said):
    with pytest.raises(Unreadable, match=said):
        read(read_text(text))


# --- rows -----------------------------------------------------------------------------------------


def test_each_row_says_what_becomes_of_it(cast):
    writing, sent, gone = world.user("Wim", at=cast.school), world.user("Sara", at=cast.school), world.user("Weg")
    world.application(cast.trip, writing)
    world.submitted(cast.trip, sent)
    world.submitted(cast.trip, gone).__class__.objects.filter(user=gone).update(status="withdrawn")
    world.settle_all()
    imported(cast, "Naam;E-mail\nIda;ida@duinrand.example")
    rows = [
        ("Nieuw", "nieuw@duinrand.example"),
        ("Ida", "IDA@duinrand.example"),
        ("Wim", writing.email.upper()),
        ("Sara", sent.email),
        ("Weg", gone.email),
        ("Nieuw", "nieuw@duinrand.example"),
    ]
    text = "Naam;E-mail\n" + "\n".join(";".join(row) for row in rows)
    assert fates(cast, text) == [Fate.NEW, Fate.INVITED, Fate.STARTED, Fate.SENT, Fate.SENT, Fate.TWICE]


def test_a_second_verified_address_of_an_applicant_is_known_and_an_unverified_one_is_not(cast):
    writing = world.user("Wim", at=cast.school)
    world.application(cast.trip, writing)
    writing.emailaddress_set.create(email="wim@thuis.example", verified=True)
    writing.emailaddress_set.create(email="ander@thuis.example", verified=False)
    text = "Naam;E-mail\nWim;wim@thuis.example\nAnder;ander@thuis.example"
    assert fates(cast, text) == [Fate.STARTED, Fate.NEW]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("Jan;geen adres;;;", "E-mail", "geen e-mailadres"),
        ("Jan;;;;", "E-mail", "geen e-mailadres"),
        ("Jan;jan@münchen.example;;;", "E-mail", "geen e-mailadres"),
        (";jan@duinrand.example;;;", "Naam", "ontbreekt"),
        (f"{'J' * 121};jan@duinrand.example;;;", "Naam", "te lang"),
        ("Jan;jan@duinrand.example;roc Nergens;;", "School", "roc Duinrand"),
        ("Jan;jan@duinrand.example;aoc Groenlinde;;", "School", "roc Duinrand"),
        ("Jan;jan@duinrand.example;;tovenaar;", "Functie", "conciërge"),
        ("Jan;jan@duinrand.example;;;Frans", "Taal", "nl"),
        ("=1+1;jan@duinrand.example;;;", "Naam", "formule"),
        ("Jan;jan@duinrand.example;@SUM(A1);;", "School", "formule"),
    ],
)
def test_what_is_wrong_is_said_by_column_in_a_sentence(cast, row, column, said):
    problems = wrong(cast, row)
    assert [label for label, _sentence in problems][0] == column
    assert said in problems[0][1]


def test_a_school_goes_by_all_its_names_and_a_known_address_says_it(cast):
    FormerName.objects.create(institution=cast.school, name="roc Kustland", until_on=world.DEPARTS)
    names = ["roc Duinrand", "ROC  duinrand", "roc kustland", "", "-"]
    text = "Naam;E-mail;School\n" + "\n".join(f"P{n};p{n}@duinrand.example;{name}" for n, name in enumerate(names))
    assert [line.school for line in lines(cast, text)] == [cast.school] * 5
    [line] = lines(cast, "Naam;E-mail\nJan;jan@elders.example")
    assert (line.school, line.fate) == (None, Fate.NEW)


def test_the_same_address_with_other_details_is_wrong(cast):
    found = lines(cast, "Naam;E-mail\nJan;j@duinrand.example\nPiet;j@duinrand.example")
    assert [line.fate for line in found] == [Fate.NEW, Fate.WRONG]
    assert "rij 2" in str(found[1].problems[0][1])


# --- importing ------------------------------------------------------------------------------------


def test_everybody_new_is_invited_and_mailed_once(cast):
    made = imported(cast, LIST)
    assert [(one.name, one.email, one.institution, one.job_role, one.language) for one in made] == [
        ("Jan de Vries", "jan@duinrand.example", cast.school, "teacher", "nl"),
        ("Anna Berg", "anna@groenlinde.example", cast.other_school, "caretaker", "en"),
        ("Zoë Smit", "zoe@elders.example", None, "", "nl"),
    ]
    mails = {mail.to: mail for mail in OutboxMessage.objects.filter(kind="applications/invited")}
    assert set(mails) == {"jan@duinrand.example", "anna@groenlinde.example", "zoe@elders.example"}
    dutch, english = mails["jan@duinrand.example"], mails["anna@groenlinde.example"]
    assert dutch.subject == "Een studiereis die misschien bij je past: Veilig in Londen"
    assert english.subject == "A study trip that may suit you: Safe in London"
    for part in ("Hello Anna Berg", "Hanneke Boer", f"/trips/{cast.trip.slug}/", "1 October", "17:00", "4 weeks"):
        assert part in english.body
    assert "Dutch time" in english.body
    assert english.reply_to == cast.lead.email
    entry = HistoryEntry.objects.get(verb="invitation.import")
    assert (entry.by, entry.trip, entry.facts) == (cast.lead, cast.trip.pk, {"new": 3, "known": 0, "school": ""})


def test_a_second_import_of_the_same_list_does_nothing(cast):
    imported(cast, LIST)
    assert imported(cast, LIST) == []
    assert Invitation.objects.count() == 3
    assert OutboxMessage.objects.filter(kind="applications/invited").count() == 3
    assert HistoryEntry.objects.filter(verb="invitation.import").count() == 1


def test_nothing_is_half_imported(cast):
    with pytest.raises(inviting.Changed):
        imported(cast, LIST + "Piet;geen adres;;;\n")
    assert not Invitation.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_what_changed_since_it_was_looked_at_is_not_imported(cast):
    rows = read(read_text(LIST)).entries
    seen = inviting.fingerprint(checked(rows, trip=cast.trip))
    imported(cast, "Naam;E-mail\nJan de Vries;jan@duinrand.example")
    with pytest.raises(inviting.Changed):
        inviting.invite(trip=cast.trip, entries=rows, seen=seen, by=cast.lead)
    assert Invitation.objects.count() == 1


def test_a_name_brings_no_link_into_the_mail(cast):
    imported(cast, "Naam;E-mail\nKlik http://evil.example/x;jan@duinrand.example")
    assert "http://evil.example" not in OutboxMessage.objects.get().body


# --- who may --------------------------------------------------------------------------------------


def test_a_coordinator_invites_own_people_only(cast):
    coordinator = cast.coordinator()
    other = wrong(cast, "Anna;anna@groenlinde.example;Groenlinde;;", cast.school)
    assert "roc Duinrand" in other[0][1]
    assert wrong(cast, "Anna;anna@groenlinde.example;;;", cast.school) != []
    made = imported(cast, "Naam;E-mail\nJan;jan@thuis.example", by=coordinator, school=cast.school)
    assert [one.institution for one in made] == [cast.school]
    mail = OutboxMessage.objects.get()
    assert mail.subject == "Coen Coordinator denkt dat deze studiereis bij je past: Veilig in Londen"
    assert "roc Duinrand" in mail.body
    with pytest.raises(Refused):
        imported(cast, "Naam;E-mail\nPia;pia@thuis.example", by=coordinator)
    with pytest.raises(Refused):
        imported(cast, "Naam;E-mail\nPia;pia@thuis.example", by=coordinator, school=cast.other_school)


def test_a_coordinator_learns_nothing_about_people_of_other_schools(cast):
    other = world.user("Olga", at=cast.other_school)
    other.emailaddress_set.create(email="olga@thuis.example", verified=True)
    own = world.user("Eva", at=cast.school)
    world.application(cast.trip, other)
    world.application(cast.trip, own)
    text = f"Naam;E-mail\nOlga;olga@thuis.example\nEva;{own.email}"
    assert fates(cast, text, cast.school) == [Fate.NEW, Fate.STARTED]
    known = f"Naam;E-mail\nOlga;{other.email}"
    assert fates(cast, known, cast.school) == [Fate.WRONG]


@pytest.mark.parametrize(
    ("moment", "verdict"),
    [("planning", True), ("call", True), ("selection", False), ("travelling", False)],
)
def test_inviting_ends_when_the_call_closes(cast, at, moment, verdict):
    at(world.MOMENTS[moment])
    if verdict:
        assert len(imported(cast, LIST)) == 3
    else:
        with pytest.raises(Refused):
            imported(cast, LIST)


def test_nobody_is_invited_to_what_is_not_announced(cast):
    hidden = world.trip(lead=cast.lead, announced=False)
    with pytest.raises(Refused):
        inviting.invite(trip=hidden, entries=read(read_text(LIST)).entries, seen="", by=cast.lead)


# --- the pages ------------------------------------------------------------------------------------


def test_from_the_file_to_the_mail_in_the_pages(cast):
    client = signed_in(cast.lead)
    response = upload(client, url("invite", cast), LIST)
    assert (response.status_code, response["Location"]) == (302, url("invite-check", cast))
    assert not Invitation.objects.exists()
    page = client.get(url("invite-check", cast))
    assert [line.fate for line in page.context["lines"]] == [Fate.NEW] * 3
    assert "3 mensen uitnodigen" in page.content.decode()
    done = client.post(url("invite-take", cast), {"seen": page.context["seen"]})
    assert (done.status_code, done["Location"]) == (302, url("people", cast))
    assert Invitation.objects.count() == 3
    again = client.post(url("invite-take", cast), {"seen": page.context["seen"]})
    assert again["Location"] == url("invite", cast)
    assert OutboxMessage.objects.filter(kind="applications/invited").count() == 3


def test_what_was_pasted_counts_as_well(cast):
    client = signed_in(cast.lead)
    response = client.post(url("invite", cast), {"pasted": "Naam\tE-mail\r\nJan\tjan@duinrand.example\r\n"})
    assert response.status_code == 302
    assert [line.email for line in client.get(url("invite-check", cast)).context["lines"]] == ["jan@duinrand.example"]


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({}, "file", "Kies een bestand"),
        ({"file": SimpleUploadedFile("leeg.csv", b"")}, "file", "staat niets in"),
        ({"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04kapot")}, "file", "beschadigd"),
        ({"file": SimpleUploadedFile("x.csv", b"x" * 1_000_001)}, "file", "1 MB"),
        ({"pasted": "zomaar wat"}, "pasted", "e-mailadressen"),
    ],
)
def test_what_cannot_be_read_comes_back_with_a_sentence(cast, data, field, said):
    for upload_ in data.values():
        if hasattr(upload_, "seek"):
            upload_.seek(0)
    response = signed_in(cast.lead).post(url("invite", cast), data)
    assert response.status_code == 422
    assert said in str(response.context["form"].errors[field])


def test_rows_that_are_not_right_stop_everything(cast):
    client = signed_in(cast.lead)
    upload(client, url("invite", cast), LIST + "Piet;geen adres;;;\n")
    page = client.get(url("invite-check", cast))
    text = page.content.decode()
    assert "Rij 5" in text
    assert 'name="seen"' not in text
    refused = client.post(url("invite-take", cast), {"seen": page.context["seen"]})
    assert refused.status_code == 409
    assert not Invitation.objects.exists()


def test_a_list_that_changed_meanwhile_is_shown_again(cast):
    client = signed_in(cast.lead)
    upload(client, url("invite", cast), LIST)
    seen = client.get(url("invite-check", cast)).context["seen"]
    imported(cast, "Naam;E-mail\nJan de Vries;jan@duinrand.example")
    response = client.post(url("invite-take", cast), {"seen": seen})
    assert response.status_code == 409
    assert "Er is niemand uitgenodigd" in response.content.decode()
    assert Invitation.objects.count() == 1
    assert client.post(url("invite-take", cast), {"seen": response.context["seen"]}).status_code == 302
    assert Invitation.objects.count() == 3


def test_a_list_waits_an_hour_and_only_where_it_was_brought(cast, at):
    client, coordinator = signed_in(cast.lead), signed_in(cast.coordinator())
    upload(client, url("invite", cast), LIST)
    elsewhere = world.trip(lead=cast.lead)
    assert client.get(reverse("applications:invite-check", args=[elsewhere.slug])).status_code == 302
    assert coordinator.get(url("school-invite-check", cast)).status_code == 302
    at(world.home(2026, 9, 15, 13, 0))
    assert client.get(url("invite-check", cast)).status_code == 200
    at(world.home(2026, 9, 15, 13, 1))
    assert client.get(url("invite-check", cast)).status_code == 302


def test_a_coordinator_does_the_same_for_the_own_school(cast):
    client = signed_in(cast.coordinator())
    assert upload(client, url("school-invite", cast), LIST).status_code == 302
    page = client.get(url("school-invite-check", cast))
    assert [line.fate for line in page.context["lines"]] == [Fate.NEW, Fate.WRONG, Fate.NEW]
    upload(client, url("school-invite", cast), "Naam;E-mail\nJan;jan@duinrand.example")
    page = client.get(url("school-invite-check", cast))
    done = client.post(url("school-invite-take", cast), {"seen": page.context["seen"]})
    assert done["Location"] == url("school-people", cast)
    assert Invitation.objects.get().institution == cast.school


def test_reviewers_and_companions_do_not_invite(cast):
    for role in (TeamRole.REVIEWER, TeamRole.COMPANION):
        client = signed_in(cast.member(role, f"Iemand {role}"))
        assert client.get(url("invite", cast)).status_code == 403
        assert client.post(url("invite-take", cast)).status_code == 403


def test_a_coordinator_of_two_schools_says_which(cast):
    both = cast.coordinator()
    world.give_role(both, Role.COORDINATOR, cast.other_school)
    client = signed_in(both)
    where = url("school-invite", cast, of=cast.other_school.pk)
    response = upload(client, where, "Naam;E-mail\nAnna;anna@groenlinde.example")
    assert response["Location"] == url("school-invite-check", cast, of=cast.other_school.pk)
    page = client.get(response["Location"])
    client.post(page.context["take_url"], {"seen": page.context["seen"]})
    assert Invitation.objects.get().institution == cast.other_school
    assert client.get(url("school-people", cast, of=world.institution().pk)).status_code == 404


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_empty_list_can_be_filled_in_and_read(cast, kind):
    content = b"".join(signed_in(cast.lead).get(reverse(f"applications:invite-{kind}")))
    [entry] = read(read_file(content)).entries
    assert set(entry.values) == {"name", "email", "school", "job_role", "language"}
    assert all(entry.values.values())
    [line] = checked([entry], trip=cast.trip)
    assert line.problems == []


def test_an_excel_list_with_a_formula_says_so(cast):
    book = openpyxl.Workbook()
    book.active.append(["Naam", "E-mail"])
    book.active.append(["Jan", '=CONCATENATE("jan","@duinrand.example")'])
    target = io.BytesIO()
    book.save(target)
    client = signed_in(cast.lead)
    upload(client, url("invite", cast), target.getvalue(), "lijst.xlsx")
    page = client.get(url("invite-check", cast))
    assert "formule" in str(page.context["wrong"][0].problems[0][1])


# --- what is held about whoever was invited --------------------------------------------------------


def test_whoever_confirmed_the_address_finds_the_invitation_in_the_own_data(cast):
    imported(cast, LIST)
    jan, other = world.user("Jan", at=cast.school, email="jan@duinrand.example"), world.user("Iemand", at=cast.school)
    kinds = {kind.key: kind.count for kind in holdings.kinds(jan)}
    assert kinds["applications.invitation"] == 1
    [row] = holdings.of_kind(jan, "applications.invitation").rows
    assert "jan@duinrand.example" in row
    assert cast.lead.name not in map(str, row)
    assert "applications.invitation" not in {kind.key for kind in holdings.kinds(other)}
    jan.emailaddress_set.update(verified=False)
    assert "applications.invitation" not in {kind.key for kind in holdings.kinds(jan)}


def test_an_invitation_is_kept_four_weeks_after_the_publication(cast, at):
    imported(cast, LIST)
    cast.trip.published_at, cast.trip.published_by = world.home(2026, 10, 12), cast.lead
    cast.trip.save()

    def rows(moment):
        return sum(due.count for due in retention.due(moment) if due.label == "applications.Invitation")

    assert rows(world.home(2026, 11, 9)) == 0
    assert rows(world.home(2026, 11, 10)) == 3


# --- two at once ----------------------------------------------------------------------------------


@pytest.fixture
def together(transactional_db):
    """`together(deed)`: four do it at the same moment; what each got."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: nothing can race")

    def race(deed):
        gate, results = threading.Barrier(4), []

        def one():
            try:
                gate.wait(10)
                # A thread has a clock of its own.
                with clock.at(world.home(2026, 9, 16)):
                    results.append(len(deed()))
            except inviting.Changed:
                results.append("changed")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(map(str, results))

    return race


@pytest.mark.django_db(transaction=True)
def test_four_import_the_same_list_at_once(together):
    lead = world.user("Hanneke Boer")
    trip = world.trip(lead=lead)
    rows = read(read_text("Naam;E-mail\nJan;jan@thuis.example\nAnna;anna@thuis.example")).entries
    seen = inviting.fingerprint(checked(rows, trip=trip))
    deed = lambda: inviting.invite(trip=trip, entries=rows, seen=seen, by=lead)  # noqa: E731 -- done four times
    assert together(deed) == ["2", "changed", "changed", "changed"]
    assert Invitation.objects.count() == OutboxMessage.objects.count() == 2
    assert HistoryEntry.objects.filter(verb="invitation.import").count() == 1


@pytest.mark.django_db(transaction=True)
def test_four_remind_the_same_people_at_once(together):
    lead = world.user("Hanneke Boer")
    trip = world.trip(lead=lead)
    world.application(trip, world.user("Bo"))
    world.application(trip, world.user("Dirk"))
    people = lambda: people_around(trip, clock.now())  # noqa: E731 -- each reads for themselves
    deed = lambda: inviting.remind(trip=trip, group=Group.DRAFTS, people=people(), by=lead)  # noqa: E731
    assert together(deed) == ["0", "0", "0", "2"]
    assert OutboxMessage.objects.count() == 2
    assert HistoryEntry.objects.filter(verb="application.remind").count() == 1


@pytest.mark.parametrize("coordinates", [False, True])
def test_looking_at_a_list_costs_the_same_for_three_rows_and_for_three_hundred(cast, coordinates):
    client = signed_in(cast.coordinator() if coordinates else cast.lead)
    bring, check = ("school-invite", "school-invite-check") if coordinates else ("invite", "invite-check")

    def cost(count):
        rows = "\n".join(f"P{n};p{n}@duinrand.example;roc Duinrand;docent;nl" for n in range(count))
        upload(client, url(bring, cast), f"Naam;E-mail;School;Functie;Taal\n{rows}")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert len(client.get(url(check, cast)).context["lines"]) == count
        return len(seen)

    assert cost(3) == cost(300) <= 12
