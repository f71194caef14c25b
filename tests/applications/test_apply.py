"""Writing, sending, revising and withdrawing an application, through the pages."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.urls import reverse

from applications import content
from applications.models import Application, Endorsement, ProposedGoal, Submission
from applications.writing import actions as drafting
from applications.writing.gaps import gaps
from exchange import clock
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.verdicts import Refused
from tests import world

CALL, CLOSES = world.MOMENTS["call"], world.CLOSES
SECOND = timedelta(seconds=1)


@pytest.fixture
def applicant(cast):
    return world.user("Samira Idrissi", at=cast.school)


@pytest.fixture
def browser(applicant, login):
    return login(applicant)


def address(trip, section=""):
    return f"/trips/{trip.slug}/apply/" + (f"{section}/" if section else "")


def stamp(response) -> dict:
    """The hidden fields of a page: on which version it was made."""
    html = response.content.decode()
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', html)[1]
        for name in ("version", "base")
        if f'name="{name}" value' in html
    }


def save(browser, trip, section="", do="next", **fields):
    """Open a section and save it."""
    seen = stamp(browser.get(address(trip, section)))
    return browser.post(address(trip, section), {**seen, "do": do, **fields})


def goals(*rows, ids=()):
    """The posted form of some goals."""
    data = {"goal-TOTAL_FORMS": len(rows), "goal-INITIAL_FORMS": 0}
    for n, (notice, able, see) in enumerate(rows):
        data |= {f"goal-{n}-students_notice": notice, f"goal-{n}-able_to": able, f"goal-{n}-others_see": see}
        if n < len(ids):
            data[f"goal-{n}-id"] = str(ids[n])
    return data


def fill_in(browser, trip, manager="joke@duinrand.example"):
    """The whole form, section by section."""
    save(browser, trip, name="Samira Idrissi", job_role="teacher", language="nl", employment="employed")
    save(browser, trip, "motivation", motivation="Ruzie op de gang.\r\nElke week.")
    save(browser, trip, "goals", **goals(("Iemand vraagt door.", "Ik kan doorvragen.", "Drie gesprekken.")))
    save(browser, trip, "initiative", proactive_past="Pauzeronde.", proactive_plan="Spreekuur.", school_use="Jaarplan.")
    promised = {"can_travel": "yes", "committed": "on"}
    return save(browser, trip, "manager", manager_name="Joke Mulder", manager_email=manager, **promised)


def test_the_whole_form_is_written_sent_and_receipted(cast, browser, applicant, at):
    at(CALL)
    assert browser.get(address(cast.trip)).status_code == 200
    assert not Application.objects.exists()

    response = fill_in(browser, cast.trip)
    assert (response.status_code, response["Location"]) == (302, address(cast.trip, "review"))
    page = browser.get(address(cast.trip, "review"))
    assert page.context["missing"] == []
    version = page.context["application"].version
    assert version == 5

    response = browser.post(address(cast.trip, "send"), {"version": version})
    application = Application.objects.get()
    submission = application.submissions.get()
    assert response["Location"] == f"/my/applications/{application.pk}/versions/1/"
    assert application.status == "submitted"
    assert re.fullmatch(r"VIL26-[2-9A-HJ-NP-Z]{6}", submission.receipt)
    assert submission.sha256 == content.digest(submission.content)
    assert submission.content["motivation"] == "Ruzie op de gang.\nElke week."
    assert submission.content["goals"] == [
        {
            "id": str(application.goals.get().pk),
            "order": 1,
            "students_notice": "Iemand vraagt door.",
            "able_to": "Ik kan doorvragen.",
            "others_see": "Drie gesprekken.",
            "tags": [],
        }
    ]
    assert (submission.institution, submission.job_role, submission.printed_name) == (
        cast.school,
        "teacher",
        "Samira Idrissi",
    )
    receipt_page = browser.get(response["Location"])
    assert submission.receipt in receipt_page.content.decode()
    mails = {m.kind: m for m in OutboxMessage.objects.all()}
    assert set(mails) == {"applications/receipt", "applications/endorse"}
    assert mails["applications/receipt"].to == applicant.email
    assert submission.receipt in mails["applications/receipt"].body
    assert "Ruzie op de gang.\nElke week." in mails["applications/receipt"].body
    assert mails["applications/endorse"].to == "joke@duinrand.example"
    assert "[[endorse]]" in mails["applications/endorse"].body
    assert "Ruzie" not in mails["applications/endorse"].body


def test_looking_starts_nothing(cast, browser, at):
    at(CALL)
    for section in ("", "motivation", "goals", "initiative", "manager", "review"):
        assert browser.get(address(cast.trip, section)).status_code == 200, section
    assert not Application.objects.exists()
    assert browser.get(address(cast.trip, "nonsense")).status_code == 404


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (world.OPENS - SECOND, 409),
        (world.OPENS, 200),
        (CLOSES - SECOND, 200),
        (CLOSES, 410),
        (CLOSES + SECOND, 410),
    ],
)
def test_the_call_has_a_window(cast, browser, at, moment, status):
    at(moment)
    assert browser.get(address(cast.trip)).status_code == status
    posted = browser.post(address(cast.trip, "motivation"), {"version": 0, "motivation": "Wat ik typte.", "do": "next"})
    assert posted.status_code == (302 if status == 200 else status)
    assert Application.objects.count() == (1 if status == 200 else 0)
    if status != 200:
        assert "Wat ik typte." in posted.content.decode()


@pytest.mark.parametrize(("before", "status"), [(SECOND, 302), (timedelta(0), 410)])
def test_sending_ends_at_closing(cast, browser, applicant, at, before, status):
    world.application(cast.trip, applicant)
    at(CLOSES - before)
    assert browser.post(address(cast.trip, "send"), {"version": 1}).status_code == status
    assert Submission.objects.count() == (1 if status == 302 else 0)


def test_a_trip_not_announced_is_not_there_and_a_cancelled_one_says_so(cast, browser, at):
    at(CALL)
    hidden = world.trip(lead=cast.lead, announced=False)
    assert browser.get(address(hidden)).status_code == 404
    with pytest.raises(Refused) as refused:
        drafting.save_part(trip=hidden, part=drafting.Part("motivation"), by=world.user(), version=0)
    assert refused.value.verdict.status == 409
    gone = world.trip(lead=cast.lead, cancelled_at=CALL, cancelled_by=cast.lead)
    assert browser.get(address(gone)).status_code == 409


def test_the_team_goes_along_without_applying(cast, login, at):
    at(CALL)
    assert login(cast.lead).get(address(cast.trip)).status_code == 403
    assert login(cast.companion()).get(address(cast.trip)).status_code == 403
    assert login(cast.reviewer()).get(address(cast.trip)).status_code == 200


def test_too_long_keeps_everything_typed(cast, browser, at):
    at(CALL)
    long = "é" * 4001
    response = save(browser, cast.trip, "motivation", motivation=long)
    assert response.status_code == 422
    assert long in response.content.decode()
    assert not Application.objects.exists()
    # Line breaks count once, as they do in the browser.
    assert save(browser, cast.trip, "motivation", motivation="a\r\n" * 2000).status_code == 302


def test_nul_bytes_and_nonsense_are_told_not_crashed_on(cast, browser, at):
    at(CALL)
    assert save(browser, cast.trip, "motivation", motivation="a\x00b").status_code == 422
    assert browser.post(address(cast.trip, "motivation"), {"version": "x", "motivation": "a"}).status_code == 422
    assert browser.post(address(cast.trip, "goals"), {"version": 0}).status_code == 422
    many = goals(*[("a", "b", "c")] * 4) | {"goal-TOTAL_FORMS": 4000}
    assert browser.post(address(cast.trip, "goals"), {"version": 0, **many}).status_code == 422
    assert browser.post(address(cast.trip, "send"), {"version": "9" * 400}).status_code == 302
    assert not Application.objects.exists()


# --- two windows -----------------------------------------------------------------------------------


def test_a_stale_window_shows_both_texts(cast, browser, applicant, at):
    at(CALL)
    save(browser, cast.trip, "motivation", motivation="Eerst.")
    old = stamp(browser.get(address(cast.trip, "motivation")))
    save(browser, cast.trip, "motivation", motivation="Uit het andere venster.")

    response = browser.post(address(cast.trip, "motivation"), {**old, "motivation": "Uit dit venster.", "do": "next"})
    html = response.content.decode()
    assert response.status_code == 409
    assert "Uit het andere venster." in html
    assert "Uit dit venster." in html
    assert Application.objects.get().motivation == "Uit het andere venster."

    again = browser.post(
        address(cast.trip, "motivation"), {**stamp(response), "motivation": "Uit dit venster.", "do": "next"}
    )
    assert again.status_code == 302
    assert Application.objects.get().motivation == "Uit dit venster."


def test_two_windows_on_two_sections_do_not_clash(cast, browser, at):
    at(CALL)
    save(browser, cast.trip, "motivation", motivation="Waarom.")
    old = stamp(browser.get(address(cast.trip, "motivation")))
    save(browser, cast.trip, "initiative", proactive_past="Wat ik deed.")
    response = browser.post(address(cast.trip, "motivation"), {**old, "motivation": "Waarom dan.", "do": "next"})
    assert response.status_code == 302
    row = Application.objects.get()
    assert (row.motivation, row.proactive_past) == ("Waarom dan.", "Wat ik deed.")


def test_two_windows_that_both_start_make_one_draft(cast, browser, at):
    at(CALL)
    fresh = stamp(browser.get(address(cast.trip, "motivation")))
    browser.post(address(cast.trip, "motivation"), {**fresh, "motivation": "Een."})
    second = browser.post(address(cast.trip, "motivation"), {**fresh, "motivation": "Twee."})
    assert second.status_code == 409
    assert Application.objects.get().motivation == "Een."


def test_a_stale_window_of_goals_shows_both(cast, browser, at):
    at(CALL)
    save(browser, cast.trip, "goals", **goals(("a", "Ik kan een.", "b")))
    old = stamp(browser.get(address(cast.trip, "goals")))
    goal = ProposedGoal.objects.get()
    save(browser, cast.trip, "goals", **goals(("a", "Ik kan twee.", "b"), ids=[goal.pk]))
    posted = {**old, **goals(("a", "Ik kan drie.", "b"), ids=[goal.pk]), "do": "next"}
    response = browser.post(address(cast.trip, "goals"), posted)
    assert response.status_code == 409
    assert {"Ik kan twee.", "Ik kan drie."} <= set(re.findall(r"Ik kan \w+\.", response.content.decode()))


def test_sending_what_changed_after_reading_asks_to_read_again(cast, browser, applicant, at):
    world.application(cast.trip, applicant, version=3)
    at(CALL)
    assert browser.post(address(cast.trip, "send"), {"version": 2}).status_code == 409
    assert not Submission.objects.exists()
    assert browser.post(address(cast.trip, "send"), {"version": 3}).status_code == 302


# --- the goals -------------------------------------------------------------------------------------


def able(trip):
    return list(ProposedGoal.objects.filter(application__trip=trip).values_list("able_to", flat=True))


def test_goals_are_added_moved_and_removed_without_javascript(cast, browser, at):
    at(CALL)
    response = save(browser, cast.trip, "goals", "add", **goals(("a", "Een", "a")))
    assert response["Location"] == address(cast.trip, "goals") + "?more=1#goal-1"
    page = browser.get(address(cast.trip, "goals") + "?more=1")
    assert len(page.context["form"].forms.forms) == 2
    ids = [ProposedGoal.objects.get().pk]

    save(browser, cast.trip, "goals", **goals(("a", "Een", "a"), ("b", "Twee", "b"), ("", "", ""), ids=ids))
    assert able(cast.trip) == ["Een", "Twee"]
    first, second = ProposedGoal.objects.all()
    assert first.pk == ids[0]

    both = goals(("a", "Een", "a"), ("b", "Twee", "b"), ids=[first.pk, second.pk])
    save(browser, cast.trip, "goals", "up-1", **both)
    assert [g.pk for g in ProposedGoal.objects.all()] == [second.pk, first.pk]
    both = goals(("b", "Twee", "b"), ("a", "Een", "a"), ids=[second.pk, first.pk])
    save(browser, cast.trip, "goals", "down-0", **both)
    assert able(cast.trip) == ["Een", "Twee"]
    save(
        browser,
        cast.trip,
        "goals",
        "remove-0",
        **goals(("a", "Een", "a"), ("b", "Twee", "b"), ids=[first.pk, second.pk]),
    )
    assert [g.pk for g in ProposedGoal.objects.all()] == [second.pk]


def test_four_goals_at_most(cast, browser, at):
    at(CALL)
    assert save(browser, cast.trip, "goals", **goals(*[("a", f"Ik kan {n}", "b") for n in range(4)])).status_code == 302
    five = goals(*[("a", f"Ik kan {n}", "b") for n in range(5)])
    assert save(browser, cast.trip, "goals", **five).status_code == 422
    assert len(able(cast.trip)) == 4


def test_sending_somebody_elses_application_does_not_send_the_own(cast, applicant, at):
    at(CALL)
    own, other = world.application(cast.trip, applicant), world.application(cast.trip)
    with pytest.raises(Refused):
        drafting.submit(application=other, by=applicant)
    own.refresh_from_db()
    assert own.status == "draft"


def test_somebody_elses_goal_is_not_taken_over(cast, browser, at):
    at(CALL)
    theirs = world.application(cast.trip).goals.get()
    save(browser, cast.trip, "goals", **goals(("x", "Gestolen", "x"), ids=[theirs.pk]))
    theirs.refresh_from_db()
    assert theirs.able_to == "Ik kan een herstelgesprek leiden (1)."
    assert ProposedGoal.objects.exclude(pk=theirs.pk).get().able_to == "Gestolen"


def test_tags_are_those_of_the_framework(cast, browser, at):
    at(CALL)
    tag = cast.trip.framework.dimensions.first().tags.first()
    other = world.trip(lead=cast.lead).framework.dimensions.first().tags.first()
    one = goals(("a", "b", "c"))
    assert save(browser, cast.trip, "goals", **one, **{"goal-0-tags": [other.pk]}).status_code == 422
    assert save(browser, cast.trip, "goals", **one, **{"goal-0-tags": [tag.pk]}).status_code == 302
    assert list(ProposedGoal.objects.get().tags.all()) == [tag]


# --- what is missing -------------------------------------------------------------------------------


def test_an_incomplete_draft_is_saved_and_not_sent(cast, browser, at):
    at(CALL)
    save(browser, cast.trip, "goals", **goals(("", "Ik kan doorvragen.", "")))
    response = browser.post(address(cast.trip, "send"), {"version": 1})
    assert response.status_code == 422
    base = address(cast.trip)
    assert [gap["url"] for gap in response.context["missing"]] == [
        f"{base}#id_employment",
        f"{base}motivation/#id_motivation",
        f"{base}goals/#id_goal-0-students_notice",
        f"{base}goals/#id_goal-0-others_see",
        f"{base}initiative/#id_proactive_past",
        f"{base}initiative/#id_proactive_plan",
        f"{base}initiative/#id_school_use",
        f"{base}manager/#id_can_travel",
        f"{base}manager/#id_committed",
        f"{base}manager/#id_manager_name",
        f"{base}manager/#id_manager_email",
    ]
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("email", "role", "status"),
    [
        ("joke@duinrand.example", "teacher", 302),
        ("Joke@DUINRAND.example", "teacher", 302),
        ("joke@groenlinde.example", "teacher", 422),
        ("joke@student.duinrand.example", "teacher", 422),
        ("joke@gmail.example", "volunteer", 302),
        ("SELF", "teacher", 422),
        ("SELF+boss", "teacher", 422),
        ("SELF", "volunteer", 422),
    ],
)
def test_the_manager_is_at_the_school_and_not_oneself(cast, applicant, browser, at, email, role, status):
    at(CALL)
    applicant.job_role = role
    applicant.save()
    local, _, domain = applicant.email.partition("@")
    email = email.replace("SELF+boss", f"{local.upper()}+boss@{domain}").replace("SELF", applicant.email)
    response = save(browser, cast.trip, "manager", manager_name="Joke", manager_email=email)
    assert response.status_code == status
    if status == 422:
        assert email in response.content.decode()


def test_without_a_school_the_manager_is_to_be_confirmed(cast, login, at):
    at(CALL)
    volunteer = world.outsider(job_role="volunteer", institution=cast.other_school)
    browser = login(volunteer)
    assert save(browser, cast.trip, "manager", manager_name="Joke", manager_email="j@club.example").status_code == 302
    application = Application.objects.get()
    assert "manager_email" not in [gap.field for gap in gaps(application, [])]


# --- the profile -----------------------------------------------------------------------------------


def test_the_profile_is_kept_for_the_next_trip(cast, login, at):
    at(CALL)
    person = world.outsider()
    browser = login(person)
    page = browser.get(address(cast.trip))
    assert "institution" in page.context["form"].fields
    save(browser, cast.trip, name="Vera Vrij", job_role="volunteer", job_title="Leescoach", institution=cast.school.pk)
    person.refresh_from_db()
    assert (person.name, person.job_role, person.institution) == ("Vera Vrij", "volunteer", cast.school)
    assert not person.membership_confirmed
    again = browser.get(address(world.trip(lead=cast.lead)))
    assert again.context["form"].initial["name"] == "Vera Vrij"
    assert again.context["form"].initial["institution"] == str(cast.school.pk)


def test_a_school_known_by_domain_is_not_asked(cast, browser, applicant, at):
    at(CALL)
    assert "institution" not in browser.get(address(cast.trip)).context["form"].fields
    save(browser, cast.trip, name="Samira", job_role="caretaker", institution=cast.other_school.pk)
    applicant.refresh_from_db()
    assert applicant.institution == cast.school
    assert applicant.membership_confirmed


def test_an_unconfirmed_member_may_send(cast, login, at):
    at(CALL)
    person = world.outsider(institution=cast.school, job_role="volunteer")
    application = world.application(cast.trip, person, manager_email="joke@duinrand.example")
    assert login(person).post(address(cast.trip, "send"), {"version": 1}).status_code == 302
    assert application.submissions.count() == 1
    assert not person.membership_confirmed


# --- sending again ---------------------------------------------------------------------------------


def test_sending_twice_gives_the_same_receipt(cast, browser, applicant, at):
    application = world.application(cast.trip, applicant)
    at(CLOSES - SECOND)
    first = browser.post(address(cast.trip, "send"), {"version": 1})
    at(CLOSES)
    second = browser.post(address(cast.trip, "send"), {"version": 1})
    assert first["Location"] == second["Location"] == f"/my/applications/{application.pk}/versions/1/"
    assert OutboxMessage.objects.filter(kind="applications/receipt").count() == 1
    assert Endorsement.objects.count() == 1


def test_a_revision_is_numbered_receipted_and_compared(cast, browser, applicant, at):
    application = world.application(cast.trip, applicant)
    at(CALL)
    browser.post(address(cast.trip, "send"), {"version": 1})
    save(browser, cast.trip, "motivation", motivation="Ik wil leren wat je doet na een ruzie in de klas.")
    mine = browser.get(f"/my/applications/{application.pk}/")
    assert mine.context["unsent"]
    assert application.submissions.get().content["motivation"].endswith("in de gang.")
    response = browser.post(address(cast.trip, "send"), {"version": 2})
    assert response["Location"].endswith("/versions/2/")
    two, one = application.submissions.all()
    assert (two.number, one.number) == (2, 1)
    assert two.receipt != one.receipt
    page = browser.get(response["Location"])
    ((label, runs),) = page.context["changes"]
    assert [run for run in runs if run[0] != "equal"] == [("delete", "gang."), ("insert", "klas.")]
    assert OutboxMessage.objects.filter(kind="applications/receipt").count() == 2
    # The motivation is not signed, so the manager is not asked again.
    assert OutboxMessage.objects.filter(kind="applications/endorse").count() == 1


def test_withdrawing_and_undoing_it_until_closing(cast, browser, applicant, at):
    application = world.submitted(cast.trip, applicant)
    url = f"/my/applications/{application.pk}/"
    at(CLOSES - 2 * SECOND)
    assert browser.get(url + "withdraw/").status_code == 200
    assert browser.post(url + "withdraw/").status_code == 302
    assert browser.get(address(cast.trip)).status_code == 302
    assert browser.post(address(cast.trip, "send"), {"version": 1}).status_code == 409
    assert browser.post(url + "withdraw/").status_code == 302  # the second click on the own act
    assert browser.post(url + "reinstate/").status_code == 302
    application.refresh_from_db()
    assert (application.status, application.withdrawn_at) == ("submitted", None)
    assert browser.post(url + "reinstate/").status_code == 302
    verbs = HistoryEntry.objects.filter(about_id=str(application.pk)).values_list("verb", flat=True)
    assert sorted(verbs) == ["application.reinstate", "application.withdraw"]
    at(CLOSES - SECOND)
    browser.post(url + "withdraw/")
    at(CLOSES)
    assert browser.post(url + "reinstate/").status_code == 410
    assert "Undo" not in browser.get(url).content.decode()
    kinds = sorted(OutboxMessage.objects.values_list("kind", flat=True))
    assert kinds == ["applications/reinstated", "applications/withdrawn", "applications/withdrawn"]


def test_a_draft_caught_by_closing_stays_readable_to_its_author(cast, browser, applicant, login, at):
    application = world.application(cast.trip, applicant)
    at(CLOSES)
    assert browser.get(address(cast.trip))["Location"] == f"/my/applications/{application.pk}/"
    page = browser.get(f"/my/applications/{application.pk}/")
    assert "Ik wil leren wat je doet na een ruzie in de gang." in page.content.decode()
    assert login(cast.lead).get(f"/my/applications/{application.pk}/").status_code == 404
    late = browser.post(address(cast.trip, "motivation"), {"version": 1, "motivation": "Nog iets."})
    assert late.status_code == 410
    assert "Nog iets." in late.content.decode()


def test_strangers_find_nothing(cast, login, at):
    application = world.submitted(cast.trip)
    at(CALL)
    browser = login(cast.stranger())
    for name, args in (
        ("mine", ()),
        ("version", (1,)),
        ("withdraw", ()),
        ("manager", ()),
        ("offer", ()),
        ("give-back", ()),
    ):
        assert browser.get(reverse(f"applications:{name}", args=[application.pk, *args])).status_code == 404, name
    for name in ("reinstate", "manager-remind", "offer-confirm"):
        assert browser.post(reverse(f"applications:{name}", args=[application.pk])).status_code == 404, name


def test_posts_by_get_and_gets_change_nothing(cast, browser, applicant, at):
    application = world.submitted(cast.trip, applicant)
    at(CALL)
    for name in ("reinstate", "manager-remind", "offer-confirm"):
        assert browser.get(reverse(f"applications:{name}", args=[application.pk])).status_code == 405
    assert browser.get(address(cast.trip, "send")).status_code == 405


# --- figures and reminders -------------------------------------------------------------------------


def test_the_form_saves_four_goals_in_constant_queries(cast, browser, at, django_assert_max_num_queries):
    at(CALL)
    tags = [tag.pk for one in cast.trip.framework.dimensions.all() for tag in one.tags.all()]
    four = goals(*[("woord " * 50, "woord " * 50, "woord " * 50)] * 4) | {f"goal-{n}-tags": tags for n in range(4)}
    save(browser, cast.trip, "goals", **four)
    seen = stamp(browser.get(address(cast.trip, "goals")))
    ids = ProposedGoal.objects.values_list("pk", flat=True)
    four |= {f"goal-{n}-id": str(pk) for n, pk in enumerate(ids)}
    with django_assert_max_num_queries(32):
        assert browser.post(address(cast.trip, "goals"), {**seen, **four, "do": "next"}).status_code == 302


def test_pages_ask_few_queries(cast, browser, applicant, at, django_assert_max_num_queries):
    application = world.application(cast.trip, applicant, goals=4)
    at(CALL)
    browser.get(address(cast.trip))  # the first page of a while writes that the session is used
    for section in ("", "motivation", "goals", "initiative", "manager", "review"):
        with django_assert_max_num_queries(15):
            assert browser.get(address(cast.trip, section)).status_code == 200
    browser.post(address(cast.trip, "send"), {"version": 1})
    with django_assert_max_num_queries(16):
        assert browser.get(f"/my/applications/{application.pk}/").status_code == 200
    with django_assert_max_num_queries(15):
        assert browser.get(f"/my/applications/{application.pk}/versions/1/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_pressing_send_in_two_places_at_once_makes_one_submission():
    if connection.vendor == "sqlite":
        pytest.skip("An in-memory database has one connection; the file database serialises writers.")
    application = world.application(world.trip(), world.user())
    ready = Barrier(4)

    def press():
        try:
            with clock.at(CALL):
                ready.wait()
                return drafting.submit(application=application, by=application.user).receipt
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        receipts = {future.result() for future in [pool.submit(press) for _ in range(4)]}
    assert len(receipts) == 1
    assert Submission.objects.count() == 1
    assert Endorsement.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="applications/receipt").count() == 1


# --- a copy, and versions side by side -------------------------------------------------------------


def test_any_two_versions_are_laid_side_by_side(cast, browser, applicant, at):
    at(CALL)
    fill_in(browser, cast.trip)
    for text in ("Ruzie op de trap.", "Ruzie bij de deur."):
        browser.post(address(cast.trip, "send"), stamp(browser.get(address(cast.trip, "review"))))
        save(browser, cast.trip, "motivation", motivation=text)
    browser.post(address(cast.trip, "send"), stamp(browser.get(address(cast.trip, "review"))))
    page = f"/my/applications/{Application.objects.get().pk}/versions/3/"
    beside_two = browser.get(page).content.decode()
    assert "<del>op</del>" in beside_two
    assert "trap." in beside_two
    beside_one = browser.get(f"{page}?beside=1").content.decode()
    assert "Wat er veranderde sinds versie 1" in beside_one
    assert "Elke" in beside_one
    for nonsense in ("3", "9", "-1", "x", "99999999999"):
        assert browser.get(page, {"beside": nonsense}).status_code == 200


def test_a_copy_as_a_pdf(cast, browser, applicant, login, at, tmp_path):
    import subprocess

    at(CALL)
    fill_in(browser, cast.trip)
    browser.post(address(cast.trip, "send"), stamp(browser.get(address(cast.trip, "review"))))
    submission = Submission.objects.get()
    url = f"/my/applications/{submission.application_id}/versions/1.pdf"
    answer = browser.get(url)
    assert answer["Content-Type"] == "application/pdf"
    assert f"{submission.receipt}.pdf" in answer["Content-Disposition"]
    paper = tmp_path / "copy.pdf"
    paper.write_bytes(answer.content)
    subprocess.run(["qpdf", "--check", paper], check=True, capture_output=True)
    text = subprocess.run(["pdftotext", "-layout", paper, "-"], check=True, capture_output=True, text=True).stdout
    for said in (submission.receipt, "Ruzie op de gang.", "Ik kan doorvragen.", "Samira Idrissi", "Versie 1"):
        assert said in text
    assert login(world.user()).get(url).status_code == 404
    assert browser.get(url.replace("1.pdf", "2.pdf")).status_code == 404
