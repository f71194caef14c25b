"""Races for the locks between the call and the confirmed place."""

from collections.abc import Callable
from datetime import timedelta

from applications.assessing.actions import Given, finish_assessment, recuse, reopen_assessment
from applications.assessing.actions_rubric import copy_rubric, make_rubric
from applications.assessing.assigning import assign, assign_all
from applications.content import digest
from applications.endorsing import actions as endorsing
from applications.late.actions import admit, give_late_access
from applications.lines import faults
from applications.models import (
    Admission,
    Application,
    Assessment,
    Criterion,
    Decision,
    Endorsement,
    Invitation,
    LateAccess,
    Offer,
    Submission,
)
from applications.people import actions as inviting
from applications.people.brought import read
from applications.people.lists import checked
from applications.people.people import people_around
from applications.people.reminding import Group
from applications.selection.answering import confirm_place
from applications.selection.deciding import propose
from applications.selection.placing import give_places
from applications.selection.publishing import cancel_trip, publish_selection
from applications.writing.actions import Part, save_part, state, submit, withdraw
from exchange import clock
from exchange.documents.reading import read_text
from exchange.trips.actions import change_trip
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Participation, Trip
from tests import world
from tests.applications.walking import SIGNED
from tests.consistency.races import Deeds, race
from tests.consistency.races.exchange import deeds, mails

CALL, SELECTION, AFTER = world.MOMENTS["call"], world.MOMENTS["selection"], world.home(2026, 10, 13)


#: What a manager says who sets no conditions.
YES = SIGNED | {"conditions": ""}


def lead_of(trip: Trip):
    return trip.team.get(role=TeamRole.LEAD).user


def of(model: type, name: str):
    return model.objects.get(application__user__name=name)


# --- writing and sending -------------------------------------------------------------------------------


def draft(**fields) -> tuple[Trip, Application]:
    trip = world.trip()
    return trip, world.application(trip, world.user("Anna", job_title=""), **fields)


def saves(written: Application, section: str, **values) -> Callable[[], object]:
    """One part, from a page that was opened before anything happened."""
    user, trip, part = written.user, written.trip, Part(section, values)
    base = digest(state(written, section))
    return lambda: save_part(trip=trip, part=part, by=user, version=written.version, base=base)


@race(
    "applications.writing.actions.save_part: locked",
    now=CALL,
    right=("done", "done", ("Ik wil mee.", "In het jaarplan.")),
    wrong=("Stale", "done", ("Ik wil leren wat je doet na een ruzie in de gang.", "In het jaarplan.")),
)
def two_parts_are_saved_in_two_windows() -> Deeds:
    _trip, written = draft()
    return (
        saves(written, "motivation", motivation="Ik wil mee."),
        saves(written, "initiative", school_use="In het jaarplan."),
        lambda: Application.objects.values_list("motivation", "school_use").get(),
    )


@race("applications.writing.actions._start: IntegrityError", now=CALL, right=("Stale", "done", "Ik ga mee."))
def a_draft_is_begun_in_two_windows() -> Deeds:
    trip, anna = world.trip(), world.user("Anna")

    def begins(motivation: str) -> None:
        save_part(trip=trip, part=Part("motivation", {"motivation": motivation}), by=anna, version=0)

    return lambda: begins("Ik wil mee."), lambda: begins("Ik ga mee."), lambda: Application.objects.get().motivation


@race(
    "applications.writing.actions.submit: locked",
    now=CALL,
    right=("done", "done", (1, 1)),
    wrong=("Moved", "done", (1, 1)),
)
def an_application_is_sent_in_two_windows() -> Deeds:
    _trip, written = draft()

    def sends() -> None:
        one = Application.objects.get(pk=written.pk)
        submit(application=one, by=one.user)

    return sends, sends, lambda: (Submission.objects.count(), mails("applications/receipt"))


# --- the manager ---------------------------------------------------------------------------------------


def asked() -> Application:
    """Sent, and the manager has not answered."""
    return world.submitted(world.trip(), world.user("Anna"), endorsed=False)


def answers(verb: Callable, **values) -> Callable[[], object]:
    """By the link that was mailed first."""
    stored = Endorsement.objects.get()
    return lambda: verb(endorsement=stored, generation=1, **values)


def answer() -> tuple[int, list[str]]:
    return Endorsement.objects.count(), list(
        Endorsement.objects.order_by("generation").values_list("status", flat=True)
    )


