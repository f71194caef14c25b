"""Before sending again the applicant reads who must sign again and why, and nothing of what was answered."""

import re
from html import unescape

import pytest

from applications.endorsing import actions as endorsing
from applications.models import Endorsement
from applications.writing import actions as drafting
from tests import world
from tests.applications.test_endorse import link
from tests.applications.test_five_minutes import ASKED, REFUSED, SIGNED, current, send

pytestmark = pytest.mark.django_db
AGAIN = "Joke Mulder moet opnieuw tekenen, want dit is veranderd: wat de school ermee doet."
NOT_AGAIN = "Joke Mulder hoeft niet opnieuw te tekenen."


@pytest.fixture
def samira(cast):
    return world.user("Samira Idrissi", at=cast.school)


@pytest.fixture
def sent(cast, samira, at):
    at(ASKED)
    return send(cast, samira)


def told(login, sent):
    """What the applicant reads before sending, without what is new on every page."""
    page = login(sent.user).get(f"/trips/{sent.trip.slug}/apply/review/").content.decode()
    return unescape(re.sub(r'name="(csrfmiddlewaretoken|author)" value="[^"]*"', "", page))


@pytest.mark.parametrize(("changed", "says", "asked"), [("school_use", AGAIN, 2), ("motivation", NOT_AGAIN, 1)])
def test_the_applicant_reads_who_must_sign_again_in_the_same_words_whatever_was_answered(
    sent, client, login, samira, at, changed, says, asked
):
    setattr(sent, changed, "Anders.")
    sent.saved_at = ASKED
    sent.save()
    pages = {"asked": told(login, sent)}
    Endorsement.objects.update(bounced_at=ASKED)
    pages["bounced"] = told(login, sent)
    Endorsement.objects.update(bounced_at=None)
    for name, answer in (("refused", REFUSED), ("endorsed", SIGNED)):
        Endorsement.objects.update(status="asked", answered_at=None)
        assert client.post(link(current(sent)), answer).status_code == 302
        assert current(sent).status == name
        pages[name] = told(login, sent)
    assert says in pages["asked"]
    assert len(set(pages.values())) == 1
    drafting.submit(application=sent, by=samira)
    assert sent.endorsements.count() == asked


def test_before_the_first_time_nobody_signs_again(cast, samira, login, at):
    at(ASKED)
    draft = world.application(cast.trip, samira, manager_email="joke@duinrand.example")
    assert "opnieuw" not in re.sub(r"(?s)<aside.*", "", told(login, draft))


def test_whoever_was_asked_last_is_named(sent, login, samira):
    endorsing.pass_on(endorsement=current(sent), generation=1, name="Bo Bos", email="bo@duinrand.example")
    sent.school_use = "Anders."
    sent.save()
    assert "Bo Bos moet opnieuw tekenen" in told(login, sent)
    drafting.submit(application=sent, by=samira)
    assert current(sent).manager_name == "Bo Bos"


@pytest.mark.parametrize("answered", [False, True])
def test_another_manager_is_named_before_it_is_sent(sent, client, login, samira, answered):
    if answered:
        client.post(link(current(sent)), SIGNED)
    sent.manager_name, sent.manager_email = "Bo Bos", "bo@duinrand.example"
    sent.save()
    page = told(login, sent)
    assert ("Bo Bos wordt gevraagd te tekenen." in page) is not answered
    assert ("de link die Joke Mulder kreeg werkt dan niet meer" in page) is not answered
    assert (NOT_AGAIN in page) is answered
    drafting.submit(application=sent, by=samira)
    assert current(sent).manager_name == ("Joke Mulder" if answered else "Bo Bos")
