"""What of a report stands in public: a title and a figure when its lead agrees, sentences when their authors do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from evaluations.impact import figures
from evaluations.impact.editions import reports_of
from evaluations.impact.models import ReportEdition, Voice
from evaluations.impact.queries import Given, in_words, smallest
from evaluations.impact.report import Report
from evaluations.lifecycle import Moment
from evaluations.models import OneWord
from evaluations.pages import written_in
from exchange.dashboard import Section
from exchange.documents.charts import Cloud
from exchange.people.models import User
from exchange.trips.models import Participation, Trip

#: A page of somebody with a minute: so many sentences are read.
VOICES = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a trip, for its public page: the newest edition, when there is one, and who went."""

    edition: ReportEdition | None
    report: Report | None
    travelled: int
    schools: int
    words: "Said | None"

    @property
    def public(self) -> bool:
        return bool(self.report and self.edition and self.edition.public)

    @property
    def headline(self) -> figures.Headline | None:
        """What was done at the schools. A figure that is suppressed or not measured makes no place for another."""
        return figures.headlines(self.report)[1] if self.report and self.public else None

    @property
    def not_measured(self) -> list[figures.Evidence]:
        return [one for one in figures.evidence(self.report) if not one.measured] if self.report and self.public else []


@dataclass(frozen=True, slots=True)
class Said:
    """The one words of a moment that stand in public."""

    moment: Moment
    people: int
    cloud: Cloud


def words_in_public(trip: Trip, edition: ReportEdition) -> Said | None:
    """Words of a public edition whose authors agreed to the public page as well: those after a year, else at return.

    None while fewer than k people agreed (rule 9).
    """
    rows = OneWord.objects.filter(shown__edition=edition, participation__status="active", public=True)
    given: dict[str, list[Given]] = {}
    for moment, *said in rows.values_list("moment", "pk", "word", "language"):
        given.setdefault(moment, []).append(Given(*said))
    for moment in (Moment.ONE_YEAR, Moment.RETURN):
        found = in_words(given.get(moment, []), smallest(trip))
        if cloud := figures.cloud(found):
            return Said(moment, found.people, cloud)
    return None


def outcome(trip: Trip, user: User, now: datetime) -> Section:
    """What came of a trip that is over."""
    edition = ReportEdition.objects.without_figures().filter(trip=trip).order_by("-number").first()
    went = list(Participation.objects.active().filter(trip=trip).values_list("institution", flat=True))
    found = Outcome(
        edition=edition,
        report=reports_of([edition]).get(edition.pk) if edition else None,
        travelled=len(went),
        schools=len(set(went)),
        words=words_in_public(trip, edition) if edition and edition.public else None,
    )
    readable = user.is_authenticated and edition and ReportEdition.objects.visible_to(user).filter(pk=edition.pk)
    said = Voice.objects.standing().filter(participation__trip=trip).select_related("participation")
    voices = list(said.order_by("written_at", "pk")[:VOICES])
    context = {
        "outcome": found,
        "voices": voices,
        "first": voices[:1],
        "more": voices[1:],
        "address": reverse("impact:edition", args=[edition.pk]) if edition and readable and readable.exists() else "",
    }
    title = edition.title if edition and found.public else ""
    return Section(template="impact/public/outcome.html", context=context, headline=title)


def voice(trip: Trip, user: User, now: datetime) -> Section | None:
    """A sentence of somebody who went along earlier, with a call on the same theme."""
    one = latest(trip)
    return Section(template="impact/public/voice.html", context={"voice": one}) if one else None


def said_before(trip: Trip) -> tuple[str, str, str] | None:
    """The same sentence for paper: the text, its language, and in the reader's by whom."""
    one = latest(trip)
    if one is None:
        return None
    who = {"role": capfirst(one.participation.get_job_role_display()), "year": one.participation.trip.departs_on.year}
    return one.text, one.language, _("%(role)s, trip of %(year)s") % who


def latest(trip: Trip) -> Voice | None:
    """Of the earlier sentences the first of the latest trip; one in the reader's language before any other."""
    found = first_of(earlier_voices(trip.pk)).select_related("participation__trip")
    return found.filter(language=written_in()).first() or found.first()


def first_of(voices: QuerySet[Voice]) -> QuerySet[Voice]:
    """Sentences of the latest trip first, and of each trip in the order in which they were written."""
    return voices.order_by(F("participation__trip__departs_on").desc(), "written_at", "pk")


def earlier_voices(trip: Any) -> QuerySet[Voice]:
    """Sentences of people who went along on the same theme, on a trip that left before this one."""
    asked = Trip.objects.filter(pk=trip)
    earlier = Trip.objects.filter(theme__in=asked.values("theme"), departs_on__lt=asked.values("departs_on")[:1])
    return Voice.objects.standing().filter(participation__trip__in=earlier.values("pk"))


def rows_in_public(trip: Any) -> Iterator[QuerySet]:
    """What the public page may read of this wing."""
    yield ReportEdition.objects.filter(trip=trip).only("id", "trip", "number", "public", "sha256", "redacted_sha256")
    went = Participation.objects.filter(trip=trip)
    yield went.only("id", "trip", "status", "institution", "job_role")
    yield Voice.objects.filter(participation__trip=trip)
    words = OneWord.objects.filter(participation__trip=trip, public=True).order_by("pk")
    yield words.only("id", "participation", "moment", "word", "language")
    for language, _name in settings.LANGUAGES:
        first = first_of(earlier_voices(trip).filter(language=language)).values("pk")[:1]
        yield Voice.objects.filter(pk__in=first)