# Without the lock who was first is told that somebody was faster, and the answer of the other counts.


@race(
    "applications.endorsing.actions.endorse: _answerable",
    now=CALL,
    right=("done", "Refused", (1, ["endorsed"])),
    wrong=("Moved", "done", (1, ["refused"])),
)
def one_endorses_while_another_with_the_link_refuses() -> Deeds:
    asked()
    return answers(endorsing.endorse, values=YES), answers(endorsing.refuse, signer_name="Jo"), answer


@race(
    "applications.endorsing.actions.refuse: _answerable",
    now=CALL,
    right=("done", "Refused", (1, ["refused"])),
    wrong=("Moved", "done", (1, ["endorsed"])),
)
def one_refuses_while_another_with_the_link_endorses() -> Deeds:
    asked()
    return answers(endorsing.refuse, signer_name="Jo"), answers(endorsing.endorse, values=YES), answer


@race(
    "applications.endorsing.actions.pass_on: _answerable",
    now=CALL,
    right=("done", "Refused", (2, ["replaced", "asked"])),
    wrong=("Moved", "done", (1, ["endorsed"])),
)
def one_passes_it_on_while_another_with_the_link_endorses() -> Deeds:
    written = asked()
    email = f"kees@{written.manager_email.rpartition('@')[2]}"
    return (
        answers(endorsing.pass_on, name="Kees", email=email),
        answers(endorsing.endorse, values=YES),
        answer,
    )


@race(
    "applications.endorsing.actions.look_back: _answerable",
    now=world.home(2026, 11, 16),
    right=("done", "Refused", "Bo Bos"),
    wrong=("Moved", "done", "Wil West"),
)
def two_of_a_school_look_back() -> Deeds:
    trip, promise = promised()
    [made] = endorsing.ask_schools(trip=trip, occasion="return", by=lead_of(trip))

    def looks_back(name: str) -> None:
        said = {"contact_name": name, "contact_email": "bo@duinrand.example", "conditions": "", "signer_name": "Jo"}
        endorsing.look_back(endorsement=made, generation=1, values=said)

    return (
        lambda: looks_back("Bo Bos"),
        lambda: looks_back("Wil West"),
        lambda: Endorsement.objects.get(occasion="return").contact_name,
    )


def promised() -> tuple[Trip, Endorsement]:
    """Somebody came back to whose trip a manager had said yes."""
    trip = world.trip(published=True)
    world.participation(trip, world.user("Anna"))
    promise = Endorsement.objects.get()
    Endorsement.objects.update(contact_name="Bo Bos", contact_email="bo@duinrand.example", hours_released=56)
    return trip, promise


@race(
    "applications.endorsing.actions.ask_schools",
    now=world.home(2026, 11, 16),
    right=("done", "done", 1),
    wrong=("IntegrityError", "done", 1),
)
def two_ask_the_schools() -> Deeds:
    trip, _promise = promised()
    lead = lead_of(trip)

    def asks() -> None:
        endorsing.ask_schools(trip=trip, occasion="return", by=lead)

    return asks, asks, Endorsement.objects.filter(occasion="return").count


@race(
    "applications.endorsing.actions.replace_manager: _current",
    now=CALL + timedelta(days=1),
    right=("done", "Refused", ["replaced", "asked"]),
    wrong=("Moved", "done", ["endorsed"]),
)
def the_manager_is_replaced_while_they_answer() -> Deeds:
    written = asked()
    email = f"ria@{written.manager_email.rpartition('@')[2]}"
    return (
        lambda: endorsing.replace_manager(application=written, name="Ria", email=email, by=written.user),
        answers(endorsing.endorse, values=YES),
        lambda: answer()[1],
    )


@race(
    "applications.endorsing.actions.remind_manager: _current",
    now=CALL + timedelta(days=1),
    right=("done", "Refused", 1),
    wrong=("done", "done", 1),
)
def the_manager_is_reminded_in_two_windows() -> Deeds:
    written = asked()

    def reminds() -> None:
        endorsing.remind_manager(application=Application.objects.get(pk=written.pk), by=written.user)

    return reminds, reminds, lambda: mails("applications/endorse")


# --- people around the call ----------------------------------------------------------------------------


