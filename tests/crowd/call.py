"""One call: who applied and sent what, who endorsed and read it, what is proposed, who was invited, what was mailed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.db import models

from applications import content
from applications.assessing.rubric import mean, weighted
from applications.models import (
    Admission,
    Application,
    Assessment,
    Decision,
    Endorsement,
    Invitation,
    ProposedGoal,
    Recusal,
    Score,
    Submission,
)
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.models import Trip
from tests import world
from tests.crowd.words import Writer

BATCH = 500
#: Numbers of accounts that only have a draft start here, so that a crowd can always grow.
DRAFTS = 1_000_000
#: And those of the next call here.
CALLS = 10_000_000
#: Out of a hundred, so many work at each of the seven schools, and so many are what.
SCHOOLS = (30, 22, 16, 12, 10, 7, 3)
ROLES = {
    "teacher": 40, "care_coach": 15, "instructor": 12, "caretaker": 8, "manager": 7, "policy_officer": 6,
    "front_desk": 4, "security_officer": 3, "director": 2, "executive_board": 1, "volunteer": 1, "other": 1,
}  # fmt: skip
ANSWERS = {"endorsed": 68, "conditions": 8, "refused": 6, "asked": 16, "not_me": 2}
VERBS = {"endorsed": "endorse", "conditions": "endorse_with_conditions", "refused": "refuse", "not_me": "not_me"}
PROPOSALS = {"": 30, "select": 6, "reserve": 16, "not_selected": 48}
STATES = {"submitted": 98, "withdrawn": 2}
MAIL = {"sent": 95, "queued": 4, "failed": 1}
WAYS = {"colleague": 30, "manager": 20, "school": 25, "invited": 15, "site": 5, "": 5}
#: The fields that hold own words, with how many words they get.
TEXTS = {"motivation": (30, 220), "proactive_past": (15, 120), "proactive_plan": (15, 120), "school_use": (20, 140)}


@dataclass
class Rows:
    """What is to be written, model by model, in the order in which one needs the other."""

    found: dict[type[models.Model], list[Any]] = field(default_factory=dict)

    def add(self, *rows: Any) -> Any:
        for row in rows:
            self.found.setdefault(type(row), []).append(row)
        return rows[-1] if rows else None

    def write(self) -> None:
        for model, rows in self.found.items():
            model.objects.bulk_create(rows, batch_size=BATCH)


class Call:
    """Pours people into the call of a crowd, numbered: the same number gives the same person."""

    def __init__(self, trip: Trip, schools: list[Any], reviewers: list[User], lead: User, place: int = 0) -> None:
        self.trip, self.schools, self.reviewers, self.lead = trip, schools, reviewers, lead
        self.first, self.poured = place * CALLS, 0
        self.criteria = list(trip.criteria.prefetch_related("anchors"))
        self.tags = list(trip.framework.dimensions.first().tags.all())

    def pour(self, size: int) -> None:
        """A thousand at a time, so that a large crowd takes no more memory than a small one."""
        for first in range(self.poured, size, 1000):
            rows, links = Rows(), Links()
            for n in range(self.first + first, self.first + min(first + 1000, size)):
                self.sent(n, rows, links)
                if n % 10 == 0:
                    self.draft(n, rows, links)
                if n % 4 == 1:
                    self.invited(n, rows)
            rows.write()
            links.write()
        self.poured = max(self.poured, size)

    # --- people and drafts --------------------------------------------------------------------------

    def person(self, n: int, writer: Writer, rows: Rows) -> User:
        school = self.schools[writer.dice.choices(range(len(self.schools)), weights=SCHOOLS[: len(self.schools)])[0]]
        made = User(
            email=f"p{n}@{domain_of(school)}",
            name=writer.name(),
            password="!",
            job_role=writer.one_of(ROLES),
            institution=school,
            membership_by_domain=n % 15 != 0,
            language="en" if n % 7 == 3 else "nl",
            joined_at=world.MOMENTS["planning"] + timedelta(minutes=n % 10_000),
        )
        rows.add(made, EmailAddress(user=made, email=made.email, verified=True, primary=True))
        return made

    def written(self, n: int, writer: Writer, person: User, rows: Rows, links: "Links", **fields: Any) -> Application:
        """A draft with everything in it, the goals too."""
        at = moment(n)
        said = {
            "trip": self.trip,
            "user": person,
            "language": person.language,
            "employment": "volunteer" if person.job_role == "volunteer" else "employed",
            "earlier_trips": writer.line(120) if n % 5 == 0 else "",
            "heard_from": writer.one_of(WAYS),
            "can_travel": "unsure" if n % 11 == 0 else "yes",
            "committed": True,
            "manager_name": writer.name(),
            "manager_email": f"m{n % 900}@{person.email.partition('@')[2]}",
            "created_at": at - timedelta(days=3),
            "saved_at": at,
        }
        said |= {name: writer.text(*size) for name, size in TEXTS.items()}
        made = rows.add(Application(**said | fields))
        goals = [self.goal(made, order, writer, rows, links) for order in range(1, 2 + n % 3)]
        # What is at hand need not be asked for: content.of_draft reads the goals as if they were fetched.
        made._prefetched_objects_cache = {"goals": goals}
        return made

    def goal(self, of: Application, order: int, writer: Writer, rows: Rows, links: "Links") -> ProposedGoal:
        said = {name: writer.line() for name in ("students_notice", "able_to", "others_see")}
        made = rows.add(ProposedGoal(application=of, order=order, **said))
        tag = self.tags[order % len(self.tags)]
        made._prefetched_objects_cache = {"tags": [tag]}
        links.tags.append(ProposedGoal.tags.through(proposedgoal_id=made.pk, tag_id=tag.pk))
        return made

    def draft(self, n: int, rows: Rows, links: "Links") -> None:
        """Half written, caught by the deadline; one in twenty asks to be let in."""
        writer = Writer(DRAFTS + n, "nl")
        empty = dict.fromkeys(list(TEXTS)[writer.dice.randint(0, 3) :], "")
        made = self.written(n, writer, self.person(DRAFTS + n, writer, rows), rows, links, committed=False, **empty)
        rows.add(history(made, "application.start", made.user, made.created_at))
        if n % 200 == 0:
            rows.add(Admission(application=made, request=writer.text(8, 30), asked_at=world.home(2026, 10, 2)))

    # --- what was sent ------------------------------------------------------------------------------

    def sent(self, n: int, rows: Rows, links: "Links") -> None:
        """One application with all that hangs on it."""
        writer = Writer(n, "en" if n % 7 == 3 else "nl")
        person = self.person(n, writer, rows)
        at, state = moment(n), writer.one_of(STATES)
        made = self.written(
            n, writer, person, rows, links, status=state, submitted_at=at,
            withdrawn_at=at + timedelta(days=2) if state == "withdrawn" else None,
        )  # fmt: skip
        rows.add(history(made, "application.start", person, made.created_at))
        last = self.submissions(n, made, rows)
        self.manager(n, writer, last, rows)
        self.readers(n, writer, last, rows)
        if state == "submitted" and n % 9 < 8:
            self.decision(n, writer, made, rows, links)
        rows.add(mail(made, "receipt", person.email, person, writer, at))

    def submissions(self, n: int, made: Application, rows: Rows) -> Submission:
        """What was sent; one in twenty sent it twice, in other words."""
        versions = [content.of_draft(made)]
        if n % 20 == 7:
            versions.insert(0, versions[0] | {"motivation": made.motivation[: len(made.motivation) // 2]})
        for number, said in enumerate(versions, 1):
            at = made.submitted_at - timedelta(hours=len(versions) - number)
            rows.add(history(made, "application.submit" if number == 1 else "application.revise", made.user, at))
            last = Submission(
                application=made,
                number=number,
                submitted_at=at,
                schema=content.SCHEMA,
                content=said,
                sha256=content.digest(said),
                institution=made.user.institution,
                job_role=made.user.job_role,
                printed_name=made.user.name,
                receipt=f"VIL26-{number}{n:08d}",
            )
            rows.add(last)
        return last

    def manager(self, n: int, writer: Writer, sent: Submission, rows: Rows) -> None:
        """The manager's answer, or silence; one in thirty was asked after another had been."""
        made, signed = sent.application, content.to_sign(sent.content, self.trip)
        common = {"application": made, "submission": sent, "language": made.language, "signed_content": signed}
        common |= {"signed_sha256": content.digest(signed), "due_at": self.trip.endorse_by_at}
        asked = made.submitted_at
        if n % 30 == 4:
            rows.add(Endorsement(
                manager_name=writer.name(), manager_email=f"old{n}@roc0.example", status="replaced", asked_at=asked,
                **common,
            ))  # fmt: skip
        status = writer.one_of(ANSWERS)
        answered = asked + timedelta(days=1 + n % 5) if status != "asked" else None
        yes = status in ("endorsed", "conditions")
        request = Endorsement(
            manager_name=made.manager_name,
            manager_email=made.manager_email,
            status=status,
            generation=2 if n % 30 == 4 else 1,
            asked_at=asked,
            answered_at=answered,
            signer_name=made.manager_name if yes else "",
            hours_released=writer.dice.randint(20, 60) if yes else None,
            cover="arranged" if yes else "",
            conditions=writer.line() if status == "conditions" else "",
            refusal_reason=writer.line() if status == "refused" else "",
            **common,
        )
        rows.add(request)
        if answered:
            rows.add(history(request, f"endorsement.{VERBS[status]}", None, answered))
        links = {"endorse": {"endorsement": str(request.pk), "generation": request.generation}}
        rows.add(mail(made, "endorse", made.manager_email, None, writer, asked, links=links))

    def readers(self, n: int, writer: Writer, sent: Submission, rows: Rows) -> None:
        """Three readers: one is done, the second mostly, the third not yet or knows the person."""
        made, totals = sent.application, []
        for place in range(min(3, len(self.reviewers))):
            share = ({"finished": 1}, {"finished": 7, "assigned": 3}, {"assigned": 8, "finished": 1, "recused": 1})
            status, reviewer = writer.one_of(share[place]), self.reviewers[(n + place) % len(self.reviewers)]
            row = Assessment(
                application=made, submission=sent, reviewer=reviewer, status=status,
                assigned_at=world.home(2026, 10, 2), assigned_by=self.lead,
            )  # fmt: skip
            rows.add(row, history(row, "assessment.assign", self.lead, row.assigned_at))
            if status == "finished":
                totals.append(self.scored(row, writer, rows))
            elif status == "recused":
                said = {"reason": writer.line(200), "declared_at": world.home(2026, 10, 3)}
                rows.add(Recusal(application=made, user=reviewer, **said))
                rows.add(history(row, "assessment.recuse", reviewer, said["declared_at"]))
        made.score_mean, made.score_count = mean(totals), len(totals)

    def scored(self, row: Assessment, writer: Writer, rows: Rows) -> Decimal:
        levels = [(one, writer.dice.choices((1, 2, 3, 4, 5), weights=(5, 15, 35, 30, 15))[0]) for one in self.criteria]
        row.total = weighted([(one.weight, level) for one, level in levels])
        row.finished_at = world.home(2026, 10, 3) + timedelta(minutes=writer.dice.randint(0, 2000))
        for one, level in levels:
            rows.add(Score(assessment=row, criterion=one, level=level, reason=writer.line(200)))
        rows.add(history(row, "assessment.finish", row.reviewer, row.finished_at))
        return row.total

    def decision(self, n: int, writer: Writer, made: Application, rows: Rows, links: "Links") -> None:
        kind = writer.one_of(PROPOSALS)
        if not kind:
            return
        row = Decision(
            application=made,
            kind=kind,
            note=writer.line() if n % 3 else "",
            note_language=made.language,
            proposed_at=world.home(2026, 10, 4),
            proposed_by=self.lead,
        )
        rows.add(row, history(row, "decision.propose", self.lead, row.proposed_at))
        anchor = writer.dice.choice(writer.dice.choice(self.criteria).anchors.all())
        links.phrases.append(Decision.phrases.through(decision_id=row.pk, anchor_id=anchor.pk))

    def invited(self, n: int, rows: Rows) -> None:
        """Somebody on the list: half of them have an account by now and applied, the others nobody knows."""
        writer = Writer(2 * DRAFTS + n, "nl")
        known = rows.found[User][-1] if n % 8 == 1 else None
        school = known.institution if known else self.schools[n % len(self.schools)]
        rows.add(
            Invitation(
                trip=self.trip,
                email=known.email if known else f"invited{n}@elsewhere.example",
                name=known.name if known else writer.name(),
                institution=school,
                job_role=writer.one_of(ROLES),
                invited_at=world.home(2026, 9, 3, 10),
                invited_by=self.lead,
            )
        )


