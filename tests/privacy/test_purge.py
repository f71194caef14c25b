"""What is past its time is gone, and nothing else: every personal field, the moment before and the moment after."""

import logging
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from applications.content import Unreadable
from applications.lines import gone
from applications.models import Admission, Application, LateAccess, Line, LineWords, Recusal, Submission
from evaluations.certificates.models import Certificate
from evaluations.impact.models import ReportEdition, ShownWord, Voice
from evaluations.models import (
    Action,
    DailyEvaluation,
    FollowUp,
    GoalLevel,
    Insight,
    OneWord,
    Presentation,
    Reach,
    ReturnEvaluation,
)
from exchange import clock
from exchange.history.actions import record
from exchange.history.models import HistoryEntry
from exchange.jobs.models import Job
from exchange.outbox.models import OutboxMessage
from exchange.people.lifecycle import Role
from exchange.people.models import User
from exchange.privacy import purging
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Attendance, MeetingReply, Participation, Trip
from exchange.unsent.models import Unsent
from tests import world
from tests.consistency import alliance
from tests.privacy.planting import declaring, plant

TICK = timedelta(seconds=1)


def day(year: int, month: int, number: int) -> datetime:
    """The beginning of a day."""
    return world.home(year, month, number, 0)


#: Of the trip of tests/world.py, published on 12 October 2026 at noon and closed on 1 December 2027 at noon, when what
#: is kept for a reason is over: for who was left out, who is on the reserve list, and who went along.
PUBLISHED_AND_FOUR_WEEKS = world.home(2026, 11, 9) + TICK
DEPARTED_AND_FOUR_WEEKS = day(2026, 12, 8)
CLOSED_AND_THREE_YEARS = world.home(2030, 11, 30) + TICK
CANCELLED_AND_THREE_YEARS = world.home(2029, 9, 19) + TICK
RETURNED_AND_TWO_WEEKS = day(2026, 11, 27)
ISSUED_AND_TEN_YEARS = world.home(2036, 12, 18, 15) + TICK
MAILED_AND_A_YEAR = world.home(2027, 9, 15) + TICK
ASKED_AND_NINETY_DAYS = world.home(2026, 12, 14, 11) + TICK
TYPED_AND_THIRTY_DAYS = world.home(2026, 12, 11, 21) + TICK
SELECTION = {
    "left": PUBLISHED_AND_FOUR_WEEKS,
    "reserve": DEPARTED_AND_FOUR_WEEKS,
    "went": CLOSED_AND_THREE_YEARS,
    "certified": CLOSED_AND_THREE_YEARS,
    "": PUBLISHED_AND_FOUR_WEEKS,
}
WENT = dict.fromkeys(("went", "certified", "team", ""), CLOSED_AND_THREE_YEARS)
ROAD = dict.fromkeys(("went", "certified", "team"), RETURNED_AND_TWO_WEEKS)
#: The account stays with the certificate.
APPLIED = SELECTION | {"certified": ISSUED_AND_TEN_YEARS}
PLACE = WENT | {"certified": ISSUED_AND_TEN_YEARS}
FIVE_YEARS = timedelta(days=365 * 5)
#: Every personal field: when it is gone. STAYS with the account; COUNTED without a name; DEED five years after it.
STAYS, COUNTED, DEED = "stays", "counted", "deed"
TABLE: dict[str, list[tuple[Any, str]]] = {
    "applications.Application": [
        (APPLIED, "user"),
        (
            SELECTION,
            "score_mean score_count language ruling ruling_reason employment earlier_trips heard_from motivation "
            "proactive_past proactive_plan school_use can_travel committed manager_name manager_email",
        ),
        (DEED, "ruled_by"),
    ],
    "applications.ProposedGoal": [(SELECTION, "students_notice able_to others_see")],
    "applications.Submission": [
        (SELECTION, "content printed_name receipt sha256"),
        (COUNTED, "institution job_role"),
    ],
    "applications.Endorsement": [
        (
            SELECTION,
            "manager_name manager_email signed_content signed_sha256 signer_name signer_function cover_by school_use "
            "conditions refusal_reason other_name other_email hours_released cover language costs policy contact_name "
            "contact_email",
        ),
        (DEED, "recorded_by recorded_reason"),
    ],
    "applications.Assessment": [(SELECTION, "reviewer total assigned_by")],
    "applications.Score": [(SELECTION, "level reason")],
    "applications.Recusal": [(SELECTION, "user reason")],
    "applications.Admission": [(SELECTION, "request answer answered_by")],
    "applications.LateAccess": [(SELECTION, "email reason given_by")],
    "applications.Invitation": [(SELECTION, "email name institution job_role language invited_by")],
    "applications.Decision": [
        (COUNTED, "kind"),
        (SELECTION, "note note_language"),
        (DEED, "proposed_by published_by"),
    ],
    "applications.Offer": [(SELECTION, "decline_reason"), (DEED, "made_by")],
    "evaluations.DailyEvaluation": [(WENT, "participation mood language need_met_by"), (ROAD, "need")],
    "evaluations.Insight": [(WENT, "text verdict")],
    "evaluations.GoalLevel": [(WENT, "level outcome language scored_by handed_back_note handed_back_by confirmed_by")],
    "evaluations.ReturnEvaluation": [(WENT, "participation grade support opportunity learned language")],
    "evaluations.Presentation": [(WENT, "participation title text link language held_by")],
    "evaluations.Action": [
        (WENT, "participation title text language audience means partner status rung evidence evidence_link")
    ],
    "evaluations.Reach": [(WENT, "people")],
    "evaluations.FollowUp": [(WENT, "participation recall support opportunity students moved language")],
    "evaluations.OneWord": [(WENT, "participation word language")],
    "certificates.Certificate": [
        (
            {"certified": ISSUED_AND_TEN_YEARS},
            "participation code serial facts overruled_reason revoked_reason show_name",
        ),
        (DEED, "issued_by revoked_by"),
    ],
    "impact.ReportEdition": [(DEED, "published_by")],
    "impact.ShownWord": [(WENT, "word")],
    "impact.Voice": [(WENT, "participation text language placed_by")],
    "trips.Trip": [(DEED, "announced_by published_by closed_by cancelled_by")],
    "trips.TeamMember": [(WENT, "user"), (ROAD, "phone"), (WENT, "given_by")],
    "trips.Participation": [
        (PLACE, "user"),
        (WENT, "printed_name cancel_reason search_words"),
        (COUNTED, "institution job_role"),
        (ROAD, "phone"),
        (DEED, "cancelled_by"),
    ],
    "trips.LearningGoal": [
        (
            WENT,
            "participation proposed_text students_notice others_see text level_m2 level_m1 level_0 level_p1 level_p2 "
            "language sharpened_by",
        )
    ],
    "trips.MeetingReply": [(WENT, "participation coming")],
    "trips.Attendance": [(WENT, "participation present ticked_by")],
    "trips.PreVisit": [(dict.fromkeys(("", "team"), CLOSED_AND_THREE_YEARS), "visited_by findings")],
    "trips.HostOrganisation": [(WENT, "contact_name contact_email")],
    "history.HistoryEntry": [(DEED, "by reason facts")],
    "outbox.OutboxMessage": [
        (
            dict.fromkeys(("", "left", "reserve", "went", "certified"), MAILED_AND_A_YEAR),
            "to recipient subject body links reply_to last_error search_words",
        ),
        (DEED, "queued_by"),
    ],
    "unsent.Unsent": [({"went": TYPED_AND_THIRTY_DAYS}, "author form fields")],
    "jobs.Job": [({"": ASKED_AND_NINETY_DAYS}, "asked_by")],
    "people.User": [
        (STAYS, "email name job_role job_title institution home_organisation language phone password search_words"),
        (DEED, "membership_confirmed_by deactivated_by"),
    ],
    "people.RoleAssignment": [(DEED, "user role given_by ended_by")],
}
#: Deeds whose moment stands elsewhere.
MOMENT = {
    "history.HistoryEntry": "at",
    "people.RoleAssignment.user": "ended_at",
    "people.RoleAssignment.role": "ended_at",
}
#: What was done, not what somebody is: it goes with its row when that goes sooner.
ROW = {"people.RoleAssignment": "ended_at"}


