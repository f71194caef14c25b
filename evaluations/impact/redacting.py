"""Redaction: words that their author takes back leave every edition, on page, PDF and sheet. No other change exists.

An edition is published and redacted under the lock of its trip, so that none is made of a word that was taken back
meanwhile. A paper is asked for under the lock of its edition, so that none is kept of what an edition said before;
redacting needs no such lock, as it writes the edition before it forgets the papers.
"""

import secrets
from contextlib import suppress
from typing import Any

from django.core.cache import caches
from django.db.models import QuerySet

from evaluations.impact import papers
from evaluations.impact.models import Redaction, ReportEdition, ShownWord
from evaluations.impact.queries import Given
from evaluations.impact.report import Unreadable, digest
from evaluations.lifecycle import Moment
from evaluations.models import OneWord, folded
from exchange import clock
from exchange.history.actions import record
from exchange.jobs.actions import ask_many
from exchange.trips.models import Trip

#: Where the words of a moment stand in a stored report of any schema.
PLACES = {Moment.RETURN: "words_return", Moment.ONE_YEAR: "words_year"}


def salted(stored: dict[str, Any]) -> dict[str, Any]:
    """A report to store. By the salt nobody can try out which word an earlier checksum was of."""
    return stored | {"salt": secrets.token_hex(16)}


def lock(trips: QuerySet[Trip]) -> list[Trip]:
    """Of these trips nothing is published or redacted by anybody else, until the transaction ends."""
    return list(trips.order_by("pk").select_for_update(of=("self",)).select_related("theme"))


def tell_apart(edition: ReportEdition, given: dict[str, list[Given]]) -> None:
    """Remember of which words an edition is made, as far as it shows them."""
    shown = [one.pk for moment, words in given.items() if said(edition.report, moment) for one in words]
    ShownWord.objects.bulk_create(ShownWord(edition=edition, word_id=pk) for pk in shown)


def taken_back(rows: QuerySet) -> None:
    """Words that are taken back, changed or erased by their author go out of the editions that show them.

    Called before that happens, in the transaction in which it does.
    """
    if rows.model is not OneWord:
        return
    lock(Trip.objects.filter(pk__in=rows.values("participation__trip")))
    shown = ShownWord.objects.filter(word__in=rows)
    editions = ReportEdition.objects.filter(pk__in=shown.values("edition")).select_related("trip").order_by("pk")
    for edition in editions:
        _redact(edition, [one.word for one in shown.filter(edition=edition).select_related("word")])


def _redact(edition: ReportEdition, words: list[OneWord]) -> None:
    before = edition.report
    for word in words:
        edition.report = without(edition.report, word)
    ShownWord.objects.filter(edition=edition, word__in=words).delete()
    for moment in PLACES:
        if not said(edition.report, moment):  # what stands nowhere any more need not be taken out
            ShownWord.objects.filter(edition=edition, word__moment=moment).delete()
    taken = sum(said(before, moment) - said(edition.report, moment) for moment in PLACES)
    if taken:
        _put(edition, taken)


def _put(edition: ReportEdition, taken: int) -> None:
    """Put the redacted report in the place of the one before, of which no copy stays."""
    old, now = edition.checksum, clock.now()
    edition.report = salted(edition.report)
    edition.redacted_at, edition.redacted_sha256 = now, digest(edition.report)
    ReportEdition.objects.filter(pk=edition.pk).update(
        report=edition.report, redacted_at=now, redacted_sha256=edition.redacted_sha256
    )
    Redaction.objects.create(edition=edition, at=now, words=taken, sha256=edition.redacted_sha256)
    record(about=edition, verb="report.redact", trip=edition.trip_id, facts={"number": edition.number, "words": taken})
    caches["editions"].delete_many([old])
    papers.forget(edition)
    with suppress(Unreadable):  # its page says why; the word is out all the same
        ask_many(jobs=papers.all_jobs(edition))


# --- the stored report ----------------------------------------------------------------------------


def said(stored: Any, moment: str) -> int:
    """How many people's words a stored report shows at a moment."""
    return sum(one["count"] for one in _words(stored, moment))


def without(stored: dict[str, Any], word: OneWord) -> dict[str, Any]:
    """A stored report in which one fewer says this word; below k people it shows no word at all, as at first."""
    found = _words(stored, word.moment)
    said_so = [one for one in found if (one["word"], one["lang"]) == (folded(word.word), word.language)]
    if not said_so:
        return stored
    fewer = [one | {"count": one["count"] - 1} if one in said_so else one for one in found]
    left = [one for one in fewer if one["count"]]
    enough = sum(one["count"] for one in left) >= stored["k"]
    place = PLACES[Moment(word.moment)]
    return stored | {place: stored[place] | {"words": left if enough else []}}


def _words(stored: Any, moment: str) -> list[dict[str, Any]]:
    """Of an edition that is stored otherwise than it should be nothing is shown, so nothing is taken out."""
    place = stored.get(PLACES.get(Moment(moment), "")) if isinstance(stored, dict) else None
    return list(place["words"]) if place else []
