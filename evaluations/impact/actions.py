"""Publishing an edition."""

import json

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from evaluations.impact import papers, redacting, report
from evaluations.impact.differences import has_figures, publishable
from evaluations.impact.models import Finding, ReportEdition, Voice
from evaluations.impact.permissions import can_find, can_place, can_publish, can_read, can_show, can_speak
from evaluations.impact.queries import given
from evaluations.impact.report import SCHEMA, digest, freeze
from exchange import clock
from exchange.history.actions import record
from exchange.jobs.actions import ask, ask_many, forget, kept
from exchange.jobs.lifecycle import DONE
from exchange.jobs.models import Job
from exchange.people.models import User
from exchange.trips.models import Participation, Trip
from exchange.verdicts import CONFLICT, Refused, no, require


@transaction.atomic
def publish_edition(*, trip: Trip, title_nl: str, title_en: str, public: bool = False, by: User) -> ReportEdition:
    """Freeze the report of this moment as the next edition. Raises Refused when it is too early or says nothing."""
    [trip] = redacting.lock(Trip.objects.filter(pk=trip.pk))
    require(can_publish(by, trip))
    now = clock.now()
    words = given(trip)
    held = publishable(trip, words)
    texts = [text for finding in held.report.findings for text in (finding.nl, finding.en)]
    require(held.may_say([*texts, title_nl, title_en]))
    frozen = redacting.salted(json.loads(json.dumps(freeze(held.report))))
    edition = ReportEdition.objects.create(
        trip=trip,
        number=next_number(trip),
        title_nl=title_nl,
        title_en=title_en,
        schema=SCHEMA,
        report=frozen,
        sha256=digest(frozen),
        data_until_at=now,
        published_at=now,
        published_by=by,
        public=public,
    )
    redacting.tell_apart(edition, words)
    record(about=edition, verb="report.publish", by=by, trip=trip, facts={"number": edition.number})
    ask_many(jobs=papers.all_jobs(edition, by))
    return edition


def next_number(trip: Trip) -> int:
    """The number of the edition that would be published now."""
    return (ReportEdition.objects.filter(trip=trip).aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def ask_for_paper(*, edition: ReportEdition, language: str, by: User) -> Job:
    """Have the paper made that this reader may see. What is under way is left alone; what is lost is made again."""
    require(can_read(by, edition))
    edition = ReportEdition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    own = papers.own_schools(by, report.thaw(edition.report))
    before = papers.stored(edition, own=own, language=language)
    if before and before.status == DONE and kept(before) is None:
        forget(jobs=Job.objects.filter(pk=before.pk))
    return ask(job=papers.job(edition, own=own, language=language, by=by))


@transaction.atomic
def write_findings(*, trip: Trip, texts: list[tuple[str, str]], by: User) -> list[Finding]:
    """Replace the findings by these texts (Dutch, English); empty ones are left out. None may name a hidden number."""
    [trip] = redacting.lock(Trip.objects.filter(pk=trip.pk))
    require(can_find(by, trip))
    if has_figures(trip):
        require(publishable(trip).may_say(text for both in texts for text in both))
    Finding.objects.filter(trip=trip).delete()
    kept = [(nl, en) for nl, en in texts if nl or en]
    rows = [Finding(trip=trip, order=n, text_nl=nl, text_en=en) for n, (nl, en) in enumerate(kept, 1)]
    record(about=trip, verb="report.findings", by=by, facts={"findings": len(rows)})
    return Finding.objects.bulk_create(rows)


# --- in public ------------------------------------------------------------------------------------


@transaction.atomic
def show_edition(*, edition: ReportEdition, public: bool, by: User) -> ReportEdition:
    """Title and figure stand on the public page of the trip, or no longer; what was published does not change."""
    require(can_show(by, edition))
    if ReportEdition.objects.filter(pk=edition.pk).exclude(public=public).update(public=public):
        verb = "report.show" if public else "report.hide"
        record(about=edition, verb=verb, by=by, trip=edition.trip, facts={"number": edition.number})
    edition.public = public
    return edition


@transaction.atomic
def give_voice(*, participation: Participation, text: str, language: str, by: User) -> Voice:
    """A sentence for the public page, with its author's consent; another one takes its place and is not placed yet."""
    require(can_speak(by, participation))
    values = {"text": text, "language": language, "written_at": clock.now(), "placed_at": None, "placed_by": None}
    kept = Voice.objects.filter(participation=participation, text=text).first()
    if kept:
        return kept
    voice, _new = Voice.objects.update_or_create(participation=participation, defaults=values)
    record(about=by, verb="voice.give", by=by)
    return voice


@transaction.atomic
def take_voice_back(*, participation: Participation, by: User) -> None:
    """The sentence leaves the public page and this house, at once."""
    require(can_speak(by, participation))
    if Voice.objects.filter(participation=participation).delete()[0]:
        record(about=by, verb="voice.take_back", by=by)


@transaction.atomic
def place_voice(*, voice: Voice, text: str, placed: bool, by: User) -> Voice:
    """The lead puts a sentence on the public page, or takes it off. Raises Refused when it reads otherwise by now."""
    require(can_place(by, voice))
    voice = Voice.objects.select_for_update(of=("self",)).select_related("participation__trip").get(pk=voice.pk)
    if voice.text != text:
        raise Refused(no(_("Its author wrote something else in the meantime. Read it again."), CONFLICT))
    voice.placed_at, voice.placed_by = (clock.now(), by) if placed else (None, None)
    voice.save(update_fields=["placed_at", "placed_by"])
    verb = "voice.place" if placed else "voice.take_off"
    record(about=voice.participation.trip, verb=verb, by=by)
    return voice
