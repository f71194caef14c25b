"""What a line ought to be, from the records it is derived from."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache, reduce
from operator import add
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import connection, models
from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, UUIDField, Value, When
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler

from applications.content import raised
from applications.lifecycle import ANSWERED, DecisionKind
from applications.models import (
    OWN_WORDS,
    Application,
    Assessment,
    Decision,
    Endorsement,
    Invitation,
    LateAccess,
    Line,
    LineWords,
    Offer,
    ProposedGoal,
    Standing,
    Submission,
)
from applications.questions import QUESTIONS, Question, Reader
from exchange.trips.models import Participation, Trip

#: What a complete draft holds; one part each.
PARTS = (
    ~Q(motivation=""),
    Q(goal_count__gt=0),
    ~Q(proactive_past="") & ~Q(proactive_plan=""),
    ~Q(school_use=""),
    ~Q(manager_name="") & ~Q(manager_email=""),
    Q(committed=True),
)
#: Questions whose answers are only counted.
COUNTED = tuple(one for one in QUESTIONS if one.open_to(Reader.COUNT))
#: Rows derived and written at a time.
CHUNK = 1000
#: Stands for an id in a statement that is written once.
ANY = UUID("00000000-0000-4000-8000-000000000000")


def with_parts(applications: QuerySet) -> QuerySet:
    """Annotate `parts`: how many of the six are written. The database looks; no text is read."""
    goals = ProposedGoal.objects.filter(application=OuterRef("pk")).exclude(able_to="").order_by()
    count = goals.values("application").annotate(n=Count("pk")).values("n")
    counted = applications.annotate(goal_count=Coalesce(Subquery(count), 0))
    flags = [Case(When(part, then=Value(1)), default=Value(0)) for part in PARTS]
    return counted.annotate(parts=reduce(add, flags))


def _reading(**conditions: Any) -> Coalesce:
    rows = Assessment.objects.filter(application=OuterRef("pk"), **conditions).exclude(status="recused")
    return Coalesce(Subquery(rows.order_by().values("application").annotate(n=Count("pk")).values("n")), 0)


def _first(rows: QuerySet, name: str) -> Subquery:
    return Subquery(rows.values(name)[:1])


def _invited(of: Callable[[str], OuterRef]) -> QuerySet:
    """The invitations of whoever applies, the first one first; `of` names a field of the application."""
    theirs = EmailAddress.objects.filter(user=OuterRef(of("user")), verified=True)
    invited = Invitation.objects.filter(trip=of("trip"), email__in=theirs.values("email"))
    return invited.order_by("invited_at", "pk")


@cache
def _sources() -> QuerySet:
    """Everything a line is derived from, beside its application, in one query; put together once, it takes long."""
    sent = Submission.objects.filter(application=OuterRef("pk")).order_by("-number")
    asked = Endorsement.objects.current().filter(application=OuterRef("pk"))
    offer = Offer.objects.filter(application=OuterRef("pk")).order_by("-made_at", "pk")
    place = Participation.objects.filter(trip=OuterRef("trip"), user=OuterRef("user"))
    late = LateAccess.objects.filter(trip=OuterRef("trip"), email__iexact=OuterRef("user__email"))
    invited = _invited(OuterRef)
    # One level deeper: there `OuterRef` alone means the line that waits, whose user nobody may know yet.
    waits = _invited(lambda name: OuterRef(OuterRef(name)))
    found = with_parts(Application.objects.with_sent()).annotate(
        asked_pk=_first(asked, "pk"),
        asked_when=_first(asked, "asked_at"),
        asked_again=_first(asked, "reminded_at"),
        all_readers=_reading(),
        all_done=_reading(status="finished"),
        offer_status=_first(offer, "status"),
        offer_reply_by=_first(offer, "reply_by_at"),
        placed=_first(place, "status"),
        late_until=_first(late, "until_at"),
        phrased=models.Exists(Decision.phrases.through.objects.filter(decision__application=OuterRef("pk"))),
        sent_schema=_first(sent, "schema"),
        **{f"said_{one.name}": _first(sent, f"content__{one.name}") for one in COUNTED},
        found_by=_first(LineWords.objects.filter(line__application=OuterRef("pk")), "made_of"),
        waiting=models.Exists(Line.objects.filter(application=None, invitation__in=waits.values("pk")[:1])),
        invited_pk=_first(invited, "pk"),
        invited_when=_first(invited, "invited_at"),
        invited_from=Subquery(invited.values("institution")[:1], output_field=UUIDField()),
    )
    return found.order_by().values(*NEEDED)


NEEDED = (
    *"pk trip_id user_id status submitted_at reminded_at score_mean parts".split(),
    *"sent_id sent_name sent_school_id sent_school sent_role backing asked_pk asked_when asked_again".split(),
    *"all_readers all_done offer_status offer_reply_by placed late_until sent_schema".split(),
    *(f"said_{one.name}" for one in COUNTED),
    *"invited_pk invited_when invited_from decision__kind decision__note decision__published_at phrased".split(),
    *"found_by waiting".split(),
    *"user__name user__email user__institution_id user__institution__short_name user__job_role".split(),
    *"user__membership_by_domain user__membership_confirmed_at user__reminders user__is_active".split(),
)


def _of_application(row: dict[str, Any]) -> Line:
    """The line of one application."""
    draft = row["status"] == "draft"
    known = row["sent_id"] is not None
    certain = row["user__membership_by_domain"] or row["user__membership_confirmed_at"]
    own_school = row["user__institution_id"] if certain else None
    name = row["sent_name"] if known else row["user__name"] or row["user__email"]
    line = Line(
        trip_id=row["trip_id"],
        application_id=row["pk"],
        invitation_id=row["invited_pk"],
        user_id=row["user_id"],
        status=row["status"],
        standing=_standing(row),
        name=name,
        sort_name=sortable(name),
        email=row["user__email"],
        school_id=row["sent_school_id"] if known else row["user__institution_id"],
        school_name=(row["sent_school"] if known else row["user__institution__short_name"]) or "",
        belongs_to_id=row["sent_school_id"] if known and not draft else own_school or row["invited_from"],
        job_role=row["sent_role"] if known else row["user__job_role"],
        submission_id=row["sent_id"],
        submitted_at=row["submitted_at"],
        parts=row["parts"] if draft else None,
        late_until_at=row["late_until"],
        invited_at=row["invited_when"],
        endorsement_id=row["asked_pk"],
        backing=row["backing"] or "",
        asked_at=row["asked_when"],
        reminded_at=row["reminded_at"] if draft else row["asked_again"],
        quiet=not (row["user__reminders"] and row["user__is_active"]),
        readers=row["all_readers"],
        readers_done=row["all_done"],
        score=row["score_mean"],
        decided=row["decision__kind"] or "",
        told=row["decision__published_at"] is not None,
        reasoned=bool(row["decision__note"] or row["phrased"]),
        offer=row["offer_status"] or "",
        offer_until_at=row["offer_reply_by"],
        place=row["placed"] or "",
        **_counted(row),
    )
    # What stands now, so that nothing is written twice: what it is found by, and whether it waits as only invited.
    line.found_by, line.waiting = row["found_by"], row["waiting"]
    return line


def _standing(row: dict[str, Any]) -> Standing:
    """What `lifecycle.stage` tells without a clock, and whether the manager has still to answer."""
    if row["status"] != "submitted":
        return Standing.DRAFT if row["status"] == "draft" else Standing.WITHDRAWN
    if row["placed"]:
        return Standing.PLACED if row["placed"] == "active" else Standing.GAVE_BACK
    if row["decision__published_at"] is None:
        waits = row["backing"] and row["backing"] not in ANSWERED
        return Standing.MANAGER if waits else Standing.SENT
    if row["offer_status"]:
        return {"open": Standing.OFFERED, "declined": Standing.DECLINED}.get(row["offer_status"], Standing.RESERVE)
    return Standing.NOT_SELECTED if row["decision__kind"] == DecisionKind.NOT_SELECTED else Standing.RESERVE


def _counted(row: dict[str, Any]) -> dict[str, str | None]:
    """Answers that are only counted, as they were last sent. What is spoiled is nobody's answer."""
    if row["sent_id"] is None:
        return {}
    said = raised({one.name: row[f"said_{one.name}"] for one in COUNTED}, row["sent_schema"])
    return {one.name: _choice(one, said[one.name]) for one in COUNTED}