@race(
    "applications.people.actions.invite: _one_after_the_other",
    now=CALL,
    right=("done", "Changed", (1, 1)),
    wrong=("IntegrityError", "done", (1, 1)),
)
def two_import_the_same_list() -> Deeds:
    trip = world.trip()
    rows = read(read_text("Naam;E-mail\nJan;jan@thuis.example")).entries
    seen, lead = inviting.fingerprint(checked(rows, trip=trip)), lead_of(trip)

    def imports() -> None:
        inviting.invite(trip=trip, entries=rows, seen=seen, by=lead)

    return imports, imports, lambda: (Invitation.objects.count(), mails("applications/invited"))


@race(
    "applications.people.actions.remind: _one_after_the_other",
    now=CALL,
    right=("done", "done", 1),
    wrong=("done", "done", 2),
)
def two_remind_who_writes() -> Deeds:
    trip, _written = draft()
    lead = lead_of(trip)

    def reminds() -> None:
        around = people_around(trip, clock.now())
        inviting.remind(trip=trip, group=Group.DRAFTS, people=around, by=lead)

    return reminds, reminds, lambda: deeds("application.remind")


# --- after closing -------------------------------------------------------------------------------------


@race(
    "applications.late.actions.give_late_access",
    now=SELECTION,
    right=("done", "done", 1),
    wrong=("IntegrityError", "done", 1),
)
def two_give_late_access_to_one_address() -> Deeds:
    trip = world.trip()
    lead = lead_of(trip)

    def gives() -> None:
        until = SELECTION + timedelta(days=1)
        give_late_access(trip=trip, email="anna@thuis.example", until_at=until, reason="Ziek.", by=lead)

    return gives, gives, LateAccess.objects.count


@race(
    "applications.late.actions.admit: locked",
    now=SELECTION,
    right=("done", "done", "Ik wil mee."),
    wrong=("done", "done", "Ik wil leren wat je doet na een ruzie in de gang."),
)
def a_draft_is_admitted_while_its_author_saves_it() -> Deeds:
    trip, written = draft()
    lead, until = lead_of(trip), SELECTION + timedelta(days=1)
    admission = Admission.objects.create(application=written, request="Trein.", asked_at=SELECTION)
    give_late_access(trip=trip, email=written.user.email, until_at=until, reason="Ziek.", by=lead)
    return (
        saves(written, "motivation", motivation="Ik wil mee."),
        lambda: admit(admission=Admission.objects.get(pk=admission.pk), by=lead),
        lambda: Submission.objects.get().answers["motivation"],
    )


# --- reading and scoring -------------------------------------------------------------------------------


def read_by_two(*levels: tuple[int, int]) -> Trip:
    """Anna is read by Rik and Rosa; who gave levels has finished."""
    trip = world.trip()
    world.rubric(trip)
    sent = world.submitted(trip, world.user("Anna"))
    for name, given in zip(("Rik", "Rosa"), levels, strict=True):
        reader = world.user(name)
        world.join(trip, reader, TeamRole.REVIEWER)
        world.assessment(sent, reader, *given)
    Application.objects.update(score_count=sum(bool(given) for given in levels))
    return trip


def reading(name: str) -> Assessment:
    return Assessment.objects.get(reviewer__name=name)


def finishes(name: str) -> None:
    row = reading(name)
    given = {one.pk: Given(4, "Concreet.") for one in row.application.trip.criteria.all()}
    finish_assessment(assessment=row, given=given, by=row.reviewer)


def scored() -> int:
    return Application.objects.get().score_count


TALLY = 'UPDATE "applications_application"'


@race(
    "applications.assessing.actions.finish_assessment: _tally",
    now=SELECTION,
    before=TALLY,
    right=("done", "done", 2),
    wrong=("done", "done", 1),
)
def two_readers_finish() -> Deeds:
    read_by_two((), ())
    return lambda: finishes("Rik"), lambda: finishes("Rosa"), scored


@race(
    "applications.assessing.actions.reopen_assessment: _tally",
    now=SELECTION,
    before=TALLY,
    right=("done", "done", 1),
    wrong=("done", "done", 0),
)
def one_reader_opens_it_again_while_the_other_finishes() -> Deeds:
    read_by_two((4, 4), ())
    rik = reading("Rik")
    return lambda: reopen_assessment(assessment=rik, by=rik.reviewer), lambda: finishes("Rosa"), scored


