"""Publishing an edition."""

import json

from django.db import transaction
from django.db.models import Max

from evaluations.impact import papers, redacting, report
from evaluations.impact.differences import has_figures, publishable
from evaluations.impact.models import Finding, ReportEdition
from evaluations.impact.permissions import can_preview, can_publish, can_read
from evaluations.impact.queries import given
from evaluations.impact.report import SCHEMA, digest, freeze
from exchange import clock
from exchange.history.actions import record
from exchange.jobs.actions import ask, ask_many, forget, kept
from exchange.jobs.lifecycle import DONE
from exchange.jobs.models import Job
from exchange.people.models import User
from exchange.trips.models import Trip
from exchange.verdicts import require


@transaction.atomic
def publish_edition(*, trip: Trip, title_nl: str, title_en: str, by: User) -> ReportEdition:
    """Freeze the report of this moment as the next edition. Raises Refused when it is too early or says nothing."""
    [trip] = redacting.lock(Trip.objects.filter(pk=trip.pk))
    require(can_publish(by, trip))
    now = clock.now()
    words = given(trip)
    held = publishable(trip, words)
    texts = [text for finding in held.report.findings for text in (finding.nl, finding.en)]
    require(held.may_say([*texts, title_nl, title_en]))
    frozen = redacting.salted(json.loads(json.dumps(freeze(held.report))))
    last = ReportEdition.objects.filter(trip=trip).aggregate(last=Max("number"))["last"] or 0
    edition = ReportEdition.objects.create(
        trip=trip,
        number=last + 1,
        title_nl=title_nl,
        title_en=title_en,
        schema=SCHEMA,
        report=frozen,
        sha256=digest(frozen),
        data_until_at=now,
        published_at=now,
        published_by=by,
    )
    redacting.tell_apart(edition, words)
    record(about=edition, verb="report.publish", by=by, trip=trip, facts={"number": edition.number})
    ask_many(jobs=papers.all_jobs(edition, by))
    return edition


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
    require(can_preview(by, trip))
    if has_figures(trip):
        require(publishable(trip).may_say(text for both in texts for text in both))
    Finding.objects.filter(trip=trip).delete()
    kept = [(nl, en) for nl, en in texts if nl or en]
    rows = [Finding(trip=trip, order=n, text_nl=nl, text_en=en) for n, (nl, en) in enumerate(kept, 1)]
    record(about=trip, verb="report.findings", by=by, facts={"findings": len(rows)})
    return Finding.objects.bulk_create(rows)
