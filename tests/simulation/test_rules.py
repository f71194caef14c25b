"""Every rule notices: the control of each is a database in which it does not hold."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.mail import EmailMessage

from applications.late import actions as late
from applications.models import Admission, Application, Decision, Line, Submission
from evaluations.certificates.models import Certificate
from evaluations.impact.models import ReportEdition, ShownWord
from evaluations.models import DailyEvaluation, OneWord
from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.people.models import User
from exchange.trips.lifecycle import TeamRole
from exchange.trips.models import Participation, TeamMember, Trip
from exchange.verdicts import YES
from tests import world
from tests.consistency import alliance as world_of_access
from tests.simulation import pages, rules
from tests.simulation.alliance import Alliance, Broken, Deed, Done, Step
from tests.simulation.post import PostOffice
from tests.simulation.verbs import VERBS

pytestmark = [pytest.mark.django_db, pytest.mark.by_hand("rules are shown what no verb would leave")]


@pytest.fixture
def alliance(db: Any) -> Alliance:
    """A lead, two who applied and are told, one who travels, one read by somebody of another school."""
    made = Alliance(VERBS)
    with clock.at(made.now):
        trip = made.trips()[0]
        for name in ("anna", "bram"):
            world.decision(world.submitted(trip, User.objects.get(pk=made.accounts[name])), "reserve")
        world.assessment(of("anna"), User.objects.get(pk=made.accounts["rosa"]))
        world.participation(trip, User.objects.get(pk=made.accounts["daan"]))
        Submission.objects.update(submitted_at=world.MOMENTS["call"])
    made.memory.clear()
    for one in Submission.objects.all():
        message(f"receipt:{one.pk}", "applications/receipt")
    message(f"decision:{of('daan').pk}", "applications/letter_selected")
    rules.ask(made, None, Done("", 1))
    return made


def of(name: str) -> Application:
    return Application.objects.get(user__email__startswith=name)


def message(key: str, kind: str = "applications/letter_reserve", **fields: Any) -> OutboxMessage:
    now = world.MOMENTS["call"]
    values = {"to": "anna@duinrand.example", "queued_at": now, "next_attempt_at": now, **fields}
    return OutboxMessage.objects.create(key=key, kind=kind, subject="Bericht", body="Tekst", **values)


def fewer_places(alliance: Alliance) -> None:
    Trip.objects.filter(slug="london").update(places=0)


def without_offer(alliance: Alliance) -> None:
    of("daan").offers.all().delete()


def letter_too_early(alliance: Alliance) -> None:
    message(f"decision:{of('anna').pk}")


def own_school(alliance: Alliance) -> None:
    world.assessment(of("anna"), User.objects.get(pk=alliance.accounts["rik"]))


def arrives_twice(alliance: Alliance) -> None:
    sent = OutboxMessage.objects.first()
    mail = EmailMessage("x", "y", to=["anna@duinrand.example"], headers={"Message-ID": f"<{sent.pk}@exchange.example>"})
    for _time in range(2):
        alliance.office.take(mail.message().as_bytes())


def reminded_after_leaving(alliance: Alliance) -> None:
    left = world.left(User.objects.get(pk=alliance.accounts["anna"]))
    world.settle_all()
    rules.ask(alliance, None, Done("", 1))
    message("late", "applications/draft_reminder", recipient=left)


def without_lead(alliance: Alliance) -> None:
    TeamMember.objects.filter(role=TeamRole.LEAD, trip__slug="london").delete()


def asks_for_nothing(alliance: Alliance) -> None:
    Admission.objects.create(application=of("anna"), request="De trein.", asked_at=world.CLOSES)


def moved_silently(alliance: Alliance) -> None:
    Application.objects.filter(pk=of("anna").pk).update(status="withdrawn")
    world.settle_all()


def half_a_refusal(alliance: Alliance) -> None:
    message("half", "applications/withdrawn")


def rewritten(alliance: Alliance) -> None:
    Submission.objects.filter(application=of("anna")).update(sha256="0" * 64)


def too_late(alliance: Alliance) -> None:
    alliance.memory.pop("in time")
    Submission.objects.filter(application=of("anna")).update(submitted_at=world.CLOSES + timedelta(minutes=31))


def certificate(alliance: Alliance) -> Certificate:
    place = Participation.objects.get()
    made = world_of_access.issue(place, User.objects.get(pk=alliance.accounts["hanneke"]))
    rules.ask(alliance, None, Done("", 1))
    return made


def certificate_changes(alliance: Alliance) -> None:
    made = certificate(alliance)
    Certificate.objects.filter(pk=made.pk).update(facts=made.facts | {"name": "Een ander"})


def edition(alliance: Alliance, **report: Any) -> ReportEdition:
    with clock.at(world.MOMENTS["return"]):
        return ReportEdition.objects.create(
            trip=Participation.objects.get().trip,
            number=1,
            title_nl="Wat het bracht",
            title_en="What it brought",
            report={"k": 5, **report},
            sha256="0" * 64,
            data_until_at=clock.now(),
            published_at=clock.now(),
            published_by=User.objects.get(pk=alliance.accounts["hanneke"]),
        )


def without_consent(alliance: Alliance) -> None:
    place, now = Participation.objects.get(), world.MOMENTS["return"]
    word = OneWord.objects.create(participation=place, moment="return", word="rust", consent=False, written_at=now)
    ShownWord.objects.create(edition=edition(alliance), word=word)


def edition_changes(alliance: Alliance) -> None:
    made = edition(alliance, grade={"mean": "7.5"})
    rules.ask(alliance, None, Done("", 1))
    ReportEdition.objects.filter(pk=made.pk).update(report={"k": 5, "grade": {"mean": "8.5"}})


def line_is_wrong(alliance: Alliance) -> None:
    Line.objects.filter(application=of("anna")).update(score=Decimal("4.5"))


#: Each rule: what spoils it, and what it says.
SPOILT: dict[str, tuple[Callable[[Alliance], None], str]] = {
    "Nooit meer plaatsen dan er zijn": (fewer_places, "london heeft 0 plaatsen, 1 zijn vergeven"),
    "Een plaats komt van een aanbod dat iemand aannam": (without_offer, "Daan Peters gaat mee zonder aanbod"),
    "Elk besluit wordt één keer bekend, met één brief": (
        letter_too_early,
        "Anna de Wit kreeg een brief over een besluit",
    ),
    "Niemand beoordeelt de eigen school of zichzelf": (own_school, "Rik van Dam leest Anna de Wit van de eigen school"),
    "Niets gaat twee keer uit": (arrives_twice, "een brief kwam 2 keer aan"),
    "Wie de deur uit is wordt niet herinnerd": (reminded_after_leaving, "applications/draft_reminder aan iemand"),
    "Er is altijd iemand die beslist": (without_lead, "london heeft geen projectleider"),
    "Wat gevraagd is, wacht niet op niemand": (asks_for_nothing, "Anna de Wit vroeg te mogen insturen wat"),
    "Geen stand zonder geschiedenis": (moved_silently, "application is withdrawn, en daarvan staat niets"),
    "Wat geweigerd is, verandert niets": (half_a_refusal, "na refused: brieven"),
    "Wat ingestuurd is, staat vast, met een bevestiging": (rewritten, "een inzending is veranderd"),
    "Op tijd is op tijd": (too_late, "Anna de Wit stuurde in om"),
    "Een certificaat verandert en verdwijnt niet": (certificate_changes, "zegt iets anders"),
    "Een woord staat er alleen met toestemming": (without_consent, "een woord waarvoor niemand toestemming geeft"),
    "Een uitgave verandert alleen door een woord dat wordt teruggenomen": (edition_changes, "heeft andere cijfers"),
    "Een lijst zegt wat er is": (line_is_wrong, "score is Decimal('4.50'), ought to be None"),
}


def test_every_rule_has_its_control() -> None:
    assert SPOILT.keys() == rules.RULES.keys()


@pytest.mark.parametrize("rule", SPOILT)
def test_a_rule_notices(alliance: Alliance, rule: str) -> None:
    spoil, said = SPOILT[rule]
    spoil(alliance)
    with pytest.raises(Broken) as broken:
        rules.ask(alliance, Step("withdraw", "anna"), Done("refused", 1, wrote=frozenset({"people_user"})), only=rule)
    assert broken.value.rule == rule
    assert said in broken.value.how


# --- rules that are asked while a step is taken ---------------------------------------------------


def test_whose_it_is_does_not_ask_the_product(alliance: Alliance, monkeypatch: pytest.MonkeyPatch) -> None:
    """A permission that lets everybody pass is noticed."""
    monkeypatch.setattr(late, "can_give_late_access", lambda by, trip: YES)
    number = [*Trip.objects.order_by("pk")].index(Trip.objects.get(slug="london"))
    step = Step("give_late_access", "olaf", pick=(number,), trouble="wrong")
    with pytest.raises(Broken, match="Ieder doet alleen wat het zijne is: Olaf de Groot laat iemand later insturen"):
        alliance.take(step)


def test_a_second_click_that_mails_again_is_noticed(alliance: Alliance, monkeypatch: pytest.MonkeyPatch) -> None:
    def again(*, by: User) -> None:
        message(f"key {OutboxMessage.objects.count()}")

    look = lambda alliance, me, pick: Deed(again)  # noqa: E731
    monkeypatch.setitem(
        VERBS, "withdraw", type(VERBS["withdraw"])("withdraw", "klikt", look, "applicant", "", "anybody", 1)
    )
    with pytest.raises(Broken, match="Twee keer klikken is één keer doen"):
        alliance.take(Step("withdraw", "anna", trouble="twice"))


def test_a_page_that_tells_of_scores_is_noticed(alliance: Alliance) -> None:
    """A lead's page does; who applied has none that does."""
    hanneke, anna = (User.objects.get(pk=alliance.accounts[name]) for name in ("hanneke", "anna"))
    trip = Trip.objects.get(slug="london")
    with clock.at(world.MOMENTS["selection"]):
        Decision.objects.update(kind="reserve")
        pages.told_nothing(f"/my/applications/{of('anna').pk}/", anna)
        with pytest.raises(Broken, match="leest niets van een oordeel"):
            pages.told_nothing(f"/team/{trip.slug}/applications/", hanneke)


def test_an_evening_of_tomorrow_is_noticed(alliance: Alliance) -> None:
    place = Participation.objects.get()
    at = world.london(2026, 11, 11, 11, 59)
    DailyEvaluation.objects.create(participation=place, on=at.date(), answered_at=at, changed_at=at)
    with pytest.raises(Broken, match="schreef de avond van 2026-11-11 al om"):
        rules.ask(alliance, None, Done("", 1), only="Op tijd is op tijd")


def test_the_post_outside_meets_what_mail_meets() -> None:
    """Of many letters some are refused, some find the server busy, and some are taken before the line drops."""
    office = PostOffice()
    fates = {office.fate() for _letter in range(400)}
    assert fates == {"arrives", "busy", "unknown", "line drops before", "line drops after"}
