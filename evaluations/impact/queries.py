"""From rows to the report: every question it asks of the database, in one place."""

from collections import Counter
from collections.abc import Iterable
from statistics import median
from typing import Any, NamedTuple

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q

from applications.lifecycle import DecisionKind
from applications.models import Endorsement, Line
from evaluations.certificates.lifecycle import CertificateKind
from evaluations.certificates.models import Certificate
from evaluations.impact import report as shape
from evaluations.impact.statistics import (
    LADDER_SCHEMES,
    Distribution,
    answer,
    breakdown,
    distribution,
    protected,
    share,
)
from evaluations.lifecycle import LEAST, Moment
from evaluations.models import Action, OneWord, folded
from exchange.people.lifecycle import JobRole
from exchange.trips.models import LearningGoal, Participation, Trip, counted, in_hours

#: Colleagues who do not teach; source A counts them apart.
SUPPORT = (JobRole.CARETAKER, JobRole.SECURITY_OFFICER, JobRole.FRONT_DESK, JobRole.VOLUNTEER)
DONE = ("done", "changed")


class Traveller(NamedTuple):
    """Who went along, with what they said on return and a year later; None where nothing was said."""

    pk: Any
    job_role: str
    school: Any
    school_name: str
    grade: int | None
    support: int | None
    year_support: int | None
    year_opportunity: int | None
    students: str | None
    answered: Any
    certified: bool


class Given(NamedTuple):
    """A word given with consent."""

    pk: Any
    word: str
    language: str


def given(trip: Trip) -> dict[str, list[Given]]:
    """The words that those who went along gave with consent, by moment; one each."""
    found: dict[str, list[Given]] = {moment: [] for moment in Moment.values}
    rows = OneWord.objects.filter(participation__trip=trip, participation__status="active", consent=True)
    for moment, *said in rows.values_list("moment", "pk", "word", "language"):
        found[moment].append(Given(*said))
    return found


def compute(trip: Trip, words: dict[str, list[Given]] | None = None) -> shape.Report:
    """The report as the data stand now. Nine queries, whatever the size of the trip; one less with words in hand."""
    k = max(LEAST, trip.minimum_people)
    travellers = _travellers(trip)
    people = [who.pk for who in travellers]
    followed = [who for who in travellers if who.answered]
    goals, levels = _levels(people)
    words = given(trip) if words is None else words
    sent = _sent(trip)
    return shape.Report(
        schema=shape.SCHEMA,
        k=k,
        facts=_facts(trip),
        findings=tuple(shape.Both(f.text_nl, f.text_en) for f in trip.findings.all()),
        flow=shape.Flow(
            applied=sum(row.applied for row in sent),
            selected=sum(row.selected for row in sent),
            travelled=len(people),
            certified=sum(who.certified for who in travellers),
            answered=len(followed),
        ),
        effort=_effort(trip, len(people)),
        baseline=_goals(levels[Moment.BASELINE], goals, k),
        at_return=_goals(levels[Moment.RETURN], goals, k),
        after_year=_goals(levels[Moment.ONE_YEAR], goals, k),
        goals=goals,
        grade=_middle(((who.pk, who.grade) for who in travellers), k),
        support_return=_middle(((who.pk, who.support) for who in travellers), k),
        support_year=_middle(((who.pk, who.year_support) for who in followed), k),
        opportunity_year=_middle(((who.pk, who.year_opportunity) for who in followed), k),
        hours_released=_middle(_hours_released(trip), k),
        students_notice=share(((who.pk, bool((who.students or "").strip())) for who in followed), k),
        actions=_actions(people, k),
        words_return=_said(words[Moment.RETURN], k),
        words_year=_said(words[Moment.ONE_YEAR], k),
        job_roles=breakdown(_grouped((who.job_role, who.pk) for who in travellers), k),
        schools=_schools(sent, travellers),
    )


