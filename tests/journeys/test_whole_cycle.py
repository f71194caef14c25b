"""The whole cycle through the pages, by everybody who has a part in it: from the call to the follow-up day.

Nobody touches a record: every step is a page that is opened and a form on it that is sent. The clock is moved, the mail
is delivered, and what is in the mail is followed. The figures of the report at the end are worked out by hand, here.
"""

import json
import re
from io import BytesIO
from typing import Any

import openpyxl
import pikepdf
import pytest
from django.core import mail
from django.urls import reverse

from applications.models import Line
from applications.selection.rows import told_of
from evaluations.impact.models import ReportEdition
from evaluations.models import GoalLevel
from exchange.jobs import worker
from exchange.outbox.delivery import deliver
from exchange.outbox.models import OutboxMessage
from exchange.people.lifecycle import JobRole, Role
from exchange.trips.frameworks import load
from exchange.trips.models import Dimension, Framework, Tag, Theme, Trip
from tests import world
from tests.journeys.visitor import Visitor

SLUG = "safe-london"
NAMES = ("Aya Amrani", "Bram Bos", "Chris Claes", "Dina Duman", "Eva Evers", "Finn Faber", "Gijs Groen", "Hala Haddad")


def at_trip(name: str, *args: Any) -> str:
    """An address of the trip."""
    return reverse(name, args=[SLUG, *args])


class Cycle:
    """The people, each at a browser, and the steps."""

    def __init__(self, at: Any) -> None:
        self.at = at
        load(Theme, Framework, Dimension, Tag)
        self.schools = [
            world.institution(f"roc {name}", domain=f"{name.lower()}.example")
            for name in ("Duin", "Maas", "Veld", "Bos")
        ]
        duin, maas, veld, bos = self.schools
        self.admin = self.sits(world.user("Ada Administrator", at=bos), Role.ADMINISTRATOR)
        self.lead = self.sits(world.user("Hanneke Boer", at=bos))
        self.companion = self.sits(world.user("Carla Companion", at=bos))
        self.reviewers = [self.sits(world.user(f"Lezer {n}", at=bos)) for n in (1, 2)]
        self.partner = self.sits(world.user("Petra Partner", at=duin), Role.PARTNER, duin)
        self.funder = self.sits(world.outsider(), Role.PARTNER)
        homes = [duin, duin, maas, maas, veld, veld, maas, veld]
        roles = [JobRole.TEACHER] * 5 + [JobRole.CARETAKER] + [JobRole.TEACHER] * 2
        people = zip(NAMES, homes, roles, strict=True)
        self.people = [self.sits(world.user(name, at=home, role=role)) for name, home, role in people]
        self.nobody = Visitor()

    def sits(self, user: Any, role: Role | None = None, school: Any = None) -> Visitor:
        if role:
            world.give_role(user, role, school)
        return Visitor(user)

    def post(self) -> list[Any]:
        """Deliver what waits; what was delivered since the last time."""
        before = len(mail.outbox)
        deliver()
        assert not OutboxMessage.objects.exclude(status__in=["sent", "cancelled"]).exists()
        return mail.outbox[before:]

    @property
    def trip(self) -> Trip:
        return Trip.objects.get(slug=SLUG)

    @property
    def travellers(self) -> list[Visitor]:
        """Everybody but Gijs, who declined, and Hala, who was not selected."""
        return [*self.people[:5], self.people[5]]


@pytest.fixture
def cycle(db: None, at: Any) -> Cycle:
    at(world.home(2026, 7, 1))
    return Cycle(at)


def test_from_the_call_to_the_follow_up_day(cycle: Cycle) -> None:
    plan(cycle)
    announce(cycle)
    apply(cycle)
    endorse(cycle)
    read(cycle)
    publish(cycle)
    answer(cycle)
    prepare(cycle)
    travel(cycle)
    come_home(cycle)
    look_back_after_a_year(cycle)
    certify(cycle)
    report(cycle)


# --- planning --------------------------------------------------------------------------------------


