"""What waits for reviewers and leads, at home and on the overview of a trip; and how we select, for everybody."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.assessing.rubric import rubric_of
from applications.conditions.checks import checks, conditions_of
from applications.lifecycle import BACKED, DecisionKind
from applications.models import Admission, Assessment, Line, Load
from applications.permissions import sight
from exchange import clock
from exchange.dashboard import AT_HOME, SOON, URGENT, Section, Todo, urgency
from exchange.lifecycle import Hat
from exchange.people.models import User
from exchange.some import Some, first
from exchange.trips.lifecycle import Phase, TeamRole, phase
from exchange.trips.models import Trip
from exchange.trips.permissions import looking_hats
from exchange.words import day

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


def with_counts(trips: Iterable[Trip], user: User, now: datetime) -> list[Any]:
    """Trips with what their lead has to do about applications, in few queries. The own application is left out."""
    found: list[Any] = list(trips)
    counts: dict[Any, Counter[str]] = {trip.pk: Counter() for trip in found}
    _count_decisions(counts, user)
    _count_reading(counts, [trip for trip in found if not trip.published_at], user)
    _count_places(counts, [trip for trip in found if trip.published_at], now)
    for trip in found:
        here = counts[trip.pk]
        trip.sent, trip.drafts = here["submitted"], here["draft"]
        for name in "unbacked undecided reserves unread offered lapsed going asking reading refusing uncertain".split():
            setattr(trip, name, here[name])
        trip.free = trip.places - trip.offered - trip.going
    return found


def _count_decisions(counts: dict[Any, Counter[str]], user: User) -> None:
    """Grouped in the order of an index, so that the database counts as it reads."""
    others = Line.objects.filter(trip__in=counts).exclude(user=user).order_by()
    for row in others.values("trip", "status", "decided").annotate(
        n=Count("pk"),
        no_answer=Count("pk", filter=~Q(backing__in=BACKED)),
        no_offer=Count("pk", filter=Q(offer="")),
    ):
        here = counts[row["trip"]]
        here[row["status"]] += row["n"]
        if row["status"] == "submitted":
            here["unbacked"] += row["no_answer"]
            here["undecided"] += row["n"] if not row["decided"] else 0
            here["reserves"] += row["no_offer"] if row["decided"] == DecisionKind.RESERVE else 0


def _count_reading(counts: dict[Any, Counter[str]], trips: list[Any], user: User) -> None:
    """Until the publication: who has no reader, what is still read, who asks to be admitted."""
    if not trips:
        return
    unread = Line.objects.submitted().filter(trip__in=trips, readers=0).exclude(user=user).order_by()
    asked = Admission.objects.filter(status="asked", application__trip__in=trips).exclude(application__user=user)
    loads = Load.objects.filter(trip__in=trips).order_by()
    for name, found in (
        ("unread", unread.values_list("trip").annotate(n=Count("pk"))),
        ("asking", asked.order_by().values_list("application__trip").annotate(n=Count("pk"))),
        ("reading", loads.values_list("trip").annotate(n=Sum("to_read"))),
    ):
        for pk, n in found:
            counts[pk][name] = n


def _count_places(counts: dict[Any, Counter[str]], trips: list[Any], now: datetime) -> None:
    """After it: who was offered a place, and who goes."""
    if not trips:
        return
    late, in_time = Q(offer_until_at__lt=now), Q(offer_until_at__gte=now)
    ahead: Any = Line.objects.filter(trip__in=trips).exclude(decided=DecisionKind.NOT_SELECTED)
    still_open = Q(offer="open", status="submitted")
    again = Q(endorsement__asked_at__gt=F("trip__published_at"), backing="refused", place="active")
    unsure = Q(place="", status="submitted", user__membership_by_domain=False, user__membership_confirmed_at=None)
    for row in (
        ahead.order_by()
        .values("trip")
        .annotate(
            offered=Count("pk", filter=still_open & in_time),
            lapsed=Count("pk", filter=still_open & late),
            going=Count("pk", filter=Q(place="active")),
            refusing=Count("pk", filter=again),
            uncertain=Count("pk", filter=unsure),
        )
    ):
        counts[row.pop("trip")].update(row)


def leading(user: User, now: datetime) -> Section | None:
    """What the lead of a trip does next about applications."""
    if not user.leads:
        return None
    today = clock.day_of(now)
    running = Trip.objects.filter(
        pk__in=user.leads, announced_at__isnull=False, cancelled_at=None, closed_at=None, departs_on__gt=today
    )
    deciding = running.filter(closes_at__lte=now).order_by("departs_on", "pk")[:AT_HOME]
    todos = [todo for trip in with_counts(deciding, user, now) for todo in lead_todos(trip, now)]
    return Section(todos=todos) if todos else None


def lead_todos(trip: Any, now: datetime) -> list[Todo]:
    """In selection: divide, decide, publish. After it: free places and open offers."""
    at = phase(trip, now)
    if at is Phase.SELECTION:
        return [todo for todo in (_admitting(trip), _selecting(trip, now)) if todo]
    if at is Phase.PREPARATION:
        return [todo for todo in (_filling(trip), _refusing(trip), _uncertain(trip)) if todo]
    return []


def _admitting(trip: Any) -> Todo | None:
    if not trip.asking:
        return None
    title = ngettext("%(n)s person asks to be admitted", "%(n)s people ask to be admitted", trip.asking)
    text = _("The deadline caught a draft. Read it and answer; the author waits.")
    return _todo(trip, title % {"n": trip.asking}, text, "applications:late", _("Read and answer"), None, URGENT)


def _selecting(trip: Any, now: datetime) -> Todo:
    words, due, told = {"trip": trip.title}, trip.endorse_by_at, ""
    if late(trip, now):
        told = " " + _("Applicants were told that they hear on %(day)s.") % {"day": day(trip.letters_on)}
    if trip.unread:
        title, name, action = _("Divide the applications for %(trip)s"), "applications:reviewers", _("Divide them")
        text = ngettext("%(n)s application has no reader.", "%(n)s applications have no reader.", trip.unread)
        return _todo(trip, title % words, text % {"n": trip.unread} + told, name, action, due, urgency(due, now))
    due = trip.letters_on or due
    if trip.undecided:
        title, name, action = _("Decide on %(trip)s"), "applications:selection", _("Open the selection")
        text = ngettext("%(n)s application is undecided.", "%(n)s applications are undecided.", trip.undecided)
        if trip.reading:
            text += " " + ngettext(
                "%(reading)s assessment is still being written.",
                "%(reading)s assessments are still being written.",
                trip.reading,
            )
        facts = {"n": trip.undecided, "reading": trip.reading}
        return _todo(trip, title % words, text % facts + told, name, action, due, urgency(due, now))
    title, name, action = _("Publish the selection of %(trip)s"), "applications:letters", _("Read the letters")
    text = _("Every application has a decision. Read the letters, then publish.")
    return _todo(trip, title % words, text + told, name, action, due, urgency(due, now))


def late(trip: Trip, now: datetime) -> bool:
    """Whether the day on which applicants were to hear has come, and they have not."""
    return bool(trip.letters_on and not trip.published_at and clock.day_of(now) >= trip.letters_on)


def _filling(trip: Any) -> Todo | None:
    if trip.free <= 0 or not (trip.reserves or trip.lapsed):
        return None
    title = ngettext("Fill %(n)s free place", "Fill %(n)s free places", trip.free) % {"n": trip.free}
    text = _("The reserve shows who keeps the maximum per school.")
    return _todo(trip, title, text, "applications:reserve", _("Open the reserve"), None, SOON)


def _refusing(trip: Any) -> Todo | None:
    """Asked again after the publication a manager said no: the place stays, and the lead decides."""
    if not trip.refusing:
        return None
    n = trip.refusing
    title = ngettext("%(n)s manager withdrew the support", "%(n)s managers withdrew their support", n) % {"n": n}
    text = _("The trip moved and they were asked again. The place stays until you decide; talk with them.")
    return _todo(trip, title, text, "applications:list", _("See who"), None, SOON)


def _uncertain(trip: Any) -> Todo | None:
    """Nobody has said yet that somebody works at the school; without that no place."""
    if not trip.uncertain:
        return None
    n = trip.uncertain
    title = ngettext("Confirm where %(n)s person works", "Confirm where %(n)s people work", n) % {"n": n}
    text = _("Selected or on the reserve. Without it they get no place; the coordinator of the school can do it too.")
    return _todo(trip, title, text, "applications:reserve", _("See who"), None, SOON)


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


#: So many of those who owe something are named on the overview of a trip.
NAMED = 10


# --- the overview of a trip ------------------------------------------------------------------------


def overview(trip: Trip, user: User, now: datetime) -> Section | None:
    """Numbers of the applications for the team; for the lead also who owes what."""
    if not trip.announced_at or trip.cancelled_at or trip.closed_at:
        return None
    if not looking_hats(user, trip) & {Hat.LEAD, Hat.COMPANION, Hat.ADMINISTRATOR}:
        return None
    if trip.departs_on <= clock.day_of(now):
        return None
    [numbers] = with_counts([trip], user, now)
    leads = sight(user, trip).scores
    context: dict[str, Any] = {"numbers": numbers, "leads": leads}
    if leads and not trip.published_at:
        context["managers"] = silent_managers(trip, user)
        context["reviewers"] = slow_reviewers(trip)
    todos = lead_todos(numbers, now) if trip.pk in user.leads else []
    return Section(todos=todos, template="applications/team/overview.html", context=context)


def silent_managers(trip: Trip, user: User) -> Some:
    """The first of the managers who have not answered, with the applicant."""
    asked = trip.lines.filter(status="submitted", backing="asked").exclude(user=user)
    texts = ("endorsement__signed_content", "endorsement__school_use")
    return first(asked.select_related("endorsement").defer(*texts).order_by("sort_name", "pk"), NAMED)


def slow_reviewers(trip: Trip) -> Some:
    """The first of the reviewers with most still to read."""
    loads = trip.loads.filter(to_read__gt=0).select_related("reviewer")
    return first(loads.order_by("-to_read", "reviewer__name", "pk"), NAMED)


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