@dataclass
class House:
    """A filled database: what stands in each personal field, and when it should be gone (None for never)."""

    trip: Trip
    people: dict[str, User]
    held: dict[tuple[str, Any, str], Any]
    ends: dict[tuple[str, Any, str], datetime | None]
    rows: dict[tuple[str, Any], Any] = field(default_factory=dict)

    def wrong(self, now: datetime) -> list[str]:
        """What is gone too soon or still there, in words."""
        found, now_there = [], everything()
        for key, value in self.held.items():
            there = now_there.get(key) == value
            if there != (self.ends[key] is None or now < self.ends[key]):
                what = "still" if there else "not"
                found.append(f"{key[0]}.{key[2]} of {key[1]} is {what} there at {now:%d %b %Y %H:%M:%S}")
        return found


def everything() -> dict[tuple[str, Any, str], Any]:
    """What stands in every personal field of every row."""
    return {
        (model._meta.label, row["pk"], name): row[name]
        for model in declaring()
        for row in QuerySet(model).values("pk", *model.PERSONAL)
        for name in model.PERSONAL
    }


@pytest.fixture
def house(db: Any) -> House:
    return build()


def build() -> House:
    """One trip with everybody on it, and something in each of their fields."""
    with clock.at(world.MOMENTS["planning"]):
        school = world.institution("roc Duinrand", domain="duinrand.example")
        names = "lead companion reviewer left reserve went certified cancelled drafter officer".split()
        people = {
            name: world.user(f"Iemand Qyxnaam{name}", at=school, email=f"qyx{name}@duinrand.example") for name in names
        }
    trip = world.trip(lead=people["lead"], published=True)
    called_off = world.trip(lead=people["lead"], slug="called-off")
    world.join(trip, people["companion"], TeamRole.COMPANION)
    world.rubric(trip)
    item_and_meeting = world.programme(trip), world.meeting(trip)
    for name in ("left", "reserve"):
        sent = world.submitted(trip, people[name])
        world.decision(sent, "reserve" if name == "reserve" else "not_selected", published=True)
        around(sent, people)
    for name in ("went", "certified"):
        around(travel(trip, people, name, item_and_meeting[1]), people)
    world.participation(
        trip,
        people["cancelled"],
        status="cancelled",
        cancelled_at=world.home(2026, 10, 20),
        cancelled_by=people["lead"],
    )
    draft = world.application(trip, people["drafter"])
    Admission.objects.create(application=draft, request="De trein.", asked_at=alliance.NIGHT)
    world.invitation(trip, "invited@duinrand.example", institution=school)
    LateAccess.objects.create(
        trip=trip,
        email="late@duinrand.example",
        until_at=world.MOMENTS["selection"],
        reason="Ziek",
        given_at=alliance.NIGHT,
        given_by=people["lead"],
    )
    edition = alliance.edition_of(trip, people["lead"])
    ShownWord.objects.bulk_create(ShownWord(edition=edition, word=word) for word in OneWord.objects.all())
    ended = world.give_role(people["officer"], Role.COORDINATOR, school)
    type(ended).objects.filter(pk=ended.pk).update(ended_at=world.home(2027, 1, 1), ended_by=people["lead"])
    with clock.at(world.MOMENTS["selection"]):
        record(about=trip, verb="trip.change", by=people["lead"], reason="Zomaar", facts={"a": 1})
    alliance.mail(trip, people["went"], "sent")
    OutboxMessage.objects.update(sent_at=world.MOMENTS["call"])
    alliance.failed_job(trip)
    evening = {"form": "/my/trips/vil/evening/2026-11-11/#0", "base": "b", "fields": [["insight", "Wachten"]]}
    Unsent.objects.create(author=people["went"], saved_at=world.home(2026, 11, 11, 21), **evening)
    Trip.objects.filter(pk=called_off.pk).update(cancelled_at=world.home(2026, 9, 20), cancelled_by=people["lead"])
    Trip.objects.filter(pk=trip.pk).update(closed_at=world.home(2027, 12, 1), closed_by=people["lead"])
    Job.objects.update(asked_at=ASKED_AND_NINETY_DAYS - TICK - timedelta(days=90), asked_by=people["lead"])
    return planted(House(trip, people, {}, {}))


