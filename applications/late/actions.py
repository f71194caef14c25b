"""After closing: drafts that the deadline caught, and people whom the lead lets write later."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import content
from applications.endorsing.actions import give_until
from applications.late import mail
from applications.late.permissions import can_admit, can_ask_admission, can_give_late_access
from applications.lifecycle import ADMISSION
from applications.lines import settle
from applications.models import Admission, Application, Endorsement, LateAccess, Submission
from applications.writing.actions import Incomplete, locked, send
from applications.writing.gaps import gaps
from exchange import clock
from exchange.history.actions import record
from exchange.outbox.actions import queue_many
from exchange.people.models import User
from exchange.some import Some, counted
from exchange.transitions import perform
from exchange.trips.models import Trip
from exchange.trips.moving import NAMED, Told
from exchange.trips.permissions import can_move_deadline, team_hats
from exchange.verdicts import CONFLICT, Refused, no, require


@transaction.atomic
def ask_admission(*, application: Application, request: str, by: User) -> Admission:
    """The author asks the team to read the draft and to let it in."""
    require(can_ask_admission(by, application))
    made, new = Admission.objects.get_or_create(
        application=application, defaults={"request": request, "asked_at": clock.now()}
    )
    if not new:
        raise Refused(no(_("You asked this already. The team answers by mail."), CONFLICT))
    record(about=made, verb="admission.ask", by=by, trip=application.trip_id)
    queue_many(messages=mail.asked(made))
    return made


@transaction.atomic
def admit(*, admission: Admission, answer: str = "", by: User) -> Submission:
    """Send the draft as it stood. Raises Incomplete while something that must be there is missing."""
    require(can_admit(by, admission, "admit"))
    trip = admission.application.trip
    application = locked(trip, admission.application.user) or admission.application
    said = content.of_draft(application)
    if missing := gaps(application, said["goals"]):
        raise Incomplete(missing)
    _answer(admission, "admit", answer, by)
    queue_many(messages=[mail.admitted(admission)])
    return send(application=application, said=said, last=None, name="admit", by=by)


@transaction.atomic
def extend(*, admission: Admission, until_at: datetime, answer: str = "", by: User) -> LateAccess:
    """Let the author write on, and send, until a moment."""
    require(can_admit(by, admission, "extend"))
    _answer(admission, "extend", answer, by)
    application = admission.application
    reason = _("the deadline caught a draft")
    email = application.user.email
    return give_late_access(trip=application.trip, email=email, until_at=until_at, reason=reason, word=answer, by=by)


@transaction.atomic
def decline_admission(*, admission: Admission, answer: str, by: User) -> Admission:
    """The draft stays out; the author reads why."""
    require(can_admit(by, admission, "decline"))
    _answer(admission, "decline", answer, by)
    queue_many(messages=[mail.declined(admission)])
    return admission


def _answer(admission: Admission, name: str, answer: str, by: User) -> None:
    hats = team_hats(by, admission.application.trip)
    told: dict[str, Any] = {"answer": answer, "answered_at": clock.now(), "answered_by": by}
    perform(ADMISSION, name, admission, hats=hats, by=by, trip=admission.application.trip_id, **told)


# --- late access -----------------------------------------------------------------------------------


@transaction.atomic
def give_late_access(
    *, trip: Trip, email: str, until_at: datetime, reason: str, word: str = "", by: User
) -> LateAccess:
    """One address may write and send until a moment; given again, the newest moment counts. A mail says so."""
    require(can_give_late_access(by, trip))
    if until_at <= clock.now():
        raise Refused(no(_("This moment has passed. Choose a later one."), CONFLICT))
    given = {"until_at": until_at, "reason": reason, "given_at": clock.now(), "given_by": by}
    # Two who give it at once wait for each other.
    Trip.objects.select_for_update().get(pk=trip.pk)
    row = LateAccess.objects.filter(trip=trip, email__iexact=email).first()
    if row:
        LateAccess.objects.filter(pk=row.pk).update(**given)
        row.refresh_from_db()
    else:
        row = LateAccess.objects.create(trip=trip, email=email, **given)
    record(about=row, verb="late.give", by=by, trip=trip.pk, reason=reason, facts={"until": until_at.isoformat()})
    _settle_writer(row)
    queue_many(messages=[mail.late_access(row, word)])
    return row


@transaction.atomic
def take_late_access(*, access: LateAccess, by: User) -> None:
    """Take it back. What was sent stays."""
    require(can_give_late_access(by, access.trip))
    record(about=access, verb="late.take", by=by, trip=access.trip_id)
    access.delete()
    _settle_writer(access)


def _settle_writer(access: LateAccess) -> None:
    written = Application.objects.filter(trip=access.trip_id, user__email__iexact=access.email)
    settle(*written.values_list("pk", flat=True))


# --- a deadline that moved -------------------------------------------------------------------------


def writers(trip: Trip) -> QuerySet[Application]:
    """Everybody who wrote something and did not withdraw it."""
    return Application.objects.filter(trip=trip, status__in=["draft", "submitted"], user__is_active=True)


def told_of_deadline(trip: Trip) -> Iterator[Told]:
    """Who hears of another closing moment."""
    found = counted(writers(trip).select_related("user").order_by("user__name", "pk"), NAMED)
    if found:
        text = ngettext("%(n)s person who wrote something", "%(n)s people who wrote something", found.total)
        yield Told(text % {"n": found.total}, Some([one.user for one in found.rows], found.more))
    silent = Endorsement.objects.to_answer().filter(application__trip=trip, due_at=trip.endorse_by_at)
    found = counted(silent.order_by("manager_name", "pk"), NAMED)
    if found:
        text = ngettext("%(n)s manager has still to answer", "%(n)s managers have still to answer", found.total)
        yield Told(text % {"n": found.total}, Some([one.manager_name for one in found.rows], found.more))


def tell_of_new_deadline(*, trip: Trip, before: datetime, endorse_before: datetime, reason: str, by: User) -> None:
    """Everybody who wrote something hears of another closing moment, and who has still to sign of theirs; called by
    `trips.actions.move_deadline`.
    """
    require(can_move_deadline(by, trip))
    letters = [mail.deadline_moved(row, before, reason) for row in writers(trip).select_related("trip", "user")]
    queue_many(messages=[*letters, *give_until(trip=trip, before=endorse_before, reason=reason)])
