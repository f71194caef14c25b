"""Asking the manager, and what the manager answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from applications import content
from applications.endorsing import mail
from applications.endorsing.permissions import (
    ENDORSES,
    answered,
    can_ask_manager,
    can_ask_school,
    can_endorse,
    can_record_on_paper,
    can_remind_manager,
    can_replace_manager,
    colleague_problem,
    manager_problem,
)
from applications.lifecycle import ENDORSEMENT
from applications.lines import settle
from applications.models import Application, Endorsement, Occasion, Submission
from exchange import clock
from exchange.history.actions import record
from exchange.lifecycle import Hat
from exchange.outbox.actions import queue_many
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.transitions import perform, perform_all
from exchange.trips.models import Trip
from exchange.trips.moving import last_moment
from exchange.trips.permissions import team_hats
from exchange.trips.working_days import to_answer_by
from exchange.verdicts import CONFLICT, Refused, no, require

#: What the manager fills in when endorsing.
SIGNED = (
    "signer_name signer_function hours_released cover cover_by costs school_use policy contact_name contact_email "
    "conditions"
).split()
#: Of the promise, what the school's contact reads again later.
PROMISED = ("hours_released", "cover", "cover_by", "costs", "school_use", "policy", "conditions")
ANSWER_WITHIN = timedelta(days=14)
HOUSE = frozenset({Hat.HOUSE})
ENDORSER = frozenset({Hat.ENDORSER})


# --- asking ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs what an application says, and whether sending it asks them."""

    name: str
    email: str
    #: Whether a new question goes out.
    asks: bool
    #: What differs from what was asked last, as keys of SIGNED_PARTS.
    parts: list[str]


def signing(*, said: dict[str, Any], before: Submission | None, current: Endorsement | None, trip: Trip) -> Signing:
    """Whom sending `said` asks to sign: only when what is signed changed, or another manager is named in time."""
    name, email = said["manager_name"], said["manager_email"]
    if not current:
        return Signing(name, email, asks=True, parts=[])
    signed = content.to_sign(said, trip)
    unchanged = current.signed_sha256 == content.digest(signed)
    named_again = email in (current.manager_email, (before.answers if before else {}).get("manager_email"))
    asks = not unchanged or not (named_again or answered(current))
    if named_again or not asks:
        # The manager may have passed the question on: ask whoever was asked last.
        name, email = current.manager_name, current.manager_email
    return Signing(name, email, asks, content.signed_changes(current.signed_content, signed))


@transaction.atomic
def ask_manager(*, submission: Submission, before: Submission | None, by: User) -> Endorsement:
    """Ask at the first submission; later only when what is signed changed, or another manager is named in time."""
    application = submission.application
    require(can_ask_manager(by, application))
    current = application.endorsements.current().first()
    who = signing(said=submission.answers, before=before, current=current, trip=application.trip)
    if current:
        if not who.asks:
            return current
        # In the name of the house: what the manager had answered does not enter the applicant's own history.
        perform(ENDORSEMENT, "ask_again" if answered(current) else "replace", current, hats=HOUSE)
    signed = content.to_sign(submission.answers, application.trip)
    return _ask(submission, signed, who.name, who.email, after=current)


def _ask(
    submission: Submission, signed: dict[str, Any], name: str, email: str, *, after: Endorsement | None
) -> Endorsement:
    """A new request, of the next generation, with its mail."""
    made = _request(submission, signed, name, email, after=after)
    made.save(force_insert=True)
    first = made.occasion == Occasion.APPLICATION
    queue_many(messages=[mail.request(made) if first else mail.ask_again(made)])
    return made


def _request(
    submission: Submission, signed: dict[str, Any], name: str, email: str, *, after: Endorsement | None
) -> Endorsement:
    return Endorsement(
        application=submission.application,
        submission=submission,
        manager_name=name,
        manager_email=email,
        language=submission.answers["language"],
        occasion=after.occasion if after else Occasion.APPLICATION,
        generation=after.generation + 1 if after else 1,
        asked_at=clock.now(),
        due_at=_due(submission.application.trip, after),
        signed_content=signed,
        signed_sha256=content.digest(signed),
    )