def around(sent: Application, people: dict[str, User]) -> None:
    """What others wrote about an application."""
    world.assessment(sent, people["reviewer"], 4, 3)
    Recusal.objects.create(application=sent, user=people["companion"], reason="Collega", declared_at=alliance.NIGHT)
    if not sent.offers.exists():
        world.offer(sent, status="declined")


def travel(trip: Trip, people: dict[str, User], name: str, meeting: Any) -> Application:
    """Somebody's whole way, with a certificate for one of the two."""
    person, moment = people[name], world.MOMENTS["return"]
    place = world.participation(trip, person)
    goal = place.goals.get()
    evening = DailyEvaluation.objects.create(
        participation=place, on=date(2026, 11, 10), answered_at=moment, changed_at=moment
    )
    Insight.objects.create(evening=evening, text="Wachten")
    GoalLevel.objects.create(goal=goal, moment="return", level=1, scored_at=moment, scored_by=person)
    OneWord.objects.create(participation=place, moment="return", word="rust", written_at=moment, consent=True)
    Voice.objects.create(participation=place, text="Doen.", written_at=moment)
    Presentation.objects.create(participation=place, title="Poortjes", changed_at=moment)
    action = Action.objects.create(
        participation=place, title="Uur", due_on=date(2027, 2, 1), created_at=moment, goal=goal, audience=["teacher"]
    )
    Reach.objects.create(action=action, job_role="teacher", people=3)
    ReturnEvaluation.objects.create(participation=place, grade=8, answered_at=moment)
    FollowUp.objects.create(participation=place, answered_at=world.MOMENTS["follow_up"])
    Attendance.objects.create(participation=place, on=date(2026, 11, 10), present=True, ticked_at=moment)
    MeetingReply.objects.create(meeting=meeting, participation=place, coming=True, replied_at=moment)
    if name == "certified":
        alliance.issue(place, people["lead"])
    return trip.applications.get(user=person)


