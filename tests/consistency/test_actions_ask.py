"""The action asks (rule 16): every verb calls its permission itself, so that no second door is a hole.

Twice, each for every verb: by reading the code (tests/consistency/asking.py says what a verb is, and what asking), and
by doing it as somebody without any role, who is refused before anything is written.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string

from applications.conditions.actions import CONDITIONS
from applications.letters.actions import Letter
from applications.models import Admission, Application, Assessment, Endorsement, LateAccess, Offer
from applications.people.reminding import Group
from applications.writing.actions import Part
from evaluations.afterwards.actions_return import TripAnswers
from evaluations.afterwards.actions_year import YearAnswers
from evaluations.certificates.models import Certificate
from evaluations.evenings.actions import Answers
from evaluations.impact.models import ReportEdition, Voice
from evaluations.models import Action, DailyEvaluation, GoalLevel, OneWord
from evaluations.plans.actions import Plan, Told
from exchange import clock
from exchange.jobs.models import Job
from exchange.outbox.models import OutboxMessage
from exchange.people.models import Institution, RoleAssignment, User
from exchange.trips.models import (
    Framework,
    HostOrganisation,
    LearningGoal,
    Meeting,
    Participation,
    PreVisit,
    ProgrammeItem,
    TeamMember,
    Trip,
    TripHost,
)
from exchange.trips.moving import move_of
from exchange.trips.owing import REPLIES
from exchange.verdicts import FORBIDDEN, GONE, Refused
from tests import world
from tests.consistency.alliance import Alliance
from tests.consistency.asking import Code
from tests.consistency.asking import house as the_house

pytestmark = pytest.mark.django_db

#: Verbs that ask nothing, and why.
ASKS_NOTHING = {
    "exchange.history.actions.record": "what verbs are made of: they asked",
    "exchange.history.actions.record_often": "the same, for what somebody can repeat without end",
    "exchange.history.actions.entry": "what verbs are made of: stores nothing",
    "exchange.transitions.perform": "what verbs are made of: asks for the hats it is given",
    "exchange.transitions.perform_all": "what verbs are made of: asks for the hats it is given",
    "exchange.outbox.actions.message": "composes, stores nothing",
    "exchange.jobs.actions.job": "composes, stores nothing",
    "evaluations.impact.papers.job": "composes, stores nothing",
    "applications.letters.actions.letter_to": "composes, stores nothing; the preview shows it",
    "exchange.trips.actions.travellers.renew_calendar": "knows nobody but `by`, whose own address it is",
}
#: What writes beside the verbs, for nobody in particular, and why nobody is asked.
FOR_NOBODY = {
    "exchange.history.actions.record_all": "what verbs are made of: they asked",
    "exchange.outbox.actions.queue": "what verbs are made of: mail stands in the transaction of its cause",
    "exchange.outbox.actions.queue_many": "what verbs are made of: mail stands in the transaction of its cause",
    "exchange.outbox.actions.bounce": "a mail server says so, to an address that only the message has",
    "exchange.jobs.actions.ask": "what verbs are made of: whoever asks for a document may have it",
    "exchange.jobs.actions.ask_many": "what verbs are made of: jobs stand in the transaction of their cause",
    "exchange.jobs.actions.keep_file": "the worker calls it",
    "exchange.jobs.actions.forget": "what can be made again: whoever takes a word back calls it",
    "exchange.jobs.actions.letting_go": "the purge calls it",
    "exchange.history.actions.forget_entries": "what is over: the purge calls it",
    "exchange.history.actions.blank_entries": "an erasure calls it, which asks",
    "evaluations.impact.papers.forget": "what can be made again: whoever takes a word back calls it",
    "exchange.people.actions.sign_out_everywhere": "ends sessions: closing, resetting and erasing call it, which ask",
    "exchange.people.actions.follow_domains": "makes membership agree with domains that an administrator stored",
    "exchange.trips.actions.moving.carry_along": "what moving a trip is made of",
    "applications.moving.actions.answer_before_departure": "what moving a trip is made of",
    "applications.endorsing.actions.asked_once_more": "a step of undoing a withdrawal, which asked",
    "applications.endorsing.actions.ask_again_all": "what verbs are made of: a trip moved, which asked",
    "applications.endorsing.actions.give_until": "what verbs are made of: a moment moved, which asked",
    "applications.endorsing.actions.mailed_again": "what verbs are made of: notes when the mail they queue went out",
    "applications.endorsing.actions.mail_came_back": "the delivery calls it; asks can_endorse and keeps silent if not",
    "evaluations.impact.papers.all_jobs": "the jobs of a publication, which asked",
    "evaluations.impact.papers.draw": "the worker calls it, for a job of somebody who asked",
}


# --- by reading ------------------------------------------------------------------------------------


def dotted(found: list[tuple[str, str]]) -> set[str]:
    return {".".join(one) for one in found}


def silent(code: Code) -> set[str]:
    """The verbs that do not ask before they write."""
    return dotted([one for one in code.verbs() if not code.found(one).first_asks])


def test_every_verb_asks_before_it_writes() -> None:
    found = silent(the_house())
    assert found - ASKS_NOTHING.keys() == set(), "verbs that do not ask: require(can_...(by, ...)) comes first"
    assert ASKS_NOTHING.keys() - found == set(), "these ask, or are gone: take them off the list"


def test_whatever_writes_has_somebody_to_ask_about() -> None:
    writers = dotted(the_house().writers())
    assert writers - FOR_NOBODY.keys() == set(), "these write, and nobody is asked: give them a `by`, or say why not"
    assert FOR_NOBODY.keys() - writers == set(), "these ask, or are gone: take them off the list"


ASKING = "from exchange.verdicts import require\nfrom exchange.transitions import perform\n"
GOOD = [
    "require(can_lead(by, trip))\n    trip.save()",
    "fresh = lock(trip)\n    require(can_lead(by, fresh))\n    fresh.save()",
    "hats = team_hats(by, trip)\n    perform(TRIP, 'close', trip, hats=hats, by=by)",
    "if trip.closed_at:\n        return trip\n    require(can_lead(by, trip))\n    trip.save()",
    "if by:\n        require(can_lead(by, trip))\n    else:\n        raise KeyError\n    trip.save()",
    "return [good(trip=one, by=by) for one in trip.others]",
    "_ready(trip, by)\n    trip.save()",
]
BAD = [
    "trip.save()",
    "pass",
    "trip.save()\n    require(can_lead(by, trip))",
    "require(going(trip))\n    trip.save()",
    "require(Question(asked_by=by))\n    trip.save()",
    "perform(TRIP, 'close', trip, hats={LEAD}, by=by)",
    "if trip.closed_at:\n        require(can_lead(by, trip))\n    trip.save()",
    "for one in trip.others:\n        require(can_lead(by, one))\n    trip.save()",
    "try:\n        require(can_lead(by, trip))\n    except KeyError:\n        pass\n    trip.save()",
    "_noted(trip)\n    require(can_lead(by, trip))",
    "good(trip=trip, by=trip.lead)\n    trip.save()",
    "silent(trip=trip, by=by)\n    trip.save()",
]
BESIDE = """
def _ready(trip, by):
    require(can_lead(by, trip))

