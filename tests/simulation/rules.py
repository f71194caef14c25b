"""What is asked of the whole database after every step. A rule says in words what it found, or nothing.

`Facts` is the database as it stands; `memory` is what a rule keeps between steps. Nothing here asks the product's own
permissions: a rule that used them would share their faults.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Max, Model

from applications.lifecycle import ADMISSION, APPLICATION, ASSESSMENT, DECISION, ENDORSEMENT, OFFER
from applications.lines import faults
from applications.models import Admission, Application, Assessment, Decision, Endorsement, LateAccess, Offer, Submission
from evaluations.certificates.lifecycle import CERTIFICATE
from evaluations.certificates.models import Certificate
from evaluations.impact.models import ReportEdition, ShownWord
from evaluations.lifecycle import ACTION
from evaluations.models import Action, DailyEvaluation, OneWord
from exchange import clock
from exchange.history.models import HistoryEntry
from exchange.lifecycle import Lifecycle
from exchange.outbox.models import OutboxMessage
from exchange.people.lifecycle import Role
from exchange.people.models import RoleAssignment, User
from exchange.trips.lifecycle import PARTICIPATION, TRIP, TeamRole
from exchange.trips.models import Participation, TeamMember, Trip
from tests.simulation.alliance import Alliance, Broken, Deed, Done, Step, Verb

#: Every life cycle whose steps stand in history, with what lives it.
LIVES: dict[type[Model], Lifecycle] = {
    Application: APPLICATION,
    Admission: ADMISSION,
    Endorsement: ENDORSEMENT,
    Assessment: ASSESSMENT,
    Decision: DECISION,
    Offer: OFFER,
    Participation: PARTICIPATION,
    Action: ACTION,
    Certificate: CERTIFICATE,
    Trip: TRIP,
}


# --- whose it is to do -----------------------------------------------------------------------------


def _reach(about: Any, *paths: str) -> Any:
    """The first of these that a record, or what it belongs to, has."""
    for path in paths:
        found = getattr(about, path, None)
        if found is not None:
            return found
    for path in ("application", "participation", "goal", "message", "assessment"):
        if isinstance(inner := getattr(about, path, None), Model):
            return _reach(inner, *paths)
    return None


def trip_of(about: Any) -> Any:
    """The id of the trip something belongs to."""
    return about.pk if isinstance(about, Trip) else _reach(about, "trip_id", "trip")


def _in_team(user: Any, about: Any, *roles: str) -> bool:
    trip = trip_of(about)
    return trip is not None and TeamMember.objects.filter(trip=trip, user=user, role__in=roles).exists()


def _has_role(user: Any, role: Role, **more: Any) -> bool:
    return RoleAssignment.objects.filter(user=user, role=role, ended_at=None, **more).exists()


def _latest(deed: Deed) -> bool:
    """The link of the newest request, by nobody overtaken."""
    asked = Endorsement.objects.filter(application=deed.about.application_id, occasion=deed.about.occasion)
    newest = asked.aggregate(newest=Max("generation"))["newest"]
    return bool(deed.given["generation"] == deed.about.generation == newest)


HATS: dict[str, Callable[[Any, Deed], bool]] = {
    "anybody": lambda user, deed: True,
    "owner": lambda user, deed: _reach(deed.about, "user_id") == user.pk,
    "lead": lambda user, deed: _in_team(user, deed.about, TeamRole.LEAD),
    "companion": lambda user, deed: _in_team(user, deed.about, TeamRole.LEAD, TeamRole.COMPANION),
    "reviewer": lambda user, deed: getattr(deed.about, "reviewer_id", None) == user.pk,
    "administrator": lambda user, deed: _has_role(user, Role.ADMINISTRATOR),
    "coordinator": lambda user, deed: (
        _has_role(user, Role.COORDINATOR)
        and getattr(deed.about, "institution_id", None)
        in [None, *RoleAssignment.objects.filter(user=user, ended_at=None).values_list("institution", flat=True)]
    ),
    "link": lambda user, deed: _latest(deed),
}


def is_theirs(alliance: Alliance, verb: Verb, by: Any, deed: Deed) -> bool:
    """Whether a verb is left to this person, asked before it is done."""
    return any(HATS[hat](by, deed) for hat in verb.whose.split())


def mails() -> int:
    """How many messages stand in the outbox."""
    return OutboxMessage.objects.count()


# --- what there is ---------------------------------------------------------------------------------


@dataclass
class Facts:
    """The database after a step, read when a rule asks. `new` holds what came since the step before."""

    alliance: Alliance
    step: Step | None
    done: Done
    now: datetime
    memory: dict[str, Any] = field(default_factory=dict)

    @property
    def verbs(self) -> set[str]:
        """What was tried in this step."""
        return {self.step.verb, *self.step.beside[:1]} if self.step else set()

    @cached_property
    def trips(self) -> dict[Any, Trip]:
        return {one.pk: one for one in Trip.objects.all()}

    @cached_property
    def people(self) -> dict[Any, Any]:
        names = ("pk", "name", "email", "institution_id", "is_active", "erased_at")
        return {one.pk: one for one in User.objects.only(*names)}

    @cached_property
    def applications(self) -> list[Application]:
        return list(Application.objects.all())

    @cached_property
    def submissions(self) -> list[Any]:
        rows = Submission.objects.values_list(
            "pk", "application_id", "number", "sha256", "institution_id", "submitted_at"
        )
        return list(rows.order_by("application_id", "number"))

    @cached_property
    def offers(self) -> list[Offer]:
        return list(Offer.objects.select_related("application"))

    @cached_property
    def places(self) -> list[Participation]:
        return list(Participation.objects.all())

    @cached_property
    def decisions(self) -> list[Decision]:
        return list(Decision.objects.select_related("application"))

    @cached_property
    def assessments(self) -> list[Assessment]:
        return list(Assessment.objects.select_related("application", "submission"))

    @cached_property
    def states(self) -> dict[tuple[str, str], str]:
        """Of every record with a life cycle the state it is in."""
        trips = {("trip", str(pk)): TRIP.read(trip) for pk, trip in self.trips.items()}
        found = {("decision", str(one.pk)): DECISION.read(one) for one in self.decisions}
        for model, life in LIVES.items():
            if model not in (Trip, Decision):
                rows = model._base_manager.values_list("pk", "status")
                found |= {(life.name, str(pk)): status for pk, status in rows}
        return trips | found

    @cached_property
    def history(self) -> list[Any]:
        """What was written into history since the step before."""
        last = self.memory.get("history", 0)
        rows = HistoryEntry.objects.filter(pk__gt=last).order_by("pk")
        found = list(rows.values_list("pk", "verb", "about_id", "target", "by_id", named=True))
        self.memory["history"] = found[-1].pk if found else last
        return found

    @cached_property
    def names(self) -> dict[Any, str]:
        return {pk: one.name or one.email for pk, one in self.people.items()}

    def of(self, application: Any) -> str:
        return self.names.get(application.user_id, "?")


Rule = Callable[[Facts], Iterator[str]]
RULES: dict[str, Rule] = {}


def rule(sentence: str) -> Callable[[Rule], Rule]:
    def known(asked: Rule) -> Rule:
        RULES[sentence] = asked
        return asked

    return known


def ask(alliance: Alliance, step: Step | None, done: Done, *, only: str = "") -> None:
    """Ask every rule, or one. Raises Broken with what the first that does not hold says."""
    facts = Facts(alliance, step, done, alliance.now, alliance.memory)
    with clock.at(alliance.now):
        for sentence, asked in RULES.items():
            if only and sentence != only:
                continue
            for how in asked(facts):
                raise Broken(sentence, how)


# --- places ----------------------------------------------------------------------------------------


@rule("Nooit meer plaatsen dan er zijn")
def places(facts: Facts) -> Iterator[str]:
    """An open offer in time holds a place, and so does who goes; in all, and of each school (rule 6)."""
    newest = {row[1]: row[4] for row in facts.submissions}
    taken: dict[Any, Counter] = defaultdict(Counter)
    for one in facts.offers:
        if one.status == "open" and one.reply_by_at >= facts.now:
            taken[one.application.trip_id][newest[one.application_id]] += 1
    for place in facts.places:
        if place.status == "active":
            taken[place.trip_id][place.institution_id] += 1
    for pk, schools in taken.items():
        trip = facts.trips[pk]
        if schools.total() > trip.places:
            yield f"{trip.slug} heeft {trip.places} plaatsen, {schools.total()} zijn vergeven"
        if (most := max(schools.values())) > trip.max_per_school:
            yield f"{trip.slug} laat {trip.max_per_school} per school toe, een school heeft er {most}"


@rule("Een plaats komt van een aanbod dat iemand aannam")
def confirmed(facts: Facts) -> Iterator[str]:
    taken = {(one.application.trip_id, one.application.user_id) for one in facts.offers if one.status == "confirmed"}
    for place in facts.places:
        if (place.trip_id, place.user_id) not in taken:
            yield f"{place.printed_name} gaat mee zonder aanbod"


# --- deciding --------------------------------------------------------------------------------------


@rule("Elk besluit wordt één keer bekend, met één brief")
def one_letter(facts: Facts) -> Iterator[str]:
    """Rule 5: published with all others, a letter for each, none before. Letters go in time, decisions stay longer."""
    rows = OutboxMessage.objects.filter(kind__startswith="applications/letter_", key__startswith="decision:")
    letters = Counter(key.split(":")[1] for key in rows.values_list("key", flat=True))
    told = facts.memory.setdefault("told", set())
    for one in facts.decisions:
        count, name = letters[str(one.application_id)], facts.of(one.application)
        if count > 1:
            yield f"{name} kreeg {count} brieven over één besluit"
        if one.published_at and not count and one.pk not in told:
            yield f"{name} kreeg geen brief"
        if not one.published_at and count:
            yield f"{name} kreeg een brief over een besluit dat niet bekend is"
        if one.published_at:
            told.add(one.pk)
    yield from _published_once(facts)


def _published_once(facts: Facts) -> Iterator[str]:
    times = facts.memory.setdefault("published", Counter())
    for entry in facts.history:
        if entry.verb == "trip.publish":
            times[entry.about_id] += 1
            if times[entry.about_id] > 1:
                yield "een selectie is twee keer gepubliceerd"
    for trip in facts.trips.values():
        kinds = {bool(one.published_at) for one in facts.decisions if one.application.trip_id == trip.pk}
        if trip.published_at and False in kinds:
            waiting = [one for one in facts.decisions if one.application.trip_id == trip.pk and not one.published_at]
            yield f"{trip.slug} is gepubliceerd, maar {facts.of(waiting[0].application)} weet nog niets"


@rule("Niemand beoordeelt de eigen school of zichzelf")
def own_school(facts: Facts) -> Iterator[str]:
    """Rule 3: by the copy on the submission and the reviewer's present school, when it is given and when it is read."""
    before = facts.memory.setdefault("assessments", {})
    for one in facts.assessments:
        if before.get(one.pk) != one.status and one.status != "recused":
            reader = facts.people[one.reviewer_id]
            if reader.pk == one.application.user_id:
                yield f"{reader.name} leest zichzelf"
            if reader.institution_id and reader.institution_id == one.submission.institution_id:
                yield f"{reader.name} leest {facts.of(one.application)} van de eigen school ({one.status})"
        before[one.pk] = one.status