def planted(house: House) -> House:
    """Fill what is empty, and write down when each field is over."""
    for model in declaring():
        label = model._meta.label
        names = [name for name in model.PERSONAL if name not in untouched(label)]
        plant(QuerySet(model), names, house.people["companion"])
    world.settle_all()
    house.rows = {(model._meta.label, row.pk): row for model in declaring() for row in QuerySet(model)}
    when = {(label, name): when for label, told in TABLE.items() for when, names in told for name in names.split()}
    for (label, pk, name), value in everything().items():
        if value not in (None, "", {}, []):
            house.held[label, pk, name] = value
            house.ends[label, pk, name] = over(house, when[label, name], house.rows[label, pk], name)
    return house


def untouched(label: str) -> set[str]:
    """Fields that make a row what it is: changing them would make another one."""
    fixed = {
        "applications.Decision": {"kind"},
        "applications.Submission": {"receipt", "job_role"},
        "certificates.Certificate": {"code", "serial", "facts"},
        "evaluations.Action": {"status", "audience"},
        "history.HistoryEntry": {"by", "reason", "facts"},  # nothing edits it
        "people.RoleAssignment": {"role"},
        "people.User": {"email", "name", "password", "language", "job_role"},
        "trips.Trip": {"cancelled_by", "closed_by"},
        "trips.Participation": {"cancelled_by", "job_role", "printed_name"},
        "evaluations.GoalLevel": {"level"},
    }
    return fixed.get(label, set())


