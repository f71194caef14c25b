"""After closing: the grace nobody is told of, late access, drafts that are admitted, and a deadline that moves."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications.late import actions as admitting
from applications.late.actions import told_of_deadline
from applications.models import Admission, Application, Endorsement, LateAccess, Submission
from applications.permissions import still_taken
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.transitions import did_it_already
from exchange.trips.actions import trip as trips
from exchange.trips.models import Trip
from exchange.verdicts import Refused
from tests import world

CLOSES = world.CLOSES
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def graced(cast):
    """The trip with a quarter of an hour of grace."""
    cast.trip.grace_minutes = 15
    cast.trip.save()
    return cast.trip


@pytest.fixture
def samira(cast):
    return world.user("Samira Idrissi", at=cast.school)


def address(trip, section=""):
    return f"/trips/{trip.slug}/apply/" + (f"{section}/" if section else "")


def version_of(application):
    return Application.objects.get(pk=application.pk).version


# --- the grace -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "taken"),
    [(timedelta(0), True), (15 * MINUTE - SECOND, True), (15 * MINUTE, False), (15 * MINUTE + SECOND, False)],
)
def test_what_was_being_typed_is_taken_for_a_quarter_of_an_hour(graced, samira, login, at, after, taken):
    application = world.application(graced, samira)
    at(CLOSES + after)
    browser = login(samira)
    saved = browser.post(address(graced, "motivation"), {"version": 1, "motivation": "Nog één zin."})
    assert saved.status_code == (302 if taken else 410)
    sent = browser.post(reverse("applications:send", args=[graced.slug]), {"version": version_of(application)})
    assert sent.status_code == (302 if taken else 410)
    assert Submission.objects.exists() == taken


def test_without_the_grace_a_second_is_too_late(cast, samira, login, at):
    """The control: the same person, the same moment, no grace."""
    world.application(cast.trip, samira)
    at(CLOSES)
    saved = login(samira).post(address(cast.trip, "motivation"), {"version": 1, "motivation": "Nog één zin."})
    assert saved.status_code == 410
    assert "Nog één zin." in saved.content.decode()


def test_the_first_words_typed_before_closing_arrive_after_it(graced, samira, login, at):
    at(CLOSES + MINUTE)
    saved = login(samira).post(address(graced, "motivation"), {"version": 0, "motivation": "Net begonnen."})
    assert saved.status_code == 302
    assert Application.objects.get().motivation == "Net begonnen."


def test_nobody_begins_in_the_grace_and_nobody_is_told_of_it(graced, samira, login, client, at):
    at(CLOSES + MINUTE)
    assert login(samira).get(address(graced)).status_code == 410
    for page in (client.get(f"/trips/{graced.slug}/"), login(samira).get(f"/trips/{graced.slug}/")):
        text = page.content.decode()
        assert "De oproep is gesloten op donderdag 1 oktober 2026, 17.00 uur" in text
        assert "17.15" not in text


def test_in_the_grace_the_own_page_says_to_send_at_once(graced, samira, login, at):
    application = world.application(graced, samira)
    at(CLOSES + MINUTE)
    text = login(samira).get(reverse("applications:mine", args=[application.pk])).content.decode()
    assert "Wat je nu meteen verstuurt, komt nog binnen." in text
    at(CLOSES + 15 * MINUTE)
    text = login(samira).get(reverse("applications:mine", args=[application.pk])).content.decode()
    assert "Vraag het team om toelating" in text


def test_the_grace_ends_with_the_publication(graced, samira):
    graced.published_at = CLOSES + MINUTE
    assert still_taken(samira, graced, CLOSES + 2 * MINUTE).status == 410


# --- late access -----------------------------------------------------------------------------------


def test_late_access_opens_the_form_for_one_address_until_its_moment(cast, samira, login, at):
    other = world.user("Olga Ongezien", at=cast.school)
    at(CLOSES + timedelta(days=1))
    until = CLOSES + timedelta(days=3)
    # The lead types the address as it stands on a list.
    admitting.give_late_access(trip=cast.trip, email=samira.email.upper(), until_at=until, reason="Ziek.", by=cast.lead)
    assert login(samira).get(address(cast.trip)).status_code == 200
    assert login(other).get(address(cast.trip)).status_code == 410
    told = OutboxMessage.objects.get(kind="applications/late_access")
    assert (told.recipient, told.to) == (samira, samira.email.upper())
    assert "4 oktober 2026, 17.00 uur" in told.body
    at(until)
    assert login(samira).get(address(cast.trip)).status_code == 410


def test_an_address_that_was_not_confirmed_opens_nothing(cast, samira, login, at):
    at(CLOSES + MINUTE)
    samira.emailaddress_set.create(email="tante@elders.example", verified=False, primary=False)
    given = {"until_at": CLOSES + timedelta(days=3), "reason": "Ziek.", "by": cast.lead}
    admitting.give_late_access(trip=cast.trip, email="tante@elders.example", **given)
    assert login(samira).get(address(cast.trip)).status_code == 410
    samira.emailaddress_set.update(verified=True)
    assert login(samira).get(address(cast.trip)).status_code == 200


def test_late_access_is_given_moved_and_taken_through_the_page(cast, samira, login, at):
    at(CLOSES + MINUTE)
    lead = login(cast.lead)
    page = reverse("applications:late", args=[cast.trip.slug])
    values = {"email": samira.email, "until_at": "2026-10-03T12:00", "reason": "Ziek."}
    assert lead.post(page, values).status_code == 302
    assert lead.post(page, values | {"until_at": "2026-10-04T12:00"}).status_code == 302
    row = LateAccess.objects.get()
    assert row.until_at == world.home(2026, 10, 4)
    assert lead.post(page, values | {"until_at": "2026-09-30T12:00"}).status_code == 422
    # The night the clock goes back: half past two comes twice, so it is refused with a sentence.
    twice = lead.post(page, values | {"until_at": "2026-10-25T02:30"})
    assert twice.status_code == 422
    assert "Die nacht gaat de klok terug" in twice.content.decode()
    assert login(samira).get(address(cast.trip)).status_code == 200
    assert lead.post(reverse("applications:late-take", args=[cast.trip.slug, row.pk])).status_code == 302
    assert login(samira).get(address(cast.trip)).status_code == 410
    verbs = list(HistoryEntry.objects.filter(verb__startswith="late.").values_list("verb", flat=True))
    assert sorted(verbs) == ["late.give", "late.give", "late.take"]


def test_a_companion_reads_and_does_not_give(cast, login, at):
    at(CLOSES + MINUTE)
    browser = login(cast.companion())
    page = reverse("applications:late", args=[cast.trip.slug])
    assert browser.get(page).status_code == 200
    assert browser.post(page, {"email": "a@b.example"}).status_code == 403


def test_late_access_ends_with_the_publication(cast, samira, at):
    at(CLOSES + MINUTE)
    until = CLOSES + timedelta(days=30)
    admitting.give_late_access(trip=cast.trip, email=samira.email, until_at=until, reason="Ziek.", by=cast.lead)
    cast.trip.published_at, cast.trip.published_by = CLOSES + timedelta(days=10), cast.lead
    cast.trip.save()
    assert still_taken(samira, cast.trip, CLOSES + timedelta(days=11)).status == 410
    with pytest.raises(Refused, match="bekendgemaakt"):
        admitting.give_late_access(trip=cast.trip, email="a@b.example", until_at=until, reason="x", by=cast.lead)


# --- drafts that the deadline caught ---------------------------------------------------------------


@pytest.fixture
def caught(cast, samira, at):
    """A whole draft, an hour after closing."""
    application = world.application(cast.trip, samira)
    at(CLOSES + timedelta(hours=1))
    return application


def ask(login, application, text="De trein stond stil."):
    return login(application.user).post(reverse("applications:ask-admission", args=[application.pk]), {"request": text})


def test_the_team_reads_a_draft_only_after_its_author_asked(cast, caught, login):
    lead = login(cast.lead)
    late = reverse("applications:late", args=[cast.trip.slug])
    assert caught.motivation not in lead.get(late).content.decode()
    assert lead.get(reverse("applications:detail", args=[cast.trip.slug, caught.pk])).status_code == 404
    assert ask(login, caught).status_code == 302
    made = Admission.objects.get()
    page = lead.get(reverse("applications:admission", args=[cast.trip.slug, made.pk])).content.decode()
    assert caught.motivation in page
    assert "De trein stond stil." in page
    told = OutboxMessage.objects.get(kind="applications/admission_asked")
    assert told.recipient == cast.lead
    assert str(made.pk) in told.body
    assert caught.motivation not in told.body


def test_asking_is_for_the_author_once_and_after_closing(cast, samira, login, at):
    application = world.application(cast.trip, samira)
    at(CLOSES - MINUTE)
    assert ask(login, application).status_code == 409
    at(CLOSES)
    assert login(world.user()).get(reverse("applications:ask-admission", args=[application.pk])).status_code == 404
    empty = ask(login, application, "")
    assert empty.status_code == 422
    assert ask(login, application).status_code == 302
    assert ask(login, application).status_code == 409
    assert Admission.objects.count() == 1


def test_admitting_sends_the_draft_as_it_stood(cast, caught, login):
    ask(login, caught)
    made = Admission.objects.get()
    answer = login(cast.lead).post(
        reverse("applications:admission-admit", args=[cast.trip.slug, made.pk]), {"admit-answer": "Welkom."}
    )
    assert answer.status_code == 302
    submission = Submission.objects.get()
    assert submission.content["motivation"] == caught.motivation
    caught.refresh_from_db()
    assert caught.status == "submitted"
    assert {m.kind for m in OutboxMessage.objects.filter(trip=cast.trip.pk)} >= {
        "applications/receipt",
        "applications/endorse",
    }
    entry = HistoryEntry.objects.get(verb="application.admit")
    assert (entry.by, entry.source, entry.target) == (cast.lead, "draft", "submitted")
    assert "Welkom." in OutboxMessage.objects.get(kind="applications/admission_admitted").body
    own = login(caught.user).get(reverse("applications:mine", args=[caught.pk])).content.decode()
    assert "Welkom." in own
    # The own second press hears that it is done, that of another lead who was faster.
    second = world.join(cast.trip, world.user("Tweede Trekker"), "lead").user
    for person, status in ((cast.lead, 302), (second, 409)):
        again = login(person).post(reverse("applications:admission-admit", args=[cast.trip.slug, made.pk]), {})
        assert again.status_code == status
    assert Submission.objects.count() == 1


def test_an_incomplete_draft_is_not_admitted_but_gets_time(cast, caught, login, at):
    Application.objects.filter(pk=caught.pk).update(motivation="")
    ask(login, caught)
    made = Admission.objects.get()
    lead = login(cast.lead)
    refused = lead.post(reverse("applications:admission-admit", args=[cast.trip.slug, made.pk]), {})
    assert refused.status_code == 409
    assert "Schrijf je motivatie op." in refused.content.decode()
    assert Admission.objects.get().status == "asked"
    more = {"extend-until_at": "2026-10-02T12:00", "extend-answer": "Maak het rustig af."}
    assert lead.post(reverse("applications:admission-extend", args=[cast.trip.slug, made.pk]), more).status_code == 302
    assert "Maak het rustig af." in OutboxMessage.objects.get(kind="applications/late_access").body
    author = login(caught.user)
    saved = author.post(
        address(cast.trip, "motivation"), {"version": version_of(caught), "motivation": "Nu wel.", "do": "next"}
    )
    assert saved.status_code == 302
    home = author.get(reverse("applications:mine", args=[caught.pk])).content.decode()
    assert "jij mag versturen tot vrijdag 2 oktober 2026, 12.00 uur" in home


def test_declining_asks_a_reason_and_mails_it(cast, caught, login):
    ask(login, caught)
    made = Admission.objects.get()
    decline = reverse("applications:admission-decline", args=[cast.trip.slug, made.pk])
    lead = login(cast.lead)
    assert lead.post(decline, {"decline-answer": ""}).status_code == 422
    assert lead.post(decline, {"decline-answer": "De groep is vol."}).status_code == 302
    assert "De groep is vol." in OutboxMessage.objects.get(kind="applications/admission_declined").body
    assert "De groep is vol." in login(caught.user).get(reverse("applications:mine", args=[caught.pk])).content.decode()


def test_the_home_page_knows_of_late_access(cast, caught, login):
    assert login(caught.user).get("/my/").context["first"] == []
    until = CLOSES + timedelta(days=3)
    admitting.give_late_access(trip=cast.trip, email=caught.user.email, until_at=until, reason="Ziek.", by=cast.lead)
    (first,) = login(caught.user).get("/my/").context["first"]
    assert (first.title, first.due) == ("Maak je aanmelding voor Veilig in Londen af", until)


def test_nobody_admits_the_own_draft(cast, login, at):
    both = world.user("Dubbel Petje", at=cast.school)
    application = world.application(cast.trip, both)
    at(CLOSES + MINUTE)
    made = admitting.ask_admission(application=application, request="Ik was ziek.", by=both)
    world.join(cast.trip, both, "lead")
    assert login(both).get(reverse("applications:admission", args=[cast.trip.slug, made.pk])).status_code == 404
    with pytest.raises(Refused, match="eigen aanmelding"):
        admitting.admit(admission=made, by=both)


def test_the_lead_finds_the_request_at_home(cast, caught, login):
    ask(login, caught)
    assert "1 persoon vraagt om toelating" in login(cast.lead).get("/my/").content.decode()


# --- a deadline that moves -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "word"), [(CLOSES + timedelta(days=2), "later"), (CLOSES - timedelta(days=2), "eerder")]
)
def test_who_wrote_hears_of_another_closing_moment(cast, samira, at, to, word):
    at(world.MOMENTS["call"])
    world.application(cast.trip, samira)
    sent = world.submitted(cast.trip, world.user("Piet Verstuurd", at=cast.other_school))
    gone = world.submitted(cast.trip, world.user("Wil Weg", at=cast.other_school))
    Application.objects.filter(pk=gone.pk).update(status="withdrawn")
    world.settle_all()
    trips.move_deadline(trip=cast.trip, closes_at=to, seen=CLOSES, reason="Herfstvakantie.", by=cast.lead)
    told = OutboxMessage.objects.filter(kind="applications/deadline_moved")
    assert {m.recipient for m in told} == {samira, sent.user}
    assert gone.user not in {m.recipient for m in told}
    assert all(f"sluit {word}" in m.subject for m in told)
    assert Trip.objects.get().closes_at == to


# --- what is written down, and of whom alone -------------------------------------------------------


def test_history_says_who_asked_who_answered_and_until_when(cast, caught):
    until = CLOSES + timedelta(days=3)
    asked = admitting.ask_admission(application=caught, request="De trein stond stil.", by=caught.user)
    given = admitting.extend(admission=asked, until_at=until, answer="Rustig aan.", by=cast.lead)
    admitting.take_late_access(access=given, by=cast.lead)
    entries = {entry.verb: entry for entry in HistoryEntry.objects.filter(trip=cast.trip.pk)}
    assert {verb: (one.by, one.about_model, one.reason, one.facts) for verb, one in entries.items()} == {
        "admission.ask": (caught.user, "applications.admission", "", {}),
        "admission.extend": (cast.lead, "applications.admission", "", {}),
        "late.give": (
            cast.lead,
            "applications.lateaccess",
            "de sluiting overviel een concept",
            {"until": "2026-10-04T17:00:00+02:00"},
        ),
        "late.take": (cast.lead, "applications.lateaccess", "", {}),
    }
    asked.refresh_from_db()
    answered = CLOSES + timedelta(hours=1)
    assert (asked.asked_at, asked.status, asked.answer) == (answered, "extended", "Rustig aan.")
    assert (asked.answered_at, asked.answered_by) == (answered, cast.lead)


#: The three answers, as short as they can be.
ANSWERS = {"admit": {}, "extend": {"until_at": CLOSES + timedelta(days=3)}, "decline_admission": {"answer": ""}}


@pytest.mark.parametrize("first", ANSWERS)
def test_the_own_second_click_is_known_and_another_answer_came_too_late(cast, caught, first):
    asked = admitting.ask_admission(application=caught, request="De trein stond stil.", by=caught.user)
    getattr(admitting, first)(admission=asked, by=cast.lead, **ANSWERS[first])
    assert Admission.objects.get().answer == ""
    for again, more in ANSWERS.items():
        found = Admission.objects.select_related("application__trip", "application__user").get()
        with pytest.raises(Refused) as refused:
            getattr(admitting, again)(admission=found, by=cast.lead, **more)
        assert did_it_already(refused.value.verdict, cast.lead) is (again == first)


def test_what_is_admitted_is_what_the_draft_says_when_it_is(cast, caught):
    """Whoever may still write did so while the lead read."""
    admitting.ask_admission(application=caught, request="De trein stond stil.", by=caught.user)
    read = Admission.objects.select_related("application__trip", "application__user").get()
    Application.objects.filter(pk=caught.pk).update(motivation="Tot op het laatst.")
    assert admitting.admit(admission=read, by=cast.lead).content["motivation"] == "Tot op het laatst."


def test_a_word_stands_in_the_mail_only_when_somebody_wrote_one(cast, at):
    at(CLOSES + MINUTE)
    given = {"trip": cast.trip, "until_at": CLOSES + timedelta(days=3), "reason": "Ziek.", "by": cast.lead}
    admitting.give_late_access(email="zonder@thuis.example", **given)
    admitting.give_late_access(email="met@thuis.example", word="Beterschap.", **given)
    third = {mail.to: mail.body.split("\n\n")[2] for mail in OutboxMessage.objects.all()}
    assert third["zonder@thuis.example"].startswith("Log in met dit adres")
    assert third["met@thuis.example"] == "Beterschap."


def test_given_again_another_moment_counts_for_that_address_on_that_trip_alone(cast, at):
    elsewhere, first, second = world.trip(lead=cast.lead), CLOSES + timedelta(days=3), CLOSES + timedelta(days=5)
    at(CLOSES + MINUTE)
    for trip, email in (
        (elsewhere, "anna@thuis.example"),
        (cast.trip, "bas@thuis.example"),
        (cast.trip, "anna@thuis.example"),
    ):
        admitting.give_late_access(trip=trip, email=email, until_at=first, reason="Ziek.", by=cast.lead)
    second_lead = world.join(cast.trip, world.user("Tweede Trekker"), "lead").user
    at(CLOSES + 2 * MINUTE)
    again = {"until_at": second, "reason": "Nog ziek.", "by": second_lead}
    admitting.give_late_access(trip=cast.trip, email="Anna@thuis.example", **again)
    rows = LateAccess.objects.values_list("trip", "email", "until_at", "reason", "given_at", "given_by")
    assert set(rows) == {
        (elsewhere.pk, "anna@thuis.example", first, "Ziek.", CLOSES + MINUTE, cast.lead.pk),
        (cast.trip.pk, "bas@thuis.example", first, "Ziek.", CLOSES + MINUTE, cast.lead.pk),
        (cast.trip.pk, "anna@thuis.example", second, "Nog ziek.", CLOSES + 2 * MINUTE, second_lead.pk),
    }


def test_late_access_has_to_end_after_now(cast, at):
    at(CLOSES + MINUTE)
    given = {"trip": cast.trip, "email": "anna@thuis.example", "reason": "Ziek.", "by": cast.lead}
    with pytest.raises(Refused, match="voorbij"):
        admitting.give_late_access(until_at=CLOSES + MINUTE, **given)
    admitting.give_late_access(until_at=CLOSES + MINUTE + timedelta(microseconds=1), **given)
    assert LateAccess.objects.count() == 1


# --- who hears of another closing moment, before it moves ------------------------------------------


@pytest.fixture
def silent(cast, at):
    """In the call: who waits for a manager by the moment of the trip, and who does not."""
    at(world.MOMENTS["call"])
    waiting = world.submitted(cast.trip, world.user("Wout Wacht"), endorsed=False, manager_name="Cor Chef")
    world.submitted(cast.trip, world.user("Bea Backed"), manager_name="Ab Akkoord")
    later = world.submitted(cast.trip, world.user("Loes Later"), endorsed=False, manager_name="Dik Daarna")
    later.endorsements.update(due_at=cast.trip.endorse_by_at + timedelta(days=1))
    world.submitted(world.trip(), world.user("Els Elders"), endorsed=False)
    world.settle_all()
    return waiting


def test_whoever_wrote_and_each_manager_who_waits_is_named_before_the_closing_moves(cast, silent):
    world.application(cast.trip, world.user("Ans Aan Het Schrijven"))
    Application.objects.filter(user=world.submitted(cast.trip, world.user("Wil Weg")).user).update(status="withdrawn")
    world.left(world.submitted(cast.trip, world.user("Vera Vertrokken")).user)
    world.settle_all()
    found = {str(one.text): (list(map(str, one.people.rows)), one.people.more) for one in told_of_deadline(cast.trip)}
    assert found == {
        "4 mensen die iets schreven": (["Ans Aan Het Schrijven", "Bea Backed", "Loes Later", "Wout Wacht"], 0),
        "1 leidinggevende moet nog antwoorden": (["Cor Chef"], 0),
    }


def test_of_a_closing_that_concerns_nobody_nobody_is_named(cast, at):
    at(world.MOMENTS["call"])
    assert list(told_of_deadline(cast.trip)) == []


def test_only_the_managers_of_this_trip_who_wait_for_its_moment_hear_of_another(cast, silent):
    before = cast.trip.endorse_by_at
    closes = CLOSES + timedelta(days=4)
    trips.move_deadline(trip=cast.trip, closes_at=closes, seen=CLOSES, reason="Herfstvakantie.", by=cast.lead)
    told = OutboxMessage.objects.filter(kind="applications/endorse_by")
    assert {mail.to for mail in told} == {silent.manager_email}
    assert "Herfstvakantie." in told.get().body
    due = {one.manager_name: one.due_at for one in Endorsement.objects.filter(application__trip=cast.trip)}
    assert due == {
        "Cor Chef": before + timedelta(days=4),
        "Ab Akkoord": before,
        "Dik Daarna": before + timedelta(days=1),
    }
