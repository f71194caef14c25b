"""A small world to test in: builders with sensible defaults, and one trip whose dates every test can count from.

The trip: call open 1 September - 1 October 2026 17:00 (Dutch time), London 10-13 November 2026 (Tuesday to Friday),
return meeting 18 December 2026, follow-up day 12 November 2027. `MOMENTS` names a moment in every phase.
"""

import itertools
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from time import time as time_
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.internal.userkit import user_id_to_str
from django.db.models import Exists, OuterRef

from applications.content import SCHEMA, of_draft, to_sign
from applications.lines import faults, mend, settle, settle_invited
from applications.models import (
    Anchor,
    Application,
    Assessment,
    Criterion,
    Decision,
    Endorsement,
    Invitation,
    Line,
    Load,
    Offer,
    ProposedGoal,
    Submission,
)
from exchange import clock
from exchange.people.lifecycle import JobRole, Role
from exchange.people.models import Institution, MailDomain, RoleAssignment, User
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import (
    Dimension,
    Framework,
    HostOrganisation,
    LearningGoal,
    Meeting,
    MeetingKind,
    Participation,
    PreVisit,
    ProgrammeItem,
    ProgrammeKind,
    Tag,
    TeamMember,
    Theme,
    Trip,
    TripHost,
)

HOME = ZoneInfo("Europe/Amsterdam")
LONDON = ZoneInfo("Europe/London")
PASSWORD = "studiereis"
_count = itertools.count(1)


