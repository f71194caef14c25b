"""Jobs on the admin site: to read."""

from django.contrib import admin

from exchange.admin import ReadOnlyAdmin
from exchange.jobs.models import Job


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("kind", "status", "asked_at", "settled_at", "attempts")
    list_filter = ("status", "kind")