@race(
    "applications.assessing.actions.recuse: _tally",
    now=SELECTION,
    before=TALLY,
    right=("done", "done", 1),
    wrong=("done", "done", 0),
)
def one_reader_hands_it_back_while_the_other_finishes() -> Deeds:
    trip = read_by_two((4, 4), ())
    return (
        lambda: recuse(assessment=reading("Rik"), reason="Ik ken haar.", by=lead_of(trip)),
        lambda: finishes("Rosa"),
        scored,
    )


@race(
    "applications.assessing.assigning.assign_all",
    now=SELECTION,
    right=("done", "done", 1),
    wrong=("done", "done", 2),
)
def two_give_everybody_readers() -> Deeds:
    """Between the two presses another reader joins, with less to read."""
    trip = world.trip(reviewers_each=1)
    world.rubric(trip)
    world.submitted(trip, world.user("Anna"))
    world.join(trip, world.user("Rik"), TeamRole.REVIEWER)
    lead = lead_of(trip)

    def assigns(joining: str = "") -> None:
        if joining:
            trip.team.filter(role=TeamRole.REVIEWER).delete()
            world.join(trip, world.user(joining), TeamRole.REVIEWER)
        assign_all(trip=trip, by=lead)

    return assigns, lambda: assigns("Rosa"), Assessment.objects.count


@race(
    "applications.assessing.assigning.assign",
    now=SELECTION,
    right=("done", "Refused", 1),
    wrong=("IntegrityError", "done", 1),
)
def two_give_one_reader_the_same() -> Deeds:
    trip = world.trip()
    sent, rik = world.submitted(trip, world.user("Anna")), world.user("Rik")
    world.join(trip, rik, TeamRole.REVIEWER)
    lead = lead_of(trip)

    def gives() -> None:
        assign(application=sent, reviewer=rik, by=lead)

    return gives, gives, Assessment.objects.count


@race(
    "applications.assessing.actions_rubric.make_rubric: _empty",
    now=world.MOMENTS["planning"],
    right=("done", "Refused", 5),
    wrong=("IntegrityError", "done", 5),
)
def two_make_the_rubric() -> Deeds:
    trip = world.trip(announced=False)
    lead = lead_of(trip)

    def makes() -> None:
        make_rubric(trip=trip, by=lead)

    return makes, makes, Criterion.objects.count


@race(
    "applications.assessing.actions_rubric.copy_rubric: _empty",
    now=world.MOMENTS["planning"],
    right=("done", "Refused", 2),
    wrong=("IntegrityError", "done", 5),
)
def one_copies_the_rubric_while_another_makes_it() -> Deeds:
    trip = world.trip(announced=False)
    lead = lead_of(trip)
    source = world.trip(lead=lead)
    world.rubric(source)
    return (
        lambda: copy_rubric(trip=trip, source=source, by=lead),
        lambda: make_rubric(trip=trip, by=lead),
        trip.criteria.count,
    )


@race(
    "applications.lines.settling.settle: hold",
    now=CALL,
    before='INSERT INTO "applications_line"',
    right=("done", "done", []),
    wrong=("done", "done", ["backing", "standing"]),
)
def a_reader_finishes_while_the_manager_answers() -> Deeds:
    trip = world.trip()
    world.rubric(trip)
    sent = world.submitted(trip, world.user("Anna"), endorsed=False)
    rik = world.user("Rik")
    world.join(trip, rik, TeamRole.REVIEWER)
    world.assessment(sent, rik)
    return (
        lambda: finishes("Rik"),
        answers(endorsing.endorse, values=YES),
        lambda: sorted(fault.field for fault in faults(trip)),
    )


@race(
    "applications.lines.loads.settle_loads: hold",
    now=CALL,
    before='DO UPDATE SET "to_read"',
    right=("done", "done", []),
    wrong=("done", "done", ["to_read"]),
)
def one_of_two_is_withdrawn_while_the_other_is_read() -> Deeds:
    trip = world.trip()
    world.rubric(trip)
    rik = world.user("Rik")
    world.join(trip, rik, TeamRole.REVIEWER)
    for name in ("Anna", "Bram"):
        world.assessment(world.submitted(trip, world.user(name)), rik)

    def finishes_anna() -> None:
        row = of(Assessment, "Anna")
        given = {one.pk: Given(4, "Concreet.") for one in trip.criteria.all()}
        finish_assessment(assessment=row, given=given, by=row.reviewer)

    def withdraws_bram() -> None:
        bram = Application.objects.get(user__name="Bram")
        withdraw(application=bram, by=bram.user)

    return finishes_anna, withdraws_bram, lambda: sorted(fault.field for fault in faults(trip))