def _due(trip: Trip, after: Endorsement | None) -> datetime:
    """By when a request is answered: the trip's own moment; once that has passed two weeks, but before departure."""
    first = after is None or after.occasion == Occasion.APPLICATION
    within = to_answer_by(clock.now() + ANSWER_WITHIN)
    if first and trip.endorse_by_at > clock.now():
        return trip.endorse_by_at
    last = last_moment(trip, clock.now())
    return min(within, last) if first and last > clock.now() else within


@transaction.atomic
def ask_again_all(*, trip: Trip, current: Sequence[Endorsement]) -> list[OutboxMessage]:
    """What is signed has changed for all of these: each gives way to a new request. Called by whoever mails them."""
    for name, rows in (
        ("ask_again", [one for one in current if answered(one)]),
        ("replace", [one for one in current if not answered(one)]),
    ):
        # In the name of the house: what the manager had answered does not enter the applicant's own history.
        perform_all(ENDORSEMENT, name, rows, hats=HOUSE, trip=trip)
    made = [
        _request(
            one.submission,
            content.to_sign(one.submission.answers, trip),
            one.manager_name,
            one.manager_email,
            after=one,
        )
        for one in current
    ]
    Endorsement.objects.bulk_create(made)
    settle(*(one.application_id for one in made))
    return [mail.request(one) for one in made]


@transaction.atomic
def give_until(*, trip: Trip, before: datetime, reason: str) -> list[OutboxMessage]:
    """Who has still to answer by the trip's moment may do so until the new one. Called by whoever mails the letters."""
    rows = Endorsement.objects.to_answer().filter(application__trip=trip, due_at=before)
    waiting = list(rows.select_related("application__trip", "application__user", "submission__institution"))
    Endorsement.objects.filter(pk__in=[one.pk for one in waiting]).update(due_at=trip.endorse_by_at)
    for one in waiting:
        one.due_at = trip.endorse_by_at
    return [mail.answer_by(one, before, reason) for one in waiting]


@transaction.atomic
def replace_manager(*, application: Application, name: str, email: str, by: User) -> Endorsement:
    """The applicant asks somebody else: a new request, and the old link is dead."""
    current = _current(application)
    require(can_replace_manager(by, application, current))
    if problem := manager_problem(by, email):
        raise Refused(no(problem, CONFLICT))
    assert current  # noqa: S101 -- the verdict above said so
    Application.objects.filter(pk=application.pk).update(
        manager_name=name, manager_email=email, version=F("version") + 1, saved_at=clock.now()
    )
    perform(ENDORSEMENT, "replace", current, hats={Hat.OWNER}, by=by)
    made = _ask(current.submission, current.signed_content, name, email, after=current)
    settle(application)
    return made


@transaction.atomic
def remind_manager(*, application: Application, by: User) -> OutboxMessage:
    """Mail the same question again, once a day."""
    current = _current(application)
    require(can_remind_manager(by, application, current))
    assert current  # noqa: S101 -- the verdict above said so
    again = mail.request(current, again=True)
    asked_today = clock.day_of(current.asked_at) == clock.today()
    if asked_today or OutboxMessage.objects.filter(key=again.key).exists():
        raise Refused(no(_("Your manager was mailed today already. Try again tomorrow."), CONFLICT))
    mailed_again([current])
    queue_many(messages=[again])
    return again


@transaction.atomic
def mailed_again(asked: Sequence[Endorsement]) -> None:
    """The same question goes out again; called by whoever queues it."""
    Endorsement.objects.filter(pk__in=[one.pk for one in asked]).update(reminded_at=clock.now())
    settle(*(one.application_id for one in asked))


