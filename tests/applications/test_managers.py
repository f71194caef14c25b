"""Managers who do not answer, mail that comes back, and what a second question says has changed."""

import socket
from datetime import timedelta

import pytest
from django.core.management import call_command

from applications.endorsing import actions as endorsing
from applications.endorsing.tokens import token
from applications.models import Application, Endorsement
from applications.reminders import managers, silent_managers
from applications.writing import actions as drafting
from exchange import clock
from exchange.outbox.bounces import Outcome, take
from exchange.outbox.delivery import deliver
from exchange.outbox.lifecycle import FAILED
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import Trip
from tests import world
from tests.applications.test_endorse import SIGNED
from tests.outbox.conftest import server  # noqa: F401 -- a mail server that answers as it is told
from tests.outbox.test_bounces import report

pytestmark = pytest.mark.django_db
#: A Tuesday; the call closes on Thursday 1 October.
ASKED = world.home(2026, 9, 15, 16)
DAY = timedelta(days=1)


@pytest.fixture
def samira(cast):
    return world.user("Samira Idrissi", at=cast.school)


def ask(cast, samira, email="joke@duinrand.example"):
    application = world.application(cast.trip, samira, manager_email=email)
    drafting.submit(application=application, by=samira)
    application.refresh_from_db()
    return application


@pytest.fixture
def sent(cast, samira, at):
    at(ASKED)
    return ask(cast, samira)


def questions():
    return OutboxMessage.objects.filter(kind="applications/endorse").count()


# --- chasing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "chases"), [(2, 0), (3, 1), (5, 1), (6, 2), (7, 2), (20, 2)])
def test_a_manager_is_asked_again_on_the_third_and_the_sixth_day(sent, at, days, chases):
    for day in range(1, days + 1):
        at(ASKED + day * DAY)
        managers(ASKED + day * DAY)
        managers(ASKED + day * DAY)
    assert questions() == 1 + chases


def test_the_day_counts_from_midnight(sent, at):
    """Asked at four in the afternoon; the daily run at seven in the morning of the third day is in time."""
    moment = world.home(2026, 9, 18, 7)
    at(moment)
    assert managers(moment) == 1


def test_after_a_pause_one_mail_and_not_two(sent, at):
    at(ASKED + 10 * DAY)
    assert managers(ASKED + 10 * DAY) == 1
    assert questions() == 2


def test_over_the_change_of_the_clock_the_third_day_is_the_third_day(cast, samira, at):
    """Asked on Friday 23 October 2026, two days before the clock goes back: Monday is the third day, not Sunday."""
    cast.trip.closes_at = world.home(2026, 10, 30, 17)
    cast.trip.endorse_by_at = world.home(2026, 11, 6, 17)
    cast.trip.save()
    at(world.home(2026, 10, 23, 23, 30))
    ask(cast, samira)
    assert managers(world.home(2026, 10, 25, 23, 30)) == 0
    assert managers(world.home(2026, 10, 26, 0, 30)) == 1


@pytest.mark.parametrize("why", ["answered", "withdrawn", "published", "cancelled", "bounced"])
def test_nobody_is_chased_in_vain(cast, sent, at, client, why):
    asked = sent.endorsements.get()
    at(ASKED + DAY)
    if why == "answered":
        assert client.post(f"/endorse/{token(asked)}/", SIGNED).status_code == 302
    elif why == "withdrawn":
        drafting.withdraw(application=sent, by=sent.user)
    elif why == "bounced":
        Endorsement.objects.update(bounced_at=ASKED)
    else:
        setattr(cast.trip, f"{why}_at", ASKED + DAY)
        setattr(cast.trip, f"{why}_by", cast.lead)
        cast.trip.save()
    later = ASKED + 9 * DAY
    at(later)
    assert (managers(later), silent_managers(later)) == (0, 0)


def test_the_reminder_keeps_the_old_link(sent, at, client):
    asked = sent.endorsements.get()
    at(ASKED + 3 * DAY)
    call_command("remind")
    assert Endorsement.objects.get().generation == asked.generation
    assert client.get(f"/endorse/{token(asked)}/").status_code == 200


# --- somebody else ---------------------------------------------------------------------------------


