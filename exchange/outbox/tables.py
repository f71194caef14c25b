"""Lists of mail, and what they can be narrowed by."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Case, QuerySet, Value, When
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from exchange.addresses import row_address
from exchange.fields import Said, holding
from exchange.outbox.lifecycle import FAILED, MESSAGE, QUEUED, SENDING
from exchange.outbox.models import OutboxMessage
from exchange.outbox.words import kind_label
from exchange.signs import badge, said
from exchange.tables import Table
from exchange.words import moment_short

#: What needs somebody comes first.
URGENCY = Case(When(status=FAILED, then=Value(0)), When(status__in=[QUEUED, SENDING], then=Value(1)), default=Value(2))


def failures_first(messages: QuerySet) -> QuerySet:
    """What was not delivered, then what waits, then the rest, newest first."""
    return messages.order_by(URGENCY, "-queued_at", "id")


class MailFilter(django_filters.FilterSet):
    """Search in subject and recipient; status and kind."""

    q = django_filters.CharFilter(label=_("Search in subject or recipient"), method="search", max_length=100)
    status = django_filters.ChoiceFilter(label=_("Status"), choices=MESSAGE.choices(), empty_label=_("All"))
    kind = django_filters.ChoiceFilter(label=_("Kind"), empty_label=_("All"))

    class Meta:
        model = OutboxMessage
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        used = self.queryset.order_by().values_list("kind", flat=True).distinct()
        labelled = sorted((str(kind_label(kind)), kind) for kind in used)
        self.filters["kind"].extra["choices"] = [(kind, label) for label, kind in labelled]

    def search(self, messages: QuerySet, name: str, value: str) -> QuerySet:
        """Any of the words a person remembers."""
        return messages.filter(holding(value, "search_words", "recipient__search_words"))


class MailTable(Table):
    """Mail of a trip, or of the whole alliance."""

    subject = tables.Column(verbose_name=_("Subject"))
    to = tables.Column(verbose_name=_("To"))
    kind = tables.Column(verbose_name=_("Kind"))
    status = tables.Column(verbose_name=_("Status"), empty_values=())
    queued_at = tables.Column(verbose_name=_("Written"))
    sent_at = tables.Column(verbose_name=_("Sent"))

    class Meta:
        model = OutboxMessage
        fields: tuple[str, ...] = ("subject", "to", "kind", "status", "queued_at", "sent_at")
        empty_text = _("No mail here. What is written to applicants and participants appears here first.")

    def render_subject(self, value: str, record: OutboxMessage) -> str:
        address = row_address("outbox:message", record.pk)
        return format_html('<a href="{}">{}</a>', address, said(Said(value, record.language)))

    def render_to(self, value: str, record: OutboxMessage) -> str:
        return str(record.recipient) if record.recipient else value

    def render_kind(self, value: str) -> str:
        return str(kind_label(value))

    def render_status(self, record: OutboxMessage) -> str:
        state = MESSAGE.state(record)
        return badge(state.shape, state.label)

    def render_queued_at(self, value: Any) -> str:
        return moment_short(value)

    def render_sent_at(self, value: Any) -> str:
        return moment_short(value)


class OwnMailTable(MailTable):
    """What was mailed to the reader."""

    class Meta(MailTable.Meta):
        fields = ("subject", "queued_at", "status")
        exclude = ("to", "kind", "sent_at")
        empty_text = _("No mail to you yet. Codes to sign in with are not kept.")