@transaction.atomic
def mail_came_back(message: OutboxMessage) -> None:
    """The question can't be delivered: the applicant hears at once, the team sees it. Called by the delivery."""
    data = message.links["endorse"]
    asked = Endorsement.objects.filter(pk=data["endorsement"], bounced_at=None)
    endorsement = asked.select_related("application__trip", "application__user").first()
    # Where the holder of the link could no longer answer, nobody waits for the mail either.
    if not endorsement or not can_endorse(endorsement, data["generation"]):
        return
    if not asked.filter(generation=data["generation"], status="asked").update(bounced_at=clock.now()):
        return
    record(about=endorsement, verb="endorsement.bounce", trip=endorsement.application.trip_id)
    if endorsement.occasion == Occasion.APPLICATION:
        queue_many(messages=[mail.manager_unreachable(endorsement)])


def nobody_waits(application: Application) -> list[OutboxMessage]:
    """The application was withdrawn: a manager who has not answered need not any more."""
    silent = application.endorsements.current().filter(status="asked")
    rows = silent.select_related("application__trip", "submission")
    return [mail.not_needed(one, mail.Ended.WITHDRAWN) for one in rows]


@transaction.atomic
def asked_once_more(application: Application) -> list[OutboxMessage]:
    """The withdrawal was undone. Where what is signed changed meanwhile the manager signs again, whatever was answered;
    who has not answered is asked again by the same link.
    """
    rows = application.endorsements.current().select_related(
        "application__trip", "application__user", "submission__institution"
    )
    current, trip = rows.first(), application.trip
    if not current:
        return []
    if content.signed_changes(current.signed_content, content.to_sign(current.submission.answers, trip)):
        return ask_again_all(trip=trip, current=[current])
    if answered(current) or current.bounced_at:
        return []
    Endorsement.objects.filter(pk=current.pk).update(due_at=trip.endorse_by_at)
    current.due_at = trip.endorse_by_at
    again = mail.request(current, again=True)
    # Not the key of today's repeat, which may have gone out before the withdrawal.
    again.key = f"{again.key}:{clock.now().isoformat()}"
    return [again]


def _current(application: Application) -> Endorsement | None:
    rows = application.endorsements.select_for_update(of=("self",)).select_related(
        "submission__institution", "application__trip", "application__user"
    )
    return rows.current().first()


# --- answering -------------------------------------------------------------------------------------


def _answerable(endorsement: Endorsement, generation: int, *names: str) -> Endorsement:
    """The row as it stands now, locked, if its link still works; `names`: the transitions that would answer it."""
    rows = Endorsement.objects.select_for_update(of=("self",)).select_related(
        "application__trip", "application__user", "submission__institution"
    )
    fresh = rows.get(pk=endorsement.pk)
    require(can_endorse(fresh, generation, *names))
    return fresh


def _asks(endorsement: Endorsement, *, first: bool) -> None:
    """What an application asks is endorsed or refused; what was promised is looked back on."""
    if (endorsement.occasion == Occasion.APPLICATION) != first:
        raise Refused(no(_("This is not yours to do.")))


@transaction.atomic
def endorse(*, endorsement: Endorsement, generation: int, values: dict[str, Any], by: None = None) -> Endorsement:
    """The manager commits the school; with conditions when there are any. `values` as in SIGNED."""
    endorsement = _answerable(endorsement, generation, *ENDORSES)
    _asks(endorsement, first=True)
    name = "endorse_with_conditions" if values.get("conditions") else "endorse"
    return _answer(endorsement, name, **{field: values[field] for field in SIGNED if field in values})


@transaction.atomic
def refuse(
    *, endorsement: Endorsement, generation: int, signer_name: str, reason: str = "", by: None = None
) -> Endorsement:
    """The manager does not support it; only the project team learns that."""
    endorsement = _answerable(endorsement, generation, "refuse")
    _asks(endorsement, first=True)
    return _answer(endorsement, "refuse", signer_name=signer_name, refusal_reason=reason)


def _answer(endorsement: Endorsement, name: str, **fields: Any) -> Endorsement:
    perform(ENDORSEMENT, name, endorsement, hats=ENDORSER, answered_at=clock.now(), **fields)
    settle(endorsement.application_id)
    queue_many(messages=[mail.receipt(endorsement), mail.manager_answered(endorsement)])
    return endorsement


