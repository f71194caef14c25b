"""Lists of what happened, and what they can be narrowed by."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from exchange import clock
from exchange.fields import asked_words, holding, words_of
from exchange.history.models import HistoryEntry
from exchange.history.words import sentences, told
from exchange.tables import Table
from exchange.words import dated, hours


def verbs() -> list[tuple[str, str]]:
    """What can have happened, in words, in the order of the alphabet."""
    return sorted(((verb, str(words)) for verb, words in sentences().items()), key=lambda row: row[1])


class HistoryFilter(django_filters.FilterSet):
    """By whoever did it, and by what was done."""

    q = django_filters.CharFilter(label=_("Who did it"), method="search", max_length=100)
    verb = django_filters.ChoiceFilter(label=_("What"), choices=verbs, empty_label=_("Everything"))

    class Meta:
        model = HistoryEntry
        fields: list[str] = []

    def __init__(self, *args: Any, addresses: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.addresses = addresses

    def search(self, entries: QuerySet, name: str, value: str) -> QuerySet:
        """Parts of a name, and of an address for whom sees those: the list shows names alone."""
        found = entries.filter(holding(value, "by__search_words"))
        if self.addresses:
            return found
        asked, people = asked_words(value), found.order_by().values_list("by", "by__name").distinct()
        called = [pk for pk, name in people if all(word in words_of(name) for word in asked)]
        return found.filter(by__in=called)


class HistoryTable(Table):
    """One deed a row: when, who, what, about whom, why."""

    at = tables.Column(verbose_name=_("When"))
    by = tables.Column(verbose_name=_("Who"), empty_values=(), order_by="by__name")
    verb = tables.Column(verbose_name=_("What"), orderable=False)
    whose = tables.Column(verbose_name=_("About"), empty_values=(), orderable=False)
    reason = tables.Column(verbose_name=_("Reason"), orderable=False, empty_values=())

    class Meta:
        model = HistoryEntry
        fields = ("at", "by", "verb", "whose", "reason")
        empty_text = _("Nothing happened yet that fits this. Every decision appears here with who made it.")

    def render_at(self, value: Any) -> str:
        there = value.astimezone(clock.HOME)
        return f"{dated(there.date(), 'j F Y')}, {hours(there)}"

    def render_by(self, record: HistoryEntry) -> str:
        return str(record.by) if record.by else "Exchange"

    def render_verb(self, value: str, record: HistoryEntry) -> str:
        return told(value, record.facts)

    def render_whose(self, record: Any) -> str:
        return getattr(record, "whose", "") or "–"

    def render_reason(self, value: str) -> str:
        return format_html('<span class="own">{}</span>', value) if value else "–"