def plan(c: Cycle) -> None:
    """The administrator starts the trip and hands it to its lead, who fills it in."""
    theme = Theme.objects.get(slug="safeguarding")
    page = c.admin.open(reverse("trips:new"))
    c.admin.press(
        page,
        theme=theme.pk,
        title_nl="Veilig in Londen",
        title_en="Safe in London",
        slug=SLUG,
        city_nl="Londen",
        city_en="London",
        country_nl="Verenigd Koninkrijk",
        country_en="United Kingdom",
    )
    for person, role in ((c.lead, "lead"), (c.companion, "companion"), *((one, "reviewer") for one in c.reviewers)):
        c.admin.press(c.admin.open(at_trip("trips:members")), email=person.user.email, role=role)
        vars(person.user).pop("teams", None)
    page = c.lead.open(at_trip("trips:edit"))
    c.lead.press(
        page,
        question_nl="Hoe houden scholen hun studenten veilig?",
        question_en="How do schools keep their students safe?",
        need_nl="Meer ruzies.",
        audience_nl="Iedereen op school.",
        costs_nl="De alliantie betaalt de reis.",
        code="SAF",
    )
    page = c.lead.open(at_trip("trips:dates"))
    c.lead.press(
        page,
        opens_at="2026-09-01T09:00", closes_at="2026-10-01T17:00", endorse_by_at="2026-10-08T17:00",
        departs_on="2026-11-10", returns_on="2026-11-13", return_meeting_on="2026-12-18", follow_up_on="2027-11-12",
    )  # fmt: skip
    c.lead.press(c.lead.open(at_trip("trips:asked")), places=6, max_per_school=2, reviewers_each=2)
    c.lead.press(c.lead.open(at_trip("trips:means")), cost_planned=12000, team_hours_planned=200)
    page = c.lead.open(at_trip("trips:host-new"))
    c.lead.press(page, name="Hackney Road College", place="London", country_en="United Kingdom")
    row = c.trip.trip_hosts.get()
    page = c.lead.open(at_trip("trips:host-visit", row.pk))
    c.lead.press(page, visited_on="2026-06-10", findings="Rust bij de poort.", go="yes")
    for day in c.trip.days:  # four days of three hours: 12 hours of programme
        page = c.lead.open(at_trip("trips:item-new") + f"?on={day}")
        c.lead.press(
            page, on=day, starts="10:00", ends="13:00", kind="visit", title_nl="Bezoek", title_en="Visit", hours="3"
        )
    for kind, on in (("preparation", "2026-10-29"), ("return", "2026-12-18"), ("follow_up", "2027-11-12")):
        page = c.lead.open(at_trip("trips:meeting-new"))
        c.lead.press(page, kind=kind, on=on, starts="14:00", ends="17:00", place="Utrecht")
    page = c.lead.open(at_trip("applications:rubric"))
    c.lead.press(page, to="/rubric/make/")


def announce(c: Cycle) -> None:
    """Nothing is missing; the public page appears, and opens at its moment."""
    c.nobody.open(at_trip("trips:detail"), status=404)
    c.lead.press(c.lead.open(at_trip("trips:announce")))
    assert "Veilig in Londen" in c.nobody.open(at_trip("trips:detail")).words
    c.people[0].open(at_trip("applications:apply"), status=409)  # not before it opens


# --- the call --------------------------------------------------------------------------------------


def apply(c: Cycle) -> None:
    """Eight people write, read it all and send; each gets a receipt, each manager a question."""
    c.at(world.home(2026, 9, 15))
    for one in c.people:
        apply_one(one)
    posted = c.post()
    assert sum(NAMES[0] in str(message.body) for message in posted) == 2  # the receipt and the question
    assert len(posted) == 16
    vanish(c.people[7], c)


def apply_one(one: Visitor) -> None:
    domain = one.user.email.partition("@")[2]
    page = one.press(
        one.open(at_trip("applications:apply")),
        "do",
        "next",
        heard_from="colleague",
        language="nl",
        employment="employed",
    )
    page = one.press(page, "do", "next", motivation="Ik wil leren wat je doet na een ruzie in de gang.")
    goal = {
        "students_notice": "Dat iemand doorvraagt.",
        "able_to": "Ik kan een gesprek leiden.",
        "others_see": "Drie gesprekken.",
    }
    page = one.press(page, "do", "add", **{f"goal-0-{name}": text for name, text in goal.items()})
    page = one.press(page, "do", "next", **{f"goal-1-{name}": f"Ook: {text}" for name, text in goal.items()})
    page = one.press(
        page,
        "do",
        "next",
        proactive_past="Ik begon de pauzeronde.",
        proactive_plan="Een spreekuur.",
        school_use="Het jaarplan.",
    )
    page = one.press(
        page,
        "do",
        "next",
        can_travel="yes",
        committed=True,
        manager_name="Joke Mulder",
        manager_email=f"manager.{one.user.pk.hex[:6]}@{domain}",
    )
    page = one.press(page, to="/apply/send/")
    assert "SAF26-" in page.words  # the number of the receipt