# --- mail ------------------------------------------------------------------------------------------


@rule("Niets gaat twee keer uit")
def sent_once(facts: Facts) -> Iterator[str]:
    """A key is queued once, a message arrives once, unless a person sent it again (rule 7)."""
    if twice := list(OutboxMessage.objects.values("key").annotate(n=Count("pk")).filter(n__gt=1)[:1]):
        yield f"twee berichten met één sleutel: {twice[0]['key']}"
    again = facts.memory.setdefault("again", Counter())
    for entry in facts.history:
        if entry.verb == "message.resend":
            again[entry.about_id] += 1
    arrived = Counter(one.id.strip("<>").split("@")[0] for one in facts.alliance.office.letters)
    for key, count in arrived.items():
        if count > 1 + again[key]:
            yield f"een brief kwam {count} keer aan"


@rule("Wie de deur uit is wordt niet herinnerd")
def left_alone(facts: Facts) -> Iterator[str]:
    seen = facts.memory.get("mailed")
    rows = OutboxMessage.objects.filter(kind__contains="remind", recipient__is_active=False)
    found = dict(rows.values_list("pk", "kind"))
    was = facts.memory.setdefault("closed", set())
    for pk, kind in found.items():
        if seen is not None and pk not in seen and OutboxMessage.objects.get(pk=pk).recipient_id in was:
            yield f"{kind} aan iemand met een gesloten account"
    facts.memory["mailed"] = {*(seen or ()), *found}
    facts.memory["closed"] = {pk for pk, one in facts.people.items() if not one.is_active}


