"""A small call in which anything can be done at any moment: what tests/applications/test_lines.py walks through.

A step is a verb of the product, done to one of four people (`who`) in one of a few ways (`how`). What is refused
changes nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import manage_email
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.socialaccount.models import SocialAccount
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import HttpRequest
from django.test import RequestFactory

from applications.assessing import actions as assessing
from applications.assessing import assigning
from applications.assessing.actions import Given
from applications.endorsing import actions as endorsing
from applications.late import actions as late
from applications.models import Application, Assessment, Endorsement, LateAccess, Offer
from applications.people import actions as inviting
from applications.people.brought import read
from applications.people.lists import checked
from applications.people.people import people_around
from applications.people.reminding import Group
from applications.reminders import managers
from applications.selection import answering, deciding, placing, publishing
from applications.writing import actions as writing
from applications.writing.actions import Part
from exchange import clock
from exchange.documents.reading import read_text
from exchange.people import actions as people
from exchange.people.lifecycle import JobRole, Role
from exchange.people.models import Institution, User
from exchange.trips.actions import moving
from exchange.trips.actions import trip as deadlines
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Participation, Trip
from exchange.trips.moving import move_of
from exchange.verdicts import Refused
from tests import world

#: What a verb may answer; whatever else it raises is a fault of its own.
REFUSALS = (Refused, inviting.Changed, ObjectDoesNotExist)
WHOLE = {
    "about": {"employment": "employed", "can_travel": "yes", "heard_from": "site"},
    "motivation": {"motivation": "Ik wil leren wat je doet na een ruzie in de gang."},
    "initiative": {
        "proactive_past": "Ik begon de pauzeronde.",
        "proactive_plan": "Ik start een spreekuur.",
        "school_use": "Het komt in het jaarplan.",
    },
    "manager": {"manager_name": "Joke Mulder", "manager_email": "joke@duinrand.example", "committed": True},
}
#: What a manager signs.
SIGNED = dict.fromkeys(endorsing.SIGNED, "Ja.") | {
    "hours_released": 56,
    "cover": "arranged",
    "contact_email": "rector@duinrand.example",
}
GOAL = {"students_notice": "Dat iemand doorvraagt.", "able_to": "Een gesprek leiden.", "others_see": "Drie gesprekken."}
#: Where somebody may be invited, and what somebody may confirm.
ADDRESSES = ("anna@duinrand.example", "anna@thuis.example", "bram@thuis.example", "nieuw@groenlinde.example")
#: Names of lists: without capitals and with accents, so that their order differs from their spelling.
NAMES = ("Anna de Wit", "élodie", "Zoë", "Åsa")
OPENINGS = ("empty", "begun", "closed", "published")


class Walk:
    """The call, its people, and the clock of this walk."""

    def __init__(self, opening: str) -> None:
        self.schools = [
            world.institution("roc Duinrand", domain="duinrand.example"),
            world.institution("aoc Groenlinde", domain="groenlinde.example"),
        ]
        here, there = self.schools
        lead = world.user("Hanneke Boer", at=there)
        self.staff = {"lead": lead.pk, "administrator": world.user("Ada", at=there).pk}
        world.give_role(User.objects.get(pk=self.staff["administrator"]), Role.ADMINISTRATOR)
        self.staff["coordinator"] = world.user("Coen", at=here).pk
        world.give_role(User.objects.get(pk=self.staff["coordinator"]), Role.COORDINATOR, here)
        made = [
            world.user("Anna", at=here, email=ADDRESSES[0]),
            world.user("Bram", at=there),
            world.outsider(institution=here, job_role=JobRole.CARETAKER),
            world.outsider(),
        ]
        self.people = [one.pk for one in made]
        elsewhere = world.institution("roc Maasbrink")
        self.reviewers = [world.user(name, at=elsewhere).pk for name in ("Rik", "Rosa")]
        trip = world.trip(lead=lead, places=2, reviewers_each=1, grace_minutes=30, published=opening == "published")
        self.pk = trip.pk
        world.rubric(trip)
        for reviewer in self.reviewers:
            world.join(trip, User.objects.get(pk=reviewer), TeamRole.REVIEWER)
        self.now = {"closed": world.MOMENTS["selection"], "published": world.home(2026, 10, 13)}.get(
            opening, world.MOMENTS["call"]
        )
        if opening != "empty":
            self._begin(opening, trip, made)

    def _begin(self, opening: str, trip: Trip, made: list[User]) -> None:
        """One invited and writing, two sent; later they are read, and decided on."""
        world.invitation(trip, ADDRESSES[0], institution=self.schools[0])
        world.application(trip, made[0], goals=1)
        sent = [world.submitted(trip, made[1]), world.submitted(trip, made[2], endorsed=False)]
        if opening == "begun":
            return
        world.assessment(sent[0], User.objects.get(pk=self.reviewers[0]), 4, 3)
        world.assessment(sent[1], User.objects.get(pk=self.reviewers[1]))
        if opening == "published":
            world.decision(sent[0], "select", published=True)
            world.decision(sent[1], "reserve", published=True)
            world.offer(sent[0])

    def does(self, step: str, who: int, how: int) -> bool:
        """Do it; False when it was refused, and then nothing changed."""
        try:
            with clock.at(self.now), transaction.atomic():
                STEPS[step](self, who, how)
        except REFUSALS:
            return False
        return True

    # Everything is read anew for every step, as a request does.
    @property
    def trip(self) -> Trip:
        return Trip.objects.get(pk=self.pk)

    def user(self, who: int) -> User:
        return User.objects.get(pk=self.people[who % 4])

    def by(self, name: str) -> User:
        return User.objects.get(pk=self.staff[name])

    def reviewer(self, how: int) -> User:
        return User.objects.get(pk=self.reviewers[how % 2])

    def application(self, who: int) -> Application:
        return Application.objects.select_related("trip", "user").get(trip=self.pk, user=self.people[who % 4])

    def assessment(self, who: int, how: int) -> Assessment:
        rows = Assessment.objects.select_related("application__trip", "application__user", "reviewer", "submission")
        return rows.get(application=self.application(who), reviewer=self.reviewers[how % 2])

    def asked(self, who: int) -> Endorsement:
        rows = Endorsement.objects.current().select_related("application__trip")
        return rows.get(application=self.application(who))

    def offer(self, who: int) -> Offer:
        rows = Offer.objects.select_related("application__trip", "application__user")
        return rows.filter(application=self.application(who)).latest("made_at")

    @contextmanager
    def request(self, user: User) -> Iterator[HttpRequest]:
        """A request of somebody who signed in just now."""
        request = RequestFactory().post("/")
        for layer in (SessionMiddleware, MessageMiddleware):
            layer(lambda _request: None).process_request(request)  # type: ignore[arg-type, return-value]
        request.user = user
        record_authentication(request, user, method="password", reauthenticated=True)
        with request_context(request):
            yield request


STEPS: dict[str, Callable[[Walk, int, int], object]] = {}


def step(done: Callable[[Walk, int, int], object]) -> Callable[[Walk, int, int], object]:
    STEPS[done.__name__] = done
    return done


# --- writing and sending ---------------------------------------------------------------------------


def _save(walk: Walk, who: int, part: Part) -> None:
    user = walk.user(who)
    row = Application.objects.filter(trip=walk.pk, user=user).first()
    writing.save_part(trip=walk.trip, part=part, by=user, version=row.version if row else 0)


@step
def write(walk: Walk, who: int, how: int) -> None:
    """One part, or it is emptied again."""
    parts = [
        Part("motivation", {"motivation": "Ik wil mee."}),
        Part("motivation", {"motivation": ""}),
        Part("goals", goals=[GOAL, GOAL]),
        Part("goals", goals=[]),
        Part("about", {"heard_from": "colleague"}, {"name": NAMES[who % 4], "job_role": JobRole.MANAGER}),
        Part("manager", {"manager_name": "Ria", "manager_email": f"ria{who}@duinrand.example"}),
    ]
    _save(walk, who, parts[how % len(parts)])


@step
def complete(walk: Walk, who: int, how: int) -> None:
    """Everything that a draft needs."""
    profile = {"name": walk.user(who).name, "job_role": JobRole.TEACHER, "institution": walk.schools[how % 2]}
    manager = WHOLE["manager"] | {"manager_email": f"joke@{('duinrand', 'groenlinde')[how % 2]}.example"}
    for section, values in (WHOLE | {"manager": manager}).items():
        _save(walk, who, Part(section, values, profile if section == "about" else {}))
    _save(walk, who, Part("goals", goals=[GOAL]))


@step
def send(walk: Walk, who: int, how: int) -> None:
    writing.submit(application=walk.application(who), by=walk.user(who))


@step
def withdraw(walk: Walk, who: int, how: int) -> None:
    writing.withdraw(application=walk.application(who), by=walk.user(who))


@step
def reinstate(walk: Walk, who: int, how: int) -> None:
    writing.reinstate(application=walk.application(who), by=walk.user(who))


# --- inviting and reminding ------------------------------------------------------------------------


@step
def invite(walk: Walk, who: int, how: int) -> None:
    """One on the list of the lead, or of a school."""
    address = [*ADDRESSES, *User.objects.filter(pk__in=walk.people).values_list("email", flat=True)][how % 8]
    school, by = (walk.schools[0], walk.by("coordinator")) if who % 2 else (None, walk.by("lead"))
    rows = read(read_text(f"Naam;E-mail;Functie\n{NAMES[who % 4]};{address};docent")).entries
    seen = inviting.fingerprint(checked(rows, trip=walk.trip, school=school))
    inviting.invite(trip=walk.trip, entries=rows, school=school, seen=seen, by=by)


@step
def remind(walk: Walk, who: int, how: int) -> None:
    school, by = (walk.schools[0], walk.by("coordinator")) if who % 2 else (None, walk.by("lead"))
    around = people_around(walk.trip, clock.now())
    if not inviting.remind(trip=walk.trip, group=list(Group)[how % 3], people=around, school=school, by=by):
        raise ObjectDoesNotExist


@step
def chase(walk: Walk, who: int, how: int) -> None:
    """What every day is queued for managers who did not answer."""
    if not managers(clock.now()):
        raise ObjectDoesNotExist


# --- the manager -----------------------------------------------------------------------------------


@step
def remind_manager(walk: Walk, who: int, how: int) -> None:
    endorsing.remind_manager(application=walk.application(who), by=walk.user(who))


@step
def replace_manager(walk: Walk, who: int, how: int) -> None:
    email = f"ria{how}@{('duinrand', 'groenlinde')[how % 2]}.example"
    endorsing.replace_manager(application=walk.application(who), name="Ria", email=email, by=walk.user(who))


@step
def endorse(walk: Walk, who: int, how: int) -> None:
    asked = walk.asked(who)
    values = SIGNED | {"conditions": "Alleen in de vakantie." if how % 2 else ""}
    endorsing.endorse(endorsement=asked, generation=asked.generation, values=values)


@step
def refuse(walk: Walk, who: int, how: int) -> None:
    asked = walk.asked(who)
    endorsing.refuse(endorsement=asked, generation=asked.generation, signer_name="Joke", reason="Te druk.")


@step
def pass_on(walk: Walk, who: int, how: int) -> None:
    asked = walk.asked(who)
    email = f"kees{how}@{asked.manager_email.rpartition('@')[2]}"
    endorsing.pass_on(endorsement=asked, generation=asked.generation, name="Kees", email=email)


@step
def on_paper(walk: Walk, who: int, how: int) -> None:
    values = SIGNED | {"conditions": "Met vervanging." if how % 2 else ""}
    lead = walk.by("lead")
    endorsing.record_on_paper(
        endorsement=walk.asked(who), values=values, signed_on=date(2026, 9, 16), reason="Per post.", by=lead
    )


# --- after closing ---------------------------------------------------------------------------------


@step
def give_late_access(walk: Walk, who: int, how: int) -> None:
    address = walk.user(who).email if how % 3 else ADDRESSES[who % 4]
    until = clock.now() + timedelta(days=how + 1)
    late.give_late_access(trip=walk.trip, email=address.upper(), until_at=until, reason="Ziek.", by=walk.by("lead"))


@step
def take_late_access(walk: Walk, who: int, how: int) -> None:
    late.take_late_access(access=LateAccess.objects.filter(trip=walk.pk).latest("given_at"), by=walk.by("lead"))


@step
def ask_admission(walk: Walk, who: int, how: int) -> None:
    late.ask_admission(application=walk.application(who), request="Mijn trein stond stil.", by=walk.user(who))


@step
def admit(walk: Walk, who: int, how: int) -> None:
    late.admit(admission=walk.application(who).admission, by=walk.by("lead"))


@step
def extend(walk: Walk, who: int, how: int) -> None:
    until = clock.now() + timedelta(days=1)
    late.extend(admission=walk.application(who).admission, until_at=until, by=walk.by("lead"))


# --- reading ---------------------------------------------------------------------------------------


@step
def assign(walk: Walk, who: int, how: int) -> None:
    application = walk.application(who)
    if application.status == "draft":
        raise ObjectDoesNotExist  # no page offers it
    assigning.assign(application=application, reviewer=walk.reviewer(how), by=walk.by("lead"))


@step
def assign_all(walk: Walk, who: int, how: int) -> None:
    if not assigning.assign_all(trip=walk.trip, by=walk.by("lead")).made:
        raise ObjectDoesNotExist


@step
def unassign(walk: Walk, who: int, how: int) -> None:
    assigning.unassign(assessment=walk.assessment(who, how), by=walk.by("lead"))


@step
def finish(walk: Walk, who: int, how: int) -> None:
    given = {
        one.pk: Given(level=1 + (how + n) % 5, reason="Concreet.") for n, one in enumerate(walk.trip.criteria.all())
    }
    row = walk.assessment(who, how)
    newest = row.application.submissions.first()
    assessing.finish_assessment(assessment=row, given=given, submission=newest, by=row.reviewer)


@step
def reopen(walk: Walk, who: int, how: int) -> None:
    row = walk.assessment(who, how)
    assessing.reopen_assessment(assessment=row, by=row.reviewer)


@step
def recuse(walk: Walk, who: int, how: int) -> None:
    row = walk.assessment(who, how)
    assessing.recuse(assessment=row, reason="Een collega.", by=row.reviewer if how < 2 else walk.by("lead"))


# --- deciding and placing --------------------------------------------------------------------------


@step
def propose(walk: Walk, who: int, how: int) -> None:
    kind = ("select", "reserve", "not_selected")[how % 3]
    deciding.propose_many(applications=[walk.application(who)], kind=kind, by=walk.by("lead"))


@step
def publish(walk: Walk, who: int, how: int) -> None:
    publishing.publish_selection(trip=walk.trip, by=walk.by("lead"))


@step
def offer(walk: Walk, who: int, how: int) -> None:
    placing.offer_place(application=walk.application(who), by=walk.by("lead"))


@step
def retract(walk: Walk, who: int, how: int) -> None:
    placing.retract_offer(offer=walk.offer(who), reason="Vergissing.", by=walk.by("lead"))


@step
def confirm(walk: Walk, who: int, how: int) -> None:
    answering.confirm_place(offer=walk.offer(who), by=walk.user(who))


@step
def decline(walk: Walk, who: int, how: int) -> None:
    answering.decline(offer=walk.offer(who), reason="Verhinderd.", by=walk.user(who))


@step
def give_back(walk: Walk, who: int, how: int) -> None:
    place = Participation.objects.select_related("trip").get(trip=walk.pk, user=walk.people[who % 4])
    answering.give_back(participation=place, reason="Ziek.", by=walk.user(who))


@step
def move_trip(walk: Walk, who: int, how: int) -> None:
    """Later or much earlier, or another day for the managers."""
    days = timedelta(days=1 + how if how < 7 else -23)
    dates: dict[str, Any] = {"departs_on": walk.trip.departs_on + days}
    if who % 2:
        dates = {"endorse_by_at": walk.trip.endorse_by_at + days}
    move = move_of(walk.trip, dates)
    moving.move_trip(trip=walk.trip, dates=dates, seen=move.seen, reason="Examens.", by=walk.by("lead"))


@step
def move_deadline(walk: Walk, who: int, how: int) -> None:
    trip = walk.trip
    at = trip.closes_at + timedelta(days=how - 3)
    deadlines.move_deadline(trip=trip, closes_at=at, seen=trip.closes_at, reason="Krokus.", by=walk.by("lead"))


@step
def cancel(walk: Walk, who: int, how: int) -> None:
    publishing.cancel_trip(trip=walk.trip, reason="Te weinig aanmeldingen.", by=walk.by("lead"))


# --- people and schools ----------------------------------------------------------------------------


@step
def change_profile(walk: Walk, who: int, how: int) -> None:
    user = walk.user(who)
    changes: list[dict[str, Any]] = [
        {"name": NAMES[who % 4]},
        {"name": ""},
        {"institution": walk.schools[who % 2]},
        {"job_role": JobRole.DIRECTOR},
        {"reminders": not user.reminders},
        {"language": "en"},
    ]
    people.save_profile(user=user, by=user, **changes[how % len(changes)])


@step
def come_by_school_account(walk: Walk, who: int, how: int) -> None:
    """The school says something else, or nothing any more."""
    user, home = walk.user(who), ("duinrand.example", "groenlinde.example", "elders.example", "")[how % 4]
    if user.home_organisation == home:
        raise ObjectDoesNotExist
    SocialAccount.objects.update_or_create(
        user=user, provider="surfconext", uid=str(user.pk), defaults={"extra_data": {"home_organisation": home}}
    )
    people.follow_school_account(user=user, by=user)


@step
def confirm_membership(walk: Walk, who: int, how: int) -> None:
    user = walk.user(who)
    people.confirm_membership(person=user, institution=user.institution, by=walk.by("administrator"))


@step
def decline_membership(walk: Walk, who: int, how: int) -> None:
    user = walk.user(who)
    people.decline_membership(person=user, institution=user.institution, by=walk.by("administrator"))


@step
def confirm_address(walk: Walk, who: int, how: int) -> None:
    """Another address of the own."""
    user, email = walk.user(who), ADDRESSES[how % 4]
    if EmailAddress.objects.filter(email=email).exists():
        raise ObjectDoesNotExist
    with walk.request(user) as request:
        get_adapter(request).confirm_email(request, EmailAddress(user=user, email=email))


@step
def remove_address(walk: Walk, who: int, how: int) -> None:
    user = walk.user(who)
    address = user.emailaddress_set.filter(primary=False).earliest("pk")
    with walk.request(user) as request:
        manage_email.delete_email(request, address)


@step
def prefer_address(walk: Walk, who: int, how: int) -> None:
    """Another address becomes the first."""
    user = walk.user(who)
    address = user.emailaddress_set.filter(primary=False).earliest("pk")
    with walk.request(user) as request:
        manage_email.mark_as_primary(request, address)


@step
def change_school(walk: Walk, who: int, how: int) -> None:
    """Another name, or domains that prove other memberships."""
    school = Institution.objects.get(pk=walk.schools[who % 2].pk)
    own = ("duinrand.example", "groenlinde.example")[who % 2]
    if how == 0:
        school.name = school.short_name = f"roc Anders {who}"
    others = [["elsewhere.example"], ["thuis.example"], []][how % 3]
    taken = set(Institution.objects.get(pk=walk.schools[1 - who % 2].pk).domains.values_list("domain", flat=True))
    domains = [*([] if how == 4 else [own]), *(one for one in others if one not in taken)]
    people.save_school(school=school, domains=domains, by=walk.by("administrator"))


@step
def wait(walk: Walk, who: int, how: int) -> None:
    """Time goes by: an hour, days, the close of the call, the return."""
    hours = (1, 24, 24 * 9)
    moments = (world.CLOSES + timedelta(minutes=10), world.MOMENTS["selection"], world.home(2026, 10, 13))
    walk.now = walk.now + timedelta(hours=hours[how % 3]) if how < 3 else max(walk.now, moments[how % 3])
