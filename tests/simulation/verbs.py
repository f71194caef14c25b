"""What people try, from the call to a year later. Each verb looks at the alliance and says what would be done.

`@verb(says, by, when, whose, weight)`: the words of a story; the sorts of personas; in which phases of a trip they
mostly try it; whose it is to do (rules.py: HATS), and how often it is tried beside others.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from unittest import mock

from django.core.management import call_command
from django.urls import reverse

from applications.assessing import actions as assessing
from applications.assessing import assigning
from applications.assessing.actions import Given
from applications.conditions import actions as conditions
from applications.endorsing import actions as endorsing
from applications.endorsing import tokens
from applications.late import actions as late
from applications.letters import actions as letters
from applications.letters.actions import Letter
from applications.lifecycle import BACKED
from applications.models import Admission, Application, Assessment, Endorsement, LateAccess, Offer, Ruling
from applications.people import actions as inviting
from applications.people.brought import read
from applications.people.lists import checked
from applications.selection import answering, deciding, placing, publishing
from applications.writing import actions as writing
from applications.writing.actions import Part
from evaluations.afterwards import actions_presentations as presenting
from evaluations.afterwards import actions_return as returning
from evaluations.afterwards import actions_year as looking_back
from evaluations.afterwards.actions_return import TripAnswers
from evaluations.afterwards.actions_year import YearAnswers
from evaluations.certificates import actions as certifying
from evaluations.certificates.lifecycle import CertificateKind
from evaluations.certificates.models import Certificate
from evaluations.evenings import actions as evenings
from evaluations.evenings.actions import Answers, answers_of
from evaluations.goals import actions as sharpening
from evaluations.goals import levels
from evaluations.impact import actions as reporting
from evaluations.impact.models import ReportEdition, Voice
from evaluations.models import Action, DailyEvaluation, GoalLevel, OneWord
from evaluations.plans import actions as plans
from evaluations.plans.actions import Plan, Told
from exchange import clock
from exchange.documents.reading import read_text
from exchange.jobs import worker
from exchange.outbox import actions as outbox
from exchange.outbox import delivery
from exchange.outbox.models import OutboxMessage
from exchange.people import actions as people
from exchange.people.lifecycle import JobRole, Role
from exchange.people.models import RoleAssignment, User
from exchange.privacy import actions as privacy
from exchange.trips.actions import meetings, moving, travellers
from exchange.trips.actions import reminding as turns
from exchange.trips.actions import trip as running
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import LearningGoal, Meeting, Participation, TeamMember, Trip
from exchange.trips.moving import move_of
from exchange.trips.turns import all_kinds
from tests import world
from tests.applications.walking import SIGNED
from tests.simulation import pages
from tests.simulation.alliance import Alliance, Deed, Nothing, Pick, Verb, phase

ALWAYS = "planning call selection offered abroad back year"
VERBS: dict[str, Verb] = {}
Look = Callable[[Alliance, Any, Pick], Deed]


def verb(says: str, by: str, when: str, whose: str, weight: int = 2, **more: bool) -> Callable[[Look], Look]:
    def known(look: Look) -> Look:
        name = look.__name__
        VERBS[name] = Verb(name, says, look, by, when, whose, weight, **more)
        return look

    return known


WORDS = (
    "Ik wil leren van elders.",
    "Wat doe je na een ruzie in de gang?",
    "陈伟 vroeg het ook.",
    "Zoë’s plan — kort.",
    "",
)
RUST = ("rust", "deur", "vertrouwen")


def own(me: Any) -> Any:
    return Application.objects.filter(user=me)


def place_of(me: Any) -> Any:
    return Participation.objects.filter(user=me)


def led(me: Any, when: str = "") -> Any:
    """The trips somebody leads, those at a likely phase if there are any."""
    return likely(Trip.objects.filter(team__user=me, team__role=TeamRole.LEAD), when)


def accompanied(me: Any, when: str = "") -> Any:
    team = Trip.objects.filter(team__user=me, team__role__in=[TeamRole.LEAD, TeamRole.COMPANION])
    return likely(team.distinct(), when)


def likely(trips: Any, when: str) -> Any:
    found = [one.pk for one in trips if phase(one, clock.now()) in when.split()]
    return trips.filter(pk__in=found) if found else trips


def of_mine(me: Any, model: Any, path: str = "trip", when: str = "") -> Any:
    """What belongs to the trips somebody leads."""
    return model.objects.filter(**{f"{path}__in": led(me, when)})


# --- the call --------------------------------------------------------------------------------------


def _part(pick: Pick, me: User) -> Part:
    words = pick.one(WORDS)
    goal = {"students_notice": words, "able_to": "Een gesprek leiden.", "others_see": "Drie gesprekken."}
    return pick.one(
        [
            Part("motivation", {"motivation": words}),
            Part("initiative", {"proactive_past": words, "proactive_plan": words, "school_use": words}),
            Part("goals", goals=[goal] * (1 + pick.number(2))),
            Part("manager", {"manager_name": "Ria", "manager_email": f"ria@{me.email.rpartition('@')[2]}"}),
            Part("about", {"heard_from": "colleague"}, {"name": me.name, "job_role": JobRole.TEACHER}),
        ]
    )


@verb("schrijft aan de aanmelding", "applicant stranger", "call", "anybody", 8)
def write(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(likely(Trip.objects.all(), "call"))
    draft = own(me).filter(trip=trip).first()
    return Deed(writing.save_part, trip, trip=trip, part=_part(pick, me), version=draft.version if draft else 0)


@verb("vult de aanmelding helemaal in", "applicant", "call", "anybody", 18, pieces=True)
def complete(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(likely(Trip.objects.all(), "call"))
    school = me.institution or pick.one(alliance.schools.values())
    manager = f"{pick.one(('joke', 'ria'))}@{school.domains.first().domain}"
    parts = [
        Part(
            "about",
            {"employment": "employed", "can_travel": "yes", "heard_from": "site"},
            {"name": me.name, "job_role": JobRole.TEACHER, "institution": school},
        ),
        Part("motivation", {"motivation": "Ik wil leren wat je doet na een ruzie in de gang."}),
        Part("initiative", {"proactive_past": "Pauze.", "proactive_plan": "Spreekuur.", "school_use": "Jaarplan."}),
        Part("goals", goals=[{"students_notice": "Rust.", "able_to": "Een gesprek.", "others_see": "Drie."}]),
        Part("manager", {"manager_name": "Joke", "manager_email": manager, "committed": True}),
    ]

    def fill(*, trip: Trip, by: User) -> None:
        for part in parts:
            row = own(by).filter(trip=trip).first()
            writing.save_part(trip=trip, part=part, by=by, version=row.version if row else 0)

    return Deed(fill, trip, trip=trip)


@verb("stuurt de aanmelding in", "applicant", "call", "owner", 26)
def submit(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(own(me), status="draft")
    return Deed(writing.submit, row, application=row, version=row.version)


@verb("trekt de aanmelding in", "applicant", "call selection", "owner", 1)
def withdraw(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(own(me), status="submitted")
    return Deed(writing.withdraw, row, application=row)


@verb("maakt het intrekken ongedaan", "applicant", "call", "owner", 2)
def reinstate(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(own(me), status="withdrawn")
    return Deed(writing.reinstate, row, application=row)


@verb("vraagt alsnog te mogen insturen", "applicant", "selection", "owner", 2)
def ask_admission(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(own(me), status="draft", admission=None)
    return Deed(late.ask_admission, row, application=row, request="Mijn trein stond stil.")


@verb("laat een gestrand concept toe", "lead", "selection", "lead", 2)
def admit(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, Admission, "application__trip"), status="asked")
    return Deed(late.admit, row, admission=row)


@verb("geeft een gestrand concept meer tijd", "lead", "selection", "lead", 1)
def extend(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, Admission, "application__trip"), status="asked")
    return Deed(late.extend, row, admission=row, until_at=clock.now() + timedelta(hours=6 + pick.number(60)))


@verb("wijst een gestrand concept af", "lead", "selection", "lead", 1)
def decline_admission(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, Admission, "application__trip"), status="asked")
    return Deed(late.decline_admission, row, admission=row, answer="De groep is vol.")


@verb("laat iemand later insturen", "lead", "call selection", "lead", 1, repeats=True)
def give_late_access(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip, until = pick.row(led(me)), clock.now() + timedelta(days=1 + pick.number(5))
    to = pick.row(User.objects.filter(is_active=True)).email
    return Deed(late.give_late_access, trip, trip=trip, email=to, until_at=until, reason="Ziek geweest.")


@verb("neemt het later insturen terug", "lead", "selection", "lead", 1)
def take_late_access(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, LateAccess))
    return Deed(late.take_late_access, row, access=row)


@verb("nodigt iemand uit", "lead coordinator", "call", "lead coordinator", 2)
def invite(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    coordinates = RoleAssignment.objects.current().filter(user=me, role=Role.COORDINATOR).first()
    trip = pick.row(Trip.objects.all())
    school = coordinates.institution if coordinates else None
    to = pick.one([*User.objects.order_by("pk").values_list("email", flat=True), "nieuw@duinrand.example"])
    entries = read(read_text(f"Naam;E-mail;Functie\nIemand;{to};docent")).entries
    seen = inviting.fingerprint(checked(entries, trip=trip, school=school))
    return Deed(inviting.invite, trip, trip=trip, entries=entries, school=school, seen=seen)


# --- the manager -----------------------------------------------------------------------------------


def _asked(alliance: Alliance, pick: Pick) -> tuple[Endorsement, int]:
    """A request by the link in a letter, mostly a recent one."""
    links = [link for one in alliance.office.letters if (link := one.link("/endorse/"))]
    if not links:
        raise Nothing
    recent = [found for link in links[-20:] if (found := tokens.read(link))]
    open_ones = [one for one in recent if one[0].status == "asked" and one[0].generation == one[1]]
    return pick.one(open_ones if open_ones and not pick.yes(6) else recent)


@verb("steunt iemand", "manager", "call selection", "link", 22)
def endorse(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    asked, generation = _asked(alliance, pick)
    values = SIGNED | {"conditions": "Alleen in de vakantie." if pick.yes(6) else ""}
    return Deed(endorsing.endorse, asked, endorsement=asked, generation=generation, values=values)


@verb("steunt iemand niet", "manager", "call selection", "link", 1)
def refuse(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    asked, generation = _asked(alliance, pick)
    given = {"signer_name": "Joke", "reason": "Te druk."}
    return Deed(endorsing.refuse, asked, endorsement=asked, generation=generation, **given)


@verb("noemt een ander die tekent", "manager", "call selection", "link", 1)
def pass_on(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    asked, generation = _asked(alliance, pick)
    to = f"kees{pick.number(9)}@{asked.manager_email.rpartition('@')[2]}"
    return Deed(endorsing.pass_on, asked, endorsement=asked, generation=generation, name="Kees", email=to)


@verb("kijkt terug op de belofte", "manager", "back year", "link", 8)
def look_back(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    asked, generation = _asked(alliance, pick)
    values = {"contact_name": "Ria", "contact_email": asked.manager_email, "conditions": "", "signer_name": "Joke"}
    return Deed(endorsing.look_back, asked, endorsement=asked, generation=generation, values=values)


@verb("vraagt een andere leidinggevende", "applicant", "call selection", "owner", 1)
def replace_manager(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(own(me), status="submitted")
    to = f"baas{pick.number(9)}@{me.email.rpartition('@')[2]}"
    return Deed(endorsing.replace_manager, row, application=row, name="Baas", email=to)


@verb("herinnert de leidinggevende", "applicant", "call selection", "owner", 1)
def remind_manager(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(own(me), status="submitted")
    return Deed(endorsing.remind_manager, row, application=row)


@verb("legt steun op papier vast", "lead", "call selection", "lead", 2)
def record_on_paper(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, Endorsement, "application__trip").filter(status="asked"))
    given = {"values": dict(SIGNED), "signed_on": clock.today(), "reason": "Per post."}
    return Deed(endorsing.record_on_paper, row, endorsement=row, **given)


# --- reading and deciding --------------------------------------------------------------------------


@verb("verdeelt het leeswerk", "lead", "selection", "lead", 8)
def assign_all(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(led(me, "selection"))
    return Deed(assigning.assign_all, trip, trip=trip)


@verb("geeft iemand een aanmelding te lezen", "lead", "selection", "lead", 3)
def assign(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, Application, when="selection"), status="submitted")
    reviewer = pick.row(User.objects.filter(team_memberships__role=TeamRole.REVIEWER).distinct())
    return Deed(assigning.assign, row, application=row, reviewer=reviewer)


@verb("neemt leeswerk terug", "lead", "selection", "lead", 1)
def unassign(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, Assessment, "application__trip"), status="assigned")
    return Deed(assigning.unassign, row, assessment=row)


@verb("beoordeelt", "reviewer", "selection", "reviewer", 24)
def finish(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(Assessment.objects.filter(reviewer=me), status="assigned", application__trip__published_at=None)
    criteria = row.application.trip.criteria.order_by("order")
    given = {one.pk: Given(level=1 + pick.number(5), reason="Geheim-oordeel.") for one in criteria}
    newest = row.application.submissions.first()
    return Deed(assessing.finish_assessment, row, assessment=row, given=given, submission=newest)


@verb("opent een beoordeling weer", "reviewer", "selection", "reviewer", 1)
def reopen(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(Assessment.objects.filter(reviewer=me), status="finished")
    return Deed(assessing.reopen_assessment, row, assessment=row)


@verb("trekt zich terug als lezer", "reviewer lead", "selection", "reviewer lead", 1)
def recuse(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(Assessment.objects.filter(reviewer=me) | of_mine(me, Assessment, "application__trip"))
    return Deed(assessing.recuse, row, assessment=row, reason="Een collega.")


@verb("stelt een besluit voor", "lead", "selection", "lead", 4)
def propose(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, Application, when="selection"), status="submitted")
    before = getattr(row, "decision", None)
    kind, seen = pick.one(("select", "reserve", "not_selected")), before.proposed_at if before else None
    return Deed(deciding.propose, row, application=row, kind=kind, note="Concreet.", seen=seen)


@verb("stelt over iedereen een besluit voor", "lead", "selection", "lead", 8, pieces=True)
def propose_all(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    """Places for those whom nothing stands in the way of, the others on the reserve or not."""
    trip = pick.row(led(me, "selection"))
    rows = Application.objects.filter(trip=trip).submitted().with_sent().order_by("pk")
    if not rows:
        raise Nothing

    def decide(*, trip: Trip, by: User) -> None:
        taken: dict[Any, int] = {}
        for number, row in enumerate(rows.all()):
            ready = row.backing in BACKED and row.user.membership_confirmed and row.ruling != "not_eligible"
            room = sum(taken.values()) < trip.places and taken.get(row.sent_school_id, 0) < trip.max_per_school
            kind = "select" if ready and room else ("reserve", "not_selected")[number % 3 == 2]
            if kind == "select":
                taken[row.sent_school_id] = taken.get(row.sent_school_id, 0) + 1
            deciding.propose(application=row, kind=kind, note="Concreet.", by=by)

    return Deed(decide, trip, trip=trip)


@verb("bewaart een beoordeling voor later", "reviewer", "selection", "reviewer", 3)
def save_assessment(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(Assessment.objects.filter(reviewer=me), status="assigned")
    given = {one.pk: Given(level=1 + pick.number(5)) for one in row.application.trip.criteria.order_by("order")}
    return Deed(
        assessing.save_assessment, row, assessment=row, given=given, submission=row.application.submissions.first()
    )


@verb("besluit of iemand aan de voorwaarden voldoet", "lead", "selection", "lead", 1)
def rule_on(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, Application, when="selection"), status="submitted")
    return Deed(conditions.rule, row, application=row, ruling=pick.one(Ruling.values), reason="Navraag gedaan.")


@verb("schrijft een groep", "lead", "call selection offered", "lead", 1)
def write_to_group(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(led(me))
    letter = Letter(subject_nl="Nieuws", text_nl="Dag {name}", subject_en="News", text_en="Hi {name}")
    group = pick.one(("submitted", "drafts", "managers", "travellers", "reviewers"))
    send_id = uuid.UUID(int=pick.number(1000), version=4)
    return Deed(letters.write_to_group, trip, trip=trip, group=group, letter=letter, send_id=send_id)


@verb("publiceert de selectie", "lead", "selection", "lead", 12)
def publish(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(led(me, "selection"))
    return Deed(publishing.publish_selection, trip, trip=trip)


# --- places ----------------------------------------------------------------------------------------


@verb("biedt een plaats aan", "lead", "offered", "lead", 8)
def offer(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, Application, when="offered"), status="submitted", decision__kind="reserve", offers=None)
    return Deed(placing.offer_place, row, application=row)


@verb("neemt een aanbod terug", "lead", "offered", "lead", 1)
def retract(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, Offer, "application__trip"), status="open")
    return Deed(placing.retract_offer, row, offer=row, reason="Vergissing.")


@verb("neemt de plaats aan", "applicant", "offered", "owner", 24)
def confirm(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(Offer.objects.filter(application__user=me), status="open")
    return Deed(answering.confirm_place, row, offer=row)


@verb("slaat de plaats af", "applicant", "offered", "owner", 1)
def decline(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(Offer.objects.filter(application__user=me), status="open")
    return Deed(answering.decline, row, offer=row, reason="Verhinderd.")


@verb("geeft de plaats terug", "applicant", "offered", "owner", 1)
def give_back(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(place_of(me), status="active")
    return Deed(answering.give_back, row, participation=row, reason="Ziek.")


# --- preparing and abroad --------------------------------------------------------------------------

LEVELS = [f"Niveau {number}" for number in range(-2, 3)]


@verb("scherpt een leerdoel aan", "applicant", "offered abroad", "owner companion", 6)
def sharpen(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    goal = pick.row(LearningGoal.objects.filter(participation__user=me), sharpened_at=None)
    given = {"text": pick.one(WORDS[:4]), "levels": LEVELS, "baseline": pick.number(5) - 2}
    return Deed(sharpening.sharpen, goal, goal=goal, **given)


@verb("bewaart een half leerdoel", "applicant", "offered", "owner companion", 1)
def save_sharpening(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    goal = pick.row(LearningGoal.objects.filter(participation__user=me), sharpened_at=None)
    given = {"text": pick.one(WORDS), "levels": [*LEVELS[:4], ""], "baseline": None}
    return Deed(sharpening.save_sharpening, goal, goal=goal, **given)


@verb("geeft een nummer voor onderweg", "applicant", "offered abroad", "owner", 1)
def set_phone(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    place = pick.row(place_of(me), status="active")
    return Deed(travellers.set_phone, place, holder=place, phone=f"06-{pick.number(1000)}")


@verb("verzet een bijeenkomst", "lead", "offered back", "lead", 1)
def save_meeting(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, Meeting))
    moved = timedelta(days=pick.number(3), hours=1)
    changes = {"starts_at": row.starts_at + moved, "ends_at": row.ends_at + moved}
    return Deed(meetings.save_meeting, row, meeting=row, changes=changes, reason="De zaal is bezet.")


@verb("schrapt een bijeenkomst", "lead", "offered back", "lead", 1)
def drop_meeting(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, Meeting))
    return Deed(meetings.drop_meeting, row, meeting=row, reason="Niet nodig.")


@verb("zegt of die komt", "applicant", "offered back", "owner", 2)
def reply(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    place = pick.row(place_of(me), status="active")
    meeting = pick.row(Meeting.objects.filter(trip=place.trip_id))
    return Deed(travellers.reply_to_meeting, place, meeting=meeting, participation=place, coming=not pick.yes(4))


@verb("noteert wie er is", "companion lead", "abroad", "companion", 6)
def tick(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(accompanied(me, "abroad"))
    there = {pk: not pick.yes(9) for pk in trip.participations.order_by("pk").values_list("pk", flat=True)}
    return Deed(travellers.tick_attendance, trip, trip=trip, present=there, on=pick.one(trip.days))


def _evening(pick: Pick) -> Answers:
    return Answers(mood=1 + pick.number(5), need=pick.one(WORDS), insight=pick.one(WORDS), verdict="keep")


@verb("schrijft de avond", "applicant", "abroad", "owner", 24)
def evening(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    place = pick.row(place_of(me), status="active")
    days = place.trip.days
    on = pick.one([*days, *[one for one in days if one == clock.today()] * 4])
    stored = DailyEvaluation.objects.filter(participation=place, on=on).first()
    # Another phone has another key, and has seen what stands there or not.
    key = stored.client_key if stored and pick.yes() else uuid.UUID(int=pick.number(1000), version=4)
    answers = answers_of(stored) if stored and pick.yes(3) else _evening(pick)
    seen = stored.changed_at if stored and pick.yes() else None
    given = {"participation": place, "on": on, "answers": answers, "client_key": key, "seen_at": seen}
    return Deed(evenings.answer_evening, place, **given)


@verb("zorgt voor wat iemand nodig heeft", "companion lead", "abroad", "companion", 2)
def meet_need(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(
        DailyEvaluation.objects.filter(participation__trip__in=accompanied(me)).exclude(need=""), need_met_at=None
    )
    return Deed(evenings.meet_need, row, evening=row)


@verb("herinnert aan de avond", "companion lead", "abroad", "companion", 2)
def remind_evening(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(accompanied(me, "abroad"))
    return Deed(evenings.remind_evening, trip, trip=trip, on=pick.one(trip.days))


# --- the return and a year later -------------------------------------------------------------------


def _scores(place: Participation, pick: Pick) -> dict[Any, tuple[int | None, str]]:
    return {
        goal.pk: (pick.number(5) - 2 if goal.sharpened else None, "Drie gesprekken gevoerd.")
        for goal in place.goals.order_by("order")
    }


@verb("beantwoordt de terugkeer", "applicant", "back", "owner", 12)
def answer_return(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    place = pick.row(place_of(me), status="active")
    given = {"answers": TripAnswers(grade=1 + pick.number(10)), "scores": _scores(place, pick)}
    word = {"word": pick.one(RUST), "consent": not pick.yes(6), "public": pick.yes(3)}
    return Deed(returning.answer_return, place, participation=place, **given, **word)


@verb("geeft of neemt toestemming voor een woord", "applicant", "back year", "owner", 5)
def consent(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(OneWord.objects.filter(participation__user=me))
    return Deed(returning.set_consent, row, word=row, consent=pick.yes())


@verb("toont of verbergt een woord", "applicant", "back year", "owner", 2)
def show_word(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(OneWord.objects.filter(participation__user=me))
    return Deed(returning.set_public, row, word=row, public=pick.yes())


@verb("bereidt de presentatie voor", "applicant", "back", "owner", 2)
def prepare_presentation(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    place = pick.row(place_of(me), status="active")
    return Deed(presenting.prepare_presentation, place, participation=place, title=pick.one(WORDS) or "Poortjes")


@verb("deelt de presentaties in", "companion lead", "back", "companion", 1)
def give_slots(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(accompanied(me, "back"))
    at = datetime.combine(trip.return_meeting_on, world.time(15), world.HOME)
    return Deed(presenting.give_slots, trip, trip=trip, slots=dict.fromkeys(trip.participations.active(), at))


@verb("noteert dat er gepresenteerd is", "companion lead", "back", "companion", 3)
def mark_held(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    place = pick.row(Participation.objects.filter(trip__in=accompanied(me)))
    return Deed(presenting.mark_held, place, participation=place, held=not pick.yes(6))


@verb("bevestigt een niveau", "companion lead", "back year", "companion", 4)
def confirm_level(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(
        GoalLevel.objects.filter(goal__participation__trip__in=accompanied(me)).exclude(moment="day"), confirmed_at=None
    )
    return Deed(levels.confirm_level, row, level=row, scored_at=row.scored_at)


@verb("geeft een niveau terug", "companion lead", "back year", "companion", 1)
def hand_back(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(
        GoalLevel.objects.filter(goal__participation__trip__in=accompanied(me)).exclude(moment="day"), confirmed_at=None
    )
    return Deed(levels.hand_back_level, row, level=row, note="Echt?", scored_at=row.scored_at)


@verb("zet een actie in het plan", "applicant", "back", "owner", 4)
def add_action(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    place = pick.row(place_of(me), status="active")
    plan = Plan(title=pick.one(WORDS) or "Spreekuur", due_on=place.trip.returns_on + timedelta(days=60))
    return Deed(plans.add_action, place, participation=place, plan=plan)


@verb("vertelt wat er van een actie kwam", "applicant", "back year", "owner companion", 4)
def report_action(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(Action.objects.filter(participation__user=me))
    status, rung = pick.one(("begun", "done", "changed", "dropped")), 1 + pick.number(5)
    told = Told(status=status, rung=rung, evidence="Het staat in het jaarplan.", reach={"teacher": pick.number(30)})
    return Deed(plans.report_action, row, action=row, told=told, seen=row.status)


@verb("verandert een actie", "applicant", "back", "owner companion", 1)
def edit_action(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(Action.objects.filter(participation__user=me), status="planned", reported_at=None)
    return Deed(plans.edit_action, row, action=row, plan=Plan(title="Anders", due_on=row.due_on))


@verb("laat een actie vallen", "applicant", "back year", "owner companion", 1)
def drop_action(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(Action.objects.filter(participation__user=me), status="planned")
    return Deed(plans.drop_action, row, action=row)


@verb("haalt een actie weg", "applicant", "back year", "owner companion", 1)
def delete_action(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(Action.objects.filter(participation__user=me))
    return Deed(plans.delete_action, row, action=row)


@verb("schrijft op wat bleef hangen", "applicant", "year", "owner", 10)
def recall(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    place = pick.row(place_of(me), status="active")
    word = {"word": pick.one(RUST), "consent": not pick.yes(6), "public": pick.yes(3)}
    return Deed(looking_back.recall, place, participation=place, recall="De rust bij de deur.", **word)


@verb("beantwoordt de vragen van een jaar later", "applicant", "year", "owner", 8)
def answer_follow_up(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    place = pick.row(place_of(me), status="active")
    answers = YearAnswers(scores=_scores(place, pick), support=3, students="Meer rust.")
    return Deed(looking_back.answer_follow_up, place, participation=place, answers=answers)


@verb("geeft een zin voor de openbare pagina", "applicant", "back year", "owner", 1)
def give_voice(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    place = pick.row(place_of(me), status="active")
    return Deed(reporting.give_voice, place, participation=place, text=pick.one(WORDS) or "Ga mee.", language="nl")


@verb("neemt de zin terug", "applicant", "back year", "owner", 1)
def take_voice_back(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    place = pick.row(place_of(me), status="active")
    return Deed(reporting.take_voice_back, place, participation=place)


@verb("zet een zin op de openbare pagina", "lead", "back year", "lead", 1)
def place_voice(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, Voice, "participation__trip"))
    return Deed(reporting.place_voice, row, voice=row, text=row.text, placed=pick.yes())


@verb("vraagt de scholen wat er van de belofte kwam", "lead", "back year", "lead", 1)
def ask_schools(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(led(me, "back year"))
    return Deed(endorsing.ask_schools, trip, trip=trip, occasion=pick.one(("return", "one_year")))


# --- what comes out --------------------------------------------------------------------------------


@verb("reikt certificaten uit", "lead", "back year", "lead", 4, pieces=True)
def issue_all(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(led(me, "back year"))
    return Deed(certifying.issue_all, trip, trip=trip, kind=pick.one(CertificateKind.values))


@verb("reikt een certificaat uit", "lead", "back year", "lead", 3)
def issue(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    place = pick.row(of_mine(me, Participation, when="back year"), status="active", certificates=None)
    kind = pick.one(CertificateKind.values)
    return Deed(certifying.issue, place, participation=place, kind=kind, overrule="Papieren lijst.")


@verb("trekt een certificaat in", "lead", "back year", "lead administrator", 1)
def revoke(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, Certificate, "participation__trip"), status="issued")
    return Deed(certifying.revoke, row, certificate=row, reason="Verkeerd.")


@verb("toont de naam op de controlepagina", "applicant", "back year", "owner", 1)
def show_name(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(Certificate.objects.filter(participation__user=me))
    return Deed(certifying.show_name, row, certificate=row, shown=pick.yes())


@verb("verbetert een naam", "lead", "back", "lead", 1)
def correct_name(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    place = pick.row(of_mine(me, Participation), status="active")
    given = {"name": f"{place.printed_name} MSc"[:120], "seen": place.printed_name, "reason": "Titel."}
    return Deed(certifying.correct_name, place, participation=place, **given)


@verb("publiceert een rapport", "lead", "back year", "lead", 4)
def publish_edition(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(led(me, "back year"))
    given = {"title_nl": "Wat het bracht", "title_en": "What it brought", "public": pick.yes()}
    return Deed(reporting.publish_edition, trip, trip=trip, **given)


@verb("schrijft de bevindingen", "lead", "back year", "lead", 3)
def write_findings(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(led(me, "back year"))
    return Deed(reporting.write_findings, trip, trip=trip, texts=[("Rust begint bij de poort.", "Calm starts there.")])


@verb("zet een rapport op de openbare pagina of haalt het eraf", "lead", "back year", "lead", 1)
def show_edition(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, ReportEdition))
    return Deed(reporting.show_edition, row, edition=row, public=pick.yes())


# --- the trip itself -------------------------------------------------------------------------------


@verb("verplaatst de sluiting", "lead", "call", "lead", 1)
def move_deadline(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(led(me, "call"))
    at = trip.closes_at + timedelta(days=pick.number(7) - 3)
    return Deed(running.move_deadline, trip, trip=trip, closes_at=at, seen=trip.closes_at, reason="Vakantie.")


@verb("verplaatst de reis", "lead", "call selection offered", "lead", 1)
def move_trip(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(led(me))
    if not trip.departs_on:
        raise Nothing
    days = timedelta(days=pick.one((7, 14, -1, 1)))
    dates = {name: getattr(trip, name) + days for name in ("departs_on", "returns_on")}
    seen = move_of(trip, dates).seen
    return Deed(moving.move_trip, trip, trip=trip, dates=dates, seen=seen, reason="Examens.")


@verb("verandert het aantal plaatsen", "lead", "call selection offered", "lead", 2)
def change_places(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(led(me))
    changes = pick.one(({"places": 5 + pick.number(4)}, {"max_per_school": 2 + pick.number(2)}))
    return Deed(running.change_trip, trip, trip=trip, changes=changes)


@verb("rondt de reis af", "lead", "year", "lead", 1)
def close(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(led(me))
    return Deed(running.close_trip, trip, trip=trip)


@verb("gelast de reis af", "lead", "never", "lead", 1)
def cancel(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(led(me))
    return Deed(publishing.cancel_trip, trip, trip=trip, reason="Te weinig aanmeldingen.")


@verb("geeft iemand een rol in het team", "lead", "call selection", "lead administrator", 1)
def give_team_role(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip, to = pick.row(led(me)), pick.row(User.objects.filter(erased_at=None))
    return Deed(running.give_team_role, trip, trip=trip, user=to, role=pick.one(TeamRole.values))


@verb("neemt een rol in het team terug", "lead", "call selection", "lead administrator", 1)
def take_team_role(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(of_mine(me, TeamMember))
    return Deed(running.take_team_role, row, member=row)


@verb("neemt de leiding over", "administrator", "selection offered", "administrator", 1)
def take_lead(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(Trip.objects.all())
    return Deed(running.take_lead, trip, trip=trip, reason="Ziek.")


@verb("herinnert wie nog iets moet", "lead companion", "offered back year", "companion", 2)
def remind(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(accompanied(me, "offered back year"))
    return Deed(turns.remind, trip, trip=trip, owing=pick.one(all_kinds()))


# --- people ----------------------------------------------------------------------------------------


@verb("verandert van school of naam", "applicant reviewer", "call selection", "anybody", 3)
def change_profile(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    changes: dict[str, Any] = pick.one(
        (
            {"institution": pick.one(alliance.schools.values())},
            {"name": f"{me.name.split(' (')[0]} ({pick.number(9)})"},
            {"reminders": not me.reminders},
            {"language": pick.one(("nl", "en"))},
        )
    )
    return Deed(people.save_profile, me, user=me, **changes)


@verb("gaat op een andere school werken", "reviewer", "selection", "anybody", 4)
def change_school(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    return Deed(people.save_profile, me, user=me, institution=pick.one(alliance.schools.values()))


@verb("bevestigt waar iemand werkt", "administrator coordinator", "call selection", "administrator coordinator", 6)
def confirm_membership(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(
        User.objects.filter(membership_by_domain=False, membership_confirmed_at=None, institution__isnull=False)
    )
    return Deed(people.confirm_membership, row, person=row, institution=row.institution)


@verb("ontkent waar iemand werkt", "administrator", "call selection", "administrator coordinator", 1)
def decline_membership(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(User.objects.filter(membership_by_domain=False, institution__isnull=False))
    return Deed(people.decline_membership, row, person=row, institution=row.institution)


@verb("geeft iemand een rol", "administrator", "call", "administrator", 1)
def give_role(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    to, role = pick.row(User.objects.filter(erased_at=None)), pick.one(Role.values)
    school = pick.one(alliance.schools.values())
    return Deed(people.give_role, to, user=to, role=role, institution=school)


@verb("neemt een rol terug", "administrator", "call", "administrator", 1)
def take_role(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(RoleAssignment.objects.current())
    return Deed(people.take_role, row, assignment=row)


@verb("sluit een account", "administrator", "call selection back", "administrator", 1)
def close_account(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(User.objects.filter(is_active=True))
    return Deed(people.close_account, row, person=row, reason="Uit dienst.")


@verb("opent een account weer", "administrator", "call selection offered", "administrator", 4)
def open_account(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(User.objects.filter(is_active=False, erased_at=None))
    return Deed(people.open_account, row, person=row, reason="Terug.")


@verb("zet een tweede stap terug", "administrator", "back", "administrator", 1, repeats=True)
def reset_second_step(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(User.objects.filter(erased_at=None))
    return Deed(people.reset_second_step, row, person=row, reason="Telefoon kwijt.")


@verb("wist iemand", "administrator", "never", "administrator", 1)
def erase(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(User.objects.filter(erased_at=None))
    return Deed(privacy.erase, row, person=row)


@verb("hernoemt een school", "administrator", "call", "administrator", 1)
def rename_school(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    school = pick.one(alliance.schools.values())
    school.refresh_from_db()
    domains = list(school.domains.values_list("domain", flat=True))
    name = f"{school.name.split(' nieuw')[0]} nieuw {pick.number(9)}"

    def rename(*, school: Any, by: User) -> None:
        school.name = school.short_name = name
        people.save_school(school=school, domains=domains, by=by)

    return Deed(rename, school, school=school)


@verb("neemt een bericht terug", "administrator lead", "call selection offered", "lead administrator", 1)
def withdraw_message(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(OutboxMessage.objects.filter(sealed=False), status="queued")
    return Deed(outbox.withdraw, row, message=row)


@verb("stuurt een bericht nog eens", "administrator lead", ALWAYS, "lead administrator", 3, repeats=True)
def resend(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(OutboxMessage.objects.filter(sealed=False, status="failed"))
    return Deed(outbox.resend, row, message=row)


# --- through the pages -----------------------------------------------------------------------------


@verb(
    "kijkt rond", "applicant reviewer companion lead coordinator partner administrator stranger", ALWAYS, "anybody", 5
)
def look_around(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    """Any page by any number: it is there, or it says why not."""
    application = pick.one([*own(me).order_by("pk"), *Application.objects.order_by("pk")[:3], None])
    path = pick.one(pages.addresses(pick.one(alliance.trips()).slug, application))
    return Deed(lambda by: pages.opened(path, by))


@verb("leest de eigen pagina's", "applicant", "selection offered", "anybody", 5)
def read_own(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    application = pick.row(own(me))
    if TeamMember.objects.filter(user=me).exists() or RoleAssignment.objects.filter(user=me, ended_at=None).exists():
        raise Nothing  # who decides reads more
    path = pick.one(pages.addresses(application.trip.slug, application))
    return Deed(lambda by: pages.told_nothing(path, by))


@verb("stuurt de aanmelding in, op de pagina", "applicant", "call", "anybody", 4)
def press_send(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(own(me), status="draft")
    path = reverse("applications:send", args=[row.trip.slug])
    return Deed(lambda by: pages.pressed(path, by, version=str(row.version)))


@verb("steunt iemand, op de pagina", "manager", "call selection", "anybody", 4)
def press_endorse(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    asked, generation = _asked(alliance, pick)
    path = reverse("applications:endorse", args=[tokens.token(asked)])
    said = {name: value for name, value in SIGNED.items() if value is not None}
    return Deed(lambda: pages.pressed(path, None, answer="endorse", agree="on", **said))


@verb("neemt de plaats aan, op de pagina", "applicant", "offered", "owner", 6)
def press_confirm(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    row = pick.row(Offer.objects.filter(application__user=me), status="open")
    path = reverse("applications:offer-confirm", args=[row.application_id])
    return Deed(lambda by: pages.pressed(path, by), row)


@verb("publiceert de selectie, op de pagina", "lead", "selection", "lead", 4)
def press_publish(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    trip = pick.row(led(me, "selection"))
    path = reverse("applications:publish", args=[trip.slug])
    return Deed(lambda by: pages.pressed(path, by), trip)


@verb("schrijft de avond, op de pagina", "applicant", "abroad", "owner", 8)
def press_evening(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    place = pick.row(place_of(me), status="active")
    path = reverse("evaluations:evening", args=[place.trip.slug, pick.one(place.trip.days)])
    said = {"mood": 1 + pick.number(5), "need": pick.one(WORDS), "insight": pick.one(WORDS), "verdict": "keep"}
    key = str(uuid.UUID(int=pick.number(1000), version=4))
    return Deed(lambda by: pages.pressed(path, by, client_key=key, **said), place)


# --- the house -------------------------------------------------------------------------------------


@verb("bezorgt de post", "house", ALWAYS, "anybody", 12, pieces=True, repeats=True)
def deliver(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    return Deed(delivery.deliver)


@verb("herinnert, zoals elke ochtend", "house", ALWAYS, "anybody", 4, pieces=True, repeats=True)
def remind_all(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    return Deed(lambda: call_command("remind", stdout=StringIO()))


@verb("maakt de papieren", "house", "back year", "anybody", 3, pieces=True, repeats=True)
def work(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    def papers() -> None:
        # What a paper says is what is asked after here; how it looks is drawn elsewhere.
        with mock.patch("evaluations.impact.documents.paper", lambda edition, **more: repr(edition.report).encode()):
            worker.work()

    return Deed(papers)


@verb("ruimt op, zoals elke nacht", "house", ALWAYS, "anybody", 1, pieces=True, repeats=True)
def purge(alliance: Alliance, me: Any, pick: Pick) -> Deed:
    return Deed(lambda: call_command("purge", stdout=StringIO()))