def vanish(one: Visitor, c: Cycle) -> None:
    """Somebody withdraws, thinks again, and is back before closing."""
    here = application_of(one, c)
    one.press(one.open(reverse("applications:withdraw", args=[here])), to="/withdraw/")
    one.press(one.open(reverse("applications:mine", args=[here])), to="/reinstate/")


def application_of(one: Visitor, c: Cycle) -> Any:
    return c.trip.applications.get(user=one.user).pk


def endorse(c: Cycle) -> None:
    """Each manager follows the link of the mail, reads what is signed, and signs; opening it changes nothing."""
    letters = [message for message in mail.outbox if message.to[0].startswith("manager.")]
    latest = {message.to[0]: message for message in letters}
    assert len(latest) == 8
    for message in latest.values():
        address = re.search(r"https?://\S+/endorse/\S+/", message.body)[0]
        manager = Visitor()
        manager.open(address)
        page = manager.open(address)
        assert "Ik wil leren wat je doet" not in page.words  # the motivation is not the manager's to read
        manager.press(
            page, answer="endorse", hours_released=60, cover="arranged", cover_by="Het team",
            school_use="Het jaarplan.", costs="Het budget.", policy="Het veiligheidsbeleid.",
            signer_name="Joke Mulder", signer_function="Manager", agree=True,
        )  # fmt: skip
        manager.open(address, status=409)  # signed once
    c.post()


# --- the selection ---------------------------------------------------------------------------------


def read(c: Cycle) -> None:
    """The lead divides with one press; two reviewers read and score all eight."""
    c.at(world.home(2026, 10, 2))
    c.people[0].open(at_trip("applications:section", "motivation"))  # closed: leads to the own page
    c.lead.press(c.lead.open(at_trip("applications:reviewers")), to="/assign/")
    posted = c.post()
    assert sorted(message.to[0] for message in posted) == sorted(one.user.email for one in c.reviewers)
    for reviewer in c.reviewers:
        for assessment in reviewer.user.assessments.all():
            page = reviewer.open(reverse("applications:assess", args=[assessment.pk]))
            form = page.form("finish")
            levels = {name: 4 for name in form.names if name.startswith("level-")}
            reasons = {name: "Concreet." for name in form.names if name.startswith("reason-")}
            assert len(levels) >= 3
            assert "4,00" not in page.words  # nobody else's score before the own
            reviewer.press(page, "finish", **levels, **reasons)


def row_of(pk: Any) -> str:
    """What the board calls the row of an application."""
    return told_of(Line.objects.get(application=pk))


def publish(c: Cycle) -> None:
    """Six selected, one reserve, one not: proposed quietly, letters read, published once."""
    c.at(world.home(2026, 10, 12))
    chosen = [application_of(one, c) for one in c.people]
    # Two of each school is the maximum: Aya and Bram, Chris and Dina (or Gijs), Eva and Finn (or Hala).
    selected = [chosen[n] for n in (0, 1, 2, 6, 4, 5)]
    for pk in selected:
        c.lead.press(c.lead.open(at_trip("applications:selection")), "one", f"{row_of(pk)}:select", to="/selection/")
    for pk, kind in ((chosen[3], "reserve"), (chosen[7], "not_selected")):
        page = c.lead.open(at_trip("applications:detail", pk))
        c.lead.press(page, kind=kind, note="Je plan is nog niet concreet.", note_language="nl", to="/propose/")
    assert not c.post()
    for one in c.people:
        assert "Reserve" not in one.open(reverse("applications:mine", args=[application_of(one, c)])).words
    letters = c.lead.open(at_trip("applications:letters")).words
    assert all(name in letters for name in NAMES)
    c.lead.press(c.lead.open(at_trip("applications:publish")), to="/publish/")
    assert len(c.post()) == 8  # everybody one letter
    c.lead.open(at_trip("applications:publish"), status=409)


