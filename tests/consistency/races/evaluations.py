"""Races for the locks from the first evening to the report."""

import uuid
from datetime import date, timedelta

from django.core.files.storage import default_storage

from evaluations.afterwards.actions_return import set_consent
from evaluations.afterwards.actions_year import YearAnswers, answer_follow_up, recall
from evaluations.certificates.actions import correct_name, issue
from evaluations.certificates.lifecycle import CertificateKind
from evaluations.certificates.models import Certificate
from evaluations.evenings.actions import Answers, answer_evening
from evaluations.goals.levels import confirm_level, propose_level
from evaluations.impact import actions as impact
from evaluations.impact import papers
from evaluations.impact.models import Finding, ReportEdition, Voice
from evaluations.lifecycle import Moment
from evaluations.models import Action, DailyEvaluation, FollowUp, GoalLevel, OneWord
from evaluations.plans.actions import Plan, Told, delete_action, edit_action, report_action
from exchange import clock
from exchange.jobs.models import Job
from exchange.people.models import User
from exchange.trips.models import LearningGoal, Participation, Trip
from tests import world
from tests.consistency.races import Deeds, race
from tests.consistency.races.exchange import deeds

TRAVELLING, BACK, YEAR = world.MOMENTS["travelling"], world.MOMENTS["return"], world.MOMENTS["follow_up"]


def piet(**fields) -> Participation:
    """A traveller."""
    return world.participation(world.trip(published=True), world.user("Piet"), **fields)


def lead_of(traveller: Participation) -> User:
    return traveller.trip.team.get(role="lead").user


# --- on the way, and back ------------------------------------------------------------------------------


@race(
    "evaluations.evenings.actions.answer_evening",
    now=TRAVELLING,
    right=("done", "Elsewhere", 4),
    wrong=("IntegrityError", "done", 2),
)
def an_evening_is_answered_on_two_devices() -> Deeds:
    traveller = piet()

    def says(mood: int) -> None:
        answer_evening(
            participation=traveller,
            on=date(2026, 11, 11),
            answers=Answers(mood=mood),
            client_key=uuid.uuid4(),
            by=traveller.user,
        )

    return lambda: says(4), lambda: says(2), lambda: DailyEvaluation.objects.get().mood


def proposes(goal: LearningGoal, level: int) -> None:
    by = goal.participation.user
    propose_level(goal=goal, moment=Moment.RETURN, level=level, outcome="Elf gesprekken.", language="nl", by=by)


@race(
    "evaluations.goals.levels.propose_level",
    now=BACK,
    right=("done", "Refused", (2, False)),
    wrong=("done", "done", (2, True)),
)
def a_level_is_changed_while_the_team_confirms_it() -> Deeds:
    goal = piet().goals.get()
    with clock.at(BACK - timedelta(hours=1)):
        proposes(goal, 1)
    read = GoalLevel.objects.get()
    lead = lead_of(goal.participation)

    def seen() -> tuple[int | None, bool]:
        level = GoalLevel.objects.get()
        return level.level, bool(deeds("level.confirm"))

    return (
        lambda: proposes(goal, 2),
        lambda: confirm_level(level=read, scored_at=read.scored_at, by=lead),
        seen,
    )


@race("", now=BACK, right=("done", "done", 1))
def a_first_level_is_said_on_two_devices() -> Deeds:
    goal = piet().goals.get()
    return lambda: proposes(goal, 1), lambda: proposes(goal, 2), lambda: GoalLevel.objects.get().level


# --- plans ---------------------------------------------------------------------------------------------


def plan() -> Action:
    traveller = piet()
    return Action.objects.create(
        participation=traveller, language="nl", created_at=BACK, **Plan("Spreekuur", date(2027, 2, 1)).columns()
    )


def reports() -> None:
    action = Action.objects.get()
    report_action(action=action, told=Told(status="done", rung=1), by=action.participation.user)


