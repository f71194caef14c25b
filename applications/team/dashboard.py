"""What waits for reviewers and leads, at home and on the overview of a trip; and how we select, for everybody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.assessing.rubric import rubric_of
from applications.conditions.checks import checks, conditions_of
from applications.lifecycle import BACKED, DecisionKind
from applications.models import Admission, Application, Assessment, Endorsement, Offer
from applications.permissions import sight
from exchange import clock
from exchange.dashboard import SOON, URGENT, WAITING, Section, Todo, urgency
from exchange.lifecycle import Hat
from exchange.people.models import User
from exchange.trips.lifecycle import Phase, TeamRole, phase
from exchange.trips.models import Participation, Trip
from exchange.trips.permissions import team_hats

# --- reviewers -------------------------------------------------------------------------------------


def reviewing(user: User, now: datetime) -> Section | None:
    """How many applications wait to be read, per trip. Nothing after publication."""
    if not any(member.role == TeamRole.REVIEWER for member in user.teams):
        return None
    waiting = (
        Assessment.objects.filter(reviewer=user, status="assigned", application__status="submitted")
        .filter(application__trip__published_at=None, application__trip__cancelled_at=None)
        .order_by()
        .values("application__trip")
        .annotate(n=Count("pk"))
        .values_list("application__trip", "n")
    )
    counts = dict(waiting)
    trips = Trip.objects.in_bulk(counts) if counts else {}
    return Section(todos=[reading(trips[pk], n, now) for pk, n in counts.items()])


def reading(trip: Trip, count: int, now: datetime) -> Todo:
    """Applications to read."""
    title = ngettext("Read %(count)s application", "Read %(count)s applications", count)
    return Todo(
        title=title % {"count": count},
        text=_("You can save and go on later. The team selects from this day on."),
        url=reverse("applications:to-review"),
        action=_("Start reading"),
        due=trip.endorse_by_at,
        urgency=urgency(trip.endorse_by_at, now),
        status=_("to read"),
        context=str(trip.title),
    )


# --- leads -----------------------------------------------------------------------------------------


def counted(rows: QuerySet, by: str) -> Any:
    """A number of rows per trip, as a subquery: so that a page of trips stays one query."""
    found = rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(found), 0)


def with_counts(trips: QuerySet, user: User, now: datetime) -> QuerySet:
    """Trips with what their lead has to do about applications. The own application is left out."""
    sent = Application.objects.submitted().exclude(user=user)
    unbacked = sent.exclude(pk__in=Endorsement.objects.current().filter(status__in=BACKED).values("application"))
    unfinished = Assessment.objects.filter(status="assigned", application__status="submitted")
    offers = Offer.objects.filter(application__status="submitted")
    return trips.annotate(
        sent=counted(sent, "trip"),
        drafts=counted(Application.objects.filter(status="draft").exclude(user=user), "trip"),
        unbacked=counted(unbacked, "trip"),
        undecided=counted(sent.filter(decision=None), "trip"),
        reading=counted(unfinished, "application__trip"),
        unread=counted(sent.exclude(pk__in=Assessment.objects.standing().values("application")), "trip"),
        asking=counted(Admission.objects.filter(status="asked").exclude(application__user=user), "application__trip"),
        offered=counted(offers.open(now), "application__trip"),
        lapsed=counted(offers.filter(status="open", reply_by_at__lt=now), "application__trip"),
        going=counted(Participation.objects.active(), "trip"),
        reserves=counted(sent.filter(decision__kind=DecisionKind.RESERVE, offers=None), "trip"),
    ).annotate(free=F("places") - F("offered") - F("going"))


def leading(user: User, now: datetime) -> Section | None:
    """What the lead of a trip does next about applications; one query."""
    if not user.leads:
        return None
    today = clock.day_of(now)
    running = Trip.objects.filter(
        Q(pk__in=user.leads), announced_at__isnull=False, cancelled_at=None, closed_at=None, departs_on__gt=today
    )
    todos = [todo for trip in with_counts(running, user, now) for todo in lead_todos(trip, now)]
    return Section(todos=todos) if todos else None


def lead_todos(trip: Any, now: datetime) -> list[Todo]:
    """In selection: divide, decide, publish. After it: free places and open offers."""
    at = phase(trip, now)
    if at is Phase.SELECTION:
        return [todo for todo in (_admitting(trip), _selecting(trip, now)) if todo]
    if at is Phase.PREPARATION:
        return [todo for todo in (_filling(trip), _answers(trip)) if todo]
    return []


def _admitting(trip: Any) -> Todo | None:
    if not trip.asking:
        return None
    title = ngettext("%(n)s person asks to be admitted", "%(n)s people ask to be admitted", trip.asking)
    text = _("The deadline caught a draft. Read it and answer; the author waits.")
    return _todo(trip, title % {"n": trip.asking}, text, "applications:late", _("Read and answer"), None, URGENT)


def _selecting(trip: Any, now: datetime) -> Todo:
    words = {"trip": trip.title}
    due = trip.endorse_by_at
    if trip.unread:
        title, name, action = _("Divide the applications for %(trip)s"), "applications:reviewers", _("Divide them")
        text = ngettext("%(n)s application has no reader.", "%(n)s applications have no reader.", trip.unread)
        return _todo(trip, title % words, text % {"n": trip.unread}, name, action, due, urgency(due, now))
    if trip.undecided:
        title, name, action = _("Decide on %(trip)s"), "applications:selection", _("Open the selection")
        text = ngettext("%(n)s application is undecided.", "%(n)s applications are undecided.", trip.undecided)
        if trip.reading:
            text += " " + _("%(reading)s assessments are still being written.")
        facts = {"n": trip.undecided, "reading": trip.reading}
        return _todo(trip, title % words, text % facts, name, action, due, urgency(due, now))
    title, name, action = _("Publish the selection of %(trip)s"), "applications:letters", _("Read the letters")
    text = _("Every application has a decision. Read the letters, then publish.")
    return _todo(trip, title % words, text, name, action, due, urgency(due, now))


def _filling(trip: Any) -> Todo | None:
    if trip.free <= 0 or not (trip.reserves or trip.lapsed):
        return None
    title = ngettext("Fill %(n)s free place", "Fill %(n)s free places", trip.free) % {"n": trip.free}
    text = _("The reserve shows who keeps the maximum per school.")
    return _todo(trip, title, text, "applications:reserve", _("Open the reserve"), None, SOON)


def _answers(trip: Any) -> Todo | None:
    if not trip.offered:
        return None
    title = ngettext("%(n)s offer waits for an answer", "%(n)s offers wait for an answer", trip.offered)
    text = _("Without an answer in time the place becomes free.")
    return _todo(trip, title % {"n": trip.offered}, text, "applications:reserve", _("See who"), None, WAITING)


def _todo(trip: Any, title: str, text: str, name: str, action: str, due: Any, urgency: int) -> Todo:
    url = reverse(name, args=[trip.slug])
    return Todo(
        title=title,
        text=text,
        url=url,
        action=action,
        due=due,
        urgency=urgency,
        status=_("to do"),
        context=str(trip.title),
    )


# --- the overview of a trip ------------------------------------------------------------------------


def overview(trip: Trip, user: User, now: datetime) -> Section | None:
    """Numbers of the applications for the team; for the lead also who owes what."""
    if not trip.announced_at or trip.cancelled_at or trip.closed_at:
        return None
    if not team_hats(user, trip) & {Hat.LEAD, Hat.COMPANION, Hat.ADMINISTRATOR}:
        return None
    if trip.departs_on <= clock.day_of(now):
        return None
    numbers = with_counts(Trip.objects.filter(pk=trip.pk), user, now).get()
    leads = sight(user, trip).scores
    context: dict[str, Any] = {"numbers": numbers, "leads": leads}
    if leads and not trip.published_at:
        context["managers"] = silent_managers(trip, user)
        context["reviewers"] = slow_reviewers(trip)
    elif leads:
        context["offers"] = open_offers(trip, now)
    todos = lead_todos(numbers, now) if trip.pk in user.leads else []
    return Section(todos=todos, template="applications/team/overview.html", context=context)


def silent_managers(trip: Trip, user: User) -> list[Endorsement]:
    """Managers who have not answered, with the applicant."""
    asked = Endorsement.objects.current().filter(
        application__trip=trip, application__status="submitted", status="asked"
    )
    return list(asked.exclude(application__user=user).select_related("application__user").order_by("due_at", "pk"))


def slow_reviewers(trip: Trip) -> list[Mapping[str, Any]]:
    """Reviewers with what they still have to read."""
    rows = Assessment.objects.filter(application__trip=trip, application__status="submitted", status="assigned")
    return list(rows.order_by().values("reviewer__name").annotate(n=Count("pk")).order_by("-n", "reviewer__name"))


def open_offers(trip: Trip, now: datetime) -> list[Offer]:
    """Offers that nobody answered yet."""
    offers = Offer.objects.open(now).filter(application__trip=trip)
    return list(offers.select_related("application__user").order_by("reply_by_at", "pk"))


# --- everybody -------------------------------------------------------------------------------------


def how_we_select(trip: Trip, user: User | AnonymousUser, now: datetime) -> Section | None:
    """For the public page: what applications are read for, by how many, and how people hear."""
    criteria = rubric_of(trip)
    if not criteria:
        return None
    whole = sum(one.weight for one in criteria)
    for one in criteria:
        one.percent = round(100 * one.weight / whole) if whole else 0
    return Section(template="applications/assessing/how.html", context={"criteria": criteria})


def who_can_take_part(trip: Trip, user: User | AnonymousUser, now: datetime) -> Section | None:
    """For the public page: the conditions, as they are laid beside the answers later."""
    found = checks({}, conditions_of(trip), school=None, earlier=0)
    if not found:
        return None
    return Section(template="applications/conditions/public.html", context={"checks": found})