def answer(c: Cycle) -> None:
    """Five confirm, Gijs declines, and Dina comes from the reserve."""
    c.at(world.home(2026, 10, 13))
    for n in (0, 1, 2, 4, 5):
        confirm(c.people[n], c)
    page = c.people[6].open(reverse("applications:offer-decline", args=[application_of(c.people[6], c)]))
    c.people[6].press(page, reason="Ik verhuis die week.")
    dina = application_of(c.people[3], c)
    c.lead.press(c.lead.open(at_trip("applications:reserve")), to=f"/{dina}/offer/")
    c.post()
    confirm(c.people[3], c)
    c.post()
    assert c.trip.participations.active().count() == 6
    c.people[7].open(at_trip("trips:mine"), status=404)


def confirm(one: Visitor, c: Cycle) -> None:
    page = one.open(reverse("applications:offer", args=[application_of(one, c)]))
    one.press(page, to="/offer/confirm/")


# --- preparation and the trip ----------------------------------------------------------------------


def prepare(c: Cycle) -> None:
    """Everybody says whether they come, and sharpens two goals: the first starts at -1, the second at 0."""
    c.at(world.home(2026, 10, 26))
    for one in c.travellers:
        page = one.open(at_trip("trips:mine"))
        assert "Hanneke Boer" in page.words
        meeting = c.trip.meetings.get(kind="preparation").pk
        one.press(page, "coming", "yes", to=f"/meetings/{meeting}/")
        for goal, start in zip(goals_of(one), (-1, 0), strict=True):
            page = one.open(reverse("evaluations:sharpen", args=[goal.pk]))
            levels = {name: f"Niveau {name}" for name in ("level_m2", "level_m1", "level_0", "level_p1", "level_p2")}
            one.press(page, text="Ik kan een gesprek leiden.", baseline=start, weight=1, **levels)
    c.at(world.home(2026, 10, 29, 18))
    tick(c.lead, at_trip("trips:attendance-meeting", c.trip.meetings.get(kind="preparation").pk))


def goals_of(one: Visitor) -> list[Any]:
    return list(one.user.participations.get(trip__slug=SLUG).goals.order_by("order"))


def tick(who: Visitor, address: str) -> None:
    """Everybody is present."""
    page = who.open(address)
    names = [name for form in page.forms for name in form.choices if re.fullmatch(r"p[0-9a-f]{32}", name)]
    assert len(names) == 6
    who.press(page, **dict.fromkeys(names, "yes"))


def travel(c: Cycle) -> None:
    """Each evening everybody answers; the first evening Aya needs something, and the companion sees to it."""
    for day in c.trip.days:
        c.at(world.london(day.year, day.month, day.day, 21))
        tick(c.companion, at_trip("trips:attendance-day", day))
        for one in c.travellers:
            first = day == c.trip.days[0] and one is c.travellers[0]
            page = one.open(at_trip("evaluations:evening", day))
            levels = {f"level_{goal.pk}": 0 for goal in goals_of(one)}
            need = {"need": "Een stille plek morgen."} if first else {}
            one.press(page, insight="Stil zijn werkt.", verdict="keep", mood=4, **levels, **need)
        board = c.companion.open(at_trip("evaluations:evenings"))
        if day == c.trip.days[0]:
            assert "Een stille plek morgen." in board.words
            c.companion.press(board, to="/met/")
    c.lead.open(at_trip("evaluations:evenings"))
    c.reviewers[0].open(at_trip("evaluations:evenings"), status=404)
    c.partner.open(at_trip("evaluations:evenings"), status=404)


# --- coming home -----------------------------------------------------------------------------------


def come_home(c: Cycle) -> None:
    """Levels 0 and +1, a word, a grade (four times 8, twice 9), a presentation, one action; the companion confirms."""
    c.at(world.home(2026, 11, 20))
    for n, one in enumerate(c.travellers):
        first, second = goals_of(one)
        page = one.open(at_trip("evaluations:return"))
        scores = {
            f"level_{first.pk}": 0,
            f"outcome_{first.pk}": "Een gesprek geleid.",
            f"level_{second.pk}": 1,
            f"outcome_{second.pk}": "Twee keer.",
        }
        one.press(
            page,
            word="rust" if n < 4 else "respect",
            consent=True,
            grade=8 if n < 4 else 9,
            support="4",
            opportunity="4",
            **scores,
        )
        page = one.open(at_trip("evaluations:presentation"))
        one.press(page, title="De poort van Hackney", text="Wat wij zagen.")
        page = one.open(at_trip("evaluations:action-new"))
        one.press(page, title="Spreekuur", due_on="2027-02-01", means="team_meeting", audience=["teacher"])
    c.at(world.home(2026, 12, 18, 18))
    tick(c.lead, at_trip("trips:attendance-meeting", c.trip.meetings.get(kind="return").pk))
    held(c)
    confirm_levels(c, waiting=6)
    issue(c, "attendance")


