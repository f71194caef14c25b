"""From rows to the report: every question it asks of the database, in one place."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from applications.lifecycle import DecisionKind
from applications.models import Endorsement, Line
from evaluations.certificates.lifecycle import CertificateKind
from evaluations.certificates.models import Certificate
from evaluations.impact import report as shape
from evaluations.impact.answers import describes
from evaluations.impact.statistics import (
    LADDER_SCHEMES,
    Distribution,
    Scheme,
    Share,
    answer,
    breakdown,
    distribution,
    enough,
    protected,
    share,
)
from evaluations.lifecycle import LEAST, Moment, follow_up_open, has_departed
from evaluations.models import Action, OneWord, folded
from exchange import clock
from exchange.people.lifecycle import JobRole
from exchange.trips.models import LearningGoal, Participation, Trip, counted, in_hours

#: Colleagues who do not teach; source A counts them apart.
SUPPORT = (JobRole.CARETAKER, JobRole.SECURITY_OFFICER, JobRole.FRONT_DESK, JobRole.VOLUNTEER)
DONE = ("done", "changed")


class Traveller(NamedTuple):
    """Who went along, with what they and their manager said; None where nothing was said."""

    pk: Any
    job_role: str
    school: Any
    school_name: str
    grade: int | None
    support: int | None
    returned_at: datetime | None
    year_support: int | None
    year_opportunity: int | None
    students: str | None
    answered: datetime | None
    released: int | None
    released_at: datetime | None
    certified: bool


class Scored(NamedTuple):
    """A level that somebody gave a goal, when, and whether the team confirmed it."""

    person: Any
    at: datetime
    level: int
    confirmed: bool


class Deed(NamedTuple):
    """An action: whose, when it was last told about, what became of it, and whom it reached.

    `asked` says whether its owner was asked what became of it: by its date, by the questions of one year later, or by
    telling it unasked.
    """

    person: Any
    at: datetime
    status: str
    rung: int
    asked: bool
    reach: tuple[tuple[str, int], ...]

    @property
    def tread(self) -> int:
        """Where it stands on the ladder; what was dropped, below it."""
        return 0 if self.status == "dropped" else self.rung


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


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a report is made of, with the people: what a disclosure check needs, and no page ever sees."""

    facts: shape.Facts
    findings: tuple[shape.Both, ...]
    flow: shape.Flow
    effort: shape.Effort
    travellers: list[Traveller]
    goals: int
    levels: dict[str, list[Scored]]
    deeds: list[Deed]
    words: dict[str, list[Given]]
    sent: list["Sent"]

    @property
    def followed(self) -> list[Traveller]:
        return [who for who in self.travellers if who.answered]


def smallest(trip: Trip) -> int:
    """The smallest group of which a figure is shown (rule 9)."""
    return max(LEAST, trip.minimum_people)


def gather(trip: Trip, words: dict[str, list[Given]] | None = None) -> Material:
    """What the data say now. Eight queries, whatever the size of the trip; one less with words in hand."""
    travellers, sent = _travellers(trip), _sent(trip)
    people = [who.pk for who in travellers]
    goals, levels = _levels(people)
    return Material(
        facts=_facts(trip),
        findings=tuple(shape.Both(f.text_nl, f.text_en) for f in trip.findings.all()),
        flow=_flow(trip, travellers, sent),
        effort=_effort(trip, len(travellers)),
        travellers=travellers,
        goals=goals,
        levels=levels,
        deeds=_deeds(trip, people),
        words=given(trip) if words is None else words,
        sent=sent,
    )


def compute(trip: Trip, words: dict[str, list[Given]] | None = None) -> shape.Report:
    """The report as the data stand now, each figure with enough people behind it."""
    return report(gather(trip, words), smallest(trip))


def report(found: Material, k: int) -> shape.Report:
    """The report of what was gathered, with groups of at least k people."""
    travellers, followed, levels = found.travellers, found.followed, found.levels
    by_school = _grouped((who.school, who.pk) for who in travellers)
    return shape.Report(
        schema=shape.SCHEMA,
        k=k,
        facts=found.facts,
        findings=found.findings,
        flow=found.flow,
        effort=found.effort,
        baseline=_goals(levels[Moment.BASELINE], found.goals, k),
        at_return=_goals(levels[Moment.RETURN], found.goals, k),
        after_year=_goals(levels[Moment.ONE_YEAR], found.goals, k),
        goals=found.goals,
        grade=_middle(((who.pk, who.grade) for who in travellers), k),
        support_return=_middle(((who.pk, who.support) for who in travellers), k),
        support_year=_middle(((who.pk, who.year_support) for who in followed), k),
        opportunity_year=_middle(((who.pk, who.year_opportunity) for who in followed), k),
        hours_released=_middle(((who.pk, who.released) for who in travellers), k),
        students_notice=share(((who.pk, describes(who.students or "")) for who in followed), k),
        actions=_actions(found.deeds, k),
        words_return=in_words(found.words[Moment.RETURN], k),
        words_year=in_words(found.words[Moment.ONE_YEAR], k),
        job_roles=breakdown(_grouped((who.job_role, who.pk) for who in travellers), k, by_school.values()),
        schools=_schools(found.sent, travellers),
        stayed=(),
    )


