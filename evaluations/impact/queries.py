"""From rows to the report: every question it asks of the database, in one place."""

from collections import Counter
from collections.abc import Iterable
from statistics import median
from typing import Any

from django.db.models import Count, Q, Sum

from applications.lifecycle import Kind
from applications.models import Application, Endorsement
from evaluations.certificates.lifecycle import Kind as CertificateKind
from evaluations.certificates.models import Certificate
from evaluations.impact import report as shape
from evaluations.impact.models import Finding
from evaluations.impact.statistics import (
    LADDER_SCHEMES,
    Distribution,
    answer,
    breakdown,
    distribution,
    protected,
    share,
)
from evaluations.lifecycle import Moment
from evaluations.models import Action, FollowUp, GoalLevel, OneWord, Reach, ReturnEvaluation
from exchange.people.lifecycle import JobRole
from exchange.trips.models import LearningGoal, Participation, ProgrammeItem, Trip

#: Rule 9: settable upwards.
LEAST = 5
#: Colleagues who do not teach; source A counts them apart.
SUPPORT = (JobRole.CARETAKER, JobRole.SECURITY_OFFICER, JobRole.FRONT_DESK, JobRole.VOLUNTEER)
DONE = ("done", "changed")


def compute(trip: Trip) -> shape.Report:
    """The report as the data stand now. Some fifteen queries, whatever the size of the trip."""
    k = max(LEAST, trip.minimum_people)
    active = Participation.objects.filter(trip=trip).active()
    travellers = list(active.values_list("pk", "job_role", "institution", "institution__name"))
    people = [pk for pk, *_ in travellers]
    follow_ups = list(FollowUp.objects.filter(participation__in=people, answered_at__isnull=False))
    returned = list(ReturnEvaluation.objects.filter(participation__in=people))
    goals = LearningGoal.objects.filter(participation__in=people).count()
    levels = _levels(people)
    return shape.Report(
        schema=shape.SCHEMA,
        k=k,
        facts=_facts(trip),
        findings=tuple(shape.Both(f.text_nl, f.text_en) for f in Finding.objects.filter(trip=trip)),
        flow=_flow(trip, people, len(follow_ups)),
        effort=_effort(trip, len(people)),
        baseline=_goals(levels[Moment.BASELINE], goals, k),
        at_return=_goals(levels[Moment.RETURN], goals, k),
        after_year=_goals(levels[Moment.ONE_YEAR], goals, k),
        goals=goals,
        grade=_middle(((r.participation_id, r.grade) for r in returned), k),
        support_return=_middle(((r.participation_id, r.support) for r in returned), k),
        support_year=_middle(((f.participation_id, f.support) for f in follow_ups), k),
        opportunity_year=_middle(((f.participation_id, f.opportunity) for f in follow_ups), k),
        hours_released=_middle(_hours_released(trip), k),
        students_notice=share(((f.participation_id, bool(f.students.strip())) for f in follow_ups), k),
        actions=_actions(people, k),
        words_return=_words(people, Moment.RETURN, k),
        words_year=_words(people, Moment.ONE_YEAR, k),
        job_roles=breakdown(_grouped((role, pk) for pk, role, *_ in travellers), k),
        schools=_schools(trip, travellers),
    )


def _grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for name, person in pairs:
        groups.setdefault(name, []).append(person)
    return groups


def _facts(trip: Trip) -> shape.Facts:
    def both(name: str, of: Any = trip) -> shape.Both:
        return shape.Both(getattr(of, f"{name}_nl"), getattr(of, f"{name}_en"))

    return shape.Facts(
        title=both("title"),
        question=both("question"),
        need=both("need"),
        theme=both("title", trip.theme),
        city=trip.city,
        country=both("country"),
        departs_on=trip.departs_on.isoformat(),
        returns_on=trip.returns_on.isoformat(),
        follow_up_on=trip.follow_up_on.isoformat(),
        places=trip.places,
        hosts=tuple(trip.trip_hosts.values_list("host__name", flat=True)),
    )


def _flow(trip: Trip, people: list[Any], answered: int) -> shape.Flow:
    applications = Application.objects.filter(trip=trip)
    chosen = Q(decision__kind=Kind.SELECT, decision__published_at__isnull=False) | Q(offers__isnull=False)
    counts = applications.aggregate(
        applied=Count("pk", filter=Q(status="submitted"), distinct=True),
        selected=Count("pk", filter=chosen, distinct=True),
    )
    certified = Certificate.objects.live().filter(participation__in=people, kind=CertificateKind.CYCLE).count()
    return shape.Flow(counts["applied"], counts["selected"], len(people), certified, answered)


