"""The world of the access table: one team with a trip in every phase, another team with one, and everybody around them.

`trips[name].things` holds the records an address needs. All trips share the dates of tests/world.py; a row of the table
says at which of its moments it is asked. What is told of `going` is told in full: it was travelled and followed up.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.test import Client

from applications.endorsing import tokens
from applications.models import Admission, LateAccess
from evaluations.certificates.models import Certificate
from evaluations.impact import report
from evaluations.impact.models import Finding, ReportEdition, Voice
from evaluations.impact.queries import compute
from evaluations.models import Action, DailyEvaluation, GoalLevel, OneWord, Presentation
from exchange import clock
from exchange.jobs.models import Job
from exchange.outbox.models import OutboxMessage
from exchange.people.lifecycle import JobRole, Role
from exchange.trips.lifecycle import TeamRole
from tests import world

#: The evening on which the call closed.
NIGHT = world.CLOSES + timedelta(hours=3)
#: The columns of the table.
PERSONAS = (
    "anonymous endorser stranger applicant participant alumnus reviewer companion lead "
    "coordinator partner funder administrator other_lead other_coordinator other_participant"
).split()


@dataclass
class Scene:
    """A trip and the records around it that addresses name."""

    trip: Any
    things: dict[str, Any] = field(default_factory=dict)


@dataclass
class Alliance:
    """Everybody, with a browser each, and the trips."""

    people: dict[str, Any]
    clients: dict[str, Client]
    scenes: dict[str, Scene]
    things: dict[str, Any]

    def kwargs(self, scene: str, names: list[str], given: dict[str, str]) -> dict[str, Any]:
        """The values of an address: `given` maps a part of it to a thing; `slug` is the trip's."""
        here = self.scenes[scene]
        known = self.things | here.things | {"slug": here.trip.slug}
        return {name: known.get(given.get(name, name), given.get(name)) for name in names}