def _flow(trip: Trip, travellers: list[Traveller], sent: list["Sent"]) -> shape.Flow:
    """How many came how far; what nobody was asked for yet is not a zero."""
    now = clock.now()
    certified, answered = sum(who.certified for who in travellers), sum(who.answered is not None for who in travellers)
    left = has_departed(trip, now)
    over = clock.day_of(now) >= trip.follow_up_on
    return shape.Flow(
        applied=sum(row.applied for row in sent),
        selected=sum(row.selected for row in sent) if left or trip.published_at else None,
        travelled=len(travellers) if left else None,
        certified=certified if certified or over else None,
        answered=answered if answered or follow_up_open(trip, now) else None,
    )


def _travellers(trip: Trip) -> list[Traveller]:
    certified = Certificate.objects.live().filter(participation=OuterRef("pk"), kind=CertificateKind.CYCLE)
    # What the manager promised, and when.
    promised = Endorsement.objects.promised().filter(
        application__trip=OuterRef("trip"), application__user=OuterRef("user")
    )
    when = promised.annotate(at=Coalesce("answered_at", "recorded_at", "asked_at")).values("at")[:1]
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
            "return_evaluation__answered_at",
            "follow_up__support",
            "follow_up__opportunity",
            "follow_up__students",
            "follow_up__answered_at",
            Subquery(promised.values("hours_released")[:1]),
            Subquery(when),
            Exists(certified),
        )
    )
    return [Traveller._make(row) for row in rows]


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = {}
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
        city=both("city"),
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


def _levels(people: list[Any]) -> tuple[int, dict[str, list[Scored]]]:
    """How many goals there are, and the scored levels per moment.

    An empty level is not measured, and stays out.
    """
    found: dict[str, list[Scored]] = {moment: [] for moment in Moment.values}
    scored = Q(goal_levels__level__isnull=False) & ~Q(goal_levels__moment=Moment.DAY)
    goals = LearningGoal.objects.filter(participation__in=people)
    rows = goals.annotate(scored=FilteredRelation("goal_levels", condition=scored)).values_list(
        "pk", "scored__moment", "participation", "scored__scored_at", "scored__level", "scored__confirmed_at"
    )
    seen = set()
    for goal, moment, person, at, level, confirmed in rows:
        seen.add(goal)
        if moment:
            found[moment].append(Scored(person, at, level, confirmed is not None))
    return len(seen), found


def _goals(scored: list[Scored], goals: int, k: int) -> shape.Goals:
    levels: Distribution = distribution(((one.person, one.level) for one in scored), k)
    confirmed = share(((one.person, one.confirmed) for one in scored), k)
    return shape.Goals(levels, goals - levels.n if levels.n is not None else None, confirmed)


def _middle(observations: Iterable[tuple[Any, Any]], k: int) -> shape.Middle:
    seen = [(person, value) for person, value in observations if value is not None]
    people = len({person for person, _ in seen})
    if not answer((person for person, _ in seen), k):
        return shape.Middle(people, None, None)
    return shape.Middle(people, len(seen), float(median(value for _, value in seen)))


def _deeds(trip: Trip, people: list[Any]) -> list[Deed]:
    """The actions of these people, each once, with whom it reached."""
    rows = Action.objects.filter(participation__in=people).values_list(
        "pk", "participation", "status", "rung", "due_on", "created_at", "reported_at",
        "reach__job_role", "reach__people",
    )  # fmt: skip
    now = clock.now()
    today, all_asked = clock.day_of(now), follow_up_open(trip, now)
    found: dict[Any, Deed] = {}
    reach: dict[Any, list[tuple[str, int]]] = {}
    for pk, person, status, rung, due_on, created_at, reported_at, role, count in rows:
        asked = all_asked or reported_at is not None or due_on <= today
        found[pk] = Deed(person, reported_at or created_at, status, rung, asked, ())
        if count:
            reach.setdefault(pk, []).append((role, count))
    return [deed._replace(reach=tuple(reach.get(pk, ()))) for pk, deed in found.items()]


def _actions(deeds: list[Deed], k: int) -> shape.Actions:
    asked = [deed for deed in deeds if deed.asked]
    owners = {deed.person for deed in (asked or deeds)}
    done = share(((deed.person, deed.status in DONE) for deed in asked), k)
    classes, ladder = _ladder(asked, done, k)
    reach = [(deed.person, role in SUPPORT, count) for deed in deeds for role, count in deed.reach]
    helpers = {person for person, support, _ in reach if support}
    # The sum less its part is what the others counted: both sides hold enough people, or only the sum is shown.
    apart = answer(helpers, k) and enough((person for person, support, _ in reach if not support), k)
    reachers = {person for person, *_ in reach}
    return shape.Actions(
        total=len(asked or deeds) if answer(owners, k) else None,
        people=len(owners),
        done=done,
        reached=sum(count for *_, count in reach) if answer(reachers, k) else None,
        reached_people=len(reachers),
        reached_support=sum(count for _, support, count in reach if support) if apart else None,
        support_hidden=bool(helpers) and not apart,
        ladder_classes=classes,
        ladder=ladder,
    )


def _ladder(asked: list[Deed], done: Share, k: int) -> tuple[Scheme, tuple[int, ...]]:
    """Every action on its tread. Dropped ones stand apart only when all less done less dropped tells of nobody."""
    if not answer((deed.person for deed in asked), k):
        return (), ()
    going = [deed.person for deed in asked if deed.status not in (*DONE, "dropped")]
    schemes = LADDER_SCHEMES if done.yes is None or enough(going, k) else LADDER_SCHEMES[1:]
    classes, counts = protected([(deed.person, deed.tread) for deed in asked], k, schemes)
    if classes and classes[0] == (0,) and not counts[0]:
        return classes[1:], counts[1:]
    return classes, counts


def in_words(found: list[Given], k: int) -> shape.Words:
    """How many said what; no word at all below k people."""
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