def _effort(trip: Trip, people: int) -> shape.Effort:
    cost = trip.cost_actual if trip.cost_actual is not None else trip.cost_planned
    programme = ProgrammeItem.objects.filter(trip=trip).aggregate(hours=Sum("hours"))["hours"] or 0
    return shape.Effort(
        cost_planned=None if trip.cost_planned is None else float(trip.cost_planned),
        cost_actual=None if trip.cost_actual is None else float(trip.cost_actual),
        cost_each=round(float(cost) / people, 2) if cost is not None and people else None,
        team_hours_planned=trip.team_hours_planned,
        team_hours_actual=trip.team_hours_actual,
        hours_asked=trip.hours_asked,
        hours_programme=float(programme),
    )


def _levels(people: list[Any]) -> dict[str, list[tuple[Any, int]]]:
    """Scored levels per moment as (person, level); an empty level is not measured, and stays out."""
    found: dict[str, list[tuple[Any, int]]] = {moment: [] for moment in Moment.values}
    rows = GoalLevel.objects.filter(goal__participation__in=people, level__isnull=False).exclude(moment=Moment.DAY)
    for moment, person, level in rows.values_list("moment", "goal__participation", "level"):
        found[moment].append((person, level))
    return found


def _goals(observations: list[tuple[Any, int]], goals: int, k: int) -> shape.Goals:
    levels: Distribution = distribution(observations, k)
    return shape.Goals(levels, goals - levels.n if levels.n is not None else None)


def _middle(observations: Iterable[tuple[Any, Any]], k: int) -> shape.Middle:
    seen = [(person, value) for person, value in observations if value is not None]
    people = len({person for person, _ in seen})
    if not answer((person for person, _ in seen), k):
        return shape.Middle(people, None, None)
    return shape.Middle(people, len(seen), float(median(value for _, value in seen)))


def _hours_released(trip: Trip) -> list[tuple[Any, int | None]]:
    """What managers promised for those who travelled."""
    rows = Endorsement.objects.current().filter(
        application__trip=trip,
        status__in=["endorsed", "conditions"],
        application__user__participations__trip=trip,
        application__user__participations__status="active",
    )
    return list(rows.values_list("application", "hours_released"))


def _actions(people: list[Any], k: int) -> shape.Actions:
    rows = list(Action.objects.filter(participation__in=people).values_list("participation", "status", "rung"))
    reach = list(
        Reach.objects.filter(action__participation__in=people, people__gt=0).values_list(
            "action__participation", "job_role", "people"
        )
    )
    owners = [person for person, *_ in rows]
    reachers = {person for person, *_ in reach}
    helpers = [(person, count) for person, role, count in reach if role in SUPPORT]
    support = sum(count for _, count in helpers) if answer((p for p, _ in helpers), k) else None
    classes: tuple[tuple[int, ...], ...] = ()
    ladder: tuple[int, ...] = ()
    if answer(owners, k):
        reported = [(person, rung) for person, status, rung in rows if status != "dropped"]
        classes, ladder = protected(reported, k, LADDER_SCHEMES)
    return shape.Actions(
        total=len(rows) if answer(owners, k) else None,
        people=len(set(owners)),
        done=share(((person, status in DONE) for person, status, _ in rows), k),
        reached=sum(count for *_, count in reach) if answer(reachers, k) else None,
        reached_people=len(reachers),
        reached_support=support,
        ladder_classes=classes,
        ladder=ladder,
    )


def _words(people: list[Any], moment: str, k: int) -> shape.Words:
    rows = OneWord.objects.filter(participation__in=people, moment=moment, consent=True)
    found = list(rows.order_by("word").values_list("participation", "word", "language"))
    if not answer((person for person, *_ in found), k):
        return shape.Words(len(found), ())
    counts = Counter((word.strip().casefold(), lang) for _, word, lang in found)
    words = tuple(shape.OneWordCount(word, lang, n) for (word, lang), n in sorted(counts.items()))
    return shape.Words(len(found), words)


def _schools(trip: Trip, travellers: list[tuple[Any, ...]]) -> tuple[shape.School, ...]:
    """Head-counts per school by the copies on submission and participation; a reader sees only the own one."""
    latest: dict[Any, tuple[Any, str]] = {}
    sent = Application.objects.filter(trip=trip, status="submitted").order_by("submissions__number")
    for pk, school, name in sent.values_list("pk", "submissions__institution", "submissions__institution__name"):
        latest[pk] = (school, name)
    applied = Counter(school for school, _ in latest.values())
    travelled = Counter(school for _, _, school, _ in travellers)
    names = dict(latest.values()) | {school: name for _, _, school, name in travellers}
    ordered = sorted((name, school) for school, name in names.items() if school)
    return tuple(shape.School(str(pk), name, applied[pk], travelled[pk]) for name, pk in ordered)