def _choice(asked: Question, given: Any) -> str | None:
    if not isinstance(given, str):
        return None
    return given if given in ("", *asked.choices.values) else OWN_WORDS


def _of_invitation(one: Any) -> Line:
    """The line of somebody who was invited and has not begun."""
    return Line(
        trip_id=one.trip_id,
        invitation_id=one.pk,
        user_id=one.account,
        name=one.name,
        sort_name=sortable(one.name),
        email=one.email,
        school_id=one.institution_id,
        school_name=one.institution.short_name if one.institution else "",
        belongs_to_id=one.institution_id,
        job_role=one.job_role,
        invited_at=one.invited_at,
        reminded_at=one.reminded_at,
        quiet=bool(one.quiet),
    )


def sortable(name: str) -> str:
    """A name as lists order it: without case and accents."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))[:520]


def derived(applications: Sequence[UUID]) -> Iterator[Line]:
    """The lines of these applications as they ought to be."""
    if len(applications) == 1:
        return map(_of_application, _rows("pk", applications[0]))
    return map(_of_application, _sources().filter(pk__in=applications).iterator(chunk_size=CHUNK))


def derived_of(trip: Trip) -> Iterator[Line]:
    """The lines of all applications to a trip as they ought to be."""
    return map(_of_application, _rows("trip", trip.pk))


@cache
def _statement(field: str) -> tuple[SQLCompiler, str, tuple[Any, ...]]:
    """The sources where a field has one value. Written once: to write it takes longer than to ask it."""
    compiler = _sources().filter(**{field: ANY}).query.get_compiler(connection=connection)
    return compiler, *compiler.as_sql()


def _rows(field: str, pk: UUID) -> Iterator[dict[str, Any]]:
    compiler, sql, values = _statement(field)
    stand_in, value = (Application._meta.pk.get_db_prep_value(one, connection) for one in (ANY, pk))
    with connection.cursor() as cursor:
        cursor.execute(sql, [value if one == stand_in else one for one in values])
        found = cursor.fetchall()
    return (dict(zip(NEEDED, row, strict=True)) for row in compiler.results_iter([found]))


def derived_of_invited(invitations: QuerySet) -> Iterator[Line]:
    """The lines of those of these invited who have not begun: one per account, the first invitation of it."""
    account = EmailAddress.objects.filter(email=OuterRef("email"), verified=True)
    quiet = account.filter(Q(user__reminders=False) | Q(user__is_active=False))
    rows = invitations.annotate(
        account=Subquery(account.values("user")[:1], output_field=UUIDField()), quiet=models.Exists(quiet)
    )
    begun = Application.objects.filter(trip=OuterRef("trip"), user=OuterRef("account"))
    rows = rows.filter(~models.Exists(begun)).select_related("institution").order_by("invited_at", "pk")
    met: set[tuple[UUID, UUID]] = set()
    for one in rows:
        if one.account and (one.trip_id, one.account) in met:
            continue
        if one.account:
            met.add((one.trip_id, one.account))
        yield _of_invitation(one)