def over(house: House, when: Any, row: Any, name: str) -> datetime | None:
    """When a field of a row is over, by the table."""
    label = row._meta.label
    if when in (STAYS, COUNTED):
        return None
    if when == DEED:
        moment = MOMENT.get(f"{label}.{name}") or MOMENT.get(label) or name.rpartition("_")[0] + "_at"
        ends = [getattr(row, one) + FIVE_YEARS + TICK for one in {moment, ROW.get(label, moment)} if getattr(row, one)]
        if label == "applications.Application" and row.status == "draft":
            ends.append(PUBLISHED_AND_FOUR_WEEKS)  # all of it
        return min(ends) if ends else None
    if row._meta.label == "trips.TeamMember" and row.trip.slug == "called-off":
        return min(when[case(house, row)], CANCELLED_AND_THREE_YEARS)
    return when[case(house, row)]


def case(house: House, row: Any) -> str:
    """Whose row it is: of who was left out, is on the reserve list, went along, or has a certificate."""
    path = getattr(row, "ABOUT", getattr(row, "OWNER", ""))
    person = row
    for step in filter(None, path.split("__")):
        person = getattr(person, step)
    names = {one.pk: name for name, one in house.people.items()}
    found = names.get(getattr(person, "pk", None), "")
    return {"lead": "team", "companion": "team", "drafter": "left", "cancelled": "went"}.get(found, found)


def purge() -> str:
    out = StringIO()
    call_command("purge", stdout=out)
    return out.getvalue()


def moments(house: House) -> list[datetime]:
    """Every boundary, a tick before and itself."""
    ends = sorted({end for end in house.ends.values() if end})
    return sorted({moment for end in ends for moment in (end - TICK, end)})


def test_the_table_names_every_personal_field() -> None:
    told = {f"{label}.{name}" for label, rows in TABLE.items() for _when, names in rows for name in names.split()}
    declared = {f"{model._meta.label}.{name}" for model in declaring() for name in model.PERSONAL}
    assert told == declared


def test_every_field_of_the_table_is_tried(house: House) -> None:
    told = {f"{label}.{name}" for label, rows in TABLE.items() for _when, names in rows for name in names.split()}
    assert told - {f"{label}.{name}" for label, _pk, name in house.held} == set()


def test_every_personal_field_is_gone_in_time_and_not_before(house: House, at: Any) -> None:
    wrong = []
    for moment in moments(house):
        at(moment)
        purge()
        wrong += house.wrong(moment)
        world.prove(f"the purge of {moment:%d %b %Y}")
    assert wrong == [], "\n".join(wrong)


def test_a_dry_run_counts_the_same_and_changes_nothing(house: House, at: Any) -> None:
    for moment in (PUBLISHED_AND_FOUR_WEEKS, DEPARTED_AND_FOUR_WEEKS, CLOSED_AND_THREE_YEARS, ISSUED_AND_TEN_YEARS):
        at(moment)
        before, out = everything(), StringIO()
        call_command("purge", "--dry-run", stdout=out)
        assert everything() == before
        done = purge()
        assert counts(out.getvalue()) == counts(done)
        assert sum(counts(done).values()) > 0


def counts(out: str) -> dict[str, int]:
    """By what is done, model, reason and fields."""
    rows = (line.split("  (")[0].split(maxsplit=1) for line in out.splitlines()[:-1])
    return {rest: int(n) for n, rest in rows}


