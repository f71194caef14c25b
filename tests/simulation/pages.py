"""The same through the pages: what somebody reads, and what a press of a button sends."""

import re
from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from applications.models import Application, Assessment, Decision, Line, Score
from exchange.verdicts import Refused, no
from tests.conftest import signed_in
from tests.simulation.alliance import Broken

#: What differs between two readings of the same page.
ONCE = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|data-sending="[^"]+"')
#: What everybody with an account opens, and what is opened about a record of one's own or by its number.
BARE = (
    "home applications:to-review trips:open trips:team-list trips:calendar-page people:profile people:list history:all "
    "history:mine outbox:all outbox:mine impact:editions applications:school school:people"
).split()
OF_TRIP = (
    "history:trip outbox:list trips:detail trips:mine trips:team trips:travellers trips:members trips:programme "
    "trips:meetings trips:attendance applications:apply applications:review applications:list applications:list-csv "
    "applications:people applications:selection applications:letters applications:reserve applications:late "
    "applications:reviewers applications:schools applications:rubric applications:conditions evaluations:evenings "
    "evaluations:goals evaluations:outcomes evaluations:levels evaluations:presentations evaluations:return "
    "evaluations:plan evaluations:follow-up certificates:mine certificates:team impact:team impact:shown"
).split()
OF_APPLICATION = "applications:mine applications:offer applications:manager applications:withdraw".split()


def opened(path: str, user: Any) -> HttpResponse:
    """A page as somebody gets it. Raises Refused where a page says no, Broken where there is none at all."""
    client = signed_in(user) if user else Client()
    return answered(client.get(path), path)


def pressed(path: str, user: Any, **data: Any) -> HttpResponse:
    """A form as somebody sends it."""
    client = signed_in(user) if user else Client()
    return answered(client.post(path, data), path)


def answered(response: Any, path: str) -> HttpResponse:
    if response.status_code >= 500:
        raise Broken("Geen fout zonder antwoord", f"{path}: {response.status_code}")
    if response.status_code >= 400:
        raise Refused(no(f"{path}: {response.status_code}", response.status_code))
    return response


def bare(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return ONCE.sub("", body.decode(errors="replace"))


def told_nothing(path: str, user: Any) -> None:
    """Rule 4: the page reads the same when everybody scored otherwise, and other decisions are proposed."""
    before = bare(opened(path, user))
    with transaction.atomic():
        Score.objects.update(level=6 - F("level"), reason="Anders-oordeel.")
        Assessment.objects.filter(total__isnull=False).update(total=6 - F("total"))
        Application.objects.filter(score_mean__isnull=False).update(score_mean=6 - F("score_mean"), score_count=9)
        Decision.objects.filter(published_at=None).update(kind="not_selected", note="Anders.")
        Line.objects.filter(told=False).exclude(decided="").update(decided="not_selected")
        Line.objects.filter(score__isnull=False).update(score=6 - F("score"))
        after = bare(opened(path, user))
        transaction.set_rollback(True)
    if before != after:
        raise Broken("Wie zich aanmeldt leest niets van een oordeel", path)


def addresses(slug: str, application: Any) -> list[str]:
    """Pages about a trip and an application."""
    found = [reverse(name) for name in BARE] + [reverse(name, args=[slug]) for name in OF_TRIP]
    return found + [reverse(name, args=[application.pk]) for name in OF_APPLICATION] if application else found