@dataclass
class Links:
    """What ties goals to tags and decisions to the words of the rubric; written last."""

    tags: list[Any] = field(default_factory=list)
    phrases: list[Any] = field(default_factory=list)

    def write(self) -> None:
        ProposedGoal.tags.through.objects.bulk_create(self.tags, batch_size=BATCH)
        Decision.phrases.through.objects.bulk_create(self.phrases, batch_size=BATCH)


def domain_of(school: Any) -> str:
    """Where its people get their mail; asked once for each school."""
    found = vars(school).get("crowd_domain") or school.domains.first().domain
    school.crowd_domain = found
    return found


def moment(n: int) -> datetime:
    """When somebody sent it: all through September, most of them late, no two at once."""
    day = 27 - int((n * 7919 % 700) ** 0.5)
    return world.home(2026, 9, max(2, day)) + timedelta(seconds=n % 80_000)


def mail(
    about: Application, kind: str, to: str, recipient: Any, writer: Writer, at: datetime, links: Any = None
) -> OutboxMessage:
    """A message of the outbox: delivered, in line or failed."""
    status = writer.one_of(MAIL)
    return OutboxMessage(
        key=f"crowd:{kind}:{about.pk}",
        kind=f"applications/{kind}",
        to=to,
        recipient=recipient,
        language=about.language,
        trip=about.trip_id,
        subject=f"Studiereis: {writer.line(80)}",
        body=writer.text(40, 120),
        links=links or {},
        status=status,
        queued_at=at,
        next_attempt_at=at,
        attempts=5 if status == "failed" else 0,
        sent_at=at + timedelta(minutes=1) if status == "sent" else None,
        last_error="550 unknown" if status == "failed" else "",
    )


def history(about: Any, verb: str, by: User | None, at: datetime) -> HistoryEntry:
    """One deed about an application or what hangs on it."""
    trip = getattr(about, "trip_id", None) or about.application.trip_id
    label = about._meta.label_lower
    return HistoryEntry(at=at, by=by, verb=verb, about_model=label, about_id=str(about.pk), trip=trip)