def home(year: int, month: int, day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    """A moment on the Dutch clock."""
    return datetime(year, month, day, hour, minute, second, tzinfo=HOME)


def london(year: int, month: int, day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    """A moment on the London clock."""
    return datetime(year, month, day, hour, minute, second, tzinfo=LONDON)


OPENS, CLOSES = home(2026, 9, 1, 9), home(2026, 10, 1, 17)
DEPARTS, RETURNS = date(2026, 11, 10), date(2026, 11, 13)
RETURN_MEETING, FOLLOW_UP = date(2026, 12, 18), date(2027, 11, 12)
MOMENTS = {
    "planning": home(2026, 8, 20),
    "call": home(2026, 9, 15),
    "selection": home(2026, 10, 5),
    "preparation": home(2026, 10, 26),
    "travelling": london(2026, 11, 11, 21),
    "return": home(2026, 12, 18, 15),
    "follow_up": home(2027, 11, 12, 15),
}


def institution(name: str = "", *, domain: str = "", **fields: Any) -> Institution:
    """A member school with one mail domain."""
    n = next(_count)
    school = Institution.objects.create(name=name or f"roc Test {n}", short_name=name or f"Test {n}", **fields)
    MailDomain.objects.create(institution=school, domain=domain or f"school{n}.example")
    return school


def user(name: str = "", *, at: Institution | None = None, role: str = JobRole.TEACHER, **fields: Any) -> User:
    """Somebody with an account at a school, member by mail domain. The password is PASSWORD."""
    n = next(_count)
    at = at or institution()
    email = fields.pop("email", f"person{n}@{at.domains.first().domain}")
    made = User.objects.create_user(
        email, PASSWORD, name=name or f"Persoon {n}", job_role=role, institution=at, **fields
    )
    made.emailaddress_set.create(email=email, verified=True, primary=True)
    return made


def left(person: User) -> User:
    """Somebody whose account was closed, by themselves for want of another."""
    person.is_active, person.deactivated_at, person.deactivated_by = False, clock.now(), person
    person.save()
    return person


def proven(client: Any, person: User) -> Any:
    """A browser in which somebody showed a moment ago that it is them."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time_(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = user_id_to_str(person)
    session.save()
    return client


def outsider(**fields: Any) -> User:
    """Somebody without a school."""
    n = next(_count)
    email = f"outsider{n}@elsewhere.example"
    made = User.objects.create_user(email, PASSWORD, name=f"Buitenstaander {n}", **fields)
    made.emailaddress_set.create(email=email, verified=True, primary=True)
    return made


def give_role(person: User, role: Role, school: Institution | None = None) -> RoleAssignment:
    """An alliance role."""
    return RoleAssignment.objects.create(user=person, role=role, institution=school, given_at=MOMENTS["planning"])


def theme() -> Theme:
    """The theme Test with one framework: two dimensions of two tags."""
    n = next(_count)
    made = Theme.objects.create(slug=f"test-{n}", title_nl="Veilige school", title_en="Safe school")
    framework = Framework.objects.create(theme=made)
    for key in ("level", "setting"):
        dimension = Dimension.objects.create(framework=framework, key=key, name_nl=f"{key} nl", name_en=f"{key} en")
        for order in (1, 2):
            Tag.objects.create(
                dimension=dimension,
                key=f"{key}-{order}",
                name_nl=f"{key} {order} nl",
                name_en=f"{key} {order} en",
                order=order,
            )
    return made


def trip(
    *, lead: User | None = None, on: Theme | None = None, announced: bool = True, published: bool = False, **fields: Any
) -> Trip:
    """The trip of this world; announced unless told otherwise, with a lead."""
    n = next(_count)
    lead = lead or user("Hanneke Boer")
    on = on or theme()
    values: dict[str, Any] = {
        "slug": f"trip-{n}",
        "theme": on,
        "framework": on.frameworks.first(),
        "title_nl": "Veilig in Londen",
        "title_en": "Safe in London",
        "code": "VIL",
        "city_nl": "Londen",
        "city_en": "London",
        "country_nl": "Verenigd Koninkrijk",
        "country_en": "United Kingdom",
        "question_nl": "Hoe houden scholen in Londen hun studenten veilig?",
        "question_en": "How do schools in London keep their students safe?",
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "endorse_by_at": CLOSES + timedelta(days=7),
        "grace_minutes": 0,
        "departs_on": DEPARTS,
        "returns_on": RETURNS,
        "return_meeting_on": RETURN_MEETING,
        "follow_up_on": FOLLOW_UP,
        "places": 4,
        "max_per_school": 2,
        "created_at": MOMENTS["planning"],
    }
    # Three weeks after closing, if that is before the trip leaves; the 22nd of October, a Thursday.
    closes, departs = (fields.get(name, values[name]) for name in ("closes_at", "departs_on"))
    letters = closes and closes.astimezone(HOME).date() + timedelta(days=21)
    if letters and departs and letters < departs:
        values["letters_on"] = letters
    if announced:
        values |= {"announced_at": MOMENTS["planning"], "announced_by": lead}
    if published:
        values |= {"published_at": home(2026, 10, 12), "published_by": lead}
    made = Trip.objects.create(**values | fields)
    join(made, lead, TeamRole.LEAD)
    return made


def join(to: Trip, person: User, role: str) -> TeamMember:
    """A role in the team of a trip."""
    given_at = MOMENTS["planning"] + timedelta(microseconds=next(_count))  # who came first answers first
    member = TeamMember.objects.create(trip=to, user=person, role=role, given_at=given_at)
    vars(person).pop("teams", None)
    return member


def programme(of: Trip) -> list[ProgrammeItem]:
    """One visited host, and one visit of three hours on each day of the trip."""
    host = HostOrganisation.objects.create(name="Hackney Road College", place="London", country_en="United Kingdom")
    TripHost.objects.create(trip=of, host=host)
    PreVisit.objects.create(host=host, visited_on=date(2026, 5, 12))
    return [
        ProgrammeItem.objects.create(
            trip=of,
            on=day,
            starts=time(10),
            ends=time(13),
            kind=ProgrammeKind.VISIT,
            host=host,
            title_nl=f"Bezoek {n}",
            title_en=f"Visit {n}",
            hours=Decimal(3),
        )
        for n, day in enumerate(of.days, 1)
    ]


def meeting(of: Trip, kind: str = MeetingKind.PREPARATION, starts: datetime | None = None) -> Meeting:
    """A meeting of three hours: preparation on 29 October 2026, else on the trip's own day."""
    days = {
        MeetingKind.PREPARATION: home(2026, 10, 29, 14),
        MeetingKind.RETURN: home(2026, 12, 18, 14),
        MeetingKind.FOLLOW_UP: home(2027, 11, 12, 14),
    }
    starts = starts or days[MeetingKind(kind)]
    return Meeting.objects.create(
        trip=of, kind=kind, starts_at=starts, ends_at=starts + timedelta(hours=3), place="Utrecht"
    )


def rubric(of: Trip) -> list[Criterion]:
    """Two criteria, weighing 60 and 40, with five anchors each."""
    made = []
    for order, (key, weight) in enumerate((("motivation", 60), ("goals", 40))):
        criterion = Criterion.objects.create(
            trip=of, key=key, name_nl=f"{key} nl", name_en=f"{key} en", weight=weight, order=order
        )
        Anchor.objects.bulk_create(
            Anchor(criterion=criterion, level=level, text_nl=f"{key} is {level}", text_en=f"{key} is {level} en")
            for level in range(1, 6)
        )
        made.append(criterion)
    return made


def application(to: Trip, by: User | None = None, *, goals: int = 1, **fields: Any) -> Application:
    """A complete draft."""
    by = by or user()
    values: dict[str, Any] = {
        "motivation": "Ik wil leren wat je doet na een ruzie in de gang.",
        "proactive_past": "Ik begon de pauzeronde.",
        "proactive_plan": "Ik start met een collega een spreekuur.",
        "school_use": "Het team neemt het op in het jaarplan.",
        "manager_name": "Joke Mulder",
        "manager_email": f"manager@{by.institution.domains.first().domain}"
        if by.institution
        else "m@elsewhere.example",
        "employment": "employed",
        "can_travel": "yes",
        "committed": True,
        "created_at": MOMENTS["call"],
        "saved_at": MOMENTS["call"],
    }
    made = Application.objects.create(trip=to, user=by, **values | fields)
    for order in range(1, goals + 1):
        ProposedGoal.objects.create(
            application=made,
            order=order,
            students_notice=f"Dat iemand doorvraagt ({order}).",
            able_to=f"Ik kan een herstelgesprek leiden ({order}).",
            others_see=f"Drie gesprekken voor de zomer ({order}).",
        )
    settle(made)
    return made


def settle_all() -> None:
    """Lines follow rows that a test changed by hand, past the verbs."""
    for one in Trip.objects.all():
        mend(one)


def prove(after: str = "this test") -> None:
    """Every line and load is what it is derived from; the faults, in words, if not."""
    touched = (Application, Invitation, Line, Load)
    some = [Exists(model.objects.filter(trip=OuterRef("pk"))) for model in touched]
    trips = Trip.objects.filter(some[0] | some[1] | some[2] | some[3])
    found = [f"{one.slug}: {fault}" for one in trips for fault in faults(one)]
    assert not found, "\n".join([f"after {after} lines are not what they are derived from:", *found])


def invitation(to: Trip, email: str, name: str = "Iemand van de lijst", **fields: Any) -> Invitation:
    """Somebody on the list of a trip, put there on 3 September 2026 by its lead."""
    by = to.team.filter(role=TeamRole.LEAD).first().user
    values = {"trip": to, "email": email, "name": name, "invited_at": home(2026, 9, 3, 10), "invited_by": by}
    made = Invitation.objects.create(**values | fields)
    settle_invited([made])
    return made


def submitted(to: Trip, by: User | None = None, *, endorsed: bool = True, **fields: Any) -> Application:
    """A sent application with its submission and an endorsement (given unless told otherwise). Rows only, no mail."""
    made = application(to, by, status="submitted", submitted_at=MOMENTS["call"], **fields)
    n = next(_count)
    content = of_draft(Application.objects.get(pk=made.pk))
    submission = Submission.objects.create(
        application=made,
        number=1,
        submitted_at=MOMENTS["call"],
        schema=SCHEMA,
        content=content,
        sha256=f"{n:064x}",
        institution=made.user.institution,
        job_role=made.user.job_role,
        printed_name=made.user.name,
        receipt=f"VIL26-{n:06d}",
    )
    Endorsement.objects.create(
        application=made,
        submission=submission,
        manager_name=made.manager_name,
        manager_email=made.manager_email,
        status="endorsed" if endorsed else "asked",
        answered_at=MOMENTS["call"] if endorsed else None,
        asked_at=MOMENTS["call"],
        due_at=to.endorse_by_at,
        signed_content=to_sign(content, to),
        signed_sha256=f"{n:064x}",
    )
    settle(made)
    return made


def assessment(of: Application, by: User, *levels: int) -> Assessment:
    """An assessment; finished when a level for every criterion of the trip is given."""
    criteria = list(of.trip.criteria.all())
    made = Assessment.objects.create(
        application=of, submission=of.submissions.first(), reviewer=by, assigned_at=MOMENTS["selection"]
    )
    for criterion, level in zip(criteria, levels, strict=False):
        made.scores.create(criterion=criterion, level=level, reason="Concreet.")
    if levels:
        weights = sum(c.weight for c in criteria)
        made.status, made.finished_at = "finished", MOMENTS["selection"]
        made.total = Decimal(sum(c.weight * x for c, x in zip(criteria, levels, strict=True))) / weights
        made.save()
    settle(of, reading=True)
    return made


def decision(of: Application, kind: str = "select", *, published: bool = False, by: User | None = None) -> Decision:
    """A decision, proposed or published."""
    by = by or of.trip.team.first().user
    published_by = {"published_at": home(2026, 10, 12), "published_by": by} if published else {}
    made = Decision.objects.create(
        application=of, kind=kind, proposed_at=MOMENTS["selection"], proposed_by=by, **published_by
    )
    settle(of)
    return made


def offer(of: Application, *, status: str = "open", reply_by: datetime | None = None) -> Offer:
    """A place held for somebody, made on 12 October 2026, to answer by 19 October 17:00."""
    made = Offer.objects.create(
        application=of, status=status, made_at=home(2026, 10, 12), reply_by_at=reply_by or home(2026, 10, 19, 17)
    )
    settle(of)
    return made


def participation(
    on: Trip, person: User | None = None, *, goals: int = 1, sharpened: bool = True, **fields: Any
) -> Participation:
    """A confirmed place with learning goals, sharpened unless told otherwise. The application behind it is made too."""
    person = person or user()
    made_from = submitted(on, person, goals=goals)
    decision(made_from, "select", published=True)
    offer(made_from, status="confirmed")
    made = Participation.objects.create(
        trip=on,
        user=person,
        institution=person.institution,
        job_role=person.job_role,
        printed_name=person.name,
        confirmed_at=home(2026, 10, 14),
        **fields,
    )
    settle(made_from)
    for proposed in made_from.goals.all():
        goal = LearningGoal.objects.create(
            id=proposed.pk,
            participation=made,
            order=proposed.order,
            proposed_text=proposed.able_to,
            students_notice=proposed.students_notice,
            others_see=proposed.others_see,
            proposed_at=MOMENTS["call"],
        )
        if sharpened:
            goal.text = proposed.able_to
            goal.level_m2, goal.level_m1, goal.level_0, goal.level_p1, goal.level_p2 = (
                f"Niveau {level}" for level in (-2, -1, 0, 1, 2)
            )
            goal.sharpened_at, goal.sharpened_by = home(2026, 10, 29), person
            goal.save()
    return made
