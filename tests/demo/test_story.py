"""The demonstration alliance, as the contract asks for it."""

import json
import subprocess
from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from applications.models import Application, Assessment, Line
from demo import places
from demo.story import tell
from evaluations.impact.models import Redaction
from evaluations.models import Action, DailyEvaluation, FollowUp, OneWord
from exchange import clock
from exchange.outbox.models import OutboxMessage
from exchange.people.models import Institution, User
from exchange.trips.lifecycle import Phase
from exchange.trips.models import Participation, Trip
from tests import world

NOW = world.home(2026, 11, 21, 15)


@pytest.fixture(scope="module")
def story(django_db_setup, django_db_blocker, tmp_path_factory):
    """The whole story, told once and rolled back after the last test of this file."""
    from django.conf import settings

    before = settings.VAR, settings.EMAIL_BACKEND
    settings.VAR, settings.EMAIL_BACKEND = tmp_path_factory.mktemp("var"), "demo.mailbox.Backend"
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                tell(NOW)
                with clock.at(NOW):
                    yield
                raise LookupError("told")
        except LookupError:
            pass
    settings.VAR, settings.EMAIL_BACKEND = before


# The demonstration is shown on SQLite; on PostgreSQL tests/journeys goes through the whole cycle.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story"), pytest.mark.once]


def of(slug):
    return Participation.objects.filter(trip__slug=slug, status="active")


def test_seven_schools_of_which_one_aoc():
    assert Counter(Institution.objects.members().values_list("kind", flat=True)) == {"roc": 6, "aoc": 1}


def test_a_trip_in_every_phase_and_one_cancelled():
    assert {trip.phase for trip in Trip.objects.all()} == set(Phase)


def test_at_least_150_applications():
    assert Application.objects.count() >= 150


def test_every_line_is_what_it_is_derived_from():
    assert Line.objects.count() >= 150
    world.prove("the whole story")


def test_the_closed_trip_is_whole():
    travellers = of("safeguarding-1")
    assert travellers.count() >= 16
    assert travellers.values("institution").distinct().count() == 7
    assert FollowUp.objects.filter(participation__in=travellers, answered_at__isnull=False).count() >= 12


def test_two_editions_of_safeguarding():
    assert Counter(Trip.objects.filter(theme__slug="safeguarding").values_list("title_nl", flat=True)) == {
        "Safeguarding": 2
    }


def test_everybody_can_sign_in(client):
    for key, *_rest in places.ACCOUNTS:
        assert client.login(email=f"{key}@exchange.example", password="studiereis"), key


def test_the_applicant_has_a_draft_and_a_submission():
    own = Application.objects.filter(user__email="applicant@exchange.example")
    assert {a.trip.slug: (a.status, str(a.trip.phase)) for a in own} == {
        "safeguarding-2": ("draft", "call"),
        "digitaal-tallinn": ("submitted", "selection"),
    }


def test_the_participant_travels_today_day_two():
    own = Participation.objects.get(user__email="participant@exchange.example")
    assert own.trip.days[1] == date(2026, 11, 21)
    assert not DailyEvaluation.objects.filter(participation=own, on=date(2026, 11, 21)).exists()


def test_the_alumnus_has_a_word_to_take_back():
    word = OneWord.objects.get(participation__user__email="alumnus@exchange.example", moment="return")
    assert (word.consent, word.shown.count()) == (True, 1)


def test_somebody_took_a_word_back():
    assert Redaction.objects.filter(edition__trip__slug="safeguarding-1").count() == 2  # it stood in both editions


def test_the_alumnus_has_an_open_action():
    own = Action.objects.filter(participation__user__email="alumnus@exchange.example", status="planned")
    assert own.exists()
    assert own.first().participation.trip.phase == Phase.FOLLOW_UP


def test_a_reviewer_has_something_to_read():
    assert Assessment.objects.filter(reviewer__email="reviewer@exchange.example", status="assigned").exists()


def test_all_mail_was_delivered_as_the_story_went():
    assert set(OutboxMessage.objects.values_list("status", flat=True)) <= {"sent", "cancelled"}
    late = [m for m in OutboxMessage.objects.filter(status="sent") if m.sent_at - m.queued_at > timedelta(hours=1)]
    assert late == []


def test_documents_pass_qpdf(story):
    made = {path.name: path for path in places.write_documents()}
    assert set(made) == {"certificate.pdf", "report.pdf", "report.xlsx", "report.html"}
    for name in ("certificate.pdf", "report.pdf"):
        subprocess.run(["qpdf", "--check", made[name]], check=True, capture_output=True)


def test_the_map_names_what_scripts_need():
    found = json.loads(json.dumps(places.places()))
    assert found["trips"]["welkom-manchester"]["phase"] == "travelling"
    assert found["accounts"]["lead2"]["email"] == "lead2@exchange.example"
    for name in ("action", "certificate", "edition", "endorsement", "assessment", "participant", "alumnus"):
        assert found[name], name


def test_the_command_exists_only_in_the_demonstration(settings, capsys):
    settings.DEMO = False
    with pytest.raises(CommandError, match="only"):
        call_command("demo")
    settings.DEMO = True
    places.mark_loaded()
    call_command("demo")
    out = capsys.readouterr().out
    assert "lead@exchange.example" in out
    assert "week old" not in out
    with clock.at(NOW + timedelta(days=8)):
        call_command("demo")
    assert "week old" in capsys.readouterr().out


def test_the_crowd_is_invented():
    assert all(user.email.endswith(".example") for user in User.objects.all())
