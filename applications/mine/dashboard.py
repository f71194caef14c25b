"""What an applicant finds on the home page."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import content
from applications.endorsing.permissions import answered, silent
from applications.lifecycle import STAGE_SHAPES, Stage, stage
from applications.models import Application, ApplicationQuerySet, Occasion, Offer, Submission
from applications.permissions import late_until
from applications.selection.permissions import can_give_back
from exchange import clock
from exchange.dashboard import AT_HOME, SOON, URGENT, WAITING, Section, Todo, urgency
from exchange.people.models import User
from exchange.trips.models import Participation, Trip


def applicant(user: User, now: datetime) -> Section | None:
    """Drafts to finish, offers to answer, managers to wait for; and where each application stands until departure."""
    sent_at = Submission.objects.filter(application=OuterRef("pk")).order_by("-number").values("submitted_at")[:1]
    mine = _running(user, now).annotate(sent_at=Subquery(sent_at)).select_related("trip", "decision")
    written = list(mine.prefetch_related("offers", "endorsements"))
    if not written:
        return None
    places = {place.trip_id: place for place in Participation.objects.filter(user=user)}
    rows = [row(application, places.get(application.trip_id), now) for application in written]
    todos = [todo for one in rows if (todo := todo_of(one, now))]
    shown = [one for one in rows if one["stage"] != Stage.PLACED]
    return Section(
        todos=todos,
        template="applications/mine/_home.html" if shown else "",
        context={"rows": shown},
    )


def calls(user: User, now: datetime) -> Section | None:
    """For who has no application and no place: what is open, the first to close first; else what is announced."""
    if user.teams or user.roles or is_in(user, now):
        return None
    ahead = Trip.objects.public().filter(published_at=None, closed_at=None, cancelled_at=None, closes_at__gt=now)
    rows = list(ahead.in_public_order(now)[: AT_HOME + 1])
    found = [trip for trip in rows if trip.opens_at <= now]
    shown = (found or rows)[:AT_HOME]
    context = {"rows": shown, "open": bool(found), "more": len(rows) > AT_HOME}
    return Section(template="applications/mine/_calls.html", context=context)


def is_in(user: User, now: datetime) -> bool:
    """Whether somebody applied for a trip that has not left, or has a place on one that is not completed."""
    going = Participation.objects.active().filter(user=user, trip__closed_at=None, trip__cancelled_at=None)
    return _running(user, now).exists() or going.exists()


def _running(user: User, now: datetime) -> ApplicationQuerySet:
    return Application.objects.of(user).filter(trip__closed_at=None, trip__departs_on__gt=clock.day_of(now))


def place(participation: Participation, now: datetime) -> Section | None:
    """In the room: the way to give the place back, for as long as there is one."""
    if not can_give_back(participation.user, participation):
        return None
    application = Application.objects.filter(trip=participation.trip_id, user=participation.user_id).first()
    if not application:
        return None
    return Section(aside="applications/mine/_place.html", context={"application": application})


def row(application: Application, participation: Participation | None, now: datetime) -> dict[str, Any]:
    """An application with its stage."""
    offer = next(iter(application.offers.all()), None)
    caught = application.status == "draft" and now >= application.trip.closes_at
    late = late_until(application.user, application.trip) if caught else None
    at = stage(
        status=application.status,
        trip=application.trip,
        decision=getattr(application, "decision", None),
        offer=offer,
        participation=participation,
        now=now,
        late=late,
    )
    return {"application": application, "stage": at, "shape": STAGE_SHAPES[at], "offer": offer, "late": late}


def todo_of(one: dict[str, Any], now: datetime) -> Todo | None:
    """What an application asks of its applicant."""
    application, at = one["application"], one["stage"]
    if at is Stage.OFFERED:
        return answer_offer(application, one["offer"])
    if at is Stage.DRAFT:
        return finish_draft(application, one["late"] or application.trip.closes_at, now)
    if at is Stage.SUBMITTED and unsent(application):
        return send_again(application, now)
    if at in (Stage.SUBMITTED, Stage.IN_SELECTION):
        return wait_for_manager(application)
    return None


def unsent(application: Application) -> bool:
    """Whether the draft says something else than what was sent. Looked into only when it was saved since."""
    if application.saved_at <= application.sent_at:
        return False
    return not application.submissions.first().says(content.of_draft(application))


def answer_offer(application: Application, offer: Offer) -> Todo:
    """A place is held for somebody."""
    return Todo(
        title=_("Answer the offer: %(trip)s") % {"trip": application.trip.title},
        text=_("A place is held for you. After this day it goes to somebody else."),
        url=reverse("applications:offer", args=[application.pk]),
        action=_("Answer the offer"),
        due=offer.reply_by_at,
        urgency=URGENT,
        status=_("offered"),
        shape="now",
        context=application.trip.title,
    )


def finish_draft(application: Application, due: datetime, now: datetime) -> Todo:
    """A draft is not sent yet; `due` is the closing moment, or that of this person's late access."""
    return Todo(
        title=_("Finish your application for %(trip)s") % {"trip": application.trip.title},
        text=_("What you wrote is saved. Send it in time."),
        url=reverse("applications:apply", args=[application.trip.slug]),
        action=_("Write on"),
        due=due,
        urgency=urgency(due, now),
        status=_("not sent"),
        context=application.trip.title,
    )


def send_again(application: Application, now: datetime) -> Todo:
    """What was sent counts; what was changed since does not, until it is sent."""
    return Todo(
        title=_("Send what you changed"),
        text=_("You changed something that is not sent yet. What you sent before counts until you send again."),
        url=reverse("applications:review", args=[application.trip.slug]),
        action=_("Read and send"),
        due=application.trip.closes_at,
        urgency=urgency(application.trip.closes_at, now),
        status=_("not sent"),
        context=application.trip.title,
    )


def wait_for_manager(application: Application) -> Todo | None:
    """The manager has not answered."""
    asked = (one for one in application.endorsements.all() if one.occasion == Occasion.APPLICATION)
    current = next((one for one in asked if one.status != "replaced"), None)
    if current is None or answered(current):
        return None
    if current.bounced_at or silent(current):
        return _ask_somebody_else(application, current)
    return Todo(
        title=_("Your manager has not answered yet"),
        text=_("%(name)s was asked. You can have the question mailed again.") % {"name": current.manager_name},
        url=reverse("applications:mine", args=[application.pk]),
        action=_("See your application"),
        due=current.due_at,
        urgency=WAITING,
        status=_("asked"),
        context=application.trip.title,
    )


def _ask_somebody_else(application: Application, current: Any) -> Todo:
    bounced = _("The mail to %(name)s came back. Look at the address; your application stands.")
    waited = _("%(name)s was asked more than a week ago. You can ask somebody else.")
    return Todo(
        title=_("Your manager can't be reached") if current.bounced_at else _("Your manager has not answered yet"),
        text=(bounced if current.bounced_at else waited) % {"name": current.manager_name},
        url=reverse("applications:manager", args=[application.pk]),
        action=_("Ask somebody else"),
        due=current.due_at,
        urgency=SOON,
        status=_("the mail came back") if current.bounced_at else _("asked"),
        shape="err" if current.bounced_at else "wait",
        context=application.trip.title,
    )