@race(
    "evaluations.plans.actions.edit_action: _still_a_plan",
    now=BACK,
    right=("done", "done", ("Wekelijks spreekuur", "done")),
    wrong=("done", "done", ("Spreekuur", "done")),
)
def a_plan_is_edited_while_it_is_reported() -> Deeds:
    """Without the lock somebody is told that what they typed was kept."""
    action = plan()
    by = action.participation.user
    return (
        lambda: edit_action(action=action, plan=Plan("Wekelijks spreekuur", date(2027, 2, 1)), by=by),
        reports,
        lambda: Action.objects.values_list("title", "status").get(),
    )


@race(
    "evaluations.plans.actions.delete_action: _still_a_plan",
    now=BACK,
    right=("done", "Refused", 0),
    wrong=("done", "done", 0),
)
def a_plan_is_taken_away_while_it_is_reported() -> Deeds:
    """Without the lock the report is taken, and gone."""
    action = plan()
    mine, theirs = Action.objects.get(), Action.objects.get()
    by = action.participation.user

    def tells() -> None:
        report_action(action=theirs, told=Told(status="done", rung=1), by=by)

    return lambda: delete_action(action=mine, by=by), tells, Action.objects.count


# --- one year on ---------------------------------------------------------------------------------------


@race("", now=YEAR, right=("Refused", "done", "Doorvragen helpt."))
def what_is_remembered_is_written_on_two_devices() -> Deeds:
    traveller = piet()

    def remembers(text: str) -> None:
        recall(participation=traveller, word="rust", recall=text, by=traveller.user)

    return (
        lambda: remembers("Zwijgen helpt."),
        lambda: remembers("Doorvragen helpt."),
        lambda: FollowUp.objects.get().recall,
    )


@race(
    "evaluations.afterwards.actions_year.answer_follow_up",
    now=YEAR,
    right=("done", "done", ("Twee.", 1, 1)),
    wrong=("done", "done", ("Een.", 2, 0)),
)
def a_year_is_answered_on_two_devices() -> Deeds:
    traveller = piet()
    recall(participation=traveller, word="rust", recall="Zwijgen helpt.", by=traveller.user)

    def says(students: str) -> None:
        answer_follow_up(participation=traveller, answers=YearAnswers(students=students), by=traveller.user)

    def seen() -> tuple[str, int, int]:
        return FollowUp.objects.get().students, deeds("follow_up.answer"), deeds("follow_up.change")

    return lambda: says("Een."), lambda: says("Twee."), seen


# --- certificates --------------------------------------------------------------------------------------


def present(traveller: Participation) -> None:
    for on in traveller.trip.days:
        traveller.attendance.create(on=on, present=True, ticked_at=BACK)


@race(
    "evaluations.certificates.actions.issue",
    now=BACK,
    right=("done", "done", 1),
    wrong=("IntegrityError", "done", 1),
)
def two_issue_a_certificate() -> Deeds:
    traveller = piet()
    present(traveller)
    lead = lead_of(traveller)

    def issues() -> None:
        one = Participation.objects.get(pk=traveller.pk)
        issue(participation=one, kind=CertificateKind.ATTENDANCE, by=lead)

    return issues, issues, Certificate.objects.count


@race(
    "evaluations.certificates.actions.correct_name",
    now=BACK,
    right=("done", "Refused", "Piet Hein"),
    wrong=("done", "done", "Piet Hein"),
)
def two_correct_a_name() -> Deeds:
    traveller = piet()
    lead = lead_of(traveller)

    def corrects(name: str) -> None:
        one = Participation.objects.get(pk=traveller.pk)
        correct_name(participation=one, name=name, seen="Piet", reason="Paspoort.", by=lead)

    return lambda: corrects("Piet Hein"), lambda: corrects("Pieter"), lambda: Participation.objects.get().printed_name


# --- reports -------------------------------------------------------------------------------------------

LATER = world.home(2027, 11, 20)


