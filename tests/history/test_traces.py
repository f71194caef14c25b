"""History knows who tried to get in, what was refused or taken along, who looked, and what changed of an account.

Nobody can fill it, nothing of nobody is kept, and whoever it concerns reads it.
"""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib import admin
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from applications.models import Assessment, Decision, Submission
from evaluations.models import DailyEvaluation, OneWord
from exchange import clock
from exchange.admin import ReadOnlyAdmin, asks_why
from exchange.history.actions import record_often
from exchange.history.models import HistoryEntry
from exchange.people.models import User
from tests import world
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db
WHY = "Een klacht over de beoordeling."


def entries(verb):
    return list(HistoryEntry.objects.filter(verb=verb).order_by("pk"))


def own_page(user):
    return signed_in(user).get(reverse("history:mine")).text


# --- signing in ------------------------------------------------------------------------------------


def try_in(email, password="verkeerd-wachtwoord"):  # noqa: S107 -- a wrong one
    return Client().post(reverse("account_login"), {"login": email, "password": password})


@pytest.fixture
def no_limits(settings):
    settings.ACCOUNT_RATE_LIMITS = False


def test_a_failed_sign_in_is_the_owners_to_read(cast, no_limits):
    try_in(cast.lead.email.upper())
    [entry] = entries("sign_in.fail")
    assert (entry.by, entry.concerns, entry.facts) == (None, cast.lead.pk, {"times": 1})
    assert "merkte op dat inloggen niet lukte" in own_page(cast.lead)
    assert "merkte op dat inloggen niet lukte" not in own_page(cast.stranger())
    held = signed_in(cast.lead).get(reverse("privacy:data")).text
    assert "Wat er met je account gebeurde, en wie keek" in held


def test_guessing_for_an_hour_leaves_few_entries_with_a_count(cast, at, no_limits):
    at(world.MOMENTS["call"])
    for _ in range(12):
        try_in(cast.lead.email)
    assert [one.facts["times"] for one in entries("sign_in.fail")] == [1, 10]
    assert "(minstens 10 keer in een uur)" in own_page(cast.lead)
    at(world.MOMENTS["call"] + timedelta(hours=1))
    try_in(cast.lead.email)
    assert [one.facts["times"] for one in entries("sign_in.fail")] == [1, 10, 1]


def test_an_address_of_nobody_is_kept_nowhere(cast, no_limits):
    try_in("nobody-here@elsewhere.example")
    assert not HistoryEntry.objects.exists()
    # What is typed there by mistake may be a password.
    typed = "MijnGeheime!Wachtwoord@x.nl"
    try_in(typed)
    assert not HistoryEntry.objects.exists()


def test_who_signs_in_failed_nothing(cast):
    cast.lead.set_password("studiereis-2026")
    cast.lead.save()
    cast.lead.emailaddress_set.update_or_create(email=cast.lead.email, defaults={"verified": True, "primary": True})
    try_in(cast.lead.email, "studiereis-2026")
    assert entries("sign_in.fail") == []


def test_a_wrong_mailed_code_is_the_owners_to_read(cast, no_limits):
    browser = Client()
    browser.post(reverse("account_request_login_code"), {"email": cast.lead.email})
    browser.post(reverse("account_confirm_login_code"), {"code": "wrong"})
    assert [(one.concerns, one.facts) for one in entries("sign_in.fail")] == [(cast.lead.pk, {"times": 1})]


def test_a_wrong_code_for_an_address_of_nobody_is_kept_nowhere(cast, no_limits):
    browser = Client()
    browser.post(reverse("account_request_login_code"), {"email": "nobody-here@elsewhere.example"})
    browser.post(reverse("account_confirm_login_code"), {"code": "wrong"})
    assert entries("sign_in.fail") == []


def test_a_wrong_second_step_is_the_owners_to_read(cast, no_limits):
    cast.lead.set_password("studiereis-2026")
    cast.lead.save()
    cast.lead.emailaddress_set.update_or_create(email=cast.lead.email, defaults={"verified": True, "primary": True})
    TOTP.activate(cast.lead, "JBSWY3DPEHPK3PXP")
    browser = Client()
    browser.post(reverse("account_login"), {"login": cast.lead.email, "password": "studiereis-2026"})
    assert browser.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code in (200, 422)
    assert [(one.concerns, one.facts) for one in entries("sign_in.fail")] == [(cast.lead.pk, {"times": 1})]