def test_what_has_no_date_yet_is_told(house: House, at: Any) -> None:
    Trip.objects.filter(pk=house.trip.pk).update(closed_at=None, closed_by=None)
    at(world.home(2028, 1, 1))
    lines = [line for line in purge().splitlines() if "evaluations.Insight " in line]
    assert [line.split("  (")[1] for line in lines] == ["2 without a date yet)"]


def test_the_log_tells_counts_and_nothing_about_anybody(house: House, at: Any, caplog: Any) -> None:
    at(PUBLISHED_AND_FOUR_WEEKS)
    with caplog.at_level(logging.INFO, "exchange.privacy"):
        out = purge()
    assert "purge: 1 goes, applications.Invitation, selection (email, name, institution, job_role, language)" in [
        one.getMessage() for one in caplog.records
    ]
    told = out + caplog.text
    names = [person.name for person in house.people.values()] + [person.email for person in house.people.values()]
    assert [name for name in names if name in told] == []
    assert "qyx" not in told


class Killed(BaseException):
    """The power went."""


@pytest.mark.parametrize("after", [0, 1, 3, 7, 12, 15])
def test_killed_halfway_it_leaves_everything_whole_and_goes_on(
    house: House, at: Any, monkeypatch: Any, after: int
) -> None:
    monkeypatch.setattr(purging, "BATCH", 1)
    at(PUBLISHED_AND_FOUR_WEEKS)
    real, done = purging.let_go, []

    def dies(*args: Any) -> None:
        if len(done) == after:
            real(*args)
            raise Killed
        done.append(real(*args))

    with monkeypatch.context() as killed:
        killed.setattr(purging, "let_go", dies)
        with pytest.raises(Killed):
            purge()
    world.prove("a purge that was killed")
    purge()
    assert house.wrong(PUBLISHED_AND_FOUR_WEEKS) == []
    assert set(counts(purge()).values()) == {0}


def test_killed_between_a_row_and_what_follows_it(house: House, at: Any, monkeypatch: Any) -> None:
    at(PUBLISHED_AND_FOUR_WEEKS)
    real, deaths = gone.settle, 0
    for after in range(12):
        calls = iter(range(100))

        def dies(*args: Any, after: int = after, calls: Any = calls, **options: Any) -> None:
            if next(calls) == after:
                raise Killed
            real(*args, **options)

        monkeypatch.setattr(gone, "settle", dies)
        try:
            purge()
        except Killed:
            deaths += 1
        world.prove(f"a purge that was killed at step {after}")
    monkeypatch.setattr(gone, "settle", real)
    purge()
    assert deaths > 3
    assert house.wrong(PUBLISHED_AND_FOUR_WEEKS) == []


def test_certificates_verify_and_editions_stand_as_they_were(house: House, at: Any) -> None:
    certificate, edition = Certificate.objects.get(), ReportEdition.objects.get()
    at(CLOSED_AND_THREE_YEARS)
    purge()
    page = Client().get(reverse("certificates:verify", args=[certificate.code]))
    assert page.context["certificate"].facts == certificate.facts
    assert "Londen" in page.content.decode()
    assert ReportEdition.objects.values().get() == {
        name: value for name, value in vars(edition).items() if not name.startswith("_")
    }
    at(ISSUED_AND_TEN_YEARS)
    purge()
    assert not Certificate.objects.exists()


def test_what_is_counted_of_a_call_stays_and_nobody_can_be_told_from_it(house: House, at: Any) -> None:
    def figures() -> list[Any]:
        lines = Line.objects.filter(trip=house.trip, status="submitted")
        counted = "standing school job_role decided told offer place backing".split()
        return sorted(map(str, lines.values_list(*counted)))

    before = figures()
    for moment in (PUBLISHED_AND_FOUR_WEEKS, DEPARTED_AND_FOUR_WEEKS, CLOSED_AND_THREE_YEARS, ISSUED_AND_TEN_YEARS):
        at(moment)
        purge()
        assert figures() == before
    assert {line.user.email.partition("@")[2] for line in Line.objects.all()} == {"erased.invalid"}
    assert "qyx" not in "".join(LineWords.objects.values_list("made_of", flat=True))
    assert User.objects.filter(erased_at=None).count() == len(house.people)