def test_from_the_eighth_day_the_applicant_hears_and_may_ask_somebody_else_also_after_closing(cast, sent, at, login):
    Application.objects.update(trip=cast.trip)
    asked_on = world.CLOSES - 4 * DAY
    Endorsement.objects.update(asked_at=asked_on)
    browser, page = login(sent.user), f"/my/applications/{sent.pk}/manager/"
    at(asked_on + 7 * DAY)
    assert silent_managers(asked_on + 7 * DAY) == 0
    refused = browser.get(page)
    assert refused.status_code == 409
    # Asked on Sunday 27 September; eight days later it is Monday 5 October.
    assert "maandag 5 oktober" in refused.content.decode()
    at(asked_on + 8 * DAY)
    assert (silent_managers(asked_on + 8 * DAY), silent_managers(asked_on + 8 * DAY)) == (1, 0)
    told = OutboxMessage.objects.get(kind="applications/manager_silent")
    assert told.recipient == sent.user
    assert page in told.body
    assert "Iemand anders vragen" in browser.get("/my/").content.decode()
    answer = browser.post(page, {"manager_name": "Bo", "manager_email": "bo@duinrand.example"})
    assert answer.status_code == 302
    assert sent.endorsements.current().get().manager_email == "bo@duinrand.example"


def test_after_the_publication_nobody_else_is_asked(cast, sent, at, login):
    cast.trip.published_at, cast.trip.published_by = world.home(2026, 10, 12), cast.lead
    cast.trip.save()
    at(world.home(2026, 10, 13))
    assert login(sent.user).get(f"/my/applications/{sent.pk}/manager/").status_code == 409


# --- mail that comes back --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_address_the_server_does_not_know(cast, samira, at, login, server):  # noqa: F811
    at(ASKED)
    sent = ask(cast, samira, "never@duinrand.example")
    deliver()
    asked = sent.endorsements.get()
    assert asked.bounced_at == ASKED
    told = OutboxMessage.objects.get(kind="applications/manager_unreachable")
    assert told.recipient == samira
    assert "never@duinrand.example" in told.body
    page = login(samira).get(f"/my/applications/{sent.pk}/").content.decode()
    assert "de mail kwam terug" in page
    assert "Vraag nog eens per mail" not in page
    assert login(samira).post(f"/my/applications/{sent.pk}/manager/remind/").status_code == 409
    assert (
        "de mail kwam terug" in login(cast.lead).get(f"/team/{cast.trip.slug}/applications/{sent.pk}/").content.decode()
    )
    # After closing too: the address is repaired, and the new request starts afresh.
    at(world.CLOSES + DAY)
    repaired = {"manager_name": "Joke Mulder", "manager_email": "joke@duinrand.example"}
    assert login(samira).post(f"/my/applications/{sent.pk}/manager/", repaired).status_code == 302
    assert sent.endorsements.current().get().bounced_at is None


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_comes_back_a_day_later_goes_through_the_same_door(cast, samira, at, login, server, settings):  # noqa: F811
    settings.BOUNCE_ADDRESS = "bounces@exchange.example"
    at(ASKED)
    sent = ask(cast, samira)
    deliver()
    question = OutboxMessage.objects.get(kind="applications/endorse")
    assert question.status == "sent"
    at(ASKED + DAY)
    raw = report("exchange_online", question)
    assert take(raw) == Outcome.CAME_BACK
    assert take(raw) == Outcome.KNOWN
    assert sent.endorsements.get().bounced_at == ASKED + DAY
    told = OutboxMessage.objects.get(kind="applications/manager_unreachable")
    assert (told.recipient, told.status) == (samira, "queued")
    assert "de mail kwam terug" in login(samira).get(f"/my/applications/{sent.pk}/").content.decode()
    assert "Je leidinggevende is niet bereikbaar" in login(samira).get("/my/").content.decode()
    lead = login(cast.lead)
    assert "de mail kwam terug" in lead.get(f"/team/{cast.trip.slug}/applications/{sent.pk}/").content.decode()
    assert "de mail kwam terug" in lead.get(f"/team/{cast.trip.slug}/funnel/").content.decode()
    assert f"/mail/{question.pk}/" in lead.get("/my/").content.decode()
    # Sent again by the lead, with a link that works, from an address that the first report knows nothing of.
    assert lead.post(f"/mail/{question.pk}/resend/").status_code == 302
    deliver()
    assert server.received[-1].mail_from != server.received[0].mail_from
    again = next(one for one in reversed(server.received) if one.rcpt_tos == [question.to])
    assert b"/endorse/" in again.content
    assert take(raw) == Outcome.UNKNOWN
    question.refresh_from_db()
    assert question.status == "sent"


def test_a_report_about_a_question_that_was_answered_meanwhile_alarms_nobody(sent, client, settings):
    settings.BOUNCE_ADDRESS = "bounces@exchange.example"
    question = OutboxMessage.objects.get(kind="applications/endorse")
    OutboxMessage.objects.filter(pk=question.pk).update(status="sent")
    client.post(f"/endorse/{token(sent.endorsements.get())}/", SIGNED)
    assert take(report("gmail", question)) == Outcome.CAME_BACK
    assert sent.endorsements.get().bounced_at is None
    assert not OutboxMessage.objects.filter(kind="applications/manager_unreachable").exists()