# --- changes of the account ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mail", "verb"),
    [
        ("account/email/password_changed", "account.password"),
        ("account/email/password_set", "account.password"),
        ("account/email/password_reset", "account.password"),
        ("account/email/email_changed", "account.address"),
        ("account/email/email_deleted", "account.address"),
        ("mfa/email/totp_activated", "account.factor"),
        ("mfa/email/totp_deactivated", "account.factor"),
        ("mfa/email/recovery_codes_generated", "account.factor"),
        ("mfa/email/webauthn_added", "account.factor"),
        ("mfa/email/webauthn_removed", "account.factor"),
        ("socialaccount/email/account_connected", "account.school"),
        ("something/new", "account.change"),
    ],
)
def test_every_change_that_is_mailed_stands_in_history(cast, mail, verb, monkeypatch):
    from allauth.account.adapter import DefaultAccountAdapter

    from exchange.people.adapter import AccountAdapter

    monkeypatch.setattr(DefaultAccountAdapter, "send_notification_mail", lambda *args, **more: None)
    AccountAdapter().send_notification_mail(mail, cast.lead)
    [entry] = HistoryEntry.objects.all()
    assert (entry.verb, entry.by, entry.concerns) == (verb, cast.lead, cast.lead.pk)


def test_a_new_password_stands_on_the_own_page(cast):
    client = signed_in(cast.lead)
    cast.lead.set_password("studiereis-2026")
    cast.lead.save()
    client.force_login(cast.lead)
    said = {"oldpassword": "studiereis-2026", "password1": "een-heel-nieuw-woord", "password2": "een-heel-nieuw-woord"}
    assert client.post(reverse("account_change_password"), said).status_code == 302
    assert [one.concerns for one in entries("account.password")] == [cast.lead.pk]
    assert "wijzigde het wachtwoord" in own_page(User.objects.get(pk=cast.lead.pk))


# --- refusals --------------------------------------------------------------------------------------


def test_a_refusal_stands_with_the_trip_and_many_are_few(cast, at):
    at(world.MOMENTS["selection"])
    companion = cast.companion()
    client, url = signed_in(companion), reverse("applications:publish", args=[cast.trip.slug])
    for _ in range(12):
        assert client.post(url).status_code == 403
    refused = entries("right.refuse")
    assert [(one.by, one.trip, one.facts) for one in refused] == [
        (companion, cast.trip.pk, {"times": 1, "what": "applications:publish"}),
        (companion, cast.trip.pk, {"times": 10, "what": "applications:publish"}),
    ]
    assert (
        "kreeg een pagina niet te zien" in signed_in(cast.lead).get(reverse("history:trip", args=[cast.trip.slug])).text
    )
    assert "kreeg een pagina niet te zien" in own_page(companion)


def test_what_is_not_there_or_comes_too_late_is_no_refusal(cast):
    signed_in(cast.stranger()).get(reverse("applications:publish", args=[cast.trip.slug]))
    signed_in(cast.lead).post(reverse("trips:announce", args=[cast.trip.slug]))
    Client().get(reverse("applications:publish", args=[cast.trip.slug]))
    assert entries("right.refuse") == []


def test_an_address_says_nothing_that_is_kept(cast):
    signed_in(cast.companion()).get(reverse("history:all") + "?q=geheim")
    assert [one.facts for one in entries("right.refuse")] == [{"times": 1, "what": "history:all"}]


def test_a_cache_that_lost_its_count_starts_over(cast, monkeypatch):
    monkeypatch.setattr(cache, "incr", lambda key: (_ for _ in ()).throw(ValueError))
    record_often(about=cast.trip, verb="right.refuse", by=cast.lead)
    assert [one.facts["times"] for one in entries("right.refuse")] == [1]


# --- what is taken along ---------------------------------------------------------------------------


def test_a_list_that_leaves_says_who_took_it_and_of_how_many(cast, at):
    for _ in range(3):
        cast_place = world.participation(cast.trip, world.user())
    assert cast_place
    at(world.MOMENTS["travelling"])
    signed_in(cast.lead).get(reverse("trips:travellers-sheet", args=[cast.trip.slug]))
    ada = cast.administrator()
    signed_in(ada).get(reverse("applications:list-csv", args=[cast.trip.slug]))
    assert [(one.by, one.trip, one.facts) for one in entries("export.take")] == [
        (cast.lead, cast.trip.pk, {"what": "trips:travellers-sheet", "people": 3}),
        (ada, cast.trip.pk, {"what": "applications:list-csv", "people": 3}),
    ]
    page = signed_in(cast.lead).get(reverse("history:trip", args=[cast.trip.slug])).text
    assert "nam een lijst of document mee (3 personen)" in page
    assert "(3 personen)" in own_page(ada)


def test_a_poster_tells_of_nobody(cast, at):
    at(world.MOMENTS["call"])
    signed_in(cast.lead).get(reverse("trips:poster", args=[cast.trip.slug]))
    assert entries("export.take") == []