def build() -> Alliance:
    """Make it. The caller moves no clock; every record carries its own moment."""
    with clock.at(world.MOMENTS["planning"]):
        school = world.institution("roc Duinrand", domain="duinrand.example")
        second = world.institution("aoc Groenlinde", domain="groenlinde.example", kind="aoc")
        third = world.institution("roc Maasbrink", domain="maasbrink.example")
        people = cast(school, second, third)
    theme = world.theme()
    scenes = {
        name: Scene(trip_of(people, theme, name)) for name in ("planning", "drafted", "caught", "call", "selection")
    }
    scenes |= {
        name: Scene(trip_of(people, theme, name, published=True)) for name in ("offered", "going", "past", "placed")
    }
    other = world.trip(lead=people["other_lead"], on=theme, slug="other", published=True)
    scenes["other"] = Scene(other)
    applying(people, scenes, third)
    travelling(people, scenes["going"], people["participant"])
    travelling(people, scenes["past"], people["alumnus"])
    travelling(people, scenes["other"], people["other_participant"])
    # Somebody of whom no certificate counts yet.
    scenes["placed"].things["participation"] = world.participation(scenes["placed"].trip, world.user(at=third)).pk
    people["newcomer"] = newcomer = world.outsider(job_role=JobRole.TEACHER, institution=school)
    scenes["selection"].things["unconfirmed"] = world.submitted(scenes["selection"].trip, newcomer).pk
    role = world.give_role(newcomer, Role.PARTNER)
    left, careful = world.user("Lena Vertrokken", at=school), world.user("Cas Zeker", at=school)
    left.is_active, left.deactivated_at, left.deactivated_by = False, NIGHT, people["administrator"]
    left.save()
    Authenticator.objects.create(user=careful, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    things = {
        "school": school.pk,
        "framework": theme.frameworks.first().pk,
        "newcomer": newcomer.pk,
        "role": role.pk,
        "someone": people["applicant"].pk,
        "left": left.pk,
        "careful": careful.pk,
    }
    world.settle_all()
    return Alliance(people, clients(people), scenes, things)


def cast(school: Any, second: Any, third: Any) -> dict[str, Any]:
    """One person for each column that signs in."""
    people = {
        "stranger": world.user("Stan Stranger", at=third),
        "applicant": world.user("Aya Applicant", at=school, role=JobRole.CARETAKER),
        "participant": world.user("Piet Participant", at=school),
        "alumnus": world.user("Alma Alumna", at=school),
        "reviewer": world.user("Rik Reviewer", at=second),
        "companion": world.user("Carla Companion", at=third),
        "lead": world.user("Hanneke Boer", at=third),
        "coordinator": world.user("Coen Coordinator", at=school),
        "partner": world.user("Petra Partner", at=school),
        "funder": world.outsider(),
        "administrator": world.user("Ada Administrator", at=third),
        "other_lead": world.user("Olaf Overkant", at=second),
        "other_coordinator": world.user("Corrie Overkant", at=second),
        "other_participant": world.user("Pia Overkant", at=second),
    }
    world.give_role(people["coordinator"], Role.COORDINATOR, school)
    world.give_role(people["partner"], Role.PARTNER, school)
    world.give_role(people["funder"], Role.PARTNER)
    world.give_role(people["administrator"], Role.ADMINISTRATOR)
    world.give_role(people["other_coordinator"], Role.COORDINATOR, second)
    return people


def trip_of(people: dict[str, Any], theme: Any, name: str, *, published: bool = False) -> Any:
    """A trip of the team, with a rubric, a programme and its meetings."""
    trip = world.trip(lead=people["lead"], on=theme, slug=name, announced=name != "planning", published=published)
    world.join(trip, people["reviewer"], TeamRole.REVIEWER)
    world.join(trip, people["companion"], TeamRole.COMPANION)
    if name != "planning":
        world.rubric(trip)
    return trip


def clients(people: dict[str, Any]) -> dict[str, Client]:
    """A browser for each column; who endorses has none but an anonymous one."""
    found = {}
    for name in PERSONAS:
        found[name] = Client(raise_request_exception=False)
        if name in people:
            found[name].force_login(people[name])
            world.proven(found[name], people[name])
    return found


def applying(people: dict[str, Any], scenes: dict[str, Scene], third: Any) -> None:
    """The applicant in every state an application can be in."""
    applicant = people["applicant"]
    scenes["drafted"].things["application"] = world.application(scenes["drafted"].trip, applicant).pk
    caught = world.application(scenes["caught"].trip, applicant)
    admission = Admission.objects.create(application=caught, request="De trein.", asked_at=NIGHT)
    access = LateAccess.objects.create(
        trip=scenes["caught"].trip,
        email="late@elsewhere.example",
        until_at=world.MOMENTS["selection"],
        reason="Ziek.",
        given_at=NIGHT,
        given_by=people["lead"],
    )
    scenes["caught"].things |= {"application": caught.pk, "admission": admission.pk, "access": access.pk}
    asked = world.submitted(scenes["call"].trip, applicant, endorsed=False)
    request = asked.endorsements.get()
    scenes["call"].things |= {"application": asked.pk, "token": tokens.token(request), "number": 1}
    scenes["call"].things["message"] = mail(scenes["call"].trip, applicant, "failed").pk
    scenes["call"].trip.coordinators_read = True
    scenes["call"].trip.save(update_fields=["coordinators_read"])
    world.invitation(scenes["call"].trip, people["stranger"].email)
    selecting(people, scenes["selection"])
    offering(people, scenes["offered"], third)


def selecting(people: dict[str, Any], scene: Scene) -> None:
    """Sent, endorsed, being read, a decision proposed."""
    sent = world.submitted(scene.trip, people["applicant"])
    reading = world.assessment(sent, people["reviewer"])
    world.decision(sent)
    member = scene.trip.team.get(role=TeamRole.REVIEWER)
    scene.things |= {"application": sent.pk, "assessment": reading.pk, "member": member.pk}
    host_and_programme(scene)


def offering(people: dict[str, Any], scene: Scene, third: Any) -> None:
    """Published: a place held for the applicant, somebody else on the reserve, and what was read before."""
    chosen = world.submitted(scene.trip, people["applicant"])
    world.decision(chosen, published=True)
    held = world.offer(chosen)
    reading = world.assessment(chosen, people["reviewer"], 4, 4)
    waiting = world.submitted(scene.trip, world.user("Rein Reserve", at=third))
    world.decision(waiting, "reserve", published=True)
    scene.things |= {"application": chosen.pk, "offer": held.pk, "assessment": reading.pk, "reserve": waiting.pk}


def host_and_programme(scene: Scene) -> None:
    """What the programme's addresses name."""
    items = world.programme(scene.trip)
    meeting = world.meeting(scene.trip)
    scene.things |= {"item": items[0].pk, "row": scene.trip.trip_hosts.get().pk, "meeting": meeting.pk}


def travelling(people: dict[str, Any], scene: Scene, person: Any) -> None:
    """Somebody's whole way, from the confirmed place to the certificate."""
    host_and_programme(scene)
    trip, lead = scene.trip, scene.trip.team.get(role=TeamRole.LEAD).user
    place = world.participation(trip, person)
    goal = place.goals.get()
    answered = world.MOMENTS["travelling"]
    evening = DailyEvaluation.objects.create(
        participation=place,
        on=date(2026, 11, 10),
        mood=4,
        need="Een stille plek",
        answered_at=answered,
        changed_at=answered,
    )
    for moment in ("return", "one_year"):
        GoalLevel.objects.create(goal=goal, moment=moment, level=1, scored_at=world.MOMENTS["return"], scored_by=person)
    OneWord.objects.create(
        participation=place, moment="return", word="rust", consent=True, written_at=world.MOMENTS["return"]
    )
    voice = Voice.objects.create(participation=place, text="Doen.", written_at=world.MOMENTS["return"])
    Presentation.objects.create(participation=place, title="Poortjes", changed_at=world.MOMENTS["return"])
    action = Action.objects.create(
        participation=place, title="Spreekuur", due_on=date(2027, 2, 1), created_at=world.MOMENTS["return"]
    )
    certificate = issue(place, lead)
    Finding.objects.create(trip=trip, text_nl="Rust begint bij de poort.", text_en="Calm starts at the gate.")
    scene.things |= {
        "application": trip.applications.get(user=person).pk,
        "participation": place.pk,
        "goal": goal.pk,
        "evening": evening.pk,
        "action": action.pk,
        "certificate": certificate.pk,
        "code": certificate.code,
        "voice": voice.pk,
        "edition": edition_of(trip, lead).pk,
        "job": failed_job(trip).pk,
        "message": mail(trip, person, "sent").pk,
        "waiting": mail(trip, person, "queued").pk,
        "calendar": person.calendar_token,
    }


def issue(place: Any, by: Any) -> Certificate:
    """A certificate of attendance, through the action that issues it."""
    from evaluations.certificates import actions

    with clock.at(world.MOMENTS["return"]):
        return actions.issue(participation=place, kind="attendance", by=by, overrule="Papieren lijst.")


def edition_of(trip: Any, by: Any) -> ReportEdition:
    """An edition of its report."""
    with clock.at(world.MOMENTS["return"]):
        return ReportEdition.objects.create(
            trip=trip,
            number=1,
            title_nl="Wat het bracht",
            report=report.freeze(compute(trip)),
            sha256="0" * 64,
            data_until_at=clock.now(),
            published_at=clock.now(),
            published_by=by,
        )


def failed_job(trip: Any) -> Job:
    """A document about a trip that could not be made."""
    moment = world.MOMENTS["call"]
    return Job.objects.create(
        key=str(uuid.uuid4()),
        kind="impact/paper",
        trip=trip.pk,
        status="failed",
        asked_at=moment,
        free_at=moment,
        settled_at=moment,
        problem_nl="Te lang.",
        problem_en="Too long.",
    )


def mail(trip: Any, to: Any, status: str) -> OutboxMessage:
    """A message about a trip."""
    moment = world.MOMENTS["call"]
    return OutboxMessage.objects.create(
        key=str(uuid.uuid4()),
        kind="trips/announced",
        to=to.email,
        recipient=to,
        trip=trip.pk,
        subject="Bericht",
        body="Tekst",
        status=status,
        queued_at=moment,
        next_attempt_at=moment,
    )
