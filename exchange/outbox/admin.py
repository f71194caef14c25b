"""Mail on the admin site: to read; sealed mail is not there."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from exchange.admin import ReadOnlyAdmin
from exchange.outbox.models import OutboxMessage


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    list_display = ("subject", "to", "kind", "status", "queued_at", "sent_at")
    list_filter = ("status", "kind")
    search_fields = ("subject", "to")
    exclude = ("links", "key")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(sealed=False)