def test_the_own_data_is_taken_in_sight_of_its_owner(cast):
    world.proven(signed_in(cast.lead), cast.lead).get(reverse("privacy:download", args=["json"]))
    assert [(one.by, one.facts["people"]) for one in entries("export.take")] == [(cast.lead, 1)]


# --- looks in the administration -------------------------------------------------------------------


@pytest.fixture
def ada(cast):
    return cast.administrator()


def record_page(row):
    label = row._meta
    return reverse(f"admin:{label.app_label}_{label.model_name}_change", args=[row.pk])


def test_what_people_wrote_is_shown_after_a_reason_which_is_kept(cast, ada, at):
    place = cast.participant()
    at(world.MOMENTS["travelling"])
    evening = DailyEvaluation.objects.create(
        participation=place, on=world.DEPARTS, mood=2, answered_at=clock.now(), changed_at=clock.now()
    )
    client, url = signed_in(ada), record_page(evening)
    asked = client.get(url)
    assert 'name="reason"' in asked.text
    assert place.printed_name not in asked.text
    short = client.post(url, {"reason": "Zomaar"})
    assert (short.status_code, "Zomaar" in short.text) == (422, True)
    assert entries("record.look") == []
    shown = client.post(url, {"reason": WHY}, follow=True)
    assert place.printed_name in shown.text
    [entry] = entries("record.look")
    assert (entry.by, entry.reason, entry.concerns, entry.trip) == (ada, WHY, place.user_id, cast.trip.pk)
    for page in (own_page(place.user), signed_in(place.user).get(reverse("privacy:data")).text):
        assert WHY in page
        assert "Ada Administrator" in page
    theirs = world.proven(signed_in(place.user), place.user)
    assert WHY in theirs.get(reverse("privacy:download", args=["json"])).text
    assert WHY not in own_page(cast.stranger())
    # Signed out, it is asked again.
    client.logout()
    client.force_login(ada)
    assert 'name="reason"' in client.get(url).text


def test_the_page_of_changes_tells_of_a_record_and_asks_too(cast, ada, at):
    """Its heading is what the record is called: of the one word that is the word."""
    at(world.MOMENTS["return"])
    place = cast.participant()
    said = OneWord.objects.create(participation=place, moment="return", word="Verademing", written_at=clock.now())
    client, url = signed_in(ada), reverse("admin:evaluations_oneword_history", args=[said.pk])
    asked = client.get(url)
    assert 'name="reason"' in asked.text
    assert "Verademing" not in asked.text
    assert "Verademing" in client.post(url, {"reason": WHY}, follow=True).text
    assert [one.concerns for one in entries("record.look")] == [place.user_id]


def test_what_somebody_may_not_see_of_themselves_is_not_told_by_a_look(cast, ada, at):
    """Rule 4: no decision before its time, no reviewer, by any path."""
    sent = world.submitted(cast.trip, cast.applicant())
    at(world.MOMENTS["selection"])
    world.assessment(sent, cast.reviewer())
    world.decision(sent)
    client = signed_in(ada)
    for row in (Assessment.objects.get(), Decision.objects.get()):
        client.post(record_page(row), {"reason": WHY}, follow=True)
    assert len(entries("record.look")) == 2
    assert WHY not in own_page(sent.user)
    assert WHY not in signed_in(sent.user).get(reverse("privacy:data")).text
    Decision.objects.update(published_at=clock.now(), published_by=cast.lead)
    world.settle_all()
    cache.clear()
    client.get(record_page(Decision.objects.get()))
    assert WHY in own_page(sent.user)


def test_every_kind_of_record_about_people_asks_why(cast, ada):
    client = signed_in(ada)
    asked = {model.__name__ for model in admin.site._registry if asks_why(model)}
    assert {"DailyEvaluation", "Assessment", "Submission", "Decision", "Endorsement", "LearningGoal"} <= asked
    for model, page in admin.site._registry.items():
        label = model._meta
        answer = client.get(reverse(f"admin:{label.app_label}_{label.model_name}_changelist"))
        assert ('name="reason"' in answer.text) is asks_why(model), model
        assert not asks_why(model) or isinstance(page, ReadOnlyAdmin), model


def test_many_looks_at_one_record_are_few_entries(cast, ada, at):
    at(world.MOMENTS["call"])
    world.submitted(cast.trip, cast.applicant())
    client, url = signed_in(ada), record_page(Submission.objects.get())
    client.post(url, {"reason": WHY})
    for _ in range(12):
        assert client.get(url).status_code == 200
    assert [one.facts["times"] for one in entries("record.look")] == [1, 10]
