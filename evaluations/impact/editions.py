"""The reports of editions: thawed once, then kept in the memory of the process by the checksum of what is stored.

Whatever changes what is stored (a redaction) changes its checksum with it. Where the two differ nothing is kept.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from django.core.cache import caches

from evaluations.impact.models import ReportEdition
from evaluations.impact.report import Report, Unreadable, digest, thaw


def report_of(edition: ReportEdition) -> Report:
    """The report of an edition. Raises Unreadable."""
    return caches["editions"].get(edition.checksum) or _thawed(edition.checksum, edition.report)


def reports_of(editions: Sequence[ReportEdition]) -> dict[Any, Report]:
    """The reports of several, by edition, with one query at most; without one that only its own page can explain."""
    kept = caches["editions"].get_many({edition.checksum for edition in editions})
    found = {edition.pk: kept[edition.checksum] for edition in editions if edition.checksum in kept}
    missing = [edition.pk for edition in editions if edition.pk not in found]
    columns = ("pk", "sha256", "redacted_sha256", "report")
    stored = ReportEdition.objects.filter(pk__in=missing).values_list(*columns) if missing else ()
    for pk, first, redacted, data in stored:
        with suppress(Unreadable):
            found[pk] = _thawed(redacted or first, data)
    return found


def editions(using: str) -> Iterator[tuple[str, bool]]:
    """Of each edition its checksum, and whether what is stored still has it: for whoever must prove that it does."""
    for one in ReportEdition.objects.using(using).order_by("pk").iterator(chunk_size=100):
        yield f"{one.pk} {one.checksum}", digest(one.report) == one.checksum


def _thawed(sha256: str, data: Any) -> Report:
    report = thaw(data)
    if digest(data) == sha256:
        caches["editions"].set(sha256, report)
    return report
