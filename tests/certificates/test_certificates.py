"""Conditions, issuing, overruling, revoking, and what the public page tells."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from applications.models import Submission
from evaluations.certificates import actions, documents
from evaluations.certificates.conditions import Record, checklist, days_needed
from evaluations.certificates.lifecycle import CertificateKind
from evaluations.certificates.models import Certificate
from evaluations.lifecycle import Moment
from evaluations.models import FollowUp, GoalLevel, Presentation
from exchange import carry_on
from exchange.history.models import HistoryEntry
from exchange.outbox.models import OutboxMessage
from exchange.trips.models import MeetingKind, Participation
from exchange.verdicts import Refused
from tests import world
from tests.conftest import signed_in
from tests.search.test_stored_words import OTHER, TYPED

BACK = world.home(2026, 11, 14)
YEAR = world.home(2027, 11, 13)


def be_present(participation, days=4, by=None):
    for on in participation.trip.days[:days]:
        participation.attendance.create(on=on, present=True, ticked_at=BACK, ticked_by=by)


def complete(participation):
    """Everything the certificate of the whole cycle asks."""
    be_present(participation)
    meeting = world.meeting(participation.trip)
    participation.attendance.create(meeting=meeting, present=True, ticked_at=BACK)
    Presentation.objects.create(
        participation=participation, title="Herstel", held_at=BACK, held_by=participation.user, changed_at=BACK
    )
    FollowUp.objects.create(participation=participation, answered_at=YEAR)


@pytest.fixture
def trip(cast):
    world.programme(cast.trip)
    return cast.trip


def test_eighty_percent_of_four_days_is_all_four(trip):
    """0.8 x 4 = 3.2, so three days are not enough."""
    assert days_needed(trip) == 4
    trip.attendance_percent = 75
    assert days_needed(trip) == 3


@pytest.mark.parametrize(
    ("record", "attendance", "cycle"),
    [
        (Record(), [False], [False, False, False, False]),
        (Record(days=3), [False], [False, False, False, False]),
        (Record(days=4), [True], [False, True, False, False]),
        (Record(4, preparation=True, follow_up=True, presented=True), [True], [True, True, True, True]),
    ],
)
def test_checklist(trip, record, attendance, cycle):
    assert [c.met for c in checklist(CertificateKind.ATTENDANCE, trip, record)] == attendance
    assert [c.met for c in checklist(CertificateKind.CYCLE, trip, record)] == cycle


def test_not_before_the_return(cast, trip, at):
    piet = cast.participant()
    be_present(piet)
    at(world.home(2026, 11, 12))
    with pytest.raises(Refused, match="vroeg|early"):
        actions.issue(participation=piet, kind=CertificateKind.ATTENDANCE, by=cast.lead)


def test_issue_freezes_what_it_states(cast, trip, at):
    at(BACK)
    piet = cast.participant()
    be_present(piet)
    issued = actions.issue(participation=piet, kind=CertificateKind.ATTENDANCE, by=cast.lead)
    assert issued.serial == "2026-VIL-0001"
    assert issued.facts["name"] == "Piet Participant"
    # Four days of three hours each, all school visits.
    assert (issued.facts["hours"]["total"], issued.facts["hours"]["visits"]) == ("12.0", "12.0")
    assert issued.facts["hosts"] == ["Hackney Road College"]
    piet.institution.name = "roc Anders"
    piet.institution.save()
    piet.printed_name = "Iemand Anders"
    piet.save()
    world.settle_all()
    issued.refresh_from_db()
    assert (issued.facts["name"], issued.facts["institution"]) == ("Piet Participant", "roc Duinrand")


def test_hours_count_the_days_present(cast, trip, at):
    at(BACK)
    piet = cast.participant()
    be_present(piet, days=2)
    issued = actions.issue(
        participation=piet, kind=CertificateKind.ATTENDANCE, by=cast.lead, overrule="Ziek naar huis."
    )
    assert issued.facts["hours"]["total"] == "6.0"
    assert issued.overruled_reason == "Ziek naar huis."


def test_one_live_certificate_and_one_mail(cast, trip, at):
    at(BACK)
    piet = cast.participant()
    be_present(piet)
    first = actions.issue(participation=piet, kind=CertificateKind.ATTENDANCE, by=cast.lead)
    assert actions.issue(participation=piet, kind=CertificateKind.ATTENDANCE, by=cast.lead) == first
    assert OutboxMessage.objects.filter(kind="certificates/issued").count() == 1


def test_a_missing_condition_needs_a_reason(cast, trip, at):
    at(YEAR)
    piet = cast.participant()
    be_present(piet)
    with pytest.raises(Refused):
        actions.issue(participation=piet, kind=CertificateKind.CYCLE, by=cast.lead)
    assert (
        actions.issue(participation=piet, kind=CertificateKind.CYCLE, by=cast.lead, overrule="Gaf een gastles.").status
        == "issued"
    )


def test_only_the_lead_issues(cast, trip, at):
    at(YEAR)
    piet = cast.participant()
    complete(piet)
    for person in (cast.companion(), piet.user, cast.coordinator()):
        with pytest.raises(Refused):
            actions.issue(participation=piet, kind=CertificateKind.CYCLE, by=person)


def test_outcomes_are_those_reached_latest_first(cast, trip, at):
    at(YEAR)
    piet = cast.participant(goals=2)
    complete(piet)
    one, two = piet.goals.all()
    rows = [(one, Moment.RETURN, 0, "Toen"), (one, Moment.ONE_YEAR, 1, "Nu"), (two, Moment.ONE_YEAR, -1, "Nog niet")]
    for goal, when, level, outcome in rows:
        GoalLevel.objects.create(goal=goal, moment=when, level=level, outcome=outcome, scored_at=YEAR)
    issued = actions.issue(participation=piet, kind=CertificateKind.CYCLE, by=cast.lead)
    assert issued.facts["outcomes"] == [{"text": "Nu", "lang": "nl"}]
    # Twelve hours of programme, twelve before and twelve after.
    assert issued.facts["hours"]["total"] == "36.0"


def test_issue_all_skips_who_is_not_ready(cast, trip, at):
    at(BACK)
    ready, absent = cast.participant(), world.participation(trip)
    be_present(ready)
    be_present(absent, days=1)
    assert [c.participation for c in actions.issue_all(trip=trip, kind=CertificateKind.ATTENDANCE, by=cast.lead)] == [
        ready
    ]
    assert actions.issue_all(trip=trip, kind=CertificateKind.ATTENDANCE, by=cast.lead) == []


def test_serials_follow_and_survive_revoking(cast, trip, at, login):
    at(BACK)
    one, two = cast.participant(), world.participation(trip)
    be_present(one)
    be_present(two)
    first = actions.issue(participation=one, kind=CertificateKind.ATTENDANCE, by=cast.lead)
    url = reverse("certificates:revoke", args=[first.pk])
    assert login(cast.lead).post(url, {"reason": ""}).status_code == 422
    assert login(cast.lead).post(url, {"reason": "De naam is fout gespeld."}).status_code == 302
    first.refresh_from_db()
    assert (first.status, first.revoked_by) == ("revoked", cast.lead)
    assert login(cast.lead).post(url, {"reason": "De naam is  fout gespeld."}).status_code == 302, "a second click"
    other = {"reason": "Nog eens: <b>de datum</b>.", carry_on.AUTHOR: carry_on.mark(cast.lead)}
    answer = login(cast.lead).post(url, other)
    assert answer.status_code == 409, "other words were not taken, so they stand there to be copied"
    assert "Nog eens: &lt;b&gt;de datum&lt;/b&gt;." in answer.text
    first.refresh_from_db()
    assert first.revoked_reason == "De naam is fout gespeld."
    again = actions.issue(participation=one, kind=CertificateKind.ATTENDANCE, by=cast.lead)
    assert (again.serial, again.pk != first.pk) == ("2026-VIL-0002", True)


@pytest.fixture
def issued(cast, trip, at):
    at(BACK)
    piet = cast.participant()
    be_present(piet)
    return actions.issue(participation=piet, kind=CertificateKind.ATTENDANCE, by=cast.lead)


def verify(client, typed, **data):
    url = reverse("certificates:verify", args=[typed])
    return client.post(url, data) if data else client.get(url)


def test_the_public_page_shows_initials_only(client, issued):
    page = verify(client, issued.code)
    assert page.status_code == 200
    assert "P. P." in page.text
    assert "Participant" not in page.text
    assert page["X-Robots-Tag"] == "noindex, nofollow"


def test_the_holder_may_show_the_name(client, issued, login):
    url = reverse("certificates:name", args=[issued.pk])
    assert login(issued.issued_by).post(url, {"show": ""}).status_code == 403
    assert login(issued.participation.user).post(url, {"show": ""}).status_code == 302
    assert "Piet Participant" in verify(client, issued.code).text


@pytest.mark.parametrize(
    ("typed", "matches"), [("piet  PARTICIPANT", True), ("Piét Participant", True), ("Piet", False)]
)
def test_a_typed_name_is_compared(client, issued, typed, matches):
    assert verify(client, issued.code, name=typed).context["matches"] is matches


@pytest.mark.parametrize(("printed", "typed"), TYPED)
def test_it_is_the_same_name_on_another_keyboard(client, issued, printed, typed):
    printed_as(issued, printed)
    assert verify(client, issued.code, name=typed).context["matches"] is True


@pytest.mark.parametrize(("printed", "typed"), [(name, one) for name, typed in OTHER.items() for one in typed if one])
def test_another_name_stays_another_name(client, issued, printed, typed):
    printed_as(issued, printed)
    assert verify(client, issued.code, name=typed).context["matches"] is False


def test_a_name_without_letters_matches_nothing(client, issued):
    printed_as(issued, "👍")
    assert verify(client, issued.code, name="!!!").context["matches"] is False


def printed_as(certificate, name):
    Certificate.objects.filter(pk=certificate.pk).update(facts={**certificate.facts, "name": name})


def test_unknown_and_malformed_get_the_same_page(client, issued):
    codes = ("0" * 26, "nonsense", issued.serial)
    pages = [verify(client, typed) for typed in codes]
    assert [page.status_code for page in pages] == [404] * 3
    # The language switch leads back to the address itself, which the visitor knows; its token differs each time.
    texts = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.text) for page in pages]
    assert len({text.replace(f"/verify/{typed}/", "") for text, typed in zip(texts, codes, strict=True)}) == 1


def test_revoked_says_so(client, cast, issued):
    actions.revoke(certificate=issued, reason="Fout.", by=cast.lead)
    page = verify(client, issued.code)
    assert page.status_code == 200
    assert page.context["certificate"].status == "revoked"
    assert "Fout." not in page.text


def test_verifies_after_the_participation_is_gone(client, issued):
    Certificate.objects.update(participation=None)
    assert verify(client, issued.code).status_code == 200


def test_guessing_is_limited(client, issued, settings):
    statuses = [verify(client, f"{n:026d}").status_code for n in range(61)]
    assert statuses[:60] == [404] * 60
    assert statuses[60] == 429


def test_the_paper_is_for_holder_and_team(cast, issued, login, client):
    url = reverse("certificates:paper", args=[issued.pk])
    assert client.get(url).status_code == 302
    assert login(cast.stranger()).get(url).status_code == 404
    assert login(cast.reviewer()).get(url).status_code == 404
    for person in (issued.participation.user, cast.lead):
        page = login(person).get(url + "?language=en")
        assert page["Content-Type"] == "application/pdf"


def test_reprints_are_identical_and_languages_differ(issued, at):
    first = documents.printed(issued, "nl")
    at(BACK + timedelta(days=300))
    issued.refresh_from_db()
    assert documents.printed(issued, "nl") == first
    assert documents.printed(issued, "en") != first


def test_the_qr_code_opens_the_page(issued, tmp_path, client):
    import subprocess

    import zxingcpp
    from PIL import Image

    source = tmp_path / "certificate.pdf"
    source.write_bytes(documents.printed(issued, "both"))
    subprocess.run(["pdftoppm", "-r", "150", "-png", source, tmp_path / "page"], check=True)
    pages = sorted(tmp_path.glob("page*.png"))
    assert len(pages) == 1
    found = zxingcpp.read_barcodes(Image.open(pages[0]))
    assert [code.text for code in found] == [f"http://testserver/verify/{issued.code}/"]
    assert client.get(found[0].text.removeprefix("http://testserver")).status_code == 200


def test_the_team_page_counts_who_is_ready(cast, trip, at, login):
    at(BACK)
    be_present(cast.participant())
    world.participation(trip)
    page = login(cast.lead).get(reverse("certificates:team", args=[trip.slug]))
    assert [(one["kind"], one["count"], one["open"]) for one in page.context["ready"]] == [
        (CertificateKind.ATTENDANCE, 1, True),
        (CertificateKind.CYCLE, 0, False),
    ]
    assert login(cast.companion()).get(reverse("certificates:team", args=[trip.slug])).status_code == 200
    assert login(cast.reviewer()).get(reverse("certificates:team", args=[trip.slug])).status_code == 403


def test_the_follow_up_day_counts_by_attendance_too(cast, trip, at):
    at(YEAR)
    piet = cast.participant()
    complete(piet)
    FollowUp.objects.all().delete()
    with pytest.raises(Refused):
        actions.issue(participation=piet, kind=CertificateKind.CYCLE, by=cast.lead)
    day = world.meeting(trip, MeetingKind.FOLLOW_UP)
    piet.attendance.create(meeting=day, present=True, ticked_at=YEAR)
    assert actions.issue(participation=piet, kind=CertificateKind.CYCLE, by=cast.lead).kind == CertificateKind.CYCLE


def test_an_unknown_kind_is_not_there(cast, trip, at, login):
    at(BACK)
    url = reverse("certificates:issue-all", args=[trip.slug, "diploma"])
    assert login(cast.lead).post(url).status_code == 404


def test_the_page_of_the_team_opens_before_there_are_dates(cast):
    cast.trip.participations.all().delete()
    type(cast.trip).objects.filter(pk=cast.trip.pk).update(
        announced_at=None, announced_by=None, published_at=None, published_by=None,
        opens_at=None, closes_at=None, departs_on=None, returns_on=None, return_meeting_on=None, follow_up_on=None,
    )  # fmt: skip
    response = signed_in(cast.lead).get(reverse("certificates:team", args=[cast.trip.slug]))
    assert (response.status_code, response.context["ready"]) == (200, [])


# --- the printed name -----------------------------------------------------------------------------


def correct(client, participation, **data):
    where = reverse("certificates:printed-name", args=[participation.trip.slug, participation.pk])
    data = {"seen": participation.printed_name, "reason": "Op het paspoort staat een é."} | data
    return client.post(where, data)


def test_the_lead_corrects_a_name_and_the_traveller_reads_it(cast, at, trip, login):
    at(BACK)
    piet, lead = cast.participant(), login(cast.lead)
    assert "naam verbeteren" in lead.get(reverse("certificates:team", args=[trip.slug])).text
    assert correct(lead, piet, name=" Piét\u00a0 Participant ").status_code == 302
    piet.refresh_from_db()
    assert piet.printed_name == "Piét Participant"
    # What was sent stays what was sent.
    assert [one.printed_name for one in Submission.objects.filter(application__user=piet.user)] == ["Piet Participant"]
    deed = HistoryEntry.objects.get(verb="participation.correct_name")
    assert (deed.by, deed.trip, deed.reason) == (cast.lead, trip.pk, "Op het paspoort staat een é.")
    mail = OutboxMessage.objects.get(kind="certificates/name_corrected")
    assert (mail.to, mail.reply_to) == (piet.user.email, cast.lead.email)
    for words in ("\nPiet Participant\n", "\nPiét Participant\n", "Op het paspoort staat een é."):
        assert words in mail.body
    page = signed_in(piet.user).get(reverse("certificates:mine", args=[trip.slug])).text
    assert "“Piét Participant”" in page
    assert "Op het paspoort staat een é." in page
    be_present(piet)
    assert actions.issue(participation=piet, kind="attendance", by=cast.lead).facts["name"] == "Piét Participant"
    assert [one.printed_name for one in Participation.objects.named("piet")] == ["Piét Participant"]


def test_once_a_certificate_counts_it_is_replaced(cast, issued, login):
    piet, lead = issued.participation, login(cast.lead)
    refused = correct(lead, piet, name="Piét Participant")
    assert refused.status_code == 409
    assert "Trek het eerst in" in refused.text
    assert "naam verbeteren" not in lead.get(reverse("certificates:team", args=[piet.trip.slug])).text
    actions.revoke(certificate=issued, reason="De naam klopt niet.", by=cast.lead)
    assert correct(lead, piet, name="Piét Participant").status_code == 302
    again = actions.issue(participation=Participation.objects.get(pk=piet.pk), kind="attendance", by=cast.lead)
    assert (again.facts["name"], again.serial != issued.serial) == ("Piét Participant", True)


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({"name": ""}, "name", "Vul dit nog in"),
        ({"name": "123 !"}, "name", "letters"),
        ({"name": "Piet  Participant"}, "name", "Zo staat de naam er al"),
        ({"name": "P" * 121}, "name", "120"),
        ({"name": "Piét Participant", "reason": " "}, "reason", "Vul dit nog in"),
        ({"name": "Piét Participant", "seen": "Pieter Participant"}, "name", "was je voor"),
    ],
)
def test_what_is_not_right_is_said_and_stays(cast, at, trip, login, data, field, said):
    at(BACK)
    piet = cast.participant()
    page = correct(login(cast.lead), piet, **data)
    assert page.status_code == 422
    assert said in str(page.context["form"].errors[field])
    assert page.context["form"]["name"].value() == data["name"]
    piet.refresh_from_db()
    assert piet.printed_name == "Piet Participant"
    assert not HistoryEntry.objects.filter(verb="participation.correct_name").exists()


def test_the_second_of_two_leads_is_told(cast, at, trip):
    at(BACK)
    facts = {"participation": cast.participant(), "reason": "Zo heet hij.", "by": cast.lead}
    actions.correct_name(name="Piét Participant", seen="Piet Participant", **facts)
    with pytest.raises(Refused, match="was je voor"):
        actions.correct_name(name="Peter Participant", seen="Piet Participant", **facts)
    assert OutboxMessage.objects.filter(kind="certificates/name_corrected").count() == 1


def test_two_leads_who_looked_at_the_same_time_do_not_overwrite_each_other(cast, at, trip):
    """Each fetched the row before the other was done, as two processes do."""
    at(BACK)
    first = cast.participant()
    second = Participation.objects.select_related("trip", "user").get(pk=first.pk)
    facts = {"seen": "Piet Participant", "reason": "Zo heet hij.", "by": cast.lead}
    actions.correct_name(participation=first, name="Piét Participant", **facts)
    with pytest.raises(Refused, match="was je voor"):
        actions.correct_name(participation=second, name="Peter Participant", **facts)


def test_a_certificate_has_the_name_of_the_moment_it_is_issued(cast, at, trip):
    at(BACK)
    piet = cast.participant()
    be_present(piet)
    fetched_before = Participation.objects.select_related("trip", "user", "institution").get(pk=piet.pk)
    seen = {"name": "Piét Participant", "seen": "Piet Participant", "reason": "Zo heet hij."}
    actions.correct_name(participation=piet, by=cast.lead, **seen)
    made = actions.issue(participation=fetched_before, kind="attendance", by=cast.lead)
    assert made.facts["name"] == "Piét Participant"


def test_who_was_erased_gets_no_name_again(cast, at, trip, login):
    at(BACK)
    piet = cast.participant()
    type(piet.user).objects.filter(pk=piet.user.pk).update(erased_at=BACK)
    lead = login(cast.lead)
    assert "naam verbeteren" not in lead.get(reverse("certificates:team", args=[trip.slug])).text
    assert correct(lead, piet, name="Piét Participant").status_code == 409