def _noted(trip):
    trip.notes.create()

def silent(*, trip, by):
    trip.save()

def good(*, trip, by):
    require(can_lead(by, trip))
    trip.save()
"""


def made_up(body: str) -> Code:
    return Code({"made.up": f"{ASKING}{BESIDE}\ndef deed(*, trip, by):\n    {body}\n"})


@pytest.mark.parametrize("body", GOOD)
def test_a_verb_that_asks_is_let_through(body: str) -> None:
    assert silent(made_up(body)) == {"made.up.silent"}


@pytest.mark.parametrize("body", BAD)
def test_a_verb_that_does_not_ask_or_asks_too_late_is_named(body: str) -> None:
    assert silent(made_up(body)) == {"made.up.silent", "made.up.deed"}


def test_what_writes_without_anybody_is_named() -> None:
    code = Code({"made.up": f"{ASKING}{BESIDE}\ndef sweep(*, trip):\n    trip.delete()\n"})
    assert dotted(code.writers()) == {"made.up.sweep"}


# --- by doing --------------------------------------------------------------------------------------


@dataclass
class Place:
    """A trip of the alliance and its records."""

    house: Alliance
    scene: str

    @property
    def trip(self) -> Trip:
        return Trip.objects.get(pk=self.house.scenes[self.scene].trip.pk)

    def __call__(self, model: type, thing: str = "") -> Any:
        """A record that the scene knows, by the name of its model unless told otherwise; read afresh."""
        known = self.house.things | self.house.scenes[self.scene].things
        return model._default_manager.get(pk=known[thing or model.__name__.lower()])

    def asked(self) -> Endorsement:
        return self(Application).endorsements.get()

    def level(self) -> GoalLevel:
        return GoalLevel.objects.get(goal=self(LearningGoal, "goal"), moment="return")

    def new_trip(self) -> Trip:
        return Trip(theme=self.trip.theme, slug="own", title_nl="Van mij", created_at=clock.now())

    def own_school(self) -> Institution:
        return self(Institution, "school")


SOON = timedelta(days=3)
GOAL = {"text": "Anders.", "levels": list("abcde"), "baseline": -1}
PLAN = Plan(title="Anders", due_on=date(2027, 3, 1))
LETTER = Letter(subject_nl="Hoi", text_nl="Hoi {name}", subject_en="Hi", text_en="Hi {name}")
SAID = {"level": 2, "outcome": "Alles.", "language": "nl"}
WORD = {"word": "anders", "consent": True, "public": True, "language": "nl"}
Given = Callable[[Place], dict[str, Any]]
#: Each verb: the trip and, where it has another name, the moment of it; and what the stranger would have it do.
STRANGER: dict[str, tuple[str, Given]] = {
    "exchange.outbox.actions.resend": ("call", lambda p: {"message": p(OutboxMessage, "message")}),
    "exchange.outbox.actions.withdraw": ("going, call", lambda p: {"message": p(OutboxMessage, "waiting")}),
    "exchange.people.actions.save_profile": ("call", lambda p: {"user": p(User, "someone"), "name": "Iemand Anders"}),
    "exchange.people.actions.confirm_membership": (
        "selection",
        lambda p: {"person": p(User, "newcomer"), "institution": p.own_school()},
    ),
    "exchange.people.actions.decline_membership": (
        "selection",
        lambda p: {"person": p(User, "newcomer"), "institution": p.own_school()},
    ),
    "exchange.people.actions.follow_school_account": ("call", lambda p: {"user": p(User, "newcomer")}),
    "exchange.people.actions.give_role": (
        "call",
        lambda p: {"user": p.house.people["stranger"], "role": "administrator"},
    ),
    "exchange.people.actions.take_role": ("call", lambda p: {"assignment": p(RoleAssignment, "role")}),
    "exchange.people.actions.invite": (
        "call",
        lambda p: {"email": "nieuw@elsewhere.example", "name": "Nieuw", "role": "administrator"},
    ),
    "exchange.people.actions.close_account": ("call", lambda p: {"person": p(User, "someone"), "reason": "x"}),
    "exchange.people.actions.open_account": ("call", lambda p: {"person": p(User, "someone"), "reason": "x"}),
    "exchange.people.actions.reset_second_step": ("call", lambda p: {"person": p(User, "someone"), "reason": "x"}),
    "exchange.trips.actions.trip.leave_teams": ("call", lambda p: {"person": p(User, "someone")}),
    "exchange.people.actions.save_school": ("call", lambda p: {"school": p.own_school(), "domains": []}),
    "exchange.privacy.actions.erase": ("call", lambda p: {"person": p(User, "someone")}),
    "exchange.people.actions.add_former_name": (
        "call",
        lambda p: {"school": p.own_school(), "name": "roc Oud", "until_on": date(2020, 1, 1)},
    ),
    # --- trips
    "exchange.trips.actions.meetings.save_meeting": (
        "selection",
        lambda p: {"meeting": p(Meeting), "changes": {"place": "Elders"}},
    ),
    "exchange.trips.actions.meetings.drop_meeting": ("selection", lambda p: {"meeting": p(Meeting), "reason": "Ik."}),
    "exchange.trips.actions.programme.save_item": ("selection", lambda p: {"item": p(ProgrammeItem, "item")}),
    "exchange.trips.actions.programme.remove_item": ("selection", lambda p: {"item": p(ProgrammeItem, "item")}),
    "exchange.trips.actions.reminding.remind": (
        "going, preparation",
        lambda p: {"trip": p.trip, "owing": REPLIES},
    ),
    "exchange.trips.actions.travellers.reply_to_meeting": (
        "going, preparation",
        lambda p: {"meeting": p(Meeting), "participation": p(Participation), "coming": False},
    ),
    "exchange.trips.actions.travellers.tick_attendance": (
        "going, travelling",
        lambda p: {"trip": p.trip, "present": {p(Participation).pk: False}, "on": world.DEPARTS},
    ),
    "exchange.trips.actions.travellers.set_phone": (
        "going, travelling",
        lambda p: {"holder": p(Participation), "phone": "06"},
    ),
    "exchange.trips.actions.trip.create_trip": ("call", lambda p: {"trip": p.new_trip()}),
    "exchange.trips.actions.trip.change_trip": ("call", lambda p: {"trip": p.trip, "changes": {"city_nl": "Rome"}}),
    "exchange.trips.actions.trip.announce": ("planning", lambda p: {"trip": p.trip}),
    "exchange.trips.actions.moving.move_trip": (
        "call",
        lambda p: {"trip": p.trip, "dates": {"departs_on": world.DEPARTS + SOON}, "seen": "", "reason": "Ik."},
    ),
    "exchange.trips.actions.trip.move_deadline": (
        "call",
        lambda p: {"trip": p.trip, "closes_at": world.CLOSES + SOON, "seen": world.CLOSES, "reason": "Ik."},
    ),
    "exchange.trips.actions.trip.close_trip": ("going, follow_up", lambda p: {"trip": p.trip}),
    "exchange.trips.actions.trip.give_team_role": (
        "call",
        lambda p: {"trip": p.trip, "user": p.house.people["stranger"], "role": "lead"},
    ),
    "exchange.trips.actions.trip.take_lead": ("call", lambda p: {"trip": p.trip, "reason": "Ik spring in."}),
    "exchange.trips.actions.trip.take_team_role": ("selection", lambda p: {"member": p(TeamMember, "member")}),
    "exchange.trips.actions.trip.copy_framework": ("call", lambda p: {"framework": p(Framework)}),
    "exchange.trips.hosts.actions.add_host": (
        "call",
        lambda p: {"trip": p.trip, "host": HostOrganisation(name="Elders", place="Rome", country_en="Italy")},
    ),
    "exchange.trips.hosts.actions.change_host": (
        "selection",
        lambda p: {"row": p(TripHost, "row"), "host": p(TripHost, "row").host},
    ),
    "exchange.trips.hosts.actions.remove_host": ("selection", lambda p: {"row": p(TripHost, "row")}),
    "exchange.trips.hosts.actions.note_visit": (
        "selection",
        lambda p: {"visit": PreVisit(host=p(TripHost, "row").host, visited_on=date(2026, 6, 1)), "trip": p.trip},
    ),
    # --- applications
    "applications.assessing.actions.save_assessment": (
        "selection",
        lambda p: {"assessment": p(Assessment), "given": {}},
    ),
    "applications.assessing.actions.finish_assessment": (
        "selection",
        lambda p: {"assessment": p(Assessment), "given": {}},
    ),
    "applications.assessing.actions.reopen_assessment": ("selection", lambda p: {"assessment": p(Assessment)}),
    "applications.assessing.actions.recuse": (
        "selection",
        lambda p: {"assessment": p(Assessment), "reason": "Ik ken haar."},
    ),
    "applications.assessing.actions_rubric.make_rubric": ("planning", lambda p: {"trip": p.trip}),
    "applications.assessing.actions_rubric.copy_rubric": (
        "planning",
        lambda p: {"trip": p.trip, "source": p.house.scenes["call"].trip},
    ),
    "applications.assessing.actions_rubric.edit_rubric": (
        "call, planning",
        lambda p: {"trip": p.trip, "criteria": list(p.trip.criteria.all()), "anchors": []},
    ),
    "applications.assessing.actions_rubric.drop_rubric": ("call, planning", lambda p: {"trip": p.trip}),
    "applications.assessing.assigning.assign_all": ("selection", lambda p: {"trip": p.trip}),
    "applications.assessing.assigning.assign": (
        "selection",
        lambda p: {"application": p(Application, "unconfirmed"), "reviewer": p.house.people["reviewer"]},
    ),
    "applications.assessing.assigning.unassign": ("selection", lambda p: {"assessment": p(Assessment)}),
    "applications.conditions.actions.set_conditions": (
        "planning",
        lambda p: {"trip": p.trip, "values": dict.fromkeys(CONDITIONS, False)},
    ),
    "applications.conditions.actions.rule": (
        "selection",
        lambda p: {"application": p(Application), "ruling": "not_eligible", "reason": "Nee."},
    ),
    "applications.endorsing.actions.ask_manager": (
        "call",
        lambda p: {"submission": p(Application).submissions.get(), "before": None},
    ),
    "applications.endorsing.actions.replace_manager": (
        "call",
        lambda p: {"application": p(Application), "name": "Ik", "email": "ik@duinrand.example"},
    ),
    "applications.endorsing.actions.remind_manager": ("call, selection", lambda p: {"application": p(Application)}),
    "applications.endorsing.actions.endorse": (
        "call",
        lambda p: {"endorsement": p.asked(), "generation": 2, "values": {"signer_name": "Ik"}},
    ),
    "applications.endorsing.actions.refuse": (
        "call",
        lambda p: {"endorsement": p.asked(), "generation": 2, "signer_name": "Ik"},
    ),
    "applications.endorsing.actions.pass_on": (
        "call",
        lambda p: {"endorsement": p.asked(), "generation": 2, "name": "Ik", "email": "ik@duinrand.example"},
    ),
    "applications.endorsing.actions.look_back": (
        "call",
        lambda p: {"endorsement": p.asked(), "generation": 2, "values": {}},
    ),
    "applications.endorsing.actions.record_on_paper": (
        "call",
        lambda p: {"endorsement": p.asked(), "values": {}, "signed_on": date(2026, 9, 16), "reason": "Post."},
    ),
    "applications.endorsing.actions.ask_schools": ("going, return", lambda p: {"trip": p.trip, "occasion": "return"}),
    "applications.late.actions.ask_admission": (
        "drafted, selection",
        lambda p: {"application": p(Application), "request": "Toe."},
    ),
    "applications.late.actions.admit": ("caught, selection", lambda p: {"admission": p(Admission)}),
    "applications.late.actions.extend": (
        "caught, selection",
        lambda p: {"admission": p(Admission), "until_at": clock.now() + SOON},
    ),
    "applications.late.actions.decline_admission": (
        "caught, selection",
        lambda p: {"admission": p(Admission), "answer": "Nee."},
    ),
    "applications.late.actions.give_late_access": (
        "caught, selection",
        lambda p: {"trip": p.trip, "email": "ik@elsewhere.example", "until_at": clock.now() + SOON, "reason": "Ik."},
    ),
    "applications.late.actions.take_late_access": ("caught, selection", lambda p: {"access": p(LateAccess, "access")}),
    "applications.late.actions.tell_of_new_deadline": (
        "call",
        lambda p: {
            "trip": p.trip,
            "before": world.CLOSES - SOON,
            "endorse_before": world.CLOSES,
            "reason": "Ik.",
        },
    ),
    "applications.moving.actions.after_move": (
        "call",
        lambda p: {"move": move_of(p.trip, {"departs_on": world.DEPARTS + SOON}), "reason": "Ik."},
    ),
    "applications.letters.actions.write_to_group": (
        "selection",
        lambda p: {"trip": p.trip, "group": "submitted", "letter": LETTER, "send_id": uuid.uuid4()},
    ),
    "applications.people.actions.invite": ("call", lambda p: {"trip": p.trip, "entries": [], "seen": ""}),
    "applications.people.actions.remind": (
        "call",
        lambda p: {"trip": p.trip, "group": Group.DRAFTS, "people": [], "school": p.own_school()},
    ),
    "applications.selection.answering.confirm_place": ("offered", lambda p: {"offer": p(Offer)}),
    "applications.selection.answering.decline": (
        "offered",
        lambda p: {"offer": p(Offer), "reason": "Ik ga liever zelf."},
    ),
    "applications.selection.answering.give_back": (
        "going, preparation",
        lambda p: {"participation": p(Participation), "reason": "Ik ga liever zelf."},
    ),
    "applications.selection.deciding.propose": (
        "selection",
        lambda p: {"application": p(Application), "kind": "not_selected"},
    ),
    "applications.selection.deciding.propose_many": (
        "selection",
        lambda p: {"applications": [p(Application)], "kind": "not_selected"},
    ),
    "applications.selection.placing.give_place": (
        "offered",
        lambda p: {"trip": p.trip, "application": p(Application, "reserve")},
    ),
    "applications.selection.placing.give_places": (
        "offered",
        lambda p: {"trip": p.trip, "applications": [p(Application, "reserve")]},
    ),
    "applications.selection.placing.hold_places": (
        "offered",
        lambda p: {"trip": p.trip, "wanted": [p(Application, "reserve")]},
    ),
    "applications.selection.placing.offer_place": ("offered", lambda p: {"application": p(Application, "reserve")}),
    "applications.selection.placing.retract_offer": ("offered", lambda p: {"offer": p(Offer), "reason": "Nee."}),
    "applications.selection.publishing.publish_selection": ("selection", lambda p: {"trip": p.trip}),
    "applications.selection.publishing.cancel_trip": ("selection", lambda p: {"trip": p.trip, "reason": "Nee."}),
    # Anybody may write while the call is open: the stranger comes too late.
    "applications.writing.actions.save_part": (
        "call, selection",
        lambda p: {"trip": p.trip, "part": Part("motivation", {"motivation": "Ik ook."}), "version": 0},
    ),
    "applications.writing.actions.submit": ("call", lambda p: {"application": p(Application)}),
    "applications.writing.actions.send": (
        "call",
        lambda p: {
            "application": p(Application),
            "said": p(Application).submissions.get().answers,
            "last": None,
            "name": "revise",
        },
    ),
    "applications.writing.actions.withdraw": ("call", lambda p: {"application": p(Application)}),
    "applications.writing.actions.reinstate": ("call", lambda p: {"application": p(Application)}),
    # --- evaluations
    "evaluations.afterwards.actions_presentations.prepare_presentation": (
        "going, return",
        lambda p: {"participation": p(Participation), "title": "Anders"},
    ),
    "evaluations.afterwards.actions_presentations.give_slots": (
        "going, return",
        lambda p: {"trip": p.trip, "slots": {p(Participation): clock.now()}},
    ),
    "evaluations.afterwards.actions_presentations.mark_held": (
        "going, return",
        lambda p: {"participation": p(Participation)},
    ),
    "evaluations.afterwards.actions_return.write_word": (
        "going, return",
        lambda p: {"participation": p(Participation), "moment": "return", **WORD},
    ),
    "evaluations.afterwards.actions_return.set_consent": (
        "going, return",
        lambda p: {"word": OneWord.objects.get(participation=p(Participation)), "consent": True},
    ),
    "evaluations.afterwards.actions_return.set_public": (
        "going, return",
        lambda p: {"word": OneWord.objects.get(participation=p(Participation)), "public": False},
    ),
    "evaluations.afterwards.actions_return.answer_return": (
        "going, return",
        lambda p: {"participation": p(Participation), "answers": TripAnswers(grade=1), "scores": {}},
    ),
    "evaluations.afterwards.actions_year.recall": (
        "going, follow_up",
        lambda p: {"participation": p(Participation), "word": "anders", "recall": "Niets."},
    ),
    "evaluations.afterwards.actions_year.answer_follow_up": (
        "going, follow_up",
        lambda p: {"participation": p(Participation), "answers": YearAnswers()},
    ),
    "evaluations.certificates.actions.issue": (
        "going, return",
        lambda p: {"participation": p(Participation), "kind": "attendance"},
    ),
    "evaluations.certificates.actions.issue_all": ("going, return", lambda p: {"trip": p.trip, "kind": "attendance"}),
    "evaluations.certificates.actions.revoke": (
        "going, return",
        lambda p: {"certificate": p(Certificate), "reason": "Nee."},
    ),
    "evaluations.certificates.actions.correct_name": (
        "going, preparation",
        lambda p: {
            "participation": p(Participation),
            "name": "Anders",
            "seen": "",
            "reason": "Nee.",
        },
    ),
    "evaluations.certificates.actions.show_name": (
        "going, return",
        lambda p: {"certificate": p(Certificate), "shown": True},
    ),
    "evaluations.evenings.actions.answer_evening": (
        "going, travelling",
        lambda p: {
            "participation": p(Participation),
            "on": date(2026, 11, 11),
            "answers": Answers(mood=1),
            "client_key": uuid.uuid4(),
        },
    ),
    "evaluations.evenings.actions.meet_need": (
        "going, travelling",
        lambda p: {"evening": p(DailyEvaluation, "evening")},
    ),
    "evaluations.evenings.actions.remind_evening": (
        "going, travelling",
        lambda p: {"trip": p.trip, "on": date(2026, 11, 11)},
    ),
    "evaluations.goals.actions.sharpen": ("going, preparation", lambda p: {"goal": p(LearningGoal, "goal"), **GOAL}),
    "evaluations.goals.actions.save_sharpening": (
        "going, preparation",
        lambda p: {"goal": p(LearningGoal, "goal"), **GOAL},
    ),
    "evaluations.goals.levels.propose_level": (
        "going, return",
        lambda p: {"goal": p(LearningGoal, "goal"), "moment": "return", **SAID},
    ),
    "evaluations.goals.levels.confirm_level": (
        "going, return",
        lambda p: {"level": p.level(), "scored_at": p.level().scored_at},
    ),
    "evaluations.goals.levels.confirm_levels": (
        "going, return",
        lambda p: {"participation": p(Participation), "seen": {p.level(): p.level().scored_at}},
    ),
    "evaluations.goals.levels.hand_back_level": (
        "going, return",
        lambda p: {"level": p.level(), "note": "Echt?", "scored_at": p.level().scored_at},
    ),
    "evaluations.goals.scoring.score_goals": (
        "going, return",
        lambda p: {
            "participation": p(Participation),
            "moment": "return",
            "scores": {p(LearningGoal, "goal").pk: (2, "Alles.")},
            "language": "nl",
        },
    ),
    "evaluations.impact.actions.ask_for_paper": (
        "going, return",
        lambda p: {"edition": p(ReportEdition, "edition"), "language": "nl"},
    ),
    "exchange.jobs.actions.ask_again": ("going, return", lambda p: {"job": p(Job, "job")}),
    "evaluations.impact.actions.publish_edition": (
        "going, return",
        lambda p: {"trip": p.trip, "title_nl": "Anders", "title_en": "Other"},
    ),
    "evaluations.impact.actions.show_edition": (
        "going, return",
        lambda p: {"edition": p(ReportEdition, "edition"), "public": True},
    ),
    "evaluations.impact.actions.give_voice": (
        "going, return",
        lambda p: {"participation": p(Participation), "text": "Ga mee.", "language": "nl"},
    ),
    "evaluations.impact.actions.take_voice_back": ("going, return", lambda p: {"participation": p(Participation)}),
    "evaluations.impact.actions.place_voice": (
        "going, return",
        lambda p: {"voice": Voice.objects.get(participation=p(Participation)), "text": "Doen.", "placed": True},
    ),
    "evaluations.impact.actions.write_findings": (
        "going, return",
        lambda p: {"trip": p.trip, "texts": [("Anders.", "Other.")]},
    ),
    "evaluations.looking.actions.give_reason": (
        "going, travelling",
        lambda p: {"trip": p.trip, "reason": "Nieuwsgierig."},
    ),
    "evaluations.plans.actions.add_action": (
        "going, return",
        lambda p: {"participation": p(Participation), "plan": PLAN},
    ),
    "evaluations.plans.actions.edit_action": ("going, return", lambda p: {"action": p(Action), "plan": PLAN}),
    "evaluations.plans.actions.delete_action": ("going, return", lambda p: {"action": p(Action)}),
    "evaluations.plans.actions.report_action": (
        "going, return",
        lambda p: {"action": p(Action), "told": Told(status="done")},
    ),
    "evaluations.plans.actions.drop_action": ("going, return", lambda p: {"action": p(Action)}),
}
MOMENTS = world.MOMENTS | {"offered": world.home(2026, 10, 13)}


def test_every_verb_is_tried() -> None:
    verbs = dotted(the_house().verbs()) - ASKS_NOTHING.keys()
    assert verbs - STRANGER.keys() == set(), "verbs without a line in STRANGER: what would a stranger have them do?"
    assert STRANGER.keys() - verbs == set(), "no verbs any more: take them off the list"


@pytest.mark.parametrize("verb", STRANGER)
def test_a_stranger_is_refused_before_anything_is_written(house: Alliance, verb: str) -> None:
    place, given = STRANGER[verb]
    scene, *moment = place.split(", ")
    with clock.at(MOMENTS[moment[0] if moment else scene]), transaction.atomic():
        asked = given(Place(house, scene))
        with CaptureQueriesContext(connection) as queries, pytest.raises(Refused) as refused:
            import_string(verb)(**asked, by=house.people["stranger"])
        transaction.set_rollback(True)
    written = [one["sql"] for one in queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []
    assert str(refused.value.verdict.reason)
    expected = GONE if "generation" in asked or verb.endswith(".save_part") else FORBIDDEN
    assert refused.value.verdict.status == expected
