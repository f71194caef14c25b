"""The coordinator's pages: the own people, how far they are, a press to remind; never a refusal, a score, a text."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from applications.models import Application, Endorsement, Invitation, Line
from applications.people import actions as inviting
from applications.people import mail
from applications.people.people import people_around
from applications.people.reminding import Group
from exchange import clock
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.people.lifecycle import JobRole, Role
from exchange.verdicts import Refused
from tests import world
from tests.applications.test_funnel import invitation
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(cast, at):
    """Of roc Duinrand: Ida invited, Bo writing, Sara waiting for her manager, Rolf refused, Wim answered for."""
    at(world.MOMENTS["call"])
    invitation(cast, "Ida", "ida@duinrand.example", cast.school, JobRole.TEACHER)
    world.application(cast.trip, world.user("Bo", at=cast.school))
    world.submitted(cast.trip, world.user("Sara", at=cast.school), endorsed=False)
    world.submitted(cast.trip, world.user("Rolf", at=cast.school)).endorsements.update(status="refused")
    world.submitted(cast.trip, world.user("Wim", at=cast.school))
    world.submitted(cast.trip, world.user("Olga Overkant", at=cast.other_school))
    world.settle_all()
    cast.coen = cast.coordinator()
    at(world.home(2026, 9, 16))
    return cast


def url(name, cast, *args, query=""):
    return reverse(f"applications:{name}", args=[cast.trip.slug, *args]) + query


def page(cast, query="", user=None):
    response = signed_in(user or cast.coen).get(url("school-people", cast, query=query))
    assert response.status_code == 200
    return response


def names(response):
    return [row.record.name for row in response.context["table"].rows]


def mine(cast):
    return people_around(cast.trip, clock.now()).filter(belongs_to=cast.school)


def mailed():
    return sorted(OutboxMessage.objects.exclude(kind="x").values_list("kind", "to"))


# --- who and what ---------------------------------------------------------------------------------


def test_the_own_people_with_where_they_stand(school):
    assert [(one.name, one.step) for one in mine(school)] == [
        ("Bo", "draft"), ("Ida", "invited"), ("Rolf", "submitted"), ("Sara", "manager"), ("Wim", "submitted"),
    ]  # fmt: skip
    assert names(page(school)) == ["Bo", "Ida", "Rolf", "Sara", "Wim"]


def test_the_coordinator_sees_whom_no_mail_reaches(school):
    def cells(name):
        row = next(row for row in page(school).context["table"].rows if row.record.name == name)
        return row.get_cell("order"), row.get_cell("manager")

    before = {name: cells(name) for name in ("Bo", "Ida", "Rolf", "Sara", "Wim")}
    assert "niet bezorgd" not in before["Ida"][0]
    invited = Invitation.objects.get(name="Ida")
    letter = mail.invitation(invited, school=school.school)
    letter.status, letter.last_error = "failed", "550 5.1.1 unknown"
    letter.save()
    Endorsement.objects.update(bounced_at=clock.now())
    assert "niet bezorgd" in cells("Ida")[0]
    assert "de mail kwam terug" in cells("Sara")[1]
    # Who has answered has; and what a mail server said stays with the lead.
    assert [cells(name) for name in ("Bo", "Rolf", "Wim")] == [before[name] for name in ("Bo", "Rolf", "Wim")]
    assert "550" not in page(school).content.decode()
    sheet = signed_in(school.coen).get(url("school-people-csv", school)).getvalue().decode()
    assert sheet.count("de mail kwam terug") == 1
    # Who began all the same was reached by another way; who is mailed again may be.
    line = Line.objects.get(invitation=invited)
    assert mail.undelivered([line]) == {invited.pk}
    line.application_id = uuid4()
    assert mail.undelivered([line]) == set()
    OutboxMessage.objects.update(status="queued")
    assert cells("Ida") == before["Ida"]


def test_a_manager_who_refused_is_one_who_answered(school):
    text = page(school).content.decode()
    rolf, wim = (
        next(row for row in page(school).context["table"].rows if row.record.name == name) for name in ("Rolf", "Wim")
    )
    cells = [(row.get_cell("order"), row.get_cell("manager")) for row in (rolf, wim)]
    assert cells[0] == cells[1]
    assert "beantwoord" in cells[0][1]
    for word in ("geweigerd", "gesteund", "steunt niet", "ruzie in de gang"):
        assert word not in text.lower()
    assert page(school).context["line"].answered == 2


def test_no_order_and_no_filter_tells_the_two_apart(school):
    for query in ("?sort=manager", "?sort=-manager", "?sort=order", "?sort=-order"):
        found = names(page(school, query))
        assert abs(found.index("Rolf") - found.index("Wim")) == 1
    before = names(page(school, "?sort=manager"))
    Endorsement.objects.filter(application__user__name="Wim").update(status="refused")
    Endorsement.objects.filter(application__user__name="Rolf").update(status="endorsed")
    world.settle_all()
    assert names(page(school, "?sort=manager")) == before


def test_a_draft_belongs_to_the_certain_school_of_its_author(school):
    doubtful = world.outsider(institution=school.school)
    world.application(school.trip, doubtful)
    assert doubtful.name not in names(page(school))
    doubtful.membership_confirmed_at, doubtful.membership_confirmed_by = clock.now(), school.coen
    doubtful.save()
    world.settle_all()
    assert str(doubtful) in names(page(school))


def test_what_was_sent_belongs_to_the_school_it_says(school):
    sara = Application.objects.get(user__name="Sara").user
    sara.institution = school.other_school
    sara.save()
    assert "Sara" in names(page(school))
    world.give_role(other := world.user("Corrie", at=school.other_school), Role.COORDINATOR, school.other_school)
    assert names(page(school, user=other)) == ["Olga Overkant"]


def test_decisions_are_told_once_they_are_published(school, at):
    wim = Application.objects.get(user__name="Wim")
    world.decision(wim, "select")
    at(world.MOMENTS["selection"])
    before = page(school)
    assert {one.name: one.step for one in mine(school)}["Wim"] == "in_selection"
    assert "geselecteerd" not in before.content.decode()
    school.trip.published_at, school.trip.published_by = world.home(2026, 10, 12), school.lead
    school.trip.save()
    wim.decision.published_at, wim.decision.published_by = world.home(2026, 10, 12), school.lead
    wim.decision.save()
    world.settle_all()
    world.offer(wim)
    at(world.home(2026, 10, 13))
    assert {one.name: one.step for one in mine(school)}["Wim"] == "offered"


def test_the_overview_counts_for_each_trip(school):
    response = signed_in(school.coen).get(reverse("applications:school"))
    [row] = response.context["rows"]
    heads = row["heads"]
    assert (heads.invited, heads.drafts, heads.sent, heads.waiting) == (1, 1, 3, 1)
    world.trip(lead=school.lead, announced=False)
    world.trip(lead=school.lead, cancelled_at=clock.now(), cancelled_by=school.lead)
    assert len(signed_in(school.coen).get(reverse("applications:school")).context["rows"]) == 1


def test_a_trip_that_is_over_is_not_there(school):
    school.trip.cancelled_at, school.trip.cancelled_by = clock.now(), school.lead
    school.trip.save()
    assert signed_in(school.coen).get(url("school-people", school)).status_code == 404


# --- reading, when the trip says so ----------------------------------------------------------------


def test_texts_are_read_only_where_the_policy_says_so(school):
    wim = Application.objects.get(user__name="Wim")
    where = url("school-read", school, wim.pk)
    client = signed_in(school.coen)
    assert client.get(where).status_code == 404
    assert "school/applications/" + school.trip.slug + f"/{wim.pk}" not in page(school).content.decode()
    school.trip.coordinators_read = True
    school.trip.save()
    assert "Ik wil leren" in client.get(where).content.decode()
    assert where in page(school).content.decode()
    bo = Application.objects.get(user__name="Bo")
    olga = Application.objects.get(user__name="Olga Overkant")
    for hidden in (bo, olga):
        assert client.get(url("school-read", school, hidden.pk)).status_code == 404
    Application.objects.filter(pk=wim.pk).update(status="withdrawn")
    world.settle_all()
    assert client.get(where).status_code == 404


def test_only_the_coordinator_reads(school):
    school.trip.coordinators_read = True
    school.trip.save()
    where = url("school-read", school, Application.objects.get(user__name="Wim").pk)
    world.give_role(other := world.user("Corrie", at=school.other_school), Role.COORDINATOR, school.other_school)
    assert signed_in(other).get(where).status_code == 404
    assert signed_in(school.stranger()).get(where).status_code == 403


# --- reminding ------------------------------------------------------------------------------------


def press(cast, group, person=None, user=None):
    data = {"person": str(next(one.key for one in mine(cast) if one.name == person))} if person else {}
    return signed_in(user or cast.coen).post(url("school-remind", cast, query=f"?group={group}"), data)


def test_names_and_count_come_before_the_mail(school):
    response = signed_in(school.coen).get(url("school-remind", school, query="?group=drafts"))
    assert (response.context["count"], [one.name for one in response.context["people"]]) == (1, ["Bo"])
    assert "1 persoon mailen?" in response.content.decode()
    assert mailed() == []


@pytest.mark.parametrize(
    ("group", "kind", "who"),
    [
        ("drafts", "applications/nudge", lambda: Application.objects.get(user__name="Bo").user.email),
        ("invited", "applications/invited_again", lambda: "ida@duinrand.example"),
        ("managers", "applications/endorse", lambda: Endorsement.objects.get(status="asked").manager_email),
    ],
)
def test_one_press_reminds_once_a_day(school, at, group, kind, who):
    assert press(school, group).status_code == 302
    assert mailed() == [(kind, who())]
    assert press(school, group).status_code == 302
    assert len(mailed()) == 1
    entry = HistoryEntry.objects.get(verb="application.remind")
    assert entry.facts == {"group": group, "people": 1, "school": "roc Duinrand"}
    at(world.home(2026, 9, 17))
    press(school, group)
    assert len(mailed()) == 2


def test_the_team_and_the_school_together_do_not_remind_twice(school):
    press(school, "drafts")
    inviting.remind(
        trip=school.trip, group=Group.DRAFTS, people=people_around(school.trip, clock.now()), by=school.lead
    )
    assert len(mailed()) == 1


def test_one_person_of_a_group(school):
    world.application(school.trip, ada := world.user("Ada", at=school.school))
    press(school, "drafts", "Ada")
    assert mailed() == [("applications/nudge", ada.email)]


def test_somebody_of_another_school_is_not_reached(school):
    world.application(school.trip, other := world.user("Oscar", at=school.other_school))
    response = signed_in(school.coen).post(
        url("school-remind", school, query="?group=drafts"), {"person": str(Application.objects.get(user=other).pk)}
    )
    assert response.status_code == 302
    assert mailed() == []


def test_who_switched_reminders_off_gets_none(school):
    bo = Application.objects.get(user__name="Bo").user
    bo.reminders = False
    bo.save()
    world.settle_all()
    press(school, "drafts")
    account = world.user("Ida", email="ida@duinrand.example", at=school.school, reminders=False)
    world.settle_all()
    press(school, "invited")
    assert mailed() == []
    account.reminders = True
    account.save()
    world.settle_all()
    press(school, "invited")
    assert mailed() == [("applications/invited_again", "ida@duinrand.example")]


def test_whoever_was_asked_today_is_not_asked_again_today(school, at):
    Invitation.objects.update(invited_at=clock.now() - timedelta(hours=2))
    Endorsement.objects.filter(status="asked").update(asked_at=clock.now() - timedelta(hours=2))
    world.settle_all()
    press(school, "invited")
    press(school, "managers")
    assert mailed() == []


def test_an_empty_group_is_nobody(school):
    Application.objects.filter(user__name="Bo").delete()
    press(school, "drafts")
    assert mailed() == []
    assert not HistoryEntry.objects.filter(verb="application.remind").exists()


def test_the_manager_s_mail_holds_the_same_question(school):
    press(school, "managers", "Sara")
    mail = OutboxMessage.objects.get()
    asked = Endorsement.objects.get(application__user__name="Sara")
    assert mail.links == {"endorse": {"endorsement": str(asked.pk), "generation": 1}}
    found = next(one for one in mine(school) if one.name == "Sara")
    assert found.chased_at == mail.queued_at
    assert "herinnerd op" in page(school).content.decode()


def test_nothing_is_reminded_after_the_publication(school, at):
    school.trip.published_at, school.trip.published_by = world.home(2026, 10, 12), school.lead
    school.trip.save()
    at(world.home(2026, 10, 13))
    assert press(school, "managers").status_code == 409
    assert mailed() == []


def test_after_closing_only_managers_are_reminded(school, at):
    at(world.MOMENTS["selection"])
    for group in ("drafts", "invited", "managers"):
        press(school, group)
    assert [kind for kind, _to in mailed()] == ["applications/endorse"]


def test_nor_by_handing_the_action_other_people(school):
    world.application(school.trip, world.user("Oscar", at=school.other_school))
    people = people_around(school.trip, clock.now())
    inviting.remind(trip=school.trip, group=Group.DRAFTS, people=people, school=school.school, by=school.coen)
    assert mailed() == [("applications/nudge", Application.objects.get(user__name="Bo").user.email)]


def test_administrators_look_and_do_not_touch(school):
    ada = school.administrator()
    query = f"?of={school.school.pk}"
    assert names(page(school, query, ada)) == ["Bo", "Ida", "Rolf", "Sara", "Wim"]
    assert page(school, query, ada).context["groups"] == []
    assert signed_in(ada).post(url("school-remind", school, query=query)).status_code == 403
    with pytest.raises(Refused):
        inviting.remind(trip=school.trip, group=Group.DRAFTS, people=mine(school), school=school.school, by=ada)


# --- as a file ------------------------------------------------------------------------------------


def test_the_file_holds_the_own_people(school):
    content = b"".join(signed_in(school.coen).get(url("school-people-csv", school))).decode("utf-8-sig")
    assert [row.split(";")[0] for row in content.splitlines()[1:]] == ["Bo", "Ida", "Rolf", "Sara", "Wim"]
    assert "Olga" not in content