def held(c: Cycle) -> None:
    """The presentations, in the order of the team; each was held."""
    c.companion.press(c.companion.open(at_trip("evaluations:presentations")), starts="14:30", minutes=10)
    for place in c.trip.participations.active():
        c.companion.press(c.companion.open(at_trip("evaluations:presentations")), to=f"/{place.pk}/held/")


def confirm_levels(c: Cycle, waiting: int) -> None:
    """All of a person with one press; where there is one level only, that one."""
    for _ in range(waiting):
        page = c.companion.open(at_trip("evaluations:levels"))
        c.companion.press(page, to=re.search(r"/levels/[^\"]+/confirm/", page.html)[0])
    assert not GoalLevel.objects.to_confirm().exists()


def issue(c: Cycle, kind: str) -> None:
    page = c.lead.open(at_trip("certificates:team"))
    c.lead.press(page, to=f"/certificates/{kind}/issue/")
    assert len([message for message in c.post() if "/certificates/" in message.body]) == 6


# --- one year on -----------------------------------------------------------------------------------


def look_back_after_a_year(c: Cycle) -> None:
    """The word and the recall before anything old; then levels, and what became of the action.

    The first goal: -1 for five people, and Finn does not know yet. The second: +1 for all six.
    """
    c.at(world.home(2027, 11, 12, 18))
    for n, one in enumerate(c.travellers):
        first, second = goals_of(one)
        page = one.open(at_trip("evaluations:follow-up"))
        assert "respect" not in page.words
        assert "Een gesprek geleid." not in page.words
        page = one.press(page, word="rust", consent=n < 5, recall="De stilte bij de poort.")
        assert ("rust" if n < 4 else "respect") in page.words
        action = one.user.participations.get(trip__slug=SLUG).actions.get()
        told = {"status": "done", "rung": 3, "evidence": "Notulen.", "reach_teacher": 10, "reach_caretaker": 2}
        one.press(
            page,
            support="4",
            opportunity="5",
            students="Ze weten bij wie ze moeten zijn.",
            **{f"level_{first.pk}": -1 if n < 5 else "unknown", f"level_{second.pk}": 1},
            **{f"action-{action.pk}-{name}": value for name, value in told.items()},
        )
    confirm_levels(c, waiting=6)


def certify(c: Cycle) -> None:
    """Six certificates; Aya downloads hers, and anybody can see that it counts."""
    tick(c.lead, at_trip("trips:attendance-meeting", c.trip.meetings.get(kind="follow_up").pk))
    issue(c, "cycle")
    aya = c.travellers[0]
    page = aya.open(at_trip("certificates:mine"))
    paper = aya.fetch(page.link(".pdf?language=both"))
    assert "/Lang" in pikepdf.open(BytesIO(paper)).Root
    certificate = aya.user.participations.get(trip__slug=SLUG).certificates.get(kind="cycle")
    found = c.nobody.open(reverse("certificates:verify", args=[certificate.code]))
    assert "A. A." in found.words or "AA" in found.words.replace(". ", "").replace(".", "")
    assert "Aya Amrani" not in found.words
    assert "Aya Amrani" not in c.nobody.press(found, name="Bram Bos").words
    aya.press(page, "show", to=f"/certificates/{certificate.pk}/name/")
    assert "Aya Amrani" in c.nobody.open(reverse("certificates:verify", args=[certificate.code])).words
    c.nobody.open(reverse("certificates:verify", args=["0" * 26]), status=404)