# --- who is next -----------------------------------------------------------------------------------


@rule("Er is altijd iemand die beslist")
def somebody(facts: Facts) -> Iterator[str]:
    """Every trip that is not over has a lead who can sign in; the alliance has an administrator."""
    leads = TeamMember.objects.filter(role=TeamRole.LEAD, user__is_active=True).values_list("trip_id", flat=True)
    for pk in facts.trips.keys() - set(leads):
        if not (facts.trips[pk].closed_at or facts.trips[pk].cancelled_at):
            yield f"{facts.trips[pk].slug} heeft geen projectleider"
    holders = RoleAssignment.objects.filter(role=Role.ADMINISTRATOR, ended_at=None, user__is_active=True)
    if not holders.exists():
        yield "er is geen beheerder"


@rule("Wat gevraagd is, wacht niet op niemand")
def turn(facts: Facts) -> Iterator[str]:
    """What waits for an answer belongs to something that still goes on (DESIGN 2: no orphans)."""
    over = {pk for pk, trip in facts.trips.items() if trip.cancelled_at or trip.closed_at}
    for one in Admission.objects.filter(status="asked").select_related("application"):
        trip = facts.trips[one.application.trip_id]
        if trip.pk in over or trip.published_at:
            yield f"{facts.of(one.application)} vroeg te mogen insturen, en niemand kan dat nog toestaan"
        if one.application.status != "draft":
            yield f"{facts.of(one.application)} vroeg te mogen insturen wat al ingestuurd is"
    for offer in facts.offers:
        if offer.status == "open" and offer.application.status != "submitted":
            yield f"{facts.of(offer.application)} heeft een aanbod zonder aanmelding"