def seven() -> Trip:
    """Seven let their word be shown, each another one; the report can be published."""
    trip = world.trip(lead=world.user("Hanneke Boer"), published=True)
    for n in range(7):
        who = world.participation(trip, world.user(f"Reiziger {n}"))
        OneWord.objects.create(participation=who, moment="return", word=f"woord{n}", consent=True, written_at=LATER)
    Finding.objects.create(trip=trip, text_nl="Ze doen het nog.")
    return trip


def publish(trip: Trip) -> ReportEdition:
    lead = trip.team.get(role="lead").user
    return impact.publish_edition(trip=Trip.objects.get(pk=trip.pk), title_nl="Later", title_en="", by=lead)


def take_back(n: int) -> None:
    word = OneWord.objects.get(word=f"woord{n}")
    set_consent(word=word, consent=False, by=word.participation.user)


def shown() -> list[str]:
    """The words in the edition, by their numbers."""
    made = default_storage
    for job in Job.objects.all():
        made.delete(job.file)
    return sorted(one["word"][-1] for one in ReportEdition.objects.get().report["words_return"]["words"])


@race(
    "evaluations.impact.actions.publish_edition: lock",
    now=LATER,
    right=("done", "done", list("123456")),
    wrong=("done", "done", list("0123456")),
)
def a_word_is_taken_back_while_an_edition_is_made_of_it() -> Deeds:
    trip = seven()
    return lambda: publish(trip), lambda: take_back(0), shown


@race(
    "evaluations.impact.redacting.taken_back: lock",
    now=LATER,
    before='UPDATE "evaluations_oneword"',
    right=("done", "done", list("123456")),
    wrong=("done", "done", list("0123456")),
)
def an_edition_is_made_while_a_word_is_taken_back() -> Deeds:
    trip = seven()
    return lambda: take_back(0), lambda: publish(trip), shown


@race(
    "evaluations.impact.actions.write_findings: lock",
    now=LATER,
    before='INSERT INTO "impact_finding"',
    right=("done", "done", ["Ze luisteren."]),
    wrong=("done", "done", ["Ze luisteren.", "Ze vragen door."]),
)
def two_write_what_they_found() -> Deeds:
    trip = world.trip(lead=world.user("Hanneke Boer"), published=True)
    lead = trip.team.get().user

    def write(text: str) -> None:
        impact.write_findings(trip=trip, texts=[(text, "")], by=lead)

    return (
        lambda: write("Ze vragen door."),
        lambda: write("Ze luisteren."),
        lambda: sorted(Finding.objects.values_list("text_nl", flat=True)),
    )


def asked_as_it_was(before: str) -> bool:
    return Job.objects.filter(key=before).exists()


@race(
    "evaluations.impact.actions.ask_for_paper",
    now=LATER,
    before='INSERT INTO "jobs_job"',
    right=("done", "done", False),
    wrong=("done", "done", True),
)
def a_paper_is_asked_for_while_a_word_is_taken_back() -> Deeds:
    edition = publish(seven())
    before, lead = papers.key(edition, (), "nl"), edition.published_by
    return (
        lambda: take_back(0),
        lambda: impact.ask_for_paper(edition=edition, language="nl", by=lead),
        lambda: asked_as_it_was(before),
    )


@race(
    "evaluations.impact.actions.place_voice",
    now=LATER,
    right=("done", "done", ("Een ander verhaal.", False)),
    wrong=("done", "done", ("Een ander verhaal.", True)),
)
def a_sentence_is_placed_while_its_author_writes_another() -> Deeds:
    """Without the lock what nobody of the team read stands on the public page."""
    traveller = piet()
    by, lead = traveller.user, lead_of(traveller)
    voice = impact.give_voice(participation=traveller, text="Zwijgen helpt.", language="nl", by=by)

    def seen() -> tuple[str, bool]:
        one = Voice.objects.get()
        return one.text, one.placed_at is not None

    return (
        lambda: impact.place_voice(voice=voice, text="Zwijgen helpt.", placed=True, by=lead),
        lambda: impact.give_voice(participation=traveller, text="Een ander verhaal.", language="nl", by=by),
        seen,
    )