def report(c: Cycle) -> None:
    """Actual cost, findings, the edition; its figures are those worked out by hand."""
    c.lead.press(c.lead.open(at_trip("trips:means")), cost_actual=11400, team_hours_actual=240)
    page = c.lead.open(at_trip("impact:team"))
    page = c.lead.press(
        page, **{"findings-0-nl": "Rust begint bij de poort.", "findings-0-en": "Calm starts at the gate."}
    )
    assert not ReportEdition.objects.exists()
    page = c.lead.press(
        c.lead.open(at_trip("impact:publish")), title_nl="Wat Londen bracht", title_en="What London brought"
    )
    edition = ReportEdition.objects.get()
    compare(edition)
    for reader in (c.partner, c.funder, c.travellers[0], c.companion):
        seen = reader.open(reverse("impact:edition", args=[edition.pk])).words
        assert "Rust begint bij de poort." in seen
        assert "Bram Bos" not in seen
        # Goals reached after a year: 6 of 11, with the interval of Wilson.
        assert "55%" in seen
        assert "28%" in seen
        assert "79%" in seen
        assert "1.900" in seen  # 11,400 by six
    assert "roc Duin" in c.partner.open(reverse("impact:edition", args=[edition.pk])).words
    assert "roc Duin" not in c.funder.open(reverse("impact:edition", args=[edition.pk])).words
    assert "Wat Londen bracht" in c.funder.open(reverse("impact:editions")).words
    c.people[7].open(reverse("impact:edition", args=[edition.pk]), status=404)
    c.partner.open(at_trip("impact:team"), status=404)
    sheet = openpyxl.load_workbook(BytesIO(c.funder.fetch(reverse("impact:edition-xlsx", args=[edition.pk]))))
    assert sheet.sheetnames
    worker.work()
    assert c.partner.fetch(reverse("impact:edition-pdf", args=[edition.pk])).startswith(b"%PDF")
    c.lead.press(c.lead.open(at_trip("trips:close")), sure=True)
    assert c.trip.phase == "closed"


def compare(edition: ReportEdition) -> None:
    """By hand. k is 5; two goals for each of six people make twelve goals."""
    said = json.loads(json.dumps(edition.report))
    # Eight applied; six selected and one from the reserve; six travelled, and are certified, and answered.
    assert said["flow"] == {"applied": 8, "selected": 7, "travelled": 6, "certified": 6, "answered": 6}
    # 11,400 euros by six people; four days of three hours.
    assert said["effort"]["cost_each"] == 1900
    assert said["effort"]["cost_planned"] == 12000
    assert said["effort"]["hours_programme"] == 12
    # Start: six times -1 and six times 0. Each class holds six people, so all five classes may stand.
    start = said["baseline"]["levels"]
    assert (start["n"], start["people"], start["counts"], start["reached"]) == (12, 6, [0, 6, 6, 0, 0], 6)
    assert start["median"] == -1  # the lower middle of six and six
    # Return: six times 0 and six times +1: all twelve reached.
    back = said["at_return"]["levels"]
    assert (back["n"], back["counts"], back["reached"], back["median"]) == (12, [0, 0, 6, 6, 0], 12, 0)
    # After a year: five times -1, six times +1, one not scored: 6 of 11 reached, the sixth value is the median.
    year = said["after_year"]["levels"]
    assert (year["n"], year["counts"], year["reached"], year["median"]) == (11, [0, 5, 0, 6, 0], 6, 1)
    assert said["after_year"]["unscored"] == 1
    # Grades 8 8 8 8 9 9: the median is 8. Managers released 60 hours each.
    assert said["grade"] == {"people": 6, "n": 6, "median": 8.0}
    assert said["hours_released"]["median"] == 60.0
    # Six actions of six people, all done, all at the third step; each reached ten teachers and two caretakers.
    actions = said["actions"]
    assert (actions["total"], actions["people"], actions["done"]["yes"]) == (6, 6, 6)
    assert (actions["reached"], actions["reached_support"]) == (72, 12)
    assert actions["ladder"] == [0, 0, 6, 0, 0]
    # Words: four of one and two of the other with consent of six; after a year five agree to the same word.
    assert {row["word"]: row["count"] for row in said["words_return"]["words"]} == {"rust": 4, "respect": 2}
    assert {row["word"]: row["count"] for row in said["words_year"]["words"]} == {"rust": 5}
    # Five teachers and one caretaker: one person is fewer than five, so there is no breakdown at all.
    assert said["job_roles"] is None
    assert "Aya" not in json.dumps(said)
