"""History on the admin site: to read."""

from django.contrib import admin

from exchange.admin import ReadOnlyAdmin
from exchange.history.models import HistoryEntry


@admin.register(HistoryEntry)
class HistoryEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "by", "verb", "about_model", "source", "target")
    list_filter = ("verb",)
    list_select_related = ("by",)
    search_fields = ("by__name", "by__email", "about_id")
    date_hierarchy = "at"
