"""What evenings, goals and plans have to say on a home page, in a participant's room and on a trip's overview."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluations.lifecycle import evening_window, follow_up_opens_on, has_returned, open_evenings
from evaluations.models import DailyEvaluation, GoalLevel, Presentation
from evaluations.owed import Owed, all_owed, on_the_way
from evaluations.permissions import accompanies, goes_on
from exchange import clock
from exchange.dashboard import AT_HOME, SOON, URGENT, Section, Todo, urgency
from exchange.people.models import User
from exchange.trips.lifecycle import Phase, TeamRole, phase
from exchange.trips.models import MeetingKind, Participation, Trip


def link(name: str, *args: Any) -> str:
    return reverse(f"evaluations:{name}", args=args)


# --- participants ---------------------------------------------------------------------------------


def participant(user: User, now: datetime) -> Section | None:
    """My learning goals, and what I still owe my trips."""
    mine = Participation.objects.active().filter(user=user, trip__cancelled_at=None, trip__closed_at=None)
    rows = all_owed(mine.order_by("trip__departs_on"), now)
    if not rows:
        return None
    todos = [todo for one in rows for todo in todos_of(one)]
    return Section(todos=todos, template="evaluations/dashboard/goals.html", context={"rows": rows})


def room(participation: Participation, now: datetime) -> Section | None:
    """The same in the room of one trip."""
    if participation.status != "active":
        return None
    if has_returned(participation.trip, now):
        rows = all_owed(Participation.objects.filter(pk=participation.pk), now)
    else:
        rows = [on_the_way(participation, now)]
    todos = sorted(todos_of(rows[0]), key=Todo.sort_key)
    template = "evaluations/dashboard/room.html"
    return Section(todos=todos, template=template, context={"rows": rows, "own_todos": todos})


def todos_of(one: Owed) -> Iterator[Todo]:
    """Everything one participant still owes one trip."""
    yield from _goal_todos(one)
    yield from _evening_todos(one)
    yield from _return_todos(one)
    yield from _action_todos(one)
    yield from _year_todos(one)


def _goal_todos(one: Owed) -> Iterator[Todo]:
    if not one.raw_goals:
        return
    meeting = _next_preparation(one.trip, one.now)
    for goal in one.raw_goals:
        text = _("Write down in five steps when you reach it. That takes about ten minutes.")
        ready = _("Ready before the meeting.") if meeting else _("Ready before you leave.")
        yield Todo(
            title=_("Make goal %(number)s measurable") % {"number": goal.order},
            text=f"{text} {ready}",
            url=link("sharpen", goal.pk),
            action=_("Sharpen goal %(number)s") % {"number": goal.order},
            due=meeting or one.trip.departs_on,
            urgency=urgency(meeting or one.trip.departs_on, one.now),
            status=_("Still to sharpen"),
            context=str(one.trip.title),
        )


def _next_preparation(trip: Trip, now: datetime) -> date | None:
    coming = trip.meetings.filter(kind=MeetingKind.PREPARATION, starts_at__gt=now).order_by("starts_at").first()
    return coming.on if coming else None


def _evening_todos(one: Owed) -> Iterator[Todo]:
    for on in one.missing_evenings:
        late = evening_window(one.trip, on).late(one.now)
        day = date_format(on, "l j F")
        yield Todo(
            title=_("How was %(day)s?") % {"day": day},
            text=_("It is late, and still welcome.") if late else _("A few questions, three minutes."),
            url=link("evening", one.trip.slug, on),
            action=_("Answer the evening"),
            due=on,
            urgency=SOON if late else URGENT - 1,
            status=_("Late") if late else _("Tonight"),
            shape="wait" if late else "now",
            context=str(one.trip.title),
        )


def _return_todos(one: Owed) -> Iterator[Todo]:
    trip = one.trip
    due = trip.return_meeting_on
    common = {"due": due, "urgency": urgency(due, one.now), "status": _("Not ready yet"), "context": str(trip.title)}
    if one.owes_return:
        title, text = (
            _("What did the trip bring you?"),
            _("Your levels, the outcome in words, and the trip in one word."),
        )
        yield Todo(title, text, link("return", trip.slug), _("Look back"), **common)
    if one.owes_presentation:
        title, text = _("Prepare your presentation"), _("A title, a few sentences and a link to your slides.")
        yield Todo(title, text, link("presentation", trip.slug), _("Prepare"), **common)
    if one.owes_plan:
        title, text = _("Make your plan"), _("What will you do at your school, for whom, and when?")
        yield Todo(title, text, link("plan", trip.slug), _("Begin with one action"), **common)
    if one.handed_back:
        page = "follow-up" if one.year_open else "return"
        title, text = _("Look at a level again"), _("The team handed it back with a sentence.")
        yield Todo(title, text, link(page, trip.slug), _("Look"), urgency=URGENT, context=str(trip.title))


def _action_todos(one: Owed) -> Iterator[Todo]:
    if one.year_open:
        return
    for action in one.unreported:
        yield Todo(
            title=_("What became of “%(title)s”?") % {"title": action.title},
            text=_("Done, under way, done differently or dropped: each answer counts."),
            url=link("action", action.pk),
            action=_("Tell it"),
            due=action.due_on,
            urgency=SOON,
            status=_("To tell"),
            context=str(one.trip.title),
        )


def _year_todos(one: Owed) -> Iterator[Todo]:
    if not (one.owes_recall or one.owes_year):
        return
    first = _("First two questions from memory, then you see what you said.")
    yield Todo(
        title=_("One year on: what became of it?"),
        text=first if one.owes_recall else _("You wrote down what you remember. Now your goals and actions."),
        url=link("follow-up", one.trip.slug),
        action=_("Begin") if one.owes_recall else _("Go on"),
        due=one.trip.follow_up_on,
        urgency=urgency(one.trip.follow_up_on, one.now),
        status=_("To answer"),
        context=str(one.trip.title),
    )


# --- the team -------------------------------------------------------------------------------------


def companions(user: User, now: datetime) -> Section | None:
    """What lead and companions look at tonight, and what waits to be confirmed."""
    roles = (TeamRole.LEAD, TeamRole.COMPANION)
    mine = {member.trip_id for member in user.teams if member.role in roles}
    if not mine:
        return None
    trips = Trip.objects.filter(pk__in=mine, published_at__isnull=False, cancelled_at=None, closed_at=None)
    # A day early: it is tomorrow elsewhere already. Who left last asks most.
    left = trips.filter(departs_on__lte=clock.day_of(now) + timedelta(days=1)).order_by("-departs_on", "pk")[:AT_HOME]
    active = Q(participations__status="active")
    rows = list(left.annotate(people=Count("participations", filter=active, distinct=True)))
    if not rows:
        return None
    confirm, unordered = _to_confirm(rows, user, now), _without_slot(rows, now)
    evenings = _tonight(rows, now)
    todos = [
        todo
        for trip in rows
        for todo in _team_todos(trip, now, evenings.get(trip.pk), confirm.get(trip.pk, 0), unordered.get(trip.pk, 0))
    ]
    return Section(todos=todos) if todos else None


def _to_confirm(trips: Sequence[Trip], user: User, now: datetime) -> dict[Any, int]:
    back = [trip for trip in trips if has_returned(trip, now)]
    if not back:
        return {}
    levels = GoalLevel.objects.to_confirm().filter(goal__participation__trip__in=back)
    levels = levels.filter(goal__participation__status="active").exclude(goal__participation__user=user)
    counts = levels.order_by().values("goal__participation__trip").annotate(n=Count("pk"))
    return {row["goal__participation__trip"]: row["n"] for row in counts}


def _without_slot(trips: Sequence[Trip], now: datetime) -> dict[Any, int]:
    """Presentations that are prepared and have no moment yet, until the return meeting."""
    ahead = [trip for trip in trips if has_returned(trip, now) and clock.day_of(now) <= trip.return_meeting_on]
    if not ahead:
        return {}
    waiting = Presentation.objects.filter(participation__trip__in=ahead, participation__status="active")
    waiting = waiting.filter(starts_at=None).exclude(title="").order_by()
    return dict(waiting.values_list("participation__trip").annotate(n=Count("pk")))


def last_evening(trip: Trip, now: datetime) -> date | None:
    """The evening the team reads now: the last that can still be answered."""
    days = open_evenings(trip, now)
    return days[-1] if days and now < evening_window(trip, days[-1]).changes_until else None


def _tonight(trips: Sequence[Trip], now: datetime) -> dict[Any, dict[str, int]]:
    """Answered, and needs not met, of the current evening of each trip that is away."""
    away = {trip.pk: on for trip in trips if (on := last_evening(trip, now))}
    if not away:
        return {}
    tonight = Q()
    for pk, on in away.items():
        tonight |= Q(participation__trip=pk, on=on)
    rows = DailyEvaluation.objects.filter(tonight, participation__status="active").order_by()
    open_needs = Count("pk", filter=~Q(need="") & Q(need_met_at=None))
    counts = rows.values("participation__trip").annotate(answered=Count("pk"), needs=open_needs)
    found = {row["participation__trip"]: {"answered": row["answered"], "needs": row["needs"]} for row in counts}
    return {pk: found.get(pk, {"answered": 0, "needs": 0}) for pk in away}


def _team_todos(
    trip: Trip, now: datetime, evening: dict[str, int] | None, confirm: int, unordered: int
) -> Iterator[Todo]:
    name = str(trip.title)
    if evening and trip.people:
        on = last_evening(trip, now)
        url = f"{link('evenings', trip.slug)}?on={on}"
        needs = evening["needs"]
        facts = {"answered": evening["answered"], "people": trip.people}
        title = ngettext("%(count)s person needs something", "%(count)s people need something", needs) % {
            "count": needs
        }
        yield Todo(
            title=title if needs else _("Read the evening"),
            text=_("%(answered)s of %(people)s answered.") % facts,
            url=url,
            action=_("Read the evening"),
            due=on,
            urgency=URGENT - 2 if needs else URGENT,
            status=_("Tonight") if on == trip.today else _("to read"),
            shape="now",
            context=name,
        )
    if unordered and goes_on(trip):
        title = ngettext("Give %(n)s presentation a moment", "Give %(n)s presentations a moment", unordered)
        yield Todo(
            title=title % {"n": unordered},
            text=_("They are prepared; everybody sees the order from then on."),
            url=link("presentations", trip.slug),
            action=_("Make the order"),
            due=trip.return_meeting_on,
            urgency=urgency(trip.return_meeting_on, now),
            status=_("to do"),
            context=name,
        )
    if confirm and goes_on(trip):
        yield Todo(
            title=ngettext("%(count)s level to confirm", "%(count)s levels to confirm", confirm) % {"count": confirm},
            text=_("Participants scored themselves; you confirm what you recognise."),
            url=link("levels", trip.slug),
            action=_("Confirm levels"),
            urgency=SOON,
            context=name,
        )


def trip_section(trip: Trip, user: User, now: datetime) -> Section | None:
    """Counts for the overview of a trip; names and texts stand on the pages behind them."""
    if not trip.published_at or not (accompanies(user, trip) or user.is_administrator):
        return None
    people = Participation.objects.active().filter(trip=trip)
    facts = people.aggregate(
        people=Count("pk", distinct=True),
        # Before the alias that takes the relation's name.
        sharp=Count("goals", filter=Q(goals__sharpened_at__isnull=False), distinct=True),
        goals=Count("goals", distinct=True),
        returned=Count("return_evaluation", distinct=True),
        plans=Count("pk", filter=Q(actions__isnull=False), distinct=True),
        year=Count("pk", filter=Q(follow_up__answered_at__isnull=False), distinct=True),
    )
    if not facts["people"]:
        return None
    confirm = _to_confirm([trip], user, now).get(trip.pk, 0)
    unordered = _without_slot([trip], now).get(trip.pk, 0)
    rows = list(_trip_facts(trip, now, facts, confirm))
    evening = _tonight([trip], now).get(trip.pk)
    trip.people = facts["people"]
    todos = list(_team_todos(trip, now, evening, confirm, unordered)) if accompanies(user, trip) else []
    return Section(todos=todos, template="evaluations/dashboard/trip.html", context={"facts": rows})


def _trip_facts(trip: Trip, now: datetime, facts: dict[str, int], confirm: int) -> Iterator[tuple[str, str, str]]:
    people = facts["people"]

    def of(some: int, whole: int) -> str:
        return _("%(some)s of %(all)s") % {"some": some, "all": whole}

    yield _("Goals sharpened"), of(facts["sharp"], facts["goals"]), link("goals", trip.slug)
    at = phase(trip, now)
    if at in (Phase.PREPARATION, Phase.TRAVELLING):
        return
    yield _("Return questions answered"), of(facts["returned"], people), link("outcomes", trip.slug)
    yield _("Participants with a plan"), of(facts["plans"], people), link("outcomes", trip.slug)
    yield _("Levels to confirm"), str(confirm), link("levels", trip.slug)
    if clock.day_of(now) >= follow_up_opens_on(trip):
        yield _("One-year questions answered"), of(facts["year"], people), link("outcomes", trip.slug)