# --- history ---------------------------------------------------------------------------------------


#: Entries about a record that say something else than the state it comes to: of the conditions, what was ruled.
SAYS_ELSE = {"application.rule"}


@rule("Geen stand zonder geschiedenis")
def remembered(facts: Facts) -> Iterator[str]:
    """The last entry about a record says the state it is in; one without an entry never moved."""
    last = facts.memory.setdefault("last", {})
    for entry in facts.history:
        life = entry.verb.partition(".")[0]
        if entry.target and entry.verb not in SAYS_ELSE:
            last[life, entry.about_id] = entry.target
    begins = {life.name: life.states[0].value for life in LIVES.values()}
    began = facts.memory.setdefault("began", dict(facts.states))
    for key, state in facts.states.items():
        if key in last and last[key] != state and not _names_a_kind(key[0], last[key]):
            yield f"{key[0]} is {state}, de geschiedenis zegt {last[key]}"
        if key not in last and state not in (begins[key[0]], began.get(key)):
            yield f"{key[0]} is {state}, en daarvan staat niets in de geschiedenis"


def _names_a_kind(life: str, target: str) -> bool:
    """A first proposal is remembered by what it proposes."""
    return life == "decision" and target in ("select", "reserve", "not_selected")


@rule("Wat geweigerd is, verandert niets")
def unchanged(facts: Facts) -> Iterator[str]:
    """A refusal leaves states and mail as they were, and so does a death within one transaction."""
    mail = OutboxMessage.objects.count()
    before = facts.memory.get("before")
    now = (facts.states, mail)
    whole = not any(facts.alliance.verbs[name].pieces for name in facts.verbs)
    if before and whole and facts.done.outcome in ("refused", "died") and before != now:
        moved = [key for key, state in facts.states.items() if before[0].get(key) != state]
        yield f"na {facts.done.outcome}: {moved or 'brieven'} ({before[1]} en {mail} berichten)"
    facts.memory["before"] = now


# --- what people typed -----------------------------------------------------------------------------