@pytest.mark.django_db(transaction=True)
def test_a_greylist_is_no_bounce(cast, samira, at, server):  # noqa: F811
    at(ASKED)
    sent = ask(cast, samira, "later@duinrand.example")
    deliver()
    assert sent.endorsements.get().bounced_at is None
    assert not OutboxMessage.objects.filter(kind="applications/manager_unreachable").exists()
    assert OutboxMessage.objects.get(kind="applications/endorse").status == "queued"


@pytest.mark.django_db(transaction=True)
def test_a_server_that_says_nothing_is_tried_until_it_is_given_up(cast, samira, at, settings):
    """It takes the call and stays silent. Two and a half days later the applicant hears that the mail won't arrive."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_TIMEOUT = 0.05
        at(ASKED)
        sent = ask(cast, samira)
        OutboxMessage.objects.exclude(kind="applications/endorse").delete()
        for minutes in (0, 1, 5, 30, 120, 360, 360, 720, 1440):
            moment = OutboxMessage.objects.get(kind="applications/endorse").next_attempt_at
            assert sent.endorsements.get().bounced_at is None, minutes
            at(moment)
            deliver()
    assert OutboxMessage.objects.get(kind="applications/endorse").status == FAILED
    assert sent.endorsements.get().bounced_at == moment


def test_what_nobody_can_be_sure_of_is_no_bounce(sent):
    """A link of an older generation comes back: the newer question stands."""
    message = OutboxMessage.objects.get(kind="applications/endorse")
    Endorsement.objects.update(generation=2)
    endorsing.mail_came_back(message)
    assert sent.endorsements.get().bounced_at is None


def test_where_nobody_can_answer_any_more_no_mail_is_missed(sent):
    """The trip was cancelled meanwhile."""
    Trip.objects.update(cancelled_at=clock.now(), cancelled_by=sent.user)
    endorsing.mail_came_back(OutboxMessage.objects.get(kind="applications/endorse"))
    assert sent.endorsements.get().bounced_at is None


# --- what changed ----------------------------------------------------------------------------------


def test_a_second_question_says_what_changed(sent, samira, client, at):
    first = sent.endorsements.get()
    client.post(f"/endorse/{token(first)}/", SIGNED)
    goal = sent.goals.get()
    goal.able_to = "Ik kan een herstelgesprek begeleiden."
    goal.save()
    at(ASKED + DAY)
    drafting.submit(application=sent, by=samira)
    mail = OutboxMessage.objects.filter(kind="applications/endorse").latest("queued_at")
    assert "Veranderd:\n- De leerdoelen\n" in mail.body
    page = client.get(f"/endorse/{token(sent.endorsements.current().get())}/").content.decode()
    assert "Veranderd sinds je antwoord van dinsdag 15 september 2026: de leerdoelen." in page
    assert "<ins>begeleiden.</ins>" in page
    assert "<del>leiden (1).</del>" in page
    assert "de uren" not in page


def test_a_colleague_who_never_saw_the_first_reads_no_changes(sent, client, samira):
    first = sent.endorsements.get()
    endorsing.pass_on(endorsement=first, generation=1, name="Bo", email="bo@duinrand.example")
    page = client.get(f"/endorse/{token(sent.endorsements.current().get())}/").content.decode()
    assert "Veranderd sinds" not in page


# --- the promise -----------------------------------------------------------------------------------


def test_the_promise_holds_costs_policy_and_a_contact(cast, samira, client, login, at):
    at(ASKED)
    Trip.objects.update(costs_nl="De school betaalt de reis.")
    cast.trip.refresh_from_db()
    sent = ask(cast, samira)
    asked = sent.endorsements.get()
    assert client.post(f"/endorse/{token(asked)}/", SIGNED).status_code == 302
    asked.refresh_from_db()
    assert (asked.costs, asked.policy) == ("Uit het scholingsbudget.", "Het veiligheidsbeleid.")
    assert (asked.contact_name, asked.contact_email) == ("Joke Mulder", "joke@duinrand.example")
    page = login(cast.lead).get(f"/team/{cast.trip.slug}/applications/{sent.pk}/").content.decode()
    for said in ("Uit het scholingsbudget.", "Het veiligheidsbeleid.", "joke@duinrand.example"):
        assert said in page


def test_the_applicant_is_no_contact_for_the_school(sent, client, samira):
    asked = sent.endorsements.get()
    answer = client.post(f"/endorse/{token(asked)}/", SIGNED | {"contact_email": samira.email.upper()})
    assert answer.status_code == 422
    assert "Het komt in het jaarplan." in answer.content.decode()
    assert Endorsement.objects.get().status == "asked"
