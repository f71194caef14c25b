"""Read only, and without the sentences: these stand on the public page."""

from django.contrib import admin

from evaluations.impact.models import Voice
from exchange.admin import ReadOnlyAdmin


@admin.register(Voice)
class VoiceAdmin(ReadOnlyAdmin):
    fields = ["participation", "written_at", "placed_at", "placed_by"]
    list_display = ["pk", "participation", "written_at", "placed_at"]
    list_select_related = ["participation__trip"]