@transaction.atomic
def pass_on(*, endorsement: Endorsement, generation: int, name: str, email: str, by: None = None) -> Endorsement:
    """ "Not me, ask …": a new request to somebody at the same school; the old link is dead."""
    endorsement = _answerable(endorsement, generation, "not_me")
    if problem := colleague_problem(endorsement, email):
        raise Refused(no(problem, CONFLICT))
    perform(
        ENDORSEMENT, "not_me", endorsement, hats=ENDORSER, answered_at=clock.now(), other_name=name, other_email=email
    )
    perform(ENDORSEMENT, "replace", endorsement, hats=HOUSE)
    made = _ask(endorsement.submission, endorsement.signed_content, name, email, after=endorsement)
    settle(endorsement.application_id)
    if made.occasion == Occasion.APPLICATION:
        queue_many(messages=[mail.passed_on(made)])
    return made


@transaction.atomic
def record_on_paper(
    *, endorsement: Endorsement, values: dict[str, Any], signed_on: date, reason: str, by: User
) -> Endorsement:
    """The lead records an endorsement received on paper: who signed, when, what, and why not by link."""
    require(can_record_on_paper(by, endorsement))
    _asks(endorsement, first=True)
    name = "endorse_with_conditions" if values.get("conditions") else "endorse"
    fields = {field: values[field] for field in SIGNED if field in values}
    perform(
        ENDORSEMENT,
        name,
        endorsement,
        hats=team_hats(by, endorsement.application.trip),
        by=by,
        reason=reason,
        answered_at=datetime.combine(signed_on, time(12), tzinfo=clock.HOME),
        recorded_at=clock.now(),
        recorded_by=by,
        recorded_reason=reason,
        **fields,
    )
    settle(endorsement.application_id)
    queue_many(messages=[mail.manager_answered(endorsement)])
    return endorsement


# --- asking again ----------------------------------------------------------------------------------


@transaction.atomic
def ask_schools(*, trip: Trip, occasion: str, by: User) -> list[Endorsement]:
    """Ask the contact of everybody who travelled what became of the promise; whoever was asked is not asked twice."""
    require(can_ask_school(by, trip, occasion))
    # Of two who press at once the second finds everybody asked.
    Trip.objects.select_for_update().get(pk=trip.pk)
    travelled = trip.participations.active().values("user")
    promised = Endorsement.objects.promised().filter(application__trip=trip, application__user__in=travelled)
    asked = Endorsement.objects.filter(application=OuterRef("application"), occasion=occasion)
    rows = promised.filter(~Exists(asked)).select_related("application__trip", "application__user", "submission")
    made = [_of_promise(one, occasion) for one in rows.order_by("pk")]
    Endorsement.objects.bulk_create(made)
    queue_many(messages=[mail.ask_again(one) for one in made])
    record(about=trip, verb="endorsement.ask_schools", by=by, facts={"occasion": occasion, "count": len(made)})
    return made


def _of_promise(promise: Endorsement, occasion: str) -> Endorsement:
    """The request to the contact a manager named, bound to what was promised."""
    said = {name: getattr(promise, name) for name in PROMISED}
    return Endorsement(
        application=promise.application,
        submission=promise.submission,
        occasion=occasion,
        manager_name=promise.contact_name or promise.manager_name,
        manager_email=promise.contact_email or promise.manager_email,
        language=promise.language,
        asked_at=clock.now(),
        due_at=to_answer_by(clock.now() + ANSWER_WITHIN),
        signed_content=said,
        signed_sha256=content.digest(said),
    )


@transaction.atomic
def look_back(*, endorsement: Endorsement, generation: int, values: dict[str, Any], by: None = None) -> Endorsement:
    """The contact says who answers for the school from here on, and what the team should know."""
    endorsement = _answerable(endorsement, generation, "endorse")
    _asks(endorsement, first=False)
    fields = {name: values[name] for name in ("contact_name", "contact_email", "conditions", "signer_name")}
    perform(ENDORSEMENT, "endorse", endorsement, hats=ENDORSER, answered_at=clock.now(), **fields)
    return endorsement