def _travellers(trip: Trip) -> list[Traveller]:
    certified = Certificate.objects.live().filter(participation=OuterRef("pk"), kind=CertificateKind.CYCLE)
    rows = (
        Participation.objects.filter(trip=trip)
        .active()
        .values_list(
            "pk",
            "job_role",
            "institution",
            "institution__name",
            "return_evaluation__grade",
            "return_evaluation__support",
            "follow_up__support",
            "follow_up__opportunity",
            "follow_up__students",
            "follow_up__answered_at",
            Exists(certified),
        )
    )
    return [Traveller._make(row) for row in rows]


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
        city=trip.city_nl or trip.city_en,
        country=both("country"),
        departs_on=trip.departs_on.isoformat(),
        returns_on=trip.returns_on.isoformat(),
        follow_up_on=trip.follow_up_on.isoformat(),
        places=trip.places,
        hosts=tuple(trip.trip_hosts.values_list("host__name", flat=True)),
    )


def _effort(trip: Trip, people: int) -> shape.Effort:
    cost = trip.cost_actual if trip.cost_actual is not None else trip.cost_planned
    programme = in_hours(counted(trip.programme.on_its_days()).total())
    return shape.Effort(
        cost_planned=None if trip.cost_planned is None else float(trip.cost_planned),
        cost_actual=None if trip.cost_actual is None else float(trip.cost_actual),
        cost_each=round(float(cost) / people, 2) if cost is not None and people else None,
        team_hours_planned=trip.team_hours_planned,
        team_hours_actual=trip.team_hours_actual,
        hours_asked=trip.hours_asked,
        hours_programme=float(programme),
    )


def _levels(people: list[Any]) -> tuple[int, dict[str, list[tuple[Any, int]]]]:
    """How many goals there are, and the scored levels per moment as (person, level).

    An empty level is not measured, and stays out.
    """
    found: dict[str, list[tuple[Any, int]]] = {moment: [] for moment in Moment.values}
    scored = Q(goal_levels__level__isnull=False) & ~Q(goal_levels__moment=Moment.DAY)
    goals = LearningGoal.objects.filter(participation__in=people)
    rows = goals.annotate(scored=FilteredRelation("goal_levels", condition=scored)).values_list(
        "pk", "participation", "scored__moment", "scored__level"
    )
    seen = set()
    for goal, person, moment, level in rows:
        seen.add(goal)
        if moment:
            found[moment].append((person, level))
    return len(seen), found


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
    rows = Endorsement.objects.promised().filter(
        application__trip=trip,
        application__user__participations__trip=trip,
        application__user__participations__status="active",
    )
    return list(rows.values_list("application", "hours_released"))


def _actions(people: list[Any], k: int) -> shape.Actions:
    found = Action.objects.filter(participation__in=people).values_list(
        "pk", "participation", "status", "rung", "reach__job_role", "reach__people"
    )
    facts: dict[Any, tuple[Any, str, int | None]] = {}
    reach = []
    for pk, person, status, rung, role, count in found:
        facts[pk] = (person, status, rung)
        if count:
            reach.append((person, role, count))
    rows = list(facts.values())
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


def _said(found: list[Given], k: int) -> shape.Words:
    if not answer((one.pk for one in found), k):
        return shape.Words(len(found), ())
    counts = Counter((folded(one.word), one.language) for one in found)
    words = tuple(shape.OneWordCount(word, lang, n) for (word, lang), n in sorted(counts.items()))
    return shape.Words(len(found), words)


class Sent(NamedTuple):
    """Of one school: how many standing applications came from it, and how many of these were offered a place."""

    school: Any
    name: str
    applied: int
    selected: int


def _sent(trip: Trip) -> list[Sent]:
    """Every standing application, counted by the school on what was last sent. The database counts the lines."""
    chosen = Q(decided=DecisionKind.SELECT, told=True) | ~Q(offer="")
    lines = Line.objects.submitted().filter(trip=trip).order_by().values_list("school", "school__name")
    return [Sent._make(row) for row in lines.annotate(applied=Count("pk"), selected=Count("pk", filter=chosen))]


def _schools(sent: list[Sent], travellers: list[Traveller]) -> tuple[shape.School, ...]:
    """Head-counts per school by the copies on submission and participation; a reader sees only the own one."""
    applied = Counter({row.school: row.applied for row in sent})
    travelled = Counter(who.school for who in travellers)
    names = {row.school: row.name for row in sent} | {who.school: who.school_name for who in travellers}
    ordered = sorted((name, school) for school, name in names.items() if school)
    return tuple(shape.School(str(pk), name, applied[pk], travelled[pk]) for name, pk in ordered)