def test_a_certificate_stays_with_its_holder_as_long_as_it_is_kept(house: House, at: Any) -> None:
    at(CLOSED_AND_THREE_YEARS)
    purge()
    assert Participation.objects.filter(user=house.people["certified"]).exists()
    assert not Participation.objects.filter(user=house.people["went"]).exists()
    assert Certificate.objects.visible_to(house.people["certified"]).exists()


def test_a_sealed_mail_is_emptied_by_the_day_it_expires(house: House, at: Any) -> None:
    sealed = OutboxMessage.objects.get(kind="trips/announced")
    sealed.sealed, sealed.status, sealed.expires_at = True, "failed", world.home(2026, 10, 1)
    sealed.save()
    at(world.home(2026, 10, 1) - TICK)
    purge()
    assert OutboxMessage.objects.get(pk=sealed.pk).body == sealed.body
    at(world.home(2026, 10, 1))
    purge()
    assert OutboxMessage.objects.get(pk=sealed.pk).body == ""


def test_deeds_are_forgotten_by_the_purge_and_by_nothing_else(house: House, at: Any) -> None:
    at(world.home(2031, 12, 31))
    purge()
    assert not HistoryEntry.objects.exists()
    assert Trip.objects.get(pk=house.trip.pk).published_by.email == purging.NOBODY


def test_what_was_sent_says_that_it_was_deleted(house: House, at: Any) -> None:
    at(PUBLISHED_AND_FOUR_WEEKS)
    purge()
    sent = Submission.objects.get(application__user__erased_at__isnull=False)
    with pytest.raises(Unreadable, match="verwijderd"):
        _ = sent.answers


def test_who_is_nobody_stands_on_no_list_of_people(house: House, at: Any) -> None:
    at(PUBLISHED_AND_FOUR_WEEKS)
    purge()
    nobody = User.objects.exclude(erased_at=None).first()
    administrator = world.user("Ada Administrator")
    world.give_role(administrator, Role.ADMINISTRATOR)
    client = Client()
    client.force_login(administrator)
    assert "erased.invalid" not in client.get(reverse("people:list")).content.decode()
    assert client.get(reverse("people:person", args=[nobody.pk])).status_code == 404


@pytest.mark.parametrize("moment", [DEPARTED_AND_FOUR_WEEKS, CLOSED_AND_THREE_YEARS - TICK, ISSUED_AND_TEN_YEARS])
def test_the_pages_of_the_team_still_open(house: House, at: Any, moment: datetime) -> None:
    at(moment)
    purge()
    administrator = world.user("Ada Administrator")
    world.give_role(administrator, Role.ADMINISTRATOR)
    client, slug = Client(), house.trip.slug
    client.force_login(administrator)
    names = "list list-csv list-xlsx people people-csv selection reserve reviewers".split()
    opened = {name: client.get(reverse(f"applications:{name}", args=[slug])).status_code for name in names}
    # The letters are the lead's, as long as the team is known.
    for member in house.trip.team.filter(role=TeamRole.LEAD):
        lead = Client()
        lead.force_login(member.user)
        opened["letters"] = lead.get(reverse("applications:letters", args=[slug])).status_code
    assert {name: status for name, status in opened.items() if status not in (200, 409)} == {}
    for sent in Submission.objects.filter(application__trip=house.trip, receipt=None):
        page = client.get(reverse("applications:detail", args=[slug, sent.application_id]))
        assert page.status_code == 409
        assert "Wat hier is verstuurd, is verwijderd" in page.content.decode()
    for name in ("evaluations:goals", "evaluations:presentations", "certificates:team", "impact:team", "history:trip"):
        assert client.get(reverse(name, args=[slug])).status_code == 200, name