# --- the selection -------------------------------------------------------------------------------------


@race(
    "applications.selection.deciding.propose",
    now=SELECTION,
    right=("done", "Refused", "select"),
    wrong=("IntegrityError", "done", "reserve"),
)
def two_propose_for_one_person() -> Deeds:
    """Neither saw a proposal."""
    trip = world.trip()
    sent = world.submitted(trip, world.user("Anna"))
    one, other = lead_of(trip), world.user("Lara Leider")
    world.join(trip, other, TeamRole.LEAD)
    return (
        lambda: propose(application=sent, kind="select", seen=None, by=one),
        lambda: propose(application=sent, kind="reserve", seen=None, by=other),
        lambda: Decision.objects.get().kind,
    )


@race(
    "applications.selection.placing.give_places: lock",
    now=AFTER,
    right=("done", "Refused", 1),
    wrong=("done", "done", 2),
)
def two_give_the_last_place() -> Deeds:
    trip = world.trip(published=True, places=1)
    waiting = [world.submitted(trip, world.user(name)) for name in ("Anna", "Bram")]
    for one in waiting:
        world.decision(one, "reserve", published=True)
    lead = lead_of(trip)

    def gives(one: Application) -> None:
        give_places(trip=trip, applications=[one], by=lead, from_reserve=True)

    return lambda: gives(waiting[0]), lambda: gives(waiting[1]), Offer.objects.count


@race(
    "exchange.trips.actions.trip.change_trip",
    now=AFTER,
    before='INSERT INTO "applications_offer"',
    right=("done", "Refused", (2, 2)),
    wrong=("done", "done", (2, 1)),
)
def a_place_is_given_while_there_come_to_be_fewer() -> Deeds:
    trip = world.trip(published=True, places=2, max_per_school=2)
    world.participation(trip)
    one, lead = world.submitted(trip, world.user("Anna")), lead_of(trip)
    world.decision(one, "reserve", published=True)

    def gives() -> None:
        give_places(trip=trip, applications=[one], by=lead, from_reserve=True)

    def lowers() -> None:
        change_trip(trip=Trip.objects.get(pk=trip.pk), changes={"places": 1, "max_per_school": 1}, by=lead)

    return gives, lowers, lambda: (Offer.objects.count(), Trip.objects.get(pk=trip.pk).places)


@race(
    "applications.selection.answering._participation: IntegrityError",
    now=AFTER,
    before='INSERT INTO "trips_participation"',
    right=("done", "Moved", 1),
)
def a_place_is_confirmed_in_two_windows() -> Deeds:
    sent = world.submitted(world.trip(published=True), world.user("Anna"))
    world.decision(sent, "select", published=True)
    held = world.offer(sent)

    def confirms() -> None:
        confirm_place(offer=Offer.objects.get(pk=held.pk), by=sent.user)

    return confirms, confirms, Participation.objects.count


def ready() -> Trip:
    """Everybody is decided about."""
    trip = world.trip()
    world.decision(world.submitted(trip, world.user("Anna")), "select")
    return trip


@race(
    "applications.selection.publishing.publish_selection: lock",
    now=SELECTION,
    right=("done", "done", (1, 1)),
    wrong=("Moved", "done", (0, 1)),
)
def the_trip_is_cancelled_while_the_selection_is_published() -> Deeds:
    trip = ready()
    lead = lead_of(trip)
    return (
        lambda: publish_selection(trip=trip, by=lead),
        lambda: cancel_trip(trip=Trip.objects.get(pk=trip.pk), reason="Staking.", by=lead),
        lambda: (deeds("trip.publish"), deeds("trip.cancel")),
    )


@race(
    "applications.selection.publishing.cancel_trip: lock",
    now=SELECTION,
    right=("done", "Refused", (0, 1)),
    wrong=("done", "done", (1, 1)),
)
def the_selection_is_published_while_the_trip_is_cancelled() -> Deeds:
    trip = ready()
    lead = lead_of(trip)
    return (
        lambda: cancel_trip(trip=trip, reason="Staking.", by=lead),
        lambda: publish_selection(trip=Trip.objects.get(pk=trip.pk), by=lead),
        lambda: (deeds("trip.publish"), deeds("trip.cancel")),
    )
