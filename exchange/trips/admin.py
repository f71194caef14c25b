"""Trips in the administration site. Only words of themes and of frameworks that no trip uses can be changed here."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from exchange.admin import ReadOnlyAdmin
from exchange.forms import LongText
from exchange.trips.models import (
    Attendance,
    Dimension,
    Framework,
    HostOrganisation,
    LearningGoal,
    Meeting,
    MeetingReply,
    Participation,
    PreVisit,
    ProgrammeItem,
    SchoolHoliday,
    Tag,
    TeamMember,
    Theme,
    Trip,
    TripHost,
)


def framework_of(obj: Any) -> Framework | None:
    """The framework that a word belongs to."""
    if isinstance(obj, Dimension):
        return obj.framework
    if isinstance(obj, Tag):
        return obj.dimension.framework
    return obj if isinstance(obj, Framework) else None


class UnusedOnly:
    """Words of a framework change until a trip uses it; then a change is a new version."""

    def _free(self, obj: Any) -> bool:
        framework = framework_of(obj)
        return framework is None or not framework.in_use

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_staff and self._free(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_staff and obj is not None and self._free(obj)


class TagInline(UnusedOnly, admin.TabularInline):
    model = Tag
    extra = 1

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


class DimensionInline(UnusedOnly, admin.TabularInline):
    model = Dimension
    extra = 1
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(Theme)
class ThemeAdmin(admin.ModelAdmin):
    list_display = ("slug", "title_nl", "title_en")
    formfield_overrides = {models.TextField: {"widget": LongText(10, **{"class": "vLargeTextField"})}}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Framework)
class FrameworkAdmin(UnusedOnly, admin.ModelAdmin):
    list_display = ("theme", "version", "source", "in_use")
    list_select_related = ("theme",)
    inlines = (DimensionInline,)
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("theme", "version") if obj else ()


@admin.register(Dimension)
class DimensionAdmin(UnusedOnly, admin.ModelAdmin):
    list_display = ("framework", "key", "name_nl", "name_en", "order")
    list_select_related = ("framework__theme",)
    inlines = (TagInline,)
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("framework",)


@admin.register(SchoolHoliday)
class SchoolHolidayAdmin(admin.ModelAdmin):
    list_display = ("starts_on", "ends_on", "name_nl", "name_en")
    list_display_links = ("name_nl", "name_en")
    fieldsets = (
        (
            None,
            {
                "fields": ("name_nl", "name_en", "starts_on", "ends_on"),
                "description": _(
                    "The holidays of the schools, and every other day on which the alliance is closed: nobody is given "
                    "until such a day to answer. Public holidays are known and need not stand here."
                ),
            },
        ),
    )


@admin.register(Trip)
class TripAdmin(ReadOnlyAdmin):
    list_display = ("slug", "title_nl", "departs_on", "announced_at", "published_at", "closed_at", "cancelled_at")
    search_fields = ("slug", "title_nl", "title_en")


@admin.register(Participation)
class ParticipationAdmin(ReadOnlyAdmin):
    list_display = ("printed_name", "trip", "institution", "status")
    list_select_related = ("trip", "institution")
    list_filter = ("status",)
    search_fields = ("printed_name",)


admin.site.register(
    [Attendance, HostOrganisation, LearningGoal, Meeting, MeetingReply, PreVisit, ProgrammeItem, TeamMember, TripHost],
    ReadOnlyAdmin,
)
