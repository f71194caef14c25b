"""What is due and what becomes of it, worked out by hand from the declarations: which rows, and from which moment."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from applications.models import Application, Assessment, Endorsement, Invitation, LateAccess, Submission
from evaluations.certificates.models import Certificate
from evaluations.models import GoalLevel
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.people.lifecycle import Role
from exchange.people.models import RoleAssignment, User
from exchange.privacy import declared as personal
from exchange.privacy import purging
from exchange.privacy.declared import Keep
from exchange.privacy.due import Due, before, deed, due, empty, filled, groups, since, stands_in
from exchange.trips.models import HostOrganisation, LearningGoal, Participation, PreVisit, Trip, TripHost
from tests import world

TICK = timedelta(seconds=1)
#: What an application holds, beside whose it is.
TYPED = (
    *("score_mean", "score_count", "language", "ruling", "ruling_reason", "employment", "earlier_trips", "heard_from"),
    *("motivation", "proactive_past", "proactive_plan", "school_use", "can_travel", "committed"),
    *("manager_name", "manager_email"),
)


def found(model: Any, now: datetime) -> list[tuple[str, str, tuple[str, ...], set[Any]]]:
    """What becomes of which fields of a model and why, in order, with the rows."""
    return [
        (one.does, one.keep.name, one.fields, set() if one.rows is None else {row.pk for row in one.rows})
        for one in due(now)
        if one.model is model
    ]


def ready(model: Any, now: datetime, *fields: str) -> set[Any]:
    """The rows of which these fields are due."""
    [rows] = [rows for _does, _keep, names, rows in found(model, now) if names == fields]
    return rows


def undated(model: Any, *fields: str) -> int:
    """Of how many rows no date says yet when these fields are over."""
    [one] = [one for one in due(world.MOMENTS["follow_up"]) if one.model is model and one.fields == fields]
    return one.undated


# --- the declaration --------------------------------------------------------------------------------


def test_how_long_is_kept_what_is_kept_for_a_reason() -> None:
    assert {keep.name: keep.days for keep in personal.KINDS} == {
        "account": None,
        "selection": 28,
        "trip": 1095,
        "road": 14,
        "need": 14,
        "register": 3653,
        "history": 1825,
        "mail": 365,
        "work": 90,
        "unsent": 30,
    }


@pytest.mark.parametrize(
    ("keep", "today", "over"),
    [
        (personal.ROAD, date(2026, 11, 26), False),
        (personal.ROAD, date(2026, 11, 27), True),
        (personal.SELECTION, date(2026, 12, 10), False),
        (personal.SELECTION, date(2026, 12, 11), True),
        (personal.ACCOUNT, date(2126, 11, 13), False),
    ],
)
def test_on_the_day_itself_it_is_over(keep: Keep, today: date, over: bool) -> None:
    assert keep.over(date(2026, 11, 13), today) is over


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        # School and job role are counted; the account goes with that of the application.
        (
            Participation,
            [
                ("trip", ("printed_name", "cancel_reason", "search_words")),
                ("road", ("phone",)),
                ("history", ("cancelled_by",)),
            ],
        ),
        # Whose it was goes apart, as it stays with a certificate.
        (Application, [("selection", ("user",)), ("selection", TYPED), ("history", ("ruled_by",))]),
        # There is a `scored_at`, but who scored is not kept as a deed; who confirmed is.
        (
            GoalLevel,
            [
                ("trip", ("level", "outcome", "language", "scored_by", "handed_back_note")),
                ("history", ("handed_back_by",)),
                ("history", ("confirmed_by",)),
            ],
        ),
        # All of it was one deed, of one moment.
        (HistoryEntry, [("history", ("by", "reason", "facts"))]),
        (RoleAssignment, [("history", ("user", "role")), ("history", ("given_by",)), ("history", ("ended_by",))]),
    ],
)
def test_what_is_kept_for_one_reason_from_one_moment_goes_together(
    model: Any, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert [(keep.name, names) for keep, names in groups(model)] == expected


@pytest.mark.parametrize(
    ("model", "name", "moment"),
    [
        (Trip, "published_by", "published_at"),
        (Endorsement, "recorded_reason", "recorded_at"),
        (GoalLevel, "handed_back_by", "handed_back_at"),
        (HistoryEntry, "by", ""),
        (RoleAssignment, "role", ""),
    ],
)
def test_a_deed_counts_from_the_moment_beside_it(model: Any, name: str, moment: str) -> None:
    assert deed(model, name) == moment


@pytest.mark.parametrize(
    ("model", "keep", "name", "moments"),
    [
        (Application, personal.SELECTION, "motivation", ("trip__published_at", "trip__cancelled_at")),
        (LearningGoal, personal.TRIP, "text", ("participation__trip__closed_at", "participation__trip__cancelled_at")),
        (Participation, personal.ROAD, "phone", ("trip__returns_on",)),
        (Participation, personal.HISTORY, "cancelled_by", ("cancelled_at",)),
        (OutboxMessage, personal.MAIL, "subject", ("sent_at", "queued_at")),
        (RoleAssignment, personal.HISTORY, "user", ("ended_at",)),
        (RoleAssignment, personal.HISTORY, "given_by", ("given_at",)),
        (Certificate, personal.REGISTER, "facts", ("issued_at",)),
        # An account belongs to no trip, and has no end.
        (User, personal.ROAD, "phone", ()),
        (User, personal.ACCOUNT, "phone", ()),
    ],
)
def test_from_which_moment_it_counts(model: Any, keep: Keep, name: str, moments: tuple[str, ...]) -> None:
    assert since(model, keep, (name,)) == moments


# --- which rows -------------------------------------------------------------------------------------


def test_what_was_sent_is_emptied_and_a_draft_goes(db: Any) -> None:
    trip = world.trip(published=True)
    sent, draft = world.submitted(trip), world.application(trip)
    assert found(Application, world.home(2026, 11, 9) + TICK) == [
        ("emptied", "selection", ("user",), {sent.pk}),
        ("emptied", "selection", TYPED, {sent.pk}),
        ("emptied", "history", ("ruled_by",), set()),
        ("goes", "selection", TYPED, {draft.pk}),
    ]
    assert [rows for *_what, rows in found(Application, world.home(2026, 11, 9))] == [set()] * 4


def test_an_account_stays(db: Any) -> None:
    person = world.user()
    person.membership_confirmed_by, person.membership_confirmed_at = person, world.MOMENTS["planning"]
    person.save()
    assert [(does, keep, rows) for does, keep, _names, rows in found(User, world.home(2099, 1, 1))] == [
        ("stays", "account", set()),
        ("emptied", "history", {person.pk}),
        ("emptied", "history", set()),
    ]


def test_a_role_that_somebody_has_stays_and_only_who_gave_it_is_forgotten(db: Any, at: Any) -> None:
    running = world.give_role(world.user(), Role.ADMINISTRATOR)
    RoleAssignment.objects.update(given_by=world.user("Ada Administrator"))
    given_and_five_years = world.home(2031, 8, 19)
    assert [rows for *_what, rows in found(RoleAssignment, given_and_five_years)] == [set()] * 3
    at(given_and_five_years + TICK)
    list(purging.purge())
    left = RoleAssignment.objects.get(pk=running.pk)
    assert (left.role, left.given_by.email) == (Role.ADMINISTRATOR, "nobody@erased.invalid")


@pytest.mark.parametrize("kind", ["reserve", "select"])
def test_whom_a_place_may_still_come_to_counts_from_the_departure_or_the_day_it_was_called_off(
    db: Any, kind: str
) -> None:
    """On the reserve list, or selected and the offer passed: they can be offered a place, and sign for other days."""
    leaves, called_off = world.trip(published=True), world.trip(published=True)
    Trip.objects.filter(pk=called_off.pk).update(cancelled_at=world.home(2026, 11, 1), cancelled_by=world.user())
    reserve = {trip.pk: world.submitted(trip) for trip in (leaves, called_off)}
    for sent in reserve.values():
        world.decision(sent, kind, published=True)
        if kind == "select":
            world.offer(sent, reply_by=world.home(2026, 10, 19, 17))
    goes, stays = reserve[called_off.pk].pk, reserve[leaves.pk].pk
    assert ready(Application, world.home(2026, 11, 29), "user") == set()
    assert ready(Application, world.home(2026, 11, 29) + TICK, "user") == {goes}
    assert ready(Application, world.home(2026, 12, 7, 23, 59, 59), "user") == {goes}
    assert ready(Application, world.home(2026, 12, 8, 0), "user") == {goes, stays}


def test_what_others_gave_who_goes_along_stays_with_the_trip(db: Any) -> None:
    """It is about the applicant, not about who read it: of a reviewer nobody asks whether they travel."""
    trip = world.trip(published=True)
    world.rubric(trip)
    place, waits = world.participation(trip), world.submitted(trip)
    world.decision(waits, "reserve", published=True)
    went = Application.objects.get(trip=trip, user=place.user)
    kept, goes = (world.assessment(one, world.user(), 3, 3) for one in (went, waits))
    found_then = ready(Assessment, world.home(2027, 6, 1), "reviewer", "total")
    assert found_then == {goes.pk}
    Trip.objects.filter(pk=trip.pk).update(closed_at=world.home(2027, 12, 1), closed_by=world.user())
    assert ready(Assessment, world.home(2030, 12, 2), "reviewer", "total") == {goes.pk, kept.pk}


def test_a_place_on_another_trip_keeps_nothing_here(db: Any) -> None:
    here, there = world.trip(published=True), world.trip(published=True)
    person = world.user()
    refused = world.submitted(here, person)
    world.participation(there, person)
    assert ready(Application, world.home(2026, 11, 9) + TICK, "user") == {refused.pk}
    assert ready(Submission, world.home(2026, 11, 9) + TICK, "content", "printed_name", "receipt", "sha256") == {
        refused.submissions.get().pk
    }


def test_only_who_holds_a_certificate_keeps_the_trip_and_for_ten_years(db: Any) -> None:
    trip = world.trip(published=True)
    went, certified = world.participation(trip), world.participation(trip)
    Trip.objects.filter(pk=trip.pk).update(closed_at=world.home(2027, 12, 1), closed_by=world.user())
    Certificate.objects.create(
        participation=certified,
        code="c" * 12,
        serial="VIL26-1",
        kind="attendance",
        facts={},
        issued_at=world.MOMENTS["return"],
        issued_by=world.user(),
    )
    sent = {one.user_id: one.pk for one in Application.objects.all()}
    assert ready(Application, world.home(2030, 11, 30), "user") == set()
    assert ready(Application, world.home(2030, 11, 30) + TICK, "user") == {sent[went.user_id]}
    assert ready(Application, world.home(2036, 12, 18, 15), "user") == {sent[went.user_id]}
    assert ready(Application, world.home(2036, 12, 18, 15) + TICK, "user") == {
        sent[went.user_id],
        sent[certified.user_id],
    }


def test_what_hangs_on_several_trips_is_kept_until_the_last_of_them_is_over(db: Any) -> None:
    lead = world.user()
    first, second, running, called_off = (world.trip(lead=lead) for _ in range(4))
    Trip.objects.filter(pk=first.pk).update(closed_at=world.home(2027, 12, 1), closed_by=lead)
    Trip.objects.filter(pk=second.pk).update(closed_at=world.home(2028, 2, 1), closed_by=lead)
    Trip.objects.filter(pk=called_off.pk).update(cancelled_at=world.home(2026, 9, 20), cancelled_by=lead)
    hosts = {}
    for name, trips in {
        "one": [first],
        "both": [first, second],
        "running": [first, running],
        "called off": [called_off],
        "none": [],
    }.items():
        hosts[name] = HostOrganisation.objects.create(
            name=name, place="London", country_en="United Kingdom", contact_name="Mary Jones"
        )
        for trip in trips:
            TripHost.objects.create(trip=trip, host=hosts[name])

    def names(now: datetime) -> set[str]:
        rows = ready(HostOrganisation, now, "contact_name", "contact_email")
        return {name for name, host in hosts.items() if host.pk in rows}

    assert names(world.home(2029, 9, 19)) == set()
    assert names(world.home(2029, 9, 19) + TICK) == {"called off"}
    assert names(world.home(2030, 11, 30)) == {"called off"}
    assert names(world.home(2030, 11, 30) + TICK) == {"called off", "one"}
    assert names(world.home(2031, 1, 31)) == {"called off", "one"}
    assert names(world.home(2031, 1, 31) + TICK) == {"called off", "one", "both"}
    assert undated(HostOrganisation, "contact_name", "contact_email") == 1


def test_what_has_no_date_is_what_none_of_its_moments_ended(db: Any) -> None:
    lead = world.user()
    closed, called_off, running = (world.trip(lead=lead, published=True) for _ in range(3))
    Trip.objects.filter(pk=closed.pk).update(closed_at=world.home(2027, 12, 1), closed_by=lead)
    Trip.objects.filter(pk=called_off.pk).update(cancelled_at=world.home(2026, 11, 1), cancelled_by=lead)
    for trip, goals in ((closed, 1), (called_off, 1), (running, 3)):
        world.participation(trip, goals=goals)
    declared = tuple(name for name, keep in LearningGoal.PERSONAL.items() if keep is personal.TRIP)
    assert undated(LearningGoal, *declared) == 3
    # Of what stays there is none, and all of what has no moment.
    assert {one.undated for one in due(world.MOMENTS["follow_up"]) if one.does == "stays"} == {0}
    assert Due(User, personal.ROAD, ("phone",), None, User.objects.filter(pk=lead.pk)).undated == 1


def test_of_several_moments_the_first_that_is_set_counts(db: Any) -> None:
    lead = world.user()
    old, new = world.home(2026, 9, 20), world.home(2028, 2, 1)
    for slug, closed_at, cancelled_at, departs in (
        ("closed-before", old, None, 12),
        ("closed-after", new, None, 10),
        ("called-off-before", None, old, 12),
        ("called-off-after", None, new, 10),
        ("left-before", None, None, 10),
        ("leaves-after", None, None, 12),
    ):
        trip = world.trip(lead=lead, slug=slug, departs_on=date(2026, 11, departs))
        for name, moment in (("closed", closed_at), ("cancelled", cancelled_at)):
            if moment:
                Trip.objects.filter(pk=trip.pk).update(**{f"{name}_at": moment, f"{name}_by": lead})
    moments = ("closed_at", "cancelled_at", "departs_on")

    def slugs(cutoff: datetime) -> set[str]:
        return set(Trip.objects.filter(before(moments, cutoff)).values_list("slug", flat=True))

    assert slugs(old) == set()
    assert slugs(old + TICK) == {"closed-before", "called-off-before"}
    assert slugs(world.home(2026, 11, 9, 23, 59, 59)) == {"closed-before", "called-off-before"}
    assert slugs(world.home(2026, 11, 10, 0)) == {"closed-before", "called-off-before", "left-before"}


# --- what is empty ----------------------------------------------------------------------------------


def test_a_row_holds_something_as_long_as_one_of_its_fields_does(db: Any) -> None:
    trip = world.trip(published=True)
    places = [world.participation(trip, goals=0) for _ in range(4)]
    names = ("printed_name", "cancel_reason", "phone")
    for place, values in zip(places, (("Mia", "", ""), ("–", "Ziek", ""), ("–", "", "06"), ("–", "", "")), strict=True):
        Participation.objects.filter(pk=place.pk).update(**dict(zip(names, values, strict=True)))
    assert set(Participation.objects.filter(filled(Participation, names))) == set(places[:3])


@pytest.mark.parametrize("names", [("visited_by", "findings"), ("findings", "visited_by")])
def test_nobody_in_particular_is_nothing(db: Any, names: tuple[str, ...]) -> None:
    host = HostOrganisation.objects.create(name="College", place="London", country_en="United Kingdom")
    somebody, nobody = world.user(), purging.nobody()
    visits = [
        PreVisit.objects.create(host=host, visited_on=date(2026, 5, day), visited_by=by, findings=findings)
        for day, (by, findings) in enumerate(
            [(somebody, "Goed"), (somebody, ""), (nobody, "Goed"), (None, "Goed"), (nobody, ""), (None, "")], 1
        )
    ]
    assert set(PreVisit.objects.filter(filled(PreVisit, names))) == set(visits[:4])


@pytest.mark.parametrize(
    ("model", "name", "stands"),
    [
        (Application, "user", True),
        (Trip, "published_by", True),
        (LateAccess, "given_by", True),
        (OutboxMessage, "recipient", False),
        (Invitation, "institution", False),
        (LearningGoal, "participation", False),
        (Participation, "phone", False),
    ],
)
def test_nobody_in_particular_takes_the_place_of_an_owner_and_of_who_did_it(
    model: Any, name: str, stands: bool
) -> None:
    assert stands_in(model._meta.get_field(name)) is stands


@pytest.mark.parametrize(
    ("model", "name", "nothing"),
    [
        (Participation, "printed_name", "–"),
        (Participation, "cancel_reason", ""),
        (Submission, "content", {"gone": True}),
        (Submission, "receipt", None),
        (Endorsement, "signed_content", {}),
        (Endorsement, "hours_released", None),
        (Application, "score_count", 0),
        (Application, "committed", False),
        (Application, "language", "nl"),
    ],
)
def test_what_stands_in_an_empty_field(model: Any, name: str, nothing: object) -> None:
    assert empty(model, name) == nothing


# --- the purge --------------------------------------------------------------------------------------


def test_each_row_is_taken_once_also_one_that_cannot_be_emptied(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    trips = sorted(world.trip(lead=world.user()).pk for _ in range(5))
    taken: list[list[Any]] = []

    def fails(_one: Due, ids: list[Any]) -> None:
        assert not taken or taken[-1] != ids, "it takes the same rows again"
        taken.append(ids)

    monkeypatch.setattr(purging, "BATCH", 2)
    monkeypatch.setattr(purging, "let_go", fails)
    one = Due(Trip, personal.HISTORY, ("announced_by",), Trip.objects.all())
    monkeypatch.setattr(purging, "due", lambda _now: [one])
    assert list(purging.purge()) == [(one, 5)]
    assert taken == [trips[:2], trips[2:4], trips[4:]]


def test_an_account_of_nobody_opens_nothing_and_is_asked_nothing(db: Any, at: Any) -> None:
    at(world.MOMENTS["return"])
    made = User.objects.get(pk=purging.nameless("somebody@erased.invalid").pk)
    assert (made.email, made.name, made.is_active, made.reminders, made.has_usable_password()) == (
        "somebody@erased.invalid",
        "–",
        False,
        False,
        False,
    )
    assert made.joined_at == made.erased_at == world.MOMENTS["return"]


def test_only_what_somebody_did_on_that_trip_becomes_nobodys(db: Any) -> None:
    here, there = world.trip(published=True), world.trip(published=True)
    person, other = world.user(), world.user()
    for trip in (here, there):
        world.participation(trip, person)
    world.participation(here, other)
    let_go = Application.objects.get(trip=here, user=person)
    purging.let_go(Due(Application, personal.SELECTION, ("user",), None), [let_go.pk])
    nobody = Application.objects.get(pk=let_go.pk).user
    assert nobody.name == "–"
    for model in (Application, Participation):
        rows = model._base_manager.all()
        assert {(row.trip, row.user) for row in rows} == {(here, nobody), (there, person), (here, other)}


def test_the_last_mail_forgets_its_address_once_it_has_left_and_no_other_does(db: Any, at: Any) -> None:
    at(world.MOMENTS["return"])
    for kind in ("privacy/erased", "trips/announced"):
        for status in ("queued", "sending", "sent", "failed", "cancelled"):
            mail = OutboxMessage.objects.create(
                key=f"{kind}:{status}",
                kind=kind,
                to="mia@school.example",
                subject="Je gegevens",
                status=status,
                queued_at=world.MOMENTS["return"],
                next_attempt_at=world.MOMENTS["return"],
                sent_at=world.MOMENTS["return"] if status in ("sent", "failed") else None,
            )
            OutboxMessage.objects.filter(pk=mail.pk).update(last_error="550 mia", search_words="mia")
    list(purging.purge())
    kept = {one.key: (one.to, one.last_error, one.search_words) for one in OutboxMessage.objects.all()}
    left = {f"privacy/erased:{status}" for status in ("sent", "failed", "cancelled")}
    assert kept == {key: ("", "", "") if key in left else ("mia@school.example", "550 mia", "mia") for key in kept}
    assert len(kept) == 10
