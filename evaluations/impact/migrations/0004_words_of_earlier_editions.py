"""Editions hold words and not whose: those published so far are matched to their words once, by trip, moment and word.

Of several who said the same it can't be told who was counted, so each is taken to be. Who took a word back after an
edition was published is among them: it stands there until now.
"""

from django.db import migrations

PLACES = {"return": "words_return", "one_year": "words_year"}


def match(apps, schema_editor):
    edition_model, word_model = apps.get_model("impact", "ReportEdition"), apps.get_model("evaluations", "OneWord")
    shown = apps.get_model("impact", "ShownWord")
    for edition in edition_model.objects.filter(shown_words=None).iterator(chunk_size=20):
        rows = word_model.objects.filter(participation__trip=edition.trip_id, moment__in=PLACES)
        taken_back = withdrawn(apps, edition)
        shown.objects.bulk_create(
            shown(edition=edition, word=row)
            for row in rows
            if (row.consent or str(row.pk) in taken_back)
            and (row.word.strip().casefold(), row.language) in said(edition.report, row.moment)
        )


def withdrawn(apps, edition):
    """The ids of words that were taken back since an edition was published."""
    entries = apps.get_model("history", "HistoryEntry").objects.filter(
        verb="word.withdraw", about_model="evaluations.oneword", at__gt=edition.published_at
    )
    return set(entries.values_list("about_id", flat=True))


def said(report, moment):
    """The words of a moment as they are stored, with their languages; none in a report that is spoiled."""
    place = report.get(PLACES[moment]) if isinstance(report, dict) else None
    return {(one["word"], one["lang"]) for one in place["words"]} if place else set()


class Migration(migrations.Migration):

    dependencies = [
        ("evaluations", "0001_initial"),
        ("history", "0004_forgotten_in_time"),
        ("impact", "0003_consent_taken_back"),
    ]

    operations = [migrations.RunPython(match, migrations.RunPython.noop)]