@rule("Wat ingestuurd is, staat vast, met een bevestiging")
def receipts(facts: Facts) -> Iterator[str]:
    """Rule 2: a submission never changes, its numbers follow each other, and its receipt stands in the outbox."""
    known = facts.memory.setdefault("submissions", {})
    numbers: dict[Any, int] = {}
    if facts.verbs & {"purge", "erase"}:
        known.clear()  # what is past its time is emptied
    fresh = [row for row in facts.submissions if row[0] not in known]
    keys = [f"receipt:{row[0]}" for row in fresh]
    queued = set(OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    for pk, application, number, digest, school, _at in facts.submissions:
        if number != numbers.get(application, 0) + 1:
            yield f"inzending {number} na {numbers.get(application, 0)}"
        numbers[application] = number
        if pk not in known and f"receipt:{pk}" not in queued:
            yield "een inzending zonder bevestiging"
        if known.setdefault(pk, (digest, school)) != (digest, school):
            yield "een inzending is veranderd"


@rule("Op tijd is op tijd")
def in_time(facts: Facts) -> Iterator[str]:
    """What came after its moment was let in by somebody: submissions, evenings."""
    known = facts.memory.setdefault("in time", set())
    of = {one.pk: one for one in facts.applications}
    for pk, application, _number, _digest, _school, at in facts.submissions:
        if pk in known:
            continue
        known.add(pk)
        row = of[application]
        trip = facts.trips[row.trip_id]
        until = trip.closes_at + timedelta(minutes=trip.grace_minutes)
        late = LateAccess.objects.filter(trip=trip, email__iexact=facts.people[row.user_id].email, until_at__gte=at)
        let_in = Admission.objects.filter(application=application, status="admitted").exists() or late.exists()
        if at < trip.opens_at or (at > until and not let_in):
            yield f"{facts.of(row)} stuurde in om {at:%d-%m %H:%M}, open van {trip.opens_at} tot {until}"
    for one in DailyEvaluation.objects.select_related("participation__trip"):
        trip = one.participation.trip
        noon = datetime.combine(one.on, datetime.min.time().replace(hour=12), trip.zone)
        if one.pk not in known and not noon <= one.answered_at:
            yield f"{one.participation} schreef de avond van {one.on} al om {one.answered_at}"
        known.add(one.pk)


# --- what comes out --------------------------------------------------------------------------------


@rule("Een certificaat verandert en verdwijnt niet")
def certificates(facts: Facts) -> Iterator[str]:
    """Rule 11: facts are frozen, serials are unique, one stands of a kind, revoked stays revoked."""
    known = facts.memory.setdefault("certificates", {})
    stand: Counter = Counter()
    found = {one.pk: one for one in Certificate.objects.all()}
    for pk, one in found.items():
        said = (one.serial, one.code, repr(one.facts))
        if known.setdefault(pk, said) != said:
            yield f"{one.serial} zegt iets anders"
        if one.status == "issued" and one.participation_id:
            stand[one.participation_id, one.kind] += 1
    if gone := known.keys() - found.keys():
        yield f"{len(gone)} certificaten zijn weg"
    if twice := [key for key, count in stand.items() if count > 1]:
        yield f"twee geldige certificaten van een soort: {twice[0][1]}"


@rule("Een woord staat er alleen met toestemming")
def consented(facts: Facts) -> Iterator[str]:
    """Rule 10: each word an edition counts is of somebody who consents now; so of the papers made of it."""
    consent = dict(OneWord.objects.values_list("pk", "consent"))
    shown: dict[Any, Counter] = defaultdict(Counter)
    for edition, word, moment in ShownWord.objects.values_list("edition", "word", "word__moment"):
        shown[edition][moment] += 1
        if not consent.get(word):
            yield "een woord waarvoor niemand toestemming geeft"
    k = 5
    for edition in ReportEdition.objects.all():
        for moment, place in (("return", "words_return"), ("one_year", "words_year")):
            words = (edition.report.get(place) or {}).get("words") or []
            said = sum(one["count"] for one in words)
            if said > shown[edition.pk][moment]:
                yield f"uitgave {edition.number} toont {said} woorden, {shown[edition.pk][moment]} met toestemming"
            if 0 < said < k:
                yield f"uitgave {edition.number} toont woorden van {said} mensen"


@rule("Een uitgave verandert alleen door een woord dat wordt teruggenomen")
def editions(facts: Facts) -> Iterator[str]:
    known = facts.memory.setdefault("editions", {})
    places = ("words_return", "words_year", "salt")
    for one in ReportEdition.objects.all():
        figures = repr({name: value for name, value in one.report.items() if name not in places})
        count = sum(word["count"] for name in places[:2] for word in (one.report.get(name) or {}).get("words") or [])
        was = known.get(one.pk)
        if was and was[0] != figures:
            yield f"uitgave {one.number} heeft andere cijfers"
        if was and count > was[1]:
            yield f"uitgave {one.number} kreeg er woorden bij"
        known[one.pk] = (figures, count)


# --- what lists say --------------------------------------------------------------------------------


@rule("Een lijst zegt wat er is")
def lines(facts: Facts) -> Iterator[str]:
    """Every line and load is what it is derived from. Asked when something was written that a line could be made of."""
    if facts.step and not any(table.startswith(("applications_", "people_", "trips_")) for table in facts.done.wrote):
        return
    for trip in facts.trips.values():
        yield from (f"{trip.slug}: {fault}" for fault in faults(trip))
